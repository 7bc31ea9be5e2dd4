//! Promise: a training with angles records the angle of every example before its step; under
//! feedback alignment it starts near 90 degrees and falls below 45 on handwritten digits while the
//! test error falls; the same specification gives the same bits in pieces, resumed, and on any number
//! of threads.
//!
//! Alone: `cargo test --release -p segdend-baselines --test angle_training`

mod common;

use std::ops::ControlFlow;

use common::{EQUAL_UPDATES_DEGREES, angle_degrees, closed_form};
use segdend_baselines::{
    AngleSpec, AngleStage, AngleState, AngleTraining, Backend, BaselineError, Sizes, TrainingRule,
    Weights, train_with_angles,
};
use segdend_core::data::{DataSet, digits};

/// Trains to the end without looking.
fn train<'d>(spec: &AngleSpec, data: &'d DataSet) -> AngleTraining<'d> {
    train_with_angles(spec, data, None, |_| ControlFlow::Continue(())).unwrap()
}

fn mean(angles: &[Option<f32>]) -> f64 {
    let sum: f64 = angles.iter().map(|angle| f64::from(angle.unwrap())).sum();
    sum / angles.len() as f64
}

#[test]
fn feedback_alignment_falls_below_45_degrees_on_digits() {
    let data = digits::generate(1, 2_000, 500);
    for backend in Backend::ALL {
        let spec = AngleSpec {
            epochs: 3,
            backend,
            ..AngleSpec::default()
        };
        let training = train(&spec, &data);
        let history = training.history();
        let angles = &history.angles_degrees;
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
        assert!(history.mean_losses[2] < 0.5 * history.mean_losses[0]);
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
        let spec = AngleSpec {
            rule,
            hidden: 30,
            learning_rate: 2.0,
            epochs: 2,
            seed: 9,
            ..AngleSpec::default()
        };
        let mut training = AngleTraining::begin(&spec, &data).unwrap();
        let sizes = Sizes {
            inputs: 784,
            hidden: 30,
            outputs: 10,
        };
        assert_eq!(
            training.network().weights().unwrap(),
            Weights::draw(sizes, 9).unwrap()
        );
        while !training.is_finished() {
            let weights = training.network().weights().unwrap();
            let measured = training.history().angles_degrees.len();
            training.advance(1).unwrap();
            if let [angle] = training.history().angles_degrees[measured..] {
                let [backpropagation, alignment] =
                    TrainingRule::ALL.map(|rule| closed_form(&weights, rule, &input, &[label]).1);
                let expected = angle_degrees(&backpropagation[0], &alignment[0]);
                let angle = f64::from(angle.unwrap());
                assert!(
                    (angle - expected).abs() < EQUAL_UPDATES_DEGREES,
                    "{rule:?}: {angle}, not {expected}"
                );
            }
        }
        let angles = &training.history().angles_degrees;
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
    let spec = AngleSpec {
        hidden: 3,
        epochs: 1,
        ..AngleSpec::default()
    };
    assert_eq!(train(&spec, &data).history().angles_degrees, [None, None]);
}

fn small() -> (AngleSpec, DataSet) {
    let spec = AngleSpec {
        hidden: 20,
        epochs: 2,
        learning_rate: 0.5,
        seed: 7,
        ..AngleSpec::default()
    };
    (spec, digits::generate(4, 70, 30))
}

#[test]
fn pieces_and_interruptions_change_no_bit() {
    let (spec, data) = small();
    for spec in Backend::ALL.map(|backend| AngleSpec { backend, ..spec }) {
        let whole = train(&spec, &data).state().unwrap();
        assert_eq!(whole.stage, AngleStage::Finished);

        let mut training = AngleTraining::begin(&spec, &data).unwrap();
        let mut stages = Vec::new();
        while !training.is_finished() {
            training.advance(23).unwrap();
            stages.push(training.stage());
            // Through text and back, as if killed and started again.
            let text = serde_json::to_string(&training.state().unwrap()).unwrap();
            let state: AngleState = serde_json::from_str(&text).unwrap();
            training = AngleTraining::resume(&spec, &data, &state).unwrap();
        }
        assert!(stages.contains(&AngleStage::Train { epoch: 2, next: 46 }));
        assert_eq!(training.state().unwrap(), whole);
    }
}

#[test]
fn breaking_off_keeps_what_was_done() {
    let (spec, data) = small();
    let mut calls = 0;
    let broken_off = train_with_angles(&spec, &data, None, |training| {
        calls += 1;
        match training.stage() {
            AngleStage::Test { epoch: 1 } => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    })
    .unwrap();
    assert_eq!(calls, 2);
    assert_eq!(broken_off.work(), (70, 140));
    let state = broken_off.state().unwrap();
    let resumed =
        train_with_angles(&spec, &data, Some(&state), |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(
        resumed.state().unwrap(),
        train(&spec, &data).state().unwrap()
    );
}

/// Trained alone, and twice at the same time, inside thread pools of one, two and four threads.
#[test]
fn threads_change_no_bit() {
    let (spec, data) = small();
    for spec in Backend::ALL.map(|backend| AngleSpec { backend, ..spec }) {
        let alone = train(&spec, &data).state().unwrap();
        for threads in [1, 2, 4] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let run = || train(&spec, &data).state().unwrap();
            let (first, second) = pool.install(|| rayon::join(run, run));
            assert!(first == alone && second == alone, "{threads} threads");
        }
    }
}

#[test]
fn seeds_and_rules_make_a_difference() {
    let (spec, data) = small();
    let angles = |spec| train(&spec, &data).history().angles_degrees.clone();
    let published = angles(spec);
    assert_ne!(angles(AngleSpec { seed: 8, ..spec }), published);
    let rule = TrainingRule::Backpropagation;
    let backpropagation = angles(AngleSpec { rule, ..spec });
    // The first example is measured before any rule has acted.
    assert_eq!(backpropagation[0], published[0]);
    assert_ne!(backpropagation[1], published[1]);
}

#[test]
fn what_cannot_be_trained_is_refused() {
    let (spec, data) = small();
    let none = digits::generate(4, 0, 30);
    assert!(matches!(
        AngleTraining::begin(&spec, &none).unwrap_err(),
        BaselineError::NoImages { train: 0, test: 30 }
    ));
    let learning_rate = f64::NAN;
    let bad = AngleSpec {
        learning_rate,
        ..spec
    };
    assert!(matches!(
        AngleTraining::begin(&bad, &data).unwrap_err(),
        BaselineError::LearningRate { .. }
    ));
    let state = train(&spec, &data).state().unwrap();
    for (other, what) in [
        (
            AngleSpec { hidden: 21, ..spec },
            "the number of hidden units",
        ),
        (AngleSpec { epochs: 3, ..spec }, "the number of angles"),
    ] {
        assert!(matches!(
            AngleTraining::resume(&other, &data, &state).unwrap_err(),
            BaselineError::ForeignState { what: found, .. } if found == what
        ));
    }
    let longer = digits::generate(4, 71, 30);
    assert!(AngleTraining::resume(&spec, &longer, &state).is_err());
    let mut tampered = state.clone();
    tampered.stage = AngleStage::Train { epoch: 3, next: 0 };
    assert!(matches!(
        AngleTraining::resume(&spec, &data, &tampered).unwrap_err(),
        BaselineError::ForeignState {
            what: "its epoch",
            found: 3,
            expected: 2
        }
    ));
    let mut broken = state;
    broken.weights.hidden_weights[5] = f32::NAN;
    assert!(matches!(
        AngleTraining::resume(&spec, &data, &broken).unwrap_err(),
        BaselineError::NonFiniteWeight { index: 5, .. }
    ));
}
