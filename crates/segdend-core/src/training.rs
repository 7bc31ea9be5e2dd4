//! Training, of any [model](crate::model): a test of the untrained network, then epochs over the
//! shuffled training examples, each followed by a test, and repeated tests of the final weights.
//!
//! A [`Training`] advances in small pieces, so that whoever drives it can show progress, save
//! [checkpoints](crate::checkpoint) and stop at any moment. However it is cut up, interrupted or
//! spread over threads, the same specification and data give the same bits.

mod progress;
mod weights_digest;

use std::time::{Duration, Instant};

use rand::seq::SliceRandom;

use crate::model::{Batch, Keep, Model, Plan, Samples};
use crate::rng::{Occasion, Purpose, StreamKey};

pub use progress::{History, Progress, Stage, TrainingState};
pub use weights_digest::weights_sha256;

/// Why a training cannot begin or go on.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingError<E: std::error::Error + 'static> {
    /// A network that cannot be, or a checkpoint of another one.
    #[error(transparent)]
    Model(E),
    /// An example that could not be presented.
    #[error("epoch {epoch}, example {place}")]
    Example {
        /// The epoch, counted from 1.
        epoch: usize,
        /// The example's place in the epoch, counted from 0.
        place: usize,
        /// Why.
        source: E,
    },
    /// Nothing to learn from, or nothing to test on.
    #[error(
        "the data set has {train} training and {test} test examples: at least one of each is needed"
    )]
    NoExamples {
        /// Training examples.
        train: usize,
        /// Test examples.
        test: usize,
    },
    /// A checkpoint whose position lies outside the training.
    #[error("the checkpoint stands at {stage:?}, which this training does not have")]
    Position {
        /// The position.
        stage: Stage,
    },
}

/// A training in progress.
#[derive(Debug)]
pub struct Training<'d, M: Model> {
    spec: M::Spec,
    data: &'d M::Data,
    model: M,
    stage: Stage,
    history: History,
    loss_sum: f64,
    /// The order of the present epoch, and which epoch it belongs to.
    order: Vec<u32>,
    order_epoch: usize,
    /// Time spent training and testing, this process only.
    trained: Duration,
    tested: Duration,
}

/// Someone who looks at every presentation: epoch, place in the epoch, and the model.
struct Watch<'a, M> {
    keep: Keep,
    look: &'a mut dyn FnMut(usize, usize, &M),
}

impl<'d, M: Model> Training<'d, M> {
    /// A training at its beginning.
    ///
    /// # Errors
    /// [`TrainingError`] says what about the specification or the data cannot run.
    pub fn begin(spec: &M::Spec, data: &'d M::Data) -> Result<Self, TrainingError<M::Error>> {
        let (train, test) = (data.train_len(), data.test_len());
        if train == 0 || test == 0 {
            return Err(TrainingError::NoExamples { train, test });
        }
        Ok(Self {
            model: M::begin(spec, data).map_err(TrainingError::Model)?,
            spec: spec.clone(),
            data,
            stage: Stage::Test {
                epoch: 0,
                next: 0,
                errors: 0.0,
            },
            history: History::default(),
            loss_sum: 0.0,
            order: Vec::new(),
            order_epoch: usize::MAX,
            trained: Duration::ZERO,
            tested: Duration::ZERO,
        })
    }

