//! The time steps of the continuous dynamics.
//!
//! The equations are those of [`reference`](mod@crate::microcircuit::reference), in its order. The update of
//! a step's weights is done in the sweep of the next step, so that weights and induction terms pass through
//! the processor once a step.

use std::mem::swap;
use std::ops::Range;

use super::first_layer::FirstLayer;
use super::matrix::{Matrix, WIDTH, vectors};
use super::plastic::{Plastic, Sweep, Update};
use super::rates::{Fire, LaneTransfer, Lanes16};
use crate::microcircuit::network::Synapses;
use crate::microcircuit::noise::{NoiseSource, NormalLanes, Population};
use crate::microcircuit::params::{ContinuousParameters, Valid};
use crate::simd::lanes::Lanes;
use crate::simd::{Kernel, Vector, flatten};

/// The parameters as factors of a step.
#[derive(Debug, Clone)]
struct Factors {
    transfer: LaneTransfer,
    /// Attenuations of predictions: hidden, output, interneurons.
    hidden_attenuation: f32,
    output_attenuation: f32,
    interneuron_attenuation: f32,
    /// `dt g_B`, `dt g_D`, `dt g_A`, `dt g_som`.
    basal: f32,
    dendritic: f32,
    apical: f32,
    somatic: f32,
    /// One minus `dt` times all conductances: hidden, interneurons, output without and with nudging.
    hidden_stay: f32,
    interneuron_stay: f32,
    output_stay: [f32; 2],
    filter: f64,
    target_filter: f32,
    /// `1 - dt / tau_w`.
    keep: f64,
    /// `dt / tau_w`.
    share: f64,
    noise: f32,
    bias_rate: f32,
    weight_limit: Option<f32>,
}

impl Factors {
    fn new(p: &ContinuousParameters) -> Self {
        let (g, dt) = (&p.circuit.conductances, p.dt_ms);
        let stay = |conductances: &[f64]| (1.0 - dt * conductances.iter().sum::<f64>()) as f32;
        Self {
            transfer: p.circuit.transfer.into(),
            hidden_attenuation: g.basal_attenuation(false) as f32,
            output_attenuation: g.basal_attenuation(true) as f32,
            interneuron_attenuation: g.interneuron_attenuation() as f32,
            basal: (dt * g.basal) as f32,
            dendritic: (dt * g.dendritic) as f32,
            apical: (dt * g.apical) as f32,
            somatic: (dt * g.somatic) as f32,
            hidden_stay: stay(&[g.leak, g.basal, g.apical]),
            interneuron_stay: stay(&[g.leak, g.dendritic, g.somatic]),
            output_stay: [
                stay(&[g.leak, g.basal]),
                stay(&[g.leak, g.basal, g.somatic]),
            ],
            filter: p.filter_step(),
            target_filter: if p.target_filter {
                p.filter_step() as f32
            } else {
                1.0
            },
            keep: 1.0 - dt / p.tau_w_ms,
            share: dt / p.tau_w_ms,
            noise: p.noise_step() as f32,
            bias_rate: p.circuit.bias_rate as f32,
            weight_limit: p.circuit.weight_limit.map(|limit| limit as f32),
        }
    }
}

/// Rates in a step and in the one before it, the bias rate behind them where it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Rates {
    now: Vec<Lanes16>,
    before: Vec<Lanes16>,
}

impl Rates {
    #[inline(always)]
    fn sweep<V: Vector>(&self, keep: Option<f32>, family: &mut Plastic, sums: &mut [Lanes16]) {
        let update = Update::of(keep, flatten(&self.before));
        V::out_of_line(Sweep {
            family,
            update,
            rates: flatten(&self.now),
            sums,
        });
    }
}

/// Neurons of one kind in one layer.
#[derive(Debug, Clone)]
pub(super) struct Neurons {
    pub(super) units: usize,
    /// `u` or `u_I`.
    pub(super) soma: Vec<Lanes16>,
    /// `v_B` or `v_I`.
    pub(super) dendrite: Vec<Lanes16>,
    /// What a noise draw is multiplied by: 0 in lanes without a neuron.
    noise: Vec<Lanes16>,
}

impl Neurons {
    fn new(units: usize, noise: f32) -> Self {
        let zeros = vec![Lanes::ZERO; vectors(units)];
        let mut amplitude = zeros.clone();
        for unit in 0..units {
            amplitude[unit / WIDTH].0[unit % WIDTH] = noise;
        }
        Self {
            units,
            soma: zeros.clone(),
            dendrite: zeros,
            noise: amplitude,
        }
    }
}

