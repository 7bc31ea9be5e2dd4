//! Under the curves: the rates of every layer that were reported, and those of least error.

use super::{LearningRateCurve, RateSearch, on_test, on_validation};
use crate::board::{Board, PART_GAP};
use crate::sheet::{Anchor, Place};
use crate::style::{CAP_HEIGHT, Color, FAINT_INK, HAIRLINE, INK, LINE_SPACING, NOTE_SIZE};
use crate::text::{SLACK, Weight, width, wrap};

const ROW: f64 = NOTE_SIZE * LINE_SPACING;
/// White space between columns.
const GAP: f64 = 6.0;
/// White space over a row of rates, so that those of one row stay together.
const ROW_GAP: f64 = 1.6;
const HEADING: &str = "Learning rates (hidden, output) that were reported, and those of least \
                       error; where errors are equal, all of them";

/// A row: its name, and for each curve a line for every choice.
struct Row {
    name: String,
    cells: Vec<Vec<String>>,
}

/// Draws the table over the whole width, a column a curve.
pub(super) fn draw(board: &mut Board<'_>, curves: &[LearningRateCurve]) {
    let rows = rows(curves);
    if rows.is_empty() {
        return;
    }
    let (left, right) = (board.left, board.right);
    let rule = vec![(left, board.y), (right, board.y)];
    board.sheet.path(rule, HAIRLINE, FAINT_INK);
    board.y += 3.5;
    board.note(HEADING);
    board.y -= PART_GAP - ROW_GAP - NOTE_SIZE * (LINE_SPACING - CAP_HEIGHT);

    let widest_name = rows
        .iter()
        .map(|row| width(&row.name, NOTE_SIZE, Weight::Regular) * SLACK)
        .fold(0.0, f64::max);
    let names = (widest_name + GAP).min((right - left) / 2.0);
    let pitch = (right - left - names) / curves.len() as f64;
    let column = |index: usize| left + names + pitch * index as f64;
    let lines = |text: &str, room: f64| wrap(text, NOTE_SIZE, Weight::Regular, room);

    let mut end = board.y;
    for (index, curve) in curves.iter().enumerate() {
        let place = (column(index), board.y);
        let color = curve.color.for_text();
        end = end.max(board.lines(&lines(&curve.name, pitch - GAP), place, color));
    }
    board.y = end + ROW_GAP;
    for row in &rows {
        let mut end = board.lines(&lines(&row.name, names - GAP), (left, board.y), INK);
        for (index, choices) in row.cells.iter().enumerate() {
            let choices: Vec<String> = choices
                .iter()
                .flat_map(|choice| lines(choice, pitch - GAP))
                .collect();
            end = end.max(board.lines(&choices, (column(index), board.y), INK));
        }
        board.y = end + ROW_GAP;
    }
    board.y += PART_GAP - ROW_GAP - NOTE_SIZE * (LINE_SPACING - CAP_HEIGHT);
}

impl Board<'_> {
    /// Small lines of text below a place; returns where they end.
    fn lines(&mut self, lines: &[String], (x, top): Place, color: Color) -> f64 {
        for (index, line) in lines.iter().enumerate() {
            let baseline = top + NOTE_SIZE * CAP_HEIGHT + ROW * index as f64;
            let place = (x, baseline);
            self.sheet
                .text(line, place, NOTE_SIZE, Anchor::Start, color);
        }
        top + ROW * lines.len() as f64
    }
}

fn rows(curves: &[LearningRateCurve]) -> Vec<Row> {
    let mut rows = vec![Row {
        name: "reported".to_owned(),
        cells: curves
            .iter()
            .map(|curve| written(std::slice::from_ref(&curve.reported)))
            .collect(),
    }];
    let searches = curves.iter().map(|curve| curve.searches.len()).max();
    for index in 0..searches.unwrap_or(0) {
        let found = || curves.iter().map(move |curve| curve.searches.get(index));
        let name = found()
            .flatten()
            .map(|search| search.name.as_str())
            .next()
            .unwrap_or_default();
        let row = |images: &str, choices: fn(&RateSearch) -> &Vec<Vec<f64>>| Row {
            name: format!("{name}: {images}"),
            cells: found()
                .map(|search| search.map_or_else(Vec::new, |one| written(choices(one))))
                .collect(),
        };
        rows.push(row("test", on_test));
        rows.push(row("held-out", on_validation));
    }
    rows.retain(|row| row.cells.iter().flatten().any(|choice| !choice.is_empty()));
    rows
}

pub(super) fn written(choices: &[Vec<f64>]) -> Vec<String> {
    let written = |choice: &Vec<f64>| {
        let rates: Vec<String> = choice.iter().map(|&rate| rate_label(rate)).collect();
        rates.join(", ")
    };
    choices.iter().map(written).collect()
}

/// A rate with two decimals, or with more if it has more.
fn rate_label(rate: f64) -> String {
    let digits = crate::text::decimal(rate, 5);
    let mut end = digits.len();
    let least = end - 3;
    while end > least && digits.as_bytes()[end - 1] == b'0' {
        end -= 1;
    }
    digits[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_the_decimals_that_they_need() {
        assert_eq!(rate_label(0.1 + 0.2), "0.30");
        assert_eq!(rate_label(0.21), "0.21");
        assert_eq!(rate_label(0.125), "0.125");
        assert_eq!(rate_label(1.0), "1.00");
    }
}
