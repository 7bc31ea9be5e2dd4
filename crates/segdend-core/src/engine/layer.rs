//! One layer above the input: its weights, its state, and its way through a phase.

use ndarray::{Array1, Array2};

use super::candidates::Candidates;
use super::constants::Constants;
use super::dendrite::{self, Filters, Ring};
use super::dispatch::Vector;
use super::lanes::{Lanes, TiledMatrix, pack, tiles};
use super::math;
use super::soma::{self, ApicalDrive, Currents, Somata, Sources};
use super::spike_train::SpikeTrain;
use super::stages::Stage;

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

/// Voltages after every step of a phase: of all tiles where they are wanted later, else of the
/// tile that is being advanced.
#[derive(Debug, Clone, Default)]
pub(crate) struct Voltages<const W: usize> {
    rows: Vec<Lanes<W>>,
    steps: usize,
    kept: bool,
}

impl<const W: usize> Voltages<W> {
    #[inline(always)]
    fn begin_phase(&mut self, tiles: usize, steps: usize, kept: bool) {
        (self.steps, self.kept) = (steps, kept);
        let room = steps * if kept { tiles } else { 1 };
        if self.rows.len() < room {
            self.rows.resize(room, Lanes::ZERO);
        }
    }

    /// A tile's voltages, a row a step.
    #[inline(always)]
    pub(crate) fn tile(&self, tile: usize) -> &[Lanes<W>] {
        let tile = if self.kept { tile } else { 0 };
        &self.rows[tile * self.steps..(tile + 1) * self.steps]
    }

    #[inline(always)]
    fn tile_mut(&mut self, tile: usize) -> &mut [Lanes<W>] {
        let tile = if self.kept { tile } else { 0 };
        &mut self.rows[tile * self.steps..(tile + 1) * self.steps]
    }
}

/// What a layer carries from step to step and from example to example, and its voltages in the
/// present phase.
#[derive(Debug, Clone)]
pub(crate) struct LayerState<const W: usize> {
    pub(crate) filters: Vec<Filters<W>>,
    pub(crate) somata: Vec<Somata<W>>,
    /// Column sums of the newest K steps, K a tile; empty for an unlimited kernel.
    pub(crate) ring: Vec<Lanes<W>>,
    /// The ring's row of K steps ago, the same for all tiles.
    pub(crate) ring_position: usize,
    pub(crate) dendrite_voltages: Voltages<W>,
    pub(crate) soma_voltages: Voltages<W>,
    /// B or V after the phase's last step.
    pub(crate) last_dendrite: Vec<Lanes<W>>,
}

/// What drives a layer's somata through some steps of a phase.
pub(crate) struct SomaDrive<'a, const W: usize> {
    pub(crate) currents: Currents,
    /// Output units that send something, and what; given where the apical conductance is not zero.
    pub(crate) apical_signals: Option<&'a [(u16, f32)]>,
    /// Reversal potentials of the teaching current, a tile each.
    pub(crate) teacher: Option<&'a [Lanes<W>]>,
    pub(crate) window_start: usize,
}

impl<const W: usize> LayerState<W> {
    pub(crate) fn new(units: usize, memory: usize) -> Self {
        let tiles = tiles::<W>(units);
        Self {
            filters: vec![Filters::REST; tiles],
            somata: vec![Somata::REST; tiles],
            ring: vec![Lanes::ZERO; tiles * memory],
            ring_position: 0,
            dendrite_voltages: Voltages::default(),
            soma_voltages: Voltages::default(),
            last_dendrite: vec![Lanes::ZERO; tiles],
        }
    }

    pub(crate) fn clear(&mut self) {
        self.filters.fill(Filters::REST);
        self.somata.fill(Somata::REST);
        self.ring.fill(Lanes::ZERO);
        self.ring_position = 0;
    }

    pub(crate) fn tiles(&self) -> usize {
        self.filters.len()
    }

    /// Prepares the sums and the voltages of a phase. Dendrites' voltages of all tiles are kept
    /// where the whole layer's dendrites go before its somata; somata's are always kept.
    #[inline(always)]
    pub(crate) fn begin_phase(&mut self, steps: usize, keep_dendrites: bool) {
        for somata in &mut self.somata {
            somata.sum = Lanes::ZERO;
        }
        let tiles = self.tiles();
        self.dendrite_voltages
            .begin_phase(tiles, steps, keep_dendrites);
        self.soma_voltages.begin_phase(tiles, steps, true);
    }

    /// Advances the dendrites of one tile.
    #[inline(always)]
    fn advance_dendrites<V: Vector>(
        &mut self,
        c: &Constants,
        weights: &LayerWeights<W>,
        spikes: &SpikeTrain,
        tile: usize,
        steps: std::ops::Range<usize>,
    ) {
        let ring = Ring {
            rows: &mut self.ring[tile * c.memory..(tile + 1) * c.memory],
            oldest: self.ring_position,
        };
        let voltages = &mut self.dendrite_voltages.tile_mut(tile)[steps.clone()];
        dendrite::advance::<V, W>(
            c,
            weights.feedforward.tile(tile),
            &weights.biases[tile],
            spikes,
            &mut self.filters[tile],
            ring,
            steps,
            voltages,
        );
        if let Some(last) = voltages.last() {
            self.last_dendrite[tile] = *last;
        }
        V::end_of(Stage::Dendrites);
    }

