//! The model in f64, line by line as the equations of the paper stand: the executable
//! specification. Nothing here is fast; everything here is to be read beside the Methods.
//!
//! One example is [`Reference::present`], what is learned from it [`Reference::learn`]; each step names its
//! equation.
//!
//! Order within a step (Methods, "Simulation details"): input spikes; the hidden layers from the
//! bottom up (dendrites, soma, spikes); the output layer (dendrite, current, soma, spikes). A layer
//! sees the spikes that the layer below emitted in this same step; apical dendrites see the output
//! spikes up to the previous step. Voltages and spike histories are not reset between phases, nor
//! between training examples.

mod learning;
mod synapses;

use ndarray::{Array1, Zip};

use crate::segregated::mechanisms::{FeedbackSignal, Mechanisms};
use crate::segregated::network::{Network, NetworkError};
use crate::segregated::params::{ClassReadout, DT_MS, ValidParameters, VoltageAverage};
use crate::segregated::plasticity::sigma;
use crate::segregated::record::{ExampleRecord, PhaseRecord};
use crate::segregated::schedule::{Phase, Schedule};
use crate::segregated::spikes::SpikeSource;

use synapses::Synapses;

/// The compartments of one layer above the input.
#[derive(Debug, Clone)]
pub struct Layer {
    /// B of a hidden layer, V of the output layer, in volts.
    pub dendrite: Array1<f64>,
    /// A of a hidden layer, in volts; empty in the output layer.
    pub apical: Array1<f64>,
    /// C of a hidden layer, U of the output layer, in volts.
    pub soma: Array1<f64>,
    /// `lambda = lambda_max sigma(soma)`, spikes per ms (Eq. 13).
    pub rate: Array1<f64>,
}

/// Sees phase, step and the layers above the input, bottom up, after every step.
pub type Probe<'a> = dyn FnMut(Phase, usize, &[Layer]) + 'a;

/// Sums over the averaging windows of a phase.
#[derive(Debug, Clone)]
struct WindowSums {
    soma: Vec<Array1<f64>>,
    rate: Vec<Array1<f64>>,
    psp: Vec<Array1<f64>>,
    apical: Vec<Array1<f64>>,
}

/// The reference simulator.
///
/// ```
/// use ndarray::Array1;
/// use segdend_core::segregated::mechanisms::{FeedbackWeights, Mechanisms, PlateauTiming};
/// use segdend_core::segregated::network::Network;
/// use segdend_core::segregated::params::Parameters;
/// use segdend_core::segregated::reference::Reference;
/// use segdend_core::rng::{Purpose, StreamKey};
/// use segdend_core::segregated::schedule::Schedule;
/// use segdend_core::segregated::spikes::PoissonSpikes;
///
/// let p = Parameters::paper().valid()?;
/// let network = Network::initial(&[4, 3, 2], &p, FeedbackWeights::Random, 1)?;
/// let mut reference = Reference::new(p.clone(), Mechanisms::default(), vec![0.21, 0.21], network)?;
/// let schedule = Schedule::draw(&p, PlateauTiming::Synchronous, &[3], 1, 1, 0);
/// let mut spikes = PoissonSpikes::new(StreamKey::new(1, Purpose::TrainingSpikes, 1, 0));
/// let image = Array1::from(vec![0.0, 0.5, 1.0, 0.2]);
/// let record = reference.present(&image, 1, &schedule, &mut spikes);
/// assert_eq!(record.forward.plateau[0].len(), 3);
/// reference.learn(&record, StreamKey::new(1, Purpose::FeedbackNoise, 1, 0));
/// # Ok::<(), segdend_core::segregated::ModelError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Reference {
    parameters: ValidParameters,
    mechanisms: Mechanisms,
    learning_rates: Vec<f64>,
    network: Network,
    layers: Vec<Layer>,
    /// Postsynaptic potentials of every population, the input's first, the output's last.
    synapses: Vec<Synapses>,
}

