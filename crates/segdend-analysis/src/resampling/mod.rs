//! What chance alone would do, by doing it: the bootstrap and the permutation test.
//!
//! Both draw many rearrangements of the data. The k-th one has a generator of its own, xoshiro256++
//! with a seed made from its purpose, the caller's seed and k, and a place of its own in the result, so the
//! answer does not depend on the number of threads or on who draws first.

mod bootstrap;
mod permutation;

pub use bootstrap::{BootstrapIntervals, BootstrapOptions, TwoSampleStatistic, bootstrap};
pub use permutation::{PermutationMethod, PermutationOptions, PermutationTest, permutation_test};

use rand_xoshiro::rand_core::{Rng, SeedableRng};
use rand_xoshiro::{SplitMix64, Xoshiro256PlusPlus};

/// How far apart SplitMix64's states lie: its k-th number is that of the seed moved k times as far.
const SPLIT_MIX_STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// What random numbers are for. Each purpose has streams of its own, so that a bootstrap and a
/// permutation test of one seed do not see the same numbers.
#[derive(Clone, Copy)]
enum Purpose {
    Permutation,
    Bootstrap,
}

impl Purpose {
    /// What the seed is combined with: far apart in every bit.
    fn key(self) -> u64 {
        match self {
            Self::Permutation => 0,
            Self::Bootstrap => 0xd1b5_4a32_d192_ed03,
        }
    }
}

/// The generator of the k-th rearrangement: seeded with the k-th number of SplitMix64.
fn stream(purpose: Purpose, seed: u64, index: u64) -> Xoshiro256PlusPlus {
    let moved = (seed ^ purpose.key()).wrapping_add(index.wrapping_mul(SPLIT_MIX_STEP));
    Xoshiro256PlusPlus::seed_from_u64(SplitMix64::seed_from_u64(moved).next_u64())
}

/// An index below `count`, as the high half of a product (Lemire 2019, without his rejection: the
/// bias is below `count` / 2^64).
fn draw_index(generator: &mut Xoshiro256PlusPlus, count: usize) -> usize {
    ((u128::from(generator.next_u64()) * count as u128) >> 64) as usize
}
