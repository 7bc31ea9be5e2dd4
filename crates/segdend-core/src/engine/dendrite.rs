//! The inner loop below the soma: one tile of neurons, the dendrites that the layer below drives.
//!
//! The kernel of Eq. 10 is a difference of two exponentials, so `W PSP` is
//! `(slow - fast) / (tau_L - tau_s)`, where each filter obeys
//! `filter <- exp(-1/tau) (filter + column sum of this step's spikes)`. Where only the newest K
//! steps count, the column sum of K steps ago leaves again with the factor `exp(-(K+1)/tau)`.

use super::constants::Constants;
use super::dispatch::{Vector, Wide};
use super::lanes::Lanes;
use super::spike_train::SpikeTrain;

/// What a tile's dendrites carry from step to step.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Filters<const W: usize> {
    /// Weighted sum of the presynaptic spikes through `exp(-age / tau_L)`.
    pub(crate) slow: Lanes<W>,
    /// The same through `exp(-age / tau_s)`.
    pub(crate) fast: Lanes<W>,
}

impl<const W: usize> Filters<W> {
    pub(crate) const REST: Self = Self {
        slow: Lanes::ZERO,
        fast: Lanes::ZERO,
    };
}

/// Column sums of the newest K steps of one tile, a ring; empty for an unlimited kernel.
pub(crate) struct Ring<'a, const W: usize> {
    pub(crate) rows: &'a mut [Lanes<W>],
    /// The row of K steps ago, which the next step replaces.
    pub(crate) oldest: usize,
}

/// What is driven by the dendrites of a tile. (A trait, since closures cannot be compiled for every
/// register width.)
pub(crate) trait Driven<V, const N: usize> {
    /// Takes B or V after the step that follows the one before.
    fn step(&mut self, voltage: Wide<V, N>);
}

/// Eqs. 10, 11 and 14 for one tile over `steps`.
#[allow(
    clippy::too_many_arguments,
    reason = "what an inner loop reads, by name"
)]
#[inline(always)]
pub(crate) fn advance<V: Vector, const W: usize, const N: usize>(
    c: &Constants,
    columns: &[Lanes<W>],
    bias: &Lanes<W>,
    spikes: &SpikeTrain,
    filters: &mut Filters<W>,
    ring: Ring<'_, W>,
    steps: std::ops::Range<usize>,
    driven: &mut impl Driven<V, N>,
) {
    if ring.rows.is_empty() {
        go_on::<V, W, N, false>(c, columns, bias, spikes, filters, ring, steps, driven);
    } else {
        go_on::<V, W, N, true>(c, columns, bias, spikes, filters, ring, steps, driven);
    }
}

#[allow(
    clippy::too_many_arguments,
    reason = "what an inner loop reads, by name"
)]
#[inline(always)]
fn go_on<V: Vector, const W: usize, const N: usize, const TRUNCATED: bool>(
    c: &Constants,
    columns: &[Lanes<W>],
    bias: &Lanes<W>,
    spikes: &SpikeTrain,
    filters: &mut Filters<W>,
    ring: Ring<'_, W>,
    steps: std::ops::Range<usize>,
    driven: &mut impl Driven<V, N>,
) {
    let (decay_slow, decay_fast) = (Wide::<V, N>::splat(c.decay_slow), Wide::splat(c.decay_fast));
    let (leave_slow, leave_fast) = (Wide::splat(c.leave_slow), Wide::splat(c.leave_fast));
    let (psp_scale, bias) = (Wide::splat(c.psp_scale), Wide::load(bias));
    let (mut slow, mut fast) = (Wide::load(&filters.slow), Wide::load(&filters.fast));
    let mut oldest = ring.oldest;
    for step in steps {
        let sum = column_sum(columns, spikes.at(step));
        slow = decay_slow.mul(slow.add(sum));
        fast = decay_fast.mul(fast.add(sum));
        if TRUNCATED {
            let row = &mut ring.rows[oldest];
            let leaving = Wide::load(row);
            slow = slow.sub(leave_slow.mul(leaving));
            fast = fast.sub(leave_fast.mul(leaving));
            sum.store(row);
            oldest += 1;
            if oldest == ring.rows.len() {
                oldest = 0;
            }
        }
        driven.step(slow.sub(fast).mul(psp_scale).add(bias));
    }
    slow.store(&mut filters.slow);
    fast.store(&mut filters.fast);
}

impl<const W: usize> Filters<W> {
    /// B or V as [`advance`] left it.
    pub(crate) fn voltage(&self, c: &Constants, bias: &Lanes<W>) -> Lanes<W> {
        let psp = self
            .slow
            .zip(&self.fast, |slow, fast| (slow - fast) * c.psp_scale);
        psp.zip(bias, |psp, bias| psp + bias)
    }
}

/// The sum of the columns of the neurons that fired. Narrow tiles are summed in several chains,
/// so that one addition need not wait for the other.
#[inline(always)]
pub(crate) fn column_sum<V: Vector, const W: usize, const N: usize>(
    columns: &[Lanes<W>],
    spikes: &[u16],
) -> Wide<V, N> {
    let chains = const { if W < 64 { 64 / W } else { 1 } };
    let mut sums = [Wide::splat(0.0); 4];
    let mut rounds = spikes.chunks_exact(chains);
    for round in &mut rounds {
        for (sum, &neuron) in sums.iter_mut().zip(round) {
            *sum = sum.add(Wide::load(&columns[usize::from(neuron)]));
        }
    }
    for (sum, &neuron) in sums.iter_mut().zip(rounds.remainder()) {
        *sum = sum.add(Wide::load(&columns[usize::from(neuron)]));
    }
    match chains {
        1 => sums[0],
        2 => sums[0].add(sums[1]),
        _ => sums[0].add(sums[1]).add(sums[2].add(sums[3])),
    }
}
