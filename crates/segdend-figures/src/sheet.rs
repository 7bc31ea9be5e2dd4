//! A sheet: marks at places measured in points, before any file format.
//!
//! A panel writes its marks once; the sheet is then painted on each back end, so the SVG and the
//! PNG cannot differ in layout.

use plotters_backend::{BackendColor, BackendStyle, DrawingBackend, DrawingErrorKind};

use crate::error::FigureError;
use crate::style::Color;
use crate::text::{BackendText, TOP_TO_BASELINE, Weight, printable};

/// A place on the sheet, in points from the upper left corner.
pub(crate) type Place = (f64, f64);

/// Which end of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// One line of text; `place` is on the baseline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TextMark {
    pub(crate) text: String,
    pub(crate) place: Place,
    pub(crate) size: f64,
    pub(crate) anchor: Anchor,
    pub(crate) weight: Weight,
    pub(crate) color: Color,
    /// Read from bottom to top.
    pub(crate) upwards: bool,
}

/// One thing that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    Path {
        points: Vec<Place>,
        width: f64,
        color: Color,
    },
    Area {
        points: Vec<Place>,
        color: Color,
    },
    Block {
        from: Place,
        to: Place,
        color: Color,
    },
    Disc {
        center: Place,
        radius: f64,
        color: Color,
    },
    /// Many small filled circles of one size and colour.
    Dots {
        centers: Vec<Place>,
        radius: f64,
        color: Color,
    },
    Bitmap(Bitmap),
    Text(TextMark),
}

/// A picture of `columns` pixels a row, stretched from its upper left to its lower right corner.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bitmap {
    pub(crate) from: Place,
    pub(crate) to: Place,
    pub(crate) columns: usize,
    pub(crate) pixels: Vec<Color>,
}

/// Marks in the order in which they are drawn, on a sheet of a given size.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) marks: Vec<Mark>,
}

impl Sheet {
    /// An empty sheet; the height is set when the layout is known.
    pub(crate) fn new(width: f64) -> Self {
        Self {
            width,
            height: 0.0,
            marks: Vec::new(),
        }
    }

    /// A stroke through `points`.
    pub(crate) fn path(&mut self, points: Vec<Place>, width: f64, color: Color) {
        self.marks.push(Mark::Path {
            points,
            width,
            color,
        });
    }

    /// A filled polygon.
    pub(crate) fn area(&mut self, points: Vec<Place>, color: Color) {
        self.marks.push(Mark::Area { points, color });
    }

    /// A filled rectangle from its upper left to its lower right corner.
    pub(crate) fn block(&mut self, from: Place, to: Place, color: Color) {
        self.marks.push(Mark::Block { from, to, color });
    }

    /// A filled circle.
    pub(crate) fn disc(&mut self, center: Place, radius: f64, color: Color) {
        self.marks.push(Mark::Disc {
            center,
            radius,
            color,
        });
    }

    /// Many small filled circles.
    pub(crate) fn dots(&mut self, centers: Vec<Place>, radius: f64, color: Color) {
        if !centers.is_empty() {
            self.marks.push(Mark::Dots {
                centers,
                radius,
                color,
            });
        }
    }

    /// A bitmap.
    pub(crate) fn bitmap(&mut self, bitmap: Bitmap) {
        if !bitmap.pixels.is_empty() && bitmap.columns > 0 {
            self.marks.push(Mark::Bitmap(bitmap));
        }
    }

    /// A line of text; see [`Self::put`] for all that may vary.
    pub(crate) fn text(
        &mut self,
        text: &str,
        place: Place,
        size: f64,
        anchor: Anchor,
        color: Color,
    ) {
        self.put(TextMark {
            text: text.to_owned(),
            place,
            size,
            anchor,
            weight: Weight::Regular,
            color,
            upwards: false,
        });
    }

    /// A line of text.
    pub(crate) fn put(&mut self, mut mark: TextMark) {
        mark.text = printable(&mark.text);
        if !mark.text.is_empty() {
            self.marks.push(Mark::Text(mark));
        }
    }

