//! Feedback that is tied to the forward weights (eLife Figure 8C).

use ndarray::Array2;
use rand_distr::{Distribution, Normal};

use super::lanes::TiledMatrix;
use super::phase::{HIDDEN_LANES, Weights};
use crate::mechanisms::FeedbackWeights;
use crate::rng::StreamKey;

/// `Y(last hidden) = W(output)^T`, `Y(m) = W(m+1)^T Y(m+1)` below, plus noise on each afterwards.
pub(crate) fn follow(
    weights: &mut Weights,
    kind: FeedbackWeights,
    noise_sd: f64,
    noise: StreamKey,
) {
    let noisy = kind == FeedbackWeights::NoisySymmetric;
    if !noisy && kind != FeedbackWeights::Symmetric {
        return;
    }
    let outputs = weights.output.units();
    let mut above: Option<Array2<f32>> = None;
    for layer in (0..weights.hidden.len()).rev() {
        let units = weights.hidden[layer].units();
        let clean = match above {
            None => Array2::from_shape_fn((units, outputs), |(unit, output)| {
                weights.output.feedforward.get(output, unit)
            }),
            Some(above) => {
                let next = &weights.hidden[layer + 1].feedforward;
                Array2::from_shape_fn((units, outputs), |(unit, output)| {
                    (0..next.units())
                        .map(|k| next.get(k, unit) * above[(k, output)])
                        .sum()
                })
            }
        };
        let feedback = weights.hidden[layer]
            .feedback
            .get_or_insert_with(|| TiledMatrix::<HIDDEN_LANES>::zeros(units, outputs));
        if noisy {
            let normal =
                Normal::new(0.0, noise_sd).expect("validated: a standard deviation is finite");
            let mut draw = noise.within(layer as u64).generator();
            for ((unit, output), &value) in clean.indexed_iter() {
                let noise: f64 = normal.sample(&mut draw);
                feedback.set(unit, output, value + noise as f32);
            }
        } else {
            clean
                .indexed_iter()
                .for_each(|((unit, output), &value)| feedback.set(unit, output, value));
        }
        above = Some(clean);
    }
}
