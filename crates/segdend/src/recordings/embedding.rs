//! t-SNE of every layer's activity over the test images (eLife Figure 6C), and how well digits lie
//! apart, layer by layer.
//!
//! A layer's activity in response to an image is `lambda_max sigma(mean C)` over a test phase, the
//! input's is `lambda_max` times its brightness. Separation is measured twice, in the space of the
//! activities and in the plane of the map: the share of images whose five nearest neighbours vote
//! for their digit, and the mean silhouette.

use anyhow::{Context, Result};
use ndarray::Array2;
use rayon::prelude::*;
use segdend_analysis::{EmbeddingOptions, embed, nearest_neighbour_accuracy, silhouette};
use segdend_core::data::DataSet;
use segdend_core::rng::{Occasion, Purpose, StreamKey};
use segdend_core::segregated::TrainingSpec;
use segdend_core::segregated::engine::Engine;
use segdend_core::segregated::network::Network;
use segdend_core::segregated::plasticity::sigma;

use crate::tables::Table;

/// A row an image: its digit, then x and y for every layer.
pub(crate) const MAPS: &str = "maps.csv";
/// A row a layer.
pub(crate) const SEPARATION: &str = "separation.csv";
/// The columns of the latter.
pub(crate) const SEPARATION_COLUMNS: [&str; 5] = [
    "layer",
    "nearest-neighbour accuracy",
    "silhouette",
    "nearest-neighbour accuracy of the map",
    "silhouette of the map",
];

/// The columns of a layer's map.
pub(crate) fn map_columns(layer: usize) -> [String; 2] {
    let name = match layer {
        0 => "input".to_owned(),
        _ => format!("hidden {layer}"),
    };
    [format!("{name} x"), format!("{name} y")]
}

/// Images that vote.
const NEIGHBOURS: usize = 5;
/// Maps and separation of the input and of all hidden layers.
pub(super) fn tables(
    spec: &TrainingSpec,
    network: &Network,
    data: &DataSet,
) -> Result<Vec<(String, Table)>> {
    let activities = activities(spec, network, data)?;
    let test = data.test();
    let digits: Vec<u8> = (0..test.len())
        .map(|image| test.label(image) as u8)
        .collect();
    let options = EmbeddingOptions {
        seed: spec.seed,
        ..EmbeddingOptions::default()
    };
    // A map is one thread's work, so the layers go side by side.
    let maps = activities
        .par_iter()
        .map(|rows| Ok(embed(rows.view(), &options, |_| {})?.points))
        .collect::<Result<Vec<_>>>()?;
    let mut columns = vec![(
        "digit".to_owned(),
        digits.iter().map(|&d| f64::from(d)).collect(),
    )];
    let mut separation: [Vec<f64>; 5] = Default::default();
    for (layer, (rows, points)) in activities.iter().zip(&maps).enumerate() {
        let plane = Array2::from_shape_fn((points.len(), 2), |(image, axis)| points[image][axis]);
        for (axis, name) in map_columns(layer).into_iter().enumerate() {
            // A map means nothing beyond a few digits.
            let round = |value: f64| (value * 1e4).round() / 1e4;
            columns.push((name, plane.column(axis).iter().map(|&x| round(x)).collect()));
        }
        let accuracy = |rows: &Array2<f64>| -> Result<f64> {
            let found = nearest_neighbour_accuracy(rows.view(), &digits, NEIGHBOURS)?;
            Ok(found.correct as f64 / found.samples as f64)
        };
        let values = [
            layer as f64,
            accuracy(rows)?,
            silhouette(rows.view(), &digits)?.mean,
            accuracy(&plane)?,
            silhouette(plane.view(), &digits)?.mean,
        ];
        for (column, value) in separation.iter_mut().zip(values) {
            column.push(value);
        }
    }
    let separation = SEPARATION_COLUMNS
        .map(str::to_owned)
        .into_iter()
        .zip(separation);
    Ok(vec![
        (MAPS.to_owned(), Table::new(columns)),
        (SEPARATION.to_owned(), Table::new(separation.collect())),
    ])
}

/// Of the input and of every hidden layer: a row an image.
fn activities(spec: &TrainingSpec, network: &Network, data: &DataSet) -> Result<Vec<Array2<f64>>> {
    let (p, seed, test) = (spec.parameters.clone().valid()?, spec.seed, data.test());
    let rates = spec.learning_rates.clone();
    let engine = Engine::new(p.clone(), spec.mechanisms, rates, network)?;
    let voltages: Vec<Vec<Vec<f64>>> = (0..test.len())
        .into_par_iter()
        .with_min_len(16)
        .map_init(
            || engine.tester(),
            |tester, image| {
                let key = StreamKey::new(
                    seed,
                    Purpose::TestSpikes,
                    Occasion::LayerActivity,
                    image as u64,
                );
                tester.mean_voltages(test.image(image), key)
            },
        )
        .collect();
    let rate = |voltage: f64| p.lambda_max_per_ms * sigma(voltage);
    let input = Array2::from_shape_fn((test.len(), data.pixel_count()), |(image, pixel)| {
        p.lambda_max_per_ms * f64::from(test.image(image)[pixel]) / 255.0
    });
    let mut all = vec![input];
    for (layer, &units) in spec.hidden.iter().enumerate() {
        let rows = voltages
            .iter()
            .flat_map(|layers| layers[layer].iter().map(|&voltage| rate(voltage)))
            .collect();
        let shape = (test.len(), units);
        all.push(Array2::from_shape_vec(shape, rows).context("a row an image")?);
    }
    Ok(all)
}
