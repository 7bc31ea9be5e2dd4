//! What can be observed of a presentation, taken from the engine's states after a phase.

use super::Engine;
use super::feedback::apical_voltage;
use super::layer::LayerState;
use crate::segregated::record::PhaseRecord;
use crate::segregated::schedule::Phase;
use crate::segregated::spikes::RecordedPhase;
use crate::simd::lanes::unpack;

impl Engine {
    /// The averages and final voltages of the phase that was run, before it is finished.
    pub(super) fn phase_record(
        &self,
        phase: Phase,
        window_start: usize,
        divisor: f32,
    ) -> PhaseRecord {
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
        let c = &self.settings.constants;
        for ((state, means), weights) in hidden() {
            let units = weights.units();
            record
                .mean_soma
                .push(mean_soma(state, window_start, divisor, units));
            record.mean_rate.push(unpack(&means.rate[index], units));
            record.mean_apical.push(unpack(&means.apical[index], units));
            record.plateau.push(unpack(&means.plateau[index], units));
            record.final_soma.push(unpack(&state.somata, units));
            record
                .final_dendrite
                .push(unpack(&state.last_dendrites(c, weights), units));
            if let Some(feedback) = &weights.feedback {
                let last = self.activity.feedback.last_signal();
                let apical: Vec<_> = (0..state.tiles())
                    .map(|tile| apical_voltage(feedback, tile, last))
                    .collect();
                record.final_apical.push(unpack(&apical, units));
            }
        }
        let (output, weights) = (&self.activity.output, &self.weights.output);
        record
            .mean_soma
            .push(mean_soma(output, window_start, divisor, outputs));
        record
            .mean_rate
            .push(unpack(&self.learning.output.rate[index], outputs));
        record.final_soma.push(unpack(&output.somata, outputs));
        record
            .final_dendrite
            .push(unpack(&output.last_dendrites(c, weights), outputs));
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

fn mean_soma<const W: usize>(
    state: &LayerState<W>,
    window_start: usize,
    divisor: f32,
    units: usize,
) -> Vec<f64> {
    let means: Vec<_> = state
        .window_sums(window_start)
        .map(|sums| sums.map(|sum| sum / divisor))
        .collect();
    unpack(&means, units)
}
