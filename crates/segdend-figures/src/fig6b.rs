//! Figure 6B: hidden layers lower the test error.

use crate::comparisons::ComparisonNote;
use crate::error::FigureError;
use crate::error_curves::{ErrorCurves, ErrorSeries, error_curves};
use crate::picture::Picture;
use crate::stamp::Stamp;
use crate::style::Color;

/// The test errors of one network of the figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NetworkErrors {
    /// Test error in percent; the index is the epoch, 0 is before training.
    pub errors_percent: Vec<f64>,
    /// Test error in percent of the repeated tests of the final weights; may be empty.
    pub final_errors_percent: Vec<f64>,
    /// The mean final test error that the paper reports.
    pub reported_final_percent: Option<f64>,
}

/// What Figure 6B shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fig6b {
    /// 784-10.
    pub shallow: NetworkErrors,
    /// 784-500-10.
    pub one_hidden: NetworkErrors,
    /// 784-500-100-10.
    pub two_hidden: NetworkErrors,
    /// A line over the comparisons: which test, how corrected.
    pub comparisons_heading: Option<String>,
    /// Comparisons; 0 is the shallow network, 1 and 2 those with one and two hidden layers.
    pub comparisons: Vec<ComparisonNote>,
    /// What sets these runs apart from the paper's; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
}

/// Draws Figure 6B.
///
/// # Errors
///
/// As [`error_curves`].
///
/// # Example
///
/// ```
/// use segdend_figures::{Fig6b, NetworkErrors, fig6b};
///
/// let network = |errors: &[f64]| NetworkErrors {
///     errors_percent: errors.to_vec(),
///     ..NetworkErrors::default()
/// };
/// let picture = fig6b(&Fig6b {
///     shallow: network(&[90.0, 10.5]),
///     one_hidden: network(&[89.9, 6.8]),
///     two_hidden: network(&[90.3, 6.1]),
///     ..Fig6b::default()
/// })?;
/// assert!(picture.svg.contains("two hidden layers"));
/// # Ok::<(), segdend_figures::FigureError>(())
/// ```
pub fn fig6b(figure: &Fig6b) -> Result<Picture, FigureError> {
    let series = |name: &str, color, network: &NetworkErrors| ErrorSeries {
        name: name.to_owned(),
        color,
        errors_percent: network.errors_percent.clone(),
        final_errors_percent: network.final_errors_percent.clone(),
        reported_final_percent: network.reported_final_percent,
    };
    error_curves(&ErrorCurves {
        title: "Figure 6B. Hidden layers lower the test error".to_owned(),
        series: vec![
            series("no hidden layer", Color::SHALLOW, &figure.shallow),
            series(
                "one hidden layer",
                Color::ONE_HIDDEN_LAYER,
                &figure.one_hidden,
            ),
            series(
                "two hidden layers",
                Color::TWO_HIDDEN_LAYERS,
                &figure.two_hidden,
            ),
        ],
        comparisons_heading: figure.comparisons_heading.clone(),
        comparisons: figure.comparisons.clone(),
        stamp: figure.stamp.clone(),
    })
}
