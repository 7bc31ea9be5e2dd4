//! What the output layer sends back: at every step one signal an output unit, seen by the apical
//! dendrites in the next step.

use std::ops::Range;

use super::constants::Constants;
use super::phase::OUTPUT_LANES;
use super::spike_train::SpikeTrain;
use crate::simd::flatten;
use crate::simd::lanes::{Lanes, TiledMatrix, tiles};

type Outputs = Lanes<OUTPUT_LANES>;

/// One spike of each unit of a tile.
static ONE_SPIKE: [Outputs; OUTPUT_LANES] = {
    let mut spikes = [Outputs::ZERO; OUTPUT_LANES];
    let mut unit = 0;
    while unit < OUTPUT_LANES {
        spikes[unit].0[unit] = 1.0;
        unit += 1;
    }
    spikes
};

/// What is left of a spike that is all but over, or of one that has left a truncated kernel, where
/// rounding leaves a trace: nothing. A fresh spike counts 1, and f32 resolves no less of a sum.
#[inline(always)]
fn without_traces(filter: f32) -> f32 {
    const TRACE: f32 = 1e-6;
    if filter.abs() < TRACE { 0.0 } else { filter }
}

/// The output layer's signals over a phase, and the filters behind them. Everything is a row of
/// tiles of output units.
#[derive(Debug, Clone)]
pub(crate) struct FeedbackState {
    outputs: usize,
    tiles: usize,
    pub(crate) slow: Vec<Outputs>,
    pub(crate) fast: Vec<Outputs>,
    /// Spike counts of the newest K steps, a ring of K rows (truncated kernels).
    pub(crate) ring: Vec<Outputs>,
    pub(crate) ring_position: usize,
    /// A row a step: what apical dendrites see in it. The row after the last step is what they
    /// will see when the next phase begins.
    signals: Vec<Outputs>,
    steps: usize,
    /// Row 0 of the next phase.
    pub(crate) next: Vec<Outputs>,
    mean: Vec<Outputs>,
    /// Units that send something and what, `senders` of them; the rest is spare.
    seen: Vec<(u16, f32)>,
    senders: usize,
}

impl FeedbackState {
    pub(crate) fn new(outputs: usize, memory: usize) -> Self {
        let tiles = tiles::<OUTPUT_LANES>(outputs);
        let row = || vec![Outputs::ZERO; tiles];
        Self {
            outputs,
            tiles,
            slow: row(),
            fast: row(),
            ring: vec![Outputs::ZERO; tiles * memory],
            ring_position: 0,
            signals: Vec::new(),
            steps: 0,
            next: row(),
            mean: row(),
            seen: vec![(0, 0.0); tiles * OUTPUT_LANES],
            senders: 0,
        }
    }

    pub(crate) fn clear(&mut self) {
        for values in [
            &mut self.slow,
            &mut self.fast,
            &mut self.ring,
            &mut self.next,
        ] {
            values.fill(Outputs::ZERO);
        }
        self.ring_position = 0;
    }

    #[inline(always)]
    pub(crate) fn begin_phase(&mut self, steps: usize) {
        self.steps = steps;
        let needed = (steps + 1) * self.tiles;
        if self.signals.len() < needed {
            self.signals.resize(needed, Outputs::ZERO);
        }
        self.signals[..self.tiles].copy_from_slice(&self.next);
    }

    #[inline(always)]
    fn row(&self, step: usize) -> &[Outputs] {
        &self.signals[step * self.tiles..(step + 1) * self.tiles]
    }

