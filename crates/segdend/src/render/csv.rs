//! A sheet as CSV.

use anyhow::Result;
use polars::prelude::{Column, DataFrame, NamedFrom, Series};

use super::Sheet;
use crate::tables;

/// The sheet with a header row. Cells stand as they are, numbers too; an empty one is empty.
pub(crate) fn text(sheet: &Sheet) -> Result<String> {
    let columns = sheet.columns(false).into_iter().map(|column| {
        let cells = column.cells.iter().map(|cell| cell.text.as_str());
        let cells: Vec<Option<&str>> = cells.map(|it| (!it.is_empty()).then_some(it)).collect();
        Column::from(Series::new(column.name.into(), cells))
    });
    let frame = DataFrame::new(sheet.height, columns.collect())?;
    Ok(String::from_utf8(tables::csv(frame)?)?)
}
