//! What a layer's neurons went through in a phase.

use std::slice::{ChunksExact, ChunksExactMut};

use super::lanes::Lanes;

/// Voltages after every step of a phase, all tiles of a step side by side.
#[derive(Debug, Clone, Default)]
pub(crate) struct Voltages<const W: usize> {
    rows: Vec<Lanes<W>>,
    tiles: usize,
    steps: usize,
}

impl<const W: usize> Voltages<W> {
    #[inline(always)]
    pub(crate) fn begin_phase(&mut self, tiles: usize, steps: usize) {
        (self.tiles, self.steps) = (tiles, steps);
        if self.rows.len() < steps * tiles {
            self.rows.resize(steps * tiles, Lanes::ZERO);
        }
    }

    /// All tiles' voltages after a step.
    #[inline(always)]
    pub(crate) fn at(&self, step: usize) -> &[Lanes<W>] {
        &self.rows[step * self.tiles..(step + 1) * self.tiles]
    }

    /// All tiles' voltages after the step before, where the phase has one, and room for those after
    /// `step`.
    #[inline(always)]
    pub(crate) fn before_and_at(&mut self, step: usize) -> (Option<&[Lanes<W>]>, &mut [Lanes<W>]) {
        let (before, rows) = self.rows.split_at_mut(step * self.tiles);
        let before = before.rchunks_exact(self.tiles).next();
        (before, &mut rows[..self.tiles])
    }

    /// Room for one tile's voltages after each of the first `steps`.
    #[inline(always)]
    pub(crate) fn room_of(&mut self, tile: usize, steps: usize) -> RowsOfTile<'_, W> {
        let rows = &mut self.rows[..steps * self.tiles];
        RowsOfTile {
            rows: rows.chunks_exact_mut(self.tiles),
            tile,
        }
    }

    /// All tiles' voltages after each step from `first` on.
    #[inline(always)]
    pub(crate) fn since(&self, first: usize) -> ChunksExact<'_, Lanes<W>> {
        self.rows[first * self.tiles..self.steps * self.tiles].chunks_exact(self.tiles)
    }
}

/// Room for one tile's voltages, step after step.
pub(crate) struct RowsOfTile<'a, const W: usize> {
    rows: ChunksExactMut<'a, Lanes<W>>,
    tile: usize,
}

impl<const W: usize> RowsOfTile<'_, W> {
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<&mut Lanes<W>> {
        self.rows.next()?.get_mut(self.tile)
    }
}
