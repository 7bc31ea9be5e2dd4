//! How little of the apical voltage reaches the soma (the traces of eLife Figure 9A).
//!
//! One hidden neuron with `g_A = 0.05` and otherwise the parameters of the authors' program, whose
//! apical synapses alone receive spikes: the input is silent, basal weights and bias are zero, so
//! B = 0. Ten apical axons fire as Poisson processes at a quarter of `lambda_max` (50 Hz, the rate
//! that the initial weights are made for) from 20 to 80 ms of 100. They are excitatory: their
//! weights are the absolute values of the initial feedback weights of the first hidden neuron of a
//! 784-500-10 network with seed 1. By Eq. 12 the soma settles at
//! `C = g_A A / (g_L + g_B + g_A) = A / 15`.
//!
//! `Fig_9A.csv`: a row a ms from rest (0 ms) on; beside it the times of apical spikes. A spike is
//! seen in the apical voltage 1 ms after it was fired.

use anyhow::Result;
use ndarray::{Array1, Array2, s};
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::mechanisms::{FeedbackWeights, Mechanisms};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::Parameters;
use segdend_core::segregated::reference::Reference;
use segdend_core::segregated::schedule::{Phase, Schedule};
use segdend_core::segregated::spikes::KeptSpikes;
use segdend_figures::{ApicalAttenuation, Picture, Stamp, apical_attenuation};
use serde::Deserialize;

use super::{
    AXONS, ControlledInputs, OCCASION, column, end_of_ms, one_neuron, only, spike_times_ms,
};
use crate::panels::{Fields, Kind, Material, Named};
use crate::tables::Table;

const SEED: u64 = 1;
/// The network whose feedback weights are taken.
const SIZES: [usize; 3] = [784, 500, 10];
const APICAL_CONDUCTANCE: f64 = 0.05;
const LENGTH_MS: usize = 100;
const DRIVEN_MS: std::ops::Range<usize> = 20..80;
/// Rate of each apical axon, in parts of `lambda_max`.
const RATE_SHARE: f64 = 0.25;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    /// The traces.
    traces: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![("traces", Named::SourceData, &self.traces)]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        material.write(&self.traces, &simulate()?)
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        draw(&material.read(&self.traces)?, &material.title(), stamp)
    }
}

fn simulate() -> Result<Table> {
    let p = Parameters {
        apical_conductance: APICAL_CONDUCTANCE,
        ..Parameters::default()
    }
    .valid()?;
    let initial = Network::initial(&SIZES, &p, FeedbackWeights::Random, SEED)?;
    let apical = initial.feedback[0].slice(s![0..1, ..]).mapv(f64::abs);
    let neuron = one_neuron(Array2::zeros((1, 1)), 0.0, apical)?;
    let rate_per_ms = RATE_SHARE * p.lambda_max_per_ms;
    // The reference shows whole examples; the target phase is not looked at.
    let schedule = Schedule {
        steps: [LENGTH_MS, p.minimum_phase_ms],
        ..Schedule::default()
    };
    let mut reference = Reference::new(p, Mechanisms::default(), vec![0.0, 0.0], neuron)?;
    let stream = StreamKey::new(SEED, Purpose::TrainingSpikes, OCCASION, 0);
    let drives = |phase, step| phase == Phase::Forward && DRIVEN_MS.contains(&step);
    let inputs = ControlledInputs::new(stream, rate_per_ms, drives);
    let mut spikes = KeptSpikes::new(inputs);
    let (mut times, mut apical, mut soma) = (vec![0.0], vec![0.0], vec![0.0]);
    reference.present_probed(
        &Array1::zeros(1),
        0,
        &schedule,
        &mut spikes,
        &mut |phase, step, layers| {
            if phase == Phase::Forward {
                times.push(end_of_ms(step));
                apical.push(layers[0].apical[0]);
                soma.push(layers[0].soma[0]);
            }
        },
    );
    let fired = spike_times_ms(&spikes.spikes, (Phase::Forward, 0.0), AXONS, None);
    Ok(Table::new(vec![
        column("time_ms", times),
        column("apical_voltage_v", apical),
        column("soma_voltage_v", soma),
        column("apical_spike_time_ms", fired),
        column("apical_conductance_s", vec![APICAL_CONDUCTANCE]),
    ]))
}

fn draw(table: &Table, title: &str, stamp: Option<Stamp>) -> Result<Picture> {
    let trace = |name| table.column(name).map(<[f64]>::to_vec);
    Ok(apical_attenuation(&ApicalAttenuation {
        title: title.to_owned(),
        stamp,
        apical_conductance: only(table, "apical_conductance_s")?,
        time_ms: trace("time_ms")?,
        apical_voltage_v: trace("apical_voltage_v")?,
        soma_voltage_v: trace("soma_voltage_v")?,
        apical_spike_times_ms: trace("apical_spike_time_ms")?,
    })?)
}

#[cfg(test)]
mod tests {
    //! Promise: the soma is silent without apical spikes, and follows them with the conductances'
    //! attenuation, a fifteenth.
    use super::*;

    #[test]
    fn a_fifteenth_of_the_apical_voltage_arrives() {
        let table = simulate().unwrap();
        let (apical, soma) = (
            table.column("apical_voltage_v").unwrap(),
            table.column("soma_voltage_v").unwrap(),
        );
        let quiet = 0..=DRIVEN_MS.start;
        assert!(
            apical[quiet.clone()]
                .iter()
                .chain(&soma[quiet])
                .all(|&v| v == 0.0)
        );
        assert!(apical.iter().all(|&voltage| voltage >= 0.0));
        let sum = |values: &[f64]| values.iter().sum::<f64>();
        // Both begin and end near rest, so the sums have the ratio of the steady state.
        let ratio = sum(soma) / sum(apical);
        assert!((ratio - 1.0 / 15.0).abs() < 1e-6, "{ratio}");
        draw(&table, "9A", None).unwrap();
    }
}
