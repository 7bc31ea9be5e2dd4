//! Promise: the microcircuit's engines follow the references under every option, to the rounding of f32;
//! their bits do not depend on the registers, on threads or on a stop in between, and do not change
//! unless `microcircuit::VERSION` does.

use rayon::prelude::*;
use segdend_core::data::patterns::{PatternStream, Sample};
use segdend_core::microcircuit;
use segdend_core::microcircuit::engine::{self, Continuous, Noise, SimdLevel, SnapshotError};
use segdend_core::microcircuit::network::{Family, InitialWeights, Synapses};
use segdend_core::microcircuit::noise::{KeyedNoise, Silence};
use segdend_core::microcircuit::params::*;
use segdend_core::microcircuit::reference::Reference;
use segdend_core::microcircuit::teacher::RandomTeacher;
use segdend_core::microcircuit::transfer::Transfer;
use segdend_core::microcircuit::two_pass::TwoPass;
use segdend_core::rng::{Purpose, StreamKey};

const SIZES: [usize; 4] = [7, 20, 17, 3];

fn rates(factor: f64) -> LearningRates {
    LearningRates {
        up: vec![0.02, 0.01, 0.01],
        ip: vec![0.02, 0.01],
        pi: vec![0.01, 0.02],
        down: vec![0.01, 0.005],
    }
    .times(factor)
}

fn circuit(factor: f64) -> CircuitParameters {
    CircuitParameters {
        conductances: Conductances::default(),
        transfer: Transfer::Logistic,
        learning_rates: rates(factor),
        bias_rate: 0.0,
        weight_limit: None,
    }
}

fn weights(sizes: &[usize], biases: bool) -> Synapses {
    let initial = InitialWeights {
        biases,
        ..InitialWeights::uniform(0.7)
    };
    Synapses::random(sizes, initial, 11).unwrap()
}

fn sample(sizes: &[usize], index: u64) -> Sample {
    let (inputs, outputs) = (sizes[0], sizes[sizes.len() - 1]);
    RandomTeacher::new([inputs, 5, outputs], Transfer::PAPER, 2).sample(index)
}

fn noise_key(index: u64) -> StreamKey {
    StreamKey::new(4, Purpose::PotentialNoise, 1, index)
}

/// Every option by itself, and some together.
fn continuous_variants() -> Vec<(&'static str, ContinuousParameters)> {
    let base = ContinuousParameters {
        sigma: 0.1,
        pattern_ms: 12.0,
        average_ms: 7.0,
        ..ContinuousParameters::new(circuit(1.0))
    };
    let with = |change: &dyn Fn(&mut ContinuousParameters)| {
        let mut changed = base.clone();
        change(&mut changed);
        changed
    };
    vec![
        ("plain", base.clone()),
        (
            "soft rectifier",
            with(&|p| {
                p.circuit.transfer = Transfer::SoftRectifier {
                    gamma: 0.5,
                    beta: 2.0,
                    theta: 0.2,
                };
            }),
        ),
        (
            "noise by the root of dt",
            with(&|p| p.noise_scaling = NoiseScaling::SqrtDt),
        ),
        ("no noise", with(&|p| p.sigma = 0.0)),
        ("no filter", with(&|p| p.filter_tau_ms = 0.0)),
        ("target unfiltered", with(&|p| p.target_filter = false)),
        (
            "implicit filter",
            with(&|p| p.filter_coefficient = FilterCoefficient::Implicit),
        ),
        ("lag", with(&|p| p.plasticity_lag_ms = 4.0)),
        ("induction reset", with(&|p| p.reset_induction = true)),
        ("potentials reset", with(&|p| p.reset_potentials = true)),
        (
            "top-down fixed",
            with(&|p| p.circuit.learning_rates.down = vec![0.0; 2]),
        ),
        (
            "first layer fixed",
            with(&|p| p.circuit.learning_rates.up[0] = 0.0),
        ),
        ("biases", with(&|p| p.circuit.bias_rate = 0.7)),
        (
            "weight limit",
            with(&|p| p.circuit.weight_limit = Some(0.5)),
        ),
        (
            "biases and limit",
            with(&|p| {
                p.circuit.bias_rate = 1.0;
                p.circuit.weight_limit = Some(0.65);
            }),
        ),
    ]
}

