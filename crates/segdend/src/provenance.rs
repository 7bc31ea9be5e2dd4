//! Where source data came from, and the stamp that follows from it.

use anyhow::Result;
use segdend_core::data::{DataSummary, Source};
use segdend_figures::{RunScale, Stamp};
use serde::{Deserialize, Serialize};

use crate::data_source;
use crate::experiments::{Experiments, PAPER_SCALE, Scale};
use crate::manifest::RunResult;
use crate::recordings::{self, RecordingManifest, ResolvedRecording};
use crate::resolve::{self, ResolvedRun};
use crate::run_directory::key_suffix;

/// Where source data came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Provenance {
    /// The figure.
    pub(crate) figure: String,
    /// The files that this is about.
    pub(crate) source_data: Vec<String>,
    /// The scale.
    pub(crate) scale: String,
    /// The data set.
    pub(crate) data_set: Source,
    /// What pictures call it.
    pub(crate) data_set_name: String,
    /// Training images an epoch, here and in the paper's experiment.
    pub(crate) train_images: u64,
    /// The same in the paper's experiment.
    pub(crate) paper_train_images: u64,
    /// Test images, here.
    pub(crate) test_images: u64,
    /// The same in the paper's experiment.
    pub(crate) paper_test_images: u64,
    /// Epochs of the longest run.
    pub(crate) epochs: u64,
    /// The same in the paper's experiment.
    pub(crate) paper_epochs: u64,
    /// The runs; in a comparison of test errors, one a column.
    pub(crate) runs: Vec<ProvenanceRun>,
    /// The recordings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) recordings: Vec<ProvenanceRecording>,
}

/// A recording behind the source data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProvenanceRecording {
    /// The recording.
    pub(crate) recording: String,
    /// Its directory below `results/<scale>/recordings`.
    pub(crate) directory: String,
    /// Its cache key.
    pub(crate) key: String,
    /// The run that was watched.
    pub(crate) run: String,
    /// Epochs that were watched.
    pub(crate) epochs: usize,
    /// SHA-256 of the weights at the end.
    pub(crate) weights_sha256: String,
    /// The check sum of the images.
    #[serde(default)]
    pub(crate) data_checksum: String,
}

/// The run behind a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProvenanceRun {
    /// The column.
    pub(crate) column: String,
    /// The run.
    pub(crate) run: String,
    /// Its directory below `results/<scale>/runs`.
    pub(crate) directory: String,
    /// Its cache key.
    pub(crate) key: String,
    /// SHA-256 of its final weights.
    pub(crate) weights_sha256: String,
    /// The check sum of the images.
    pub(crate) data_checksum: String,
}

impl Provenance {
    /// What `source_data` of `figure` came from: runs, each with the column it belongs to, and
    /// recordings.
    pub(crate) fn new<'a>(
        figure: &str,
        source_data: &[&str],
        (scale, data): (&str, &DataSummary),
        experiments: &Experiments,
        runs: impl IntoIterator<Item = (&'a str, &'a ResolvedRun, &'a RunResult)>,
        recordings: impl IntoIterator<Item = (&'a ResolvedRecording, &'a RecordingManifest)>,
    ) -> Self {
        let paper = experiments.scales.get(PAPER_SCALE);
        let paper_or = |here: usize, there: fn(&Scale) -> usize| paper.map_or(here, there) as u64;
        let (mut epochs, mut paper_epochs) = (0, 0);
        let mut reached = |here: usize, there: Option<usize>| {
            epochs = epochs.max(here as u64);
            paper_epochs = paper_epochs.max(there.unwrap_or(here) as u64);
        };
        let whole = |run: &str| experiments.runs.get(run).map(|named| named.epochs);
        let runs = runs
            .into_iter()
            .map(|(column, run, result)| {
                reached(run.spec.epochs, whole(&run.name));
                ProvenanceRun {
                    column: column.to_owned(),
                    run: run.name.clone(),
                    directory: format!("{}{}", result.run, key_suffix(&run.key)),
                    key: run.key.clone(),
                    weights_sha256: result.weights_sha256.clone(),
                    data_checksum: run.data.checksum.clone(),
                }
            })
            .collect();
        let recordings = recordings
            .into_iter()
            .map(|(recording, manifest)| {
                let watched = experiments
                    .recordings
                    .get(&recording.name)
                    .and_then(|named| named.epochs);
                reached(manifest.epochs, watched.or(whole(&recording.run.name)));
                ProvenanceRecording {
                    recording: recording.name.clone(),
                    directory: format!("{}{}", manifest.recording, key_suffix(&recording.key)),
                    key: recording.key.clone(),
                    run: recording.run.name.clone(),
                    epochs: manifest.epochs,
                    weights_sha256: manifest.weights_sha256.clone(),
                    data_checksum: data.checksum.clone(),
                }
            })
            .collect();
        Self {
            figure: figure.to_owned(),
            source_data: source_data.iter().map(|&file| file.to_owned()).collect(),
            scale: scale.to_owned(),
            data_set: data.source.clone(),
            data_set_name: data_source::short_name(&data.source),
            train_images: data.train_images as u64,
            paper_train_images: paper_or(data.train_images, |paper| paper.train_images),
            test_images: data.test_images as u64,
            paper_test_images: paper_or(data.test_images, |paper| paper.test_images),
            epochs,
            paper_epochs,
            runs,
            recordings,
        }
    }

    /// Whether the runs and recordings behind it are those of the experiments. Source data of others
    /// is not: an experiment has changed since.
    pub(crate) fn is_current(&self, experiments: &Experiments) -> Result<bool> {
        let scale = experiments.scale(&self.scale)?;
        for behind in &self.runs {
            let Some(run) = experiments.runs.get(&behind.run) else {
                return Ok(false);
            };
            let spec = resolve::at_scale(run, scale, false)?;
            if resolve::cache_key(&spec, &behind.data_checksum) != behind.key {
                return Ok(false);
            }
        }
        for behind in &self.recordings {
            let Some(recording) = experiments.recordings.get(&behind.recording) else {
                return Ok(false);
            };
            let spec = resolve::at_scale(experiments.run(&recording.run)?, scale, false)?;
            if recordings::key(recording, &spec, &behind.data_checksum, scale) != behind.key {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What sets a picture of this apart from the paper's experiment.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        Stamp::for_run(&RunScale {
            name: self.scale.clone(),
            epochs: self.epochs,
            paper_epochs: self.paper_epochs,
            images: self.train_images,
            paper_images: self.paper_train_images,
            data_set: self.data_set_name.clone(),
        })
    }
}
