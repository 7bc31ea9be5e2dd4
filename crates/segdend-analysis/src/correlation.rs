//! Pearson's correlation of two paired samples, and the probability of one as strong by chance.
//!
//! For pairs (x_i, y_i), i = 1 ... n, with means m_x, m_y (r, t and nu have no unit):
//!
//! ```text
//! r  = sum (x_i - m_x)(y_i - m_y) / sqrt(sum (x_i - m_x)^2  sum (y_i - m_y)^2)
//! t  = r sqrt(nu / (1 - r^2)),   nu = n - 2
//! ```
//!
//! Under no correlation and normal values, t is Student's with nu degrees of freedom (Fisher
//! 1915), and P is its two-tailed probability. Figure 5B and 5C use r between the losses of the
//! output and of the hidden layer.

use crate::summary::{Deviations, sum};
use crate::{AnalysisError, extended_float, two_tailed_p};
use serde::{Deserialize, Serialize};

/// Pearson's r with its two-tailed probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    /// Number of pairs, n.
    pub count: usize,
    /// Pearson's r, -1 to 1.
    pub r: f64,
    /// The t statistic of r; infinite for r = 1 or -1.
    #[serde(with = "extended_float")]
    pub t: f64,
    /// Degrees of freedom, n - 2.
    pub degrees_of_freedom: f64,
    /// Two-tailed probability, not corrected.
    pub p: f64,
    /// Natural logarithm of the two-tailed probability.
    #[serde(with = "extended_float")]
    pub ln_p: f64,
}

/// Pearson's correlation of at least three pairs.
///
/// # Errors
///
/// [`AnalysisError::UnequalLengths`] unless the samples are paired,
/// [`AnalysisError::TooFewValues`] below three pairs, [`AnalysisError::ConstantSample`] if either
/// sample repeats one value, [`AnalysisError::NotFinite`] for a NaN or an infinity, and
/// [`AnalysisError::SquaresOutOfRange`] where squares leave f64.
///
/// # Example
///
/// ```
/// use segdend_analysis::pearson;
///
/// let correlation = pearson(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0])?;
/// assert!((correlation.r - 0.8).abs() < 1e-14);
/// assert!((correlation.p - 0.2).abs() < 1e-14);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn pearson(x: &[f64], y: &[f64]) -> Result<Correlation, AnalysisError> {
    /// With two pairs r is always 1 or -1, and says nothing.
    const FEWEST_PAIRS: usize = 3;

    let count = x.len();
    if count != y.len() {
        return Err(AnalysisError::UnequalLengths {
            first: count,
            second: y.len(),
        });
    }
    if count < FEWEST_PAIRS {
        return Err(AnalysisError::TooFewValues {
            found: count,
            needed: FEWEST_PAIRS,
        });
    }
    let (x_spread, y_spread) = (Deviations::of(x)?, Deviations::of(y)?);
    for spread in [&x_spread, &y_spread] {
        if spread.min == spread.max {
            return Err(AnalysisError::ConstantSample { value: spread.min });
        }
    }

    let products = sum(x
        .iter()
        .zip(y)
        .map(|(x, y)| (x - x_spread.mean) * (y - y_spread.mean)));
    let scale = x_spread.sum_of_squares.sqrt() * y_spread.sum_of_squares.sqrt();
    let r = (products / scale).clamp(-1.0, 1.0);
    let degrees_of_freedom = (count - 2) as f64;
    let t = r * (degrees_of_freedom / ((1.0 - r) * (1.0 + r))).sqrt();
    let tail = two_tailed_p(t, degrees_of_freedom)?;
    Ok(Correlation {
        count,
        r,
        t,
        degrees_of_freedom,
        p: tail.p,
        ln_p: tail.ln_p,
    })
}
