//! The model, fast: in f32, with sums of a fixed order and transfer functions made of polynomials, so
//! that every register width and any number of threads gives the same bits.
//!
//! - [`Continuous`]: the dynamics of [`reference`](mod@super::reference), a pattern at a time;
//! - [`TwoPass`]: the scheme of [`two_pass`](super::two_pass), a batch at a time.
//!
//! One circuit is simulated by one thread; seeds and variants go side by side.

mod batch;
mod continuous;
mod dynamics;
mod first_layer;
mod matrix;
mod plastic;
mod rates;
mod state;
mod two_pass;

pub use crate::simd::SimdLevel;
pub use continuous::{Continuous, ContinuousTester, Noise};
pub use state::SnapshotError;
pub use two_pass::{TwoPass, TwoPassTester};

/// What a circuit's simulation takes, so that a silent change of algorithm shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Synapses.
    pub weights: u64,
    /// Synapses that learn.
    pub plastic_weights: u64,
    /// Products of a weight or induction term in a pattern's time: by the equations, before anything
    /// that need not be multiplied is left out.
    pub multiply_adds: u64,
    /// Values of the transfer function in a pattern's time.
    pub transfers: u64,
}
