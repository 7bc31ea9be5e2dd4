//! Recorded sessions through a simulator, compared number by number.
//!
//! A trace is one short session: initial weights, every pattern with its noise draws, and the values
//! that follow from them. Files are JSON, plain or gzip. All that is random comes from the trace, so
//! that a simulator which follows the same rules must arrive at the same numbers.

mod session;
mod trace;

pub use crate::replay::{Deviation, Report, Tolerance};
pub use session::{
    ContinuousSimulator, Observation, Observer, TwoPassSimulator, replay_continuous,
    replay_two_pass,
};
pub use trace::{ContinuousTrace, MOST_BYTES, MOST_STEPS, Trace, TraceError, TwoPassTrace};
