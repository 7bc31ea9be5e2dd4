//! Promise: what automatic differentiation gives for the spiking network is the published
//! backpropagation update: the closed form, what both simulators of `segdend-core` compute from their
//! own examples, the step they take by it, and, at a steady state, the slope of the loss.
//!
//! Alone: `cargo test --release -p segdend-baselines --test spiking`

mod common;

use common::{FINITE_DIFFERENCES, Uniform, relative_error};
use ndarray::{Array1, Array2};
use segdend_baselines::{Backend, BaselineError, SpikingGradients, spiking_gradients};
use segdend_core::data::digits;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::engine::Engine;
use segdend_core::segregated::example::{Example, SpikeDrive};
use segdend_core::segregated::mechanisms::{
    FeedbackWeights, LearningRule, Mechanisms, PlateauTiming,
};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::{Parameters, ValidParameters};
use segdend_core::segregated::plasticity::{
    backpropagated_delta, output_delta, output_error, sigma,
};
use segdend_core::segregated::record::{ExampleRecord, PhaseRecord};
use segdend_core::segregated::reference::Reference;
use segdend_core::segregated::schedule::Schedule;
use segdend_core::segregated::spikes::PoissonSpikes;

/// Two ways of summing the same products in double precision, relative to the largest value:
/// sums of at most hundreds of terms, each good to 1e-16.
const DOUBLE_PRECISION: f64 = 1e-13;

/// The engine's deltas are computed in single precision, with a sigmoid of its own.
const ENGINE: f64 = 1e-5;

const MECHANISMS: Mechanisms = Mechanisms {
    feedback_weights: FeedbackWeights::Random,
    feedback_signal: segdend_core::segregated::mechanisms::FeedbackSignal::Spikes,
    plateau_timing: PlateauTiming::Synchronous,
    learning_rule: LearningRule::Backpropagation,
};

/// Networks without, with one and with several hidden layers.
const SHAPES: [&[usize]; 4] = [&[7, 4], &[9, 6, 3], &[8, 7, 6, 5], &[5, 4, 9, 3, 2]];

fn column(values: &[f64]) -> Array1<f64> {
    Array1::from(values.to_vec())
}

/// Equations (e) and (f) by the functions of `segdend_core::segregated::plasticity`.
fn closed_form(
    p: &Parameters,
    network: &Network,
    forward: &PhaseRecord,
    target_rates: &[f64],
) -> Vec<Array1<f64>> {
    let output = network.weights.len() - 1;
    let soma = column(&forward.mean_soma[output]);
    let mut deltas = vec![output_delta(
        p,
        &soma,
        &output_error(p, &soma, &column(target_rates)),
    )];
    for layer in (0..output).rev() {
        let soma = column(&forward.mean_soma[layer]);
        deltas.insert(
            0,
            backpropagated_delta(p, &network.weights[layer + 1], &deltas[0], &soma),
        );
    }
    deltas
}

fn assert_agree(
    found: &SpikingGradients,
    deltas: &[Array1<f64>],
    psp: &[Vec<f64>],
    tolerance: f64,
) {
    assert_eq!(found.deltas.len(), deltas.len());
    for (layer, delta) in deltas.iter().enumerate() {
        let error = relative_error(&found.deltas[layer], &delta.to_vec());
        assert!(error < tolerance, "delta {layer}: {error}");
        let outer = Array2::from_shape_fn((delta.len(), psp[layer].len()), |(i, j)| {
            delta[i] * psp[layer][j]
        });
        let expected: Vec<f64> = outer.iter().copied().collect();
        let error = relative_error(&found.weights[layer], &expected);
        assert!(error < tolerance, "weights {layer}: {error}");
    }
}

/// Averages with nothing of a steady state about them.
fn random_averages(sizes: &[usize], uniform: &mut Uniform) -> (PhaseRecord, Vec<f64>) {
    let mut draw = |count: usize, low: f64, high: f64| -> Vec<f64> {
        (0..count)
            .map(|_| low + (high - low) * f64::from(uniform.draw()))
            .collect()
    };
    let layers = sizes.len() - 1;
    let forward = PhaseRecord {
        mean_soma: (0..layers).map(|l| draw(sizes[l + 1], -4.0, 4.0)).collect(),
        mean_psp: (0..layers).map(|l| draw(sizes[l], 0.0, 0.2)).collect(),
        ..PhaseRecord::default()
    };
    (forward, draw(sizes[layers], 0.0, 0.2))
}

#[test]
fn gradients_are_the_closed_form_on_random_networks() {
    for parameters in [
        Parameters::authors_2017_05_10(),
        Parameters {
            apical_conductance: 0.6,
            dendritic_conductance: 0.3,
            ..Parameters::paper()
        },
    ] {
        let parameters = parameters.valid().unwrap();
        for (seed, sizes) in (1..).zip(SHAPES) {
            let network =
                Network::initial(sizes, &parameters, FeedbackWeights::Random, seed).unwrap();
            let (forward, target) = random_averages(sizes, &mut Uniform::new(seed));
            let expected = closed_form(&parameters, &network, &forward, &target);
            for backend in Backend::ALL {
                let found =
                    spiking_gradients(&parameters, &network, &forward, &target, backend).unwrap();
                assert_agree(&found, &expected, &forward.mean_psp, DOUBLE_PRECISION);
                let output = column(forward.mean_soma.last().unwrap());
                let error = output_error(&parameters, &output, &column(&target));
                let loss = error.mapv(|e| e * e).sum() / 2.0;
                assert!((found.loss - loss).abs() < DOUBLE_PRECISION * loss);
            }
        }
    }
}

