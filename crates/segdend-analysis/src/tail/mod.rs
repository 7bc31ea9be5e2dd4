//! Probabilities of what is far out: P of t, r, z, F and chi-squared, down to where f64 ends and,
//! as a logarithm, beyond.
//!
//! Each comes from the survival function, never from 1 - cdf, and its logarithm is computed first
//! where P is small: the paper reports values down to 1e-61.

mod chi_squared;
mod fisher;
mod incomplete_beta;
mod stirling;
mod student;

pub use chi_squared::{chi_squared_p, normal_p};
pub use fisher::fisher_f_p;
pub(crate) use stirling::stirling_remainder;
pub use student::{correlation_p, student_t_p, two_tailed_p};

use crate::{AnalysisError, extended_float};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::f64::consts::LN_2;

/// The most degrees of freedom. The terms of the continued fractions cancel more the more there
/// are: at this many, ten digits of ln P remain.
const MOST_DEGREES_OF_FREEDOM: f64 = 1e6;

/// Which values of a statistic count as at least as extreme as the one observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tails {
    /// Those at least as far from zero, on either side.
    Two,
    /// Those not below it.
    Upper,
    /// Those not above it.
    Lower,
}

/// A probability together with its natural logarithm.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct TailProbability {
    /// The probability, 0 to 1; 0 where it is below the smallest f64.
    pub p: f64,
    /// Its natural logarithm, at most 0; finite wherever t is finite.
    #[serde(with = "extended_float")]
    #[schemars(with = "extended_float::ExtendedFloat")]
    pub ln_p: f64,
}

impl TailProbability {
    pub(crate) const CERTAIN: Self = Self { p: 1.0, ln_p: 0.0 };
    pub(crate) const IMPOSSIBLE: Self = Self {
        p: 0.0,
        ln_p: f64::NEG_INFINITY,
    };

    /// From ln P, which rounding may have put above 0.
    pub(crate) fn of_ln(ln_p: f64) -> Self {
        let ln_p = ln_p.min(0.0);
        Self {
            p: ln_p.exp(),
            ln_p,
        }
    }

    /// From 1 - P, which rounding may have put outside 0 to 1.
    pub(crate) fn of_complement(complement: f64) -> Self {
        let complement = complement.clamp(0.0, 1.0);
        Self {
            p: 1.0 - complement,
            ln_p: (-complement).ln_1p(),
        }
    }

    /// From the two-tailed P of a statistic whose distribution is symmetric about zero.
    fn of_symmetric(self, statistic: f64, tails: Tails) -> Self {
        let beyond = Self {
            p: self.p / 2.0,
            ln_p: self.ln_p - LN_2,
        };
        let towards = match tails {
            Tails::Two => return self,
            Tails::Upper => statistic >= 0.0,
            Tails::Lower => statistic <= 0.0,
        };
        if towards {
            beyond
        } else {
            Self::of_complement(beyond.p)
        }
    }

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

fn require_degrees_of_freedom(degrees_of_freedom: f64) -> Result<(), AnalysisError> {
    if degrees_of_freedom > 0.0 && degrees_of_freedom <= MOST_DEGREES_OF_FREEDOM {
        Ok(())
    } else {
        Err(AnalysisError::InvalidDegreesOfFreedom {
            degrees_of_freedom,
            largest: MOST_DEGREES_OF_FREEDOM,
        })
    }
}
