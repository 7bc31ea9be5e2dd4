//! Fisher's F.
//!
//! For a statistic F with nu_1 and nu_2 degrees of freedom (Abramowitz & Stegun 26.6.2), and I the
//! regularised incomplete beta function:
//!
//! ```text
//! P(F' >= F) = I_x(a, b)       a = nu_2 / 2,  b = nu_1 / 2
//!            = 1 - I_y(b, a)   x = 1 / (1 + r),  y = r / (1 + r),  r = F b / a
//!
//! I_x(a, b) = (x^a y^b / (a B(a, b))) / (1 + d_1 / (1 + d_2 / (1 + ...)))     (DLMF 8.17.22)
//! ```
//!
//! By Stirling's formula, with D what it leaves out of ln Gamma,
//!
//! ```text
//! ln(x^a y^b / B(a, b)) = a ln(x / x_0) + b ln(y / y_0) + ln(a b / (2 pi (a + b))) / 2
//!                         - D(a) - D(b) + D(a + b)
//! x_0 = a / (a + b),  y_0 = b / (a + b),  x / x_0 = 1 / (1 + y_0 (F - 1)),  y / y_0 = F x / x_0
//! ```
//!
//! where nothing large is left to cancel.

use super::incomplete_beta::continued_fraction;
use super::stirling::stirling_remainder;
use super::{TailProbability, require_degrees_of_freedom};
use crate::AnalysisError;
use std::f64::consts::TAU;

/// Probability that Fisher's F with `between` and `within` degrees of freedom is at least `f`.
///
/// F tests are of one tail by definition: only a large F speaks against equal means. The relative
/// error of `p` is below 1e-11 for at most ten thousand degrees of freedom; above, it grows in
/// proportion to their number. An infinite F gives p = 0 and ln p = -inf.
///
/// # Errors
///
/// [`AnalysisError::StatisticOutOfRange`] if F is below 0 or NaN,
/// [`AnalysisError::InvalidDegreesOfFreedom`] unless both are above 0 and at most 1e6.
///
/// # Example
///
/// ```
/// use segdend_analysis::{fisher_f_p, two_tailed_p};
///
/// // With one degree of freedom above the line F is the square of Student's t.
/// let (f, t) = (fisher_f_p(16.0, 1.0, 38.0)?, two_tailed_p(4.0, 38.0)?);
/// assert!((f.ln_p - t.ln_p).abs() < 1e-12);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn fisher_f_p(f: f64, between: f64, within: f64) -> Result<TailProbability, AnalysisError> {
    if f.is_nan() || f < 0.0 {
        return Err(AnalysisError::StatisticOutOfRange {
            statistic: "F",
            value: f,
            expected: "at least 0",
        });
    }
    require_degrees_of_freedom(between)?;
    require_degrees_of_freedom(within)?;
    if f == 0.0 {
        return Ok(TailProbability::CERTAIN);
    }
    if f.is_infinite() {
        return Ok(TailProbability::IMPOSSIBLE);
    }

    let (a, b) = (within / 2.0, between / 2.0);
    let r = f / a * b;
    let (x, y) = if r <= 1.0 {
        (1.0 / (1.0 + r), r / (1.0 + r))
    } else {
        let inverse = 1.0 / r;
        (inverse / (1.0 + inverse), 1.0 / (1.0 + inverse))
    };
    let y_0 = b / (a + b);
    let ln_x_ratio = -(y_0 * (f - 1.0)).ln_1p();
    let ln_front = a * ln_x_ratio + b * (f.ln() + ln_x_ratio) + 0.5 * (a * y_0 / TAU).ln()
        - stirling_remainder(a)
        - stirling_remainder(b)
        + stirling_remainder(a + b);
    if x < (a + 1.0) / (a + b + 2.0) {
        let ln_p = ln_front - a.ln() + continued_fraction(a, b, x).ln();
        Ok(TailProbability::of_ln(ln_p))
    } else {
        let below = ln_front.exp() / b * continued_fraction(b, a, y);
        Ok(TailProbability::of_complement(below))
    }
}
