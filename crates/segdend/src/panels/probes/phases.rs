//! The phases of two examples in a row (eLife Figure 4A).
//!
//! Two test images are shown, forward and target phase each, to the final weights of the finished
//! run: the first '9', as in the paper, and the first image of another digit. The first begins at
//! rest; the second finds the voltages and spike histories that the first left behind, as in
//! training. Rates are `lambda_max sigma(U)` (Eqs. 13 and 15) in Hz; in the target phase the
//! teaching current (Eq. 16) drives them. Plateau potentials come at the ends of the phases.
//!
//! `Fig_4A.csv`: a row a ms for the rates, a row an example for the phases, a row a pixel for the
//! images.

use anyhow::{Context, Result};
use segdend_core::data::ImageSet;
use segdend_core::segregated::schedule::Phase;
use segdend_figures::{ExamplePhases, Phases, Picture, SmallImage, Stamp, phases};
use serde::Deserialize;

use super::{BOUNDS, TrainedNetwork, brightness, column, end_of_ms, first_nine, only};
use crate::panels::{Fields, Kind, Material, Named};
use crate::tables::Table;

/// Spikes per ms in Hz.
const HZ: f64 = 1_000.0;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    /// The run whose final weights are watched.
    run: String,
    /// Rates, phases and images.
    phases: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("run", Named::Run, &self.run),
            ("phases", Named::SourceData, &self.phases),
        ]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let mut network = TrainedNetwork::of(material, &self.run)?;
        let images = material.data()?.test();
        let table = observe(&mut network, images)?;
        material.write(&self.phases, &table)
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        draw(&material.read(&self.phases)?, &material.title(), stamp)
    }
}

fn observe(network: &mut TrainedNetwork, images: &ImageSet) -> Result<Table> {
    let nine = first_nine(images)?;
    let other = (0..images.len())
        .find(|&image| images.label(image) != images.label(nine))
        .context("all test images show the same digit: use a larger scale")?;
    let shown = [nine, other];

    let mut times = Vec::new();
    let mut rates = vec![Vec::new(); images.classes()];
    let mut bounds = [const { Vec::new() }; 3];
    let mut plateaus = Vec::new();
    let mut start = 0.0;
    for &image in &shown {
        let example = times.len();
        let schedule = network
            .show(images, image, &mut |_, _, layers| {
                times.push(end_of_ms(times.len()));
                let output = &layers[layers.len() - 1];
                for (unit, rate) in rates.iter_mut().zip(&output.rate) {
                    unit.push(HZ * rate);
                }
            })
            .schedule;
        let length = |phase: Phase| schedule.steps[phase.index()] as f64;
        let target = start + length(Phase::Forward);
        let end = target + length(Phase::Target);
        debug_assert_eq!(end - start, (times.len() - example) as f64);
        for (bound, time) in bounds.iter_mut().zip([start, target, end]) {
            bound.push(time);
        }
        plateaus.extend([target, end]);
        start = end;
    }

    let mut columns = vec![column("time_ms", times)];
    let units = rates.into_iter().enumerate();
    columns.extend(units.map(|(unit, rates)| (rate_column(unit), rates)));
    columns.push(column("plateau_time_ms", plateaus));
    let digits = shown.map(|image| images.label(image) as f64);
    columns.push(column("digit", digits.to_vec()));
    columns.extend(BOUNDS.into_iter().zip(bounds).map(|(n, v)| column(n, v)));
    let numbers = shown.map(|image| image as f64);
    columns.push(column("test_image_from_0", numbers.to_vec()));
    columns.push(column("image_columns", vec![images.columns() as f64]));
    for (example, &image) in shown.iter().enumerate() {
        columns.push((image_column(example), brightness(images, image)));
    }
    Ok(Table::new(columns))
}

fn rate_column(unit: usize) -> String {
    format!("output_{unit}_rate_hz")
}

fn image_column(example: usize) -> String {
    format!("example_{}_brightness", example + 1)
}

fn draw(table: &Table, title: &str, stamp: Option<Stamp>) -> Result<Picture> {
    let [starts, targets, ends] = BOUNDS.map(|name| table.column(name));
    let (starts, targets, ends) = (starts?, targets?, ends?);
    let columns = only(table, "image_columns")? as usize;
    let mut examples = Vec::new();
    for (example, &digit) in table.column("digit")?.iter().enumerate() {
        let bound = |bounds: &[f64]| bounds.get(example).copied().unwrap_or(f64::NAN);
        examples.push(ExamplePhases {
            digit: digit as u8,
            forward_start_ms: bound(starts),
            target_start_ms: bound(targets),
            end_ms: bound(ends),
            image: Some(SmallImage {
                columns,
                intensities: table.column(&image_column(example))?.to_vec(),
            }),
        });
    }
    let units = table.names().filter(|name| name.ends_with("_rate_hz"));
    let output_rates_hz = (0..units.count())
        .map(|unit| Ok(table.column(&rate_column(unit))?.to_vec()))
        .collect::<Result<_>>()?;
    Ok(phases(&Phases {
        title: title.to_owned(),
        stamp,
        examples,
        time_ms: table.column("time_ms")?.to_vec(),
        output_rates_hz,
        plateau_times_ms: table.column("plateau_time_ms")?.to_vec(),
    })?)
}

#[cfg(test)]
mod tests {
    //! Promise: the teaching current does what Eq. 16 says, phases follow each other without a
    //! gap, and the file holds all that is drawn.
    use super::super::tests::{through_a_file, trained};
    use super::*;

    #[test]
    fn a_nine_and_another_digit_are_taught() {
        let (data, spec, network) = trained();
        let mut trained = TrainedNetwork::new(&spec, network).unwrap();
        let table = observe(&mut trained, data.test()).unwrap();
        let digits = table.column("digit").unwrap();
        assert!(digits[0] == 9.0 && digits[1] != 9.0, "{digits:?}");
        let bounds = BOUNDS.map(|name| table.column(name).unwrap());
        assert!(bounds[0][0] == 0.0 && bounds[0][1] == bounds[2][0]);
        for (example, &digit) in digits.iter().enumerate() {
            let end = bounds[2][example] as usize;
            for unit in 0..10 {
                // The last ms of the target phase: the rate at 1 ms is the first of the column.
                let rate = table.column(&rate_column(unit)).unwrap()[end - 1];
                if unit as f64 == digit {
                    assert!(rate > 150.0, "unit {unit}: {rate} Hz");
                } else {
                    assert!(rate < 50.0, "unit {unit}: {rate} Hz");
                }
            }
        }
        let read = through_a_file(&table);
        assert_eq!(read, table);
        let pictures = [&table, &read].map(|table| draw(table, "4A", None).unwrap());
        assert_eq!(pictures[0].svg, pictures[1].svg);
    }
}
