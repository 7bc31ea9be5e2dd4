//! One step of learning from one example, as cheap as tensor operations allow.
//!
//! ```text
//! h  = sigma(W0 x + b0)             over the inputs of x that are not zero
//! y  = sigma(W1 h + b1)
//! d1 = (y - t) * y * (1 - y)
//! d0 = (W1^T d1) * h * (1 - h)      backpropagation
//! d0 = (B d1)    * h * (1 - h)      feedback alignment
//! ```
//!
//! The deltas are written out here: for a single example the graph that automatic differentiation
//! records costs more than the sums it differentiates. An input of zero adds nothing to the drive
//! and its weights do not change, so only the weights of other inputs are read and written; on
//! handwritten digits that is one weight in five.

use burn::tensor::activation::sigmoid;
use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};
use segdend_core::angle::angle_degrees;

use crate::learning::check_learning_rate;
use crate::network::{most_active, place};
use crate::{BaselineError, Network, TrainingRule};

/// The inputs of an example that are not zero.
#[derive(Debug)]
struct ActiveInputs {
    /// Their places among the inputs.
    places: Tensor<1, Int>,
    /// Their values, 1 x active inputs.
    values: Tensor<2>,
}

/// One example in a network: its loss, the angle between both rules' updates, and the deltas that
/// [`Network::learn`] takes its step by.
#[derive(Debug)]
pub struct Presented {
    /// `L` of the example.
    pub loss: f64,
    /// The label read off.
    pub predicted: u8,
    /// See [`crate::StepReport::hidden_update_angle_degrees`].
    pub hidden_update_angle_degrees: Option<f64>,
    active: Option<ActiveInputs>,
    /// `h`, 1 x hidden.
    hidden: Tensor<2>,
    /// `d1`, 1 x outputs.
    output_deltas: Tensor<2>,
    /// `d0` of backpropagation and of feedback alignment, 1 x hidden.
    backpropagation: Tensor<2>,
    alignment: Tensor<2>,
}

impl Network {
    /// Presents one example: forward pass, and the deltas of both rules. No weight changes.
    ///
    /// # Errors
    ///
    /// [`BaselineError::InputLength`], [`BaselineError::NonFiniteInput`] and
    /// [`BaselineError::LabelOutOfRange`] for unusable arguments, [`BaselineError::Diverged`] if the
    /// loss is not finite, [`BaselineError::Tensor`] if the backend fails.
    pub fn present(&self, input: &[f32], label: u8) -> Result<Presented, BaselineError> {
        self.check_inputs(input, 1)?;
        let target = self.place_targets(&[label])?;
        let active = self.active_inputs(input);

        let hidden_drive = match &active {
            Some(active) => {
                let weights = self.hidden_weights.clone().select(0, active.places.clone());
                active.values.clone().matmul(weights) + self.hidden_biases.clone()
            }
            None => self.hidden_biases.clone(),
        };
        let hidden = sigmoid(hidden_drive);
        let output_drive = hidden
            .clone()
            .matmul(self.output_weights.clone().transpose());
        let output = sigmoid(output_drive + self.output_biases.clone());
        let errors = output.clone() - target;
        let errors_read = errors.try_to_vec_as::<f32>()?;
        let loss = half_squared_length(&errors_read);
        if !loss.is_finite() {
            return Err(BaselineError::Diverged { loss });
        }

        let output_deltas = errors * slopes(output);
        let hidden_slopes = slopes(hidden.clone());
        let hidden_deltas = |way_back: &Tensor<2>| {
            output_deltas.clone().matmul(way_back.clone()) * hidden_slopes.clone()
        };
        let backpropagation = hidden_deltas(&self.output_weights);
        let alignment = hidden_deltas(&self.feedback_weights);
        let angle = match active {
            Some(_) => angle_degrees(
                &backpropagation.try_to_vec_as::<f32>()?,
                &alignment.try_to_vec_as::<f32>()?,
            ),
            None => None,
        };
        let outputs_read: Vec<f32> = (0..)
            .zip(errors_read)
            .map(|(unit, error)| error + f32::from(u8::from(unit == usize::from(label))))
            .collect();
        Ok(Presented {
            loss,
            predicted: most_active(&outputs_read),
            hidden_update_angle_degrees: angle,
            active,
            hidden,
            output_deltas,
            backpropagation,
            alignment,
        })
    }

    /// One step of gradient descent by an example that was presented, under a rule; what
    /// [`Network::train_batch`] does with a batch of one, up to rounding, and faster.
    ///
    /// # Errors
    ///
    /// [`BaselineError::LearningRate`]; the weights are then as they were.
    ///
    /// ```
    /// use segdend_baselines::{Backend, Network, Sizes, TrainingRule};
    ///
    /// # fn main() -> Result<(), segdend_baselines::BaselineError> {
    /// let sizes = Sizes { inputs: 2, hidden: 8, outputs: 2 };
    /// let mut network = Network::new(sizes, 1, Backend::Flex)?;
    /// let first = network.present(&[0.0, 1.0], 1)?;
    /// let loss = first.loss;
    /// network.learn(first, TrainingRule::FeedbackAlignment, 1.0)?;
    /// assert!(network.present(&[0.0, 1.0], 1)?.loss < loss);
    /// # Ok(())
    /// # }
    /// ```
    pub fn learn(
        &mut self,
        presented: Presented,
        rule: TrainingRule,
        learning_rate: f64,
    ) -> Result<(), BaselineError> {
        check_learning_rate(learning_rate)?;
        let hidden_step = match rule {
            TrainingRule::Backpropagation => presented.backpropagation,
            TrainingRule::FeedbackAlignment => presented.alignment,
        }
        .mul_scalar(-learning_rate);
        let output_step = presented.output_deltas.mul_scalar(-learning_rate);
        if let Some(ActiveInputs { places, values }) = presented.active {
            let step = values.transpose() * hidden_step.clone();
            self.hidden_weights
                .inplace(|weights| weights.select_assign(0, places, step, IndexingUpdateOp::Add));
        }
        self.hidden_biases.inplace(|biases| biases + hidden_step);
        let step = output_step.clone().transpose() * presented.hidden;
        self.output_weights.inplace(|weights| weights + step);
        self.output_biases.inplace(|biases| biases + output_step);
        Ok(())
    }

    /// The inputs that are not zero; `None` if all are.
    fn active_inputs(&self, input: &[f32]) -> Option<ActiveInputs> {
        let (places, values): (Vec<i64>, Vec<f32>) =
            (0..).zip(input).filter(|(_, value)| **value != 0.0).unzip();
        if values.is_empty() {
            return None;
        }
        let count = values.len();
        Some(ActiveInputs {
            places: Tensor::from_data(TensorData::new(places, [count]), &self.device),
            values: place(values, [1, count], &self.device),
        })
    }
}

/// `s (1 - s)`, the slope of the sigmoid where its value is `s`.
fn slopes(values: Tensor<2>) -> Tensor<2> {
    values.clone() * (values.neg() + 1.0)
}

/// `|v|^2 / 2` in double precision.
fn half_squared_length(vector: &[f32]) -> f64 {
    let squares = vector.iter().map(|&value| f64::from(value).powi(2));
    squares.sum::<f64>() / 2.0
}
