//! What single presentations of test images come to, example by example: both sides of the paper's
//! equations.
//!
//! | table | of | what |
//! |---|---|---|
//! | `audit-initial-voltages.csv` | untrained networks of every set of parameters | dendritic voltages, V |
//! | `audit-lemma.csv` | the same | mean postsynaptic potentials and mean rates (Lemma 1), a row a hidden neuron |
//! | `audit-steady-state.csv` | the run's final weights | both sides of Eq. 18, a row an image and output neuron |
//! | `audit-hidden-loss.csv` | the same | the hidden loss under both definitions of its target, a row an image |
//! | `audit-theorem.csv` | the same | both sides of Eq. 8, a row an image |
//! | `audit-rates.csv` | the run before and after training | mean rates by layer over all test images, Hz |
//!
//! Every image is presented from rest, and nothing is learned.

use anyhow::Result;
use ndarray::Array1;
use rayon::prelude::*;
use segdend_core::data::DataSet;
use segdend_core::model::Keep;
use segdend_core::rng::{Occasion, Purpose};
use segdend_core::segregated::engine::Engine;
use segdend_core::segregated::example::{Example, ExampleDraws};
use segdend_core::segregated::mechanisms::{FeedbackWeights, Mechanisms, PlateauTiming};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::ValidParameters;
use segdend_core::segregated::plasticity::sigma;
use segdend_core::segregated::record::ExampleRecord;
use segdend_core::segregated::schedule::{Phase, Schedule};
use segdend_core::segregated::{Training, TrainingSpec};

use crate::experiments::ParameterSet;
use crate::tables::Table;

/// Images shown for a table.
const IMAGES: usize = 200;
/// Presentations of an image that stand for an expectation over spikes.
const REPEATS: usize = 20;
/// Of so many hidden neurons one goes into the table of voltages.
const HIDDEN_STRIDE: usize = 25;
/// Near the maximal rate of 200 Hz, per ms.
const NEAR_MAXIMUM_PER_MS: f64 = 0.18;
const PER_SECOND: f64 = 1e3;
/// The seed of untrained networks and of all that is drawn for presentations.
const SEED: u64 = 1;

/// The tables of untrained networks.
pub(crate) const UNTRAINED: [&str; 2] = ["audit-initial-voltages.csv", "audit-lemma.csv"];
/// The tables of a trained network.
pub(crate) const TRAINED: [&str; 4] = [
    "audit-steady-state.csv",
    "audit-hidden-loss.csv",
    "audit-theorem.csv",
    "audit-rates.csv",
];

/// Voltages and Lemma 1 in untrained networks of every set of parameters.
pub(super) fn untrained(data: &DataSet) -> Result<Vec<(String, Table)>> {
    let tables = [initial_voltages(data)?, lemma(data)?];
    Ok(UNTRAINED
        .map(str::to_owned)
        .into_iter()
        .zip(tables)
        .collect())
}

/// Eq. 18, hidden losses, Theorem 1 and rates in a trained network.
pub(super) fn trained(
    spec: &TrainingSpec,
    network: &Network,
    data: &DataSet,
) -> Result<Vec<(String, Table)>> {
    let (parameters, rates) = (
        spec.parameters.clone().valid()?,
        spec.learning_rates.clone(),
    );
    let engine = Engine::new(parameters, spec.mechanisms, rates, network)?;
    let trained = Presented::by(&engine, data);
    let before = Training::begin(spec, data)?;
    let tables = [
        trained.steady_state(),
        trained.hidden_loss(),
        trained.theorem(),
        mean_rates(
            &[(0, before.model().engine()), (spec.epochs, &engine)],
            data,
        ),
    ];
    Ok(TRAINED.map(str::to_owned).into_iter().zip(tables).collect())
}

/// The paper's one-hidden-layer network, untrained.
fn initial(p: &ValidParameters, data: &DataSet) -> Result<Engine> {
    let sizes = [data.pixel_count(), 500, data.classes()];
    let network = Network::initial(&sizes, p, FeedbackWeights::Random, 1)?;
    Ok(Engine::new(
        p.clone(),
        Mechanisms::default(),
        vec![0.0, 0.0],
        &network,
    )?)
}

/// Presents the first test images, each from rest; nothing is learned.
fn show(engine: &Engine, data: &DataSet, repeat: usize) -> Vec<ExampleRecord> {
    let images = IMAGES.min(data.test().len());
    show_each(engine, data, repeat, images, |engine, example| {
        engine.observe(example).0
    })
}