/// Sums over the averaging window of a pattern.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    pub(super) output: Vec<Lanes16>,
    /// Of each hidden layer, lane by lane.
    pub(super) apical_square: Vec<Lanes16>,
    pub(super) mismatch_square: Vec<Lanes16>,
}

/// Everything that a circuit holds. Lists run bottom up, of layers above the input or of hidden layers.
#[derive(Debug, Clone)]
pub(super) struct Core {
    factors: Factors,
    pub(super) pyramidal: Vec<Neurons>,
    pub(super) interneurons: Vec<Neurons>,
    /// `v_A`, and the part of it that comes from above.
    pub(super) apical: Vec<Vec<Lanes16>>,
    top_down: Vec<Vec<Lanes16>>,
    pub(super) up: Vec<Plastic>,
    pub(super) ip: Vec<Plastic>,
    pub(super) pi: Vec<Plastic>,
    pub(super) down: Vec<Plastic>,
    /// Of the layers above the input.
    rates: Vec<Rates>,
    interneuron_rates: Vec<Rates>,
    /// The input after its filter, now and before, with the bias rate behind it.
    pub(super) input: Vec<f32>,
    input_before: Vec<f32>,
    pub(super) target: Vec<Lanes16>,
    first_layer: FirstLayer,
    draws: Vec<Lanes16>,
    pub(super) sums: Sums,
}

impl Core {
    pub(super) fn new(parameters: &Valid<ContinuousParameters>, weights: &Synapses) -> Self {
        let (sizes, factors) = (parameters.sizes(), Factors::new(parameters));
        let biases = factors.bias_rate > 0.0;
        let (dt, rate) = (parameters.dt_ms, &parameters.circuit.learning_rates);
        let families = |matrices: &[_], bias: Option<&[_]>, rates: &[f64]| -> Vec<Plastic> {
            let family = |k: usize| {
                let bias = bias.filter(|_| biases).map(|bias| &bias[k]);
                Plastic::new(Matrix::new(&matrices[k], bias), dt * rates[k])
            };
            (0..matrices.len()).map(family).collect()
        };
        let neurons = |sizes: &[usize]| -> Vec<Neurons> {
            sizes
                .iter()
                .map(|&units| Neurons::new(units, factors.noise))
                .collect()
        };
        let lanes = |units: usize| vec![Lanes::ZERO; vectors(units)];
        let rates_of = |sizes: &[usize]| -> Vec<Rates> {
            let rates = |&units: &usize| {
                let mut now: Vec<Lanes16> = lanes(units + usize::from(biases));
                if biases {
                    now[units / WIDTH].0[units % WIDTH] = factors.bias_rate;
                }
                Rates {
                    before: now.clone(),
                    now,
                }
            };
            sizes.iter().map(rates).collect()
        };
        let hidden = &sizes[1..sizes.len() - 1];
        let outputs = sizes[sizes.len() - 1];
        let mut input = vec![0.0; sizes[0] + usize::from(biases)];
        if biases {
            input[sizes[0]] = factors.bias_rate;
        }
        let populations = sizes[1..].iter().chain(&sizes[2..]);
        Self {
            pyramidal: neurons(&sizes[1..]),
            interneurons: neurons(&sizes[2..]),
            apical: hidden.iter().map(|&units| lanes(units)).collect(),
            top_down: hidden.iter().map(|&units| lanes(units)).collect(),
            up: families(&weights.up, Some(&weights.up_bias), &rate.up),
            ip: families(&weights.ip, Some(&weights.ip_bias), &rate.ip),
            pi: families(&weights.pi, None, &rate.pi),
            down: families(&weights.down, None, &rate.down),
            rates: rates_of(&sizes[1..]),
            interneuron_rates: rates_of(&sizes[2..]),
            input_before: input.clone(),
            input,
            target: lanes(outputs),
            first_layer: FirstLayer::new(vectors(sizes[1])),
            draws: vec![Lanes::ZERO; populations.map(|&units| vectors(units)).sum()],
            sums: Sums {
                output: lanes(outputs),
                apical_square: vec![Lanes::ZERO; hidden.len()],
                mismatch_square: vec![Lanes::ZERO; hidden.len()],
            },
            factors,
        }
    }

    /// All weights, for what is done to each.
    pub(super) fn families(&mut self) -> impl Iterator<Item = &mut Plastic> {
        let upper = self.ip.iter_mut().chain(&mut self.pi).chain(&mut self.down);
        self.up.iter_mut().chain(upper)
    }

