//! Two-dimensional embeddings of a network's layers, coloured by digit: the form of Figure 6C.
//!
//! Source data: `Fig_6C.csv`: the digit, then x and y of each layer, a row an image.

mod thumbnails;

use super::traces::{SmallImage, check_image};
use crate::axes::Frame;
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::color_map::outline;
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::picture::Picture;
use crate::sheet::{Anchor, Place, Sheet};
use crate::stamp::{Stamp, grouped};
use crate::style::{
    CAP_HEIGHT, COLUMN_WIDTH, Color, DOUBLE_COLUMN_WIDTH, INK, LABEL_SIZE, LINE_SPACING, NOTE_SIZE,
    PAPER, SMALL_SIZE,
};
use crate::ticks::extent;

const GAP: f64 = 11.0;
const DOT_RADIUS: f64 = 0.55;
/// Points are drawn in this many turns, each with all colours, so that no digit always lies on
/// top of the others.
const TURNS: usize = 12;
/// White space between the outermost points and the frame, as a share of the frame.
const ROOM: f64 = 0.03;
/// More plots than this side by side would be too small.
const MOST_LAYERS: f64 = 4.0;
const LABEL_RADIUS: f64 = 4.1;

/// One layer's embedding.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EmbeddedLayer {
    /// The words over the plot: `input`, for example.
    pub name: String,
    /// First coordinate of each image.
    pub x: Vec<f64>,
    /// Second coordinate of each image.
    pub y: Vec<f64>,
}

/// An image that is shown beside its point.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EmbeddingExample {
    /// Which image, counted from 0 as in [`Embeddings::digits`].
    pub index: usize,
    /// What is on it.
    pub image: SmallImage,
}

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Embeddings {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// The digit on each image, 0 to 9.
    pub digits: Vec<u8>,
    /// The layers, from left to right; the paper shows the input and two hidden layers.
    pub layers: Vec<EmbeddedLayer>,
    /// Images that are shown in every layer; may be empty.
    pub examples: Vec<EmbeddingExample>,
}

