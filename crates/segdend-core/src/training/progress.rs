//! How far a training has come, and what it has measured on the way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where a training stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Testing after `epoch` epochs (0: before training).
    Test {
        /// Epochs trained.
        epoch: usize,
        /// The next test example.
        next: usize,
        /// Sum of the errors so far: of a classifier, of its wrong answers.
        errors: f64,
    },
    /// In the middle of an epoch, counted from 1.
    Train {
        /// The epoch.
        epoch: usize,
        /// The next place in the epoch's order.
        next: usize,
        /// Sum of the errors so far, before each update.
        errors: f64,
    },
    /// Repeating the test of the final weights.
    FinalTest {
        /// Which repetition, counted from 0.
        repeat: usize,
        /// The next test example.
        next: usize,
        /// Sum of the errors so far: of a classifier, of its wrong answers.
        errors: f64,
    },
    /// Done.
    Finished,
}

/// What a training has measured so far.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct History {
    /// Test error before training and after every epoch, %.
    pub test_errors_percent: Vec<f64>,
    /// Error on every epoch's training examples, before each update, %.
    pub training_errors_percent: Vec<f64>,
    /// Mean output loss over every epoch's examples.
    pub output_losses: Vec<f64>,
    /// Errors of the repeated tests of the final weights, %.
    pub final_test_errors_percent: Vec<f64>,
    /// SHA-256 of the weights after every epoch; none of trainings older than this field.
    #[serde(default)]
    pub weights_sha256: Vec<String>,
    /// What else the model tells of itself after each test, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub series: BTreeMap<String, Vec<f64>>,
}

/// Work done and to do, in a unit of the model's own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// The work done.
    pub done: f64,
    /// All the work.
    pub total: f64,
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
    /// The model's [snapshot](crate::model::Model::snapshot).
    pub model: Vec<u32>,
}
