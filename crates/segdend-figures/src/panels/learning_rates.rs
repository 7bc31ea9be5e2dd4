//! Test error against the learning rate: an extra panel on the paper's grid search.

use crate::axes::{BELOW, Frame, bottom_axis, left_axis};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::picture::Picture;
use crate::sheet::Sheet;
use crate::spread::draw_diamond;
use crate::stamp::Stamp;
use crate::style::{COLUMN_WIDTH, CURVE_WIDTH, Color, DASH, FAINT_INK, PAPER, RING_WIDTH};
use crate::ticks::{Axis, extent};

const PLOT_HEIGHT: f64 = 124.0;
const POINT_RADIUS: f64 = 0.85;
const CHOSEN_RADIUS: f64 = 2.0;
const RING: f64 = 3.4;

/// One network's errors along the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct LearningRateCurve {
    /// The name in the legend; with two learning rates, also which of them varies.
    pub name: String,
    /// The colour of the curves.
    pub color: Color,
    /// The learning rates that were tried, ascending.
    pub learning_rates: Vec<f64>,
    /// Error on the test images at each, in percent.
    pub test_errors_percent: Vec<f64>,
    /// Error on held-out training images at each, in percent; may be empty.
    pub validation_errors_percent: Vec<f64>,
    /// The rate that the test images chose: one of [`Self::learning_rates`].
    pub chosen_on_test: Option<f64>,
    /// The rate that the held-out training images chose.
    pub chosen_on_validation: Option<f64>,
    /// The rate that the paper reports.
    pub reported: Option<f64>,
}

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LearningRateGrid {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets these runs apart from the paper's experiments; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// The curves, in the order of the legend.
    pub curves: Vec<LearningRateCurve>,
}

/// Draws the panel, at the width of a journal column: solid the error on test images, dashed
/// that on held-out training images, filled and hollow circles round the rates that each chose,
/// and the reported rates as diamonds on the axis.
///
/// # Errors
///
/// [`FigureError::NoSeries`], [`FigureError::NoValues`], [`FigureError::UnequalLengths`],
/// [`FigureError::NotFinite`], [`FigureError::NotAscending`], [`FigureError::NotAPercentage`]
/// and [`FigureError::NotInTable`] if a table cannot be drawn; [`FigureError::Drawing`] and
/// [`FigureError::Encoding`] if a back end fails.
pub fn learning_rate_grid(panel: &LearningRateGrid) -> Result<Picture, FigureError> {
    if panel.curves.is_empty() {
        return Err(FigureError::NoSeries);
    }
    for curve in &panel.curves {
        validate(curve)?;
    }
    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    board.legend(&legend(&panel.curves));
    let rates = panel
        .curves
        .iter()
        .flat_map(|curve| curve.learning_rates.iter().copied().chain(curve.reported));
    let rates = Axis::rounded(extent(rates).unwrap_or((0.0, 1.0)), 6);
    let errors = panel.curves.iter().flat_map(|curve| {
        curve
            .test_errors_percent
            .iter()
            .chain(&curve.validation_errors_percent)
            .copied()
    });
    let errors = Axis::rounded(extent(errors).unwrap_or((0.0, 1.0)), 5);
    let frame = board.plot(&rates, &errors, PLOT_HEIGHT);
    left_axis(&mut board.sheet, &frame, &errors, "Error (%)");
    bottom_axis(&mut board.sheet, &frame, &rates, "Learning rate");
    for curve in &panel.curves {
        draw_curve(&mut board.sheet, &frame, curve);
    }
    board.y = frame.bottom + BELOW + PART_GAP;
    let described: Vec<String> = panel.curves.iter().map(describe).collect();
    board.close("Error against the learning rate", &described.join(" "))
}