    /// Takes the output spikes of `steps` and filters them (Eq. 10).
    #[inline(always)]
    pub(crate) fn take_spikes(&mut self, c: &Constants, train: &SpikeTrain, steps: Range<usize>) {
        let tiles = self.tiles;
        for tile in 0..tiles {
            let (mut slow, mut fast) = (self.slow[tile], self.fast[tile]);
            let mut oldest = self.ring_position;
            for step in steps.clone() {
                let mut counts = Outputs::ZERO;
                for &unit in train.at(step) {
                    let unit = usize::from(unit);
                    if tiles == 1 || unit / OUTPUT_LANES == tile {
                        counts.add(&ONE_SPIKE[unit % OUTPUT_LANES]);
                    }
                }
                slow = slow.zip(&counts, |slow, count| c.decay_slow * (slow + count));
                fast = fast.zip(&counts, |fast, count| c.decay_fast * (fast + count));
                if c.memory > 0 {
                    let leaving = &mut self.ring[oldest * tiles + tile];
                    slow.add_scaled(-c.leave_slow, leaving);
                    fast.add_scaled(-c.leave_fast, leaving);
                    *leaving = counts;
                    oldest += 1;
                    if oldest == c.memory {
                        oldest = 0;
                    }
                }
                (slow, fast) = (slow.map(without_traces), fast.map(without_traces));
                self.signals[(step + 1) * tiles + tile] =
                    slow.zip(&fast, |slow, fast| (slow - fast) * c.psp_scale);
            }
            (self.slow[tile], self.fast[tile]) = (slow, fast);
        }
        if c.memory > 0 {
            self.ring_position += steps.len();
            if self.ring_position >= c.memory {
                self.ring_position %= c.memory;
            }
        }
    }

    /// Takes the output rates of `steps` as they are, from tile and step.
    #[inline(always)]
    pub(crate) fn take_rates(
        &mut self,
        steps: Range<usize>,
        rates: impl Fn(usize, usize) -> Outputs,
    ) {
        for step in steps {
            for tile in 0..self.tiles {
                // Lanes beyond the last unit send nothing.
                let used = (self.outputs - tile * OUTPUT_LANES).min(OUTPUT_LANES);
                let mut sent = Outputs::ZERO;
                sent.0[..used].copy_from_slice(&rates(tile, step).0[..used]);
                self.signals[(step + 1) * self.tiles + tile] = sent;
            }
        }
    }

    #[inline(always)]
    pub(crate) fn finish_phase(&mut self) {
        let after_last = self.steps * self.tiles;
        self.next
            .copy_from_slice(&self.signals[after_last..after_last + self.tiles]);
    }

    /// Looks up what apical dendrites see in `step`.
    #[inline(always)]
    pub(crate) fn look(&mut self, step: usize) {
        let row = &self.signals[step * self.tiles..(step + 1) * self.tiles];
        self.senders = 0;
        for (unit, &signal) in flatten(row).iter().enumerate() {
            self.seen[self.senders] = (unit as u16, signal);
            self.senders += usize::from(signal != 0.0);
        }
    }

    /// Output units that send something in the step that was looked up, and what.
    #[inline(always)]
    pub(crate) fn seen(&self) -> &[(u16, f32)] {
        &self.seen[..self.senders]
    }

    /// What apical dendrites saw in the last step of the phase.
    pub(crate) fn last_signal(&self) -> &[Outputs] {
        self.row(self.steps - 1)
    }

    /// Mean signal over steps `first` to `last`, both included.
    #[inline(always)]
    pub(crate) fn mean_signal(&mut self, first: usize, last: usize) -> &[Outputs] {
        let divisor = (last + 1 - first) as f32;
        for tile in 0..self.tiles {
            let mut sum = Outputs::ZERO;
            for step in first..=last {
                sum.add(&self.signals[step * self.tiles + tile]);
            }
            self.mean[tile] = sum.map(|sum| sum / divisor);
        }
        &self.mean
    }
}

/// `Y signal` for one tile (Eq. 11): apical voltages from one signal an output unit.
#[inline(always)]
pub(crate) fn apical_voltage<const W: usize>(
    feedback: &TiledMatrix<W>,
    tile: usize,
    signal: &[Outputs],
) -> Lanes<W> {
    let mut voltage = Lanes::ZERO;
    let signals = signal.iter().flat_map(|tile| tile.0);
    for (column, signal) in feedback.tile(tile).iter().zip(signals) {
        if signal != 0.0 {
            voltage.add_scaled(signal, column);
        }
    }
    voltage
}
