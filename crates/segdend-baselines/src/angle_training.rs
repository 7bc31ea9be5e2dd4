//! Online training of a rate network with the angle of every update: the comparison behind
//! Figure 7A, in networks without spikes.
//!
//! Every example is one step of [`Network::train_example`]: forward pass, both rules' deltas from
//! it, the angle between them, then plain gradient descent under the chosen rule. There is no
//! batch, no momentum and no decay.

mod state;

use std::ops::ControlFlow;

use rand::seq::SliceRandom;
use segdend_core::data::{DataSet, ImageSet};
use segdend_core::rng::{Purpose, StreamKey};
use serde::{Deserialize, Serialize};

use crate::learning::check_learning_rate;
use crate::{Backend, BaselineError, Network, Sizes, TrainingRule, Weights};

pub use state::{AngleHistory, AngleStage, AngleState};

/// What to train.
///
/// ```
/// use segdend_baselines::{AngleSpec, TrainingRule};
///
/// let published = AngleSpec::default();
/// assert_eq!(published.rule, TrainingRule::FeedbackAlignment);
/// assert_eq!((published.hidden, published.epochs), (500, 10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AngleSpec {
    /// The rule that changes the weights. The angle is measured under either.
    pub rule: TrainingRule,
    /// Units of the hidden layer. Inputs and outputs are the data set's pixels and classes.
    pub hidden: usize,
    /// `eta`, the same for both layers.
    pub learning_rate: f64,
    /// Epochs over the shuffled training images.
    pub epochs: usize,
    /// Seed of the first weights and of the order of the images.
    pub seed: u64,
    /// What computes.
    pub backend: Backend,
}

impl Default for AngleSpec {
    /// Feedback alignment in 784-500-10 for the ten epochs of Figure 7A.
    fn default() -> Self {
        Self {
            rule: TrainingRule::FeedbackAlignment,
            hidden: Sizes::PAPER.hidden,
            learning_rate: Self::DEFAULT_LEARNING_RATE,
            epochs: 10,
            seed: 1,
            backend: Backend::default(),
        }
    }
}

impl AngleSpec {
    /// The learning rate of the default specification: of 0.02, 0.05, 0.1, 0.2, 0.5 and 1 the one with
    /// which feedback alignment had the lowest error (5.0 %) on the last 10,000 training images of
    /// MNIST after three epochs of the other 50,000. (Backpropagation does best at 0.5.)
    pub const DEFAULT_LEARNING_RATE: f64 = 0.1;
}

/// A training in progress.
///
/// It advances in pieces, so that whoever drives it can show progress, save its
/// [state](AngleTraining::state) and stop at any moment; [`train_with_angles`] is the loop for those
/// who want no more. However it is cut up or interrupted, and on however many threads others run,
/// the same specification and data give the same bits on the same kind of processor.
///
/// ```
/// use segdend_baselines::{AngleSpec, AngleTraining};
/// use segdend_core::data::digits;
///
/// # fn main() -> Result<(), segdend_baselines::BaselineError> {
/// let data = digits::generate(1, 60, 20);
/// let spec = AngleSpec { hidden: 12, epochs: 2, ..AngleSpec::default() };
/// let mut training = AngleTraining::begin(&spec, &data)?;
/// while !training.is_finished() {
///     training.advance(16)?;
/// }
/// assert_eq!(training.history().angles_degrees.len(), 2 * 60);
/// assert_eq!(training.history().test_errors_percent.len(), 3);
/// // Receptive fields: a row of 784 weights for each hidden unit.
/// assert_eq!(training.network().weights()?.hidden_weights.len(), 12 * 784);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AngleTraining<'d> {
    spec: AngleSpec,
    data: &'d DataSet,
    network: Network,
    stage: AngleStage,
    history: AngleHistory,
    /// Sum of the losses of the present epoch.
    loss_sum: f64,
    /// The order of the images, and the epoch it belongs to.
    order: Vec<usize>,
    order_epoch: usize,
}

impl<'d> AngleTraining<'d> {
    /// A training at its beginning.
    ///
    /// # Errors
    ///
    /// [`BaselineError::NoImages`], [`BaselineError::LearningRate`], and those of [`Network::new`].
    pub fn begin(spec: &AngleSpec, data: &'d DataSet) -> Result<Self, BaselineError> {
        let weights = Weights::draw(sizes(spec, data), spec.seed)?;
        Self::with_weights(spec, data, &weights)
    }

