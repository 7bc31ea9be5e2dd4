//! Two-sample, two-tailed t-tests: does the mean of one sample differ from that of another?
//!
//! For samples of n_1 and n_2 values with means m_1, m_2 and sample variances v_1, v_2
//! (t and nu have no unit; the difference and its standard error carry the unit of the values):
//!
//! ```text
//! t = (m_1 - m_2) / se
//!
//! pooled (Student 1908): se^2 = v (1 / n_1 + 1 / n_2),  nu = n_1 + n_2 - 2
//!                        v    = ((n_1 - 1) v_1 + (n_2 - 1) v_2) / nu
//!
//! Welch (1947):          se^2 = w_1 + w_2,  w_i = v_i / n_i
//!                        nu   = (w_1 + w_2)^2 / (w_1^2 / (n_1 - 1) + w_2^2 / (n_2 - 1))
//!
//! paired (Student 1908): se^2 = v_d / n,  nu = n - 1
//!                        v_d  = sample variance of the n differences x_1i - x_2i
//! ```
//!
//! The paper's tests have nu = 38 = 20 + 20 - 2, so they are pooled. P is that of
//! [`two_tailed_p`](crate::two_tailed_p), raw: correct it for several comparisons afterwards.
//!
//! # Samples without spread
//!
//! If both samples are constant, se = 0. With different means t is infinite, with the sign of the
//! difference, and P = 0: the observed difference is infinitely many standard errors. (Welch's nu
//! is 0 / 0 then; it is set to its lower bound, min(n_1, n_2) - 1, and P does not depend on it.)
//! With equal means t is 0 / 0 and the test an error, [`AnalysisError::UndefinedT`]. One constant
//! sample of the two is no special case. In the paired test it is the differences that are constant.

use crate::{AnalysisError, ConfidenceInterval, Summary, extended_float, two_tailed_p};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a t-test assumes of the variances of the two populations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VarianceModel {
    /// One common variance, estimated from both samples (Student).
    Pooled,
    /// Two variances, with Welch's approximate degrees of freedom.
    Welch,
    /// One variance, that of the differences within pairs.
    Paired,
}

/// Result of a two-sample, two-tailed t-test.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct TTest {
    /// Which of the two tests this is.
    pub variance_model: VarianceModel,
    /// Difference of the means over its standard error; infinite for constant, different samples.
    #[serde(with = "extended_float")]
    #[schemars(with = "extended_float::ExtendedFloat")]
    pub t: f64,
    /// Degrees of freedom; not whole for Welch's test.
    pub degrees_of_freedom: f64,
    /// Two-tailed probability, not corrected.
    pub p: f64,
    /// Natural logarithm of the two-tailed probability.
    #[serde(with = "extended_float")]
    #[schemars(with = "extended_float::ExtendedFloat")]
    pub ln_p: f64,
    /// Mean of the first sample minus mean of the second.
    pub mean_difference: f64,
    /// Standard error of that difference.
    pub standard_error: f64,
}

impl TTest {
    /// The interval that covers the difference of the population means with this confidence. It
    /// leaves out 0 exactly if P is below 1 - `confidence`.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidConfidence`] unless 0 < `confidence` < 1; [`AnalysisError::InvalidDegreesOfFreedom`] only
    /// for a result that no test here has made.
    ///
    /// # Example
    ///
    /// ```
    /// use segdend_analysis::pooled_t_test;
    ///
    /// let test = pooled_t_test(&[8.2, 8.4, 8.3], &[4.1, 4.0, 4.2])?;
    /// let interval = test.confidence_interval(0.95)?;
    /// assert!(interval.lower > 3.9 && interval.upper < 4.5);
    /// # Ok::<(), segdend_analysis::AnalysisError>(())
    /// ```
    pub fn confidence_interval(
        &self,
        confidence: f64,
    ) -> Result<ConfidenceInterval, AnalysisError> {
        ConfidenceInterval::by_student(
            self.mean_difference,
            self.standard_error,
            self.degrees_of_freedom,
            confidence,
        )
    }
}

/// Student's t-test with a pooled variance: the paper's.
///
/// # Errors
///
/// [`AnalysisError::UndefinedT`] if both samples are constant and equal, and whatever
/// [`Summary::of`] finds wrong with either sample.
///
/// # Example
///
/// ```
/// use segdend_analysis::pooled_t_test;
///
/// let test = pooled_t_test(&[1.0, 2.0, 3.0], &[2.0, 3.0, 4.0])?;
/// assert_eq!(test.degrees_of_freedom, 4.0);
/// assert!((test.t + 1.5_f64.sqrt()).abs() < 1e-14);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn pooled_t_test(first: &[f64], second: &[f64]) -> Result<TTest, AnalysisError> {
    t_test(pooled, VarianceModel::Pooled, first, second)
}

