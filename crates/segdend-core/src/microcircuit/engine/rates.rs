//! Transfer functions of sixteen neurons at once.

use crate::microcircuit::transfer::Transfer;
use crate::segregated::engine::lanes::Lanes;
use crate::segregated::engine::math;

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

impl LaneTransfer {
    /// `phi(factor u)`.
    #[inline(always)]
    pub(super) fn rates(self, factor: f32, potentials: &Lanes16) -> Lanes16 {
        match self {
            Self::SoftRectifier { gamma, beta, theta } => {
                potentials.map(|u| soft_rectifier(gamma, beta * (factor * u - theta)))
            }
            Self::Logistic => potentials.map(|u| math::sigma(factor * u)),
        }
    }
}

/// `gamma ln(1 + exp(x))`, relative error below 6e-7 for x > -87: small rates keep their digits, since
/// learning lives from differences between them.
#[inline(always)]
fn soft_rectifier(gamma: f32, x: f32) -> f32 {
    let t = math::exp(-x.abs());
    // ln(1 + t) = 2 artanh(s), s = t / (2 + t), which is at most 1/3.
    let s = t / (2.0 + t);
    let square = s * s;
    let mut series = 1.0 / 13.0;
    series = series * square + 1.0 / 11.0;
    series = series * square + 1.0 / 9.0;
    series = series * square + 1.0 / 7.0;
    series = series * square + 1.0 / 5.0;
    series = series * square + 1.0 / 3.0;
    series = series * square + 1.0;
    gamma * (x.max(0.0) + 2.0 * s * series)
}

#[cfg(test)]
mod tests {
    //! Promise: rates in f32 are those in f64, to a few roundings of themselves.
    use super::*;

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
                let rate = LaneTransfer::from(transfer).rates(1.0, &Lanes::splat(u)).0[3];
                let truth = transfer.rate(f64::from(u));
                // Far below threshold the rounding of u - theta itself shows.
                let bound = 6e-7 + 6e-8 * f64::from(u.abs());
                let error = (f64::from(rate) / truth - 1.0).abs();
                assert!(error < bound, "{transfer:?} at {u}: {rate}, not {truth}");
            }
        }
    }
}
