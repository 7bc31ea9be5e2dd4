//! The two-pass scheme, a batch at a time.
//!
//! The steps are those of [`two_pass`](crate::microcircuit::two_pass), where their numbers stand.

use ndarray::{Array1, Array2};

use super::Cost;
use super::batch::{AddProducts, BatchRates, Multiply};
use super::matrix::Matrix;
use super::rates::{Fire, LaneTransfer, Lanes16};
use crate::data::patterns::Sample;
use crate::microcircuit::network::{NetworkError, Synapses};
use crate::microcircuit::params::{
    BatchReduction, LearningRates, PresynapticRates, TwoPassParameters, Valid,
};
use crate::microcircuit::pattern::{self, PatternError};
use crate::microcircuit::replay::TwoPassSimulator;
use crate::microcircuit::two_pass::{self as reference, Pass};
use crate::simd::SimdLevel;
use crate::simd::lanes::Lanes;
use crate::simd::{Available, Kernel, Vector};

/// What is kept of the response to a batch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BatchResponse {
    /// The output potentials before nudging, `h_N`, one list a pattern: what a test would give.
    pub output: Vec<Vec<f64>>,
    /// Sum over units of the squared apical potential, mean over the batch, one a hidden layer.
    pub apical_square: Vec<f64>,
    /// The same of its part from above, without the interneurons'.
    pub top_down_square: Vec<f64>,
}

/// Potentials and rates of a batch: vector by vector of neurons, in it pattern by pattern. Lists run
/// bottom up, of layers above the input or of hidden layers.
#[derive(Debug, Clone, Default)]
struct Potentials {
    basal: Vec<Vec<Lanes16>>,
    predicted: Vec<Vec<Lanes16>>,
    forward_rate: Vec<Vec<Lanes16>>,
    soma: Vec<Vec<Lanes16>>,
    nudged_rate: Vec<Vec<Lanes16>>,
    dendrite: Vec<Vec<Lanes16>>,
    interneuron_predicted: Vec<Vec<Lanes16>>,
    interneuron_soma: Vec<Vec<Lanes16>>,
    interneuron_rate: Vec<Vec<Lanes16>>,
    top_down: Vec<Vec<Lanes16>>,
    apical: Vec<Vec<Lanes16>>,
}

impl Potentials {
    fn new(layers: usize) -> Self {
        let (layers, hidden) = (vec![Vec::new(); layers], vec![Vec::new(); layers - 1]);
        Self {
            basal: layers.clone(),
            predicted: layers.clone(),
            forward_rate: layers.clone(),
            soma: layers.clone(),
            nudged_rate: layers,
            dendrite: hidden.clone(),
            interneuron_predicted: hidden.clone(),
            interneuron_soma: hidden.clone(),
            interneuron_rate: hidden.clone(),
            top_down: hidden.clone(),
            apical: hidden,
        }
    }
}

/// A circuit in the two-pass scheme. Its weights are all that is carried from batch to batch.
///
/// ```
/// use segdend_core::data::patterns::Sample;
/// use segdend_core::microcircuit::engine::TwoPass;
/// use segdend_core::microcircuit::network::{InitialWeights, Synapses};
/// use segdend_core::microcircuit::params::*;
/// use segdend_core::microcircuit::transfer::Transfer;
///
/// let sizes = [4, 3, 2];
/// let weights = Synapses::random(&sizes, InitialWeights::uniform(1.0), 1)?;
/// let circuit = CircuitParameters {
///     conductances: Conductances::default(),
///     transfer: Transfer::Logistic,
///     learning_rates: LearningRates { up: vec![0.1, 0.1], ..LearningRates::none(&sizes) },
///     bias_rate: 0.0,
///     weight_limit: None,
/// };
/// let mut circuit = TwoPass::new(TwoPassParameters::new(circuit, 1).validate(&sizes)?, &weights)?;
/// let sample = Sample { input: vec![0.1, 0.9, 0.4, 0.2], target: vec![1.0, -1.0] };
/// let before = circuit.present(std::slice::from_ref(&sample))?.output;
/// circuit.learn();
/// assert!(circuit.present(std::slice::from_ref(&sample))?.output[0][0] > before[0][0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct TwoPass {
    parameters: Valid<TwoPassParameters>,
    level: Available,
    up: Vec<Matrix<1>>,
    ip: Vec<Matrix<1>>,
    pi: Vec<Matrix<1>>,
    down: Vec<Matrix<1>>,
    /// Patterns of the batch that was presented last; 0 once it was learned from.
    batch: usize,
    potentials: Potentials,
    /// The input, and the rates of pyramidal neurons as they go up, by layer from the input.
    forward: Vec<BatchRates>,
    /// Rates of pyramidal neurons after the downward pass, without biases, as they go down: of the layers
    /// above hidden ones.
    above: Vec<BatchRates>,
    /// Rates of interneurons after the downward pass.
    interneurons: Vec<BatchRates>,
    target: Vec<Lanes16>,
}

