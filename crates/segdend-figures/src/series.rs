//! Curves: points joined by lines, clipped where they leave the top of their frame.

use crate::axes::Frame;
use crate::sheet::{Place, Sheet};
use crate::style::{CURVE_WIDTH, Color};

/// Up to this many epochs, every point has a dot; beyond, only the end of a curve that stops short.
const MOST_DOTTED_POINTS: f64 = 12.0;
/// Radius of a point's dot.
const DOT_RADIUS: f64 = 1.35;

/// Draws `values` against their index, from the first that is not above the frame: the way down
/// from an untrained network would be a line along the axis.
pub(crate) fn draw_curve(sheet: &mut Sheet, frame: &Frame, values: &[f64], color: Color) {
    let points: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(index, &value)| (index as f64, value))
        .skip_while(|point| point.1 > frame.y_range.1)
        .collect();
    for piece in below(&points, frame.y_range.1) {
        let places = piece.into_iter().map(|point| frame.place(point)).collect();
        sheet.path(places, CURVE_WIDTH, color);
    }
    let all_dotted = frame.x_range.1 < MOST_DOTTED_POINTS;
    let last = points.last().filter(|point| point.0 < frame.x_range.1);
    let dotted = if all_dotted {
        points.as_slice()
    } else {
        last.map_or(&[][..], std::slice::from_ref)
    };
    for &point in dotted.iter().filter(|point| point.1 <= frame.y_range.1) {
        sheet.disc(frame.place(point), DOT_RADIUS, color);
    }
}

/// The pieces of a polyline that lie at or below `limit`, cut exactly there.
fn below(points: &[Place], limit: f64) -> Vec<Vec<Place>> {
    let mut pieces: Vec<Vec<Place>> = Vec::new();
    let mut piece: Vec<Place> = Vec::new();
    for (index, &point) in points.iter().enumerate() {
        if let Some(&previous) = index.checked_sub(1).and_then(|i| points.get(i))
            && (previous.1 > limit) != (point.1 > limit)
        {
            let share = (limit - previous.1) / (point.1 - previous.1);
            piece.push((previous.0 + share * (point.0 - previous.0), limit));
        }
        if point.1 <= limit {
            piece.push(point);
        } else {
            pieces.push(std::mem::take(&mut piece));
        }
    }
    pieces.push(piece);
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curve_from_above_enters_at_the_limit() {
        let pieces = below(&[(0.0, 90.0), (1.0, 10.0), (2.0, 5.0)], 50.0);
        assert_eq!(pieces, vec![vec![(0.5, 50.0), (1.0, 10.0), (2.0, 5.0)]]);
    }

    #[test]
    fn excursion_splits_the_curve() {
        let pieces = below(&[(0.0, 0.0), (1.0, 4.0), (2.0, 0.0)], 2.0);
        let (rise, fall) = (vec![(0.0, 0.0), (0.5, 2.0)], vec![(1.5, 2.0), (2.0, 0.0)]);
        assert_eq!(pieces, vec![rise, fall]);
    }

    #[test]
    fn nothing_of_a_curve_above_is_drawn() {
        assert!(below(&[(0.0, 9.0), (1.0, 8.0)], 2.0).is_empty());
    }
}
