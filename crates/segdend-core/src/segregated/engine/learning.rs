//! From averages to weights: plateaus, deltas and updates on tiles (Eqs. 17 to 23).
//!
//! Filtered states hold weighted sums of past spikes, so when weights change they must follow.
//! The update is a rank-one product, `W -= g (x) m`, and so is the correction:
//! `W PSP -= g (m . PSP)`.

use super::constants::Constants;
use super::feedback::{FeedbackState, apical_voltage};
use super::layer::{LayerState, LayerWeights};
use super::phase::{Activity, HIDDEN_LANES, OUTPUT_LANES, Settings, Weights};
use super::population::Population;
use crate::segregated::mechanisms::LearningRule;
use crate::segregated::params::{
    HiddenError, HiddenTarget, LossReduction, Parameters, VoltageAverage,
};
use crate::segregated::schedule::{Phase, Schedule};
use crate::simd::lanes::{Lanes, TiledMatrix};
use crate::simd::math;
use crate::simd::{Vector, Wide, for_vectors};

/// A layer's averages in both phases of an example, and its delta.
#[derive(Debug, Clone)]
pub(crate) struct LayerLearning<const W: usize> {
    /// `mean C_f` or `mean U_f`.
    pub(crate) soma_forward: Vec<Lanes<W>>,
    /// Mean apical voltages and plateaus, forward and target phase; hidden layers only.
    pub(crate) apical: [Vec<Lanes<W>>; 2],
    pub(crate) plateau: [Vec<Lanes<W>>; 2],
    /// Mean rates, forward and target phase, where they were kept.
    pub(crate) rate: [Vec<Lanes<W>>; 2],
    pub(crate) delta: Vec<Lanes<W>>,
    /// The bracket of Eq. 7, where it is wanted.
    pub(crate) error: Vec<Lanes<W>>,
}

impl<const W: usize> LayerLearning<W> {
    pub(crate) fn new(tiles: usize) -> Self {
        let zeros = || vec![Lanes::ZERO; tiles];
        Self {
            soma_forward: zeros(),
            apical: [zeros(), zeros()],
            plateau: [zeros(), zeros()],
            rate: [zeros(), zeros()],
            delta: zeros(),
            error: zeros(),
        }
    }

    /// Takes `mean C` (or U) of a phase over its window.
    #[inline(always)]
    pub(crate) fn take_soma(&mut self, state: &LayerState<W>, window_start: usize, divisor: f32) {
        for (mean, sum) in self
            .soma_forward
            .iter_mut()
            .zip(state.window_sums(window_start))
        {
            *mean = sum.map(|sum| sum / divisor);
        }
    }

    /// Takes the mean rates of a phase.
    #[inline(always)]
    pub(crate) fn take_rates(
        &mut self,
        p: &Parameters,
        phase: Phase,
        state: &LayerState<W>,
        window_start: usize,
    ) {
        let lambda_max = p.lambda_max_per_ms as f32;
        state.mean_rates(lambda_max, window_start, &mut self.rate[phase.index()]);
    }
}

impl LayerLearning<HIDDEN_LANES> {
    /// Eq. 17: mean apical voltages before each neuron's plateau, and the plateaus.
    #[inline(always)]
    pub(crate) fn take_plateaus(
        &mut self,
        p: &Parameters,
        weights: &TiledMatrix<HIDDEN_LANES>,
        feedback: &mut FeedbackState,
        schedule: &Schedule,
        phase: Phase,
        layer: usize,
    ) {
        let last = schedule.steps[phase.index()] - 1;
        let integral = |steps: usize| match p.voltage_average {
            VoltageAverage::Mean => 1.0,
            VoltageAverage::Integral => steps as f32,
        };
        let apical = &mut self.apical[phase.index()];
        if schedule.is_stochastic() {
            for early in 0..=p.stochastic_plateau_max_ms.min(last) {
                let plateau_step = last - early;
                let first = p.stochastic_window_start(plateau_step);
                let signal = feedback.mean_signal(first, plateau_step);
                for (tile, apical) in apical.iter_mut().enumerate() {
                    let voltage = apical_voltage(weights, tile, signal)
                        .map(|a| a * integral(plateau_step + 1 - first));
                    let units =
                        weights.units().min((tile + 1) * HIDDEN_LANES) - tile * HIDDEN_LANES;
                    for lane in 0..units {
                        if schedule.plateau_step(phase, layer, tile * HIDDEN_LANES + lane)
                            == plateau_step
                        {
                            apical.0[lane] = voltage.0[lane];
                        }
                    }
                }
            }
        } else {
            let first = p.training_window_start(last + 1);
            let signal = feedback.mean_signal(first, last);
            for (tile, apical) in apical.iter_mut().enumerate() {
                *apical =
                    apical_voltage(weights, tile, signal).map(|a| a * integral(last + 1 - first));
            }
        }
        for (plateau, apical) in self.plateau[phase.index()].iter_mut().zip(apical.iter()) {
            *plateau = apical.map(math::sigma);
        }
    }

