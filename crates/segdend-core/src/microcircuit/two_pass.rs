//! The two-pass scheme in f64: the steady state of the circuit near self-prediction, in one pass upwards
//! and one downwards, for batches of independent patterns.
//!
//! With `lambda_h`, `lambda_I`, `lambda_N` the mixing factors of
//! [`Conductances`](super::params::Conductances) and layers counted from 0 (the input) to N (the output),
//! the numbers are those of the comments in the code:
//!
//! 1. upwards, k = 1 to N: `v_B = up_k r_(k-1)`, `h_k = attenuation v_B`, and `phi(h_k)` to the next layer
//! 2. `u_N = (1 - lambda_N) h_N + lambda_N target`
//! 3. downwards, k = N - 1 to 1: `v_I = ip_k phi(h_k)`, `h_I = attenuation v_I`,
//!    `u_I = (1 - lambda_I) h_I + lambda_I u_(k+1)`, `v_A = down_k phi(u_(k+1)) + pi_k phi(u_I)`,
//!    `u_k = h_k + lambda_h v_A`
//! 4. the terms of [`reference`](mod@super::reference), (8), with these potentials; `W += eta term`
//!
//! A test is step 1.

use ndarray::{Array1, Array2};

use super::network::{NetworkError, Synapses};
use super::params::{BatchReduction, PresynapticRates, TwoPassParameters, Valid};
use super::pattern::{self, PatternError};
use crate::data::patterns::Sample;

/// Potentials of one pattern. Lists run bottom up: of layers above the input, or of hidden layers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pass {
    /// The input rates.
    pub input: Array1<f64>,
    /// `v_B`.
    pub basal: Vec<Array1<f64>>,
    /// `h`, what the basal dendrite predicts of the soma.
    pub predicted: Vec<Array1<f64>>,
    /// `phi(h)`.
    pub forward_rate: Vec<Array1<f64>>,
    /// `u`.
    pub soma: Vec<Array1<f64>>,
    /// `v_I` of hidden layers.
    pub interneuron_dendrite: Vec<Array1<f64>>,
    /// `h_I` of hidden layers.
    pub interneuron_predicted: Vec<Array1<f64>>,
    /// `u_I` of hidden layers.
    pub interneuron_soma: Vec<Array1<f64>>,
    /// `v_A` of hidden layers.
    pub apical: Vec<Array1<f64>>,
}

/// The reference simulator of the two-pass scheme.
///
/// ```
/// use segdend_core::data::patterns::Sample;
/// use segdend_core::microcircuit::network::{InitialWeights, Synapses};
/// use segdend_core::microcircuit::params::*;
/// use segdend_core::microcircuit::transfer::Transfer;
/// use segdend_core::microcircuit::two_pass::TwoPass;
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
/// let mut circuit = TwoPass::new(TwoPassParameters::new(circuit, 1).validate(&sizes)?, weights)?;
/// let sample = Sample { input: vec![0.1, 0.9, 0.4, 0.2], target: vec![1.0, -1.0] };
/// let before = circuit.test(&sample.input)?;
/// let passes = circuit.present(std::slice::from_ref(&sample))?;
/// circuit.learn(&passes);
/// assert!(circuit.test(&sample.input)?[0] > before[0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct TwoPass {
    parameters: Valid<TwoPassParameters>,
    weights: Synapses,
}

impl TwoPass {
    /// A simulator.
    ///
    /// # Errors
    /// [`NetworkError`] if the weights do not fit the sizes that the parameters are valid for.
    pub fn new(
        parameters: Valid<TwoPassParameters>,
        weights: Synapses,
    ) -> Result<Self, NetworkError> {
        weights.validate(parameters.sizes())?;
        Ok(Self {
            parameters,
            weights,
        })
    }

    /// The parameters.
    pub fn parameters(&self) -> &Valid<TwoPassParameters> {
        &self.parameters
    }

    /// The weights as they stand.
    pub fn weights(&self) -> &Synapses {
        &self.weights
    }