    fn with_weights(
        spec: &AngleSpec,
        data: &'d DataSet,
        weights: &Weights,
    ) -> Result<Self, BaselineError> {
        check_learning_rate(spec.learning_rate)?;
        let (train, test) = (data.train().len(), data.test().len());
        if train == 0 || test == 0 {
            return Err(BaselineError::NoImages { train, test });
        }
        Ok(Self {
            spec: *spec,
            data,
            network: Network::from_weights(weights, spec.backend)?,
            stage: AngleStage::Test { epoch: 0 },
            history: AngleHistory::default(),
            loss_sum: 0.0,
            order: Vec::new(),
            order_epoch: 0,
        })
    }

    /// Goes on from where [`AngleTraining::state`] was taken.
    ///
    /// # Errors
    ///
    /// Those of [`AngleTraining::begin`] and [`Network::from_weights`], and
    /// [`BaselineError::ForeignState`] if the state belongs to another training.
    pub fn resume(
        spec: &AngleSpec,
        data: &'d DataSet,
        state: &AngleState,
    ) -> Result<Self, BaselineError> {
        state.check(spec, sizes(spec, data), data.train().len())?;
        Ok(Self {
            stage: state.stage,
            history: state.history.clone(),
            loss_sum: state.loss_sum,
            ..Self::with_weights(spec, data, &state.weights)?
        })
    }

    /// Everything needed to go on, bit for bit.
    ///
    /// # Errors
    ///
    /// [`BaselineError::Tensor`] if the backend fails.
    pub fn state(&self) -> Result<AngleState, BaselineError> {
        Ok(AngleState {
            stage: self.stage,
            history: self.history.clone(),
            loss_sum: self.loss_sum,
            weights: self.network.weights()?,
        })
    }

    /// Where it stands.
    #[must_use]
    pub fn stage(&self) -> AngleStage {
        self.stage
    }

    /// Whether all epochs and tests are done.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.stage == AngleStage::Finished
    }

    /// What has been measured so far.
    #[must_use]
    pub fn history(&self) -> &AngleHistory {
        &self.history
    }

    /// The network as it stands.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Examples shown so far, and examples to show in all. Tests are not counted.
    #[must_use]
    pub fn work(&self) -> (usize, usize) {
        (
            self.history.angles_degrees.len(),
            self.spec.epochs * self.data.train().len(),
        )
    }

    /// Shows at most `examples` more training images, or runs one test.
    ///
    /// # Errors
    ///
    /// [`BaselineError::Diverged`] if the loss is no longer finite,
    /// [`BaselineError::NonFiniteWeight`] if a weight is not at the end of an epoch,
    /// [`BaselineError::Tensor`] if the backend fails.
    pub fn advance(&mut self, examples: usize) -> Result<(), BaselineError> {
        match self.stage {
            AngleStage::Test { epoch } => {
                let error = self.test_error_percent()?;
                self.history.test_errors_percent.push(error);
                self.stage = if epoch < self.spec.epochs {
                    AngleStage::Train {
                        epoch: epoch + 1,
                        next: 0,
                    }
                } else {
                    AngleStage::Finished
                };
                Ok(())
            }
            AngleStage::Train { epoch, next } => self.train(epoch, next, examples.max(1)),
            AngleStage::Finished => Ok(()),
        }
    }

    fn train(&mut self, epoch: usize, next: usize, examples: usize) -> Result<(), BaselineError> {
        let train = self.data.train();
        self.shuffle(epoch);
        let end = train.len().min(next.saturating_add(examples));
        let mut input = Vec::with_capacity(train.pixel_count());
        for place in next..end {
            let index = self.order[place];
            input.clear();
            input.extend(train.image(index).iter().map(brightness));
            let report = self.network.train_example(
                self.spec.rule,
                &input,
                train.labels()[index],
                self.spec.learning_rate,
            )?;
            let angle = report.hidden_update_angle_degrees;
            let angle = angle.map(|degrees| degrees as f32);
            self.history.angles_degrees.push(angle);
            self.loss_sum += report.loss;
            self.stage = AngleStage::Train {
                epoch,
                next: place + 1,
            };
        }
        if end == train.len() {
            self.network.weights()?.check()?;
            self.history.mean_losses.push(self.loss_sum / end as f64);
            self.loss_sum = 0.0;
            self.stage = AngleStage::Test { epoch };
        }
        Ok(())
    }

    /// The order is drawn for its epoch alone, by the same stream as that of the spiking network.
    fn shuffle(&mut self, epoch: usize) {
        if self.order_epoch != epoch {
            let mut draw =
                StreamKey::new(self.spec.seed, Purpose::TrainingOrder, epoch as u64, 0).generator();
            self.order.clear();
            self.order.extend(0..self.data.train().len());
            self.order.shuffle(&mut draw);
            self.order_epoch = epoch;
        }
    }

    fn test_error_percent(&self) -> Result<f64, BaselineError> {
        let test = self.data.test();
        let mut wrong = 0;
        for first in (0..test.len()).step_by(TEST_BATCH) {
            let range = first..test.len().min(first + TEST_BATCH);
            let predicted = self.network.predict(&inputs(test, range.clone()))?;
            let labels = &test.labels()[range];
            wrong += predicted.iter().zip(labels).filter(|(a, b)| a != b).count();
        }
        Ok(100.0 * wrong as f64 / test.len() as f64)
    }
}

