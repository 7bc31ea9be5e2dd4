//! How often the inequality of Theorem 1 holds, example by example, beside the eigenvalue of its
//! condition: an extra panel.

use super::along_examples::{
    ExampleAxis, ExampleSeries, Scale, check, describe, draw, finish_plot, legend,
};
use super::eigenvalue::{condition_entry, draw_eigenvalue, eigenvalue_axis};
use crate::axes::{Frame, bottom_ticks, left_axis_aligned};
use crate::board::Board;
use crate::checks;
use crate::error::FigureError;
use crate::picture::Picture;
use crate::stamp::Stamp;
use crate::style::COLUMN_WIDTH;
use crate::ticks::Axis;

const PLOT_HEIGHT: f64 = 78.0;
/// White space between the two plots.
const BETWEEN: f64 = 12.0;

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Theorem {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// The fraction of examples, 0 to 1, for which Eq. 8 holds: over windows of examples, which
    /// [`ExampleSeries::every`] then states, or 0 and 1 for every example.
    pub holds: Vec<ExampleSeries>,
    /// The largest eigenvalue over the same examples, as in [`crate::Eigenvalue`]; may be empty.
    pub eigenvalue: Vec<ExampleSeries>,
}

/// Draws the two plots above each other over one axis of examples, at the width of a journal
/// column.
///
/// # Errors
///
/// [`FigureError::NoSeries`], [`FigureError::NoValues`], [`FigureError::NotFinite`] and
/// [`FigureError::OutOfRange`] if a table cannot be drawn; [`FigureError::Drawing`] and
/// [`FigureError::Encoding`] if a back end fails.
pub fn theorem(panel: &Theorem) -> Result<Picture, FigureError> {
    check("holds", &panel.holds)?;
    for (index, one) in panel.holds.iter().enumerate() {
        checks::within(&format!("holds[{index}].values"), &one.values, (0.0, 1.0))?;
    }
    if !panel.eigenvalue.is_empty() {
        check("eigenvalue", &panel.eigenvalue)?;
    }

    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    let mut entries = legend(&panel.holds);
    for entry in legend(&panel.eigenvalue) {
        let is_known =
            |other: &crate::legend::Entry| other.key == entry.key && other.name == entry.name;
        if !entries.iter().any(is_known) {
            entries.push(entry);
        }
    }
    if !panel.eigenvalue.is_empty() {
        entries.push(condition_entry());
    }
    board.legend(&entries);

    let examples = ExampleAxis::of(panel.holds.iter().chain(&panel.eigenvalue));
    let fractions = Axis::from_zero(1.0, 0.2);
    let (scale, values) = eigenvalue_axis(&panel.eigenvalue);
    let label_width = fractions.widest_label().max(values.widest_label());
    let edges = (board.left, board.right);
    let upper = board.plot_within(edges, &examples.axis, &fractions, label_width, PLOT_HEIGHT);
    let sheet = &mut board.sheet;
    let mut note = draw(sheet, &upper, &examples, Scale::Linear, &panel.holds);
    left_axis_aligned(
        sheet,
        &upper,
        &fractions,
        "Eq. 8 holds (fraction)",
        label_width,
    );
    let mut last = upper;
    if !panel.eigenvalue.is_empty() {
        crate::axes::bottom_spine(sheet, &upper, "");
        bottom_ticks(sheet, &upper, &examples.axis, false);
        last = Frame {
            top: upper.bottom + BETWEEN,
            bottom: upper.bottom + BETWEEN + PLOT_HEIGHT,
            y_range: values.range,
            ..upper
        };
        let axis = (scale, &values, label_width);
        let second = draw_eigenvalue(sheet, &last, &examples, axis, &panel.eigenvalue);
        note = match (note, second) {
            (Some(above), Some(below)) if above != below => {
                Some(format!("Above: {above} Below: {below}"))
            }
            (None, Some(below)) => Some(format!("Below: {below}")),
            (Some(above), None) => Some(format!("Above: {above}")),
            (above, _) => above,
        };
    }
    finish_plot(&mut board, &last, &examples, note);
    board.close(
        "How often Eq. 8 holds over training",
        &format!(
            "Above: fraction of examples for which Eq. 8 holds. {} Below: largest eigenvalue. {}",
            describe(&panel.holds),
            describe(&panel.eigenvalue)
        ),
    )
}
