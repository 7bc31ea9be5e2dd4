//! The continuous dynamics, a pattern at a time.

use super::Cost;
use super::dynamics::{Core, Draws, Run};
use super::matrix::WIDTH;
use super::plastic::Plastic;
use super::rates::Lanes16;
use crate::data::patterns::Sample;
use crate::microcircuit::network::{NetworkError, Synapses};
use crate::microcircuit::noise::{NoiseSource, NormalLanes};
use crate::microcircuit::params::{ContinuousParameters, Valid};
use crate::microcircuit::pattern::{self, PatternError, Presentation, Response};
use crate::microcircuit::replay::{ContinuousSimulator, Observation, Observer};
use crate::rng::StreamKey;
use crate::simd::Available;
use crate::simd::SimdLevel;
use crate::simd::lanes::{pack, unpack};
use ndarray::{Array1, Array2};

/// Where a pattern's noise comes from. Without noise (`sigma` 0) nothing is drawn.
pub enum Noise<'a> {
    /// The stream of a key: the numbers of [`KeyedNoise`](crate::microcircuit::noise::KeyedNoise).
    Keyed(StreamKey),
    /// Another source.
    Source(&'a mut dyn NoiseSource),
    /// No noise, whatever `sigma` is.
    Silent,
}

/// A circuit in its continuous dynamics. All of it but the parameters is carried from pattern to pattern.
///
/// ```
/// use segdend_core::data::patterns::PatternStream;
/// use segdend_core::microcircuit::engine::{Continuous, Noise};
/// use segdend_core::microcircuit::network::{InitialWeights, Synapses};
/// use segdend_core::microcircuit::params::*;
/// use segdend_core::microcircuit::teacher::RandomTeacher;
/// use segdend_core::microcircuit::transfer::Transfer;
/// use segdend_core::rng::{Purpose, StreamKey};
///
/// // The paper's regression: a random teacher, random weights, noise; top-down weights fixed.
/// let sizes = [30, 50, 10];
/// let parameters = ContinuousParameters {
///     sigma: 0.3,
///     ..ContinuousParameters::new(CircuitParameters {
///         conductances: Conductances::default(),
///         transfer: Transfer::PAPER,
///         learning_rates: LearningRates {
///             up: vec![0.0011875, 0.0005],
///             ip: vec![0.0011875],
///             pi: vec![0.0059375],
///             down: vec![0.0],
///         },
///         bias_rate: 0.0,
///         weight_limit: None,
///     })
/// };
/// let weights = Synapses::random(&sizes, InitialWeights::uniform(1.0), 1)?;
/// let mut circuit = Continuous::new(parameters.validate(&sizes)?, &weights)?;
/// let teacher = RandomTeacher::new([30, 20, 10], Transfer::PAPER, 1);
/// for index in 0..3 {
///     let noise = Noise::Keyed(StreamKey::new(1, Purpose::PotentialNoise, 1, index));
///     let response = circuit.present(&teacher.sample(index), circuit.training(), noise)?;
///     assert_eq!(response.output.len(), 10);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Continuous {
    parameters: Valid<ContinuousParameters>,
    level: Available,
    pub(super) core: Core,
    /// Whether an input and a target have been shown: the filters start from the first.
    pub(super) started: [bool; 2],
    shown_input: Vec<f32>,
    shown_target: Vec<Lanes16>,
}

impl Continuous {
    /// A circuit at rest, with the widest registers that this processor has.
    ///
    /// # Errors
    /// [`NetworkError`] if the weights do not fit the sizes that the parameters are valid for.
    pub fn new(
        parameters: Valid<ContinuousParameters>,
        weights: &Synapses,
    ) -> Result<Self, NetworkError> {
        Self::with_level(parameters, weights, SimdLevel::detect())
    }

