//! From a digit to ink: a hand that is never the same twice, and a pen of varying width.
//!
//! Only sums, products, quotients, square roots and the library's own sine and cosine are used,
//! in a fixed order, so the pixels are the same on every machine.

use super::glyphs::{GLYPHS, Glyph, Point};
use super::random::KeyedRandom;

/// Rows and columns of an image.
pub(super) const SIDE: usize = 28;

/// Straight pieces between two points of a stroke.
const PIECES_PER_SPAN: usize = 6;

/// Nodes of the displacement field along one side of the unit square; the field has two more, one
/// beyond each border.
const FIELD_NODES: usize = 3;

/// How much hands differ. Lengths are in units of the digit's height unless they say pixels.
mod spread {
    /// Every point of a stroke by itself.
    pub(super) const POINT: f64 = 0.030;
    /// A node of the smooth displacement field.
    pub(super) const FIELD: f64 = 0.105;
    /// Turning, in radians.
    pub(super) const TURN: f64 = 0.14;
    /// Slant to the right (shift in x for a unit of y upwards), around [`MEAN_SLANT`].
    pub(super) const SLANT: f64 = 0.26;
    /// Most people write with their right hand.
    pub(super) const MEAN_SLANT: f64 = 0.12;
    /// Width over height, relative.
    pub(super) const ASPECT: f64 = 0.20;
    /// Place of the digit's centre of ink, in pixels.
    pub(super) const PLACE_PIXELS: f64 = 0.45;
    /// The longer side of the digit, in pixels: between these bounds.
    pub(super) const SIZE_PIXELS: (f64, f64) = (17.5, 20.5);
    /// Half of the pen's width, in pixels: between these bounds.
    pub(super) const PEN_PIXELS: (f64, f64) = (0.75, 1.75);
    /// How much wider or narrower the pen is at the end of a stroke than at its start, relative.
    pub(super) const PRESSURE: f64 = 0.12;
}

/// A stroke as short straight pieces.
type Polyline = Vec<Point>;

/// Draws a digit (0 to 9): `SIDE * SIDE` pixels, row by row.
pub(super) fn draw(digit: usize, random: &mut KeyedRandom) -> Vec<u8> {
    let glyph = choose_shape(GLYPHS[digit], random);
    let mut strokes = write_strokes(glyph, random);
    distort(&mut strokes, random);
    let half_width = random.between(spread::PEN_PIXELS.0, spread::PEN_PIXELS.1);
    place(&mut strokes, half_width, random);
    let mut ink = vec![0.0; SIDE * SIDE];
    for stroke in &strokes {
        let end_half_width = half_width * (1.0 + random.bell(spread::PRESSURE));
        draw_stroke(stroke, half_width, end_half_width, &mut ink);
    }
    // Nearest byte: adding a half and cutting off.
    ink.iter()
        .map(|&coverage| (coverage * 255.0 + 0.5) as u8)
        .collect()
}

fn choose_shape<'a>(shapes: &'a [Glyph], random: &mut KeyedRandom) -> &'a Glyph {
    let total = shapes.iter().map(|shape| shape.weight).sum::<usize>();
    let mut rest = random.below(total);
    shapes
        .iter()
        .find(|shape| match rest.checked_sub(shape.weight) {
            Some(left) => {
                rest = left;
                false
            }
            None => true,
        })
        .expect("the draw is below the sum of the weights")
}

/// The strokes with every point a little off, as smooth curves.
fn write_strokes(glyph: &Glyph, random: &mut KeyedRandom) -> Vec<Polyline> {
    let mut strokes = Vec::with_capacity(glyph.strokes.len());
    for stroke in glyph.strokes {
        let mut points: Vec<Point> = Vec::with_capacity(stroke.len());
        for (index, &(x, y)) in stroke.iter().enumerate() {
            // A corner stays one point.
            let point = match points.last() {
                Some(&last) if stroke[index - 1] == (x, y) => last,
                _ => (
                    x + random.bell(spread::POINT),
                    y + random.bell(spread::POINT),
                ),
            };
            points.push(point);
        }
        strokes.push(smooth(&points));
    }
    strokes
}

