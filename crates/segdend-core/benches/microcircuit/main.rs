//! Time of a pattern in the microcircuit: the engines beside streaming the circuit's weights once, and
//! beside the f64 references, in one run, so that ratios hold whatever else the machine does.
//!
//! The bound of a continuous step is reading and writing a weight and an induction term for every
//! plastic weight, and reading the others; that of a batch is reading every weight and writing the plastic
//! ones. `cargo bench -p segdend-core --bench microcircuit` runs it and writes
//! `benches/records/microcircuit.csv`. Images are taken as in the other benchmarks.

#[path = "../throughput/machine.rs"]
mod machine;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use segdend_core::data::patterns::{PatternStream, Sample};
use segdend_core::data::{DataSet, digits, mnist};
use segdend_core::microcircuit::engine::{Continuous, Cost, Noise, TwoPass};
use segdend_core::microcircuit::network::{InitialWeights, Synapses};
use segdend_core::microcircuit::noise::KeyedNoise;
use segdend_core::microcircuit::params::*;
use segdend_core::microcircuit::reference::Reference;
use segdend_core::microcircuit::teacher::RandomTeacher;
use segdend_core::microcircuit::transfer::Transfer;
use segdend_core::microcircuit::two_pass;
use segdend_core::rng::{Purpose, StreamKey};

/// The shortest of so many rounds counts: what other work on the machine adds is not the circuit's.
const ROUNDS: usize = 60;

/// Shortest times of one case, in microseconds a pattern.
struct Measured {
    name: &'static str,
    engine_us: f64,
    reference_us: f64,
    bound_us: f64,
}

/// Arrays to be streamed.
struct Stream {
    plastic: Vec<f32>,
    induction: Vec<f32>,
    fixed: Vec<f32>,
}

impl Stream {
    fn new(cost: Cost, induction: bool) -> Self {
        let (plastic, all) = (cost.plastic_weights as usize, cost.weights as usize);
        Self {
            plastic: vec![0.5; plastic],
            induction: vec![1e-9; if induction { plastic } else { 0 }],
            fixed: vec![0.5; all - plastic],
        }
    }

    fn once(&mut self) -> f32 {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the feature was detected.
            return unsafe { self.once_avx512() };
        } else if is_x86_feature_detected!("avx2") {
            // SAFETY: the feature was detected.
            return unsafe { self.once_avx2() };
        }
        self.sweep()
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn once_avx2(&mut self) -> f32 {
        self.sweep()
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,avx512f")]
    fn once_avx512(&mut self) -> f32 {
        self.sweep()
    }

    #[inline(always)]
    fn sweep(&mut self) -> f32 {
        if self.induction.is_empty() {
            self.plastic.iter_mut().for_each(|weight| *weight += 1e-9);
        }
        for (weight, induction) in self.plastic.iter_mut().zip(&mut self.induction) {
            *weight += *induction;
            *induction *= 0.999;
        }
        let mut sums = [0.0_f32; 64];
        for chunk in self.fixed.chunks_exact(64) {
            for (sum, weight) in sums.iter_mut().zip(chunk) {
                *sum += weight;
            }
        }
        sums.iter().sum::<f32>() + self.plastic.first().unwrap_or(&0.0)
    }
}

/// Times three pieces of work in turn, round after round.
fn measure(
    name: &'static str,
    patterns: usize,
    mut engine: impl FnMut(),
    mut reference: impl FnMut(),
    mut bound: impl FnMut(),
) -> Measured {
    let mut times = [f64::INFINITY; 3];
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e6 / patterns as f64
    };
    engine();
    for round in 0..ROUNDS {
        times[0] = times[0].min(time(&mut engine));
        times[2] = times[2].min(time(&mut bound));
        if round < 5 {
            times[1] = times[1].min(time(&mut reference));
        }
    }
    let [engine_us, reference_us, bound_us] = times;
    let measured = Measured {
        name,
        engine_us,
        reference_us,
        bound_us,
    };
    println!(
        "{name}: engine {engine_us:.1} us, reference {reference_us:.1} us, streaming {bound_us:.1} us; share of the bound {:.2}",
        bound_us / engine_us
    );
    measured
}

fn continuous(name: &'static str, plastic: [f64; 4], sigma: f64) -> Measured {
    let sizes = [30, 50, 10];
    let [up, ip, pi, down] = plastic;
    let parameters = ContinuousParameters {
        sigma,
        ..ContinuousParameters::new(CircuitParameters {
            conductances: Conductances::default(),
            transfer: Transfer::PAPER,
            learning_rates: LearningRates {
                up: vec![up * 0.001_187_5, up * 0.000_5],
                ip: vec![ip * 0.001_187_5],
                pi: vec![pi * 0.005_937_5],
                down: vec![down * 0.000_1],
            },
            bias_rate: 0.0,
            weight_limit: None,
        })
    };
    let parameters = parameters.validate(&sizes).expect("the paper's values");
    let weights = Synapses::random(&sizes, InitialWeights::uniform(1.0), 1).expect("sizes");
    let teacher = RandomTeacher::new([30, 20, 10], Transfer::PAPER, 1);
    let mut engine = Continuous::new(parameters.clone(), &weights).expect("shapes fit");
    let mut reference = Reference::new(parameters.clone(), weights).expect("shapes fit");
    let mut stream = Stream::new(engine.cost(), true);
    let key = |index| StreamKey::new(1, Purpose::PotentialNoise, 1, index);
    let (mut shown, mut shown_reference) = (0, 0);
    measure(
        name,
        1,
        || {
            for _ in 0..1 {
                shown += 1;
                let (sample, how) = (teacher.sample(shown), engine.training());
                black_box(
                    engine
                        .present(&sample, how, Noise::Keyed(key(shown)))
                        .expect("it fits"),
                );
            }
        },
        || {
            for _ in 0..1 {
                shown_reference += 1;
                let (sample, how) = (teacher.sample(shown_reference), reference.training());
                let noise = &mut KeyedNoise::new(key(shown_reference));
                black_box(reference.present(&sample, how, noise).expect("it fits"));
            }
        },
        || {
            for _ in 0..parameters.pattern_steps() {
                black_box(stream.once());
            }
        },
    )
}

