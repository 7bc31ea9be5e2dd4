//! A look into an example between its deltas and its update.

use ndarray::Array2;

use super::Engine;
use super::dispatch::{Vector, Work};
use super::lanes::{Lanes, TiledMatrix, unpack};
use super::learning;
use super::math;
use super::phase::{HIDDEN_LANES, OUTPUT_LANES};
use crate::segregated::params::Parameters;
use crate::segregated::schedule::Phase;

/// What an example came to, before the weights change. Layers are counted from the first hidden
/// layer, 0, to the output layer.
#[derive(Debug, Clone, Copy)]
pub struct ExampleView<'e> {
    pub(super) engine: &'e Engine,
}

/// Inner products of two factors of a layer's weight update: the network's own (Eqs. 19 and 22) and
/// the one that backpropagation puts in its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UpdateProducts {
    /// The squared length of the network's own.
    pub own: f64,
    /// The squared length of backpropagation's.
    pub backpropagated: f64,
    /// The product of the two.
    pub mixed: f64,
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

    /// The same factor as backpropagation has it: that of the output layer is the same;
    /// `delta(m) = (W(m+1)^T delta(m+1)) k_B lambda_max sigma'(mean C_f)` below.
    pub fn backpropagated_delta(&self, layer: usize) -> Vec<f64> {
        let p = self.parameters();
        let outputs = self.engine.learning.hidden.len();
        let mut delta = self.delta(outputs);
        for below in (layer..outputs).rev() {
            delta = learning::carried_down(&self.engine.weights, below, &delta);
            let scale = p.basal_attenuation() * p.lambda_max_per_ms;
            for (delta, soma) in delta.iter_mut().zip(self.mean_soma(below)) {
                *delta *= scale * f64::from(math::sigma_prime(soma as f32));
            }
        }
        delta
    }

    /// Inner products of [`ExampleView::delta`] and [`ExampleView::backpropagated_delta`] of a
    /// layer, without either being copied.
    pub fn update_products(&self, layer: usize) -> UpdateProducts {
        self.engine.model.level.run(Products {
            engine: self.engine,
            layer,
        })
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

/// [`ExampleView::update_products`], compiled for every register width.
struct Products<'e> {
    engine: &'e Engine,
    layer: usize,
}

impl Work for Products<'_> {
    type Output = UpdateProducts;

    #[inline(always)]
    fn run<V: Vector>(self) -> UpdateProducts {
        let Self { engine, layer } = self;
        let (hidden, output) = (&engine.learning.hidden, &engine.learning.output.delta);
        let Some(own) = hidden.get(layer) else {
            return products(output, output, engine.sizes[layer + 1]);
        };
        let p = &engine.model.parameters;
        let scale = (p.basal_attenuation() * p.lambda_max_per_ms) as f32;
        let slope = |carried: f32, soma: f32| carried * (scale * math::sigma_prime(soma));
        let last = hidden.len() - 1;
        let mut delta = carried_down(&engine.weights.output.feedforward, output);
        for below in (layer..=last).rev() {
            if below < last {
                delta = carried_down(&engine.weights.hidden[below + 1].feedforward, &delta);
            }
            for (delta, soma) in delta.iter_mut().zip(&hidden[below].soma_forward) {
                *delta = delta.zip(soma, slope);
            }
        }
        products(&own.delta, &delta, engine.sizes[layer + 1])
    }
}

/// `W(above)^T delta(above)`. Lanes beyond the last unit are zero, in weights and in deltas.
#[inline(always)]
fn carried_down<const W: usize>(
    weights: &TiledMatrix<W>,
    above: &[Lanes<W>],
) -> Vec<Lanes<HIDDEN_LANES>> {
    let mut carried = vec![Lanes::ZERO; weights.inputs().div_ceil(HIDDEN_LANES)];
    for (tile, above) in above.iter().enumerate() {
        let columns = weights.tile(tile).chunks(HIDDEN_LANES);
        for (carried, columns) in carried.iter_mut().zip(columns) {
            for (carried, column) in carried.0.iter_mut().zip(columns) {
                *carried += halved(column.zip(above, |weight, delta| weight * delta));
            }
        }
    }
    carried
}

/// The sum over the lanes: halves are added until one is left.
#[inline(always)]
fn halved<const W: usize>(mut lanes: Lanes<W>) -> f32 {
    let mut half = W / 2;
    while half > 0 {
        for lane in 0..half {
            lanes.0[lane] += lanes.0[lane + half];
        }
        half /= 2;
    }
    lanes.0[0]
}

#[inline(always)]
fn products<const W: usize>(
    own: &[Lanes<W>],
    backpropagated: &[Lanes<W>],
    units: usize,
) -> UpdateProducts {
    let mut sums = [[0.0_f64; 16]; 3];
    for (tile, (own, backpropagated)) in own.iter().zip(backpropagated).enumerate() {
        let (mut own, mut backpropagated) = (*own, *backpropagated);
        for lanes in [&mut own, &mut backpropagated] {
            lanes.0[units.saturating_sub(tile * W).min(W)..].fill(0.0);
        }
        let pieces = own.0.as_chunks::<16>().0.iter();
        for (own, backpropagated) in pieces.zip(backpropagated.0.as_chunks::<16>().0) {
            for lane in 0..16 {
                let (own, other) = (f64::from(own[lane]), f64::from(backpropagated[lane]));
                sums[0][lane] += own * own;
                sums[1][lane] += other * other;
                sums[2][lane] += own * other;
            }
        }
    }
    let [own, backpropagated, mixed] = sums.map(|lanes| lanes.iter().sum());
    UpdateProducts {
        own,
        backpropagated,
        mixed,
    }
}