impl TwoPass {
    /// A circuit, with the widest registers that this processor has.
    ///
    /// # Errors
    /// [`NetworkError`] if the weights do not fit the sizes that the parameters are valid for.
    pub fn new(
        parameters: Valid<TwoPassParameters>,
        weights: &Synapses,
    ) -> Result<Self, NetworkError> {
        Self::with_level(parameters, weights, SimdLevel::detect())
    }

    /// The same with registers of a level, or the widest that there are.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_level(
        parameters: Valid<TwoPassParameters>,
        weights: &Synapses,
        level: SimdLevel,
    ) -> Result<Self, NetworkError> {
        weights.validate(parameters.sizes())?;
        let biases = parameters.circuit.bias_rate > 0.0;
        let matrices = |matrices: &[Array2<f64>], bias: Option<&[Array1<f64>]>| -> Vec<_> {
            let bias = |k: usize| bias.filter(|_| biases).map(|bias| &bias[k]);
            matrices
                .iter()
                .enumerate()
                .map(|(k, matrix)| Matrix::new(matrix, bias(k)))
                .collect()
        };
        let layers = weights.up.len();
        Ok(Self {
            level: level.or_available(),
            up: matrices(&weights.up, Some(&weights.up_bias)),
            ip: matrices(&weights.ip, Some(&weights.ip_bias)),
            pi: matrices(&weights.pi, None),
            down: matrices(&weights.down, None),
            batch: 0,
            potentials: Potentials::new(layers),
            forward: vec![BatchRates::default(); layers],
            above: vec![BatchRates::default(); layers - 1],
            interneurons: vec![BatchRates::default(); layers - 1],
            target: Vec::new(),
            parameters,
        })
    }

    /// The parameters.
    pub fn parameters(&self) -> &Valid<TwoPassParameters> {
        &self.parameters
    }

    /// The registers in use.
    pub fn simd_level(&self) -> SimdLevel {
        self.level.level()
    }

    /// Shows a batch of patterns with their targets.
    ///
    /// # Errors
    /// [`PatternError`] if it is empty or larger than `batch_size`, or a pattern does not fit.
    pub fn present(&mut self, batch: &[Sample]) -> Result<BatchResponse, PatternError> {
        reference::check_batch(batch, &self.parameters)?;
        let level = self.level;
        self.batch = batch.len();
        level.run(Upwards {
            circuit: self,
            inputs: Inputs::Samples(batch),
        });
        level.run(Downwards {
            circuit: self,
            batch,
        });
        Ok(self.response())
    }

    /// Learns from the batch that was presented last, once.
    pub fn learn(&mut self) {
        if self.batch == 0 {
            return;
        }
        let level = self.level;
        level.run(Learn { circuit: self });
        self.batch = 0;
    }

    /// A tester at the weights as they stand.
    pub fn tester(&self) -> TwoPassTester {
        TwoPassTester(self.clone())
    }

    fn units(&self, layer: usize) -> usize {
        self.parameters.sizes()[layer]
    }

    fn outputs(&self) -> Vec<Vec<f64>> {
        let layer = self.up.len();
        let predicted = &self.potentials.predicted[layer - 1];
        (0..self.batch)
            .map(|b| of_pattern(predicted, self.batch, b, self.units(layer)))
            .collect()
    }

    fn response(&self) -> BatchResponse {
        let square = |lanes: &Vec<Lanes16>| {
            let all = lanes.iter().flat_map(|lanes| lanes.0);
            all.map(|x| f64::from(x) * f64::from(x)).sum::<f64>() / self.batch as f64
        };
        BatchResponse {
            output: self.outputs(),
            apical_square: self.potentials.apical.iter().map(square).collect(),
            top_down_square: self.potentials.top_down.iter().map(square).collect(),
        }
    }

    /// The potentials of the batch that was presented last; none once it was learned from.
    pub fn passes(&self) -> Vec<Pass> {
        let p = &self.potentials;
        let pattern = |b: usize| {
            let layers = |lanes: &[Vec<Lanes16>], first: usize| -> Vec<Array1<f64>> {
                let units = |k: usize| self.units(k + first);
                let of = |(k, lanes): (usize, &Vec<Lanes16>)| {
                    Array1::from(of_pattern(lanes, self.batch, b, units(k)))
                };
                lanes.iter().enumerate().map(of).collect()
            };
            Pass {
                input: Array1::from(self.forward[0].pattern(self.units(0), self.batch, b)),
                basal: layers(&p.basal, 1),
                predicted: layers(&p.predicted, 1),
                forward_rate: layers(&p.forward_rate, 1),
                soma: layers(&p.soma, 1),
                interneuron_dendrite: layers(&p.dendrite, 2),
                interneuron_predicted: layers(&p.interneuron_predicted, 2),
                interneuron_soma: layers(&p.interneuron_soma, 2),
                apical: layers(&p.apical, 1),
            }
        };
        (0..self.batch).map(pattern).collect()
    }

    /// The weights as they stand.
    pub fn weights(&self) -> Synapses {
        let mut all = Synapses::zeros(self.parameters.sizes());
        let fill = |arrays: &mut [Array2<f64>], matrices: &[Matrix<1>]| {
            for (array, matrix) in arrays.iter_mut().zip(matrices) {
                for ((unit, column), to) in array.indexed_iter_mut() {
                    *to = f64::from(matrix.get(unit, column));
                }
            }
        };
        fill(&mut all.up, &self.up);
        fill(&mut all.ip, &self.ip);
        fill(&mut all.pi, &self.pi);
        fill(&mut all.down, &self.down);
        if self.parameters.circuit.bias_rate > 0.0 {
            for (biases, matrices) in [(&mut all.up_bias, &self.up), (&mut all.ip_bias, &self.ip)] {
                for (bias, matrix) in biases.iter_mut().zip(matrices) {
                    for (unit, to) in bias.iter_mut().enumerate() {
                        *to = f64::from(matrix.get(unit, matrix.columns - 1));
                    }
                }
            }
        }
        all
    }

    /// All weights, family by family.
    pub(super) fn families(&mut self) -> [(&'static str, &mut Vec<Matrix<1>>); 4] {
        [
            ("up", &mut self.up),
            ("ip", &mut self.ip),
            ("pi", &mut self.pi),
            ("down", &mut self.down),
        ]
    }

    /// What showing a pattern of a full batch and learning from it takes.
    pub fn cost(&self) -> Cost {
        let rates = &self.parameters.circuit.learning_rates;
        let (mut weights, mut plastic_weights) = (0, 0);
        for (matrices, rates) in [
            (&self.up, &rates.up),
            (&self.ip, &rates.ip),
            (&self.pi, &rates.pi),
            (&self.down, &rates.down),
        ] {
            for (matrix, &rate) in matrices.iter().zip(rates) {
                let count = (matrix.units * matrix.columns) as u64;
                weights += count;
                plastic_weights += if rate == 0.0 { 0 } else { count };
            }
        }
        let sizes = self.parameters.sizes();
        let transfers = 2 * sizes[1..].iter().chain(&sizes[2..]).sum::<usize>();
        Cost {
            weights,
            plastic_weights,
            multiply_adds: weights + plastic_weights,
            transfers: transfers as u64,
        }
    }
}