/// The largest deviation of a family, relative to its largest value, over all families.
fn deviation(expected: &Synapses, found: &Synapses) -> f64 {
    let mut worst = 0.0_f64;
    for family in Family::ALL {
        for (expected, found) in expected.family(family).iter().zip(found.family(family)) {
            let scale = expected.iter().fold(1e-6_f64, |most, x| most.max(x.abs()));
            for (e, f) in expected.iter().zip(&found) {
                let difference = (e - f).abs() / scale;
                worst = if difference.is_nan() {
                    f64::INFINITY
                } else {
                    worst.max(difference)
                };
            }
        }
    }
    worst
}

#[test]
fn the_continuous_engine_follows_the_reference_under_every_option() {
    for sizes in [&SIZES[..], &[7, 40, 3], &[7, 3]] {
        for (name, mut parameters) in continuous_variants() {
            let rates = &mut parameters.circuit.learning_rates;
            rates.up.truncate(sizes.len() - 1);
            for list in [&mut rates.ip, &mut rates.pi, &mut rates.down] {
                list.truncate(sizes.len() - 2);
            }
            let biases = parameters.circuit.bias_rate > 0.0;
            let initial = weights(sizes, biases);
            let parameters = parameters.validate(sizes).unwrap();
            let mut reference = Reference::new(parameters.clone(), initial.clone()).unwrap();
            let mut circuit = Continuous::new(parameters, &initial).unwrap();
            for index in 0..6 {
                let mut how = circuit.training();
                how.nudging = index != 2;
                how.plastic = index != 3;
                let sample = sample(sizes, index);
                let key = noise_key(index);
                let expected = reference
                    .present(&sample, how, &mut KeyedNoise::new(key))
                    .unwrap();
                let found = circuit.present(&sample, how, Noise::Keyed(key)).unwrap();
                let lists = [
                    (&expected.output, &found.output),
                    (&expected.apical_square, &found.apical_square),
                    (&expected.mismatch_square, &found.mismatch_square),
                ];
                for (expected, found) in lists {
                    assert_eq!(expected.len(), found.len());
                    let scale = expected.iter().fold(0.1_f64, |most, x| most.max(x.abs()));
                    for (e, f) in expected.iter().zip(found) {
                        assert!(
                            (e - f).abs() < 2e-5 * scale,
                            "{name} {sizes:?}: {e} and {f}"
                        );
                    }
                }
            }
            let changed = deviation(&initial, reference.weights());
            // A network of one layer whose weights are fixed learns nothing.
            let learns = sizes.len() > 2 || name != "first layer fixed";
            assert_eq!(changed > 1e-4, learns, "{name} {sizes:?}: learned");
            let of_weights = deviation(reference.weights(), &circuit.weights());
            assert!(
                of_weights < 2e-5,
                "{name} {sizes:?}: weights deviate by {of_weights:e}"
            );
            // Terms of families without plasticity are not kept.
            if name != "top-down fixed" && name != "first layer fixed" {
                let of_terms = deviation(reference.induction(), &circuit.induction());
                assert!(
                    of_terms < 1e-4,
                    "{name} {sizes:?}: induction deviates by {of_terms:e}"
                );
            }
        }
    }
}

#[test]
fn changes_below_a_weights_last_bit_are_not_lost() {
    // At the paper's rates a step changes a weight by 1e-9 or so, which added to it in f32 would
    // be nothing.
    let sizes = [30, 20, 10];
    let parameters = CircuitParameters {
        transfer: Transfer::PAPER,
        learning_rates: LearningRates {
            up: vec![0.001_187_5, 0.000_5],
            ip: vec![0.001_187_5],
            pi: vec![0.005_937_5],
            down: vec![0.0],
        },
        ..circuit(1.0)
    };
    let parameters = ContinuousParameters::new(parameters)
        .validate(&sizes)
        .unwrap();
    let initial = weights(&sizes, false);
    let mut reference = Reference::new(parameters.clone(), initial.clone()).unwrap();
    let mut circuit = Continuous::new(parameters, &initial).unwrap();
    let start = circuit.weights();
    for index in 0..3 {
        let (sample, key) = (sample(&sizes, index), noise_key(index));
        let how = circuit.training();
        reference
            .present(&sample, how, &mut KeyedNoise::new(key))
            .unwrap();
        circuit.present(&sample, how, Noise::Keyed(key)).unwrap();
    }
    for (layer, now) in circuit.weights().up.iter().enumerate() {
        let expected = &reference.weights().up[layer] - &initial.up[layer];
        let found = now - &start.up[layer];
        let largest = expected.fold(0.0_f64, |most, x| most.max(x.abs()));
        let off = (&found - &expected).fold(0.0_f64, |most, x| most.max(x.abs()));
        println!("layer {layer}: changes up to {largest:.1e}, off by {off:.1e}");
        assert!(largest > 0.0 && off < 2e-3 * largest);
    }
}

