//! Losses of the last hidden and of the output layer over the test images (eLife Figures 5B and 5C).
//!
//! Before training and after every epoch each test image is shown from rest as a training example
//! is, forward and target phase, to weights that stand still. The output layer's loss is Eq. 7, the
//! hidden layer's that of Eq. 6's target. For the shuffled control the hidden layer's activity
//! (`lambda_max sigma(mean C_f)`) is permuted over the images of a digit, so that a loss pairs the
//! target of one image with the activity of another.

use std::collections::BTreeMap;

use anyhow::Result;
use ndarray::Array1;
use rand::seq::SliceRandom;
use rayon::prelude::*;
use segdend_analysis::pearson;
use segdend_core::data::DataSet;
use segdend_core::model::Keep;
use segdend_core::rng::{Occasion, Purpose, StreamKey};
use segdend_core::segregated::Training;
use segdend_core::segregated::engine::ExampleView;
use segdend_core::segregated::plasticity;
use segdend_core::segregated::schedule::{Phase, Schedule};
use serde::{Deserialize, Serialize};

use super::ResolvedRecording;
use super::job::Recorder;
use crate::tables::Table;

/// Pearson's r of the two losses: a row an epoch from 0 (before training), a column a digit, real
/// and shuffled.
pub(crate) const CORRELATIONS: &str = "correlations.csv";
/// Means over all test images: a row an epoch.
pub(crate) const MEANS: &str = "means.csv";
/// Epochs whose losses are kept image by image: the figure's legend says the first, the text the
/// second.
pub(crate) const KEPT_EPOCHS: [usize; 2] = [1, 2];

/// The table of single losses after an epoch.
pub(crate) fn single_losses(epoch: usize) -> String {
    format!("losses-epoch-{epoch}.csv")
}

/// The columns of a table of single losses.
pub(crate) const SINGLE_COLUMNS: [&str; 5] = ["image", "digit", "L0", "L1", "shuffled L0"];

/// The column of a digit's correlations.
pub(crate) fn correlation_column(digit: usize, shuffled: bool) -> String {
    format!("{digit}{}", if shuffled { " shuffled" } else { "" })
}

/// Losses over the test images.
#[derive(Serialize, Deserialize)]
pub(super) struct Losses {
    classes: usize,
    epochs: Vec<Epoch>,
    single: BTreeMap<usize, Vec<Single>>,
}

#[derive(Serialize, Deserialize)]
struct Epoch {
    /// Of each digit, real and shuffled; NaN where there is none.
    correlations: Vec<[f64; 2]>,
    hidden_loss: f64,
    output_loss: f64,
    /// Mean squared norm of the plateau difference.
    plateau_difference: f64,
    /// Mean rates of input, hidden and output units, spikes per second.
    rates_hz: [f64; 3],
}

#[derive(Clone, Serialize, Deserialize)]
struct Single {
    digit: usize,
    hidden: f64,
    output: f64,
    shuffled: f64,
}

/// What is needed of one image.
struct Shown {
    activity: Array1<f64>,
    target: Array1<f64>,
    output_loss: f64,
    plateau_difference: f64,
    hidden_rate: f64,
    output_rate: f64,
}

impl Recorder for Losses {
    const KEEP: Keep = Keep::Learning;

    fn begin(recording: &ResolvedRecording) -> Result<Self> {
        anyhow::ensure!(
            !recording.run.spec.hidden.is_empty(),
            "the loss of a hidden layer: run `{}` has no hidden layer",
            recording.run.name
        );
        Ok(Self {
            classes: recording.run.data.classes,
            epochs: Vec::new(),
            single: BTreeMap::new(),
        })
    }

