//! Comparisons: under a panel, which two series were compared and what the test said.

use crate::sheet::{Anchor, Sheet};
use crate::style::{CAP_HEIGHT, Color, FAINT_INK, HAIRLINE, INK, LINE_SPACING, NOTE_SIZE};
use crate::text::{SLACK, Weight, width, wrap};

const SWATCH: f64 = 4.4;
const SWATCH_GAP: f64 = 1.4;
const COLUMN_GAP: f64 = 4.0;
/// Columns must not meet even where a viewer has only a wide font and ignores set lengths.
const TABLE_SLACK: f64 = 1.12;
const ROW: f64 = NOTE_SIZE * LINE_SPACING;

/// Two series of a panel and the result of their comparison, in the caller's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparisonNote {
    /// Index of the one series, counted from 0.
    pub first: usize,
    /// Index of the other series.
    pub second: usize,
    /// The result: `t(38) = 197.1, P = 2.5 × 10⁻⁵⁸`, for example.
    pub text: String,
}

/// A comparison with its series looked up.
pub(crate) struct Row<'a> {
    pub(crate) colors: (Color, Color),
    pub(crate) names: (&'a str, &'a str),
    pub(crate) text: &'a str,
}

impl Row<'_> {
    fn pair(&self) -> String {
        format!("{} vs. {}", self.names.0, self.names.1)
    }
}

/// Draws the table from `left` to `right` below `top`; returns where it ends.
pub(crate) fn draw_table(
    sheet: &mut Sheet,
    heading: Option<&str>,
    rows: &[Row<'_>],
    (left, right): (f64, f64),
    top: f64,
) -> f64 {
    if rows.is_empty() {
        return top;
    }
    sheet.path(vec![(left, top), (right, top)], HAIRLINE, FAINT_INK);
    let mut baseline = top + NOTE_SIZE * CAP_HEIGHT + 3.5;
    for line in wrap(
        heading.unwrap_or_default(),
        NOTE_SIZE,
        Weight::Regular,
        right - left,
    ) {
        sheet.text(&line, (left, baseline), NOTE_SIZE, Anchor::Start, FAINT_INK);
        baseline += ROW;
    }
    let measured = |text: &str| width(text, NOTE_SIZE, Weight::Regular);
    let names_left = left + 2.0 * SWATCH + SWATCH_GAP + 3.5;
    let widest_pair = rows
        .iter()
        .map(|row| measured(&row.pair()))
        .fold(0.0, f64::max);
    let widest_text = rows
        .iter()
        .map(|row| measured(row.text))
        .fold(0.0, f64::max);
    let text_left = names_left + widest_pair * TABLE_SLACK + COLUMN_GAP;
    let side_by_side = text_left + widest_text * SLACK <= right;

    for row in rows {
        draw_swatches(sheet, row.colors, left, baseline);
        for line in wrap(&row.pair(), NOTE_SIZE, Weight::Regular, right - names_left) {
            sheet.text(&line, (names_left, baseline), NOTE_SIZE, Anchor::Start, INK);
            baseline += ROW;
        }
        if side_by_side {
            let place = (text_left, baseline - ROW);
            sheet.text(row.text, place, NOTE_SIZE, Anchor::Start, INK);
        } else {
            for line in wrap(row.text, NOTE_SIZE, Weight::Regular, right - names_left) {
                sheet.text(
                    &line,
                    (names_left, baseline),
                    NOTE_SIZE,
                    Anchor::Start,
                    FAINT_INK,
                );
                baseline += ROW;
            }
        }
    }
    baseline - ROW
}

fn draw_swatches(sheet: &mut Sheet, colors: (Color, Color), left: f64, baseline: f64) {
    let top = baseline - NOTE_SIZE * CAP_HEIGHT;
    for (index, color) in [colors.0, colors.1].into_iter().enumerate() {
        let x = left + index as f64 * (SWATCH + SWATCH_GAP);
        sheet.block((x, top), (x + SWATCH, top + SWATCH), color);
    }
}
