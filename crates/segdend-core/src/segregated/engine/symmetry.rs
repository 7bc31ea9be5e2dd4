//! Feedback that is tied to the forward weights (eLife Figure 8C).

use rand_distr::{Distribution, Normal};

use super::phase::{HIDDEN_LANES, OUTPUT_LANES, Weights};
use crate::rng::StreamKey;
use crate::segregated::mechanisms::FeedbackWeights;
use crate::simd::lanes::TiledMatrix;

/// `Y(last hidden) = W(output)^T`, `Y(m) = W(m+1)^T Y(m+1)` below; then noise on each, if `kind`
/// says so.
#[inline(always)]
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
    let Some((last, below)) = weights.hidden.split_last_mut() else {
        return;
    };
    if let Some(feedback) = &mut last.feedback {
        transpose(&weights.output.feedforward, feedback);
    }
    let mut next = last;
    for layer in below.iter_mut().rev() {
        if let (Some(feedback), Some(above)) = (&mut layer.feedback, &next.feedback) {
            carry_down(&next.feedforward, above, feedback);
        }
        next = layer;
    }
    if noisy {
        for (layer, weights) in weights.hidden.iter_mut().enumerate() {
            if let Some(feedback) = &mut weights.feedback {
                add_noise(feedback, noise_sd, noise.within(layer as u64));
            }
        }
    }
}

#[inline(always)]
fn transpose(output: &TiledMatrix<OUTPUT_LANES>, feedback: &mut TiledMatrix<HIDDEN_LANES>) {
    for unit in 0..output.inputs() {
        let columns = feedback.tile_mut(unit / HIDDEN_LANES);
        for (tile, columns) in columns.chunks_mut(OUTPUT_LANES).enumerate() {
            let sent = &output.tile(tile)[unit].0;
            for (column, &weight) in columns.iter_mut().zip(sent) {
                column.0[unit % HIDDEN_LANES] = weight;
            }
        }
    }
}

/// `feedback = next^T above`.
#[inline(always)]
fn carry_down(
    next: &TiledMatrix<HIDDEN_LANES>,
    above: &TiledMatrix<HIDDEN_LANES>,
    feedback: &mut TiledMatrix<HIDDEN_LANES>,
) {
    let tiles = next.units().div_ceil(HIDDEN_LANES);
    for unit in 0..next.inputs() {
        for output in 0..above.inputs() {
            let mut sums = [0.0_f32; HIDDEN_LANES];
            for tile in 0..tiles {
                let (weights, signals) = (&next.tile(tile)[unit], &above.tile(tile)[output]);
                for lane in 0..HIDDEN_LANES {
                    sums[lane] += weights.0[lane] * signals.0[lane];
                }
            }
            feedback.set(unit, output, sums.iter().sum());
        }
    }
}

fn add_noise(feedback: &mut TiledMatrix<HIDDEN_LANES>, noise_sd: f64, noise: StreamKey) {
    let normal = Normal::new(0.0, noise_sd).expect("validated: a standard deviation is finite");
    let mut draw = noise.generator();
    for unit in 0..feedback.units() {
        for output in 0..feedback.inputs() {
            let clean = feedback.get(unit, output);
            feedback.set(unit, output, clean + normal.sample(&mut draw) as f32);
        }
    }
}
