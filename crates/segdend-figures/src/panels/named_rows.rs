//! Rows with a name on their left and marks along one axis: what the panels of groups share.

use crate::axes::Frame;
use crate::sheet::{Anchor, Place, Sheet};
use crate::style::{CAP_HEIGHT, Color, HAIRLINE, INK, LINE_SPACING, PAPER, SMALL_SIZE};
use crate::text::{SLACK, Weight, width, wrap};

/// Share of the width that names take at most.
const MOST_NAME_SHARE: f64 = 0.36;
const NAME_GAP: f64 = 6.0;
const INTERVAL_HEIGHT: f64 = 2.6;
const MEAN_HEIGHT: f64 = 6.4;

/// The width that `names` take on the left of `whole`.
pub(super) fn names_width<'a>(names: impl Iterator<Item = &'a str>, whole: f64) -> f64 {
    let most = whole * MOST_NAME_SHARE;
    let widest = names
        .flat_map(|name| wrap(name, SMALL_SIZE, Weight::Regular, most))
        .map(|line| width(&line, SMALL_SIZE, Weight::Regular) * SLACK)
        .fold(0.0, f64::max);
    widest + NAME_GAP
}

/// Height of a row that holds `name` and is at least `least` high.
pub(super) fn row_height(name: &str, names_width: f64, least: f64) -> f64 {
    let lines = wrap(
        name,
        SMALL_SIZE,
        Weight::Regular,
        names_width - NAME_GAP + 0.5,
    );
    least.max(lines.len() as f64 * SMALL_SIZE * LINE_SPACING + 2.0)
}

/// Draws a name, in as many lines as it needs, round the middle of its row.
pub(super) fn draw_name(sheet: &mut Sheet, name: &str, left: f64, names_width: f64, middle: f64) {
    let lines = wrap(
        name,
        SMALL_SIZE,
        Weight::Regular,
        names_width - NAME_GAP + 0.5,
    );
    let row = SMALL_SIZE * LINE_SPACING;
    let first = middle - (lines.len().saturating_sub(1)) as f64 * row / 2.0;
    for (index, line) in lines.iter().enumerate() {
        let baseline = first + index as f64 * row + SMALL_SIZE * CAP_HEIGHT / 2.0;
        sheet.text(line, (left, baseline), SMALL_SIZE, Anchor::Start, INK);
    }
}

/// Faint lines at the ticks, behind the marks of all rows.
pub(super) fn draw_grid(sheet: &mut Sheet, frame: &Frame, ticks: impl Iterator<Item = f64>) {
    for value in ticks {
        let x = frame.x(value);
        let color = INK.mixed(PAPER, 0.85);
        sheet.path(vec![(x, frame.top), (x, frame.bottom)], HAIRLINE, color);
    }
}

/// An interval as a light bar and its mean as an upright stroke.
pub(super) fn draw_interval(
    sheet: &mut Sheet,
    frame: &Frame,
    y: f64,
    (mean, interval): (Option<f64>, Option<(f64, f64)>),
    color: Color,
) {
    if let Some((low, high)) = interval {
        let half = INTERVAL_HEIGHT / 2.0;
        let from: Place = (frame.x(low), y - half);
        sheet.block(from, (frame.x(high), y + half), color.mixed(PAPER, 0.5));
    }
    if let Some(mean) = mean {
        let x = frame.x(mean);
        let half = MEAN_HEIGHT / 2.0;
        sheet.path(vec![(x, y - half), (x, y + half)], 1.2, color);
    }
}
