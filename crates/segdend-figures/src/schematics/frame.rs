//! What all schematics are made of: a sheet with its title, and the words that describe it.

use crate::error::FigureError;
use crate::picture::Picture;
use crate::sheet::{Anchor, Sheet, TextMark};
use crate::style::{
    CAP_HEIGHT, COLUMN_WIDTH, DESCENT, INK, LINE_SPACING, MARGIN, NOTE_SIZE, TITLE_SIZE,
};
use crate::text::{Weight, wrap};

pub(super) const LEFT: f64 = MARGIN;
pub(super) const RIGHT: f64 = COLUMN_WIDTH - MARGIN;
/// Where the drawing under a title of one line begins.
pub(super) const TOP: f64 = MARGIN + TITLE_SIZE * LINE_SPACING + 4.0;

/// A drawing before it is painted.
pub(super) struct Schematic {
    pub(super) title: &'static str,
    /// What is seen, in words.
    pub(super) description: &'static str,
    pub(super) sheet: Sheet,
}

impl Schematic {
    /// An empty sheet under a title.
    pub(super) fn titled(title: &'static str, description: &'static str) -> Self {
        let mut sheet = Sheet::new(COLUMN_WIDTH);
        for (line, text) in wrap(title, TITLE_SIZE, Weight::Bold, RIGHT - LEFT)
            .into_iter()
            .enumerate()
        {
            sheet.put(TextMark {
                text,
                place: (
                    LEFT,
                    MARGIN + TITLE_SIZE * (CAP_HEIGHT + line as f64 * LINE_SPACING),
                ),
                size: TITLE_SIZE,
                anchor: Anchor::Start,
                weight: Weight::Bold,
                color: INK,
                upwards: false,
            });
        }
        Self {
            title,
            description,
            sheet,
        }
    }

    /// Ends the sheet below `bottom`, a last baseline or edge.
    pub(super) fn ending_at(mut self, bottom: f64) -> Self {
        self.sheet.height = bottom + NOTE_SIZE * DESCENT + MARGIN;
        self
    }

    pub(super) fn paint(&self) -> Result<Picture, FigureError> {
        Picture::of(&self.sheet, self.title, self.description)
    }
}