    pub(super) fn rest(&mut self) {
        for neurons in self.pyramidal.iter_mut().chain(&mut self.interneurons) {
            neurons.soma.fill(Lanes::ZERO);
        }
    }

    pub(super) fn clear_sums(&mut self) {
        self.sums.output.fill(Lanes::ZERO);
        self.sums.apical_square.fill(Lanes::ZERO);
        self.sums.mismatch_square.fill(Lanes::ZERO);
    }
}

/// Where a run's noise comes from.
pub(super) enum Draws<'a> {
    None,
    Stream(Box<NormalLanes>),
    Source(&'a mut dyn NoiseSource),
}

/// Some steps of a pattern.
pub(super) struct Run<'a, 'n> {
    pub(super) core: &'a mut Core,
    /// Counted from the pattern's onset.
    pub(super) steps: Range<usize>,
    pub(super) input: &'a [f32],
    /// Empty if there is none.
    pub(super) target: &'a [Lanes16],
    pub(super) nudging: bool,
    /// The first step in which weights change; none if they do not.
    pub(super) first_plastic: Option<usize>,
    /// The first step of the averaging window.
    pub(super) first_averaged: usize,
    pub(super) draws: &'a mut Draws<'n>,
}

impl Kernel for Run<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(mut self) {
        let follow = self.core.factors.weight_limit.is_none();
        if follow {
            let core = &mut *self.core;
            let (up, step) = (&mut core.up[0], core.factors.filter);
            core.first_layer
                .begin::<V>(up, self.input, &core.input, step);
        }
        let mut pending = false;
        for step in self.steps.clone() {
            self.filter(follow);
            self.core.fire::<V>();
            self.core.add_up::<V>(pending, follow);
            pending = self.first_plastic.is_some_and(|first| step >= first);
            if pending {
                self.core.find_errors::<V>(follow);
                if let Some(limit) = self.core.factors.weight_limit {
                    self.core.update::<V>(follow);
                    self.core.families().for_each(|family| family.clip(limit));
                    pending = false;
                }
            }
            self.draw(step);
            self.core.integrate::<V>(self.nudging);
            if step >= self.first_averaged {
                self.core.add_to_sums::<V>();
            }
        }
        if pending {
            self.core.update::<V>(follow);
        }
        if follow {
            let core = &mut *self.core;
            core.first_layer.end::<V>(&mut core.up[0], &mut core.input);
        }
    }
}

impl Run<'_, '_> {
    #[inline(always)]
    fn filter(&mut self, follow: bool) {
        let core = &mut *self.core;
        if follow {
            core.first_layer.filter();
        } else {
            swap(&mut core.input, &mut core.input_before);
            let step = core.factors.filter as f32;
            let before = core.input_before.iter().zip(self.input);
            for (now, (before, shown)) in core.input.iter_mut().zip(before) {
                *now = before + step * (shown - before);
            }
        }
        let step = core.factors.target_filter;
        for (filtered, shown) in core.target.iter_mut().zip(self.target) {
            *filtered = filtered.zip(shown, |filtered, shown| {
                filtered + step * (shown - filtered)
            });
        }
    }

    /// Fills the draws of a step.
    #[inline(always)]
    fn draw(&mut self, step: usize) {
        let core = &mut *self.core;
        match self.draws {
            // What was drawn last must not stay on.
            Draws::None => core.draws.fill(Lanes::ZERO),
            Draws::Stream(normal) => core
                .draws
                .iter_mut()
                .for_each(|draw| draw.0 = normal.next()),
            Draws::Source(source) => {
                let mut rest = core.draws.as_mut_slice();
                for k in 0..core.pyramidal.len() {
                    let pyramidal = (Population::Pyramidal(k + 1), core.pyramidal[k].units);
                    let interneurons = core.interneurons.get(k);
                    let interneurons = interneurons
                        .map(|neurons| (Population::Interneurons(k + 1), neurons.units));
                    for (population, units) in [Some(pyramidal), interneurons].into_iter().flatten()
                    {
                        let mut values = vec![0.0; units];
                        source.draw(step, population, &mut values);
                        let (here, behind) = rest.split_at_mut(vectors(units));
                        for (unit, &value) in values.iter().enumerate() {
                            here[unit / WIDTH].0[unit % WIDTH] = value as f32;
                        }
                        rest = behind;
                    }
                }
            }
        }
    }
}

