//! Sizes and weights as plain numbers, and how the first weights are drawn.
//!
//! ```text
//! W0, W1 ~ Uniform(-sqrt(3 / n), sqrt(3 / n)),  n inputs of the layer
//! B      ~ Uniform(-sqrt(3 / n), sqrt(3 / n)),  n = outputs
//! b0 = b1 = 0
//! ```
//!
//! Each has variance 1 / n, as in LeCun, Bottou, Orr and Mueller, "Efficient BackProp" (1998),
//! section 4.6, counting for `B` the inputs of the way back. The first update of the hidden layer
//! is therefore larger under feedback alignment than under backpropagation by about
//! sqrt(hidden / outputs); its direction does not depend on the scale of `B`.

use std::fmt;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::BaselineError;

/// Units in each layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sizes {
    /// Inputs of one example.
    pub inputs: usize,
    /// Units of the hidden layer.
    pub hidden: usize,
    /// Output units, one for each label; at most 256.
    pub outputs: usize,
}

impl Sizes {
    /// The largest number of outputs: labels are bytes.
    pub const MAXIMUM_OUTPUTS: usize = 256;

    /// The paper's network with one hidden layer, 784-500-10.
    pub const PAPER: Self = Self {
        inputs: 784,
        hidden: 500,
        outputs: 10,
    };

    /// Refuses sizes that no network can have.
    fn check(self) -> Result<(), BaselineError> {
        if self.inputs == 0 || self.hidden == 0 || self.outputs == 0 {
            return Err(BaselineError::EmptyLayer { sizes: self });
        }
        if self.outputs > Self::MAXIMUM_OUTPUTS {
            return Err(BaselineError::TooManyOutputs {
                outputs: self.outputs,
                maximum: Self::MAXIMUM_OUTPUTS,
            });
        }
        Ok(())
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}-{}-{}",
            self.inputs, self.hidden, self.outputs
        )
    }
}

/// All weights of a network as plain numbers, matrices row by row.
///
/// With them a network can be saved and resumed bit for bit, or given weights of one's own.
///
/// ```
/// use segdend_baselines::{Backend, Network, Sizes, Weights};
///
/// # fn main() -> Result<(), segdend_baselines::BaselineError> {
/// let sizes = Sizes { inputs: 3, hidden: 4, outputs: 2 };
/// let mut weights = Weights::draw(sizes, 1)?;
/// weights.make_feedback_symmetric();
/// let network = Network::from_weights(&weights, Backend::Flex)?;
/// assert_eq!(network.weights()?, weights);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// Units in each layer.
    pub sizes: Sizes,
    /// `W0`, hidden units x inputs: a row is the receptive field of a hidden unit.
    pub hidden_weights: Vec<f32>,
    /// `b0`, one for each hidden unit.
    pub hidden_biases: Vec<f32>,
    /// `W1`, outputs x hidden units.
    pub output_weights: Vec<f32>,
    /// `b1`, one for each output.
    pub output_biases: Vec<f32>,
    /// `B`, hidden units x outputs; only feedback alignment uses it.
    pub feedback_weights: Vec<f32>,
}

impl Weights {
    /// First weights, a function of the sizes and the seed alone: the same on every machine
    /// and for every backend.
    ///
    /// # Errors
    ///
    /// [`BaselineError::EmptyLayer`] and [`BaselineError::TooManyOutputs`].
    pub fn draw(sizes: Sizes, seed: u64) -> Result<Self, BaselineError> {
        sizes.check()?;
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
        let Sizes {
            inputs,
            hidden,
            outputs,
        } = sizes;
        Ok(Self {
            sizes,
            hidden_weights: draw_uniform(&mut generator, hidden * inputs, inputs),
            hidden_biases: vec![0.0; hidden],
            output_weights: draw_uniform(&mut generator, outputs * hidden, hidden),
            output_biases: vec![0.0; outputs],
            feedback_weights: draw_uniform(&mut generator, hidden * outputs, outputs),
        })
    }

    /// Sets `B = W1^T`, with which feedback alignment's first step is backpropagation's.
    ///
    /// # Panics
    ///
    /// If `output_weights` holds fewer values than `sizes` says.
    pub fn make_feedback_symmetric(&mut self) {
        let Sizes {
            hidden, outputs, ..
        } = self.sizes;
        self.feedback_weights = (0..hidden * outputs)
            .map(|index| self.output_weights[(index % outputs) * hidden + index / outputs])
            .collect();
    }

    /// Refuses weights that do not fit their sizes or are not finite.
    pub(crate) fn check(&self) -> Result<(), BaselineError> {
        let sizes = self.sizes;
        sizes.check()?;
        let Sizes {
            inputs,
            hidden,
            outputs,
        } = sizes;
        for (weights, expected, values) in [
            ("hidden weights", hidden * inputs, &self.hidden_weights),
            ("hidden biases", hidden, &self.hidden_biases),
            ("output weights", outputs * hidden, &self.output_weights),
            ("output biases", outputs, &self.output_biases),
            ("feedback weights", hidden * outputs, &self.feedback_weights),
        ] {
            let found = values.len();
            if found != expected {
                return Err(BaselineError::WeightCount {
                    weights,
                    sizes,
                    expected,
                    found,
                });
            }
            if let Some(index) = values.iter().position(|value| !value.is_finite()) {
                let value = values[index];
                return Err(BaselineError::NonFiniteWeight {
                    weights,
                    index,
                    value,
                });
            }
        }
        Ok(())
    }
}

/// `count` values of Uniform(-sqrt(3 / fan_in), sqrt(3 / fan_in)).
///
/// The map from random bits to numbers is spelled out so that no version of a library can
/// change it: the upper 24 bits as a fraction of [0, 1), stretched.
fn draw_uniform(generator: &mut Xoshiro256PlusPlus, count: usize, fan_in: usize) -> Vec<f32> {
    const FRACTION_BITS: u32 = 24;
    let bound = (3.0 / fan_in as f64).sqrt();
    (0..count)
        .map(|_| {
            let bits = generator.next_u64() >> (u64::BITS - FRACTION_BITS);
            let fraction = bits as f64 / f64::from(1u32 << FRACTION_BITS);
            (bound * (2.0 * fraction - 1.0)) as f32
        })
        .collect()
}
