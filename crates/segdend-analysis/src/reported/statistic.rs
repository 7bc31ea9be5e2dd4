//! A test statistic as printed, and the P it allows.

use super::ReportedNumber;
use crate::{
    AnalysisError, TailProbability, Tails, chi_squared_p, correlation_p, fisher_f_p, normal_p,
    student_t_p,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which statistic, with what decides its distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum StatisticKind {
    /// Student's t.
    StudentT {
        /// Degrees of freedom, above 0 and at most 1e6.
        degrees_of_freedom: f64,
        /// One tail, or two.
        tails: Tails,
    },
    /// Pearson's r.
    Correlation {
        /// Degrees of freedom, the number of pairs less two.
        degrees_of_freedom: f64,
        /// One tail, or two.
        tails: Tails,
    },
    /// A normal z.
    Normal {
        /// One tail, or two.
        tails: Tails,
    },
    /// Fisher's F, of the upper tail.
    FisherF {
        /// Degrees of freedom above the line.
        between: f64,
        /// Degrees of freedom below the line.
        within: f64,
    },
    /// Chi-squared, of the upper tail.
    ChiSquared {
        /// Degrees of freedom.
        degrees_of_freedom: f64,
    },
}

impl StatisticKind {
    /// P of a statistic of this kind.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::StatisticOutOfRange`] or [`AnalysisError::InvalidStatistic`] where the
    /// statistic cannot lie, [`AnalysisError::InvalidDegreesOfFreedom`].
    ///
    /// # Example
    ///
    /// ```
    /// use segdend_analysis::{StatisticKind, two_tailed_p};
    ///
    /// let kind = StatisticKind::FisherF { between: 1.0, within: 38.0 };
    /// let from_t = two_tailed_p(3.0, 38.0)?.p;
    /// assert!((kind.p_of(9.0)?.p - from_t).abs() < 1e-12);
    /// # Ok::<(), segdend_analysis::AnalysisError>(())
    /// ```
    pub fn p_of(self, statistic: f64) -> Result<TailProbability, AnalysisError> {
        match self {
            Self::StudentT {
                degrees_of_freedom,
                tails,
            } => student_t_p(statistic, degrees_of_freedom, tails),
            Self::Correlation {
                degrees_of_freedom,
                tails,
            } => correlation_p(statistic, degrees_of_freedom, tails),
            Self::Normal { tails } => normal_p(statistic, tails),
            Self::FisherF { between, within } => fisher_f_p(statistic, between, within),
            Self::ChiSquared { degrees_of_freedom } => chi_squared_p(statistic, degrees_of_freedom),
        }
    }

    pub(super) fn tails(self) -> Tails {
        match self {
            Self::StudentT { tails, .. }
            | Self::Correlation { tails, .. }
            | Self::Normal { tails } => tails,
            Self::FisherF { .. } | Self::ChiSquared { .. } => Tails::Upper,
        }
    }

    /// Where the statistic can lie.
    fn domain(self) -> (f64, f64) {
        match self {
            Self::StudentT { .. } | Self::Normal { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Self::Correlation { .. } => (-1.0, 1.0),
            Self::FisherF { .. } | Self::ChiSquared { .. } => (0.0, f64::INFINITY),
        }
    }
}

/// The least and the most a probability can be.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct ProbabilityRange {
    /// Lower end.
    pub least: TailProbability,
    /// Upper end.
    pub most: TailProbability,
}

impl ProbabilityRange {
    /// The same range after Bonferroni's correction of both ends.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::NoComparisons`] for zero comparisons.
    ///
    /// # Example
    ///
    /// ```
    /// use segdend_analysis::{ReportedStatistic, StatisticKind, Tails};
    ///
    /// let kind = StatisticKind::Normal { tails: Tails::Two };
    /// let raw = ReportedStatistic::new(kind, "2.0".parse()?)?.p_range();
    /// let corrected = raw.bonferroni(3)?;
    /// assert_eq!(corrected.most.p, 3.0 * raw.most.p);
    /// # Ok::<(), segdend_analysis::AnalysisError>(())
    /// ```
    pub fn bonferroni(self, comparisons: usize) -> Result<Self, AnalysisError> {
        Ok(Self {
            least: self.least.bonferroni(comparisons)?,
            most: self.most.bonferroni(comparisons)?,
        })
    }
}

/// What a report says of a statistic: its value, or a bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// t = 2.20.
    #[default]
    Equal,
    /// F < 1: every value up to the one printed; of a two-tailed t > 0, every one as near to zero.
    Below,
    /// t > 2: every value from the one printed on.
    Above,
}