    /// The same with registers of a level, or the widest that there are.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_level(
        parameters: Valid<ContinuousParameters>,
        weights: &Synapses,
        level: SimdLevel,
    ) -> Result<Self, NetworkError> {
        weights.validate(parameters.sizes())?;
        let core = Core::new(&parameters, weights);
        Ok(Self {
            level: level.or_available(),
            started: [false; 2],
            shown_input: core.input.clone(),
            shown_target: Vec::new(),
            core,
            parameters,
        })
    }

    /// The parameters.
    pub fn parameters(&self) -> &Valid<ContinuousParameters> {
        &self.parameters
    }

    /// The registers in use.
    pub fn simd_level(&self) -> SimdLevel {
        self.level.level()
    }

    /// How a pattern is shown in training.
    pub fn training(&self) -> Presentation {
        Presentation {
            steps: self.parameters.pattern_steps(),
            nudging: true,
            plastic: true,
        }
    }

    /// How a pattern is shown in a test.
    pub fn test(&self) -> Presentation {
        Presentation {
            nudging: false,
            plastic: false,
            ..self.training()
        }
    }

    /// Returns to rest: potentials and filters as before the first pattern. Weights and induction terms
    /// stay.
    pub fn rest(&mut self) {
        self.started = [false; 2];
        self.core.rest();
    }

    /// Shows a pattern.
    ///
    /// # Errors
    /// [`PatternError`] if it does not fit the network.
    pub fn present(
        &mut self,
        sample: &Sample,
        how: Presentation,
        noise: Noise<'_>,
    ) -> Result<Response, PatternError> {
        self.begin(sample, how)?;
        self.run(0..how.steps, how, &mut self.draws(noise));
        self.end();
        Ok(self.response(how))
    }

    fn draws<'a>(&self, noise: Noise<'a>) -> Draws<'a> {
        match noise {
            _ if self.parameters.noise_step() == 0.0 => Draws::None,
            Noise::Keyed(key) => Draws::Stream(Box::new(NormalLanes::new(key))),
            Noise::Source(source) => Draws::Source(source),
            Noise::Silent => Draws::None,
        }
    }

    fn begin(&mut self, sample: &Sample, how: Presentation) -> Result<(), PatternError> {
        pattern::check(sample, self.parameters.sizes(), how.nudging)?;
        for (shown, &value) in self.shown_input.iter_mut().zip(&sample.input) {
            *shown = value as f32;
        }
        self.shown_target = pack(sample.target.iter().map(|&value| value as f32));
        let shown = [true, !sample.target.is_empty()];
        if !self.started[0] {
            self.core.input.clone_from(&self.shown_input);
        }
        if !self.started[1] && shown[1] {
            self.core.target.clone_from(&self.shown_target);
        }
        for (started, shown) in self.started.iter_mut().zip(shown) {
            *started |= shown;
        }
        if self.parameters.reset_potentials {
            self.core.rest();
        }
        self.core.clear_sums();
        Ok(())
    }

    fn run(&mut self, steps: std::ops::Range<usize>, how: Presentation, draws: &mut Draws<'_>) {
        self.level.run(Run {
            core: &mut self.core,
            steps,
            input: &self.shown_input,
            target: &self.shown_target,
            nudging: how.nudging,
            first_plastic: how.plastic.then(|| self.parameters.first_plastic_step()),
            first_averaged: how.steps - self.parameters.average_steps().min(how.steps),
            draws,
        });
    }

    fn end(&mut self) {
        let forget = self.parameters.reset_induction;
        for family in self.core.families() {
            family.settle();
            if forget {
                family.forget();
            }
        }
    }

    fn response(&self, how: Presentation) -> Response {
        let steps = self.parameters.average_steps().min(how.steps).max(1) as f64;
        let outputs = self.core.pyramidal[self.core.pyramidal.len() - 1].units;
        let mean = |values: Vec<f64>| values.into_iter().map(|value| value / steps).collect();
        let sums = |lanes: &[Lanes16]| {
            mean(
                lanes
                    .iter()
                    .map(|sum| sum.0.iter().map(|&x| f64::from(x)).sum())
                    .collect(),
            )
        };
        Response {
            output: mean(unpack(&self.core.sums.output, outputs)),
            apical_square: sums(&self.core.sums.apical_square),
            mismatch_square: sums(&self.core.sums.mismatch_square),
        }
    }

    /// The weights as they stand.
    pub fn weights(&self) -> Synapses {
        self.collect(|family, unit, column| {
            let weight = f64::from(family.weights.get(unit, column));
            weight + family.of(&family.low, unit, column)
        })
    }

    /// `Delta`, the low-passed induction terms, as they stand; 0 where there is no plasticity.
    pub fn induction(&self) -> Synapses {
        self.collect(|family, unit, column| {
            if family.is_plastic() {
                family.of(&family.steps, unit, column) / family.scale
            } else {
                0.0
            }
        })
    }

    fn collect(&self, value: impl Fn(&Plastic, usize, usize) -> f64) -> Synapses {
        let mut all = Synapses::zeros(self.parameters.sizes());
        let matrix = |array: &mut Array2<f64>, family: &Plastic| {
            for ((unit, column), to) in array.indexed_iter_mut() {
                *to = value(family, unit, column);
            }
        };
        let biases = |array: &mut Array1<f64>, family: &Plastic, inputs: usize| {
            if family.weights.columns > inputs {
                for (unit, to) in array.iter_mut().enumerate() {
                    *to = value(family, unit, inputs);
                }
            }
        };
        for (k, family) in self.core.up.iter().enumerate() {
            matrix(&mut all.up[k], family);
            biases(&mut all.up_bias[k], family, all.up[k].ncols());
        }
        for (k, family) in self.core.ip.iter().enumerate() {
            matrix(&mut all.ip[k], family);
            biases(&mut all.ip_bias[k], family, all.ip[k].ncols());
            matrix(&mut all.pi[k], &self.core.pi[k]);
            matrix(&mut all.down[k], &self.core.down[k]);
        }
        all
    }

    /// A tester at the weights as they stand.
    pub fn tester(&self) -> ContinuousTester {
        let mut circuit = self.clone();
        circuit.rest();
        ContinuousTester(circuit)
    }

    /// What showing a pattern in training takes.
    pub fn cost(&self) -> Cost {
        let (mut weights, mut plastic_weights) = (0, 0);
        let mut transfers = 0;
        let core = &self.core;
        for (k, neurons) in core.pyramidal.iter().enumerate() {
            let interneurons = core.interneurons.get(k).map_or(0, |neurons| neurons.units);
            transfers += neurons.units + interneurons;
            for (learns, units) in [
                (core.up[k].is_plastic(), neurons.units),
                (
                    core.ip.get(k).is_some_and(Plastic::is_plastic),
                    interneurons,
                ),
                (
                    core.down.get(k).is_some_and(Plastic::is_plastic),
                    neurons.units,
                ),
            ] {
                transfers += if learns { units } else { 0 };
            }
        }
        for family in core
            .up
            .iter()
            .chain(&core.ip)
            .chain(&core.pi)
            .chain(&core.down)
        {
            let count = family.weights.units * family.weights.columns;
            weights += count;
            plastic_weights += if family.is_plastic() { count } else { 0 };
        }
        let steps = self.parameters.pattern_steps() as u64;
        Cost {
            weights: weights as u64,
            plastic_weights: plastic_weights as u64,
            multiply_adds: (weights + 3 * plastic_weights) as u64 * steps,
            transfers: transfers as u64 * steps,
        }
    }

    fn observation(&self) -> Observation {
        let core = &self.core;
        let units = |k: usize| core.pyramidal[k].units;
        let apical = core.apical.iter().enumerate();
        Observation {
            input: core.input[..self.parameters.sizes()[0]]
                .iter()
                .map(|&x| f64::from(x))
                .collect(),
            target: unpack(&core.target, units(core.pyramidal.len() - 1)),
            soma: core
                .pyramidal
                .iter()
                .map(|n| unpack(&n.soma, n.units))
                .collect(),
            interneuron_soma: core
                .interneurons
                .iter()
                .map(|n| unpack(&n.soma, n.units))
                .collect(),
            basal: core
                .pyramidal
                .iter()
                .map(|n| unpack(&n.dendrite, n.units))
                .collect(),
            apical: apical.map(|(k, apical)| unpack(apical, units(k))).collect(),
            interneuron_dendrite: core
                .interneurons
                .iter()
                .map(|n| unpack(&n.dendrite, n.units))
                .collect(),
        }
    }
}

