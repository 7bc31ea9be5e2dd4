//! What determines a training of this model.

use serde::{Deserialize, Serialize};

use super::network::InitialWeights;
use super::params::{CircuitParameters, ContinuousParameters, TwoPassParameters};

/// How a circuit is simulated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// The continuous dynamics, pattern after pattern.
    Continuous(ContinuousParameters),
    /// The steady state in two passes, batch after batch.
    TwoPass(TwoPassParameters),
}

impl Scheme {
    /// What both have.
    pub fn circuit(&self) -> &CircuitParameters {
        match self {
            Self::Continuous(parameters) => &parameters.circuit,
            Self::TwoPass(parameters) => &parameters.circuit,
        }
    }
}

/// Everything that determines a training beside the patterns.
///
/// ```
/// use segdend_core::data::digits;
/// use segdend_core::microcircuit::{Patterns, Training, TrainingSpec};
///
/// let images = digits::generate(1, 40, 20);
/// let spec = TrainingSpec { hidden: vec![20, 20], epochs: 1, ..TrainingSpec::mnist() };
/// let patterns = Patterns::of_images(&images, spec.scheme.circuit().transfer, [0.1, 0.8])?;
/// let mut training = Training::begin(&spec, &patterns)?;
/// while !training.is_finished() {
///     training.advance(10)?;
/// }
/// assert_eq!(training.history().test_errors_percent.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSpec {
    /// Units in each hidden layer, bottom up. Input and output sizes are the patterns'.
    pub hidden: Vec<usize>,
    /// How the circuit is simulated, with its parameters.
    pub scheme: Scheme,
    /// Half-widths of the initial weights.
    pub initial: InitialWeights,
    /// Whether the circuit starts in its self-predicting state.
    pub self_predicting: bool,
    /// Epochs to train.
    pub epochs: usize,
    /// Seed of all random numbers.
    pub seed: u64,
}

impl TrainingSpec {
    /// Units in each layer for patterns of so many inputs and targets.
    pub fn sizes(&self, inputs: usize, targets: usize) -> Vec<usize> {
        let hidden = self.hidden.iter().copied();
        [inputs]
            .into_iter()
            .chain(hidden)
            .chain([targets])
            .collect()
    }
}