fn two_pass_variants() -> Vec<(&'static str, TwoPassParameters)> {
    let base = TwoPassParameters::new(circuit(10.0), 12);
    let with = |change: &dyn Fn(&mut TwoPassParameters)| {
        let mut changed = base.clone();
        change(&mut changed);
        changed
    };
    vec![
        ("plain", base.clone()),
        (
            "sum",
            with(&|p| {
                p.batch_reduction = BatchReduction::Sum;
                p.circuit.learning_rates = rates(1.0);
                p.allow_unstable_rates = true;
            }),
        ),
        (
            "forward rates",
            with(&|p| p.presynaptic_rates = PresynapticRates::Forward),
        ),
        ("biases", with(&|p| p.circuit.bias_rate = 1.0)),
        (
            "weight limit",
            with(&|p| p.circuit.weight_limit = Some(0.65)),
        ),
        (
            "soft rectifier",
            with(&|p| {
                p.circuit.transfer = Transfer::SoftRectifier {
                    gamma: 0.5,
                    beta: 2.0,
                    theta: 0.2,
                };
                p.circuit.learning_rates = rates(1.0);
            }),
        ),
        (
            "some fixed",
            with(&|p| {
                p.circuit.learning_rates.down = vec![0.0; 2];
                p.circuit.learning_rates.pi[0] = 0.0;
            }),
        ),
    ]
}

#[test]
fn the_two_pass_engine_follows_the_reference_under_every_option() {
    for (name, parameters) in two_pass_variants() {
        let initial = weights(&SIZES, parameters.circuit.bias_rate > 0.0);
        let parameters = parameters.validate(&SIZES).unwrap();
        let mut reference = TwoPass::new(parameters.clone(), initial.clone()).unwrap();
        let mut circuit = engine::TwoPass::new(parameters, &initial).unwrap();
        let mut next = 0;
        for size in [1, 2, 5, 10, 12, 3, 1] {
            let mut batch: Vec<_> = (next..next + size).map(|i| sample(&SIZES, i)).collect();
            // A dark input, as images have at their margins.
            batch.iter_mut().for_each(|sample| sample.input[2] = 0.0);
            next += size;
            let passes = reference.present(&batch).unwrap();
            let response = circuit.present(&batch).unwrap();
            for (pass, output) in passes.iter().zip(&response.output) {
                for (e, f) in pass.predicted[2].iter().zip(output) {
                    assert!((e - f).abs() < 2e-5, "{name}: {e} and {f}");
                }
            }
            reference.learn(&passes);
            circuit.learn();
            let once = circuit.snapshot();
            circuit.learn();
            assert_eq!(circuit.snapshot(), once, "a batch is learned from once");
        }
        assert!(
            deviation(&initial, reference.weights()) > 1e-3,
            "{name}: nothing was learned"
        );
        let off = deviation(reference.weights(), &circuit.weights());
        assert!(off < 2e-5, "{name}: weights deviate by {off:e}");
    }
}

