//! One step of learning under either rule, and the angle between what the two would do.
//!
//! ```text
//! d0 = (W1^T d1) * h * (1 - h)   backpropagation (Rumelhart, Hinton and Williams 1986)
//! d0 = (B d1)    * h * (1 - h)   feedback alignment (Lillicrap et al. 2016)
//! ```
//!
//! In a batch, `d1` and backpropagation's `d0` are read off automatic differentiation of the loss:
//! they are its gradients with respect to what goes into each layer's sigmoid. A layer's update is
//! then the sum over examples of its delta times its input, under either rule. (Single examples have
//! a cheaper way, in `online`.)

use burn::tensor::activation::sigmoid;
use burn::tensor::{Gradients, Tensor};
use serde::{Deserialize, Serialize};

use crate::angle::angle_degrees;
use crate::{BaselineError, Network};

/// How the error reaches the hidden layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrainingRule {
    /// Through the transposed output weights `W1^T`.
    Backpropagation,
    /// Through the fixed random weights `B`.
    FeedbackAlignment,
}

impl TrainingRule {
    /// Both rules.
    pub const ALL: [Self; 2] = [Self::Backpropagation, Self::FeedbackAlignment];
}

/// What a step of learning found at the weights it started from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// The loss: half the squared error of an example, averaged over the batch.
    pub loss: f64,
    /// The angle between the updates of `W0` by backpropagation and by feedback alignment, in
    /// degrees; `None` if either of them is zero, as for an input of zeros, or in a batch too large
    /// for single precision.
    pub hidden_update_angle_degrees: Option<f64>,
}

/// The directions a rule would move the weights against, as plain numbers laid out like
/// [`Weights`](crate::Weights): a step subtracts the learning rate times these.
///
/// Under backpropagation they are the gradients of the loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Updates {
    /// For `W0`, hidden units x inputs.
    pub hidden_weights: Vec<f32>,
    /// For `b0`.
    pub hidden_biases: Vec<f32>,
    /// For `W1`, outputs x hidden units.
    pub output_weights: Vec<f32>,
    /// For `b1`.
    pub output_biases: Vec<f32>,
}

/// What the backward pass finds: a row for each example.
struct BackwardPass {
    loss: f64,
    /// `h`, examples x hidden units.
    hidden_activity: Tensor<2>,
    /// `d1`, examples x outputs.
    output_deltas: Tensor<2>,
    /// `d0` of backpropagation, examples x hidden units.
    backpropagation_deltas: Tensor<2>,
    /// `d0` of feedback alignment, examples x hidden units.
    alignment_deltas: Tensor<2>,
}

impl BackwardPass {
    fn hidden_deltas(&self, rule: TrainingRule) -> Tensor<2> {
        match rule {
            TrainingRule::Backpropagation => self.backpropagation_deltas.clone(),
            TrainingRule::FeedbackAlignment => self.alignment_deltas.clone(),
        }
    }

    fn report(self, inputs: &Tensor<2>) -> Result<StepReport, BaselineError> {
        Ok(StepReport {
            loss: self.loss,
            hidden_update_angle_degrees: angle_degrees(
                inputs,
                self.backpropagation_deltas,
                self.alignment_deltas,
            )?,
        })
    }
}