/// The Catmull-Rom curve through the points: between `b` and `c` with neighbours `a` and `d`,
///
/// `p(t) = b + t/2 (c - a) + t²/2 (2a - 5b + 4c - d) + t³/2 (3b - a - 3c + d)`.
fn smooth(points: &[Point]) -> Polyline {
    let mut line = vec![points[0]];
    for span in 1..points.len() {
        let (b, c) = (points[span - 1], points[span]);
        if b == c {
            continue;
        }
        let a = if span >= 2 { points[span - 2] } else { b };
        let d = if span + 1 < points.len() {
            points[span + 1]
        } else {
            c
        };
        for piece in 1..=PIECES_PER_SPAN {
            let t = piece as f64 / PIECES_PER_SPAN as f64;
            let coordinate = |a: f64, b: f64, c: f64, d: f64| {
                let linear = c - a;
                let square = 2.0 * a - 5.0 * b + 4.0 * c - d;
                let cube = 3.0 * b - a - 3.0 * c + d;
                b + 0.5 * t * (linear + t * (square + t * cube))
            };
            line.push((
                coordinate(a.0, b.0, c.0, d.0),
                coordinate(a.1, b.1, c.1, d.1),
            ));
        }
    }
    line
}

/// Bends the strokes by a smooth random field, then turns, slants and stretches them.
fn distort(strokes: &mut [Polyline], random: &mut KeyedRandom) {
    let mut node = || (random.bell(spread::FIELD), random.bell(spread::FIELD));
    let field: [[Point; FIELD_NODES + 2]; FIELD_NODES + 2] =
        std::array::from_fn(|_| std::array::from_fn(|_| node()));

    let angle = random.bell(spread::TURN);
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    let slant = spread::MEAN_SLANT + random.bell(spread::SLANT);
    let aspect = 1.0 + random.bell(spread::ASPECT);

    for point in strokes.iter_mut().flatten() {
        let (shift_x, shift_y) = displacement(&field, *point);
        let (x, y) = (point.0 + shift_x - 0.5, point.1 + shift_y - 0.5);
        let x = aspect * x - slant * y;
        *point = (cosine * x - sine * y, sine * x + cosine * y);
    }
}

/// The field at a point: the uniform cubic B-spline over its nodes, smooth to the second
/// derivative.
fn displacement(field: &[[Point; FIELD_NODES + 2]; FIELD_NODES + 2], point: Point) -> Point {
    let (row, row_weights) = spline_weights(point.1);
    let (column, column_weights) = spline_weights(point.0);
    let mut shift = (0.0, 0.0);
    for (nodes, row_weight) in field[row..].iter().zip(row_weights) {
        for (node, column_weight) in nodes[column..].iter().zip(column_weights) {
            shift.0 += row_weight * column_weight * node.0;
            shift.1 += row_weight * column_weight * node.1;
        }
    }
    shift
}

/// The first of the four nodes that count at a coordinate, and their weights.
fn spline_weights(coordinate: f64) -> (usize, [f64; 4]) {
    let spans = (FIELD_NODES - 1) as f64;
    let position = (coordinate * spans).clamp(0.0, spans);
    let first = (position as usize).min(FIELD_NODES - 2);
    let t = position - first as f64;
    let (t2, t3) = (t * t, t * t * t);
    let weights = [
        (1.0 - 3.0 * t + 3.0 * t2 - t3) / 6.0,
        (4.0 - 6.0 * t2 + 3.0 * t3) / 6.0,
        (1.0 + 3.0 * t + 3.0 * t2 - 3.0 * t3) / 6.0,
        t3 / 6.0,
    ];
    (first, weights)
}

