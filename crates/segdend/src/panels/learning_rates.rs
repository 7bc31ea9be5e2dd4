//! The grid search for learning rates: of the coarse search the error against the rate of the hidden
//! layers (or of the only layer), at the best output rate of each; of both searches the rates of least
//! error on either set, beside the reported ones.

use anyhow::{Context, Result};
use segdend_figures::{
    Color, LearningRateCurve, LearningRateGrid, Picture, RateSearch, Stamp, learning_rate_grid,
};

use serde::Deserialize;

use super::{Fields, Kind, Material, Named, color};
use crate::experiments::ColorRole;
use crate::recordings::learning_rates::{GRID, GRID_COLUMNS};
use crate::resolve::ResolvedRun;
use crate::tables::Table;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {
    /// The networks that were searched for.
    searches: Vec<Search>,
    /// Every point of the searches, the columns of each network behind its name.
    points: String,
    /// The best of them.
    best: String,
}

/// A network that was searched for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    /// The recording of its search.
    recording: String,
    /// Its colour.
    color: ColorRole,
}

/// The rates that the fine search chooses on either set beside the reported ones; of each network
/// that of its hidden layers, then that of its output layer. Of equal choices the first: the picture
/// has all of them.
const BEST_COLUMNS: [&str; 3] = [
    "best rate, test images",
    "best rate, held-out images",
    "reported rate",
];

/// The searches by their numbers in the source data. The fine one tries the neighbours of the pair that
/// the coarse one finds best on the test images, so its choice on held-out images is not free of these.
const COARSE: f64 = 1.0;
const FINE: f64 = 2.0;
const NOTE: &str = "Curves and marks: the coarse search, each point the least error over the output \
                    rates. The fine search tries the neighbours of the coarse pair that is best on the \
                    test images, also where held-out images choose.";

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        let mut fields: Fields<'_> = vec![
            ("points", Named::SourceData, &self.points),
            ("best", Named::SourceData, &self.best),
        ];
        let recordings = self.searches.iter().map(|search| &search.recording);
        fields.extend(recordings.map(|name| ("searches", Named::Recording, name.as_str())));
        fields
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let mut columns = Vec::new();
        let mut best: [Vec<f64>; 3] = Default::default();
        for search in &self.searches {
            let recording = material.recording(&search.recording)?;
            let grid = recording.directory.table(GRID)?;
            let [search, hidden, output, _, held_out, test] = GRID_COLUMNS;
            let number = grid.column(search)?;
            let chosen = |errors: &str, rates: &str| -> Result<f64> {
                let (errors, rates) = (grid.column(errors)?, grid.column(rates)?);
                let fine = (0..errors.len()).filter(|&i| number[i] == FINE);
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
        material.write(&self.points, &Table::new(columns))?;
        let best = BEST_COLUMNS.map(str::to_owned).into_iter().zip(best);
        material.write(&self.best, &Table::new(best.collect()))
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.points)?;
        let mut curves = Vec::new();
        let mut epochs = Vec::new();
        for search in &self.searches {
            let run = &material.recording(&search.recording)?.recording.run;
            let points = Points::of(&table, run)?;
            let title = &material.project.experiments.run(&run.name)?.title;
            // The sizes in brackets would take the legend a line.
            let name = title.split(" (").next().unwrap_or(title);
            curves.push(curve(
                &points,
                &run.spec.learning_rates,
                name,
                color(search.color),
            )?);
            epochs.extend(points.epochs(COARSE));
        }
        epochs.dedup();
        Ok(learning_rate_grid(&LearningRateGrid {
            title: material.title(),
            rate_label: "Hidden learning rate (no hidden layer: output)".to_owned(),
            error_label: match epochs[..] {
                [1.0] => "Least error after one epoch".to_owned(),
                [epochs] => format!("Least error after {epochs} epochs"),
                _ => "Least error".to_owned(),
            },
            curves,
            note: NOTE.to_owned(),
            stamp,
        })?)
    }
}

/// The points of a network's searches.
struct Points<'a> {
    search: &'a [f64],
    /// Of no network without hidden layers.
    hidden: Option<&'a [f64]>,
    output: &'a [f64],
    epochs: &'a [f64],
    held_out: &'a [f64],
    test: &'a [f64],
}

