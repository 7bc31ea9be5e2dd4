//! A tile of dot products: a few packed rows times several.
//!
//! One step along the dimensions multiplies every row of the one with every row of the other: a
//! value loaded once serves many products, and the sums stay in registers. Each product is a plain
//! sum along the dimensions from the first to the last, so its bits depend neither on the tile it
//! fell into nor on the width of the registers, which is chosen when the program runs (no
//! multiplication is fused with its addition).

use pulp::{Arch, Simd, WithSimd};
use std::ops::{Add, Mul};

/// A number that tiles can be made of.
pub(crate) trait Entry: Copy + Default + Add<Output = Self> + Mul<Output = Self> {}

impl Entry for f32 {}
impl Entry for f64 {}

/// The products of `ROWS` with `WIDTH` rows, both packed: an entry holds one dimension of all.
pub(crate) fn multiply<T: Entry, const ROWS: usize, const WIDTH: usize>(
    few: &[[T; ROWS]],
    others: &[[T; WIDTH]],
) -> [[T; WIDTH]; ROWS] {
    Arch::new().dispatch(Tile { few, others })
}

struct Tile<'a, T, const ROWS: usize, const WIDTH: usize> {
    few: &'a [[T; ROWS]],
    others: &'a [[T; WIDTH]],
}

impl<T: Entry, const ROWS: usize, const WIDTH: usize> WithSimd for Tile<'_, T, ROWS, WIDTH> {
    type Output = [[T; WIDTH]; ROWS];

    // Inlined into a function for the registers at hand, so that the compiler uses them.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let mut sums = [[T::default(); WIDTH]; ROWS];
        for (few, others) in self.few.iter().zip(self.others) {
            for (sums, &value) in sums.iter_mut().zip(few) {
                for (sum, &other) in sums.iter_mut().zip(others) {
                    *sum = *sum + value * other;
                }
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    //! Promise: the registers do not show in the bits.

    use super::multiply;

    fn numbers<const LANES: usize>(count: usize, mut state: u32) -> Vec<[f32; LANES]> {
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..count)
            .map(|_| std::array::from_fn(|_| next()))
            .collect()
    }

    #[test]
    fn every_product_is_the_plain_sum() {
        for count in [0, 1, 7, 501] {
            let (few, others) = (numbers::<4>(count, 1), numbers::<16>(count, 2));
            let found = multiply(&few, &others);
            let double = |rows: &[[f32; 4]]| rows.iter().map(|row| row.map(f64::from)).collect();
            let few_double: Vec<[f64; 4]> = double(&few);
            let others_double: Vec<[f64; 16]> =
                others.iter().map(|row| row.map(f64::from)).collect();
            let found_double = multiply(&few_double, &others_double);
            for row in 0..4 {
                for column in 0..16 {
                    let mut sum = 0.0_f32;
                    let mut sum_double = 0.0_f64;
                    for step in 0..count {
                        // A fused operation would keep what this product loses to rounding.
                        let product = few[step][row] * others[step][column];
                        sum += std::hint::black_box(product);
                        let product = few_double[step][row] * others_double[step][column];
                        sum_double += std::hint::black_box(product);
                    }
                    assert_eq!(found[row][column].to_bits(), sum.to_bits(), "{count}");
                    let double = found_double[row][column];
                    assert_eq!(double.to_bits(), sum_double.to_bits(), "{count}, double");
                }
            }
        }
    }
}