    /// The bracket of Eq. 7 with the target of Eqs. 6 and 21, or 25 and 26. Needs mean rates.
    #[inline(always)]
    pub(crate) fn take_error(&mut self, p: &Parameters) {
        let rate = match p.hidden_target {
            HiddenTarget::ForwardRate => &self.rate[0],
            HiddenTarget::TargetRate => &self.rate[1],
        };
        let lambda_max = p.lambda_max_per_ms as f32;
        for tile in 0..self.error.len() {
            let steady = self.soma_forward[tile].map(|c| lambda_max * math::sigma(c));
            let difference = self.plateau[1][tile]
                .zip(&self.plateau[0][tile], |target, forward| target - forward);
            self.error[tile] = rate[tile]
                .zip(&difference, |rate, d| rate + d)
                .zip(&steady, |target, steady| target - steady);
        }
    }

    /// Eq. 22.
    #[inline(always)]
    fn local_delta(&mut self, p: &Parameters) {
        let scale = (-p.basal_attenuation() * p.lambda_max_per_ms) as f32;
        for tile in 0..self.delta.len() {
            let error = match p.hidden_error {
                HiddenError::PlateauDifference => {
                    self.plateau[1][tile].zip(&self.plateau[0][tile], |t, f| t - f)
                }
                HiddenError::TargetMinusRate => self.error[tile],
            };
            self.delta[tile] =
                self.soma_forward[tile].zip(&error, |c, e| scale * math::sigma_prime(c) * e);
        }
    }

    /// What backpropagation puts in its place: `(W_above^T delta_above) k_B lambda_max sigma'`.
    #[inline(always)]
    fn backpropagated_delta<const ABOVE: usize>(
        &mut self,
        p: &Parameters,
        weights: &TiledMatrix<ABOVE>,
        above: &[Lanes<ABOVE>],
    ) {
        let scale = (p.basal_attenuation() * p.lambda_max_per_ms) as f32;
        for (tile, delta) in self.delta.iter_mut().enumerate() {
            let inputs = weights.inputs().min((tile + 1) * HIDDEN_LANES) - tile * HIDDEN_LANES;
            for lane in 0..inputs {
                let mut carried = 0.0;
                for (above_tile, above) in above.iter().enumerate() {
                    let column = &weights.tile(above_tile)[tile * HIDDEN_LANES + lane];
                    for i in 0..ABOVE {
                        carried += column.0[i] * above.0[i];
                    }
                }
                delta.0[lane] =
                    carried * scale * math::sigma_prime(self.soma_forward[tile].0[lane]);
            }
        }
    }
}

impl LayerLearning<OUTPUT_LANES> {
    /// Eqs. 5, 7 and 19. Needs the target phase's mean rates.
    #[inline(always)]
    fn output_delta(&mut self, p: &Parameters, units: usize) {
        let lambda_max = p.lambda_max_per_ms as f32;
        let scale = (-p.dendritic_attenuation() * p.lambda_max_per_ms) as f32;
        for tile in 0..self.delta.len() {
            let steady = self.soma_forward[tile].map(|u| lambda_max * math::sigma(u));
            self.error[tile] = self.rate[1][tile].zip(&steady, |target, steady| target - steady);
            // Lanes beyond the last unit must not learn.
            for lane in units.saturating_sub(tile * OUTPUT_LANES).min(OUTPUT_LANES)..OUTPUT_LANES {
                self.error[tile].0[lane] = 0.0;
            }
            self.delta[tile] = self.soma_forward[tile]
                .zip(&self.error[tile], |u, e| scale * math::sigma_prime(u) * e);
        }
    }
}

