//! The trace format: one JSON object, plain or gzip.
//!
//! | field | what it holds |
//! |---|---|
//! | `sizes` | units in each layer, from the input to the output |
//! | `params` | `lambda_max` (spikes per ms), `tau_s`, `tau_L` (ms), `g_B`, `g_A`, `g_L`, `g_D`, `E_E`, `E_I`; others are ignored |
//! | `kernel_memory_steps` | K of the truncated kernel |
//! | `averaging_steps`, `settle_steps` | averages are over the last `averaging_steps` steps of a phase; if that is null, over all from step `settle_steps` (30) on |
//! | `flags` | the program's switches, by name; one whose equations are not published is refused |
//! | `learning_rates` | one a layer with weights, bottom up |
//! | `initial` | `W[l]` (a row a postsynaptic unit), `b[l]`, `Y[l]` (a row a hidden unit) |
//! | `examples` | in order, state carrying over; see below |
//!
//! An example holds `image` (0 to 1), `label`, `forward_steps`, `target_steps`, with stochastic
//! plateaus `plateau_step_forward[l][i]` and `plateau_step_target[l][i]` (the step, counted from 0,
//! after which the plateau comes); `forward` and `target`, each with `spikes[t][layer]` as lists of
//! `[neuron, count]` and any of `mean_soma`, `mean_rate`, `mean_psp`, `plateau`, `final_soma`,
//! `final_dendrite`, `final_apical` (a list a layer), `target` also with `delta`; and `after`, the
//! weights as in `initial` after this example's update. Feedback is taken from `after` too; unless it
//! carries noise, the simulator's own is compared with it first.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use ndarray::{Array1, Array2};
use serde::Deserialize;

use crate::segregated::mechanisms::{
    FeedbackSignal, FeedbackWeights, LearningRule, Mechanisms, PlateauTiming,
};
use crate::segregated::network::{Network, NetworkError};
use crate::segregated::params::{
    AveragingWindow, KernelMemory, ParameterError, Parameters, ValidParameters,
};
use crate::segregated::record::{ExampleRecord, PhaseRecord};
use crate::segregated::schedule::Schedule;
use crate::segregated::spikes::{RecordedPhase, RecordedSpikes};

/// More spikes of a neuron in one step do not happen, even at the highest rate there is.
const MOST_SPIKES_A_NEURON: usize = 64;

/// Why a trace cannot be replayed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not a trace.
    #[error("{path} is not a trace: {source}")]
    Json {
        /// The file.
        path: PathBuf,
        /// Where it departs from the format.
        source: serde_json::Error,
    },
    /// A flag whose equations are not known.
    #[error(
        "flag `{flag}` is {value}: no equations are published for that setting, so it cannot be replayed"
    )]
    UnsupportedFlag {
        /// The flag.
        flag: String,
        /// Its value.
        value: bool,
    },
    /// Stochastic plateaus without a window of their own.
    #[error(
        "averaging_steps is null and plateaus are stochastic: no window is known for these, so it cannot be replayed"
    )]
    StochasticWindow,
    /// A list of the wrong length, or a number out of range.
    #[error("example {example}: {what} is {found}, expected {expected}")]
    Inconsistent {
        /// Index of the example.
        example: usize,
        /// What is wrong.
        what: String,
        /// What was found.
        found: usize,
        /// What was expected (or the largest allowed).
        expected: usize,
    },
    /// Weights that do not fit the sizes.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// Parameters that cannot run.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
}

#[derive(Debug, Clone, Deserialize)]
struct RawParameters {
    lambda_max: f64,
    tau_s: f64,
    #[serde(rename = "tau_L")]
    tau_l: f64,
    #[serde(rename = "g_B")]
    g_b: f64,
    #[serde(rename = "g_A")]
    g_a: f64,
    #[serde(rename = "g_L")]
    g_l: f64,
    #[serde(rename = "g_D")]
    g_d: f64,
    #[serde(rename = "E_E")]
    e_e: f64,
    #[serde(rename = "E_I")]
    e_i: f64,
}

#[derive(Debug, Clone, Deserialize)]
struct RawNetwork {
    #[serde(rename = "W")]
    w: Vec<Vec<Vec<f64>>>,
    b: Vec<Vec<f64>>,
    #[serde(rename = "Y")]
    y: Vec<Vec<Vec<f64>>>,
}

