//! The network: its weights on a device, its outputs and its errors.
//!
//! ```text
//! h = sigma(W0 x + b0),  y = sigma(W1 h + b1),  the label read off is argmax y
//! ```
//!
//! (See the crate's page for symbols and sources.) On the device an example is a row, and `W0` and
//! `B` lie transposed: an input's weights then lie together, so that inputs of zero can be passed by.

use std::fmt;

use burn::tensor::activation::sigmoid;
use burn::tensor::{DType, Device, Tensor, TensorData};

use crate::{Backend, BaselineError, Sizes, Weights};

/// A sigmoid network with one hidden layer, and its fixed feedback weights.
///
/// Inputs are given example after example (`examples x inputs` values), labels as one byte each.
/// The same seed, data and backend give the same bits on the same kind of processor.
///
/// ```
/// use segdend_baselines::{Backend, Network, Sizes};
///
/// # fn main() -> Result<(), segdend_baselines::BaselineError> {
/// let network = Network::new(Sizes { inputs: 3, hidden: 5, outputs: 2 }, 1, Backend::Flex)?;
/// let labels = network.predict(&[0.0, 0.5, 1.0, 1.0, 0.5, 0.0])?;
/// assert_eq!(labels.len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Network {
    pub(crate) sizes: Sizes,
    pub(crate) backend: Backend,
    pub(crate) device: Device,
    /// `W0^T`, inputs x hidden.
    pub(crate) hidden_weights: Tensor<2>,
    /// `b0`, 1 x hidden.
    pub(crate) hidden_biases: Tensor<2>,
    /// `W1`, outputs x hidden.
    pub(crate) output_weights: Tensor<2>,
    /// `b1`, 1 x outputs.
    pub(crate) output_biases: Tensor<2>,
    /// `B^T`, outputs x hidden.
    pub(crate) feedback_weights: Tensor<2>,
}

impl Network {
    /// A network with first weights drawn from the seed by [`Weights::draw`].
    ///
    /// # Errors
    ///
    /// [`BaselineError::EmptyLayer`] and [`BaselineError::TooManyOutputs`].
    pub fn new(sizes: Sizes, seed: u64, backend: Backend) -> Result<Self, BaselineError> {
        Self::from_weights(&Weights::draw(sizes, seed)?, backend)
    }

    /// A network with the given weights, for instance those a run was interrupted with.
    ///
    /// # Errors
    ///
    /// Those of [`Network::new`], [`BaselineError::WeightCount`] and
    /// [`BaselineError::NonFiniteWeight`].
    pub fn from_weights(weights: &Weights, backend: Backend) -> Result<Self, BaselineError> {
        weights.check()?;
        let sizes = weights.sizes;
        let Sizes {
            inputs,
            hidden,
            outputs,
        } = sizes;
        let device = backend.device();
        let hidden_weights = transposed(&weights.hidden_weights, inputs);
        let feedback_weights = transposed(&weights.feedback_weights, outputs);
        let place = |values, shape| place(values, shape, &device);
        Ok(Self {
            sizes,
            backend,
            hidden_weights: place(hidden_weights, [inputs, hidden]),
            hidden_biases: place(weights.hidden_biases.clone(), [1, hidden]),
            output_weights: place(weights.output_weights.clone(), [outputs, hidden]),
            output_biases: place(weights.output_biases.clone(), [1, outputs]),
            feedback_weights: place(feedback_weights, [outputs, hidden]),
            device,
        })
    }

    /// Units in each layer.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// The backend the network computes with.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// All weights as they stand now.
    ///
    /// # Errors
    ///
    /// [`BaselineError::Tensor`] if the backend fails.
    pub fn weights(&self) -> Result<Weights, BaselineError> {
        Ok(Weights {
            sizes: self.sizes,
            hidden_weights: transposed(&self.hidden_weights.try_to_vec_as()?, self.sizes.hidden),
            hidden_biases: self.hidden_biases.try_to_vec_as::<f32>()?,
            output_weights: self.output_weights.try_to_vec_as::<f32>()?,
            output_biases: self.output_biases.try_to_vec_as::<f32>()?,
            feedback_weights: transposed(
                &self.feedback_weights.try_to_vec_as()?,
                self.sizes.hidden,
            ),
        })
    }

