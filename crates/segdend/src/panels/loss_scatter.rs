//! The hidden against the output layer's loss, of one digit's images after the first epoch: eLife Figure
//! 5B.

use anyhow::Result;
use segdend_analysis::pearson;
use segdend_figures::{LossPairs, LossScatter, Picture, Stamp, loss_scatter};
use serde::Deserialize;

use super::{Fields, Kind, Material, Named};
use crate::recordings::losses::{KEPT_EPOCHS, SINGLE_COLUMNS, single_losses};
use crate::tables::Table;

/// The digit of the paper's panel.
const DIGIT: f64 = 2.0;
const COLUMNS: [&str; 4] = ["L0", "L1", "shuffled L0", "shuffled L1"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {
    /// The recording of losses.
    recording: String,
    /// A row an image: the losses of both layers, real and shuffled.
    losses: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("recording", Named::Recording, &self.recording),
            ("losses", Named::SourceData, &self.losses),
        ]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let recording = material.recording(&self.recording)?;
        let singles = recording.directory.table(&single_losses(KEPT_EPOCHS[0]))?;
        let digits = singles.column(SINGLE_COLUMNS[1])?;
        let of_digit = |name: &str| -> Result<Vec<f64>> {
            let values = singles.column(name)?.iter().zip(digits);
            Ok(values
                .filter(|&(_, &digit)| digit == DIGIT)
                .map(|(&value, _)| value)
                .collect())
        };
        let [_, _, hidden, output, shuffled] = SINGLE_COLUMNS;
        let columns = [hidden, output, shuffled, output];
        let mut table = Vec::new();
        for (name, column) in COLUMNS.into_iter().zip(columns) {
            table.push((name.to_owned(), of_digit(column)?));
        }
        material.write(&self.losses, &Table::new(table))
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.losses)?;
        let pairs = |hidden: &str, output: &str| -> Result<LossPairs> {
            let (hidden, output) = (table.column(hidden)?, table.column(output)?);
            Ok(LossPairs {
                hidden_loss: hidden.to_vec(),
                output_loss: output.to_vec(),
                pearson: pearson(hidden, output).ok().map(|c| c.r),
            })
        };
        let [hidden, output, shuffled_hidden, shuffled_output] = COLUMNS;
        Ok(loss_scatter(&LossScatter {
            title: material.title(),
            real: pairs(hidden, output)?,
            shuffled: pairs(shuffled_hidden, shuffled_output)?,
            stamp,
        })?)
    }
}
