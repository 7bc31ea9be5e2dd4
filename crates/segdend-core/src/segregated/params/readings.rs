//! The readings of the model between which the paper and the authors' program disagree.

use serde::{Deserialize, Serialize};

/// How much of the past a postsynaptic potential remembers (Eq. 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KernelMemory {
    /// Paper: every past spike counts.
    Unlimited,
    /// Program: only the newest steps count (10, so kappa(1) to kappa(10)). The kernel's mass
    /// falls from 0.997 to 0.510.
    NewestSteps(usize),
}

/// How a sampled, real-valued phase length becomes a number of 1 ms steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LengthRounding {
    /// The nearest step: the closest a 1 ms grid comes to the paper's real-valued length.
    Nearest,
    /// Program: the floor of the draw.
    Floor,
}

/// The part of a phase over which voltages, rates and postsynaptic potentials are averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AveragingWindow {
    /// Paper, Eq. 17: `t_p = t_(i+1) - (t_i + settle)`; the window grows with the phase.
    AfterSettling,
    /// Program: always this many steps at the end of the phase (20).
    LastSteps(usize),
}

/// Whether the averages of Eqs. 3, 4 and 17 over A, C and U are divided by the window's length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VoltageAverage {
    /// Program: means. The reading under which the paper's equations work.
    Mean,
    /// Paper, Eqs. 3, 4 and 17 to the letter: integrals (V ms), which saturate every sigmoid.
    Integral,
}

/// Which mean rate stands in the target of a hidden layer; it enters the hidden loss of Eq. 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HiddenTarget {
    /// Eqs. 6 and 21: the mean rate of the forward phase.
    ForwardRate,
    /// Eqs. 25 and 26: the mean rate of the target phase.
    TargetRate,
}

/// The error term of the hidden layers' weight update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HiddenError {
    /// Eq. 22 and program: `alpha_t - alpha_f` alone.
    PlateauDifference,
    /// Eqs. 7 and 21 (or 25, 26) before the approximation: target rate minus
    /// `lambda_max sigma(mean C_f)`.
    TargetMinusRate,
}

/// How a layer's loss (Eqs. 7 and 27) is reduced over its units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossReduction {
    /// Paper: the squared norm.
    Sum,
    /// Program: the mean of squares.
    Mean,
}

/// The mean of the random initial feedback weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedbackMean {
    /// Program from 10 May 2017: the mean of feedforward weights onto as many units as the hidden
    /// layer has (`W_avg` of [`InitialScale`](crate::segregated::network::InitialScale)).
    #[default]
    WeightMean,
    /// Program until 5 May 2017: zero.
    Zero,
}

/// Where the feedback matrix of a hidden layer below another one comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedbackStructure {
    /// Paper, and program from 10 May 2017: a random matrix of its own, N x outputs.
    #[default]
    Separate,
    /// Program until 5 May 2017: `Y(m) = R(m) Y(m+1)`, a random matrix of N x (units of the layer
    /// above) times the feedback matrix of the layer above.
    Chained,
}

/// Which somatic potentials of the output layer name the class: the unit with the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassReadout {
    /// Program: the mean potentials of the averaging window.
    #[default]
    MeanVoltage,
    /// Paper: the potentials at the end of the phase.
    FinalVoltage,
}