impl Network {
    /// Learns from a batch by one step against the average over its examples.
    ///
    /// On an error the weights are as they were.
    ///
    /// # Errors
    ///
    /// [`BaselineError::EmptyBatch`], [`BaselineError::InputLength`],
    /// [`BaselineError::NonFiniteInput`], [`BaselineError::LabelOutOfRange`] and
    /// [`BaselineError::LearningRate`] for unusable arguments, [`BaselineError::Diverged`] if the
    /// loss is not finite, [`BaselineError::Tensor`] if the backend fails.
    ///
    /// ```
    /// use segdend_baselines::{Backend, Network, Sizes, TrainingRule};
    ///
    /// # fn main() -> Result<(), segdend_baselines::BaselineError> {
    /// let sizes = Sizes { inputs: 2, hidden: 8, outputs: 2 };
    /// let mut network = Network::new(sizes, 1, Backend::Flex)?;
    /// let rule = TrainingRule::Backpropagation;
    /// let first = network.train_batch(rule, &[0.0, 1.0], &[1], 1.0)?;
    /// let second = network.train_batch(rule, &[0.0, 1.0], &[1], 1.0)?;
    /// assert!(second.loss < first.loss);
    /// # Ok(())
    /// # }
    /// ```
    pub fn train_batch(
        &mut self,
        rule: TrainingRule,
        inputs: &[f32],
        labels: &[u8],
        learning_rate: f64,
    ) -> Result<StepReport, BaselineError> {
        check_learning_rate(learning_rate)?;
        let inputs = self.place_inputs(inputs, labels.len())?;
        let pass = self.backward_pass(&inputs, labels)?;
        let hidden_deltas = pass.hidden_deltas(rule).mul_scalar(learning_rate);
        let output_deltas = pass.output_deltas.clone().mul_scalar(learning_rate);
        let hidden_activity = pass.hidden_activity.clone();
        let report = pass.report(&inputs)?;

        let descend = |weights: &mut Tensor<2>, step: Tensor<2>| {
            weights.inplace(|weights| weights - step);
        };
        descend(
            &mut self.hidden_weights,
            outer_products(inputs, hidden_deltas.clone()),
        );
        descend(&mut self.hidden_biases, hidden_deltas.sum_dim(0));
        descend(
            &mut self.output_weights,
            outer_products(output_deltas.clone(), hidden_activity),
        );
        descend(&mut self.output_biases, output_deltas.sum_dim(0));
        Ok(report)
    }

    /// What [`Network::train_batch`] would report, without learning.
    ///
    /// # Errors
    ///
    /// Those of [`Network::train_batch`].
    pub fn measure_batch(
        &self,
        inputs: &[f32],
        labels: &[u8],
    ) -> Result<StepReport, BaselineError> {
        let inputs = self.place_inputs(inputs, labels.len())?;
        self.backward_pass(&inputs, labels)?.report(&inputs)
    }

    /// The updates [`Network::train_batch`] would make under a rule, without learning.
    ///
    /// # Errors
    ///
    /// Those of [`Network::train_batch`].
    pub fn updates(
        &self,
        rule: TrainingRule,
        inputs: &[f32],
        labels: &[u8],
    ) -> Result<Updates, BaselineError> {
        let inputs = self.place_inputs(inputs, labels.len())?;
        let pass = self.backward_pass(&inputs, labels)?;
        let hidden_deltas = pass.hidden_deltas(rule);
        let output_deltas = pass.output_deltas;
        let read = |update: Tensor<2>| update.try_into_vec_as::<f32>();
        Ok(Updates {
            hidden_weights: read(outer_products(inputs, hidden_deltas.clone()).transpose())?,
            hidden_biases: read(hidden_deltas.sum_dim(0))?,
            output_weights: read(outer_products(output_deltas.clone(), pass.hidden_activity))?,
            output_biases: read(output_deltas.sum_dim(0))?,
        })
    }

    /// The loss of a batch and the deltas of both rules.
    fn backward_pass(
        &self,
        inputs: &Tensor<2>,
        labels: &[u8],
    ) -> Result<BackwardPass, BaselineError> {
        let targets = self.place_targets(labels)?;
        let drive = inputs.clone().matmul(self.hidden_weights.clone());
        let hidden_drive = leaf(drive + self.hidden_biases.clone());
        let hidden = sigmoid(hidden_drive.clone());
        let hidden_activity = hidden.clone().without_autodiff();
        let drive = hidden.matmul(self.output_weights.clone().transpose().autodiff());
        let drive = drive + self.output_biases.clone().autodiff();
        // Only a leaf keeps its gradient. The drive is not one, but a leaf of zeros added to it
        // has the same gradient.
        let output_shift = leaf(targets.zeros_like());
        let errors = sigmoid(drive + output_shift.clone()) - targets.autodiff();
        let loss = errors.square().sum().div_scalar(2.0 * labels.len() as f64);

        let mut gradients = loss.backward();
        let loss = f64::from(loss.without_autodiff().try_into_scalar::<f32>()?);
        if !loss.is_finite() {
            return Err(BaselineError::Diverged { loss });
        }
        let output_deltas = take(&output_shift, &mut gradients);
        let slopes = hidden_activity.clone() * (hidden_activity.clone().neg() + 1.0);
        let returned_error = output_deltas.clone().matmul(self.feedback_weights.clone());
        Ok(BackwardPass {
            loss,
            hidden_activity,
            output_deltas,
            backpropagation_deltas: take(&hidden_drive, &mut gradients),
            alignment_deltas: returned_error * slopes,
        })
    }
}

