//! Training as the paper does it: a test of the untrained network, then epochs over the shuffled
//! training images, online, each followed by a test, and repeated tests of the final weights.
//!
//! A [`Training`] advances in small pieces, so that whoever drives it can show progress, save
//! [checkpoints](crate::checkpoint) and stop at any moment. However it is cut up, interrupted or
//! spread over threads, the same specification and data give the same bits.

use std::time::{Duration, Instant};

use rand::seq::SliceRandom;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::data::{DataSet, ImageSet};
use crate::engine::{Engine, EngineSnapshot, SnapshotError, Tester};
use crate::network::{Mechanisms, Network, NetworkError};
use crate::params::{ParameterError, Parameters};
use crate::rng::{Purpose, StreamKey};
use crate::schedule::Schedule;

/// Why a training cannot begin or go on.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// Parameters that cannot run.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// A network that cannot be.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A checkpoint of another network.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// Nothing to learn from, or nothing to test on.
    #[error(
        "the data set has {train} training and {test} test images: at least one of each is needed"
    )]
    NoImages {
        /// Training images.
        train: usize,
        /// Test images.
        test: usize,
    },
    /// A checkpoint whose position lies outside the training.
    #[error("the checkpoint stands at {stage:?}, which this training does not have")]
    Position {
        /// The position.
        stage: Stage,
    },
}

/// Everything that determines a training beside the data.
///
/// ```
/// use segdend_core::data::digits;
/// use segdend_core::training::{Training, TrainingSpec};
///
/// let data = digits::generate(1, 40, 20);
/// let spec = TrainingSpec { hidden: vec![20], learning_rates: vec![0.21, 0.21], epochs: 1, final_tests: 2, ..TrainingSpec::default() };
/// let mut training = Training::begin(&spec, &data)?;
/// while !training.is_finished() {
///     training.advance(16)?;
/// }
/// assert_eq!(training.history().test_errors_percent.len(), 2);
/// assert_eq!(training.history().final_test_errors_percent.len(), 2);
/// # Ok::<(), segdend_core::training::TrainingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSpec {
    /// Units in each hidden layer, bottom up; none for a network without one. Input and output
    /// sizes are the data set's pixels and classes.
    pub hidden: Vec<usize>,
    /// One learning rate a layer with weights, bottom up.
    pub learning_rates: Vec<f64>,
    /// Epochs to train.
    pub epochs: usize,
    /// Repeated tests of the final weights.
    pub final_tests: usize,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Parameters of the model.
    pub parameters: Parameters,
    /// Mechanisms of the network.
    pub mechanisms: Mechanisms,
}

impl Default for TrainingSpec {
    /// The paper's network with one hidden layer, for 60 epochs.
    fn default() -> Self {
        Self {
            hidden: vec![500],
            learning_rates: vec![0.21, 0.21],
            epochs: 60,
            final_tests: 20,
            seed: 1,
            parameters: Parameters::default(),
            mechanisms: Mechanisms::default(),
        }
    }
}

/// Where a training stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Testing after `epoch` epochs (0: before training).
    Test {
        /// Epochs trained.
        epoch: usize,
        /// The next test image.
        next: usize,
        /// Images classified wrongly so far.
        wrong: usize,
    },
    /// In the middle of an epoch, counted from 1.
    Train {
        /// The epoch.
        epoch: usize,
        /// The next place in the epoch's order.
        next: usize,
        /// Images classified wrongly so far, in their forward phases.
        wrong: usize,
    },
    /// Repeating the test of the final weights.
    FinalTest {
        /// Which repetition, counted from 0.
        repeat: usize,
        /// The next test image.
        next: usize,
        /// Images classified wrongly so far.
        wrong: usize,
    },
    /// Done.
    Finished,
}

