//! The inner loop below the soma: the dendrites that the layer below drives, tile by tile.
//!
//! The kernel of Eq. 10 is a difference of two exponentials, so `W PSP` is
//! `(slow - fast) / (tau_L - tau_s)`, where each filter obeys
//! `filter <- exp(-1/tau) (filter + column sum of this step's spikes)`. Where only the newest K
//! steps count, the column sum of K steps ago leaves again with the factor `exp(-(K+1)/tau)`.

use std::ops::Range;

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
    const REST: Self = Self {
        slow: Lanes::ZERO,
        fast: Lanes::ZERO,
    };

    /// B or V (Eqs. 11 and 14) as these filters leave it.
    pub(crate) fn voltage(&self, c: &Constants, bias: &Lanes<W>) -> Lanes<W> {
        let psp = self
            .slow
            .zip(&self.fast, |slow, fast| (slow - fast) * c.psp_scale);
        psp.zip(bias, |psp, bias| psp + bias)
    }
}

/// A layer's dendrites.
#[derive(Debug, Clone)]
pub(crate) struct Dendrites<const W: usize> {
    pub(crate) filters: Vec<Filters<W>>,
    /// Column sums of the newest K steps, K rows a tile; empty for an unlimited kernel.
    pub(crate) ring: Vec<Lanes<W>>,
    /// The ring's row of K steps ago, which the next step replaces; the same for all tiles.
    pub(crate) oldest: usize,
    memory: usize,
}

/// The weights onto a tile.
#[derive(Clone, Copy)]
pub(crate) struct Synapses<'a, const W: usize> {
    pub(crate) columns: &'a [Lanes<W>],
    pub(crate) bias: &'a Lanes<W>,
}

impl<const W: usize> Dendrites<W> {
    /// Dendrites at rest, that remember column sums of `memory` steps.
    pub(crate) fn new(tiles: usize, memory: usize) -> Self {
        Self {
            filters: vec![Filters::REST; tiles],
            ring: vec![Lanes::ZERO; tiles * memory],
            oldest: 0,
            memory,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.filters.fill(Filters::REST);
        self.ring.fill(Lanes::ZERO);
        self.oldest = 0;
    }

    /// Advances one tile over `steps`, see [`advance`]. The ring is turned once all tiles have been.
    #[inline(always)]
    pub(crate) fn advance<V: Vector, const N: usize>(
        &mut self,
        c: &Constants,
        synapses: Synapses<'_, W>,
        spikes: &SpikeTrain,
        tile: usize,
        steps: &Range<usize>,
        driven: &mut impl Driven<V, N>,
    ) {
        let filters = &mut self.filters[tile];
        let steps = steps.clone();
        match self.memory {
            0 => advance::<V, W, N, false>(c, synapses, spikes, filters, &mut [], 0, steps, driven),
            memory => {
                let ring = &mut self.ring[tile * memory..(tile + 1) * memory];
                let oldest = self.oldest;
                advance::<V, W, N, true>(c, synapses, spikes, filters, ring, oldest, steps, driven);
            }
        }
    }

    /// Turns the ring by so many steps.
    #[inline(always)]
    pub(crate) fn turn(&mut self, steps: usize) {
        if self.memory > 0 {
            self.oldest += steps;
            if self.oldest >= self.memory {
                self.oldest %= self.memory;
            }
        }
    }

    /// Lets a tile's dendrites follow a change of its weights by `step` times the presynaptic
    /// neurons' mean postsynaptic potentials, from the inner products of these with the filtered
    /// spikes and with the spikes of each of the newest K steps.
    #[inline(always)]
    pub(crate) fn follow(
        &mut self,
        tile: usize,
        step: &Lanes<W>,
        slow_overlap: f32,
        fast_overlap: f32,
        recent_overlaps: &[f32],
    ) {
        let filters = &mut self.filters[tile];
        filters.slow.add_scaled(slow_overlap, step);
        filters.fast.add_scaled(fast_overlap, step);
        for (age, &overlap) in recent_overlaps.iter().enumerate() {
            let row = (self.oldest + self.memory - 1 - age) % self.memory;
            self.ring[tile * self.memory + row].add_scaled(overlap, step);
        }
    }
}

/// What is driven by the dendrites of a tile. (A trait, since closures cannot be compiled for every
/// register width.)
pub(crate) trait Driven<V, const N: usize> {
    /// Takes B or V after the step that follows the one before.
    fn step(&mut self, voltage: Wide<V, N>);
}

/// Eqs. 10, 11 and 14 for one tile over `steps`. Where the kernel is truncated, `ring` holds the
/// column sums of the newest steps, the oldest in the row `oldest`.
#[allow(
    clippy::too_many_arguments,
    reason = "what an inner loop reads, by name"
)]
#[inline(always)]
fn advance<V: Vector, const W: usize, const N: usize, const TRUNCATED: bool>(
    c: &Constants,
    synapses: Synapses<'_, W>,
    spikes: &SpikeTrain,
    filters: &mut Filters<W>,
    ring: &mut [Lanes<W>],
    mut oldest: usize,
    steps: Range<usize>,
    driven: &mut impl Driven<V, N>,
) {
    let (decay_slow, decay_fast) = (Wide::<V, N>::splat(c.decay_slow), Wide::splat(c.decay_fast));
    let (leave_slow, leave_fast) = (Wide::splat(c.leave_slow), Wide::splat(c.leave_fast));
    let (psp_scale, bias) = (Wide::splat(c.psp_scale), Wide::load(synapses.bias));
    let (mut slow, mut fast) = (Wide::load(&filters.slow), Wide::load(&filters.fast));
    for step in steps {
        let sum = column_sum(synapses.columns, spikes.at(step));
        slow = decay_slow.mul(slow.add(sum));
        fast = decay_fast.mul(fast.add(sum));
        if TRUNCATED {
            let row = &mut ring[oldest];
            let leaving = Wide::load(row);
            slow = slow.sub(leave_slow.mul(leaving));
            fast = fast.sub(leave_fast.mul(leaving));
            sum.store(row);
            oldest += 1;
            if oldest == ring.len() {
                oldest = 0;
            }
        }
        driven.step(slow.sub(fast).mul(psp_scale).add(bias));
    }
    slow.store(&mut filters.slow);
    fast.store(&mut filters.fast);
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