/// All layers' averages and deltas.
#[derive(Debug, Clone)]
pub(crate) struct Learning {
    pub(crate) hidden: Vec<LayerLearning<HIDDEN_LANES>>,
    pub(crate) output: LayerLearning<OUTPUT_LANES>,
}

impl Learning {
    /// All layers' deltas, from the weights before any update.
    #[inline(always)]
    pub(crate) fn compute_deltas(&mut self, p: &Parameters, rule: LearningRule, weights: &Weights) {
        self.output.output_delta(p, weights.output.units());
        for layer in (0..self.hidden.len()).rev() {
            let (here, above) = self.hidden.split_at_mut(layer + 1);
            let here = &mut here[layer];
            match (rule, above.first()) {
                (LearningRule::Local, _) => here.local_delta(p),
                (LearningRule::Backpropagation, None) => {
                    here.backpropagated_delta(p, &weights.output.feedforward, &self.output.delta)
                }
                (LearningRule::Backpropagation, Some(above)) => {
                    here.backpropagated_delta(
                        p,
                        &weights.hidden[layer + 1].feedforward,
                        &above.delta,
                    );
                }
            }
        }
    }

    /// Updates every layer and lets its filtered states follow; `hidden_error_scale` is `P_0`.
    #[inline(always)]
    pub(crate) fn update<V: Vector>(
        &self,
        settings: &Settings,
        hidden_error_scale: f64,
        learning_rates: &[f64],
        weights: &mut Weights,
        activity: &mut Activity,
    ) {
        let p = &settings.parameters;
        let hidden = weights.hidden.len();
        for layer in 0..hidden {
            let rate = (learning_rates[layer] * hidden_error_scale) as f32;
            let (weights, state) = (&mut weights.hidden[layer], &mut activity.hidden[layer]);
            update_layer::<V, _>(
                &settings.constants,
                rate,
                &self.hidden[layer].delta,
                &mut activity.populations[layer],
                weights,
                state,
            );
        }
        let rate = (learning_rates[hidden] * p.output_error_scale()) as f32;
        update_layer::<V, _>(
            &settings.constants,
            rate,
            &self.output.delta,
            &mut activity.populations[hidden],
            &mut weights.output,
            &mut activity.output,
        );
    }
}

/// Eqs. 20 and 23 for one layer: only weights from neurons that were active change.
#[inline(always)]
fn update_layer<V: Vector, const W: usize>(
    c: &Constants,
    rate: f32,
    delta: &[Lanes<W>],
    below: &mut Population,
    weights: &mut LayerWeights<W>,
    state: &mut LayerState<W>,
) {
    below.overlap();
    let (slow_overlap, fast_overlap) = match c.memory {
        0 => below.overlap_with_traces(),
        _ => {
            let (mut slow, mut fast) = (0.0, 0.0);
            let (mut decay_slow, mut decay_fast) = (c.decay_slow, c.decay_fast);
            for overlap in below.overlaps_with_recent() {
                slow += decay_slow * overlap;
                fast += decay_fast * overlap;
                decay_slow *= c.decay_slow;
                decay_fast *= c.decay_fast;
            }
            (slow, fast)
        }
    };
    for (tile, delta) in delta.iter().enumerate() {
        let step = delta.map(|d| -rate * d);
        for_vectors!(W, weights.units_of(tile), N => {
            let change = Wide::<V, N>::load(&step);
            let columns = weights.feedforward.tile_mut(tile);
            for &neuron in &below.active {
                let column = &mut columns[usize::from(neuron)];
                let psp = Wide::splat(below.mean_psp[usize::from(neuron)]);
                Wide::load(column).add(psp.mul(change)).store(column);
            }
        });
        weights.biases[tile].add(&step);
        let recent = below.overlaps_with_recent();
        state
            .dendrites
            .follow(tile, &step, slow_overlap, fast_overlap, recent);
    }
}

/// A layer's loss from its errors (Eqs. 7 and 27).
pub(crate) fn loss<const W: usize>(p: &Parameters, error: &[Lanes<W>], units: usize) -> f64 {
    let squared_norm: f64 = error
        .iter()
        .flat_map(|tile| tile.0)
        .take(units)
        .map(|e| f64::from(e) * f64::from(e))
        .sum();
    match p.loss_reduction {
        LossReduction::Sum => squared_norm,
        LossReduction::Mean => squared_norm / units as f64,
    }
}
