//! Recorded spikes through a simulator, compared number by number with what was computed from them.
//!
//! A trace is one short training session: initial weights, and for every example the image, the
//! phase lengths, every spike, and the values that follow from them. Files are JSON, plain or gzip.
//!
//! The spikes are taken from the trace, so a simulator that follows the same rules must arrive at
//! the same numbers. The spikes that it would have drawn itself do not matter.

mod compare;
mod trace;

pub use crate::replay::{Deviation, Report, Tolerance};
pub use compare::{Comparison, Simulator, replay};
pub use trace::{Trace, TraceError};
