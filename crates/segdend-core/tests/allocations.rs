//! Promise: once it has seen phases as long as they come, a simulator allocates no memory - none
//! in a training example, none in a test image - whatever the network and the mechanisms.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use segdend_core::data::digits;
use segdend_core::model::Keep;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::engine::Engine;
use segdend_core::segregated::example::{Example, SpikeDrive};
use segdend_core::segregated::mechanisms::{
    FeedbackSignal, FeedbackWeights, Mechanisms, PlateauTiming,
};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::{KernelMemory, Parameters};
use segdend_core::segregated::schedule::Schedule;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting by thread.
struct Counting;

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promises are the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations in the second of two identical passes over some examples and test images.
fn allocations(hidden: &[usize], parameters: Parameters, mechanisms: Mechanisms) -> usize {
    let parameters = parameters.valid().unwrap();
    let data = digits::generate(1, 40, 10);
    let sizes: Vec<usize> = [784]
        .into_iter()
        .chain(hidden.iter().copied())
        .chain([10])
        .collect();
    let network = Network::initial(&sizes, &parameters, mechanisms.feedback_weights, 4).unwrap();
    let rates = vec![0.1; sizes.len() - 1];
    let mut engine = Engine::new(parameters.clone(), mechanisms, rates, &network).unwrap();
    let mut schedule = Schedule::default();
    let mut pass = |engine: &mut Engine| {
        for example in 0..40 {
            let e = example as u64;
            let timing = mechanisms.plateau_timing;
            schedule.redraw(&parameters, timing, hidden, 1, 1, e);
            let spikes = SpikeDrive::Free(StreamKey::new(1, Purpose::TrainingSpikes, 1, e));
            let noise = StreamKey::new(1, Purpose::FeedbackNoise, 1, e);
            let (image, label) = (data.train().image(example), data.train().label(example));
            let shown = Example {
                image,
                label,
                schedule: &schedule,
                spikes,
                noise,
            };
            let presented = engine.present(&shown, Keep::Learning);
            engine.learn(presented);
        }
    };
    let before_first = engine.snapshot();
    pass(&mut engine);
    // The same spikes and lengths again: nothing is longer than it was.
    engine.restore(&before_first).unwrap();
    let before = ALLOCATIONS.get();
    pass(&mut engine);
    let trained = ALLOCATIONS.get() - before;

    let mut tester = engine.tester();
    let mut show = || {
        for index in 0..data.test().len() {
            let key = StreamKey::new(1, Purpose::TestSpikes, 1, index as u64);
            tester.classify(data.test().image(index), key);
        }
    };
    show();
    let before = ALLOCATIONS.get();
    show();
    trained + (ALLOCATIONS.get() - before)
}

#[test]
fn the_counter_counts() {
    let before = ALLOCATIONS.get();
    std::hint::black_box(Vec::<u8>::with_capacity(10));
    assert_eq!(ALLOCATIONS.get() - before, 1);
}

#[test]
fn no_network_allocates_in_an_example() {
    let apical = Parameters {
        apical_conductance: 0.6,
        ..Parameters::paper()
    };
    let unlimited = Parameters {
        kernel_memory: KernelMemory::Unlimited,
        ..Parameters::authors_2017_05_10()
    };
    for hidden in [&[][..], &[70], &[70, 33]] {
        for parameters in [
            Parameters::authors_2017_05_10(),
            apical.clone(),
            unlimited.clone(),
        ] {
            assert_eq!(allocations(hidden, parameters, Mechanisms::default()), 0);
        }
    }
}

#[test]
fn no_mechanism_allocates_in_an_example() {
    for mechanisms in [
        Mechanisms {
            plateau_timing: PlateauTiming::Stochastic,
            ..Mechanisms::default()
        },
        Mechanisms {
            feedback_signal: FeedbackSignal::Rates,
            ..Mechanisms::default()
        },
        Mechanisms {
            feedback_weights: FeedbackWeights::NoisySymmetric,
            ..Mechanisms::default()
        },
    ] {
        assert_eq!(
            allocations(&[70, 33], Parameters::authors_2017_05_10(), mechanisms),
            0,
            "{mechanisms:?}"
        );
    }
}
