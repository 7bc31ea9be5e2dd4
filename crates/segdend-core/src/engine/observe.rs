//! What can be observed of a presentation, taken from the engine's states after a phase.

use super::Engine;
use super::feedback::apical_voltage;
use super::lanes::{Lanes, unpack};
use super::phase::{HIDDEN_LANES, OUTPUT_LANES};
use crate::record::PhaseRecord;
use crate::schedule::Phase;
use crate::spikes::RecordedPhase;

impl Engine {
    /// The averages and final voltages of the phase that was run, before it is finished.
    pub(super) fn observe(&self, phase: Phase, divisor: f32) -> PhaseRecord {
        let index = phase.index();
        let outputs = self.weights.output.units();
        let hidden = || {
            self.activity
                .hidden
                .iter()
                .zip(&self.learning.hidden)
                .zip(&self.weights.hidden)
        };
        let mut record = PhaseRecord {
            mean_psp: match phase {
                Phase::Forward => self
                    .activity
                    .populations
                    .iter()
                    .map(|p| p.mean_psp.iter().map(|&x| f64::from(x)).collect())
                    .collect(),
                Phase::Target => Vec::new(),
            },
            ..PhaseRecord::default()
        };
        let collect = |tiles: Vec<Lanes<HIDDEN_LANES>>, units| unpack(&tiles, units);
        for ((state, means), weights) in hidden() {
            let units = weights.units();
            record.mean_soma.push(collect(
                state
                    .somata
                    .iter()
                    .map(|t| t.sum.map(|sum| sum / divisor))
                    .collect(),
                units,
            ));
            record.mean_rate.push(unpack(&means.rate[index], units));
            record.mean_apical.push(unpack(&means.apical[index], units));
            record.plateau.push(unpack(&means.plateau[index], units));
            record.final_soma.push(collect(
                state.somata.iter().map(|t| t.voltage).collect(),
                units,
            ));
            record
                .final_dendrite
                .push(unpack(&state.last_dendrite, units));
            if let Some(feedback) = &weights.feedback {
                let last = self.activity.feedback.last_signal();
                let apical = (0..state.tiles())
                    .map(|tile| apical_voltage(feedback, tile, last))
                    .collect();
                record.final_apical.push(collect(apical, units));
            }
        }
        let output = &self.activity.output.somata;
        let collect = |tiles: Vec<Lanes<OUTPUT_LANES>>| unpack(&tiles, outputs);
        record.mean_soma.push(collect(
            output
                .iter()
                .map(|t| t.sum.map(|sum| sum / divisor))
                .collect(),
        ));
        record
            .mean_rate
            .push(unpack(&self.learning.output.rate[index], outputs));
        record
            .final_soma
            .push(collect(output.iter().map(|t| t.voltage).collect()));
        record
            .final_dendrite
            .push(unpack(&self.activity.output.last_dendrite, outputs));
        record
    }

    /// Every spike of the phase that was run.
    pub(super) fn recorded_spikes(&self, steps: usize) -> RecordedPhase {
        let trains = || {
            self.activity
                .populations
                .iter()
                .map(|p| &p.train)
                .chain([&self.scratch.output_spikes])
        };
        RecordedPhase {
            steps: (0..steps)
                .map(|step| trains().map(|train| train.counted(step)).collect())
                .collect(),
        }
    }
}
