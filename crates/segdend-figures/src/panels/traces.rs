//! What the panels over milliseconds share: traces, spikes and shaded phases.

use crate::axes::Frame;
use crate::checks;
use crate::envelope::extremes;
use crate::error::FigureError;
use crate::sheet::{Anchor, Bitmap, Place, Sheet};
use crate::style::{CAP_HEIGHT, Color, FAINT_INK, INK, NOTE_SIZE, PAPER};
use crate::text::{Weight, width};

/// The ground of a forward phase.
pub(super) const FORWARD_GROUND: Color = Color::rgb(0xE9, 0xEF, 0xF8);
/// The ground of a target phase.
pub(super) const TARGET_GROUND: Color = Color::rgb(0xE1, 0xF2, 0xEA);
/// A plateau potential.
pub(super) const PLATEAU_COLOR: Color = Color::FOURTH;

pub(super) const TRACE_WIDTH: f64 = 0.6;
const SPIKE_WIDTH: f64 = 0.5;
const COLUMNS_PER_POINT: f64 = 4.0;

/// When the phases of one training example began and ended.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExamplePhases {
    /// The digit on the image, which is the target unit at the output.
    pub digit: u8,
    /// Begin of the forward phase, in ms.
    pub forward_start_ms: f64,
    /// End of the forward phase and begin of the target phase, in ms.
    pub target_start_ms: f64,
    /// End of the target phase, in ms.
    pub end_ms: f64,
    /// The image, if it is to be shown.
    pub image: Option<SmallImage>,
}

/// An image that is shown small, dark on white.
///
/// ```
/// use segdend_figures::SmallImage;
///
/// let dot = SmallImage { columns: 3, intensities: vec![0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0] };
/// assert_eq!(dot.intensities.len() % dot.columns, 0);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SmallImage {
    /// Pixels in a row: 28 for MNIST.
    pub columns: usize,
    /// Intensity of every pixel, row by row: 0 (the ground, drawn white) to 1 (drawn black).
    pub intensities: Vec<f64>,
}

/// # Errors
///
/// If the image has no whole rows, or an intensity that is not from 0 to 1.
pub(super) fn check_image(place: &str, image: &SmallImage) -> Result<(), FigureError> {
    let table = format!("{place}.intensities");
    checks::not_empty(&table, image.intensities.len())?;
    checks::not_empty(&format!("{place}.columns"), image.columns)?;
    let rows = image.intensities.len() / image.columns;
    checks::same_length(
        (&table, image.intensities.len()),
        (
            &format!("{place} of whole rows"),
            rows.max(1) * image.columns,
        ),
    )?;
    checks::finite(&table, &image.intensities)?;
    checks::within(&table, &image.intensities, (0.0, 1.0))
}

/// Draws an image as large as a square of this side holds; returns its width.
pub(super) fn draw_image(sheet: &mut Sheet, image: &SmallImage, from: Place, side: f64) -> f64 {
    let rows = (image.intensities.len() / image.columns).max(1);
    let pixel = side / rows.max(image.columns) as f64;
    let width = pixel * image.columns as f64;
    sheet.bitmap(Bitmap {
        from,
        to: (from.0 + width, from.1 + pixel * rows as f64),
        columns: image.columns,
        pixels: image
            .intensities
            .iter()
            .map(|&intensity| PAPER.mixed(INK, intensity))
            .collect(),
    });
    width
}

/// # Errors
///
/// If there is no example, or phases are not finite or not in their order.
pub(super) fn check_phases(examples: &[ExamplePhases]) -> Result<(), FigureError> {
    checks::not_empty("examples", examples.len())?;
    for (index, example) in examples.iter().enumerate() {
        let table = format!("examples[{index}] (start, target, end)");
        let times = [
            example.forward_start_ms,
            example.target_start_ms,
            example.end_ms,
        ];
        checks::finite(&table, &times)?;
        checks::ascending(&table, &times)?;
        checks::within(
            &format!("examples[{index}].digit"),
            &[f64::from(example.digit)],
            (0.0, 9.0),
        )?;
        if let Some(image) = &example.image {
            check_image(&format!("examples[{index}].image"), image)?;
        }
    }
    let starts: Vec<f64> = examples.iter().map(|one| one.forward_start_ms).collect();
    checks::ascending("the starts of examples", &starts)
}

