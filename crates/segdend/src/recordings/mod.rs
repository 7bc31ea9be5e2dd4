//! Recordings: what is measured of a training while it goes on.
//!
//! | module | what it does |
//! |---|---|
//! | `job` | trains the run again, from its beginning, and lets a recorder watch |
//! | `losses` | losses of both layers over the test images, after every epoch |
//! | `angles` | the local update against backpropagation's, example by example |
//! | `condition` | the condition and the inequality of Theorem 1, example by example |
//! | `embedding` | t-SNE of every layer's activity, final weights |
//! | `presentations` | single presentations: Eqs. 8 and 18, Lemma 1, voltages, rates |
//! | `learning_rates` | errors over a grid of learning rates |
//! | `rate_angles` | angles in rate networks of the run's sizes |
//! | `watcher` | what watches a training, without a place to keep it: for measurements of its cost |
//!
//! A recording's directory, `results/<scale>/recordings/<name>-<key>/`, holds its tables,
//! `recording.json` when it is finished, and while it is under way what is needed to go on.

pub(crate) mod angles;
pub(crate) mod condition;
pub(crate) mod embedding;
mod job;
pub(crate) mod learning_rates;
pub(crate) mod losses;
pub(crate) mod presentations;
pub(crate) mod rate_angles;
mod watcher;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use segdend_core::segregated;
use segdend_core::segregated::TrainingSpec;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use watcher::Watcher;

pub(crate) use job::{RecordingJob, first_rows};

use crate::experiments::{Recording, RecordingKind, Scale};
use crate::resolve::{self, ResolvedRun};
use crate::run_directory::{self, RunDirectory};
use crate::tables::Table;

/// It says that a recording is finished.
pub(crate) const MANIFEST_FILE: &str = "recording.json";

/// Version of what a recorder measures: a new one whenever the same training gives other tables.
fn recorder_version(measures: RecordingKind) -> u32 {
    match measures {
        // 2: products on the engine's tiles, in f32 within a tile. 3: all in f64.
        RecordingKind::Angles | RecordingKind::Condition => 3,
        _ => 1,
    }
}

/// A recording of which nothing is left open.
#[derive(Debug, Clone)]
pub(crate) struct ResolvedRecording {
    /// Its name.
    pub(crate) name: String,
    /// What it measures.
    pub(crate) measures: RecordingKind,
    /// The training that is watched.
    pub(crate) run: ResolvedRun,
    /// Learning rates a layer, of a search for them.
    pub(crate) grid_rates: usize,
    /// The cache key, 64 hexadecimal digits.
    pub(crate) key: String,
}

impl ResolvedRecording {
    /// Joins a recording, its run and the scale of both.
    pub(crate) fn new(name: &str, recording: &Recording, run: &ResolvedRun, scale: &Scale) -> Self {
        let spec = watched_spec(recording, &run.spec);
        let run = ResolvedRun::new(&run.name, &run.scale, spec, run.data.clone());
        let key = key_of(recording, &run.key, scale);
        Self {
            name: name.to_owned(),
            measures: recording.measures,
            run,
            grid_rates: scale.grid_rates,
            key,
        }
    }
}

/// What is trained for a recording of a run: all of it, or as many epochs as are watched.
fn watched_spec(recording: &Recording, spec: &TrainingSpec) -> TrainingSpec {
    let mut spec = spec.clone();
    if !recording.measures.needs_final_weights() {
        spec.final_tests = 0;
        spec.epochs = recording
            .epochs
            .map_or(spec.epochs, |epochs| epochs.min(spec.epochs));
    }
    spec
}

/// The cache key of a recording of a run, on images of a check sum.
pub(crate) fn key(
    recording: &Recording,
    spec: &TrainingSpec,
    data_checksum: &str,
    scale: &Scale,
) -> String {
    let watched = watched_spec(recording, spec);
    key_of(
        recording,
        &resolve::cache_key(&watched, data_checksum),
        scale,
    )
}

fn key_of(recording: &Recording, run_key: &str, scale: &Scale) -> String {
    let grid = recording.measures == RecordingKind::LearningRates;
    resolve::hash(&json!({
        "recording": recording.measures,
        "recorders_version": recorder_version(recording.measures),
        "run": run_key,
        "grid_rates": grid.then_some(scale.grid_rates),
    }))
}