/// Refuses learning rates that no step can be taken with.
pub(crate) fn check_learning_rate(learning_rate: f64) -> Result<(), BaselineError> {
    if !(learning_rate >= 0.0 && learning_rate <= f64::from(f32::MAX)) {
        return Err(BaselineError::LearningRate { learning_rate });
    }
    Ok(())
}

/// A tensor of its own, outside any earlier computation, whose gradient is kept.
pub(crate) fn leaf(values: Tensor<2>) -> Tensor<2> {
    values.autodiff().require_grad()
}

/// The gradient of the loss with respect to a leaf it was computed from.
pub(crate) fn take(leaf: &Tensor<2>, gradients: &mut Gradients) -> Tensor<2> {
    leaf.grad_remove(gradients)
        .expect("the loss depends on every leaf that requires a gradient")
}

/// The sum over examples of the products of two rows, `L^T R`.
fn outer_products(left: Tensor<2>, right: Tensor<2>) -> Tensor<2> {
    left.transpose().matmul(right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Backend, Sizes};

    /// The largest difference between two tensors, relative to the largest value of the second.
    fn relative_error(found: &[f32], expected: Tensor<2>) -> f32 {
        let expected = expected.try_into_vec_as::<f32>().unwrap();
        assert_eq!(found.len(), expected.len());
        let largest =
            |values: &mut dyn Iterator<Item = f32>| values.map(f32::abs).fold(0.0, f32::max);
        let mut differences = found
            .iter()
            .zip(&expected)
            .map(|(found, expected)| found - expected);
        largest(&mut differences) / largest(&mut expected.iter().copied())
    }

    /// Differentiating with respect to the weights themselves gives the same updates.
    #[test]
    fn updates_are_the_gradients_of_the_weights() {
        let sizes = Sizes {
            inputs: 12,
            hidden: 9,
            outputs: 3,
        };
        let values: Vec<f32> = (0..48)
            .map(|index| ((index * 37) % 48) as f32 / 48.0)
            .collect();
        for (backend, examples) in Backend::ALL.into_iter().flat_map(|b| [(b, 1), (b, 4)]) {
            let network = Network::new(sizes, 5, backend).unwrap();
            let (inputs, labels) = (&values[..12 * examples], &[0, 2, 1, 1][..examples]);
            let weights = [
                &network.hidden_weights,
                &network.hidden_biases,
                &network.output_weights,
                &network.output_biases,
            ];
            let [w0, b0, w1, b1] = weights.map(|weights| leaf(weights.clone()));
            let x = network.place_inputs(inputs, examples).unwrap().autodiff();
            let h = sigmoid(x.matmul(w0.clone()) + b0.clone());
            let y = sigmoid(h.matmul(w1.clone().transpose()) + b1.clone());
            let errors = y - network.place_targets(labels).unwrap().autodiff();
            let loss = errors.square().sum().div_scalar(2.0 * examples as f64);
            let mut gradients = loss.backward();

            let rule = TrainingRule::Backpropagation;
            let updates = network.updates(rule, inputs, labels).unwrap();
            let mut gradient = |leaf: &Tensor<2>| take(leaf, &mut gradients);
            for (update, gradient) in [
                (updates.hidden_weights, gradient(&w0).transpose()),
                (updates.hidden_biases, gradient(&b0)),
                (updates.output_weights, gradient(&w1)),
                (updates.output_biases, gradient(&b1)),
            ] {
                let error = relative_error(&update, gradient);
                assert!(error < 2e-6, "{backend:?}, {examples} examples: {error}");
            }
        }
    }
}
