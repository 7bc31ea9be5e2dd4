//! Promise: both rules learn a small problem, online and in batches, on every backend, and a test
//! counts errors rightly.
//!
//! Alone: `cargo test --release -p segdend-baselines --test learning`

mod common;

use common::{EQUAL_UPDATES_DEGREES, Problem, SINGLE_PRECISION};
use segdend_baselines::{Backend, Network, Sizes, StepReport, TrainingRule};

const SIZES: Sizes = Sizes {
    inputs: 40,
    hidden: 60,
    outputs: 5,
};

#[test]
fn both_rules_learn_online_and_in_batches() {
    for backend in Backend::ALL {
        for rule in TrainingRule::ALL {
            for batch in [1, 10] {
                let mut problem = Problem::new(SIZES, 21);
                let (test_inputs, test_labels) = problem.draw(200);
                let mut network = Network::new(SIZES, 22, backend).unwrap();
                let before = network.test_error(&test_inputs, &test_labels).unwrap();
                let (inputs, labels) = problem.draw(1000);
                let steps = inputs
                    .chunks(batch * SIZES.inputs)
                    .zip(labels.chunks(batch));
                for (inputs, labels) in steps {
                    let rate = if batch == 1 { 0.5 } else { 2.0 };
                    network.train_batch(rule, inputs, labels, rate).unwrap();
                }
                let after = network.test_error(&test_inputs, &test_labels).unwrap();
                assert!(
                    before > 0.5,
                    "{backend:?} {rule:?} {batch}: {before} before learning"
                );
                assert!(
                    after < 0.05,
                    "{backend:?} {rule:?} {batch}: {after} after learning"
                );
            }
        }
    }
}

/// Exclusive or cannot be learned by the output layer alone: the hidden weights must.
#[test]
fn both_rules_learn_exclusive_or() {
    let sizes = Sizes {
        inputs: 2,
        hidden: 20,
        outputs: 2,
    };
    let inputs = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
    let labels = [0, 1, 1, 0];
    for rule in TrainingRule::ALL {
        let mut network = Network::new(sizes, 5, Backend::Flex).unwrap();
        let mut loss = f64::INFINITY;
        for _ in 0..3000 {
            loss = network
                .train_batch(rule, &inputs, &labels, 3.0)
                .unwrap()
                .loss;
        }
        assert_eq!(
            network.test_error(&inputs, &labels).unwrap(),
            0.0,
            "{rule:?}"
        );
        assert!(loss < 0.02, "{rule:?}: loss {loss}");
    }
}

/// A batch of one goes through automatic differentiation, a single example through written-out deltas
/// and the inputs that are not zero.
#[test]
fn one_example_is_a_batch_of_one() {
    let (mut input, labels) = Problem::new(SIZES, 21).draw(1);
    let no_zeros = input.clone();
    input
        .iter_mut()
        .skip(1)
        .step_by(3)
        .for_each(|value| *value = 0.0);
    for backend in Backend::ALL {
        for rule in TrainingRule::ALL {
            for input in [&input, &no_zeros, &vec![0.0; SIZES.inputs]] {
                let mut single = Network::new(SIZES, 1, backend).unwrap();
                let mut batch = single.clone();
                let before = single.weights().unwrap();
                let presented = single.present(input, labels[0]).unwrap();
                let from_single = StepReport {
                    loss: presented.loss,
                    hidden_update_angle_degrees: presented.hidden_update_angle_degrees,
                };
                single.learn(presented, rule, 0.3).unwrap();
                let from_batch = batch.train_batch(rule, input, &labels, 0.3).unwrap();
                assert!((from_single.loss - from_batch.loss).abs() < SINGLE_PRECISION);
                match (
                    from_single.hidden_update_angle_degrees,
                    from_batch.hidden_update_angle_degrees,
                ) {
                    (Some(single), Some(batch)) => {
                        assert!((single - batch).abs() < EQUAL_UPDATES_DEGREES);
                        assert!(input.iter().any(|&value| value != 0.0));
                    }
                    (None, None) => assert!(input.iter().all(|&value| value == 0.0)),
                    angles => panic!("{backend:?} {rule:?}: {angles:?}"),
                }
                let (single, batch) = (single.weights().unwrap(), batch.weights().unwrap());
                for (single, batch, before) in [
                    (
                        single.hidden_biases,
                        batch.hidden_biases,
                        before.hidden_biases,
                    ),
                    (
                        single.output_weights,
                        batch.output_weights,
                        before.output_weights,
                    ),
                    (
                        single.output_biases,
                        batch.output_biases,
                        before.output_biases,
                    ),
                ] {
                    assert_ne!(single, before);
                    assert!(largest_difference(&single, &batch) < SINGLE_PRECISION);
                }
                let difference = largest_difference(&single.hidden_weights, &batch.hidden_weights);
                assert!(difference < SINGLE_PRECISION, "{backend:?} {rule:?}");
                // An input of zero leaves its weights alone, to the bit.
                for (index, (after, before)) in single
                    .hidden_weights
                    .iter()
                    .zip(&before.hidden_weights)
                    .enumerate()
                {
                    if input[index % SIZES.inputs] == 0.0 {
                        assert_eq!(after.to_bits(), before.to_bits());
                    }
                }
                assert_eq!(single.feedback_weights, before.feedback_weights);
            }
        }
    }
}

fn largest_difference(left: &[f32], right: &[f32]) -> f64 {
    let differences = left.iter().zip(right).map(|(left, right)| left - right);
    differences.fold(0.0, |largest, difference| {
        largest.max(f64::from(difference.abs()))
    })
}

#[test]
fn learning_in_a_clone_leaves_the_original_alone() {
    let (inputs, labels) = Problem::new(SIZES, 21).draw(3);
    for backend in Backend::ALL {
        let network = Network::new(SIZES, 1, backend).unwrap();
        let before = network.weights().unwrap();
        let mut copy = network.clone();
        copy.train_batch(TrainingRule::Backpropagation, &inputs, &labels, 1.0)
            .unwrap();
        assert_eq!(network.weights().unwrap(), before);
        assert_ne!(copy.weights().unwrap(), before);
    }
}

#[test]
fn the_test_error_is_the_fraction_of_wrong_labels() {
    let (inputs, _) = Problem::new(SIZES, 21).draw(4);
    let network = Network::new(SIZES, 1, Backend::Flex).unwrap();
    let mut labels = network.predict(&inputs).unwrap();
    assert_eq!(network.test_error(&inputs, &labels).unwrap(), 0.0);
    labels[2] = (labels[2] + 1) % 5;
    assert_eq!(network.test_error(&inputs, &labels).unwrap(), 0.25);
    let outputs = network.outputs(&inputs).unwrap();
    assert_eq!(outputs.len(), 4 * SIZES.outputs);
    assert!(outputs.iter().all(|output| (0.0..=1.0).contains(output)));
}
