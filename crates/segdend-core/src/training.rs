//! Training as the paper does it: a test of the untrained network, then epochs over the shuffled
//! training images, online, each followed by a test, and repeated tests of the final weights.
//!
//! A [`Training`] advances in small pieces, so that whoever drives it can show progress, save
//! [checkpoints](crate::checkpoint) and stop at any moment. However it is cut up, interrupted or
//! spread over threads, the same specification and data give the same bits.

mod progress;
mod spec;
mod weights_digest;

use std::time::{Duration, Instant};

use rand::seq::SliceRandom;
use rayon::prelude::*;

use crate::data::{DataSet, ImageSet};
use crate::rng::{Occasion, Purpose, StreamKey};
use crate::segregated::engine::{Engine, ExampleView, Tester};
use crate::segregated::network::{Network, NetworkError};
use crate::segregated::schedule::Schedule;

pub use progress::{History, Stage, TrainingState, Work};
pub use spec::{TrainingError, TrainingSpec};
pub use weights_digest::weights_sha256;

/// A training in progress.
#[derive(Debug)]
pub struct Training<'d> {
    spec: TrainingSpec,
    data: &'d DataSet,
    engine: Engine,
    stage: Stage,
    history: History,
    loss_sum: f64,
    /// The order of the present epoch, and which epoch it belongs to.
    order: Vec<u32>,
    order_epoch: usize,
    schedule: Schedule,
    /// Time spent training and testing, this process only.
    trained: Duration,
    tested: Duration,
}

/// Someone who looks at every example.
struct Watch<'a> {
    keep_rates: bool,
    look: &'a mut dyn FnMut(usize, usize, &ExampleView<'_>),
}

impl<'d> Training<'d> {
    /// A training at its beginning.
    ///
    /// # Errors
    /// [`TrainingError`] says what about the specification or the data cannot run.
    pub fn begin(spec: &TrainingSpec, data: &'d DataSet) -> Result<Self, TrainingError> {
        spec.parameters.validate()?;
        let (train, test) = (data.train().len(), data.test().len());
        if train == 0 || test == 0 {
            return Err(TrainingError::NoImages { train, test });
        }
        if let Some(&value) = spec.learning_rates.iter().find(|rate| !rate.is_finite()) {
            return Err(NetworkError::OutOfRange {
                what: "a learning rate",
                value,
                expected: "a finite number",
            }
            .into());
        }
        let network = Network::initial(
            &spec.sizes(data),
            &spec.parameters,
            spec.mechanisms.feedback_weights,
            spec.seed,
        )?;
        let engine = Engine::new(
            spec.parameters.clone(),
            spec.mechanisms,
            spec.learning_rates.clone(),
            &network,
        )?;
        Ok(Self {
            spec: spec.clone(),
            data,
            engine,
            stage: Stage::Test {
                epoch: 0,
                next: 0,
                wrong: 0,
            },
            history: History::default(),
            loss_sum: 0.0,
            order: Vec::new(),
            order_epoch: usize::MAX,
            schedule: Schedule::default(),
            trained: Duration::ZERO,
            tested: Duration::ZERO,
        })
    }

    /// Goes on from where [`Training::state`] was taken.
    ///
    /// # Errors
    /// As [`Training::begin`], and [`TrainingError::Snapshot`] or [`TrainingError::Position`] if the
    /// state belongs to another training.
    pub fn resume(
        spec: &TrainingSpec,
        data: &'d DataSet,
        state: &TrainingState,
    ) -> Result<Self, TrainingError> {
        let mut training = Self::begin(spec, data)?;
        let (train, test, epochs) = (data.train().len(), data.test().len(), spec.epochs);
        let possible = match state.stage {
            Stage::Test { epoch, next, .. } => epoch <= epochs && next < test,
            Stage::Train { epoch, next, .. } => (1..=epochs).contains(&epoch) && next < train,
            Stage::FinalTest { repeat, next, .. } => repeat < spec.final_tests && next < test,
            Stage::Finished => true,
        };
        if !possible {
            return Err(TrainingError::Position { stage: state.stage });
        }
        training.engine.restore(&state.engine)?;
        training.engine.network().validate()?;
        training.stage = state.stage;
        training.history = state.history.clone();
        training.loss_sum = state.loss_sum;
        Ok(training)
    }