/// A phase of a trace. Vectors that a trace leaves out are not compared.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct RawPhase {
    spikes: Vec<Vec<Vec<(u32, u32)>>>,
    mean_soma: Vec<Vec<f64>>,
    mean_rate: Vec<Vec<f64>>,
    mean_psp: Vec<Vec<f64>>,
    plateau: Vec<Vec<f64>>,
    final_soma: Vec<Vec<f64>>,
    final_dendrite: Vec<Vec<f64>>,
    final_apical: Vec<Vec<f64>>,
    delta: Vec<Vec<f64>>,
}

impl RawPhase {
    fn expected(self) -> PhaseRecord {
        PhaseRecord {
            mean_soma: self.mean_soma,
            mean_rate: self.mean_rate,
            mean_psp: self.mean_psp,
            mean_apical: Vec::new(),
            plateau: self.plateau,
            final_soma: self.final_soma,
            final_dendrite: self.final_dendrite,
            final_apical: self.final_apical,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
struct RawExample {
    image: Vec<f64>,
    label: usize,
    forward_steps: usize,
    target_steps: usize,
    #[serde(default)]
    plateau_step_forward: Vec<Vec<f64>>,
    #[serde(default)]
    plateau_step_target: Vec<Vec<f64>>,
    forward: RawPhase,
    target: RawPhase,
    after: RawNetwork,
}

fn settle_steps() -> usize {
    30
}

#[derive(Debug, Clone, Deserialize)]
struct RawTrace {
    sizes: Vec<usize>,
    params: RawParameters,
    kernel_memory_steps: usize,
    averaging_steps: Option<usize>,
    #[serde(default = "settle_steps")]
    settle_steps: usize,
    flags: BTreeMap<String, bool>,
    learning_rates: Vec<f64>,
    initial: RawNetwork,
    examples: Vec<RawExample>,
}

/// One example of a trace: what is shown, and what is expected.
#[derive(Debug, Clone)]
pub(super) struct TraceExample {
    pub(super) image: Array1<f64>,
    pub(super) label: usize,
    pub(super) schedule: Schedule,
    pub(super) expected: ExampleRecord,
    pub(super) after: Network,
}

/// A trace, checked and ready to be replayed.
#[derive(Debug, Clone)]
pub struct Trace {
    /// Parameters of the session.
    pub parameters: ValidParameters,
    /// Mechanisms of the session.
    pub mechanisms: Mechanisms,
    /// One learning rate a layer, bottom up.
    pub learning_rates: Vec<f64>,
    /// The network before the first example.
    pub initial: Network,
    /// Whether feedback is known without the trace: it carries no noise.
    pub(super) feedback_is_determined: bool,
    pub(super) examples: Vec<TraceExample>,
}

impl Trace {
    /// Reads and checks a trace file, JSON or gzip of it.
    ///
    /// # Errors
    /// [`TraceError`] names the file, or the example and the quantity that does not fit.
    pub fn read(path: &Path) -> Result<Self, TraceError> {
        let io = |source| TraceError::Io {
            path: path.to_owned(),
            source,
        };
        let mut bytes = std::fs::read(path).map_err(io)?;
        if bytes.starts_with(&[0x1f, 0x8b]) {
            let mut unpacked = Vec::new();
            flate2::read::MultiGzDecoder::new(bytes.as_slice())
                .read_to_end(&mut unpacked)
                .map_err(io)?;
            bytes = unpacked;
        }
        let raw: RawTrace = serde_json::from_slice(&bytes).map_err(|source| TraceError::Json {
            path: path.to_owned(),
            source,
        })?;
        Self::check(raw)
    }

    /// Number of examples.
    pub fn len(&self) -> usize {
        self.examples.len()
    }

    /// Whether there is no example.
    pub fn is_empty(&self) -> bool {
        self.examples.is_empty()
    }

    /// Units in each layer, from the input to the output.
    pub fn sizes(&self) -> &[usize] {
        &self.initial.sizes
    }

    fn check(raw: RawTrace) -> Result<Self, TraceError> {
        let flag = |name: &str, otherwise: bool| raw.flags.get(name).copied().unwrap_or(otherwise);
        for (name, supported) in [
            ("use_conductances", true),
            ("use_broadcast", true),
            ("use_spiking_feedforward", true),
        ] {
            if flag(name, supported) != supported {
                return Err(TraceError::UnsupportedFlag {
                    flag: name.to_owned(),
                    value: !supported,
                });
            }
        }
        const KNOWN: [&str; 11] = [
            "use_rand_phase_lengths",
            "use_rand_plateau_times",
            "use_conductances",
            "use_broadcast",
            "use_spiking_feedback",
            "use_spiking_feedforward",
            "use_symmetric_weights",
            "noisy_symmetric_weights",
            "use_sparse_feedback",
            "use_apical_conductance",
            "use_backprop",
        ];
        if let Some((name, &value)) = raw
            .flags
            .iter()
            .find(|(name, value)| **value && !KNOWN.contains(&name.as_str()))
        {
            return Err(TraceError::UnsupportedFlag {
                flag: name.clone(),
                value,
            });
        }
        let stochastic = flag("use_rand_plateau_times", false);
        let symmetric = flag("use_symmetric_weights", false);
        let noisy = symmetric && flag("noisy_symmetric_weights", false);
        let mechanisms = Mechanisms {
            // Noise on feedback is not recorded: the matrices are taken from the trace.
            feedback_weights: if symmetric && !noisy {
                FeedbackWeights::Symmetric
            } else {
                FeedbackWeights::Random
            },
            feedback_signal: if flag("use_spiking_feedback", true) {
                FeedbackSignal::Spikes
            } else {
                FeedbackSignal::Rates
            },
            plateau_timing: if stochastic {
                PlateauTiming::Stochastic
            } else {
                PlateauTiming::Synchronous
            },
            learning_rule: if flag("use_backprop", false) {
                LearningRule::Backpropagation
            } else {
                LearningRule::Local
            },
        };
        let (averaging_window, stochastic_plateau_window_ms) = match raw.averaging_steps {
            Some(steps) => (AveragingWindow::LastSteps(steps), steps),
            None if stochastic => return Err(TraceError::StochasticWindow),
            None => (AveragingWindow::AfterSettling, 0),
        };
        let shortest = raw
            .examples
            .iter()
            .map(|e| e.forward_steps.min(e.target_steps))
            .min()
            .unwrap_or(50);
        let parameters = Parameters {
            lambda_max_per_ms: raw.params.lambda_max,
            tau_short_ms: raw.params.tau_s,
            tau_long_ms: raw.params.tau_l,
            basal_conductance: raw.params.g_b,
            apical_conductance: if flag("use_apical_conductance", raw.params.g_a != 0.0) {
                raw.params.g_a
            } else {
                0.0
            },
            dendritic_conductance: raw.params.g_d,
            leak_conductance: raw.params.g_l,
            excitatory_reversal_v: raw.params.e_e,
            inhibitory_reversal_v: raw.params.e_i,
            kernel_memory: KernelMemory::NewestSteps(raw.kernel_memory_steps),
            averaging_window,
            stochastic_plateau_window_ms,
            settle_ms: raw.settle_steps,
            minimum_phase_ms: shortest,
            stochastic_plateau_max_ms: 0,
            ..Parameters::authors_2017_05_10()
        };
        let mut parameters = parameters;
        let initial = network(&raw.sizes, &raw.initial)?;
        let hidden = initial.hidden_layers();
        let mut examples = Vec::with_capacity(raw.examples.len());
        for (index, example) in raw.examples.into_iter().enumerate() {
            let inconsistent =
                |what: &str, found: usize, expected: usize| TraceError::Inconsistent {
                    example: index,
                    what: what.to_owned(),
                    found,
                    expected,
                };
            let (inputs, outputs) = (raw.sizes[0], raw.sizes[raw.sizes.len() - 1]);
            if example.image.len() != inputs {
                return Err(inconsistent(
                    "the number of pixels",
                    example.image.len(),
                    inputs,
                ));
            }
            if example.label >= outputs {
                return Err(inconsistent("the label", example.label, outputs - 1));
            }
            let steps = [example.forward_steps, example.target_steps];
            let mut schedule = Schedule {
                steps,
                plateau_steps: Default::default(),
            };
            if stochastic {
                for (phase, recorded) in
                    [&example.plateau_step_forward, &example.plateau_step_target]
                        .into_iter()
                        .enumerate()
                {
                    if recorded.len() != hidden {
                        return Err(inconsistent(
                            "the number of layers with plateau times",
                            recorded.len(),
                            hidden,
                        ));
                    }
                    for (layer, times) in recorded.iter().enumerate() {
                        if times.len() != raw.sizes[layer + 1] {
                            return Err(inconsistent(
                                "the number of plateau times",
                                times.len(),
                                raw.sizes[layer + 1],
                            ));
                        }
                        let times: Vec<usize> = times.iter().map(|&time| time as usize).collect();
                        if let Some(&late) = times.iter().find(|&&time| time >= steps[phase]) {
                            return Err(inconsistent("a plateau time", late, steps[phase] - 1));
                        }
                        let earliest = times
                            .iter()
                            .map(|&time| steps[phase] - 1 - time)
                            .max()
                            .unwrap_or(0);
                        parameters.stochastic_plateau_max_ms =
                            parameters.stochastic_plateau_max_ms.max(earliest);
                        schedule.plateau_steps[phase].push(times);
                    }
                }
            }
            for (phase, recorded) in [&example.forward, &example.target].into_iter().enumerate() {
                if recorded.spikes.len() != steps[phase] {
                    return Err(inconsistent(
                        "the number of steps with spikes",
                        recorded.spikes.len(),
                        steps[phase],
                    ));
                }
                for layers in &recorded.spikes {
                    if layers.len() != raw.sizes.len() {
                        return Err(inconsistent(
                            "the number of layers with spikes",
                            layers.len(),
                            raw.sizes.len(),
                        ));
                    }
                    for (layer, spikes) in layers.iter().enumerate() {
                        let count: u64 = spikes.iter().map(|&(_, count)| u64::from(count)).sum();
                        let most = MOST_SPIKES_A_NEURON * raw.sizes[layer];
                        if count > most as u64 {
                            return Err(inconsistent(
                                "the number of spikes of a layer in a step",
                                usize::try_from(count).unwrap_or(usize::MAX),
                                most,
                            ));
                        }
                        if let Some(&(neuron, _)) = spikes
                            .iter()
                            .find(|&&(neuron, _)| neuron as usize >= raw.sizes[layer])
                        {
                            return Err(inconsistent(
                                "the number of a neuron that fired",
                                neuron as usize,
                                raw.sizes[layer] - 1,
                            ));
                        }
                    }
                }
            }
            let (mut forward, mut target) = (example.forward, example.target);
            let phases = [&mut forward, &mut target].map(|phase| RecordedPhase {
                steps: std::mem::take(&mut phase.spikes),
            });
            let expected = ExampleRecord {
                delta: std::mem::take(&mut target.delta),
                forward: forward.expected(),
                target: target.expected(),
                spikes: RecordedSpikes { phases },
                ..ExampleRecord::default()
            };
            examples.push(TraceExample {
                image: Array1::from(example.image),
                label: example.label,
                schedule,
                expected,
                after: network(&raw.sizes, &example.after)?,
            });
        }
        let parameters = parameters.valid()?;
        Ok(Self {
            feedback_is_determined: !noisy,
            parameters,
            mechanisms,
            learning_rates: raw.learning_rates,
            initial,
            examples,
        })
    }
}

fn network(sizes: &[usize], raw: &RawNetwork) -> Result<Network, TraceError> {
    let matrix = |what: &'static str, layer: usize, rows: &Vec<Vec<f64>>| {
        let columns = rows.first().map_or(0, Vec::len);
        if let Some(ragged) = rows.iter().find(|row| row.len() != columns) {
            let (found, expected) = (vec![rows.len(), ragged.len()], vec![rows.len(), columns]);
            return Err(NetworkError::Shape {
                what,
                layer,
                found,
                expected,
            });
        }
        let values: Vec<f64> = rows.iter().flatten().copied().collect();
        Ok(Array2::from_shape_vec((rows.len(), columns), values)
            .expect("rows were checked to be equally long"))
    };
    let network = Network {
        sizes: sizes.to_vec(),
        weights: raw
            .w
            .iter()
            .enumerate()
            .map(|(l, rows)| matrix("W", l, rows))
            .collect::<Result<_, _>>()?,
        biases: raw.b.iter().map(|b| Array1::from(b.clone())).collect(),
        feedback: raw
            .y
            .iter()
            .enumerate()
            .map(|(l, rows)| matrix("Y", l, rows))
            .collect::<Result<_, _>>()?,
    };
    network.validate()?;
    Ok(network)
}
