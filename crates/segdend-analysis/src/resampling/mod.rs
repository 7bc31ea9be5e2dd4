//! What chance alone would do, by doing it: the bootstrap and the permutation test.
//!
//! Both draw many rearrangements of the data. The k-th one has a generator of its own, xoshiro256++
//! with a seed made from the caller's seed and k, and a place of its own in the result, so the
//! answer does not depend on the number of threads or on who draws first.

mod bootstrap;
mod permutation;

pub use bootstrap::{BootstrapIntervals, BootstrapOptions, TwoSampleStatistic, bootstrap};
pub use permutation::{PermutationMethod, PermutationOptions, PermutationTest, permutation_test};

use rand_xoshiro::rand_core::{Rng, SeedableRng};
use rand_xoshiro::{SplitMix64, Xoshiro256PlusPlus};

/// How far apart SplitMix64's states lie: its k-th number is that of the seed moved k times as far.
const SPLIT_MIX_STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The generator of the k-th rearrangement: seeded with the k-th number of SplitMix64.
fn stream(seed: u64, index: u64) -> Xoshiro256PlusPlus {
    let moved = seed.wrapping_add(index.wrapping_mul(SPLIT_MIX_STEP));
    Xoshiro256PlusPlus::seed_from_u64(SplitMix64::seed_from_u64(moved).next_u64())
}

/// An index below `count`, as the high half of a product (Lemire 2019, without his rejection: the
/// bias is below `count` / 2^64).
fn draw_index(generator: &mut Xoshiro256PlusPlus, count: usize) -> usize {
    ((u128::from(generator.next_u64()) * count as u128) >> 64) as usize
}
