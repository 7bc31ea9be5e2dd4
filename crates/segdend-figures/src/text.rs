//! Text: the embedded font, its widths, line breaks and glyphs.
//!
//! Widths are those of DejaVu Sans Condensed, which is about as wide as Helvetica. A viewer of
//! the SVG may use another sans-serif: each text there carries the length that it was laid out
//! with, and layouts leave [`SLACK`] for viewers that ignore it.

use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, Glyph, GlyphId, PxScale, ScaleFont, point};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{BackendColor, BackendTextStyle, FontFamily, FontStyle, FontTransform};

use crate::sheet::{Anchor, TextMark};

/// Families that an SVG asks for, in this order.
pub(crate) const FONT_FAMILIES: &str =
    "Helvetica, Arial, Liberation Sans, DejaVu Sans Condensed, DejaVu Sans, sans-serif";

/// How much wider than measured a text may come out in a viewer with another font.
pub(crate) const SLACK: f64 = 1.04;

/// Where the SVG back end puts the baseline of a text anchored at its top, in multiples of the
/// text size.
pub(crate) const TOP_TO_BASELINE: f64 = 0.76;

/// Line-height factor by which the back ends divide a font's size before use.
const BACKEND_SIZE_FACTOR: f64 = 1.24;

/// The cut of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
    Italic,
}

fn face(weight: Weight) -> &'static FontRef<'static> {
    static REGULAR: OnceLock<FontRef<'static>> = OnceLock::new();
    static BOLD: OnceLock<FontRef<'static>> = OnceLock::new();
    static ITALIC: OnceLock<FontRef<'static>> = OnceLock::new();
    let (cell, bytes) = match weight {
        Weight::Regular => (&REGULAR, dejavu::sans_condensed::regular()),
        Weight::Bold => (&BOLD, dejavu::sans_condensed::bold()),
        Weight::Italic => (&ITALIC, dejavu::sans_condensed::oblique()),
    };
    cell.get_or_init(|| {
        FontRef::try_from_slice(bytes).expect("the embedded font is a valid TrueType file")
    })
}

/// The glyphs of `text` with the distance of each from the start, and the whole advance.
fn glyphs(text: &str, size: f64, weight: Weight) -> (Vec<(GlyphId, f32)>, f32, PxScale) {
    let font = face(weight);
    let units_per_em = font.units_per_em().unwrap_or(2048.0);
    let scale = PxScale::from(size as f32 * font.height_unscaled() / units_per_em);
    let scaled = font.as_scaled(scale);
    let mut placed = Vec::new();
    let mut advance = 0.0;
    let mut previous = None;
    for character in text.chars() {
        let id = scaled.glyph_id(character);
        if let Some(previous) = previous {
            advance += scaled.kern(previous, id);
        }
        placed.push((id, advance));
        advance += scaled.h_advance(id);
        previous = Some(id);
    }
    (placed, advance, scale)
}

/// The width of `text` in the unit of `size`.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    f64::from(glyphs(text, size, weight).1)
}

/// `text` in lines that are no wider than `limit` (with [`SLACK`]), broken at spaces; a single
/// word that is wider is broken between characters.
pub(crate) fn wrap(text: &str, size: f64, weight: Weight, limit: f64) -> Vec<String> {
    let fits = |line: &str| width(line, size, weight) * SLACK <= limit;
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for character in word.chars() {
            line.push(character);
            if !fits(&line) && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::take(&mut line));
                line.push(character);
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// `text` on one line, without characters that XML forbids or that would break a line, and with
/// [`true_minus_signs`].
pub(crate) fn printable(text: &str) -> String {
    let visible: String = true_minus_signs(text)
        .chars()
        .map(|c| match c {
            c if c.is_whitespace() => ' ',
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => '\u{FFFD}',
            c => c,
        })
        .collect();
    visible
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The minus sign: as wide as a plus, where a hyphen is half of that and easily overlooked.
const MINUS: char = '\u{2212}';

/// `text` with the minus sign where a hyphen stands for it: before a digit, and not after a word
/// or a number, so that `784-500-10` and `two-hidden` keep theirs.
///
/// The last resort, for words that come from elsewhere: the sign is wider than the hyphen, so
/// what is laid out should have it already; see [`decimal`].
fn true_minus_signs(text: &str) -> String {
    let mut before = None;
    let mut rest = text.chars().peekable();
    let mut set = String::with_capacity(text.len());
    while let Some(sign) = rest.next() {
        let is_free =
            before.is_none_or(|b: char| b.is_whitespace() || "([=<>≤≥≈±~^,;:".contains(b));
        let is_minus = sign == '-' && is_free && rest.peek().is_some_and(char::is_ascii_digit);
        set.push(if is_minus { MINUS } else { sign });
        before = Some(sign);
    }
    set
}

/// A number with so many decimals as printed in a journal: with the minus sign, not a hyphen,
/// and with none before a zero.
///
/// ```
/// use segdend_figures::decimal;
///
/// assert_eq!(decimal(-20.216, 2), "\u{2212}20.22");
/// assert_eq!(decimal(4.1, 2), "4.10");
/// assert_eq!(decimal(-0.001, 2), "0.00");
/// ```
#[must_use]
pub fn decimal(value: f64, decimals: usize) -> String {
    let digits = format!("{:.decimals$}", value.abs());
    let is_zero = digits.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    if value < 0.0 && !is_zero {
        format!("{MINUS}{digits}")
    } else {
        digits
    }
}

/// A number as printed in a journal, with two digits: `2.5 × 10⁻⁵⁸`; plain from 0.001 to 1000.
///
/// ```
/// use segdend_figures::scientific;
///
/// assert_eq!(scientific(2.5e-58), "2.5 × 10⁻⁵⁸");
/// assert_eq!(scientific(0.031), "0.031");
/// assert_eq!(scientific(0.0), "0");
/// ```
#[must_use]
pub fn scientific(value: f64) -> String {
    let two_digits = format!("{value:.1e}");
    let Some((mantissa, exponent)) = two_digits.split_once('e') else {
        return value.to_string();
    };
    let power: i32 = exponent.parse().unwrap_or(0);
    if value == 0.0 || (-3..3).contains(&power) {
        return two_digits.parse::<f64>().unwrap_or(value).to_string();
    }
    format!("{mantissa} × {}", ten_to_the(power))
}

/// A power of ten as printed in a journal.
///
/// ```
/// assert_eq!(segdend_figures::ten_to_the(-312), "10⁻³¹²");
/// ```
#[must_use]
pub fn ten_to_the(power: i32) -> String {
    let digits = power.to_string();
    let raised = digits.chars().map(|sign| match sign {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => {
            let offset = digit.to_digit(10).unwrap_or(0);
            char::from_u32(0x2070 + offset).unwrap_or(digit)
        }
    });
    format!("10{}", raised.collect::<String>())
}

/// A text mark as the drawing back ends want it, scaled to their units.
pub(crate) struct BackendText<'a> {
    pub(crate) mark: &'a TextMark,
    pub(crate) units_per_point: f64,
}

impl BackendText<'_> {
    fn size_units(&self) -> f64 {
        self.mark.size * self.units_per_point
    }
}

