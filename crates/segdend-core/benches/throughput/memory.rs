//! Memory of a run beside the shared images, counted by the allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use segdend_core::data::DataSet;
use segdend_core::segregated::mechanisms::Mechanisms;
use segdend_core::segregated::{Training, TrainingSpec};

use crate::cases::Case;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, counting.
pub struct Counting;

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(live, Ordering::Relaxed);
        // SAFETY: the caller's promises are the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Memory of one run.
pub struct Memory {
    pub network: String,
    /// Bytes of its weights, biases and feedback, as f32 in whole tiles.
    pub weights: usize,
    /// Bytes that the run holds while it trains.
    pub live: usize,
    /// The most that it held at any time, a test on all threads included.
    pub peak: usize,
}

/// Measures each network over a short training with a test and a saved state.
pub fn measure(cases: &[Case], data: &DataSet) -> Vec<Memory> {
    cases
        .iter()
        .map(|case| {
            let spec = TrainingSpec {
                hidden: case.hidden.clone(),
                learning_rates: vec![0.1; case.hidden.len() + 1],
                parameters: (*case.parameters).clone(),
                mechanisms: Mechanisms::default(),
                epochs: 1,
                final_tests: 1,
                seed: 1,
            };
            let before = LIVE.load(Ordering::Relaxed);
            PEAK.store(before, Ordering::Relaxed);
            let mut training = Training::begin(&spec, data).expect("the specification is sound");
            for _ in 0..3 {
                training.advance(500).expect("weights stay finite");
            }
            training
                .advance(data.test().len())
                .expect("weights stay finite");
            training.advance(500).expect("weights stay finite");
            drop(training.state());
            let live = LIVE.load(Ordering::Relaxed) - before;
            let peak = PEAK.load(Ordering::Relaxed) - before;
            Memory {
                network: case.name.clone(),
                weights: training.model().engine().clone().weight_words().len() * size_of::<f32>(),
                live,
                peak,
            }
        })
        .collect()
}
