//! Sampled phase lengths and the distribution that they come from: the form of Figure 4B.
//!
//! Source data: `Fig_4B.csv`.

use crate::axes::{BELOW, BELOW_TICKS, Frame, bottom_axis, left_axis_aligned};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::picture::Picture;
use crate::sheet::{Anchor, Sheet, TextMark};
use crate::stamp::{Stamp, grouped};
use crate::style::{
    AXIS_WIDTH, CAP_HEIGHT, COLUMN_WIDTH, CURVE_WIDTH, Color, INK, LABEL_SIZE, PAPER,
};
use crate::text::Weight;
use crate::ticks::{Axis, extent};

/// The first examples, up to this many, are shown as bar pairs.
const MOST_PAIRS: usize = 6;
const BAR_HEIGHT: f64 = 3.4;
const PAIR_GAP: f64 = 3.4;
const DENSITY_HEIGHT: f64 = 74.0;
/// No phase is longer; nor is the density one of milliseconds if it is higher.
const LONGEST_MS: f64 = 10_000.0;
const BETWEEN: f64 = 11.0;
/// From this many lengths on, all are shown as a histogram under the curve.
const LEAST_FOR_HISTOGRAM: usize = 100;
const BIN_MS: f64 = 0.25;
/// The density's axis begins this much before its first length.
const BEFORE_MS: f64 = 1.0;
/// The axis ends where this share of the density's greatest value is left.
const SHOWN_DENSITY: f64 = 0.002;
const FORWARD: Color = Color::ONE_HIDDEN_LAYER;

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PhaseLengths {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this from the paper's own panel; see [`Stamp`].
    pub stamp: Option<Stamp>,
    /// Length of the forward phase of each training example, in ms. The first six are shown
    /// as bars; with the target phases, a hundred or more are also shown as a histogram.
    pub forward_ms: Vec<f64>,
    /// Length of the target phase of each training example, in ms.
    pub target_ms: Vec<f64>,
    /// Lengths at which the density is given, in ms, ascending.
    pub density_at_ms: Vec<f64>,
    /// Density of the shifted inverse Gaussian at these lengths, per ms.
    pub density_per_ms: Vec<f64>,
}

/// Draws the panel, at the width of a journal column: above, a blue bar pair for each example,
/// as in the paper; below, on an axis that begins where phases do, the density.
///
/// # Errors
///
/// [`FigureError::NoValues`], [`FigureError::UnequalLengths`], [`FigureError::NotFinite`],
/// [`FigureError::NotAscending`] and [`FigureError::OutOfRange`] if a table cannot be drawn;
/// [`FigureError::Drawing`] and [`FigureError::Encoding`] if a back end fails.
pub fn phase_lengths(panel: &PhaseLengths) -> Result<Picture, FigureError> {
    validate(panel)?;
    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    let lengths: Vec<f64> = panel
        .forward_ms
        .iter()
        .chain(&panel.target_ms)
        .copied()
        .collect();
    let has_histogram = lengths.len() >= LEAST_FOR_HISTOGRAM;
    let color = target_color();
    let mut entries = vec![
        entry(Key::Block(FORWARD), "forward phase"),
        entry(Key::Block(color), "target phase"),
        entry(Key::Line(INK), "density"),
    ];
    if has_histogram {
        let name = format!("{} sampled lengths", grouped(lengths.len() as u64));
        entries.push(entry(Key::Block(histogram_color()), &name));
    }
    board.legend(&entries);

    let range = density_range_ms(panel);
    let axis = Axis::exact(range, 6);
    let heights = if has_histogram {
        histogram(&lengths, range)
    } else {
        vec![]
    };
    let greatest = panel
        .density_per_ms
        .iter()
        .chain(&heights)
        .fold(0.0, |a: f64, &b| a.max(b));
    let density = Axis::rounded((0.0, if greatest > 0.0 { greatest } else { 1.0 }), 4);

    let pairs = panel.forward_ms.len().min(MOST_PAIRS);
    let bars_height = pairs as f64 * (2.0 * BAR_HEIGHT + PAIR_GAP);
    let shown = panel.forward_ms[..pairs]
        .iter()
        .chain(&panel.target_ms[..pairs]);
    let bars_axis = Axis::exact((0.0, shown.fold(1.0, |a: f64, &b| a.max(b))), 6);
    let bars = board.plot(&bars_axis, &density, bars_height);
    bottom_axis(&mut board.sheet, &bars, &bars_axis, "");
    draw_pairs(&mut board.sheet, &bars, panel, pairs);
    board.sheet.put(TextMark {
        text: "Examples".to_owned(),
        place: (
            board.left + LABEL_SIZE * CAP_HEIGHT,
            f64::midpoint(bars.top, bars.bottom),
        ),
        size: LABEL_SIZE,
        anchor: Anchor::Middle,
        weight: Weight::Regular,
        color: INK,
        upwards: true,
    });
    let below = Frame {
        top: bars.bottom + BELOW_TICKS + BETWEEN,
        bottom: bars.bottom + BELOW_TICKS + BETWEEN + DENSITY_HEIGHT,
        right: board.right - axis.overhang(bars.width()),
        x_range: axis.range,
        y_range: density.range,
        ..bars
    };
    draw_histogram(&mut board.sheet, &below, &heights);
    let curve = panel
        .density_at_ms
        .iter()
        .zip(&panel.density_per_ms)
        .filter(|(at, _)| (range.0..=range.1).contains(*at))
        .map(|(&at, &value)| below.place((at, value)))
        .collect();
    board.sheet.path(curve, CURVE_WIDTH, INK);
    left_axis_aligned(
        &mut board.sheet,
        &below,
        &density,
        "Density (per ms)",
        density.widest_label(),
    );
    bottom_axis(&mut board.sheet, &below, &axis, "Phase length (ms)");
    board.y = below.bottom + BELOW + PART_GAP;
    let (least, greatest) = extent(lengths.iter().copied()).unwrap_or((0.0, 0.0));
    board.close(
        "Sampled phase lengths",
        &format!(
            "Above: forward and target phase of {pairs} training examples as bars. Below: the \
             density of phase lengths. All {} sampled lengths are from {least:.1} to \
             {greatest:.1} ms.",
            grouped(lengths.len() as u64)
        ),
    )
}

