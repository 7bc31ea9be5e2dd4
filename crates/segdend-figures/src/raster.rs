//! A bitmap drawn finer than it is shown, then averaged: smooth edges for every mark.

use plotters::prelude::BitMapBackend;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind,
};

use crate::error::FigureError;
use crate::fill::{fill_outline, round_outline, stroke_outline};
use crate::sheet::Sheet;

/// Drawn pixels along one side of a shown pixel.
const OVERSAMPLING: u32 = 3;

/// An RGB image, row by row.
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

/// Draws the sheet at `pixels_per_point`.
///
/// # Errors
///
/// [`FigureError::Drawing`] if the back end refuses a mark.
pub(crate) fn rasterize(sheet: &Sheet, pixels_per_point: u32) -> Result<Pixels, FigureError> {
    let side = |points: f64| (points * f64::from(pixels_per_point)).round() as u32;
    let (width, height) = (side(sheet.width), side(sheet.height));
    let fine_size = (width * OVERSAMPLING, height * OVERSAMPLING);
    let mut fine = vec![0xFF; (fine_size.0 * fine_size.1 * 3) as usize];
    let units_per_point = f64::from(pixels_per_point * OVERSAMPLING);
    let mut backend = RoundJoins(BitMapBackend::with_buffer(&mut fine, fine_size));
    sheet.paint(&mut backend, units_per_point)?;
    drop(backend);
    Ok(Pixels {
        width,
        height,
        rgb: average(&fine, width, height),
    })
}

/// Every shown pixel is the mean of the drawn ones that it covers.
fn average(fine: &[u8], width: u32, height: u32) -> Vec<u8> {
    let (step, columns) = (OVERSAMPLING as usize, width as usize);
    let count = (step * step) as u32;
    let mut shown = Vec::with_capacity(columns * height as usize * 3);
    let mut sums = vec![0_u32; columns * 3];
    for rows in fine.chunks_exact(columns * step * 3 * step) {
        sums.fill(0);
        for row in rows.chunks_exact(columns * step * 3) {
            for (sum, block) in sums.chunks_exact_mut(3).zip(row.chunks_exact(step * 3)) {
                for pixel in block.chunks_exact(3) {
                    for (total, &component) in sum.iter_mut().zip(pixel) {
                        *total += u32::from(component);
                    }
                }
            }
        }
        shown.extend(sums.iter().map(|&sum| ((sum + count / 2) / count) as u8));
    }
    shown
}

/// The bitmap back end, with outlines filled as SVG fills them, and a path drawn as its segments
/// and a disc at every joint: the library's own polygons leave holes where an outline is concave
/// or overlaps itself, and its lines are a pixel wider than asked for.
struct RoundJoins<'a>(BitMapBackend<'a>);

impl DrawingBackend for RoundJoins<'_> {
    type ErrorType = <BitMapBackend<'static> as DrawingBackend>::ErrorType;

    fn get_size(&self) -> (u32, u32) {
        self.0.get_size()
    }

    fn ensure_prepared(&mut self) -> Result<(), DrawingErrorKind<Self::ErrorType>> {
        self.0.ensure_prepared()
    }

    fn present(&mut self) -> Result<(), DrawingErrorKind<Self::ErrorType>> {
        self.0.present()
    }

    fn draw_pixel(
        &mut self,
        point: BackendCoord,
        color: BackendColor,
    ) -> Result<(), DrawingErrorKind<Self::ErrorType>> {
        self.0.draw_pixel(point, color)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        lower_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Result<(), DrawingErrorKind<Self::ErrorType>> {
        self.0.draw_rect(upper_left, lower_right, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Self::ErrorType>> {
        let points: Vec<_> = path.into_iter().collect();
        for ends in points.windows(2) {
            if let Some(outline) = stroke_outline(ends[0], ends[1], style.stroke_width()) {
                fill_outline(&mut self.0, &outline, style)?;
            }
        }
        if points.len() > 2 && style.stroke_width() > 2 {
            for &joint in &points[1..points.len() - 1] {
                let outline = round_outline(joint, style.stroke_width());
                fill_outline(&mut self.0, &outline, style)?;
            }
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        outline: I,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Self::ErrorType>> {
        let corners: Vec<_> = outline
            .into_iter()
            .map(|(x, y)| (f64::from(x), f64::from(y)))
            .collect();
        fill_outline(&mut self.0, &corners, style)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Result<(), DrawingErrorKind<Self::ErrorType>> {
        if !fill {
            return self.0.draw_circle(center, radius, style, fill);
        }
        fill_outline(&mut self.0, &round_outline(center, 2 * radius), style)
    }
}
