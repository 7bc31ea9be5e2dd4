//! Transfer functions: from somatic potential to firing rate.

use serde::{Deserialize, Serialize};

/// `phi`, the rate `r = phi(u)` of a neuron with somatic potential `u`.
///
/// ```
/// use segdend_core::microcircuit::transfer::Transfer;
///
/// assert_eq!(Transfer::Logistic.rate(0.0), 0.5);
/// // The targets of the paper's MNIST experiment are rates of 0.1 and 0.8.
/// let low = Transfer::Logistic.potential(0.1).unwrap();
/// assert!((low + 2.197_224_577_336_219).abs() < 1e-15);
/// assert_eq!(Transfer::Logistic.potential(1.5), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Transfer {
    /// `phi(u) = gamma ln(1 + exp(beta (u - theta)))`, a soft rectifier. The paper's regression
    /// has gamma 0.1, beta 1, theta 3.
    #[serde(alias = "softplus")]
    SoftRectifier {
        /// Scale of the rate, positive.
        gamma: f64,
        /// Steepness, positive.
        beta: f64,
        /// Threshold potential.
        theta: f64,
    },
    /// `phi(u) = 1 / (1 + exp(-u))`.
    Logistic,
}

impl Transfer {
    /// The soft rectifier of the paper's regression.
    pub const PAPER: Self = Self::SoftRectifier {
        gamma: 0.1,
        beta: 1.0,
        theta: 3.0,
    };

    /// `phi(u)`; neither overflows nor loses small rates.
    pub fn rate(self, u: f64) -> f64 {
        match self {
            Self::SoftRectifier { gamma, beta, theta } => {
                let x = beta * (u - theta);
                gamma * (x.max(0.0) + libm::log1p(libm::exp(-x.abs())))
            }
            Self::Logistic => sigma(u),
        }
    }

    /// `phi'(u)`.
    pub fn slope(self, u: f64) -> f64 {
        match self {
            Self::SoftRectifier { gamma, beta, theta } => gamma * beta * sigma(beta * (u - theta)),
            Self::Logistic => sigma(u) * sigma(-u),
        }
    }

    /// The potential at which the rate is `rate`; none outside the open [range](Self::rate_range).
    pub fn potential(self, rate: f64) -> Option<f64> {
        let (lowest, highest) = self.rate_range();
        (rate > lowest && rate < highest).then(|| match self {
            Self::SoftRectifier { gamma, beta, theta } => {
                // ln(e^y - 1) = y + ln(1 - e^-y).
                let y = rate / gamma;
                theta + (y + libm::log(-libm::expm1(-y))) / beta
            }
            Self::Logistic => libm::log(rate) - libm::log1p(-rate),
        })
    }

    /// Bounds of the rates, neither of which is reached: targets lie between them.
    pub fn rate_range(self) -> (f64, f64) {
        match self {
            Self::SoftRectifier { .. } => (0.0, f64::INFINITY),
            Self::Logistic => (0.0, 1.0),
        }
    }
}

/// The logistic function, by the form that does not overflow.
fn sigma(x: f64) -> f64 {
    let e = libm::exp(-x.abs());
    if x >= 0.0 {
        1.0 / (1.0 + e)
    } else {
        e / (1.0 + e)
    }
}

#[cfg(test)]
mod tests {
    //! Promise: rates, slopes and potentials are those of the formulas, where these can be computed
    //! and beyond.
    use super::*;

    const ALL: [Transfer; 3] = [
        Transfer::PAPER,
        Transfer::SoftRectifier {
            gamma: 1.0,
            beta: 1.0,
            theta: 0.0,
        },
        Transfer::Logistic,
    ];

    #[test]
    fn analytic_values() {
        let close = |a: f64, b: f64| assert!((a - b).abs() <= 4e-16 * b.abs(), "{a} is not {b}");
        // At the threshold: gamma ln 2, slope gamma beta / 2.
        close(Transfer::PAPER.rate(3.0), 0.1 * std::f64::consts::LN_2);
        close(Transfer::PAPER.slope(3.0), 0.05);
        // ln(1 + e^ln 3) = ln 4.
        close(ALL[1].rate(3_f64.ln()), 4_f64.ln());
        close(Transfer::Logistic.rate(3_f64.ln()), 0.75);
        close(Transfer::Logistic.slope(3_f64.ln()), 0.1875);
    }

    #[test]
    fn extreme_potentials_give_the_limits() {
        for far in [50.0, 800.0, 1e6] {
            assert_eq!(ALL[1].rate(far), far);
            assert_eq!(Transfer::Logistic.rate(far), 1.0);
            for transfer in ALL {
                assert!(transfer.rate(-far) >= 0.0 && transfer.slope(-far).is_finite());
            }
        }
        // Small rates keep their digits: ln(1 + e^-50) is e^-50.
        assert_eq!(ALL[1].rate(-50.0), libm::exp(-50.0));
        assert_eq!(Transfer::Logistic.rate(-50.0), libm::exp(-50.0));
    }

    #[test]
    fn slope_is_the_derivative_and_potential_the_inverse() {
        for transfer in ALL {
            for i in -60..60 {
                let u = f64::from(i) * 0.1;
                let difference = (transfer.rate(u + 1e-5) - transfer.rate(u - 1e-5)) / 2e-5;
                assert!(
                    (transfer.slope(u) - difference).abs() < 1e-9,
                    "{transfer:?} at {u}"
                );
                let back = transfer.potential(transfer.rate(u)).unwrap();
                assert!((back - u).abs() < 1e-11, "{transfer:?} at {u}: {back}");
            }
            assert_eq!(transfer.potential(0.0), None);
        }
    }
}
