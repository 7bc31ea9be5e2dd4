//! Spreads: the least and the greatest of repeated tests as a bar, their mean as a dot with its
//! number, and beside it the mean that the paper reports as a hollow diamond.

use crate::axes::Frame;
use crate::sheet::{Anchor, Place, Sheet};
use crate::style::{CAP_HEIGHT, Color, NOTE_SIZE, PAPER};
use crate::text::{SLACK, Weight, width};

const BAR_WIDTH: f64 = 0.55;
const CAP_HALF_WIDTH: f64 = 2.4;
const MEAN_RADIUS: f64 = 0.95;
const DIAMOND_RADIUS: f64 = 2.3;
const DIAMOND_LINE: f64 = 0.6;
/// The bar stands this far left, the diamond this far right of a column's middle.
const OFFSET: f64 = 3.6;
/// White space between a mark and its number.
const NUMBER_GAP: f64 = 2.6;
/// White space between the numbers of two columns.
const COLUMN_GAP: f64 = 3.0;

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
    for (index, column) in columns.iter().enumerate() {
        draw_column(
            sheet,
            frame,
            frame.left + (index as f64 + 0.5) * pitch,
            column,
        );
    }
}

fn draw_column(sheet: &mut Sheet, frame: &Frame, middle: f64, column: &Column) {
    let diamond_y = column.reported.map(|value| frame.y(value));
    let Some(spread) = column.spread else {
        if let Some(y) = diamond_y {
            draw_diamond(sheet, (middle + OFFSET, y), column.color);
        }
        return;
    };
    let bar_x = if diamond_y.is_some() {
        middle - OFFSET
    } else {
        middle
    };
    let (top, bottom) = (frame.y(spread.greatest), frame.y(spread.least));
    draw_bar(
        sheet,
        bar_x,
        (top, frame.y(spread.mean), bottom),
        column.color,
    );
    if let Some(y) = diamond_y {
        draw_diamond(sheet, (middle + OFFSET, y), column.color);
    }
    let baseline = number_baseline((top, bottom), diamond_y, (frame.top, frame.bottom));
    let place = (middle, baseline);
    sheet.text(
        &spread.mean_label(),
        place,
        NOTE_SIZE,
        Anchor::Middle,
        column.color.for_text(),
    );
}

/// Where the mean's number clears both the bar and the diamond: above, or below if there is no
/// room.
fn number_baseline(bar: (f64, f64), diamond: Option<f64>, limits: (f64, f64)) -> f64 {
    let height = NOTE_SIZE * CAP_HEIGHT;
    let room = height + 2.0 * NUMBER_GAP;
    let (mut top, mut bottom) = (bar.0 - MEAN_RADIUS, bar.1 + MEAN_RADIUS);
    if let Some(y) = diamond {
        let (diamond_top, diamond_bottom) = (y - DIAMOND_RADIUS, y + DIAMOND_RADIUS);
        if diamond_top < top && diamond_bottom > top - room {
            top = diamond_top;
        }
        if diamond_bottom > bottom && diamond_top < bottom + room {
            bottom = diamond_bottom;
        }
    }
    let above = top - NUMBER_GAP;
    if above - height >= limits.0 - height {
        above
    } else {
        bottom + NUMBER_GAP + height
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

    #[test]
    fn number_clears_a_diamond_above_the_bar() {
        let free = number_baseline((50.0, 52.0), None, (0.0, 100.0));
        let beside = number_baseline((50.0, 52.0), Some(46.0), (0.0, 100.0));
        assert!(beside < free);
        assert!(beside <= 46.0 - DIAMOND_RADIUS);
    }

    #[test]
    fn number_goes_below_where_there_is_no_room_above() {
        assert!(number_baseline((1.0, 3.0), None, (0.0, 100.0)) > 3.0);
    }
}
