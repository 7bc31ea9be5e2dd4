//! Sampled phase lengths (eLife Figure 4B) and the distribution that they come from.
//!
//! A phase is `minimum_phase_ms` (50) longer than a draw from an inverse Gaussian (Wald)
//! distribution with mean `mu` (2 ms) and scale `lambda` (1 ms). The lengths are those of the first
//! training examples of a run with seed 1 and the parameters of the authors' program, which cuts
//! the draw down to whole ms; the density is that of the lengths before they are cut.
//!
//! `Fig_4B.csv`: a row an example for the lengths, a row a point of the density.

use std::f64::consts::TAU;

use anyhow::Result;
use segdend_core::segregated::mechanisms::PlateauTiming;
use segdend_core::segregated::params::{Parameters, ValidParameters};
use segdend_core::segregated::schedule::{Phase, Schedule};
use segdend_figures::{PhaseLengths, Picture, Stamp, phase_lengths};
use serde::Deserialize;

use super::column;
use crate::panels::{Fields, Kind, Material, Named};
use crate::tables::Table;

const EXAMPLES: u64 = 20;
const SEED: u64 = 1;
const EPOCH: u64 = 1;
/// Points of the density, and how far they are apart.
const POINTS: usize = 2_001;
const APART_MS: f64 = 0.02;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    /// Lengths and density.
    lengths: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![("lengths", Named::SourceData, &self.lengths)]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        material.write(&self.lengths, &table(&Parameters::default().valid()?))
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.lengths)?;
        let values = |name| table.column(name).map(<[f64]>::to_vec);
        Ok(phase_lengths(&PhaseLengths {
            title: material.title(),
            stamp,
            forward_ms: values("forward_phase_ms")?,
            target_ms: values("target_phase_ms")?,
            density_at_ms: values("density_at_ms")?,
            density_per_ms: values("density_per_ms")?,
        })?)
    }
}

fn table(p: &ValidParameters) -> Table {
    let schedules: Vec<Schedule> = (0..EXAMPLES)
        .map(|example| Schedule::draw(p, PlateauTiming::Synchronous, &[], SEED, EPOCH, example))
        .collect();
    let lengths = |phase: Phase| {
        let steps = schedules.iter().map(|one| one.steps[phase.index()]);
        steps.map(|steps| steps as f64).collect()
    };
    let at: Vec<f64> = (0..POINTS)
        .map(|point| p.minimum_phase_ms as f64 + APART_MS * point as f64)
        .collect();
    let density = at.iter().map(|&length| density_per_ms(p, length)).collect();
    Table::new(vec![
        column("forward_phase_ms", lengths(Phase::Forward)),
        column("target_phase_ms", lengths(Phase::Target)),
        column("density_at_ms", at),
        column("density_per_ms", density),
    ])
}

/// The density of phase lengths, per ms: with `x` the length beyond the minimum,
/// `f(x) = sqrt(lambda / (2 pi x^3)) exp(-lambda (x - mu)^2 / (2 mu^2 x))` for `x > 0` (Tweedie,
/// Annals of Mathematical Statistics 28:362, 1957).
fn density_per_ms(p: &Parameters, length_ms: f64) -> f64 {
    let (mean, scale) = (p.extra_phase_mean_ms, p.extra_phase_scale_ms);
    let x = length_ms - p.minimum_phase_ms as f64;
    if x <= 0.0 {
        return 0.0;
    }
    let exponent = -scale * (x - mean).powi(2) / (2.0 * mean * mean * x);
    (scale / (TAU * x.powi(3))).sqrt() * exponent.exp()
}

#[cfg(test)]
mod tests {
    //! Promise: the density is one, has the mean of its parameters, and is that of the draws.
    use super::*;

    /// Integrals of the density and of the length under it, by the midpoint rule.
    fn moments(p: &Parameters, from_ms: f64, to_ms: f64) -> (f64, f64) {
        let step = 0.001;
        let count = ((to_ms - from_ms) / step) as usize;
        (0..count).fold((0.0, 0.0), |(mass, first), point| {
            let at = from_ms + step * (point as f64 + 0.5);
            let share = step * density_per_ms(p, at);
            (mass + share, first + share * at)
        })
    }

    #[test]
    fn the_density_integrates_to_one_and_has_its_mean() {
        let p = Parameters::default().valid().unwrap();
        let (mass, mean) = moments(&p, 0.0, 250.0);
        assert!((mass - 1.0).abs() < 1e-6, "{mass}");
        assert!((mean - 52.0).abs() < 1e-4, "{mean}");
        assert_eq!(density_per_ms(&p, 50.0), 0.0);
    }

    #[test]
    fn the_draws_follow_the_density() {
        let p = Parameters::default().valid().unwrap();
        let examples = 10_000;
        let short = (0..examples)
            .flat_map(|example| {
                Schedule::draw(&p, PlateauTiming::Synchronous, &[], 3, 1, example).steps
            })
            .filter(|&steps| steps == 50)
            .count();
        let share = short as f64 / (2 * examples) as f64;
        // Cut down to whole ms, 50 ms stands for 50 to 51 ms.
        let (expected, _) = moments(&p, 50.0, 51.0);
        assert!((share - expected).abs() < 0.015, "{share} and {expected}");
    }

    #[test]
    fn there_is_a_length_of_each_phase_for_every_example() {
        let table = table(&Parameters::default().valid().unwrap());
        for name in ["forward_phase_ms", "target_phase_ms"] {
            let lengths = table.column(name).unwrap();
            assert_eq!(lengths.len(), EXAMPLES as usize);
            assert!(lengths.iter().all(|&length| length >= 50.0));
        }
    }
}