/// Whether the first rows of a table can be measured by themselves: it grows row by row while its
/// recording goes on, or all of it takes seconds.
pub(crate) fn begins(table: &str) -> bool {
    let growing = [
        losses::CORRELATIONS,
        losses::MEANS,
        angles::ANGLES,
        condition::EXAMPLES,
    ];
    growing.contains(&table)
        || presentations::UNTRAINED.contains(&table)
        || presentations::TRAINED.contains(&table)
}

/// Of a finished recording: what was measured of what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RecordingManifest {
    /// The recording.
    pub(crate) recording: String,
    /// Its cache key.
    pub(crate) key: String,
    /// What it measures.
    pub(crate) measures: RecordingKind,
    /// The run that was watched.
    pub(crate) run: String,
    /// The key of the watched training.
    pub(crate) run_key: String,
    /// Epochs that were watched.
    pub(crate) epochs: usize,
    /// SHA-256 of the weights at the end.
    pub(crate) weights_sha256: String,
    /// The version of the model's numbers.
    pub(crate) model_version: u32,
    /// The version of this program.
    pub(crate) program_version: String,
    /// Its tables.
    pub(crate) tables: Vec<String>,
    /// SHA-256 of each of them; none of recordings older than this field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) tables_sha256: BTreeMap<String, String>,
    /// Time spent, watching included.
    pub(crate) wall_seconds: f64,
}

/// The finished recordings of this version of the model in a scale's directory, which need not be
/// there, and where each is; sorted.
pub(crate) fn finished(directory: &Path) -> Result<Vec<(PathBuf, RecordingManifest)>> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let manifest: Option<RecordingManifest> =
            run_directory::read_json(&path.join(MANIFEST_FILE))?;
        if let Some(manifest) = manifest.filter(|it| it.model_version == segregated::VERSION) {
            all.push((path, manifest));
        }
    }
    Ok(all)
}

/// The directory of a recording.
#[derive(Debug, Clone)]
pub(crate) struct RecordingDirectory {
    /// Locks and checkpoints are those of runs.
    run: RunDirectory,
    path: PathBuf,
}

impl RecordingDirectory {
    /// The directory at `path` of the recording with this key. Nothing is read or made.
    pub(crate) fn new(path: PathBuf, key: &str) -> Self {
        Self {
            run: RunDirectory::new(path.clone(), key),
            path,
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What was measured, if the recording is finished.
    pub(crate) fn manifest(&self) -> Result<Option<RecordingManifest>> {
        run_directory::read_json(&self.path.join(MANIFEST_FILE))
    }

    /// A table of a finished recording.
    pub(crate) fn table(&self, name: &str) -> Result<Table> {
        Table::read(&self.path.join(name))
    }

    fn finish(
        &self,
        recording: &ResolvedRecording,
        weights_sha256: String,
        tables: &[(String, Table)],
        wall_seconds: f64,
    ) -> Result<RecordingManifest> {
        let mut tables_sha256 = BTreeMap::new();
        for (name, table) in tables {
            let path = self.path.join(name);
            table.write(&path)?;
            let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
            tables_sha256.insert(name.clone(), run_directory::sha256(&bytes));
        }
        let manifest = RecordingManifest {
            recording: recording.name.clone(),
            key: recording.key.clone(),
            measures: recording.measures,
            run: recording.run.name.clone(),
            run_key: recording.run.key.clone(),
            epochs: recording.run.spec.epochs,
            weights_sha256,
            model_version: segregated::VERSION,
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            tables: tables.iter().map(|(name, _)| name.clone()).collect(),
            tables_sha256,
            wall_seconds,
        };
        run_directory::write_json(&self.path.join(MANIFEST_FILE), &manifest)?;
        for left_behind in [
            "checkpoint.bin",
            "timing.json",
            job::RECORDER_FILE,
            learning_rates::POINTS_FILE,
        ] {
            // They would do no harm.
            let _ = std::fs::remove_file(self.path.join(left_behind));
        }
        Ok(manifest)
    }
}
