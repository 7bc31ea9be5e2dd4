//! Chi-squared, and the normal z, whose square it is with one degree of freedom.
//!
//! For a statistic c with nu degrees of freedom (Abramowitz & Stegun 26.4.19), and Q the regularised
//! upper incomplete gamma function:
//!
//! ```text
//! P(C >= c) = Q(a, x)         a = nu / 2,  x = c / 2
//! Q(a, x)   = E / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - ...)))
//!                                                                            (DLMF 8.9.2)
//!           = 1 - (E / a) (1 + x / (a + 1) + x^2 / ((a + 1)(a + 2)) + ...)   (DLMF 8.11.4)
//! E         = x^a e^-x / Gamma(a)
//! ln E      = a ln(x / a) + a - x + ln(a / (2 pi)) / 2 - D(a)
//! ```
//!
//! with D what Stirling's formula leaves out of ln Gamma. The fraction is used for x > a + 1, the
//! series elsewhere, where P is above 0.08 from one degree of freedom on.

use super::stirling::stirling_remainder;
use super::{TailProbability, Tails, require_degrees_of_freedom};
use crate::AnalysisError;
use std::f64::consts::TAU;

/// Probability that chi-squared with `degrees_of_freedom` is at least `chi_squared`.
///
/// The relative error of `p` is below 1e-11 for at most ten thousand degrees of freedom; above, it
/// grows in proportion to their number. An infinite value gives p = 0 and ln p = -inf.
///
/// # Errors
///
/// [`AnalysisError::StatisticOutOfRange`] if the statistic is below 0 or NaN,
/// [`AnalysisError::InvalidDegreesOfFreedom`] unless 0 < `degrees_of_freedom` <= 1e6.
///
/// # Example
///
/// ```
/// // With two degrees of freedom P is exp(-c / 2).
/// let tail = segdend_analysis::chi_squared_p(4_000.0, 2.0)?;
/// assert_eq!(tail.p, 0.0);
/// assert!((tail.ln_p + 2_000.0).abs() < 1e-9);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn chi_squared_p(
    chi_squared: f64,
    degrees_of_freedom: f64,
) -> Result<TailProbability, AnalysisError> {
    if chi_squared.is_nan() || chi_squared < 0.0 {
        return Err(AnalysisError::StatisticOutOfRange {
            statistic: "chi-squared",
            value: chi_squared,
            expected: "at least 0",
        });
    }
    require_degrees_of_freedom(degrees_of_freedom)?;
    Ok(upper_gamma(degrees_of_freedom / 2.0, chi_squared / 2.0))
}

/// P of a normal z of mean 0 and variance 1, on one side or on both.
///
/// ```text
/// two:  P(|Z| >= |z|) = Q(1/2, z^2 / 2)      upper:  P(Z >= z)      lower:  P(Z <= z)
/// ```
///
/// The relative error of `p` is below 1e-11. An infinite z gives p = 0 and ln p = -inf; so does
/// one whose square is.
///
/// # Errors
///
/// [`AnalysisError::StatisticOutOfRange`] if z is NaN.
///
/// # Example
///
/// ```
/// use segdend_analysis::{Tails, normal_p};
///
/// assert!((normal_p(1.959963984540054, Tails::Two)?.p - 0.05).abs() < 1e-14);
/// assert!(normal_p(100.0, Tails::Upper)?.ln_p < -5_000.0);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn normal_p(z: f64, tails: Tails) -> Result<TailProbability, AnalysisError> {
    if z.is_nan() {
        return Err(AnalysisError::StatisticOutOfRange {
            statistic: "z",
            value: z,
            expected: "a number",
        });
    }
    Ok(upper_gamma(0.5, z * z / 2.0).of_symmetric(z, tails))
}

/// Q(a, x), for a > 0 and x >= 0.
fn upper_gamma(a: f64, x: f64) -> TailProbability {
    if x == 0.0 {
        return TailProbability::CERTAIN;
    }
    if x.is_infinite() {
        return TailProbability::IMPOSSIBLE;
    }
    // Near x = a the logarithm nearly cancels a - x, so it must come from the difference itself.
    let offset = (x - a) / a;
    let ln_ratio = if offset.abs() < 0.5 {
        offset.ln_1p()
    } else {
        x.ln() - a.ln()
    };
    let ln_front = a * ln_ratio + (a - x) + 0.5 * (a / TAU).ln() - stirling_remainder(a);
    if x > a + 1.0 {
        TailProbability::of_ln(ln_front - continued_denominator(a, x).ln())
    } else {
        TailProbability::of_complement(ln_front.exp() / a * series(a, x))
    }
}

/// 1 + x / (a + 1) + x^2 / ((a + 1)(a + 2)) + ..., for x <= a + 1.
fn series(a: f64, x: f64) -> f64 {
    let mut term = 1.0;
    let mut total = 1.0;
    let mut raised = a;
    // Terms fall from the first on, and faster and faster.
    while term > f64::EPSILON * 0.5 * total {
        raised += 1.0;
        term *= x / raised;
        total += term;
    }
    total
}

/// x + 1 - a - 1 (1 - a) / (x + 3 - a - ...) by the modified method of Lentz (Thompson & Barnett
/// 1986), for x > a + 1.
fn continued_denominator(a: f64, x: f64) -> f64 {
    /// Stands in for a denominator of zero.
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };

    // Most steps are needed where x is near a, about sqrt(a); this is a bound, not a tolerance.
    let most_steps = 500.0 + 20.0 * a.sqrt();
    let mut partial = x + 1.0 - a;
    let mut value = partial;
    let mut c = value;
    let mut d = 0.0;
    let mut step = 1.0;
    while step < most_steps {
        let numerator = -step * (step - a);
        partial += 2.0;
        d = 1.0 / away_from_zero(partial + numerator * d);
        c = away_from_zero(partial + numerator / c);
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() <= f64::EPSILON {
            break;
        }
        step += 1.0;
    }
    value
}