fn images() -> DataSet {
    match std::env::var_os("SEGDEND_DATA_DIR") {
        Some(folder) => mnist::load(Path::new(&folder)).expect("MNIST in SEGDEND_DATA_DIR"),
        None => digits::generate(1, 2_000, 10),
    }
}

fn in_two_passes(name: &'static str, data: &DataSet, plastic: [f64; 4], size: usize) -> Measured {
    let sizes = [784, 500, 500, 10];
    let conductances = Conductances {
        apical: 0.471_428_571_428_571_5,
        somatic: 0.122_222_222_222_222_22,
        ..Conductances::default()
    };
    let [up, ip, pi, down] = plastic;
    let circuit = CircuitParameters {
        conductances,
        transfer: Transfer::Logistic,
        learning_rates: LearningRates {
            up: [0.1111, 0.0333, 0.01].map(|rate| rate * up).to_vec(),
            ip: [0.0667, 0.02].map(|rate| rate * ip).to_vec(),
            pi: vec![pi * 1e-4; 2],
            down: vec![down * 1e-4; 2],
        },
        bias_rate: 1.0,
        weight_limit: None,
    };
    let parameters = TwoPassParameters::new(circuit, size)
        .validate(&sizes)
        .expect("stable");
    let initial = InitialWeights {
        up: 0.1,
        biases: true,
        ..InitialWeights::uniform(1.0)
    };
    let weights = Synapses::random(&sizes, initial, 1)
        .expect("sizes")
        .self_predicting(&conductances);
    let mut engine = TwoPass::new(parameters.clone(), &weights).expect("shapes fit");
    let mut reference = two_pass::TwoPass::new(parameters, weights).expect("shapes fit");
    let mut stream = Stream::new(engine.cost(), false);
    let sample = |index: usize| {
        let index = index % data.train().len();
        let mut target = vec![-2.197_224_577_336_219; 10];
        target[data.train().label(index)] = 1.386_294_361_119_890_8;
        let pixels = data.train().image(index).iter();
        Sample {
            input: pixels.map(|&pixel| f64::from(pixel) / 255.0).collect(),
            target,
        }
    };
    let batches: Vec<Vec<Sample>> = (0..50)
        .map(|b| (0..size).map(|i| sample(b * size + i)).collect())
        .collect();
    let (mut shown, mut shown_reference) = (0, 0);
    measure(
        name,
        5 * size,
        || {
            for _ in 0..5 {
                shown += 1;
                black_box(engine.present(&batches[shown % 50]).expect("it fits"));
                engine.learn();
            }
        },
        || {
            // One batch of five: the reference is slow, and its time is not what is asked for.
            shown_reference += 1;
            let passes = reference
                .present(&batches[shown_reference % 50])
                .expect("it fits");
            reference.learn(&passes);
        },
        || {
            for _ in 0..5 {
                black_box(stream.once());
            }
        },
    )
}

fn main() {
    // `cargo test` runs benchmarks once, without measuring.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    // Only circuits whose names hold all other arguments are measured, and then nothing is written.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    let is_wanted = |name: &str| wanted.iter().all(|part| name.contains(part));
    let data = images();
    let cases: [(&'static str, &dyn Fn(&'static str) -> Measured); 7] = [
        ("30-50-10, 1000 steps, all plastic", &|name| {
            continuous(name, [1.0; 4], 0.0)
        }),
        ("30-50-10, 1000 steps, all plastic, noise", &|name| {
            continuous(name, [1.0; 4], 0.3)
        }),
        ("30-50-10, 1000 steps, top-down fixed, noise", &|name| {
            continuous(name, [1.0, 1.0, 1.0, 0.0], 0.3)
        }),
        ("30-50-10, 1000 steps, nothing plastic", &|name| {
            continuous(name, [0.0; 4], 0.0)
        }),
        ("784-500-500-10, batches of 10, all plastic", &|name| {
            in_two_passes(name, &data, [1.0; 4], 10)
        }),
        (
            "784-500-500-10, batches of 10, pi and down fixed",
            &|name| in_two_passes(name, &data, [1.0, 1.0, 0.0, 0.0], 10),
        ),
        ("784-500-500-10, single patterns, all plastic", &|name| {
            in_two_passes(name, &data, [1.0; 4], 1)
        }),
    ];
    let wanted_cases = cases.iter().filter(|(name, _)| is_wanted(name));
    let all: Vec<Measured> = wanted_cases.map(|(name, measure)| measure(name)).collect();
    if !wanted.is_empty() {
        return;
    }
    let mut body =
        String::from("circuit,rounds,engine_us,reference_us,streaming_us,share_of_streaming\n");
    for m in &all {
        // The reference of batches was shown one batch where the engine was shown five.
        let batches = if m.name.starts_with("784") { 5.0 } else { 1.0 };
        body.push_str(&format!(
            "\"{}\",{ROUNDS},{:.2},{:.2},{:.2},{:.3}\n",
            m.name,
            m.engine_us,
            m.reference_us * batches,
            m.bound_us,
            m.bound_us / m.engine_us
        ));
    }
    machine::write_record(
        &data,
        "cargo bench -p segdend-core --bench microcircuit",
        "microcircuit.csv",
        &body,
    );
}
