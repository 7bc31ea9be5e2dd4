//! What several versions of a program make of the numbers that a paper reports: an extra panel.

use super::named_rows::{draw_grid, draw_interval, draw_name, names_width, row_height};
use crate::axes::{BELOW, Frame, bottom_axis};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::picture::Picture;
use crate::sheet::Anchor;
use crate::stamp::Stamp;
use crate::style::{Color, DOUBLE_COLUMN_WIDTH, INK, NOTE_SIZE, PAPER};
use crate::text::{SLACK, Weight, width};
use crate::ticks::{Axis, extent};

const LINE_HEIGHT: f64 = 7.4;
const ROW_PADDING: f64 = 4.0;
const DOT_RADIUS: f64 = 1.0;

/// A version of the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Its name in the legend.
    pub name: String,
    /// Its colour.
    pub color: Color,
}

/// What a version makes of a reported number, as shares of that number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VersionValue {
    /// The mean over networks.
    pub mean: f64,
    /// An interval round it.
    pub interval: Option<(f64, f64)>,
    /// Single networks.
    pub networks: Vec<f64>,
    /// The value in words, for the margin.
    pub text: String,
}

/// A number that the paper reports.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReportedNumber {
    /// What it is, and its value.
    pub name: String,
    /// What each version makes of it, in their order; `None` where nothing was run.
    pub values: Vec<Option<VersionValue>>,
}

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Versions {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets these runs apart from the paper's experiments; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// The versions, in the order of the legend.
    pub versions: Vec<Version>,
    /// The reported numbers, from top to bottom.
    pub numbers: Vec<ReportedNumber>,
    /// A note below.
    pub note: String,
}