    /// Paints every mark on a back end with `units_per_point` units to a point.
    ///
    /// # Errors
    ///
    /// [`FigureError::Drawing`] if the back end refuses a mark.
    pub(crate) fn paint<B: DrawingBackend>(
        &self,
        backend: &mut B,
        units_per_point: f64,
    ) -> Result<(), FigureError> {
        paint_marks(&self.marks, backend, units_per_point)
    }
}

/// Paints `marks` on a back end with `units_per_point` units to a point.
///
/// # Errors
///
/// [`FigureError::Drawing`] if the back end refuses a mark.
pub(crate) fn paint_marks<B: DrawingBackend>(
    marks: &[Mark],
    backend: &mut B,
    units_per_point: f64,
) -> Result<(), FigureError> {
    let unit = |length: f64| (length * units_per_point).round() as i32;
    let at = |place: Place| (unit(place.0), unit(place.1));
    for mark in marks {
        match mark {
            Mark::Path {
                points,
                width,
                color,
            } => backend.draw_path(
                points.iter().map(|&place| at(place)),
                &Stroke {
                    color: *color,
                    width: unit(*width).max(1) as u32,
                },
            ),
            Mark::Area { points, color } => backend.fill_polygon(
                points.iter().map(|&place| at(place)),
                &backend_color(*color),
            ),
            Mark::Block { from, to, color } => {
                backend.draw_rect(at(*from), at(*to), &backend_color(*color), true)
            }
            Mark::Disc {
                center,
                radius,
                color,
            } => backend.draw_circle(
                at(*center),
                unit(*radius).max(1) as u32,
                &backend_color(*color),
                true,
            ),
            Mark::Dots {
                centers,
                radius,
                color,
            } => centers.iter().try_for_each(|&center| {
                let radius = unit(*radius).max(1) as u32;
                backend.draw_circle(at(center), radius, &backend_color(*color), true)
            }),
            Mark::Bitmap(bitmap) => paint_bitmap(bitmap, backend, units_per_point),
            Mark::Text(text) => {
                let rise = TOP_TO_BASELINE * text.size;
                let top = if text.upwards {
                    (text.place.0 - rise, text.place.1)
                } else {
                    (text.place.0, text.place.1 - rise)
                };
                backend.draw_text(
                    &text.text,
                    &BackendText {
                        mark: text,
                        units_per_point,
                    },
                    at(top),
                )
            }
        }
        .map_err(|error| FigureError::Drawing {
            reason: error.to_string(),
        })?;
    }
    backend.present().map_err(|error| FigureError::Drawing {
        reason: error.to_string(),
    })
}

/// Paints every pixel of a bitmap as a rectangle; neighbours share their edge.
fn paint_bitmap<B: DrawingBackend>(
    bitmap: &Bitmap,
    backend: &mut B,
    units_per_point: f64,
) -> Result<(), DrawingErrorKind<B::ErrorType>> {
    let rows = bitmap.pixels.len() / bitmap.columns;
    let edge = |from: f64, to: f64, index: usize, count: usize| {
        let share = index as f64 / count as f64;
        ((from + (to - from) * share) * units_per_point).round() as i32
    };
    let x = |column: usize| edge(bitmap.from.0, bitmap.to.0, column, bitmap.columns);
    let y = |row: usize| edge(bitmap.from.1, bitmap.to.1, row, rows);
    for row in 0..rows {
        for column in 0..bitmap.columns {
            let color = backend_color(bitmap.pixels[row * bitmap.columns + column]);
            let to = (x(column + 1), y(row + 1));
            backend.draw_rect((x(column), y(row)), to, &color, true)?;
        }
    }
    Ok(())
}

/// A colour as the back ends want it.
pub(crate) fn backend_color(color: Color) -> BackendColor {
    BackendColor {
        alpha: 1.0,
        rgb: (color.red, color.green, color.blue),
    }
}

struct Stroke {
    color: Color,
    width: u32,
}

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        backend_color(self.color)
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}
