//! How often the inequality of Theorem 1 holds, a value for every hundred examples, beside the eigenvalues
//! of its condition.

use anyhow::Result;
use segdend_figures::{Color, ExampleSeries, Picture, Stamp, Theorem, theorem};
use serde::Deserialize;

use super::{Fields, Kind, Material, Named, VARIANTS, eigenvalue_series};
use crate::recordings::condition::{EXAMPLE_COLUMNS, EXAMPLES};
use crate::tables::Table;

/// Examples that the share of the inequality is taken over.
const SHARE_OF: usize = 100;
const SHARE_COLUMN: &str = "share of examples for which Eq. 8 holds";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    /// The recording of the condition.
    recording: String,
    /// A row a hundred examples: the share, and the eigenvalues after the last of them.
    shares: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("recording", Named::Recording, &self.recording),
            ("shares", Named::SourceData, &self.shares),
        ]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let recording = material.recording(&self.recording)?;
        let all = recording.directory.table(EXAMPLES)?;
        let [_, _, left, right] = EXAMPLE_COLUMNS;
        let (left, right) = (all.column(left)?, all.column(right)?);
        let holds: Vec<f64> = left
            .iter()
            .zip(right)
            .map(|(l, r)| f64::from(u8::from(l < r)))
            .collect();
        let whole =
            |values: &[f64], of: fn(&[f64]) -> f64| values.chunks_exact(SHARE_OF).map(of).collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let last = |values: &[f64]| values[values.len() - 1];
        let mut columns = vec![(SHARE_COLUMN.to_owned(), whole(&holds, mean))];
        for (name, column) in VARIANTS.into_iter().zip(EXAMPLE_COLUMNS) {
            columns.push((name.to_owned(), whole(all.column(column)?, last)));
        }
        material.write(&self.shares, &Table::new(columns))
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.shares)?;
        Ok(theorem(&Theorem {
            title: material.title(),
            holds: vec![ExampleSeries {
                name: "Eq. 8 holds".to_owned(),
                color: Color::TWO_HIDDEN_LAYERS,
                first_example: SHARE_OF as u64,
                every: SHARE_OF as u64,
                values: table.column(SHARE_COLUMN)?.to_vec(),
            }],
            eigenvalue: eigenvalue_series(&table, SHARE_OF)?,
            stamp,
        })?)
    }
}
