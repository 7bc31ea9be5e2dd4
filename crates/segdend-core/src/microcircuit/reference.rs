//! The continuous dynamics in f64, to be read beside the paper.
//!
//! Layers are counted from 0, the input, to N, the output; hidden layer k has `n_k` pyramidal neurons and
//! `n_(k+1)` interneurons, one for each neuron above. Rates are `r = phi(u)`; `r_0` is the input itself.
//! The numbers (1) to (9) are those of the comments in the code:
//!
//! 1. `v_B = up_k r_(k-1)`
//! 2. `v_A = down_k r_(k+1) + pi_k phi(u_I)`
//! 3. `v_I = ip_k r_k`
//! 4. hidden: `du/dt = -g_lk u + g_B (v_B - u) + g_A (v_A - u) + noise`
//! 5. interneurons: `du_I/dt = -g_lk u_I + g_D (v_I - u_I) + g_som (u_(k+1) - u_I) + noise`
//! 6. output: `du/dt = -g_lk u + g_B (v_B - u) + g_som (target - u) + noise`, without the third where it is
//!    not nudged
//! 7. dendritic predictions of the soma: `h = g_B / (g_lk + g_B + g_A) v_B`, in the output layer
//!    `g_B / (g_lk + g_B) v_B`; `h_I = g_D / (g_lk + g_D) v_I`
//! 8. induction terms: up `(phi(u) - phi(h)) r_(k-1)^T`; ip `(phi(u_I) - phi(h_I)) r_k^T`; pi
//!    `(0 - v_A) phi(u_I)^T`; down `(phi(u_k) - phi(down_k r_(k+1))) r_(k+1)^T`
//! 9. `tau_w dDelta/dt = -Delta + term`, `dW/dt = eta Delta`

use ndarray::{Array1, Array2, Zip};

use super::network::{NetworkError, Synapses};
use super::noise::{NoiseSource, Population};
use super::params::{ContinuousParameters, Valid};
use super::pattern::{self, PatternError, Presentation, Response};
use crate::data::patterns::Sample;

/// State of the neurons of one layer above the input. An output layer has neither apical dendrites nor
/// interneurons.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// `u`, somatic potentials after the step.
    pub soma: Array1<f64>,
    /// `v_B`, as computed within the step.
    pub basal: Array1<f64>,
    /// `v_A`, as computed within the step.
    pub apical: Array1<f64>,
    /// `u_I`, somatic potentials of the interneurons after the step.
    pub interneuron_soma: Array1<f64>,
    /// `v_I`, as computed within the step.
    pub interneuron_dendrite: Array1<f64>,
}

/// Called after every step with its number, counted from 0.
pub type Probe<'a> = dyn FnMut(usize, &Reference) + 'a;

/// The reference simulator. Everything but the parameters is carried from pattern to pattern.
///
/// ```
/// use segdend_core::data::patterns::Sample;
/// use segdend_core::microcircuit::network::{InitialWeights, Synapses};
/// use segdend_core::microcircuit::noise::Silence;
/// use segdend_core::microcircuit::params::*;
/// use segdend_core::microcircuit::reference::Reference;
/// use segdend_core::microcircuit::transfer::Transfer;
///
/// let sizes = [4, 3, 2];
/// let conductances = Conductances::default();
/// let weights = Synapses::random(&sizes, InitialWeights::uniform(1.0), 1)?.self_predicting(&conductances);
/// let parameters = ContinuousParameters::new(CircuitParameters {
///     conductances,
///     transfer: Transfer::Logistic,
///     learning_rates: LearningRates::none(&sizes),
///     bias_rate: 0.0,
///     weight_limit: None,
/// });
/// let mut reference = Reference::new(parameters.validate(&sizes)?, weights)?;
/// let sample = Sample { input: vec![0.1, 0.9, 0.4, 0.2], target: vec![] };
/// let test = reference.test();
/// let response = reference.present(&sample, test, &mut Silence)?;
/// // The interneurons cancel all that comes from above.
/// assert!(response.apical_square[0] < 1e-24);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Reference {
    parameters: Valid<ContinuousParameters>,
    weights: Synapses,
    /// `Delta`.
    induction: Synapses,
    /// Whether a pattern has been shown: the filters start from the first.
    started: [bool; 2],
    input: Array1<f64>,
    target: Array1<f64>,
    layers: Vec<Layer>,
}

