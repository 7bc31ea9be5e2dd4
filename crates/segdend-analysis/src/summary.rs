//! Mean, spread and standard error of one sample.
//!
//! For values x_1 ... x_n (any unit; the results carry the same unit, the variance its square):
//!
//! ```text
//! mean            m   = (1 / n) sum x_i
//! sample variance s^2 = (1 / (n - 1)) sum (x_i - m)^2
//! standard error  se  = s / sqrt(n)
//! ```
//!
//! Two passes with the rounding error of the first mean put back (Chan, Golub & LeVeque 1983,
//! "Algorithms for computing the sample variance", Eq. 1.7). Sums run from the first value to the
//! last, so a sample in the same order gives the same bits.

use crate::{AnalysisError, ConfidenceInterval};
use serde::{Deserialize, Serialize};

/// The mean and spread of a sample of at least two values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Number of values, n.
    pub count: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Unbiased sample variance, with n - 1 below the line.
    pub variance: f64,
    /// Square root of the variance.
    pub standard_deviation: f64,
    /// Standard deviation over the square root of n.
    pub standard_error: f64,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
}

impl Summary {
    /// Summarises a sample. A sample that repeats one value has exactly that mean and variance 0.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::TooFewValues`] below two values, [`AnalysisError::NotFinite`] for a NaN or
    /// an infinity, [`AnalysisError::SquaresOutOfRange`] where the squares overflow, or underflow
    /// to zero though the values differ.
    ///
    /// # Example
    ///
    /// ```
    /// use segdend_analysis::Summary;
    ///
    /// let errors_percent = [4.0, 4.1, 4.2, 4.1];
    /// let summary = Summary::of(&errors_percent)?;
    /// assert!((summary.mean - 4.1).abs() < 1e-12);
    /// assert_eq!((summary.min, summary.max), (4.0, 4.2));
    /// # Ok::<(), segdend_analysis::AnalysisError>(())
    /// ```
    pub fn of(values: &[f64]) -> Result<Self, AnalysisError> {
        let sample = Deviations::of(values)?;
        let count = values.len();
        let variance = sample.sum_of_squares / (count - 1) as f64;
        let standard_deviation = variance.sqrt();
        Ok(Self {
            count,
            mean: sample.mean,
            variance,
            standard_deviation,
            standard_error: standard_deviation / (count as f64).sqrt(),
            min: sample.min,
            max: sample.max,
        })
    }

    /// The interval that covers the mean of the population with this confidence, by Student's t
    /// with n - 1 degrees of freedom.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidConfidence`] unless 0 < `confidence` < 1.
    ///
    /// # Example
    ///
    /// ```
    /// use segdend_analysis::Summary;
    ///
    /// // With one degree of freedom the quantile of 50 % is 1.
    /// let interval = Summary::of(&[1.0, 3.0])?.confidence_interval(0.5)?;
    /// assert!((interval.lower - 1.0).abs() < 1e-12);
    /// assert!((interval.upper - 3.0).abs() < 1e-12);
    /// # Ok::<(), segdend_analysis::AnalysisError>(())
    /// ```
    pub fn confidence_interval(
        &self,
        confidence: f64,
    ) -> Result<ConfidenceInterval, AnalysisError> {
        let degrees_of_freedom = self.count as f64 - 1.0;
        ConfidenceInterval::by_student(
            self.mean,
            self.standard_error,
            degrees_of_freedom,
            confidence,
        )
    }
}

/// Arithmetic mean of at least one value, summed from the first to the last.
///
/// # Errors
///
/// [`AnalysisError::TooFewValues`] for an empty sample, [`AnalysisError::NotFinite`] for a NaN or
/// an infinity, [`AnalysisError::SquaresOutOfRange`] where the sum overflows.
///
/// # Example
///
/// ```
/// let mean = segdend_analysis::mean(&[1.0, 2.0, 6.0])?;
/// assert_eq!(mean, 3.0);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn mean(values: &[f64]) -> Result<f64, AnalysisError> {
    require_finite(values, 1)?;
    let (min, max) = range(values);
    corrected_mean(values, min, max)
}

/// Mean, range and sum of squared deviations of at least two finite values.
pub(crate) struct Deviations {
    pub(crate) mean: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// Sum of (x_i - mean)^2: zero exactly if all values are equal.
    pub(crate) sum_of_squares: f64,
}

impl Deviations {
    pub(crate) fn of(values: &[f64]) -> Result<Self, AnalysisError> {
        require_finite(values, 2)?;
        let (min, max) = range(values);
        let mean = corrected_mean(values, min, max)?;
        let (mut squares, mut remainder) = (0.0, 0.0);
        for value in values {
            let deviation = value - mean;
            squares += deviation * deviation;
            remainder += deviation;
        }
        let sum_of_squares = squares - remainder * remainder / values.len() as f64;
        let in_range = sum_of_squares.is_finite() && (sum_of_squares > 0.0 || min == max);
        if !in_range {
            return Err(out_of_range(mean, min, max));
        }
        Ok(Self {
            mean,
            min,
            max,
            sum_of_squares,
        })
    }
}

/// Fails unless there are at least `needed` values, all finite.
pub(crate) fn require_finite(values: &[f64], needed: usize) -> Result<(), AnalysisError> {
    if values.len() < needed {
        return Err(AnalysisError::TooFewValues {
            found: values.len(),
            needed,
        });
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(AnalysisError::NotFinite {
            index,
            value: values[index],
        }),
        None => Ok(()),
    }
}

fn range(values: &[f64]) -> (f64, f64) {
    values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), &value| {
            (min.min(value), max.max(value))
        })
}

/// The mean, corrected once by the mean of what it leaves over.
fn corrected_mean(values: &[f64], min: f64, max: f64) -> Result<f64, AnalysisError> {
    if min == max {
        return Ok(min);
    }
    let count = values.len() as f64;
    let first = sum(values.iter().copied()) / count;
    let mean = first + sum(values.iter().map(|value| value - first)) / count;
    if mean.is_finite() {
        // Rounding may not carry the mean past the values it is the mean of.
        Ok(mean.clamp(min, max))
    } else {
        Err(out_of_range(mean, min, max))
    }
}

fn out_of_range(mean: f64, min: f64, max: f64) -> AnalysisError {
    let largest_deviation = if mean.is_finite() {
        (max - mean).max(mean - min)
    } else {
        max / 2.0 - min / 2.0
    };
    AnalysisError::SquaresOutOfRange { largest_deviation }
}

/// The sum in the order of the iterator.
pub(crate) fn sum(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |total, value| total + value)
}

/// The means over every `rows` neighbouring values, as many as there are such; over all of them where
/// they are fewer.
///
/// ```
/// use segdend_analysis::running_means;
///
/// assert_eq!(running_means(&[4.0, 2.0, 0.0, 4.0], 2), [3.0, 1.0, 2.0]);
/// ```
pub fn running_means(values: &[f64], rows: usize) -> Vec<f64> {
    let rows = rows.clamp(1, values.len().max(1));
    // Sums of up to a million angles keep twelve digits.
    let mut sums = Vec::with_capacity(values.len() + 1);
    let mut sum = 0.0;
    sums.push(sum);
    for value in values {
        sum += value;
        sums.push(sum);
    }
    let means = sums[rows..].iter().zip(&sums);
    means.map(|(to, from)| (to - from) / rows as f64).collect()
}
