//! One phase of one example: draws, then the layers from the bottom up.
//!
//! Without apical conductance a layer's spikes depend only on the layers below, so each layer is
//! run over the whole phase before the next. With it the layers advance together, step by step.

use super::dispatch::{Available, Vector, Work};
use super::draws::{Candidates, InputDraws, PoissonTable};
use super::feedback::FeedbackState;
use super::lanes::Lanes;
use super::layer::{Drive, LayerState, LayerWeights};
use super::population::{KernelSums, Population};
use super::spike_train::SpikeTrain;
use super::tile::Constants;
use crate::mechanisms::FeedbackSignal;
use crate::params::Parameters;
use crate::rng::StreamKey;
use crate::schedule::Phase;
use crate::spikes::RecordedSpikes;

/// Width of a tile of hidden neurons, and of one of output neurons.
pub(crate) const HIDDEN_LANES: usize = 32;
pub(crate) const OUTPUT_LANES: usize = 16;

/// Where the spikes of an example come from.
#[derive(Debug, Clone, Copy)]
pub enum SpikeDrive<'a> {
    /// Drawn from this stream.
    Free(StreamKey),
    /// Replayed.
    Recorded(&'a RecordedSpikes),
}

/// Weights of all layers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    pub(crate) hidden: Vec<LayerWeights<HIDDEN_LANES>>,
    pub(crate) output: LayerWeights<OUTPUT_LANES>,
}

/// Everything that carries over from step to step and from example to example.
#[derive(Debug, Clone)]
pub(crate) struct Activity {
    pub(crate) hidden: Vec<LayerState<HIDDEN_LANES>>,
    pub(crate) output: LayerState<OUTPUT_LANES>,
    /// The input, then the hidden layers.
    pub(crate) populations: Vec<Population>,
    pub(crate) feedback: FeedbackState,
}

/// Memory that is filled anew in every phase.
#[derive(Debug, Clone)]
pub(crate) struct Scratch {
    pub(crate) input: InputDraws,
    candidates: Vec<Candidates>,
    pub(crate) output_spikes: SpikeTrain,
    hidden_counts: PoissonTable,
    output_counts: PoissonTable,
}

/// The model's settings as the inner loops need them.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) parameters: Parameters,
    pub(crate) constants: Constants,
    pub(crate) feedback_signal: FeedbackSignal,
    pub(crate) level: Available,
}

/// What a phase is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PhasePlan<'a> {
    pub(crate) phase: Phase,
    pub(crate) steps: usize,
    pub(crate) window_start: usize,
    /// Reversal potentials of the teaching current, in the target phase.
    pub(crate) teacher: Option<&'a [Lanes<OUTPUT_LANES>]>,
    pub(crate) spikes: SpikeDrive<'a>,
    /// Whether the hidden layers' rates are wanted, and the output layer's.
    pub(crate) keep_hidden_rates: bool,
    pub(crate) keep_output_rates: bool,
    /// Whether what the output layer sends back is wanted.
    pub(crate) keep_feedback: bool,
}

impl Activity {
    pub(crate) fn new(sizes: &[usize], p: &Parameters, memory: usize) -> Self {
        let (outputs, below) = sizes
            .split_last()
            .expect("validated: a network has an output layer");
        Self {
            hidden: below[1..]
                .iter()
                .map(|&units| LayerState::new(units, memory))
                .collect(),
            output: LayerState::new(*outputs, memory),
            populations: below
                .iter()
                .map(|&units| Population::new(units, p))
                .collect(),
            feedback: FeedbackState::new(*outputs, memory),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.hidden.iter_mut().for_each(LayerState::clear);
        self.output.clear();
        self.populations.iter_mut().for_each(Population::clear);
        self.feedback.clear();
    }

    /// Makes the phase that was run part of the past.
    #[inline(always)]
    pub(crate) fn finish_phase(&mut self, sums: &KernelSums) {
        self.populations
            .iter_mut()
            .for_each(|population| population.finish_phase(sums));
    }
}

impl Scratch {
    pub(crate) fn new(hidden_layers: usize, lambda_max_per_ms: f64) -> Self {
        Self {
            input: InputDraws::default(),
            candidates: vec![Candidates::default(); hidden_layers + 1],
            output_spikes: SpikeTrain::default(),
            hidden_counts: PoissonTable::new(lambda_max_per_ms * HIDDEN_LANES as f64),
            output_counts: PoissonTable::new(lambda_max_per_ms * OUTPUT_LANES as f64),
        }
    }
}

/// Runs a phase; averages are taken from the states afterwards.
pub(crate) fn run(
    model: &Model,
    weights: &Weights,
    activity: &mut Activity,
    scratch: &mut Scratch,
    plan: PhasePlan<'_>,
) {
    model.level.run(PhaseWork {
        model,
        weights,
        activity,
        scratch,
        plan,
    });
}

struct PhaseWork<'a> {
    model: &'a Model,
    weights: &'a Weights,
    activity: &'a mut Activity,
    scratch: &'a mut Scratch,
    plan: PhasePlan<'a>,
}

