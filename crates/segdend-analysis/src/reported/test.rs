//! One reported test, from the words it is reported in to a judgement.

use super::number::{DecimalMark, is_minus};
use super::{
    Consistency, Relation, ReportedCheck, ReportedNumber, ReportedP, ReportedStatistic,
    StatisticKind, TestError, check_reported,
};
use crate::{AnalysisError, Tails};
use regex::Regex;
use std::sync::LazyLock;

/// The most comparisons for which a correction is tried that is not stated.
const MOST_COMPARISONS: usize = 20;

/// How reports are read and judged. [`Default`] gives the values listed at each field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadOptions {
    /// Whether P = 0 and P = .000 stand for a P that rounds to it; else they are errors, as no P is
    /// zero: false.
    pub allow_zero: bool,
    /// The level of significance: 0.05.
    pub significance_level: f64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            allow_zero: false,
            significance_level: 0.05,
        }
    }
}

/// A test in the words of a report. An empty text stands for what is not said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TestWords<'a> {
    /// The statistic: t, F, r, z, chi2, Q, in any of the ways they are written.
    pub test: &'a str,
    /// Degrees of freedom; of F, those above the line.
    pub df1: &'a str,
    /// Degrees of freedom of F below the line.
    pub df2: &'a str,
    /// The number, perhaps after < or >.
    pub statistic: &'a str,
    /// P.
    pub p: &'a str,
    /// The factor of Bonferroni's correction.
    pub comparisons: &'a str,
    /// One tail, or two.
    pub tails: &'a str,
}

/// A reported test that can be judged.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedTest {
    /// t, F, r, z, chi2 or Q.
    pub name: &'static str,
    /// Degrees of freedom as printed.
    pub degrees_of_freedom: String,
    /// The statistic.
    pub statistic: ReportedStatistic,
    /// P.
    pub p: ReportedP,
    /// The factor of Bonferroni's correction that is stated; 1 for none.
    pub comparisons: usize,
}

/// What comes of a reported test.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Under the correction stated.
    pub stated: ReportedCheck,
    /// Without any.
    pub raw: ReportedCheck,
    /// All numbers of comparisons, up to 20, under which the report is consistent.
    pub fits_comparisons: Vec<usize>,
    /// Whether it is not consistent as a two-tailed test, but would be as a one-tailed one.
    pub fits_one_tail: bool,
}

static TAILS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)[,;(\s]*\b(one|1|two|2)[-\s]?(?:tail|side)(?:ed|d)?\)?")
        .expect("a regular expression")
});

static STATISTIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)^(<\s*=|[<≤⩽≦＜]|>\s*=|[>≥⩾≧＞]|[=＝]?)\s*(.*)$")
        .expect("a regular expression")
});