/// The values of one pattern.
fn of_pattern(lanes: &[Lanes16], batch: usize, pattern: usize, units: usize) -> Vec<f64> {
    (0..units)
        .map(|unit| f64::from(lanes[unit / 16 * batch + pattern].0[unit % 16]))
        .collect()
}

#[derive(Clone, Copy)]
enum Inputs<'a> {
    Samples(&'a [Sample]),
    Plain(&'a [Vec<f64>]),
}

impl Inputs<'_> {
    fn rate(self, unit: usize, pattern: usize) -> f32 {
        match self {
            Self::Samples(batch) => batch[pattern].input[unit] as f32,
            Self::Plain(batch) => batch[pattern][unit] as f32,
        }
    }
}

/// Step 1.
struct Upwards<'a> {
    circuit: &'a mut TwoPass,
    inputs: Inputs<'a>,
}

impl Kernel for Upwards<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let (c, inputs) = (self.circuit, self.inputs);
        let circuit = &c.parameters.circuit;
        let (transfer, g) = (LaneTransfer::from(circuit.transfer), circuit.conductances);
        let bias = circuit.bias_rate as f32;
        let (sizes, batch) = (c.parameters.sizes(), c.batch);
        c.forward[0].fill(sizes[0], bias, batch, |unit, pattern| {
            inputs.rate(unit, pattern)
        });
        c.forward[0].leave_out_zeros(batch);
        let (p, last) = (&mut c.potentials, c.up.len() - 1);
        for k in 0..=last {
            multiply::<V>(&c.up[k], &c.forward[k], batch, &mut p.basal[k]);
            let attenuation = V::splat(g.basal_attenuation(k == last) as f32);
            scale::<V>(attenuation, &p.basal[k], &mut p.predicted[k]);
            rates::<V>(transfer, &p.predicted[k], &mut p.forward_rate[k]);
            if k < last {
                c.forward[k + 1].fill_from(sizes[k + 1], bias, batch, &p.forward_rate[k]);
            }
        }
    }
}

