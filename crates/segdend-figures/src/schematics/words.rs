//! Words in a schematic: centred on a place, on a ground of their own, in lines.

use crate::math_text::{MathMark, math_width};
use crate::outlines::rounded_rectangle;
use crate::sheet::{Anchor, Place, Sheet};
use crate::style::{CAP_HEIGHT, Color, FAINT_INK, LINE_SPACING, PAPER};
use crate::text::Weight;

use super::lines::Line;

/// Size of symbols: their scripts are then of the least legible size.
pub(super) const SYMBOL_SIZE: f64 = 8.0;
/// Size of remarks.
pub(super) const REMARK_SIZE: f64 = 6.5;

const KEY_WIDTH: f64 = 13.0;
const KEY_GAP: f64 = 4.6;

/// A line of mathematical text whose capitals are centred on `center`.
pub(super) fn centred(sheet: &mut Sheet, markup: &str, center: Place, size: f64, color: Color) {
    let baseline = (center.0, center.1 + size * CAP_HEIGHT / 2.0);
    sheet.math(markup, baseline, size, Anchor::Middle, color);
}

/// As [`centred`], from or to `place` sideways.
pub(super) fn beside(
    sheet: &mut Sheet,
    markup: &str,
    place: Place,
    size: f64,
    anchor: Anchor,
    color: Color,
) {
    let baseline = (place.0, place.1 + size * CAP_HEIGHT / 2.0);
    sheet.math(markup, baseline, size, anchor, color);
}

/// As [`centred`], on a white ground that interrupts the lines under it.
pub(super) fn on_paper(sheet: &mut Sheet, markup: &str, center: Place, size: f64, color: Color) {
    on_ground(sheet, markup, center, size, (color, PAPER));
}

/// As [`centred`], on a ground of the second colour that interrupts the lines under it.
pub(super) fn on_ground(
    sheet: &mut Sheet,
    markup: &str,
    center: Place,
    size: f64,
    (color, ground): (Color, Color),
) {
    let half = math_width(markup, size, Weight::Regular) / 2.0 + 1.4;
    // Superscripts rise above the capitals.
    let rise = size * CAP_HEIGHT / 2.0 + 2.2;
    let outline = rounded_rectangle(
        (center.0 - half, center.1 - rise),
        (center.0 + half, center.1 + rise),
        2.0,
    );
    sheet.area(outline, ground);
    centred(sheet, markup, center, size, color);
}

/// Bold words, centred.
pub(super) fn heading(sheet: &mut Sheet, markup: &str, center: Place, size: f64, color: Color) {
    sheet.put_math(&MathMark {
        markup,
        place: (center.0, center.1 + size * CAP_HEIGHT / 2.0),
        size,
        anchor: Anchor::Middle,
        weight: Weight::Bold,
        color,
        upwards: false,
    });
}

/// Words from bottom to top, centred on a place.
pub(super) fn upwards(sheet: &mut Sheet, markup: &str, center: Place, size: f64, color: Color) {
    sheet.put_math(&MathMark {
        markup,
        place: (center.0 + size * CAP_HEIGHT / 2.0, center.1),
        size,
        anchor: Anchor::Middle,
        weight: Weight::Regular,
        color,
        upwards: true,
    });
}

/// Lines below each other; the first one's capitals begin at `place`. Returns where the last
/// baseline is.
pub(super) fn block(
    sheet: &mut Sheet,
    lines: &[&str],
    place: Place,
    size: f64,
    anchor: Anchor,
    color: Color,
) -> f64 {
    let mut baseline = place.1 + size * CAP_HEIGHT;
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            baseline += size * LINE_SPACING;
        }
        sheet.math(line, (place.0, baseline), size, anchor, color);
    }
    baseline
}

/// Lines and what they stand for, in a row from `from`, its middle at this height.
pub(super) fn keys(sheet: &mut Sheet, from: Place, gap: f64, entries: &[(Line, &str)]) {
    let mut x = from.0;
    for (line, name) in entries {
        line.draw(sheet, &[(x, from.1), (x + KEY_WIDTH, from.1)]);
        let place = (x + KEY_WIDTH + KEY_GAP, from.1);
        beside(sheet, name, place, REMARK_SIZE, Anchor::Start, FAINT_INK);
        x = place.0 + math_width(name, REMARK_SIZE, Weight::Regular) + gap;
    }
}