/// Averages that fulfil the steady state's equations: then nothing is held that could move, and the
/// gradient is the slope of the loss, by central differences.
#[test]
fn at_a_steady_state_gradients_are_slopes_of_the_loss() {
    let p = Parameters::authors_2017_05_10().valid().unwrap();
    for (seed, sizes) in (1..).zip(SHAPES) {
        let network = Network::initial(sizes, &p, FeedbackWeights::Random, seed).unwrap();
        let (random, target) = random_averages(sizes, &mut Uniform::new(seed));
        let settle = |network: &Network| {
            let layers = network.weights.len();
            let mut forward = PhaseRecord {
                mean_psp: vec![random.mean_psp[0].clone()],
                ..PhaseRecord::default()
            };
            for layer in 0..layers {
                let psp = column(&forward.mean_psp[layer]);
                let k = match layer + 1 < layers {
                    true => p.basal_attenuation(),
                    false => p.dendritic_attenuation(),
                };
                let soma = (network.weights[layer].dot(&psp) + &network.biases[layer]) * k;
                let rates = soma.mapv(|c| p.lambda_max_per_ms * sigma(c));
                forward.mean_soma.push(soma.to_vec());
                forward.mean_psp.push(rates.to_vec());
            }
            forward
        };
        // The entry after the last layer's input is the output's rates.
        let loss = |network: &Network| {
            let rates = settle(network).mean_psp.pop().unwrap();
            let errors = rates
                .iter()
                .zip(&target)
                .map(|(rate, t)| (t - rate).powi(2));
            errors.sum::<f64>() / 2.0
        };
        let slope = |change: &dyn Fn(&mut Network, f64)| {
            let (mut up, mut down) = (network.clone(), network.clone());
            change(&mut up, 1e-4);
            change(&mut down, -1e-4);
            (loss(&up) - loss(&down)) / 2e-4
        };
        let found =
            spiking_gradients(&p, &network, &settle(&network), &target, Backend::Flex).unwrap();
        for layer in 0..network.weights.len() {
            let slopes: Vec<f64> = network.weights[layer]
                .indexed_iter()
                .map(|(at, _)| slope(&|network, step| network.weights[layer][at] += step))
                .collect();
            let error = relative_error(&found.weights[layer], &slopes);
            assert!(error < FINITE_DIFFERENCES, "weights {layer}: {error}");
            let slopes: Vec<f64> = (0..network.biases[layer].len())
                .map(|unit| slope(&|network, step| network.biases[layer][unit] += step))
                .collect();
            let error = relative_error(&found.deltas[layer], &slopes);
            assert!(error < FINITE_DIFFERENCES, "biases {layer}: {error}");
        }
    }
}

/// Voltages whose exponential no number holds.
#[test]
fn saturated_neurons_have_no_delta() {
    let p = Parameters::default().valid().unwrap();
    let network = Network::initial(&[5, 4, 3], &p, FeedbackWeights::Random, 1).unwrap();
    for backend in Backend::ALL {
        let (mut forward, target) = random_averages(&[5, 4, 3], &mut Uniform::new(1));
        forward.mean_soma[0][1] = -1e4;
        forward.mean_soma[0][2] = 1e4;
        let found = spiking_gradients(&p, &network, &forward, &target, backend).unwrap();
        let delta = &found.deltas[0];
        assert_eq!(delta[1..3], [0.0, 0.0], "{backend:?}");
        assert!(delta[0] != 0.0 && delta[3] != 0.0, "{backend:?}: {delta:?}");
    }
}

/// The third of three digits shown to a simulator, and the network before and after it.
struct Shown {
    before: Network,
    after: Network,
    record: ExampleRecord,
}

const SIZES: [usize; 4] = [784, 60, 30, 10];
const RATES: [f64; 3] = [0.23, 0.23, 0.12];

/// Shows three digits by `show`, which gives the record, and `network`, which reads the weights.
fn show_digits<S>(
    p: &ValidParameters,
    simulator: &mut S,
    network: impl Fn(&S) -> Network,
    show: impl Fn(&mut S, &[u8], usize, &Schedule, StreamKey, StreamKey) -> ExampleRecord,
) -> Shown {
    let data = digits::generate(3, 3, 1);
    let mut shown = None;
    for example in 0..3 {
        let schedule = Schedule::draw(
            p,
            PlateauTiming::Synchronous,
            &SIZES[1..3],
            5,
            1,
            example as u64,
        );
        let key = |purpose| StreamKey::new(5, purpose, 1, example as u64);
        let before = network(simulator);
        let record = show(
            simulator,
            data.train().image(example),
            data.train().label(example),
            &schedule,
            key(Purpose::TrainingSpikes),
            key(Purpose::FeedbackNoise),
        );
        let after = network(simulator);
        shown = Some(Shown {
            before,
            after,
            record,
        });
    }
    shown.expect("three digits were shown")
}

