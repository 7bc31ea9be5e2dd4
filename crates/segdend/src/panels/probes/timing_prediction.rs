//! The timing of apical input and the sign of basal plasticity (eLife Figure 10B), simulated.
//!
//! The paper predicts that basal synapses are weakened where apical input comes early during basal
//! input, and strengthened where it comes late. Here the prediction is put to the model's own
//! rule; no sign is written into the protocol. A hundred cells are paired, each on its own:
//!
//! - *The cell* is a hidden neuron with 50 basal inputs and ten apical axons, its initial weights
//!   those of the first hidden neuron of a 50-500-10 network (seeds 1 to 100), parameters those of
//!   the authors' program. Apical axons are excitatory, as the projections are that the paper
//!   proposes to stimulate: the absolute values of the initial feedback weights. (With inhibitory
//!   ones both signs would be turned round.)
//! - *A pairing* is one training example of 100 ms from rest: 50 ms that the rule treats as the
//!   forward phase, 50 ms that it treats as the target phase. Basal inputs fire at a quarter of
//!   `lambda_max` (50 Hz) throughout, apical axons at half of it (100 Hz) in the first 50 ms only
//!   (early) or in the last 50 ms only (late). All are Poisson processes; a cell gets the same
//!   basal spikes in both protocols. The spikes of the apical axons are prescribed: there is no
//!   image, no digit and no teacher behind them.
//! - *The rule*: both plateau potentials by Eq. 17, the gradient by Eq. 22,
//!   `-k_B (alpha_t - alpha_f) lambda_max sigma'(mean C_f) mean PSP_f`, and the change of the basal
//!   weights, and of the bias, by Eq. 23 with the paper's hidden learning rate, 0.21.
//!
//! The two protocols need not mirror each other: as weights fall or rise so does `mean C_f`, and
//! `sigma'` is greatest at 0 V.
//!
//! `Fig_10B.csv`: a row a pairing, of all cells the mean over each cell's synapses (weights turn
//! postsynaptic potentials in 1/ms into V, so they are in V ms); beside it a row a cell with its
//! change after the last pairing, and in the first row the times of the inputs.

use anyhow::{Context, Result};
use ndarray::{Array1, s};
use rayon::prelude::*;
use segdend_analysis::mean;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::mechanisms::{FeedbackWeights, Mechanisms};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::Parameters;
use segdend_core::segregated::reference::Reference;
use segdend_core::segregated::schedule::{Phase, Schedule};
use segdend_figures::{Picture, Stamp, TimingPrediction, TimingProtocol, timing_prediction};
use serde::Deserialize;

use super::{ControlledInputs, OCCASION, column, one_neuron, only};
use crate::panels::{Fields, Kind, Material, Named};
use crate::tables::Table;

const CELLS: u64 = 100;
const PAIRINGS: usize = 30;
/// The network whose first hidden neuron each cell is.
const SIZES: [usize; 3] = [50, 500, 10];
const LEARNING_RATE: f64 = 0.21;
/// Rates of basal inputs and of apical axons, in parts of `lambda_max`.
const BASAL_SHARE: f64 = 0.25;
const APICAL_SHARE: f64 = 0.5;
/// The band round the mean: from this to that share of the cells.
const BAND: [f64; 2] = [0.05, 0.95];
const PROTOCOLS: [(&str, Phase); 2] = [("early", Phase::Forward), ("late", Phase::Target)];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    /// The changes of the basal weights.
    changes: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![("changes", Named::SourceData, &self.changes)]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        material.write(&self.changes, &simulate(CELLS, PAIRINGS)?)
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        draw(&material.read(&self.changes)?, &material.title(), stamp)
    }
}

/// Pairs a cell; returns the mean change of its basal weights before the first pairing (0) and
/// after each.
fn pair(seed: u64, pairings: usize, apical_phase: Phase) -> Result<Vec<f64>> {
    let p = Parameters::default().valid()?;
    let initial = Network::initial(&SIZES, &p, FeedbackWeights::Random, seed)?;
    let cell = one_neuron(
        initial.weights[0].slice(s![0..1, ..]).to_owned(),
        initial.biases[0][0],
        initial.feedback[0].slice(s![0..1, ..]).mapv(f64::abs),
    )?;
    let before = cell.weights[0].clone();
    let schedule = schedule(&p);
    let rate_per_ms = APICAL_SHARE * p.lambda_max_per_ms;
    let basal = Array1::from_elem(SIZES[0], BASAL_SHARE);
    let rates = vec![LEARNING_RATE, 0.0];
    let mut reference = Reference::new(p, Mechanisms::default(), rates, cell)?;
    let mut changes = vec![0.0];
    for pairing in 0..pairings {
        let stream = |purpose| StreamKey::new(seed, purpose, OCCASION, pairing as u64);
        let drives = |phase, _| phase == apical_phase;
        let mut inputs =
            ControlledInputs::new(stream(Purpose::TrainingSpikes), rate_per_ms, drives);
        let noise = stream(Purpose::FeedbackNoise);
        // Pairings lie far apart.
        reference.clear();
        let record = reference.present(&basal, 0, &schedule, &mut inputs);
        reference.learn(&record, noise);
        let change = &reference.network().weights[0] - &before;
        changes.push(change.mean().context("a cell without basal synapses")?);
    }
    Ok(changes)
}

fn schedule(p: &Parameters) -> Schedule {
    Schedule {
        steps: [p.minimum_phase_ms; 2],
        ..Schedule::default()
    }
}

