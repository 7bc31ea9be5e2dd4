//! The paper's mathematics in numbers: its formulas evaluated, and the lengths of phases that its
//! distribution gives (Figure 4B), written as source data. No network is behind any of it.

use std::path::Path;

use anyhow::Result;
use segdend_analysis::lemma_allowance;
use segdend_core::rng::Occasion;
use segdend_core::segregated::mechanisms::PlateauTiming;
use segdend_core::segregated::params::Parameters;
use segdend_core::segregated::schedule::Schedule;

use crate::experiments::{Formula, ParameterSet};
use crate::tables::Table;

/// Lengths of training phases, ms, a column a set of parameters.
pub(crate) const PHASE_LENGTHS: &str = "audit-phase-lengths.csv";
/// Examples whose lengths are drawn.
const EXAMPLES: u64 = 10_000;

/// A formula of the paper's parameters.
pub(crate) fn formula(name: Formula) -> f64 {
    let p = Parameters::paper();
    let (long, short) = (p.tau_long_ms, p.tau_short_ms);
    let bound = 2.0 * long.powi(2) * short.powi(2) / ((long - short).powi(2) * (long + short));
    let window_ms = p.minimum_phase_ms as f64;
    match name {
        Formula::ConductanceRatio => p.basal_conductance / 0.05,
        Formula::LemmaBound => {
            let rate_per_ms: f64 = 0.02;
            bound * rate_per_ms.powi(2)
        }
        Formula::LemmaShare => lemma_allowance(window_ms, long, short),
        Formula::LemmaIntegral => {
            // g(u) = (tau_L exp(-u / tau_L) - tau_s exp(-u / tau_s)) / (tau_L - tau_s), squared and
            // integrated term by term.
            let part = |rate: f64| (1.0 - (-rate * window_ms).exp()) / rate;
            let integral = long.powi(2) * part(2.0 / long) + short.powi(2) * part(2.0 / short)
                - 2.0 * long * short * part(1.0 / long + 1.0 / short);
            integral / (long - short).powi(2) / bound
        }
    }
}

/// Writes the table of phase lengths to a directory of source data, unless it is there.
pub(crate) fn write_phase_lengths(directory: &Path) -> Result<()> {
    let path = directory.join(PHASE_LENGTHS);
    if !path.is_file() {
        phase_lengths()?.write(&path)?;
    }
    Ok(())
}

fn phase_lengths() -> Result<Table> {
    let mut columns = Vec::new();
    for set in ParameterSet::all() {
        let (name, p) = (set.name(), set.parameters().valid()?);
        let mut lengths = Vec::new();
        for example in 0..EXAMPLES {
            let schedule = Schedule::draw(
                &p,
                PlateauTiming::Synchronous,
                &[],
                1,
                Occasion::Audit(0),
                example,
            );
            lengths.extend(schedule.steps.map(|steps| steps as f64));
        }
        columns.push((name.to_owned(), lengths));
    }
    Ok(Table::new(columns))
}

#[cfg(test)]
mod tests {
    //! Promise: the formulas are those of the paper, computed here a second way.
    use super::*;

    #[test]
    fn the_lemmas_numbers() {
        // 2 * 100 * 9 / (49 * 13) = 2.8257 ms, times (0.02 / ms)^2.
        assert!((formula(Formula::LemmaBound) - 1_800.0 / 637.0 * 4e-4).abs() < 1e-15);
        assert_eq!(formula(Formula::ConductanceRatio), 0.6 / 0.05);
        let steps = 500_000;
        let width = 50.0 / f64::from(steps);
        let g = |u: f64| (10.0 * (-u / 10.0).exp() - 3.0 * (-u / 3.0).exp()) / 7.0;
        let sum: f64 = (0..steps)
            .map(|k| g((f64::from(k) + 0.5) * width).powi(2) * width)
            .sum();
        let expected = sum / (1_800.0 / 637.0);
        assert!(
            (formula(Formula::LemmaIntegral) - expected).abs() < 1e-6,
            "{expected}"
        );
    }
}
