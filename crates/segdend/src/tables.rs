//! Tables of numbers as CSV files with a header row.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use polars::prelude::{
    Column, CsvReadOptions, CsvWriter, DataFrame, DataType, NamedFrom, SerReader, SerWriter, Series,
};

use crate::run_directory;

/// Named columns. They may differ in length: the shorter ones end in empty cells.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Table {
    columns: Vec<(String, Vec<f64>)>,
}

impl Table {
    /// A table of these columns.
    pub(crate) fn new(columns: Vec<(String, Vec<f64>)>) -> Self {
        Self { columns }
    }

    /// Writes the table, whole or not at all.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let height = self
            .columns
            .iter()
            .map(|(_, values)| values.len())
            .max()
            .unwrap_or(0);
        let column = |(name, values): &(String, Vec<f64>)| {
            let cells: Vec<Option<f64>> = (0..height).map(|row| values.get(row).copied()).collect();
            Column::from(Series::new(name.as_str().into(), cells))
        };
        let mut bytes = Vec::new();
        DataFrame::new(height, self.columns.iter().map(column).collect())
            .and_then(|mut frame| {
                CsvWriter::new(&mut bytes)
                    .include_header(true)
                    .finish(&mut frame)
            })
            .with_context(|| format!("cannot make the table {}", path.display()))?;
        run_directory::write_file(path, &bytes)
    }

    /// Reads a table.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        Self::read_frame(path).with_context(|| {
            format!("{} is not a table of numbers with a header row: delete it, and it will be made again", path.display())
        })
    }

    fn read_frame(path: &Path) -> Result<Self> {
        let frame = CsvReadOptions::default()
            .with_has_header(true)
            .with_infer_schema_length(None)
            .try_into_reader_with_file_path(Some(path.to_owned()))?
            .finish()?;
        let mut columns = Vec::new();
        for column in frame.columns() {
            let numbers = column.strict_cast(&DataType::Float64)?;
            let cells: Vec<Option<f64>> = numbers.f64()?.iter().collect();
            let filled = cells.iter().take_while(|cell| cell.is_some()).count();
            if cells[filled..].iter().any(Option::is_some) {
                return Err(anyhow!(
                    "column `{}` has a gap in row {}",
                    column.name(),
                    filled + 1
                ));
            }
            columns.push((
                column.name().to_string(),
                cells.into_iter().flatten().collect(),
            ));
        }
        Ok(Self { columns })
    }

    /// A column by name.
    pub(crate) fn column(&self, name: &str) -> Result<&[f64]> {
        let found = self.columns.iter().find(|(column, _)| column == name);
        found.map(|(_, values)| values.as_slice()).ok_or_else(|| {
            let names: Vec<&str> = self
                .columns
                .iter()
                .map(|(column, _)| column.as_str())
                .collect();
            anyhow!(
                "there is no column `{name}`; there are {}",
                names.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    //! Promise: what is written is what is read, to the bit, whatever the columns' lengths.
    use super::*;

    #[test]
    fn a_table_survives_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        let columns = [
            ("Shallow", vec![90.0, 1.0 / 3.0, 8.35]),
            ("1 hidden layer", vec![5.0]),
            ("none", vec![]),
        ];
        let table = Table::new(
            columns
                .map(|(name, values)| (name.to_owned(), values))
                .to_vec(),
        );
        table.write(&path).unwrap();
        assert!(
            std::fs::read_to_string(&path)
                .unwrap()
                .starts_with("Shallow,1 hidden layer,none\n90.0,5.0,\n")
        );
        assert_eq!(Table::read(&path).unwrap(), table);
        assert!(
            table
                .column("None")
                .unwrap_err()
                .to_string()
                .contains("`None`")
        );
    }

    #[test]
    fn a_file_of_words_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("words.csv");
        std::fs::write(&path, "a,b\n1,x\n").unwrap();
        assert!(format!("{:#}", Table::read(&path).unwrap_err()).contains("words.csv"));
    }
}
