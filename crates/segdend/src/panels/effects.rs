//! What single parameters change: one run against each of the others, one network against one of the same
//! seed. The interval is over their repeated tests, so it tells a change of these two networks from the
//! noise of testing them, not from what another seed would change.

use anyhow::{Context, Result, ensure};
use segdend_analysis::welch_t_test;
use segdend_figures::{Effect, Effects, Picture, Stamp, effects};
use serde::Deserialize;

use super::{Fields, Kind, Material, Named};
use crate::tables::Table;

const CONFIDENCE: f64 = 0.95;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {
    /// The run that the others are compared with.
    baseline: String,
    /// The others.
    changed: Vec<String>,
    /// The repeated tests of every run, a column a run.
    final_errors: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        let mut fields: Fields<'_> = vec![
            ("baseline", Named::Run, &self.baseline),
            ("final_errors", Named::SourceData, &self.final_errors),
        ];
        let changed = self.changed.iter();
        fields.extend(changed.map(|run| ("changed", Named::Run, run.as_str())));
        fields
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        material.write(&self.final_errors, &material.final_tests())
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.final_errors)?;
        let title = |run: &str| -> Result<&str> {
            Ok(material.project.experiments.run(run)?.title.as_str())
        };
        let tests = table.column(&self.baseline)?;
        let seed = seed_of_all(
            material
                .runs
                .iter()
                .map(|run| (&run.run.name, run.run.spec.seed)),
        )?;
        let mut rows = Vec::new();
        for run in &self.changed {
            let difference = welch_t_test(table.column(run)?, tests)
                .with_context(|| format!("`{run}` against `{}`", self.baseline))?;
            let interval = difference.confidence_interval(CONFIDENCE)?;
            let name = title(run)?;
            rows.push(Effect {
                // What all have in common goes without saying.
                name: name
                    .rsplit_once(", ")
                    .map_or(name, |(_, own)| own)
                    .to_owned(),
                change_points: difference.mean_difference,
                interval_points: Some((interval.lower, interval.upper)),
                networks_points: Vec::new(),
            });
        }
        Ok(effects(&Effects {
            title: material.title(),
            baseline: format!(
                "Change against: {}, parameters of the program. In each row n = 1 network of seed {seed} \
                 against n = 1 of the same seed; the intervals do not hold for other seeds.",
                title(&self.baseline)?
            ),
            interval_label: format!("95 % interval over {} of either network", count(&table)?),
            effects: rows,
            stamp,
        })?)
    }
}

/// The seed that all runs have; without one, a difference would be one of seeds too.
fn seed_of_all<'a>(mut runs: impl Iterator<Item = (&'a String, u64)>) -> Result<u64> {
    let (first, seed) = runs.next().context("there is no run")?;
    for (run, other) in runs {
        ensure!(
            other == seed,
            "changed: found seed {other} of `{run}`, expected {seed} as of `{first}`"
        );
    }
    Ok(seed)
}

/// `20 tests`, if all runs have as many.
fn count(table: &Table) -> Result<String> {
    let mut counts = Vec::new();
    for run in table.names() {
        counts.push(table.column(run)?.len());
    }
    counts.dedup();
    Ok(match counts[..] {
        [count] => format!("{count} tests"),
        _ => "repeated tests".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    //! Promise: only networks of the same seed are compared.
    use super::*;

    #[test]
    fn another_seed_is_refused() {
        let names = ["regular", "regular-paper"].map(str::to_owned);
        let of = |seeds: [u64; 2]| seed_of_all(names.iter().zip(seeds));
        assert_eq!(of([1, 1]).unwrap(), 1);
        let refusal = of([1, 2]).unwrap_err().to_string();
        assert!(refusal.contains("seed 2 of `regular-paper`"), "{refusal}");
    }
}
