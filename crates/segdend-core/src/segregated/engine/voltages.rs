//! What a layer's neurons went through in a phase.

use std::slice::{ChunksExact, ChunksExactMut};

use crate::simd::lanes::Lanes;

/// Voltages after every step of a phase.
#[derive(Debug, Clone, Default)]
pub(crate) struct Voltages<const W: usize> {
    rows: Vec<Lanes<W>>,
    tiles: usize,
    steps: usize,
    order: Order,
}

/// What lies side by side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// All tiles of a step.
    #[default]
    ByStep,
    /// All steps of a tile.
    ByTile,
}

impl<const W: usize> Voltages<W> {
    #[inline(always)]
    pub(crate) fn begin_phase(&mut self, tiles: usize, steps: usize, order: Order) {
        (self.tiles, self.steps, self.order) = (tiles, steps, order);
        if self.rows.len() < steps * tiles {
            self.rows.resize(steps * tiles, Lanes::ZERO);
        }
    }

    #[inline(always)]
    pub(crate) fn steps(&self) -> usize {
        self.steps
    }

    #[inline(always)]
    pub(crate) fn order(&self) -> Order {
        self.order
    }

    /// All tiles' voltages after a step, where they lie by step.
    #[inline(always)]
    pub(crate) fn at(&self, step: usize) -> &[Lanes<W>] {
        debug_assert_eq!(self.order, Order::ByStep);
        &self.rows[step * self.tiles..(step + 1) * self.tiles]
    }

    /// All tiles' voltages after the step before, where the phase has one, and a buffer for those after
    /// `step`, where they lie by step.
    #[inline(always)]
    pub(crate) fn before_and_at(&mut self, step: usize) -> (Option<&[Lanes<W>]>, &mut [Lanes<W>]) {
        debug_assert_eq!(self.order, Order::ByStep);
        let (before, rows) = self.rows.split_at_mut(step * self.tiles);
        let before = before.rchunks_exact(self.tiles).next();
        (before, &mut rows[..self.tiles])
    }

    /// One tile's voltages, a row a step, where they lie by tile.
    #[inline(always)]
    pub(crate) fn of(&self, tile: usize) -> &[Lanes<W>] {
        debug_assert_eq!(self.order, Order::ByTile);
        &self.rows[tile * self.steps..(tile + 1) * self.steps]
    }

    /// A buffer for one tile's voltages after each step.
    #[inline(always)]
    pub(crate) fn buffer_of(&mut self, tile: usize) -> RowsOfTile<'_, W> {
        let (first, stride, place) = self.strides(tile);
        let rows = &mut self.rows[first..first + self.steps * stride];
        RowsOfTile {
            rows: rows.chunks_exact_mut(stride),
            place,
        }
    }

    /// One tile's voltages after each step.
    #[inline(always)]
    pub(crate) fn rows_of(
        &self,
        tile: usize,
    ) -> impl ExactSizeIterator<Item = &Lanes<W>> + DoubleEndedIterator {
        let (first, stride, place) = self.strides(tile);
        let rows = &self.rows[first..first + self.steps * stride];
        let rows: ChunksExact<'_, _> = rows.chunks_exact(stride);
        rows.map(move |row| &row[place])
    }

    /// Where a tile's rows begin, how far they lie apart, and their place in what lies between.
    #[inline(always)]
    fn strides(&self, tile: usize) -> (usize, usize, usize) {
        match self.order {
            Order::ByStep => (0, self.tiles, tile),
            Order::ByTile => (tile * self.steps, 1, 0),
        }
    }
}

/// A buffer for one tile's voltages, step after step.
pub(crate) struct RowsOfTile<'a, const W: usize> {
    rows: ChunksExactMut<'a, Lanes<W>>,
    place: usize,
}

impl<const W: usize> RowsOfTile<'_, W> {
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<&mut Lanes<W>> {
        self.rows.next()?.get_mut(self.place)
    }
}
