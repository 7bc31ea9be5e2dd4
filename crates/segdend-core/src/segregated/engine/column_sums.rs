//! What a step costs: the weight columns of the neurons that fired, added up.

use super::spike_train::SpikeTrain;
use crate::simd::lanes::Lanes;
use crate::simd::{Kernel, Vector, Wide, for_vectors};

/// Other work, interleaved with the sums in pieces: a processor that waits for columns, or has mispredicted
/// the end of a step's spikes, has time to calculate.
pub(crate) trait Interleaved {
    /// Does a piece.
    fn piece<V: Vector>(&mut self);
    /// Does what is left once the sums are done.
    fn finish<V: Vector>(self);
}

impl<B: Interleaved> Interleaved for Option<B> {
    #[inline(always)]
    fn piece<V: Vector>(&mut self) {
        if let Some(interleaved) = self {
            interleaved.piece::<V>();
        }
    }

    #[inline(always)]
    fn finish<V: Vector>(self) {
        if let Some(interleaved) = self {
            interleaved.finish::<V>();
        }
    }
}

impl Interleaved for () {
    #[inline(always)]
    fn piece<V: Vector>(&mut self) {}

    #[inline(always)]
    fn finish<V: Vector>(self) {}
}

/// Such other work alone, from its beginning to its end.
pub(crate) struct RunToEnd<B>(pub(crate) B);

impl<B: Interleaved> Kernel for RunToEnd<B> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        self.0.finish::<V>();
    }
}

/// The sums of a phase's steps onto a tile, and a piece of other work a step.
pub(crate) struct ColumnSumsOfTile<'a, B, const W: usize> {
    pub(crate) columns: &'a [Lanes<W>],
    /// How many of the tile's lanes hold neurons.
    pub(crate) units: usize,
    pub(crate) spikes: &'a SpikeTrain,
    /// A row a step.
    pub(crate) sums: &'a mut [Lanes<W>],
    pub(crate) interleaved: B,
}

impl<B: Interleaved, const W: usize> Kernel for ColumnSumsOfTile<'_, B, W> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let mut interleaved = self.interleaved;
        for_vectors!(W, self.units, N => {
            for (step, row) in self.sums.iter_mut().enumerate() {
                interleaved.piece::<V>();
                column_sum::<V, W, N>(self.columns, self.spikes.at(step)).store(row);
            }
        });
        interleaved.finish::<V>();
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
