//! The condition of Theorem 1 (Figure 5-S1): do the feedforward and the feedback Jacobian undo each
//! other? And Lemma 1, on which its proof rests.

mod eigenvalue;
mod lemma;
mod window;
mod window_sums;

pub use eigenvalue::identity_deviation_eigenvalue;
pub use lemma::{lemma_allowance, lemma_shortfall};
pub use window::{ConditionEigenvalues, JacobianWindow};