impl Core {
    /// All rates, from the potentials of the step before.
    #[inline(always)]
    fn fire<V: Vector>(&mut self) {
        let (transfer, bias_rate) = (self.factors.transfer, self.factors.bias_rate);
        let pyramidal = self.pyramidal.iter().zip(&mut self.rates);
        let interneurons = self.interneurons.iter().zip(&mut self.interneuron_rates);
        for (neurons, rates) in pyramidal.chain(interneurons) {
            swap(&mut rates.now, &mut rates.before);
            V::out_of_line(Fire {
                transfer,
                factor: 1.0,
                from: &neurons.soma,
                to: &mut rates.now,
            });
            if bias_rate > 0.0 {
                rates.now[neurons.units / WIDTH].0[neurons.units % WIDTH] = bias_rate;
            }
        }
    }

    /// (1) to (3): all dendritic potentials, after the update of the step before where it is pending.
    #[inline(always)]
    fn add_up<V: Vector>(&mut self, pending: bool, follow: bool) {
        let keep = pending.then_some(self.factors.keep as f32);
        for k in 0..self.up.len() {
            let sums = &mut self.pyramidal[k].dendrite;
            match k.checked_sub(1) {
                None if follow => self.first_layer.add_up::<V>(sums),
                None => V::out_of_line(Sweep {
                    family: &mut self.up[0],
                    update: Update::of(keep, &self.input_before),
                    rates: &self.input,
                    sums,
                }),
                Some(below) => {
                    let below = &self.rates[below];
                    below.sweep::<V>(keep, &mut self.up[k], sums);
                }
            }
        }
        for k in 0..self.ip.len() {
            let (rates, above) = (&self.rates[k], &self.rates[k + 1]);
            let sums = &mut self.interneurons[k].dendrite;
            rates.sweep::<V>(keep, &mut self.ip[k], sums);
            let sums = &mut self.top_down[k];
            above.sweep::<V>(keep, &mut self.down[k], sums);
            let interneurons = &self.interneuron_rates[k];
            let sums = &mut self.apical[k];
            interneurons.sweep::<V>(keep, &mut self.pi[k], sums);
            for (apical, top_down) in sums.iter_mut().zip(&self.top_down[k]) {
                V::load(&top_down.0)
                    .add(V::load(&apical.0))
                    .store(&mut apical.0);
            }
        }
    }

    /// (7) and the postsynaptic factors of (8).
    #[inline(always)]
    fn find_errors<V: Vector>(&mut self, follow: bool) {
        let factors = &self.factors;
        let transfer = factors.transfer;
        let last = self.up.len() - 1;
        for k in 0..=last {
            let attenuation = if k == last {
                factors.output_attenuation
            } else {
                factors.hidden_attenuation
            };
            let rates = &self.rates[k].now;
            let predicted = &self.pyramidal[k].dendrite;
            miss::<V>(
                transfer,
                attenuation,
                factors.share,
                &mut self.up[k],
                rates,
                predicted,
            );
            if k == last {
                break;
            }
            miss::<V>(
                transfer,
                1.0,
                factors.share,
                &mut self.down[k],
                rates,
                &self.top_down[k],
            );
            let rates = &self.interneuron_rates[k].now;
            let predicted = &self.interneurons[k].dendrite;
            let attenuation = factors.interneuron_attenuation;
            miss::<V>(
                transfer,
                attenuation,
                factors.share,
                &mut self.ip[k],
                rates,
                predicted,
            );
            let pi = &mut self.pi[k];
            let factor = V::splat((-factors.share * pi.scale) as f32);
            for (error, apical) in pi.error.iter_mut().zip(&self.apical[k]) {
                factor.mul(V::load(&apical.0)).store(&mut error.0);
            }
        }
        if follow {
            self.first_layer.update::<V>(&self.up[0], factors.keep);
        }
    }

    /// The update of this step, by itself.
    #[inline(always)]
    fn update<V: Vector>(&mut self, follow: bool) {
        let keep = self.factors.keep as f32;
        for k in 0..self.up.len() {
            match k.checked_sub(1) {
                None if follow => {}
                None => self.up[0].update::<V>(Update {
                    keep,
                    before: &self.input,
                }),
                Some(below) => {
                    let before = flatten(&self.rates[below].now);
                    self.up[k].update::<V>(Update { keep, before });
                }
            }
        }
        for k in 0..self.ip.len() {
            let before = flatten(&self.rates[k].now);
            self.ip[k].update::<V>(Update { keep, before });
            let before = flatten(&self.rates[k + 1].now);
            self.down[k].update::<V>(Update { keep, before });
            let before = flatten(&self.interneuron_rates[k].now);
            self.pi[k].update::<V>(Update { keep, before });
        }
    }

