//! The angle between local and backpropagated updates: eLife Figure 7A, and the same in rate
//! networks.

use anyhow::{Result, ensure};
use segdend_figures::{Angles, Color, ExampleSeries, Picture, Stamp, angles};

use super::PanelMaterial;
use crate::recordings::angles::{ANGLE_COLUMN, ANGLES};
use crate::recordings::rate_angles::{RATE_ANGLES, RULES};
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

/// The same of rate networks.
pub(super) fn rate_source_data(material: &PanelMaterial<'_>) -> Result<()> {
    let table = material.recording(0)?.directory.table(RATE_ANGLES)?;
    let mut columns = Vec::new();
    for (name, _) in RULES {
        columns.push((name.to_owned(), windowed(table.column(name)?)));
    }
    material.write(0, &Table::new(columns))
}

/// Angles in rate networks.
pub(super) fn rate_picture(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    let table = material.read(0)?;
    let colors = [Color::TWO_HIDDEN_LAYERS, Color::SHALLOW];
    let mut series = Vec::new();
    for ((name, _), color) in RULES.into_iter().zip(colors) {
        series.push(ExampleSeries {
            name: name.to_owned(),
            color,
            first_example: WINDOW as u64,
            every: 1,
            values: table.column(name)?.to_vec(),
        });
    }
    Ok(angles(&Angles {
        title: material.panel.title.clone(),
        series,
        examples_per_epoch: Some(material.data()?.train().len() as u64),
        references: vec![
            (90.0, "orthogonal".to_owned()),
            (45.0, "the paper's comparison".to_owned()),
        ],
        stamp,
    })?)
}

/// Mean over the last [`WINDOW`] values, to a thousandth; what is not a number does not count.
pub(super) fn windowed(values: &[f64]) -> Vec<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    let mut means = Vec::new();
    let mut take = |value: f64, sign: f64| {
        if value.is_finite() {
            sum += sign * value;
            count += sign;
        }
        sum / count
    };
    for (index, &value) in values.iter().enumerate() {
        if index >= WINDOW {
            take(values[index - WINDOW], -1.0);
        }
        let mean = take(value, 1.0);
        if index + 1 >= WINDOW {
            means.push((mean * 1e3).round() / 1e3);
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
        let mut gap = vec![3.0; 101];
        gap[7] = f64::NAN;
        assert_eq!(windowed(&gap), [3.0, 3.0]);
    }
}
