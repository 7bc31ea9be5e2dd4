//! Does a reported P follow from the statistic reported beside it?
//!
//! A paper prints t(38) = -4.00, P = 8.4e-4: both rounded, the second perhaps corrected for several
//! comparisons. The statistic as printed stands for every value that rounds to it, and so for a
//! range of P; the P as printed stands for a range too. If the two ranges meet, the report is
//! consistent. This is the check of statcheck (Nuijten, Hartgerink, van Assen, Epskamp & Wicherts
//! 2016, "The prevalence of statistical reporting errors in psychology"), extended by the factor of
//! Bonferroni's correction and carried out on logarithms, so that 1.9e-61 is checked as well as .03.
//!
//! Reports are read from a table of a reader's own ([`read_test_table`]) or found in running text
//! ([`find_tests`]), in the ways they are written. What is impossible, and what cannot be read, is an
//! error of its own row ([`TestError`]).
//!
//! What t imply of standard deviations and differences is told by [`implied_by_t`].
//!
//! Text becomes a value that can only be valid in one step ([`str::parse`], or serde); what is
//! checked afterwards cannot fail for its form.
//!
//! ```
//! use segdend_analysis::{
//!     Consistency, ReportedStatistic, StatisticKind, Tails, check_reported,
//! };
//!
//! // Figure 9B, total segregation against strong attenuation, one of three comparisons.
//! let kind = StatisticKind::StudentT {
//!     degrees_of_freedom: 38.0,
//!     tails: Tails::Two,
//! };
//! let statistic = ReportedStatistic::new(kind, "-4.00".parse()?)?;
//! let corrected = check_reported(&statistic, &"= 8.4e-4".parse()?, 3, 0.05)?;
//! assert_eq!(corrected.consistency, Consistency::Consistent);
//! // Without the correction it would not do.
//! let raw = check_reported(&statistic, &"= 8.4e-4".parse()?, 1, 0.05)?;
//! assert_eq!(raw.consistency, Consistency::Inconsistent);
//! # Ok::<(), segdend_analysis::AnalysisError>(())
//! ```

mod check;
mod encoding;
mod error;
mod implied;
mod number;
mod p_value;
mod statistic;
mod table;
mod test;
mod text;

pub use check::{Consistency, ReportedCheck, check_reported};
pub use encoding::{DecodedText, decode_text};
pub use error::{TableError, TestError};
pub use implied::{Bounds, ImpliedByT, ReportedComparison, ReportedCondition, implied_by_t};
pub use number::ReportedNumber;
pub use p_value::ReportedP;
pub use statistic::{ProbabilityRange, Relation, ReportedStatistic, StatisticKind};
pub use table::{TestRow, TestTable, read_test_table};
pub use test::{Judgement, ReadOptions, ReportedTest, TestWords};
pub use text::find_tests;