    /// (4) to (6): the new potentials, interneurons first, which see the old ones above them.
    #[inline(always)]
    fn integrate<V: Vector>(&mut self, nudging: bool) {
        let factors = &self.factors;
        let noisy = factors.noise != 0.0;
        let last = self.pyramidal.len() - 1;
        let mut draws = self.draws.iter();
        let basal = V::splat(factors.basal);
        for k in 0..last {
            let (stay, apical) = (V::splat(factors.hidden_stay), V::splat(factors.apical));
            let neurons = &mut self.pyramidal[k];
            for (i, soma) in neurons.soma.iter_mut().enumerate() {
                let mut u = stay.mul(V::load(&soma.0));
                u = u.add(basal.mul(V::load(&neurons.dendrite[i].0)));
                u = u.add(apical.mul(V::load(&self.apical[k][i].0)));
                fluctuate(u, noisy, &neurons.noise[i], draws.next()).store(&mut soma.0);
            }
            let (stay, dendritic) = (
                V::splat(factors.interneuron_stay),
                V::splat(factors.dendritic),
            );
            let somatic = V::splat(factors.somatic);
            let (neurons, above) = (&mut self.interneurons[k], &self.pyramidal[k + 1]);
            for (i, soma) in neurons.soma.iter_mut().enumerate() {
                let mut u = stay.mul(V::load(&soma.0));
                u = u.add(dendritic.mul(V::load(&neurons.dendrite[i].0)));
                u = u.add(somatic.mul(V::load(&above.soma[i].0)));
                fluctuate(u, noisy, &neurons.noise[i], draws.next()).store(&mut soma.0);
            }
        }
        let stay = V::splat(factors.output_stay[usize::from(nudging)]);
        let somatic = V::splat(factors.somatic);
        let neurons = &mut self.pyramidal[last];
        for (i, soma) in neurons.soma.iter_mut().enumerate() {
            let mut u = stay.mul(V::load(&soma.0));
            u = u.add(basal.mul(V::load(&neurons.dendrite[i].0)));
            if nudging {
                u = u.add(somatic.mul(V::load(&self.target[i].0)));
            }
            fluctuate(u, noisy, &neurons.noise[i], draws.next()).store(&mut soma.0);
        }
    }

    #[inline(always)]
    fn add_to_sums<V: Vector>(&mut self) {
        let last = self.pyramidal.len() - 1;
        for (sum, soma) in self.sums.output.iter_mut().zip(&self.pyramidal[last].soma) {
            V::load(&sum.0).add(V::load(&soma.0)).store(&mut sum.0);
        }
        for k in 0..last {
            let mut sum = V::load(&self.sums.apical_square[k].0);
            for apical in &self.apical[k] {
                let apical = V::load(&apical.0);
                sum = sum.add(apical.mul(apical));
            }
            sum.store(&mut self.sums.apical_square[k].0);
            let mut sum = V::load(&self.sums.mismatch_square[k].0);
            let somas = self.pyramidal[k + 1]
                .soma
                .iter()
                .zip(&self.interneurons[k].soma);
            for (above, interneuron) in somas {
                let mismatch = V::load(&above.0).sub(V::load(&interneuron.0));
                sum = sum.add(mismatch.mul(mismatch));
            }
            sum.store(&mut self.sums.mismatch_square[k].0);
        }
    }
}

/// The error of a family: its share of `phi(u) - phi(attenuation v)`.
#[inline(always)]
fn miss<V: Vector>(
    transfer: LaneTransfer,
    attenuation: f32,
    share: f64,
    family: &mut Plastic,
    rates: &[Lanes16],
    dendrites: &[Lanes16],
) {
    if !family.is_plastic() {
        return;
    }
    let factor = V::splat((share * family.scale) as f32);
    V::out_of_line(Fire {
        transfer,
        factor: attenuation,
        from: dendrites,
        to: &mut family.error,
    });
    for (error, rate) in family.error.iter_mut().zip(rates) {
        let missed = V::load(&rate.0).sub(V::load(&error.0));
        factor.mul(missed).store(&mut error.0);
    }
    // The lane behind the last neuron may hold the bias rate.
    let inhabited = family.weights.units % WIDTH;
    if let (Some(last), 1..) = (family.error.last_mut(), inhabited) {
        last.0[inhabited..].fill(0.0);
    }
}

#[inline(always)]
fn fluctuate<V: Vector>(u: V, noisy: bool, amplitude: &Lanes16, draw: Option<&Lanes16>) -> V {
    match draw {
        Some(draw) if noisy => u.add(V::load(&amplitude.0).mul(V::load(&draw.0))),
        _ => u,
    }
}