    /// Everything needed to go on, bit for bit.
    pub fn state(&mut self) -> TrainingState {
        TrainingState {
            stage: self.stage,
            history: self.history.clone(),
            loss_sum: self.loss_sum,
            engine: self.engine.snapshot(),
        }
    }

    /// What determines it.
    pub fn spec(&self) -> &TrainingSpec {
        &self.spec
    }

    /// Where it stands.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Whether all epochs and tests are done.
    pub fn is_finished(&self) -> bool {
        self.stage == Stage::Finished
    }

    /// What has been measured so far.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The engine, to look at its network.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Time this process has spent training, and testing.
    pub fn time_spent(&self) -> (Duration, Duration) {
        (self.trained, self.tested)
    }

    /// SHA-256 of the weights as they stand, in the order of [`weights_sha256`].
    pub fn weights_sha256(&self) -> String {
        weights_sha256(&self.engine.network())
    }

    /// How much of the work is done, measured in simulated time.
    pub fn work(&self) -> Work {
        let p = &self.spec.parameters;
        let example_ms = 2.0 * (p.minimum_phase_ms as f64 + p.extra_phase_mean_ms);
        let train_ms = example_ms * self.data.train().len() as f64;
        let image_ms = p.test_phase_ms as f64;
        let test_ms = image_ms * self.data.test().len() as f64;
        let (epochs, repeats) = (self.spec.epochs as f64, self.spec.final_tests as f64);
        let done_ms = match self.stage {
            Stage::Test { epoch, next, .. } => {
                epoch as f64 * (train_ms + test_ms) + next as f64 * image_ms
            }
            Stage::Train { epoch, next, .. } => {
                (epoch as f64 - 1.0) * (train_ms + test_ms) + test_ms + next as f64 * example_ms
            }
            Stage::FinalTest { repeat, next, .. } => {
                epochs * train_ms
                    + (epochs + 1.0 + repeat as f64) * test_ms
                    + next as f64 * image_ms
            }
            Stage::Finished => epochs * train_ms + (epochs + 1.0 + repeats) * test_ms,
        };
        Work {
            done_ms,
            total_ms: epochs * train_ms + (epochs + 1.0 + repeats) * test_ms,
        }
    }

