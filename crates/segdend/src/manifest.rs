//! What is kept of a run beside its weights: the result, and the manifest that says how it came
//! about.

use segdend_core::data::DataSummary;
use segdend_core::segregated::TrainingSpec;
use segdend_core::segregated::engine::SimdLevel;
use segdend_core::training::History;
use serde::{Deserialize, Serialize};

use crate::system::Machine;

/// Of a finished run: what was computed from what, by which program, on which machine, how fast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The run's name.
    pub(crate) run: String,
    /// The scale's name.
    pub(crate) scale: String,
    /// The cache key.
    pub(crate) key: String,
    /// The version of the numbers.
    pub(crate) model_version: u32,
    /// The version of this program.
    pub(crate) program_version: String,
    /// Seed of all random numbers.
    pub(crate) seed: u64,
    /// The resolved specification.
    pub(crate) spec: TrainingSpec,
    /// The images, with check sums.
    pub(crate) data: DataSummary,
    /// SHA-256 of the final weights.
    pub(crate) weights_sha256: String,
    /// SHA-256 of `result.json`; none of runs older than this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) result_sha256: Option<String>,
    /// The instructions that were used; the bits do not depend on them.
    pub(crate) simd_level: SimdLevel,
    /// The machine that finished the run.
    pub(crate) machine: Machine,
    /// Threads that the tests were spread over; the bits do not depend on them.
    pub(crate) threads: usize,
    /// When the run was first begun.
    pub(crate) started: String,
    /// When it was finished.
    pub(crate) finished: String,
    /// How often it was begun or gone on with.
    pub(crate) sittings: u64,
    /// Time spent, without pauses.
    pub(crate) wall_seconds: PerActivity,
    /// Images shown a second of that time.
    pub(crate) images_per_second: PerActivity,
}

/// One number for training, one for testing.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct PerActivity {
    /// While training.
    pub(crate) training: f64,
    /// While testing.
    pub(crate) testing: f64,
}

/// Of a run under way: the time spent on it up to its last checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Timing {
    /// When the run was first begun.
    pub(crate) started: String,
    /// How often it was begun or gone on with.
    pub(crate) sittings: u64,
    /// Time spent, without pauses.
    pub(crate) wall_seconds: PerActivity,
}

/// Of a finished run: what was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunResult {
    /// The run's name.
    pub(crate) run: String,
    /// The cache key.
    pub(crate) key: String,
    /// SHA-256 of the final weights.
    pub(crate) weights_sha256: String,
    /// Test errors, training errors, losses and repeated tests.
    pub(crate) history: History,
}
