//! The two modes of a hidden neuron, transmit and plateau: the form of Figure 3C.
//!
//! Source data: `Fig_3C.csv`, a row a millisecond.

use super::traces::{
    FORWARD_GROUND, PLATEAU_COLOR, check_times, check_trace, draw_spikes, draw_trace, trace_points,
};
use crate::axes::{BELOW, Frame, bottom_axis, bottom_ticks, left_axis_aligned, left_of_frame};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::picture::Picture;
use crate::sheet::Anchor;
use crate::stamp::Stamp;
use crate::style::{
    AXIS_WIDTH, CAP_HEIGHT, COLUMN_WIDTH, CURVE_WIDTH, Color, DASH, FAINT_INK, INK, LABEL_SIZE,
    LINE_SPACING, NOTE_SIZE, SMALL_SIZE,
};
use crate::ticks::{Axis, extent};

const ROW_HEIGHT: f64 = 44.0;
const ROW_GAP: f64 = 9.0;
/// White space between the spikes and the voltage that they are of.
const SPIKES_GAP: f64 = 5.0;
const SPIKES_HEIGHT: f64 = 8.0;
const PLATEAU_WIDTH: f64 = 52.0;
/// White space between the traces and the plateau.
const BESIDE: f64 = 10.0;
const CURVE_POINTS: usize = 60;
const MEAN_COLOR: Color = Color::ONE_HIDDEN_LAYER;
const POINT_RADIUS: f64 = 1.9;

/// What the panel shows: one hidden neuron over one forward phase.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TransmitAndPlateau {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// Time of every row of the traces, in ms since the forward phase began, ascending.
    pub time_ms: Vec<f64>,
    /// Voltage of the apical dendrite at these times.
    pub apical_voltage_v: Vec<f64>,
    /// Voltage of the soma.
    pub soma_voltage_v: Vec<f64>,
    /// Voltage of the basal dendrite.
    pub basal_voltage_v: Vec<f64>,
    /// When the soma fired.
    pub spike_times_ms: Vec<f64>,
    /// From when to when the apical voltage was averaged.
    pub averaged_ms: (f64, f64),
    /// The mean apical voltage over that time.
    pub mean_apical_voltage_v: f64,
    /// The plateau potential that came of it, 0 to 1.
    pub plateau_potential: f64,
}

/// Draws the panel, at the width of a journal column: left the traces, apical, soma and basal
/// from top to bottom; right, on the apical voltage's axis, the nonlinearity that makes the mean
/// (the blue line) the plateau potential (orange).
///
/// # Errors
///
/// [`FigureError::NoValues`], [`FigureError::UnequalLengths`], [`FigureError::NotFinite`],
/// [`FigureError::NotAscending`] and [`FigureError::OutOfRange`] if a table cannot be drawn;
/// [`FigureError::Drawing`] and [`FigureError::Encoding`] if a back end fails.
pub fn transmit_and_plateau(panel: &TransmitAndPlateau) -> Result<Picture, FigureError> {
    validate(panel)?;
    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    let time_range = extent(panel.time_ms.iter().copied()).unwrap_or((0.0, 1.0));
    let times = Axis::exact(time_range, 6);
    let mean = panel.mean_apical_voltage_v;
    let apical = voltage_axis(&panel.apical_voltage_v, Some(mean));
    let soma = voltage_axis(&panel.soma_voltage_v, None);
    let basal = voltage_axis(&panel.basal_voltage_v, None);
    let label_width = [&apical, &soma, &basal]
        .map(Axis::widest_label)
        .into_iter()
        .fold(0.0, f64::max);

    let plateau_left = board.right - PLATEAU_WIDTH;
    let left = board.left + left_of_frame(label_width);
    let right = plateau_left - BESIDE;
    for (heading, from, to) in [
        ("Transmit", left, right),
        ("Plateau", plateau_left, board.right),
    ] {
        let place = (f64::midpoint(from, to), board.y + LABEL_SIZE * CAP_HEIGHT);
        board
            .sheet
            .text(heading, place, LABEL_SIZE, Anchor::Middle, INK);
    }
    board.y += LABEL_SIZE * LINE_SPACING + 1.0;

    let frame_at = |top: f64, axis: &Axis| Frame {
        left,
        right,
        top,
        bottom: top + ROW_HEIGHT,
        x_range: times.range,
        y_range: axis.range,
    };
    let sheet = &mut board.sheet;

    let top_row = frame_at(board.y, &apical);
    let (from, to) = panel.averaged_ms;
    let clamp = |time: f64| top_row.x(time.clamp(times.range.0, times.range.1));
    let (from, to) = (clamp(from), clamp(to));
    sheet.block((from, top_row.top), (to, top_row.bottom), FORWARD_GROUND);
    let averaged = (
        f64::midpoint(from, to),
        top_row.bottom + NOTE_SIZE * CAP_HEIGHT + 2.5,
    );
    let points = trace_points(&top_row, &panel.time_ms, &panel.apical_voltage_v);
    draw_trace(sheet, points, FAINT_INK);
    let y = top_row.y(mean);
    sheet.path(vec![(from, y), (to, y)], CURVE_WIDTH * 1.4, MEAN_COLOR);
    sheet.text(
        "averaged",
        averaged,
        NOTE_SIZE,
        Anchor::Middle,
        MEAN_COLOR.for_text(),
    );
    left_axis_aligned(sheet, &top_row, &apical, "Apical (V)", label_width);

    let spikes_top = top_row.bottom + ROW_GAP + 3.0;
    let middle_row = frame_at(spikes_top + SPIKES_HEIGHT + SPIKES_GAP, &soma);
    let heights = (spikes_top, spikes_top + SPIKES_HEIGHT);
    draw_spikes(sheet, &middle_row, &panel.spike_times_ms, heights, INK);
    let place = (
        left - 4.6,
        heights.1 - (SPIKES_HEIGHT - SMALL_SIZE * CAP_HEIGHT) / 2.0,
    );
    sheet.text("spikes", place, SMALL_SIZE, Anchor::End, INK);
    let points = trace_points(&middle_row, &panel.time_ms, &panel.soma_voltage_v);
    draw_trace(sheet, points, INK);
    left_axis_aligned(sheet, &middle_row, &soma, "Soma (V)", label_width);

    let bottom_row = frame_at(middle_row.bottom + ROW_GAP, &basal);
    let points = trace_points(&bottom_row, &panel.time_ms, &panel.basal_voltage_v);
    draw_trace(sheet, points, INK);
    left_axis_aligned(sheet, &bottom_row, &basal, "Basal (V)", label_width);
    bottom_axis(sheet, &bottom_row, &times, "Time in the forward phase (ms)");

    let plateau = Frame {
        left: plateau_left,
        right: board.right - 3.0,
        x_range: (0.0, 1.0),
        ..top_row
    };
    draw_plateau(&mut board, panel, &plateau, to);
    board.y = bottom_row.bottom + BELOW + PART_GAP;
    board.close("Transmit and plateau", &describe(panel))
}

