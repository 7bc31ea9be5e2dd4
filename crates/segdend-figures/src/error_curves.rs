//! Test error over training and the spread of repeated tests at its end: the form of Figures 6B,
//! 6-S1B, 8B, 8D, 8-S1 and 9B.
//!
//! Left, the test error against the epoch; epoch 0 is the untrained network, which would squash
//! the rest, so the axis ends above the trained errors and a note says what lies higher. Right,
//! on the same axis, the extremes and the mean of the final tests of each network, the mean's
//! number at them, and, hollow and without a number, the mean that the paper reports.

mod describe;
mod layout;
mod scale;

use crate::comparisons::ComparisonNote;
use crate::error::FigureError;
use crate::picture::Picture;
use crate::stamp::Stamp;
use crate::style::Color;

/// One network's test errors.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorSeries {
    /// The name in the legend.
    pub name: String,
    /// The colour of the curve and the spread.
    pub color: Color,
    /// Test error in percent; the index is the epoch, 0 is before training. May be shorter than
    /// those of other series, as in a run that is under way, but not empty.
    pub errors_percent: Vec<f64>,
    /// Test error in percent of the repeated tests of the final weights of this one network;
    /// empty if there are none yet.
    pub final_errors_percent: Vec<f64>,
    /// The mean final test error that the paper reports, if it does.
    pub reported_final_percent: Option<f64>,
}

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ErrorCurves {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// The networks, in the order of the legend.
    pub series: Vec<ErrorSeries>,
    /// A line over the comparisons: which test, how corrected.
    pub comparisons_heading: Option<String>,
    /// Comparisons of the final tests.
    pub comparisons: Vec<ComparisonNote>,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
}

/// Draws the panel, at the width of a journal column.
///
/// # Errors
///
/// [`FigureError::NoSeries`], [`FigureError::EmptySeries`], [`FigureError::NotAPercentage`] and
/// [`FigureError::UnknownSeries`] if the table cannot be drawn; [`FigureError::Drawing`] and
/// [`FigureError::Encoding`] if a back end fails.
///
/// # Example
///
/// ```
/// use segdend_figures::{Color, ErrorCurves, ErrorSeries, FigureError, Stamp, error_curves};
///
/// let mut panel = ErrorCurves {
///     title: "A run in progress".into(),
///     series: vec![ErrorSeries {
///         name: "two hidden layers".into(),
///         color: Color::TWO_HIDDEN_LAYERS,
///         errors_percent: vec![89.7, 7.1],
///         final_errors_percent: vec![],
///         reported_final_percent: Some(3.2),
///     }],
///     stamp: Some(Stamp::new("an example, not an experiment")),
///     ..ErrorCurves::default()
/// };
/// assert!(error_curves(&panel)?.svg.contains("an example, not an experiment"));
///
/// panel.series[0].errors_percent[1] = f64::NAN;
/// assert!(matches!(error_curves(&panel), Err(FigureError::NotAPercentage { .. })));
/// # Ok::<(), FigureError>(())
/// ```
pub fn error_curves(panel: &ErrorCurves) -> Result<Picture, FigureError> {
    validate(panel)?;
    let axes = scale::choose(&panel.series);
    let sheet = layout::lay_out(panel, &axes);
    Picture::of(
        &sheet,
        describe::title(panel),
        &describe::description(panel),
    )
}

fn validate(panel: &ErrorCurves) -> Result<(), FigureError> {
    if panel.series.is_empty() {
        return Err(FigureError::NoSeries);
    }
    for series in &panel.series {
        if series.errors_percent.is_empty() {
            return Err(FigureError::EmptySeries {
                series: series.name.clone(),
            });
        }
        let errors = numbered("errors_percent", &series.errors_percent);
        let finals = numbered("final_errors_percent", &series.final_errors_percent);
        let reported = series
            .reported_final_percent
            .map(|value| ("reported_final_percent".to_owned(), value));
        for (place, value) in errors.chain(finals).chain(reported) {
            // A range contains no NaN.
            if !(0.0..=100.0).contains(&value) {
                let series = series.name.clone();
                return Err(FigureError::NotAPercentage {
                    series,
                    place,
                    value,
                });
            }
        }
    }
    let series_count = panel.series.len();
    for (comparison, note) in panel.comparisons.iter().enumerate() {
        for index in [note.first, note.second] {
            if index >= series_count {
                return Err(FigureError::UnknownSeries {
                    comparison,
                    index,
                    series_count,
                });
            }
        }
    }
    Ok(())
}

fn numbered<'a>(list: &'a str, values: &'a [f64]) -> impl Iterator<Item = (String, f64)> + use<'a> {
    values
        .iter()
        .enumerate()
        .map(move |(index, &value)| (format!("{list}[{index}]"), value))
}