/// What a training has measured so far.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct History {
    /// Test error before training and after every epoch, %.
    pub test_errors_percent: Vec<f64>,
    /// Error in the forward phases of every epoch's training examples, %.
    pub training_errors_percent: Vec<f64>,
    /// Mean output loss over every epoch's examples (Eq. 7).
    pub output_losses: Vec<f64>,
    /// Errors of the repeated tests of the final weights, %.
    pub final_test_errors_percent: Vec<f64>,
}

/// Work done and to do, in units of one simulated ms of one image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work {
    /// Simulated time of the work done, ms.
    pub done_ms: f64,
    /// Simulated time of all the work, ms.
    pub total_ms: f64,
}

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
        let sizes: Vec<usize> = [data.pixel_count()]
            .into_iter()
            .chain(spec.hidden.iter().copied())
            .chain([data.classes()])
            .collect();
        let network = Network::initial(
            &sizes,
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

    /// SHA-256 over all weights, biases and feedback as little-endian f32 bits.
    pub fn weights_sha256(&mut self) -> String {
        let mut hash = Sha256::new();
        for word in self.engine.weight_words() {
            hash.update(word.to_le_bytes());
        }
        hash.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
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

    /// Shows at most `images` more images, all of one stage. Tests are spread over the threads of
    /// the current rayon pool; training is one thread's work.
    ///
    /// # Errors
    /// [`TrainingError::Network`] if weights are no longer finite at the end of an epoch.
    pub fn advance(&mut self, images: usize) -> Result<(), TrainingError> {
        let images = images.max(1);
        let began = Instant::now();
        match self.stage {
            Stage::Train { epoch, next, wrong } => {
                self.train(epoch, next, wrong, images)?;
                self.trained += began.elapsed();
            }
            Stage::Test { epoch, next, wrong } => {
                let (next, wrong) = self.test(epoch as u64, next, wrong, images);
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
                let stream = FIRST_FINAL_TEST + repeat as u64;
                let (next, wrong) = self.test(stream, next, wrong, images);
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
    ) -> Result<(), TrainingError> {
        let train = self.data.train();
        self.shuffle(epoch, train);
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
            let spikes = crate::engine::SpikeDrive::Free(StreamKey::new(
                seed,
                Purpose::TrainingSpikes,
                epoch,
                example,
            ));
            let noise = StreamKey::new(seed, Purpose::FeedbackNoise, epoch, example);
            let label = train.label(index);
            let outcome =
                self.engine
                    .train_example(train.image(index), label, &self.schedule, spikes, noise);
            wrong += usize::from(outcome.predicted != label);
            self.loss_sum += outcome.output_loss;
        }
        self.stage = Stage::Train {
            epoch,
            next: end,
            wrong,
        };
        if end == train.len() {
            self.engine.network().validate()?;
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

    fn test(&self, stream: u64, next: usize, wrong: usize, images: usize) -> (usize, usize) {
        let end = (next + images).min(self.data.test().len());
        (
            end,
            wrong
                + wrong_answers(
                    &self.engine,
                    self.data.test(),
                    self.spec.seed,
                    stream,
                    next..end,
                ),
        )
    }
}

/// Streams of the repeated final tests come after those of any epoch.
const FIRST_FINAL_TEST: u64 = 1 << 32;

/// Shows the test images of `range` and counts wrong answers. Every image has spikes of its own,
/// keyed by its number, so neither order nor threads matter.
pub fn wrong_answers(
    engine: &Engine,
    test: &ImageSet,
    seed: u64,
    stream: u64,
    range: std::ops::Range<usize>,
) -> usize {
    let wrong = |tester: &mut Tester<'_>, index: usize| {
        let key = StreamKey::new(seed, Purpose::TestSpikes, stream, index as u64);
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

/// Everything needed to go on with a training, bit for bit.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingState {
    /// Where it stands.
    pub stage: Stage,
    /// What was measured.
    pub history: History,
    /// Sum of the output losses of the present epoch.
    pub loss_sum: f64,
    /// Weights, voltages and spike histories.
    pub engine: EngineSnapshot,
}
