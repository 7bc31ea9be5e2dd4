//! Student's t, and Pearson's r, which is one in disguise.
//!
//! For a statistic t with nu degrees of freedom (Abramowitz & Stegun 26.7.1):
//!
//! ```text
//! P(|T| >= |t|) = I_x(a, 1/2)      a = nu / 2,   x = nu / (nu + t^2)
//!               = 1 - I_y(1/2, a)                y = 1 - x
//! ```
//!
//! with I the regularised incomplete beta function, here from its continued fraction (DLMF
//! 8.17.22), whose factor in front is taken as a logarithm:
//!
//! ```text
//! ln I_x(a, b) = a ln x + b ln y - ln a - ln B(a, b) + ln(1 / (1 + d_1 / (1 + d_2 / (1 + ...))))
//! ```
//!
//! The fraction converges fast for x < (a + 1) / (a + b + 2); on the other side, where P is above
//! 0.08, the second form is used. x and y come from t directly, never from one another, so
//! neither loses digits.

use super::incomplete_beta::continued_fraction;
use super::{TailProbability, Tails, require_degrees_of_freedom};
use crate::AnalysisError;
use std::f64::consts::PI;

/// From here on five terms of the asymptotic series of ln B(a, 1/2) are exact to the last bit.
const SERIES_FROM: f64 = 16.0;

/// Probability that |T| is at least |t| for Student's T with `degrees_of_freedom`, which need not
/// be whole.
///
/// The relative error of `ln_p` is below 1e-13, hence that of `p` about |ln p| times as much:
/// below 1e-12 at p = 1e-300. Above a thousand degrees of freedom both grow in proportion to their
/// number. An infinite t gives p = 0 and ln p = -inf.
///
/// # Errors
///
/// [`AnalysisError::InvalidStatistic`] if t is NaN, [`AnalysisError::InvalidDegreesOfFreedom`]
/// unless 0 < `degrees_of_freedom` <= 1e6.
///
/// # Example
///
/// ```
/// use segdend_analysis::two_tailed_p;
///
/// // With one degree of freedom T is Cauchy's: half of it lies beyond 1.
/// assert!((two_tailed_p(1.0, 1.0)?.p - 0.5).abs() < 1e-14);
///
/// // Far beyond the smallest f64 the logarithm still stands.
/// let tail = two_tailed_p(1e20, 38.0)?;
/// assert_eq!(tail.p, 0.0);
/// assert!(tail.ln_p < -1_600.0);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn two_tailed_p(t: f64, degrees_of_freedom: f64) -> Result<TailProbability, AnalysisError> {
    if t.is_nan() {
        return Err(AnalysisError::InvalidStatistic { t });
    }
    require_degrees_of_freedom(degrees_of_freedom)?;
    if t == 0.0 {
        return Ok(TailProbability::CERTAIN);
    }
    if t.is_infinite() {
        return Ok(TailProbability::IMPOSSIBLE);
    }

    let point = Point::of(t.abs(), degrees_of_freedom);
    let a = degrees_of_freedom / 2.0;
    let b = 0.5;
    let ln_front = a * point.ln_x + b * point.ln_y - ln_beta_half(a);
    if point.x < (a + 1.0) / (a + b + 2.0) {
        let ln_p = ln_front - a.ln() + continued_fraction(a, b, point.x).ln();
        Ok(TailProbability::of_ln(ln_p))
    } else {
        let within = ln_front.exp() / b * continued_fraction(b, a, point.y);
        Ok(TailProbability::of_complement(within))
    }
}

/// P of Student's t with `degrees_of_freedom`, on one side or on both.
///
/// ```text
/// two:    P(|T| >= |t|)      upper:  P(T >= t)      lower:  P(T <= t)
/// ```
///
/// As exact as [`two_tailed_p`], on the side away from t as far as 1 - P is.
///
/// # Errors
///
/// Those of [`two_tailed_p`].
///
/// # Example
///
/// ```
/// use segdend_analysis::{Tails, student_t_p, two_tailed_p};
///
/// let below = student_t_p(-4.0, 38.0, Tails::Lower)?;
/// assert_eq!(below.p, two_tailed_p(-4.0, 38.0)?.p / 2.0);
/// let above = student_t_p(-4.0, 38.0, Tails::Upper)?;
/// assert_eq!(above.p, 1.0 - below.p);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn student_t_p(
    t: f64,
    degrees_of_freedom: f64,
    tails: Tails,
) -> Result<TailProbability, AnalysisError> {
    Ok(two_tailed_p(t, degrees_of_freedom)?.of_symmetric(t, tails))
}