    /// Goes on from where [`Training::state`] was taken.
    ///
    /// # Errors
    /// As [`Training::begin`]; [`TrainingError::Model`] or [`TrainingError::Position`] if the state
    /// belongs to another training.
    pub fn resume(
        spec: &M::Spec,
        data: &'d M::Data,
        state: &TrainingState,
    ) -> Result<Self, TrainingError<M::Error>> {
        let mut training = Self::begin(spec, data)?;
        let Plan {
            epochs,
            final_tests,
            ..
        } = training.plan();
        let (train, test) = (data.train_len(), data.test_len());
        let possible = match state.stage {
            Stage::Test { epoch, next, .. } => epoch <= epochs && next < test,
            Stage::Train { epoch, next, .. } => (1..=epochs).contains(&epoch) && next < train,
            Stage::FinalTest { repeat, next, .. } => repeat < final_tests && next < test,
            Stage::Finished => true,
        };
        if !possible {
            return Err(TrainingError::Position { stage: state.stage });
        }
        let model = &mut training.model;
        model.restore(&state.model).map_err(TrainingError::Model)?;
        model.check().map_err(TrainingError::Model)?;
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
            model: self.model.snapshot(),
        }
    }

    /// What determines it.
    pub fn spec(&self) -> &M::Spec {
        &self.spec
    }

    /// How long it goes on.
    pub fn plan(&self) -> Plan {
        M::plan(&self.spec)
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

    /// The network.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// Time this process has spent training, and testing.
    pub fn time_spent(&self) -> (Duration, Duration) {
        (self.trained, self.tested)
    }

    /// SHA-256 of the weights as they stand: see [`weights_sha256`].
    pub fn weights_sha256(&self) -> String {
        weights_sha256(|visitor| self.model.visit_weights(visitor))
    }

    /// How much of the work is done, in the unit of the model's [cost](Model::cost).
    pub fn progress(&self) -> Progress {
        let plan = self.plan();
        let cost = M::cost(&self.spec);
        let train = cost.train * self.data.train_len() as f64;
        let test = cost.test * self.data.test_len() as f64;
        let epochs = plan.epochs as f64;
        let trained = epochs * train + (epochs + 1.0) * test;
        let total = trained + plan.final_tests as f64 * test;
        let done = match self.stage {
            Stage::Test { epoch, next, .. } => {
                epoch as f64 * (train + test) + next as f64 * cost.test
            }
            Stage::Train { epoch, next, .. } => {
                (epoch as f64 - 1.0) * (train + test) + test + next as f64 * cost.train
            }
            Stage::FinalTest { repeat, next, .. } => {
                trained + repeat as f64 * test + next as f64 * cost.test
            }
            Stage::Finished => total,
        };
        Progress { done, total }
    }

    /// [`Training::advance`], with a look at the model after every presentation, before it learns: epoch,
    /// place in the epoch, and the model. Looking changes nothing.
    ///
    /// # Errors
    /// As [`Training::advance`].
    pub fn advance_watched(
        &mut self,
        examples: usize,
        keep: Keep,
        look: &mut dyn FnMut(usize, usize, &M),
    ) -> Result<(), TrainingError<M::Error>> {
        self.go(examples, Some(Watch { keep, look }))
    }

    /// Shows at most `examples` more examples (but at least one batch), all of one stage. Training is
    /// one thread's work.
    ///
    /// # Errors
    /// [`TrainingError::Model`] if weights are no longer finite at the end of an epoch.
    pub fn advance(&mut self, examples: usize) -> Result<(), TrainingError<M::Error>> {
        self.go(examples, None)
    }

    fn go(
        &mut self,
        examples: usize,
        watch: Option<Watch<'_, M>>,
    ) -> Result<(), TrainingError<M::Error>> {
        let began = Instant::now();
        match self.stage {
            Stage::Train {
                epoch,
                next,
                errors,
            } => {
                self.train(epoch, next, errors, examples, watch)?;
                self.trained += began.elapsed();
            }
            Stage::Test {
                epoch,
                next,
                errors,
            } => {
                let occasion = Occasion::Epoch(epoch as u64);
                let (next, errors) = self.test(occasion, next, errors, examples)?;
                self.stage = Stage::Test {
                    epoch,
                    next,
                    errors,
                };
                if next == self.data.test_len() {
                    self.history.test_errors_percent.push(percent(errors, next));
                    for (name, value) in self.model.series() {
                        let series = self.history.series.entry(name.to_owned());
                        series.or_default().push(value);
                    }
                    self.model.rest();
                    self.stage = self.stage_after_epoch(epoch);
                }
                self.tested += began.elapsed();
            }
            Stage::FinalTest {
                repeat,
                next,
                errors,
            } => {
                let occasion = Occasion::FinalTest(repeat as u64);
                let (next, errors) = self.test(occasion, next, errors, examples)?;
                self.stage = Stage::FinalTest {
                    repeat,
                    next,
                    errors,
                };
                if next == self.data.test_len() {
                    let error = percent(errors, next);
                    self.history.final_test_errors_percent.push(error);
                    self.stage = self.final_stage(repeat + 1);
                }
                self.tested += began.elapsed();
            }
            Stage::Finished => {}
        }
        Ok(())
    }

    fn stage_after_epoch(&self, epoch: usize) -> Stage {
        if epoch < self.plan().epochs {
            Stage::Train {
                epoch: epoch + 1,
                next: 0,
                errors: 0.0,
            }
        } else {
            self.final_stage(0)
        }
    }

    fn final_stage(&self, repeat: usize) -> Stage {
        if repeat < self.plan().final_tests {
            Stage::FinalTest {
                repeat,
                next: 0,
                errors: 0.0,
            }
        } else {
            Stage::Finished
        }
    }

    fn train(
        &mut self,
        epoch: usize,
        next: usize,
        mut errors: f64,
        examples: usize,
        mut watch: Option<Watch<'_, M>>,
    ) -> Result<(), TrainingError<M::Error>> {
        let count = self.data.train_len();
        let batch = self.plan().batch.max(1);
        self.shuffle(epoch);
        self.model.enter_epoch(epoch);
        let keep = watch.as_ref().map_or(Keep::Learning, |watch| watch.keep);
        // Whole batches, so that it does not matter how an epoch is cut up.
        let end = count.min(next + batch * (examples / batch).max(1));
        for place in (next..end).step_by(batch) {
            let examples = &self.order[place..count.min(place + batch)];
            let presented = Batch {
                epoch,
                place,
                examples,
            };
            let outcome = self.model.present(self.data, presented, keep);
            let outcome = outcome.map_err(|source| TrainingError::Example {
                epoch,
                place,
                source,
            })?;
            if let Some(watch) = &mut watch {
                (watch.look)(epoch, place, &self.model);
            }
            self.model.learn();
            errors += outcome.errors;
            self.loss_sum += outcome.loss;
        }
        self.stage = Stage::Train {
            epoch,
            next: end,
            errors,
        };
        if end == count {
            self.model.check().map_err(TrainingError::Model)?;
            self.history.weights_sha256.push(self.weights_sha256());
            let history = &mut self.history;
            history.training_errors_percent.push(percent(errors, end));
            history.output_losses.push(self.loss_sum / end as f64);
            self.loss_sum = 0.0;
            self.model.rest();
            self.stage = Stage::Test {
                epoch,
                next: 0,
                errors: 0.0,
            };
        }
        Ok(())
    }

    fn shuffle(&mut self, epoch: usize) {
        if self.order_epoch != epoch {
            self.order.clear();
            self.order.extend(0..self.data.train_len() as u32);
            let seed = self.plan().seed;
            let mut draw =
                StreamKey::new(seed, Purpose::TrainingOrder, epoch as u64, 0).generator();
            self.order.shuffle(&mut draw);
            self.order_epoch = epoch;
        }
    }

    /// Tests on some more examples; sums are taken in their order, however a test is cut up.
    fn test(
        &self,
        occasion: Occasion,
        next: usize,
        errors: f64,
        examples: usize,
    ) -> Result<(usize, f64), TrainingError<M::Error>> {
        let end = (next + examples.max(1)).min(self.data.test_len());
        let found = self.model.test(self.data, occasion, next..end);
        let found = found.map_err(TrainingError::Model)?;
        Ok((end, found.iter().fold(errors, |sum, error| sum + error)))
    }
}

fn percent(part: f64, whole: usize) -> f64 {
    100.0 * part / whole as f64
}
