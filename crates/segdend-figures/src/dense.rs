//! Dense marks in an SVG: many dots of one colour, and bitmaps.
//!
//! The SVG back end writes an element of some 90 bytes for every circle and every rectangle, so
//! three clouds of 10,000 points would take megabytes. Here a cloud is one path of zero-length
//! strokes with round caps, about 12 bytes a point and still vectors; a bitmap is an embedded PNG.

use std::fmt::Write;

use crate::error::FigureError;
use crate::sheet::{Bitmap, Mark, Place};
use crate::style::Color;

/// The SVG element of a dense mark; none if the back end has a form of its own for the mark.
///
/// # Errors
///
/// [`FigureError::Encoding`] if a bitmap cannot be encoded.
pub(crate) fn svg_element(
    mark: &Mark,
    units_per_point: f64,
) -> Result<Option<String>, FigureError> {
    Ok(match mark {
        Mark::Dots {
            centers,
            radius,
            color,
        } => Some(dots_element(centers, *radius, *color, units_per_point)),
        Mark::Bitmap(bitmap) => Some(bitmap_element(bitmap, units_per_point)?),
        _ => None,
    })
}

fn dots_element(centers: &[Place], radius: f64, color: Color, units_per_point: f64) -> String {
    let unit = |length: f64| (length * units_per_point).round() as i64;
    let mut element = format!(
        "<path fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\" d=\"",
        color.to_hex(),
        unit(2.0 * radius).max(1),
    );
    for &(x, y) in centers {
        // Writing to a string does not fail.
        let _ = write!(element, "M{} {}h0", unit(x), unit(y));
    }
    element.push_str("\"/>\n");
    element
}

fn bitmap_element(bitmap: &Bitmap, units_per_point: f64) -> Result<String, FigureError> {
    let unit = |length: f64| (length * units_per_point).round() as i64;
    let (left, top) = (unit(bitmap.from.0), unit(bitmap.from.1));
    let (right, bottom) = (unit(bitmap.to.0), unit(bitmap.to.1));
    let png = bitmap_png(bitmap).map_err(|error| FigureError::Encoding {
        reason: error.to_string(),
    })?;
    Ok(format!(
        "<image x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" \
         style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>\n",
        right - left,
        bottom - top,
        base64(&png),
    ))
}

fn bitmap_png(bitmap: &Bitmap) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let rows = bitmap.pixels.len() / bitmap.columns.max(1);
    let mut encoder = png::Encoder::new(&mut file, bitmap.columns as u32, rows as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Default);
    let bytes: Vec<u8> = bitmap
        .pixels
        .iter()
        .flat_map(|pixel| [pixel.red, pixel.green, pixel.blue])
        .collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&bytes)?;
    writer.finish()?;
    Ok(file)
}

/// `bytes` in base 64 (RFC 4648, with padding).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4 {
            if position <= group.len() {
                let digit = bits >> (18 - 6 * position) & 63;
                text.push(char::from(DIGITS[digit as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648, section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn dot_takes_few_bytes() {
        let centers = vec![(123.45, 67.89); 1000];
        let element = dots_element(&centers, 0.5, Color::SHALLOW, 100.0);
        assert!(element.len() < 15 * centers.len() + 200);
        assert!(element.contains("M12345 6789h0"));
    }
}
