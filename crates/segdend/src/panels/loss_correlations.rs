//! The correlation of the hidden and the output layer's losses over training: eLife Figure 5C.

use anyhow::Result;
use segdend_figures::{LossCorrelation, Picture, Stamp, loss_correlation};
use serde::Deserialize;

use super::{Fields, Kind, Material, Named};
use crate::recordings::losses::{CORRELATIONS, correlation_column};
use crate::tables::Table;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {
    /// The recording of losses.
    recording: String,
    /// Pearson's r, a row an epoch: a column a digit, real and then shuffled.
    correlations: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("recording", Named::Recording, &self.recording),
            ("correlations", Named::SourceData, &self.correlations),
        ]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let recording = material.recording(&self.recording)?;
        let all = recording.directory.table(CORRELATIONS)?;
        let mut columns = Vec::new();
        for name in all.names().filter(|&name| name != "epoch") {
            // The first row is before training.
            let trained = all.column(name)?.get(1..).unwrap_or_default();
            columns.push((name.to_owned(), trained.to_vec()));
        }
        material.write(&self.correlations, &Table::new(columns))
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.correlations)?;
        let classes = material.data()?.classes();
        let rows = |shuffled: bool| -> Result<Vec<Vec<f64>>> {
            let columns: Vec<&[f64]> = (0..classes)
                .map(|digit| table.column(&correlation_column(digit, shuffled)))
                .collect::<Result<_>>()?;
            let epochs = columns.iter().map(|column| column.len()).max().unwrap_or(0);
            let value =
                |column: &&[f64], epoch: usize| column.get(epoch).copied().unwrap_or(f64::NAN);
            let row = |epoch| columns.iter().map(|column| value(column, epoch)).collect();
            Ok((0..epochs).map(row).collect())
        };
        Ok(loss_correlation(&LossCorrelation {
            title: material.title(),
            real: rows(false)?,
            shuffled: rows(true)?,
            stamp,
        })?)
    }
}
