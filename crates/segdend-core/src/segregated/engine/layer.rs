//! One layer above the input: its weights, its state, and its way through a phase.

mod pieces;

use ndarray::{Array1, Array2};

use super::candidates::{Candidates, InPhase, InStep, InTile, Thinning};
use super::constants::Constants;
use super::dendrite::{Afferents, Dendrites};
use super::soma::{ApicalDrive, Currents, Sources};
use super::spike_train::SpikeTrain;
use super::voltages::{Order, Voltages};
use crate::simd::Vector;
use crate::simd::lanes::{Lanes, TiledMatrix, pack, tiles};
use crate::simd::math;
use crate::simd::sections::Section;

use pieces::{SomataOfTile, Step, TileThroughPhase};

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

    /// The feedforward weights onto a tile.
    #[inline(always)]
    fn onto(&self, tile: usize) -> Afferents<'_, W> {
        Afferents {
            columns: self.feedforward.tile(tile),
            bias: &self.biases[tile],
            units: self.units_of(tile),
        }
    }

    /// How many of a tile's lanes hold neurons.
    #[inline(always)]
    pub(crate) fn units_of(&self, tile: usize) -> usize {
        (self.units() - tile * W).min(W)
    }
}

/// What a layer carries from step to step and from example to example, and its voltages in the
/// present phase.
#[derive(Debug, Clone)]
pub(crate) struct LayerState<const W: usize> {
    pub(crate) dendrites: Dendrites<W>,
    /// C or U before the phase, or after it once that has ended.
    pub(crate) somata: Vec<Lanes<W>>,
    /// C or U after every step of the phase; B where the dendrites have gone ahead.
    pub(crate) soma_voltages: Voltages<W>,
}

/// What drives a layer's somata through some steps of a phase.
pub(crate) struct SomaDrive<'a, const W: usize> {
    pub(crate) currents: Currents,
    /// Output units that send something, and what; given where the apical conductance is not zero.
    pub(crate) apical_signals: Option<&'a [(u16, f32)]>,
    /// Reversal potentials of the teaching current, a tile each.
    pub(crate) teacher: Option<&'a [Lanes<W>]>,
}

