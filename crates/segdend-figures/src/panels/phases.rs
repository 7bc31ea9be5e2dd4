//! The sequence of phases over a few training examples: the form of Figure 4A.
//!
//! Source data: `Fig_4A.csv`, a row a millisecond.

use super::traces::{
    ExamplePhases, PHASE_NAMES, PLATEAU_COLOR, check_phases, check_times, check_trace, draw_image,
    name_phases, phases_range, shade_phases, trace_points,
};
use crate::axes::{BELOW, Frame, bottom_axis};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::picture::Picture;
use crate::sheet::{Anchor, Place, Sheet, TextMark};
use crate::stamp::Stamp;
use crate::style::{
    CAP_HEIGHT, COLUMN_WIDTH, Color, FAINT_INK, INK, LABEL_SIZE, NOTE_SIZE, PAPER, SMALL_SIZE,
};
use crate::text::{SLACK, Weight, width};
use crate::ticks::{Axis, extent};

const ROW_HEIGHT: f64 = 12.5;
/// Share of a row that its greatest rate fills.
const ROW_FILL: f64 = 0.86;
/// Share of white under a rate.
const FILL_TINT: f64 = 0.55;
const IMAGE_HEIGHT: f64 = 20.0;
const PLATEAU_WIDTH: f64 = 1.1;
const SCALE_BAR_WIDTH: f64 = 0.9;
const TARGET_COLOR: Color = Color::TWO_HIDDEN_LAYERS;
const OTHER_COLOR: Color = Color::rgb(0x77, 0x77, 0x77);

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Phases {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// The training examples, in their order; the paper shows two.
    pub examples: Vec<ExamplePhases>,
    /// Time of every row of the rates, in ms, ascending.
    pub time_ms: Vec<f64>,
    /// Firing rate of each output unit at these times, in Hz.
    pub output_rates_hz: Vec<Vec<f64>>,
    /// When the hidden neurons had their plateau potentials, in ms.
    pub plateau_times_ms: Vec<f64>,
}

/// Draws the panel, at the width of a journal column: a row for each output unit over shaded
/// phases, the unit of the example's digit in red, the plateau potentials as orange lines.
///
/// # Errors
///
/// [`FigureError::NoValues`], [`FigureError::UnequalLengths`], [`FigureError::NotFinite`],
/// [`FigureError::NotAscending`] and [`FigureError::OutOfRange`] if a table cannot be drawn;
/// [`FigureError::Drawing`] and [`FigureError::Encoding`] if a back end fails.
pub fn phases(panel: &Phases) -> Result<Picture, FigureError> {
    validate(panel)?;
    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    board.legend(&legend(panel));
    let times = Axis::exact(phases_range(&panel.examples), 6);
    let greatest = extent(panel.output_rates_hz.iter().flatten().copied()).map_or(0.0, |r| r.1);
    let scale_hz = bar_value(greatest);
    let units = panel.output_rates_hz.len();

    let bar_label = format!("{scale_hz} Hz");
    let bar_room = width(&bar_label, NOTE_SIZE, Weight::Regular) * SLACK + 7.0;
    let left = board.left + LABEL_SIZE * CAP_HEIGHT + 4.0 + SMALL_SIZE + 4.0;
    let mut frame = Frame {
        left,
        right: board.right - bar_room,
        top: board.y,
        bottom: board.y,
        x_range: times.range,
        y_range: (0.0, 1.0),
    };
    board.y = draw_examples(&mut board.sheet, &frame, &panel.examples, board.y);
    let names = board.y + NOTE_SIZE * CAP_HEIGHT;
    name_phases(&mut board.sheet, &frame, &panel.examples, names);
    frame.top = board.y + PHASE_NAMES;
    frame.bottom = frame.top + ROW_HEIGHT * units as f64 + 2.0;
    shade_phases(&mut board.sheet, &frame, &panel.examples);

    let highest = greatest.max(scale_hz).max(f64::MIN_POSITIVE);
    for unit in 0..units {
        let bottom = frame.top + ROW_HEIGHT * (unit + 1) as f64;
        let row = Frame {
            top: bottom - ROW_HEIGHT * ROW_FILL,
            bottom,
            y_range: (0.0, highest),
            ..frame
        };
        draw_unit(&mut board.sheet, &row, panel, unit);
    }
    draw_plateaus(&mut board.sheet, &frame, panel);
    draw_scale_bar(&mut board.sheet, &frame, scale_hz / highest, &bar_label);
    board.sheet.put(TextMark {
        text: "Output unit".to_owned(),
        place: (
            board.left + LABEL_SIZE * CAP_HEIGHT,
            f64::midpoint(frame.top, frame.bottom),
        ),
        size: LABEL_SIZE,
        anchor: Anchor::Middle,
        weight: Weight::Regular,
        color: INK,
        upwards: true,
    });
    // The names of the plateaus stand between the frame and its axis.
    let below = Frame {
        bottom: frame.bottom + PLATEAU_NAMES,
        ..frame
    };
    bottom_axis(&mut board.sheet, &below, &times, "Time (ms)");
    board.y = below.bottom + BELOW + PART_GAP;
    board.close("Phases of training examples", &describe(panel))
}

