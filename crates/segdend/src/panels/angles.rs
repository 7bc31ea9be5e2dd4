//! The angle between local and backpropagated updates: eLife Figure 7A.

use anyhow::{Result, ensure};
use segdend_figures::{Angles, Color, ExampleSeries, Picture, Stamp, angles};

use super::PanelMaterial;
use crate::recordings::angles::{ANGLE_COLUMN, ANGLES};
use crate::tables::Table;

/// Image presentations that an angle is averaged over.
const WINDOW: usize = 100;
/// Columns of the source data and what the legend calls them; a recording each.
const CURVES: [(&str, &str, Color); 2] = [
    ("spikes", "feedback by spikes", Color::ONE_HIDDEN_LAYER),
    ("rates", "feedback by rates", Color::TWO_HIDDEN_LAYERS),
];

/// Angles averaged over a sliding window of 100 examples.
pub(super) fn source_data(material: &PanelMaterial<'_>) -> Result<()> {
    ensure!(
        material.recordings.len() == CURVES.len(),
        "recordings: found {}, expected {}: feedback by spikes, and by rates",
        material.recordings.len(),
        CURVES.len()
    );
    let mut columns = Vec::new();
    for ((column, ..), recording) in CURVES.iter().zip(&material.recordings) {
        let table = recording.directory.table(ANGLES)?;
        columns.push(((*column).to_owned(), windowed(table.column(ANGLE_COLUMN)?)));
    }
    material.write(0, &Table::new(columns))
}

/// Mean over the last [`WINDOW`] values, to a thousandth.
fn windowed(values: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut means = Vec::new();
    for (index, &value) in values.iter().enumerate() {
        sum += value;
        if index >= WINDOW {
            sum -= values[index - WINDOW];
        }
        if index + 1 >= WINDOW {
            means.push((sum / WINDOW as f64 * 1e3).round() / 1e3);
        }
    }
    means
}

pub(super) fn picture(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    let table = material.read(0)?;
    let mut series = Vec::new();
    for (column, name, color) in CURVES {
        series.push(ExampleSeries {
            name: name.to_owned(),
            color,
            first_example: WINDOW as u64,
            every: 1,
            values: table.column(column)?.to_vec(),
        });
    }
    Ok(angles(&Angles {
        title: material.panel.title.clone(),
        series,
        examples_per_epoch: Some(material.data()?.train().len() as u64),
        references: vec![(90.0, "orthogonal".to_owned())],
        stamp,
    })?)
}

#[cfg(test)]
mod tests {
    //! Promise: a windowed angle is the mean of the last hundred.
    use super::*;

    #[test]
    fn windows_slide() {
        let values: Vec<f64> = (0..103).map(f64::from).collect();
        assert_eq!(windowed(&values), [49.5, 50.5, 51.5, 52.5]);
        assert!(windowed(&values[..99]).is_empty());
    }
}
