//! Random numbers keyed by what they are for: no draw depends on another image's.

/// The increment of `SplitMix64` (Steele, Lea & Flood 2014): 2^64 divided by the golden ratio.
const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// A `SplitMix64` generator: integers only, so the same on every machine.
pub(super) struct KeyedRandom {
    state: u64,
}

impl KeyedRandom {
    /// The generator of one key; keys that differ in any part give unrelated streams.
    pub(super) fn new(key: [u64; 4]) -> Self {
        let state = key
            .iter()
            .fold(0, |state, &part| mix(state ^ mix(part ^ GOLDEN_GAMMA)));
        Self { state }
    }

    fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN_GAMMA);
        mix(self.state)
    }

    /// Uniform on [0, 1), in steps of 2^-53.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform between two bounds.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// About normal, with the given standard deviation: the sum of four uniform numbers, which
    /// never goes beyond 3.5 standard deviations.
    pub(super) fn bell(&mut self, deviation: f64) -> f64 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        // Each term has variance 1/12, the sum 1/3.
        (sum - 2.0) * deviation * libm::sqrt(3.0)
    }

    /// Uniform below `bound`, which must not be zero.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        // The high half of a product: biased by less than bound / 2^64.
        ((u128::from(self.next_u64()) * bound as u128) >> 64) as usize
    }
}

/// The output function of `SplitMix64`: a bijection that changes half of the bits on average.
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published first outputs of `SplitMix64` from state 1234567.
    #[test]
    fn outputs_are_those_of_splitmix64() {
        let mut random = KeyedRandom { state: 1_234_567 };
        assert_eq!(random.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(random.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_key_that_differs_in_one_part_gives_another_stream() {
        let first = |key| KeyedRandom::new(key).next_u64();
        let base = first([1, 2, 3, 4]);
        for key in [
            [0, 2, 3, 4],
            [1, 3, 3, 4],
            [1, 2, 2, 4],
            [1, 2, 3, 5],
            [2, 1, 3, 4],
        ] {
            assert_ne!(first(key), base, "{key:?}");
        }
        assert_eq!(first([1, 2, 3, 4]), base);
    }

    #[test]
    fn bell_has_the_asked_mean_and_deviation() {
        let mut random = KeyedRandom::new([5, 0, 0, 0]);
        let draws = (0..20_000).map(|_| random.bell(2.0)).collect::<Vec<_>>();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance =
            draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / draws.len() as f64;
        assert!(mean.abs() < 0.06, "{mean}"); // four standard errors of the mean
        assert!((variance - 4.0).abs() < 0.16, "{variance}"); // four of the variance, at least
    }
}
