//! Promise: a training records the angle of every example before its step; under feedback alignment it
//! starts near 90 degrees and falls below 45 on handwritten digits while the test error falls; the same
//! specification gives the same bits in pieces, resumed, and on any number of threads.
//!
//! Alone: `cargo test --release -p segdend-baselines --test training`

mod common;

use common::{EQUAL_UPDATES_DEGREES, angle_degrees, closed_form};
use segdend_baselines::{
    Backend, BaselineError, RateSpec, RateTraining, Sizes, TrainingRule, Weights,
};
use segdend_core::data::{DataSet, digits};
use segdend_core::model::Keep;
use segdend_core::training::{Stage, TrainingError};

/// Trains to the end, and gives the angle of every example.
fn train<'d>(spec: &RateSpec, data: &'d DataSet) -> (RateTraining<'d>, Vec<Option<f64>>) {
    let mut training = RateTraining::begin(spec, data).unwrap();
    let mut angles = Vec::new();
    while !training.is_finished() {
        let mut look =
            |_, _, network: &segdend_baselines::RateNetwork| angles.push(network.angle_degrees());
        training
            .advance_watched(500, Keep::Learning, &mut look)
            .unwrap();
    }
    (training, angles)
}

fn mean(angles: &[Option<f64>]) -> f64 {
    let sum: f64 = angles.iter().map(|angle| angle.unwrap()).sum();
    sum / angles.len() as f64
}

#[test]
fn feedback_alignment_falls_below_45_degrees_on_digits() {
    let data = digits::generate(1, 2_000, 500);
    // burn-ndarray is built for a short build, not for speed.
    for (backend, hidden) in Backend::ALL.into_iter().zip([500, 100]) {
        let spec = RateSpec {
            hidden,
            epochs: 3,
            backend,
            ..RateSpec::default()
        };
        let (training, angles) = train(&spec, &data);
        let history = training.history();
        let (start, end) = (mean(&angles[..20]), mean(&angles[angles.len() - 200..]));
        assert!(
            (start - 90.0).abs() < 10.0,
            "{backend:?}: starts at {start}"
        );
        assert!(end < 45.0, "{backend:?}: ends at {end} degrees");
        let errors = &history.test_errors_percent;
        assert!(
            errors[0] > 70.0 && errors[3] < 15.0,
            "{backend:?}: {errors:?}"
        );
        assert!(history.output_losses[2] < 0.5 * history.output_losses[0]);
    }
}

#[test]
fn the_recorded_angle_is_that_before_the_step() {
    // The order of a single image is known.
    let data = digits::generate(2, 1, 1);
    let input: Vec<f32> = data
        .train()
        .image(0)
        .iter()
        .map(|&p| f32::from(p) / 255.0)
        .collect();
    let label = data.train().labels()[0];
    for rule in TrainingRule::ALL {
        let spec = RateSpec {
            rule,
            hidden: 30,
            learning_rate: 2.0,
            epochs: 2,
            seed: 9,
            ..RateSpec::default()
        };
        let mut training = RateTraining::begin(&spec, &data).unwrap();
        let sizes = Sizes {
            inputs: 784,
            hidden: 30,
            outputs: 10,
        };
        assert_eq!(
            training.model().network().weights().unwrap(),
            Weights::draw(sizes, 9).unwrap()
        );
        let mut angles = Vec::new();
        while !training.is_finished() {
            let weights = training.model().network().weights().unwrap();
            let mut look = |_, _, network: &segdend_baselines::RateNetwork| {
                let [backpropagation, alignment] =
                    TrainingRule::ALL.map(|rule| closed_form(&weights, rule, &input, &[label]).1);
                let expected = angle_degrees(&backpropagation[0], &alignment[0]);
                let angle = network.angle_degrees().unwrap();
                assert!(
                    (angle - expected).abs() < EQUAL_UPDATES_DEGREES,
                    "{rule:?}: {angle}, not {expected}"
                );
                angles.push(angle);
            };
            training
                .advance_watched(1, Keep::Learning, &mut look)
                .unwrap();
        }
        assert_eq!(angles.len(), 2);
        assert_ne!(angles[0], angles[1], "{rule:?}");
    }
}

