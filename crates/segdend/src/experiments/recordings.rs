//! Recordings as data: what is measured of a training beside its test errors.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use super::{Experiments, ParameterSet, network_name, set_name};

/// What a recording measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RecordingKind {
    /// Losses of both layers over the test images, after every epoch (5B, 5C).
    Losses,
    /// The angle between the local update and backpropagation's, example by example (7A).
    Angles,
    /// The condition and the inequality of Theorem 1, example by example (5-S1).
    Condition,
    /// t-SNE of every layer's activity over the test images, final weights (6C).
    Embedding,
    /// Dendritic voltages and Lemma 1 in untrained networks of every set of parameters.
    Untrained,
    /// Both sides of Eqs. 8 and 18, hidden losses and rates in single presentations, final weights.
    Presentations,
    /// Errors over a grid of learning rates.
    LearningRates,
    /// The angle in rate networks of the same sizes, feedback alignment and backpropagation.
    RateAngles,
}

/// A recording.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// One line for people.
    pub title: String,
    /// What it measures.
    pub measures: RecordingKind,
    /// The run whose training is watched.
    pub run: String,
    /// Epochs that are watched; if left out, those of the run.
    #[serde(default)]
    pub epochs: Option<usize>,
    /// Seeds of the run's further networks that are watched too.
    #[serde(default)]
    pub seeds: Vec<u64>,
    /// Further sets of parameters under which the run is watched, each with the seeds of its networks.
    #[serde(default)]
    pub sets: BTreeMap<ParameterSet, Vec<u64>>,
}

impl RecordingKind {
    /// Whether it is measured on the final weights of the run and not while it trains.
    #[must_use]
    pub fn needs_final_weights(self) -> bool {
        matches!(self, Self::Embedding | Self::Presentations)
    }
}

impl RecordingKind {
    /// Whether no figure needs it but the audit.
    #[must_use]
    pub fn is_for_the_audit(self) -> bool {
        matches!(self, Self::Untrained | Self::Presentations)
    }
}

impl Recording {
    /// The further recordings of this one, which is called `name`; `seed` is that of its run.
    pub(super) fn further(&self, name: &str, seed: u64) -> Vec<(String, Self)> {
        let of = |name: &str, run: &str, of_seed: u64| {
            let (name, run) = if of_seed == seed {
                (name.to_owned(), run.to_owned())
            } else {
                (network_name(name, of_seed), network_name(run, of_seed))
            };
            let recording = Self {
                title: format!("{}: {run}", self.title),
                run,
                seeds: Vec::new(),
                sets: BTreeMap::new(),
                ..self.clone()
            };
            (name, recording)
        };
        let seeds = self.seeds.iter().map(|&seed| of(name, &self.run, seed));
        let sets = self.sets.iter().flat_map(|(&set, seeds)| {
            let (name, run) = (set_name(name, set), set_name(&self.run, set));
            seeds
                .iter()
                .map(move |&seed| of(&name, &run, seed))
                .collect::<Vec<_>>()
        });
        seeds.chain(sets).collect()
    }

    pub(super) fn check(&self, experiments: &Experiments) -> Result<()> {
        experiments.run(&self.run).context("run")?;
        ensure!(
            self.epochs.is_none() || !self.measures.needs_final_weights(),
            "epochs: the final weights are those of all epochs"
        );
        Ok(())
    }
}