/// Height of the line with the names of the plateaus.
const PLATEAU_NAMES: f64 = SMALL_SIZE * 1.5;

fn validate(panel: &Phases) -> Result<(), FigureError> {
    check_phases(&panel.examples)?;
    check_times("time_ms", &panel.time_ms)?;
    checks::not_empty("output_rates_hz", panel.output_rates_hz.len())?;
    for (unit, rates) in panel.output_rates_hz.iter().enumerate() {
        let table = format!("output_rates_hz[{unit}]");
        check_trace(&table, rates, ("time_ms", &panel.time_ms))?;
        checks::within(&table, rates, (0.0, f64::INFINITY))?;
    }
    checks::finite("plateau_times_ms", &panel.plateau_times_ms)
}

fn legend(panel: &Phases) -> Vec<Entry> {
    let entry = |key, name: &str| Entry {
        key,
        name: name.to_owned(),
    };
    let filled = |color: Color| Key::Block(color.mixed(PAPER, FILL_TINT));
    let mut entries = vec![
        entry(filled(TARGET_COLOR), "unit of the digit"),
        entry(filled(OTHER_COLOR), "other units"),
    ];
    if !panel.plateau_times_ms.is_empty() {
        entries.push(entry(Key::Line(PLATEAU_COLOR), "plateau potentials"));
    }
    entries
}

/// The rate that the scale bar stands for: the greatest of 1, 2 and 5 times a power of ten that
/// is not above the greatest rate.
fn bar_value(greatest: f64) -> f64 {
    if greatest <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(greatest.log10().floor());
    let multiple = [5.0, 2.0, 1.0]
        .into_iter()
        .find(|m| m * power <= greatest * (1.0 + 1e-9));
    multiple.unwrap_or(1.0) * power
}

/// The images over their examples; returns where the next part begins.
fn draw_examples(sheet: &mut Sheet, frame: &Frame, examples: &[ExamplePhases], top: f64) -> f64 {
    let has_images = examples.iter().any(|one| one.image.is_some());
    let height = if has_images {
        IMAGE_HEIGHT
    } else {
        SMALL_SIZE * CAP_HEIGHT
    };
    for example in examples {
        let start = frame.x(example.forward_start_ms);
        let mut x = start;
        if let Some(image) = &example.image {
            x += draw_image(sheet, image, (start, top), IMAGE_HEIGHT) + 4.0;
        }
        let words = format!("a ‘{}’", example.digit);
        let baseline = top + height / 2.0 + SMALL_SIZE * CAP_HEIGHT / 2.0;
        sheet.caption(&words, (x, baseline), Anchor::Start);
    }
    top + height + 4.0
}

