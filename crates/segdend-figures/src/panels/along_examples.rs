//! What the panels along the training examples share: a long series, drawn as its extremes in a
//! light tone and its running mean in the full one.

use crate::axes::{BELOW, Frame, bottom_axis};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::envelope::{Piece, extremes, running_mean};
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::sheet::Sheet;
use crate::stamp::grouped;
use crate::style::{CURVE_WIDTH, Color, DASH, INK, PAPER};
use crate::ticks::{Axis, extent};

/// Columns of the picture to a point: at [`crate::Picture::PIXELS_PER_POINT`] 5, one is a pixel
/// and a quarter wide.
const COLUMNS_PER_POINT: f64 = 4.0;
/// The running mean is over this part of its series.
const WINDOW_PART: usize = 200;
/// Share of white in the tone of the extremes.
const TINT: f64 = 0.62;
const EXTREMES_WIDTH: f64 = 0.3;
/// Line of the running mean.
const MEAN_WIDTH: f64 = 0.8;
/// A curve of more values than this is drawn thinner, or its own noise would fill it.
const MANY: usize = 200;
const MANY_WIDTH: f64 = 0.5;
const REFERENCE_WIDTH: f64 = 0.6;
/// From this many examples on, the axis counts thousands.
const THOUSANDS_FROM: f64 = 20_000.0;
/// Radius of a value that stands alone.
const LONE_RADIUS: f64 = 0.8;

/// A quantity that was recorded along the training examples.
#[derive(Debug, Clone, PartialEq)]
pub struct ExampleSeries {
    /// The name in the legend.
    pub name: String,
    /// The colour of the curve.
    pub color: Color,
    /// After how many training examples the first value was recorded.
    pub first_example: u64,
    /// How many examples lie between two values: 1 if there is a value for every example.
    pub every: u64,
    /// The values; NaN where the quantity is not defined, which leaves a gap.
    pub values: Vec<f64>,
}

impl ExampleSeries {
    fn example(&self, index: f64) -> f64 {
        self.first_example as f64 + index * self.every as f64
    }

    fn last_example(&self) -> f64 {
        self.example(self.values.len().saturating_sub(1) as f64)
    }
}

/// # Errors
///
/// If there is no series, or one without a finite value, or with an infinite one.
pub(crate) fn check(table: &str, series: &[ExampleSeries]) -> Result<(), FigureError> {
    if series.is_empty() {
        return Err(FigureError::NoSeries);
    }
    for (index, one) in series.iter().enumerate() {
        let values = format!("{table}[{index}].values");
        let defined = one.values.iter().filter(|value| !value.is_nan()).count();
        checks::not_empty(&format!("{values} ({})", one.name), defined)?;
        checks::finite_or_undefined(&values, &one.values)?;
    }
    Ok(())
}

/// The least and the greatest value of all series.
pub(crate) fn value_range(series: &[ExampleSeries]) -> (f64, f64) {
    extent(series.iter().flat_map(|one| one.values.iter().copied())).unwrap_or((0.0, 1.0))
}

/// The axis of examples, and what is written on it.
pub(crate) struct ExampleAxis {
    pub(crate) axis: Axis,
    pub(crate) label: &'static str,
    unit: f64,
}

impl ExampleAxis {
    /// From 0 to the last example of all series.
    pub(crate) fn of<'a>(series: impl IntoIterator<Item = &'a ExampleSeries>) -> Self {
        let last = last_example(series);
        let (unit, label) = if last >= THOUSANDS_FROM {
            (1000.0, "Training examples (thousands)")
        } else {
            (1.0, "Training examples")
        };
        Self {
            axis: Axis::exact((0.0, last / unit), 6),
            label,
            unit,
        }
    }

    /// The same, counted in epochs of this many examples.
    pub(crate) fn in_epochs(series: &[ExampleSeries], examples_per_epoch: u64) -> Self {
        let unit = examples_per_epoch as f64;
        Self {
            axis: Axis::exact((0.0, last_example(series) / unit), 6),
            label: "Epoch",
            unit,
        }
    }
}

fn last_example<'a>(series: impl IntoIterator<Item = &'a ExampleSeries>) -> f64 {
    let last = series.into_iter().map(ExampleSeries::last_example);
    last.fold(1.0, f64::max)
}

/// Values of the quantity as they are placed on its axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    Linear,
    Logarithmic,
}

impl Scale {
    pub(crate) fn place(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Logarithmic => value.log10(),
        }
    }
}

