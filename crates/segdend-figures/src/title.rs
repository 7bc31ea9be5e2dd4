//! The title over a panel.

use crate::sheet::{Anchor, Sheet, TextMark};
use crate::style::{CAP_HEIGHT, INK, LINE_SPACING, TITLE_SIZE};
use crate::text::{Weight, wrap};

/// Draws the title from `left` to `right` below `top`; returns where the rest may begin.
pub(crate) fn draw_title(
    sheet: &mut Sheet,
    title: &str,
    (left, right): (f64, f64),
    top: f64,
) -> f64 {
    let mut y = top;
    for line in wrap(title, TITLE_SIZE, Weight::Bold, right - left) {
        sheet.put(TextMark {
            text: line,
            place: (left, y + TITLE_SIZE * CAP_HEIGHT),
            size: TITLE_SIZE,
            anchor: Anchor::Start,
            weight: Weight::Bold,
            color: INK,
            upwards: false,
        });
        y += TITLE_SIZE * LINE_SPACING;
    }
    if y > top { y + 2.0 } else { y }
}
