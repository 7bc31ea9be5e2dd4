//! The same model as [`crate::segregated::reference`], fast: f32, event-driven, a tile of neurons at a time.
//!
//! What makes it fast, and where to find it:
//!
//! | idea | module |
//! |---|---|
//! | input spikes of a whole phase drawn ahead; dark pixels cost nothing | `input_draws` |
//! | spikes by thinning, candidates drawn ahead, without a sigmoid, sixteen looked at together | `candidates` |
//! | a step costs only the weight columns of the neurons that fired | `column_sums` |
//! | candidates are drawn while the processor waits for columns | `column_sums`, `candidates` |
//! | a tile of neurons runs over the whole phase, its state in registers | `phase`, `layer`, `dendrite`, `soma` |
//! | where registers are few, one loop after the other over a tile that stays in the nearest cache | `candidates`, `dendrite`, `layer` |
//! | apical voltages only where they matter: as a mean at the plateau | `feedback`, `learning` |
//! | mean postsynaptic potentials as weighted spike counts | `population` |
//! | rank-one correction of the filtered state after an update | `learning` |
//! | one source for every register width | `simd`, beside the models |
//!
//! Results do not depend on the register width, nor on the number of threads.

mod bound;
mod candidates;
mod column_sums;
mod constants;
mod dendrite;
pub(crate) mod example;
mod feedback;
mod input_draws;
pub(crate) mod layer;
mod learning;
mod observe;
mod phase;
mod poisson_table;
mod population;
mod snapshot;
mod soma;
mod spike_train;
mod symmetry;
mod tester;
mod view;
mod voltages;

use ndarray::Array1;

use crate::model::Keep;
use crate::rng::StreamKey;
use crate::segregated::example::Example;
use crate::segregated::mechanisms::Mechanisms;
use crate::segregated::network::{Network, NetworkError};
use crate::segregated::params::ValidParameters;
use crate::segregated::record::ExampleRecord;

pub use crate::simd::SimdLevel;
pub use crate::simd::sections::{Section, SectionTimes};
pub use bound::ColumnSums;
pub use snapshot::{EngineSnapshot, SnapshotError};
pub use tester::Tester;
pub use view::ExampleView;

use crate::simd::TimedKernel;
use crate::simd::lanes::{Lanes, TiledMatrix, tiles, unpack};
use constants::Constants;
use example::{Learn, Present};
use layer::LayerWeights;
use learning::{LayerLearning, Learning};
use phase::{Activity, HIDDEN_LANES, OUTPUT_LANES, Scratch, Settings, Weights};
use population::KernelSums;

/// What an example came to: all that [`Engine::learn`] needs beside what the engine itself holds of it.
#[derive(Debug, PartialEq)]
pub struct Presented {
    /// The class with the highest output voltage in the forward phase, read as `class_readout` says.
    pub predicted: usize,
    /// The output layer's loss (Eq. 7).
    pub output_loss: f64,
    /// The stream for noise on symmetric feedback.
    noise: StreamKey,
}

/// The fast simulator.
///
/// ```
/// use segdend_core::model::Keep;
/// use segdend_core::segregated::engine::Engine;
/// use segdend_core::segregated::example::{Example, SpikeDrive};
/// use segdend_core::segregated::mechanisms::{FeedbackWeights, Mechanisms, PlateauTiming};
/// use segdend_core::segregated::network::Network;
/// use segdend_core::segregated::params::Parameters;
/// use segdend_core::rng::{Purpose, StreamKey};
/// use segdend_core::segregated::schedule::Schedule;
///
/// let p = Parameters::default().valid()?;
/// let network = Network::initial(&[4, 3, 2], &p, FeedbackWeights::Random, 1)?;
/// let mut engine = Engine::new(p.clone(), Mechanisms::default(), vec![0.21, 0.21], &network)?;
/// let schedule = Schedule::draw(&p, PlateauTiming::Synchronous, &[3], 1, 1, 0);
/// let spikes = SpikeDrive::Free(StreamKey::new(1, Purpose::TrainingSpikes, 1, 0));
/// let noise = StreamKey::new(1, Purpose::FeedbackNoise, 1, 0);
/// let example = Example { image: &[0, 128, 255, 50], label: 1, schedule: &schedule, spikes, noise };
/// let presented = engine.present(&example, Keep::Learning);
/// assert!(presented.predicted < 2);
/// engine.learn(presented);
/// # Ok::<(), segdend_core::segregated::ModelError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Engine {
    sizes: Vec<usize>,
    mechanisms: Mechanisms,
    learning_rates: Vec<f64>,
    settings: Settings,
    weights: Weights,
    activity: Activity,
    scratch: Scratch,
    sums: KernelSums,
    learning: Learning,
    reversals: Vec<Lanes<OUTPUT_LANES>>,
    /// The class with the highest output voltage at the end of the forward phase.
    highest_at_end: usize,
    /// `P_0` of the present epoch.
    hidden_error_scale: f64,
}

