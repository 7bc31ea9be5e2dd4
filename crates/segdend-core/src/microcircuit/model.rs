//! The circuit as a [`Model`]: pattern by pattern in the continuous dynamics, batch by batch in the
//! two-pass scheme.

use std::marker::PhantomData;
use std::ops::Range;

use rayon::prelude::*;

use super::engine::{Continuous, Noise, SnapshotError, TwoPass};
use super::network::{NetworkError, Synapses};
use super::params::{Conductances, LearningRates, ParameterError, TwoPassParameters};
use super::pattern::PatternError;
use super::patterns::Patterns;
use super::training_spec::{Scheme, TrainingSpec};
use super::transfer::Transfer;
use crate::data::patterns::Sample;
use crate::microcircuit::network::InitialWeights;
use crate::microcircuit::params::CircuitParameters;
use crate::model::{ArrayVisitor, Batch, Cost, Keep, Model, Outcome, Plan};
use crate::rng::{Occasion, Purpose, StreamKey};

/// A network that cannot be, a pattern that does not fit, or a checkpoint that is not its own.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Parameters that cannot run.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// A network that cannot be.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A pattern that does not fit the network.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A checkpoint of another network.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// Weights or outputs that are no longer finite.
    #[error(
        "{array} holds {value}: training has diverged, the learning rates are probably too high"
    )]
    Diverged {
        /// The array.
        array: String,
        /// The first value that is not finite.
        value: f32,
    },
}

/// A circuit of this model in training.
#[derive(Debug)]
pub struct Microcircuit<'d> {
    engine: Engine,
    seed: u64,
    /// The continuous dynamics learn while a pattern is shown: it is kept until then.
    pending: Option<(Sample, StreamKey)>,
    patterns: PhantomData<&'d ()>,
}

/// A simulator of a circuit.
#[derive(Debug, Clone)]
pub enum Engine {
    /// Of the continuous dynamics.
    Continuous(Box<Continuous>),
    /// Of the two-pass scheme.
    TwoPass(Box<TwoPass>),
}

impl Microcircuit<'_> {
    /// The simulator, to look at its weights and at what it was presented last.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}

impl<'d> Model for Microcircuit<'d> {
    const NAME: &'static str = "microcircuit";
    const VERSION: u32 = 1;
    type Spec = TrainingSpec;
    type Data = Patterns<'d>;
    type Error = ModelError;

    fn plan(spec: &TrainingSpec) -> Plan {
        Plan {
            epochs: spec.epochs,
            final_tests: 0,
            seed: spec.seed,
            batch: match &spec.scheme {
                Scheme::Continuous(_) => 1,
                Scheme::TwoPass(parameters) => parameters.batch_size,
            },
        }
    }

    /// Passes over the weights: two and an update in training, one in a test; each a time step of the
    /// continuous dynamics.
    fn cost(_: &TrainingSpec) -> Cost {
        Cost {
            train: 3.0,
            test: 1.0,
        }
    }

    fn begin(spec: &TrainingSpec, data: &Patterns<'d>) -> Result<Self, ModelError> {
        let sizes = spec.sizes(data.inputs(), data.targets());
        let mut weights = Synapses::random(&sizes, spec.initial, spec.seed)?;
        if spec.self_predicting {
            weights = weights.self_predicting(&spec.scheme.circuit().conductances);
        }
        let engine = match spec.scheme.clone() {
            Scheme::Continuous(parameters) => {
                let parameters = parameters.validate(&sizes)?;
                Engine::Continuous(Box::new(Continuous::new(parameters, &weights)?))
            }
            Scheme::TwoPass(parameters) => {
                let parameters = parameters.validate(&sizes)?;
                Engine::TwoPass(Box::new(TwoPass::new(parameters, &weights)?))
            }
        };
        Ok(Self {
            engine,
            seed: spec.seed,
            pending: None,
            patterns: PhantomData,
        })
    }

    /// In the two-pass scheme presents a batch. In the continuous dynamics a pattern is learned from
    /// while it is shown, so here only its test is taken, from rest; [`Self::learn`] shows it.
    fn present(
        &mut self,
        data: &Patterns<'d>,
        batch: Batch<'_>,
        _: Keep,
    ) -> Result<Outcome, ModelError> {
        let of_index = |&index: &u32| data.train_sample(batch.epoch, index as usize);
        let samples: Vec<Sample> = batch.examples.iter().map(of_index).collect();
        let outputs = match &mut self.engine {
            Engine::TwoPass(engine) => engine.present(&samples)?.output,
            Engine::Continuous(engine) => {
                let sample = &samples[0];
                let (epoch, place) = (batch.epoch as u64, batch.place as u64);
                let key = StreamKey::new(self.seed, Purpose::PotentialNoise, epoch, place);
                self.pending = Some((sample.clone(), key));
                vec![engine.tester().respond(&sample.input)?.output]
            }
        };
        let mut outcome = Outcome {
            errors: 0.0,
            loss: 0.0,
        };
        for (sample, output) in samples.iter().zip(&outputs) {
            outcome.errors += data.error(sample, output);
            let differences = output.iter().zip(&sample.target).map(|(h, t)| h - t);
            outcome.loss += differences.map(|d| d * d).sum::<f64>();
        }
        if !outcome.loss.is_finite() {
            return Err(ModelError::Diverged {
                array: "the output".to_owned(),
                value: outcome.loss as f32,
            });
        }
        Ok(outcome)
    }