impl ReportedTest {
    /// Reads a test. Numbers have decimal points; see [`ReportedNumber`] and [`ReportedP`] for their
    /// forms.
    ///
    /// "One-tailed" is read among the tails and beside P; it means the tail on whose side the
    /// statistic lies. F and chi-squared have the upper tail whatever is said.
    ///
    /// # Errors
    ///
    /// [`TestError`]: what is missing, not to be read or impossible.
    ///
    /// # Example
    ///
    /// ```
    /// use segdend_analysis::{Consistency, ReadOptions, ReportedTest, TestWords};
    ///
    /// let words = TestWords { test: "t", df1: "28", statistic: "1.80", p: ".041", ..Default::default() };
    /// let options = ReadOptions::default();
    /// let judged = ReportedTest::read(&words, &options)?.judge(options.significance_level)?;
    /// assert_eq!(judged.stated.consistency, Consistency::DecisionError);
    /// assert!(judged.fits_one_tail);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(words: &TestWords<'_>, options: &ReadOptions) -> Result<Self, TestError> {
        Self::with_mark(words, options, |_| DecimalMark::Point)
    }

    /// The same; `mark` tells the decimal mark of a cell.
    pub(super) fn with_mark(
        words: &TestWords<'_>,
        options: &ReadOptions,
        mark: impl Fn(&str) -> DecimalMark,
    ) -> Result<Self, TestError> {
        let needed = |column, text| match given(text) {
            "" => Err(TestError::EmptyCell { column }),
            text => Ok(text),
        };
        let number = |column, text: &str| {
            let wrong = |source| wrong_number(column, text, mark(text), source);
            ReportedNumber::with_mark(text, mark(text)).map_err(wrong)
        };
        let (name, family) = statistic_named(needed("test", words.test)?)?;
        let [mut df1, mut df2] = [given(words.df1), given(words.df2)];
        if family.is_of_one_df() && df1.is_empty() {
            std::mem::swap(&mut df1, &mut df2);
        }
        if matches!(family, Family::T | Family::R) && !df2.is_empty() {
            return Err(TestError::SurplusDegreesOfFreedom {
                test: name,
                text: df2.to_owned(),
            });
        }
        let df = |column, text| Ok(number(column, needed(column, text)?)?.value());
        let text = needed("statistic", words.statistic)?;
        let parts = STATISTIC.captures(text).expect("any text fits");
        let relation = match parts[1].chars().next() {
            None | Some('=' | '＝') => Relation::Equal,
            Some('<' | '≤' | '⩽' | '≦' | '＜') => Relation::Below,
            Some(_) => Relation::Above,
        };
        let value = number("statistic", &parts[2])?;
        let p_cell = needed("p", words.p)?;
        let (p_text, beside) = without_tails(p_cell);
        let tails = match (given(words.tails), beside) {
            ("", Some(beside)) => tails_named(&beside, &value)?,
            ("", None) => Tails::Two,
            (text, _) => tails_named(text, &value)?,
        };
        let degrees_of_freedom = [df1, df2]
            .map(str::trim)
            .into_iter()
            .filter(|df| !df.is_empty());
        let kind = match family {
            Family::T => StatisticKind::StudentT {
                degrees_of_freedom: df("df1", df1)?,
                tails,
            },
            Family::R => StatisticKind::Correlation {
                degrees_of_freedom: df("df1", df1)?,
                tails,
            },
            Family::Z => StatisticKind::Normal { tails },
            Family::F => StatisticKind::FisherF {
                between: df("df1", df1)?,
                within: df("df2", df2)?,
            },
            Family::ChiSquared => StatisticKind::ChiSquared {
                degrees_of_freedom: df("df1", df1)?,
            },
        };
        let statistic = ReportedStatistic::bounded(kind, relation, value).map_err(|source| {
            let column = match source {
                AnalysisError::InvalidDegreesOfFreedom { .. } => "df1",
                _ => "statistic",
            };
            TestError::Number { column, source }
        })?;
        let p = ReportedP::with_mark(&p_text, mark(&p_text))
            .map_err(|source| wrong_number("p", p_cell, mark(&p_text), source))?;
        if p.is_zero() && !options.allow_zero {
            return Err(TestError::ZeroP {
                text: p_cell.to_owned(),
            });
        }
        let comparisons = match given(words.comparisons) {
            "" => 1,
            text => match text.parse() {
                Ok(comparisons) if comparisons > 0 => comparisons,
                _ => {
                    return Err(TestError::InvalidComparisons {
                        text: text.to_owned(),
                    });
                }
            },
        };
        Ok(Self {
            name,
            degrees_of_freedom: degrees_of_freedom.collect::<Vec<_>>().join(", "),
            statistic,
            p,
            comparisons,
        })
    }

    /// Judges it by [`check_reported`], under the correction stated and under others.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidSignificanceLevel`] unless 0 < `significance_level` < 1.
    pub fn judge(&self, significance_level: f64) -> Result<Judgement, AnalysisError> {
        let under =
            |comparisons| check_reported(&self.statistic, &self.p, comparisons, significance_level);
        let is_consistent = |check: &ReportedCheck| check.consistency == Consistency::Consistent;
        let mut fits_comparisons = Vec::new();
        for comparisons in 1..=MOST_COMPARISONS {
            if is_consistent(&under(comparisons)?) {
                fits_comparisons.push(comparisons);
            }
        }
        let stated = under(self.comparisons)?;
        let fits_one_tail = match one_tailed(&self.statistic) {
            Some(statistic) if !is_consistent(&stated) => is_consistent(&check_reported(
                &statistic,
                &self.p,
                self.comparisons,
                significance_level,
            )?),
            _ => false,
        };
        Ok(Judgement {
            raw: under(1)?,
            stated,
            fits_comparisons,
            fits_one_tail,
        })
    }
}

/// What a cell holds; nothing where it says that there is nothing.
fn given(text: &str) -> &str {
    let text = text.trim();
    let is_nothing = matches!(text.to_ascii_lowercase().as_str(), "na" | "n/a" | "nan")
        || text.chars().all(is_minus);
    if is_nothing { "" } else { text }
}

