//! The grid search of the Methods ("Learning rate optimization").
//!
//! Every pair of a rate for the hidden layers and one for the output layer from 0.1 to 0.3 in steps
//! of 0.02 is trained for one epoch; then the neighbours of the best pair, in steps of 0.01, for 20.
//! The paper chose on the test set. Here a sixth of the training images is held out of the training,
//! and both sets are tested, so that the choice can be made on either and the optimism of choosing
//! on the test set be told.

use anyhow::{Context, Result};
use rayon::prelude::*;
use segdend_core::data::{DataSet, ImageSet};
use segdend_core::rng::Occasion;
use segdend_core::segregated::{Training, TrainingSpec, test_errors};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::job::Recorded;
use super::{RecordingDirectory, ResolvedRecording};
use crate::tables::Table;
use crate::{interrupt, run_directory};

/// A row a point.
pub(crate) const GRID: &str = "grid.csv";
/// The columns; the rate of hidden layers is empty where there are none.
pub(crate) const GRID_COLUMNS: [&str; 6] = [
    "search",
    "hidden learning rate",
    "output learning rate",
    "epochs",
    "held-out error (%)",
    "test error (%)",
];
/// Points that are done, while others are not.
pub(super) const POINTS_FILE: &str = "points.json";

/// The ends of the coarse grid, in hundredths.
const FIRST: u32 = 10;
const LAST: u32 = 30;
const FINE_EPOCHS: usize = 20;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Point {
    /// 1 for the coarse search, 2 for the fine one.
    search: u32,
    /// In hundredths; none without hidden layers.
    hidden: Option<u32>,
    output: u32,
    epochs: usize,
    held_out_error: f64,
    test_error: f64,
    weights_sha256: String,
}

/// Trains all points; `None` if Ctrl-C came first, with the finished ones kept.
pub(super) fn record(
    recording: &ResolvedRecording,
    directory: &RecordingDirectory,
    data: &DataSet,
) -> Result<Option<Recorded>> {
    let path = directory.path().join(POINTS_FILE);
    let mut points: Vec<Point> = run_directory::read_json(&path)
        .ok()
        .flatten()
        .unwrap_or_default();
    let split = held_out(data)?;
    let spec = &recording.run.spec;
    let hidden = !spec.hidden.is_empty();
    let pairs = |hiddens: &[u32], outputs: &[u32]| -> Vec<(Option<u32>, u32)> {
        let hiddens: Vec<Option<u32>> = match hidden {
            true => hiddens.iter().copied().map(Some).collect(),
            false => vec![None],
        };
        let pair = |&hidden| outputs.iter().map(move |&output| (hidden, output));
        hiddens.iter().flat_map(pair).collect()
    };
    let step = (LAST - FIRST) / (recording.grid_rates as u32 - 1);
    let rates: Vec<u32> = (FIRST..=LAST).step_by(step as usize).collect();
    let coarse = pairs(&rates, &rates);
    if !train_all(
        &mut points,
        1,
        &coarse,
        1.min(spec.epochs),
        spec,
        &split,
        data,
        &path,
    )? {
        return Ok(None);
    }
    let best = points
        .iter()
        .filter(|point| point.search == 1)
        .min_by(|a, b| a.test_error.total_cmp(&b.test_error))
        .context("the grid has no point")?;
    let near = |rate: u32| [rate - 1, rate, rate + 1];
    let fine = pairs(&near(best.hidden.unwrap_or(1)), &near(best.output));
    let epochs = FINE_EPOCHS.min(spec.epochs);
    if !train_all(&mut points, 2, &fine, epochs, spec, &split, data, &path)? {
        return Ok(None);
    }
    points.sort_by_key(|point| (point.search, point.hidden, point.output));
    let column = |value: fn(&Point) -> f64| points.iter().map(value).collect();
    let columns: [Vec<f64>; 6] = [
        column(|p| f64::from(p.search)),
        column(|p| p.hidden.map_or(f64::NAN, |rate| f64::from(rate) / 100.0)),
        column(|p| f64::from(p.output) / 100.0),
        column(|p| p.epochs as f64),
        column(|p| p.held_out_error),
        column(|p| p.test_error),
    ];
    let mut weights = Sha256::new();
    points
        .iter()
        .for_each(|point| weights.update(&point.weights_sha256));
    let named = GRID_COLUMNS.map(str::to_owned).into_iter().zip(columns);
    Ok(Some(Recorded {
        tables: vec![(GRID.to_owned(), Table::new(named.collect()))],
        weights_sha256: weights
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    }))
}