/// Draws the panel, over two columns of a journal (one, if there is one layer): a plot for each
/// layer with equal scales in both directions and no axes, because the coordinates of such an
/// embedding have no unit. Each digit's colour is named in a legend and in the plots, at the
/// median of its points.
///
/// In the SVG the points of a colour are a few paths of round strokes: vectors, and about 13
/// bytes a point, so three layers of 10,000 images take half a megabyte.
///
/// # Errors
///
/// [`FigureError::NoValues`], [`FigureError::UnequalLengths`], [`FigureError::NotFinite`] and
/// [`FigureError::OutOfRange`] if a table cannot be drawn; [`FigureError::Drawing`] and
/// [`FigureError::Encoding`] if a back end fails.
pub fn embeddings(panel: &Embeddings) -> Result<Picture, FigureError> {
    validate(panel)?;
    let width = if panel.layers.len() == 1 {
        COLUMN_WIDTH
    } else {
        DOUBLE_COLUMN_WIDTH
    };
    let mut board = Board::open(width, &panel.title, panel.stamp.as_ref());
    let present: Vec<usize> = (0..10)
        .filter(|&digit| panel.digits.iter().any(|&one| usize::from(one) == digit))
        .collect();
    let entries: Vec<Entry> = present
        .iter()
        .map(|&digit| Entry {
            key: Key::Dot(Color::DIGITS[digit]),
            name: digit.to_string(),
        })
        .collect();
    board.legend(&entries);

    let count = panel.layers.len() as f64;
    let side = (board.right - board.left - (count - 1.0) * GAP) / count;
    let top = board.y + LABEL_SIZE * LINE_SPACING + 1.0;
    for (index, layer) in panel.layers.iter().enumerate() {
        let left = board.left + index as f64 * (side + GAP);
        let place = (left + side / 2.0, board.y + LABEL_SIZE * CAP_HEIGHT);
        let sheet = &mut board.sheet;
        sheet.text(&layer.name, place, LABEL_SIZE, Anchor::Middle, INK);
        let frame = square_frame(layer, (left, top), side);
        draw_layer(sheet, &frame, layer, panel, &present);
    }
    board.y = top + side + PART_GAP;
    board.close(
        "Embeddings of the layers",
        &format!(
            "Two-dimensional embeddings of {} images, one point an image, coloured by digit: {}.",
            grouped(panel.digits.len() as u64),
            panel
                .layers
                .iter()
                .map(|layer| layer.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        ),
    )
}

fn validate(panel: &Embeddings) -> Result<(), FigureError> {
    checks::not_empty("digits", panel.digits.len())?;
    checks::not_empty("layers", panel.layers.len())?;
    let layers = panel.layers.len() as f64;
    checks::within("number of layers", &[layers], (1.0, MOST_LAYERS))?;
    let digits: Vec<f64> = panel.digits.iter().map(|&digit| f64::from(digit)).collect();
    checks::within("digits", &digits, (0.0, 9.0))?;
    for (index, layer) in panel.layers.iter().enumerate() {
        for (axis, values) in [("x", &layer.x), ("y", &layer.y)] {
            let table = format!("layers[{index}].{axis}");
            checks::same_length(("digits", digits.len()), (&table, values.len()))?;
            checks::finite(&table, values)?;
        }
    }
    for (number, example) in panel.examples.iter().enumerate() {
        let place = format!("examples[{number}].index");
        let last = (digits.len() - 1) as f64;
        checks::within(&place, &[example.index as f64], (0.0, last))?;
        check_image(&format!("examples[{number}].image"), &example.image)?;
    }
    Ok(())
}

/// A square with all points in it, and one scale for both directions.
fn square_frame(layer: &EmbeddedLayer, (left, top): Place, side: f64) -> Frame {
    let (x_low, x_high) = extent(layer.x.iter().copied()).unwrap_or((0.0, 1.0));
    let (y_low, y_high) = extent(layer.y.iter().copied()).unwrap_or((0.0, 1.0));
    let mut span = (x_high - x_low).max(y_high - y_low) * (1.0 + 2.0 * ROOM);
    if span <= 0.0 {
        span = 1.0;
    }
    let around = |low: f64, high: f64| {
        let middle = f64::midpoint(low, high);
        (middle - span / 2.0, middle + span / 2.0)
    };
    Frame {
        left,
        right: left + side,
        top,
        bottom: top + side,
        x_range: around(x_low, x_high),
        y_range: around(y_low, y_high),
    }
}

fn draw_layer(
    sheet: &mut Sheet,
    frame: &Frame,
    layer: &EmbeddedLayer,
    panel: &Embeddings,
    present: &[usize],
) {
    let coordinates = layer.x.iter().zip(&layer.y);
    let places: Vec<Place> = coordinates.map(|(&x, &y)| frame.place((x, y))).collect();
    let turn = places.len().div_ceil(TURNS);
    for first in (0..places.len()).step_by(turn) {
        let last = (first + turn).min(places.len());
        for &digit in present {
            let of_digit = (first..last)
                .filter(|&index| usize::from(panel.digits[index]) == digit)
                .map(|index| places[index])
                .collect();
            sheet.dots(of_digit, DOT_RADIUS, Color::DIGITS[digit]);
        }
    }
    for &digit in present {
        let indices = (0..places.len()).filter(|&at| usize::from(panel.digits[at]) == digit);
        let of_digit: Vec<Place> = indices.map(|index| places[index]).collect();
        draw_digit(sheet, frame, digit, median(&of_digit));
    }
    thumbnails::draw(sheet, frame, &places, panel);
    outline(sheet, (frame.left, frame.top), (frame.right, frame.bottom));
}

/// The middle of the places in each direction: inside a cluster even if some points are far off.
fn median(places: &[Place]) -> Place {
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    (
        middle(places.iter().map(|place| place.0).collect()),
        middle(places.iter().map(|place| place.1).collect()),
    )
}

/// A digit on a white disc in its colour, within the frame.
fn draw_digit(sheet: &mut Sheet, frame: &Frame, digit: usize, (x, y): Place) {
    let color = Color::DIGITS[digit];
    let inside = |at: f64, low: f64, high: f64| {
        at.clamp(low + LABEL_RADIUS + 1.0, high - LABEL_RADIUS - 1.0)
    };
    let center = (
        inside(x, frame.left, frame.right),
        inside(y, frame.top, frame.bottom),
    );
    sheet.ringed_disc(center, LABEL_RADIUS, PAPER, 0.9, color);
    let baseline = center.1 + NOTE_SIZE * CAP_HEIGHT / 2.0;
    let place = (center.0, baseline);
    sheet.text(
        &digit.to_string(),
        place,
        SMALL_SIZE,
        Anchor::Middle,
        color.for_text(),
    );
}