/// FNV-1a.
fn hash(words: &[u32]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for byte in words.iter().flat_map(|word| word.to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

fn continuous_run(parameters: &ContinuousParameters, level: SimdLevel) -> Vec<u32> {
    let parameters = parameters.clone().validate(&SIZES).unwrap();
    let initial = weights(&SIZES, parameters.circuit.bias_rate > 0.0);
    let mut circuit = Continuous::with_level(parameters, &initial, level).unwrap();
    assert_eq!(circuit.simd_level(), level);
    for index in 0..5 {
        let noise = Noise::Keyed(noise_key(index));
        circuit
            .present(&sample(&SIZES, index), circuit.training(), noise)
            .unwrap();
    }
    circuit.snapshot()
}

fn two_pass_run(parameters: &TwoPassParameters, level: SimdLevel) -> Vec<u32> {
    let parameters = parameters.clone().validate(&SIZES).unwrap();
    let initial = weights(&SIZES, parameters.circuit.bias_rate > 0.0);
    let mut circuit = engine::TwoPass::with_level(parameters, &initial, level).unwrap();
    for index in 0..5 {
        let batch: Vec<_> = (0..12).map(|i| sample(&SIZES, 12 * index + i)).collect();
        circuit.present(&batch).unwrap();
        circuit.learn();
    }
    circuit.snapshot()
}

#[test]
fn every_register_width_and_number_of_threads_gives_the_same_bits() {
    let levels = SimdLevel::available();
    println!("levels: {levels:?}");
    for (name, parameters) in continuous_variants() {
        let first = continuous_run(&parameters, SimdLevel::Baseline);
        for &level in &levels {
            assert_eq!(
                continuous_run(&parameters, level),
                first,
                "{name} with {level:?}"
            );
        }
    }
    for (name, parameters) in two_pass_variants() {
        let first = two_pass_run(&parameters, SimdLevel::Baseline);
        for &level in &levels {
            assert_eq!(
                two_pass_run(&parameters, level),
                first,
                "{name} with {level:?}"
            );
        }
    }
    let (_, parameters) = continuous_variants().swap_remove(0);
    let alone = continuous_run(&parameters, SimdLevel::detect());
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(3)
        .build()
        .unwrap();
    let side_by_side: Vec<_> = pool.install(|| {
        (0..6)
            .into_par_iter()
            .map(|_| continuous_run(&parameters, SimdLevel::detect()))
            .collect()
    });
    assert!(side_by_side.iter().all(|words| *words == alone));
}

#[test]
fn the_numbers_are_what_they_were() {
    // A new hash here means other numbers: raise microcircuit::VERSION with it.
    assert_eq!(microcircuit::VERSION, 1);
    let level = SimdLevel::detect();
    let continuous: Vec<u64> = continuous_variants()
        .iter()
        .map(|(_, p)| hash(&continuous_run(p, level)))
        .collect();
    let words = |hashes: &[u64]| {
        let halves = |hash: &u64| [*hash as u32, (*hash >> 32) as u32];
        hash(&hashes.iter().flat_map(halves).collect::<Vec<_>>())
    };
    assert_eq!(
        words(&continuous),
        12_397_375_504_960_641_935,
        "continuous: {continuous:#x?}"
    );
}

#[test]
fn a_restored_circuit_goes_on_where_it_was() {
    for (name, parameters) in continuous_variants() {
        let initial = weights(&SIZES, parameters.circuit.bias_rate > 0.0);
        let parameters = parameters.validate(&SIZES).unwrap();
        let mut circuit = Continuous::new(parameters.clone(), &initial).unwrap();
        let show = |circuit: &mut Continuous, index| {
            let noise = Noise::Keyed(noise_key(index));
            circuit
                .present(&sample(&SIZES, index), circuit.training(), noise)
                .unwrap()
        };
        let fresh = circuit.snapshot();
        for index in 0..3 {
            show(&mut circuit, index);
        }
        let snapshot = circuit.snapshot();
        let mut other = Continuous::new(parameters, &initial).unwrap();
        assert_eq!(other.snapshot(), fresh);
        other.restore(&snapshot).unwrap();
        assert_eq!(other.snapshot(), snapshot, "{name}");
        for index in 3..5 {
            assert_eq!(show(&mut other, index), show(&mut circuit, index), "{name}");
        }
        assert_eq!(other.snapshot(), circuit.snapshot(), "{name}");

        let short = &snapshot[..snapshot.len() - 1];
        assert!(matches!(
            other.restore(short),
            Err(SnapshotError::Length { .. })
        ));
        let mut damaged = snapshot.clone();
        *damaged.last_mut().unwrap() = 7;
        assert!(matches!(
            other.restore(&damaged),
            Err(SnapshotError::Flag { .. })
        ));
        assert_eq!(
            other.snapshot(),
            circuit.snapshot(),
            "{name}: refused, so nothing changed"
        );
    }
    let (_, parameters) = two_pass_variants().swap_remove(3);
    let initial = weights(&SIZES, true);
    let parameters = parameters.validate(&SIZES).unwrap();
    let mut circuit = engine::TwoPass::new(parameters.clone(), &initial).unwrap();
    circuit.present(&[sample(&SIZES, 1)]).unwrap();
    circuit.learn();
    let mut other = engine::TwoPass::new(parameters, &weights(&SIZES, false)).unwrap();
    assert_ne!(other.snapshot(), circuit.snapshot());
    other.restore(&circuit.snapshot()).unwrap();
    assert_eq!(other.snapshot(), circuit.snapshot());
    assert!(matches!(
        other.restore(&[0; 3]),
        Err(SnapshotError::Length { found: 3, .. })
    ));
}

#[test]
fn arrays_are_visited_by_name_with_their_shapes() {
    let (_, mut parameters) = continuous_variants().swap_remove(0);
    parameters.circuit.bias_rate = 0.5;
    parameters.circuit.learning_rates.down = vec![0.0; 2];
    let parameters = parameters.validate(&SIZES).unwrap();
    let initial = weights(&SIZES, true);
    let circuit = Continuous::new(parameters, &initial).unwrap();
    let mut names = Vec::new();
    circuit.visit_weights(&mut |name, shape, values| {
        assert_eq!(shape.iter().product::<usize>(), values.len());
        if name == "up_2" {
            assert_eq!(shape, [17, 21]);
            assert_eq!(values[21 + 3], initial.up[1][[1, 3]] as f32);
            assert_eq!(values[2 * 21 - 1], initial.up_bias[1][1] as f32);
        }
        names.push(name.to_owned());
    });
    let expected = "up_1 up_1.low up_2 up_2.low up_3 up_3.low ip_1 ip_1.low ip_2 ip_2.low \
                    pi_1 pi_1.low pi_2 pi_2.low down_1 down_2";
    assert_eq!(names.join(" "), expected);
    let mut all = 0;
    circuit.visit(&mut |_, _, values| all += values.len());
    assert_eq!(all, circuit.snapshot().len());
    let cost = circuit.cost();
    let count = 20 * 8 + 17 * 21 + 3 * 18 + 17 * 21 + 3 * 18 + 2 * (20 * 17 + 17 * 3);
    assert_eq!(cost.weights, count);
    assert_eq!(cost.plastic_weights, count - (20 * 17 + 17 * 3));
}

#[test]
fn a_tester_changes_nothing_and_does_not_remember() {
    let (_, parameters) = continuous_variants().swap_remove(0);
    let parameters = parameters.validate(&SIZES).unwrap();
    let mut circuit = Continuous::new(parameters, &weights(&SIZES, false)).unwrap();
    circuit
        .present(
            &sample(&SIZES, 0),
            circuit.training(),
            Noise::Keyed(noise_key(0)),
        )
        .unwrap();
    let before = circuit.snapshot();
    let mut tester = circuit.tester();
    // Noise that was drawn in training does not stay on.
    let reference = Reference::new(circuit.parameters().clone(), circuit.weights());
    let how = circuit.test();
    let mut reference = reference.unwrap();
    let expected = reference
        .present(&sample(&SIZES, 1), how, &mut Silence)
        .unwrap();
    let found = tester.respond(&sample(&SIZES, 1).input).unwrap();
    for (e, f) in expected.output.iter().zip(&found.output) {
        assert!((e - f).abs() < 2e-5, "{e} and {f}");
    }
    let first = tester.respond(&sample(&SIZES, 1).input).unwrap();
    tester.respond(&sample(&SIZES, 2).input).unwrap();
    assert_eq!(tester.respond(&sample(&SIZES, 1).input).unwrap(), first);
    assert_eq!(circuit.snapshot(), before);
}
