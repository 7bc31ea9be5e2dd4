//! Axes: round ticks, the frame that takes data to points, and a paper's two spines.

use crate::sheet::{Anchor, Place, Sheet, TextMark};
use crate::style::{AXIS_WIDTH, CAP_HEIGHT, INK, LABEL_SIZE, SMALL_SIZE, TICK_LENGTH};
use crate::text::{Weight, width};

/// Distance of a tick's label from the tick.
const TICK_GAP: f64 = 2.0;
/// Distance of an axis label from the tick labels.
const LABEL_GAP: f64 = 4.0;

/// Height that tick labels and an axis label take below a frame.
pub(crate) const BELOW: f64 =
    TICK_LENGTH + TICK_GAP + SMALL_SIZE * CAP_HEIGHT + LABEL_GAP + LABEL_SIZE * CAP_HEIGHT;

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
}

/// The smallest of 1, 2 and 5 times a power of ten that divides `span` into at most `most` steps.
pub(crate) fn nice_step(span: f64, most: usize) -> f64 {
    let rough = span / most as f64;
    let power = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|multiple| multiple * power)
        .find(|step| *step >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// The multiples of `step` from 0 up to `high`.
pub(crate) fn ticks(high: f64, step: f64) -> Vec<f64> {
    let count = (high / step + 1e-9).floor() as usize;
    (0..=count).map(|index| index as f64 * step).collect()
}

/// A tick's number with as many decimals as its step needs.
pub(crate) fn tick_label(value: f64, step: f64) -> String {
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    format!("{value:.decimals$}")
}

/// Width of the widest tick label.
pub(crate) fn widest_label(ticks: &[f64], step: f64) -> f64 {
    ticks
        .iter()
        .map(|&value| width(&tick_label(value, step), SMALL_SIZE, Weight::Regular))
        .fold(0.0, f64::max)
}

/// Width that an upright axis label and tick labels of `label_width` take left of a frame.
pub(crate) fn left_of_frame(label_width: f64) -> f64 {
    LABEL_SIZE * CAP_HEIGHT + LABEL_GAP + label_width + TICK_GAP + TICK_LENGTH
}

/// The bottom spine with ticks at whole or round values.
pub(crate) fn bottom_axis(sheet: &mut Sheet, frame: &Frame, step: f64, label: &str) {
    bottom_spine(sheet, frame, label);
    for value in ticks(frame.x_range.1, step) {
        let x = frame.x(value);
        let end = frame.bottom + TICK_LENGTH;
        sheet.path(vec![(x, frame.bottom), (x, end)], AXIS_WIDTH, INK);
        let baseline = end + TICK_GAP + SMALL_SIZE * CAP_HEIGHT;
        sheet.text(
            &tick_label(value, step),
            (x, baseline),
            SMALL_SIZE,
            Anchor::Middle,
            INK,
        );
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
    let middle = f64::midpoint(frame.left, frame.right);
    sheet.text(
        label,
        (middle, frame.bottom + BELOW),
        LABEL_SIZE,
        Anchor::Middle,
        INK,
    );
}

/// The left spine with ticks at round values.
pub(crate) fn left_axis(sheet: &mut Sheet, frame: &Frame, step: f64, label: &str) {
    let end = frame.bottom + AXIS_WIDTH / 2.0;
    sheet.path(
        vec![(frame.left, frame.top), (frame.left, end)],
        AXIS_WIDTH,
        INK,
    );
    let values = ticks(frame.y_range.1, step);
    for &value in &values {
        let y = frame.y(value);
        let end = frame.left - TICK_LENGTH;
        sheet.path(vec![(frame.left, y), (end, y)], AXIS_WIDTH, INK);
        let place = (end - TICK_GAP, y + SMALL_SIZE * CAP_HEIGHT / 2.0);
        sheet.text(
            &tick_label(value, step),
            place,
            SMALL_SIZE,
            Anchor::End,
            INK,
        );
    }
    let baseline =
        frame.left - left_of_frame(widest_label(&values, step)) + LABEL_SIZE * CAP_HEIGHT;
    sheet.put(TextMark {
        text: label.to_owned(),
        place: (baseline, f64::midpoint(frame.top, frame.bottom)),
        size: LABEL_SIZE,
        anchor: Anchor::Middle,
        weight: Weight::Regular,
        color: INK,
        upwards: true,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_few() {
        assert_eq!(nice_step(12.0, 6), 2.0);
        assert_eq!(nice_step(60.0, 6), 10.0);
        assert_eq!(nice_step(5.0, 6), 1.0);
        assert!((nice_step(0.55, 6) - 0.1).abs() < 1e-12);
    }

    #[test]
    fn labels_have_the_decimals_of_their_step() {
        assert_eq!(tick_label(12.0, 2.0), "12");
        assert_eq!(tick_label(0.5, 0.5), "0.5");
        assert_eq!(tick_label(3.0 * 0.1, 0.1), "0.3");
    }

    #[test]
    fn last_tick_survives_rounding() {
        assert_eq!(ticks(0.3, 0.1).len(), 4);
    }
}
