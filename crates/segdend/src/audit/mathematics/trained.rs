//! What the presentations of test images come to in a network: tables of both sides of an equation.

use anyhow::Result;
use ndarray::Array1;
use segdend_core::data::DataSet;
use segdend_core::segregated::Training;
use segdend_core::segregated::engine::Engine;
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::ValidParameters;
use segdend_core::segregated::plasticity::sigma;
use segdend_core::segregated::record::ExampleRecord;

use super::{Finished, NEAR_MAXIMUM_PER_MS, PER_SECOND, REPEATS, show};
use crate::tables::Table;

/// A network, and what the first test images come to in it.
pub(super) struct Trained {
    p: ValidParameters,
    network: Network,
    shown: Vec<ExampleRecord>,
    /// Mean output voltages over many presentations, an image each.
    expected_output: Vec<Array1<f64>>,
}

impl Trained {
    pub(super) fn of(run: &Finished, data: &DataSet) -> Result<Self> {
        let network = run.directory.final_network(&run.run, data)?;
        let spec = &run.run.spec;
        let rates = spec.learning_rates.clone();
        let engine = Engine::new(
            spec.parameters.clone().valid()?,
            spec.mechanisms,
            rates,
            &network,
        )?;
        Ok(Self::shown(&engine, data))
    }

    pub(super) fn untrained(run: &Finished, data: &DataSet) -> Result<Self> {
        let training = Training::begin(&run.run.spec, data)?;
        Ok(Self::shown(training.model().engine(), data))
    }

    fn shown(engine: &Engine, data: &DataSet) -> Self {
        let p = engine.parameters().clone();
        let shown = show(engine, &p, data.test(), 0);
        let mut expected_output: Vec<Array1<f64>> =
            vec![Array1::zeros(data.classes()); shown.len()];
        for repeat in 1..=REPEATS {
            for (sum, record) in
                expected_output
                    .iter_mut()
                    .zip(show(engine, &p, data.test(), repeat))
            {
                *sum += &(Array1::from(record.forward.mean_soma[1].clone()) / REPEATS as f64);
            }
        }
        Self {
            network: engine.network(),
            p,
            shown,
            expected_output,
        }
    }

    fn rate_of(&self, voltage: &Array1<f64>) -> Array1<f64> {
        voltage.mapv(|v| self.p.lambda_max_per_ms * sigma(v))
    }

    pub(super) fn steady_state(&self) -> Table {
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

    pub(super) fn hidden_loss(&self) -> Table {
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

    pub(super) fn theorem(&self) -> Table {
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

    /// Mean rates of the hidden and the output layer, Hz, and the share of hidden neurons near the
    /// maximum.
    fn mean_rates(&self) -> [f64; 3] {
        let mean = |layer: usize| {
            let all = self
                .shown
                .iter()
                .flat_map(|record| &record.forward.mean_rate[layer]);
            let count = self.shown.len() * self.network.sizes[layer + 1];
            PER_SECOND * all.sum::<f64>() / count as f64
        };
        let hidden = || {
            self.shown
                .iter()
                .flat_map(|record| &record.forward.mean_rate[0])
        };
        let near = hidden().filter(|&&rate| rate > NEAR_MAXIMUM_PER_MS).count();
        [mean(0), mean(1), near as f64 / hidden().count() as f64]
    }

    /// The mean rate of the input, Hz: what a neuron's potential passes on over what the kernel does.
    fn input_rate(&self) -> f64 {
        let mass: f64 = (1..1_000).map(|age| self.p.kappa(age)).sum();
        let all = self
            .shown
            .iter()
            .flat_map(|record| &record.forward.mean_psp[0]);
        let count = self.shown.len() * self.network.sizes[0];
        PER_SECOND * all.sum::<f64>() / count as f64 / mass
    }
}

/// Mean rates by layer over training, Hz: as recorded, or before and after training.
pub(super) fn rates(untrained: &Trained, trained: &Trained, recorded: Option<Table>) -> Table {
    let mut rows: Vec<[f64; 5]> = Vec::new();
    let recorded = recorded.and_then(|table| {
        let column = |name: &str| table.column(name).map(<[f64]>::to_vec).ok();
        Some([
            column("epoch")?,
            column("input rate (Hz)")?,
            column("hidden rate (Hz)")?,
            column("output rate (Hz)")?,
        ])
    });
    for (epoch, network) in [(0.0, untrained), (f64::NAN, trained)] {
        let [hidden, output, near] = network.mean_rates();
        rows.push([epoch, network.input_rate(), hidden, output, near]);
    }
    if let Some([epochs, input, hidden, output]) = recorded {
        let [first, last] = [rows[0][4], rows[1][4]];
        rows = (0..epochs.len())
            .map(|row| [epochs[row], input[row], hidden[row], output[row], f64::NAN])
            .collect();
        if let [begin, .., end] = rows.as_mut_slice() {
            (begin[4], end[4]) = (first, last);
        }
    }
    let sizes = &trained.network.sizes;
    let units: f64 = sizes.iter().map(|&units| units as f64).sum();
    let all = |row: &[f64; 5]| {
        (0..3)
            .map(|layer| row[layer + 1] * sizes[layer] as f64)
            .sum::<f64>()
            / units
    };
    let column = |place: usize| rows.iter().map(|row| row[place]).collect();
    Table::new(vec![
        ("epoch".to_owned(), column(0)),
        ("input (Hz)".to_owned(), column(1)),
        ("hidden (Hz)".to_owned(), column(2)),
        ("output (Hz)".to_owned(), column(3)),
        ("all (Hz)".to_owned(), rows.iter().map(all).collect()),
        ("share of hidden neurons above 180 Hz".to_owned(), column(4)),
    ])
}
