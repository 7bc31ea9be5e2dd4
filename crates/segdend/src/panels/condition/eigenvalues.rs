//! The largest eigenvalue of Theorem 1's condition after every example: eLife Figure 5, supplement 1A.

use anyhow::Result;
use segdend_figures::{Eigenvalue, Picture, Stamp, eigenvalue};
use serde::Deserialize;

use super::{Fields, Kind, Material, Named, VARIANTS, eigenvalue_series};
use crate::recordings::condition::{EXAMPLE_COLUMNS, EXAMPLES};
use crate::tables::Table;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    /// The recording of the condition.
    recording: String,
    /// A row an example, a column a variant.
    eigenvalues: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("recording", Named::Recording, &self.recording),
            ("eigenvalues", Named::SourceData, &self.eigenvalues),
        ]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let recording = material.recording(&self.recording)?;
        let all = recording.directory.table(EXAMPLES)?;
        let mut columns = Vec::new();
        for (name, column) in VARIANTS.into_iter().zip(EXAMPLE_COLUMNS) {
            columns.push((name.to_owned(), all.column(column)?.to_vec()));
        }
        material.write(&self.eigenvalues, &Table::new(columns))
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        Ok(eigenvalue(&Eigenvalue {
            title: material.title(),
            series: eigenvalue_series(&material.read(&self.eigenvalues)?, 1)?,
            stamp,
        })?)
    }
}