/// Steps 2 and 3.
struct Downwards<'a> {
    circuit: &'a mut TwoPass,
    batch: &'a [Sample],
}

impl Kernel for Downwards<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let c = self.circuit;
        let circuit = &c.parameters.circuit;
        let (transfer, g) = (LaneTransfer::from(circuit.transfer), circuit.conductances);
        let (sizes, batch) = (c.parameters.sizes(), c.batch);
        let (p, last) = (&mut c.potentials, c.up.len() - 1);
        c.target.clear();
        c.target.resize(p.predicted[last].len(), Lanes::ZERO);
        for (pattern, sample) in self.batch.iter().enumerate() {
            for (unit, &target) in sample.target.iter().enumerate() {
                c.target[unit / 16 * batch + pattern].0[unit % 16] = target as f32;
            }
        }
        let lambda = g.target_mixing() as f32;
        mix::<V>(lambda, &p.predicted[last], &c.target, &mut p.soma[last]);
        rates::<V>(transfer, &p.soma[last], &mut p.nudged_rate[last]);
        for k in (0..last).rev() {
            multiply::<V>(&c.ip[k], &c.forward[k + 1], batch, &mut p.dendrite[k]);
            let attenuation = V::splat(g.interneuron_attenuation() as f32);
            scale::<V>(attenuation, &p.dendrite[k], &mut p.interneuron_predicted[k]);
            let lambda = g.interneuron_mixing() as f32;
            let above = &p.soma[k + 1];
            mix::<V>(
                lambda,
                &p.interneuron_predicted[k],
                above,
                &mut p.interneuron_soma[k],
            );
            rates::<V>(transfer, &p.interneuron_soma[k], &mut p.interneuron_rate[k]);
            let interneurons = &mut c.interneurons[k];
            interneurons.fill_from(sizes[k + 2], 0.0, batch, &p.interneuron_rate[k]);
            let above = &mut c.above[k];
            above.fill_from(sizes[k + 2], 0.0, batch, &p.nudged_rate[k + 1]);
            multiply::<V>(&c.down[k], above, batch, &mut p.top_down[k]);
            multiply::<V>(&c.pi[k], &c.interneurons[k], batch, &mut p.apical[k]);
            let lambda = V::splat(g.apical_mixing() as f32);
            p.soma[k].resize(p.apical[k].len(), Lanes::ZERO);
            for (i, apical) in p.apical[k].iter_mut().enumerate() {
                let both = V::load(&p.top_down[k][i].0).add(V::load(&apical.0));
                both.store(&mut apical.0);
                let soma = V::load(&p.predicted[k][i].0).add(lambda.mul(both));
                soma.store(&mut p.soma[k][i].0);
            }
            rates::<V>(transfer, &p.soma[k], &mut p.nudged_rate[k]);
        }
    }
}