    /// Shows a batch of patterns with their targets.
    ///
    /// # Errors
    /// [`PatternError`] if it is empty or larger than `batch_size`, or a pattern does not fit.
    pub fn present(&self, batch: &[Sample]) -> Result<Vec<Pass>, PatternError> {
        check_batch(batch, &self.parameters)?;
        Ok(batch
            .iter()
            .map(|sample| {
                let mut pass = self.upwards(&sample.input);
                self.downwards(&mut pass, Some(&sample.target));
                pass
            })
            .collect())
    }

    /// The output potentials of a pattern without target.
    ///
    /// # Errors
    /// [`PatternError`] if the input does not fit.
    pub fn test(&self, input: &[f64]) -> Result<Array1<f64>, PatternError> {
        let mut pass = self.checked_upwards(input)?;
        Ok(pass.predicted.pop().unwrap_or_default())
    }

    /// Both passes of a pattern without target: what nudging changes is absent, and so is `lambda_N`.
    ///
    /// # Errors
    /// [`PatternError`] if the input does not fit.
    pub fn watch(&self, input: &[f64]) -> Result<Pass, PatternError> {
        let mut pass = self.checked_upwards(input)?;
        self.downwards(&mut pass, None);
        Ok(pass)
    }

    fn checked_upwards(&self, input: &[f64]) -> Result<Pass, PatternError> {
        pattern::check_input(input, self.parameters.sizes()[0])?;
        Ok(self.upwards(input))
    }

    fn upwards(&self, input: &[f64]) -> Pass {
        let (w, circuit) = (&self.weights, &self.parameters.circuit);
        let (phi, g) = (circuit.transfer, circuit.conductances);
        let mut pass = Pass {
            input: Array1::from(input.to_vec()),
            ..Pass::default()
        };
        for k in 0..w.up.len() {
            // (1)
            let below = pass.forward_rate.last().unwrap_or(&pass.input);
            let basal = w.up[k].dot(below) + &w.up_bias[k] * circuit.bias_rate;
            let predicted = &basal * g.basal_attenuation(k + 1 == w.up.len());
            pass.forward_rate.push(predicted.mapv(|h| phi.rate(h)));
            pass.basal.push(basal);
            pass.predicted.push(predicted);
        }
        pass
    }

    fn downwards(&self, pass: &mut Pass, target: Option<&[f64]>) {
        let (w, circuit) = (&self.weights, &self.parameters.circuit);
        let (phi, g) = (circuit.transfer, circuit.conductances);
        let (hidden, lambda_i) = (w.ip.len(), g.interneuron_mixing());
        // (2)
        let mut above = pass.predicted[hidden].clone();
        if let Some(target) = target {
            let lambda_n = g.target_mixing();
            above = above * (1.0 - lambda_n) + Array1::from(target.to_vec()) * lambda_n;
        }
        // Filled from the top, and turned round in the end.
        pass.soma.push(above.clone());
        for k in (0..hidden).rev() {
            // (3)
            let dendrite = w.ip[k].dot(&pass.forward_rate[k]) + &w.ip_bias[k] * circuit.bias_rate;
            let predicted = &dendrite * g.interneuron_attenuation();
            let interneuron = &predicted * (1.0 - lambda_i) + &above * lambda_i;
            let apical = w.down[k].dot(&above.mapv(|u| phi.rate(u)))
                + w.pi[k].dot(&interneuron.mapv(|u| phi.rate(u)));
            above = &pass.predicted[k] + &apical * g.apical_mixing();
            pass.soma.push(above.clone());
            pass.interneuron_dendrite.push(dendrite);
            pass.interneuron_predicted.push(predicted);
            pass.interneuron_soma.push(interneuron);
            pass.apical.push(apical);
        }
        for list in [
            &mut pass.soma,
            &mut pass.interneuron_dendrite,
            &mut pass.interneuron_predicted,
            &mut pass.interneuron_soma,
            &mut pass.apical,
        ] {
            list.reverse();
        }
    }

    /// (4): the terms of a batch, reduced, for all families, also those that do not learn.
    pub fn terms(&self, batch: &[Pass]) -> Synapses {
        terms(&self.parameters, &self.weights, batch)
    }

