//! One phase of one example: draws, then the layers from the bottom up.
//!
//! Without apical conductance a layer's spikes depend only on the layers below, so each layer is
//! run over the whole phase before the next, tile by tile. With it the first layer's dendrites go
//! ahead, and somata and upper layers advance together, step by step.

use super::candidates::Candidates;
use super::constants::Constants;
use super::feedback::FeedbackState;
use super::input_draws::InputDraws;
use super::layer::{LayerState, LayerWeights, SomaDrive};
use super::population::{KernelSums, Population};
use super::spike_train::SpikeTrain;
use super::voltages::Order;
use crate::segregated::example::SpikeDrive;
use crate::segregated::mechanisms::FeedbackSignal;
use crate::segregated::params::{DT_MS, ValidParameters};
use crate::segregated::schedule::Phase;
use crate::simd::lanes::Lanes;
use crate::simd::math;
use crate::simd::sections::Section;
use crate::simd::{Available, Vector};

/// Width of a tile of hidden neurons, and of one of output neurons.
pub(crate) const HIDDEN_LANES: usize = 64;
pub(crate) const OUTPUT_LANES: usize = 16;

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
    hidden_candidates: Vec<Candidates>,
    output_candidates: Candidates,
    pub(crate) output_spikes: SpikeTrain,
}

/// The model's settings as the inner loops need them.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) parameters: ValidParameters,
    pub(crate) constants: Constants,
    pub(crate) feedback_signal: FeedbackSignal,
    pub(crate) level: Available,
}

/// What a phase is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PhasePlan<'a> {
    pub(crate) phase: Phase,
    pub(crate) steps: usize,
    /// Reversal potentials of the teaching current, in the target phase.
    pub(crate) teacher: Option<&'a [Lanes<OUTPUT_LANES>]>,
    pub(crate) spikes: SpikeDrive<'a>,
    /// Whether what the output layer sends back is wanted.
    pub(crate) keep_feedback: bool,
}

impl Activity {
    pub(crate) fn new(sizes: &[usize], p: &ValidParameters, memory: usize) -> Self {
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
    pub(crate) fn new(sizes: &[usize], lambda_max_per_ms: f64) -> Self {
        let last = sizes.len() - 1;
        let lambda_max = lambda_max_per_ms * DT_MS;
        Self {
            input: InputDraws::default(),
            hidden_candidates: sizes[1..last]
                .iter()
                .map(|&units| Candidates::new::<HIDDEN_LANES>(units, lambda_max))
                .collect(),
            output_candidates: Candidates::new::<OUTPUT_LANES>(sizes[last], lambda_max),
            output_spikes: SpikeTrain::default(),
        }
    }
}

/// How far a layer goes at once.
#[derive(Debug, Clone, Copy)]
enum Stretch {
    /// Through all steps of the phase.
    Phase(usize),
    /// Through this step.
    Step(usize),
}

/// A phase of one example; averages are taken from the states afterwards.
pub(crate) struct PhaseRun<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) weights: &'a Weights,
    pub(crate) activity: &'a mut Activity,
    pub(crate) scratch: &'a mut Scratch,
    pub(crate) plan: PhasePlan<'a>,
}