#[test]
fn an_image_without_ink_has_no_angle() {
    let blank = segdend_core::data::ImageSet::new(1, 4, vec![0; 8], vec![0, 1]).unwrap();
    let source = segdend_core::data::Source::IdxFiles {
        name: "blank".into(),
    };
    let data = DataSet::new(source, blank.clone(), blank).unwrap();
    let spec = RateSpec {
        hidden: 3,
        epochs: 1,
        ..RateSpec::default()
    };
    assert_eq!(train(&spec, &data).1, [None, None]);
}

fn small() -> (RateSpec, DataSet) {
    let spec = RateSpec {
        hidden: 20,
        epochs: 2,
        learning_rate: 0.5,
        seed: 7,
        ..RateSpec::default()
    };
    (spec, digits::generate(4, 70, 30))
}

#[test]
fn pieces_and_interruptions_change_no_bit() {
    let (spec, data) = small();
    for spec in Backend::ALL.map(|backend| RateSpec { backend, ..spec }) {
        let whole = train(&spec, &data).0.state();
        assert_eq!(whole.stage, Stage::Finished);

        let mut training = RateTraining::begin(&spec, &data).unwrap();
        let mut in_second_epoch = false;
        while !training.is_finished() {
            training.advance(23).unwrap();
            // As if killed and started again.
            let state = training.state();
            in_second_epoch |= matches!(
                state.stage,
                Stage::Train {
                    epoch: 2,
                    next: 46,
                    ..
                }
            );
            training = RateTraining::resume(&spec, &data, &state).unwrap();
        }
        assert!(in_second_epoch);
        assert_eq!(training.state(), whole);
    }
}

/// Trained alone, and twice at the same time, inside thread pools of one, two and four threads.
#[test]
fn threads_change_no_bit() {
    let (spec, data) = small();
    for spec in Backend::ALL.map(|backend| RateSpec { backend, ..spec }) {
        let alone = train(&spec, &data).0.state();
        for threads in [1, 2, 4] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let run = || train(&spec, &data).0.state();
            let (first, second) = pool.install(|| rayon::join(run, run));
            assert!(first == alone && second == alone, "{threads} threads");
        }
    }
}

#[test]
fn seeds_and_rules_make_a_difference() {
    let (spec, data) = small();
    let angles = |spec| train(&spec, &data).1;
    let published = angles(spec);
    assert_ne!(angles(RateSpec { seed: 8, ..spec }), published);
    let rule = TrainingRule::Backpropagation;
    let backpropagation = angles(RateSpec { rule, ..spec });
    // The first example is measured before any rule has acted.
    assert_eq!(backpropagation[0], published[0]);
    assert_ne!(backpropagation[1], published[1]);
}

#[test]
fn what_cannot_be_trained_is_refused() {
    let (spec, data) = small();
    let none = digits::generate(4, 0, 30);
    assert!(matches!(
        RateTraining::begin(&spec, &none).unwrap_err(),
        TrainingError::NoExamples { train: 0, test: 30 }
    ));
    let learning_rate = f64::NAN;
    let bad = RateSpec {
        learning_rate,
        ..spec
    };
    assert!(matches!(
        RateTraining::begin(&bad, &data).unwrap_err(),
        TrainingError::Model(BaselineError::LearningRate { .. })
    ));
    let mut training = RateTraining::begin(&spec, &data).unwrap();
    training.advance(30).unwrap();
    training.advance(5).unwrap();
    let state = training.state();
    for hidden in [19, 21] {
        assert!(matches!(
            RateTraining::resume(&RateSpec { hidden, ..spec }, &data, &state).unwrap_err(),
            TrainingError::Model(
                BaselineError::ForeignState { .. } | BaselineError::WeightCount { .. }
            )
        ));
    }
    let fewer = RateSpec { epochs: 0, ..spec };
    assert!(matches!(
        RateTraining::resume(&fewer, &data, &state).unwrap_err(),
        TrainingError::Position { .. }
    ));
    let mut broken = state;
    broken.model[5] = f32::NAN.to_bits();
    assert!(matches!(
        RateTraining::resume(&spec, &data, &broken).unwrap_err(),
        TrainingError::Model(BaselineError::NonFiniteWeight { index: 5, .. })
    ));
}
