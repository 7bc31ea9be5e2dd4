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

use crate::angle::vectors_angle_degrees;
use crate::learning::check_learning_rate;
use crate::network::place;
use crate::{BaselineError, Network, StepReport, TrainingRule};

/// The inputs of an example that are not zero.
struct ActiveInputs {
    /// Their places among the inputs.
    places: Tensor<1, Int>,
    /// Their values, 1 x active inputs.
    values: Tensor<2>,
}

impl Network {
    /// Learns from one example; what [`Network::train_batch`] does with a batch of one, up to
    /// rounding, and faster.
    ///
    /// # Errors
    ///
    /// Those of [`Network::train_batch`]; the weights are then as they were.
    ///
    /// ```
    /// use segdend_baselines::{Backend, Network, Sizes, TrainingRule};
    ///
    /// # fn main() -> Result<(), segdend_baselines::BaselineError> {
    /// let sizes = Sizes { inputs: 2, hidden: 8, outputs: 2 };
    /// let mut network = Network::new(sizes, 1, Backend::Flex)?;
    /// let rule = TrainingRule::FeedbackAlignment;
    /// let first = network.train_example(rule, &[0.0, 1.0], 1, 1.0)?;
    /// let second = network.train_example(rule, &[0.0, 1.0], 1, 1.0)?;
    /// assert!(second.loss < first.loss);
    /// # Ok(())
    /// # }
    /// ```
    pub fn train_example(
        &mut self,
        rule: TrainingRule,
        input: &[f32],
        label: u8,
        learning_rate: f64,
    ) -> Result<StepReport, BaselineError> {
        check_learning_rate(learning_rate)?;
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
        let loss = half_squared_length(&errors)?;
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
            Some(_) => vectors_angle_degrees(
                &backpropagation.try_to_vec_as::<f32>()?,
                &alignment.try_to_vec_as::<f32>()?,
            ),
            None => None,
        };

        let hidden_step = match rule {
            TrainingRule::Backpropagation => backpropagation,
            TrainingRule::FeedbackAlignment => alignment,
        }
        .mul_scalar(-learning_rate);
        let output_step = output_deltas.mul_scalar(-learning_rate);
        if let Some(ActiveInputs { places, values }) = active {
            let step = values.transpose() * hidden_step.clone();
            self.hidden_weights
                .inplace(|weights| weights.select_assign(0, places, step, IndexingUpdateOp::Add));
        }
        self.hidden_biases.inplace(|biases| biases + hidden_step);
        let step = output_step.clone().transpose() * hidden;
        self.output_weights.inplace(|weights| weights + step);
        self.output_biases.inplace(|biases| biases + output_step);
        Ok(StepReport {
            loss,
            hidden_update_angle_degrees: angle,
        })
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
fn half_squared_length(vector: &Tensor<2>) -> Result<f64, BaselineError> {
    let values = vector.try_to_vec_as::<f32>()?;
    let squared: f64 = values.iter().map(|&value| f64::from(value).powi(2)).sum();
    Ok(squared / 2.0)
}
