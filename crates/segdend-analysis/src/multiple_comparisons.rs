//! Corrections of P values for m comparisons made at once, each capped at 1.
//!
//! ```text
//! Bonferroni (Dunn 1961):  p'_i   = min(1, m p_i)
//! Holm (1979):             p'_(k) = min(1, max over j <= k of (m - j + 1) p_(j))
//! ```
//!
//! where p_(1) <= ... <= p_(m) are the values in order. Both bound the chance of a single false
//! rejection among all m; Holm's is never the larger. The `_ln` forms take and give natural
//! logarithms, for values below the smallest f64. An empty slice gives an empty vector; the order
//! of the input is the order of the output.

use crate::AnalysisError;

/// Bonferroni's correction, m being the number of values.
///
/// # Errors
///
/// [`AnalysisError::InvalidProbability`] for a value outside 0 to 1, or NaN.
///
/// # Example
///
/// ```
/// let corrected = segdend_analysis::bonferroni(&[0.125, 0.5])?;
/// assert_eq!(corrected, [0.25, 1.0]);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn bonferroni(p: &[f64]) -> Result<Vec<f64>, AnalysisError> {
    require_probabilities(p)?;
    let comparisons = p.len() as f64;
    Ok(p.iter().map(|p| (p * comparisons).min(1.0)).collect())
}

/// Bonferroni's correction of natural logarithms.
///
/// # Errors
///
/// [`AnalysisError::InvalidLnProbability`] for a value above 0, or NaN.
///
/// # Example
///
/// ```
/// let corrected = segdend_analysis::bonferroni_ln(&[-2_000.0, -0.1])?;
/// assert_eq!(corrected, [-2_000.0 + 2.0_f64.ln(), 0.0]);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn bonferroni_ln(ln_p: &[f64]) -> Result<Vec<f64>, AnalysisError> {
    require_ln_probabilities(ln_p)?;
    let ln_comparisons = (ln_p.len() as f64).ln();
    Ok(ln_p
        .iter()
        .map(|ln_p| (ln_p + ln_comparisons).min(0.0))
        .collect())
}

/// Holm's step-down correction, m being the number of values.
///
/// # Errors
///
/// [`AnalysisError::InvalidProbability`] for a value outside 0 to 1, or NaN.
///
/// # Example
///
/// ```
/// let corrected = segdend_analysis::holm(&[0.5, 0.125, 0.25])?;
/// assert_eq!(corrected, [0.5, 0.375, 0.5]);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn holm(p: &[f64]) -> Result<Vec<f64>, AnalysisError> {
    require_probabilities(p)?;
    Ok(step_down(p, 0.0, |p, comparisons| {
        (p * comparisons).min(1.0)
    }))
}

/// Holm's step-down correction of natural logarithms.
///
/// # Errors
///
/// [`AnalysisError::InvalidLnProbability`] for a value above 0, or NaN.
///
/// # Example
///
/// ```
/// let corrected = segdend_analysis::holm_ln(&[-1_000.0, -2_000.0])?;
/// assert_eq!(corrected, [-1_000.0, -2_000.0 + 2.0_f64.ln()]);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn holm_ln(ln_p: &[f64]) -> Result<Vec<f64>, AnalysisError> {
    require_ln_probabilities(ln_p)?;
    Ok(step_down(ln_p, f64::NEG_INFINITY, |ln_p, comparisons| {
        (ln_p + comparisons.ln()).min(0.0)
    }))
}

/// From the smallest value up, corrects each for the comparisons still open and never lets the
/// result fall. `least` is the smallest value there is.
fn step_down(values: &[f64], least: f64, correct: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&left, &right| values[left].total_cmp(&values[right]));
    let mut corrected = vec![0.0; values.len()];
    let mut largest = least;
    for (rank, &index) in order.iter().enumerate() {
        largest = correct(values[index], (values.len() - rank) as f64).max(largest);
        corrected[index] = largest;
    }
    corrected
}

fn require_probabilities(p: &[f64]) -> Result<(), AnalysisError> {
    match p.iter().position(|p| !(0.0..=1.0).contains(p)) {
        Some(index) => Err(AnalysisError::InvalidProbability {
            index,
            value: p[index],
        }),
        None => Ok(()),
    }
}

fn require_ln_probabilities(ln_p: &[f64]) -> Result<(), AnalysisError> {
    match ln_p.iter().position(|ln_p| ln_p.is_nan() || *ln_p > 0.0) {
        Some(index) => Err(AnalysisError::InvalidLnProbability {
            index,
            value: ln_p[index],
        }),
        None => Ok(()),
    }
}
