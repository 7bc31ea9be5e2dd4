//! The angle between local and backpropagated updates in rate networks.

use anyhow::Result;
use segdend_figures::{Angles, Color, Picture, Stamp, angles};
use serde::Deserialize;

use super::angles::{one_series, windowed};
use super::{Fields, Kind, Material, Named};
use crate::recordings::rate_angles::{RATE_ANGLES, RULES};
use crate::tables::Table;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {
    /// The recording of angles in rate networks.
    recording: String,
    /// Angles averaged over a sliding window of 100 examples, a column a rule.
    angles: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("recording", Named::Recording, &self.recording),
            ("angles", Named::SourceData, &self.angles),
        ]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let recording = material.recording(&self.recording)?;
        let table = recording.directory.table(RATE_ANGLES)?;
        let mut columns = Vec::new();
        for (name, _) in RULES {
            columns.push((name.to_owned(), windowed(table.column(name)?)));
        }
        material.write(&self.angles, &Table::new(columns))
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.angles)?;
        let colors = [Color::TWO_HIDDEN_LAYERS, Color::SHALLOW];
        let mut series = Vec::new();
        for ((name, _), color) in RULES.into_iter().zip(colors) {
            series.push(one_series(name, color, table.column(name)?));
        }
        Ok(angles(&Angles {
            title: material.title(),
            series,
            examples_per_epoch: Some(material.data()?.train().len() as u64),
            references: vec![
                (90.0, "orthogonal".to_owned()),
                (45.0, "the paper's comparison".to_owned()),
            ],
            stamp,
        })?)
    }
}