/// The training images without the last sixth, which takes the place of the test images.
fn held_out(data: &DataSet) -> Result<DataSet> {
    let train = data.train();
    let kept = train.len() - train.len() / 6;
    let part = |range: std::ops::Range<usize>| -> Result<ImageSet> {
        let pixels = range
            .clone()
            .flat_map(|i| train.image(i).iter().copied())
            .collect();
        let labels = range.map(|i| train.label(i) as u8).collect();
        Ok(ImageSet::new(
            train.rows(),
            train.columns(),
            pixels,
            labels,
        )?)
    };
    Ok(DataSet::new(
        data.source().clone(),
        part(0..kept)?,
        part(kept..train.len())?,
    )?)
}

/// Trains the points of a search that are not done; false if Ctrl-C came first.
#[allow(clippy::too_many_arguments, reason = "a search, by name")]
fn train_all(
    points: &mut Vec<Point>,
    search: u32,
    pairs: &[(Option<u32>, u32)],
    epochs: usize,
    spec: &TrainingSpec,
    split: &DataSet,
    data: &DataSet,
    path: &std::path::Path,
) -> Result<bool> {
    let left: Vec<_> = pairs
        .iter()
        .copied()
        .filter(|&(hidden, output)| {
            let same = |p: &Point| (p.search, p.hidden, p.output) == (search, hidden, output);
            !points.iter().any(same)
        })
        .collect();
    for some in left.chunks(rayon::current_num_threads()) {
        let done: Vec<Option<Point>> = some
            .par_iter()
            .map(|&(hidden, output)| train(search, hidden, output, epochs, spec, split, data))
            .collect::<Result<_>>()?;
        let whole = done.iter().all(Option::is_some);
        points.extend(done.into_iter().flatten());
        run_directory::write_json(path, points)?;
        if !whole {
            return Ok(false);
        }
    }
    Ok(true)
}

fn train(
    search: u32,
    hidden: Option<u32>,
    output: u32,
    epochs: usize,
    spec: &TrainingSpec,
    split: &DataSet,
    data: &DataSet,
) -> Result<Option<Point>> {
    let rate = |hundredths: u32| f64::from(hundredths) / 100.0;
    let mut learning_rates = vec![rate(hidden.unwrap_or(0)); spec.hidden.len()];
    learning_rates.push(rate(output));
    let spec = TrainingSpec {
        learning_rates,
        epochs,
        final_tests: 0,
        ..spec.clone()
    };
    let mut training = Training::begin(&spec, split)?;
    while !training.is_finished() {
        if interrupt::requested() {
            return Ok(None);
        }
        training.advance(1_000)?;
    }
    let test = data.test();
    let occasion = Occasion::LearningRateSearch;
    let engine = training.model().engine();
    let wrong: f64 = test_errors(engine, test, spec.seed, occasion, 0..test.len())
        .iter()
        .sum();
    let held_out_error = training.history().test_errors_percent.last().copied();
    Ok(Some(Point {
        search,
        hidden,
        output,
        epochs,
        held_out_error: held_out_error.context("a training has been tested")?,
        test_error: 100.0 * wrong / test.len() as f64,
        weights_sha256: training.weights_sha256(),
    }))
}
