//! Transfer functions of sixteen neurons at once.

use crate::microcircuit::transfer::Transfer;
use crate::simd::lanes::Lanes;
use crate::simd::{Kernel, Vector};

/// Neurons side by side.
pub(super) type Lanes16 = Lanes<16>;

/// [`Transfer`] in f32.
#[derive(Debug, Clone, Copy)]
pub(super) enum LaneTransfer {
    SoftRectifier { gamma: f32, beta: f32, theta: f32 },
    Logistic,
}

impl From<Transfer> for LaneTransfer {
    fn from(transfer: Transfer) -> Self {
        match transfer {
            Transfer::SoftRectifier { gamma, beta, theta } => Self::SoftRectifier {
                gamma: gamma as f32,
                beta: beta as f32,
                theta: theta as f32,
            },
            Transfer::Logistic => Self::Logistic,
        }
    }
}

/// `to = phi(factor from)`, neuron by neuron.
pub(super) struct Fire<'a> {
    pub(super) transfer: LaneTransfer,
    pub(super) factor: f32,
    pub(super) from: &'a [Lanes16],
    pub(super) to: &'a mut [Lanes16],
}

impl Kernel for Fire<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let factor = self.factor;
        match self.transfer {
            LaneTransfer::SoftRectifier { gamma, beta, theta } => {
                for (to, from) in self.to.iter_mut().zip(self.from) {
                    for i in 0..16 {
                        to.0[i] = soft_rectifier(gamma, beta * (factor * from.0[i] - theta));
                    }
                }
            }
            LaneTransfer::Logistic => {
                for (to, from) in self.to.iter_mut().zip(self.from) {
                    for i in 0..16 {
                        to.0[i] = 1.0 / (1.0 + exp(-(factor * from.0[i])));
                    }
                }
            }
        }
    }
}

/// `exp(x)`, relative error below 2e-7 for |x| < 87; clamped beyond. The polynomial is that of
/// [`math::exp`](crate::simd::math::exp), added up in pairs (Estrin), so that a processor
/// need not wait for one term after the other.
#[inline(always)]
fn exp(x: f32) -> f32 {
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 87.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = x - n * LN2_HIGH - n * LN2_LOW;
    let square = r * r;
    let first = 5.0e-1 + 1.666_666_5e-1 * r;
    let second = 4.166_579_6e-2 + 8.333_452e-3 * r;
    let third = 1.398_199_9e-3 + 1.987_569_1e-4 * r;
    let polynomial = first + square * (second + square * third);
    let fraction = (1.0 + r) + square * polynomial;
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits() - 127);
    fraction * f32::from_bits(exponent << 23)
}

/// `gamma ln(1 + exp(x))`, relative error below 6e-7 for x > -87: small rates keep their digits, since
/// learning lives from differences between them.
#[inline(always)]
fn soft_rectifier(gamma: f32, x: f32) -> f32 {
    let t = exp(-x.abs());
    // ln(1 + t) = 2 artanh(s), s = t / (2 + t), which is at most 1/3: s + s^3/3 + s^5/5 ...
    let s = t / (2.0 + t);
    let q = s * s;
    let first = 1.0 + (1.0 / 3.0) * q;
    let second = 1.0 / 5.0 + (1.0 / 7.0) * q;
    let third = 1.0 / 9.0 + (1.0 / 11.0) * q;
    let q2 = q * q;
    let series = first + q2 * (second + q2 * (third + q2 * (1.0 / 13.0)));
    gamma * (x.max(0.0) + (s + s) * series)
}

#[cfg(test)]
mod tests {
    //! Promise: rates in f32 are those in f64, to a few roundings of themselves.
    use super::*;
    use crate::simd::SimdLevel;

    #[test]
    fn rates_are_within_their_bound() {
        let unit = Transfer::SoftRectifier {
            gamma: 1.0,
            beta: 1.0,
            theta: 0.0,
        };
        for transfer in [Transfer::PAPER, unit, Transfer::Logistic] {
            for i in -8_000..8_000 {
                let u = i as f32 * 0.01;
                let mut rate = [Lanes::ZERO];
                SimdLevel::detect().or_available().run(Fire {
                    transfer: transfer.into(),
                    factor: 1.0,
                    from: &[Lanes::splat(u)],
                    to: &mut rate,
                });
                let rate = rate[0].0[3];
                let truth = transfer.rate(f64::from(u));
                // Far below threshold the rounding of u - theta itself shows.
                let bound = 6e-7 + 6e-8 * f64::from(u.abs());
                let error = (f64::from(rate) / truth - 1.0).abs();
                assert!(error < bound, "{transfer:?} at {u}: {rate}, not {truth}");
            }
        }
    }
}
