//! Colours for numbers: a diverging map, white at zero, and its bar.

use crate::sheet::{Anchor, Bitmap, Place, Sheet};
use crate::style::{AXIS_WIDTH, CAP_HEIGHT, Color, INK, SMALL_SIZE, TICK_LENGTH};
use crate::ticks::Axis;

/// Blue for negative, red for positive values, as dark as each other: both ends stay apart for
/// colour-blind readers.
const STOPS: [Color; 7] = [
    Color::rgb(0x1B, 0x4F, 0x94),
    Color::rgb(0x4D, 0x90, 0xC4),
    Color::rgb(0xB0, 0xD2, 0xE8),
    Color::rgb(0xFF, 0xFF, 0xFF),
    Color::rgb(0xF9, 0xC3, 0xA9),
    Color::rgb(0xDB, 0x6E, 0x57),
    Color::rgb(0xA3, 0x15, 0x2A),
];

/// The colour of `value` on a scale from `-limit` to `limit`.
pub(crate) fn diverging(value: f64, limit: f64) -> Color {
    let share = if limit > 0.0 {
        (value / limit).clamp(-1.0, 1.0)
    } else {
        0.0
    };
    let at = (share + 1.0) / 2.0 * (STOPS.len() - 1) as f64;
    let below = (at.floor() as usize).min(STOPS.len() - 2);
    STOPS[below].mixed(STOPS[below + 1], at - below as f64)
}

/// Colours along a bar.
const BAR_STEPS: usize = 101;

/// Draws an upright bar of the whole map, with ticks of `axis` on its right.
pub(crate) fn draw_upright_bar(sheet: &mut Sheet, from: Place, to: Place, axis: &Axis) {
    let (low, high) = axis.range;
    let limit = high.abs().max(low.abs());
    let value = |step: usize| high + (low - high) * step as f64 / (BAR_STEPS - 1) as f64;
    sheet.bitmap(Bitmap {
        from,
        to,
        columns: 1,
        pixels: (0..BAR_STEPS)
            .map(|step| diverging(value(step), limit))
            .collect(),
    });
    outline(sheet, from, to);
    for tick in &axis.ticks {
        let y = from.1 + (high - tick.value) / (high - low) * (to.1 - from.1);
        sheet.path(vec![(to.0, y), (to.0 + TICK_LENGTH, y)], AXIS_WIDTH, INK);
        let place = (to.0 + TICK_LENGTH + 2.0, y + SMALL_SIZE * CAP_HEIGHT / 2.0);
        sheet.text(&tick.label, place, SMALL_SIZE, Anchor::Start, INK);
    }
}

/// Draws a bar from left to right of the whole map, with these words below its ends and middle.
pub(crate) fn draw_flat_bar(sheet: &mut Sheet, from: Place, to: Place, words: [&str; 3]) {
    let value = |step: usize| 2.0 * step as f64 / (BAR_STEPS - 1) as f64 - 1.0;
    sheet.bitmap(Bitmap {
        from,
        to,
        columns: BAR_STEPS,
        pixels: (0..BAR_STEPS)
            .map(|step| diverging(value(step), 1.0))
            .collect(),
    });
    outline(sheet, from, to);
    for (index, word) in words.into_iter().enumerate() {
        let x = from.0 + (to.0 - from.0) * index as f64 / 2.0;
        sheet.path(vec![(x, to.1), (x, to.1 + TICK_LENGTH)], AXIS_WIDTH, INK);
        let place = (x, to.1 + TICK_LENGTH + 2.0 + SMALL_SIZE * CAP_HEIGHT);
        sheet.text(word, place, SMALL_SIZE, Anchor::Middle, INK);
    }
}

/// A thin line round a picture.
pub(crate) fn outline(sheet: &mut Sheet, from: Place, to: Place) {
    let corners = vec![
        from,
        (to.0, from.1),
        to,
        (from.0, to.1),
        from,
        (to.0, from.1),
    ];
    sheet.path(corners, 0.4, INK);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::PAPER;

    #[test]
    fn zero_is_white_and_signs_are_apart() {
        assert_eq!(diverging(0.0, 3.0), PAPER);
        assert_eq!(diverging(-9.0, 3.0), STOPS[0]);
        assert_eq!(diverging(3.0, 3.0), STOPS[6]);
        assert_eq!(diverging(1.0, 0.0), PAPER);
    }
}
