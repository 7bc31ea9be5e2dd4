//! A legend: keys with their names, flowing in rows over a given width.

use crate::sheet::{Anchor, Sheet};
use crate::spread::{draw_bar, draw_diamond};
use crate::style::{
    CAP_HEIGHT, CURVE_WIDTH, Color, DASH, FAINT_INK, INK, PAPER, RING_RADIUS, RING_WIDTH,
    SMALL_SIZE,
};
use crate::text::{SLACK, Weight, width, wrap};

const KEY_WIDTH: f64 = 11.0;
const KEY_GAP: f64 = 3.0;
const ENTRY_GAP: f64 = 9.0;
/// Radius of a dot.
const DOT_RADIUS: f64 = 1.5;
/// Distance of two baselines.
const ROW: f64 = SMALL_SIZE * 1.4;

/// What is drawn before a name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Key {
    Line(Color),
    Dashed(Color),
    Dot(Color),
    Ring(Color),
    Block(Color),
    Spread,
    Reported,
}

/// A key and its name.
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) name: String,
}

/// Draws the entries from `left` to `right` below `top`; returns where the legend ends.
pub(crate) fn draw_legend(
    sheet: &mut Sheet,
    entries: &[Entry],
    (left, right): (f64, f64),
    top: f64,
) -> f64 {
    let mut x = left;
    let mut baseline = top + SMALL_SIZE * CAP_HEIGHT;
    for entry in entries {
        let indent = KEY_WIDTH + KEY_GAP;
        let lines = wrap(
            &entry.name,
            SMALL_SIZE,
            Weight::Regular,
            right - left - indent,
        );
        let widest = lines
            .iter()
            .map(|line| width(line, SMALL_SIZE, Weight::Regular) * SLACK)
            .fold(0.0, f64::max);
        if x > left && x + indent + widest > right {
            x = left;
            baseline += ROW;
        }
        draw_key(
            sheet,
            entry.key,
            x,
            baseline - SMALL_SIZE * CAP_HEIGHT / 2.0,
        );
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                baseline += ROW;
            }
            sheet.text(line, (x + indent, baseline), SMALL_SIZE, Anchor::Start, INK);
        }
        x += indent + widest + ENTRY_GAP;
    }
    baseline
}

fn draw_key(sheet: &mut Sheet, key: Key, x: f64, y: f64) {
    let middle = x + KEY_WIDTH / 2.0;
    match key {
        Key::Line(color) => {
            sheet.path(vec![(x, y), (x + KEY_WIDTH, y)], CURVE_WIDTH * 1.5, color);
        }
        Key::Dashed(color) => {
            let line = [(x, y), (x + KEY_WIDTH, y)];
            sheet.dashed(&line, DASH, CURVE_WIDTH, color);
        }
        Key::Dot(color) => sheet.disc((middle, y), DOT_RADIUS, color),
        Key::Ring(color) => {
            sheet.ringed_disc((middle, y), RING_RADIUS, PAPER, RING_WIDTH, color);
        }
        Key::Block(color) => {
            let half = SMALL_SIZE * CAP_HEIGHT / 2.0;
            sheet.block((x, y - half), (x + KEY_WIDTH, y + half), color);
        }
        Key::Spread => draw_bar(sheet, middle, (y - 2.8, y, y + 2.8), FAINT_INK),
        Key::Reported => draw_diamond(sheet, (middle, y), FAINT_INK),
    }
}
