//! A P as printed: an equality, a bound, or only "ns".

use super::ReportedNumber;
use crate::AnalysisError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

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
    /// Said to be above the level of significance, whatever that is.
    NotSignificant,
}

impl FromStr for ReportedP {
    type Err = AnalysisError;

    /// Reads a P as printed: an optional letter p, then =, < or > (= if there is none) and a
    /// number; or "ns".
    ///
    /// # Errors
    ///
    /// [`AnalysisError::UnreadableNumber`], and [`AnalysisError::InvalidReportedP`] for a value
    /// outside 0 to 1, or a bound that everything or nothing satisfies.
    fn from_str(text: &str) -> Result<Self, AnalysisError> {
        let text = text.trim();
        let rest = text.strip_prefix(['p', 'P']).unwrap_or(text).trim_start();
        if rest.eq_ignore_ascii_case("ns") {
            return Ok(Self::NotSignificant);
        }
        let (make, number): (fn(ReportedNumber) -> Self, &str) =
            match (rest.strip_prefix('<'), rest.strip_prefix('>')) {
                (Some(number), _) => (Self::Below, number),
                (_, Some(number)) => (Self::Above, number),
                (None, None) => (Self::Equal, rest.strip_prefix('=').unwrap_or(rest)),
            };
        let number: ReportedNumber = number.parse()?;
        let p = make(number);
        if p.is_possible() {
            Ok(p)
        } else {
            Err(AnalysisError::InvalidReportedP {
                text: text.to_owned(),
            })
        }
    }
}

impl ReportedP {
    fn is_possible(&self) -> bool {
        match self {
            // A P that is not zero may be too small for f64, so zero is told by its logarithm.
            Self::Equal(number) => (0.0..=1.0).contains(&number.value()),
            Self::Below(number) => {
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
