//! The inner loop below the soma: the dendrites that the layer below drives, tile by tile.
//!
//! The kernel of Eq. 10 is a difference of two exponentials, so `W PSP` is
//! `(slow - fast) / (tau_L - tau_s)`, where each filter obeys
//! `filter <- exp(-1/tau) (filter + column sum of this step's spikes)`. Where only the newest K
//! steps count, the column sum of K steps ago leaves again with the factor `exp(-(K+1)/tau)`.

use super::column_sums::{ColumnSumsOfTile, Interleaved, RunToEnd, column_sum};
use super::constants::Constants;
use super::spike_train::SpikeTrain;
use crate::simd::lanes::Lanes;
use crate::simd::{Vector, Wide};

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
    /// The present tile's column sums, a row a step; scratch.
    sums: Vec<Lanes<W>>,
}

/// The weights onto a tile, `units` of whose lanes hold neurons.
#[derive(Clone, Copy)]
pub(crate) struct Afferents<'a, const W: usize> {
    pub(crate) columns: &'a [Lanes<W>],
    pub(crate) bias: &'a Lanes<W>,
    pub(crate) units: usize,
}

impl<const W: usize> Dendrites<W> {
    /// Dendrites at rest, that remember column sums of `memory` steps.
    pub(crate) fn new(tiles: usize, memory: usize) -> Self {
        Self {
            filters: vec![Filters::REST; tiles],
            ring: vec![Lanes::ZERO; tiles * memory],
            oldest: 0,
            memory,
            sums: Vec::new(),
        }
    }

    #[inline(always)]
    pub(crate) fn begin_phase(&mut self, steps: usize) {
        if self.sums.len() < steps {
            self.sums.resize(steps, Lanes::ZERO);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.filters.fill(Filters::REST);
        self.ring.fill(Lanes::ZERO);
        self.oldest = 0;
    }

    /// Adds up what arrives at a tile in each of the phase's `steps`, with other work interleaved; where
    /// registers are few, the other work is done first.
    #[inline(always)]
    pub(crate) fn add_up<V: Vector, B: Interleaved>(
        &mut self,
        afferents: Afferents<'_, W>,
        spikes: &SpikeTrain,
        steps: usize,
        interleaved: B,
    ) {
        let (columns, units) = (afferents.columns, afferents.units);
        let sums = &mut self.sums[..steps];
        if V::MANY_REGISTERS {
            V::out_of_line(ColumnSumsOfTile {
                columns,
                units,
                spikes,
                sums,
                interleaved,
            });
        } else {
            V::out_of_line(RunToEnd(interleaved));
            V::out_of_line(ColumnSumsOfTile {
                columns,
                units,
                spikes,
                sums,
                interleaved: (),
            });
        }
    }

    /// Advances the lanes of a tile from `first` on over the `steps` that have been added up (Eqs. 10, 11
    /// and 14). The ring is turned once all tiles have been.
    #[inline(always)]
    pub(crate) fn advance<V: Vector, const N: usize>(
        &mut self,
        c: &Constants,
        bias: &Lanes<W>,
        tile: usize,
        first: usize,
        steps: usize,
        driven: &mut impl Driven<V, N>,
    ) {
        let mut filtering = Filtering::begin(c, bias, &self.filters[tile], first);
        let sums = &self.sums[..steps];
        if self.memory == 0 {
            for sum in sums {
                driven.step(filtering.step::<W>(Wide::load_from(sum, first), None));
            }
        } else {
            let ring = &mut self.ring[tile * self.memory..(tile + 1) * self.memory];
            let mut oldest = self.oldest;
            for sum in sums {
                let sum = Wide::load_from(sum, first);
                driven.step(filtering.step(sum, Some(&mut ring[oldest])));
                oldest += 1;
                if oldest == ring.len() {
                    oldest = 0;
                }
            }
        }
        filtering.end(&mut self.filters[tile]);
    }

    /// Advances one tile by one step, in which some neurons below have fired; returns B or V after it.
    /// The ring is turned once all tiles have been.
    #[inline(always)]
    pub(crate) fn step<V: Vector, const N: usize>(
        &mut self,
        c: &Constants,
        afferents: Afferents<'_, W>,
        tile: usize,
        fired: &[u16],
    ) -> Wide<V, N> {
        let sum = column_sum(afferents.columns, fired);
        let mut filtering = Filtering::begin(c, afferents.bias, &self.filters[tile], 0);
        let ring = &mut self.ring[tile * self.memory..(tile + 1) * self.memory];
        let voltage = filtering.step(sum, ring.get_mut(self.oldest));
        filtering.end(&mut self.filters[tile]);
        voltage
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

/// A tile's filters on their way through some steps.
struct Filtering<V, const N: usize> {
    /// Their first lane.
    first: usize,
    decay_slow: Wide<V, N>,
    decay_fast: Wide<V, N>,
    leave_slow: Wide<V, N>,
    leave_fast: Wide<V, N>,
    psp_scale: Wide<V, N>,
    bias: Wide<V, N>,
    slow: Wide<V, N>,
    fast: Wide<V, N>,
}

impl<V: Vector, const N: usize> Filtering<V, N> {
    #[inline(always)]
    fn begin<const W: usize>(
        c: &Constants,
        bias: &Lanes<W>,
        filters: &Filters<W>,
        first: usize,
    ) -> Self {
        Self {
            first,
            decay_slow: Wide::splat(c.decay_slow),
            decay_fast: Wide::splat(c.decay_fast),
            leave_slow: Wide::splat(c.leave_slow),
            leave_fast: Wide::splat(c.leave_fast),
            psp_scale: Wide::splat(c.psp_scale),
            bias: Wide::load_from(bias, first),
            slow: Wide::load_from(&filters.slow, first),
            fast: Wide::load_from(&filters.fast, first),
        }
    }

    /// B or V after a step. Where the kernel is truncated, the step's column sum takes the row of the
    /// oldest, which leaves.
    #[inline(always)]
    fn step<const W: usize>(&mut self, sum: Wide<V, N>, row: Option<&mut Lanes<W>>) -> Wide<V, N> {
        self.slow = self.decay_slow.mul(self.slow.add(sum));
        self.fast = self.decay_fast.mul(self.fast.add(sum));
        if let Some(row) = row {
            let leaving = Wide::load_from(row, self.first);
            self.slow = self.slow.sub(self.leave_slow.mul(leaving));
            self.fast = self.fast.sub(self.leave_fast.mul(leaving));
            sum.store_from(row, self.first);
        }
        let psp = self.slow.sub(self.fast).mul(self.psp_scale);
        psp.add(self.bias)
    }

    #[inline(always)]
    fn end<const W: usize>(self, filters: &mut Filters<W>) {
        self.slow.store_from(&mut filters.slow, self.first);
        self.fast.store_from(&mut filters.fast, self.first);
    }
}
