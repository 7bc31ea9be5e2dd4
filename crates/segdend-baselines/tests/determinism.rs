//! Promise: the same seed, data and backend give the same bits, on any thread, side by side, saved
//! and resumed or not; the first weights are the same on every machine.
//!
//! Alone: `cargo test --release -p segdend-baselines --test determinism`

mod common;

use common::Problem;
use segdend_baselines::{Backend, Network, Sizes, TrainingRule, Weights};

const SIZES: Sizes = Sizes {
    inputs: 50,
    hidden: 33,
    outputs: 5,
};

/// Everything a training run leaves behind, as bits.
fn train(backend: Backend, rule: TrainingRule, resume: bool) -> Vec<u64> {
    let mut problem = Problem::new(SIZES, 31);
    let mut network = Network::new(SIZES, 32, backend).unwrap();
    let mut bits = Vec::new();
    for step in 0..40 {
        if resume && step == 17 {
            network = Network::from_weights(&network.weights().unwrap(), backend).unwrap();
        }
        let (inputs, labels) = problem.draw(1 + step % 3);
        let report = network.train_batch(rule, &inputs, &labels, 0.5).unwrap();
        bits.push(report.loss.to_bits());
        bits.push(report.hidden_update_angle_degrees.unwrap().to_bits());
    }
    let weights = network.weights().unwrap();
    bits.extend(
        weights
            .hidden_weights
            .iter()
            .map(|weight| u64::from(weight.to_bits())),
    );
    bits.extend(
        weights
            .output_weights
            .iter()
            .map(|weight| u64::from(weight.to_bits())),
    );
    bits
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    for backend in Backend::ALL {
        for rule in TrainingRule::ALL {
            assert_eq!(train(backend, rule, false), train(backend, rule, false));
        }
    }
}

#[test]
fn resuming_changes_no_bit() {
    for backend in Backend::ALL {
        for rule in TrainingRule::ALL {
            assert_eq!(train(backend, rule, true), train(backend, rule, false));
        }
    }
}

#[test]
fn runs_side_by_side_do_not_disturb_each_other() {
    for backend in Backend::ALL {
        let rule = TrainingRule::Backpropagation;
        let alone = train(backend, rule, false);
        let together = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..4)
                .map(|_| scope.spawn(move || train(backend, rule, false)))
                .collect();
            runs.into_iter()
                .map(|run| run.join().unwrap())
                .collect::<Vec<_>>()
        });
        assert!(together.iter().all(|run| *run == alone), "{backend:?}");
    }
}

/// A network can be handed to another thread and read from several.
#[test]
fn networks_travel_between_threads() {
    fn travels<T: Send + Sync>() {}
    travels::<Network>();
}

#[test]
fn first_weights_are_the_recorded_ones() {
    let weights = Weights::draw(SIZES, 32).unwrap();
    let all = weights
        .hidden_weights
        .iter()
        .chain(&weights.output_weights)
        .chain(&weights.feedback_weights);
    // FNV-1a over the bytes, least significant first.
    let hash = all
        .flat_map(|weight| weight.to_bits().to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    assert_eq!(
        hash, 0x8259_0a3b_3233_8659,
        "the draw of the first weights has changed: {hash:#x}"
    );
}

#[test]
fn first_weights_have_the_stated_spread_and_differ_between_seeds() {
    let sizes = Sizes {
        inputs: 300,
        hidden: 400,
        outputs: 10,
    };
    let weights = Weights::draw(sizes, 1).unwrap();
    for (values, fan_in) in [
        (&weights.hidden_weights, 300.0),
        (&weights.output_weights, 400.0),
        (&weights.feedback_weights, 10.0),
    ] {
        let count = values.len() as f64;
        let bound = (3.0_f64 / fan_in).sqrt();
        assert!(values.iter().all(|&value| f64::from(value).abs() <= bound));
        let variance = values
            .iter()
            .map(|&value| f64::from(value).powi(2))
            .sum::<f64>()
            / count;
        // Five standard errors of the variance of a uniform draw.
        let allowed = 5.0 * (0.8 / count).sqrt();
        assert!(
            (variance * fan_in - 1.0).abs() < allowed,
            "variance {variance}"
        );
        let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
        assert!(mean.abs() < 5.0 / (count * fan_in).sqrt(), "mean {mean}");
    }
    assert!(
        weights
            .hidden_biases
            .iter()
            .chain(&weights.output_biases)
            .all(|&bias| bias == 0.0)
    );
    assert_ne!(weights, Weights::draw(sizes, 2).unwrap());
}
