//! The noncentral t distribution: what t is where the means do differ.
//!
//! With Z standard normal, X chi-squared with nu degrees of freedom, independent of it, and lambda the
//! noncentrality (no units):
//!
//! ```text
//! T' = (Z + lambda) / U,  U = sqrt(X / nu)
//! P(T' <= t) = integral over x of Phi(t e^x - lambda) f(x),   x = ln U
//! f(x) = 2 (nu/2)^(nu/2) / Gamma(nu/2) exp(nu x - (nu/2) e^(2x))
//! ```
//!
//! The integrand is analytic and falls off fast on both sides, where the trapezoidal rule converges
//! exponentially (Trefethen & Weideman 2014): to about thirteen digits here. It has no terms that leave
//! f64 for a large lambda, as the series of incomplete beta functions have (Lenth 1989), and the t of
//! repeated tests run into the hundreds.

use crate::AnalysisError;
use crate::tail::stirling_remainder;
use libm::erfc;
use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI};

/// The largest |t|: the steps of the integral grow in proportion.
const LARGEST_T: f64 = 1e4;
/// f is left out where it is below e to the minus so much of its largest value.
const NEGLIGIBLE: f64 = 40.0;
/// The longest step of ln U.
const LONGEST_STEP: f64 = 0.0625;

/// P(T' <= t) of the noncentral t distribution, to about 1e-13.
///
/// # Errors
///
/// [`AnalysisError::StatisticOutOfRange`] unless |t| <= 1e4, [`AnalysisError::InvalidStatistic`] for
/// a noncentrality that is not finite, [`AnalysisError::InvalidDegreesOfFreedom`] below 1.
///
/// # Example
///
/// ```
/// use segdend_analysis::noncentral_t_cdf;
///
/// // Around lambda for many degrees of freedom, as a normal distribution is.
/// assert!((noncentral_t_cdf(2.0, 1e6, 2.0)? - 0.5).abs() < 1e-3);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn noncentral_t_cdf(
    t: f64,
    degrees_of_freedom: f64,
    noncentrality: f64,
) -> Result<f64, AnalysisError> {
    if !noncentrality.is_finite() {
        return Err(AnalysisError::InvalidStatistic { t: noncentrality });
    }
    Density::of(t, degrees_of_freedom).map(|density| density.below(t, noncentrality))
}

/// The noncentralities under which a t as large as this one, or as small, has these probabilities:
/// lambda with P(T' <= t) = `probability`, which falls as lambda rises.
pub(crate) fn noncentrality_of(
    t: f64,
    degrees_of_freedom: f64,
    probability: f64,
) -> Result<f64, AnalysisError> {
    /// Halvings of the bracket: as many as f64 tells apart.
    const HALVINGS: usize = 60;
    let density = Density::of(t, degrees_of_freedom)?;
    let mut width = 2.0 + t.abs();
    while density.below(t, t - width) < probability || density.below(t, t + width) > probability {
        width *= 2.0;
    }
    let (mut low, mut high) = (t - width, t + width);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if density.below(t, middle) > probability {
            low = middle;
        } else {
            high = middle;
        }
        if high - low <= 4.0 * f64::EPSILON * (1.0 + middle.abs()) {
            break;
        }
    }
    Ok(0.5 * (low + high))
}

/// U at the points of the integral with their weights f(x) dx.
struct Density(Vec<(f64, f64)>);

impl Density {
    /// Fine enough for the normal distribution to turn from 0 to 1 at t.
    fn of(t: f64, degrees_of_freedom: f64) -> Result<Self, AnalysisError> {
        let nu = degrees_of_freedom;
        if t.is_nan() || t.abs() > LARGEST_T {
            return Err(AnalysisError::StatisticOutOfRange {
                statistic: "t",
                value: t,
                expected: "-1e4 to 1e4",
            });
        }
        if !(nu >= 1.0 && nu.is_finite()) {
            return Err(AnalysisError::InvalidDegreesOfFreedom {
                degrees_of_freedom,
                largest: f64::MAX,
            });
        }
        let half = nu / 2.0;
        // ln f(0) by Stirling's formula: f is largest there.
        let ln_top = LN_2 + 0.5 * (half / (2.0 * PI)).ln() - stirling_remainder(half);
        let reach = (NEGLIGIBLE / nu).sqrt();
        let (from, to) = (-(reach + reach * reach), reach);
        let spread = (2.0 * nu).sqrt().recip();
        let step = (0.25 * spread.min(1.0 / t.abs().max(1.0))).min(LONGEST_STEP);
        let steps = ((to - from) / step).ceil();
        let step = (to - from) / steps;
        let point = |index: usize| {
            let x = from + index as f64 * step;
            let weight = (ln_top + nu * (x - 0.5 * (2.0 * x).exp_m1())).exp() * step;
            (x.exp(), weight)
        };
        Ok(Self((0..=steps as usize).map(point).collect()))
    }

    fn below(&self, t: f64, noncentrality: f64) -> f64 {
        let sum: f64 = self
            .0
            .iter()
            .map(|(u, weight)| weight * 0.5 * erfc((noncentrality - t * u) * FRAC_1_SQRT_2))
            .sum();
        sum.clamp(0.0, 1.0)
    }
}
