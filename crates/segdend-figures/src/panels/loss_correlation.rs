//! Correlation of hidden and output loss over training, for each digit: the form of Figure 5C.
//!
//! Source data: `Fig_5C.csv`: ten columns real, ten shuffled, a row an epoch.

use crate::axes::{BELOW, Frame, bottom_axis, left_axis};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::outlines::arc;
use crate::picture::Picture;
use crate::sheet::{Place, Sheet};
use crate::stamp::Stamp;
use crate::style::{COLUMN_WIDTH, Color, FAINT_INK, HAIRLINE};
use crate::ticks::{Axis, extent};

const PLOT_HEIGHT: f64 = 118.0;
const MOST_DOT_RADIUS: f64 = 1.2;
const LEAST_DOT_RADIUS: f64 = 0.55;
const OVAL_COLOR: Color = Color::TWO_HIDDEN_LAYERS;
const OVAL_WIDTH: f64 = 0.9;
/// The oval stands out over the dots of the first epoch by this much.
const OVAL_ROOM: f64 = 5.0;
const OVAL_HALF_WIDTH: f64 = 3.2;
/// Room left of the first epoch, in epochs: for its oval, at least this share of the axis.
const LEFT_ROOM: f64 = 0.5;
const LEFT_SHARE: f64 = 0.028;

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LossCorrelation {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// A row for each epoch, beginning with the first: Pearson's r of hidden and output loss over
    /// the images of each digit. NaN where it is not defined; such a dot is left out.
    pub real: Vec<Vec<f64>>,
    /// The same with the losses paired at random; may be empty.
    pub shuffled: Vec<Vec<f64>>,
}

/// Draws the panel, at the width of a journal column: a dot for each digit and epoch, real in
/// black, shuffled in grey, the first epoch in a red oval.
///
/// # Errors
///
/// [`FigureError::NoValues`], [`FigureError::NotFinite`] and [`FigureError::OutOfRange`] if a
/// table cannot be drawn; [`FigureError::Drawing`] and [`FigureError::Encoding`] if a back end
/// fails.
pub fn loss_correlation(panel: &LossCorrelation) -> Result<Picture, FigureError> {
    let defined = panel.real.iter().flatten().filter(|r| !r.is_nan()).count();
    checks::not_empty("real", defined)?;
    for (name, rows) in [("real", &panel.real), ("shuffled", &panel.shuffled)] {
        for (epoch, row) in rows.iter().enumerate() {
            let table = format!("{name}[{epoch}]");
            checks::finite_or_undefined(&table, row)?;
            checks::within(&table, row, (-1.0, 1.0))?;
        }
    }

    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    board.legend(&legend(panel));
    let all = panel.real.iter().chain(&panel.shuffled).flatten().copied();
    let (low, high) = extent(all).unwrap_or((0.0, 1.0));
    let correlations = Axis::rounded((low.min(0.0), high.max(0.1)), 5);
    let epochs = panel.real.len().max(panel.shuffled.len()) as f64;
    // Half an epoch on both sides, so that no dot stands on the axis.
    let mut axis = Axis::whole((0.0, epochs), 6);
    axis.range = (1.0 - LEFT_ROOM.max(epochs * LEFT_SHARE), epochs + 0.5);
    axis.ticks.retain(|tick| tick.value >= 1.0);
    if epochs > 1.0 && axis.ticks.first().is_some_and(|tick| tick.value > 1.0) {
        let first = crate::ticks::Tick {
            value: 1.0,
            label: "1".to_owned(),
        };
        axis.ticks.insert(0, first);
    }
    let frame = board.plot(&axis, &correlations, PLOT_HEIGHT);
    let sheet = &mut board.sheet;
    if correlations.range.0 < 0.0 {
        let y = frame.y(0.0);
        sheet.path(vec![(frame.left, y), (frame.right, y)], HAIRLINE, FAINT_INK);
    }
    let radius = (frame.width() / (epochs + 1.0) * 0.34).clamp(LEAST_DOT_RADIUS, MOST_DOT_RADIUS);
    for (rows, color) in [
        (&panel.shuffled, Color::CONTROL),
        (&panel.real, Color::REAL),
    ] {
        sheet.dots(places(&frame, rows), radius, color);
    }
    draw_oval(sheet, &frame, &panel.real[..1]);
    left_axis(
        sheet,
        &frame,
        &correlations,
        "Correlation of L^0 and L^1 (r)",
    );
    bottom_axis(sheet, &frame, &axis, "Epoch");
    board.y = frame.bottom + BELOW + PART_GAP;
    let undefined = panel.real.iter().flatten().filter(|r| r.is_nan()).count();
    if undefined > 0 {
        board.note(&format!(
            "Not defined, because a loss did not vary, and without a dot: {undefined} of {}.",
            panel.real.iter().map(Vec::len).sum::<usize>(),
        ));
    }
    board.close("Correlation of losses over training", &describe(panel))
}

fn legend(panel: &LossCorrelation) -> Vec<Entry> {
    let entry = |key, name: &str| Entry {
        key,
        name: name.to_owned(),
    };
    let mut entries = vec![entry(Key::Dot(Color::REAL), "real, one dot a digit")];
    if !panel.shuffled.is_empty() {
        entries.push(entry(Key::Dot(Color::CONTROL), "shuffled"));
    }
    entries.push(entry(Key::Ring(OVAL_COLOR), "first epoch"));
    entries
}

fn places(frame: &Frame, rows: &[Vec<f64>]) -> Vec<Place> {
    rows.iter()
        .enumerate()
        .flat_map(|(epoch, row)| {
            let defined = row.iter().filter(|r| !r.is_nan());
            defined.map(move |&r| frame.place(((epoch + 1) as f64, r)))
        })
        .collect()
}

/// The red oval round the dots of the first epoch.
fn draw_oval(sheet: &mut Sheet, frame: &Frame, first: &[Vec<f64>]) {
    let Some((low, high)) = extent(first.iter().flatten().copied()) else {
        return;
    };
    let (top, bottom) = (frame.y(high), frame.y(low));
    let center = (frame.x(1.0), f64::midpoint(top, bottom));
    let half = (OVAL_HALF_WIDTH, (bottom - top) / 2.0 + OVAL_ROOM);
    let outline = arc(center, half, 0.0, 2.0 * std::f64::consts::PI);
    sheet.path(outline, OVAL_WIDTH, OVAL_COLOR);
}

fn describe(panel: &LossCorrelation) -> String {
    let range = |rows: &[Vec<f64>]| {
        let (low, high) = extent(rows.iter().flatten().copied()).unwrap_or((f64::NAN, f64::NAN));
        format!("{low:.2} to {high:.2}")
    };
    let mut text = format!(
        "Correlation of hidden and output loss for each digit over {} epochs: {}",
        panel.real.len(),
        range(&panel.real)
    );
    text.push_str(&format!("; in the first epoch {}", range(&panel.real[..1])));
    if !panel.shuffled.is_empty() {
        text.push_str(&format!("; shuffled {}", range(&panel.shuffled)));
    }
    text + "."
}
