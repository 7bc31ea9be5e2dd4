//! The final test errors of every run, over the networks that differ in nothing but the seed.

use std::collections::BTreeSet;

use anyhow::Result;
use schemars::JsonSchema;
use segdend_analysis::{Summary, mean};
use serde::{Deserialize, Serialize};

use super::runs::Networks;
use crate::experiments::{Experiments, network_name};

/// A run and its further networks.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Condition {
    /// The run.
    pub(crate) run: String,
    /// Finished networks.
    pub(crate) networks: usize,
    /// The mean over the repeated tests of the first network, as the paper has it, %.
    pub(crate) first_mean_percent: Option<f64>,
    /// The mean over networks, %; of each the mean of its repeated tests.
    pub(crate) mean_percent: Option<f64>,
    /// Their standard deviation, percentage points; of one network none.
    pub(crate) standard_deviation_points: Option<f64>,
}

/// The runs of which there is a network, by name.
pub(super) fn of(
    networks: &Networks,
    experiments: &Experiments,
    scale: &str,
) -> Result<Vec<Condition>> {
    let further: BTreeSet<String> = experiments
        .runs
        .iter()
        .flat_map(|(name, run)| run.seeds.iter().map(|&seed| network_name(name, seed)))
        .collect();
    let mut found = Vec::new();
    for (name, run) in &experiments.runs {
        if further.contains(name) {
            continue;
        }
        let of_run = networks.of_run(experiments, run, scale)?;
        let means: Vec<f64> = of_run.iter().filter_map(|n| n.mean_error()).collect();
        if means.is_empty() {
            continue;
        }
        let first = of_run.iter().find(|n| n.manifest.seed == run.seed);
        let summary = (means.len() > 1).then(|| Summary::of(&means)).transpose()?;
        found.push(Condition {
            run: name.clone(),
            networks: means.len(),
            first_mean_percent: first.and_then(|network| network.mean_error()),
            mean_percent: Some(mean(&means)?),
            standard_deviation_points: summary.map(|summary| summary.standard_deviation),
        });
    }
    Ok(found)
}
