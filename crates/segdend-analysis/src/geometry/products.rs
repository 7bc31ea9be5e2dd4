//! Dot products of rows with all rows, a tile of them at a time.

use crate::product_tiles::{Entry, multiply};
use ndarray::ArrayView2;
use std::ops::Range;

/// Rows of a tile; with sixteen single or eight double numbers a row, the sums fill half the
/// registers of a processor with AVX2.
const TILE_ROWS: usize = 4;

/// Rows compared with all others together: as many as stay in the second cache with one panel.
pub(crate) const BLOCK: usize = 64;

/// All rows in panels of `WIDTH`: entry (panel, dimension) holds that dimension of `WIDTH` rows,
/// zero where there are no more.
pub(crate) struct PackedRows<T, const WIDTH: usize> {
    samples: usize,
    dimensions: usize,
    panels: Vec<[T; WIDTH]>,
}

impl<T: Entry, const WIDTH: usize> PackedRows<T, WIDTH> {
    pub(crate) fn of(rows: ArrayView2<'_, T>) -> Self {
        let (samples, dimensions) = rows.dim();
        Self {
            samples,
            dimensions,
            panels: pack(rows, 0..samples),
        }
    }

    /// Visits the products of a block of rows with all rows: the row's place in the block, the
    /// first of the others, and the products with it and those that follow.
    ///
    /// For each row the others come in order, the last ones padded with zeros.
    pub(crate) fn for_each_product(
        &self,
        rows: ArrayView2<'_, T>,
        block: Range<usize>,
        mut visit: impl FnMut(usize, usize, [T; WIDTH]),
    ) {
        if self.dimensions == 0 {
            for row in 0..block.len() {
                for panel in 0..self.samples.div_ceil(WIDTH) {
                    visit(row, panel * WIDTH, [T::default(); WIDTH]);
                }
            }
            return;
        }
        let count = block.len();
        let tiles: Vec<[T; TILE_ROWS]> = pack(rows, block);
        for (panel, others) in self.panels.chunks_exact(self.dimensions).enumerate() {
            for (tile, few) in tiles.chunks_exact(self.dimensions).enumerate() {
                let products = multiply(few, others);
                let first_row = tile * TILE_ROWS;
                for (row, products) in (first_row..count).zip(products) {
                    visit(row, panel * WIDTH, products);
                }
            }
        }
    }
}

fn pack<T: Entry, const WIDTH: usize>(
    rows: ArrayView2<'_, T>,
    block: Range<usize>,
) -> Vec<[T; WIDTH]> {
    let dimensions = rows.ncols();
    let mut packed = Vec::with_capacity(block.len().div_ceil(WIDTH) * dimensions);
    for first in block.clone().step_by(WIDTH) {
        let count = WIDTH.min(block.end - first);
        packed.extend((0..dimensions).map(|dimension| {
            let mut entry = [T::default(); WIDTH];
            for (lane, value) in entry.iter_mut().take(count).enumerate() {
                *value = rows[(first + lane, dimension)];
            }
            entry
        }));
    }
    packed
}
