//! A tile of dot products: a few packed rows times several.
//!
//! One step along the dimensions multiplies every row of the one with every row of the other: a
//! value loaded once serves many products, and the sums stay in registers. Each product is a plain
//! sum along the dimensions from the first to the last, so its bits depend neither on the tile it
//! fell into nor on the width of the registers (no multiplication is fused with its addition).

use std::ops::{Add, Mul};

/// The products of `ROWS` with `WIDTH` rows, both packed: an entry holds one dimension of all.
pub(crate) fn multiply<T, const ROWS: usize, const WIDTH: usize>(
    few: &[[T; ROWS]],
    others: &[[T; WIDTH]],
) -> [[T; WIDTH]; ROWS]
where
    T: Copy + Default + Add<Output = T> + Mul<Output = T>,
{
    let mut sums = [[T::default(); WIDTH]; ROWS];
    for (few, others) in few.iter().zip(others) {
        for (sums, &value) in sums.iter_mut().zip(few) {
            for (sum, &other) in sums.iter_mut().zip(others) {
                *sum = *sum + value * other;
            }
        }
    }
    sums
}