fn simulate(cells: u64, pairings: usize) -> Result<Table> {
    let count = (0..=pairings).map(|pairing| pairing as f64).collect();
    let mut columns = vec![column("pairings", count)];
    let mut of_cells = Vec::new();
    for (protocol, phase) in PROTOCOLS {
        let paired: Vec<Vec<f64>> = (1..=cells)
            .into_par_iter()
            .map(|seed| pair(seed, pairings, phase))
            .collect::<Result<_>>()?;
        let (mut means, mut band) = (Vec::new(), [const { Vec::new() }; 2]);
        for pairing in 0..=pairings {
            let mut changes: Vec<f64> = paired.iter().map(|cell| cell[pairing]).collect();
            means.push(mean(&changes)?);
            changes.sort_by(f64::total_cmp);
            for (end, share) in band.iter_mut().zip(BAND) {
                end.push(changes[nearest_rank(changes.len(), share)]);
            }
        }
        let named = change_columns(protocol).into_iter();
        columns.extend(named.zip([means].into_iter().chain(band)));
        let last = paired.iter().map(|cell| cell[pairings]).collect();
        of_cells.push((format!("{protocol}_last_change_of_cell_v_ms"), last));
    }
    columns.extend(of_cells);
    let [forward, target] = schedule(&Parameters::default()).steps;
    let (middle, end) = (forward as f64, (forward + target) as f64);
    let windows = [
        ("basal", (0.0, end)),
        ("early_apical", (0.0, middle)),
        ("late_apical", (middle, end)),
    ];
    for (name, (from, to)) in windows {
        columns.push((format!("{name}_input_from_ms"), vec![from]));
        columns.push((format!("{name}_input_to_ms"), vec![to]));
    }
    Ok(Table::new(columns))
}

/// The place, in ascending order, below or at which this share of the values lies (nearest rank).
fn nearest_rank(count: usize, share: f64) -> usize {
    ((share * count as f64).ceil() as usize).clamp(1, count) - 1
}

/// Mean over cells, lower and upper end of the band.
fn change_columns(protocol: &str) -> [String; 3] {
    ["mean", "5th_percentile", "95th_percentile"]
        .map(|what| format!("{protocol}_{what}_weight_change_v_ms"))
}

fn draw(table: &Table, title: &str, stamp: Option<Stamp>) -> Result<Picture> {
    let window = |name: &str| -> Result<(f64, f64)> {
        Ok((
            only(table, &format!("{name}_input_from_ms"))?,
            only(table, &format!("{name}_input_to_ms"))?,
        ))
    };
    let protocol = |name: &str| -> Result<TimingProtocol> {
        let [mean, lower, upper] = change_columns(name);
        let values = |column: &str| table.column(column).map(<[f64]>::to_vec);
        Ok(TimingProtocol {
            name: format!("{name} apical input"),
            basal_input_ms: window("basal")?,
            apical_input_ms: window(&format!("{name}_apical"))?,
            at: values("pairings")?,
            weight_change: values(&mean)?,
            lower: values(&lower)?,
            upper: values(&upper)?,
        })
    };
    let cells = table.column("early_last_change_of_cell_v_ms")?.len();
    Ok(timing_prediction(&TimingPrediction {
        title: title.to_owned(),
        stamp,
        early: protocol(PROTOCOLS[0].0)?,
        late: protocol(PROTOCOLS[1].0)?,
        at_label: "Pairings".to_owned(),
        interval_label: format!("90 % of {cells} cells"),
    })?)
}

#[cfg(test)]
mod tests {
    //! Promise: early apical input weakens the basal synapses of every cell and late input
    //! strengthens them, by the rule itself; without apical input nothing changes.
    use super::*;

    #[test]
    fn early_weakens_and_late_strengthens_every_cell() {
        let table = simulate(20, 10).unwrap();
        let last = |name: &str| {
            let column = format!("{name}_last_change_of_cell_v_ms");
            table.column(&column).unwrap().to_vec()
        };
        let (early, late) = (last("early"), last("late"));
        assert_eq!((early.len(), late.len()), (20, 20));
        assert!(early.iter().all(|&change| change < 0.0), "{early:?}");
        assert!(late.iter().all(|&change| change > 0.0), "{late:?}");
        draw(&table, "10B", None).unwrap();
    }

    #[test]
    fn inhibitory_axons_would_turn_the_sign_round() {
        // The sign is that of alpha_t - alpha_f, so it follows the feedback weights.
        let p = Parameters::default().valid().unwrap();
        let change = |weight: f64| {
            let cell = one_neuron(
                ndarray::Array2::from_elem((1, SIZES[0]), 0.1),
                0.0,
                ndarray::Array2::from_elem((1, SIZES[2]), weight),
            )
            .unwrap();
            let before = cell.weights[0].clone();
            let rates = vec![LEARNING_RATE, 0.0];
            let mut reference =
                Reference::new(p.clone(), Mechanisms::default(), rates, cell).unwrap();
            let stream = StreamKey::new(1, Purpose::TrainingSpikes, OCCASION, 0);
            let mut inputs = ControlledInputs::new(stream, 0.1, |phase, _| phase == Phase::Target);
            let basal = Array1::from_elem(SIZES[0], BASAL_SHARE);
            let record = reference.present(&basal, 0, &schedule(&p), &mut inputs);
            reference.learn(&record, stream);
            (&reference.network().weights[0] - &before).sum()
        };
        assert!(change(1.0) > 0.0 && change(-1.0) < 0.0);
        assert_eq!(change(0.0), 0.0);
    }

    #[test]
    fn ranks_are_nearest() {
        assert_eq!((nearest_rank(100, 0.05), nearest_rank(100, 0.95)), (4, 94));
        assert_eq!((nearest_rank(1, 0.05), nearest_rank(1, 0.95)), (0, 0));
    }
}
