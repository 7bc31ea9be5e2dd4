//! Keyed random streams: a generator is named by what its numbers are for, never by when they
//! are drawn.
//!
//! `(seed, purpose, epoch, example)` gives the same numbers on one thread or many, in a fresh run
//! or in one that was killed and resumed, whatever else was drawn before.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

/// What a stream of random numbers is for. The discriminants are part of the model's version:
/// changing one changes every result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
#[non_exhaustive]
pub enum Purpose {
    /// Initial feedforward weights and biases (epoch 0, example = layer).
    InitialWeights = 1,
    /// Initial feedback weights (epoch 0, example = hidden layer).
    InitialFeedback = 2,
    /// The order of the training images in an epoch.
    TrainingOrder = 3,
    /// Phase lengths of a training example.
    PhaseLengths = 4,
    /// Stochastic plateau times of a training example.
    PlateauTimes = 5,
    /// Spikes of a training example.
    TrainingSpikes = 6,
    /// Spikes of a test image.
    TestSpikes = 7,
    /// Noise on symmetric feedback after a training example.
    FeedbackNoise = 8,
    /// The permutation of a shuffled control.
    ShuffledControl = 9,
}

/// A position in the space of streams.
///
/// ```
/// use rand::Rng;
/// use segdend_core::rng::{Purpose, StreamKey};
///
/// let key = StreamKey::new(7, Purpose::TrainingSpikes, 1, 42);
/// assert_eq!(key.generator().next_u64(), key.generator().next_u64());
/// let other = StreamKey::new(7, Purpose::TrainingSpikes, 1, 43);
/// assert_ne!(key.generator().next_u64(), other.generator().next_u64());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StreamKey(u64);

impl StreamKey {
    /// The stream of `purpose` for one example of one epoch of a run with this seed.
    pub fn new(seed: u64, purpose: Purpose, epoch: u64, example: u64) -> Self {
        Self(mix(0x5e9d_e4d0_0000_0000, seed))
            .within(purpose as u64)
            .within(epoch)
            .within(example)
    }

    /// A stream inside this one, for instance that of one layer in one phase.
    #[must_use]
    pub fn within(self, part: u64) -> Self {
        Self(mix(self.0, part))
    }

    /// A generator at the start of this stream.
    pub fn generator(self) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(self.0)
    }

    /// The key as a number, for generators of another kind.
    pub(crate) fn bits(self) -> u64 {
        self.0
    }
}

/// SplitMix64's finaliser (Steele, Lea and Flood 2014): a bijection that scatters every input bit.
pub(crate) fn scatter(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn mix(state: u64, part: u64) -> u64 {
    scatter(
        scatter(state ^ 0x9e37_79b9_7f4a_7c15)
            .wrapping_add(part.wrapping_mul(0xd134_2543_de82_ef95)),
    )
}

#[cfg(test)]
mod tests {
    //! Promise: different keys name different streams, and a stream never changes between versions.
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn neighbouring_keys_do_not_collide() {
        let mut seen = HashSet::new();
        for seed in 0..4 {
            for purpose in [
                Purpose::TrainingSpikes,
                Purpose::TestSpikes,
                Purpose::PhaseLengths,
            ] {
                for epoch in 0..10 {
                    for example in 0..1_000 {
                        assert!(seen.insert(StreamKey::new(seed, purpose, epoch, example).bits()));
                    }
                }
            }
        }
    }

    #[test]
    fn a_stream_is_what_it_was() {
        assert_eq!(
            StreamKey::new(1, Purpose::TrainingOrder, 2, 3).bits(),
            13_327_151_703_077_686_223
        );
    }
}