impl Reference {
    /// A simulator at rest.
    ///
    /// # Errors
    /// [`NetworkError`] if the weights do not fit the sizes that the parameters are valid for.
    pub fn new(
        parameters: Valid<ContinuousParameters>,
        weights: Synapses,
    ) -> Result<Self, NetworkError> {
        let sizes = parameters.sizes();
        weights.validate(sizes)?;
        let layers = (1..sizes.len()).map(|k| {
            let above = sizes.get(k + 1).copied();
            let apical = if above.is_some() { sizes[k] } else { 0 };
            let interneurons = above.unwrap_or(0);
            Layer {
                soma: Array1::zeros(sizes[k]),
                basal: Array1::zeros(sizes[k]),
                apical: Array1::zeros(apical),
                interneuron_soma: Array1::zeros(interneurons),
                interneuron_dendrite: Array1::zeros(interneurons),
            }
        });
        Ok(Self {
            weights,
            induction: Synapses::zeros(sizes),
            started: [false; 2],
            input: Array1::zeros(sizes[0]),
            target: Array1::zeros(sizes[sizes.len() - 1]),
            layers: layers.collect(),
            parameters,
        })
    }

    /// The parameters.
    pub fn parameters(&self) -> &Valid<ContinuousParameters> {
        &self.parameters
    }

    /// The weights as they stand.
    pub fn weights(&self) -> &Synapses {
        &self.weights
    }

    /// `Delta`, the low-passed induction terms, as they stand.
    pub fn induction(&self) -> &Synapses {
        &self.induction
    }

    /// The layers above the input, bottom up.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Input and target after their filters, as used in the last step.
    pub fn filtered(&self) -> (&Array1<f64>, &Array1<f64>) {
        (&self.input, &self.target)
    }

    /// How a pattern is shown in training.
    pub fn training(&self) -> Presentation {
        Presentation {
            steps: self.parameters.pattern_steps(),
            nudging: true,
            plastic: true,
        }
    }

    /// How a pattern is shown in a test.
    pub fn test(&self) -> Presentation {
        Presentation {
            nudging: false,
            plastic: false,
            ..self.training()
        }
    }

    /// Returns to rest: potentials and filters as before the first pattern. Weights and induction terms
    /// stay.
    pub fn rest(&mut self) {
        self.started = [false; 2];
        for layer in &mut self.layers {
            layer.soma.fill(0.0);
            layer.interneuron_soma.fill(0.0);
        }
    }

    /// Shows a pattern.
    ///
    /// # Errors
    /// [`PatternError`] if it does not fit the network.
    pub fn present(
        &mut self,
        sample: &Sample,
        how: Presentation,
        noise: &mut dyn NoiseSource,
    ) -> Result<Response, PatternError> {
        self.present_probed(sample, how, noise, &mut |_, _| {})
    }

    /// The same, with a look at everything after every step.
    ///
    /// # Errors
    /// [`PatternError`] if the pattern does not fit the network.
    pub fn present_probed(
        &mut self,
        sample: &Sample,
        how: Presentation,
        noise: &mut dyn NoiseSource,
        probe: &mut Probe<'_>,
    ) -> Result<Response, PatternError> {
        pattern::check(sample, self.parameters.sizes(), how.nudging)?;
        if self.parameters.reset_potentials {
            for layer in &mut self.layers {
                layer.soma.fill(0.0);
                layer.interneuron_soma.fill(0.0);
            }
        }
        let averaged = self.parameters.average_steps().min(how.steps);
        let hidden = self.layers.len() - 1;
        let mut output = Array1::<f64>::zeros(self.layers[hidden].soma.len());
        let mut apical_square = vec![0.0; hidden];
        let mut mismatch_square = vec![0.0; hidden];
        for step in 0..how.steps {
            let plastic = how.plastic && step >= self.parameters.first_plastic_step();
            self.step(sample, step, how.nudging, plastic, noise);
            probe(step, self);
            if step + averaged < how.steps {
                continue;
            }
            output += &self.layers[hidden].soma;
            for k in 0..hidden {
                let layer = &self.layers[k];
                apical_square[k] += layer.apical.dot(&layer.apical);
                let mismatch = &self.layers[k + 1].soma - &layer.interneuron_soma;
                mismatch_square[k] += mismatch.dot(&mismatch);
            }
        }
        if self.parameters.reset_induction {
            self.induction = Synapses::zeros(self.parameters.sizes());
        }
        let steps = averaged.max(1) as f64;
        let mean = |sums: Vec<f64>| sums.into_iter().map(|sum| sum / steps).collect();
        Ok(Response {
            output: mean(output.to_vec()),
            apical_square: mean(apical_square),
            mismatch_square: mean(mismatch_square),
        })
    }