impl<'a, const W: usize> SomaDrive<'a, W> {
    #[inline(always)]
    fn sources(&self, weights: &'a LayerWeights<W>, tile: usize) -> Sources<'a, W> {
        let apical = match (self.apical_signals, &weights.feedback) {
            (Some(signals), Some(feedback)) => Some(ApicalDrive {
                columns: feedback.tile(tile),
                signals,
            }),
            _ => None,
        };
        Sources {
            apical,
            teacher: self.teacher.map(|reversals| &reversals[tile]),
        }
    }
}

impl<const W: usize> LayerState<W> {
    pub(crate) fn new(units: usize, memory: usize) -> Self {
        let tiles = tiles::<W>(units);
        Self {
            dendrites: Dendrites::new(tiles, memory),
            somata: vec![Lanes::ZERO; tiles],
            soma_voltages: Voltages::default(),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.dendrites.clear();
        self.somata.fill(Lanes::ZERO);
    }

    pub(crate) fn tiles(&self) -> usize {
        self.somata.len()
    }

    /// Prepares the voltages of a phase.
    #[inline(always)]
    pub(crate) fn begin_phase(&mut self, steps: usize, order: Order) {
        self.dendrites.begin_phase(steps);
        self.soma_voltages.begin_phase(self.tiles(), steps, order);
    }

    /// Makes the last voltages those that the next phase begins with.
    #[inline(always)]
    pub(crate) fn end_phase(&mut self) {
        for (tile, soma) in self.somata.iter_mut().enumerate() {
            if let Some(last) = self.soma_voltages.rows_of(tile).next_back() {
                *soma = *last;
            }
        }
    }

    /// Finds the spikes of all tiles, whose somata have been advanced: in one step, or in all.
    #[inline(always)]
    fn thin<V: Vector>(
        &self,
        units: usize,
        candidates: &mut Candidates,
        step: Option<usize>,
        fired: &mut SpikeTrain,
    ) {
        let thinning = Thinning {
            candidates,
            units,
            voltages: &self.soma_voltages,
            fired,
        };
        match step {
            Some(step) => V::out_of_line(InStep(thinning, step)),
            None => V::out_of_line(InPhase(thinning)),
        }
        V::end_of(Section::Thinning);
    }

    /// Advances tile after tile through the phase, dendrites and somata together, or dendrites alone
    /// where nothing is said to drive the somata: these then follow step by step. Draws candidates
    /// that have not been drawn.
    #[inline(always)]
    pub(crate) fn advance_tiles<V: Vector>(
        &mut self,
        c: &Constants,
        weights: &LayerWeights<W>,
        spikes: &SpikeTrain,
        drive: Option<&SomaDrive<'_, W>>,
        mut candidates: Option<&mut Candidates>,
        steps: usize,
    ) {
        for tile in 0..self.tiles() {
            let draws = candidates.as_deref_mut().and_then(|c| c.draws_of(tile));
            let afferents = weights.onto(tile);
            self.dendrites
                .add_up::<V, _>(afferents, spikes, steps, draws);
            V::out_of_line(TileThroughPhase {
                c,
                afferents,
                dendrites: &mut self.dendrites,
                tile,
                steps,
                somata: drive.map(|drive| SomataOfTile {
                    currents: drive.currents,
                    sources: drive.sources(weights, tile),
                    before: &self.somata[tile],
                }),
                voltages: &mut self.soma_voltages,
            });
            if self.soma_voltages.order() == Order::ByTile
                && let Some(candidates) = &mut candidates
            {
                V::end_of(Section::Dendrites);
                V::out_of_line(InTile {
                    candidates,
                    tile,
                    units: weights.units_of(tile),
                    voltages: self.soma_voltages.of(tile),
                });
                V::end_of(Section::Thinning);
            }
        }
        self.dendrites.turn(steps);
        V::end_of(Section::Dendrites);
    }

    /// Advances every tile by a step and adds the layer's spikes to `fired`: dendrites and somata, or
    /// somata alone, where the dendrites have gone ahead. Candidates must have been drawn.
    #[allow(clippy::too_many_arguments, reason = "what drives a layer, by name")]
    #[inline(always)]
    pub(crate) fn step<V: Vector>(
        &mut self,
        c: &Constants,
        weights: &LayerWeights<W>,
        arriving: Option<&SpikeTrain>,
        drive: &SomaDrive<'_, W>,
        candidates: Option<&mut Candidates>,
        step: usize,
        fired: &mut SpikeTrain,
    ) {
        V::out_of_line(Step {
            c,
            weights,
            state: self,
            arrived: arriving.map(|spikes| spikes.at(step)),
            drive,
            step,
        });
        V::end_of(match arriving {
            Some(_) => Section::Dendrites,
            None => Section::Somata,
        });
        if let Some(candidates) = candidates {
            self.thin::<V>(weights.units(), candidates, Some(step), fired);
        }
    }

    /// Advances the layer through the phase and adds its spikes to `fired`.
    #[allow(clippy::too_many_arguments, reason = "what drives a layer, by name")]
    #[inline(always)]
    pub(crate) fn advance<V: Vector>(
        &mut self,
        c: &Constants,
        weights: &LayerWeights<W>,
        spikes: &SpikeTrain,
        drive: &SomaDrive<'_, W>,
        mut candidates: Option<&mut Candidates>,
        steps: usize,
        fired: &mut SpikeTrain,
    ) {
        let drawn = candidates.as_deref_mut();
        self.advance_tiles::<V>(c, weights, spikes, Some(drive), drawn, steps);
        if let Some(candidates) = candidates {
            self.thin::<V>(weights.units(), candidates, None, fired);
        }
    }

    /// B or V after the phase's last step.
    pub(crate) fn last_dendrites(&self, c: &Constants, weights: &LayerWeights<W>) -> Vec<Lanes<W>> {
        let tiles = self.dendrites.filters.iter().zip(&weights.biases);
        tiles
            .map(|(filters, bias)| filters.voltage(c, bias))
            .collect()
    }

    /// Sums of C (or U) over the phase's steps from `window_start` on, a tile each.
    #[inline(always)]
    pub(crate) fn window_sums(&self, window_start: usize) -> impl Iterator<Item = Lanes<W>> {
        (0..self.tiles()).map(move |tile| {
            let mut sum = Lanes::ZERO;
            for row in self.soma_voltages.rows_of(tile).skip(window_start) {
                sum.add(row);
            }
            sum
        })
    }

    /// Mean rates (Eq. 13) over the phase's steps from `window_start` on, a tile each.
    #[inline(always)]
    pub(crate) fn mean_rates(&self, lambda_max: f32, window_start: usize, means: &mut [Lanes<W>]) {
        for (tile, mean) in means.iter_mut().enumerate() {
            let rows = self.soma_voltages.rows_of(tile).skip(window_start);
            let steps = rows.len() as f32;
            *mean = Lanes::ZERO;
            for row in rows {
                mean.add(&row.map(math::sigma));
            }
            *mean = mean.map(|sum| lambda_max * sum / steps);
        }
    }
}
