//! How a cost grows with a size: a panel for reports on benchmarks.

use crate::axes::{BELOW, bottom_axis, escaped, left_axis};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::picture::Picture;
use crate::stamp::Stamp;
use crate::style::{COLUMN_WIDTH, CURVE_WIDTH, Color};
use crate::text::decimal;
use crate::ticks::{Axis, extent};

const PLOT_HEIGHT: f64 = 130.0;
const DOT_RADIUS: f64 = 1.5;

/// One program's or one network's times.
#[derive(Debug, Clone, PartialEq)]
pub struct GrowthSeries {
    /// The name in the legend.
    pub name: String,
    /// The colour of the curve.
    pub color: Color,
    /// The sizes, ascending and above 0.
    pub sizes: Vec<f64>,
    /// Time per image at each size, above 0, in the unit of [`Growth::time_unit`].
    pub times: Vec<f64>,
    /// The exponent of a power law that was fitted to them, for the legend.
    pub exponent: Option<f64>,
}

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Growth {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this apart from a full measurement, if anything does.
    pub stamp: Option<Stamp>,
    /// What the sizes are: `Hidden neurons`, for example.
    pub size_label: String,
    /// The unit of the times: `µs` or `ms`, for example.
    pub time_unit: String,
    /// The series, in the order of the legend.
    pub series: Vec<GrowthSeries>,
}

/// Draws the panel, at the width of a journal column, with both axes logarithmic: a power law is
/// a straight line.
///
/// # Errors
///
/// [`FigureError::NoSeries`], [`FigureError::NoValues`], [`FigureError::UnequalLengths`],
/// [`FigureError::NotFinite`], [`FigureError::NotAscending`] and [`FigureError::OutOfRange`] if
/// a table cannot be drawn; [`FigureError::Drawing`] and [`FigureError::Encoding`] if a back end
/// fails.
///
/// # Example
///
/// ```
/// use segdend_figures::{Color, FigureError, Growth, GrowthSeries, growth};
///
/// let picture = growth(&Growth {
///     size_label: "Hidden neurons".into(),
///     time_unit: "ms".into(),
///     series: vec![GrowthSeries {
///         name: "one thread".into(),
///         color: Color::ONE_HIDDEN_LAYER,
///         sizes: vec![100.0, 200.0, 400.0],
///         times: vec![0.2, 0.4, 0.8],
///         exponent: Some(1.0),
///     }],
///     ..Growth::default()
/// })?;
/// assert!(picture.svg.contains("Time per image (ms)"));
/// # Ok::<(), FigureError>(())
/// ```
pub fn growth(panel: &Growth) -> Result<Picture, FigureError> {
    validate(panel)?;
    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    let entries: Vec<Entry> = panel.series.iter().map(legend_entry).collect();
    board.legend(&entries);
    let range = |values: fn(&GrowthSeries) -> &Vec<f64>| {
        extent(panel.series.iter().flat_map(values).copied()).unwrap_or((1.0, 10.0))
    };
    let sizes = Axis::logarithmic(range(|one| &one.sizes));
    let times = Axis::logarithmic(range(|one| &one.times));
    let frame = board.plot(&sizes, &times, PLOT_HEIGHT);
    let sheet = &mut board.sheet;
    for one in &panel.series {
        let points = one.sizes.iter().zip(&one.times);
        let places: Vec<_> = points
            .map(|(size, time)| frame.place((size.log10(), time.log10())))
            .collect();
        for &place in &places {
            sheet.disc(place, DOT_RADIUS, one.color);
        }
        if places.len() > 1 {
            sheet.path(places, CURVE_WIDTH, one.color);
        }
    }
    let size_label = escaped(&panel.size_label);
    let time_label = format!("Time per image ({})", escaped(&panel.time_unit));
    left_axis(sheet, &frame, &times, &time_label);
    bottom_axis(sheet, &frame, &sizes, &size_label);
    board.y = frame.bottom + BELOW + PART_GAP;
    let described: Vec<String> = panel.series.iter().map(describe).collect();
    board.close(
        "Growth of the time per image",
        &format!(
            "{time_label} against {size_label}, both logarithmic. {}",
            described.join(" ")
        ),
    )
}

fn validate(panel: &Growth) -> Result<(), FigureError> {
    if panel.series.is_empty() {
        return Err(FigureError::NoSeries);
    }
    for (index, one) in panel.series.iter().enumerate() {
        let sizes = format!("series[{index}].sizes");
        let times = format!("series[{index}].times");
        checks::not_empty(&sizes, one.sizes.len())?;
        checks::same_length((&sizes, one.sizes.len()), (&times, one.times.len()))?;
        for (table, values) in [(&sizes, &one.sizes), (&times, &one.times)] {
            checks::finite(table, values)?;
            checks::within(table, values, (f64::MIN_POSITIVE, f64::INFINITY))?;
        }
        checks::ascending(&sizes, &one.sizes)?;
    }
    Ok(())
}

fn legend_entry(one: &GrowthSeries) -> Entry {
    let exponent = one.exponent.map_or_else(String::new, |exponent| {
        format!(" (exponent {})", decimal(exponent, 2))
    });
    Entry {
        key: Key::Line(one.color),
        name: format!("{}{exponent}", one.name),
    }
}

fn describe(one: &GrowthSeries) -> String {
    let points: Vec<String> = one
        .sizes
        .iter()
        .zip(&one.times)
        .map(|(size, time)| format!("{time} at {size}"))
        .collect();
    format!("{}: {}.", one.name, points.join(", "))
}
