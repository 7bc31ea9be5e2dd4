//! The pieces of a layer's way through a phase, each a function of its own at every register width.

use super::{LayerState, LayerWeights, SomaDrive};
use crate::segregated::engine::constants::Constants;
use crate::segregated::engine::dendrite::{Afferents, Dendrites, Driven};
use crate::segregated::engine::soma::{Currents, Somata, Sources};
use crate::segregated::engine::voltages::{RowsOfTile, Voltages};
use crate::simd::lanes::Lanes;
use crate::simd::{Kernel, VECTOR, Vector, Wide, for_vectors};

/// Dendrites that go ahead: their voltages are kept where those of the somata will be.
struct StoredDrives<'a, const W: usize> {
    rows: RowsOfTile<'a, W>,
    first: usize,
}

impl<V: Vector, const W: usize, const N: usize> Driven<V, N> for StoredDrives<'_, W> {
    #[inline(always)]
    fn step(&mut self, dendrite: Wide<V, N>) {
        if let Some(row) = self.rows.next() {
            dendrite.store_from(row, self.first);
        }
    }
}

/// Somata that go on as soon as their dendrites have, and where their voltages are kept.
struct DrivenSomata<'a, V, const W: usize, const N: usize> {
    somata: Somata<'a, V, W, N>,
    rows: RowsOfTile<'a, W>,
    first: usize,
}

impl<V: Vector, const W: usize, const N: usize> Driven<V, N> for DrivenSomata<'_, V, W, N> {
    #[inline(always)]
    fn step(&mut self, dendrite: Wide<V, N>) {
        let voltage = self.somata.step(dendrite);
        if let Some(row) = self.rows.next() {
            voltage.store_from(row, self.first);
        }
    }
}

/// A tile's way through a phase: its dendrites, and its somata unless the dendrites go ahead.
pub(super) struct TileThroughPhase<'a, const W: usize> {
    pub(super) c: &'a Constants,
    pub(super) afferents: Afferents<'a, W>,
    pub(super) dendrites: &'a mut Dendrites<W>,
    pub(super) tile: usize,
    pub(super) steps: usize,
    pub(super) somata: Option<SomataOfTile<'a, W>>,
    pub(super) voltages: &'a mut Voltages<W>,
}

/// What a tile's somata begin with, and what drives them.
pub(super) struct SomataOfTile<'a, const W: usize> {
    pub(super) currents: Currents,
    pub(super) sources: Sources<'a, W>,
    pub(super) before: &'a Lanes<W>,
}

impl<const W: usize> Kernel for TileThroughPhase<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self {
            c,
            afferents: Afferents { bias, units, .. },
            dendrites,
            tile,
            steps,
            somata,
            voltages,
        } = self;
        // As many lanes at once as the registers hold with all that changes from step to step.
        let part = if V::MANY_REGISTERS { W } else { VECTOR };
        for first in (0..units).step_by(part) {
            let rows = voltages.buffer_of(tile);
            for_vectors!(W, part.min(units - first), N => match &somata {
                None => {
                    let mut ahead = StoredDrives { rows, first };
                    dendrites.advance::<V, N>(c, bias, tile, first, steps, &mut ahead);
                }
                Some(SomataOfTile { currents, sources, before }) => {
                    let somata = Somata::<V, W, N>::begin(*currents, sources, before, first);
                    let mut driven = DrivenSomata { somata, rows, first };
                    dendrites.advance::<V, N>(c, bias, tile, first, steps, &mut driven);
                }
            });
        }
    }
}

/// A step of all tiles of a layer.
pub(super) struct Step<'a, const W: usize> {
    pub(super) c: &'a Constants,
    pub(super) weights: &'a LayerWeights<W>,
    pub(super) state: &'a mut LayerState<W>,
    /// Spikes from below, unless the dendrites have gone ahead.
    pub(super) arrived: Option<&'a [u16]>,
    pub(super) drive: &'a SomaDrive<'a, W>,
    pub(super) step: usize,
}

impl<const W: usize> Kernel for Step<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self {
            c,
            weights,
            state,
            arrived,
            drive,
            step,
        } = self;
        let (before, row) = state.soma_voltages.before_and_at(step);
        if let Some(fired) = arrived {
            for (tile, voltage) in row.iter_mut().enumerate() {
                let afferents = weights.onto(tile);
                for_vectors!(W, afferents.units, N => {
                    let dendrite: Wide<V, N> = state.dendrites.step(c, afferents, tile, fired);
                    dendrite.store(voltage);
                });
            }
            state.dendrites.turn(1);
        }
        let before = before.unwrap_or(&state.somata);
        for (tile, (before, voltage)) in before.iter().zip(row).enumerate() {
            let sources = drive.sources(weights, tile);
            for_vectors!(W, weights.units_of(tile), N => {
                let mut somata = Somata::<V, W, N>::begin(drive.currents, &sources, before, 0);
                somata.step(Wide::load(voltage)).store(voltage);
            });
        }
    }
}
