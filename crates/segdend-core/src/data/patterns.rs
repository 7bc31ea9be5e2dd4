//! Patterns with real-valued targets, generated one by one: what [`PatternStream`] gives for an index
//! depends on the index and the stream's seed alone, so there is no state to keep.

use rand::RngExt;

use crate::rng::{Purpose, StreamKey};

/// One pattern.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    /// Input rates.
    pub input: Vec<f64>,
    /// Target potentials of the output units; empty where there is no target.
    pub target: Vec<f64>,
}

/// Patterns by index.
pub trait PatternStream {
    /// Number of inputs.
    fn inputs(&self) -> usize;
    /// Number of targets, 0 if there are none.
    fn targets(&self) -> usize;
    /// The pattern of an index.
    fn sample(&self, index: u64) -> Sample;
}

/// Numbers from U(low, high), a fresh stream for every index.
pub(crate) fn uniform(seed: u64, index: u64, count: usize, low: f64, high: f64) -> Vec<f64> {
    let mut generator = StreamKey::new(seed, Purpose::GeneratedPatterns, 0, index).generator();
    (0..count)
        .map(|_| low + (high - low) * generator.random::<f64>())
        .collect()
}

/// Input rates from U(0, 1) without a target (experiment S1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniformInputs {
    /// Number of inputs.
    pub inputs: usize,
    /// Seed.
    pub seed: u64,
}

impl PatternStream for UniformInputs {
    fn inputs(&self) -> usize {
        self.inputs
    }

    fn targets(&self) -> usize {
        0
    }

    fn sample(&self, index: u64) -> Sample {
        Sample {
            input: uniform(self.seed, index, self.inputs, 0.0, 1.0),
            target: Vec::new(),
        }
    }
}

/// The Yin-Yang set (Kriener, Goltz and Petrovici 2022): points of a disc, which lie in its yin, its
/// yang, or one of its two dots. Inputs are `x, y, 1 - x, 1 - y`; classes come round in turn.
#[derive(Debug, Clone, PartialEq)]
pub struct YinYang {
    /// Target potential of the unit of the point's class.
    pub on_target: f64,
    /// Target potential of the other two.
    pub off_target: f64,
    /// Seed.
    pub seed: u64,
}

impl YinYang {
    /// Radius of the disc, in whose bounding square the inputs are 0 to 1.
    const RADIUS: f64 = 0.5;
    /// Radius of the dots.
    const DOT: f64 = 0.1;

    /// The class of a point of the disc: 0 yin, 1 yang, 2 a dot.
    pub fn class(x: f64, y: f64) -> usize {
        let distance = |centre: f64| libm::hypot(x - centre, y - Self::RADIUS);
        let (left, right) = (distance(0.5 * Self::RADIUS), distance(1.5 * Self::RADIUS));
        if left <= Self::DOT || right <= Self::DOT {
            return 2;
        }
        // The upper half, less the head on the right, and the head on the left below it.
        let yin = if y > Self::RADIUS {
            right > 0.5 * Self::RADIUS
        } else {
            left <= 0.5 * Self::RADIUS
        };
        usize::from(!yin)
    }
}

impl PatternStream for YinYang {
    fn inputs(&self) -> usize {
        4
    }

    fn targets(&self) -> usize {
        3
    }

    fn sample(&self, index: u64) -> Sample {
        let wanted = (index % 3) as usize;
        let key = StreamKey::new(self.seed, Purpose::GeneratedPatterns, 0, index);
        let mut generator = key.generator();
        loop {
            let (x, y) = (generator.random::<f64>(), generator.random::<f64>());
            let inside = libm::hypot(x - Self::RADIUS, y - Self::RADIUS) <= Self::RADIUS;
            if inside && Self::class(x, y) == wanted {
                let mut target = vec![self.off_target; 3];
                target[wanted] = self.on_target;
                return Sample {
                    input: vec![x, y, 1.0 - x, 1.0 - y],
                    target,
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! Promise: a pattern depends on its index alone, and is what its generator says.
    use super::*;

    #[test]
    fn inputs_fill_their_interval() {
        let all: Vec<f64> = (0..200)
            .flat_map(|i| {
                UniformInputs {
                    inputs: 50,
                    seed: 1,
                }
                .sample(i)
                .input
            })
            .collect();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        assert!((mean - 0.5).abs() < 0.012, "four standard errors: {mean}");
        assert!(all.iter().all(|r| (0.0..1.0).contains(r)));
    }

    #[test]
    fn yin_and_yang_mirror_each_other() {
        // A half turn changes yin into yang and dots into dots.
        let mut seen = [0; 3];
        for i in 0..3000 {
            let set = YinYang {
                on_target: 1.0,
                off_target: 0.1,
                seed: 2,
            };
            let sample = set.sample(i);
            let (x, y) = (sample.input[0], sample.input[1]);
            let class = YinYang::class(x, y);
            seen[class] += 1;
            assert_eq!(sample.target[class], 1.0);
            assert_eq!(sample.input[2..], [1.0 - x, 1.0 - y]);
            let turned = [1, 0, 2][class];
            assert_eq!(YinYang::class(1.0 - x, 1.0 - y), turned, "({x}, {y})");
        }
        assert_eq!(seen, [1000; 3]);
    }
}
