//! Receptive fields of the hidden layer, learned locally and by backpropagation: eLife Figure 7B. A field
//! is a row of W0.

use anyhow::Result;
use segdend_figures::{FieldGrid, Picture, ReceptiveFields, Stamp, receptive_fields};
use serde::Deserialize;

use super::{Fields, Kind, Material, Named};
use crate::tables::Table;

/// Fields in each grid: the first ones, none chosen.
const SHOWN: usize = 25;
const GRIDS: [&str; 2] = ["local update", "backpropagation"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {
    /// The run that learns by the local rule.
    local: String,
    /// The run that learns by backpropagation.
    backpropagation: String,
    /// The first fields of either network, a column a field.
    fields: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("local", Named::Run, &self.local),
            ("backpropagation", Named::Run, &self.backpropagation),
            ("fields", Named::SourceData, &self.fields),
        ]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let mut columns = Vec::new();
        for (grid, run) in GRIDS.iter().zip([&self.local, &self.backpropagation]) {
            let network = material.final_network(run)?;
            for (unit, field) in network.weights[0].outer_iter().take(SHOWN).enumerate() {
                // Weights are f32; more digits would mean nothing.
                let values = field.iter().map(|&weight| (weight * 1e6).round() / 1e6);
                columns.push((format!("{grid} {}", unit + 1), values.collect()));
            }
        }
        material.write(&self.fields, &Table::new(columns))
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.fields)?;
        let grid = |name: &str| FieldGrid {
            name: name.to_owned(),
            fields: (1..=SHOWN)
                .map_while(|unit| table.column(&format!("{name} {unit}")).ok())
                .map(<[f64]>::to_vec)
                .collect(),
        };
        Ok(receptive_fields(&ReceptiveFields {
            title: material.title(),
            columns: material.data()?.train().columns(),
            grids: GRIDS.map(grid).into(),
            stamp,
        })?)
    }
}