/// Draws the panel over two columns: a row for every reported number, in it a line a version, with
/// its mean as a stroke on its interval and single networks as dots; a line where the report is met.
///
/// # Errors
///
/// [`FigureError::NoValues`], [`FigureError::NotFinite`] and [`FigureError::NotAscending`] if a
/// table cannot be drawn; [`FigureError::Drawing`] and [`FigureError::Encoding`] if a back end
/// fails.
///
/// # Example
///
/// ```
/// use segdend_figures::{Color, FigureError, ReportedNumber, Version, VersionValue, Versions, versions};
///
/// let picture = versions(&Versions {
///     versions: vec![Version { name: "11 April 2017".into(), color: Color::TWO_HIDDEN_LAYERS }],
///     numbers: vec![ReportedNumber {
///         name: "one hidden layer: 4.1 %".into(),
///         values: vec![Some(VersionValue { mean: 0.87, text: "3.57 %".into(), ..VersionValue::default() })],
///     }],
///     ..Versions::default()
/// })?;
/// assert!(picture.svg.contains("3.57 %"));
/// # Ok::<(), FigureError>(())
/// ```
pub fn versions(panel: &Versions) -> Result<Picture, FigureError> {
    validate(panel)?;
    let mut board = Board::open(DOUBLE_COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    board.legend(&legend(panel));
    let values = panel.numbers.iter().flat_map(|number| {
        number.values.iter().flatten().flat_map(|value| {
            let interval = value
                .interval
                .into_iter()
                .flat_map(|(low, high)| [low, high]);
            interval
                .chain(value.networks.iter().copied())
                .chain([value.mean])
        })
    });
    let (low, high) = extent(values).unwrap_or((1.0, 1.0));
    let shares = Axis::rounded((low.min(0.0), high.max(1.0)), 9);
    let whole = board.right - board.left;
    let names = names_width(panel.numbers.iter().map(|one| one.name.as_str()), whole);
    let texts = panel
        .numbers
        .iter()
        .flat_map(|one| one.values.iter().flatten());
    let margin = texts
        .map(|value| width(&value.text, NOTE_SIZE, Weight::Regular) * SLACK)
        .fold(0.0, f64::max);
    let heights: Vec<f64> = panel
        .numbers
        .iter()
        .map(|one| {
            let lines = one.values.iter().flatten().count().max(1) as f64;
            row_height(&one.name, names, lines * LINE_HEIGHT) + ROW_PADDING
        })
        .collect();
    let frame = Frame {
        left: board.left + names,
        right: board.right - margin - 4.0,
        top: board.y,
        bottom: board.y + heights.iter().sum::<f64>(),
        x_range: shares.range,
        y_range: (0.0, 1.0),
    };
    let left = board.left;
    let sheet = &mut board.sheet;
    draw_grid(sheet, &frame, shares.ticks.iter().map(|tick| tick.value));
    let reported = frame.x(1.0);
    sheet.path(
        vec![(reported, frame.top), (reported, frame.bottom)],
        0.9,
        INK,
    );
    let mut top = frame.top;
    for (index, (one, height)) in panel.numbers.iter().zip(heights).enumerate() {
        if index > 0 {
            sheet.path(
                vec![(left, top), (frame.right, top)],
                0.3,
                INK.mixed(PAPER, 0.7),
            );
        }
        draw_name(sheet, &one.name, left, names, top + height / 2.0);
        let there = one.values.iter().flatten().count() as f64;
        let mut line = top + height / 2.0 - (there - 1.0) / 2.0 * LINE_HEIGHT;
        for (version, value) in panel.versions.iter().zip(&one.values) {
            let Some(value) = value else {
                continue;
            };
            draw_interval(
                sheet,
                &frame,
                line,
                (Some(value.mean), value.interval),
                version.color,
            );
            let dots = value.networks.iter().map(|&share| (frame.x(share), line));
            sheet.dots(dots.collect(), DOT_RADIUS, INK);
            let place = (frame.right + 4.0, line + NOTE_SIZE * 0.36);
            sheet.text(&value.text, place, NOTE_SIZE, Anchor::Start, version.color);
            line += LINE_HEIGHT;
        }
        top += height;
    }
    bottom_axis(sheet, &frame, &shares, "Share of the reported number");
    board.y = frame.bottom + BELOW + PART_GAP;
    board.note(&panel.note);
    let described = panel.numbers.iter().map(|one| {
        let values = panel.versions.iter().zip(&one.values);
        let found: Vec<String> = values
            .filter_map(|(version, value)| {
                Some(format!("{}: {}", version.name, value.as_ref()?.text))
            })
            .collect();
        format!("{}. {}.", one.name, found.join("; "))
    });
    let description: Vec<String> = described.collect();
    board.close("Versions of the program", &description.join(" "))
}

fn validate(panel: &Versions) -> Result<(), FigureError> {
    checks::not_empty("versions", panel.versions.len())?;
    checks::not_empty("numbers", panel.numbers.len())?;
    for (row, one) in panel.numbers.iter().enumerate() {
        for (column, value) in one.values.iter().enumerate() {
            let Some(value) = value else {
                continue;
            };
            let table = |field: &str| format!("numbers[{row}].values[{column}].{field}");
            checks::one_finite(&table("mean"), value.mean)?;
            checks::finite(&table("networks"), &value.networks)?;
            if let Some((low, high)) = value.interval {
                checks::finite(&table("interval"), &[low, high])?;
                checks::ascending(&table("interval"), &[low, high])?;
            }
        }
    }
    Ok(())
}

fn legend(panel: &Versions) -> Vec<Entry> {
    let entry = |key, name: &str| Entry {
        key,
        name: name.to_owned(),
    };
    let mut entries: Vec<Entry> = panel
        .versions
        .iter()
        .map(|version| entry(Key::Line(version.color), &version.name))
        .collect();
    entries.push(entry(Key::Dot(INK), "a network"));
    entries.push(entry(
        Key::Block(INK.mixed(PAPER, 0.6)),
        "95 % interval over networks",
    ));
    entries
}
