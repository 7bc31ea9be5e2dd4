//! One run: from its last checkpoint, or its beginning, to its result.

use std::time::{Duration, Instant};

use anyhow::Result;
use segdend_core::data::DataSet;
use segdend_core::segregated;
use segdend_core::segregated::Training;
use segdend_core::training::Stage;

use crate::drive::{Job, JobOutcome};
use crate::interrupt;
use crate::manifest::{Manifest, PerActivity, RunResult, Timing};
use crate::progress::{Meter, Progress};
use crate::resolve::ResolvedRun;
use crate::run_directory::{Lock, RunDirectory, RunState};
use crate::system::{self, Machine};
use crate::tally::Words;

/// A run and where it is kept.
#[derive(Debug, Clone)]
pub(crate) struct TrainingJob {
    /// What is to be computed.
    pub(crate) run: ResolvedRun,
    /// Where it is kept.
    pub(crate) directory: RunDirectory,
    /// Whether the final weights stay beside the result.
    pub(crate) keep_weights: bool,
    /// Epochs after which other runs part from this one: the state is kept there.
    pub(crate) branches: Vec<usize>,
    /// The run that this one parts from after an epoch, if it parts from one.
    pub(crate) trunk: Option<(RunDirectory, usize)>,
}

/// How trainings are driven.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Threads that tests are spread over.
    pub(crate) threads: usize,
    /// A checkpoint at least this often (and after every epoch).
    pub(crate) checkpoint_interval: Duration,
}

/// How long a slice of training should take: Ctrl-C is heeded and progress shown between slices.
const SLICE: Duration = Duration::from_millis(250);
/// A slice of a test: a tenth of a second or so, long beside the start of its pieces.
const TEST_IMAGES_A_THREAD: usize = 256;

impl Job for TrainingJob {
    type Product = RunResult;
    const WORDS: Words = Words {
        to_do: "networks to train",
        done: "networks trained",
    };

    fn name(&self) -> String {
        format!("run `{}`", self.run.name)
    }

    fn run(&self) -> &ResolvedRun {
        &self.run
    }

    fn product(&self) -> Result<Option<RunResult>> {
        self.directory.result()
    }

    fn lock(&self, progress: &Progress) -> Result<Option<Lock>> {
        self.directory.wait_for_lock(&self.run.name, progress)
    }

    fn compute(
        &self,
        data: &DataSet,
        pace: Pace,
        progress: &Progress,
    ) -> Result<JobOutcome<RunResult>> {
        let mut sitting = Sitting::begin(self, data, pace)?;
        let mut meter = progress.meter(&self.run, &sitting.training);
        let outcome = sitting.work(self, &mut meter);
        match &outcome {
            Ok(JobOutcome::Interrupted) => meter.stopped(&sitting.training),
            Ok(_) => meter.finished(&sitting.training),
            Err(_) => meter.failed(),
        }
        outcome
    }
}

/// A training for as long as this process works on it.
struct Sitting<'d> {
    training: Training<'d>,
    data: &'d DataSet,
    pace: Pace,
    /// Before this sitting.
    before: Timing,
    saved: Instant,
}

impl<'d> Sitting<'d> {
    fn begin(job: &TrainingJob, data: &'d DataSet, pace: Pace) -> Result<Self> {
        let parted = match (&job.trunk, job.directory.state()?) {
            (Some((trunk, epoch)), RunState::Absent) => trunk.after_epoch(*epoch)?,
            _ => None,
        };
        let (state, timing) = match parted {
            Some((state, timing)) => (Some(state), Some(timing)),
            None => (job.directory.checkpoint()?, job.directory.timing()),
        };
        let training = match state {
            Some(state) => Training::resume(&job.run.spec, data, &state)?,
            None => Training::begin(&job.run.spec, data)?,
        };
        let before = timing.unwrap_or_else(|| Timing {
            started: system::now(),
            sittings: 0,
            wall_seconds: PerActivity::default(),
        });
        Ok(Self {
            training,
            data,
            pace,
            before,
            saved: Instant::now(),
        })
    }

    fn work(&mut self, job: &TrainingJob, meter: &mut Meter) -> Result<JobOutcome<RunResult>> {
        let mut slice = Slice::new(self.pace);
        let mut epochs_tested = self.training.history().test_errors_percent.len();
        while !self.training.is_finished() {
            if interrupt::requested() {
                self.save(job)?;
                return Ok(JobOutcome::Interrupted);
            }
            let stage = self.training.stage();
            let began = Instant::now();
            self.training.advance(slice.images(stage))?;
            slice.measured(stage, self.training.stage(), began.elapsed());
            meter.advanced(&self.training);
            let tested = self.training.history().test_errors_percent.len();
            if tested > epochs_tested {
                epochs_tested = tested;
                meter.epoch_ended(&self.training);
                self.save(job)?;
                if job.branches.contains(&(tested - 1)) {
                    let (state, timing) = (self.training.state(), self.timing());
                    job.directory.save_epoch(tested - 1, &state, &timing)?;
                }
            } else if self.saved.elapsed() >= self.pace.checkpoint_interval {
                self.save(job)?;
            }
        }
        self.save(job)?;
        self.finish(job)
    }

