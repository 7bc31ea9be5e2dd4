//! M, the mean product of the Jacobians, at the beginning and at the end of the first epoch: eLife Figure
//! 5, supplement 1B.

use anyhow::Result;
use segdend_figures::{HeatMap, JacobianProduct, Picture, Stamp, jacobian_product};
use serde::Deserialize;

use super::{Fields, Kind, Material, Named};
use crate::recordings::condition::{PRODUCT_COLUMNS, PRODUCTS};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    /// The recording of the condition.
    recording: String,
    /// A row an entry of M.
    products: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("recording", Named::Recording, &self.recording),
            ("products", Named::SourceData, &self.products),
        ]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let recording = material.recording(&self.recording)?;
        material.write(&self.products, &recording.directory.table(PRODUCTS)?)
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.products)?;
        let [row, _, first, last] = PRODUCT_COLUMNS;
        let outputs = table.column(row)?.last().map_or(0, |&row| row as usize + 1);
        let map = |name: &str, column: &str| -> Result<HeatMap> {
            let values = table.column(column)?;
            Ok(HeatMap {
                name: name.to_owned(),
                rows: values.chunks(outputs.max(1)).map(<[f64]>::to_vec).collect(),
            })
        };
        Ok(jacobian_product(&JacobianProduct {
            title: material.title(),
            maps: vec![
                map("before training", first)?,
                map("after one epoch", last)?,
            ],
            stamp,
        })?)
    }
}
