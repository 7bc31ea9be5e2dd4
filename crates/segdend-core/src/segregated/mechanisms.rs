//! What a network is made of beside its sizes and numbers: the settings that the paper's experiments vary.

use serde::{Deserialize, Serialize};

/// The feedback matrices Y from the output layer to the apical dendrites.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FeedbackWeights {
    /// Fixed and random, fully connected.
    Random,
    /// Fixed and random; a share of the entries is zero and the others are amplified
    /// (eLife Figure 8A: 0.8 and 5).
    Sparse {
        /// Share of entries that are zero, 0 to 1.
        zero_fraction: f64,
        /// Factor on the others.
        amplification: f64,
    },
    /// The transposed forward weights after every update (eLife Figure 8C).
    Symmetric,
    /// The same plus fresh Gaussian noise after every update.
    NoisySymmetric,
}

/// What the output layer sends into the apical dendrites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedbackSignal {
    /// Postsynaptic potentials of output spikes (Eq. 11).
    Spikes,
    /// Output rates themselves (the red line of eLife Figure 7A): `A = Y lambda_U`.
    Rates,
}

/// When the plateau potentials of a phase come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlateauTiming {
    /// All at the end of the phase.
    Synchronous,
    /// Each neuron at its own moment shortly before (eLife Figure 6, supplement 1).
    Stochastic,
}

/// Which rule changes the hidden layers' weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LearningRule {
    /// The paper's local rule (Eqs. 22 and 23).
    Local,
    /// Backpropagation through the same network (eLife Figure 7).
    Backpropagation,
}

/// What a network is made of beside its sizes and numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mechanisms {
    /// Structure of the feedback matrices.
    pub feedback_weights: FeedbackWeights,
    /// What feedback carries.
    pub feedback_signal: FeedbackSignal,
    /// When plateaus come.
    pub plateau_timing: PlateauTiming,
    /// Which rule learns.
    pub learning_rule: LearningRule,
}

impl Default for Mechanisms {
    fn default() -> Self {
        Self {
            feedback_weights: FeedbackWeights::Random,
            feedback_signal: FeedbackSignal::Spikes,
            plateau_timing: PlateauTiming::Synchronous,
            learning_rule: LearningRule::Local,
        }
    }
}