/// The row of one output unit: grey, but red while its digit is the target.
fn draw_unit(sheet: &mut Sheet, row: &Frame, panel: &Phases, unit: usize) {
    let rates = &panel.output_rates_hz[unit];
    // What was recorded before or after the examples has no place in the frame.
    let (first, last) = row.x_range;
    let mut from = panel.time_ms.partition_point(|&time| time < first);
    let stop_at = panel.time_ms.partition_point(|&time| time <= last);
    // A piece for each example, so that the colour can change between them.
    for (index, example) in panel.examples.iter().enumerate() {
        let is_last = index + 1 == panel.examples.len();
        let end = panel.time_ms.partition_point(|&time| time < example.end_ms);
        let to = if is_last { stop_at } else { end.min(stop_at) };
        if from < to {
            let color = if usize::from(example.digit) == unit {
                TARGET_COLOR
            } else {
                OTHER_COLOR
            };
            // One time more, so that the pieces meet.
            let stop = (to + 1).min(stop_at);
            let points = trace_points(row, &panel.time_ms[from..stop], &rates[from..stop]);
            draw_filled(sheet, row.bottom, points, color);
        }
        from = to.max(from);
    }
    let base = vec![(row.left, row.bottom), (row.right, row.bottom)];
    sheet.path(base, 0.3, FAINT_INK);
    let place = (row.left - 4.0, row.bottom - 1.0);
    sheet.text(&unit.to_string(), place, SMALL_SIZE, Anchor::End, INK);
}

fn draw_filled(sheet: &mut Sheet, bottom: f64, points: Vec<Place>, color: Color) {
    if let (Some(first), Some(last), true) = (points.first(), points.last(), points.len() > 1) {
        let mut outline = vec![(first.0, bottom)];
        outline.extend_from_slice(&points);
        outline.push((last.0, bottom));
        sheet.area(outline, color.mixed(PAPER, FILL_TINT));
        sheet.path(points, 0.5, color);
    }
}

/// Lines at the plateaus, named by the phase that they end.
fn draw_plateaus(sheet: &mut Sheet, frame: &Frame, panel: &Phases) {
    let (first, last) = frame.x_range;
    let shown = panel
        .plateau_times_ms
        .iter()
        .filter(|time| (first..=last).contains(*time));
    for &time in shown {
        let x = frame.x(time);
        sheet.path(
            vec![(x, frame.top), (x, frame.bottom + 1.5)],
            PLATEAU_WIDTH,
            PLATEAU_COLOR,
        );
        let in_forward = panel
            .examples
            .iter()
            .any(|one| one.forward_start_ms < time && time <= one.target_start_ms);
        let name = if in_forward { "α^f" } else { "α^t" };
        let baseline = frame.bottom + 1.5 + SMALL_SIZE;
        sheet.math(
            name,
            (x, baseline),
            SMALL_SIZE,
            Anchor::Middle,
            PLATEAU_COLOR.for_text(),
        );
    }
}

fn draw_scale_bar(sheet: &mut Sheet, frame: &Frame, share: f64, label: &str) {
    let x = frame.right + 4.0;
    let bottom = frame.top + ROW_HEIGHT;
    let top = bottom - ROW_HEIGHT * ROW_FILL * share;
    sheet.path(vec![(x, top), (x, bottom)], SCALE_BAR_WIDTH, INK);
    let place = (
        x + 3.0,
        f64::midpoint(top, bottom) + NOTE_SIZE * CAP_HEIGHT / 2.0,
    );
    sheet.text(label, place, NOTE_SIZE, Anchor::Start, INK);
}

fn describe(panel: &Phases) -> String {
    let mut sentences = vec![
        "Firing rates of the output units over the phases of training examples; the unit of the \
         example's digit is red, plateau potentials are orange lines."
            .to_owned(),
    ];
    sentences.extend(panel.examples.iter().map(|one| {
        format!(
            "A '{}': forward phase from {} to {} ms, target phase to {} ms.",
            one.digit, one.forward_start_ms, one.target_start_ms, one.end_ms
        )
    }));
    sentences.join(" ")
}
