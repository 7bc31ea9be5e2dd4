//! A rate network as a [`Model`]: online training over a data set, an example at a time, as the spiking
//! model is trained. There is no batch, no momentum and no decay.

use std::ops::Range;

use segdend_core::data::DataSet;
use segdend_core::model::{ArrayVisitor, Batch, Cost, Keep, Model, Outcome, Plan};
use segdend_core::rng::Occasion;
use segdend_core::training::Training;
use serde::{Deserialize, Serialize};

use crate::learning::check_learning_rate;
use crate::online::Presented;
use crate::{Backend, BaselineError, Network, Sizes, TrainingRule, Weights};

/// What to train.
///
/// ```
/// use segdend_baselines::{RateSpec, TrainingRule};
///
/// let published = RateSpec::default();
/// assert_eq!(published.rule, TrainingRule::FeedbackAlignment);
/// assert_eq!((published.hidden, published.epochs), (500, 10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateSpec {
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

impl Default for RateSpec {
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

impl RateSpec {
    /// The learning rate of the default specification: of 0.02, 0.05, 0.1, 0.2, 0.5 and 1 the one with
    /// which feedback alignment had the lowest error (5.0 %) on the last 10,000 training images of
    /// MNIST after three epochs of the other 50,000. (Backpropagation does best at 0.5.)
    pub const DEFAULT_LEARNING_RATE: f64 = 0.1;
}

/// A rate network in training.
///
/// ```
/// use segdend_baselines::{RateSpec, RateTraining};
/// use segdend_core::data::digits;
/// use segdend_core::model::Keep;
///
/// let data = digits::generate(1, 60, 20);
/// let spec = RateSpec { hidden: 12, epochs: 2, ..RateSpec::default() };
/// let mut training = RateTraining::begin(&spec, &data)?;
/// let mut angles = Vec::new();
/// while !training.is_finished() {
///     training.advance_watched(16, Keep::Learning, &mut |_, _, network| {
///         angles.push(network.angle_degrees());
///     })?;
/// }
/// assert_eq!(angles.len(), 2 * 60);
/// assert_eq!(training.history().test_errors_percent.len(), 3);
/// # Ok::<(), segdend_core::training::TrainingError<segdend_baselines::BaselineError>>(())
/// ```
#[derive(Debug)]
pub struct RateNetwork {
    spec: RateSpec,
    network: Network,
    presented: Option<Presented>,
    angle_degrees: Option<f64>,
}

/// A training of a rate network.
pub type RateTraining<'d> = Training<'d, RateNetwork>;

impl RateNetwork {
    /// The network as it stands.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The angle between the updates of the hidden weights by feedback alignment and by backpropagation
    /// for the example that was presented last, degrees, before the example's step; `None` where there is
    /// none (see [`StepReport`](crate::StepReport::hidden_update_angle_degrees)).
    #[must_use]
    pub fn angle_degrees(&self) -> Option<f64> {
        self.angle_degrees
    }

    fn weights(&self) -> Result<Weights, BaselineError> {
        self.network.weights()
    }
}

impl Model for RateNetwork {
    const NAME: &'static str = "rate-network";
    const VERSION: u32 = 1;
    type Spec = RateSpec;
    type Data = DataSet;
    type Error = BaselineError;

    fn plan(spec: &RateSpec) -> Plan {
        Plan {
            epochs: spec.epochs,
            final_tests: 0,
            seed: spec.seed,
            batch: 1,
        }
    }

    /// Forward passes: a step of learning costs about three.
    fn cost(_: &RateSpec) -> Cost {
        Cost {
            train: 3.0,
            test: 1.0,
        }
    }

    fn begin(spec: &RateSpec, data: &DataSet) -> Result<Self, BaselineError> {
        check_learning_rate(spec.learning_rate)?;
        let sizes = Sizes {
            inputs: data.pixel_count(),
            hidden: spec.hidden,
            outputs: data.classes(),
        };
        Ok(Self {
            spec: *spec,
            network: Network::new(sizes, spec.seed, spec.backend)?,
            presented: None,
            angle_degrees: None,
        })
    }

