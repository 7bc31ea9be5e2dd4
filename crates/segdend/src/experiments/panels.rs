//! Panels as data: every figure that is not a comparison of test errors.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::versions::{NumberEntry, VersionEntry};
use super::{Experiments, check_name};

/// What a panel draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Drawing {
    /// A schematic without data.
    Schematic,
    /// One neuron over a forward phase, and its plateau potential (3C).
    TransmitAndPlateau,
    /// Output rates over the phases of two examples (4A).
    Phases,
    /// Sampled phase lengths and their density (4B).
    PhaseLengths,
    /// Stochastic plateau times (6-S1A).
    PlateauRaster,
    /// A neuron's voltages under apical spikes alone (the traces of 9A).
    ApicalAttenuation,
    /// Basal weights under early and late apical input (10B).
    TimingPrediction,
    /// The hidden against the output layer's loss, one digit (5B).
    LossScatter,
    /// Their correlation over training (5C).
    LossCorrelations,
    /// The largest eigenvalue of Theorem 1's condition over examples (5-S1A).
    Eigenvalues,
    /// The product of the Jacobians, before and after an epoch (5-S1B).
    JacobianProducts,
    /// How often Theorem 1's inequality holds.
    Theorem,
    /// Maps of the layers' activities (6C).
    Embeddings,
    /// The angle between local and backpropagated updates (7A).
    Angles,
    /// The same in rate networks.
    RateAngles,
    /// Receptive fields (7B).
    Fields,
    /// How well each has its like among backpropagation's (7C).
    FieldCorrelations,
    /// Final errors over independent networks, all of a condition's that are there.
    Networks,
    /// What single parameters change.
    Effects,
    /// Errors over grids of learning rates.
    LearningRates,
    /// What versions of the program make of the reported numbers; of the runs and recordings of these,
    /// those that are there.
    Versions,
}

impl Drawing {
    /// Whether it is drawn from those of its runs and recordings that are there.
    #[must_use]
    pub fn takes_what_is_there(self) -> bool {
        matches!(self, Self::Versions | Self::Networks)
    }
}

/// A panel: what it draws from which runs and recordings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// What the command calls it.
    pub name: String,
    /// The panel's number in arXiv 1610.00161, if it has one.
    #[serde(default)]
    pub arxiv: String,
    /// Over the picture.
    pub title: String,
    /// The heading of the page that it is under.
    pub heading: String,
    /// What it shows.
    pub legend: String,
    /// What it draws.
    pub draws: Drawing,
    /// Runs whose results or final weights it shows.
    #[serde(default)]
    pub runs: Vec<String>,
    /// Recordings that it shows.
    #[serde(default)]
    pub recordings: Vec<String>,
    /// Its source data.
    #[serde(default)]
    pub source_data: Vec<String>,
    /// The scale at which `reproduce` makes it; if left out, at all.
    #[serde(default)]
    pub only_at: Option<String>,
    /// Versions of the program that are compared.
    #[serde(default)]
    pub versions: Vec<VersionEntry>,
    /// In what they are compared.
    #[serde(default)]
    pub numbers: Vec<NumberEntry>,
}

impl Panel {
    /// Checks the panel by itself and against the runs and recordings.
    pub(super) fn check(&self, experiments: &Experiments) -> Result<()> {
        check_name(&self.name)?;
        if let Some(scale) = &self.only_at {
            experiments.scale(scale).context("only_at")?;
        }
        for run in &self.runs {
            experiments.run(run).context("runs")?;
        }
        for recording in &self.recordings {
            experiments.recording(recording).context("recordings")?;
        }
        for file in &self.source_data {
            let plain = Path::new(file)
                .file_name()
                .is_some_and(|plain| plain == file.as_str());
            ensure!(plain, "`{file}` is not a plain file name");
        }
        let data = !self.runs.is_empty() || !self.recordings.is_empty();
        ensure!(
            !data || !self.source_data.is_empty(),
            "source_data is empty, expected the files that the panel is drawn from"
        );
        Ok(())
    }
}
