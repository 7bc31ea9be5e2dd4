//! Promise: what cannot be computed is refused with an error that carries the numbers, and a
//! refused step leaves the weights as they were.
//!
//! Alone: `cargo test --release -p segdend-baselines --test errors`

use segdend_baselines::{Backend, BaselineError, Network, Sizes, TrainingRule, Weights};

const SIZES: Sizes = Sizes {
    inputs: 3,
    hidden: 4,
    outputs: 2,
};
const RULE: TrainingRule = TrainingRule::FeedbackAlignment;

fn network() -> Network {
    Network::new(SIZES, 1, Backend::Flex).unwrap()
}

#[test]
fn impossible_sizes_are_refused() {
    for sizes in [
        Sizes { inputs: 0, ..SIZES },
        Sizes { hidden: 0, ..SIZES },
        Sizes {
            outputs: 0,
            ..SIZES
        },
    ] {
        let error = Network::new(sizes, 1, Backend::Flex).unwrap_err();
        assert!(matches!(error, BaselineError::EmptyLayer { sizes: found } if found == sizes));
    }
    let error = Network::new(
        Sizes {
            outputs: 257,
            ..SIZES
        },
        1,
        Backend::Flex,
    )
    .unwrap_err();
    assert!(matches!(
        error,
        BaselineError::TooManyOutputs {
            outputs: 257,
            maximum: 256
        }
    ));
}

#[test]
fn batches_that_do_not_fit_are_refused_and_change_nothing() {
    let mut network = network();
    let before = network.weights().unwrap();

    let error = network.train_batch(RULE, &[], &[], 0.1).unwrap_err();
    assert!(matches!(error, BaselineError::EmptyBatch));

    let error = network
        .train_batch(RULE, &[0.0; 7], &[0, 1], 0.1)
        .unwrap_err();
    assert!(matches!(
        error,
        BaselineError::InputLength {
            examples: 2,
            inputs: 3,
            found: 7
        }
    ));
    assert_eq!(
        error.to_string(),
        "the batch holds 7 input values where 2 examples of 3 inputs need 6"
    );

    let error = network
        .train_batch(RULE, &[0.0; 6], &[0, 2], 0.1)
        .unwrap_err();
    assert!(matches!(
        error,
        BaselineError::LabelOutOfRange {
            index: 1,
            label: 2,
            outputs: 2
        }
    ));

    let present = |network: &Network, input: &[f32]| network.present(input, 0);
    let error = present(&network, &[0.0, f32::NAN, 0.0]).err().unwrap();
    assert!(matches!(error, BaselineError::NonFiniteInput { index: 1, value } if value.is_nan()));

    for rate in [-0.1, f64::NAN, f64::INFINITY, 1e39] {
        let presented = present(&network, &[0.0; 3]).unwrap();
        let error = network.learn(presented, RULE, rate).unwrap_err();
        assert!(matches!(error, BaselineError::LearningRate { .. }));
    }
    assert_eq!(network.weights().unwrap(), before);
}

#[test]
fn tests_of_wrong_lengths_are_refused() {
    let network = network();
    assert!(matches!(
        network.predict(&[]).unwrap_err(),
        BaselineError::EmptyBatch
    ));
    assert!(matches!(
        network.predict(&[0.0; 4]).unwrap_err(),
        BaselineError::InputLength {
            inputs: 3,
            found: 4,
            ..
        }
    ));
    assert!(matches!(
        network.test_error(&[], &[]).unwrap_err(),
        BaselineError::EmptyBatch
    ));
    assert!(matches!(
        network.test_error(&[0.0; 6], &[0]).unwrap_err(),
        BaselineError::InputLength {
            examples: 1,
            inputs: 3,
            found: 6
        }
    ));
    assert!(matches!(
        network.test_error(&[0.0; 3], &[9]).unwrap_err(),
        BaselineError::LabelOutOfRange {
            index: 0,
            label: 9,
            outputs: 2
        }
    ));
}

#[test]
fn weights_that_do_not_fit_are_refused() {
    let weights = Weights::draw(SIZES, 1).unwrap();

    let mut short = weights.clone();
    short.feedback_weights.pop();
    let error = Network::from_weights(&short, Backend::Flex).unwrap_err();
    assert!(matches!(
        error,
        BaselineError::WeightCount {
            weights: "feedback weights",
            expected: 8,
            found: 7,
            ..
        }
    ));
    assert_eq!(
        error.to_string(),
        "7 feedback weights were given where the network 3-4-2 needs 8"
    );

    let mut infinite = weights;
    infinite.output_weights[5] = f32::INFINITY;
    assert!(matches!(
        Network::from_weights(&infinite, Backend::Flex).unwrap_err(),
        BaselineError::NonFiniteWeight {
            weights: "output weights",
            index: 5,
            ..
        }
    ));
}

/// Huge inputs overflow the hidden weights in one step; in the next, infinity less infinity is not a
/// number.
#[test]
fn a_diverged_step_is_reported_and_changes_nothing() {
    for backend in Backend::ALL {
        let mut network = Network::new(SIZES, 1, backend).unwrap();
        // Weights so small that the first step finds no unit saturated.
        let mut weights = network.weights().unwrap();
        weights.hidden_weights.fill(0.0);
        network = Network::from_weights(&weights, backend).unwrap();
        let huge = [1e30; 3];
        let report = network.measure_batch(&huge, &[0]).unwrap();
        assert_eq!(report.hidden_update_angle_degrees, None, "{backend:?}");
        let presented = network.present(&huge, 0).unwrap();
        network.learn(presented, RULE, 1e12).unwrap();
        let bits = |network: &Network| -> Vec<u32> {
            let weights = network.weights().unwrap();
            weights
                .hidden_weights
                .iter()
                .map(|weight| weight.to_bits())
                .collect()
        };
        let before = bits(&network);
        let input = [1.0, -1.0, 0.0];
        for error in [
            network.present(&input, 0).err().unwrap(),
            network.train_batch(RULE, &input, &[0], 0.1).unwrap_err(),
        ] {
            assert!(
                matches!(error, BaselineError::Diverged { loss } if loss.is_nan()),
                "{error}"
            );
        }
        assert_eq!(bits(&network), before, "{backend:?}");
    }
}
