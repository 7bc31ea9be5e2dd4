//! How large a difference of two means is, in units of the spread within the samples.
//!
//! For samples of n_1 and n_2 values with means m_1, m_2 and sample variances v_1, v_2 (d and g have
//! no unit):
//!
//! ```text
//! Cohen (1988):   d = (m_1 - m_2) / s,  s^2 = ((n_1 - 1) v_1 + (n_2 - 1) v_2) / nu
//! Hedges (1981):  g = J(nu) d,          J(nu) = Gamma(nu / 2) / (sqrt(nu / 2) Gamma((nu - 1) / 2))
//!                                       nu = n_1 + n_2 - 2
//! ```
//!
//! d overstates the effect in the population by the factor 1 / J, 1.02 at nu = 38 and 1.11 at
//! nu = 8; g does not. The difference of two networks' repeated tests is divided by the noise of the
//! tests, that of two groups of networks by the spread of the networks: the same name, two questions.

use crate::tail::stirling_remainder;
use crate::{AnalysisError, Summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The standardised difference of two means.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct EffectSize {
    /// Mean of the first sample minus mean of the second.
    pub mean_difference: f64,
    /// The spread within the samples, s.
    pub pooled_standard_deviation: f64,
    /// n_1 + n_2 - 2.
    pub degrees_of_freedom: f64,
    /// Cohen's d.
    pub cohens_d: f64,
    /// Hedges' g: d less its bias in small samples.
    pub hedges_g: f64,
}

impl EffectSize {
    /// The effect between two samples of at least two values each.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::ConstantSample`] if neither sample has any spread, and whatever
    /// [`Summary::of`] finds wrong with either.
    ///
    /// # Example
    ///
    /// ```
    /// use segdend_analysis::EffectSize;
    ///
    /// let effect = EffectSize::of(&[1.0, 2.0, 3.0], &[2.0, 3.0, 4.0])?;
    /// assert_eq!(effect.cohens_d, -1.0);
    /// assert!((effect.hedges_g + 0.797_884_560_802_865).abs() < 1e-14);
    /// # Ok::<(), segdend_analysis::AnalysisError>(())
    /// ```
    pub fn of(first: &[f64], second: &[f64]) -> Result<Self, AnalysisError> {
        let first = Summary::of(first)?;
        let second = Summary::of(second)?;
        let (n_1, n_2) = (first.count as f64, second.count as f64);
        let degrees_of_freedom = n_1 + n_2 - 2.0;
        let weight = (n_1 - 1.0) / degrees_of_freedom;
        let variance = weight * first.variance + (1.0 - weight) * second.variance;
        if variance == 0.0 {
            return Err(AnalysisError::ConstantSample { value: first.mean });
        }
        let pooled_standard_deviation = variance.sqrt();
        let mean_difference = first.mean - second.mean;
        let cohens_d = mean_difference / pooled_standard_deviation;
        Ok(Self {
            mean_difference,
            pooled_standard_deviation,
            degrees_of_freedom,
            cohens_d,
            hedges_g: hedges_correction(degrees_of_freedom) * cohens_d,
        })
    }
}

/// J(nu), for nu of at least 2.
///
/// With z = nu / 2 and D what Stirling's formula leaves out of ln Gamma,
/// ln J = (z - 1) ln(z / (z - 1/2)) - 1/2 + D(z) - D(z - 1/2).
fn hedges_correction(degrees_of_freedom: f64) -> f64 {
    let z = degrees_of_freedom / 2.0;
    let ln_ratio = -(-0.5 / z).ln_1p();
    ((z - 1.0) * ln_ratio - 0.5 + stirling_remainder(z) - stirling_remainder(z - 0.5)).exp()
}
