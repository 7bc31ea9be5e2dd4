//! A decimal number as printed, which stands for all numbers that round to it.

use crate::AnalysisError;
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

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

    /// Reads a number as printed: an optional sign (any hyphen, dash or minus sign), digits with or
    /// without a decimal point, groups of three parted by commas, apostrophes or no-break spaces, and
    /// an optional power of ten: e-4, x 10^-4, × 10−4, · 10⁻⁴, 10^{-4}. Stars and daggers after it
    /// are left out. Digits parted by plain spaces are no number.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::UnreadableNumber`].
    fn from_str(text: &str) -> Result<Self, AnalysisError> {
        Self::with_mark(text, DecimalMark::Point)
    }
}

/// What parts whole digits from the fraction; the other mark then parts thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecimalMark {
    Point,
    Comma,
}

impl DecimalMark {
    /// The text with a point for the mark.
    pub(super) fn pointed(self, text: &str) -> String {
        let swapped = |character| match character {
            ',' => '.',
            '.' => ',',
            other => other,
        };
        match self {
            Self::Point => text.to_owned(),
            Self::Comma => text.chars().map(swapped).collect(),
        }
    }
}

impl ReportedNumber {
    /// Reads a number whose decimal mark is known; it is kept with a point.
    pub(super) fn with_mark(text: &str, mark: DecimalMark) -> Result<Self, AnalysisError> {
        let text = text.trim().replace('\n', " ");
        let pointed = mark.pointed(text.trim_end_matches(MARKS_OF_NOTES).trim_end());
        read(&pointed).ok_or_else(|| AnalysisError::UnreadableNumber { text: text.clone() })
    }
}

/// What points to a note, or says how small P is.
pub(super) const MARKS_OF_NOTES: [char; 5] = ['*', '†', '‡', '§', '¶'];

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^ (?<sign>[-+]?) \s*
        (?: (?<mantissa> [1-9]\d{0,2} (?:[,'\u{a0}]\d{3})+ (?:\.\d*)? | \d+\.?\d* | \.\s?\d+ )
            (?: \s* e \s* (?<e>[-+]?\d+)
              | \s* x \s* 10 \s* (?:\^|xx) \s* \(? (?<raised>[-+]?\s*\d+) \)?
              | \s* x \s* 10 \s* (?<fallen>-\s*\d+) )?
          | 10 \s* (?:\^|xx) \s* \(? (?<alone>[-+]?\s*\d+) \)? ) $",
    )
    .expect("a regular expression")
});

fn read(text: &str) -> Option<ReportedNumber> {
    let plain = plain(text);
    let found = NUMBER.captures(&plain)?;
    let group = |name| found.name(name).map(|part| part.as_str());
    let digits_and_point = |character: &char| character.is_ascii_digit() || *character == '.';
    // A power of ten by itself is one times it.
    let mantissa: String = group("mantissa")
        .unwrap_or("1")
        .chars()
        .filter(digits_and_point)
        .collect();
    let power: String = ["e", "raised", "fallen", "alone"]
        .into_iter()
        .find_map(group)
        .unwrap_or("0")
        .split_whitespace()
        .collect();
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((&mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.trim_start_matches('0').len() > MOST_DIGITS {
        return None;
    }
    let power: i32 = power.parse().ok()?;
    let exponent = power.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    if exponent.abs() > LARGEST_EXPONENT {
        return None;
    }
    Some(ReportedNumber {
        text: text.to_owned(),
        is_negative: group("sign") == Some("-"),
        digits: digits.parse().ok()?,
        exponent,
    })
}

/// The same with one sign for each meaning: -, x, ^, no-break space.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut raised = false;
    for character in text.replace("\\times", "x").chars() {
        let lowered = superscript(character);
        if lowered.is_some() && !raised {
            plain.push('^');
        }
        raised = lowered.is_some();
        match lowered.unwrap_or(character) {
            '{' | '}' | '$' => {}
            dash if is_minus(dash) => plain.push('-'),
            '\u{d7}' | '\u{b7}' | '\u{22c5}' | '\u{2219}' | '*' => plain.push('x'),
            '\u{202f}' | '\u{2007}'..='\u{200a}' => plain.push('\u{a0}'),
            '\u{2019}' => plain.push('\''),
            other => plain.push(other.to_ascii_lowercase()),
        }
    }
    plain
}

/// The minus sign, and the hyphens and dashes that stand for it.
pub(super) fn is_minus(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// The digit or sign that a superscript stands for.
pub(super) fn superscript(character: char) -> Option<char> {
    Some(match character {
        '\u{b9}' => '1',
        '\u{b2}' => '2',
        '\u{b3}' => '3',
        '\u{207a}' => '+',
        '\u{207b}' => '-',
        '\u{2070}' | '\u{2074}'..='\u{2079}' => {
            char::from_digit(u32::from(character) - 0x2070, 10)?
        }
        _ => return None,
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
