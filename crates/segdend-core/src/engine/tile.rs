//! The inner loop: one tile of neurons, its state in registers, over the steps of a phase.
//!
//! The kernel of Eq. 10 is a difference of two exponentials, so `W PSP` is
//! `(slow - fast) / (tau_L - tau_s)`, where each filter obeys
//! `filter <- exp(-1/tau) (filter + column sum of this step's spikes)`. Where only the newest K
//! steps count, the column sum of K steps ago leaves again with the factor `exp(-(K+1)/tau)`.

use super::dispatch::{Vector, Wide};
use super::draws::Candidates;
use super::lanes::Lanes;
use super::math;
use super::spike_train::SpikeTrain;
use crate::params::{DT_MS, KernelMemory, Parameters};

/// The numbers of the inner loop, rounded to f32 once.
#[derive(Debug, Clone)]
pub(crate) struct Constants {
    pub(crate) decay_slow: f32,
    pub(crate) decay_fast: f32,
    /// `exp(-(K+1)/tau)`: what is left of a spike when it leaves a truncated kernel.
    pub(crate) leave_slow: f32,
    pub(crate) leave_fast: f32,
    /// `1 / (tau_L - tau_s)`.
    pub(crate) psp_scale: f32,
    /// K of a truncated kernel, 0 for an unlimited one.
    pub(crate) memory: usize,
    pub(crate) leak: f32,
    pub(crate) apical: f32,
    pub(crate) lambda_max: f32,
}

impl Constants {
    pub(crate) fn new(p: &Parameters) -> Self {
        let decay = |tau_ms: f64, steps: usize| libm::exp(-(steps as f64) * DT_MS / tau_ms) as f32;
        let memory = match p.kernel_memory {
            KernelMemory::Unlimited => 0,
            KernelMemory::NewestSteps(steps) => steps,
        };
        Self {
            decay_slow: decay(p.tau_long_ms, 1),
            decay_fast: decay(p.tau_short_ms, 1),
            leave_slow: decay(p.tau_long_ms, memory + 1),
            leave_fast: decay(p.tau_short_ms, memory + 1),
            psp_scale: (1.0 / (p.tau_long_ms - p.tau_short_ms)) as f32,
            memory,
            leak: (p.leak_conductance * DT_MS) as f32,
            apical: (p.apical_conductance * DT_MS) as f32,
            lambda_max: p.lambda_max_per_ms as f32,
        }
    }
}

/// What a tile carries from step to step, and its sums over the averaging window.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct TileState<const W: usize> {
    /// Weighted sum of the presynaptic spikes through `exp(-age / tau_L)`.
    pub(crate) slow: Lanes<W>,
    /// The same through `exp(-age / tau_s)`.
    pub(crate) fast: Lanes<W>,
    /// B or V after the last step, V.
    pub(crate) dendrite: Lanes<W>,
    /// C or U, V.
    pub(crate) soma: Lanes<W>,
    /// Sum of the soma over the averaging window of this phase.
    pub(crate) soma_sum: Lanes<W>,
}

impl<const W: usize> TileState<W> {
    pub(crate) const REST: Self = Self {
        slow: Lanes::ZERO,
        fast: Lanes::ZERO,
        dendrite: Lanes::ZERO,
        soma: Lanes::ZERO,
        soma_sum: Lanes::ZERO,
    };
}

/// Apical drive of a tile: Y's columns, and at every step what the output layer sends.
#[derive(Clone, Copy)]
pub(crate) struct ApicalDrive<'a, const W: usize> {
    pub(crate) columns: &'a [Lanes<W>],
    /// `signals[step * outputs + unit]`.
    pub(crate) signals: &'a [f32],
}

/// Teaching current of a tile of output units: a conductance of 1 towards these voltages.
pub(crate) type Teacher<'a, const W: usize> = Option<&'a Lanes<W>>;

/// All that [`advance`] reads.
pub(crate) struct TileInputs<'a, const W: usize> {
    pub(crate) constants: &'a Constants,
    /// `g_B` or `g_D`.
    pub(crate) coupling: f32,
    /// The first neuron of the tile.
    pub(crate) first: usize,
    pub(crate) tile: usize,
    pub(crate) columns: &'a [Lanes<W>],
    pub(crate) bias: &'a Lanes<W>,
    pub(crate) spikes: &'a SpikeTrain,
    pub(crate) apical: Option<ApicalDrive<'a, W>>,
    pub(crate) teacher: Teacher<'a, W>,
    pub(crate) candidates: Option<&'a Candidates>,
    /// First step of the averaging window.
    pub(crate) window_start: usize,
}

