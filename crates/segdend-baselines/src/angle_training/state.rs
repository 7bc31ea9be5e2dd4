//! How far a training with angles has come, and what it has measured on the way.

use serde::{Deserialize, Serialize};

use super::AngleSpec;
use crate::{BaselineError, Sizes, Weights};

/// Where a training stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AngleStage {
    /// About to test after `epoch` epochs (0: before training).
    Test {
        /// Epochs trained.
        epoch: usize,
    },
    /// In the middle of an epoch, counted from 1.
    Train {
        /// The epoch.
        epoch: usize,
        /// The next place in the epoch's order.
        next: usize,
    },
    /// Done.
    Finished,
}

/// What a training has measured so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AngleHistory {
    /// For every example, in the order they were shown: the angle between the updates of the hidden
    /// weights by feedback alignment and by backpropagation, degrees, before the example's step;
    /// `None` where there is no angle (see
    /// [`StepReport`](crate::StepReport::hidden_update_angle_degrees)).
    pub angles_degrees: Vec<Option<f32>>,
    /// Loss of an example before its step, averaged over every epoch.
    pub mean_losses: Vec<f64>,
    /// Test error before training and after every epoch, %.
    pub test_errors_percent: Vec<f64>,
}

/// Everything needed to go on with a training, bit for bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AngleState {
    /// Where it stands.
    pub stage: AngleStage,
    /// What was measured.
    pub history: AngleHistory,
    /// Sum of the losses of the present epoch.
    pub loss_sum: f64,
    /// All weights.
    pub weights: Weights,
}

impl AngleState {
    /// Refuses a state of another training.
    pub(super) fn check(
        &self,
        spec: &AngleSpec,
        sizes: Sizes,
        train_images: usize,
    ) -> Result<(), BaselineError> {
        // Epochs that are over, place in the present one, tests done, and the epoch beside what it may be.
        let (epochs, next, tests, epoch, possible_epoch) = match self.stage {
            AngleStage::Test { epoch } => (epoch, 0, epoch, epoch, epoch.min(spec.epochs)),
            AngleStage::Train { epoch, next } => {
                let possible = epoch.max(1).min(spec.epochs);
                (epoch.saturating_sub(1), next, epoch, epoch, possible)
            }
            AngleStage::Finished => (spec.epochs, 0, spec.epochs + 1, 0, 0),
        };
        let found = self.weights.sizes;
        for (what, found, expected) in [
            ("the number of inputs", found.inputs, sizes.inputs),
            ("the number of hidden units", found.hidden, sizes.hidden),
            ("the number of outputs", found.outputs, sizes.outputs),
            ("its epoch", epoch, possible_epoch),
            (
                "its place in the epoch",
                next,
                next.min(train_images.saturating_sub(1)),
            ),
            (
                "the number of angles",
                self.history.angles_degrees.len(),
                epochs * train_images + next,
            ),
            (
                "the number of tests",
                self.history.test_errors_percent.len(),
                tests,
            ),
            (
                "the number of mean losses",
                self.history.mean_losses.len(),
                epochs,
            ),
        ] {
            if found != expected {
                return Err(BaselineError::ForeignState {
                    what,
                    found,
                    expected,
                });
            }
        }
        Ok(())
    }
}
