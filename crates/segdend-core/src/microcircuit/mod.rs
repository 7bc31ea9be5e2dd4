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
//! - [`replay`]: recorded sessions through any of them, compared number by number.

pub mod engine;
pub mod network;
pub mod noise;
pub mod params;
pub mod pattern;
pub mod reference;
pub mod replay;
pub mod teacher;
pub mod transfer;
pub mod two_pass;

/// Version of this model's numbers: a new one whenever the same specification and data give other
/// results. It is part of every cache key, so that old results are never taken for new ones.
pub const VERSION: u32 = 1;
