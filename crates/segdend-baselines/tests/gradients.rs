//! Promise: the updates a network learns by are those of the written equations, on every backend:
//! automatic differentiation, the closed form in f64 and finite differences of the loss agree.
//!
//! Alone: `cargo test --release -p segdend-baselines --test gradients`

mod common;

use common::{
    FINITE_DIFFERENCES, SINGLE_PRECISION, Uniform, closed_form, in_order, relative_error,
};
use segdend_baselines::{Backend, Network, Sizes, TrainingRule, Weights};

const SIZES: Sizes = Sizes {
    inputs: 9,
    hidden: 7,
    outputs: 4,
};

/// Weights with biases that are not zero, and five examples.
fn setting() -> (Weights, Vec<f32>, Vec<u8>) {
    let mut weights = Weights::draw(SIZES, 11).unwrap();
    let mut uniform = Uniform::new(12);
    for bias in weights
        .hidden_biases
        .iter_mut()
        .chain(&mut weights.output_biases)
    {
        *bias = uniform.draw() - 0.5;
    }
    let inputs = (0..5 * SIZES.inputs)
        .map(|_| 2.0 * uniform.draw() - 1.0)
        .collect();
    (weights, inputs, vec![0, 3, 1, 1, 2])
}

#[test]
fn updates_agree_with_the_closed_form_in_double_precision() {
    let (weights, inputs, labels) = setting();
    for backend in Backend::ALL {
        let network = Network::from_weights(&weights, backend).unwrap();
        for rule in TrainingRule::ALL {
            let (loss, expected) = closed_form(&weights, rule, &inputs, &labels);
            let found = in_order(network.updates(rule, &inputs, &labels).unwrap());
            for (found, expected) in found.iter().zip(&expected) {
                let error = relative_error(found, expected);
                assert!(error < SINGLE_PRECISION, "{backend:?} {rule:?}: {error}");
            }
            let reported = network.measure_batch(&inputs, &labels).unwrap().loss;
            assert!(
                (reported - loss).abs() < SINGLE_PRECISION * loss,
                "{reported} {loss}"
            );
        }
    }
}

#[test]
fn updates_agree_at_the_size_of_the_paper() {
    let weights = Weights::draw(Sizes::PAPER, 3).unwrap();
    let mut uniform = Uniform::new(4);
    let inputs: Vec<f32> = (0..2 * Sizes::PAPER.inputs)
        .map(|_| uniform.draw())
        .collect();
    for backend in Backend::ALL {
        let network = Network::from_weights(&weights, backend).unwrap();
        for rule in TrainingRule::ALL {
            let (_, expected) = closed_form(&weights, rule, &inputs, &[7, 2]);
            let found = in_order(network.updates(rule, &inputs, &[7, 2]).unwrap());
            for (found, expected) in found.iter().zip(&expected) {
                let error = relative_error(found, expected);
                // Sums of hundreds of terms instead of tens.
                assert!(
                    error < 5.0 * SINGLE_PRECISION,
                    "{backend:?} {rule:?}: {error}"
                );
            }
        }
    }
}

#[test]
fn backpropagation_is_the_slope_of_the_loss() {
    let (weights, inputs, labels) = setting();
    let rule = TrainingRule::Backpropagation;
    let loss_at = |weights: &Weights| closed_form(weights, rule, &inputs, &labels).0;
    let slopes = |select: fn(&mut Weights) -> &mut Vec<f32>| -> Vec<f64> {
        let count = select(&mut weights.clone()).len();
        (0..count)
            .map(|index| {
                let (mut above, mut below) = (weights.clone(), weights.clone());
                select(&mut above)[index] += 1e-4;
                select(&mut below)[index] -= 1e-4;
                // The step that single-precision weights really took.
                let step =
                    f64::from(select(&mut above)[index]) - f64::from(select(&mut below)[index]);
                (loss_at(&above) - loss_at(&below)) / step
            })
            .collect()
    };
    let measured = [
        slopes(|weights| &mut weights.hidden_weights),
        slopes(|weights| &mut weights.hidden_biases),
        slopes(|weights| &mut weights.output_weights),
        slopes(|weights| &mut weights.output_biases),
    ];
    let (_, closed) = closed_form(&weights, rule, &inputs, &labels);
    for (closed, measured) in closed.iter().zip(&measured) {
        let error = relative_error(closed, measured);
        assert!(error < FINITE_DIFFERENCES, "closed form: {error}");
    }
    for backend in Backend::ALL {
        let network = Network::from_weights(&weights, backend).unwrap();
        let found = in_order(network.updates(rule, &inputs, &labels).unwrap());
        for (found, measured) in found.iter().zip(&measured) {
            let error = relative_error(found, measured);
            assert!(
                error < FINITE_DIFFERENCES + SINGLE_PRECISION,
                "{backend:?}: {error}"
            );
        }
    }
}

#[test]
fn a_step_subtracts_the_learning_rate_times_the_updates() {
    let (weights, inputs, labels) = setting();
    for backend in Backend::ALL {
        for rule in TrainingRule::ALL {
            let mut network = Network::from_weights(&weights, backend).unwrap();
            let updates = network.updates(rule, &inputs, &labels).unwrap();
            network.train_batch(rule, &inputs, &labels, 0.25).unwrap();
            let after = network.weights().unwrap();
            // 0.25 is a power of two: the product is exact, the difference rounds once.
            let step = |before: &[f32], update: &[f32]| -> Vec<f32> {
                before
                    .iter()
                    .zip(update)
                    .map(|(before, update)| before - 0.25 * update)
                    .collect()
            };
            let expected = Weights {
                sizes: SIZES,
                hidden_weights: step(&weights.hidden_weights, &updates.hidden_weights),
                hidden_biases: step(&weights.hidden_biases, &updates.hidden_biases),
                output_weights: step(&weights.output_weights, &updates.output_weights),
                output_biases: step(&weights.output_biases, &updates.output_biases),
                feedback_weights: weights.feedback_weights.clone(),
            };
            assert_eq!(after, expected, "{backend:?} {rule:?}");
        }
    }
}
