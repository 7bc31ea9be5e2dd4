//! Spreads: the least and the greatest of repeated tests as a bar, their mean as a dot with its
//! number at the bar, and beside it the mean that the paper reports as a hollow diamond without a
//! number.

use crate::axes::Frame;
use crate::sheet::{Anchor, Place, Sheet};
use crate::style::{CAP_HEIGHT, Color, NOTE_SIZE, PAPER};
use crate::text::{SLACK, Weight, width};

const BAR_WIDTH: f64 = 0.55;
const CAP_HALF_WIDTH: f64 = 2.4;
const MEAN_RADIUS: f64 = 0.95;
const DIAMOND_RADIUS: f64 = 2.3;
const DIAMOND_LINE: f64 = 0.6;
/// Where means are reported, the bar stands this far left of a column's middle: it has the number.
const BAR_OFFSET: f64 = 2.4;
/// The diamond stands this far right of the bar.
const REPORTED_DISTANCE: f64 = 6.2;
/// White space between a mark and its number.
const NUMBER_GAP: f64 = 2.6;
/// White space between the numbers of two columns: enough that none seems to belong to the diamond of
/// the column before.
const COLUMN_GAP: f64 = 5.0;
/// Least white space between a number and the axis, or a diamond beside it.
const AXIS_GAP: f64 = 1.5;

/// The least, the mean and the greatest of repeated tests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) least: f64,
    pub(crate) mean: f64,
    pub(crate) greatest: f64,
}

impl Spread {
    /// The spread of `values`; none if there are none.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let first = *values.first()?;
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let least = values.iter().copied().fold(first, f64::min);
        let greatest = values.iter().copied().fold(first, f64::max);
        // The mean of equal values may miss them by a rounding error.
        Some(Self {
            least,
            mean: mean.clamp(least, greatest),
            greatest,
        })
    }

    /// The mean as it is written beside the bar.
    pub(crate) fn mean_label(&self) -> String {
        format!("{:.2}%", self.mean)
    }
}

/// What stands in one column.
pub(crate) struct Column {
    pub(crate) spread: Option<Spread>,
    pub(crate) reported: Option<f64>,
    pub(crate) color: Color,
}

/// The width that `columns` take side by side.
pub(crate) fn columns_width(columns: &[Column]) -> f64 {
    let number = columns
        .iter()
        .filter_map(|column| column.spread)
        .map(|spread| width(&spread.mean_label(), NOTE_SIZE, Weight::Regular))
        .fold(width("0.00%", NOTE_SIZE, Weight::Regular), f64::max);
    (number * SLACK + COLUMN_GAP) * columns.len() as f64
}

/// Draws the columns evenly over the width of `frame`.
pub(crate) fn draw_columns(sheet: &mut Sheet, frame: &Frame, columns: &[Column]) {
    let pitch = (frame.right - frame.left) / columns.len() as f64;
    // All bars stand at one pitch, also those of columns without a reported mean.
    let any_reported = columns.iter().any(|column| column.reported.is_some());
    let to_bar = if any_reported { BAR_OFFSET } else { 0.0 };
    let mut before = None;
    for (index, column) in columns.iter().enumerate() {
        let bar_x = frame.left + (index as f64 + 0.5) * pitch - to_bar;
        before = draw_column(sheet, frame, (bar_x, before), column);
    }
}

/// Draws a column whose bar is at `bar_x`, beside one whose diamond is at the height `before`;
/// returns the height of its own diamond.
fn draw_column(
    sheet: &mut Sheet,
    frame: &Frame,
    (bar_x, before): (f64, Option<f64>),
    column: &Column,
) -> Option<f64> {
    let reported = column
        .reported
        .map(|value| (bar_x + REPORTED_DISTANCE, frame.y(value)));
    if let Some(spread) = column.spread {
        let bar = (
            frame.y(spread.greatest),
            frame.y(spread.mean),
            frame.y(spread.least),
        );
        draw_bar(sheet, bar_x, bar, column.color);
        let label = spread.mean_label();
        let length = width(&label, NOTE_SIZE, Weight::Regular) * SLACK;
        sheet.text(
            &label,
            number_place((bar_x, bar), (before, reported), length, frame.bottom),
            NOTE_SIZE,
            Anchor::Middle,
            column.color.for_text(),
        );
    }
    if let Some(place) = reported {
        draw_diamond(sheet, place, column.color);
    }
    reported.map(|(_, y)| y)
}

