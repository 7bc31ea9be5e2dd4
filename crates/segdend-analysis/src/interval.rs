//! Confidence intervals by Student's t.
//!
//! For an estimate m with standard error se (of the same unit) and nu degrees of freedom:
//!
//! ```text
//! m - q se  to  m + q se,   q such that P(|T| <= q) = confidence   (Student 1908)
//! ```
//!
//! with T Student's t with nu degrees of freedom.

use crate::AnalysisError;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// An interval that covers the true value with a given confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ConfidenceInterval {
    /// How often such an interval covers the true value, between 0 and 1.
    pub confidence: f64,
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

impl ConfidenceInterval {
    pub(crate) fn by_student(
        estimate: f64,
        standard_error: f64,
        degrees_of_freedom: f64,
        confidence: f64,
    ) -> Result<Self, AnalysisError> {
        if !(confidence > 0.0 && confidence < 1.0) {
            return Err(AnalysisError::InvalidConfidence { confidence });
        }
        let student = StudentsT::new(0.0, 1.0, degrees_of_freedom).map_err(|_| {
            AnalysisError::InvalidDegreesOfFreedom {
                degrees_of_freedom,
                largest: f64::MAX,
            }
        })?;
        let half_width = standard_error * student.inverse_cdf(0.5 + 0.5 * confidence);
        Ok(Self {
            confidence,
            lower: estimate - half_width,
            upper: estimate + half_width,
        })
    }
}