impl Reference {
    /// A simulator with silent history and all voltages at rest.
    ///
    /// # Errors
    /// [`NetworkError`] if shapes, values or the number of learning rates do not fit.
    pub fn new(
        parameters: ValidParameters,
        mechanisms: Mechanisms,
        learning_rates: Vec<f64>,
        network: Network,
    ) -> Result<Self, NetworkError> {
        network.validate()?;
        if learning_rates.len() != network.weights.len() {
            return Err(NetworkError::LearningRates {
                expected: network.weights.len(),
                found: learning_rates.len(),
            });
        }
        let layers = (1..network.sizes.len())
            .map(|layer| {
                let units = network.sizes[layer];
                let apical_units = if layer + 1 < network.sizes.len() {
                    units
                } else {
                    0
                };
                Layer {
                    dendrite: Array1::zeros(units),
                    apical: Array1::zeros(apical_units),
                    soma: Array1::zeros(units),
                    rate: Array1::zeros(units),
                }
            })
            .collect();
        let synapses = network
            .sizes
            .iter()
            .map(|&units| Synapses::new(units, &parameters))
            .collect();
        Ok(Self {
            parameters,
            mechanisms,
            learning_rates,
            network,
            layers,
            synapses,
        })
    }

    /// The network as it stands.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Replaces the feedback matrices, as when they are taken from a trace.
    ///
    /// # Errors
    /// [`NetworkError`] if a shape does not fit.
    pub fn set_feedback(
        &mut self,
        feedback: Vec<ndarray::Array2<f64>>,
    ) -> Result<(), NetworkError> {
        let candidate = Network {
            feedback,
            ..self.network.clone()
        };
        candidate.validate()?;
        self.network = candidate;
        Ok(())
    }

    /// Clears voltages and spike histories, as before each test image.
    pub fn clear(&mut self) {
        for layer in &mut self.layers {
            for voltage in [
                &mut layer.dendrite,
                &mut layer.apical,
                &mut layer.soma,
                &mut layer.rate,
            ] {
                voltage.fill(0.0);
            }
        }
        self.synapses.iter_mut().for_each(Synapses::clear);
    }

    /// Presents an example: forward phase, target phase, and what they say about the weights. No weight
    /// changes. `image` holds pixel brightnesses from 0 to 1, `label` the output unit that is to fire.
    pub fn present(
        &mut self,
        image: &Array1<f64>,
        label: usize,
        schedule: &Schedule,
        spikes: &mut dyn SpikeSource,
    ) -> ExampleRecord {
        self.present_probed(image, label, schedule, spikes, &mut |_, _, _| {})
    }

    /// The same, with a look at all voltages after every step.
    pub fn present_probed(
        &mut self,
        image: &Array1<f64>,
        label: usize,
        schedule: &Schedule,
        spikes: &mut dyn SpikeSource,
        probe: &mut Probe<'_>,
    ) -> ExampleRecord {
        let forward = self.phase(Phase::Forward, image, None, schedule, spikes, probe);
        let target = self.phase(Phase::Target, image, Some(label), schedule, spikes, probe);
        let (delta, loss) = self.deltas_and_losses(&forward, &target);
        let output = self.layers.len() - 1;
        let predicted = highest(match self.parameters.class_readout {
            ClassReadout::MeanVoltage => &forward.mean_soma[output],
            ClassReadout::FinalVoltage => &forward.final_soma[output],
        });
        ExampleRecord {
            forward,
            target,
            delta,
            loss,
            predicted,
            spikes: Default::default(),
        }
    }

    /// Shows one test image from rest, in a forward phase of `test_phase_ms`, and returns the output
    /// voltages that name the class, V: those of the last step or the mean of the averaging window, as
    /// `class_readout` says. The highest is the answer.
    pub fn test_image(&mut self, image: &Array1<f64>, spikes: &mut dyn SpikeSource) -> Vec<f64> {
        self.clear();
        let steps = self.parameters.test_phase_ms;
        let window_start = self.parameters.class_window_start();
        let output = self.layers.len() - 1;
        let mut sum = Array1::zeros(self.network.sizes[output + 1]);
        for step in 0..steps {
            self.step(Phase::Forward, step, image, None, spikes);
            if step >= window_start {
                sum += &self.layers[output].soma;
            }
        }
        self.clear();
        (sum / (steps - window_start) as f64).to_vec()
    }

