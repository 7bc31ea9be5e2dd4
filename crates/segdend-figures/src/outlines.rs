//! Curves, dashes and closed outlines, as points for paths and areas.
//!
//! A sheet knows paths and polygons only; a curve is flattened finely enough that its corners
//! are below what print resolves.

use std::f64::consts::{PI, TAU};

use crate::sheet::{Place, Sheet};
use crate::style::Color;

/// Steps in which a Bézier curve is flattened.
const CURVE_STEPS: usize = 28;
/// Steps in which a full circle is flattened.
const CIRCLE_STEPS: usize = 72;

/// A cubic Bézier curve from `points[0]` to `points[3]`.
pub(crate) fn bezier(points: [Place; 4]) -> Vec<Place> {
    let at = |t: f64| {
        let u = 1.0 - t;
        let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
        let sum = |component: fn(&Place) -> f64| {
            weights
                .iter()
                .zip(&points)
                .map(|(weight, point)| weight * component(point))
                .sum()
        };
        (sum(|point| point.0), sum(|point| point.1))
    };
    (0..=CURVE_STEPS)
        .map(|step| at(step as f64 / CURVE_STEPS as f64))
        .collect()
}

/// A line through `corners` whose inner corners are rounded with this radius.
pub(crate) fn rounded_path(corners: &[Place], radius: f64) -> Vec<Place> {
    let mut points = Vec::new();
    for (index, &corner) in corners.iter().enumerate() {
        if index == 0 || index + 1 == corners.len() {
            points.push(corner);
            continue;
        }
        let (before, after) = (corners[index - 1], corners[index + 1]);
        let room = distance(before, corner).min(distance(corner, after)) / 2.0;
        let inset = radius.min(room);
        let (from, to) = (toward(corner, before, inset), toward(corner, after, inset));
        // The handles that make a Bézier curve almost a quarter of a circle.
        let handle = inset * 0.448;
        points.extend(bezier([
            from,
            toward(corner, before, handle),
            toward(corner, after, handle),
            to,
        ]));
    }
    points
}

/// An arc round `center` from one angle to another, in radians clockwise from the right.
pub(crate) fn arc(center: Place, (across, down): (f64, f64), from: f64, to: f64) -> Vec<Place> {
    let steps = ((to - from).abs() / TAU * CIRCLE_STEPS as f64)
        .ceil()
        .max(2.0);
    (0..=steps as usize)
        .map(|step| {
            let angle = from + (to - from) * step as f64 / steps;
            (
                center.0 + across * angle.cos(),
                center.1 + down * angle.sin(),
            )
        })
        .collect()
}

/// The outline of a rectangle with rounded corners, closed.
pub(crate) fn rounded_rectangle(from: Place, to: Place, radius: f64) -> Vec<Place> {
    let radius = radius
        .min((to.0 - from.0).abs() / 2.0)
        .min((to.1 - from.1).abs() / 2.0);
    let corners = [
        ((to.0 - radius, from.1 + radius), -PI / 2.0),
        ((to.0 - radius, to.1 - radius), 0.0),
        ((from.0 + radius, to.1 - radius), PI / 2.0),
        ((from.0 + radius, from.1 + radius), PI),
    ];
    let mut points: Vec<Place> = corners
        .into_iter()
        .flat_map(|(center, angle)| arc(center, (radius, radius), angle, angle + PI / 2.0))
        .collect();
    points.push(points[0]);
    points
}

/// The pieces of a path that is drawn for `on` points of its length, then not for `off`.
pub(crate) fn dashes(points: &[Place], on: f64, off: f64) -> Vec<Vec<Place>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<Place> = points.first().copied().into_iter().collect();
    let (mut drawn, mut left) = (true, on);
    for ends in points.windows(2) {
        let (mut from, to) = (ends[0], ends[1]);
        while distance(from, to) > left {
            from = toward(from, to, left);
            if drawn {
                piece.push(from);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![from];
            }
            drawn = !drawn;
            left = if drawn { on } else { off };
        }
        left -= distance(from, to);
        if drawn {
            piece.push(to);
        }
    }
    if drawn && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

impl Sheet {
    /// A dashed stroke through `points`.
    pub(crate) fn dashed(
        &mut self,
        points: &[Place],
        (on, off): (f64, f64),
        width: f64,
        color: Color,
    ) {
        for piece in dashes(points, on, off) {
            self.path(piece, width, color);
        }
    }

    /// A filled, outlined polygon; the outline is closed if it is not.
    pub(crate) fn outlined(
        &mut self,
        mut points: Vec<Place>,
        fill: Color,
        width: f64,
        edge: Color,
    ) {
        self.area(points.clone(), fill);
        if points.first() != points.last() {
            points.extend(points.first().copied());
        }
        self.path(points, width, edge);
    }

    /// A filled, outlined circle; the outline is within the radius.
    pub(crate) fn ringed_disc(
        &mut self,
        center: Place,
        radius: f64,
        fill: Color,
        width: f64,
        edge: Color,
    ) {
        self.disc(center, radius, edge);
        self.disc(center, radius - width, fill);
    }
}

pub(crate) fn distance(from: Place, to: Place) -> f64 {
    (to.0 - from.0).hypot(to.1 - from.1)
}

/// The place at this distance from `from` in the direction of `to`.
pub(crate) fn toward(from: Place, to: Place, length: f64) -> Place {
    let whole = distance(from, to);
    if whole == 0.0 {
        return from;
    }
    let share = length / whole;
    (
        from.0 + (to.0 - from.0) * share,
        from.1 + (to.1 - from.1) * share,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_their_share_of_a_line() {
        let pieces = dashes(&[(0.0, 0.0), (5.0, 0.0), (10.0, 0.0)], 2.0, 1.0);
        let lengths: Vec<f64> = pieces
            .iter()
            .map(|piece| distance(piece[0], piece[piece.len() - 1]))
            .collect();
        assert_eq!(pieces.len(), 4);
        assert!(
            lengths[..3]
                .iter()
                .all(|length| (length - 2.0).abs() < 1e-9)
        );
        assert!((lengths[3] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn rounded_rectangle_is_closed_and_within_its_corners() {
        let points = rounded_rectangle((1.0, 2.0), (11.0, 8.0), 2.0);
        assert_eq!(points.first(), points.last());
        assert!(points.iter().all(|&(x, y)| {
            (1.0 - 1e-9..=11.0 + 1e-9).contains(&x) && (2.0 - 1e-9..=8.0 + 1e-9).contains(&y)
        }));
    }

    #[test]
    fn rounded_path_keeps_its_ends() {
        let corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)];
        let points = rounded_path(&corners, 3.0);
        assert_eq!(points.first(), Some(&corners[0]));
        assert_eq!(points.last(), Some(&corners[2]));
        assert!(!points.contains(&corners[1]));
    }
}