    fn present(
        &mut self,
        data: &DataSet,
        batch: Batch<'_>,
        _: Keep,
    ) -> Result<Outcome, BaselineError> {
        let train = data.train();
        let mut outcome = Outcome {
            errors: 0.0,
            loss: 0.0,
        };
        for &index in batch.examples {
            let index = index as usize;
            let input: Vec<f32> = train.image(index).iter().map(brightness).collect();
            let presented = self.network.present(&input, train.labels()[index])?;
            outcome.errors += f64::from(u8::from(presented.predicted != train.labels()[index]));
            outcome.loss += presented.loss;
            self.angle_degrees = presented.hidden_update_angle_degrees;
            self.presented = Some(presented);
        }
        Ok(outcome)
    }

    fn learn(&mut self) {
        if let Some(presented) = self.presented.take() {
            self.network
                .learn(presented, self.spec.rule, self.spec.learning_rate)
                .expect("the learning rate was checked at the beginning");
        }
    }

    fn rest(&mut self) {}

    fn test(
        &self,
        data: &DataSet,
        _: Occasion,
        range: Range<usize>,
    ) -> Result<Vec<f64>, BaselineError> {
        let test = data.test();
        let mut errors = Vec::with_capacity(range.len());
        for first in range.clone().step_by(TEST_BATCH) {
            let batch = first..range.end.min(first + TEST_BATCH);
            let pixels = batch.start * test.pixel_count()..batch.end * test.pixel_count();
            let inputs: Vec<f32> = test.pixels()[pixels].iter().map(brightness).collect();
            let predicted = self.network.predict(&inputs)?;
            let labels = &test.labels()[batch];
            let wrong = predicted.iter().zip(labels).map(|(a, b)| a != b);
            errors.extend(wrong.map(|wrong| f64::from(u8::from(wrong))));
        }
        Ok(errors)
    }

    /// `W0`, `b0`, `W1`, `b1` and the fixed feedback `B`, a row a unit of the upper layer; of `B` a row a
    /// hidden unit. Nothing is shown if the backend fails.
    fn visit_weights(&self, visitor: &mut ArrayVisitor<'_>) {
        let Ok(weights) = self.weights() else { return };
        let Sizes {
            inputs,
            hidden,
            outputs,
        } = weights.sizes;
        for (name, shape, values) in [
            ("W0", &[hidden, inputs][..], &weights.hidden_weights),
            ("b0", &[hidden], &weights.hidden_biases),
            ("W1", &[outputs, hidden], &weights.output_weights),
            ("b1", &[outputs], &weights.output_biases),
            ("B", &[hidden, outputs], &weights.feedback_weights),
        ] {
            visitor(name, shape, &mut values.iter().copied());
        }
    }

    fn check(&self) -> Result<(), BaselineError> {
        self.weights()?.check()
    }

    fn snapshot(&mut self) -> Vec<u32> {
        let mut words = Vec::new();
        self.visit_weights(&mut |_, _, values| words.extend(values.map(f32::to_bits)));
        words
    }

    fn restore(&mut self, snapshot: &[u32]) -> Result<(), BaselineError> {
        let mut weights = self.weights()?;
        let mut rest = snapshot;
        let expected = snapshot.len();
        for values in [
            &mut weights.hidden_weights,
            &mut weights.hidden_biases,
            &mut weights.output_weights,
            &mut weights.output_biases,
            &mut weights.feedback_weights,
        ] {
            let (own, left) = rest.split_at(values.len().min(rest.len()));
            *values = own.iter().map(|&word| f32::from_bits(word)).collect();
            rest = left;
        }
        if !rest.is_empty() {
            return Err(BaselineError::ForeignState {
                found: expected,
                expected: expected - rest.len(),
            });
        }
        self.network = Network::from_weights(&weights, self.spec.backend)?;
        Ok(())
    }
}

/// Test images side by side: enough for full speed, little memory.
const TEST_BATCH: usize = 500;

/// A pixel as an input: 0 for the ground, 1 for full ink.
fn brightness(pixel: &u8) -> f32 {
    f32::from(*pixel) / 255.0
}
