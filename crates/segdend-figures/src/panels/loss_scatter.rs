//! Output loss against hidden loss: the form of Figure 5B.
//!
//! Source data: `Fig_5B.csv`: L0, L1, shuffled L0, shuffled L1, a row an image.

use crate::axes::{BELOW, Frame, bottom_axis, left_axis};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::picture::Picture;
use crate::stamp::{Stamp, grouped};
use crate::style::{COLUMN_WIDTH, Color};
use crate::ticks::{Axis, extent};

const PLOT_HEIGHT: f64 = 150.0;
const DOT_RADIUS: f64 = 0.75;
const HEADROOM: f64 = 1.02;

/// The losses of many images, and how they go together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LossPairs {
    /// Hidden layer loss L0 of each image.
    pub hidden_loss: Vec<f64>,
    /// Output layer loss L1 of each image.
    pub output_loss: Vec<f64>,
    /// Pearson correlation of the two, -1 to 1; none if it is not known or not defined.
    pub pearson: Option<f64>,
}

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LossScatter {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// The losses as they were, in black.
    pub real: LossPairs,
    /// The losses paired at random, in grey.
    pub shuffled: LossPairs,
}

/// Draws the panel, at the width of a journal column: L1 upwards, L0 to the right.
///
/// # Errors
///
/// [`FigureError::NoValues`], [`FigureError::UnequalLengths`], [`FigureError::NotFinite`] and
/// [`FigureError::OutOfRange`] if a table cannot be drawn; [`FigureError::Drawing`] and
/// [`FigureError::Encoding`] if a back end fails.
///
/// # Example
///
/// ```
/// use segdend_figures::{FigureError, LossPairs, LossScatter, loss_scatter};
///
/// let real = LossPairs {
///     hidden_loss: vec![1.0, 2.0, 3.0],
///     output_loss: vec![0.1, 0.3, 0.2],
///     pearson: Some(0.5),
/// };
/// let shuffled = LossPairs { output_loss: vec![0.2, 0.1, 0.3], ..real.clone() };
/// let picture = loss_scatter(&LossScatter { real, shuffled, ..LossScatter::default() })?;
/// assert!(picture.svg.contains("real, r = 0.50"));
/// # Ok::<(), FigureError>(())
/// ```
pub fn loss_scatter(panel: &LossScatter) -> Result<Picture, FigureError> {
    let groups = [
        ("shuffled", &panel.shuffled, Color::CONTROL),
        ("real", &panel.real, Color::REAL),
    ];
    for (name, pairs, _) in groups {
        validate(name, pairs)?;
    }
    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    let entries: Vec<Entry> = groups
        .iter()
        .rev()
        .filter(|(_, pairs, _)| !pairs.hidden_loss.is_empty())
        .map(|&(name, pairs, color)| Entry {
            key: Key::Dot(color),
            name: format!("{name}{}", correlation(pairs)),
        })
        .collect();
    board.legend(&entries);

    let range = |values: fn(&LossPairs) -> &Vec<f64>| {
        let all = groups
            .iter()
            .flat_map(|(_, pairs, _)| values(pairs))
            .copied();
        let (low, high) = extent(all).unwrap_or((0.0, 1.0));
        // Losses are never negative, and zero means something.
        (
            low.min(0.0),
            if high > low.min(0.0) {
                high * HEADROOM
            } else {
                1.0
            },
        )
    };
    let hidden = Axis::rounded(range(|pairs| &pairs.hidden_loss), 5);
    let output = Axis::rounded(range(|pairs| &pairs.output_loss), 6);
    let frame: Frame = board.plot(&hidden, &output, PLOT_HEIGHT);
    for (_, pairs, color) in groups {
        let places = pairs.hidden_loss.iter().zip(&pairs.output_loss);
        let places = places.map(|(&x, &y)| frame.place((x, y))).collect();
        board.sheet.dots(places, DOT_RADIUS, color);
    }
    left_axis(&mut board.sheet, &frame, &output, "Output loss L^1");
    bottom_axis(&mut board.sheet, &frame, &hidden, "Hidden loss L^0");
    board.y = frame.bottom + BELOW + PART_GAP;
    board.close(
        "Output loss against hidden loss",
        &format!(
            "Output loss L1 against hidden loss L0 of {} images{}; paired at random{}.",
            grouped(panel.real.hidden_loss.len() as u64),
            correlation(&panel.real),
            correlation(&panel.shuffled),
        ),
    )
}

fn validate(name: &str, pairs: &LossPairs) -> Result<(), FigureError> {
    let (hidden, output) = (format!("{name}.hidden_loss"), format!("{name}.output_loss"));
    if name == "real" {
        checks::not_empty(&hidden, pairs.hidden_loss.len())?;
    }
    checks::same_length(
        (&hidden, pairs.hidden_loss.len()),
        (&output, pairs.output_loss.len()),
    )?;
    checks::finite(&hidden, &pairs.hidden_loss)?;
    checks::finite(&output, &pairs.output_loss)?;
    let pearson: Vec<f64> = pairs.pearson.into_iter().collect();
    let place = format!("{name}.pearson");
    checks::finite_or_undefined(&place, &pearson)?;
    checks::within(&place, &pearson, (-1.0, 1.0))
}

/// `, r = 0.61`, or that it is not defined.
fn correlation(pairs: &LossPairs) -> String {
    match pairs.pearson {
        Some(r) if r.is_nan() => ", r not defined".to_owned(),
        Some(r) => format!(", r = {r:.2}").replace('-', "−"),
        None => String::new(),
    }
}
