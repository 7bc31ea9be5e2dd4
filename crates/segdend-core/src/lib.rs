//! Models of how networks of neurons with dendrites learn, and what trains them.
//!
//! - [`segregated`]: spiking neurons with segregated dendrites (Guerguiev, Lillicrap and Richards
//!   2017);
//! - [`microcircuit`]: dendritic cortical microcircuits (Sacramento, Costa, Bengio and Senn 2018);
//! - [`training`]: examples, epochs, tests, of any [`model`]; [`checkpoint`]: its states as files;
//! - [`data`]: sets of images.
//!
//! The library prints nothing, exits nowhere and reads no environment.

pub mod angle;
pub mod atomic_file;
pub mod checkpoint;
pub mod data;
pub mod microcircuit;
pub mod model;
pub mod replay;
pub mod rng;
pub mod segregated;
mod simd;
pub mod training;
