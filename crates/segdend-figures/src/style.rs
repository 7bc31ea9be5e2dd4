//! The look that all panels share: sizes, line widths and colours.
//!
//! Lengths are in points (1/72 inch) at the width of a journal column, so a 6 pt label is 6 pt
//! in print.

/// Points in a millimetre.
pub(crate) const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// Width of a journal column, 8.5 cm.
pub(crate) const COLUMN_WIDTH: f64 = 85.0 * POINTS_PER_MM;
/// Width of a picture over two columns, 17.4 cm.
pub(crate) const DOUBLE_COLUMN_WIDTH: f64 = 174.0 * POINTS_PER_MM;

/// White space around everything.
pub(crate) const MARGIN: f64 = 7.0;

/// Size of a panel's title.
pub(crate) const TITLE_SIZE: f64 = 7.5;
/// Size of axis labels.
pub(crate) const LABEL_SIZE: f64 = 7.0;
/// Size of tick labels and legends.
pub(crate) const SMALL_SIZE: f64 = 6.5;
/// Size of notes and tables under a panel.
pub(crate) const NOTE_SIZE: f64 = 6.0;

/// Distance of two baselines, as a multiple of the text size.
pub(crate) const LINE_SPACING: f64 = 1.35;
/// Height of a capital or a digit, as a multiple of the text size.
pub(crate) const CAP_HEIGHT: f64 = 0.73;
/// Depth of a descender, as a multiple of the text size.
pub(crate) const DESCENT: f64 = 0.24;

/// Width of spines and ticks.
pub(crate) const AXIS_WIDTH: f64 = 0.6;
/// Width of a data curve.
pub(crate) const CURVE_WIDTH: f64 = 1.0;
/// Width of a rule in a table.
pub(crate) const HAIRLINE: f64 = 0.35;
/// Drawn and left out lengths of a dashed line.
pub(crate) const DASH: (f64, f64) = (2.4, 1.6);
/// Radius of a hollow circle.
pub(crate) const RING_RADIUS: f64 = 2.1;
/// Line of a hollow circle.
pub(crate) const RING_WIDTH: f64 = 0.7;
/// Length of a tick.
pub(crate) const TICK_LENGTH: f64 = 2.6;

/// Text and spines.
pub(crate) const INK: Color = Color::rgb(0x22, 0x22, 0x22);
/// Remarks that stand back.
pub(crate) const FAINT_INK: Color = Color::rgb(0x66, 0x66, 0x66);
/// The sheet.
pub(crate) const PAPER: Color = Color::rgb(0xFF, 0xFF, 0xFF);
/// The ground of a stamp.
pub(crate) const STAMP_GROUND: Color = Color::rgb(0xFF, 0xF1, 0xCC);
/// The text and bar of a stamp.
pub(crate) const STAMP_INK: Color = Color::rgb(0x6B, 0x4A, 0x00);

/// An opaque sRGB colour.
///
/// The named ones are the paper's, in tones that stay apart for colour-blind readers and in
/// greyscale.
///
/// ```
/// use segdend_figures::Color;
///
/// assert_eq!(Color::rgb(0x12, 0x34, 0x56).to_hex(), "#123456");
/// assert_ne!(Color::SHALLOW, Color::ONE_HIDDEN_LAYER);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color {
    pub(crate) red: u8,
    pub(crate) green: u8,
    pub(crate) blue: u8,
}

impl Color {
    /// Grey: the network without hidden layers, and the control of a comparison.
    pub const SHALLOW: Self = Self::rgb(0x8A, 0x8A, 0x8A);
    /// Blue: one hidden layer (Figure 6), the third condition of a comparison (Figures 8, 9).
    pub const ONE_HIDDEN_LAYER: Self = Self::rgb(0x1F, 0x5F, 0xB4);
    /// Red: two hidden layers (Figure 6), the second condition of a comparison (Figures 8, 9).
    pub const TWO_HIDDEN_LAYERS: Self = Self::rgb(0xD0, 0x2B, 0x2B);
    /// Orange: a fourth condition, where the paper leaves the choice open.
    pub const FOURTH: Self = Self::rgb(0xE6, 0x9F, 0x00);