    fn phase(
        &mut self,
        phase: Phase,
        image: &Array1<f64>,
        teacher: Option<usize>,
        schedule: &Schedule,
        spikes: &mut dyn SpikeSource,
        probe: &mut Probe<'_>,
    ) -> PhaseRecord {
        let steps = schedule.steps[phase.index()];
        let window_start = self.parameters.training_window_start(steps);
        let mut sums = WindowSums {
            soma: self
                .layers
                .iter()
                .map(|layer| Array1::zeros(layer.soma.len()))
                .collect(),
            rate: self
                .layers
                .iter()
                .map(|layer| Array1::zeros(layer.rate.len()))
                .collect(),
            psp: self.synapses[..self.layers.len()]
                .iter()
                .map(|s| Array1::zeros(s.potentials.len()))
                .collect(),
            apical: self
                .layers
                .iter()
                .map(|layer| Array1::zeros(layer.apical.len()))
                .collect(),
        };
        for step in 0..steps {
            self.step(phase, step, image, teacher, spikes);
            probe(phase, step, &self.layers);
            if step >= window_start {
                for (layer, state) in self.layers.iter().enumerate() {
                    sums.soma[layer] += &state.soma;
                    sums.rate[layer] += &state.rate;
                    sums.psp[layer] += &self.synapses[layer].potentials;
                }
            }
            for (layer, state) in self.layers.iter().enumerate() {
                for (neuron, sum) in sums.apical[layer].iter_mut().enumerate() {
                    let (from, to) = self.plateau_window(phase, layer, neuron, schedule);
                    if (from..=to).contains(&step) {
                        *sum += state.apical[neuron];
                    }
                }
            }
        }
        self.record_phase(phase, &sums, (steps - window_start) as f64, schedule)
    }

    /// The steps, first and last, over which a neuron's apical voltage is averaged (Eq. 17).
    fn plateau_window(
        &self,
        phase: Phase,
        layer: usize,
        neuron: usize,
        schedule: &Schedule,
    ) -> (usize, usize) {
        let last = schedule.plateau_step(phase, layer, neuron);
        let first = if schedule.is_stochastic() {
            self.parameters.stochastic_window_start(last)
        } else {
            self.parameters
                .training_window_start(schedule.steps[phase.index()])
        };
        (first, last)
    }

