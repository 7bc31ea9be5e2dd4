//! The check itself.

use super::{ProbabilityRange, Relation, ReportedP, ReportedStatistic};
use crate::{AnalysisError, TailProbability};
use serde::{Deserialize, Serialize};

/// Whether a reported P follows from the reported statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consistency {
    /// Some statistic that rounds to the one reported has a P that rounds to the one reported, or
    /// keeps within its bound.
    Consistent,
    /// None has.
    Inconsistent,
    /// None has, and significance at the level given changes with it: the reported P is on one side
    /// of the level, P of the statistic as printed on the other.
    DecisionError,
}

/// A check with the numbers behind it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReportedCheck {
    /// The verdict.
    pub consistency: Consistency,
    /// P of the statistic as printed, corrected.
    pub recomputed: TailProbability,
    /// P of all statistics that round to the one printed, corrected.
    pub range: ProbabilityRange,
    /// The factor of Bonferroni's correction.
    pub comparisons: usize,
    /// The level of significance.
    pub significance_level: f64,
}

/// Checks a reported P against the statistic reported beside it.
///
/// With \[l, u\] the P that the rounding of the statistic allows, times `comparisons` and at most 1,
/// the report is consistent if
///
/// ```text
/// P = x:  the numbers that round to x meet [l, u]
/// P < x:  l < x
/// P > x:  u > x           "ns" means P > significance_level
/// P <= x: l <= x
/// P >= x: u >= x
/// ```
///
/// `comparisons` is the factor of Bonferroni's correction, 1 for none. A P at the level itself
/// counts as significant. P = 0.000 stands for all P up to 0.0005. Rules and names are those of
/// statcheck (Nuijten et al. 2016).
///
/// # Errors
///
/// [`AnalysisError::NoComparisons`] for zero comparisons,
/// [`AnalysisError::InvalidSignificanceLevel`] unless 0 < `significance_level` < 1.
///
/// # Example
///
/// ```
/// use segdend_analysis::{Consistency, ReportedStatistic, StatisticKind, Tails, check_reported};
///
/// let kind = StatisticKind::StudentT { degrees_of_freedom: 18.0, tails: Tails::Two };
/// let statistic = ReportedStatistic::new(kind, "1.50".parse()?)?;
/// // P is 0.15: not what is said, and not significant.
/// let check = check_reported(&statistic, &"p < .05".parse()?, 1, 0.05)?;
/// assert_eq!(check.consistency, Consistency::DecisionError);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn check_reported(
    statistic: &ReportedStatistic,
    reported: &ReportedP,
    comparisons: usize,
    significance_level: f64,
) -> Result<ReportedCheck, AnalysisError> {
    if !(significance_level > 0.0 && significance_level < 1.0) {
        return Err(AnalysisError::InvalidSignificanceLevel { significance_level });
    }
    let recomputed = statistic.p().bonferroni(comparisons)?;
    let range = statistic.p_range().bonferroni(comparisons)?;
    let consistency = if is_possible(reported, range, significance_level) {
        Consistency::Consistent
    } else {
        match says_significant(reported, significance_level) {
            Some(said)
                if is_significant(statistic, recomputed, range, significance_level)
                    == Some(!said) =>
            {
                Consistency::DecisionError
            }
            _ => Consistency::Inconsistent,
        }
    };
    Ok(ReportedCheck {
        consistency,
        recomputed,
        range,
        comparisons,
        significance_level,
    })
}

fn is_possible(reported: &ReportedP, range: ProbabilityRange, significance_level: f64) -> bool {
    let (least, most) = (range.least.ln_p, range.most.ln_p);
    match reported {
        ReportedP::Equal(number) => {
            let (lower, upper) = number.ln_bounds();
            least <= upper && lower <= most
        }
        ReportedP::Below(number) => least < number.ln(),
        ReportedP::Above(number) => most > number.ln(),
        ReportedP::AtMost(number) => least <= number.ln(),
        ReportedP::AtLeast(number) => most >= number.ln(),
        ReportedP::NotSignificant => most > significance_level.ln(),
    }
}

/// Whether P of the statistic is significant: that of the number printed or, where only a bound is
/// printed, that of all statistics beyond it.
fn is_significant(
    statistic: &ReportedStatistic,
    recomputed: TailProbability,
    range: ProbabilityRange,
    significance_level: f64,
) -> Option<bool> {
    let sides = match statistic.relation() {
        Relation::Equal => [recomputed; 2],
        Relation::Below | Relation::Above => [range.least, range.most],
    };
    let [least, most] = sides.map(|p| p.p <= significance_level);
    (least == most).then_some(least)
}

/// Whether a report says that P is significant, if it says so much.
fn says_significant(reported: &ReportedP, significance_level: f64) -> Option<bool> {
    match reported {
        ReportedP::Equal(number) => Some(number.value() <= significance_level),
        ReportedP::Below(number) | ReportedP::AtMost(number) => {
            (number.value() <= significance_level).then_some(true)
        }
        ReportedP::Above(number) | ReportedP::AtLeast(number) => {
            (number.value() >= significance_level).then_some(false)
        }
        ReportedP::NotSignificant => Some(false),
    }
}
