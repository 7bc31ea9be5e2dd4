//! Receptive fields of hidden neurons under two learning rules: the form of Figure 7B.
//!
//! Source data: `Fig_7B.csv`.

use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::color_map::{diverging, draw_flat_bar};
use crate::error::FigureError;
use crate::picture::Picture;
use crate::sheet::{Anchor, Bitmap, Place, Sheet};
use crate::stamp::Stamp;
use crate::style::{
    CAP_HEIGHT, COLUMN_WIDTH, DOUBLE_COLUMN_WIDTH, INK, LABEL_SIZE, LINE_SPACING, SMALL_SIZE,
    TICK_LENGTH,
};
use crate::ticks::extent;

const GRID_GAP: f64 = 16.0;
const FIELD_GAP: f64 = 2.0;
const MOST_FIELD_SIDE: f64 = 46.0;
/// More grids than this side by side would be too small.
const MOST_GRIDS: f64 = 3.0;
const BAR_LENGTH: f64 = 110.0;
const BAR_HEIGHT: f64 = 5.0;

/// Receptive fields that are shown together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FieldGrid {
    /// The words over the grid: `local update`, for example.
    pub name: String,
    /// The weights of each field, row by row: a row of W0.
    pub fields: Vec<Vec<f64>>,
}

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReceptiveFields {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets this run apart from the paper's experiment; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// Pixels in a row of a field: 28 for MNIST.
    pub columns: usize,
    /// The grids, from left to right: the local rule, backpropagation.
    pub grids: Vec<FieldGrid>,
}

/// Draws the panel, over two columns of a journal (one, if there is one grid). Every field has a
/// scale of its own, from minus to plus its greatest magnitude, white at zero; the colour bar
/// says so. A field of zeros alone is white.
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
/// use segdend_figures::{FieldGrid, FigureError, ReceptiveFields, receptive_fields};
///
/// let ramp: Vec<f64> = (0..9).map(|pixel| f64::from(pixel) - 4.0).collect();
/// let grid = |name: &str| FieldGrid { name: name.into(), fields: vec![ramp.clone(); 4] };
/// let picture = receptive_fields(&ReceptiveFields {
///     columns: 3,
///     grids: vec![grid("local update"), grid("backpropagation")],
///     ..ReceptiveFields::default()
/// })?;
/// assert_eq!(picture.svg.matches("<image ").count(), 9, "eight fields and the bar");
/// # Ok::<(), FigureError>(())
/// ```
pub fn receptive_fields(panel: &ReceptiveFields) -> Result<Picture, FigureError> {
    let rows = validate(panel)?;
    let width = if panel.grids.len() == 1 {
        COLUMN_WIDTH
    } else {
        DOUBLE_COLUMN_WIDTH
    };
    let mut board = Board::open(width, &panel.title, panel.stamp.as_ref());
    let count = panel.grids.len() as f64;
    let room = (board.right - board.left - (count - 1.0) * GRID_GAP) / count;
    let most_fields = panel
        .grids
        .iter()
        .map(|grid| grid.fields.len())
        .max()
        .unwrap_or(1);
    let across = (most_fields as f64).sqrt().ceil();
    let side = ((room - (across - 1.0) * FIELD_GAP) / across).min(MOST_FIELD_SIDE);
    let pixel = side / rows.max(panel.columns) as f64;
    let (field_width, field_height) = (pixel * panel.columns as f64, pixel * rows as f64);
    let grid_width = across * (field_width + FIELD_GAP) - FIELD_GAP;

    let whole = count * grid_width + (count - 1.0) * GRID_GAP;
    let first = board.left + (board.right - board.left - whole) / 2.0;
    let top = board.y + LABEL_SIZE * LINE_SPACING + 1.0;
    let sheet = &mut board.sheet;
    let mut bottom = top;
    for (index, grid) in panel.grids.iter().enumerate() {
        let left = first + index as f64 * (grid_width + GRID_GAP);
        let place = (left + grid_width / 2.0, board.y + LABEL_SIZE * CAP_HEIGHT);
        sheet.text(&grid.name, place, LABEL_SIZE, Anchor::Middle, INK);
        for (number, field) in grid.fields.iter().enumerate() {
            let (row, column) = (number / across as usize, number % across as usize);
            let from = (
                left + column as f64 * (field_width + FIELD_GAP),
                top + row as f64 * (field_height + FIELD_GAP),
            );
            draw_field(
                sheet,
                field,
                panel.columns,
                from,
                (field_width, field_height),
            );
            bottom = bottom.max(from.1 + field_height);
        }
    }
    let middle = f64::midpoint(board.left, board.right);
    let bar = (middle - BAR_LENGTH / 2.0, bottom + 9.0);
    let end = (middle + BAR_LENGTH / 2.0, bar.1 + BAR_HEIGHT);
    draw_flat_bar(
        sheet,
        bar,
        end,
        ["−max |w| of each field", "0", "+max |w| of each field"],
    );
    board.y = end.1 + TICK_LENGTH + 2.0 + SMALL_SIZE * CAP_HEIGHT + PART_GAP;
    let described: Vec<String> = panel.grids.iter().map(describe).collect();
    board.close(
        "Receptive fields",
        &format!(
            "Weights of hidden neurons as images, blue negative, red positive, each field on its \
             own symmetric scale. {}",
            described.join(" ")
        ),
    )
}

/// Rows of a field.
fn validate(panel: &ReceptiveFields) -> Result<usize, FigureError> {
    checks::not_empty("grids", panel.grids.len())?;
    let grids = panel.grids.len() as f64;
    checks::within("number of grids", &[grids], (1.0, MOST_GRIDS))?;
    checks::not_empty("columns", panel.columns)?;
    let first = panel.grids[0].fields.first().map_or(0, Vec::len);
    for (index, grid) in panel.grids.iter().enumerate() {
        checks::not_empty(&format!("grids[{index}].fields"), grid.fields.len())?;
        for (number, field) in grid.fields.iter().enumerate() {
            let table = format!("grids[{index}].fields[{number}]");
            checks::same_length(("grids[0].fields[0]", first), (&table, field.len()))?;
            checks::finite(&table, field)?;
        }
    }
    checks::not_empty("grids[0].fields[0]", first)?;
    let rows = (first / panel.columns).max(1);
    let whole = format!("fields of {rows} rows of {} columns", panel.columns);
    checks::same_length(
        (&whole, rows * panel.columns),
        ("grids[0].fields[0]", first),
    )?;
    Ok(rows)
}

fn draw_field(
    sheet: &mut Sheet,
    field: &[f64],
    columns: usize,
    from: Place,
    (width, height): (f64, f64),
) {
    let limit = field
        .iter()
        .fold(0.0, |limit: f64, weight| limit.max(weight.abs()));
    let to = (from.0 + width, from.1 + height);
    sheet.bitmap(Bitmap {
        from,
        to,
        columns,
        pixels: field
            .iter()
            .map(|&weight| diverging(weight, limit))
            .collect(),
    });
    let corners = vec![from, (to.0, from.1), to, (from.0, to.1), from];
    sheet.path(corners, 0.25, INK);
}

fn describe(grid: &FieldGrid) -> String {
    let (low, high) = extent(grid.fields.iter().flatten().copied()).unwrap_or((0.0, 0.0));
    format!(
        "{}: {} fields, weights from {low:.3} to {high:.3}.",
        grid.name,
        grid.fields.len()
    )
}
