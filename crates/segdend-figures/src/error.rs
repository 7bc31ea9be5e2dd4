//! What can be wrong with a table that is to be drawn.

/// Why a panel cannot be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FigureError {
    /// A panel of curves needs at least one.
    #[error("nothing to draw: the panel has no series")]
    NoSeries,

    /// A series has no test at all, not even the one before training.
    #[error("series {series:?} has no test errors: at least the one before training is needed")]
    EmptySeries {
        /// The name of the series.
        series: String,
    },

    /// A value is NaN, infinite, or outside 0 to 100.
    #[error("series {series:?}: {place} is {value}, which is no percentage (0 to 100)")]
    NotAPercentage {
        /// The name of the series.
        series: String,
        /// Where the value stands: `errors_percent[3]`, for example.
        place: String,
        /// The value that was found.
        value: f64,
    },

    /// A table that a panel cannot do without is empty, or holds no number at all.
    #[error("nothing to draw: {table} has no values")]
    NoValues {
        /// Which table: the field of the panel.
        table: String,
    },

    /// A value is infinite, NaN where one must be known, or too great for any measurement.
    #[error("{place} is {value}, which cannot be drawn: a finite number is needed")]
    NotFinite {
        /// Where the value stands: `real.output_loss[3]`, for example.
        place: String,
        /// The value that was found.
        value: f64,
    },

    /// A value lies outside what its quantity can be.
    #[error("{place} is {value}, but must lie from {low} to {high}")]
    OutOfRange {
        /// Where the value stands.
        place: String,
        /// The value that was found.
        value: f64,
        /// The least value possible.
        low: f64,
        /// The greatest value possible.
        high: f64,
    },

    /// Two tables that belong together, a value to a value, are not as long as each other.
    #[error("{first} has {first_length} values, but {second} has {second_length}")]
    UnequalLengths {
        /// The one table.
        first: String,
        /// Its values.
        first_length: usize,
        /// The other table.
        second: String,
        /// Its values.
        second_length: usize,
    },

    /// Values that must ascend, such as times, do not.
    #[error("{place} is {value}, less than the value before it, {previous}")]
    NotAscending {
        /// Where the value stands.
        place: String,
        /// The value that was found.
        value: f64,
        /// The value before it.
        previous: f64,
    },

    /// A value that must be one of a table's is none of them.
    #[error("{place} is {value}, which is none of {table}")]
    NotInTable {
        /// Where the value stands.
        place: String,
        /// The value that was found.
        value: f64,
        /// The table that does not have it.
        table: String,
    },

    /// A comparison names a series that the panel does not have.
    #[error("comparison {comparison} names series {index}, but the panel has {series_count}")]
    UnknownSeries {
        /// Which comparison, counted from 0.
        comparison: usize,
        /// The index that it names.
        index: usize,
        /// How many series the panel has.
        series_count: usize,
    },

    /// The panel has so many rows that its picture would be higher than a metre.
    #[error("the picture would be {height_points:.0} points high: too much for one panel")]
    TooHigh {
        /// The height that it would have, in points.
        height_points: f64,
    },

    /// The drawing library refused a mark.
    #[error("drawing failed: {reason}")]
    Drawing {
        /// What the library said.
        reason: String,
    },

    /// The picture could not be encoded as PNG.
    #[error("encoding the PNG failed: {reason}")]
    Encoding {
        /// What the library said.
        reason: String,
    },
}