impl Engine {
    /// An engine at rest with these weights (rounded to f32), on the widest registers there are.
    ///
    /// # Errors
    /// [`NetworkError`] if shapes, values or the number of learning rates do not fit.
    pub fn new(
        parameters: ValidParameters,
        mechanisms: Mechanisms,
        learning_rates: Vec<f64>,
        network: &Network,
    ) -> Result<Self, NetworkError> {
        Self::with_level(
            parameters,
            mechanisms,
            learning_rates,
            network,
            SimdLevel::detect(),
        )
    }

    /// The same on a given instruction set; one that the processor lacks is replaced by the widest it has.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn with_level(
        parameters: ValidParameters,
        mechanisms: Mechanisms,
        learning_rates: Vec<f64>,
        network: &Network,
        level: SimdLevel,
    ) -> Result<Self, NetworkError> {
        network.validate()?;
        if learning_rates.len() != network.weights.len() {
            return Err(NetworkError::LearningRates {
                expected: network.weights.len(),
                found: learning_rates.len(),
            });
        }
        let sizes = network.sizes.clone();
        let hidden_layers = network.hidden_layers();
        let constants = Constants::new(&parameters);
        let outputs = sizes[hidden_layers + 1];
        let learning = Learning {
            hidden: sizes[1..=hidden_layers]
                .iter()
                .map(|&units| LayerLearning::new(tiles::<HIDDEN_LANES>(units)))
                .collect(),
            output: LayerLearning::new(tiles::<OUTPUT_LANES>(outputs)),
        };
        Ok(Self {
            weights: Weights {
                hidden: (0..hidden_layers)
                    .map(|l| {
                        LayerWeights::new(
                            &network.weights[l],
                            &network.biases[l],
                            Some(&network.feedback[l]),
                        )
                    })
                    .collect(),
                output: LayerWeights::new(
                    &network.weights[hidden_layers],
                    &network.biases[hidden_layers],
                    None,
                ),
            },
            activity: Activity::new(&sizes, &parameters, constants.memory),
            scratch: Scratch::new(&sizes, parameters.lambda_max_per_ms),
            sums: KernelSums::new(&parameters),
            learning,
            reversals: vec![
                Lanes::splat(parameters.inhibitory_reversal_v as f32);
                tiles::<OUTPUT_LANES>(outputs)
            ],
            highest_at_end: 0,
            hidden_error_scale: parameters.hidden_error_scale(),
            settings: Settings {
                constants,
                feedback_signal: mechanisms.feedback_signal,
                level: level.or_available(),
                parameters,
            },
            sizes,
            mechanisms,
            learning_rates,
        })
    }

    /// Units in each layer, from the input to the output.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The instruction set in use.
    pub fn simd_level(&self) -> SimdLevel {
        self.settings.level.level()
    }

    /// The parameters it runs with.
    pub fn parameters(&self) -> &ValidParameters {
        &self.settings.parameters
    }

    /// The network as it stands, widened to f64.
    pub fn network(&self) -> Network {
        let dense = |l: &LayerWeights<HIDDEN_LANES>| {
            (
                l.feedforward.to_dense(),
                Array1::from(unpack(&l.biases, l.units())),
            )
        };
        let (mut weights, mut biases): (Vec<_>, Vec<_>) =
            self.weights.hidden.iter().map(dense).unzip();
        weights.push(self.weights.output.feedforward.to_dense());
        biases.push(Array1::from(unpack(
            &self.weights.output.biases,
            self.weights.output.units(),
        )));
        let feedback = self
            .weights
            .hidden
            .iter()
            .filter_map(|l| l.feedback.as_ref().map(TiledMatrix::to_dense))
            .collect();
        Network {
            sizes: self.sizes.clone(),
            weights,
            biases,
            feedback,
        }
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
            ..self.network()
        };
        candidate.validate()?;
        for (layer, matrix) in self.weights.hidden.iter_mut().zip(&candidate.feedback) {
            layer.feedback = Some(TiledMatrix::from_dense(matrix));
        }
        Ok(())
    }

    /// Takes the error scale of an epoch, counted from 1: see
    /// [`hidden_error_scale_in`](crate::segregated::params::Parameters::hidden_error_scale_in).
    pub fn enter_epoch(&mut self, epoch: usize) {
        self.hidden_error_scale = self.settings.parameters.hidden_error_scale_in(epoch);
    }

    /// Clears voltages and spike histories, as before and after a test.
    pub fn clear(&mut self) {
        self.activity.clear();
    }

    /// Presents an example: forward phase, target phase, and what they say about the weights. No weight
    /// changes.
    pub fn present(&mut self, example: &Example<'_>, keep: Keep) -> Presented {
        let keep_rates = keep == Keep::MeanRates;
        self.present_as(example, keep_rates, None)
    }

    /// The same, and everything that can be observed of it.
    pub fn observe(&mut self, example: &Example<'_>) -> (ExampleRecord, Presented) {
        let mut record = ExampleRecord::default();
        let presented = self.present_as(example, true, Some(&mut record));
        record.predicted = presented.predicted;
        (record, presented)
    }

    /// Changes the weights by the example that was presented last (Eqs. 20 and 23).
    pub fn learn(&mut self, presented: Presented) {
        let engine = self;
        engine.settings.level.run(Learn { engine, presented });
    }

    /// What the example that was presented last came to.
    pub fn view(&self) -> ExampleView<'_> {
        ExampleView::new(self)
    }

    /// Presents an example and learns from it; the times by section are added to `times`. Looking at the
    /// clock takes time too.
    pub fn time_example(&mut self, example: &Example<'_>, times: &mut SectionTimes) {
        let level = self.settings.level;
        crate::simd::sections::timed(times, || {
            let presented = level.run(TimedKernel(Present {
                engine: self,
                example,
                keep_rates: false,
                record: None,
            }));
            let engine = self;
            level.run(TimedKernel(Learn { engine, presented }));
        });
    }

    fn present_as(
        &mut self,
        example: &Example<'_>,
        keep_rates: bool,
        record: Option<&mut ExampleRecord>,
    ) -> Presented {
        let engine = self;
        engine.settings.level.run(Present {
            engine,
            example,
            keep_rates,
            record,
        })
    }

    /// A tester of the present weights. Testers share the weights and nothing else, so that test
    /// images can be shown side by side.
    pub fn tester(&self) -> Tester<'_> {
        Tester {
            settings: &self.settings,
            weights: &self.weights,
            activity: Activity::new(
                &self.sizes,
                &self.settings.parameters,
                self.settings.constants.memory,
            ),
            scratch: Scratch::new(&self.sizes, self.settings.parameters.lambda_max_per_ms),
        }
    }
}

/// Index of the highest value, the first of equals.
fn highest<const W: usize>(values: impl Iterator<Item = Lanes<W>>, units: usize) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (index, value) in values.flat_map(|tile| tile.0).take(units).enumerate() {
        if value > best.1 {
            best = (index, value);
        }
    }
    best.0
}
