//! What can be wrong with a table of reported tests, and with one row of it.

use crate::AnalysisError;

/// Why nothing of a table or text can be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// There is no encoding of the name given.
    #[error("there is no encoding `{name}`, expected one such as utf-8, utf-16le or latin1")]
    UnknownEncoding {
        /// The name.
        name: String,
    },
    /// The bytes are not of the encoding.
    #[error("the bytes are not {encoding}: name the encoding they have, or save the file as UTF-8")]
    OtherEncoding {
        /// The encoding.
        encoding: &'static str,
    },
    /// There is no row of column names.
    #[error("the file is empty, expected a row of column names")]
    Empty,
    /// There are column names and nothing else.
    #[error("there is no row below the column names")]
    NoRows,
    /// Two columns have one name.
    #[error("the column `{column}` is there twice (as `{first}` and `{second}`): leave one")]
    ColumnTwice {
        /// What the column holds.
        column: String,
        /// The one name.
        first: String,
        /// The other.
        second: String,
    },
    /// A column is missing.
    #[error("the column `{column}` is missing; there are {}", found.join(", "))]
    ColumnMissing {
        /// Its name.
        column: &'static str,
        /// The columns that are there.
        found: Vec<String>,
    },
}

/// Why one reported test cannot be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestError {
    /// A cell that is needed is empty.
    #[error("`{column}` is empty")]
    EmptyCell {
        /// Its column.
        column: &'static str,
    },
    /// There are more cells than column names.
    #[error(
        "{found} cells, but {expected} column names: a cell that holds the separator needs quotes"
    )]
    SurplusCells {
        /// Cells in the row.
        found: usize,
        /// Column names.
        expected: usize,
    },
    /// The statistic is none that can be checked.
    #[error("`test`: `{text}` is none of t, F, r, z, chi2, Q")]
    UnknownTest {
        /// The text.
        text: String,
    },
    /// A statistic of one number of degrees of freedom has two.
    #[error("`df2` is {text}, but {test} has degrees of freedom in `df1` alone")]
    SurplusDegreesOfFreedom {
        /// The statistic.
        test: &'static str,
        /// What stands in `df2`.
        text: String,
    },
    /// The tails are neither one nor two.
    #[error("`tails`: `{text}` is none of two, one, upper, lower")]
    UnknownTails {
        /// The text.
        text: String,
    },
    /// The factor of a correction is no whole number above 0.
    #[error("`comparisons`: `{text}` is no whole number above 0 (1 stands for no correction)")]
    InvalidComparisons {
        /// The text.
        text: String,
    },
    /// A decimal comma where commas part cells or thousands.
    #[error(
        "`{column}`: `{text}` has a decimal comma; write a point, or part the columns by semicolons"
    )]
    DecimalComma {
        /// The column.
        column: &'static str,
        /// The text.
        text: String,
    },
    /// P is said to be zero.
    #[error("`p`: {text:?}, but no P is zero: report a bound, such as < .001")]
    ZeroP {
        /// The text.
        text: String,
    },
    /// A number that cannot be read, or cannot be.
    #[error("`{column}`: {source}")]
    Number {
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        source: AnalysisError,
    },
}

impl TestError {
    /// Whether what is reported was read and cannot be: a P outside 0 to 1 or of zero, an |r| above
    /// 1, an F or chi-squared below 0, degrees of freedom that are not above 0. Anything else was not
    /// read.
    pub fn is_impossible(&self) -> bool {
        match self {
            Self::ZeroP { .. } => true,
            Self::Number { source, .. } => match source {
                AnalysisError::InvalidReportedP { .. }
                | AnalysisError::StatisticOutOfRange { .. } => true,
                AnalysisError::InvalidDegreesOfFreedom {
                    degrees_of_freedom, ..
                } => *degrees_of_freedom <= 0.0,
                _ => false,
            },
            _ => false,
        }
    }
}
