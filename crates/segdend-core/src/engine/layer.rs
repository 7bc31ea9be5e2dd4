//! One layer above the input: its weights, its state, and its way through a phase.

use ndarray::{Array1, Array2};

use super::dispatch::Vector;
use super::draws::Candidates;
use super::lanes::{Lanes, TiledMatrix, pack, tiles};
use super::spike_train::SpikeTrain;
use super::tile::{ApicalDrive, Constants, TileInputs, TileOutputs, TileState, advance};

/// Weights and biases of a layer; in a hidden layer also its feedback matrix.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LayerWeights<const W: usize> {
    pub(crate) feedforward: TiledMatrix<W>,
    pub(crate) biases: Vec<Lanes<W>>,
    pub(crate) feedback: Option<TiledMatrix<W>>,
}

impl<const W: usize> LayerWeights<W> {
    pub(crate) fn new(
        weights: &Array2<f64>,
        biases: &Array1<f64>,
        feedback: Option<&Array2<f64>>,
    ) -> Self {
        Self {
            feedforward: TiledMatrix::from_dense(weights),
            biases: pack(biases.iter().map(|&b| b as f32)),
            feedback: feedback.map(TiledMatrix::from_dense),
        }
    }

    pub(crate) fn units(&self) -> usize {
        self.feedforward.units()
    }
}

/// What a layer carries from step to step and from example to example.
#[derive(Debug, Clone)]
pub(crate) struct LayerState<const W: usize> {
    pub(crate) tiles: Vec<TileState<W>>,
    /// Column sums of the newest K steps, K a tile; empty for an unlimited kernel.
    pub(crate) ring: Vec<Lanes<W>>,
    /// The ring's next place, the same for all tiles.
    pub(crate) ring_position: usize,
    /// Rates after every step, tile by tile, where they are wanted.
    pub(crate) rates: Vec<Lanes<W>>,
    pub(crate) rate_steps: usize,
}

/// What drives a layer through some steps of a phase.
pub(crate) struct Drive<'a, const W: usize> {
    pub(crate) constants: &'a Constants,
    pub(crate) coupling: f32,
    pub(crate) spikes: &'a SpikeTrain,
    /// What the output layer sends at every step; given where the apical conductance is not zero.
    pub(crate) apical_signals: Option<&'a [f32]>,
    /// Reversal potentials of the teaching current, a tile each.
    pub(crate) teacher: Option<&'a [Lanes<W>]>,
    pub(crate) candidates: Option<&'a Candidates>,
    pub(crate) window_start: usize,
}

impl<const W: usize> LayerState<W> {
    pub(crate) fn new(units: usize, memory: usize) -> Self {
        let tiles = tiles::<W>(units);
        Self {
            tiles: vec![TileState::REST; tiles],
            ring: vec![Lanes::ZERO; tiles * memory],
            ring_position: 0,
            rates: Vec::new(),
            rate_steps: 0,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.tiles.fill(TileState::REST);
        self.ring.fill(Lanes::ZERO);
        self.ring_position = 0;
    }

    /// Prepares the sums, and room for rates if they are wanted, of a phase.
    #[inline(always)]
    pub(crate) fn begin_phase(&mut self, steps: usize, keep_rates: bool) {
        for tile in &mut self.tiles {
            tile.soma_sum = Lanes::ZERO;
        }
        self.rate_steps = if keep_rates { steps } else { 0 };
        let room = self.tiles.len() * self.rate_steps;
        if self.rates.len() < room {
            self.rates.resize(room, Lanes::ZERO);
        }
    }

    /// Advances all tiles over `steps`, adding their spikes to `spikes`.
    #[inline(always)]
    pub(crate) fn advance<V: Vector>(
        &mut self,
        weights: &LayerWeights<W>,
        drive: &Drive<'_, W>,
        spikes: &mut SpikeTrain,
        steps: std::ops::Range<usize>,
    ) {
        let memory = drive.constants.memory;
        for (tile, state) in self.tiles.iter_mut().enumerate() {
            let apical = match (drive.apical_signals, &weights.feedback) {
                (Some(signals), Some(feedback)) => Some(ApicalDrive {
                    columns: feedback.tile(tile),
                    signals,
                }),
                _ => None,
            };
            let inputs = TileInputs {
                constants: drive.constants,
                coupling: drive.coupling,
                first: tile * W,
                tile,
                columns: weights.feedforward.tile(tile),
                bias: &weights.biases[tile],
                spikes: drive.spikes,
                apical,
                teacher: drive.teacher.map(|reversals| &reversals[tile]),
                candidates: drive.candidates,
                window_start: drive.window_start,
            };
            let rates = (self.rate_steps > 0)
                .then(|| &mut self.rates[tile * self.rate_steps..(tile + 1) * self.rate_steps]);
            let mut outputs = TileOutputs {
                ring: &mut self.ring[tile * memory..(tile + 1) * memory],
                ring_position: self.ring_position,
                spikes,
                rates,
            };
            advance::<V, W>(state, &inputs, &mut outputs, steps.clone());
        }
        if memory > 0 {
            self.ring_position = (self.ring_position + steps.len()) % memory;
        }
    }

    /// The rate of a tile after a step of the phase that was kept.
    #[inline(always)]
    pub(crate) fn rate(&self, tile: usize, step: usize) -> &Lanes<W> {
        &self.rates[tile * self.rate_steps + step]
    }

    /// Mean rate over the kept steps from `window_start` on, a tile each.
    pub(crate) fn mean_rates(&self, window_start: usize, means: &mut [Lanes<W>]) {
        let divisor = (self.rate_steps - window_start) as f32;
        for (tile, mean) in means.iter_mut().enumerate() {
            *mean = Lanes::ZERO;
            for step in window_start..self.rate_steps {
                mean.add(self.rate(tile, step));
            }
            *mean = mean.map(|sum| sum / divisor);
        }
    }
}
