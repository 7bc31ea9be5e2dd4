//! Two-tailed probability of Student's t, down to where f64 ends and, as a logarithm, beyond.
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

use crate::{AnalysisError, extended_float};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// The most degrees of freedom. The terms of the continued fraction cancel more the more there
/// are: at this many, eleven digits of ln P remain.
const MOST_DEGREES_OF_FREEDOM: f64 = 1e6;

/// From here on five terms of the asymptotic series of ln B(a, 1/2) are exact to the last bit.
const SERIES_FROM: f64 = 16.0;

/// A probability together with its natural logarithm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TailProbability {
    /// The probability, 0 to 1; 0 where it is below the smallest f64.
    pub p: f64,
    /// Its natural logarithm, at most 0; finite wherever t is finite.
    #[serde(with = "extended_float")]
    pub ln_p: f64,
}

impl TailProbability {
    /// The same probability after Bonferroni's correction: times the number of comparisons, at
    /// most 1.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::NoComparisons`] for zero comparisons.
    ///
    /// # Example
    ///
    /// ```
    /// use segdend_analysis::two_tailed_p;
    ///
    /// // Figure 6B, one layer against two: t(38) = 197.11, reported P = 2.5e-58.
    /// let raw = two_tailed_p(197.11, 38.0)?;
    /// let corrected = raw.bonferroni(3)?;
    /// assert_eq!(format!("{:.1e}", raw.p), "8.3e-59");
    /// assert_eq!(format!("{:.1e}", corrected.p), "2.5e-58");
    /// # Ok::<(), segdend_analysis::AnalysisError>(())
    /// ```
    pub fn bonferroni(self, comparisons: usize) -> Result<Self, AnalysisError> {
        if comparisons == 0 {
            return Err(AnalysisError::NoComparisons);
        }
        let factor = comparisons as f64;
        Ok(Self {
            p: (self.p * factor).min(1.0),
            ln_p: (self.ln_p + factor.ln()).min(0.0),
        })
    }
}

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
    if !(degrees_of_freedom > 0.0 && degrees_of_freedom <= MOST_DEGREES_OF_FREEDOM) {
        return Err(AnalysisError::InvalidDegreesOfFreedom {
            degrees_of_freedom,
            largest: MOST_DEGREES_OF_FREEDOM,
        });
    }
    if t == 0.0 {
        return Ok(TailProbability { p: 1.0, ln_p: 0.0 });
    }
    if t.is_infinite() {
        return Ok(TailProbability {
            p: 0.0,
            ln_p: f64::NEG_INFINITY,
        });
    }

    let point = Point::of(t.abs(), degrees_of_freedom);
    let a = degrees_of_freedom / 2.0;
    let b = 0.5;
    let ln_front = a * point.ln_x + b * point.ln_y - ln_beta_half(a);
    if point.x < (a + 1.0) / (a + b + 2.0) {
        let ln_p = ln_front - a.ln() + continued_fraction(a, b, point.x).ln();
        let ln_p = ln_p.min(0.0);
        Ok(TailProbability {
            p: ln_p.exp(),
            ln_p,
        })
    } else {
        let within = ln_front.exp() / b * continued_fraction(b, a, point.y);
        let within = within.clamp(0.0, 1.0);
        Ok(TailProbability {
            p: 1.0 - within,
            ln_p: (-within).ln_1p(),
        })
    }
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

/// 1 / (1 + d_1 / (1 + d_2 / (1 + ...))) of DLMF 8.17.22, by the modified method of Lentz
/// (Thompson & Barnett 1986).
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    /// Stands in for a denominator of zero.
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };

    // About sqrt(max(a, b)) steps are needed; twenty times as many are a bound, not a tolerance.
    let most_steps = 200.0 + 20.0 * a.max(b).sqrt();
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    let mut step = 1.0;
    while step < most_steps {
        let twice = 2.0 * step;
        let even = step * (b - step) * x / ((a + twice - 1.0) * (a + twice));
        let odd = -(a + step) * (a + b + step) * x / ((a + twice) * (a + twice + 1.0));
        let before = value;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            value *= c * d;
        }
        if (value - before).abs() <= f64::EPSILON * value.abs() {
            break;
        }
        step += 1.0;
    }
    value
}
