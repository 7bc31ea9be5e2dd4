//! The grid search for learning rates: error after an epoch against the rate of the hidden layers
//! (or of the only layer), at the best output rate of each, and what would be chosen on either set. The
//! fine search stands in the source data.

use anyhow::{Context, Result, ensure};
use segdend_figures::{
    Color, LearningRateCurve, LearningRateGrid, Picture, Stamp, learning_rate_grid,
};

use super::PanelMaterial;
use crate::recordings::learning_rates::{GRID, GRID_COLUMNS};
use crate::tables::Table;

const COLORS: [Color; 3] = [
    Color::SHALLOW,
    Color::ONE_HIDDEN_LAYER,
    Color::TWO_HIDDEN_LAYERS,
];

/// The rates that the fine search chooses on either set beside the reported ones; of each network
/// that of its hidden layers, then that of its output layer.
const BEST_COLUMNS: [&str; 3] = [
    "best rate, test images",
    "best rate, held-out images",
    "reported rate",
];

/// The points of each network, its columns behind its name; and the best of them.
pub(super) fn source_data(material: &PanelMaterial<'_>) -> Result<()> {
    let mut columns = Vec::new();
    let mut best: [Vec<f64>; 3] = Default::default();
    for recording in &material.recordings {
        let grid = recording.directory.table(GRID)?;
        let [search, hidden, output, _, held_out, test] = GRID_COLUMNS;
        let search = grid.column(search)?;
        let chosen = |errors: &str, rates: &str| -> Result<f64> {
            let (errors, rates) = (grid.column(errors)?, grid.column(rates)?);
            let fine = (0..errors.len()).filter(|&i| search[i] == 2.0);
            let point = fine.min_by(|&a, &b| errors[a].total_cmp(&errors[b]));
            Ok(rates[point.context("the grid has no fine search")?])
        };
        let reported = &recording.recording.run.spec.learning_rates;
        let deep = reported.len() > 1;
        let layers = [(hidden, 0), (output, reported.len() - 1)];
        for (rates, layer) in layers.into_iter().skip(usize::from(!deep)) {
            let values = [
                chosen(test, rates)?,
                chosen(held_out, rates)?,
                reported[layer],
            ];
            for (column, value) in best.iter_mut().zip(values) {
                column.push(value);
            }
        }
        for name in GRID_COLUMNS {
            let values = grid.column(name)?.to_vec();
            columns.push((format!("{}: {name}", recording.recording.run.name), values));
        }
    }
    material.write(0, &Table::new(columns))?;
    let best = BEST_COLUMNS.map(str::to_owned).into_iter().zip(best);
    material.write(1, &Table::new(best.collect()))
}

pub(super) fn picture(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    ensure!(
        material.recordings.len() <= COLORS.len(),
        "recordings: found {}, expected at most {}",
        material.recordings.len(),
        COLORS.len()
    );
    let table = material.read(0)?;
    let mut curves = Vec::new();
    for (recording, color) in material.recordings.iter().zip(COLORS) {
        let run = &recording.recording.run;
        let column = |name: &str| table.column(&format!("{}: {name}", run.name));
        let [search, hidden, output, _, held_out, test] = GRID_COLUMNS;
        let deep = !run.spec.hidden.is_empty();
        let rates = column(if deep { hidden } else { output })?;
        let (search, held_out, test) = (column(search)?, column(held_out)?, column(test)?);
        let of_search = |number: f64| (0..search.len()).filter(move |&i| search[i] == number);
        let mut learning_rates: Vec<f64> = of_search(1.0).map(|i| rates[i]).collect();
        learning_rates.sort_by(f64::total_cmp);
        learning_rates.dedup();
        let best_at = |errors: &[f64]| -> Vec<f64> {
            let at = |rate: &f64| {
                let points = of_search(1.0).filter(|&i| rates[i] == *rate);
                points.map(|i| errors[i]).fold(f64::INFINITY, f64::min)
            };
            learning_rates.iter().map(at).collect()
        };
        let chosen = |errors: &[f64]| {
            of_search(1.0)
                .min_by(|&a, &b| errors[a].total_cmp(&errors[b]))
                .map(|i| rates[i])
        };
        let title = &material.project.experiments.run(&run.name)?.title;
        curves.push(LearningRateCurve {
            name: title.clone(),
            color,
            test_errors_percent: best_at(test),
            validation_errors_percent: best_at(held_out),
            chosen_on_test: chosen(test),
            chosen_on_validation: chosen(held_out),
            reported: Some(
                *run.spec
                    .learning_rates
                    .first()
                    .context("a network has a rate")?,
            ),
            learning_rates,
        });
    }
    Ok(learning_rate_grid(&LearningRateGrid {
        title: material.panel.title.clone(),
        curves,
        stamp,
    })?)
}