impl PhaseRun<'_> {
    /// Runs it.
    #[inline(always)]
    pub(crate) fn run<V: Vector>(mut self) {
        self.prepare_spikes::<V>();
        let (steps, plan) = (self.plan.steps, self.plan);
        let layers = self.weights.hidden.len();
        let recurrent = self.settings.parameters.apical_conductance > 0.0 && layers > 0;
        // Where registers are few, a tile's spikes are found as soon as its somata have advanced.
        let order = match recurrent || V::MANY_REGISTERS {
            true => Order::ByStep,
            false => Order::ByTile,
        };
        for state in &mut self.activity.hidden {
            state.begin_phase(steps, order);
        }
        self.activity.output.begin_phase(steps, order);
        if plan.keep_feedback {
            self.activity.feedback.begin_phase(steps);
        }
        if recurrent {
            // The input's spikes are known; only somata wait for what the output layer sends.
            self.advance_first_dendrites::<V>(steps);
            self.draw_candidates::<V>();
            for step in 0..steps {
                self.activity.feedback.look(step);
                for layer in 0..layers {
                    self.advance_hidden::<V>(layer, Stretch::Step(step));
                }
                self.advance_output::<V>(Stretch::Step(step));
                self.send_back(step..step + 1);
                V::end_of(Section::Feedback);
            }
        } else {
            for layer in 0..layers {
                self.advance_hidden::<V>(layer, Stretch::Phase(steps));
            }
            self.advance_output::<V>(Stretch::Phase(steps));
            if plan.keep_feedback {
                self.send_back(0..steps);
                V::end_of(Section::Feedback);
            }
        }
        let Activity { hidden, output, .. } = self.activity;
        hidden.iter_mut().for_each(LayerState::end_phase);
        output.end_phase();
        if plan.keep_feedback {
            self.activity.feedback.finish_phase();
        }
    }

    /// Draws input spikes and makes ready to draw candidates, or loads recorded spikes.
    #[inline(always)]
    fn prepare_spikes<V: Vector>(&mut self) {
        let PhasePlan {
            phase,
            steps,
            spikes,
            ..
        } = self.plan;
        let hidden = self.weights.hidden.len();
        let Scratch {
            input,
            hidden_candidates,
            output_candidates,
            output_spikes,
        } = self.scratch;
        match spikes {
            SpikeDrive::Free(key) => {
                let key = key.within(phase.index() as u64);
                input.draw(
                    key.within(0),
                    steps,
                    &mut self.activity.populations[0].train,
                );
                V::end_of(Section::Input);
                for (layer, candidates) in hidden_candidates.iter_mut().enumerate() {
                    candidates.begin_phase::<HIDDEN_LANES>(key.within(layer as u64 + 1), steps);
                    self.activity.populations[layer + 1].train.clear();
                }
                output_candidates.begin_phase::<OUTPUT_LANES>(key.within(hidden as u64 + 1), steps);
                output_spikes.clear();
                V::end_of(Section::Candidates);
            }
            SpikeDrive::Recorded(recorded) => {
                for (layer, population) in self.activity.populations.iter_mut().enumerate() {
                    population
                        .train
                        .load(steps, |step| recorded.at(phase, step, layer));
                }
                output_spikes.load(steps, |step| recorded.at(phase, step, hidden + 1));
            }
        }
    }

    #[inline(always)]
    fn draws_spikes(&self) -> bool {
        matches!(self.plan.spikes, SpikeDrive::Free(_))
    }

    #[inline(always)]
    fn advance_first_dendrites<V: Vector>(&mut self, steps: usize) {
        let draws_spikes = self.draws_spikes();
        self.activity.hidden[0].advance_tiles::<V>(
            &self.settings.constants,
            &self.weights.hidden[0],
            &self.activity.populations[0].train,
            None,
            draws_spikes.then_some(&mut self.scratch.hidden_candidates[0]),
            steps,
        );
    }

    /// Draws the candidates of layers that are advanced step by step.
    #[inline(always)]
    fn draw_candidates<V: Vector>(&mut self) {
        if self.draws_spikes() {
            let Scratch {
                hidden_candidates,
                output_candidates,
                ..
            } = self.scratch;
            hidden_candidates.iter_mut().for_each(Candidates::draw::<V>);
            output_candidates.draw::<V>();
            V::end_of(Section::Candidates);
        }
    }

    #[inline(always)]
    fn advance_hidden<V: Vector>(&mut self, layer: usize, stretch: Stretch) {
        let draws_spikes = self.draws_spikes();
        let (below, above) = self.activity.populations.split_at_mut(layer + 1);
        let (spikes, fired) = (&below[layer].train, &mut above[0].train);
        let (constants, weights) = (&self.settings.constants, &self.weights.hidden[layer]);
        let candidates = draws_spikes.then(|| &mut self.scratch.hidden_candidates[layer]);
        let mut drive = SomaDrive {
            currents: constants.hidden,
            apical_signals: None,
            teacher: None,
        };
        let state = &mut self.activity.hidden[layer];
        match stretch {
            Stretch::Phase(steps) => {
                state.advance::<V>(constants, weights, spikes, &drive, candidates, steps, fired);
            }
            Stretch::Step(step) => {
                drive.apical_signals = Some(self.activity.feedback.seen());
                // The first layer's dendrites have gone ahead.
                let arriving = (layer > 0).then_some(spikes);
                state.step::<V>(
                    constants, weights, arriving, &drive, candidates, step, fired,
                );
            }
        }
    }

    #[inline(always)]
    fn advance_output<V: Vector>(&mut self, stretch: Stretch) {
        let draws_spikes = self.draws_spikes();
        let (constants, weights) = (&self.settings.constants, &self.weights.output);
        let spikes = &self.activity.populations[self.weights.hidden.len()].train;
        let candidates = draws_spikes.then_some(&mut self.scratch.output_candidates);
        let fired = &mut self.scratch.output_spikes;
        let drive = SomaDrive {
            currents: match self.plan.teacher {
                Some(_) => constants.taught_output,
                None => constants.output,
            },
            apical_signals: None,
            teacher: self.plan.teacher,
        };
        let state = &mut self.activity.output;
        match stretch {
            Stretch::Phase(steps) => {
                state.advance::<V>(constants, weights, spikes, &drive, candidates, steps, fired);
            }
            Stretch::Step(step) => {
                let arriving = Some(spikes);
                state.step::<V>(
                    constants, weights, arriving, &drive, candidates, step, fired,
                );
            }
        }
    }

    #[inline(always)]
    fn send_back(&mut self, steps: std::ops::Range<usize>) {
        let Activity {
            feedback, output, ..
        } = self.activity;
        let constants = &self.settings.constants;
        match self.settings.feedback_signal {
            FeedbackSignal::Spikes => {
                feedback.take_spikes(constants, &self.scratch.output_spikes, steps);
            }
            FeedbackSignal::Rates => {
                feedback.take_rates(steps, |tile, step| {
                    let mut rows = output.soma_voltages.rows_of(tile);
                    rows.nth(step)
                        .expect("a row a step")
                        .map(|voltage| constants.lambda_max * math::sigma(voltage))
                });
            }
        }
    }
}
