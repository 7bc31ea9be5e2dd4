//! How well each receptive field of the local rule has its like among backpropagation's: eLife Figure 7C.
//!
//! For every field of the local rule the largest Pearson r with any of backpropagation's, and the same
//! after shuffling the values of the local rule's field.

use anyhow::Result;
use rand::seq::SliceRandom;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::network::Network;
use segdend_figures::{FieldCorrelation, Picture, Stamp, field_correlation};
use serde::Deserialize;

use super::{Fields, Kind, Material, Named};
use crate::tables::Table;

const COLUMNS: [&str; 2] = ["Regular", "Shuffled"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {
    /// The run that learns by the local rule.
    local: String,
    /// The run that learns by backpropagation.
    backpropagation: String,
    /// A row a field of the local rule.
    correlations: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("local", Named::Run, &self.local),
            ("backpropagation", Named::Run, &self.backpropagation),
            ("correlations", Named::SourceData, &self.correlations),
        ]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let fields = |network: &Network| -> Vec<Vec<f64>> {
            network.weights[0]
                .outer_iter()
                .map(|field| standardised(field.to_vec()))
                .collect()
        };
        let local = fields(&material.final_network(&self.local)?);
        let backpropagated = fields(&material.final_network(&self.backpropagation)?);
        let seed = material.run(&self.local)?.run.spec.seed;
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
        let columns = COLUMNS
            .map(str::to_owned)
            .into_iter()
            .zip([regular, control]);
        material.write(&self.correlations, &Table::new(columns.collect()))
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.correlations)?;
        let [regular, shuffled] = COLUMNS;
        Ok(field_correlation(&FieldCorrelation {
            title: material.title(),
            regular: table.column(regular)?.to_vec(),
            shuffled: table.column(shuffled)?.to_vec(),
            stamp,
        })?)
    }
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
