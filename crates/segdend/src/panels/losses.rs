//! The losses of the hidden and of the output layer: eLife Figures 5B and 5C.

use anyhow::Result;
use segdend_analysis::pearson;
use segdend_figures::{
    LossCorrelation, LossPairs, LossScatter, Picture, Stamp, loss_correlation, loss_scatter,
};

use super::PanelMaterial;
use crate::recordings::losses::{
    CORRELATIONS, KEPT_EPOCHS, SINGLE_COLUMNS, correlation_column, single_losses,
};
use crate::tables::Table;

/// The digit of the paper's panel, and its columns.
const DIGIT: f64 = 2.0;
const SCATTER_COLUMNS: [&str; 4] = ["L0", "L1", "shuffled L0", "shuffled L1"];

/// 5B: the losses of one digit's images after the first epoch.
pub(super) fn scatter_source_data(material: &PanelMaterial<'_>) -> Result<()> {
    let singles = material
        .recording(0)?
        .directory
        .table(&single_losses(KEPT_EPOCHS[0]))?;
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
    for (name, column) in SCATTER_COLUMNS.into_iter().zip(columns) {
        table.push((name.to_owned(), of_digit(column)?));
    }
    material.write(0, &Table::new(table))
}

/// 5B.
pub(super) fn scatter(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    let table = material.read(0)?;
    let pairs = |hidden: &str, output: &str| -> Result<LossPairs> {
        let (hidden, output) = (table.column(hidden)?, table.column(output)?);
        Ok(LossPairs {
            hidden_loss: hidden.to_vec(),
            output_loss: output.to_vec(),
            pearson: pearson(hidden, output).ok().map(|c| c.r),
        })
    };
    let [hidden, output, shuffled_hidden, shuffled_output] = SCATTER_COLUMNS;
    Ok(loss_scatter(&LossScatter {
        title: material.panel.title.clone(),
        real: pairs(hidden, output)?,
        shuffled: pairs(shuffled_hidden, shuffled_output)?,
        stamp,
    })?)
}

/// 5C: Pearson's r for every digit and epoch, ten columns real, ten shuffled.
pub(super) fn correlations_source_data(material: &PanelMaterial<'_>) -> Result<()> {
    let all = material.recording(0)?.directory.table(CORRELATIONS)?;
    let mut columns = Vec::new();
    for name in all.names().filter(|&name| name != "epoch") {
        // The first row is before training.
        let trained = all.column(name)?.get(1..).unwrap_or_default();
        columns.push((name.to_owned(), trained.to_vec()));
    }
    material.write(0, &Table::new(columns))
}

/// 5C.
pub(super) fn correlations(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    let table = material.read(0)?;
    let classes = material.data()?.classes();
    let rows = |shuffled: bool| -> Result<Vec<Vec<f64>>> {
        let columns: Vec<&[f64]> = (0..classes)
            .map(|digit| table.column(&correlation_column(digit, shuffled)))
            .collect::<Result<_>>()?;
        let epochs = columns.iter().map(|column| column.len()).max().unwrap_or(0);
        let value = |column: &&[f64], epoch: usize| column.get(epoch).copied().unwrap_or(f64::NAN);
        let row = |epoch| columns.iter().map(|column| value(column, epoch)).collect();
        Ok((0..epochs).map(row).collect())
    };
    Ok(loss_correlation(&LossCorrelation {
        title: material.panel.title.clone(),
        real: rows(false)?,
        shuffled: rows(true)?,
        stamp,
    })?)
}
