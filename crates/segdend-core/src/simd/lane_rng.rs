//! Random words, sixteen streams at a time.

use crate::rng::{StreamKey, scatter};

/// Words that come at once.
pub(crate) const STREAMS: usize = 16;

/// Sixteen interleaved xoshiro128++ generators (Blackman and Vigna 2019), stepped together.
#[derive(Debug, Clone)]
pub(crate) struct LaneRng {
    state: [[u32; STREAMS]; 4],
}

impl LaneRng {
    /// A generator that has not been given a key.
    pub(crate) fn unkeyed() -> Self {
        Self {
            state: [[0; STREAMS]; 4],
        }
    }

    #[inline(always)]
    pub(crate) fn new(key: StreamKey) -> Self {
        let mut state = [[0; STREAMS]; 4];
        let mut counter = key.bits();
        for half in 0..2 {
            for stream in 0..STREAMS {
                counter = counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let word = scatter(counter);
                state[2 * half][stream] = word as u32 | 1;
                state[2 * half + 1][stream] = (word >> 32) as u32;
            }
        }
        Self { state }
    }

    #[inline(always)]
    pub(crate) fn next(&mut self) -> [u32; STREAMS] {
        let [s0, s1, s2, s3] = &mut self.state;
        let mut out = [0; STREAMS];
        for i in 0..STREAMS {
            out[i] = s0[i].wrapping_add(s3[i]).rotate_left(7).wrapping_add(s0[i]);
            let t = s1[i] << 9;
            s2[i] ^= s0[i];
            s3[i] ^= s1[i];
            s1[i] ^= s2[i];
            s0[i] ^= s3[i];
            s2[i] ^= t;
            s3[i] = s3[i].rotate_left(11);
        }
        out
    }

    /// Fills `words` with `count` numbers, rounded up to whole rows of streams.
    #[inline(always)]
    pub(crate) fn fill(&mut self, words: &mut Vec<u32>, count: usize) {
        words.clear();
        words.reserve(count.next_multiple_of(STREAMS));
        for _ in 0..count.div_ceil(STREAMS) {
            words.extend_from_slice(&self.next());
        }
    }
}
