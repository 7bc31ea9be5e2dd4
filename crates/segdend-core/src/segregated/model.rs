//! The network as a [`Model`]: online learning, an example at a time.

use std::ops::Range;

use rayon::prelude::*;

use super::engine::{Engine, EngineSnapshot, Presented, SnapshotError, Tester};
use super::example::ExampleDraws;
use super::network::{Network, NetworkError};
use super::params::ParameterError;
use super::schedule::Schedule;
use super::training_spec::TrainingSpec;
use crate::data::{DataSet, ImageSet};
use crate::model::{ArrayVisitor, Batch, Cost, Keep, Model, Outcome, Plan};
use crate::rng::{Occasion, Purpose, StreamKey};

/// A network that cannot be, or a checkpoint that is not its own.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Parameters that cannot run.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// A network that cannot be.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A checkpoint of another network.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// A network of this model in training.
#[derive(Debug)]
pub struct SegregatedDendrites {
    draws: ExampleDraws,
    engine: Engine,
    schedule: Schedule,
    presented: Option<Presented>,
}

impl SegregatedDendrites {
    /// The simulator, to look at its network and at what it was presented last.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What its examples are drawn by.
    pub fn draws(&self) -> &ExampleDraws {
        &self.draws
    }
}

impl Model for SegregatedDendrites {
    const NAME: &'static str = "segregated-dendrites";
    const VERSION: u32 = 2;
    type Spec = TrainingSpec;
    type Data = DataSet;
    type Error = ModelError;

    fn plan(spec: &TrainingSpec) -> Plan {
        Plan {
            epochs: spec.epochs,
            final_tests: spec.final_tests,
            seed: spec.seed,
            batch: 1,
        }
    }

    /// Simulated ms.
    fn cost(spec: &TrainingSpec) -> Cost {
        let p = &spec.parameters;
        Cost {
            train: 2.0 * (p.minimum_phase_ms as f64 + p.extra_phase_mean_ms),
            test: p.test_phase_ms as f64,
        }
    }

    fn begin(spec: &TrainingSpec, data: &DataSet) -> Result<Self, ModelError> {
        let p = spec.parameters.clone().valid()?;
        if let Some(&value) = spec.learning_rates.iter().find(|rate| !rate.is_finite()) {
            return Err(NetworkError::OutOfRange {
                what: "a learning rate",
                value,
                expected: "a finite number",
            }
            .into());
        }
        let feedback_weights = spec.mechanisms.feedback_weights;
        let network = Network::initial(&spec.sizes(data), &p, feedback_weights, spec.seed)?;
        let rates = spec.learning_rates.clone();
        Ok(Self {
            draws: ExampleDraws {
                parameters: p.clone(),
                plateau_timing: spec.mechanisms.plateau_timing,
                hidden: spec.hidden.clone(),
                seed: spec.seed,
            },
            engine: Engine::new(p, spec.mechanisms, rates, &network)?,
            schedule: Schedule::default(),
            presented: None,
        })
    }

    fn enter_epoch(&mut self, epoch: usize) {
        self.engine.enter_epoch(epoch);
    }

    fn present(
        &mut self,
        data: &DataSet,
        batch: Batch<'_>,
        keep: Keep,
    ) -> Result<Outcome, ModelError> {
        let train = data.train();
        let occasion = Occasion::Epoch(batch.epoch as u64);
        let mut outcome = Outcome {
            errors: 0.0,
            loss: 0.0,
        };
        for (offset, &index) in batch.examples.iter().enumerate() {
            let index = index as usize;
            let (purpose, place) = (Purpose::TrainingSpikes, batch.place + offset);
            let shown = (train.image(index), train.label(index));
            let schedule = &mut self.schedule;
            let example = self.draws.draw(shown, purpose, occasion, place, schedule);
            let presented = self.engine.present(&example, keep);
            outcome.errors += f64::from(u8::from(presented.predicted != example.label));
            outcome.loss += presented.output_loss;
            self.presented = Some(presented);
        }
        Ok(outcome)
    }

    fn learn(&mut self) {
        if let Some(presented) = self.presented.take() {
            self.engine.learn(presented);
        }
    }

    fn rest(&mut self) {
        self.engine.clear();
    }

    fn test(
        &self,
        data: &DataSet,
        occasion: Occasion,
        range: Range<usize>,
    ) -> Result<Vec<f64>, ModelError> {
        let seed = self.draws.seed;
        Ok(test_errors(
            &self.engine,
            data.test(),
            seed,
            occasion,
            range,
        ))
    }

    fn visit_weights(&self, visitor: &mut ArrayVisitor<'_>) {
        self.engine.network().visit(visitor);
    }

    fn check(&self) -> Result<(), ModelError> {
        Ok(self.engine.network().validate()?)
    }

    fn snapshot(&mut self) -> Vec<u32> {
        self.engine.snapshot().words
    }

    fn restore(&mut self, snapshot: &[u32]) -> Result<(), ModelError> {
        let words = snapshot.to_vec();
        Ok(self.engine.restore(&EngineSnapshot { words })?)
    }
}

/// Shows the test images of `range`, each with spikes of its own: 1 for a wrong answer, 0 for a right
/// one.
pub fn test_errors(
    engine: &Engine,
    test: &ImageSet,
    seed: u64,
    occasion: Occasion,
    range: Range<usize>,
) -> Vec<f64> {
    let error = |tester: &mut Tester<'_>, index: usize| {
        let key = StreamKey::new(seed, Purpose::TestSpikes, occasion, index as u64);
        let wrong = tester.classify(test.image(index), key) != test.label(index);
        f64::from(u8::from(wrong))
    };
    range
        .into_par_iter()
        .with_min_len(16)
        .map_init(|| engine.tester(), error)
        .collect()
}