    fn filter(&mut self, sample: &Sample) {
        let p = &self.parameters;
        let target_step = if p.target_filter {
            p.filter_step()
        } else {
            1.0
        };
        let filters = [
            (&mut self.input, &sample.input, p.filter_step()),
            (&mut self.target, &sample.target, target_step),
        ];
        for ((filtered, shown, step), started) in filters.into_iter().zip(&mut self.started) {
            if shown.is_empty() {
                continue;
            }
            let step = if *started { step } else { 1.0 };
            *started = true;
            Zip::from(filtered).and(shown).for_each(|filtered, &shown| {
                *filtered = if step == 1.0 {
                    shown
                } else {
                    *filtered + step * (shown - *filtered)
                };
            });
        }
    }

    fn step(
        &mut self,
        sample: &Sample,
        step: usize,
        nudging: bool,
        plastic: bool,
        noise: &mut dyn NoiseSource,
    ) {
        self.filter(sample);
        let p = &self.parameters;
        let (phi, bias_rate) = (p.circuit.transfer, p.circuit.bias_rate);
        let output = self.layers.len();

        // Rates and dendritic potentials, from the potentials and weights of the step before.
        // rates[k] is r_k, so that rates[0] is the input.
        let mut rates = vec![self.input.clone()];
        rates.extend(
            self.layers
                .iter()
                .map(|layer| layer.soma.mapv(|u| phi.rate(u))),
        );
        let interneuron_rates: Vec<Array1<f64>> = self.layers[..output - 1]
            .iter()
            .map(|layer| layer.interneuron_soma.mapv(|u| phi.rate(u)))
            .collect();
        let w = &self.weights;
        for k in 1..=output {
            let layer = &mut self.layers[k - 1];
            // (1)
            layer.basal = w.up[k - 1].dot(&rates[k - 1]) + &w.up_bias[k - 1] * bias_rate;
            if k < output {
                // (2)
                layer.apical =
                    w.down[k - 1].dot(&rates[k + 1]) + w.pi[k - 1].dot(&interneuron_rates[k - 1]);
                // (3)
                layer.interneuron_dendrite =
                    w.ip[k - 1].dot(&rates[k]) + &w.ip_bias[k - 1] * bias_rate;
            }
        }

        // The new potentials, all from the old ones.
        let g = p.circuit.conductances;
        let (dt, noise_step) = (p.dt_ms, p.noise_step());
        let mut fluctuation = |population: Population, units: usize| {
            let mut draws = vec![0.0; units];
            if noise_step != 0.0 {
                noise.draw(step, population, &mut draws);
            }
            Array1::from(draws) * noise_step
        };
        let old: Vec<Array1<f64>> = self.layers.iter().map(|layer| layer.soma.clone()).collect();
        let mut new_soma = Vec::new();
        let mut new_interneuron_soma = Vec::new();
        for k in 1..=output {
            let layer = &self.layers[k - 1];
            let xi = fluctuation(Population::Pyramidal(k), layer.soma.len());
            if k == output {
                // (6)
                new_soma.push(
                    Zip::from(&layer.soma)
                        .and(&layer.basal)
                        .and(&self.target)
                        .and(&xi)
                        .map_collect(|u, v_b, target, xi| {
                            let nudging = if nudging {
                                g.somatic * (target - u)
                            } else {
                                0.0
                            };
                            u + dt * (-g.leak * u + g.basal * (v_b - u) + nudging) + xi
                        }),
                );
                continue;
            }
            // (4)
            new_soma.push(
                Zip::from(&layer.soma)
                    .and(&layer.basal)
                    .and(&layer.apical)
                    .and(&xi)
                    .map_collect(|u, v_b, v_a, xi| {
                        u + dt * (-g.leak * u + g.basal * (v_b - u) + g.apical * (v_a - u)) + xi
                    }),
            );
            // (5)
            let xi = fluctuation(Population::Interneurons(k), layer.interneuron_soma.len());
            new_interneuron_soma.push(
                Zip::from(&layer.interneuron_soma)
                    .and(&layer.interneuron_dendrite)
                    .and(&old[k])
                    .and(&xi)
                    .map_collect(|u, v_i, above, xi| {
                        u + dt * (-g.leak * u + g.dendritic * (v_i - u) + g.somatic * (above - u))
                            + xi
                    }),
            );
        }

        if plastic {
            self.learn(&rates, &interneuron_rates);
        }
        for (layer, soma) in self.layers.iter_mut().zip(new_soma) {
            layer.soma = soma;
        }
        for (layer, soma) in self.layers.iter_mut().zip(new_interneuron_soma) {
            layer.interneuron_soma = soma;
        }
    }