/// Where the mean's number, of this length, stands: at its own bar, on the side that is turned
/// away from the reported mean, for which it would be taken otherwise. Where the axis leaves no
/// room below, it stands above the bar and ends before the diamond. A column without a reported
/// mean has its number below if it would stand right behind the diamond of the column before. The
/// bar is at `x` and over `(top, mean, bottom)`.
fn number_place(
    (x, (top, mean, bottom)): (f64, (f64, f64, f64)),
    (before, reported): (Option<f64>, Option<Place>),
    length: f64,
    axis: f64,
) -> Place {
    let height = NOTE_SIZE * CAP_HEIGHT;
    let above = top - MEAN_RADIUS - NUMBER_GAP;
    let below = bottom + MEAN_RADIUS + NUMBER_GAP + height;
    let has_room_below = below + AXIS_GAP <= axis;
    let is_behind = |y: f64| (above - height / 2.0 - y).abs() < height / 2.0 + DIAMOND_RADIUS;
    match reported {
        Some((_, y)) if y < mean && has_room_below => (x, below),
        Some((reported_x, y)) if y < mean => {
            let end = reported_x - DIAMOND_RADIUS - AXIS_GAP;
            (x.min(end - length / 2.0), above)
        }
        None if has_room_below && before.is_some_and(is_behind) => (x, below),
        _ => (x, above),
    }
}

/// A bar with caps over `(top, mean, bottom)` and a dot at the mean.
pub(crate) fn draw_bar(sheet: &mut Sheet, x: f64, y: (f64, f64, f64), color: Color) {
    let (top, mean, bottom) = y;
    if bottom > top {
        sheet.path(vec![(x, top), (x, bottom)], BAR_WIDTH, color);
    }
    for end in [top, bottom] {
        sheet.path(
            vec![(x - CAP_HALF_WIDTH, end), (x + CAP_HALF_WIDTH, end)],
            BAR_WIDTH,
            color,
        );
    }
    sheet.disc((x, mean), MEAN_RADIUS, color);
}

/// A hollow diamond: a mean that was reported, not computed here.
pub(crate) fn draw_diamond(sheet: &mut Sheet, (x, y): Place, color: Color) {
    let radius = DIAMOND_RADIUS;
    let corners = vec![
        (x, y - radius),
        (x + radius, y),
        (x, y + radius),
        (x - radius, y),
    ];
    sheet.area(corners.clone(), PAPER);
    let mut outline = corners.clone();
    outline.extend_from_slice(&corners[..2]);
    sheet.path(outline, DIAMOND_LINE, color);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_of_equal_values_is_a_point() {
        let spread = Spread::of(&[3.1; 20]).unwrap();
        assert_eq!(
            (spread.least, spread.mean, spread.greatest),
            (3.1, 3.1, 3.1)
        );
        assert_eq!(spread.mean_label(), "3.10%");
    }

    #[test]
    fn no_tests_no_spread() {
        assert_eq!(Spread::of(&[]), None);
    }

    const LENGTH: f64 = 20.0;
    const AXIS: f64 = 118.0;

    /// The box of a number, `(left, top, right, bottom)`.
    fn number_box(bar: (f64, f64, f64), reported: Option<f64>) -> (f64, f64, f64, f64) {
        let reported = reported.map(|y| (REPORTED_DISTANCE, y));
        let (x, baseline) = number_place((0.0, bar), (None, reported), LENGTH, AXIS);
        let top = baseline - NOTE_SIZE * CAP_HEIGHT;
        (x - LENGTH / 2.0, top, x + LENGTH / 2.0, baseline)
    }

    #[test]
    fn number_is_nearer_to_its_bar_than_to_the_diamond_and_clears_both() {
        for mean in (4..118).map(f64::from) {
            for half in [0.0, 0.5, 3.0] {
                let bar = (mean - half, mean, (mean + half).min(AXIS));
                for reported in (0..118).map(f64::from) {
                    let (left, top, right, bottom) = number_box(bar, Some(reported));
                    let case = format!("mean at {mean} ± {half}, reported at {reported}");
                    let middle = (f64::midpoint(left, right), f64::midpoint(top, bottom));
                    let to_bar = middle.0.hypot(middle.1 - mean);
                    let to_diamond = (middle.0 - REPORTED_DISTANCE).hypot(middle.1 - reported);
                    assert!(to_bar < to_diamond, "{case}: {to_bar} {to_diamond}");
                    assert!(bottom < bar.0 || top > bar.2, "{case}");
                    let beside = right < REPORTED_DISTANCE - DIAMOND_RADIUS;
                    let under = top > reported + DIAMOND_RADIUS;
                    let over = bottom < reported - DIAMOND_RADIUS;
                    assert!(beside || under || over, "{case}");
                    assert!(bottom < AXIS, "{case}");
                }
            }
        }
    }

    #[test]
    fn number_without_a_diamond_stands_over_its_bar() {
        let (left, _, right, bottom) = number_box((50.0, 51.0, 52.0), None);
        assert!(bottom < 50.0 && left == -right);
    }

    #[test]
    fn number_does_not_follow_the_diamond_of_the_column_before() {
        let bar = (0.0, (50.0, 51.0, 52.0));
        let baseline = |before| number_place(bar, (Some(before), None), LENGTH, AXIS).1;
        assert!(baseline(44.0) > 52.0);
        assert!(baseline(30.0) < 50.0 && baseline(60.0) < 50.0);
    }
}