    fn example(&mut self, _: usize, _: usize, _: &ExampleView<'_>) {}

    fn epoch_ended(&mut self, epoch: usize, training: &Training<'_>, data: &DataSet) -> Result<()> {
        let seed = training.spec().seed;
        let shown = show_all(training, data, epoch);
        let test = data.test();
        let p = training.model().engine().parameters();
        let loss = |target: &Array1<f64>, activity: &Array1<f64>| {
            plasticity::loss(p, &(target - activity))
        };
        let mut singles: Vec<Single> = shown
            .iter()
            .enumerate()
            .map(|(image, shown)| Single {
                digit: test.label(image),
                hidden: loss(&shown.target, &shown.activity),
                output: shown.output_loss,
                shuffled: 0.0,
            })
            .collect();
        let mut correlations = Vec::new();
        for digit in 0..self.classes {
            let images: Vec<usize> = (0..test.len())
                .filter(|&image| test.label(image) == digit)
                .collect();
            let mut others = images.clone();
            let occasion = Occasion::Losses(epoch as u64);
            others.shuffle(
                &mut StreamKey::new(seed, Purpose::ShuffledControl, occasion, digit as u64)
                    .generator(),
            );
            for (&image, &other) in images.iter().zip(&others) {
                singles[image].shuffled = loss(&shown[image].target, &shown[other].activity);
            }
            let column = |value: fn(&Single) -> f64| -> Vec<f64> {
                images.iter().map(|&image| value(&singles[image])).collect()
            };
            let output = column(|s| s.output);
            // Too few images, or equal losses, have no correlation.
            let r = |hidden: &[f64]| pearson(hidden, &output).map_or(f64::NAN, |c| c.r);
            correlations.push([r(&column(|s| s.hidden)), r(&column(|s| s.shuffled))]);
        }
        let mean = |value: &dyn Fn(usize) -> f64| {
            (0..test.len()).map(value).sum::<f64>() / test.len() as f64
        };
        let per_second = 1e3;
        let brightness = |image: usize| {
            let pixels = test.image(image);
            pixels
                .iter()
                .map(|&pixel| f64::from(pixel) / 255.0)
                .sum::<f64>()
                / pixels.len() as f64
        };
        self.epochs.push(Epoch {
            correlations,
            hidden_loss: mean(&|i| singles[i].hidden),
            output_loss: mean(&|i| singles[i].output),
            plateau_difference: mean(&|i| shown[i].plateau_difference),
            rates_hz: [
                per_second * p.lambda_max_per_ms * mean(&brightness),
                per_second * mean(&|i| shown[i].hidden_rate),
                per_second * mean(&|i| shown[i].output_rate),
            ],
        });
        if KEPT_EPOCHS.contains(&epoch) {
            self.single.insert(epoch, singles);
        }
        Ok(())
    }

    fn tables(&self) -> Result<Vec<(String, Table)>> {
        let epochs = |value: &dyn Fn(&Epoch) -> f64| self.epochs.iter().map(value).collect();
        let number = || (0..self.epochs.len()).map(|epoch| epoch as f64).collect();
        let mut correlations = vec![("epoch".to_owned(), number())];
        for (kind, shuffled) in [false, true].into_iter().enumerate() {
            for digit in 0..self.classes {
                let column = epochs(&|epoch| epoch.correlations[digit][kind]);
                correlations.push((correlation_column(digit, shuffled), column));
            }
        }
        let means = vec![
            ("epoch".to_owned(), number()),
            ("L0".to_owned(), epochs(&|e| e.hidden_loss)),
            ("L1".to_owned(), epochs(&|e| e.output_loss)),
            (
                "squared norm of the plateau difference".to_owned(),
                epochs(&|e| e.plateau_difference),
            ),
            ("input rate (Hz)".to_owned(), epochs(&|e| e.rates_hz[0])),
            ("hidden rate (Hz)".to_owned(), epochs(&|e| e.rates_hz[1])),
            ("output rate (Hz)".to_owned(), epochs(&|e| e.rates_hz[2])),
        ];
        let mut tables = vec![
            (CORRELATIONS.to_owned(), Table::new(correlations)),
            (MEANS.to_owned(), Table::new(means)),
        ];
        for (&epoch, singles) in &self.single {
            let column = |value: fn(&Single) -> f64| singles.iter().map(value).collect();
            let columns: [Vec<f64>; 5] = [
                (0..singles.len()).map(|image| image as f64).collect(),
                column(|s| s.digit as f64),
                column(|s| s.hidden),
                column(|s| s.output),
                column(|s| s.shuffled),
            ];
            let named = SINGLE_COLUMNS.map(str::to_owned).into_iter().zip(columns);
            tables.push((single_losses(epoch), Table::new(named.collect())));
        }
        Ok(tables)
    }
}

/// Presents every test image, from rest; nothing is learned.
fn show_all(training: &Training<'_>, data: &DataSet, epoch: usize) -> Vec<Shown> {
    let (model, test) = (training.model(), data.test());
    let occasion = Occasion::Losses(epoch as u64);
    (0..test.len())
        .into_par_iter()
        .with_min_len(16)
        .map_init(
            || (model.engine().clone(), Schedule::default()),
            |(engine, schedule), image| {
                engine.clear();
                let shown = (test.image(image), test.label(image));
                let purpose = Purpose::TestSpikes;
                let example = model
                    .draws()
                    .draw(shown, purpose, occasion, image, schedule);
                engine.present(&example, Keep::MeanRates);
                look(&engine.view())
            },
        )
        .collect()
}

fn look(view: &ExampleView<'_>) -> Shown {
    let p = view.parameters();
    let output = view.sizes().len() - 2;
    let layer = output - 1;
    let vector = |values: Vec<f64>| Array1::from(values);
    let activity =
        vector(view.mean_soma(layer)).mapv(|c| p.lambda_max_per_ms * plasticity::sigma(c));
    let rate = vector(view.mean_rate(Phase::Forward, layer));
    let difference =
        vector(view.plateau(Phase::Target, layer)) - vector(view.plateau(Phase::Forward, layer));
    let mean = |values: &Array1<f64>| values.mean().unwrap_or(f64::NAN);
    Shown {
        hidden_rate: mean(&rate),
        output_rate: mean(&vector(view.mean_rate(Phase::Forward, output))),
        plateau_difference: difference.dot(&difference),
        target: rate + &difference,
        activity,
        output_loss: view.output_loss(),
    }
}