    fn timing(&self) -> Timing {
        let (training, testing) = self.training.time_spent();
        Timing {
            started: self.before.started.clone(),
            sittings: self.before.sittings + 1,
            wall_seconds: PerActivity {
                training: self.before.wall_seconds.training + training.as_secs_f64(),
                testing: self.before.wall_seconds.testing + testing.as_secs_f64(),
            },
        }
    }

    fn save(&mut self, job: &TrainingJob) -> Result<()> {
        let timing = self.timing();
        job.directory.save(&self.training.state(), &timing)?;
        self.saved = Instant::now();
        Ok(())
    }

    fn finish(&mut self, job: &TrainingJob) -> Result<JobOutcome<RunResult>> {
        let run = &job.run;
        let timing = self.timing();
        let spec = &run.spec;
        let shown = PerActivity {
            training: (spec.epochs * self.data.train().len()) as f64,
            testing: ((spec.epochs + 1 + spec.final_tests) * self.data.test().len()) as f64,
        };
        let rate = |images: f64, seconds: f64| if seconds > 0.0 { images / seconds } else { 0.0 };
        let seconds = timing.wall_seconds;
        let weights_sha256 = self.training.weights_sha256();
        let manifest = Manifest {
            run: run.name.clone(),
            scale: run.scale.clone(),
            key: run.key.clone(),
            model_version: segregated::VERSION,
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: spec.seed,
            spec: spec.clone(),
            data: run.data.clone(),
            weights_sha256: weights_sha256.clone(),
            result_sha256: None,
            simd_level: self.training.model().engine().simd_level(),
            machine: Machine::this(),
            threads: self.pace.threads,
            started: timing.started,
            finished: system::now(),
            sittings: timing.sittings,
            wall_seconds: seconds,
            images_per_second: PerActivity {
                training: rate(shown.training, seconds.training),
                testing: rate(shown.testing, seconds.testing),
            },
        };
        let history = self.training.history().clone();
        let result = RunResult {
            run: run.name.clone(),
            key: run.key.clone(),
            weights_sha256,
            history,
        };
        if job.keep_weights {
            job.directory
                .keep_weights(&self.training.model().engine().network())?;
        }
        job.directory.finish(manifest, &result)?;
        Ok(JobOutcome::Computed(result))
    }
}

/// How many images a slice holds.
struct Slice {
    /// Of training, learnt from the last slice.
    train: f64,
    /// Of testing. Tests of several runs take turns on the same threads, so what a slice took tells
    /// nothing, and equal slices share the threads fairly.
    test: usize,
}

impl Slice {
    fn new(pace: Pace) -> Self {
        Self {
            train: 16.0,
            test: TEST_IMAGES_A_THREAD * pace.threads,
        }
    }

    fn images(&self, stage: Stage) -> usize {
        match stage {
            Stage::Train { .. } => self.train as usize,
            _ => self.test,
        }
    }

    fn measured(&mut self, before: Stage, after: Stage, took: Duration) {
        // A slice that ended with its epoch tells nothing about a whole one.
        if let (Stage::Train { next: from, .. }, Stage::Train { next: to, .. }) = (before, after) {
            let fitting = (to - from) as f64 * SLICE.as_secs_f64() / took.as_secs_f64().max(1e-6);
            // It doubles or halves at most: one slow slice is no trend.
            self.train = fitting
                .clamp(self.train / 2.0, self.train * 2.0)
                .clamp(1.0, 1e6);
        }
    }
}

#[cfg(test)]
mod tests {
    //! Promise: slices grow and shrink towards the time they should take.
    use super::*;

    #[test]
    fn slices_find_their_length() {
        let mut slice = Slice::new(Pace {
            threads: 2,
            checkpoint_interval: Duration::ZERO,
        });
        let stage = |next| Stage::Train {
            epoch: 1,
            next,
            errors: 0.0,
        };
        for _ in 0..20 {
            let images = slice.images(stage(0));
            let took = Duration::from_micros(150 * images as u64);
            slice.measured(stage(0), stage(images), took);
        }
        let expected = SLICE.as_secs_f64() / 150e-6;
        assert!(
            (slice.train / expected - 1.0).abs() < 0.01,
            "{} images",
            slice.train
        );
    }
}