    /// Learns from a batch that was presented.
    pub fn learn(&mut self, batch: &[Pass]) {
        let terms = self.terms(batch);
        let circuit = &self.parameters.circuit;
        let (w, rate, limit) = (
            &mut self.weights,
            &circuit.learning_rates,
            circuit.weight_limit,
        );
        let update = |eta: f64, w: &mut f64, term: f64| {
            if eta != 0.0 {
                *w += eta * term;
                if let Some(limit) = limit {
                    *w = w.clamp(-limit, limit);
                }
            }
        };
        for (weights, terms, rates) in [
            (&mut w.up, &terms.up, &rate.up),
            (&mut w.ip, &terms.ip, &rate.ip),
            (&mut w.pi, &terms.pi, &rate.pi),
            (&mut w.down, &terms.down, &rate.down),
        ] {
            for ((weights, terms), &eta) in weights.iter_mut().zip(terms).zip(rates) {
                weights.zip_mut_with(terms, |w, &term| update(eta, w, term));
            }
        }
        for (biases, terms, rates) in [
            (&mut w.up_bias, &terms.up_bias, &rate.up),
            (&mut w.ip_bias, &terms.ip_bias, &rate.ip),
        ] {
            for ((biases, terms), &eta) in biases.iter_mut().zip(terms).zip(rates) {
                biases.zip_mut_with(terms, |w, &term| update(eta, w, term));
            }
        }
    }
}

/// (4), from the weights that the batch was presented with.
pub(super) fn terms(p: &Valid<TwoPassParameters>, weights: &Synapses, batch: &[Pass]) -> Synapses {
    let (phi, bias_rate) = (p.circuit.transfer, p.circuit.bias_rate);
    let mut terms = Synapses::zeros(p.sizes());
    let rates = |potentials: &[Array1<f64>]| -> Vec<_> {
        potentials.iter().map(|u| u.mapv(|u| phi.rate(u))).collect()
    };
    let share = match p.batch_reduction {
        BatchReduction::Mean => 1.0 / batch.len() as f64,
        BatchReduction::Sum => 1.0,
    };
    for pass in batch {
        let nudged = rates(&pass.soma);
        let interneurons = rates(&pass.interneuron_soma);
        let interneurons_predicted = rates(&pass.interneuron_predicted);
        let (presynaptic, presynaptic_interneurons) = match p.presynaptic_rates {
            PresynapticRates::Nudged => (&nudged, &interneurons),
            PresynapticRates::Forward => (&pass.forward_rate, &interneurons_predicted),
        };
        for k in 0..nudged.len() {
            let below = if k == 0 {
                &pass.input
            } else {
                &presynaptic[k - 1]
            };
            let error = (&nudged[k] - &pass.forward_rate[k]) * share;
            add_product(&mut terms.up[k], &error, below);
            terms.up_bias[k].scaled_add(bias_rate, &error);
        }
        for k in 0..interneurons.len() {
            let error = (&interneurons[k] - &interneurons_predicted[k]) * share;
            add_product(&mut terms.ip[k], &error, &presynaptic[k]);
            terms.ip_bias[k].scaled_add(bias_rate, &error);
            let error = &pass.apical[k] * -share;
            add_product(&mut terms.pi[k], &error, &presynaptic_interneurons[k]);
            // Top-down weights always take the nudged rates.
            let predicted = weights.down[k].dot(&nudged[k + 1]).mapv(|v| phi.rate(v));
            let error = (&nudged[k] - &predicted) * share;
            add_product(&mut terms.down[k], &error, &nudged[k + 1]);
        }
    }
    terms
}

/// Checks a batch against the parameters.
pub(super) fn check_batch(
    batch: &[Sample],
    parameters: &Valid<TwoPassParameters>,
) -> Result<(), PatternError> {
    if batch.is_empty() || batch.len() > parameters.batch_size {
        return Err(PatternError::BatchSize {
            found: batch.len(),
            most: parameters.batch_size,
        });
    }
    batch
        .iter()
        .try_for_each(|sample| pattern::check(sample, parameters.sizes(), true))
}

/// `matrix += column row^T`.
fn add_product(matrix: &mut Array2<f64>, column: &Array1<f64>, row: &Array1<f64>) {
    for (mut target, &factor) in matrix.outer_iter_mut().zip(column) {
        target.scaled_add(factor, row);
    }
}
