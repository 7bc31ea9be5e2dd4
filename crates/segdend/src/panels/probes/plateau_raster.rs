//! Stochastic plateau times (eLife Figure 6, supplement 1A).
//!
//! The plateau times of a hundred hidden neurons over two training examples: the first hundred of
//! 500 over the first two examples of a run with stochastic plateaus, seed 1 and the parameters of
//! the authors' program. Each neuron's plateau comes `min(trunc |z|, 5)` ms before the end of the
//! phase, `z` normal with mean 0 and a standard deviation of 3 ms (the paper's text: a variance of
//! 3).
//!
//! `Fig_6S1A.csv`: a row a neuron for the times, a column a phase; a row an example for the phases.

use anyhow::Result;
use segdend_core::segregated::mechanisms::PlateauTiming;
use segdend_core::segregated::params::{Parameters, ValidParameters};
use segdend_core::segregated::schedule::{Phase, Schedule};
use segdend_figures::{ExamplePhases, Picture, PlateauRaster, Stamp, plateau_raster};
use serde::Deserialize;

use super::{BOUNDS, column, end_of_ms};
use crate::panels::{Fields, Kind, Material, Named};
use crate::tables::Table;

const EXAMPLES: u64 = 2;
const HIDDEN_NEURONS: usize = 500;
const SHOWN_NEURONS: usize = 100;
const SEED: u64 = 1;
const EPOCH: u64 = 1;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    /// Plateau times and phases.
    plateaus: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![("plateaus", Named::SourceData, &self.plateaus)]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        material.write(&self.plateaus, &table(&Parameters::default().valid()?))
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        draw(&material.read(&self.plateaus)?, &material.title(), stamp)
    }
}

fn plateau_column(example: usize, phase: &str) -> String {
    format!("example_{}_{phase}_plateau_ms", example + 1)
}

fn table(p: &ValidParameters) -> Table {
    let neurons = (0..SHOWN_NEURONS).map(|neuron| neuron as f64).collect();
    let mut columns = vec![column("hidden_neuron_from_0", neurons)];
    let mut bounds = [const { Vec::new() }; 3];
    let mut start = 0.0;
    for example in 0..EXAMPLES {
        let timing = PlateauTiming::Stochastic;
        let schedule = Schedule::draw(p, timing, &[HIDDEN_NEURONS], SEED, EPOCH, example);
        let target = start + schedule.steps[Phase::Forward.index()] as f64;
        let end = target + schedule.steps[Phase::Target.index()] as f64;
        for (bound, time) in bounds.iter_mut().zip([start, target, end]) {
            bound.push(time);
        }
        let phases = [
            (Phase::Forward, "forward", start),
            (Phase::Target, "target", target),
        ];
        for (phase, name, begin) in phases {
            let time = |neuron| begin + end_of_ms(schedule.plateau_step(phase, 0, neuron));
            let name = plateau_column(example as usize, name);
            columns.push((name, (0..SHOWN_NEURONS).map(time).collect()));
        }
        start = end;
    }
    columns.extend(BOUNDS.into_iter().zip(bounds).map(|(n, v)| column(n, v)));
    Table::new(columns)
}

fn draw(table: &Table, title: &str, stamp: Option<Stamp>) -> Result<Picture> {
    let [starts, targets, ends] = BOUNDS.map(|name| table.column(name));
    let bounds = starts?.iter().zip(targets?).zip(ends?);
    let examples: Vec<ExamplePhases> = bounds
        .map(
            |((&forward_start_ms, &target_start_ms), &end_ms)| ExamplePhases {
                forward_start_ms,
                target_start_ms,
                end_ms,
                ..ExamplePhases::default()
            },
        )
        .collect();
    let mut plateau_times_ms = vec![Vec::new(); table.column("hidden_neuron_from_0")?.len()];
    for example in 0..examples.len() {
        for phase in ["forward", "target"] {
            let times = table.column(&plateau_column(example, phase))?;
            for (neuron, &time) in plateau_times_ms.iter_mut().zip(times) {
                neuron.push(time);
            }
        }
    }
    Ok(plateau_raster(&PlateauRaster {
        title: title.to_owned(),
        stamp,
        examples,
        plateau_times_ms,
    })?)
}

#[cfg(test)]
mod tests {
    //! Promise: every neuron has one plateau a phase, none to five ms before its end.
    use super::*;

    #[test]
    fn plateaus_come_shortly_before_the_ends_of_phases() {
        let table = table(&Parameters::default().valid().unwrap());
        let [starts, targets, ends] = BOUNDS.map(|name| table.column(name).unwrap());
        assert_eq!(starts[1], ends[0]);
        let mut early = 0;
        for example in 0..EXAMPLES as usize {
            for (phase, end) in [("forward", targets[example]), ("target", ends[example])] {
                let times = table.column(&plateau_column(example, phase)).unwrap();
                assert_eq!(times.len(), SHOWN_NEURONS);
                for time in times {
                    assert!((0.0..=5.0).contains(&(end - time)), "{time} of {end} ms");
                    early += usize::from(*time < end);
                }
            }
        }
        // P(trunc |z| >= 1) for a standard deviation of 3 is 0.74.
        assert!((200..400).contains(&early), "{early} of 400");
        assert!(draw(&table, "6-S1A", None).unwrap().svg.contains("6-S1A"));
    }
}
