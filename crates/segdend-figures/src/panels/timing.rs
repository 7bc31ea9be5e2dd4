//! What the model predicts for the timing of apical input: the form of Figure 10B, simulated.
//!
//! Source data: `Fig_10B.csv`.

use crate::axes::{BELOW, Frame, bottom_axis, escaped, left_axis};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::picture::Picture;
use crate::sheet::{Anchor, Sheet, TextMark};
use crate::stamp::Stamp;
use crate::style::{
    AXIS_WIDTH, CAP_HEIGHT, COLUMN_WIDTH, CURVE_WIDTH, Color, FAINT_INK, HAIRLINE, INK, LABEL_SIZE,
    LINE_SPACING, PAPER, SMALL_SIZE, TICK_LENGTH,
};
use crate::text::Weight;
use crate::ticks::{Axis, extent};

const PLOT_HEIGHT: f64 = 92.0;
const BESIDE: f64 = 15.0;
const INPUT_HEIGHT: f64 = 5.0;
const INPUT_GAP: f64 = 2.5;
/// White space round the name of the change.
const NAME_GAP: f64 = 5.0;
const BASAL_COLOR: Color = Color::ONE_HIDDEN_LAYER;
const APICAL_COLOR: Color = Color::TWO_HIDDEN_LAYERS;

/// One way to pair apical with basal input, and what came of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TimingProtocol {
    /// The words over the plot: `early apical input`, for example.
    pub name: String,
    /// From when to when the basal synapses were driven in one pairing, in ms.
    pub basal_input_ms: (f64, f64),
    /// From when to when the apical synapses were driven in one pairing, in ms.
    pub apical_input_ms: (f64, f64),
    /// Where along the protocol each change was recorded: pairings, or seconds, ascending.
    pub at: Vec<f64>,
    /// Mean change of the basal weights since the beginning, in V ms: a weight makes a voltage of
    /// postsynaptic potentials in 1/ms.
    pub weight_change: Vec<f64>,
    /// Lower ends of an interval round the mean (over synapses, or repetitions); may be empty.
    pub lower: Vec<f64>,
    /// Upper ends of the interval.
    pub upper: Vec<f64>,
}

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TimingPrediction {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart; see [`Stamp`].
    pub stamp: Option<Stamp>,
    /// Apical input early in the basal input.
    pub early: TimingProtocol,
    /// Apical input late in the basal input.
    pub late: TimingProtocol,
    /// What [`TimingProtocol::at`] counts: `Pairings`, for example.
    pub at_label: String,
    /// What the interval is, for the legend; ignored if there is none.
    pub interval_label: String,
}

/// Draws the panel, at the width of a journal column: left early, right late apical input; above
/// the inputs of one pairing (basal blue, apical red, as in the paper), below the change of the
/// basal weights on one axis for both, named LTD where it ends below zero and LTP above.
///
/// # Errors
///
/// [`FigureError::NoValues`], [`FigureError::UnequalLengths`], [`FigureError::NotFinite`] and
/// [`FigureError::NotAscending`] if a table cannot be drawn; [`FigureError::Drawing`] and
/// [`FigureError::Encoding`] if a back end fails.
pub fn timing_prediction(panel: &TimingPrediction) -> Result<Picture, FigureError> {
    let protocols = [("early", &panel.early), ("late", &panel.late)];
    for (name, protocol) in protocols {
        validate(name, protocol)?;
    }
    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    board.legend(&legend(panel));

    let all = protocols.iter().flat_map(|(_, one)| {
        one.weight_change
            .iter()
            .chain(&one.lower)
            .chain(&one.upper)
            .copied()
    });
    let (low, high) = extent(all).unwrap_or((0.0, 0.0));
    let changes = Axis::rounded((low.min(0.0), high.max(0.0)), 5);
    let at = extent(protocols.iter().flat_map(|(_, one)| one.at.iter().copied()));
    let at = Axis::exact(at.unwrap_or((0.0, 1.0)), 4);
    let pairing_end = protocols
        .iter()
        .flat_map(|(_, one)| [one.basal_input_ms.1, one.apical_input_ms.1])
        .fold(0.0, f64::max);
    let pairing_start = protocols
        .iter()
        .flat_map(|(_, one)| [one.basal_input_ms.0, one.apical_input_ms.0])
        .fold(0.0, f64::min);

    let headings = board.y + LABEL_SIZE * CAP_HEIGHT;
    board.y += LABEL_SIZE * LINE_SPACING + 1.0;
    let inputs_top = board.y;
    let inputs_height = 2.0 * INPUT_HEIGHT + INPUT_GAP + 5.0 + SMALL_SIZE * LINE_SPACING;
    board.y += inputs_height + 4.0;
    let whole = board.plot(&at, &changes, PLOT_HEIGHT);
    let width = (board.right - whole.left - BESIDE - at.overhang(whole.width())) / 2.0;
    for (index, (_, protocol)) in protocols.into_iter().enumerate() {
        let left = whole.left + index as f64 * (width + BESIDE);
        let frame = Frame {
            left,
            right: left + width,
            ..whole
        };
        let middle = f64::midpoint(frame.left, frame.right);
        let sheet = &mut board.sheet;
        sheet.text(
            &protocol.name,
            (middle, headings),
            LABEL_SIZE,
            Anchor::Middle,
            INK,
        );
        let inputs = Frame {
            top: inputs_top,
            bottom: inputs_top + 2.0 * INPUT_HEIGHT + INPUT_GAP,
            x_range: (pairing_start, pairing_end.max(pairing_start + 1.0)),
            ..frame
        };
        draw_inputs(sheet, &inputs, protocol);
        draw_change(sheet, &frame, protocol);
        if index == 0 {
            left_axis(sheet, &frame, &changes, "Change of basal weights (V ms)");
        } else {
            let spine = vec![(frame.left, frame.top), (frame.left, frame.bottom)];
            sheet.path(spine, HAIRLINE, FAINT_INK);
        }
        bottom_axis(sheet, &frame, &at, &escaped(&panel.at_label));
    }
    board.y = whole.bottom + BELOW + PART_GAP;
    board.close(
        "Change of basal weights under early and late apical input",
        &format!(
            "{} {}",
            describe("Early", &panel.early),
            describe("Late", &panel.late)
        ),
    )
}