fn wrong_number(
    column: &'static str,
    text: &str,
    mark: DecimalMark,
    source: AnalysisError,
) -> TestError {
    let comma = DecimalMark::Comma;
    let has_comma = mark == DecimalMark::Point
        && text.contains(',')
        && (ReportedNumber::with_mark(text, comma).is_ok()
            || ReportedP::with_mark(text, comma).is_ok());
    if has_comma && matches!(source, AnalysisError::UnreadableNumber { .. }) {
        TestError::DecimalComma {
            column,
            text: text.to_owned(),
        }
    } else {
        TestError::Number { column, source }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    T,
    F,
    R,
    Z,
    ChiSquared,
}

impl Family {
    fn is_of_one_df(self) -> bool {
        self != Self::F
    }
}

/// The statistic of a name, with the name it has here.
fn statistic_named(text: &str) -> Result<(&'static str, Family), TestError> {
    let name: String = text
        .to_lowercase()
        .chars()
        .map(|character| match character {
            'χ' | '\u{1d712}' | '\u{1d6d8}' | '\u{1d74c}' => 'χ',
            '²' => '2',
            other => other,
        })
        .filter(|character| character.is_alphanumeric())
        .collect();
    // "F test", "z-value", "t statistic".
    let name = ["test", "value", "score", "statistic", "stat"]
        .iter()
        .find_map(|noun| name.strip_suffix(noun))
        .unwrap_or(&name);
    Ok(match name {
        "t" | "students" | "studentst" | "studentt" | "welch" | "welchs" | "welcht" | "welchst" => {
            ("t", Family::T)
        }
        "f" | "anova" => ("F", Family::F),
        "r" | "pearson" | "pearsons" | "pearsonr" | "pearsonsr" => ("r", Family::R),
        "z" => ("z", Family::Z),
        "chi2" | "chisq" | "chisquare" | "chisquared" | "x2" | "xsq" | "xsquared" | "χ2" | "χ"
        | "chi" => ("chi2", Family::ChiSquared),
        "q" | "qw" | "qb" | "qwithin" | "qbetween" | "cochransq" => ("Q", Family::ChiSquared),
        _ => {
            return Err(TestError::UnknownTest {
                text: text.to_owned(),
            });
        }
    })
}

/// The tails that are named; "one" is that on whose side the statistic lies.
fn tails_named(text: &str, statistic: &ReportedNumber) -> Result<Tails, TestError> {
    let name = text.to_lowercase();
    let first = name
        .split(|character: char| !character.is_alphanumeric())
        .next();
    Ok(match first.unwrap_or_default() {
        "two" | "2" | "both" | "twotailed" | "twosided" => Tails::Two,
        "upper" | "greater" | "right" => Tails::Upper,
        "lower" | "less" | "left" => Tails::Lower,
        "one" | "1" | "onetailed" | "onesided" => tail_of(statistic),
        _ => {
            return Err(TestError::UnknownTails {
                text: text.to_owned(),
            });
        }
    })
}

/// The tail on whose side a statistic lies.
fn tail_of(statistic: &ReportedNumber) -> Tails {
    if statistic.value() < 0.0 {
        Tails::Lower
    } else {
        Tails::Upper
    }
}

/// A P cell without the tails that are named in it, and those.
fn without_tails(text: &str) -> (String, Option<String>) {
    match TAILS.captures(text) {
        Some(found) => (
            TAILS.replace(text, "").trim().to_owned(),
            Some(found[1].to_lowercase()),
        ),
        None => (text.to_owned(), None),
    }
}

/// The same statistic with one tail, if it has two.
fn one_tailed(statistic: &ReportedStatistic) -> Option<ReportedStatistic> {
    let tail = tail_of(statistic.number());
    let kind = match statistic.kind() {
        StatisticKind::StudentT {
            degrees_of_freedom,
            tails: Tails::Two,
        } => StatisticKind::StudentT {
            degrees_of_freedom,
            tails: tail,
        },
        StatisticKind::Correlation {
            degrees_of_freedom,
            tails: Tails::Two,
        } => StatisticKind::Correlation {
            degrees_of_freedom,
            tails: tail,
        },
        StatisticKind::Normal { tails: Tails::Two } => StatisticKind::Normal { tails: tail },
        _ => return None,
    };
    ReportedStatistic::bounded(kind, statistic.relation(), statistic.number().clone()).ok()
}