    /// The output activities `y`, example after example.
    ///
    /// # Errors
    ///
    /// [`BaselineError::EmptyBatch`], [`BaselineError::InputLength`] if `inputs` is not a whole
    /// number of examples, [`BaselineError::NonFiniteInput`], [`BaselineError::Tensor`].
    pub fn outputs(&self, inputs: &[f32]) -> Result<Vec<f32>, BaselineError> {
        let examples = inputs.len().div_ceil(self.sizes.inputs);
        let inputs = self.place_inputs(inputs, examples)?;
        let drive = inputs.matmul(self.hidden_weights.clone());
        let hidden = sigmoid(drive + self.hidden_biases.clone());
        let drive = hidden.matmul(self.output_weights.clone().transpose());
        let outputs = sigmoid(drive + self.output_biases.clone());
        Ok(outputs.try_into_vec_as::<f32>()?)
    }

    /// The label of each example: its most active output, the lower one of equals.
    ///
    /// # Errors
    ///
    /// Those of [`Network::outputs`].
    pub fn predict(&self, inputs: &[f32]) -> Result<Vec<u8>, BaselineError> {
        let outputs = self.outputs(inputs)?;
        Ok(outputs
            .chunks_exact(self.sizes.outputs)
            .map(most_active)
            .collect())
    }

    /// The fraction of examples whose predicted label is wrong.
    ///
    /// # Errors
    ///
    /// Those of [`Network::outputs`], and [`BaselineError::LabelOutOfRange`].
    pub fn test_error(&self, inputs: &[f32], labels: &[u8]) -> Result<f64, BaselineError> {
        self.check_labels(labels)?;
        self.check_inputs(inputs, labels.len())?;
        let predicted = self.predict(inputs)?;
        let wrong = predicted
            .iter()
            .zip(labels)
            .filter(|(found, label)| found != label)
            .count();
        Ok(wrong as f64 / labels.len() as f64)
    }

    /// The inputs of a batch on the device, examples x inputs.
    pub(crate) fn place_inputs(
        &self,
        inputs: &[f32],
        examples: usize,
    ) -> Result<Tensor<2>, BaselineError> {
        self.check_inputs(inputs, examples)?;
        let shape = [examples, self.sizes.inputs];
        Ok(place(inputs.to_vec(), shape, &self.device))
    }

    /// The one-hot targets of a batch on the device, examples x outputs.
    pub(crate) fn place_targets(&self, labels: &[u8]) -> Result<Tensor<2>, BaselineError> {
        self.check_labels(labels)?;
        let outputs = self.sizes.outputs;
        let mut targets = vec![0.0; labels.len() * outputs];
        for (example, &label) in targets.chunks_exact_mut(outputs).zip(labels) {
            example[usize::from(label)] = 1.0;
        }
        Ok(place(targets, [labels.len(), outputs], &self.device))
    }

    pub(crate) fn check_inputs(
        &self,
        inputs: &[f32],
        examples: usize,
    ) -> Result<(), BaselineError> {
        if examples == 0 {
            return Err(BaselineError::EmptyBatch);
        }
        if inputs.len() != examples * self.sizes.inputs {
            return Err(BaselineError::InputLength {
                examples,
                inputs: self.sizes.inputs,
                found: inputs.len(),
            });
        }
        match inputs.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(BaselineError::NonFiniteInput {
                index,
                value: inputs[index],
            }),
            None => Ok(()),
        }
    }

    fn check_labels(&self, labels: &[u8]) -> Result<(), BaselineError> {
        let outputs = self.sizes.outputs;
        match labels
            .iter()
            .position(|&label| usize::from(label) >= outputs)
        {
            Some(index) => Err(BaselineError::LabelOutOfRange {
                index,
                label: labels[index],
                outputs,
            }),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Network")
            .field("sizes", &self.sizes)
            .field("backend", &self.backend)
            .finish_non_exhaustive()
    }
}

/// A matrix in single precision on the device, whatever the device's own default is.
pub(crate) fn place(values: Vec<f32>, shape: [usize; 2], device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, shape), (device, DType::F32))
}

/// A matrix with rows of `columns` values, turned about its diagonal.
pub(crate) fn transposed(rows: &[f32], columns: usize) -> Vec<f32> {
    (0..columns)
        .flat_map(|column| rows.iter().skip(column).step_by(columns).copied())
        .collect()
}

/// The label that outputs say: the most active one, the lower of equals.
pub(crate) fn most_active(outputs: &[f32]) -> u8 {
    let mut best = 0;
    for (unit, &activity) in outputs.iter().enumerate() {
        if activity > outputs[best] {
            best = unit;
        }
    }
    // At most 256 outputs, so the index fits.
    best as u8
}
