//! How far a training has come, and what it has measured on the way.

use serde::{Deserialize, Serialize};

use crate::segregated::engine::EngineSnapshot;

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
    /// SHA-256 of the weights after every epoch; none of trainings older than this field.
    #[serde(default)]
    pub weights_sha256: Vec<String>,
}

/// Work done and to do, in units of one simulated ms of one image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work {
    /// Simulated time of the work done, ms.
    pub done_ms: f64,
    /// Simulated time of all the work, ms.
    pub total_ms: f64,
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
