//! Point neurons and small matrices: the parts of the abstract networks.

use crate::outlines::toward;
use crate::sheet::{Place, Sheet};
use crate::style::{Color, PAPER};

use super::lines::Line;

/// Width of the outline of a unit.
pub(super) const OUTLINE: f64 = 0.8;

/// A neuron without compartments.
pub(super) fn point_neuron(
    sheet: &mut Sheet,
    center: Place,
    radius: f64,
    fill: Color,
    edge: Color,
) {
    sheet.ringed_disc(center, radius, fill, OUTLINE, edge);
}

/// `count` places below each other, the middle of them at `middle`.
pub(super) fn column(x: f64, count: usize, middle: f64, gap: f64) -> Vec<Place> {
    spread(count, middle, gap).map(|y| (x, y)).collect()
}

/// `count` places beside each other, the middle of them at `middle`.
pub(super) fn row(y: f64, count: usize, middle: f64, gap: f64) -> Vec<Place> {
    spread(count, middle, gap).map(|x| (x, y)).collect()
}

fn spread(count: usize, middle: f64, gap: f64) -> impl Iterator<Item = f64> {
    let first = middle - (count as f64 - 1.0) * gap / 2.0;
    (0..count).map(move |index| first + index as f64 * gap)
}

/// The straight way from the edge of one circle to the edge of another.
pub(super) fn between(from: Place, from_radius: f64, to: Place, to_radius: f64) -> [Place; 2] {
    [toward(from, to, from_radius), toward(to, from, to_radius)]
}

/// Connects every unit of one layer with every one of another.
pub(super) fn connect_all(
    sheet: &mut Sheet,
    from: &[Place],
    to: &[Place],
    (from_radius, to_radius): (f64, f64),
    line: Line,
) {
    for &start in from {
        for &end in to {
            line.draw(sheet, &between(start, from_radius, end, to_radius));
        }
    }
}

/// Three dots that stand for all the units not drawn.
pub(super) fn ellipsis(sheet: &mut Sheet, center: Place, gap: f64, upright: bool, color: Color) {
    for step in [-1.0, 0.0, 1.0] {
        let place = if upright {
            (center.0, center.1 + step * gap)
        } else {
            (center.0 + step * gap, center.1)
        };
        sheet.disc(place, 0.75, color);
    }
}

/// A matrix as shaded cells; `shade` gives every row and column its value from 0 to 1.
pub(super) struct MatrixIcon {
    pub(super) center: Place,
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) cell: f64,
    pub(super) color: Color,
}

impl MatrixIcon {
    pub(super) fn half_size(&self) -> (f64, f64) {
        (
            self.columns as f64 * self.cell / 2.0,
            self.rows as f64 * self.cell / 2.0,
        )
    }

    pub(super) fn draw(&self, sheet: &mut Sheet, shade: impl Fn(usize, usize) -> f64) {
        let (half_width, half_height) = self.half_size();
        let (left, top) = (self.center.0 - half_width, self.center.1 - half_height);
        for row in 0..self.rows {
            for column in 0..self.columns {
                let from = (
                    left + column as f64 * self.cell,
                    top + row as f64 * self.cell,
                );
                let to = (from.0 + self.cell, from.1 + self.cell);
                sheet.block(from, to, mixed(PAPER, self.color, shade(row, column)));
            }
        }
        let corners = [
            (left, top),
            (left + 2.0 * half_width, top),
            (left + 2.0 * half_width, top + 2.0 * half_height),
            (left, top + 2.0 * half_height),
            (left, top),
            (left + 2.0 * half_width, top),
        ];
        sheet.path(corners.to_vec(), 0.6, self.color);
    }
}

/// `share` of `second` in `first`.
pub(super) fn mixed(first: Color, second: Color, share: f64) -> Color {
    let mix = |one: u8, other: u8| {
        (f64::from(one) + share * (f64::from(other) - f64::from(one))).round() as u8
    };
    Color::rgb(
        mix(first.red, second.red),
        mix(first.green, second.green),
        mix(first.blue, second.blue),
    )
}

/// A number from 0 to 1 that looks like chance and is always the same.
pub(super) fn weight_like(row: usize, column: usize) -> f64 {
    const TABLE: [f64; 23] = [
        0.82, 0.21, 0.55, 0.08, 0.67, 0.34, 0.95, 0.13, 0.46, 0.73, 0.28, 0.60, 0.04, 0.88, 0.39,
        0.51, 0.17, 0.78, 0.25, 0.92, 0.43, 0.10, 0.64,
    ];
    TABLE[(row * 7 + column * 3) % TABLE.len()]
}