    /// Advances the somata of one tile.
    #[inline(always)]
    fn advance_somata<V: Vector>(
        &mut self,
        weights: &LayerWeights<W>,
        drive: &SomaDrive<'_, W>,
        tile: usize,
        steps: std::ops::Range<usize>,
    ) {
        let apical = match (drive.apical_signals, &weights.feedback) {
            (Some(signals), Some(feedback)) => Some(ApicalDrive {
                columns: feedback.tile(tile),
                signals,
            }),
            _ => None,
        };
        let sources = Sources {
            apical,
            teacher: drive.teacher.map(|reversals| &reversals[tile]),
        };
        soma::advance::<V, W>(
            drive.currents,
            &sources,
            &mut self.somata[tile],
            steps.clone(),
            drive.window_start,
            &self.dendrite_voltages.tile(tile)[steps.clone()],
            &mut self.soma_voltages.tile_mut(tile)[steps],
        );
        V::end_of(Stage::Somata);
    }

    /// Finds the spikes of all tiles, whose somata have been advanced, step by step.
    #[inline(always)]
    fn thin<V: Vector>(
        &self,
        units: usize,
        candidates: &mut Candidates,
        steps: std::ops::Range<usize>,
        fired: &mut SpikeTrain,
    ) {
        for step in steps {
            for tile in 0..self.tiles() {
                let units = (units - tile * W).min(W);
                let somas = &self.soma_voltages.tile(tile)[step];
                candidates.thin::<V, W>(tile, units, somas, step, fired);
            }
            fired.end_step();
        }
        V::end_of(Stage::Thinning);
    }

    #[inline(always)]
    fn turn_ring(&mut self, c: &Constants, steps: usize) {
        if c.memory > 0 {
            self.ring_position = (self.ring_position + steps) % c.memory;
        }
    }

    /// Advances every tile's dendrites, leaving the somata for later.
    #[inline(always)]
    pub(crate) fn advance_all_dendrites<V: Vector>(
        &mut self,
        c: &Constants,
        weights: &LayerWeights<W>,
        spikes: &SpikeTrain,
        steps: std::ops::Range<usize>,
    ) {
        for tile in 0..self.tiles() {
            self.advance_dendrites::<V>(c, weights, spikes, tile, steps.clone());
        }
        self.turn_ring(c, steps.len());
    }

    /// Advances every tile's somata, whose dendrites have been advanced, and adds the layer's
    /// spikes to `fired`.
    #[inline(always)]
    pub(crate) fn advance_all_somata<V: Vector>(
        &mut self,
        weights: &LayerWeights<W>,
        drive: &SomaDrive<'_, W>,
        candidates: Option<&mut Candidates>,
        steps: std::ops::Range<usize>,
        fired: &mut SpikeTrain,
    ) {
        for tile in 0..self.tiles() {
            self.advance_somata::<V>(weights, drive, tile, steps.clone());
        }
        if let Some(candidates) = candidates {
            self.thin::<V>(weights.units(), candidates, steps, fired);
        }
    }

    /// Advances tile after tile, dendrites and somata, and adds the layer's spikes to `fired`.
    #[allow(clippy::too_many_arguments, reason = "what drives a layer, by name")]
    #[inline(always)]
    pub(crate) fn advance<V: Vector>(
        &mut self,
        c: &Constants,
        weights: &LayerWeights<W>,
        spikes: &SpikeTrain,
        drive: &SomaDrive<'_, W>,
        candidates: Option<&mut Candidates>,
        steps: std::ops::Range<usize>,
        fired: &mut SpikeTrain,
    ) {
        for tile in 0..self.tiles() {
            self.advance_dendrites::<V>(c, weights, spikes, tile, steps.clone());
            self.advance_somata::<V>(weights, drive, tile, steps.clone());
        }
        self.turn_ring(c, steps.len());
        if let Some(candidates) = candidates {
            self.thin::<V>(weights.units(), candidates, steps, fired);
        }
    }

    /// Mean rates (Eq. 13) over the phase's steps from `window_start` on, a tile each.
    #[inline(always)]
    pub(crate) fn mean_rates(&self, lambda_max: f32, window_start: usize, means: &mut [Lanes<W>]) {
        for (tile, mean) in means.iter_mut().enumerate() {
            let voltages = &self.soma_voltages.tile(tile)[window_start..];
            *mean = Lanes::ZERO;
            for voltage in voltages {
                mean.add(&voltage.map(math::sigma));
            }
            *mean = mean.map(|sum| lambda_max * sum / voltages.len() as f32);
        }
    }
}
