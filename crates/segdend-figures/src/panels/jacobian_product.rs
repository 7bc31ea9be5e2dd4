//! Matrices as heat maps on one scale: the form of Figure 5, supplement 1B.
//!
//! Source data: `Fig_5S1B.csv`.

use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::color_map::{diverging, draw_upright_bar, outline};
use crate::error::FigureError;
use crate::picture::Picture;
use crate::sheet::{Anchor, Bitmap, Place, Sheet};
use crate::stamp::Stamp;
use crate::style::{
    CAP_HEIGHT, COLUMN_WIDTH, INK, LABEL_SIZE, LINE_SPACING, NOTE_SIZE, SMALL_SIZE, TICK_LENGTH,
};
use crate::text::{SLACK, Weight, width};
use crate::ticks::{Axis, extent};

const GAP: f64 = 13.0;
/// More maps than this side by side would be too small.
const MOST_MAPS: f64 = 3.0;
/// Up to this many cells, each is a block of its own; more are a bitmap.
const MOST_BLOCKS: usize = 1024;
const BAR_WIDTH: f64 = 6.0;
const BAR_GAP: f64 = 7.0;
const MOST_SIDE: f64 = 110.0;
/// Up to this many rows, every one is numbered.
const MOST_NUMBERED: usize = 12;

/// A matrix and its name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HeatMap {
    /// The words over the map.
    pub name: String,
    /// The rows of the matrix, from the top.
    pub rows: Vec<Vec<f64>>,
}

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JacobianProduct {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// The product of the mean feedforward and feedback Jacobians, before and after training.
    pub maps: Vec<HeatMap>,
}

/// Draws the panel, at the width of a journal column: the maps side by side on one diverging
/// scale, white at zero, that reaches the greatest magnitude of all of them.
///
/// # Errors
///
/// [`FigureError::NoValues`], [`FigureError::UnequalLengths`] and [`FigureError::NotFinite`] if
/// a table cannot be drawn; [`FigureError::Drawing`] and [`FigureError::Encoding`] if a back end
/// fails.
///
/// # Example
///
/// ```
/// use segdend_figures::{FigureError, HeatMap, JacobianProduct, jacobian_product};
///
/// let picture = jacobian_product(&JacobianProduct {
///     maps: vec![
///         HeatMap { name: "before training".into(), rows: vec![vec![0.1, -0.2], vec![0.0, 0.1]] },
///         HeatMap { name: "after 1 epoch".into(), rows: vec![vec![0.9, 0.1], vec![-0.1, 1.0]] },
///     ],
///     ..JacobianProduct::default()
/// })?;
/// assert!(picture.svg.contains("after 1 epoch"));
/// # Ok::<(), FigureError>(())
/// ```
pub fn jacobian_product(panel: &JacobianProduct) -> Result<Picture, FigureError> {
    validate(&panel.maps)?;
    let values = panel.maps.iter().flat_map(|map| map.rows.iter().flatten());
    let (low, high) = extent(values.copied()).unwrap_or((0.0, 0.0));
    let limit = low.abs().max(high.abs());
    let scale = Axis::exact(
        if limit > 0.0 {
            (-limit, limit)
        } else {
            (-1.0, 1.0)
        },
        5,
    );

    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    let count = panel.maps.len() as f64;
    let numbers = width("10", SMALL_SIZE, Weight::Regular) * SLACK + 3.0;
    let bar_room = BAR_GAP + BAR_WIDTH + TICK_LENGTH + 2.0 + scale.widest_label() * SLACK;
    let room = board.right - board.left - bar_room - numbers - (count - 1.0) * GAP;
    let side = (room / count).min(MOST_SIDE);
    let top = board.y + LABEL_SIZE * LINE_SPACING + 1.0;
    let mut left = board.left + numbers;
    for map in &panel.maps {
        let place = (left + side / 2.0, board.y + LABEL_SIZE * CAP_HEIGHT);
        let sheet = &mut board.sheet;
        sheet.text(&map.name, place, LABEL_SIZE, Anchor::Middle, INK);
        draw_map(sheet, map, (left, top), side, limit);
        left += side + GAP;
    }
    let bar_left = left - GAP + BAR_GAP;
    draw_upright_bar(
        &mut board.sheet,
        (bar_left, top),
        (bar_left + BAR_WIDTH, top + side),
        &scale,
    );
    board.y = top + side + 3.0 + NOTE_SIZE * CAP_HEIGHT + PART_GAP;
    let described: Vec<String> = panel.maps.iter().map(describe).collect();
    board.close(
        "Product of Jacobians",
        &format!(
            "Matrices as colours from {:.3} (blue) to {:.3} (red). {}",
            scale.range.0,
            scale.range.1,
            described.join(" ")
        ),
    )
}