/// Step 4.
struct Learn<'a> {
    circuit: &'a mut TwoPass,
}

impl Kernel for Learn<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let c = self.circuit;
        let parameters = &c.parameters;
        let circuit = &parameters.circuit;
        let (transfer, bias) = (
            LaneTransfer::from(circuit.transfer),
            circuit.bias_rate as f32,
        );
        let (sizes, batch) = (parameters.sizes(), c.batch);
        let share = match parameters.batch_reduction {
            BatchReduction::Mean => 1.0 / batch as f64,
            BatchReduction::Sum => 1.0,
        };
        let factor = |eta: f64| V::splat((eta * share) as f32);
        let LearningRates { up, ip, pi, down } = &circuit.learning_rates;
        let forward_only = parameters.presynaptic_rates == PresynapticRates::Forward;
        let (p, hidden) = (&c.potentials, c.ip.len());
        let limit = circuit.weight_limit.map(|limit| limit as f32);
        let mut errors = Vec::new();
        let mut presynaptic = BatchRates::default();
        let mut predicted = Vec::new();
        for k in 0..hidden {
            if down[k] != 0.0 {
                rates::<V>(transfer, &p.top_down[k], &mut predicted);
                differ::<V>(factor(down[k]), &p.nudged_rate[k], &predicted, &mut errors);
                learn::<V>(&mut c.down[k], &errors, &c.above[k], batch, limit);
            }
            if pi[k] != 0.0 {
                scale::<V>(factor(-pi[k]), &p.apical[k], &mut errors);
                if forward_only {
                    rates::<V>(transfer, &p.interneuron_predicted[k], &mut predicted);
                    presynaptic.fill_from(sizes[k + 2], 0.0, batch, &predicted);
                    learn::<V>(&mut c.pi[k], &errors, &presynaptic, batch, limit);
                } else {
                    learn::<V>(&mut c.pi[k], &errors, &c.interneurons[k], batch, limit);
                }
            }
        }
        for k in 0..=hidden {
            // The presynaptic rates of up_(k+1) and ip_k.
            let below = if k == 0 || forward_only {
                &c.forward[k]
            } else {
                presynaptic.fill_from(sizes[k], bias, batch, &p.nudged_rate[k - 1]);
                &presynaptic
            };
            if up[k] != 0.0 {
                differ::<V>(
                    factor(up[k]),
                    &p.nudged_rate[k],
                    &p.forward_rate[k],
                    &mut errors,
                );
                learn::<V>(&mut c.up[k], &errors, below, batch, limit);
            }
            if k > 0 && ip[k - 1] != 0.0 {
                rates::<V>(transfer, &p.interneuron_predicted[k - 1], &mut predicted);
                let rate = &p.interneuron_rate[k - 1];
                differ::<V>(factor(ip[k - 1]), rate, &predicted, &mut errors);
                learn::<V>(&mut c.ip[k - 1], &errors, below, batch, limit);
            }
        }
    }
}