/// Test images side by side: enough for full speed, little memory.
const TEST_BATCH: usize = 500;

/// Training images between two reports of progress.
const PIECE: usize = 500;

/// Trains to the end, or until `on_progress` breaks off, and returns the training as it stands.
///
/// `on_progress` is called after every test and after at most 500 training images. A training that
/// was broken off goes on by [`AngleTraining::advance`], or later, from its
/// [state](AngleTraining::state), by giving that as `resume_from`.
///
/// # Errors
///
/// Those of [`AngleTraining::begin`], [`AngleTraining::resume`] and [`AngleTraining::advance`].
///
/// ```
/// use std::ops::ControlFlow;
///
/// use segdend_baselines::{AngleSpec, AngleTraining, train_with_angles};
/// use segdend_core::data::digits;
///
/// # fn main() -> Result<(), segdend_baselines::BaselineError> {
/// let data = digits::generate(1, 600, 20);
/// let spec = AngleSpec { hidden: 12, epochs: 1, ..AngleSpec::default() };
/// // Ctrl-C may come at any time; here after the first piece.
/// let stop = |training: &AngleTraining<'_>| match training.work() {
///     (0, _) => ControlFlow::Continue(()),
///     _ => ControlFlow::Break(()),
/// };
/// let broken_off = train_with_angles(&spec, &data, None, stop)?;
/// assert_eq!(broken_off.work(), (500, 600));
///
/// let state = broken_off.state()?;
/// let whole = train_with_angles(&spec, &data, Some(&state), |_| ControlFlow::Continue(()))?;
/// assert!(whole.is_finished());
/// # Ok(())
/// # }
/// ```
pub fn train_with_angles<'d>(
    spec: &AngleSpec,
    data: &'d DataSet,
    resume_from: Option<&AngleState>,
    mut on_progress: impl FnMut(&AngleTraining<'d>) -> ControlFlow<()>,
) -> Result<AngleTraining<'d>, BaselineError> {
    let mut training = match resume_from {
        Some(state) => AngleTraining::resume(spec, data, state)?,
        None => AngleTraining::begin(spec, data)?,
    };
    while !training.is_finished() {
        training.advance(PIECE)?;
        if on_progress(&training).is_break() {
            break;
        }
    }
    Ok(training)
}

fn sizes(spec: &AngleSpec, data: &DataSet) -> Sizes {
    Sizes {
        inputs: data.pixel_count(),
        hidden: spec.hidden,
        outputs: data.classes(),
    }
}

/// A pixel as an input: 0 for the ground, 1 for full ink.
fn brightness(pixel: &u8) -> f32 {
    f32::from(*pixel) / 255.0
}

fn inputs(images: &ImageSet, range: std::ops::Range<usize>) -> Vec<f32> {
    let pixel_count = images.pixel_count();
    let pixels = &images.pixels()[range.start * pixel_count..range.end * pixel_count];
    pixels.iter().map(brightness).collect()
}
