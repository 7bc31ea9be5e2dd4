//! The angle between local and backpropagated updates: eLife Figure 7A.

use anyhow::Result;
use segdend_figures::{Angles, Color, ExampleSeries, Picture, Stamp, angles};
use serde::Deserialize;

use super::{Fields, Kind, Material, Named};
use crate::recordings::angles::{ANGLE_COLUMN, ANGLES};
use crate::tables::Table;

/// Image presentations that an angle is averaged over.
const WINDOW: usize = 100;
/// Columns of the source data.
const SPIKES: &str = "spikes";
const RATES: &str = "rates";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {
    /// The recording of angles where spikes are fed back.
    spikes: String,
    /// The same with rates.
    rates: String,
    /// Angles averaged over a sliding window of 100 examples, a column a recording.
    angles: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("spikes", Named::Recording, &self.spikes),
            ("rates", Named::Recording, &self.rates),
            ("angles", Named::SourceData, &self.angles),
        ]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let mut columns = Vec::new();
        for (column, recording) in [(SPIKES, &self.spikes), (RATES, &self.rates)] {
            let table = material.recording(recording)?.directory.table(ANGLES)?;
            columns.push((column.to_owned(), windowed(table.column(ANGLE_COLUMN)?)));
        }
        material.write(&self.angles, &Table::new(columns))
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.angles)?;
        let curves = [
            (SPIKES, "feedback by spikes", Color::ONE_HIDDEN_LAYER),
            (RATES, "feedback by rates", Color::TWO_HIDDEN_LAYERS),
        ];
        let mut series = Vec::new();
        for (column, name, color) in curves {
            series.push(one_series(name, color, table.column(column)?));
        }
        Ok(angles(&Angles {
            title: material.title(),
            series,
            examples_per_epoch: Some(material.data()?.train().len() as u64),
            references: vec![(90.0, "orthogonal".to_owned())],
            stamp,
        })?)
    }
}

/// Averaged angles as a curve over examples.
pub(super) fn one_series(name: &str, color: Color, angles: &[f64]) -> ExampleSeries {
    ExampleSeries {
        name: name.to_owned(),
        color,
        first_example: WINDOW as u64,
        every: 1,
        values: angles.to_vec(),
    }
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
