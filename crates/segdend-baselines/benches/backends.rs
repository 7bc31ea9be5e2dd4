//! Time of a training example on each tensor backend: one example at a time, and in batches.
//!
//! `cargo bench --locked -p segdend-baselines --bench backends` prints a table and writes
//! `benches/records/backends.csv`. MNIST is taken from the folder in `SEGDEND_DATA_DIR`; without it the
//! embedded digits serve, and the record says so.
//!
//! The backends take turns within every round, so that whatever else the machine does falls on all
//! of them; a ratio is the median of the rounds' ratios.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use segdend_baselines::{Backend, Network, Sizes, TrainingRule};
use segdend_core::data::{DataSet, ImageSet, digits, mnist};

/// Rounds measured, after one that is not.
const ROUNDS: usize = 15;

/// Examples in a round of one case on one backend.
const EXAMPLES: usize = 500;

const RULE: TrainingRule = TrainingRule::FeedbackAlignment;
const LEARNING_RATE: f64 = 0.1;

/// One way of using the examples.
struct Case {
    name: &'static str,
    run: fn(&mut Network, &[f32], &[u8]),
}

const CASES: [Case; 4] = [
    Case {
        name: "one example at a time",
        run: |network, inputs, labels| {
            for (input, &label) in inputs.chunks_exact(PIXELS).zip(labels) {
                let presented = network.present(input, label).unwrap();
                black_box(network.learn(presented, RULE, LEARNING_RATE)).unwrap();
            }
        },
    },
    Case {
        name: "batches of 1 by automatic differentiation",
        run: |network, inputs, labels| train_in_batches(network, inputs, labels, 1),
    },
    Case {
        name: "batches of 100 by automatic differentiation",
        run: |network, inputs, labels| train_in_batches(network, inputs, labels, 100),
    },
    Case {
        name: "test of 500",
        run: |network, inputs, _| {
            black_box(network.predict(inputs)).unwrap();
        },
    },
];

const PIXELS: usize = Sizes::PAPER.inputs;

fn train_in_batches(network: &mut Network, inputs: &[f32], labels: &[u8], batch: usize) {
    for (inputs, labels) in inputs.chunks(batch * PIXELS).zip(labels.chunks(batch)) {
        black_box(network.train_batch(RULE, inputs, labels, LEARNING_RATE)).unwrap();
    }
}

fn main() {
    // `cargo test` runs benchmarks once, without measuring.
    let measuring = std::env::args().any(|argument| argument == "--bench");
    let rounds = if measuring { ROUNDS } else { 1 };
    let data = data();
    let (inputs, labels) = examples(data.train());
    let active = inputs.iter().filter(|&&input| input != 0.0).count();
    let active_percent = 100.0 * active as f64 / inputs.len() as f64;

    let columns = "case,backend,examples,rounds,fastest_us,median_us,times_of_flex";
    let mut record = format!("{}{columns}\n", header(&data, active_percent));
    print!("{record}");
    for case in &CASES {
        let mut networks = Backend::ALL.map(|backend| {
            Network::new(Sizes::PAPER, 1, backend).expect("the paper's sizes are possible")
        });
        let mut times = Backend::ALL.map(|_| Vec::with_capacity(rounds));
        for round in 0..=rounds {
            for (network, times) in networks.iter_mut().zip(&mut times) {
                let start = Instant::now();
                (case.run)(network, &inputs, &labels);
                if round > 0 {
                    times.push(start.elapsed().as_secs_f64() * 1e6 / EXAMPLES as f64);
                }
            }
        }
        for (backend, own) in Backend::ALL.iter().zip(&times) {
            let ratios = own.iter().zip(&times[0]).map(|(own, flex)| own / flex);
            let line = format!(
                "{},{backend:?},{EXAMPLES},{rounds},{:.1},{:.1},{:.2}",
                case.name,
                own.iter().copied().fold(f64::INFINITY, f64::min),
                median(own.iter().copied()),
                median(ratios),
            );
            println!("{line}");
            writeln!(record, "{line}").expect("a string takes any line");
        }
    }
    if measuring {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/records");
        std::fs::create_dir_all(&folder).expect("the records' folder");
        std::fs::write(folder.join("backends.csv"), record).expect("the record");
    }
}

/// MNIST from the folder in `SEGDEND_DATA_DIR`, or the embedded digits.
fn data() -> DataSet {
    match std::env::var_os("SEGDEND_DATA_DIR") {
        Some(folder) => mnist::load(Path::new(&folder)).expect("MNIST in SEGDEND_DATA_DIR"),
        None => digits::generate(1, EXAMPLES, 1),
    }
}

fn examples(images: &ImageSet) -> (Vec<f32>, Vec<u8>) {
    let images = images.take(EXAMPLES);
    let inputs = images.pixels().iter().map(|&p| f32::from(p) / 255.0);
    (inputs.collect(), images.labels().to_vec())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn header(data: &DataSet, active_percent: f64) -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown", |rest| rest.trim_matches([' ', '\t', ':']));
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let compiler = Command::new(compiler)
        .arg("--version")
        .output()
        .map_or_else(
            |_| "unknown".to_owned(),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        );
    format!(
        "# command: cargo bench --locked -p segdend-baselines --bench backends\n\
         # processor: {cpu}, {} threads; each measurement runs on one\n\
         # compiler: {compiler}\n\
         # data: {}, {active_percent:.1} % of the inputs not zero; network {}; microseconds an example\n",
        std::thread::available_parallelism().map_or(0, usize::from),
        data.source(),
        Sizes::PAPER,
    )
}