/// Welch's t-test, for samples whose variances may differ.
///
/// # Errors
///
/// [`AnalysisError::UndefinedT`] if both samples are constant and equal, and whatever
/// [`Summary::of`] finds wrong with either sample.
///
/// # Example
///
/// ```
/// use segdend_analysis::welch_t_test;
///
/// // All the variance is in the second sample, so its two degrees of freedom are all there are.
/// let test = welch_t_test(&[1.0, 1.0, 1.0, 1.0], &[2.0, 3.0, 4.0])?;
/// assert_eq!(test.degrees_of_freedom, 2.0);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn welch_t_test(first: &[f64], second: &[f64]) -> Result<TTest, AnalysisError> {
    t_test(welch, VarianceModel::Welch, first, second)
}

/// The paired t-test, for samples whose values belong together two by two: is the mean of the
/// differences other than 0?
///
/// # Errors
///
/// [`AnalysisError::UnequalLengths`] unless every value has its partner,
/// [`AnalysisError::UndefinedT`] if all differences are 0, and whatever [`Summary::of`] finds wrong
/// with the differences.
///
/// # Example
///
/// ```
/// use segdend_analysis::paired_t_test;
///
/// // The differences are -2, -1 and 0: mean -1, standard error 1 / sqrt(3).
/// let test = paired_t_test(&[1.0, 2.0, 3.0], &[3.0, 3.0, 3.0])?;
/// assert_eq!(test.degrees_of_freedom, 2.0);
/// assert!((test.t + 3.0_f64.sqrt()).abs() < 1e-14);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn paired_t_test(first: &[f64], second: &[f64]) -> Result<TTest, AnalysisError> {
    if first.len() != second.len() {
        return Err(AnalysisError::UnequalLengths {
            first: first.len(),
            second: second.len(),
        });
    }
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
    let differences = Summary::of(&differences)?;
    result(
        VarianceModel::Paired,
        differences.mean,
        (differences.standard_error, differences.count as f64 - 1.0),
        0.0,
    )
}

fn t_test(
    error: fn(&Summary, &Summary) -> (f64, f64),
    variance_model: VarianceModel,
    first: &[f64],
    second: &[f64],
) -> Result<TTest, AnalysisError> {
    let first = Summary::of(first)?;
    let second = Summary::of(second)?;
    let difference = first.mean - second.mean;
    let error = error(&first, &second);
    result(variance_model, difference, error, first.mean)
}

/// The test of a difference with its standard error and degrees of freedom; `value` is what repeats
/// where there is no spread.
fn result(
    variance_model: VarianceModel,
    mean_difference: f64,
    (standard_error, degrees_of_freedom): (f64, f64),
    value: f64,
) -> Result<TTest, AnalysisError> {
    if standard_error == 0.0 && mean_difference == 0.0 {
        return Err(AnalysisError::UndefinedT { value });
    }
    let t = mean_difference / standard_error;
    let tail = two_tailed_p(t, degrees_of_freedom)?;
    Ok(TTest {
        variance_model,
        t,
        degrees_of_freedom,
        p: tail.p,
        ln_p: tail.ln_p,
        mean_difference,
        standard_error,
    })
}

/// Standard error and degrees of freedom under one common variance.
fn pooled(first: &Summary, second: &Summary) -> (f64, f64) {
    let (n_1, n_2) = (first.count as f64, second.count as f64);
    let degrees_of_freedom = n_1 + n_2 - 2.0;
    let weight = (n_1 - 1.0) / degrees_of_freedom;
    let variance = weight * first.variance + (1.0 - weight) * second.variance;
    (
        (variance * (1.0 / n_1 + 1.0 / n_2)).sqrt(),
        degrees_of_freedom,
    )
}

/// Standard error and degrees of freedom under two variances.
fn welch(first: &Summary, second: &Summary) -> (f64, f64) {
    let (n_1, n_2) = (first.count as f64, second.count as f64);
    let (w_1, w_2) = (first.variance / n_1, second.variance / n_2);
    let total = w_1 + w_2;
    if total == 0.0 {
        return (0.0, n_1.min(n_2) - 1.0);
    }
    // Shares of the variance instead of the variances: their squares do not leave f64.
    let (share_1, share_2) = (w_1 / total, w_2 / total);
    let inverse = share_1 * share_1 / (n_1 - 1.0) + share_2 * share_2 / (n_2 - 1.0);
    (total.sqrt(), 1.0 / inverse)
}
