//! One recording: the watched training from its beginning, or its last checkpoint, to the tables.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use segdend_core::atomic_file;
use segdend_core::data::DataSet;
use segdend_core::model::Keep;
use segdend_core::segregated::engine::ExampleView;
use segdend_core::segregated::network::Network;
use segdend_core::segregated::{Training, TrainingSpec};
use segdend_core::training::{Stage, weights_sha256};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::angles::Angles;
use super::condition::Condition;
use super::embedding;
use super::learning_rates;
use super::losses::Losses;
use super::presentations;
use super::rate_angles;
use super::watcher;
use super::{RecordingDirectory, RecordingManifest, ResolvedRecording};
use crate::drive::{Job, JobOutcome};
use crate::experiments::RecordingKind;
use crate::interrupt;
use crate::manifest::{PerActivity, Timing};
use crate::progress::Progress;
use crate::resolve::ResolvedRun;
use crate::run_directory::{Lock, RunDirectory};
use crate::system;
use crate::tables::Table;
use crate::tally::Words;
use crate::train_one::Pace;

/// What a recorder has seen up to the checkpoint beside it.
pub(super) const RECORDER_FILE: &str = "recorder.bin";
/// Images between two looks at the clock and at Ctrl-C.
const SLICE: usize = 500;

/// Watches a training.
pub(super) trait Recorder: Serialize + DeserializeOwned {
    /// What it needs of the examples.
    const KEEP: Keep;
    /// Whether an interrupted recording goes on where it was; else it begins again.
    const RESUMES: bool = true;

    /// A recorder that has seen nothing.
    fn begin(recording: &ResolvedRecording) -> Result<Self>;