impl Plastic {
    /// The value of one synapse in an array that lies as the weights do; 0 in an empty one.
    fn of(&self, values: &[Lanes16], unit: usize, column: usize) -> f64 {
        values
            .get(self.weights.place(unit, column).0)
            .map_or(0.0, |lanes| f64::from(lanes.0[unit % WIDTH]))
    }
}

impl ContinuousSimulator for Continuous {
    fn observe(
        &mut self,
        sample: &Sample,
        how: Presentation,
        noise: &mut dyn NoiseSource,
        after_steps: &[usize],
        see: &mut Observer<'_>,
    ) -> Result<(), PatternError> {
        self.begin(sample, how)?;
        let mut draws = self.draws(Noise::Source(noise));
        let mut done = 0;
        for (i, &after) in after_steps.iter().enumerate() {
            self.run(done..after, how, &mut draws);
            done = after;
            see(i, &self.observation(), &self.induction());
        }
        self.run(done..how.steps, how, &mut draws);
        self.end();
        Ok(())
    }

    fn synapses(&self) -> (Synapses, Synapses) {
        (self.weights(), self.induction())
    }
}

/// Shows patterns without nudging, noise or plasticity, each from rest, so that a response depends on
/// nothing that was shown before.
#[derive(Debug, Clone)]
pub struct ContinuousTester(Continuous);

impl ContinuousTester {
    /// The response to an input.
    ///
    /// # Errors
    /// [`PatternError`] if it does not fit the network.
    pub fn respond(&mut self, input: &[f64]) -> Result<Response, PatternError> {
        let sample = Sample {
            input: input.to_vec(),
            target: Vec::new(),
        };
        self.0.rest();
        self.0.present(&sample, self.0.test(), Noise::Silent)
    }
}
