//! A stamp: a line on the picture's face that keeps a small run, or one on other images, from
//! passing for the paper's experiment.

use crate::sheet::{Anchor, Sheet};
use crate::style::{CAP_HEIGHT, LINE_SPACING, NOTE_SIZE, STAMP_GROUND, STAMP_INK};
use crate::text::{Weight, wrap};

const PADDING: f64 = 3.2;
const BAR_WIDTH: f64 = 1.8;

/// The data set of the paper.
const PAPER_DATA_SET: &str = "MNIST";
/// The scale of the paper.
const PAPER_SCALE: &str = "paper";

/// How much of the paper's experiment a run did, and on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunScale {
    /// The scale's name: `smoke`, `quick` or `paper`.
    pub name: String,
    /// Epochs of training.
    pub epochs: u64,
    /// Epochs of training in the paper's experiment.
    pub paper_epochs: u64,
    /// Training images in an epoch.
    pub images: u64,
    /// Training images in an epoch of the paper's experiment.
    pub paper_images: u64,
    /// The data set: `MNIST`, or what stood in for it.
    pub data_set: String,
}

/// The words of a stamp.
///
/// ```
/// use segdend_figures::{RunScale, Stamp};
///
/// let quick = RunScale {
///     name: "quick".into(),
///     epochs: 5,
///     paper_epochs: 60,
///     images: 20_000,
///     paper_images: 60_000,
///     data_set: "MNIST".into(),
/// };
/// assert_eq!(
///     Stamp::for_run(&quick).unwrap().text(),
///     "quick scale: 5 of 60 epochs, 20,000 of 60,000 images – not the paper’s experiment",
/// );
/// let full = RunScale { name: "paper".into(), epochs: 60, images: 60_000, ..quick };
/// assert_eq!(Stamp::for_run(&full), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    text: String,
}

impl Stamp {
    /// A stamp with these words.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// The stamp that a run needs; none only for the paper's scale, in full, on MNIST.
    #[must_use]
    pub fn for_run(run: &RunScale) -> Option<Self> {
        let whole = run.epochs >= run.paper_epochs && run.images >= run.paper_images;
        let mut parts = Vec::new();
        if run.name != PAPER_SCALE || !whole {
            parts.push(format!(
                "{} scale: {} of {} epochs, {} of {} images",
                run.name,
                grouped(run.epochs),
                grouped(run.paper_epochs),
                grouped(run.images),
                grouped(run.paper_images),
            ));
        }
        if run.data_set != PAPER_DATA_SET {
            parts.push(format!("{}, not {PAPER_DATA_SET}", run.data_set));
        }
        (!parts.is_empty())
            .then(|| Self::new(format!("{} – not the paper’s experiment", parts.join("; "))))
    }

    /// The words.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A count with commas between groups of three digits.
///
/// ```
/// assert_eq!(segdend_figures::grouped(60_000), "60,000");
/// ```
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Draws the stamp from `left` to `right` below `top`; returns where it ends.
pub(crate) fn draw_stamp(
    sheet: &mut Sheet,
    stamp: &Stamp,
    (left, right): (f64, f64),
    top: f64,
) -> f64 {
    let text_left = left + BAR_WIDTH + PADDING;
    let wrapped = |text: &str| {
        wrap(
            text,
            NOTE_SIZE,
            Weight::Regular,
            right - PADDING - text_left,
        )
    };
    let mut lines = wrapped(&stamp.text);
    if lines.len() > 1
        && let Some(dash) = stamp.text.find(" – ")
    {
        let (what, verdict) = stamp.text.split_at(dash);
        lines = wrapped(what);
        lines.extend(wrapped(verdict));
    }
    let row = NOTE_SIZE * LINE_SPACING;
    let height =
        2.0 * PADDING + NOTE_SIZE * CAP_HEIGHT + row * lines.len().saturating_sub(1) as f64;
    sheet.block((left, top), (right, top + height), STAMP_GROUND);
    sheet.block((left, top), (left + BAR_WIDTH, top + height), STAMP_INK);
    for (index, line) in lines.iter().enumerate() {
        let baseline = top + PADDING + NOTE_SIZE * CAP_HEIGHT + row * index as f64;
        sheet.text(
            line,
            (text_left, baseline),
            NOTE_SIZE,
            Anchor::Start,
            STAMP_INK,
        );
    }
    top + height
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> RunScale {
        RunScale {
            name: "paper".into(),
            epochs: 60,
            paper_epochs: 60,
            images: 60_000,
            paper_images: 60_000,
            data_set: "MNIST".into(),
        }
    }

    #[test]
    fn other_images_are_stamped_at_full_scale() {
        let run = RunScale {
            data_set: "embedded digits".into(),
            ..full()
        };
        let stamp = Stamp::for_run(&run).unwrap();
        assert_eq!(
            stamp.text(),
            "embedded digits, not MNIST – not the paper’s experiment"
        );
    }

    #[test]
    fn paper_scale_that_is_not_whole_is_stamped() {
        assert!(
            Stamp::for_run(&RunScale {
                epochs: 59,
                ..full()
            })
            .is_some()
        );
        assert!(
            Stamp::for_run(&RunScale {
                images: 59_999,
                ..full()
            })
            .is_some()
        );
        assert!(
            Stamp::for_run(&RunScale {
                name: "quick".into(),
                ..full()
            })
            .is_some()
        );
        assert_eq!(Stamp::for_run(&full()), None);
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!(grouped(5), "5");
        assert_eq!(grouped(600_000), "600,000");
        assert_eq!(grouped(1_000), "1,000");
    }
}
