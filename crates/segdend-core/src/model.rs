//! What training, checkpoints, digests and recorders need of a model, and all that they need.
//!
//! Presenting and learning are two things: [`Model::present`] shows examples and changes no weight,
//! [`Model::learn`] changes the weights by what was presented last. Whoever only wants to look presents
//! and does not learn.

use std::fmt::Debug;
use std::ops::Range;

use crate::rng::Occasion;

/// Examples to learn from and to be tested on.
pub trait Samples: Sync {
    /// Examples to learn from.
    fn train_len(&self) -> usize;

    /// Examples to be tested on.
    fn test_len(&self) -> usize;
}

/// How long a training goes on, and from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Epochs over the shuffled examples.
    pub epochs: usize,
    /// Repeated tests of the final weights.
    pub final_tests: usize,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Examples that are presented together before each update; 1 for online learning.
    pub batch: usize,
}

/// Which examples of an epoch are presented.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// The place of the first of them in the epoch's order.
    pub place: usize,
    /// Their numbers among the training examples.
    pub examples: &'a [u32],
}

/// What is to be kept of a presentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// What learning needs.
    Learning,
    /// The mean rates of hidden layers besides, for recorders that look at them.
    MeanRates,
}

/// What presented examples came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// The sum of their errors: of a classifier the number of wrong answers.
    pub errors: f64,
    /// The sum of their output losses.
    pub loss: f64,
}

/// What an example costs, in a unit of the model's own, such as a simulated ms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Learning from one.
    pub train: f64,
    /// Being tested on one.
    pub test: f64,
}

/// Sees a named array of weights: its name, its shape, and its values row by row.
pub type ArrayVisitor<'v> = dyn FnMut(&str, &[usize], &mut dyn Iterator<Item = f32>) + 'v;

/// A network that learns.
pub trait Model: Sized + Send + Sync {
    /// Its name.
    const NAME: &'static str;
    /// The version of its numbers, a part of every cache key: a new one whenever the same specification
    /// and data give other results.
    const VERSION: u32;
    /// Everything that determines a training beside the data.
    type Spec: Clone + Debug + PartialEq + Send + Sync;
    /// What it learns from.
    type Data: Samples;
    /// What may be wrong with a specification, a checkpoint or the weights.
    type Error: std::error::Error + Send + Sync + 'static;

    /// How long it is trained.
    fn plan(spec: &Self::Spec) -> Plan;

    /// The cost of its examples.
    fn cost(spec: &Self::Spec) -> Cost;

    /// An untrained network, at rest.
    ///
    /// # Errors
    /// What about the specification cannot run, or does not fit the data.
    fn begin(spec: &Self::Spec, data: &Self::Data) -> Result<Self, Self::Error>;

    /// Prepares for an epoch, counted from 1.
    fn enter_epoch(&mut self, _epoch: usize) {}

    /// Presents examples. No weight changes.
    ///
    /// # Errors
    /// If a number is no longer finite.
    fn present(
        &mut self,
        data: &Self::Data,
        batch: Batch<'_>,
        keep: Keep,
    ) -> Result<Outcome, Self::Error>;

    /// Changes the weights by what was presented last.
    fn learn(&mut self);

    /// Clears all activity, as before and after a test.
    fn rest(&mut self);

    /// Errors of some test examples, in their order: of a classifier 1 for a wrong answer and 0 for a
    /// right one. Every example has streams of random numbers of its own, keyed by its number, so that
    /// neither order nor threads matter.
    ///
    /// # Errors
    /// If it cannot compute.
    fn test(
        &self,
        data: &Self::Data,
        occasion: Occasion,
        range: Range<usize>,
    ) -> Result<Vec<f64>, Self::Error>;

    /// Whatever else is told of the network after a test, by name.
    fn series(&self) -> Vec<(&'static str, f64)> {
        Vec::new()
    }

    /// Shows all weights, in an order that stays.
    fn visit_weights(&self, visitor: &mut ArrayVisitor<'_>);

    /// Whether all weights are finite.
    ///
    /// # Errors
    /// Which of them are not.
    fn check(&self) -> Result<(), Self::Error>;

    /// Everything that is carried from example to example, bit for bit.
    fn snapshot(&mut self) -> Vec<u32>;

    /// Goes back to where a snapshot was taken.
    ///
    /// # Errors
    /// If the snapshot belongs to another network or is damaged; the model is then not to be used.
    fn restore(&mut self, snapshot: &[u32]) -> Result<(), Self::Error>;
}
