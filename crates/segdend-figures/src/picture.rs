//! A finished picture: one layout as SVG and as PNG.

use plotters::prelude::SVGBackend;

use crate::dense::svg_element;
use crate::error::FigureError;
use crate::raster::{Pixels, rasterize};
use crate::sheet::{Mark, Sheet, paint_marks};
use crate::style::{PAPER, POINTS_PER_MM};
use crate::text::{printable, width};

/// A panel, drawn. Both forms show the same layout.
///
/// The SVG scales (it has a `viewBox` and its size in millimetres), keeps its text as text and
/// opens with a title and a description for screen readers. The PNG has
/// [`Picture::PIXELS_PER_POINT`], knows its printed size, and stays crisp at twice that size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The picture as an SVG document.
    pub svg: String,
    /// The picture as the bytes of a PNG file.
    pub png: Vec<u8>,
}

/// Units of the SVG in a point: coordinates are whole numbers, so this is their resolution.
const SVG_UNITS_PER_POINT: u32 = 100;

impl Picture {
    /// Pixels of the PNG in a point of print (1/72 inch): 360 to the inch.
    pub const PIXELS_PER_POINT: u32 = 5;

    /// Paints a sheet on both back ends.
    ///
    /// # Errors
    ///
    /// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
    pub(crate) fn of(sheet: &Sheet, title: &str, description: &str) -> Result<Self, FigureError> {
        let mut grounded = Sheet::new(sheet.width);
        grounded.height = sheet.height;
        grounded.block((0.0, 0.0), (sheet.width, sheet.height), PAPER);
        grounded.marks.extend_from_slice(&sheet.marks);
        let (title, description) = (printable(title), printable(description));
        Ok(Self {
            svg: draw_svg(&grounded, &title, &description)?,
            png: encode_png(
                &rasterize(&grounded, Self::PIXELS_PER_POINT)?,
                Self::PIXELS_PER_POINT,
                &title,
                &description,
            )?,
        })
    }
}

fn draw_svg(sheet: &Sheet, title: &str, description: &str) -> Result<String, FigureError> {
    let scale = f64::from(SVG_UNITS_PER_POINT);
    let size = (
        (sheet.width * scale).round() as u32,
        (sheet.height * scale).round() as u32,
    );
    // Dense marks are written here, all between them by the back end.
    let mut body = String::new();
    let mut rest = sheet.marks.as_slice();
    while !rest.is_empty() {
        let mut drawn = 0;
        while let Some(mark) = rest.get(drawn) {
            if let Some(element) = svg_element(mark, scale)? {
                body.push_str(&draw_plain(&rest[..drawn], size, scale)?);
                body.push_str(&element);
                break;
            }
            drawn += 1;
        }
        if drawn == rest.len() {
            body.push_str(&draw_plain(rest, size, scale)?);
            break;
        }
        rest = &rest[drawn + 1..];
    }
    Ok(dress_svg(&body, size, sheet, title, description))
}

/// The elements of marks that the back end can write.
fn draw_plain(marks: &[Mark], size: (u32, u32), scale: f64) -> Result<String, FigureError> {
    let mut drawn = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut drawn, size);
        paint_marks(marks, &mut backend, scale)?;
    }
    // The first line is the back end's own <svg …>, the last its </svg>.
    let elements = drawn.lines().skip(1).filter(|line| *line != "</svg>");
    Ok(elements.map(|line| format!("{line}\n")).collect())
}

/// Gives the back end's SVG what it lacks: a size in millimetres, round joins, a title and a
/// description; to every text the length it was laid out with, and no line breaks round it.
fn dress_svg(
    drawn: &str,
    size: (u32, u32),
    sheet: &Sheet,
    title: &str,
    description: &str,
) -> String {
    let millimetres = |points: f64| format!("{:.2}mm", points / POINTS_PER_MM);
    let mut dressed = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" \
         viewBox=\"0 0 {} {}\" role=\"img\" stroke-linejoin=\"round\">\n\
         <title>{}</title>\n<desc>{}</desc>\n",
        millimetres(sheet.width),
        millimetres(sheet.height),
        size.0,
        size.1,
        escape(title),
        escape(description),
    );
    let mut lengths = sheet.marks.iter().filter_map(|mark| match mark {
        Mark::Text(text) => Some(width(&text.text, text.size, text.weight)),
        _ => None,
    });
    // A text element takes three lines.
    for line in drawn.lines() {
        let line = line.trim_end();
        if let Some(attributes) = line.strip_prefix("<text") {
            let length = lengths.next().unwrap_or_default() * f64::from(SVG_UNITS_PER_POINT);
            dressed.push_str(&format!(
                "<text textLength=\"{length:.0}\" lengthAdjust=\"spacingAndGlyphs\"{attributes}"
            ));
        } else {
            dressed.push_str(line);
            if line.starts_with('<') {
                dressed.push('\n');
            }
        }
    }
    dressed.push_str("</svg>\n");
    dressed
}

/// `text` as XML character data.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn encode_png(
    pixels: &Pixels,
    pixels_per_point: u32,
    title: &str,
    description: &str,
) -> Result<Vec<u8>, FigureError> {
    let mut file = Vec::new();
    let pixels_per_metre = (f64::from(pixels_per_point) * POINTS_PER_MM * 1000.0).round() as u32;
    write_png(&mut file, pixels, pixels_per_metre, title, description).map_err(|error| {
        FigureError::Encoding {
            reason: error.to_string(),
        }
    })?;
    Ok(file)
}

fn write_png(
    file: &mut Vec<u8>,
    pixels: &Pixels,
    pixels_per_metre: u32,
    title: &str,
    description: &str,
) -> Result<(), png::EncodingError> {
    let mut encoder = png::Encoder::new(file, pixels.width, pixels.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Default);
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: pixels_per_metre,
        yppu: pixels_per_metre,
        unit: png::Unit::Meter,
    }));
    encoder.add_itxt_chunk("Title".to_owned(), title.to_owned())?;
    encoder.add_itxt_chunk("Description".to_owned(), description.to_owned())?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels.rgb)?;
    writer.finish()
}
