//! How like backpropagation's receptive fields those of the local rule are: the form of Figure
//! 7C.
//!
//! Source data: `Fig_7C.csv`: regular, shuffled, a row a field.

use crate::axes::{BELOW, Frame, bottom_axis, bottom_ticks, left_axis};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::picture::Picture;
use crate::sheet::Sheet;
use crate::stamp::Stamp;
use crate::style::{CAP_HEIGHT, COLUMN_WIDTH, Color, PAPER, SMALL_SIZE};
use crate::ticks::{Axis, extent};

const PLOT_HEIGHT: f64 = 118.0;
const HISTOGRAM_WIDTH: f64 = 58.0;
const BESIDE: f64 = 9.0;
const DOT_RADIUS: f64 = 0.7;
const BINS: usize = 40;

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FieldCorrelation {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// For each receptive field of the local rule, the greatest Pearson correlation with any
    /// field of backpropagation.
    pub regular: Vec<f64>,
    /// The same after the values of each field were shuffled.
    pub shuffled: Vec<f64>,
}

/// Draws the panel, at the width of a journal column: left each field's correlation, from the
/// lowest to the highest of its group; right, on the same axis, how many fields have it.
///
/// # Errors
///
/// [`FigureError::NoValues`], [`FigureError::NotFinite`] and [`FigureError::OutOfRange`] if a
/// table cannot be drawn; [`FigureError::Drawing`] and [`FigureError::Encoding`] if a back end
/// fails.
pub fn field_correlation(panel: &FieldCorrelation) -> Result<Picture, FigureError> {
    let groups = [
        ("shuffled", &panel.shuffled, Color::CONTROL),
        ("regular", &panel.regular, Color::REAL),
    ];
    checks::not_empty("regular", panel.regular.len())?;
    for (name, values, _) in groups {
        checks::finite(name, values)?;
        checks::within(name, values, (-1.0, 1.0))?;
    }
    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    let entries: Vec<Entry> = groups
        .iter()
        .rev()
        .filter(|(_, values, _)| !values.is_empty())
        .map(|&(name, _, color)| Entry {
            key: Key::Dot(color),
            name: name.to_owned(),
        })
        .collect();
    board.legend(&entries);

    let all = panel.regular.iter().chain(&panel.shuffled).copied();
    let (low, high) = extent(all).unwrap_or((0.0, 1.0));
    let correlations = Axis::rounded((low.min(0.0), high.max(0.1)), 5);
    let fields = panel.regular.len().max(panel.shuffled.len());
    let ranks = Axis::whole((0.0, fields as f64), 5);
    let edges = (board.left, board.right - HISTOGRAM_WIDTH - BESIDE);
    let label_width = correlations.widest_label();
    let frame = board.plot_within(edges, &ranks, &correlations, label_width, PLOT_HEIGHT);
    let sheet = &mut board.sheet;
    for (_, values, color) in groups {
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let ranked = sorted.iter().enumerate();
        let places = ranked.map(|(rank, &value)| frame.place((rank as f64 + 0.5, value)));
        sheet.dots(places.collect(), DOT_RADIUS, color);
    }
    left_axis(sheet, &frame, &correlations, "Greatest correlation (r)");
    bottom_axis(sheet, &frame, &ranks, "Receptive fields, sorted");

    let histograms: Vec<(Vec<f64>, Color)> = groups
        .iter()
        .map(|&(_, values, color)| (histogram(values, correlations.range), color))
        .collect();
    let most = histograms
        .iter()
        .flat_map(|(counts, _)| counts)
        .fold(1.0, |a: f64, &b| a.max(b));
    let counts = Axis::whole((0.0, most), 2);
    let beside = Frame {
        left: board.right - HISTOGRAM_WIDTH,
        right: board.right - counts.overhang(HISTOGRAM_WIDTH) - SMALL_SIZE * CAP_HEIGHT / 4.0,
        x_range: counts.range,
        ..frame
    };
    for (counts, color) in &histograms {
        draw_histogram(sheet, &beside, counts, *color);
    }
    crate::axes::bottom_spine(sheet, &beside, "Fields");
    bottom_ticks(sheet, &beside, &counts, true);
    board.y = frame.bottom + BELOW + PART_GAP;
    board.close("Correlation of receptive fields", &describe(panel))
}

fn histogram(values: &[f64], (low, high): (f64, f64)) -> Vec<f64> {
    let mut counts = vec![0.0; BINS];
    for value in values {
        let bin = ((value - low) / (high - low) * BINS as f64) as usize;
        counts[bin.min(BINS - 1)] += 1.0;
    }
    counts
}

/// Steps from the left, filled lightly and outlined, so that two of them stay visible.
fn draw_histogram(sheet: &mut Sheet, frame: &Frame, counts: &[f64], color: Color) {
    let height = (frame.bottom - frame.top) / BINS as f64;
    let mut outline = Vec::new();
    for (bin, &count) in counts.iter().enumerate() {
        let bottom = frame.bottom - bin as f64 * height;
        let x = frame.x(count);
        if count > 0.0 {
            sheet.block(
                (frame.left, bottom - height),
                (x, bottom),
                color.mixed(PAPER, 0.6),
            );
        }
        outline.extend([(x, bottom), (x, bottom - height)]);
    }
    sheet.path(outline, 0.6, color);
}

fn describe(panel: &FieldCorrelation) -> String {
    let range = |values: &[f64]| {
        let (low, high) = extent(values.iter().copied()).unwrap_or((f64::NAN, f64::NAN));
        format!("{low:.3} to {high:.3}")
    };
    let mut text = format!(
        "Greatest correlation of each of {} receptive fields with any field of backpropagation: \
         {}",
        panel.regular.len(),
        range(&panel.regular)
    );
    if !panel.shuffled.is_empty() {
        text.push_str(&format!("; shuffled, {}", range(&panel.shuffled)));
    }
    text + "."
}
