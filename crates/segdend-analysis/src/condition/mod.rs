//! The condition of Theorem 1 (Figure 5-S1): do the feedforward and the feedback Jacobian undo each
//! other?

mod eigenvalue;
mod largest_eigenvalue;
mod window;
mod window_sums;

pub use eigenvalue::{identity_deviation_eigenvalue, identity_deviation_eigenvalues};
pub use window::{ConditionEigenvalues, JacobianWindow};
