//! A look into an example between its deltas and its update.

use ndarray::{Array1, Array2};

use super::Engine;
use super::learning;
use super::phase::{HIDDEN_LANES, OUTPUT_LANES};
use crate::segregated::params::Parameters;
use crate::segregated::plasticity;
use crate::segregated::schedule::Phase;
use crate::simd::lanes::unpack;

/// What an example came to, before the weights change. Layers are counted from the first hidden
/// layer, 0, to the output layer.
#[derive(Debug, Clone, Copy)]
pub struct ExampleView<'e> {
    pub(super) engine: &'e Engine,
}

/// A quantity of one layer, hidden or output.
macro_rules! of_layer {
    ($view:ident, $layer:ident, |$means:ident| $tiles:expr) => {{
        let hidden = &$view.engine.learning.hidden;
        let units = $view.engine.sizes[$layer + 1];
        if $layer < hidden.len() {
            let $means = &hidden[$layer];
            unpack::<HIDDEN_LANES>($tiles, units)
        } else {
            let $means = &$view.engine.learning.output;
            unpack::<OUTPUT_LANES>($tiles, units)
        }
    }};
}

impl<'e> ExampleView<'e> {
    pub(super) fn new(engine: &'e Engine) -> Self {
        Self { engine }
    }

    /// The parameters.
    pub fn parameters(&self) -> &'e Parameters {
        self.engine.parameters()
    }

    /// Units in each layer, from the input to the output.
    pub fn sizes(&self) -> &'e [usize] {
        self.engine.sizes()
    }

    /// Mean somatic voltages of the forward phase, V (`mean C_f`, `mean U_f`).
    pub fn mean_soma(&self, layer: usize) -> Vec<f64> {
        of_layer!(self, layer, |means| &means.soma_forward)
    }

    /// Mean rates of a phase, spikes per ms. Those of the forward phase are there only in examples
    /// that keep rates; those of hidden layers' target phase only where the model needs them itself
    /// ([`HiddenError::TargetMinusRate`](crate::segregated::params::HiddenError)).
    pub fn mean_rate(&self, phase: Phase, layer: usize) -> Vec<f64> {
        of_layer!(self, layer, |means| &means.rate[phase.index()])
    }

    /// Plateau potentials of a hidden layer (Eq. 3).
    pub fn plateau(&self, phase: Phase, layer: usize) -> Vec<f64> {
        of_layer!(self, layer, |means| &means.plateau[phase.index()])
    }

    /// The factor of the layer's weight update under the network's own rule (Eqs. 19 and 22).
    pub fn delta(&self, layer: usize) -> Vec<f64> {
        of_layer!(self, layer, |means| &means.delta)
    }

    /// Mean postsynaptic potentials of the forward phase at the inputs of a layer (Eq. 4).
    pub fn mean_psp(&self, layer: usize) -> Vec<f64> {
        let below = &self.engine.activity.populations[layer];
        below.mean_psp.iter().map(|&psp| f64::from(psp)).collect()
    }

    /// The same factor as backpropagation has it: that of the output layer is the same, those below
    /// follow from [`plasticity::backpropagated_delta`].
    pub fn backpropagated_delta(&self, layer: usize) -> Vec<f64> {
        let outputs = self.engine.learning.hidden.len();
        let mut delta = Array1::from(self.delta(outputs));
        for below in (layer..outputs).rev() {
            let (weights, soma) = (self.weights(below + 1), self.mean_soma(below));
            let p = self.parameters();
            delta = plasticity::backpropagated_delta(p, &weights, &delta, &Array1::from(soma));
        }
        delta.to_vec()
    }

    /// Feedforward weights of a layer, units x inputs.
    pub fn weights(&self, layer: usize) -> Array2<f64> {
        let weights = &self.engine.weights;
        match weights.hidden.get(layer) {
            Some(hidden) => hidden.feedforward.to_dense(),
            None => weights.output.feedforward.to_dense(),
        }
    }

    /// Feedback weights of a hidden layer, units x outputs.
    pub fn feedback(&self, layer: usize) -> Array2<f64> {
        let units = self.engine.sizes[layer + 1];
        let outputs = self.engine.weights.output.units();
        self.engine.weights.hidden[layer]
            .feedback
            .as_ref()
            .map_or_else(|| Array2::zeros((units, outputs)), |y| y.to_dense())
    }

    /// The output layer's loss (Eq. 7).
    pub fn output_loss(&self) -> f64 {
        let units = self.engine.weights.output.units();
        learning::loss(self.parameters(), &self.engine.learning.output.error, units)
    }
}
