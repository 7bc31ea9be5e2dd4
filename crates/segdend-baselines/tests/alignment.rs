//! Promise: the reported angle is the angle between the two rules' updates of the hidden weights;
//! it is 0 with symmetric feedback, near 90 degrees with random feedback before learning, and
//! falls while feedback alignment learns.
//!
//! Alone: `cargo test --release -p segdend-baselines --test alignment`

mod common;

use common::{
    EQUAL_UPDATES_DEGREES, Problem, SINGLE_PRECISION, angle_degrees, in_order, relative_error,
};
use segdend_baselines::{Backend, Network, Sizes, TrainingRule, Weights};

const SIZES: Sizes = Sizes {
    inputs: 40,
    hidden: 100,
    outputs: 5,
};

#[test]
fn symmetric_feedback_is_backpropagation() {
    let mut weights = Weights::draw(SIZES, 1).unwrap();
    weights.make_feedback_symmetric();
    let (inputs, labels) = Problem::new(SIZES, 2).draw(10);
    for backend in Backend::ALL {
        let network = Network::from_weights(&weights, backend).unwrap();
        let [backpropagation, alignment] = TrainingRule::ALL
            .map(|rule| in_order(network.updates(rule, &inputs, &labels).unwrap()));
        for (alignment, backpropagation) in alignment.iter().zip(&backpropagation) {
            let error = relative_error(alignment, backpropagation);
            assert!(error < SINGLE_PRECISION, "{backend:?}: {error}");
        }
        let report = network.measure_batch(&inputs, &labels).unwrap();
        let angle = report.hidden_update_angle_degrees.unwrap();
        assert!(
            angle < EQUAL_UPDATES_DEGREES,
            "{backend:?}: {angle} degrees"
        );
    }
}

#[test]
fn opposite_feedback_is_180_degrees() {
    let mut weights = Weights::draw(SIZES, 1).unwrap();
    weights.make_feedback_symmetric();
    weights
        .feedback_weights
        .iter_mut()
        .for_each(|weight| *weight = -*weight);
    let (inputs, labels) = Problem::new(SIZES, 2).draw(3);
    for backend in Backend::ALL {
        let network = Network::from_weights(&weights, backend).unwrap();
        let report = network.measure_batch(&inputs, &labels).unwrap();
        let angle = report.hidden_update_angle_degrees.unwrap();
        assert!(
            180.0 - angle < EQUAL_UPDATES_DEGREES,
            "{backend:?}: {angle} degrees"
        );
    }
}

#[test]
fn the_angle_is_that_of_the_full_updates() {
    for (seed, examples) in [(3, 1), (4, 1), (5, 8), (6, 60)] {
        let network = Network::new(SIZES, seed, Backend::Flex).unwrap();
        let (inputs, labels) = Problem::new(SIZES, seed).draw(examples);
        let [backpropagation, alignment] = TrainingRule::ALL
            .map(|rule| in_order(network.updates(rule, &inputs, &labels).unwrap()));
        let expected = angle_degrees(&backpropagation[0], &alignment[0]);
        let report = network.measure_batch(&inputs, &labels).unwrap();
        let angle = report.hidden_update_angle_degrees.unwrap();
        assert!(
            (angle - expected).abs() < EQUAL_UPDATES_DEGREES,
            "{angle}, not {expected}"
        );
    }
}

#[test]
fn training_reports_the_angle_before_the_step() {
    let (inputs, labels) = Problem::new(SIZES, 2).draw(4);
    for rule in TrainingRule::ALL {
        let mut network = Network::new(SIZES, 8, Backend::Flex).unwrap();
        let measured = network.measure_batch(&inputs, &labels).unwrap();
        assert_eq!(
            network.train_batch(rule, &inputs, &labels, 1.0).unwrap(),
            measured
        );
        assert_ne!(network.measure_batch(&inputs, &labels).unwrap(), measured);
    }
}

#[test]
fn no_angle_without_an_update() {
    let network = Network::new(SIZES, 8, Backend::Flex).unwrap();
    let report = network.measure_batch(&[0.0; 40], &[1]).unwrap();
    assert_eq!(report.hidden_update_angle_degrees, None);
    assert!(report.loss > 0.0);
}

/// The angle averaged over single examples and five networks.
#[test]
fn random_feedback_starts_orthogonal_and_aligns() {
    for backend in Backend::ALL {
        let (mut start, mut end) = (0.0, 0.0);
        for seed in 0..5 {
            let mut problem = Problem::new(SIZES, seed);
            let mut network = Network::new(SIZES, 100 + seed, backend).unwrap();
            let (inputs, labels) = problem.draw(50);
            start += mean_angle(&network, &inputs, &labels) / 5.0;
            for _ in 0..100 {
                let (inputs, labels) = problem.draw(10);
                network
                    .train_batch(TrainingRule::FeedbackAlignment, &inputs, &labels, 2.0)
                    .unwrap();
            }
            end += mean_angle(&network, &inputs, &labels) / 5.0;
        }
        assert!(
            (start - 90.0).abs() < 5.0,
            "{backend:?}: starts at {start} degrees"
        );
        assert!(end < 60.0, "{backend:?}: ends at {end} degrees");
    }
}

fn mean_angle(network: &Network, inputs: &[f32], labels: &[u8]) -> f64 {
    let examples = inputs.chunks_exact(SIZES.inputs).zip(labels);
    let angles = examples.map(|(input, &label)| {
        network
            .measure_batch(input, &[label])
            .unwrap()
            .hidden_update_angle_degrees
            .unwrap()
    });
    angles.sum::<f64>() / labels.len() as f64
}