/// P of Pearson's r with `degrees_of_freedom`, the number of pairs less two.
///
/// ```text
/// t = r sqrt(nu / ((1 - r)(1 + r))),  then as for Student's t with nu degrees of freedom
/// ```
///
/// # Errors
///
/// [`AnalysisError::StatisticOutOfRange`] unless -1 <= r <= 1,
/// [`AnalysisError::InvalidDegreesOfFreedom`] unless 0 < `degrees_of_freedom` <= 1e6.
///
/// # Example
///
/// ```
/// use segdend_analysis::{Tails, correlation_p};
///
/// // Figure 5B: r = 0.61 between the losses of two layers. (The paper gives no P.)
/// let tail = correlation_p(0.61, 98.0, Tails::Two)?;
/// assert!(tail.p < 1e-10);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn correlation_p(
    r: f64,
    degrees_of_freedom: f64,
    tails: Tails,
) -> Result<TailProbability, AnalysisError> {
    if !(-1.0..=1.0).contains(&r) {
        return Err(AnalysisError::StatisticOutOfRange {
            statistic: "r",
            value: r,
            expected: "-1 to 1",
        });
    }
    let t = r * (degrees_of_freedom / ((1.0 - r) * (1.0 + r))).sqrt();
    // Degrees of freedom that are none make t a NaN: they are the error, not t.
    require_degrees_of_freedom(degrees_of_freedom)?;
    student_t_p(t, degrees_of_freedom, tails)
}

/// x = 1 / (1 + r^2) and y = r^2 / (1 + r^2), for r = |t| / sqrt(nu), with their logarithms.
struct Point {
    x: f64,
    y: f64,
    ln_x: f64,
    ln_y: f64,
}

impl Point {
    fn of(t: f64, degrees_of_freedom: f64) -> Self {
        let r = t / degrees_of_freedom.sqrt();
        if r <= 1.0 {
            let square = r * r;
            let ln_sum = square.ln_1p();
            Self {
                x: 1.0 / (1.0 + square),
                y: square / (1.0 + square),
                ln_x: -ln_sum,
                ln_y: 2.0 * r.ln() - ln_sum,
            }
        } else {
            let ln_r = if r.is_finite() {
                r.ln()
            } else {
                t.ln() - 0.5 * degrees_of_freedom.ln()
            };
            let inverse = (1.0 / r) * (1.0 / r);
            let ln_sum = inverse.ln_1p();
            Self {
                x: inverse / (1.0 + inverse),
                y: 1.0 / (1.0 + inverse),
                ln_x: -2.0 * ln_r - ln_sum,
                ln_y: -ln_sum,
            }
        }
    }
}

/// ln B(a, 1/2) = ln Gamma(1/2) - ln(Gamma(a + 1/2) / Gamma(a)).
///
/// The difference of two log gammas would cancel digits, so the ratio comes from its asymptotic
/// series (DLMF 5.11.13), ln(a)/2 - 1/(8a) + 1/(192a^3) - 1/(640a^5) + ..., after as many steps of
/// Gamma(z + 1) = z Gamma(z) as bring a to where the series is exact.
fn ln_beta_half(a: f64) -> f64 {
    const SERIES: [f64; 5] = [
        -1.0 / 8.0,
        1.0 / 192.0,
        -1.0 / 640.0,
        17.0 / 14_336.0,
        -31.0 / 18_432.0,
    ];

    let mut raised = a;
    let mut steps = 1.0;
    while raised < SERIES_FROM {
        steps *= raised / (raised + 0.5);
        raised += 1.0;
    }
    let inverse = 1.0 / raised;
    let square = inverse * inverse;
    let correction = SERIES
        .iter()
        .rev()
        .fold(0.0, |total, term| total * square + term);
    let ln_ratio = 0.5 * raised.ln() + inverse * correction + steps.ln();
    0.5 * PI.ln() - ln_ratio
}
