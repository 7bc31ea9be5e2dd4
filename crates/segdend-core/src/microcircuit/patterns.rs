//! What a circuit learns: images with a class each, or generated patterns with real-valued targets.

use super::transfer::Transfer;
use crate::data::patterns::{PatternStream, Sample};
use crate::data::{DataSet, ImageSet};
use crate::model::Samples;

/// Patterns to learn from and to be tested on.
pub struct Patterns<'d> {
    source: Source<'d>,
    train: usize,
    test: usize,
    transfer: Transfer,
    /// Variance of the target rates over the test patterns and output units.
    target_variance: f64,
}

enum Source<'d> {
    /// Target potentials of the unit of the class, and of the others.
    Images(&'d DataSet, [f64; 2]),
    Stream(&'d (dyn PatternStream + Sync)),
}

/// The target rates that a transfer function cannot give.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "no potential has the target rate {rate} under {transfer:?}: expected a rate within {range:?}"
)]
pub struct TargetRateError {
    /// The rate.
    pub rate: f64,
    /// The transfer function.
    pub transfer: Transfer,
    /// The rates that it can give.
    pub range: (f64, f64),
}

impl<'d> Patterns<'d> {
    /// Images with pixels from 0 to 1; the target of the unit of the class is the potential of the second
    /// rate, that of the others of the first (paper: 0.1 and 0.8).
    ///
    /// # Errors
    /// [`TargetRateError`] if the transfer function has no such rate.
    pub fn of_images(
        images: &'d DataSet,
        transfer: Transfer,
        target_rates: [f64; 2],
    ) -> Result<Self, TargetRateError> {
        let [off, on] = target_rates.map(|rate| {
            transfer.potential(rate).ok_or(TargetRateError {
                rate,
                transfer,
                range: transfer.rate_range(),
            })
        });
        Ok(Self {
            source: Source::Images(images, [off?, on?]),
            train: images.train().len(),
            test: images.test().len(),
            transfer,
            target_variance: 1.0,
        })
    }

    /// Generated patterns: `train` fresh ones every epoch, and `test` others.
    pub fn of_stream(
        stream: &'d (dyn PatternStream + Sync),
        transfer: Transfer,
        train: usize,
        test: usize,
    ) -> Self {
        let mut patterns = Self {
            source: Source::Stream(stream),
            train,
            test,
            transfer,
            target_variance: 1.0,
        };
        let rates: Vec<f64> = (0..test)
            .flat_map(|index| patterns.test_sample(index).target)
            .map(|potential| transfer.rate(potential))
            .collect();
        if !rates.is_empty() {
            let mean = rates.iter().sum::<f64>() / rates.len() as f64;
            let squares = rates.iter().map(|rate| (rate - mean) * (rate - mean));
            patterns.target_variance = squares.sum::<f64>() / rates.len() as f64;
        }
        patterns
    }

    /// Numbers in an input.
    pub fn inputs(&self) -> usize {
        match &self.source {
            Source::Images(images, _) => images.pixel_count(),
            Source::Stream(stream) => stream.inputs(),
        }
    }

    /// Numbers in a target.
    pub fn targets(&self) -> usize {
        match &self.source {
            Source::Images(images, _) => images.classes(),
            Source::Stream(stream) => stream.targets(),
        }
    }

    /// A training pattern of an epoch, counted from 1. Images come back every epoch, generated patterns
    /// do not.
    pub(super) fn train_sample(&self, epoch: usize, index: usize) -> Sample {
        match &self.source {
            Source::Images(images, targets) => {
                image(images.train(), index, self.targets(), targets)
            }
            // Behind the test patterns.
            Source::Stream(stream) => {
                stream.sample((self.test + (epoch - 1) * self.train + index) as u64)
            }
        }
    }

    /// A test pattern.
    pub(super) fn test_sample(&self, index: usize) -> Sample {
        match &self.source {
            Source::Images(images, targets) => image(images.test(), index, self.targets(), targets),
            Source::Stream(stream) => stream.sample(index as u64),
        }
    }

    /// The error of output potentials: of images 1 for a wrong answer, 0 for a right one; otherwise the
    /// mean squared difference between rates and target rates, over the variance of target rates.
    pub(super) fn error(&self, sample: &Sample, output: &[f64]) -> f64 {
        match &self.source {
            Source::Images(..) => {
                let wrong = first_maximum(output) != first_maximum(&sample.target);
                f64::from(u8::from(wrong))
            }
            Source::Stream(_) => {
                let differences = output.iter().zip(&sample.target);
                let squares = differences.map(|(&output, &target)| {
                    let difference = self.transfer.rate(output) - self.transfer.rate(target);
                    difference * difference
                });
                squares.sum::<f64>() / (output.len() as f64 * self.target_variance)
            }
        }
    }
}

impl std::fmt::Debug for Patterns<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Patterns")
            .field("train", &self.train)
            .field("test", &self.test)
            .finish_non_exhaustive()
    }
}

fn image(images: &ImageSet, index: usize, classes: usize, [off, on]: &[f64; 2]) -> Sample {
    let mut target = vec![*off; classes];
    target[images.label(index)] = *on;
    let pixels = images.image(index).iter();
    Sample {
        input: pixels.map(|&pixel| f64::from(pixel) / 255.0).collect(),
        target,
    }
}

fn first_maximum(values: &[f64]) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best
}

impl Samples for Patterns<'_> {
    fn train_len(&self) -> usize {
        self.train
    }

    fn test_len(&self) -> usize {
        self.test
    }
}
