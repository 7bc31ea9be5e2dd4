//! A decimal number as printed, which stands for all numbers that round to it.

use crate::AnalysisError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The most significant digits: as many as an f64 tells apart.
const MOST_DIGITS: usize = 17;

/// The largest power of ten that is written out, far beyond any P.
const LARGEST_EXPONENT: i32 = 1_000_000;

/// A number as printed: -4.00, .05, 8.4e-4 or 8.4 x 10^-4.
///
/// With m its digits read as a whole number and 10^e the place of the last of them, it stands for
///
/// ```text
/// (m - 1/2) 10^e  to  (m + 1/2) 10^e
/// ```
///
/// both ends included, because conventions differ on a five. -4.00 stands for -4.005 to -3.995.
///
/// # Example
///
/// ```
/// use segdend_analysis::ReportedNumber;
///
/// let t: ReportedNumber = "-4.00".parse()?;
/// assert_eq!(t.value(), -4.0);
/// assert_eq!(t.bounds(), (-4.005, -3.995));
/// assert_eq!(t.to_string(), "-4.00");
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReportedNumber {
    text: String,
    is_negative: bool,
    /// m.
    digits: u64,
    /// e.
    exponent: i32,
}

impl ReportedNumber {
    /// The number as it is printed.
    pub fn value(&self) -> f64 {
        self.signed(self.digits, self.exponent)
    }

    /// The least and the greatest number that round to it.
    pub fn bounds(&self) -> (f64, f64) {
        let (farther, nearer) = self.halves();
        let farther = self.signed(farther, self.exponent - 1);
        let nearer = match nearer {
            Some(nearer) => self.signed(nearer, self.exponent - 1),
            None => -farther,
        };
        (farther.min(nearer), farther.max(nearer))
    }

    /// The natural logarithms of the bounds of a number that is not negative: negative infinity for
    /// a lower one that is not above zero.
    pub(crate) fn ln_bounds(&self) -> (f64, f64) {
        let (farther, nearer) = self.halves();
        let ln = |digits: u64| {
            (digits as f64).ln() + f64::from(self.exponent - 1) * std::f64::consts::LN_10
        };
        (nearer.map_or(f64::NEG_INFINITY, ln), ln(farther))
    }

    /// The natural logarithm of the number itself, not negative.
    pub(crate) fn ln(&self) -> f64 {
        (self.digits as f64).ln() + f64::from(self.exponent) * std::f64::consts::LN_10
    }

    /// Half a unit of the last place away from zero and towards it, in tenths of that place; none
    /// where the latter crosses zero.
    fn halves(&self) -> (u64, Option<u64>) {
        let tenths = 10 * self.digits;
        (tenths + 5, tenths.checked_sub(5))
    }

    /// The double nearest to the decimal number: the parser rounds once.
    fn signed(&self, digits: u64, exponent: i32) -> f64 {
        let magnitude: f64 = format!("{digits}e{exponent}")
            .parse()
            .expect("digits and an exponent are a number");
        if self.is_negative {
            -magnitude
        } else {
            magnitude
        }
    }
}

impl FromStr for ReportedNumber {
    type Err = AnalysisError;

    /// Reads a number as printed: an optional sign (- or the minus sign), digits with or without a
    /// point, and an optional power of ten, as e-4, x 10^-4 or with the multiplication sign.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::UnreadableNumber`].
    fn from_str(text: &str) -> Result<Self, AnalysisError> {
        let text = text.trim();
        read(text).ok_or_else(|| AnalysisError::UnreadableNumber {
            text: text.to_owned(),
        })
    }
}

fn read(text: &str) -> Option<ReportedNumber> {
    let plain: String = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| match character {
            '\u{2212}' => '-',
            '\u{d7}' => 'x',
            other => other.to_ascii_lowercase(),
        })
        .collect();
    let plain = plain.replace("x10^", "e");
    let (mantissa, power) = plain.split_once('e').unwrap_or((&plain, "0"));
    let (is_negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let only_digits = digits.bytes().all(|digit| digit.is_ascii_digit());
    let significant = digits.trim_start_matches('0').len();
    if digits.is_empty() || !only_digits || significant > MOST_DIGITS {
        return None;
    }
    let power: i32 = power.parse().ok()?;
    let places = i32::try_from(fraction.len()).ok()?;
    let exponent = power.checked_sub(places)?;
    if exponent.abs() > LARGEST_EXPONENT {
        return None;
    }
    Some(ReportedNumber {
        text: text.to_owned(),
        is_negative,
        digits: digits.parse().ok()?,
        exponent,
    })
}

impl fmt::Display for ReportedNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl TryFrom<String> for ReportedNumber {
    type Error = AnalysisError;

    fn try_from(text: String) -> Result<Self, AnalysisError> {
        text.parse()
    }
}

impl From<ReportedNumber> for String {
    fn from(number: ReportedNumber) -> Self {
        number.text
    }
}
