//! The condition of Theorem 1 and its inequality: eLife Figure 5, supplement 1, and how often the
//! inequality holds.

use anyhow::Result;
use segdend_figures::{
    Color, Eigenvalue, ExampleSeries, HeatMap, JacobianProduct, Picture, Stamp, Theorem,
    eigenvalue, jacobian_product, theorem,
};

use super::PanelMaterial;
use crate::recordings::condition::{EXAMPLE_COLUMNS, EXAMPLES, PRODUCT_COLUMNS, PRODUCTS};
use crate::tables::Table;

const VARIANTS: [(&str, Color); 2] = [
    ("mean of products", Color::ONE_HIDDEN_LAYER),
    ("product of means", Color::FOURTH),
];
/// Examples that the share of the inequality is taken over.
const SHARE_OF: usize = 100;
const SHARE_COLUMN: &str = "share of examples for which Eq. 8 holds";

/// 5-S1A: the largest eigenvalue after every example.
pub(super) fn eigenvalues_source_data(material: &PanelMaterial<'_>) -> Result<()> {
    let all = material.recording(0)?.directory.table(EXAMPLES)?;
    let mut columns = Vec::new();
    for (name, column) in VARIANTS.iter().map(|(name, _)| name).zip(EXAMPLE_COLUMNS) {
        columns.push(((*name).to_owned(), all.column(column)?.to_vec()));
    }
    material.write(0, &Table::new(columns))
}

/// The first variant: the second differs by less than the width of a line, and stands in the source
/// data.
fn eigenvalue_series(table: &Table, every: usize) -> Result<Vec<ExampleSeries>> {
    let one = |(name, color): (&str, Color)| -> Result<ExampleSeries> {
        Ok(ExampleSeries {
            name: format!("largest eigenvalue, {name}"),
            color,
            first_example: every as u64,
            every: every as u64,
            values: table.column(name)?.to_vec(),
        })
    };
    VARIANTS.into_iter().take(1).map(one).collect()
}

/// 5-S1A.
pub(super) fn eigenvalues(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    Ok(eigenvalue(&Eigenvalue {
        title: material.panel.title.clone(),
        series: eigenvalue_series(&material.read(0)?, 1)?,
        stamp,
    })?)
}

/// 5-S1B: M at the beginning and at the end of the epoch.
pub(super) fn products_source_data(material: &PanelMaterial<'_>) -> Result<()> {
    material.write(0, &material.recording(0)?.directory.table(PRODUCTS)?)
}

/// 5-S1B.
pub(super) fn products(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    let table = material.read(0)?;
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
        title: material.panel.title.clone(),
        maps: vec![
            map("before training", first)?,
            map("after one epoch", last)?,
        ],
        stamp,
    })?)
}

/// How often Eq. 8 holds, a value for every hundred examples, beside the eigenvalues.
pub(super) fn theorem_source_data(material: &PanelMaterial<'_>) -> Result<()> {
    let all = material.recording(0)?.directory.table(EXAMPLES)?;
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
    for (name, column) in VARIANTS.iter().map(|(name, _)| name).zip(EXAMPLE_COLUMNS) {
        columns.push(((*name).to_owned(), whole(all.column(column)?, last)));
    }
    material.write(0, &Table::new(columns))
}

/// How often Eq. 8 holds.
pub(super) fn theorem_picture(
    material: &PanelMaterial<'_>,
    stamp: Option<Stamp>,
) -> Result<Picture> {
    let table = material.read(0)?;
    Ok(theorem(&Theorem {
        title: material.panel.title.clone(),
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
