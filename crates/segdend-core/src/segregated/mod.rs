//! The model of Guerguiev, Lillicrap and Richards, "Towards deep learning with segregated
//! dendrites" (eLife 2017;6:e22901, arXiv 1610.00161): networks of spiking neurons with basal,
//! apical and somatic compartments that learn from plateau potentials.
//!
//! Where to start reading:
//!
//! - [`params`]: Table 1, and every point on which the paper and the authors' program differ;
//! - [`reference`](mod@reference): the model in f64, an equation number at each step;
//! - [`plasticity`]: plateaus, targets, losses and weight updates; [`theorem`]: when they are right;
//! - [`engine`]: the same model, fast; [`SegregatedDendrites`]: it learns;
//! - [`replay`]: recorded spikes through either simulator, compared number by number.

pub mod engine;
pub mod example;
pub mod mechanisms;
mod model;
pub mod network;
pub mod params;
pub mod plasticity;
pub mod record;
pub mod reference;
pub mod replay;
pub mod schedule;
pub mod spikes;
pub mod theorem;
mod training_spec;

pub use model::{ModelError, SegregatedDendrites, test_errors};
pub use training_spec::TrainingSpec;

/// A training of this model.
pub type Training<'d> = crate::training::Training<'d, SegregatedDendrites>;

/// Why a training of this model cannot begin or go on.
pub type TrainingError = crate::training::TrainingError<ModelError>;

/// Version of this model's numbers.
pub const VERSION: u32 = <SegregatedDendrites as crate::model::Model>::VERSION;