/// All that [`advance`] writes beside the tile's state.
pub(crate) struct TileOutputs<'a, const W: usize> {
    /// Column sums of the newest K steps, a ring; empty for an unlimited kernel.
    pub(crate) ring: &'a mut [Lanes<W>],
    /// The ring's next place.
    pub(crate) ring_position: usize,
    pub(crate) spikes: &'a mut SpikeTrain,
    /// The rate after every step of the phase, where it is wanted.
    pub(crate) rates: Option<&'a mut [Lanes<W>]>,
}

/// Advances one tile over `steps`.
#[inline(always)]
pub(crate) fn advance<V: Vector, const W: usize>(
    state: &mut TileState<W>,
    inputs: &TileInputs<'_, W>,
    outputs: &mut TileOutputs<'_, W>,
    steps: std::ops::Range<usize>,
) {
    let c = inputs.constants;
    let (decay_slow, decay_fast) = (Wide::<V, W>::splat(c.decay_slow), Wide::splat(c.decay_fast));
    let (leave_slow, leave_fast) = (Wide::splat(c.leave_slow), Wide::splat(c.leave_fast));
    let (psp_scale, bias) = (Wide::splat(c.psp_scale), Wide::load(inputs.bias));
    let (coupling, leak) = (Wide::splat(inputs.coupling), Wide::splat(c.leak));
    let (mut slow, mut fast) = (Wide::load(&state.slow), Wide::load(&state.fast));
    let (mut soma, mut soma_sum) = (Wide::load(&state.soma), Wide::load(&state.soma_sum));
    let mut dendrite = Wide::load(&state.dendrite);
    let mut ring_position = outputs.ring_position;
    for step in steps {
        // Eq. 10, driven by this step's spikes alone.
        let sum = column_sum(inputs.columns, inputs.spikes.at(step));
        slow = decay_slow.mul(slow.add(sum));
        fast = decay_fast.mul(fast.add(sum));
        if let Some(place) = outputs.ring.get_mut(ring_position) {
            let leaving = Wide::load(place);
            slow = slow.sub(leave_slow.mul(leaving));
            fast = fast.sub(leave_fast.mul(leaving));
            sum.store(place);
            ring_position += 1;
            if ring_position == outputs.ring.len() {
                ring_position = 0;
            }
        }
        // Eqs. 11 and 14.
        dendrite = slow.sub(fast).mul(psp_scale).add(bias);
        // Eqs. 12 and 15.
        let mut change = coupling.mul(dendrite.sub(soma)).sub(leak.mul(soma));
        if let Some(apical) = inputs.apical {
            let signals =
                &apical.signals[step * apical.columns.len()..(step + 1) * apical.columns.len()];
            let mut voltage = Wide::splat(0.0);
            for (column, &signal) in apical.columns.iter().zip(signals) {
                voltage = voltage.add(Wide::splat(signal).mul(Wide::load(column)));
            }
            change = change.add(Wide::splat(c.apical).mul(voltage.sub(soma)));
        }
        if let Some(reversal) = inputs.teacher {
            change = change.add(Wide::load(reversal).sub(soma));
        }
        soma = soma.add(change);
        if step >= inputs.window_start {
            soma_sum = soma_sum.add(soma);
        }
        soma.store(&mut state.soma);
        if let Some(rates) = outputs.rates.as_deref_mut() {
            rates[step] = state
                .soma
                .map(|voltage| c.lambda_max * math::sigma(voltage));
        }
        // Eq. 13: thinned candidates.
        if let Some(candidates) = inputs.candidates {
            let candidates = candidates.at(inputs.tile, step);
            let (room, used) = outputs.spikes.room(step);
            let mut fired = 0;
            for (&word, &threshold) in candidates.words.iter().zip(candidates.thresholds) {
                let lane = word as usize & (W - 1);
                room[fired] = (inputs.first + lane) as u16;
                fired += usize::from(state.soma.0[lane] > threshold);
            }
            *used += fired as u32;
        }
    }
    slow.store(&mut state.slow);
    fast.store(&mut state.fast);
    dendrite.store(&mut state.dendrite);
    soma_sum.store(&mut state.soma_sum);
}

/// The sum of the columns of the neurons that fired, in their order.
#[inline(always)]
fn column_sum<V: Vector, const W: usize>(columns: &[Lanes<W>], spikes: &[u16]) -> Wide<V, W> {
    let mut sum = Wide::splat(0.0);
    for &neuron in spikes {
        sum = sum.add(Wide::load(&columns[usize::from(neuron)]));
    }
    sum
}
