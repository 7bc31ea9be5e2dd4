//! Spikes from candidates and voltages.

use super::{Candidates, NO_CELL, TileCandidates};
use crate::segregated::engine::spike_train::{SpikeTrain, SpikeWriter};
use crate::segregated::engine::voltages::{Order, Voltages};
use crate::simd::lanes::Lanes;
use crate::simd::{Kernel, StepOfTile, TOGETHER, Vector, flatten};

/// Finding a layer's spikes.
pub(crate) struct Thinning<'a, const W: usize> {
    pub(crate) candidates: &'a mut Candidates,
    pub(crate) units: usize,
    pub(crate) voltages: &'a Voltages<W>,
    pub(crate) fired: &'a mut SpikeTrain,
}

/// Finding them in one step, which follows those that have been looked at.
pub(crate) struct InStep<'a, const W: usize>(pub(crate) Thinning<'a, W>, pub(crate) usize);

/// Finding them in all steps of a phase. Where voltages lie by tile, those of each tile must have been
/// found by [`InTile`], and are put in order.
pub(crate) struct InPhase<'a, const W: usize>(pub(crate) Thinning<'a, W>);

/// Finding one tile's spikes in all steps of a phase, while its voltages are in the nearest cache. Only
/// AVX-512 is faster at picking voltages out of the registers of one step.
pub(crate) struct InTile<'a, const W: usize> {
    pub(crate) candidates: &'a mut Candidates,
    pub(crate) tile: usize,
    /// How many of the tile's lanes hold neurons.
    pub(crate) units: usize,
    /// A row a step.
    pub(crate) voltages: &'a [Lanes<W>],
}

impl<const W: usize> Kernel for InStep<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let (thinning, step) = (self.0, self.1);
        let mut fired = thinning.fired.write(thinning.candidates.count());
        thinning
            .candidates
            .thin::<V, W>(thinning.units, thinning.voltages, step, &mut fired);
        fired.end_step();
    }
}

impl<const W: usize> Kernel for InPhase<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Thinning {
            candidates,
            units,
            voltages,
            fired,
        } = self.0;
        let mut fired = fired.write(candidates.count());
        for step in 0..voltages.steps() {
            if voltages.order() == Order::ByStep {
                candidates.thin::<V, W>(units, voltages, step, &mut fired);
            } else {
                candidates.merge::<W>(step, &mut fired);
            }
            fired.end_step();
        }
    }
}

impl<const W: usize> Kernel for InTile<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        self.candidates.tiles[self.tile].thin::<V, W>(self.voltages, self.units);
    }
}

impl Candidates {
    /// Finds the spikes of one step among the layer's `units` and adds them to `fired`, whose step is
    /// not ended. Steps must be taken in order.
    #[inline(always)]
    fn thin<V: Vector, const W: usize>(
        &mut self,
        units: usize,
        voltages: &Voltages<W>,
        step: usize,
        fired: &mut SpikeWriter<'_>,
    ) {
        let mut place = StepOfTile {
            first_cell: (step * W) as u32,
            first_neuron: 0,
            units: units as u32,
        };
        for (tile, somas) in self.tiles.iter_mut().zip(voltages.at(step)) {
            loop {
                let (cells, thresholds) = tile.following();
                // The last cell alone tells whether there may be more: known before anything is found,
                // and so the branch is not waited for.
                let may_be_more = cells[TOGETHER - 1] < place.first_cell + W as u32;
                let found = V::thin(somas, place, cells, thresholds, fired.buffer());
                fired.add(found.spikes);
                tile.next += found.candidates;
                if !may_be_more {
                    break;
                }
            }
            place.first_neuron += W as u32;
        }
    }

    /// Adds the spikes that were found in all tiles to `fired`, those of one step, which is not ended.
    /// Steps must be taken in order.
    #[inline(always)]
    fn merge<const W: usize>(&mut self, step: usize, fired: &mut SpikeWriter<'_>) {
        let next_step = ((step + 1) * W) as u32;
        for (index, tile) in self.tiles.iter_mut().enumerate() {
            loop {
                let cells: &[u32; TOGETHER] = tile.spikes[tile.merged..]
                    .first_chunk()
                    .expect("padded to the end");
                let neuron = |i: usize| (index * W + cells[i] as usize % W) as u16;
                *fired.buffer() = std::array::from_fn(neuron);
                let inside: u32 = cells.iter().map(|&cell| u32::from(cell < next_step)).sum();
                fired.add(inside as usize);
                tile.merged += inside as usize;
                if (inside as usize) < TOGETHER {
                    break;
                }
            }
        }
    }
}

impl TileCandidates {
    /// The candidates to look at next.
    #[inline(always)]
    fn following(&self) -> (&[u32; TOGETHER], &[f32; TOGETHER]) {
        let cells = self.cells.as_flattened()[self.next..].first_chunk();
        let thresholds = self.thresholds.as_flattened()[self.next..].first_chunk();
        (
            cells.expect("padded to the end"),
            thresholds.expect("padded to the end"),
        )
    }

    /// Finds all spikes among the tile's first `units` lanes, whose voltages are given a row a step.
    #[inline(always)]
    fn thin<V: Vector, const W: usize>(&mut self, voltages: &[Lanes<W>], units: usize) {
        let most = (self.cells.len() + 1) * TOGETHER;
        if self.spikes.len() < most {
            self.spikes.resize(most, NO_CELL);
        }
        let spikes = self.spikes.as_mut_slice();
        let voltages = flatten(voltages);
        let mut found = 0;
        for (cells, thresholds) in self.cells.iter().zip(&self.thresholds) {
            // The last candidates that were drawn lie beyond the phase.
            if cells[0] as usize >= voltages.len() {
                break;
            }
            let buffer = spikes[found..].first_chunk_mut();
            found += V::exceeding(
                voltages,
                cells,
                thresholds,
                buffer.expect("as many as there are candidates"),
            );
        }
        if units < W {
            let mut kept = 0;
            for spike in 0..found {
                spikes[kept] = spikes[spike];
                kept += usize::from((spikes[spike] as usize % W) < units);
            }
            found = kept;
        }
        spikes[found..found + TOGETHER].fill(NO_CELL);
        self.merged = 0;
    }
}
