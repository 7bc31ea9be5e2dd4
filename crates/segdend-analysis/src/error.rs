//! What can be wrong with the numbers handed in.

use ndarray_linalg::error::LinalgError;
use rayon::ThreadPoolBuildError;

/// Why a statistic could not be computed. Each variant carries the numbers that stood in the way.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// The sample is empty, or too small for the statistic.
    #[error("{found} values given, at least {needed} needed")]
    TooFewValues {
        /// How many values were given.
        found: usize,
        /// The least number that defines the statistic.
        needed: usize,
    },
    /// A value is NaN or infinite.
    #[error("value {index} is {value}, not a finite number")]
    NotFinite {
        /// Position of the first such value (row-major for a matrix).
        index: usize,
        /// The value.
        value: f64,
    },
    /// Two samples that should be paired have different lengths.
    #[error("paired samples have {first} and {second} values")]
    UnequalLengths {
        /// Length of the first sample.
        first: usize,
        /// Length of the second sample.
        second: usize,
    },
    /// A sample has no spread, and the statistic divides by it.
    #[error("all values equal {value}: without spread the statistic is undefined")]
    ConstantSample {
        /// The value that repeats.
        value: f64,
    },
    /// Both samples of a t-test, or the differences of pairs, are constant and equal: t is 0 / 0.
    #[error("both samples are constant at {value}: t is 0 / 0")]
    UndefinedT {
        /// The value that repeats.
        value: f64,
    },
    /// Deviations are so large or so small that their squares leave the range of f64.
    #[error("deviations of up to {largest_deviation:e} cannot be squared and summed in f64")]
    SquaresOutOfRange {
        /// The largest distance of a value from the mean.
        largest_deviation: f64,
    },
    /// A t statistic is NaN.
    #[error("t is {t}")]
    InvalidStatistic {
        /// The value given.
        t: f64,
    },
    /// A test statistic lies where it cannot.
    #[error("{statistic} = {value}, expected {expected}")]
    StatisticOutOfRange {
        /// Name of the statistic.
        statistic: &'static str,
        /// The value given.
        value: f64,
        /// Where it may lie.
        expected: &'static str,
    },
    /// Degrees of freedom are not a positive number within the supported range.
    #[error("{degrees_of_freedom} degrees of freedom, expected above 0 and at most {largest:e}")]
    InvalidDegreesOfFreedom {
        /// The value given.
        degrees_of_freedom: f64,
        /// The largest value supported.
        largest: f64,
    },
    /// A confidence is not strictly between 0 and 1.
    #[error("a confidence of {confidence}, expected between 0 and 1")]
    InvalidConfidence {
        /// The value given.
        confidence: f64,
    },
    /// A probability lies outside 0 to 1.
    #[error("probability {index} is {value}, expected 0 to 1")]
    InvalidProbability {
        /// Position of the value.
        index: usize,
        /// The value given.
        value: f64,
    },
    /// The logarithm of a probability is above 0, or NaN.
    #[error("ln probability {index} is {value}, expected at most 0")]
    InvalidLnProbability {
        /// Position of the value.
        index: usize,
        /// The value given.
        value: f64,
    },
    /// A text is no decimal number of at most 17 significant digits.
    #[error("{text:?} is no decimal number of at most 17 significant digits")]
    UnreadableNumber {
        /// The text.
        text: String,
    },
    /// A reported P lies outside 0 to 1, or says nothing.
    #[error("reported {text:?}, expected a P of 0 to 1")]
    InvalidReportedP {
        /// The text.
        text: String,
    },
    /// A level of significance is not strictly between 0 and 1.
    #[error("a significance level of {significance_level}, expected between 0 and 1")]
    InvalidSignificanceLevel {
        /// The value given.
        significance_level: f64,
    },
    /// A correction for zero comparisons was asked for.
    #[error("a correction needs at least one comparison")]
    NoComparisons,
    /// A reported t compares a condition with itself, or with one that is not there.
    #[error("a t between conditions {first} and {second}, expected two different ones of 0 to {}", conditions.saturating_sub(1))]
    NoSuchCondition {
        /// The one.
        first: usize,
        /// The other.
        second: usize,
        /// How many there are.
        conditions: usize,
    },
    /// A comparison of classes needs at least two.
    #[error("{found} classes among the labels, at least 2 needed")]
    TooFewClasses {
        /// How many distinct labels were given.
        found: usize,
    },
    /// A matrix should be square.
    #[error("a matrix of {rows} x {columns}, expected a square one")]
    NotSquare {
        /// Number of rows.
        rows: usize,
        /// Number of columns.
        columns: usize,
    },
    /// A matrix has another shape than those before it.
    #[error("a matrix of {} x {}, expected {} x {}", found.0, found.1, expected.0, expected.1)]
    WrongShape {
        /// Its rows and columns.
        found: (usize, usize),
        /// Those it should have.
        expected: (usize, usize),
    },
    /// A window of Jacobians has no room for any.
    #[error("a window of {capacity} Jacobians of {outputs} x {hidden}, expected none of them 0")]
    EmptyWindow {
        /// Output neurons.
        outputs: usize,
        /// Hidden neurons.
        hidden: usize,
        /// Examples.
        capacity: usize,
    },
    /// More principal components were asked for than there are dimensions, or none.
    #[error("{count} principal components, expected 1 to {largest}")]
    InvalidComponentCount {
        /// How many were asked for.
        count: usize,
        /// The number of dimensions.
        largest: usize,
    },
    /// LAPACK could not find the eigenvalues.
    #[error("the eigenvalues of a symmetric {size} x {size} matrix were not found")]
    Eigensolver {
        /// Number of rows.
        size: usize,
        /// What LAPACK reported.
        #[source]
        source: LinalgError,
    },
    /// An embedding option is out of range.
    #[error("embedding option {option} = {value}, expected {expected}")]
    InvalidEmbeddingOption {
        /// Name of the field of `EmbeddingOptions`.
        option: &'static str,
        /// The value given.
        value: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// A perplexity needs more samples than were given.
    #[error("perplexity {perplexity} needs at least {needed} samples, {found} given")]
    PerplexityTooLarge {
        /// The perplexity asked for.
        perplexity: f64,
        /// How many samples were given.
        found: usize,
        /// The least number of samples: one more than three times the perplexity.
        needed: usize,
    },
    /// Gradient descent left the finite numbers.
    #[error("the embedding of sample {sample} is not finite after {epochs} epochs")]
    EmbeddingDiverged {
        /// The first sample without a finite place.
        sample: usize,
        /// How many epochs were run.
        epochs: usize,
    },
    /// The one-thread pool of the embedding could not be started.
    #[error("a thread for the embedding could not be started")]
    ThreadPool(#[from] ThreadPoolBuildError),
}
