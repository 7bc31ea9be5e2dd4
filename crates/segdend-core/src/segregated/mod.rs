//! The model of Guerguiev, Lillicrap and Richards, "Towards deep learning with segregated
//! dendrites" (eLife 2017;6:e22901, arXiv 1610.00161): networks of spiking neurons with basal,
//! apical and somatic compartments that learn from plateau potentials.
//!
//! Where to start reading:
//!
//! - [`params`]: Table 1, and every point on which the paper and the authors' program differ;
//! - [`reference`](mod@reference): the model in f64, an equation number at each step;
//! - [`plasticity`]: plateaus, targets, losses and weight updates;
//! - [`engine`]: the same model, fast;
//! - [`replay`]: recorded spikes through either simulator, compared number by number.

pub mod engine;
pub mod mechanisms;
pub mod network;
pub mod params;
pub mod plasticity;
pub mod record;
pub mod reference;
pub mod replay;
pub mod schedule;
pub mod spikes;

/// Version of this model's numbers: a new one whenever the same specification and data give other
/// results. It is part of every cache key, so that old results are never taken for new ones.
pub const VERSION: u32 = 2;
