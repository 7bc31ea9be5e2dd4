//! Test error against the learning rate: an extra panel on the paper's grid search.

mod rate_table;

use crate::axes::{BELOW, Frame, bottom_axis, escaped, left_axis};
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
    /// The name in the legend and over its column of the table.
    pub name: String,
    /// The colour of the curves.
    pub color: Color,
    /// The learning rates that were tried, ascending: those of [`LearningRateGrid::rate_label`].
    pub learning_rates: Vec<f64>,
    /// Error on the test images at each, in percent.
    pub test_errors_percent: Vec<f64>,
    /// Error on held-out training images at each, in percent; may be empty.
    pub validation_errors_percent: Vec<f64>,
    /// The rates that the paper reports, a rate a layer from the bottom up; layers of one rate may
    /// be one. The first has its mark on the axis. May be empty.
    pub reported: Vec<f64>,
    /// What searches chose. The first is the one that the curve shows and whose choices are marked
    /// on it; all stand in the table.
    pub searches: Vec<RateSearch>,
}

/// What a search for learning rates chose. A choice is a rate a layer, as in
/// [`LearningRateCurve::reported`]; where errors are equal there are several, and none is left
/// out, because which of them came first says nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RateSearch {
    /// The name in the table: `coarse, 1 epoch`, for example.
    pub name: String,
    /// The rates of least error on the test images.
    pub best_on_test: Vec<Vec<f64>>,
    /// The rates of least error on held-out training images; may be empty.
    pub best_on_validation: Vec<Vec<f64>>,
}

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LearningRateGrid {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets these runs apart from the paper's experiments; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// Which layers' rate the curves are drawn against.
    pub rate_label: String,
    /// Which error is drawn, without its unit: after how many epochs, for example.
    pub error_label: String,
    /// The curves, in the order of the legend.
    pub curves: Vec<LearningRateCurve>,
    /// A remark at the end: how the searches were made.
    pub note: String,
}

/// Draws the panel, at the width of a journal column: solid the error on test images, dashed
/// that on held-out training images, filled and hollow circles at the rates of least error on
/// each, and the reported rates as diamonds on the axis; below, a table of the rates of all layers
/// that were reported and that each search chose.
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
        .flat_map(|curve| curve.learning_rates.iter().chain(curve.reported.first()))
        .copied();
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
    let error_label = format!("{} (%)", escaped(&panel.error_label));
    left_axis(&mut board.sheet, &frame, &errors, &error_label);
    let rate_label = escaped(&panel.rate_label);
    bottom_axis(&mut board.sheet, &frame, &rates, &rate_label);
    for curve in &panel.curves {
        draw_curve(&mut board.sheet, &frame, curve);
    }
    board.y = frame.bottom + BELOW + PART_GAP;
    rate_table::draw(&mut board, &panel.curves);
    board.note(&panel.note);
    let axes = format!(
        "{} (%) against: {}.",
        panel.error_label.trim(),
        panel.rate_label.trim()
    );
    let described = panel.curves.iter().map(describe);
    let sentences: Vec<String> = [axes].into_iter().chain(described).collect();
    board.close("Error against the learning rate", &sentences.join(" "))
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
    checks::finite(&table("reported"), &curve.reported)?;
    for (index, search) in curve.searches.iter().enumerate() {
        for (field, choices) in [
            ("best_on_test", &search.best_on_test),
            ("best_on_validation", &search.best_on_validation),
        ] {
            let place = table(&format!("searches[{index}].{field}"));
            for choice in choices {
                checks::not_empty(&place, choice.len())?;
                checks::finite(&place, choice)?;
                let is_marked = index == 0;
                if is_marked && error_at(curve, choice[0], false).is_none() {
                    return Err(FigureError::NotInTable {
                        place,
                        value: choice[0],
                        table: "learning_rates".to_owned(),
                    });
                }
            }
        }
    }
    Ok(())
}

/// The rates of the axis that the search of the curve chose, each once.
fn marked(curve: &LearningRateCurve, choices: fn(&RateSearch) -> &Vec<Vec<f64>>) -> Vec<f64> {
    let search = curve.searches.first();
    let chosen = search.into_iter().flat_map(choices);
    let mut rates: Vec<f64> = chosen
        .filter_map(|choice| choice.first().copied())
        .collect();
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    rates
}

fn on_test(search: &RateSearch) -> &Vec<Vec<f64>> {
    &search.best_on_test
}

fn on_validation(search: &RateSearch) -> &Vec<Vec<f64>> {
    &search.best_on_validation
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
    let any_marked = |choices| curves.iter().any(|one| !marked(one, choices).is_empty());
    if any_marked(on_test) {
        entries.push(entry(Key::Dot(FAINT_INK), "least, test"));
    }
    if any_marked(on_validation) {
        entries.push(entry(Key::Ring(FAINT_INK), "least, held-out"));
    }
    if curves.iter().any(|curve| !curve.reported.is_empty()) {
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
    for rate in marked(curve, on_validation) {
        if let Some(error) = error_at(curve, rate, true) {
            let place = frame.place((rate, error));
            sheet.ringed_disc(place, RING, PAPER, RING_WIDTH, curve.color);
        }
    }
    for rate in marked(curve, on_test) {
        if let Some(error) = error_at(curve, rate, false) {
            sheet.disc(frame.place((rate, error)), CHOSEN_RADIUS, curve.color);
        }
    }
    if let Some(&rate) = curve.reported.first() {
        draw_diamond(sheet, (frame.x(rate), frame.bottom), curve.color);
    }
}

fn describe(curve: &LearningRateCurve) -> String {
    let mut parts = vec![format!("{} rates", curve.learning_rates.len())];
    if !curve.reported.is_empty() {
        let rates = rate_table::written(std::slice::from_ref(&curve.reported));
        parts.push(format!("reported {}", rates.join("")));
    }
    for search in &curve.searches {
        for (images, choices) in [
            ("test images", &search.best_on_test),
            ("held-out training images", &search.best_on_validation),
        ] {
            if !choices.is_empty() {
                let rates = rate_table::written(choices).join(" and ");
                parts.push(format!("{}: {rates} on {images}", search.name));
            }
        }
    }
    format!("{}: {}.", curve.name, parts.join("; "))
}
