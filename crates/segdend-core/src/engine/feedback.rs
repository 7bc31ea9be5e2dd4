//! What the output layer sends back: at every step one signal an output unit, seen by the apical
//! dendrites in the next step.

use super::lanes::{Lanes, TiledMatrix};
use super::spike_train::SpikeTrain;
use super::tile::Constants;

/// The output layer's signals over a phase, and the filters behind them.
#[derive(Debug, Clone)]
pub(crate) struct FeedbackState {
    outputs: usize,
    pub(crate) slow: Vec<f32>,
    pub(crate) fast: Vec<f32>,
    /// Spike counts of the newest K steps, a ring of K rows (truncated kernels).
    pub(crate) ring: Vec<f32>,
    pub(crate) ring_position: usize,
    /// `signals[step * outputs + unit]`: what apical dendrites see in `step`. The row after the
    /// last step is what they will see when the next phase begins.
    signals: Vec<f32>,
    steps: usize,
    /// Row 0 of the next phase.
    pub(crate) next: Vec<f32>,
    counts: Vec<f32>,
    mean: Vec<f32>,
}

impl FeedbackState {
    pub(crate) fn new(outputs: usize, memory: usize) -> Self {
        Self {
            outputs,
            slow: vec![0.0; outputs],
            fast: vec![0.0; outputs],
            ring: vec![0.0; outputs * memory],
            ring_position: 0,
            signals: Vec::new(),
            steps: 0,
            next: vec![0.0; outputs],
            counts: vec![0.0; outputs],
            mean: vec![0.0; outputs],
        }
    }

    pub(crate) fn clear(&mut self) {
        for values in [
            &mut self.slow,
            &mut self.fast,
            &mut self.ring,
            &mut self.next,
        ] {
            values.fill(0.0);
        }
        self.ring_position = 0;
    }

    #[inline(always)]
    pub(crate) fn begin_phase(&mut self, steps: usize) {
        self.steps = steps;
        let room = (steps + 1) * self.outputs;
        if self.signals.len() < room {
            self.signals.resize(room, 0.0);
        }
        self.signals[..self.outputs].copy_from_slice(&self.next);
    }

    /// Takes the output spikes of `step` and filters them (Eq. 10).
    #[inline(always)]
    pub(crate) fn take_spikes(&mut self, c: &Constants, train: &SpikeTrain, step: usize) {
        self.counts.fill(0.0);
        train
            .at(step)
            .iter()
            .for_each(|&unit| self.counts[usize::from(unit)] += 1.0);
        let signals = &mut self.signals[(step + 1) * self.outputs..(step + 2) * self.outputs];
        for unit in 0..self.outputs {
            self.slow[unit] = c.decay_slow * (self.slow[unit] + self.counts[unit]);
            self.fast[unit] = c.decay_fast * (self.fast[unit] + self.counts[unit]);
        }
        if c.memory > 0 {
            let row = &mut self.ring
                [self.ring_position * self.outputs..(self.ring_position + 1) * self.outputs];
            for unit in 0..self.outputs {
                self.slow[unit] -= c.leave_slow * row[unit];
                self.fast[unit] -= c.leave_fast * row[unit];
            }
            row.copy_from_slice(&self.counts);
            self.ring_position = (self.ring_position + 1) % c.memory;
        }
        for unit in 0..self.outputs {
            signals[unit] = (self.slow[unit] - self.fast[unit]) * c.psp_scale;
        }
    }

    /// Takes the output rates of `step` as they are.
    #[inline(always)]
    pub(crate) fn take_rates(&mut self, step: usize, rate: impl Fn(usize) -> f32) {
        for unit in 0..self.outputs {
            self.signals[(step + 1) * self.outputs + unit] = rate(unit);
        }
    }

    #[inline(always)]
    pub(crate) fn finish_phase(&mut self) {
        self.next.copy_from_slice(
            &self.signals[self.steps * self.outputs..(self.steps + 1) * self.outputs],
        );
    }

    /// All signals of the phase, a row of output units a step.
    #[inline(always)]
    pub(crate) fn signals(&self) -> &[f32] {
        &self.signals
    }

    /// What apical dendrites saw in the last step of the phase.
    pub(crate) fn last_signal(&self) -> &[f32] {
        &self.signals[(self.steps - 1) * self.outputs..self.steps * self.outputs]
    }

    /// Mean signal over steps `first` to `last`, both included.
    #[inline(always)]
    pub(crate) fn mean_signal(&mut self, first: usize, last: usize) -> &[f32] {
        self.mean.fill(0.0);
        for step in first..=last {
            let row = &self.signals[step * self.outputs..(step + 1) * self.outputs];
            for (sum, signal) in self.mean.iter_mut().zip(row) {
                *sum += signal;
            }
        }
        let divisor = (last + 1 - first) as f32;
        self.mean.iter_mut().for_each(|sum| *sum /= divisor);
        &self.mean
    }
}

/// `Y signal` for one tile (Eq. 11): apical voltages from one signal an output unit.
#[inline(always)]
pub(crate) fn apical_voltage<const W: usize>(
    feedback: &TiledMatrix<W>,
    tile: usize,
    signal: &[f32],
) -> Lanes<W> {
    let mut voltage = Lanes::ZERO;
    for (column, &signal) in feedback.tile(tile).iter().zip(signal) {
        voltage.add_scaled(signal, column);
    }
    voltage
}