/// What is seen of each of the first test images, presented from rest.
fn show_each<T: Send>(
    engine: &Engine,
    data: &DataSet,
    repeat: usize,
    images: usize,
    see: impl Fn(&mut Engine, &Example<'_>) -> T + Sync,
) -> Vec<T> {
    let test = data.test();
    let draws = ExampleDraws {
        parameters: engine.parameters().clone(),
        plateau_timing: PlateauTiming::Synchronous,
        hidden: engine.sizes()[1..engine.sizes().len() - 1].to_vec(),
        seed: SEED,
    };
    let occasion = Occasion::Audit(repeat as u64);
    (0..images)
        .into_par_iter()
        .with_min_len(16)
        .map_init(
            || (engine.clone(), Schedule::default()),
            |(engine, schedule), image| {
                engine.clear();
                let shown = (test.image(image), test.label(image));
                let purpose = Purpose::TestSpikes;
                let example = draws.draw(shown, purpose, occasion, image, schedule);
                see(engine, &example)
            },
        )
        .collect()
}

fn initial_voltages(data: &DataSet) -> Result<Table> {
    let mut columns = Vec::new();
    for set in ParameterSet::all() {
        let (name, p) = (set.name(), set.parameters().valid()?);
        let shown = show(&initial(&p, data)?, data, 0);
        let dendrites = |layer: usize, stride: usize| -> Vec<f64> {
            shown
                .iter()
                .flat_map(|record| record.forward.final_dendrite[layer].iter().step_by(stride))
                .copied()
                .collect()
        };
        columns.push((format!("{name} hidden (V)"), dendrites(0, HIDDEN_STRIDE)));
        columns.push((format!("{name} output (V)"), dendrites(1, 1)));
    }
    Ok(Table::new(columns))
}

fn lemma(data: &DataSet) -> Result<Table> {
    let mut columns = Vec::new();
    for set in ParameterSet::all() {
        let (name, p) = (set.name(), set.parameters().valid()?);
        let shown = show(&initial(&p, data)?, data, 0);
        let over_images = |values: fn(&ExampleRecord) -> &Vec<f64>| -> Vec<f64> {
            let units = shown.first().map_or(0, |record| values(record).len());
            let mean = |unit| {
                shown.iter().map(|record| values(record)[unit]).sum::<f64>() / shown.len() as f64
            };
            (0..units).map(mean).collect()
        };
        let psp = over_images(|record| &record.forward.mean_psp[1]);
        let rate = over_images(|record| &record.forward.mean_rate[0]);
        columns.push((format!("{name} mean PSP"), psp));
        columns.push((format!("{name} mean rate"), rate));
    }
    Ok(Table::new(columns))
}

/// A network, and what the first test images come to in it.
struct Presented {
    p: ValidParameters,
    network: Network,
    shown: Vec<ExampleRecord>,
    /// Mean output voltages over many presentations, an image each.
    expected_output: Vec<Array1<f64>>,
}

impl Presented {
    fn by(engine: &Engine, data: &DataSet) -> Self {
        let shown = show(engine, data, 0);
        let mut expected_output: Vec<Array1<f64>> =
            vec![Array1::zeros(data.classes()); shown.len()];
        for repeat in 1..=REPEATS {
            let again = show(engine, data, repeat);
            for (sum, record) in expected_output.iter_mut().zip(again) {
                *sum += &(Array1::from(record.forward.mean_soma[1].clone()) / REPEATS as f64);
            }
        }
        Self {
            network: engine.network(),
            p: engine.parameters().clone(),
            shown,
            expected_output,
        }
    }

    fn rate_of(&self, voltage: &Array1<f64>) -> Array1<f64> {
        voltage.mapv(|v| self.p.lambda_max_per_ms * sigma(v))
    }

    fn steady_state(&self) -> Table {
        let (mut soma, mut dendrite) = (Vec::new(), Vec::new());
        for record in &self.shown {
            let psp = Array1::from(record.forward.mean_psp[1].clone());
            let mean = self.network.weights[1].dot(&psp) + &self.network.biases[1];
            soma.extend(&record.forward.mean_soma[1]);
            dendrite.extend(mean * self.p.dendritic_attenuation());
        }
        Table::new(vec![
            ("mean U (V)".to_owned(), soma),
            ("k_D mean V (V)".to_owned(), dendrite),
        ])
    }

    fn hidden_loss(&self) -> Table {
        let mut columns: [Vec<f64>; 3] = Default::default();
        for record in &self.shown {
            let vector = |values: &Vec<f64>| Array1::from(values.clone());
            let difference = vector(&record.target.plateau[0]) - vector(&record.forward.plateau[0]);
            let activity = self.rate_of(&vector(&record.forward.mean_soma[0]));
            let loss = |rate: &Vec<f64>| {
                let error = vector(rate) + &difference - &activity;
                error.dot(&error)
            };
            columns[0].push(loss(&record.forward.mean_rate[0]));
            columns[1].push(loss(&record.target.mean_rate[0]));
            columns[2].push(difference.dot(&difference));
        }
        let names = [
            "L0, forward-phase rate",
            "L0, target-phase rate",
            "squared norm of the plateau difference",
        ];
        Table::new(names.map(str::to_owned).into_iter().zip(columns).collect())
    }

    fn theorem(&self) -> Table {
        // The share of a spike's effect that the kernel passes on: 1 in the theorem.
        let mass: f64 = (1..1_000).map(|age| self.p.kappa(age)).sum();
        let mut columns: [Vec<f64>; 3] = Default::default();
        for (record, expected) in self.shown.iter().zip(&self.expected_output) {
            let vector = |values: &Vec<f64>| Array1::from(values.clone());
            let target = vector(&record.target.mean_rate[1]);
            let hidden_target = vector(&record.forward.mean_rate[0])
                + vector(&record.target.plateau[0])
                - vector(&record.forward.plateau[0]);
            let drive = self.network.weights[1].dot(&hidden_target);
            let attenuation = self.p.dendritic_attenuation();
            let loss = |voltage: Array1<f64>| {
                let error = &target - &self.rate_of(&voltage);
                error.dot(&error)
            };
            columns[0].push(loss(
                (&drive * mass + &self.network.biases[1]) * attenuation,
            ));
            columns[1].push(loss(&drive * attenuation));
            columns[2].push(loss(expected.clone()));
        }
        let names = [
            "loss at the hidden target",
            "loss at the hidden target, as printed",
            "loss of the expected output",
        ];
        Table::new(names.map(str::to_owned).into_iter().zip(columns).collect())
    }
}

/// Mean rates by layer over all test images, Hz, after so many epochs each.
fn mean_rates(networks: &[(usize, &Engine)], data: &DataSet) -> Table {
    let pixels = data.test().pixels();
    let brightness = pixels.iter().map(|&pixel| f64::from(pixel) / 255.0);
    let brightness = brightness.sum::<f64>() / pixels.len() as f64;
    let mut columns: [Vec<f64>; 6] = Default::default();
    for (epoch, engine) in networks {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let images = data.test().len();
        let seen = show_each(engine, data, 0, images, |engine, example| {
            engine.present(example, Keep::MeanRates);
            let view = engine.view();
            let (hidden, output) = (
                view.mean_rate(Phase::Forward, 0),
                view.mean_rate(Phase::Forward, 1),
            );
            let near = hidden.iter().filter(|&&rate| rate > NEAR_MAXIMUM_PER_MS);
            let near = near.count() as f64 / hidden.len() as f64;
            [mean(&hidden), mean(&output), near]
        });
        let over_images =
            |place: usize| mean(&seen.iter().map(|seen| seen[place]).collect::<Vec<_>>());
        let input = engine.parameters().lambda_max_per_ms * brightness;
        let rates = [input, over_images(0), over_images(1)].map(|rate| PER_SECOND * rate);
        let sizes = engine.sizes().iter().map(|&units| units as f64);
        let units: f64 = sizes.clone().sum();
        let all = sizes
            .zip(rates)
            .map(|(units, rate)| units * rate)
            .sum::<f64>()
            / units;
        let [input, hidden, output] = rates;
        let row = [*epoch as f64, input, hidden, output, all, over_images(2)];
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let names = [
        "epoch",
        "input (Hz)",
        "hidden (Hz)",
        "output (Hz)",
        "all (Hz)",
        "share of hidden neurons above 180 Hz",
    ];
    Table::new(names.map(str::to_owned).into_iter().zip(columns).collect())
}
