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
