//! The board of a panel: a sheet that is filled from top to bottom with what all panels have -
//! title, stamp, legend, notes, comparisons - and between them the panel's own plots.

use crate::axes::{Frame, left_of_frame};
use crate::comparisons::{Row, draw_table};
use crate::error::FigureError;
use crate::legend::{Entry, draw_legend};
use crate::picture::Picture;
use crate::sheet::{Anchor, Place, Sheet};
use crate::stamp::{Stamp, draw_stamp};
use crate::style::{
    CAP_HEIGHT, DESCENT, FAINT_INK, INK, LABEL_SIZE, LINE_SPACING, MARGIN, NOTE_SIZE, SMALL_SIZE,
};
use crate::text::{Weight, wrap};
use crate::ticks::Axis;
use crate::title::draw_title;

/// White space between two parts of a panel, one above the other.
pub(crate) const PART_GAP: f64 = 7.0;

/// No picture is higher: about a metre, and half a gigabyte while it is painted.
const MOST_HEIGHT: f64 = 2800.0;

/// A sheet that is being filled; `y` is where the next part begins.
pub(crate) struct Board<'a> {
    pub(crate) sheet: Sheet,
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) y: f64,
    title: &'a str,
    stamp: Option<&'a Stamp>,
}

impl<'a> Board<'a> {
    /// A board with the title and the stamp on it.
    pub(crate) fn open(width: f64, title: &'a str, stamp: Option<&'a Stamp>) -> Self {
        let mut sheet = Sheet::new(width);
        let edges = (MARGIN, width - MARGIN);
        let mut y = draw_title(&mut sheet, title, edges, MARGIN);
        if let Some(stamp) = stamp {
            y = draw_stamp(&mut sheet, stamp, edges, y) + PART_GAP;
        }
        Self {
            sheet,
            left: edges.0,
            right: edges.1,
            y,
            title,
            stamp,
        }
    }

    /// A legend over the whole width.
    pub(crate) fn legend(&mut self, entries: &[Entry]) {
        if !entries.is_empty() {
            let edges = (self.left, self.right);
            self.y = draw_legend(&mut self.sheet, entries, edges, self.y) + PART_GAP;
        }
    }

    /// A remark over the whole width.
    pub(crate) fn note(&mut self, text: &str) {
        let lines = wrap(text, NOTE_SIZE, Weight::Regular, self.right - self.left);
        for line in &lines {
            let place = (self.left, self.y + NOTE_SIZE * CAP_HEIGHT);
            self.sheet
                .text(line, place, NOTE_SIZE, Anchor::Start, FAINT_INK);
            self.y += NOTE_SIZE * LINE_SPACING;
        }
        if !lines.is_empty() {
            self.y += PART_GAP - NOTE_SIZE * (LINE_SPACING - CAP_HEIGHT);
        }
    }

    /// A heading over a part, from the left.
    pub(crate) fn heading(&mut self, text: &str) {
        let place = (self.left, self.y + LABEL_SIZE * CAP_HEIGHT);
        self.sheet.text(text, place, LABEL_SIZE, Anchor::Start, INK);
        self.y += LABEL_SIZE * LINE_SPACING;
    }

    /// Comparisons over the whole width.
    pub(crate) fn comparisons(&mut self, heading: Option<&str>, rows: &[Row<'_>]) {
        if !rows.is_empty() {
            let edges = (self.left, self.right);
            self.y = draw_table(&mut self.sheet, heading, rows, edges, self.y) + PART_GAP;
        }
    }

    /// The frame of a plot of this height over the whole width, with room for its axes; the
    /// board goes on below the axes only when it is told to.
    pub(crate) fn plot(&self, x: &Axis, y: &Axis, height: f64) -> Frame {
        self.plot_within((self.left, self.right), x, y, y.widest_label(), height)
    }

    /// A [`Self::plot`] between other edges, and with tick labels of another width on its left.
    pub(crate) fn plot_within(
        &self,
        (left, right): (f64, f64),
        x: &Axis,
        y: &Axis,
        label_width: f64,
        height: f64,
    ) -> Frame {
        let left = left + left_of_frame(label_width);
        // The label of a tick at the very top stands out by half its height.
        let top = self.y + SMALL_SIZE * CAP_HEIGHT / 2.0;
        Frame {
            left,
            right: right - x.overhang(right - left),
            top,
            bottom: top + height,
            x_range: x.range,
            y_range: y.range,
        }
    }

    /// The finished picture. `untitled` names the panel if it has no title.
    ///
    /// # Errors
    ///
    /// [`FigureError::TooHigh`], if there is more on it than a picture can hold;
    /// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
    pub(crate) fn close(
        mut self,
        untitled: &str,
        description: &str,
    ) -> Result<Picture, FigureError> {
        self.sheet.height = self.y - PART_GAP + NOTE_SIZE * DESCENT + MARGIN;
        if self.sheet.height > MOST_HEIGHT {
            return Err(FigureError::TooHigh {
                height_points: self.sheet.height,
            });
        }
        let title = if self.title.trim().is_empty() {
            untitled
        } else {
            self.title
        };
        let description = match self.stamp {
            Some(stamp) => format!("Note: {}. {description}", stamp.text()),
            None => description.to_owned(),
        };
        Picture::of(&self.sheet, title, &description)
    }
}

impl Sheet {
    /// A small text over a plot or a picture.
    pub(crate) fn caption(&mut self, text: &str, place: Place, anchor: Anchor) {
        self.text(text, place, SMALL_SIZE, anchor, INK);
    }
}
