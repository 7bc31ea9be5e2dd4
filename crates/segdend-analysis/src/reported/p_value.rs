//! A P as printed: an equality, a bound, or only "ns".

use super::ReportedNumber;
use super::number::DecimalMark;
use crate::AnalysisError;
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// A P as printed, between 0 and 1.
///
/// # Example
///
/// ```
/// use segdend_analysis::ReportedP;
///
/// assert!(matches!("P = 1.9e-61".parse()?, ReportedP::Equal(_)));
/// assert!(matches!("8.4e-4".parse()?, ReportedP::Equal(_)));
/// assert!(matches!("p < .05".parse()?, ReportedP::Below(_)));
/// assert!(matches!("ns".parse()?, ReportedP::NotSignificant));
/// assert!("p = 1.2".parse::<ReportedP>().is_err());
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ReportedP {
    /// A value, rounded as printed.
    Equal(ReportedNumber),
    /// A bound it is said to lie below.
    Below(ReportedNumber),
    /// A bound it is said to lie above.
    Above(ReportedNumber),
    /// A bound it is said to lie at or below.
    AtMost(ReportedNumber),
    /// A bound it is said to lie at or above.
    AtLeast(ReportedNumber),
    /// Said to be above the level of significance, whatever that is.
    NotSignificant,
}

impl FromStr for ReportedP {
    type Err = AnalysisError;

    /// Reads a P as printed: an optional letter p, then =, <, >, <= or >= (= if there is none; ≤ and
    /// its kin too) and a number; or "ns", "n.s.", "not significant".
    ///
    /// # Errors
    ///
    /// [`AnalysisError::UnreadableNumber`], and [`AnalysisError::InvalidReportedP`] for a value
    /// outside 0 to 1, or a bound that everything or nothing satisfies.
    fn from_str(text: &str) -> Result<Self, AnalysisError> {
        Self::with_mark(text, DecimalMark::Point)
    }
}

static P: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xis)^ (?: p (?:[-\s]?value)? \s* )? (?<relation> <\s*=|=\s*<|[≤⩽≦] | >\s*=|=\s*>|[≥⩾≧] | [<>=:＜＞＝]? ) \s*
        (?<number>.*?) (?<ns> [,(\s]* (?: n\.?\s?s\.? | (?:not|non)[-\s]?sig(?:nificant|\.)? ) \)? )? $",
    )
    .expect("a regular expression")
});

impl ReportedP {
    /// Reads a P whose decimal mark is known.
    pub(super) fn with_mark(text: &str, mark: DecimalMark) -> Result<Self, AnalysisError> {
        let text = text.trim();
        let unreadable = || AnalysisError::UnreadableNumber {
            text: text.to_owned(),
        };
        let found = P.captures(text).ok_or_else(unreadable)?;
        if found["number"].is_empty() && found.name("ns").is_some() {
            return Ok(Self::NotSignificant);
        }
        let make = match found["relation"].trim_end_matches(char::is_whitespace) {
            "<" | "＜" => Self::Below,
            ">" | "＞" => Self::Above,
            "" | "=" | "＝" | ":" => Self::Equal,
            at_least if at_least.contains(['>', '≥', '⩾', '≧']) => Self::AtLeast,
            _ => Self::AtMost,
        };
        let p = make(ReportedNumber::with_mark(&found["number"], mark).map_err(|_| unreadable())?);
        if p.is_possible() {
            Ok(p)
        } else {
            Err(AnalysisError::InvalidReportedP {
                text: text.to_owned(),
            })
        }
    }

    /// Whether it is said to be zero.
    pub(super) fn is_zero(&self) -> bool {
        matches!(self, Self::Equal(number) if number.ln() == f64::NEG_INFINITY)
    }

    fn is_possible(&self) -> bool {
        match self {
            // A P that is not zero may be too small for f64, so zero is told by its logarithm.
            Self::Equal(number) | Self::AtLeast(number) => (0.0..=1.0).contains(&number.value()),
            Self::Below(number) | Self::AtMost(number) => {
                number.value() >= 0.0 && number.ln() > f64::NEG_INFINITY && number.value() <= 1.0
            }
            Self::Above(number) => (0.0..1.0).contains(&number.value()),
            Self::NotSignificant => true,
        }
    }
}

impl fmt::Display for ReportedP {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equal(number) => write!(formatter, "= {number}"),
            Self::Below(number) => write!(formatter, "< {number}"),
            Self::Above(number) => write!(formatter, "> {number}"),
            Self::AtMost(number) => write!(formatter, "<= {number}"),
            Self::AtLeast(number) => write!(formatter, ">= {number}"),
            Self::NotSignificant => formatter.write_str("ns"),
        }
    }
}

impl TryFrom<String> for ReportedP {
    type Error = AnalysisError;

    fn try_from(text: String) -> Result<Self, AnalysisError> {
        text.parse()
    }
}

impl From<ReportedP> for String {
    fn from(p: ReportedP) -> Self {
        p.to_string()
    }
}
