//! What each of several differences does on its own: an extra panel on the paper's text and the
//! authors' program.

use super::named_rows::{draw_grid, draw_interval, draw_name, names_width, row_height};
use crate::axes::{BELOW, Frame, bottom_axis};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::picture::Picture;
use crate::sheet::Anchor;
use crate::stamp::Stamp;
use crate::style::{COLUMN_WIDTH, Color, INK, NOTE_SIZE, PAPER};
use crate::text::{SLACK, Weight, decimal, width};
use crate::ticks::{Axis, extent};

const ROW_HEIGHT: f64 = 13.0;
const DOT_RADIUS: f64 = 1.0;
const COLOR: Color = Color::ONE_HIDDEN_LAYER;

/// One difference and its effect.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effect {
    /// The name on the left: what was changed.
    pub name: String,
    /// Change of the test error, in percentage points; positive is worse.
    pub change_points: f64,
    /// An interval round it.
    pub interval_points: Option<(f64, f64)>,
    /// The change in each of several independently trained networks; may be empty.
    pub networks_points: Vec<f64>,
}

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effects {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets these runs apart from the paper's experiments; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// A line under the panel: what everything is compared with.
    pub baseline: String,
    /// What the intervals are, for the legend.
    pub interval_label: String,
    /// The differences, from top to bottom.
    pub effects: Vec<Effect>,
}

/// Draws the panel, at the width of a journal column: a row for each difference, its mean change
/// as a stroke on its interval, its networks as dots, a line at no change.
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
/// use segdend_figures::{Effect, Effects, FigureError, effects};
///
/// let picture = effects(&Effects {
///     effects: vec![Effect {
///         name: "initial weights".into(),
///         change_points: -0.31,
///         ..Effect::default()
///     }],
///     ..Effects::default()
/// })?;
/// assert!(picture.svg.contains("−0.31"));
/// # Ok::<(), FigureError>(())
/// ```
pub fn effects(panel: &Effects) -> Result<Picture, FigureError> {
    validate(&panel.effects)?;
    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    board.legend(&legend(panel));
    let values = panel.effects.iter().flat_map(|one| {
        let interval = one
            .interval_points
            .into_iter()
            .flat_map(|(low, high)| [low, high]);
        interval
            .chain(one.networks_points.iter().copied())
            .chain([one.change_points])
    });
    let (low, high) = extent(values).unwrap_or((0.0, 0.0));
    let points = Axis::rounded((low.min(0.0), high.max(0.0)), 5);
    let whole = board.right - board.left;
    let names = names_width(panel.effects.iter().map(|one| one.name.as_str()), whole);
    let number_room = width("+00.00", NOTE_SIZE, Weight::Regular) * SLACK + 3.0;
    let heights: Vec<f64> = panel
        .effects
        .iter()
        .map(|one| row_height(&one.name, names, ROW_HEIGHT))
        .collect();
    let frame = Frame {
        left: board.left + names,
        right: board.right - number_room,
        top: board.y,
        bottom: board.y + heights.iter().sum::<f64>(),
        x_range: points.range,
        y_range: (0.0, 1.0),
    };
    let left = board.left;
    let sheet = &mut board.sheet;
    draw_grid(sheet, &frame, points.ticks.iter().map(|tick| tick.value));
    let zero = frame.x(0.0);
    sheet.path(vec![(zero, frame.top), (zero, frame.bottom)], 0.7, INK);
    let mut top = frame.top;
    for (one, height) in panel.effects.iter().zip(heights) {
        let middle = top + height / 2.0;
        draw_name(sheet, &one.name, left, names, middle);
        let known = (Some(one.change_points), one.interval_points);
        draw_interval(sheet, &frame, middle, known, COLOR);
        let dots = one
            .networks_points
            .iter()
            .map(|&value| (frame.x(value), middle));
        sheet.dots(dots.collect(), DOT_RADIUS, INK);
        let place = (frame.right + 3.0, middle + NOTE_SIZE * 0.36);
        sheet.text(
            &signed(one.change_points),
            place,
            NOTE_SIZE,
            Anchor::Start,
            INK,
        );
        top += height;
    }
    let label = "Change of test error (percentage points)";
    bottom_axis(sheet, &frame, &points, label);
    board.y = frame.bottom + BELOW + PART_GAP;
    board.note(&panel.baseline);
    let described = panel.effects.iter().map(|one| {
        format!(
            "{}: {} percentage points.",
            one.name,
            signed(one.change_points)
        )
    });
    let description: Vec<String> = described.collect();
    board.close("Effects of single differences", &description.join(" "))
}

fn validate(effects: &[Effect]) -> Result<(), FigureError> {
    checks::not_empty("effects", effects.len())?;
    for (index, one) in effects.iter().enumerate() {
        let table = |field: &str| format!("effects[{index}].{field}");
        checks::one_finite(&table("change_points"), one.change_points)?;
        checks::finite(&table("networks_points"), &one.networks_points)?;
        if let Some((low, high)) = one.interval_points {
            checks::finite(&table("interval_points"), &[low, high])?;
            checks::ascending(&table("interval_points"), &[low, high])?;
        }
    }
    Ok(())
}

fn legend(panel: &Effects) -> Vec<Entry> {
    let entry = |key, name: String| Entry { key, name };
    let mut entries = Vec::new();
    if panel
        .effects
        .iter()
        .any(|one| one.interval_points.is_some())
    {
        let name = format!("mean, {}", panel.interval_label);
        entries.push(entry(Key::Block(COLOR.mixed(PAPER, 0.5)), name));
    }
    if panel
        .effects
        .iter()
        .any(|one| !one.networks_points.is_empty())
    {
        entries.push(entry(Key::Dot(INK), "a network".to_owned()));
    }
    if entries.is_empty() {
        entries.push(entry(Key::Line(COLOR), "change".to_owned()));
    }
    entries
}

/// `+0.12`, `−0.31`, `0.00`.
fn signed(value: f64) -> String {
    let number = decimal(value, 2);
    if value > 0.0 && number != "0.00" {
        format!("+{number}")
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_written_but_not_before_zero() {
        assert_eq!(signed(0.123), "+0.12");
        assert_eq!(signed(-0.31), "−0.31");
        assert_eq!(signed(-0.001), "0.00");
    }
}