fn validate(panel: &TransmitAndPlateau) -> Result<(), FigureError> {
    check_times("time_ms", &panel.time_ms)?;
    for (table, values) in [
        ("apical_voltage_v", &panel.apical_voltage_v),
        ("soma_voltage_v", &panel.soma_voltage_v),
        ("basal_voltage_v", &panel.basal_voltage_v),
    ] {
        check_trace(table, values, ("time_ms", &panel.time_ms))?;
    }
    checks::finite("spike_times_ms", &panel.spike_times_ms)?;
    let averaged = [panel.averaged_ms.0, panel.averaged_ms.1];
    checks::finite("averaged_ms", &averaged)?;
    checks::ascending("averaged_ms", &averaged)?;
    checks::one_finite("mean_apical_voltage_v", panel.mean_apical_voltage_v)?;
    checks::one_finite("plateau_potential", panel.plateau_potential)?;
    checks::within("plateau_potential", &[panel.plateau_potential], (0.0, 1.0))
}

fn voltage_axis(values: &[f64], also: Option<f64>) -> Axis {
    let range = extent(values.iter().copied().chain(also)).unwrap_or((0.0, 1.0));
    Axis::rounded(range, 3)
}

/// The nonlinearity beside the apical trace: the mean comes in from the left at its own height.
fn draw_plateau(board: &mut Board<'_>, panel: &TransmitAndPlateau, frame: &Frame, from: f64) {
    let sheet = &mut board.sheet;
    let (mean, plateau) = (panel.mean_apical_voltage_v, panel.plateau_potential);
    let (low, high) = frame.y_range;
    let curve = (0..=CURVE_POINTS)
        .map(|index| {
            let voltage = low + (high - low) * index as f64 / CURVE_POINTS as f64;
            frame.place((1.0 / (1.0 + (-voltage).exp()), voltage))
        })
        .collect();
    sheet.path(curve, CURVE_WIDTH, FAINT_INK);
    let ends = Axis::from_zero(1.0, 0.5);
    let spine = vec![(frame.left, frame.bottom), (frame.right, frame.bottom)];
    sheet.path(spine, AXIS_WIDTH, INK);
    bottom_ticks(sheet, frame, &ends, true);
    let point = frame.place((plateau, mean));
    sheet.dashed(&[(from, point.1), point], DASH, 0.6, MEAN_COLOR);
    sheet.dashed(&[point, (point.0, frame.bottom)], DASH, 0.9, PLATEAU_COLOR);
    sheet.disc(point, POINT_RADIUS, PLATEAU_COLOR);
    let middle = f64::midpoint(frame.left, frame.right);
    let mut baseline = frame.bottom + BELOW;
    sheet.math(
        r"α^f = σ(\bar{A}^f)",
        (middle, baseline),
        LABEL_SIZE,
        Anchor::Middle,
        INK,
    );
    baseline += SMALL_SIZE * LINE_SPACING + 1.0;
    let value = format!("= {plateau:.2}");
    let color = PLATEAU_COLOR.for_text();
    sheet.text(
        &value,
        (middle, baseline),
        SMALL_SIZE,
        Anchor::Middle,
        color,
    );
}

fn describe(panel: &TransmitAndPlateau) -> String {
    format!(
        "One hidden neuron over a forward phase. Left: apical voltage, spikes and voltage of the \
         soma, basal voltage against time; {} spikes. The apical voltage has the mean {:.3} V \
         from {} to {} ms. Right: the nonlinearity makes it a plateau potential of {:.3}.",
        panel.spike_times_ms.len(),
        panel.mean_apical_voltage_v,
        panel.averaged_ms.0,
        panel.averaged_ms.1,
        panel.plateau_potential,
    )
}