/// A test statistic as printed, valid for its kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct ReportedStatistic {
    kind: StatisticKind,
    relation: Relation,
    number: ReportedNumber,
    p: TailProbability,
    p_range: ProbabilityRange,
}

/// What a file holds of a [`ReportedStatistic`].
#[derive(Serialize, Deserialize)]
struct Unchecked {
    #[serde(flatten)]
    kind: StatisticKind,
    #[serde(default, skip_serializing_if = "is_equal")]
    relation: Relation,
    value: ReportedNumber,
}

fn is_equal(relation: &Relation) -> bool {
    *relation == Relation::Equal
}

impl TryFrom<Unchecked> for ReportedStatistic {
    type Error = AnalysisError;

    fn try_from(raw: Unchecked) -> Result<Self, AnalysisError> {
        Self::bounded(raw.kind, raw.relation, raw.value)
    }
}

impl From<ReportedStatistic> for Unchecked {
    fn from(statistic: ReportedStatistic) -> Self {
        Self {
            kind: statistic.kind,
            relation: statistic.relation,
            value: statistic.number,
        }
    }
}

impl ReportedStatistic {
    /// A number as printed, as a statistic of a kind.
    ///
    /// # Errors
    ///
    /// Those of [`StatisticKind::p_of`], for the number as printed.
    ///
    /// # Example
    ///
    /// ```
    /// use segdend_analysis::{ReportedStatistic, StatisticKind, Tails};
    ///
    /// let kind = StatisticKind::StudentT { degrees_of_freedom: 38.0, tails: Tails::Two };
    /// let statistic = ReportedStatistic::new(kind, "197.11".parse()?)?;
    /// let range = statistic.p_range();
    /// assert!(range.least.p < statistic.p().p && statistic.p().p < range.most.p);
    /// # Ok::<(), segdend_analysis::AnalysisError>(())
    /// ```
    pub fn new(kind: StatisticKind, number: ReportedNumber) -> Result<Self, AnalysisError> {
        Self::bounded(kind, Relation::Equal, number)
    }

    /// A number as printed, or the bound that it is, as a statistic of a kind.
    ///
    /// # Errors
    ///
    /// Those of [`StatisticKind::p_of`], for the number as printed.
    ///
    /// # Example
    ///
    /// ```
    /// use segdend_analysis::{Relation, ReportedStatistic, StatisticKind};
    ///
    /// let kind = StatisticKind::FisherF { between: 1.0, within: 38.0 };
    /// let small = ReportedStatistic::bounded(kind, Relation::Below, "1".parse()?)?;
    /// assert!(small.p_range().least.p > 0.32);
    /// assert_eq!(small.p_range().most.p, 1.0);
    /// # Ok::<(), segdend_analysis::AnalysisError>(())
    /// ```
    pub fn bounded(
        kind: StatisticKind,
        relation: Relation,
        number: ReportedNumber,
    ) -> Result<Self, AnalysisError> {
        let value = number.value();
        let p = kind.p_of(value)?;
        let bounds = match relation {
            Relation::Equal => number.bounds(),
            Relation::Below if kind.tails() == Tails::Two && value > 0.0 => (-value, value),
            Relation::Below => (f64::NEG_INFINITY, value),
            Relation::Above => (value, f64::INFINITY),
        };
        let (least, most) = extremes(kind, bounds);
        let p_range = ProbabilityRange {
            least: kind.p_of(least)?,
            most: kind.p_of(most)?,
        };
        Ok(Self {
            kind,
            relation,
            number,
            p,
            p_range,
        })
    }

    /// Which statistic it is.
    pub fn kind(&self) -> StatisticKind {
        self.kind
    }

    /// Whether the number is the value or a bound.
    pub fn relation(&self) -> Relation {
        self.relation
    }

    /// The number as printed.
    pub fn number(&self) -> &ReportedNumber {
        &self.number
    }

    /// P of the number as printed, taken as exact.
    pub fn p(&self) -> TailProbability {
        self.p
    }

    /// P of all numbers that round to the one printed.
    pub fn p_range(&self) -> ProbabilityRange {
        self.p_range
    }
}

/// The statistics of least and of most P between two bounds, as far as the kind has them.
fn extremes(kind: StatisticKind, (lower, upper): (f64, f64)) -> (f64, f64) {
    let (least, greatest) = kind.domain();
    let (lower, upper) = (lower.max(least), upper.min(greatest));
    match kind.tails() {
        Tails::Upper => (upper, lower),
        Tails::Lower => (lower, upper),
        Tails::Two => {
            let farther = if upper.abs() > lower.abs() {
                upper
            } else {
                lower
            };
            let nearer = 0.0_f64.clamp(lower, upper);
            (farther, nearer)
        }
    }
}