impl BackendTextStyle for BackendText<'_> {
    type FontError = std::convert::Infallible;

    fn color(&self) -> BackendColor {
        crate::sheet::backend_color(self.mark.color)
    }

    fn size(&self) -> f64 {
        self.size_units() * BACKEND_SIZE_FACTOR
    }

    fn transform(&self) -> FontTransform {
        if self.mark.upwards {
            FontTransform::Rotate270
        } else {
            FontTransform::None
        }
    }

    fn style(&self) -> FontStyle {
        match self.mark.weight {
            Weight::Regular => FontStyle::Normal,
            Weight::Bold => FontStyle::Bold,
            Weight::Italic => FontStyle::Italic,
        }
    }

    fn anchor(&self) -> Pos {
        let horizontal = match self.mark.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        Pos::new(horizontal, VPos::Top)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(FONT_FAMILIES)
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Self::FontError> {
        let size = self.size_units();
        let advance = width(text, size, self.mark.weight);
        Ok(((0, 0), (advance.round() as i32, size.round() as i32)))
    }

    fn draw<E, DrawFunc: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        position: (i32, i32),
        mut draw: DrawFunc,
    ) -> Result<Result<(), E>, Self::FontError> {
        let size = self.size_units();
        let baseline = (size * TOP_TO_BASELINE) as f32;
        let color = self.color();
        let (placed, _, scale) = glyphs(text, size, self.mark.weight);
        for (id, x) in placed {
            let glyph: Glyph = id.with_scale_and_position(scale, point(x, baseline));
            let Some(outline) = face(self.mark.weight).outline_glyph(glyph) else {
                continue;
            };
            let bounds = outline.px_bounds();
            let corner = (
                position.0 + bounds.min.x as i32,
                position.1 + bounds.min.y as i32,
            );
            let mut outcome = Ok(());
            outline.draw(|x, y, coverage| {
                if outcome.is_ok() && coverage > 0.0 {
                    let shade = color.mix(f64::from(coverage.min(1.0)));
                    outcome = draw(corner.0 + x as i32, corner.1 + y as i32, shade);
                }
            });
            if outcome.is_err() {
                return Ok(outcome);
            }
        }
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hyphen_before_a_number_is_a_minus_sign() {
        let set = |text| true_minus_signs(text);
        assert_eq!(
            set("t(38) = -20.22, P = 10^-312"),
            "t(38) = −20.22, P = 10^−312"
        );
        assert_eq!(set("-0.5 (-1, -2)"), "−0.5 (−1, −2)");
    }

    #[test]
    fn hyphens_of_words_and_sizes_stay() {
        for text in [
            "784-500-10",
            "two-hidden",
            "seed-2",
            "a - b",
            "t-tests",
            "-",
            "5-",
        ] {
            assert_eq!(true_minus_signs(text), text);
        }
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(decimal(-0.004, 2), "0.00");
        assert_eq!(decimal(-0.4, 0), "0");
        assert_eq!(decimal(f64::NEG_INFINITY, 1), "−inf");
    }
}