fn validate(maps: &[HeatMap]) -> Result<(), FigureError> {
    checks::not_empty("maps", maps.len())?;
    checks::within("number of maps", &[maps.len() as f64], (1.0, MOST_MAPS))?;
    for (index, map) in maps.iter().enumerate() {
        let table = format!("maps[{index}].rows");
        checks::not_empty(&table, map.rows.len())?;
        let columns = map.rows[0].len();
        checks::not_empty(&format!("{table}[0]"), columns)?;
        for (row, values) in map.rows.iter().enumerate() {
            let place = format!("{table}[{row}]");
            checks::same_length((&format!("{table}[0]"), columns), (&place, values.len()))?;
            checks::finite(&place, values)?;
        }
    }
    Ok(())
}

/// Cells as blocks, each a little over its right and lower edge, so that no seam shows between
/// them; the digits on the left and below.
fn draw_map(sheet: &mut Sheet, map: &HeatMap, from: Place, side: f64, limit: f64) {
    let (rows, columns) = (map.rows.len(), map.rows[0].len());
    let cell = (side / columns as f64, side / rows as f64);
    let to = (from.0 + side, from.1 + side);
    if rows * columns > MOST_BLOCKS {
        let values = map.rows.iter().flatten();
        sheet.bitmap(Bitmap {
            from,
            to,
            columns,
            pixels: values.map(|&value| diverging(value, limit)).collect(),
        });
        outline(sheet, from, to);
        return;
    }
    for (row, values) in map.rows.iter().enumerate() {
        for (column, &value) in values.iter().enumerate() {
            let corner = (
                from.0 + column as f64 * cell.0,
                from.1 + row as f64 * cell.1,
            );
            let end = (
                (corner.0 + cell.0 + 0.2).min(to.0),
                (corner.1 + cell.1 + 0.2).min(to.1),
            );
            sheet.block(corner, end, diverging(value, limit));
        }
    }
    outline(sheet, from, to);
    if rows.max(columns) > MOST_NUMBERED {
        return;
    }
    for row in 0..rows {
        let y = from.1 + (row as f64 + 0.5) * cell.1 + NOTE_SIZE * CAP_HEIGHT / 2.0;
        sheet.text(
            &row.to_string(),
            (from.0 - 2.5, y),
            NOTE_SIZE,
            Anchor::End,
            INK,
        );
    }
    for column in 0..columns {
        let x = from.0 + (column as f64 + 0.5) * cell.0;
        let place = (x, to.1 + 3.0 + NOTE_SIZE * CAP_HEIGHT);
        sheet.text(&column.to_string(), place, NOTE_SIZE, Anchor::Middle, INK);
    }
}

fn describe(map: &HeatMap) -> String {
    let size = map.rows.len().min(map.rows[0].len());
    let diagonal: Vec<f64> = (0..size).map(|index| map.rows[index][index]).collect();
    let (low, high) = extent(map.rows.iter().flatten().copied()).unwrap_or((0.0, 0.0));
    let (least, greatest) = extent(diagonal).unwrap_or((0.0, 0.0));
    format!(
        "{}: from {low:.3} to {high:.3}, the diagonal from {least:.3} to {greatest:.3}.",
        map.name
    )
}
