//! A random teacher network, whose patterns a circuit is to learn.

use ndarray::{Array1, Array2};
use rand::RngExt;

use super::transfer::Transfer;
use crate::data::patterns::{PatternStream, Sample, uniform};
use crate::rng::{Purpose, StreamKey};

/// A random teacher network (experiment 2): `target = 10 V2 phi(2 V1 r_0)`, V and the input rates `r_0`
/// from U(-1, 1).
#[derive(Debug, Clone, PartialEq)]
pub struct RandomTeacher {
    transfer: Transfer,
    first: Array2<f64>,
    second: Array2<f64>,
    seed: u64,
}

impl RandomTeacher {
    /// A teacher of `[inputs, hidden, outputs]` units.
    pub fn new(sizes: [usize; 3], transfer: Transfer, seed: u64) -> Self {
        let weights = |layer: usize| {
            let key = StreamKey::new(seed, Purpose::TeacherWeights, 0, layer as u64);
            let mut generator = key.generator();
            Array2::from_shape_simple_fn((sizes[layer + 1], sizes[layer]), || {
                2.0 * generator.random::<f64>() - 1.0
            })
        };
        Self {
            transfer,
            first: weights(0),
            second: weights(1),
            seed,
        }
    }
}

impl PatternStream for RandomTeacher {
    fn inputs(&self) -> usize {
        self.first.ncols()
    }

    fn targets(&self) -> usize {
        self.second.nrows()
    }

    fn sample(&self, index: u64) -> Sample {
        let input = Array1::from(uniform(self.seed, index, self.inputs(), -1.0, 1.0));
        let hidden = self.first.dot(&input).mapv(|x| self.transfer.rate(2.0 * x));
        Sample {
            target: (self.second.dot(&hidden) * 10.0).to_vec(),
            input: input.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Promise: a pattern depends on its index and the teacher's seed alone.
    use super::*;

    #[test]
    fn patterns_do_not_depend_on_when_they_are_asked_for() {
        let teacher = RandomTeacher::new([30, 20, 10], Transfer::PAPER, 3);
        let first = teacher.sample(7);
        teacher.sample(8);
        assert_eq!(teacher.sample(7), first);
        assert_ne!(teacher.sample(8), first);
        assert_eq!((first.input.len(), first.target.len()), (30, 10));
        let other = RandomTeacher::new([30, 20, 10], Transfer::PAPER, 4);
        assert_ne!(other.sample(7), first);
    }
}