/// Draws the curves; returns what was drawn, in words, if it is not simply all values.
pub(crate) fn draw(
    sheet: &mut Sheet,
    frame: &Frame,
    examples: &ExampleAxis,
    scale: Scale,
    series: &[ExampleSeries],
) -> Option<String> {
    let columns = (frame.width() * COLUMNS_PER_POINT).floor().max(1.0) as usize;
    let is_dense = |one: &ExampleSeries| one.values.len() > 2 * columns;
    let mut stroke = |one: &ExampleSeries, pieces: Vec<Piece>, width: f64, color: Color| {
        for piece in pieces {
            let places = piece.into_iter().map(|(index, value)| {
                let x = one.example(index) / examples.unit;
                frame.place((x, scale.place(value)))
            });
            let places: Vec<_> = places.collect();
            if let [place] = places.as_slice() {
                sheet.disc(*place, LONE_RADIUS, color);
            } else {
                sheet.path(places, width, color);
            }
        }
    };
    for one in series {
        let (width, color) = if is_dense(one) {
            (EXTREMES_WIDTH, one.color.mixed(PAPER, TINT))
        } else if one.values.len() > MANY {
            (MANY_WIDTH, one.color)
        } else {
            (CURVE_WIDTH, one.color)
        };
        stroke(one, extremes(&one.values, columns), width, color);
    }
    let dense: Vec<_> = series.iter().filter(|one| is_dense(one)).collect();
    for one in &dense {
        let mean = running_mean(&one.values, window(one), columns);
        stroke(one, mean, MEAN_WIDTH, one.color);
    }
    let longest = dense.iter().map(|one| one.values.len()).max()?;
    let per_column = grouped(longest.div_ceil(columns) as u64);
    let first = window(dense[0]);
    let mean = if dense.iter().all(|one| window(one) == first) {
        format!("of {} values", grouped(first as u64))
    } else {
        format!("over 1/{WINDOW_PART} of each")
    };
    Some(format!(
        "Light: least and greatest of every {per_column}; dark: running mean {mean}."
    ))
}

/// The values that the running mean of a series is over.
fn window(one: &ExampleSeries) -> usize {
    round_window(one.values.len() / WINDOW_PART)
}

/// The nearest window with one digit that is not zero.
fn round_window(window: usize) -> usize {
    let power = 10_usize.pow(window.max(1).ilog10());
    ((window + power / 2) / power * power).max(1)
}

/// A dashed line over the whole width.
pub(crate) fn draw_reference(sheet: &mut Sheet, frame: &Frame, y: f64) {
    let y = frame.y(y);
    let line = [(frame.left, y), (frame.right, y)];
    sheet.dashed(&line, DASH, REFERENCE_WIDTH, INK);
}

/// An entry for each series.
pub(crate) fn legend(series: &[ExampleSeries]) -> Vec<Entry> {
    series
        .iter()
        .map(|one| Entry {
            key: Key::Line(one.color),
            name: one.name.clone(),
        })
        .collect()
}

/// An entry for a [`draw_reference`].
pub(crate) fn reference_entry(name: &str) -> Entry {
    Entry {
        key: Key::Dashed(INK),
        name: name.to_owned(),
    }
}

/// Draws the axis of examples; the board goes on below it.
pub(crate) fn finish_plot(
    board: &mut Board<'_>,
    frame: &Frame,
    examples: &ExampleAxis,
    note: Option<String>,
) {
    bottom_axis(&mut board.sheet, frame, &examples.axis, examples.label);
    board.y = frame.bottom + BELOW + PART_GAP;
    if let Some(note) = note {
        board.note(&note);
    }
}

/// The series in words.
pub(crate) fn describe(series: &[ExampleSeries]) -> String {
    let sentences: Vec<String> = series
        .iter()
        .map(|one| {
            let defined: Vec<f64> = one.values.iter().copied().filter(|v| !v.is_nan()).collect();
            let (low, high) = extent(defined.iter().copied()).unwrap_or((f64::NAN, f64::NAN));
            format!(
                "{}: {} values, first {:.3}, last {:.3}, from {low:.3} to {high:.3}.",
                one.name,
                grouped(one.values.len() as u64),
                defined.first().copied().unwrap_or(f64::NAN),
                defined.last().copied().unwrap_or(f64::NAN),
            )
        })
        .collect();
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_round() {
        assert_eq!(round_window(3000), 3000);
        assert_eq!(round_window(2999), 3000);
        assert_eq!(round_window(317), 300);
        assert_eq!(round_window(0), 1);
        assert_eq!(round_window(7), 7);
    }
}
