//! Receptive fields of the hidden layer, learned locally and by backpropagation: eLife Figures 7B
//! and 7C. A field is a row of W0.

use anyhow::{Context, Result};
use rand::seq::SliceRandom;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::network::Network;
use segdend_figures::{
    FieldCorrelation, FieldGrid, Picture, ReceptiveFields, Stamp, field_correlation,
    receptive_fields,
};

use super::PanelMaterial;
use crate::tables::Table;

/// Fields in each of 7B's grids: the first ones, none chosen.
const SHOWN: usize = 25;
const GRIDS: [&str; 2] = ["local update", "backpropagation"];
const CORRELATION_COLUMNS: [&str; 2] = ["Regular", "Shuffled"];

/// The network that a run ended with.
fn final_network(material: &PanelMaterial<'_>, index: usize) -> Result<Network> {
    let finished = material
        .runs
        .get(index)
        .context("runs: expected two, the local rule's and backpropagation's")?;
    finished
        .directory
        .final_network(finished.run, material.data()?)
}

/// 7B: the first fields of either network, a column a field.
pub(super) fn fields_source_data(material: &PanelMaterial<'_>) -> Result<()> {
    let mut columns = Vec::new();
    for (index, grid) in GRIDS.iter().enumerate() {
        let network = final_network(material, index)?;
        for (unit, field) in network.weights[0].outer_iter().take(SHOWN).enumerate() {
            // Weights are f32; more digits would mean nothing.
            let values = field.iter().map(|&weight| (weight * 1e6).round() / 1e6);
            columns.push((format!("{grid} {}", unit + 1), values.collect()));
        }
    }
    material.write(0, &Table::new(columns))
}

/// 7B.
pub(super) fn fields(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    let table = material.read(0)?;
    let grid = |name: &str| FieldGrid {
        name: name.to_owned(),
        fields: (1..=SHOWN)
            .map_while(|unit| table.column(&format!("{name} {unit}")).ok())
            .map(<[f64]>::to_vec)
            .collect(),
    };
    Ok(receptive_fields(&ReceptiveFields {
        title: material.panel.title.clone(),
        columns: material.data()?.train().columns(),
        grids: GRIDS.map(grid).into(),
        stamp,
    })?)
}

/// 7C: for every field of the local rule the largest Pearson r with any of backpropagation's, and
/// the same after shuffling the values of the local rule's field.
pub(super) fn correlations_source_data(material: &PanelMaterial<'_>) -> Result<()> {
    let (local, backpropagated) = (final_network(material, 0)?, final_network(material, 1)?);
    let fields = |network: &Network| -> Vec<Vec<f64>> {
        network.weights[0]
            .outer_iter()
            .map(|field| standardised(field.to_vec()))
            .collect()
    };
    let (local, backpropagated) = (fields(&local), fields(&backpropagated));
    let seed = material.runs[0].run.spec.seed;
    let shuffled = local.iter().enumerate().map(|(unit, field)| {
        let mut field = field.clone();
        let key = StreamKey::new(seed, Purpose::ShuffledControl, 0, unit as u64);
        field.shuffle(&mut key.generator());
        field
    });
    let largest = |field: &Vec<f64>| {
        let r = backpropagated
            .iter()
            .map(|other| field.iter().zip(other).map(|(a, b)| a * b).sum::<f64>());
        r.fold(f64::NEG_INFINITY, f64::max)
    };
    let regular: Vec<f64> = local.iter().map(largest).collect();
    let control: Vec<f64> = shuffled.map(|field| largest(&field)).collect();
    let columns = CORRELATION_COLUMNS
        .map(str::to_owned)
        .into_iter()
        .zip([regular, control]);
    material.write(0, &Table::new(columns.collect()))
}

/// 7C.
pub(super) fn correlations(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    let table = material.read(0)?;
    let [regular, shuffled] = CORRELATION_COLUMNS;
    Ok(field_correlation(&FieldCorrelation {
        title: material.panel.title.clone(),
        regular: table.column(regular)?.to_vec(),
        shuffled: table.column(shuffled)?.to_vec(),
        stamp,
    })?)
}

/// The values less their mean, at length 1: an inner product of two such is Pearson's r.
fn standardised(mut values: Vec<f64>) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter_mut().for_each(|value| *value -= mean);
    let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    values.iter_mut().for_each(|value| *value /= length);
    values
}

#[cfg(test)]
mod tests {
    //! Promise: the inner product of standardised fields is Pearson's r.
    use super::*;
    use segdend_analysis::pearson;

    #[test]
    fn standardised_fields_give_pearsons_r() {
        let (a, b) = (vec![1.0, 2.0, 4.0, 3.5], vec![0.3, -1.0, 2.0, 0.1]);
        let expected = pearson(&a, &b).unwrap().r;
        let (a, b) = (standardised(a), standardised(b));
        let r: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
        assert!((r - expected).abs() < 1e-12);
    }
}
