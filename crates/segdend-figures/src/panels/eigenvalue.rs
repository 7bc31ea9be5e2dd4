//! The largest eigenvalue that decides whether the learning guarantee holds, along training: the
//! form of Figure 5, supplement 1A.
//!
//! Source data: `Fig_5S1A.csv`, a row an example.

use super::along_examples::{
    ExampleAxis, ExampleSeries, Scale, check, describe, draw, draw_reference, finish_plot, legend,
    reference_entry, value_range,
};
use crate::axes::{Frame, left_axis_aligned};
use crate::board::Board;
use crate::error::FigureError;
use crate::legend::Entry;
use crate::picture::Picture;
use crate::sheet::Sheet;
use crate::stamp::Stamp;
use crate::style::COLUMN_WIDTH;
use crate::ticks::Axis;

const PLOT_HEIGHT: f64 = 118.0;
/// Positive values that differ by more than this factor are drawn on a logarithmic axis.
const LOGARITHMIC_FROM: f64 = 30.0;
const HEADROOM: f64 = 1.03;

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Eigenvalue {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// The largest eigenvalue of (I - M)^T (I - M) after each example, M being the mean product
    /// of the feedforward and feedback Jacobians; one series a variant.
    pub series: Vec<ExampleSeries>,
}

/// Draws the panel, at the width of a journal column, with a line at 1, below which the
/// condition of Theorem 1 is met. The axis is logarithmic if the values span more than a factor
/// of 30. A series that is longer than the picture is wide is drawn as its extremes, light, and
/// its running mean, dark; a note says so.
///
/// # Errors
///
/// [`FigureError::NoSeries`], [`FigureError::NoValues`] and [`FigureError::NotFinite`] if the
/// table cannot be drawn; [`FigureError::Drawing`] and [`FigureError::Encoding`] if a back end
/// fails.
///
/// # Example
///
/// ```
/// use segdend_figures::{Color, Eigenvalue, ExampleSeries, FigureError, eigenvalue};
///
/// let picture = eigenvalue(&Eigenvalue {
///     title: "Largest eigenvalue".into(),
///     series: vec![ExampleSeries {
///         name: "one hidden layer".into(),
///         color: Color::REAL,
///         first_example: 1,
///         every: 1,
///         values: vec![1.3, 1.1, 0.9, 0.8],
///     }],
///     ..Eigenvalue::default()
/// })?;
/// assert!(picture.svg.contains("Training examples"));
/// # Ok::<(), FigureError>(())
/// ```
pub fn eigenvalue(panel: &Eigenvalue) -> Result<Picture, FigureError> {
    check("series", &panel.series)?;
    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    let mut entries = legend(&panel.series);
    entries.push(condition_entry());
    board.legend(&entries);

    let (scale, values) = eigenvalue_axis(&panel.series);
    let examples = ExampleAxis::of(&panel.series);
    let frame = board.plot(&examples.axis, &values, PLOT_HEIGHT);
    let width = values.widest_label();
    let sheet = &mut board.sheet;
    let note = draw_eigenvalue(
        sheet,
        &frame,
        &examples,
        (scale, &values, width),
        &panel.series,
    );
    finish_plot(&mut board, &frame, &examples, note);
    board.close(
        "Largest eigenvalue over training",
        &format!(
            "Largest eigenvalue of (I - M)^T (I - M) against training examples; the condition of \
             Theorem 1 is that it is below 1. {}",
            describe(&panel.series)
        ),
    )
}

/// The line at 1, in the legend.
pub(super) fn condition_entry() -> Entry {
    reference_entry("1: below it, Theorem 1 applies")
}

/// The axis that shows all values and 1.
pub(super) fn eigenvalue_axis(series: &[ExampleSeries]) -> (Scale, Axis) {
    let (least, greatest) = value_range(series);
    let (low, high) = (least.min(1.0), greatest.max(1.0));
    if low > 0.0 && high / low > LOGARITHMIC_FROM {
        (Scale::Logarithmic, Axis::logarithmic((low, high)))
    } else {
        let range = (low.min(0.0), high * HEADROOM);
        (Scale::Linear, Axis::rounded(range, 5))
    }
}

/// Draws line, curves and the left axis; returns the note on what was drawn.
pub(super) fn draw_eigenvalue(
    sheet: &mut Sheet,
    frame: &Frame,
    examples: &ExampleAxis,
    (scale, axis, label_width): (Scale, &Axis, f64),
    series: &[ExampleSeries],
) -> Option<String> {
    let note = draw(sheet, frame, examples, scale, series);
    draw_reference(sheet, frame, scale.place(1.0));
    left_axis_aligned(sheet, frame, axis, "Largest eigenvalue", label_width);
    note
}
