//! The model of Sacramento, Costa, Bengio and Senn, "Dendritic cortical microcircuits approximate the
//! backpropagation algorithm" (NeurIPS 2018, arXiv 1810.11393): pyramidal neurons whose apical
//! dendrites receive top-down input and its prediction by interneurons; what the prediction misses
//! is the error that they learn from.
//!
//! Where to start reading:
//!
//! - [`params`]: constants, learning rates, and every point on which programs of the model differ;
//! - [`network`]: the four families of weights, their initial values, the self-predicting state;
//! - [`reference`](mod@reference): the continuous dynamics in f64, an equation at each step;
//! - [`two_pass`]: the steady state in two passes, for batches, in f64;
//! - [`engine`]: both, fast, in f32;
//! - [`Microcircuit`]: it learns [`Patterns`];
//! - [`replay`]: recorded sessions through any of them, compared number by number.

pub mod engine;
mod model;
pub mod network;
pub mod noise;
pub mod params;
pub mod pattern;
mod patterns;
pub mod reference;
pub mod replay;
pub mod teacher;
mod training_spec;
pub mod transfer;
pub mod two_pass;

pub use model::{Engine, Microcircuit, ModelError};
pub use patterns::{Patterns, TargetRateError};
pub use training_spec::{Scheme, TrainingSpec};

/// A training of this model.
pub type Training<'d> = crate::training::Training<'d, Microcircuit<'d>>;

/// Why a training of this model cannot begin or go on.
pub type TrainingError = crate::training::TrainingError<ModelError>;

/// Version of this model's numbers.
pub const VERSION: u32 = <Microcircuit<'_> as crate::model::Model>::VERSION;