    /// Black, for what was measured beside a control in [`Self::CONTROL`] (Figures 5, 7C).
    pub const REAL: Self = Self::rgb(0x22, 0x22, 0x22);
    /// Light grey: shuffled data.
    pub const CONTROL: Self = Self::rgb(0xA6, 0xA6, 0xA6);

    /// Ten tones for the ten digits.
    ///
    /// Chosen so that any two stay apart (by at least 25 in CIE L\*a\*b\*) for readers with
    /// normal vision, without red cones and without green cones. The digits are written into the
    /// plots besides, because no ten colours serve everybody.
    pub const DIGITS: [Self; 10] = [
        Self::rgb(0x18, 0x1D, 0xEB),
        Self::rgb(0xE8, 0xB1, 0x01),
        Self::rgb(0x2E, 0xC9, 0xC5),
        Self::rgb(0x64, 0x0F, 0x48),
        Self::rgb(0x00, 0x41, 0x0F),
        Self::rgb(0xF0, 0xA9, 0x74),
        Self::rgb(0xB3, 0x08, 0x9E),
        Self::rgb(0x1F, 0x9A, 0xF0),
        Self::rgb(0xEB, 0x3B, 0x76),
        Self::rgb(0x77, 0x6E, 0x01),
    ];

    /// The colour with these sRGB components.
    #[must_use]
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// The colour as `#RRGGBB`, as it stands in an SVG.
    #[must_use]
    pub fn to_hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.red, self.green, self.blue)
    }

    /// This colour with a share of another in it, from 0 (none) to 1 (nothing else).
    pub(crate) fn mixed(self, other: Self, share: f64) -> Self {
        let mix = |one: u8, two: u8| {
            (f64::from(one) + (f64::from(two) - f64::from(one)) * share.clamp(0.0, 1.0)).round()
                as u8
        };
        Self::rgb(
            mix(self.red, other.red),
            mix(self.green, other.green),
            mix(self.blue, other.blue),
        )
    }

    /// The colour darkened, if need be, until small text in it is legible on white.
    pub(crate) fn for_text(self) -> Self {
        let luma = 0.299 * f64::from(self.red)
            + 0.587 * f64::from(self.green)
            + 0.114 * f64::from(self.blue);
        let share = (105.0 / luma.max(1.0)).min(1.0);
        let darken = |component: u8| (f64::from(component) * share).round() as u8;
        Self::rgb(darken(self.red), darken(self.green), darken(self.blue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of linear RGB without red cones and without green cones (Machado, Oliveira
    /// and Fernandes 2009, severity 1).
    const VISIONS: [[[f64; 3]; 3]; 3] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
    ];

    fn linear(component: u8) -> f64 {
        let share = f64::from(component) / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    }

    fn lab(color: Color, vision: [[f64; 3]; 3]) -> [f64; 3] {
        let rgb = [color.red, color.green, color.blue].map(linear);
        let times = |row: [f64; 3], rgb: [f64; 3]| -> f64 {
            row.iter()
                .zip(rgb)
                .map(|(factor, part)| factor * part)
                .sum()
        };
        let seen = vision.map(|row| times(row, rgb).max(0.0));
        let root = |share: f64| {
            if share > 0.008856 {
                share.cbrt()
            } else {
                7.787 * share + 16.0 / 116.0
            }
        };
        let x = root(times([0.4124, 0.3576, 0.1805], seen) / 0.9505);
        let y = root(times([0.2126, 0.7152, 0.0722], seen));
        let z = root(times([0.0193, 0.1192, 0.9505], seen) / 1.089);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    #[test]
    fn digits_stay_apart_for_colour_blind_readers() {
        for vision in VISIONS {
            for (index, &one) in Color::DIGITS.iter().enumerate() {
                for &other in &Color::DIGITS[..index] {
                    let (first, second) = (lab(one, vision), lab(other, vision));
                    let parts = first.iter().zip(second);
                    let apart = parts.map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                    assert!(apart >= 25.0, "{one:?} and {other:?}: {apart}");
                }
            }
        }
    }
}
