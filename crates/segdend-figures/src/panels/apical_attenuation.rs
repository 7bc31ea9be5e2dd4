//! How much of the apical voltage reaches the soma: the traces of Figure 9A.
//!
//! Source data: `Fig_9A.csv`, a row a millisecond.

use super::traces::{check_times, check_trace, draw_spikes, draw_trace, trace_points};
use crate::axes::{BELOW, Frame, bottom_axis, left_axis_aligned, left_of_frame};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::picture::Picture;
use crate::sheet::Anchor;
use crate::stamp::Stamp;
use crate::style::{CAP_HEIGHT, COLUMN_WIDTH, Color, INK, LABEL_SIZE, SMALL_SIZE};
use crate::ticks::{Axis, extent};

const APICAL_HEIGHT: f64 = 70.0;
const LEAST_SOMA_HEIGHT: f64 = 44.0;
const SPIKES_HEIGHT: f64 = 8.0;
const ROW_GAP: f64 = 10.0;
/// The soma's trace stands at least this much above its axis.
const CLEARANCE: f64 = 2.5;
const SPIKES_GAP: f64 = 6.0;
const APICAL_COLOR: Color = Color::TWO_HIDDEN_LAYERS;

/// What the panel shows: one neuron whose apical synapses alone receive spikes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ApicalAttenuation {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// Conductance from the apical dendrite to the soma, g_A: 0.05 in the paper's traces.
    pub apical_conductance: f64,
    /// Time of every row of the traces, in ms, ascending.
    pub time_ms: Vec<f64>,
    /// Voltage A of the apical dendrite at these times.
    pub apical_voltage_v: Vec<f64>,
    /// Voltage C of the soma.
    pub soma_voltage_v: Vec<f64>,
    /// When spikes arrived at the apical synapses.
    pub apical_spike_times_ms: Vec<f64>,
}

/// Draws the panel, at the width of a journal column. A volt is as high in the soma's plot as in
/// the dendrite's, so that the attenuation is seen as it is.
///
/// # Errors
///
/// [`FigureError::NoValues`], [`FigureError::UnequalLengths`], [`FigureError::NotFinite`] and
/// [`FigureError::NotAscending`] if a table cannot be drawn; [`FigureError::Drawing`] and
/// [`FigureError::Encoding`] if a back end fails.
pub fn apical_attenuation(panel: &ApicalAttenuation) -> Result<Picture, FigureError> {
    check_times("time_ms", &panel.time_ms)?;
    for (table, values) in [
        ("apical_voltage_v", &panel.apical_voltage_v),
        ("soma_voltage_v", &panel.soma_voltage_v),
    ] {
        check_trace(table, values, ("time_ms", &panel.time_ms))?;
    }
    checks::finite("apical_spike_times_ms", &panel.apical_spike_times_ms)?;
    checks::one_finite("apical_conductance", panel.apical_conductance)?;

    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    let range = |values: &[f64]| extent(values.iter().copied()).unwrap_or((0.0, 1.0));
    let times = Axis::exact(range(&panel.time_ms), 6);
    let apical = Axis::rounded(with_zero(range(&panel.apical_voltage_v)), 4);
    let volt = APICAL_HEIGHT / (apical.range.1 - apical.range.0);
    // The soma's range: its own values, and as much more as fills the least height.
    let (low, high) = with_zero(range(&panel.soma_voltage_v));
    let missing = (LEAST_SOMA_HEIGHT / volt - (high - low)).max(0.0);
    let soma = Axis::exact((low - CLEARANCE / volt, high + missing), 3);
    let soma_height = (soma.range.1 - soma.range.0) * volt;
    let label_width = apical.widest_label().max(soma.widest_label());

    let left = board.left + left_of_frame(label_width);
    let conductance = format!("g_A = {}", panel.apical_conductance);
    let place = (left, board.y + LABEL_SIZE * CAP_HEIGHT);
    let sheet = &mut board.sheet;
    sheet.math(&conductance, place, LABEL_SIZE, Anchor::Start, INK);
    let spikes_top = board.y + LABEL_SIZE * CAP_HEIGHT + 6.0;
    let upper = Frame {
        left,
        right: board.right - times.overhang(board.right - left),
        top: spikes_top + SPIKES_HEIGHT + SPIKES_GAP,
        bottom: spikes_top + SPIKES_HEIGHT + SPIKES_GAP + APICAL_HEIGHT,
        x_range: times.range,
        y_range: apical.range,
    };
    let heights = (spikes_top, spikes_top + SPIKES_HEIGHT);
    draw_spikes(
        sheet,
        &upper,
        &panel.apical_spike_times_ms,
        heights,
        APICAL_COLOR,
    );
    let place = (
        left - 4.6,
        heights.1 - (SPIKES_HEIGHT - SMALL_SIZE * CAP_HEIGHT) / 2.0,
    );
    sheet.text("spikes", place, SMALL_SIZE, Anchor::End, INK);
    let points = trace_points(&upper, &panel.time_ms, &panel.apical_voltage_v);
    draw_trace(sheet, points, APICAL_COLOR);
    left_axis_aligned(sheet, &upper, &apical, "Apical, A (V)", label_width);
    let lower = Frame {
        top: upper.bottom + ROW_GAP,
        bottom: upper.bottom + ROW_GAP + soma_height,
        y_range: soma.range,
        ..upper
    };
    let points = trace_points(&lower, &panel.time_ms, &panel.soma_voltage_v);
    draw_trace(sheet, points, INK);
    left_axis_aligned(sheet, &lower, &soma, "Soma, C (V)", label_width);
    bottom_axis(sheet, &lower, &times, "Time (ms)");
    board.y = lower.bottom + BELOW + PART_GAP;
    let (apical, soma) = (range(&panel.apical_voltage_v), range(&panel.soma_voltage_v));
    board.close(
        "Apical and somatic voltage under apical spikes",
        &format!(
            "One neuron under {} apical spikes alone, with an apical conductance of {}. The \
             apical voltage goes from {:.3} to {:.3} V, that of the soma from {:.3} to {:.3} V.",
            panel.apical_spike_times_ms.len(),
            panel.apical_conductance,
            apical.0,
            apical.1,
            soma.0,
            soma.1,
        ),
    )
}

fn with_zero((low, high): (f64, f64)) -> (f64, f64) {
    (low.min(0.0), high.max(0.0))
}
