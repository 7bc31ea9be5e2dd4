//! What several test files share: tolerances, the network in plain f64, a small problem.
#![allow(dead_code, reason = "no test file uses all of it")]

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};
use segdend_baselines::{Sizes, TrainingRule, Updates, Weights};

/// Single precision against double, relative to the largest value of the matrix compared:
/// sums of tens of terms, each good to 6e-8.
pub const SINGLE_PRECISION: f64 = 2e-6;

/// Central differences of step 1e-4 in double precision against the closed form, relative to
/// the largest value: the error is the step squared times a third derivative.
pub const FINITE_DIFFERENCES: f64 = 1e-6;

/// Angles between updates that are equal but for rounding in single precision, in degrees:
/// 1e-6 radians would be 6e-5 degrees.
pub const EQUAL_UPDATES_DEGREES: f64 = 1e-3;

/// The loss and a rule's updates, one example and one unit at a time, in f64.
pub fn closed_form(
    weights: &Weights,
    rule: TrainingRule,
    inputs: &[f32],
    labels: &[u8],
) -> (f64, [Vec<f64>; 4]) {
    let Sizes {
        inputs: input_count,
        hidden,
        outputs,
    } = weights.sizes;
    let w0 =
        |unit: usize, input: usize| f64::from(weights.hidden_weights[unit * input_count + input]);
    let w1 = |output: usize, unit: usize| f64::from(weights.output_weights[output * hidden + unit]);
    let b =
        |unit: usize, output: usize| f64::from(weights.feedback_weights[unit * outputs + output]);
    let share = 1.0 / labels.len() as f64;
    let mut loss = 0.0;
    let mut updates =
        [hidden * input_count, hidden, outputs * hidden, outputs].map(|count| vec![0.0; count]);
    for (x, &label) in inputs.chunks_exact(input_count).zip(labels) {
        let h: Vec<f64> = (0..hidden)
            .map(|unit| {
                let drive: f64 = (0..input_count)
                    .map(|i| w0(unit, i) * f64::from(x[i]))
                    .sum();
                sigmoid(drive + f64::from(weights.hidden_biases[unit]))
            })
            .collect();
        let d1: Vec<f64> = (0..outputs)
            .map(|output| {
                let drive: f64 = (0..hidden).map(|unit| w1(output, unit) * h[unit]).sum();
                let y = sigmoid(drive + f64::from(weights.output_biases[output]));
                let error = y - f64::from(u8::from(output == usize::from(label)));
                loss += 0.5 * share * error * error;
                share * error * y * (1.0 - y)
            })
            .collect();
        for unit in 0..hidden {
            let back: f64 = (0..outputs)
                .map(|output| match rule {
                    TrainingRule::Backpropagation => w1(output, unit) * d1[output],
                    TrainingRule::FeedbackAlignment => b(unit, output) * d1[output],
                })
                .sum();
            let d0 = back * h[unit] * (1.0 - h[unit]);
            for input in 0..input_count {
                updates[0][unit * input_count + input] += d0 * f64::from(x[input]);
            }
            updates[1][unit] += d0;
        }
        for output in 0..outputs {
            for unit in 0..hidden {
                updates[2][output * hidden + unit] += d1[output] * h[unit];
            }
            updates[3][output] += d1[output];
        }
    }
    (loss, updates)
}

fn sigmoid(drive: f64) -> f64 {
    1.0 / (1.0 + (-drive).exp())
}

/// The four matrices of updates in the order of [`closed_form`].
pub fn in_order(updates: Updates) -> [Vec<f64>; 4] {
    [
        updates.hidden_weights,
        updates.hidden_biases,
        updates.output_weights,
        updates.output_biases,
    ]
    .map(|values| values.into_iter().map(f64::from).collect())
}

/// The largest difference, relative to the largest value expected.
pub fn relative_error(found: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let scale = expected
        .iter()
        .fold(0.0, |largest: f64, value| largest.max(value.abs()));
    assert!(scale > 0.0, "an update of zeros would prove nothing");
    found
        .iter()
        .zip(expected)
        .fold(0.0, |worst: f64, (found, expected)| {
            worst.max((found - expected).abs())
        })
        / scale
}

/// The angle between two updates in f64, by the arc cosine.
pub fn angle_degrees(left: &[f64], right: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    (dot(left, right) / (dot(left, left) * dot(right, right)).sqrt())
        .acos()
        .to_degrees()
}

/// A source of the tests' own numbers in [0, 1).
pub struct Uniform(Xoshiro256PlusPlus);

impl Uniform {
    pub fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    pub fn draw(&mut self) -> f32 {
        (self.0.next_u64() >> 40) as f32 / (1u32 << 24) as f32
    }
}

/// Examples around one random binary pattern for each label, with a tenth of the inputs flipped
/// and noise of up to 0.2 on all of them.
pub struct Problem {
    pub sizes: Sizes,
    patterns: Vec<bool>,
    uniform: Uniform,
}

impl Problem {
    pub fn new(sizes: Sizes, seed: u64) -> Self {
        let mut uniform = Uniform::new(seed);
        let patterns = (0..sizes.inputs * sizes.outputs)
            .map(|_| uniform.draw() < 0.5)
            .collect();
        Self {
            sizes,
            patterns,
            uniform,
        }
    }

    pub fn draw(&mut self, examples: usize) -> (Vec<f32>, Vec<u8>) {
        let Sizes {
            inputs, outputs, ..
        } = self.sizes;
        let labels: Vec<u8> = (0..examples)
            .map(|example| (example % outputs) as u8)
            .collect();
        let mut values = Vec::with_capacity(examples * inputs);
        for &label in &labels {
            for input in 0..inputs {
                let flip = self.uniform.draw() < 0.1;
                let on = self.patterns[usize::from(label) * inputs + input] != flip;
                let noise = 0.2 * self.uniform.draw();
                values.push(if on { 1.0 - noise } else { noise });
            }
        }
        (values, labels)
    }
}