fn validate(curve: &LearningRateCurve) -> Result<(), FigureError> {
    let table = |field: &str| format!("{field} of {:?}", curve.name);
    let rates = table("learning_rates");
    checks::not_empty(&rates, curve.learning_rates.len())?;
    checks::finite(&rates, &curve.learning_rates)?;
    checks::ascending(&rates, &curve.learning_rates)?;
    for (field, values) in [
        ("test_errors_percent", &curve.test_errors_percent),
        (
            "validation_errors_percent",
            &curve.validation_errors_percent,
        ),
    ] {
        if field == "test_errors_percent" || !values.is_empty() {
            let counts = (curve.learning_rates.len(), values.len());
            checks::same_length((&rates, counts.0), (&table(field), counts.1))?;
        }
        for (index, &value) in values.iter().enumerate() {
            if !(0.0..=100.0).contains(&value) {
                return Err(FigureError::NotAPercentage {
                    series: curve.name.clone(),
                    place: format!("{field}[{index}]"),
                    value,
                });
            }
        }
    }
    for (field, chosen) in [
        ("chosen_on_test", curve.chosen_on_test),
        ("chosen_on_validation", curve.chosen_on_validation),
    ] {
        if let Some(value) = chosen.filter(|&rate| error_at(curve, rate, false).is_none()) {
            return Err(FigureError::NotInTable {
                place: table(field),
                value,
                table: "learning_rates".to_owned(),
            });
        }
    }
    match curve.reported {
        Some(rate) => checks::one_finite(&table("reported"), rate),
        None => Ok(()),
    }
}

/// The error at a rate of the grid.
fn error_at(curve: &LearningRateCurve, rate: f64, on_validation: bool) -> Option<f64> {
    // Rates such as 0.21 come by different sums and differ in their last bits.
    let is_it = |other: &f64| (other - rate).abs() <= 1e-9 * rate.abs().max(1.0);
    let index = curve.learning_rates.iter().position(is_it)?;
    let errors = if on_validation && !curve.validation_errors_percent.is_empty() {
        &curve.validation_errors_percent
    } else {
        &curve.test_errors_percent
    };
    errors.get(index).copied()
}

fn legend(curves: &[LearningRateCurve]) -> Vec<Entry> {
    let entry = |key, name: &str| Entry {
        key,
        name: name.to_owned(),
    };
    let mut entries: Vec<Entry> = curves
        .iter()
        .map(|curve| entry(Key::Line(curve.color), &curve.name))
        .collect();
    let has_validation = curves
        .iter()
        .any(|curve| !curve.validation_errors_percent.is_empty());
    if has_validation {
        entries.push(entry(Key::Line(FAINT_INK), "on test images"));
        entries.push(entry(Key::Dashed(FAINT_INK), "on held-out training images"));
    }
    if curves.iter().any(|curve| curve.chosen_on_test.is_some()) {
        entries.push(entry(Key::Dot(FAINT_INK), "chosen on test"));
    }
    if curves
        .iter()
        .any(|curve| curve.chosen_on_validation.is_some())
    {
        entries.push(entry(Key::Ring(FAINT_INK), "chosen on held-out"));
    }
    if curves.iter().any(|curve| curve.reported.is_some()) {
        entries.push(entry(Key::Reported, "reported rate"));
    }
    entries
}

fn draw_curve(sheet: &mut Sheet, frame: &Frame, curve: &LearningRateCurve) {
    let places = |errors: &[f64]| {
        let points = curve.learning_rates.iter().zip(errors);
        points
            .map(|(&rate, &error)| frame.place((rate, error)))
            .collect::<Vec<_>>()
    };
    let held_out = places(&curve.validation_errors_percent);
    sheet.dashed(&held_out, DASH, CURVE_WIDTH * 0.8, curve.color);
    let tested = places(&curve.test_errors_percent);
    sheet.dots(tested.clone(), POINT_RADIUS, curve.color);
    if tested.len() > 1 {
        sheet.path(tested, CURVE_WIDTH, curve.color);
    }
    if let Some(rate) = curve.chosen_on_validation
        && let Some(error) = error_at(curve, rate, true)
    {
        sheet.ringed_disc(
            frame.place((rate, error)),
            RING,
            PAPER,
            RING_WIDTH,
            curve.color,
        );
    }
    if let Some(rate) = curve.chosen_on_test
        && let Some(error) = error_at(curve, rate, false)
    {
        sheet.disc(frame.place((rate, error)), CHOSEN_RADIUS, curve.color);
    }
    if let Some(rate) = curve.reported {
        draw_diamond(sheet, (frame.x(rate), frame.bottom), curve.color);
    }
}

fn describe(curve: &LearningRateCurve) -> String {
    let named = |words: &str, rate: Option<f64>| {
        rate.map_or_else(String::new, |rate| format!(", {words} {rate}"))
    };
    format!(
        "{}: {} rates{}{}{}.",
        curve.name,
        curve.learning_rates.len(),
        named("chosen on test images", curve.chosen_on_test),
        named(
            "chosen on held-out training images",
            curve.chosen_on_validation
        ),
        named("reported", curve.reported),
    )
}