    fn step(
        &mut self,
        phase: Phase,
        step: usize,
        image: &Array1<f64>,
        teacher: Option<usize>,
        spikes: &mut dyn SpikeSource,
    ) {
        let p = &self.parameters;
        let output = self.layers.len() - 1;

        // Input neurons are Poisson with rates proportional to brightness.
        let input_rates = image * p.lambda_max_per_ms;
        let mut counts = Array1::zeros(image.len());
        spikes.draw(phase, step, 0, &input_rates, &mut counts);
        self.synapses[0].receive(p, &counts);

        for layer in 0..self.layers.len() {
            let (weights, biases) = (&self.network.weights[layer], &self.network.biases[layer]);
            // Eqs. 11 and 14: B = W PSP + b, V = W PSP + b.
            let dendrite = weights.dot(&self.synapses[layer].potentials) + biases;
            if layer < output {
                // Eq. 11: A = Y PSP of the output spikes up to the previous step (or of its rates).
                let feedback = match self.mechanisms.feedback_signal {
                    FeedbackSignal::Spikes => &self.synapses[output + 1].potentials,
                    FeedbackSignal::Rates => &self.layers[output].rate,
                };
                let apical = self.network.feedback[layer].dot(feedback);
                let state = &mut self.layers[layer];
                // Eqs. 1 and 12: dC/dt = -g_L C + g_B (B - C) + g_A (A - C).
                let (g_l, g_b, g_a) = (
                    p.leak_conductance,
                    p.basal_conductance,
                    p.apical_conductance,
                );
                Zip::from(&mut state.soma)
                    .and(&dendrite)
                    .and(&apical)
                    .for_each(|c, &b, &a| {
                        *c += (-g_l * *c + g_b * (b - *c) + g_a * (a - *c)) * DT_MS;
                    });
                state.apical = apical;
            } else {
                let state = &mut self.layers[layer];
                let (g_l, g_d) = (p.leak_conductance, p.dendritic_conductance);
                for (unit, (u, &v)) in state.soma.iter_mut().zip(&dendrite).enumerate() {
                    // Eq. 16: I = g_E (E_E - U) + g_I (E_I - U); in the target phase g_E = 1 for the
                    // target unit and g_I = 1 for all others.
                    let current = match teacher {
                        None => 0.0,
                        Some(target) if target == unit => p.excitatory_reversal_v - *u,
                        Some(_) => p.inhibitory_reversal_v - *u,
                    };
                    // Eq. 15: dU/dt = -g_L U + g_D (V - U) + I.
                    *u += (-g_l * *u + g_d * (v - *u) + current) * DT_MS;
                }
            }
            let state = &mut self.layers[layer];
            state.dendrite = dendrite;
            // Eqs. 2 and 13: lambda = lambda_max sigma(C).
            state.rate = state.soma.mapv(|c| p.lambda_max_per_ms * sigma(c));
            let mut counts = Array1::zeros(state.rate.len());
            spikes.draw(phase, step, layer + 1, &(&state.rate * DT_MS), &mut counts);
            self.synapses[layer + 1].receive(p, &counts);
        }
    }

    fn record_phase(
        &self,
        phase: Phase,
        sums: &WindowSums,
        window_steps: f64,
        schedule: &Schedule,
    ) -> PhaseRecord {
        let p = &self.parameters;
        // Eqs. 3, 4 and 17 write integrals; the program takes means.
        let voltage_divisor = |steps: f64| match p.voltage_average {
            VoltageAverage::Mean => steps,
            VoltageAverage::Integral => 1.0 / DT_MS,
        };
        let vectors = |arrays: &[Array1<f64>], divisor: f64| {
            arrays
                .iter()
                .map(|a| (a / divisor).to_vec())
                .collect::<Vec<_>>()
        };
        let hidden = self.layers.len() - 1;
        let mean_apical: Vec<Vec<f64>> = (0..hidden)
            .map(|layer| {
                let per_neuron = sums.apical[layer].iter().enumerate();
                per_neuron
                    .map(|(neuron, sum)| {
                        let (first, last) = self.plateau_window(phase, layer, neuron, schedule);
                        sum / voltage_divisor((last + 1 - first) as f64)
                    })
                    .collect()
            })
            .collect();
        PhaseRecord {
            mean_soma: vectors(&sums.soma, voltage_divisor(window_steps)),
            mean_rate: vectors(&sums.rate, window_steps),
            mean_psp: vectors(&sums.psp, window_steps),
            // Eqs. 3 and 17: alpha = sigma(mean A).
            plateau: mean_apical
                .iter()
                .map(|layer| layer.iter().map(|&a| sigma(a)).collect())
                .collect(),
            mean_apical,
            final_soma: self
                .layers
                .iter()
                .map(|layer| layer.soma.to_vec())
                .collect(),
            final_dendrite: self
                .layers
                .iter()
                .map(|layer| layer.dendrite.to_vec())
                .collect(),
            final_apical: self.layers[..hidden]
                .iter()
                .map(|layer| layer.apical.to_vec())
                .collect(),
        }
    }
}

/// Index of the highest value, the first of equals.
pub(crate) fn highest(values: &[f64]) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best
}