/// Scales the strokes so that the digit with its ink fills the box, and moves the middle of the
/// ink to the middle of the image, or near it.
fn place(strokes: &mut [Polyline], half_width: f64, random: &mut KeyedRandom) {
    let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for &(x, y) in strokes.iter().flatten() {
        low = (low.0.min(x), low.1.min(y));
        high = (high.0.max(x), high.1.max(y));
    }
    let size = random.between(spread::SIZE_PIXELS.0, spread::SIZE_PIXELS.1);
    let extent = (high.0 - low.0).max(high.1 - low.1);
    let scale = (size - 2.0 * half_width) / extent;

    let (mut sum, mut length) = ((0.0, 0.0), 0.0);
    for pair in strokes.iter().flat_map(|stroke| stroke.windows(2)) {
        let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
        let piece = ((bx - ax) * (bx - ax) + (by - ay) * (by - ay)).sqrt();
        sum = (
            sum.0 + piece * 0.5 * (ax + bx),
            sum.1 + piece * 0.5 * (ay + by),
        );
        length += piece;
    }
    let middle = (sum.0 / length, sum.1 / length);
    let centre = SIDE as f64 / 2.0;
    let place_x = centre + random.bell(spread::PLACE_PIXELS);
    let place_y = centre + random.bell(spread::PLACE_PIXELS);
    let shift_x = keep_inside(place_x - scale * middle.0, scale * low.0, scale * high.0);
    let shift_y = keep_inside(place_y - scale * middle.1, scale * low.1, scale * high.1);
    for point in strokes.iter_mut().flatten() {
        *point = (scale * point.0 + shift_x, scale * point.1 + shift_y);
    }
}

/// The shift nearest to the wanted one that keeps the strokes, from `low` to `high`, away from the
/// border, as far as their ink can reach.
fn keep_inside(shift: f64, low: f64, high: f64) -> f64 {
    const MARGIN_PIXELS: f64 = 3.75;
    let (least, most) = (MARGIN_PIXELS - low, SIDE as f64 - MARGIN_PIXELS - high);
    // The largest digit leaves room between the two: see `SIZE_PIXELS`.
    shift.clamp(least, most)
}

/// Draws one stroke, its width changing evenly from start to end.
fn draw_stroke(stroke: &[Point], start_half_width: f64, end_half_width: f64, ink: &mut [f64]) {
    let pieces = (stroke.len() - 1) as f64;
    for (index, pair) in stroke.windows(2).enumerate() {
        let share = (index as f64 + 0.5) / pieces;
        let half_width = start_half_width + (end_half_width - start_half_width) * share;
        draw_piece(pair[0], pair[1], half_width, ink);
    }
}

/// Draws a straight piece with round ends: full ink where the pen has been, and a soft edge of
/// one and a half pixels, for a sheet that was scanned.
fn draw_piece(a: Point, b: Point, half_width: f64, ink: &mut [f64]) {
    const EDGE_PIXELS: f64 = 1.5;
    let reach = half_width + 0.5 * EDGE_PIXELS;
    let along = (b.0 - a.0, b.1 - a.1);
    let length_squared = along.0 * along.0 + along.1 * along.1;
    let columns = pixel_range(a.0.min(b.0) - reach, a.0.max(b.0) + reach);
    for row in pixel_range(a.1.min(b.1) - reach, a.1.max(b.1) + reach) {
        for column in columns.clone() {
            // The centre of the pixel, from the start of the piece.
            let (x, y) = (column as f64 + 0.5 - a.0, row as f64 + 0.5 - a.1);
            let share = if length_squared > 0.0 {
                ((x * along.0 + y * along.1) / length_squared).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let (dx, dy) = (x - share * along.0, y - share * along.1);
            let distance = (dx * dx + dy * dy).sqrt();
            let coverage = ((reach - distance) / EDGE_PIXELS).clamp(0.0, 1.0);
            let pixel = &mut ink[row * SIDE + column];
            *pixel = pixel.max(coverage);
        }
    }
}

/// The pixels of a row or column that an interval touches. The conversion cuts off what is below
/// zero.
fn pixel_range(low: f64, high: f64) -> std::ops::Range<usize> {
    (low as usize).min(SIDE)..((high + 1.0) as usize).min(SIDE)
}
