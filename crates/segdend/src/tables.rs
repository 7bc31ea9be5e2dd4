//! Tables of numbers as CSV files with a header row.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use polars::prelude::{
    Column, CsvReadOptions, CsvWriter, DataFrame, DataType, NamedFrom, PolarsResult, SerReader,
    SerWriter, Series,
};

use crate::run_directory;

/// Named columns. They may differ in length: the shorter ones end in empty cells. What is not a
/// number is an empty cell too. A name that ends in `.gz` is compressed.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Table {
    columns: Vec<(String, Vec<f64>)>,
}

impl Table {
    /// A table of these columns.
    pub(crate) fn new(columns: Vec<(String, Vec<f64>)>) -> Self {
        Self { columns }
    }

    /// Writes the table, whole or not at all; says whether it is another than before.
    pub(crate) fn write(&self, path: &Path) -> Result<bool> {
        let height = self
            .columns
            .iter()
            .map(|(_, values)| values.len())
            .max()
            .unwrap_or(0);
        let column = |(name, values): &(String, Vec<f64>)| {
            let number = |row| {
                values
                    .get(row)
                    .copied()
                    .filter(|value: &f64| !value.is_nan())
            };
            let cells: Vec<Option<f64>> = (0..height).map(number).collect();
            Column::from(Series::new(name.as_str().into(), cells))
        };
        let mut bytes = DataFrame::new(height, self.columns.iter().map(column).collect())
            .and_then(csv)
            .with_context(|| format!("cannot make the table {}", path.display()))?;
        if is_compressed(path) {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&bytes)?;
            bytes = encoder.finish()?;
        }
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
            .into_reader_with_file_handle(Cursor::new(read_bytes(path)?))
            .finish()?;
        let mut columns = Vec::new();
        for column in frame.columns() {
            let numbers = column.strict_cast(&DataType::Float64)?;
            let cells: Vec<Option<f64>> = numbers.f64()?.iter().collect();
            let length = cells
                .iter()
                .rposition(Option::is_some)
                .map_or(0, |last| last + 1);
            let values = cells[..length].iter().map(|cell| cell.unwrap_or(f64::NAN));
            columns.push((column.name().to_string(), values.collect()));
        }
        Ok(Self { columns })
    }

    /// The names of its columns.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
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

/// A table as CSV with a header row.
pub(crate) fn csv(mut frame: DataFrame) -> PolarsResult<Vec<u8>> {
    let mut bytes = Vec::new();
    CsvWriter::new(&mut bytes)
        .include_header(true)
        .finish(&mut frame)?;
    Ok(bytes)
}

fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "gz")
}

fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    let bytes = std::fs::read(path)?;
    if !is_compressed(path) {
        return Ok(bytes);
    }
    let mut plain = Vec::new();
    GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain)?;
    Ok(plain)
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
        let compressed = folder.path().join("table.csv.gz");
        table.write(&compressed).unwrap();
        assert_eq!(Table::read(&compressed).unwrap(), table);
        assert!(
            table
                .column("None")
                .unwrap_err()
                .to_string()
                .contains("`None`")
        );
    }

    #[test]
    fn what_is_no_number_is_an_empty_cell() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gaps.csv");
        let values = vec![1.5, f64::NAN, 3.0];
        Table::new(vec![
            ("r".to_owned(), values),
            ("n".to_owned(), vec![1.0, 2.0, 3.0]),
        ])
        .write(&path)
        .unwrap();
        let read = Table::read(&path).unwrap();
        let r = read.column("r").unwrap();
        assert!(r[0] == 1.5 && r[1].is_nan() && r[2] == 3.0);
    }

    #[test]
    fn a_file_of_words_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("words.csv");
        std::fs::write(&path, "a,b\n1,x\n").unwrap();
        assert!(format!("{:#}", Table::read(&path).unwrap_err()).contains("words.csv"));
    }
}
