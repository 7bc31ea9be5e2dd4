//! Axes on the sheet: the frame that takes data to points, and a paper's two spines.

use crate::math_text::MathMark;
use crate::sheet::{Anchor, Place, Sheet, TextMark};
use crate::style::{AXIS_WIDTH, CAP_HEIGHT, INK, LABEL_SIZE, SMALL_SIZE, TICK_LENGTH};
use crate::text::Weight;
use crate::ticks::Axis;

/// Distance of a tick's label from the tick.
const TICK_GAP: f64 = 2.0;
/// Distance of an axis label from the tick labels.
const LABEL_GAP: f64 = 4.0;
/// Length of a tick without a number.
const MINOR_LENGTH: f64 = 1.5;

/// Height that tick labels and an axis label take below a frame.
pub(crate) const BELOW: f64 = BELOW_TICKS + LABEL_GAP + LABEL_SIZE * CAP_HEIGHT;
/// Height that tick labels alone take below a frame.
pub(crate) const BELOW_TICKS: f64 = TICK_LENGTH + TICK_GAP + SMALL_SIZE * CAP_HEIGHT;

/// A rectangle of the sheet and the data ranges that fill it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
    pub(crate) x_range: (f64, f64),
    pub(crate) y_range: (f64, f64),
}

impl Frame {
    /// Where `x` stands on the sheet.
    pub(crate) fn x(&self, x: f64) -> f64 {
        let (low, high) = self.x_range;
        self.left + (x - low) / (high - low) * (self.right - self.left)
    }

    /// Where `y` stands on the sheet.
    pub(crate) fn y(&self, y: f64) -> f64 {
        let (low, high) = self.y_range;
        self.bottom - (y - low) / (high - low) * (self.bottom - self.top)
    }

    /// Where the point `(x, y)` stands on the sheet.
    pub(crate) fn place(&self, (x, y): (f64, f64)) -> Place {
        (self.x(x), self.y(y))
    }

    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }
}

/// Width that an upright axis label and tick labels of `label_width` take left of a frame.
pub(crate) fn left_of_frame(label_width: f64) -> f64 {
    LABEL_SIZE * CAP_HEIGHT + LABEL_GAP + label_width + TICK_GAP + TICK_LENGTH
}

/// The bottom spine with its ticks and its label, in mathematical text.
pub(crate) fn bottom_axis(sheet: &mut Sheet, frame: &Frame, axis: &Axis, label: &str) {
    bottom_spine(sheet, frame, label);
    bottom_ticks(sheet, frame, axis, true);
}

/// The ticks below a frame, with their numbers if `numbered`.
pub(crate) fn bottom_ticks(sheet: &mut Sheet, frame: &Frame, axis: &Axis, numbered: bool) {
    for &value in &axis.minor {
        let x = frame.x(value);
        let end = frame.bottom + MINOR_LENGTH;
        sheet.path(vec![(x, frame.bottom), (x, end)], AXIS_WIDTH, INK);
    }
    for tick in &axis.ticks {
        let x = frame.x(tick.value);
        let end = frame.bottom + TICK_LENGTH;
        sheet.path(vec![(x, frame.bottom), (x, end)], AXIS_WIDTH, INK);
        if numbered {
            let place = (x, frame.bottom + BELOW_TICKS);
            sheet.text(&tick.label, place, SMALL_SIZE, Anchor::Middle, INK);
        }
    }
}

/// The bottom spine and its label, without ticks; the label shares its baseline with that of a
/// [`bottom_axis`] beside it.
pub(crate) fn bottom_spine(sheet: &mut Sheet, frame: &Frame, label: &str) {
    let start = frame.left - AXIS_WIDTH / 2.0;
    sheet.path(
        vec![(start, frame.bottom), (frame.right, frame.bottom)],
        AXIS_WIDTH,
        INK,
    );
    let place = (f64::midpoint(frame.left, frame.right), frame.bottom + BELOW);
    put_label(sheet, label, place, false);
}

/// An axis label. Without markup it is one text, anchored at its middle: so it stays centred in
/// a viewer with another font.
fn put_label(sheet: &mut Sheet, label: &str, place: Place, upwards: bool) {
    if label.contains(['^', '_', '\\', '{']) {
        sheet.put_math(&MathMark {
            markup: label,
            place,
            size: LABEL_SIZE,
            anchor: Anchor::Middle,
            weight: Weight::Regular,
            color: INK,
            upwards,
        });
    } else {
        sheet.put(TextMark {
            text: label.to_owned(),
            place,
            size: LABEL_SIZE,
            anchor: Anchor::Middle,
            weight: Weight::Regular,
            color: INK,
            upwards,
        });
    }
}

/// The left spine with its ticks and, upright, its label in mathematical text.
pub(crate) fn left_axis(sheet: &mut Sheet, frame: &Frame, axis: &Axis, label: &str) {
    left_axis_aligned(sheet, frame, axis, label, axis.widest_label());
}

/// A [`left_axis`] whose label leaves room for tick labels of `label_width`, so that the labels
/// of axes above each other align.
pub(crate) fn left_axis_aligned(
    sheet: &mut Sheet,
    frame: &Frame,
    axis: &Axis,
    label: &str,
    label_width: f64,
) {
    let end = frame.bottom + AXIS_WIDTH / 2.0;
    sheet.path(
        vec![(frame.left, frame.top), (frame.left, end)],
        AXIS_WIDTH,
        INK,
    );
    for &value in &axis.minor {
        let y = frame.y(value);
        let end = frame.left - MINOR_LENGTH;
        sheet.path(vec![(frame.left, y), (end, y)], AXIS_WIDTH, INK);
    }
    for tick in &axis.ticks {
        let y = frame.y(tick.value);
        let end = frame.left - TICK_LENGTH;
        sheet.path(vec![(frame.left, y), (end, y)], AXIS_WIDTH, INK);
        let place = (end - TICK_GAP, y + SMALL_SIZE * CAP_HEIGHT / 2.0);
        sheet.text(&tick.label, place, SMALL_SIZE, Anchor::End, INK);
    }
    let baseline = frame.left - left_of_frame(label_width) + LABEL_SIZE * CAP_HEIGHT;
    let place = (baseline, f64::midpoint(frame.top, frame.bottom));
    put_label(sheet, label, place, true);
}

/// A caller's words as they stand in a label: signs of the markup mean themselves.
pub(crate) fn escaped(words: &str) -> String {
    words
        .chars()
        .flat_map(|sign| {
            let is_markup = matches!(sign, '\\' | '^' | '_' | '{' | '}');
            is_markup.then_some('\\').into_iter().chain([sign])
        })
        .collect()
}
