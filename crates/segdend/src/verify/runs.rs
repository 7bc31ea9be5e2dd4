//! Finished runs and recordings against themselves, and a run's first epoch trained again.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use segdend_core::MODEL_VERSION;
use segdend_core::data::DataSet;
use segdend_core::training::{Stage, Training, TrainingSpec};

use super::{Check, State};
use crate::experiments::RecordingKind;
use crate::manifest::{Manifest, RunResult};
use crate::recordings::{RecordingManifest, ResolvedRecording};
use crate::run_directory::{self, MANIFEST, RESULT, key_suffix};
use crate::{interrupt, resolve, suggest};

/// Images between two looks at Ctrl-C.
const SLICE: usize = 500;

/// A finished run as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct TrainedRun {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The name of that directory.
    pub(crate) directory: String,
    /// What it is.
    pub(crate) manifest: Manifest,
    /// What came out.
    pub(crate) result: RunResult,
}

/// The finished runs of a directory, sorted, and how many there are of other versions of the model,
/// whose numbers nothing uses. Runs under way are not among them.
pub(crate) fn finished(directory: &Path) -> Result<(Vec<TrainedRun>, usize)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    let (mut runs, mut others) = (Vec::new(), 0);
    for path in paths {
        let manifest: Option<Manifest> = run_directory::read_json(&path.join(MANIFEST))?;
        let result: Option<RunResult> = run_directory::read_json(&path.join(RESULT))?;
        let (Some(manifest), Some(result)) = (manifest, result) else {
            continue;
        };
        if manifest.model_version != MODEL_VERSION {
            others += 1;
            continue;
        }
        let directory = path.file_name().unwrap_or_default();
        runs.push(TrainedRun {
            directory: directory.to_string_lossy().into_owned(),
            path,
            manifest,
            result,
        });
    }
    Ok((runs, others))
}

/// The run of this name or directory; without a name, any. Only runs on these images. Where the
/// experiments have a run of the name, it is theirs: `key` is its key.
pub(crate) fn choose<'r>(
    runs: &'r [TrainedRun],
    name: Option<&str>,
    key: Option<&str>,
    data: &DataSet,
) -> Result<&'r TrainedRun> {
    let here: Vec<&TrainedRun> = runs
        .iter()
        .filter(|run| run.manifest.data.checksum == data.summary().checksum)
        .collect();
    let Some(name) = name else {
        if here.is_empty() {
            bail!("no finished run was trained on these images: name others with --data-set");
        }
        return Ok(here[fastrand::usize(..here.len())]);
    };
    if let Some(run) = here.iter().find(|run| key == Some(&run.manifest.key)) {
        return Ok(run);
    }
    let found: Vec<&TrainedRun> = here
        .iter()
        .filter(|run| run.manifest.run == name || run.directory == name)
        .copied()
        .collect();
    match found.as_slice() {
        [run] => Ok(run),
        [] => {
            let names = here.iter().map(|run| run.manifest.run.as_str());
            bail!(
                "no finished run on these images is called `{name}`: {}",
                suggest::among(name, names)
            )
        }
        several => {
            let names: Vec<&str> = several.iter().map(|run| run.directory.as_str()).collect();
            bail!(
                "several runs are called `{name}`: name one of the directories {}",
                names.join(", ")
            )
        }
    }
}

/// Trains the first epoch of a training again, without its tests; the SHA-256 of the weights after
/// it. `None` after Ctrl-C.
pub(crate) fn first_epoch(spec: &TrainingSpec, data: &DataSet) -> Result<Option<String>> {
    let spec = TrainingSpec {
        epochs: 1,
        final_tests: 0,
        ..spec.clone()
    };
    // Tests leave no trace in a training, so it can begin behind the first of them.
    let mut state = Training::begin(&spec, data)?.state();
    state.stage = Stage::Train {
        epoch: 1,
        next: 0,
        wrong: 0,
    };
    let mut training = Training::resume(&spec, data, &state)?;
    while matches!(training.stage(), Stage::Train { .. }) {
        if interrupt::requested() {
            return Ok(None);
        }
        training.advance(SLICE)?;
    }
    let hashes = &training.history().weights_sha256;
    Ok(Some(hashes.first().context("an epoch has ended")?.clone()))
}

impl TrainedRun {
    /// The SHA-256 of the weights after the first epoch, as it is kept.
    pub(crate) fn first_epoch_sha256(&self) -> Option<&str> {
        self.result
            .history
            .weights_sha256
            .first()
            .map(String::as_str)
    }

    /// Whether key, directory and checksums belong together.
    pub(crate) fn check(&self) -> Check {
        let (manifest, result) = (&self.manifest, &self.result);
        let key = resolve::cache_key(&manifest.spec, &manifest.data.checksum);
        let (epochs, hashes) = (manifest.spec.epochs, &result.history.weights_sha256);
        let what = format!("runs/{}", self.directory);
        let wrong = if manifest.key != key {
            Some("its key is not that of its specification and images".to_owned())
        } else if result.key != key {
            Some("its result is that of another key".to_owned())
        } else if !self.directory.ends_with(&key_suffix(&key)) {
            Some("its directory is that of another key".to_owned())
        } else if hashes.len() != epochs {
            Some(format!(
                "{RESULT} holds weights_sha256 of {} epochs, expected {epochs}",
                hashes.len()
            ))
        } else if manifest.weights_sha256 != result.weights_sha256 {
            Some(format!("{MANIFEST} and {RESULT} differ in weights_sha256"))
        } else if hashes
            .last()
            .is_some_and(|last| *last != result.weights_sha256)
        {
            Some("weights_sha256 after the last epoch is not that of the final weights".to_owned())
        } else {
            None
        };
        wrong.map_or_else(
            || Check::equal(&what),
            |detail| Check::new(&what, State::Different, detail),
        )
    }
}

/// Whether a recording is that of the experiments, whole, and of the weights of its run.
pub(crate) fn check_recording(
    (path, manifest): &(PathBuf, RecordingManifest),
    expected: Option<&ResolvedRecording>,
    runs: &[TrainedRun],
) -> Check {
    let directory = path.file_name().unwrap_or_default().to_string_lossy();
    let what = format!("recordings/{directory}");
    let wrong = |detail: String| Check::new(&what, State::Different, detail);
    let Some(expected) = expected else {
        return Check::new(
            &what,
            State::NotMade,
            "its key is not that of a recording of the experiments at this scale",
        );
    };
    if !directory.ends_with(&key_suffix(&expected.key)) {
        return wrong("its directory is that of another key".to_owned());
    }
    for table in &manifest.tables {
        if !path.join(table).is_file() {
            return wrong(format!("its table {table} is missing"));
        }
    }
    // Those that train networks of their own have other weights.
    let watches = matches!(
        manifest.measures,
        RecordingKind::Losses
            | RecordingKind::Angles
            | RecordingKind::Condition
            | RecordingKind::Embedding
    );
    let same = |run: &&TrainedRun| {
        run.manifest.data.checksum == expected.run.data.checksum
            && (TrainingSpec {
                epochs: expected.run.spec.epochs,
                final_tests: expected.run.spec.final_tests,
                ..run.manifest.spec.clone()
            }) == expected.run.spec
    };
    let after = runs.iter().filter(|_| watches).find(same).and_then(|run| {
        run.result
            .history
            .weights_sha256
            .get(manifest.epochs.checked_sub(1)?)
    });
    match after {
        Some(hash) if *hash != manifest.weights_sha256 => wrong(format!(
            "its weights are not those of the run `{}` after {} epochs",
            manifest.run, manifest.epochs
        )),
        _ => Check::equal(&what),
    }
}
