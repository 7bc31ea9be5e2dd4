//! Small images beside their points, where they cover the fewest other points.

use super::Embeddings;
use crate::axes::Frame;
use crate::outlines::distance;
use crate::panels::traces::draw_image;
use crate::sheet::{Place, Sheet};
use crate::style::{Color, INK, PAPER};

/// Side of an image.
const SIDE: f64 = 13.0;
const BORDER: f64 = 0.8;
const LEADER_WIDTH: f64 = 0.5;
/// Distances from a point to the middle of its image that are tried.
const DISTANCES: [f64; 4] = [12.0, 17.0, 24.0, 32.0];
const DIRECTIONS: usize = 16;
/// What covering another image costs, in points covered.
const OVERLAP_COST: f64 = 1e6;
/// What a point of distance costs.
const DISTANCE_COST: f64 = 0.5;

/// Draws all examples' images, with a line to the point of each.
pub(super) fn draw(sheet: &mut Sheet, frame: &Frame, places: &[Place], panel: &Embeddings) {
    let mut taken: Vec<Place> = Vec::new();
    for example in &panel.examples {
        let point = places[example.index];
        let center = best_center(frame, places, &taken, point);
        taken.push(center);
        let color = Color::DIGITS[usize::from(panel.digits[example.index])];
        sheet.path(vec![point, center], LEADER_WIDTH, INK);
        sheet.disc(point, 1.0, INK);
        let corner = (center.0 - SIDE / 2.0, center.1 - SIDE / 2.0);
        let reach = SIDE / 2.0 + BORDER;
        let from = (center.0 - reach, center.1 - reach);
        sheet.block(from, (center.0 + reach, center.1 + reach), color);
        sheet.block(corner, (corner.0 + SIDE, corner.1 + SIDE), PAPER);
        draw_image(sheet, &example.image, corner, SIDE);
    }
}

/// The place for an image's middle that covers the fewest points and no other image.
fn best_center(frame: &Frame, places: &[Place], taken: &[Place], point: Place) -> Place {
    let half = SIDE / 2.0 + BORDER;
    let covers = |center: Place, other: Place, reach: f64| {
        (center.0 - other.0).abs() < reach && (center.1 - other.1).abs() < reach
    };
    let mut best = (f64::INFINITY, point);
    for reach in DISTANCES {
        for direction in 0..DIRECTIONS {
            let angle = direction as f64 / DIRECTIONS as f64 * 2.0 * std::f64::consts::PI;
            let center = (
                (point.0 + reach * angle.cos())
                    .clamp(frame.left + half + 0.5, frame.right - half - 0.5),
                (point.1 + reach * angle.sin())
                    .clamp(frame.top + half + 0.5, frame.bottom - half - 0.5),
            );
            let others = taken
                .iter()
                .filter(|&&other| covers(center, other, 2.0 * half));
            let covered = places.iter().filter(|&&other| covers(center, other, half));
            let own = if covers(center, point, half) {
                OVERLAP_COST / 2.0
            } else {
                0.0
            };
            let cost = others.count() as f64 * OVERLAP_COST
                + covered.count() as f64
                + own
                + distance(center, point) * DISTANCE_COST;
            if cost < best.0 {
                best = (cost, center);
            }
        }
    }
    best.1
}