    fn learn(&mut self) {
        match &mut self.engine {
            Engine::TwoPass(engine) => engine.learn(),
            Engine::Continuous(engine) => {
                if let Some((sample, key)) = self.pending.take() {
                    let noise = Noise::Keyed(key);
                    engine
                        .present(&sample, engine.training(), noise)
                        .expect("it was tested before");
                }
            }
        }
    }

    fn rest(&mut self) {
        if let Engine::Continuous(engine) = &mut self.engine {
            engine.rest();
        }
    }

    fn test(
        &self,
        data: &Patterns<'d>,
        _: Occasion,
        range: Range<usize>,
    ) -> Result<Vec<f64>, ModelError> {
        const TOGETHER: usize = 100;
        let starts: Vec<usize> = range.clone().step_by(TOGETHER).collect();
        let errors: Vec<Vec<f64>> = starts
            .into_par_iter()
            .map(|start| {
                let samples: Vec<Sample> = (start..range.end.min(start + TOGETHER))
                    .map(|index| data.test_sample(index))
                    .collect();
                let outputs = self.outputs(&samples)?;
                let pairs = samples.iter().zip(&outputs);
                Ok(pairs
                    .map(|(sample, output)| data.error(sample, output))
                    .collect())
            })
            .collect::<Result<_, ModelError>>()?;
        Ok(errors.concat())
    }

    fn visit_weights(&self, visitor: &mut ArrayVisitor<'_>) {
        let mut visit = |name: &str, shape: &[usize], values: &[f32]| {
            visitor(name, shape, &mut values.iter().copied());
        };
        match &self.engine {
            Engine::Continuous(engine) => engine.visit_weights(&mut visit),
            Engine::TwoPass(engine) => engine.visit(&mut visit),
        }
    }

    fn check(&self) -> Result<(), ModelError> {
        let mut found = Ok(());
        self.visit_weights(&mut |name, _, mut values| {
            if let (Ok(()), Some(value)) = (&found, (&mut values).find(|value| !value.is_finite()))
            {
                let array = name.to_owned();
                found = Err(ModelError::Diverged { array, value });
            }
        });
        found
    }

    fn snapshot(&mut self) -> Vec<u32> {
        match &self.engine {
            Engine::Continuous(engine) => engine.snapshot(),
            Engine::TwoPass(engine) => engine.snapshot(),
        }
    }

    fn restore(&mut self, snapshot: &[u32]) -> Result<(), ModelError> {
        match &mut self.engine {
            Engine::Continuous(engine) => engine.restore(snapshot)?,
            Engine::TwoPass(engine) => engine.restore(snapshot)?,
        }
        Ok(())
    }
}

impl Microcircuit<'_> {
    fn outputs(&self, samples: &[Sample]) -> Result<Vec<Vec<f64>>, ModelError> {
        match &self.engine {
            Engine::TwoPass(engine) => {
                let inputs: Vec<Vec<f64>> = samples.iter().map(|s| s.input.clone()).collect();
                Ok(engine.tester().outputs(&inputs)?)
            }
            Engine::Continuous(engine) => {
                let mut tester = engine.tester();
                let respond = |sample: &Sample| Ok(tester.respond(&sample.input)?.output);
                samples.iter().map(respond).collect()
            }
        }
    }
}

impl TrainingSpec {
    /// The paper's circuit for MNIST (experiment 3): 784-500-500-10 in the two-pass scheme, batches of
    /// 10, self-predicting, plastic `up` and `ip` with biases. Learning rates and conductances are those
    /// of reimplementations; targets are rates of 0.1 and 0.8.
    pub fn mnist() -> Self {
        let hidden = vec![500, 500];
        let circuit = CircuitParameters {
            conductances: Conductances {
                apical: 0.471_429,
                somatic: 0.122_222,
                ..Conductances::default()
            },
            transfer: Transfer::Logistic,
            learning_rates: LearningRates {
                up: vec![0.1111, 0.0333, 0.01],
                ip: vec![0.0667, 0.02],
                pi: vec![0.0; 2],
                down: vec![0.0; 2],
            },
            bias_rate: 1.0,
            weight_limit: None,
        };
        Self {
            scheme: Scheme::TwoPass(TwoPassParameters::new(circuit, 10)),
            hidden,
            initial: InitialWeights {
                up: 0.1,
                ..InitialWeights::uniform(1.0)
            },
            self_predicting: true,
            epochs: 200,
            seed: 1,
        }
    }
}