fn differentiate(p: &Parameters, shown: &Shown, backend: Backend) -> SpikingGradients {
    let target = shown.record.target.mean_rate.last().unwrap();
    spiking_gradients(p, &shown.before, &shown.record.forward, target, backend).unwrap()
}

fn deltas(record: &ExampleRecord) -> Vec<Array1<f64>> {
    record.delta.iter().map(|delta| column(delta)).collect()
}

fn initial(p: &ValidParameters) -> Network {
    Network::initial(&SIZES, p, FeedbackWeights::Random, 4).unwrap()
}

#[test]
fn gradients_are_what_the_reference_learns_by() {
    for p in [Parameters::authors_2017_05_10(), Parameters::paper()] {
        let p = p.valid().unwrap();
        let mut reference =
            Reference::new(p.clone(), MECHANISMS, RATES.to_vec(), initial(&p)).unwrap();
        let shown = show_digits(
            &p,
            &mut reference,
            |reference| reference.network().clone(),
            |reference, image, label, schedule, spikes, noise| {
                let image = image.iter().map(|&pixel| f64::from(pixel) / 255.0);
                let mut spikes = PoissonSpikes::new(spikes);
                let record = reference.present(&image.collect(), label, schedule, &mut spikes);
                reference.learn(&record, noise);
                record
            },
        );
        for backend in Backend::ALL {
            let found = differentiate(&p, &shown, backend);
            assert_agree(
                &found,
                &deltas(&shown.record),
                &shown.record.forward.mean_psp,
                DOUBLE_PRECISION,
            );
            // Eqs. 20 and 23: the step taken is eta P times the gradient.
            for (layer, rate) in RATES.iter().enumerate() {
                let scale = match layer + 1 < RATES.len() {
                    true => p.hidden_error_scale(),
                    false => p.output_error_scale(),
                };
                let taken = &shown.before.weights[layer] - &shown.after.weights[layer];
                let taken: Vec<f64> = taken.iter().map(|step| step / (rate * scale)).collect();
                let error = relative_error(&found.weights[layer], &taken);
                // The difference of weights has lost the digits that they have in common.
                assert!(error < 1e-9, "{backend:?}, step of layer {layer}: {error}");
            }
        }
    }
}

#[test]
fn gradients_are_what_the_engine_learns_by() {
    for p in [Parameters::authors_2017_05_10(), Parameters::paper()] {
        let p = p.valid().unwrap();
        let mut engine = Engine::new(p.clone(), MECHANISMS, RATES.to_vec(), &initial(&p)).unwrap();
        let shown = show_digits(
            &p,
            &mut engine,
            Engine::network,
            |engine, image, label, schedule, spikes, noise| {
                let (record, presented) = engine.observe(&Example {
                    image,
                    label,
                    schedule,
                    spikes: SpikeDrive::Free(spikes),
                    noise,
                });
                engine.learn(presented);
                record
            },
        );
        for backend in Backend::ALL {
            assert_agree(
                &differentiate(&p, &shown, backend),
                &deltas(&shown.record),
                &shown.record.forward.mean_psp,
                ENGINE,
            );
        }
    }
}

#[test]
fn averages_that_do_not_fit_are_refused() {
    let p = Parameters::default().valid().unwrap();
    let network = Network::initial(&[5, 4, 3], &p, FeedbackWeights::Random, 1).unwrap();
    let (forward, target) = random_averages(&[5, 4, 3], &mut Uniform::new(1));
    let gradients = |network: &Network, forward: &PhaseRecord, target: &[f64]| {
        spiking_gradients(&p, network, forward, target, Backend::Flex)
    };
    assert!(gradients(&network, &forward, &target).is_ok());

    let error = gradients(&network, &forward, &target[..2]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "layer 1 of the spiking network has 3 target rates, 2 were given"
    );
    let mut short = forward.clone();
    short.mean_psp.pop();
    assert!(matches!(
        gradients(&network, &short, &target).unwrap_err(),
        BaselineError::AverageCount {
            layer: 1,
            expected: 4,
            found: 0,
            ..
        }
    ));
    let mut broken = forward.clone();
    broken.mean_soma[0][2] = f64::NAN;
    assert!(matches!(
        gradients(&network, &broken, &target).unwrap_err(),
        BaselineError::NonFiniteAverage { layer: 0, unit: 2, value, .. } if value.is_nan()
    ));
    let mut damaged = network;
    damaged.weights[1][(0, 0)] = f64::INFINITY;
    assert!(matches!(
        gradients(&damaged, &forward, &target).unwrap_err(),
        BaselineError::SpikingNetwork(_)
    ));
}