    /// [`Training::advance`], with a look at every training example before its update: epoch, place
    /// in the epoch, and what the example came to. Looking changes nothing.
    ///
    /// # Errors
    /// As [`Training::advance`].
    pub fn advance_watched(
        &mut self,
        images: usize,
        keep_rates: bool,
        look: &mut dyn FnMut(usize, usize, &ExampleView<'_>),
    ) -> Result<(), TrainingError> {
        self.go(images, Some(Watch { keep_rates, look }))
    }

    /// Shows at most `images` more images, all of one stage. Tests are spread over the threads of
    /// the current rayon pool; training is one thread's work.
    ///
    /// # Errors
    /// [`TrainingError::Network`] if weights are no longer finite at the end of an epoch.
    pub fn advance(&mut self, images: usize) -> Result<(), TrainingError> {
        self.go(images, None)
    }

    fn go(&mut self, images: usize, watch: Option<Watch<'_>>) -> Result<(), TrainingError> {
        let images = images.max(1);
        let began = Instant::now();
        match self.stage {
            Stage::Train { epoch, next, wrong } => {
                self.train(epoch, next, wrong, images, watch)?;
                self.trained += began.elapsed();
            }
            Stage::Test { epoch, next, wrong } => {
                let occasion = Occasion::Epoch(epoch as u64);
                let (next, wrong) = self.test(occasion, next, wrong, images);
                self.stage = Stage::Test { epoch, next, wrong };
                if next == self.data.test().len() {
                    self.history.test_errors_percent.push(percent(wrong, next));
                    // States are cleared after a test.
                    self.engine.clear();
                    self.stage = self.stage_after_epoch(epoch);
                }
                self.tested += began.elapsed();
            }
            Stage::FinalTest {
                repeat,
                next,
                wrong,
            } => {
                let occasion = Occasion::FinalTest(repeat as u64);
                let (next, wrong) = self.test(occasion, next, wrong, images);
                self.stage = Stage::FinalTest {
                    repeat,
                    next,
                    wrong,
                };
                if next == self.data.test().len() {
                    self.history
                        .final_test_errors_percent
                        .push(percent(wrong, next));
                    self.stage = self.final_stage(repeat + 1);
                }
                self.tested += began.elapsed();
            }
            Stage::Finished => {}
        }
        Ok(())
    }

    fn stage_after_epoch(&self, epoch: usize) -> Stage {
        if epoch < self.spec.epochs {
            Stage::Train {
                epoch: epoch + 1,
                next: 0,
                wrong: 0,
            }
        } else {
            self.final_stage(0)
        }
    }

    fn final_stage(&self, repeat: usize) -> Stage {
        if repeat < self.spec.final_tests {
            Stage::FinalTest {
                repeat,
                next: 0,
                wrong: 0,
            }
        } else {
            Stage::Finished
        }
    }

    fn train(
        &mut self,
        epoch: usize,
        next: usize,
        mut wrong: usize,
        images: usize,
        mut watch: Option<Watch<'_>>,
    ) -> Result<(), TrainingError> {
        let train = self.data.train();
        self.shuffle(epoch, train);
        self.engine.enter_epoch(epoch);
        let end = (next + images).min(train.len());
        let seed = self.spec.seed;
        for place in next..end {
            let (epoch, example) = (epoch as u64, place as u64);
            let index = self.order[place] as usize;
            let timing = self.spec.mechanisms.plateau_timing;
            self.schedule.redraw(
                &self.spec.parameters,
                timing,
                &self.spec.hidden,
                seed,
                epoch,
                example,
            );
            let spikes = crate::segregated::engine::SpikeDrive::Free(StreamKey::new(
                seed,
                Purpose::TrainingSpikes,
                epoch,
                example,
            ));
            let noise = StreamKey::new(seed, Purpose::FeedbackNoise, epoch, example);
            let label = train.label(index);
            let (image, schedule) = (train.image(index), &self.schedule);
            let outcome = match &mut watch {
                None => self
                    .engine
                    .train_example(image, label, schedule, spikes, noise),
                Some(watch) => self.engine.train_example_watched(
                    image,
                    label,
                    schedule,
                    spikes,
                    noise,
                    watch.keep_rates,
                    &mut |view| (watch.look)(epoch as usize, place, view),
                ),
            };
            wrong += usize::from(outcome.predicted != label);
            self.loss_sum += outcome.output_loss;
        }
        self.stage = Stage::Train {
            epoch,
            next: end,
            wrong,
        };
        if end == train.len() {
            let network = self.engine.network();
            network.validate()?;
            self.history.weights_sha256.push(weights_sha256(&network));
            self.history
                .training_errors_percent
                .push(percent(wrong, end));
            self.history.output_losses.push(self.loss_sum / end as f64);
            self.loss_sum = 0.0;
            // States are cleared before a test.
            self.engine.clear();
            self.stage = Stage::Test {
                epoch,
                next: 0,
                wrong: 0,
            };
        }
        Ok(())
    }

    fn shuffle(&mut self, epoch: usize, train: &ImageSet) {
        if self.order_epoch != epoch {
            self.order.clear();
            self.order.extend(0..train.len() as u32);
            let mut draw =
                StreamKey::new(self.spec.seed, Purpose::TrainingOrder, epoch as u64, 0).generator();
            self.order.shuffle(&mut draw);
            self.order_epoch = epoch;
        }
    }

    fn test(&self, occasion: Occasion, next: usize, wrong: usize, images: usize) -> (usize, usize) {
        let end = (next + images).min(self.data.test().len());
        (
            end,
            wrong
                + wrong_answers(
                    &self.engine,
                    self.data.test(),
                    self.spec.seed,
                    occasion,
                    next..end,
                ),
        )
    }
}

/// Shows the test images of `range` and counts wrong answers. Every image has spikes of its own,
/// keyed by its number, so neither order nor threads matter.
pub fn wrong_answers(
    engine: &Engine,
    test: &ImageSet,
    seed: u64,
    occasion: Occasion,
    range: std::ops::Range<usize>,
) -> usize {
    let wrong = |tester: &mut Tester<'_>, index: usize| {
        let key = StreamKey::new(seed, Purpose::TestSpikes, occasion, index as u64);
        usize::from(tester.classify(test.image(index), key) != test.label(index))
    };
    range
        .into_par_iter()
        .with_min_len(16)
        .map_init(|| engine.tester(), wrong)
        .sum()
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole as f64
}