impl<'a> Points<'a> {
    fn of(table: &'a Table, run: &ResolvedRun) -> Result<Self> {
        let column = |name: &str| table.column(&format!("{}: {name}", run.name));
        let [search, hidden, output, epochs, held_out, test] = GRID_COLUMNS;
        let is_deep = !run.spec.hidden.is_empty();
        Ok(Self {
            search: column(search)?,
            hidden: is_deep.then(|| column(hidden)).transpose()?,
            output: column(output)?,
            epochs: column(epochs)?,
            held_out: column(held_out)?,
            test: column(test)?,
        })
    }

    fn of_search(&self, number: f64) -> impl Iterator<Item = usize> {
        (0..self.search.len()).filter(move |&i| self.search[i] == number)
    }

    /// For how many epochs the networks of a search were trained.
    fn epochs(&self, number: f64) -> Option<f64> {
        self.of_search(number).next().map(|i| self.epochs[i])
    }

    /// The rate on the axis: that of hidden layers, if there are any.
    fn rate(&self, i: usize) -> f64 {
        self.hidden.unwrap_or(self.output)[i]
    }

    /// All pairs of least error in a search.
    fn best(&self, number: f64, errors: &[f64]) -> Vec<Vec<f64>> {
        let least = self.of_search(number).map(|i| errors[i]);
        let least = least.fold(f64::INFINITY, f64::min);
        self.of_search(number)
            .filter(|&i| errors[i] == least)
            .map(|i| {
                self.hidden
                    .map(|rates| rates[i])
                    .into_iter()
                    .chain([self.output[i]])
            })
            .map(Iterator::collect)
            .collect()
    }
}

fn curve(
    points: &Points<'_>,
    reported: &[f64],
    name: &str,
    color: Color,
) -> Result<LearningRateCurve> {
    let mut learning_rates: Vec<f64> = points.of_search(COARSE).map(|i| points.rate(i)).collect();
    learning_rates.sort_by(f64::total_cmp);
    learning_rates.dedup();
    let least_at = |errors: &[f64]| -> Vec<f64> {
        let at = |rate: &f64| {
            let of_rate = points
                .of_search(COARSE)
                .filter(|&i| points.rate(i) == *rate);
            of_rate.map(|i| errors[i]).fold(f64::INFINITY, f64::min)
        };
        learning_rates.iter().map(at).collect()
    };
    let search = |(number, name)| {
        let epochs = points.epochs(number)?;
        let unit = if epochs == 1.0 { "epoch" } else { "epochs" };
        Some(RateSearch {
            name: format!("{name}, {epochs} {unit}"),
            best_on_test: points.best(number, points.test),
            best_on_validation: points.best(number, points.held_out),
        })
    };
    // All hidden layers have one rate, in the search as in the paper.
    let (output, hidden) = reported.split_last().context("a network has a rate")?;
    Ok(LearningRateCurve {
        name: name.to_owned(),
        color,
        test_errors_percent: least_at(points.test),
        validation_errors_percent: least_at(points.held_out),
        reported: hidden
            .first()
            .into_iter()
            .chain([output])
            .copied()
            .collect(),
        searches: [(COARSE, "coarse"), (FINE, "fine")]
            .into_iter()
            .filter_map(search)
            .collect(),
        learning_rates,
    })
}

#[cfg(test)]
mod tests {
    //! Promise: every choice of a search is told, also where several are equally good.
    use super::*;

    #[test]
    fn equal_choices_are_all_there() {
        let points = Points {
            search: &[1.0, 1.0, 1.0, 2.0],
            hidden: Some(&[0.1, 0.1, 0.3, 0.3]),
            output: &[0.1, 0.3, 0.1, 0.2],
            epochs: &[1.0, 1.0, 1.0, 20.0],
            held_out: &[9.0, 8.0, 8.0, 4.0],
            test: &[9.0, 8.5, 8.4, 5.0],
        };
        let curve = curve(&points, &[0.23, 0.23, 0.12], "two", Color::SHALLOW).unwrap();
        let [coarse, fine] = &curve.searches[..] else {
            panic!("{:?}", curve.searches);
        };
        assert_eq!(coarse.best_on_test, [[0.3, 0.1]]);
        assert_eq!(coarse.best_on_validation, [[0.1, 0.3], [0.3, 0.1]]);
        assert_eq!(
            (coarse.name.as_str(), fine.name.as_str()),
            ("coarse, 1 epoch", "fine, 20 epochs")
        );
        assert_eq!(fine.best_on_test, [[0.3, 0.2]]);
        assert_eq!(curve.reported, [0.23, 0.12]);
        assert_eq!(curve.learning_rates, [0.1, 0.3]);
        assert_eq!(curve.validation_errors_percent, [8.0, 8.0]);
    }
}
