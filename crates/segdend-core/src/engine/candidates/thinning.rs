//! Spikes from candidates and voltages.

use std::ops::Range;

use super::{Candidates, TileCandidates};
use crate::engine::dispatch::{StepOfTile, TOGETHER, Vector, Work};
use crate::engine::lanes::Lanes;
use crate::engine::spike_train::{SpikeTrain, SpikeWriter};
use crate::engine::voltages::Voltages;

/// Finding a layer's spikes in some steps, which follow those that have been looked at.
pub(crate) struct Thinning<'a, const W: usize> {
    pub(crate) candidates: &'a mut Candidates,
    pub(crate) units: usize,
    pub(crate) voltages: &'a Voltages<W>,
    pub(crate) steps: Range<usize>,
    pub(crate) fired: &'a mut SpikeTrain,
}

impl<const W: usize> Work for Thinning<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let mut fired = self.fired.write(self.candidates.count());
        for step in self.steps {
            let somas = self.voltages.at(step);
            self.candidates
                .thin::<V, W>(self.units, somas, step, &mut fired);
            fired.end_step();
        }
    }
}

impl Candidates {
    /// Finds the spikes of one step among the layer's `units`, from all tiles' voltages, and adds them
    /// to `fired`, whose step is not ended. Steps must be taken in order.
    #[inline(always)]
    pub(super) fn thin<V: Vector, const W: usize>(
        &mut self,
        units: usize,
        somas: &[Lanes<W>],
        step: usize,
        fired: &mut SpikeWriter<'_>,
    ) {
        let mut place = StepOfTile {
            first_cell: (step * W) as u32,
            first_neuron: 0,
            units: units as u32,
        };
        for (tile, somas) in self.tiles.iter_mut().zip(somas) {
            loop {
                let (cells, thresholds) = tile.following();
                // The last cell alone tells whether there may be more: known before anything is found,
                // and so the branch is not waited for.
                let may_be_more = cells[TOGETHER - 1] < place.first_cell + W as u32;
                let found = V::thin(somas, place, cells, thresholds, fired.room());
                fired.add(found.spikes);
                tile.next += found.candidates;
                if !may_be_more {
                    break;
                }
            }
            place.first_neuron += W as u32;
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
}