/// From the start of the first example to the end of the last.
pub(super) fn phases_range(examples: &[ExamplePhases]) -> (f64, f64) {
    let first = examples.first().map_or(0.0, |one| one.forward_start_ms);
    let last = examples.iter().map(|one| one.end_ms).fold(first, f64::max);
    (first, last.max(first + 1.0))
}

/// The grounds of all phases over the height of a frame.
pub(super) fn shade_phases(sheet: &mut Sheet, frame: &Frame, examples: &[ExamplePhases]) {
    for example in examples {
        let x = |time: f64| frame.x(time);
        let (start, target, end) = (
            x(example.forward_start_ms),
            x(example.target_start_ms),
            x(example.end_ms),
        );
        sheet.block((start, frame.top), (target, frame.bottom), FORWARD_GROUND);
        sheet.block((target, frame.top), (end, frame.bottom), TARGET_GROUND);
    }
}

/// `forward` and `target` over the phases, where there is room; `baseline` is where they stand.
pub(super) fn name_phases(
    sheet: &mut Sheet,
    frame: &Frame,
    examples: &[ExamplePhases],
    baseline: f64,
) {
    for example in examples {
        for (name, from, to) in [
            ("forward", example.forward_start_ms, example.target_start_ms),
            ("target", example.target_start_ms, example.end_ms),
        ] {
            let (from, to) = (frame.x(from), frame.x(to));
            if width(name, NOTE_SIZE, Weight::Regular) + 2.0 <= to - from {
                let place = (f64::midpoint(from, to), baseline);
                sheet.text(name, place, NOTE_SIZE, Anchor::Middle, FAINT_INK);
            }
        }
    }
}

/// Height of a line of [`name_phases`].
pub(super) const PHASE_NAMES: f64 = NOTE_SIZE * CAP_HEIGHT + 3.0;

/// # Errors
///
/// If times are missing, not finite or not ascending.
pub(super) fn check_times(table: &str, times: &[f64]) -> Result<(), FigureError> {
    checks::not_empty(table, times.len())?;
    checks::finite(table, times)?;
    checks::ascending(table, times)
}

/// # Errors
///
/// If there are not as many values as times, or one is not finite.
pub(super) fn check_trace(
    table: &str,
    values: &[f64],
    times: (&str, &[f64]),
) -> Result<(), FigureError> {
    checks::same_length((times.0, times.1.len()), (table, values.len()))?;
    checks::finite(table, values)
}

/// The points of a trace on the sheet: at most the least and the greatest of what falls on one
/// column of the picture.
pub(super) fn trace_points(frame: &Frame, times: &[f64], values: &[f64]) -> Vec<Place> {
    let columns = (frame.width() * COLUMNS_PER_POINT) as usize;
    extremes(values, columns)
        .into_iter()
        .flatten()
        .map(|(index, value)| frame.place((times[index as usize], value)))
        .collect()
}

/// Draws a trace; a single value is a dot.
pub(super) fn draw_trace(sheet: &mut Sheet, points: Vec<Place>, color: Color) {
    if let [point] = points.as_slice() {
        sheet.disc(*point, TRACE_WIDTH, color);
    } else {
        sheet.path(points, TRACE_WIDTH, color);
    }
}

/// Draws spikes as upright strokes between two heights; those outside the frame are left out.
pub(super) fn draw_spikes(
    sheet: &mut Sheet,
    frame: &Frame,
    times: &[f64],
    (top, bottom): (f64, f64),
    color: Color,
) {
    let (first, last) = frame.x_range;
    for &time in times.iter().filter(|time| (first..=last).contains(*time)) {
        let x = frame.x(time);
        sheet.path(vec![(x, top), (x, bottom)], SPIKE_WIDTH, color);
    }
}
