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

    /// Ten tones for the ten digits, told apart by lightness as well as by hue.
    ///
    /// Paul Tol's "muted" scheme for colour-blind readers, with orange as the tenth; the digits
    /// are written into the plots besides, because no ten colours serve everybody.
    pub const DIGITS: [Self; 10] = [
        Self::rgb(0x33, 0x22, 0x88),
        Self::rgb(0xE6, 0x7E, 0x00),
        Self::rgb(0x88, 0xCC, 0xEE),
        Self::rgb(0x88, 0x22, 0x55),
        Self::rgb(0x11, 0x77, 0x33),
        Self::rgb(0xD2, 0xB9, 0x4E),
        Self::rgb(0xAA, 0x44, 0x99),
        Self::rgb(0x44, 0xAA, 0x99),
        Self::rgb(0xCC, 0x66, 0x77),
        Self::rgb(0x80, 0x80, 0x22),
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