    /// Sees a training example before its update: epoch from 1, place in the epoch from 0.
    fn example(&mut self, epoch: usize, place: usize, view: &ExampleView<'_>);

    /// Sees the network after an epoch; 0 is before training.
    fn epoch_ended(&mut self, epoch: usize, training: &Training<'_>, data: &DataSet) -> Result<()>;

    /// The tables, by file name, when all is done.
    fn tables(&self) -> Result<Vec<(String, Table)>>;
}

/// A recording and where it is kept.
#[derive(Debug, Clone)]
pub(crate) struct RecordingJob {
    /// What is to be recorded.
    pub(crate) recording: ResolvedRecording,
    /// Where it is kept.
    pub(crate) directory: RecordingDirectory,
    /// Where the run is kept, whose final weights some recordings need.
    pub(crate) run_directory: RunDirectory,
}

impl Job for RecordingJob {
    type Product = RecordingManifest;
    const WORDS: Words = Words {
        to_do: "recordings to make",
        done: "recordings made",
    };

    fn name(&self) -> String {
        format!("recording `{}`", self.recording.name)
    }

    fn run(&self) -> &ResolvedRun {
        &self.recording.run
    }

    fn product(&self) -> Result<Option<RecordingManifest>> {
        self.directory.manifest()
    }

    fn lock(&self, progress: &Progress) -> Result<Option<Lock>> {
        let name = &self.recording.name;
        self.directory.run.wait_for_lock(name, progress)
    }

    fn compute(
        &self,
        data: &DataSet,
        pace: Pace,
        progress: &Progress,
    ) -> Result<JobOutcome<RecordingManifest>> {
        match self.recording.measures {
            RecordingKind::Losses => watch::<Losses>(self, data, pace, progress),
            RecordingKind::Angles => watch::<Angles>(self, data, pace, progress),
            RecordingKind::Condition => watch::<Condition>(self, data, pace, progress),
            RecordingKind::Embedding => at_once(self, progress, || {
                look_at_final_weights(self, data, embedding::tables)
            }),
            RecordingKind::Presentations => at_once(self, progress, || {
                look_at_final_weights(self, data, presentations::trained)
            }),
            RecordingKind::Untrained => at_once(self, progress, || {
                Ok(Some(Recorded {
                    tables: presentations::untrained(data)?,
                    weights_sha256: String::new(),
                }))
            }),
            // Points that are done are kept; an interrupted search goes on.
            RecordingKind::LearningRates => at_once(self, progress, || {
                learning_rates::record(&self.recording, &self.directory, data)
            }),
            // Rate networks of the run's sizes, epochs and seed take seconds, and begin again.
            RecordingKind::RateAngles => at_once(self, progress, || {
                rate_angles::record(&self.recording, data)
            }),
        }
    }
}

/// What a recording that watches no training came to.
pub(super) struct Recorded {
    /// Tables by file name.
    pub(super) tables: Vec<(String, Table)>,
    /// SHA-256 of the weights behind them.
    pub(super) weights_sha256: String,
}

/// A recording that watches no training: says when it begins and ends, and keeps what it came to,
/// unless Ctrl-C came first.
fn at_once(
    job: &RecordingJob,
    progress: &Progress,
    record: impl FnOnce() -> Result<Option<Recorded>>,
) -> Result<JobOutcome<RecordingManifest>> {
    let began = Instant::now();
    let name = &job.recording.name;
    progress.note(&format!("{name}: begun"));
    let Some(recorded) = record()? else {
        return Ok(JobOutcome::Interrupted);
    };
    let wall_seconds = began.elapsed().as_secs_f64();
    progress.note(&format!("{name}: finished in {wall_seconds:.0} s"));
    let Recorded {
        tables,
        weights_sha256,
    } = recorded;
    job.directory
        .finish(&job.recording, weights_sha256, &tables, wall_seconds)
        .map(JobOutcome::Computed)
}

/// A recording of the final weights of a finished run.
fn look_at_final_weights(
    job: &RecordingJob,
    data: &DataSet,
    tables: impl FnOnce(&TrainingSpec, &Network, &DataSet) -> Result<Vec<(String, Table)>>,
) -> Result<Option<Recorded>> {
    let run = &job.recording.run;
    let network = job.run_directory.final_network(run, data)?;
    Ok(Some(Recorded {
        tables: tables(&run.spec, &network, data)?,
        weights_sha256: weights_sha256(|visitor| network.visit(visitor)),
    }))
}

/// The first rows of a recording's tables, measured again: of `examples` examples, of the state before
/// training, or all of them where that takes seconds; `None` of a recording that begins with nothing less than all of it, or after Ctrl-C.
pub(crate) fn first_rows(
    job: &RecordingJob,
    data: &DataSet,
    examples: usize,
) -> Result<Option<Vec<(String, Table)>>> {
    let recording = &job.recording;
    match recording.measures {
        RecordingKind::Losses => before_training::<Losses>(recording, data).map(Some),
        RecordingKind::Angles => of_examples::<Angles>(recording, data, examples),
        RecordingKind::Condition => of_examples::<Condition>(recording, data, examples),
        RecordingKind::Untrained => presentations::untrained(data).map(Some),
        RecordingKind::Presentations if job.run_directory.holds_final_weights() => {
            let again = look_at_final_weights(job, data, presentations::trained)?;
            Ok(again.map(|recorded| recorded.tables))
        }
        RecordingKind::Embedding
        | RecordingKind::Presentations
        | RecordingKind::LearningRates
        | RecordingKind::RateAngles => Ok(None),
    }
}

fn before_training<R: Recorder>(
    recording: &ResolvedRecording,
    data: &DataSet,
) -> Result<Vec<(String, Table)>> {
    let training = Training::begin(&recording.run.spec, data)?;
    let mut recorder = R::begin(recording)?;
    recorder.epoch_ended(0, &training, data)?;
    recorder.tables()
}

fn of_examples<R: Recorder>(
    recording: &ResolvedRecording,
    data: &DataSet,
    examples: usize,
) -> Result<Option<Vec<(String, Table)>>> {
    // Tests leave no trace in a training, so it can begin behind the first of them.
    let mut state = Training::begin(&recording.run.spec, data)?.state();
    state.stage = Stage::Train {
        epoch: 1,
        next: 0,
        errors: 0.0,
    };
    let mut training = Training::resume(&recording.run.spec, data, &state)?;
    let mut recorder = R::begin(recording)?;
    let mut left = examples.min(data.train().len());
    while left > 0 {
        if interrupt::requested() {
            return Ok(None);
        }
        let slice = left.min(SLICE);
        watcher::advance(&mut recorder, &mut training, slice)?;
        left -= slice;
    }
    recorder.epoch_ended(1, &training, data)?;
    recorder.tables().map(Some)
}

/// What is kept beside a checkpoint. The stage tells whether the two belong together.
#[derive(Serialize, Deserialize)]
struct Kept<R> {
    stage: Stage,
    recorder: R,
}

fn watch<R: Recorder>(
    job: &RecordingJob,
    data: &DataSet,
    pace: Pace,
    progress: &Progress,
) -> Result<JobOutcome<RecordingManifest>> {
    let (spec, directory) = (&job.recording.run.spec, &job.directory);
    let (mut training, mut recorder) = match resume::<R>(directory)? {
        Some((state, recorder)) => (Training::resume(spec, data, &state)?, recorder),
        None => (Training::begin(spec, data)?, R::begin(&job.recording)?),
    };
    let before = directory.run.timing();
    let began = Instant::now();
    let timing = |elapsed: Duration| Timing {
        started: before
            .as_ref()
            .map_or_else(system::now, |t| t.started.clone()),
        sittings: before.as_ref().map_or(0, |t| t.sittings) + 1,
        wall_seconds: PerActivity {
            training: before.as_ref().map_or(0.0, |t| t.wall_seconds.training)
                + elapsed.as_secs_f64(),
            testing: 0.0,
        },
    };
    let mut named = job.recording.run.clone();
    named.name.clone_from(&job.recording.name);
    let mut meter = progress.meter(&named, &training);
    let mut saved = Instant::now();
    let mut epochs_tested = training.history().test_errors_percent.len();
    let save = |training: &mut Training<'_>, recorder: &R, elapsed| -> Result<()> {
        // Together they are a checkpoint; apart, each tells that the other is missing.
        let mut bytes = Vec::new();
        let kept = Kept {
            stage: training.stage(),
            recorder,
        };
        ciborium::into_writer(&kept, &mut bytes).context("cannot save what was recorded")?;
        atomic_file::write(&directory.path().join(RECORDER_FILE), &bytes)?;
        directory.run.save(&training.state(), &timing(elapsed))
    };
    while !training.is_finished() {
        if interrupt::requested() {
            if R::RESUMES {
                save(&mut training, &recorder, began.elapsed())?;
            }
            meter.stopped(&training);
            return Ok(JobOutcome::Interrupted);
        }
        match training.stage() {
            Stage::Train { .. } => watcher::advance(&mut recorder, &mut training, SLICE)?,
            _ => training.advance(SLICE * pace.threads)?,
        }
        meter.advanced(&training);
        let tested = training.history().test_errors_percent.len();
        if tested > epochs_tested {
            epochs_tested = tested;
            recorder.epoch_ended(tested - 1, &training, data)?;
            meter.epoch_ended(&training);
        }
        if R::RESUMES && saved.elapsed() >= pace.checkpoint_interval {
            save(&mut training, &recorder, began.elapsed())?;
            saved = Instant::now();
        }
    }
    meter.finished(&training);
    let wall_seconds = timing(began.elapsed()).wall_seconds.training;
    let weights_sha256 = training.weights_sha256();
    let manifest = directory.finish(
        &job.recording,
        weights_sha256,
        &recorder.tables()?,
        wall_seconds,
    )?;
    Ok(JobOutcome::Computed(manifest))
}

/// The checkpoint and the recorder beside it, if they belong together.
fn resume<R: Recorder>(
    directory: &RecordingDirectory,
) -> Result<Option<(segdend_core::training::TrainingState, R)>> {
    let Some(state) = directory.run.checkpoint()? else {
        return Ok(None);
    };
    let Ok(bytes) = std::fs::read(directory.path().join(RECORDER_FILE)) else {
        return Ok(None);
    };
    let kept: Option<Kept<R>> = ciborium::from_reader(bytes.as_slice()).ok();
    Ok(kept
        .filter(|kept| kept.stage == state.stage)
        .map(|kept| (state, kept.recorder)))
}