    /// Weights and induction terms, from the rates and dendritic potentials of this step.
    fn learn(&mut self, rates: &[Array1<f64>], interneuron_rates: &[Array1<f64>]) {
        let p = &self.parameters;
        let circuit = &p.circuit;
        let (phi, g, rate) = (
            circuit.transfer,
            circuit.conductances,
            &circuit.learning_rates,
        );
        let output = self.layers.len();
        let rule = Rule {
            dt_ms: p.dt_ms,
            share: p.dt_ms / p.tau_w_ms,
            weight_limit: circuit.weight_limit,
        };
        let bias = circuit.bias_rate;
        let (w, delta) = (&mut self.weights, &mut self.induction);
        for k in 1..=output {
            let layer = &self.layers[k - 1];
            // (7) and (8), up: the somatic rate beside the one that the basal dendrite predicts.
            let attenuation = g.basal_attenuation(k == output);
            let predicted = layer.basal.mapv(|v_b| phi.rate(attenuation * v_b));
            let error = &rates[k] - &predicted;
            let i = k - 1;
            rule.apply(
                rate.up[i],
                &mut w.up[i],
                &mut delta.up[i],
                &error,
                &rates[k - 1],
            );
            rule.apply_bias(
                rate.up[i],
                &mut w.up_bias[i],
                &mut delta.up_bias[i],
                &error,
                bias,
            );
            if k == output {
                continue;
            }
            // (7) and (8), ip.
            let attenuation = g.interneuron_attenuation();
            let predicted = layer
                .interneuron_dendrite
                .mapv(|v_i| phi.rate(attenuation * v_i));
            let error = &interneuron_rates[i] - &predicted;
            rule.apply(
                rate.ip[i],
                &mut w.ip[i],
                &mut delta.ip[i],
                &error,
                &rates[k],
            );
            rule.apply_bias(
                rate.ip[i],
                &mut w.ip_bias[i],
                &mut delta.ip_bias[i],
                &error,
                bias,
            );
            // (8), down: from the weights of the step before, and not attenuated.
            if rate.down[i] != 0.0 {
                let predicted = w.down[i].dot(&rates[k + 1]).mapv(|v| phi.rate(v));
                let error = &rates[k] - &predicted;
                rule.apply(
                    rate.down[i],
                    &mut w.down[i],
                    &mut delta.down[i],
                    &error,
                    &rates[k + 1],
                );
            }
            // (8), pi: towards an apical potential of 0, that of rest.
            let error = -&layer.apical;
            rule.apply(
                rate.pi[i],
                &mut w.pi[i],
                &mut delta.pi[i],
                &error,
                &interneuron_rates[i],
            );
        }
    }
}

/// One step of (9).
#[derive(Clone, Copy)]
struct Rule {
    dt_ms: f64,
    /// `dt / tau_w`.
    share: f64,
    weight_limit: Option<f64>,
}

impl Rule {
    /// The weight moves with the old induction term, which then moves towards `error x presynaptic`.
    fn update(self, eta: f64, w: &mut f64, delta: &mut f64, term: f64) {
        if eta != 0.0 {
            *w += self.dt_ms * eta * *delta;
            if let Some(limit) = self.weight_limit {
                *w = w.clamp(-limit, limit);
            }
        }
        *delta += self.share * (term - *delta);
    }

    fn apply(
        self,
        eta: f64,
        w: &mut Array2<f64>,
        delta: &mut Array2<f64>,
        error: &Array1<f64>,
        presynaptic: &Array1<f64>,
    ) {
        for (i, error) in error.iter().enumerate() {
            Zip::from(w.row_mut(i))
                .and(delta.row_mut(i))
                .and(presynaptic)
                .for_each(|w, delta, r| {
                    self.update(eta, w, delta, error * r);
                });
        }
    }

    fn apply_bias(
        self,
        eta: f64,
        w: &mut Array1<f64>,
        delta: &mut Array1<f64>,
        error: &Array1<f64>,
        bias_rate: f64,
    ) {
        Zip::from(w)
            .and(delta)
            .and(error)
            .for_each(|w, delta, error| {
                self.update(eta, w, delta, error * bias_rate);
            });
    }
}