fn validate(panel: &PhaseLengths) -> Result<(), FigureError> {
    checks::not_empty("forward_ms", panel.forward_ms.len())?;
    checks::same_length(
        ("forward_ms", panel.forward_ms.len()),
        ("target_ms", panel.target_ms.len()),
    )?;
    checks::not_empty("density_at_ms", panel.density_at_ms.len())?;
    checks::same_length(
        ("density_at_ms", panel.density_at_ms.len()),
        ("density_per_ms", panel.density_per_ms.len()),
    )?;
    for (table, values) in [
        ("forward_ms", &panel.forward_ms),
        ("target_ms", &panel.target_ms),
        ("density_at_ms", &panel.density_at_ms),
        ("density_per_ms", &panel.density_per_ms),
    ] {
        checks::finite(table, values)?;
        checks::within(table, values, (0.0, LONGEST_MS))?;
    }
    checks::ascending("density_at_ms", &panel.density_at_ms)
}

fn entry(key: Key, name: &str) -> Entry {
    Entry {
        key,
        name: name.to_owned(),
    }
}

fn target_color() -> Color {
    FORWARD.mixed(PAPER, 0.5)
}

fn histogram_color() -> Color {
    INK.mixed(PAPER, 0.82)
}

/// What the density's axis shows: from a little before its first length to where its tail is no
/// longer seen.
fn density_range_ms(panel: &PhaseLengths) -> (f64, f64) {
    let greatest = panel.density_per_ms.iter().fold(0.0, |a: f64, &b| a.max(b));
    let points = panel.density_at_ms.iter().zip(&panel.density_per_ms);
    let seen = points.filter(|&(_, &value)| value > SHOWN_DENSITY * greatest);
    let first = panel.density_at_ms[0];
    let last = seen.map(|(&at, _)| at).fold(first, f64::max);
    ((first - BEFORE_MS).max(0.0), last.max(first + BEFORE_MS))
}

fn draw_pairs(sheet: &mut Sheet, frame: &Frame, panel: &PhaseLengths, pairs: usize) {
    let zero = frame.x(0.0);
    for pair in 0..pairs {
        let mut y = frame.top + pair as f64 * (2.0 * BAR_HEIGHT + PAIR_GAP) + PAIR_GAP / 2.0;
        for (length, color) in [
            (panel.forward_ms[pair], FORWARD),
            (panel.target_ms[pair], target_color()),
        ] {
            sheet.block((zero, y), (frame.x(length), y + BAR_HEIGHT), color);
            y += BAR_HEIGHT;
        }
    }
    let spine = vec![(zero, frame.top), (zero, frame.bottom)];
    sheet.path(spine, AXIS_WIDTH, INK);
}

/// Share of all lengths in each bin from the range's start, per ms.
fn histogram(lengths: &[f64], (first, last): (f64, f64)) -> Vec<f64> {
    let mut counts = vec![0.0; ((last - first) / BIN_MS).floor() as usize];
    for length in lengths.iter().filter(|length| **length >= first) {
        if let Some(count) = counts.get_mut(((length - first) / BIN_MS).floor() as usize) {
            *count += 1.0;
        }
    }
    let whole = lengths.len() as f64 * BIN_MS;
    counts.iter().map(|count| count / whole).collect()
}

fn draw_histogram(sheet: &mut Sheet, frame: &Frame, heights: &[f64]) {
    let first = frame.x_range.0;
    for (bin, &height) in heights
        .iter()
        .enumerate()
        .filter(|(_, height)| **height > 0.0)
    {
        let from = frame.place((first + bin as f64 * BIN_MS, height));
        let to = frame.place((first + (bin + 1) as f64 * BIN_MS, 0.0));
        sheet.block(from, to, histogram_color());
    }
}
