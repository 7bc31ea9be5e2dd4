//! When the plateau potentials of many hidden neurons come: the form of Figure 6, supplement 1A.
//!
//! Source data: `Fig_6S1A.csv`.

use super::traces::{
    ExamplePhases, PHASE_NAMES, check_phases, name_phases, phases_range, shade_phases,
};
use crate::axes::{BELOW, Frame, bottom_axis, left_axis};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::picture::Picture;
use crate::sheet::{Anchor, Place};
use crate::stamp::Stamp;
use crate::style::{COLUMN_WIDTH, DASH, FAINT_INK, INK, NOTE_SIZE};
use crate::ticks::{Axis, extent};

const PLOT_HEIGHT: f64 = 126.0;
const ZOOM_WIDTH: f64 = 58.0;
const BESIDE: f64 = 14.0;
const MOST_DOT_RADIUS: f64 = 0.7;

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlateauRaster {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// The training examples, in their order; the paper shows two.
    pub examples: Vec<ExamplePhases>,
    /// For each hidden neuron, when its plateau potentials came, in ms; the paper shows 100.
    pub plateau_times_ms: Vec<Vec<f64>>,
}

/// Draws the panel, at the width of a journal column: left the raster over the shaded phases,
/// right the same plateaus by their time before the end of their phase.
///
/// # Errors
///
/// [`FigureError::NoValues`], [`FigureError::NotFinite`], [`FigureError::NotAscending`] and
/// [`FigureError::OutOfRange`] if a table cannot be drawn; [`FigureError::Drawing`] and
/// [`FigureError::Encoding`] if a back end fails.
pub fn plateau_raster(panel: &PlateauRaster) -> Result<Picture, FigureError> {
    check_phases(&panel.examples)?;
    checks::not_empty("plateau_times_ms", panel.plateau_times_ms.len())?;
    for (neuron, times) in panel.plateau_times_ms.iter().enumerate() {
        checks::finite(&format!("plateau_times_ms[{neuron}]"), times)?;
    }

    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    let neurons = panel.plateau_times_ms.len() as f64;
    let times = Axis::exact(phases_range(&panel.examples), 5);
    let rows = Axis::whole((0.0, neurons), 5);
    board.y += PHASE_NAMES;
    let edges = (board.left, board.right - ZOOM_WIDTH - BESIDE);
    let frame = board.plot_within(edges, &times, &rows, rows.widest_label(), PLOT_HEIGHT);
    let pitch = (frame.bottom - frame.top) / neurons;
    let radius = (pitch * 0.5).min(MOST_DOT_RADIUS);
    let sheet = &mut board.sheet;
    shade_phases(sheet, &frame, &panel.examples);
    name_phases(sheet, &frame, &panel.examples, frame.top - 3.0);
    let points = |frame: &Frame, time: &dyn Fn(f64) -> Option<f64>| -> Vec<Place> {
        let rows = panel.plateau_times_ms.iter().enumerate();
        rows.flat_map(|(neuron, times)| {
            times
                .iter()
                .filter_map(move |&at| Some(frame.place((time(at)?, neuron as f64 + 0.5))))
        })
        .collect()
    };
    let shown = |at: f64| (times.range.0 <= at && at <= times.range.1).then_some(at);
    sheet.dots(points(&frame, &shown), radius, INK);
    left_axis(sheet, &frame, &rows, "Hidden neuron");
    bottom_axis(sheet, &frame, &times, "Time (ms)");

    let before = |at: f64| before_end(&panel.examples, at);
    let range = panel
        .plateau_times_ms
        .iter()
        .flatten()
        .filter_map(|&at| before(at));
    let (least, _) = extent(range).unwrap_or((-5.0, 0.0));
    let delays = Axis::rounded((least.min(-1.0), 0.0), 3);
    let zoom = Frame {
        left: board.right - ZOOM_WIDTH,
        right: board.right - delays.overhang(ZOOM_WIDTH),
        x_range: delays.range,
        ..frame
    };
    let zero = zoom.x(0.0);
    sheet.dashed(
        &[(zero, zoom.top), (zero, zoom.bottom)],
        DASH,
        0.6,
        FAINT_INK,
    );
    sheet.dots(points(&zoom, &before), radius, INK);
    bottom_axis(sheet, &zoom, &delays, "To phase end (ms)");
    let place = (f64::midpoint(zoom.left, zoom.right), zoom.top - 3.0);
    sheet.text("all plateaus", place, NOTE_SIZE, Anchor::Middle, FAINT_INK);
    board.y = frame.bottom + BELOW + PART_GAP;
    let description = format!(
        "Plateau potentials of {} hidden neurons over {} training examples; right, the same by \
         their time before the end of their phase, the earliest {:.2} ms before it.",
        panel.plateau_times_ms.len(),
        panel.examples.len(),
        -least,
    );
    board.close("Times of plateau potentials", &description)
}

/// The time since the end of the phase that `time` lies in: negative.
fn before_end(examples: &[ExamplePhases], time: f64) -> Option<f64> {
    examples
        .iter()
        .flat_map(|one| {
            [
                (one.forward_start_ms, one.target_start_ms),
                (one.target_start_ms, one.end_ms),
            ]
        })
        .find(|&(from, to)| from < time && time <= to)
        .map(|(_, to)| time - to)
}