impl Work for PhaseWork<'_> {
    #[inline(always)]
    fn run<V: Vector>(mut self) {
        self.prepare_spikes();
        let (steps, plan) = (self.plan.steps, self.plan);
        for state in &mut self.activity.hidden {
            state.begin_phase(steps, plan.keep_hidden_rates);
        }
        self.activity
            .output
            .begin_phase(steps, plan.keep_output_rates);
        if plan.keep_feedback {
            self.activity.feedback.begin_phase(steps);
        }
        if self.model.parameters.apical_conductance > 0.0 && !self.weights.hidden.is_empty() {
            for step in 0..steps {
                for layer in 0..self.weights.hidden.len() {
                    self.advance_hidden::<V>(layer, step..step + 1, true);
                }
                self.advance_output::<V>(step..step + 1);
                self.send_back(step);
            }
        } else {
            for layer in 0..self.weights.hidden.len() {
                self.advance_hidden::<V>(layer, 0..steps, false);
            }
            self.advance_output::<V>(0..steps);
            if plan.keep_feedback {
                for step in 0..steps {
                    self.send_back(step);
                }
            }
        }
        if plan.keep_feedback {
            self.activity.feedback.finish_phase();
        }
    }
}

impl PhaseWork<'_> {
    /// Draws input spikes and candidates ahead, or loads recorded spikes.
    #[inline(always)]
    fn prepare_spikes(&mut self) {
        let PhasePlan {
            phase,
            steps,
            spikes,
            ..
        } = self.plan;
        let hidden = self.weights.hidden.len();
        match spikes {
            SpikeDrive::Free(key) => {
                let key = key.within(phase.index() as u64);
                self.scratch.input.draw(
                    key.within(0),
                    steps,
                    &mut self.activity.populations[0].train,
                );
                for layer in 0..hidden {
                    let candidates = &mut self.scratch.candidates[layer];
                    let units = self.weights.hidden[layer].units();
                    candidates.draw::<HIDDEN_LANES>(
                        key.within(layer as u64 + 1),
                        units,
                        steps,
                        &self.scratch.hidden_counts,
                    );
                    candidates.reserve(&mut self.activity.populations[layer + 1].train);
                }
                let candidates = &mut self.scratch.candidates[hidden];
                candidates.draw::<OUTPUT_LANES>(
                    key.within(hidden as u64 + 1),
                    self.weights.output.units(),
                    steps,
                    &self.scratch.output_counts,
                );
                candidates.reserve(&mut self.scratch.output_spikes);
            }
            SpikeDrive::Recorded(recorded) => {
                for (layer, population) in self.activity.populations.iter_mut().enumerate() {
                    population
                        .train
                        .load(steps, |step| recorded.at(phase, step, layer));
                }
                self.scratch
                    .output_spikes
                    .load(steps, |step| recorded.at(phase, step, hidden + 1));
            }
        }
    }

    #[inline(always)]
    fn advance_hidden<V: Vector>(
        &mut self,
        layer: usize,
        steps: std::ops::Range<usize>,
        apical: bool,
    ) {
        let (below, above) = self.activity.populations.split_at_mut(layer + 1);
        let drive = Drive {
            constants: &self.model.constants,
            coupling: self.model.parameters.basal_conductance as f32,
            spikes: &below[layer].train,
            apical_signals: apical.then(|| self.activity.feedback.signals()),
            teacher: None,
            candidates: matches!(self.plan.spikes, SpikeDrive::Free(_))
                .then(|| &self.scratch.candidates[layer]),
            window_start: self.plan.window_start,
        };
        self.activity.hidden[layer].advance::<V>(
            &self.weights.hidden[layer],
            &drive,
            &mut above[0].train,
            steps,
        );
    }

    #[inline(always)]
    fn advance_output<V: Vector>(&mut self, steps: std::ops::Range<usize>) {
        let layer = self.weights.hidden.len();
        let drive = Drive {
            constants: &self.model.constants,
            coupling: self.model.parameters.dendritic_conductance as f32,
            spikes: &self.activity.populations[layer].train,
            apical_signals: None,
            teacher: self.plan.teacher,
            candidates: matches!(self.plan.spikes, SpikeDrive::Free(_))
                .then(|| &self.scratch.candidates[layer]),
            window_start: self.plan.window_start,
        };
        self.activity.output.advance::<V>(
            &self.weights.output,
            &drive,
            &mut self.scratch.output_spikes,
            steps,
        );
    }

    #[inline(always)]
    fn send_back(&mut self, step: usize) {
        let Activity {
            feedback, output, ..
        } = self.activity;
        match self.model.feedback_signal {
            FeedbackSignal::Spikes => {
                feedback.take_spikes(&self.model.constants, &self.scratch.output_spikes, step)
            }
            FeedbackSignal::Rates => {
                feedback.take_rates(step, |unit| {
                    output.rate(unit / OUTPUT_LANES, step).0[unit % OUTPUT_LANES]
                });
            }
        }
    }
}