fn validate(name: &str, protocol: &TimingProtocol) -> Result<(), FigureError> {
    let table = |field: &str| format!("{name}.{field}");
    let at = table("at");
    checks::not_empty(&at, protocol.at.len())?;
    checks::finite(&at, &protocol.at)?;
    checks::ascending(&at, &protocol.at)?;
    let changes = table("weight_change");
    checks::same_length(
        (&at, protocol.at.len()),
        (&changes, protocol.weight_change.len()),
    )?;
    checks::finite(&changes, &protocol.weight_change)?;
    for (field, values) in [("lower", &protocol.lower), ("upper", &protocol.upper)] {
        if !(protocol.lower.is_empty() && protocol.upper.is_empty()) {
            checks::same_length((&at, protocol.at.len()), (&table(field), values.len()))?;
        }
        checks::finite(&table(field), values)?;
    }
    for (field, (from, to)) in [
        ("basal_input_ms", protocol.basal_input_ms),
        ("apical_input_ms", protocol.apical_input_ms),
    ] {
        checks::finite(&table(field), &[from, to])?;
        checks::ascending(&table(field), &[from, to])?;
    }
    Ok(())
}

fn legend(panel: &TimingPrediction) -> Vec<Entry> {
    let entry = |key, name: &str| Entry {
        key,
        name: name.to_owned(),
    };
    let mut entries = vec![
        entry(Key::Block(APICAL_COLOR), "apical input"),
        entry(Key::Block(BASAL_COLOR), "basal input"),
    ];
    if !panel.early.lower.is_empty() || !panel.late.lower.is_empty() {
        entries.push(entry(Key::Block(interval_color()), &panel.interval_label));
    }
    entries
}

fn interval_color() -> Color {
    INK.mixed(PAPER, 0.8)
}

/// The inputs of one pairing over milliseconds.
fn draw_inputs(sheet: &mut Sheet, frame: &Frame, protocol: &TimingProtocol) {
    let rows = [
        (protocol.apical_input_ms, APICAL_COLOR),
        (protocol.basal_input_ms, BASAL_COLOR),
    ];
    for (row, ((from, to), color)) in rows.into_iter().enumerate() {
        let top = frame.top + row as f64 * (INPUT_HEIGHT + INPUT_GAP);
        let end = (frame.x(to), top + INPUT_HEIGHT);
        sheet.block((frame.x(from), top), end, color);
    }
    let y = frame.bottom + 2.5;
    let (first, last) = frame.x_range;
    sheet.path(vec![(frame.left, y), (frame.right, y)], AXIS_WIDTH, INK);
    for (time, anchor) in [(first, Anchor::Start), (last, Anchor::End)] {
        let x = frame.x(time);
        sheet.path(vec![(x, y), (x, y + TICK_LENGTH)], AXIS_WIDTH, INK);
        let place = (x, y + TICK_LENGTH + 1.5 + SMALL_SIZE * CAP_HEIGHT);
        let unit = if anchor == Anchor::End { " ms" } else { "" };
        sheet.text(&format!("{time:.0}{unit}"), place, SMALL_SIZE, anchor, INK);
    }
}

fn draw_change(sheet: &mut Sheet, frame: &Frame, protocol: &TimingProtocol) {
    let places = |values: &[f64]| {
        let points = protocol.at.iter().zip(values);
        points
            .map(|(&at, &value)| frame.place((at, value)))
            .collect::<Vec<_>>()
    };
    if protocol.at.len() > 1 && !protocol.lower.is_empty() {
        let mut band = places(&protocol.upper);
        band.extend(places(&protocol.lower).into_iter().rev());
        sheet.area(band, interval_color());
    }
    let zero = frame.y(0.0);
    sheet.path(
        vec![(frame.left, zero), (frame.right, zero)],
        HAIRLINE,
        FAINT_INK,
    );
    let curve = places(&protocol.weight_change);
    let last = protocol.weight_change.last().copied().unwrap_or(0.0);
    if let [point] = curve.as_slice() {
        sheet.disc(*point, 1.5, INK);
    } else {
        sheet.path(curve, CURVE_WIDTH * 1.2, INK);
    }
    let name = if last < 0.0 {
        "LTD"
    } else if last > 0.0 {
        "LTP"
    } else {
        "no change"
    };
    // On the side of zero that the curve goes to, and at the end where it has not gone yet.
    let baseline = if last < 0.0 {
        frame.bottom - NAME_GAP
    } else {
        frame.top + NAME_GAP + LABEL_SIZE * CAP_HEIGHT
    };
    sheet.put(TextMark {
        text: name.to_owned(),
        place: (frame.left + NAME_GAP, baseline),
        size: LABEL_SIZE,
        anchor: Anchor::Start,
        weight: Weight::Bold,
        color: INK,
        upwards: false,
    });
}

fn describe(name: &str, protocol: &TimingProtocol) -> String {
    let last = protocol.weight_change.last().copied().unwrap_or(0.0);
    format!(
        "{name} apical input ({} to {} ms of a pairing) changes the basal weights by {last:.4}.",
        protocol.apical_input_ms.0, protocol.apical_input_ms.1
    )
}
