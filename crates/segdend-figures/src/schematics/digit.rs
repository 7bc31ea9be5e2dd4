//! A handwritten digit, as the network sees one: drawn here, not taken from any data set.

use crate::outlines::{arc, bezier, distance};
use crate::sheet::{Place, Sheet};
use crate::style::Color;

use super::units::mixed;

/// Pixels along a side.
const SIDE: usize = 16;
const DARK: Color = Color::rgb(0x1C, 0x1F, 0x24);
const LIGHT: Color = Color::rgb(0xFF, 0xFF, 0xFF);

/// Draws a 9, light on dark, as a square of pixels of this size round `center`.
pub(super) fn draw_digit(sheet: &mut Sheet, center: Place, size: f64) {
    let mut stroke = arc((0.49, 0.36), (0.19, 0.17), -0.3, -6.4);
    stroke.extend(bezier([
        (0.68, 0.34),
        (0.67, 0.52),
        (0.60, 0.72),
        (0.53, 0.86),
    ]));
    let pixel = size / SIDE as f64;
    let corner = (center.0 - size / 2.0, center.1 - size / 2.0);
    sheet.block(corner, (corner.0 + size, corner.1 + size), DARK);
    for row in 0..SIDE {
        for column in 0..SIDE {
            let share = |index: usize| (index as f64 + 0.5) / SIDE as f64;
            let here = (share(column), share(row));
            let away = stroke
                .iter()
                .map(|&point| distance(point, here))
                .fold(f64::INFINITY, f64::min);
            let light = ((0.095 - away) / 0.06).clamp(0.0, 1.0);
            if light > 0.0 {
                let from = (
                    corner.0 + column as f64 * pixel,
                    corner.1 + row as f64 * pixel,
                );
                let to = (from.0 + pixel, from.1 + pixel);
                sheet.block(from, to, mixed(DARK, LIGHT, light));
            }
        }
    }
}
