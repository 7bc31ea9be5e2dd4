//! The angle between two weight updates along training: the forms of Figure 7A and of the extra
//! panel on feedback alignment.
//!
//! Source data: `Fig_7A.csv`, a column a series.

use super::along_examples::{
    ExampleAxis, ExampleSeries, Scale, check, describe, draw, draw_reference, finish_plot, legend,
    reference_entry, value_range,
};
use crate::axes::left_axis;
use crate::board::Board;
use crate::checks;
use crate::error::FigureError;
use crate::picture::Picture;
use crate::stamp::Stamp;
use crate::style::COLUMN_WIDTH;
use crate::ticks::Axis;

const PLOT_HEIGHT: f64 = 118.0;
const STEP_DEGREES: f64 = 15.0;
/// The axis goes on a little above a right angle.
const LEAST_TOP_DEGREES: f64 = 94.0;
const HEADROOM: f64 = 1.02;

/// What the panel shows.
///
/// Figure 7A has two series, spiking feedback in [`crate::Color::ONE_HIDDEN_LAYER`] (blue) and
/// rate feedback in [`crate::Color::TWO_HIDDEN_LAYERS`] (red), and a line at 90 degrees; the
/// extra panel on feedback alignment has a line at 45 degrees.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Angles {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// Angles in degrees, 0 to 180, in the order of the legend; averaged over a window, if they
    /// are to be, by the caller.
    pub series: Vec<ExampleSeries>,
    /// Counts the axis in epochs of this many training examples; in examples, if it is none.
    pub examples_per_epoch: Option<u64>,
    /// Dashed lines in degrees, each with its words in the legend.
    pub references: Vec<(f64, String)>,
}

/// Draws the panel, at the width of a journal column. A series that is longer than the picture
/// is wide is drawn as its extremes, light, and its running mean, dark; a note says so.
///
/// # Errors
///
/// [`FigureError::NoSeries`], [`FigureError::NoValues`], [`FigureError::NotFinite`] and
/// [`FigureError::OutOfRange`] if the table cannot be drawn; [`FigureError::Drawing`] and
/// [`FigureError::Encoding`] if a back end fails.
///
/// # Example
///
/// ```
/// use segdend_figures::{Angles, Color, ExampleSeries, FigureError, angles};
///
/// let picture = angles(&Angles {
///     series: vec![ExampleSeries {
///         name: "spiking feedback".into(),
///         color: Color::ONE_HIDDEN_LAYER,
///         first_example: 100,
///         every: 1,
///         values: (0..50_000).map(|example| 65.0 + 25.0 * (-1e-3 * f64::from(example)).exp()).collect(),
///     }],
///     references: vec![(90.0, "orthogonal".into())],
///     ..Angles::default()
/// })?;
/// assert!(picture.svg.contains("running mean of 300 values"));
/// assert!(picture.svg.len() < 100_000);
/// # Ok::<(), FigureError>(())
/// ```
pub fn angles(panel: &Angles) -> Result<Picture, FigureError> {
    check("series", &panel.series)?;
    for (index, one) in panel.series.iter().enumerate() {
        checks::within(
            &format!("series[{index}].values"),
            &one.values,
            (0.0, 180.0),
        )?;
    }
    if panel.examples_per_epoch == Some(0) {
        checks::not_empty("examples_per_epoch", 0)?;
    }
    let lines: Vec<f64> = panel
        .references
        .iter()
        .map(|&(degrees, _)| degrees)
        .collect();
    checks::finite("references", &lines)?;
    checks::within("references", &lines, (0.0, 180.0))?;

    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    let mut entries = legend(&panel.series);
    entries.extend(
        panel
            .references
            .iter()
            .map(|(_, name)| reference_entry(name)),
    );
    board.legend(&entries);

    let greatest = lines
        .iter()
        .fold(value_range(&panel.series).1, |a, &b| a.max(b));
    let top = (greatest * HEADROOM).max(LEAST_TOP_DEGREES);
    let degrees = Axis::from_zero(top, STEP_DEGREES);
    let examples = match panel.examples_per_epoch {
        Some(examples) => ExampleAxis::in_epochs(&panel.series, examples),
        None => ExampleAxis::of(&panel.series),
    };
    let frame = board.plot(&examples.axis, &degrees, PLOT_HEIGHT);
    let note = draw(
        &mut board.sheet,
        &frame,
        &examples,
        Scale::Linear,
        &panel.series,
    );
    for &line in &lines {
        draw_reference(&mut board.sheet, &frame, line);
    }
    left_axis(&mut board.sheet, &frame, &degrees, "Angle (°)");
    finish_plot(&mut board, &frame, &examples, note);
    board.close(
        "Angle between weight updates over training",
        &format!(
            "Angle in degrees against training examples. {}",
            describe(&panel.series)
        ),
    )
}
