//! Finished runs and recordings against themselves, and a run's first epoch trained again.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use segdend_core::data::DataSet;
use segdend_core::rng::Occasion;
use segdend_core::segregated;
use segdend_core::segregated::engine::Engine;
use segdend_core::segregated::{Training, TrainingSpec, test_errors};
use segdend_core::training::{History, weights_sha256};

use super::{Check, State};
use crate::experiments::RecordingKind;
use crate::manifest::{Manifest, RunResult};
use crate::recordings::{self, MANIFEST_FILE, RecordingJob, RecordingManifest, ResolvedRecording};
use crate::run_directory::{self, MANIFEST, RESULT, key_suffix};
use crate::tables::Table;
use crate::{final_weights, interrupt, resolve, suggest};

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
        if manifest.model_version != segregated::VERSION {
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

/// Trains and tests the first epoch of a training again. `None` after Ctrl-C.
pub(crate) fn first_epoch(spec: &TrainingSpec, data: &DataSet) -> Result<Option<History>> {
    let spec = TrainingSpec {
        epochs: 1,
        final_tests: 0,
        ..spec.clone()
    };
    let mut training = Training::begin(&spec, data)?;
    while !training.is_finished() {
        if interrupt::requested() {
            return Ok(None);
        }
        training.advance(SLICE)?;
    }
    Ok(Some(training.history().clone()))
}

/// Repeats one of the final tests of a run that keeps its weights; `None` of a run without weights, or
/// without such tests.
pub(crate) fn final_test(run: &TrainedRun, data: &DataSet) -> Result<Option<Check>> {
    let spec = &run.manifest.spec;
    let errors = &run.result.history.final_test_errors_percent;
    let path = run.path.join(final_weights::FILE);
    if errors.is_empty() || !path.is_file() || run.manifest.data.checksum != data.summary().checksum
    {
        return Ok(None);
    }
    let what = format!("runs/{}, a final test of its weights", run.directory);
    let sizes = spec.sizes(data);
    let network = match final_weights::read(&path, &run.manifest.key, &sizes) {
        Ok(network) => network,
        Err(error) => {
            let detail = crate::output::chain(&error);
            return Ok(Some(Check::new(what, State::Different, detail)));
        }
    };
    if weights_sha256(|visitor| network.visit(visitor)) != run.result.weights_sha256 {
        let detail = format!(
            "{} holds other weights than {RESULT} names",
            final_weights::FILE
        );
        return Ok(Some(Check::new(what, State::Different, detail)));
    }
    let rates = spec.learning_rates.clone();
    let engine = Engine::new(
        spec.parameters.clone().valid()?,
        spec.mechanisms,
        rates,
        &network,
    )?;
    let repeat = fastrand::usize(..errors.len());
    let images = data.test();
    let occasion = Occasion::FinalTest(repeat as u64);
    let wrong: f64 = test_errors(&engine, images, spec.seed, occasion, 0..images.len())
        .iter()
        .sum();
    let found = 100.0 * wrong / images.len() as f64;
    Ok(Some(if found == errors[repeat] {
        Check::equal(what)
    } else {
        let detail = format!(
            "test {} has {} %, here {found} %",
            repeat + 1,
            errors[repeat]
        );
        Check::new(what, State::Different, detail)
    }))
}

/// Measures the first rows of a recording again; `None` of one that cannot be begun in part.
pub(crate) fn recorded_again(
    (path, manifest): &(PathBuf, RecordingManifest),
    job: &RecordingJob,
    data: &DataSet,
    examples: usize,
) -> Result<Option<Check>> {
    let directory = path.file_name().unwrap_or_default().to_string_lossy();
    let what = format!("recordings/{directory}, its first rows");
    let tables = match recordings::first_rows(job, data, examples) {
        Ok(Some(tables)) => tables,
        Ok(None) => return Ok(None),
        // Weights that cannot be read, for one.
        Err(error) => {
            let detail = crate::output::chain(&error);
            return Ok(Some(Check::new(what, State::Different, detail)));
        }
    };
    for name in &manifest.tables {
        // A table that is not there yet, or is of the end, does not begin.
        let Some((_, again)) = tables.iter().find(|(other, _)| other == name) else {
            continue;
        };
        let kept = match Table::read(&path.join(name)) {
            Ok(kept) => kept,
            Err(error) => {
                let detail = crate::output::chain(&error);
                return Ok(Some(Check::new(what, State::Different, detail)));
            }
        };
        if let Some(detail) = beginning_differs(&kept, again, recordings::begins(name)) {
            return Ok(Some(Check::new(
                what,
                State::Different,
                format!("{name}: {detail}"),
            )));
        }
    }
    Ok(Some(Check::equal(what)))
}

/// In what the first rows of a table are not those of another; nothing where it `begins` with none.
fn beginning_differs(kept: &Table, again: &Table, begins: bool) -> Option<String> {
    if !begins {
        return None;
    }
    for name in again.names() {
        let Ok(expected) = again.column(name) else {
            continue;
        };
        let Ok(found) = kept.column(name) else {
            return Some(format!("there is no column `{name}`"));
        };
        let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
        let row = found.iter().zip(expected).position(|pair| !same(pair));
        if let Some(row) = row {
            return Some(format!(
                "column `{name}`, row {}: {}, here {}",
                row + 1,
                found[row],
                expected[row]
            ));
        }
        if found.len() < expected.len() {
            return Some(format!("column `{name}` ends after {} rows", found.len()));
        }
    }
    None
}

impl TrainedRun {
    /// In what the first epoch, trained and tested again, is another; `None` if in nothing.
    pub(crate) fn first_epoch_differs(&self, again: &History) -> Option<String> {
        let kept = &self.result.history;
        if kept.weights_sha256.first() != again.weights_sha256.first() {
            return Some(match kept.weights_sha256.first() {
                None => "it holds no checksum of an epoch".to_owned(),
                Some(_) => "its weights after the first epoch are others here".to_owned(),
            });
        }
        let numbers = [
            (
                "test error",
                &kept.test_errors_percent,
                &again.test_errors_percent,
            ),
            (
                "training error",
                &kept.training_errors_percent,
                &again.training_errors_percent,
            ),
            ("output loss", &kept.output_losses, &again.output_losses),
        ];
        for (what, kept, again) in numbers {
            for (index, again) in again.iter().enumerate() {
                if kept.get(index) != Some(again) {
                    let kept = kept.get(index).map_or("none".to_owned(), f64::to_string);
                    return Some(format!("{what} number {}: {kept}, here {again}", index + 1));
                }
            }
        }
        None
    }

    /// Whether the file `result.json` is the one that the manifest names; an older manifest names none.
    fn result_is_the_manifests(&self) -> bool {
        let Some(expected) = &self.manifest.result_sha256 else {
            return true;
        };
        let bytes = std::fs::read(self.path.join(RESULT)).unwrap_or_default();
        run_directory::sha256(&bytes) == *expected
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
        } else if !self.result_is_the_manifests() {
            Some(format!("{RESULT} is another file than {MANIFEST} names"))
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
        let Ok(bytes) = std::fs::read(path.join(table)) else {
            return wrong(format!("its table {table} is missing"));
        };
        let expected = manifest.tables_sha256.get(table);
        if expected.is_some_and(|expected| *expected != run_directory::sha256(&bytes)) {
            return wrong(format!(
                "its table {table} is another file than {MANIFEST_FILE} names"
            ));
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
