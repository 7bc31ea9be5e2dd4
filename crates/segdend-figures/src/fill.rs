//! Filled outlines on a bitmap: what lies inside by the rule that SVG uses too.

use plotters_backend::{BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind};

/// A corner, in pixels; whole numbers are the corners of pixels, not their centres.
pub(crate) type Corner = (f64, f64);

/// Fills every pixel whose centre the closed outline winds round, however often it crosses
/// itself.
///
/// # Errors
///
/// Whatever the back end says.
pub(crate) fn fill_outline<B: DrawingBackend, S: BackendStyle>(
    backend: &mut B,
    outline: &[Corner],
    style: &S,
) -> Result<(), DrawingErrorKind<B::ErrorType>> {
    let edges: Vec<(Corner, Corner)> = outline
        .iter()
        .copied()
        .zip(outline.iter().copied().cycle().skip(1))
        .filter(|(from, to)| from.1 != to.1)
        .collect();
    let heights = || outline.iter().map(|corner| corner.1);
    let top = heights().fold(f64::INFINITY, f64::min).floor().max(0.0);
    let bottom = heights().fold(f64::NEG_INFINITY, f64::max).ceil();
    let mut crossings: Vec<(f64, i32)> = Vec::new();
    for row in top as i32..bottom as i32 {
        let height = f64::from(row) + 0.5;
        crossings.clear();
        for &(from, to) in &edges {
            let turn = if from.1 < to.1 { 1 } else { -1 };
            if (from.1 <= height) != (to.1 <= height) {
                let share = (height - from.1) / (to.1 - from.1);
                crossings.push((from.0 + share * (to.0 - from.0), turn));
            }
        }
        crossings.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut winding = 0;
        let mut entered = 0.0;
        for &(across, turn) in &crossings {
            if winding == 0 {
                entered = across;
            }
            winding += turn;
            if winding == 0 {
                fill_row(backend, row, (entered, across), style)?;
            }
        }
    }
    Ok(())
}

/// The outline of a straight stroke, without caps; none if it has no length.
pub(crate) fn stroke_outline(
    from: BackendCoord,
    to: BackendCoord,
    width: u32,
) -> Option<[Corner; 4]> {
    let along = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
    let length = along.0.hypot(along.1);
    if length == 0.0 {
        return None;
    }
    let half = f64::from(width) / 2.0 / length;
    let aside = (-along.1 * half, along.0 * half);
    let corner = |end: BackendCoord, side: f64| {
        (
            f64::from(end.0) + side * aside.0,
            f64::from(end.1) + side * aside.1,
        )
    };
    Some([
        corner(from, 1.0),
        corner(to, 1.0),
        corner(to, -1.0),
        corner(from, -1.0),
    ])
}

/// The outline of a circle of this diameter.
pub(crate) fn round_outline(center: BackendCoord, diameter: u32) -> Vec<Corner> {
    let radius = f64::from(diameter) / 2.0;
    let corners = (radius * 2.5).ceil().clamp(12.0, 400.0);
    (0..corners as usize)
        .map(|corner| {
            let angle = std::f64::consts::TAU * corner as f64 / corners;
            (
                f64::from(center.0) + radius * angle.cos(),
                f64::from(center.1) + radius * angle.sin(),
            )
        })
        .collect()
}

fn fill_row<B: DrawingBackend, S: BackendStyle>(
    backend: &mut B,
    row: i32,
    (from, to): (f64, f64),
    style: &S,
) -> Result<(), DrawingErrorKind<B::ErrorType>> {
    let (first, last) = ((from - 0.5).ceil() as i32, (to - 0.5).ceil() as i32 - 1);
    if first > last {
        return Ok(());
    }
    // A colour is also a style: a stroke of one pixel, ends included.
    backend.draw_line((first, row), (last, row), &style.color())
}
