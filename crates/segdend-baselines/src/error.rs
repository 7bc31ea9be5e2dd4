//! What can be wrong with a request to a baseline network.

use burn::tensor::TensorReadError;
use segdend_core::segregated::network::NetworkError;

use crate::Sizes;

/// Everything a baseline network can refuse or fail at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// A layer has no units.
    #[error("a layer of the network {sizes} is empty: every layer needs at least one unit")]
    EmptyLayer {
        /// The sizes asked for.
        sizes: Sizes,
    },
    /// The output layer has more units than a label can name.
    #[error("{outputs} outputs are more than a label can name: at most {maximum} are possible")]
    TooManyOutputs {
        /// The outputs asked for.
        outputs: usize,
        /// The largest number possible.
        maximum: usize,
    },
    /// A batch without examples.
    #[error("the batch holds no example: give at least one")]
    EmptyBatch,
    /// The inputs are not a whole number of examples, or not as many as there are labels.
    #[error(
        "the batch holds {found} input values where {examples} examples of {inputs} inputs need {}",
        .examples * .inputs
    )]
    InputLength {
        /// Examples in the batch.
        examples: usize,
        /// Inputs of one example.
        inputs: usize,
        /// Values given.
        found: usize,
    },
    /// An input is infinite or not a number.
    #[error("input value {index} of the batch is {value}: inputs must be finite")]
    NonFiniteInput {
        /// Position in the batch's values.
        index: usize,
        /// The value found.
        value: f32,
    },
    /// A label names no output unit.
    #[error("label {index} of the batch is {label}, but the network has {outputs} outputs")]
    LabelOutOfRange {
        /// Position in the batch's labels.
        index: usize,
        /// The label found.
        label: u8,
        /// Output units of the network.
        outputs: usize,
    },
    /// A learning rate that is negative, not a number or beyond single precision.
    #[error(
        "the learning rate is {learning_rate}: it must not be negative, and finite in single precision"
    )]
    LearningRate {
        /// The learning rate found.
        learning_rate: f64,
    },
    /// A set of weights does not fit the network's sizes.
    #[error("{found} {weights} were given where the network {sizes} needs {expected}")]
    WeightCount {
        /// Which weights.
        weights: &'static str,
        /// The sizes of the network.
        sizes: Sizes,
        /// Values needed.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// A weight is infinite or not a number.
    #[error("value {index} of the {weights} is {value}: weights must be finite")]
    NonFiniteWeight {
        /// Which weights.
        weights: &'static str,
        /// Position in them, row by row.
        index: usize,
        /// The value found.
        value: f32,
    },
    /// The loss is no longer a finite number; the weights are as they were before the step.
    #[error("the loss has become {loss}: the learning rate is probably too large")]
    Diverged {
        /// The loss found.
        loss: f64,
    },
    /// A training state of another network.
    #[error(
        "the saved training state holds {found} weights, this network has {expected}: start from the beginning"
    )]
    ForeignState {
        /// Weights in the state.
        found: usize,
        /// Weights of the network.
        expected: usize,
    },
    /// The spiking network is damaged.
    #[error("the spiking network cannot be differentiated")]
    SpikingNetwork(#[from] NetworkError),
    /// Averages of an example that do not fit the spiking network's sizes.
    #[error("layer {layer} of the spiking network has {expected} {averages}, {found} were given")]
    AverageCount {
        /// Which averages.
        averages: &'static str,
        /// Which layer, counted from 0 above the input.
        layer: usize,
        /// Values needed.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// An average that is infinite or not a number.
    #[error("value {unit} of the {averages} of layer {layer} is {value}: averages must be finite")]
    NonFiniteAverage {
        /// Which averages.
        averages: &'static str,
        /// Which layer, counted from 0 above the input.
        layer: usize,
        /// Position in them.
        unit: usize,
        /// The value found.
        value: f64,
    },
    /// The tensor library could not compute or hand back a value.
    #[error("a tensor could not be read")]
    Tensor(#[from] TensorReadError),
}
