//! How much of the variance lies between groups, and how much within: of test errors, between
//! networks and between repeated tests of one network.
//!
//! One-way random effects, x_ij = m + g_i + e_ij, for k groups i of n_i values, N in all; m_i and m
//! are the means of group i and of all values (mean squares and variances carry the square of the
//! unit of the values):
//!
//! ```text
//! MS_b = sum_i n_i (m_i - m)^2 / (k - 1)      MS_w = sum_ij (x_ij - m_i)^2 / (N - k)
//! n_0  = (N - sum_i n_i^2 / N) / (k - 1)      (every n_i, if all are equal)
//!
//! within  s_e^2 = MS_w                        between s_g^2 = max(0, (MS_b - MS_w) / n_0)
//! ICC = s_g^2 / (s_g^2 + s_e^2)               F = MS_b / MS_w with k - 1 and N - k
//! ```
//!
//! the estimators of the method of moments (Searle, Casella & McCulloch 1992, Sections 3.5 and
//! 3.6). (MS_b - MS_w) / n_0 may be negative by chance: a variance cannot, so it is set to 0, and
//! the result says so and keeps what it was.

use crate::summary::{Deviations, sum};
use crate::{AnalysisError, extended_float, fisher_f_p};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Variance between and within groups, with the F test of the former.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct VarianceComponents {
    /// Number of groups, k.
    pub groups: usize,
    /// Number of values in all groups, N.
    pub values: usize,
    /// Values a group, n_0: the number itself where all groups have the same.
    pub effective_group_size: f64,
    /// Mean of all values.
    pub grand_mean: f64,
    /// MS_b.
    pub mean_square_between: f64,
    /// MS_w.
    pub mean_square_within: f64,
    /// k - 1.
    pub degrees_of_freedom_between: f64,
    /// N - k.
    pub degrees_of_freedom_within: f64,
    /// Variance of the groups' own means, s_g^2, at least 0.
    pub between_variance: f64,
    /// The same before it was set to 0, if it was.
    pub between_variance_untruncated: f64,
    /// Whether it was.
    pub is_truncated: bool,
    /// Variance within a group, s_e^2.
    pub within_variance: f64,
    /// Share of the variance that lies between groups, 0 to 1.
    pub intraclass_correlation: f64,
    /// MS_b over MS_w; infinite without variance within groups.
    #[serde(with = "extended_float")]
    #[schemars(with = "extended_float::ExtendedFloat")]
    pub f: f64,
    /// Probability of an F at least as large if the groups do not differ.
    pub p: f64,
    /// Its natural logarithm.
    #[serde(with = "extended_float")]
    #[schemars(with = "extended_float::ExtendedFloat")]
    pub ln_p: f64,
}

impl VarianceComponents {
    /// Splits the variance of at least two groups, at least one of which has two values.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::TooFewValues`] for fewer than two groups, an empty group, or no group of
    /// two; [`AnalysisError::NotFinite`] (its index counted through all groups);
    /// [`AnalysisError::ConstantSample`] if all values are equal;
    /// [`AnalysisError::SquaresOutOfRange`] where squares leave f64.
    ///
    /// # Example
    ///
    /// ```
    /// use segdend_analysis::VarianceComponents;
    ///
    /// // Three networks, tested three times each.
    /// let errors_percent = [[4.0, 4.1, 4.2], [3.6, 3.5, 3.7], [4.4, 4.5, 4.3]];
    /// let found = VarianceComponents::of(&errors_percent)?;
    /// assert!((found.within_variance - 0.01).abs() < 1e-12);
    /// assert!((found.mean_square_between - 0.49).abs() < 1e-12);
    /// assert!((found.between_variance - 0.16).abs() < 1e-12);
    /// assert!((found.f - 49.0).abs() < 1e-9);
    /// # Ok::<(), segdend_analysis::AnalysisError>(())
    /// ```
    pub fn of<Group: AsRef<[f64]>>(groups: &[Group]) -> Result<Self, AnalysisError> {
        let slices: Vec<&[f64]> = groups.iter().map(AsRef::as_ref).collect();
        let count = slices.len();
        let too_few = |found, needed| Err(AnalysisError::TooFewValues { found, needed });
        if count < 2 {
            return too_few(count, 2);
        }
        if slices.iter().any(|group| group.is_empty()) {
            return too_few(0, 1);
        }
        let all = slices.concat();
        if all.len() == count {
            return too_few(1, 2);
        }
        let overall = Deviations::of(&all)?;
        if overall.min == overall.max {
            return Err(AnalysisError::ConstantSample { value: overall.min });
        }

        let (total, groups) = (all.len() as f64, count as f64);
        let mut squares_within = 0.0;
        let mut squares_between = 0.0;
        for group in &slices {
            let (mean, squares) = match group {
                [value] => (*value, 0.0),
                _ => {
                    let group = Deviations::of(group)?;
                    (group.mean, group.sum_of_squares)
                }
            };
            squares_within += squares;
            squares_between += group.len() as f64 * (mean - overall.mean).powi(2);
        }
        let degrees_of_freedom_between = groups - 1.0;
        let degrees_of_freedom_within = total - groups;
        let mean_square_between = squares_between / degrees_of_freedom_between;
        let mean_square_within = squares_within / degrees_of_freedom_within;
        let squared_sizes = sum(slices.iter().map(|group| (group.len() as f64).powi(2)));
        let effective_group_size = (total - squared_sizes / total) / degrees_of_freedom_between;
        let untruncated = (mean_square_between - mean_square_within) / effective_group_size;
        let between_variance = untruncated.max(0.0);
        let f = mean_square_between / mean_square_within;
        let tail = fisher_f_p(f, degrees_of_freedom_between, degrees_of_freedom_within)?;
        Ok(Self {
            groups: count,
            values: all.len(),
            effective_group_size,
            grand_mean: overall.mean,
            mean_square_between,
            mean_square_within,
            degrees_of_freedom_between,
            degrees_of_freedom_within,
            between_variance,
            between_variance_untruncated: untruncated,
            is_truncated: untruncated < 0.0,
            within_variance: mean_square_within,
            intraclass_correlation: between_variance / (between_variance + mean_square_within),
            f,
            p: tail.p,
            ln_p: tail.ln_p,
        })
    }
}
