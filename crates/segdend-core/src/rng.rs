//! Keyed random streams: a generator is named by what its numbers are for, never by when they
//! are drawn.
//!
//! `(seed, purpose, occasion, example)` gives the same numbers on one thread or many, in a fresh run
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
    /// Initial bottom-up weights of a microcircuit (epoch 0, example = layer).
    MicrocircuitUp = 10,
    /// Initial top-down weights of a microcircuit (epoch 0, example = hidden layer).
    MicrocircuitDown = 11,
    /// Initial weights from pyramidal neurons to interneurons (epoch 0, example = hidden layer).
    MicrocircuitIp = 12,
    /// Initial weights from interneurons to apical dendrites (epoch 0, example = hidden layer).
    MicrocircuitPi = 13,
    /// Noise on the potentials of a microcircuit while a pattern is shown.
    PotentialNoise = 14,
    /// Weights of a random teacher network (epoch 0, example = layer).
    TeacherWeights = 15,
    /// Generated patterns (epoch 0, example = pattern).
    GeneratedPatterns = 16,
}

/// On which occasion the numbers of a purpose are drawn. No two occasions share a stream. Their codes,
/// as the discriminants of [`Purpose`], are part of the model's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// An epoch of a training, counted from 1, or the test after it; 0 is before training.
    Epoch(u64),
    /// A repeated test of the final weights.
    FinalTest(u64),
    /// Losses over the test images, after an epoch.
    Losses(u64),
    /// The activity of the layers in response to the test images, final weights.
    LayerActivity,
    /// A test of a network that was trained in a search for learning rates.
    LearningRateSearch,
    /// A single example that is watched step by step.
    WatchedExample,
    /// A measurement of the audit, and which of its repetitions.
    Audit(u64),
}

impl Occasion {
    /// Epochs come first; each of the others has a range of its own behind them.
    fn code(self) -> u64 {
        match self {
            Self::Epoch(epoch) => epoch,
            Self::FinalTest(repeat) => (1 << 32) + repeat,
            Self::Losses(epoch) => (1 << 33) + epoch,
            Self::LayerActivity => (1 << 33) + (1 << 20),
            Self::LearningRateSearch => (1 << 33) + (1 << 21),
            Self::WatchedExample => 1 << 34,
            Self::Audit(repeat) => (1 << 35) + repeat,
        }
    }
}

impl From<u64> for Occasion {
    fn from(epoch: u64) -> Self {
        Self::Epoch(epoch)
    }
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
    /// The stream of `purpose` for one example on an occasion (a plain number is an epoch) of a run with
    /// this seed.
    pub fn new(seed: u64, purpose: Purpose, occasion: impl Into<Occasion>, example: u64) -> Self {
        Self(mix(0x5e9d_e4d0_0000_0000, seed))
            .within(purpose as u64)
            .within(occasion.into().code())
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
    fn occasions_do_not_share_streams() {
        let mut seen = HashSet::new();
        for n in 0..100 {
            for occasion in [
                Occasion::Epoch(n),
                Occasion::FinalTest(n),
                Occasion::Losses(n),
                Occasion::Audit(n),
            ] {
                assert!(seen.insert(occasion.code()), "{occasion:?}");
            }
        }
        for occasion in [
            Occasion::LayerActivity,
            Occasion::LearningRateSearch,
            Occasion::WatchedExample,
        ] {
            assert!(seen.insert(occasion.code()), "{occasion:?}");
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