#[inline(always)]
fn learn<V: Vector>(
    matrix: &mut Matrix<1>,
    errors: &[Lanes16],
    rates: &BatchRates,
    batch: usize,
    limit: Option<f32>,
) {
    V::out_of_line(AddProducts {
        matrix: &mut *matrix,
        errors,
        rates,
        batch,
    });
    if let Some(limit) = limit {
        for weights in &mut matrix.values {
            *weights = weights.map(|weight| weight.clamp(-limit, limit));
        }
    }
}

#[inline(always)]
fn multiply<V: Vector>(
    matrix: &Matrix<1>,
    rates: &BatchRates,
    batch: usize,
    sums: &mut Vec<Lanes16>,
) {
    V::out_of_line(Multiply {
        matrix,
        rates,
        batch,
        sums,
    });
}

#[inline(always)]
fn rates<V: Vector>(transfer: LaneTransfer, from: &[Lanes16], to: &mut Vec<Lanes16>) {
    to.resize(from.len(), Lanes::ZERO);
    V::out_of_line(Fire {
        transfer,
        factor: 1.0,
        from,
        to,
    });
}

/// `to = factor from`.
#[inline(always)]
fn scale<V: Vector>(factor: V, from: &[Lanes16], to: &mut Vec<Lanes16>) {
    to.resize(from.len(), Lanes::ZERO);
    for (to, from) in to.iter_mut().zip(from) {
        factor.mul(V::load(&from.0)).store(&mut to.0);
    }
}

/// `to = (1 - lambda) own + lambda other`.
#[inline(always)]
fn mix<V: Vector>(lambda: f32, own: &[Lanes16], other: &[Lanes16], to: &mut Vec<Lanes16>) {
    let (rest, lambda) = (V::splat(1.0 - lambda), V::splat(lambda));
    to.resize(own.len(), Lanes::ZERO);
    for ((to, own), other) in to.iter_mut().zip(own).zip(other) {
        let own = rest.mul(V::load(&own.0));
        own.add(lambda.mul(V::load(&other.0))).store(&mut to.0);
    }
}

/// `to = factor (left - right)`.
#[inline(always)]
fn differ<V: Vector>(factor: V, left: &[Lanes16], right: &[Lanes16], to: &mut Vec<Lanes16>) {
    to.resize(left.len(), Lanes::ZERO);
    for ((to, left), right) in to.iter_mut().zip(left).zip(right) {
        factor
            .mul(V::load(&left.0).sub(V::load(&right.0)))
            .store(&mut to.0);
    }
}

impl TwoPassSimulator for TwoPass {
    fn update(&mut self, batch: &[Sample]) -> Result<(Vec<Pass>, Synapses), PatternError> {
        self.present(batch)?;
        let passes = self.passes();
        let terms = reference::terms(&self.parameters, &self.weights(), &passes);
        self.learn();
        Ok((passes, terms))
    }

    fn output(&mut self, input: &[f64]) -> Result<Vec<f64>, PatternError> {
        let mut outputs = self.tester().outputs(&[input.to_vec()])?;
        Ok(outputs.pop().unwrap_or_default())
    }

    fn current_weights(&self) -> Synapses {
        self.weights()
    }
}

/// Shows patterns without targets: step 1 alone.
#[derive(Debug, Clone)]
pub struct TwoPassTester(TwoPass);

impl TwoPassTester {
    /// The output potentials of some inputs.
    ///
    /// # Errors
    /// [`PatternError`] if one does not fit the network.
    pub fn outputs(&mut self, inputs: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, PatternError> {
        let circuit = &mut self.0;
        let mut outputs = Vec::with_capacity(inputs.len());
        // What comes out of a pattern does not depend on its batch.
        for inputs in inputs.chunks(10) {
            for input in inputs {
                pattern::check_input(input, circuit.units(0))?;
            }
            circuit.batch = inputs.len();
            let level = circuit.level;
            level.run(Upwards {
                circuit,
                inputs: Inputs::Plain(inputs),
            });
            outputs.extend(circuit.outputs());
        }
        Ok(outputs)
    }
}
