//! Time of one training image and of one test image: the engine beside the dense f64 reference, in
//! one run, so that the ratio holds whatever the machine does.
//!
//! `just bench` runs it and writes `benches/records/throughput.csv`. MNIST is taken from the folder
//! in `SEGDEND_DATA_DIR`; without it the embedded digits serve, and the record says so.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BenchmarkId, Criterion};
use ndarray::Array1;
use segdend_core::data::{DataSet, digits, mnist};
use segdend_core::engine::{Engine, SimdLevel, SpikeDrive};
use segdend_core::mechanisms::{FeedbackWeights, Mechanisms, PlateauTiming};
use segdend_core::network::Network;
use segdend_core::params::{KernelMemory, Parameters};
use segdend_core::reference::Reference;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::schedule::Schedule;
use segdend_core::spikes::PoissonSpikes;

/// Examples shown before anything is measured: rates fall from their initial heights.
const WARM_UP: usize = 2_000;

struct Case {
    name: &'static str,
    hidden: &'static [usize],
    parameters: Parameters,
}

fn cases() -> Vec<Case> {
    let code = Parameters::authors_code;
    vec![
        Case {
            name: "784-500-10",
            hidden: &[500],
            parameters: code(),
        },
        Case {
            name: "784-10",
            hidden: &[],
            parameters: code(),
        },
        Case {
            name: "784-500-100-10",
            hidden: &[500, 100],
            parameters: code(),
        },
        Case {
            name: "784-500-10, unlimited kernel",
            hidden: &[500],
            parameters: Parameters {
                kernel_memory: KernelMemory::Unlimited,
                ..code()
            },
        },
        Case {
            name: "784-500-100-10, g_A 0.05",
            hidden: &[500, 100],
            parameters: Parameters {
                apical_conductance: 0.05,
                ..code()
            },
        },
    ]
}

fn data() -> DataSet {
    match std::env::var_os("SEGDEND_DATA_DIR") {
        Some(folder) => mnist::load(Path::new(&folder)).expect("MNIST in SEGDEND_DATA_DIR"),
        None => digits::generate(1, WARM_UP, 1_000),
    }
}

fn network(case: &Case, data: &DataSet) -> Network {
    let mut sizes = vec![data.pixel_count()];
    sizes.extend_from_slice(case.hidden);
    sizes.push(data.classes());
    Network::initial(&sizes, &case.parameters, FeedbackWeights::Random, 1).expect("sizes are fixed")
}

fn train_one(
    engine: &mut Engine,
    case: &Case,
    data: &DataSet,
    schedule: &mut Schedule,
    example: usize,
) -> usize {
    let index = example % data.train().len();
    let e = example as u64;
    schedule.redraw(
        &case.parameters,
        PlateauTiming::Synchronous,
        case.hidden,
        1,
        1,
        e,
    );
    let spikes = SpikeDrive::Free(StreamKey::new(1, Purpose::TrainingSpikes, 1, e));
    let noise = StreamKey::new(1, Purpose::FeedbackNoise, 1, e);
    engine
        .train_example(
            data.train().image(index),
            data.train().label(index),
            schedule,
            spikes,
            noise,
        )
        .predicted
}

fn warm_engine(case: &Case, data: &DataSet) -> (Engine, Schedule) {
    let rates = vec![0.21; case.hidden.len() + 1];
    let mut engine = Engine::new(
        case.parameters.clone(),
        Mechanisms::default(),
        rates,
        &network(case, data),
    )
    .expect("sizes are fixed");
    let mut schedule = Schedule::default();
    for example in 0..WARM_UP {
        train_one(&mut engine, case, data, &mut schedule, example);
    }
    (engine, schedule)
}

fn training_image(criterion: &mut Criterion, data: &DataSet) {
    let mut group = criterion.benchmark_group("training image");
    let cases = cases();
    {
        let case = &cases[0];
        let (engine, mut schedule) = warm_engine(case, data);
        let mut reference = Reference::new(
            case.parameters.clone(),
            Mechanisms::default(),
            vec![0.21; 2],
            engine.network(),
        )
        .expect("sizes are fixed");
        let mut example = WARM_UP;
        group.bench_function(
            BenchmarkId::new("reference, dense f64", case.name),
            |bench| {
                bench.iter(|| {
                    let (index, e) = (example % data.train().len(), example as u64);
                    example += 1;
                    schedule.redraw(
                        &case.parameters,
                        PlateauTiming::Synchronous,
                        case.hidden,
                        1,
                        1,
                        e,
                    );
                    let brightness = Array1::from_iter(
                        data.train()
                            .image(index)
                            .iter()
                            .map(|&pixel| f64::from(pixel) / 255.0),
                    );
                    let mut spikes =
                        PoissonSpikes::new(StreamKey::new(1, Purpose::TrainingSpikes, 1, e));
                    let noise = StreamKey::new(1, Purpose::FeedbackNoise, 1, e);
                    black_box(reference.train_example(
                        &brightness,
                        data.train().label(index),
                        &schedule,
                        &mut spikes,
                        noise,
                    ))
                });
            },
        );
    }
    for case in &cases {
        let (mut engine, mut schedule) = warm_engine(case, data);
        let mut example = WARM_UP;
        group.bench_function(BenchmarkId::new("engine", case.name), |bench| {
            bench.iter(|| {
                example += 1;
                black_box(train_one(&mut engine, case, data, &mut schedule, example))
            });
        });
    }
    group.finish();
}

fn test_image(criterion: &mut Criterion, data: &DataSet) {
    let mut group = criterion.benchmark_group("test image of 250 ms");
    for case in &cases() {
        let (engine, _) = warm_engine(case, data);
        let mut tester = engine.tester();
        let mut index = 0;
        group.bench_function(BenchmarkId::new("engine", case.name), |bench| {
            bench.iter(|| {
                index = (index + 1) % data.test().len();
                let key = StreamKey::new(1, Purpose::TestSpikes, 1, index as u64);
                black_box(tester.classify(data.test().image(index), key))
            });
        });
    }
    group.finish();
}

/// One line of the record.
struct Measured {
    group: String,
    function: String,
    case: String,
    /// Microseconds an image, one a sample.
    samples_us: Vec<f64>,
}

impl Measured {
    fn median_us(&self) -> f64 {
        let mut sorted = self.samples_us.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    }
}

/// Reads what criterion left behind of this run.
fn measured(folder: &Path) -> Vec<Measured> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        folders.extend(
            entries
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.is_dir()),
        );
        if folder.file_name().is_none_or(|name| name != "new") {
            continue;
        }
        let json = |name: &str| -> Option<serde_json::Value> {
            serde_json::from_slice(&std::fs::read(folder.join(name)).ok()?).ok()
        };
        let (Some(benchmark), Some(sample)) = (json("benchmark.json"), json("sample.json")) else {
            continue;
        };
        let text = |key: &str| benchmark[key].as_str().unwrap_or_default().to_owned();
        let numbers = |key: &str| {
            sample[key]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(serde_json::Value::as_f64)
        };
        let samples_us = numbers("times")
            .zip(numbers("iters"))
            .map(|(ns, iterations)| ns / iterations / 1e3)
            .collect();
        all.push(Measured {
            group: text("group_id"),
            function: text("function_id"),
            case: text("value_str"),
            samples_us,
        });
    }
    all.retain(|m| !m.samples_us.is_empty());
    all.sort_by(|a, b| (&a.group, &a.function, &a.case).cmp(&(&b.group, &b.function, &b.case)));
    all
}

fn write_record(data: &DataSet, criterion_folder: &Path) {
    let all = measured(criterion_folder);
    let Some(reference) = all
        .iter()
        .find(|m| m.function.starts_with("reference"))
        .map(Measured::median_us)
    else {
        return;
    };
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown", |rest| rest.trim_matches([' ', '\t', ':']));
    let compiler =
        std::process::Command::new(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into()))
            .arg("--version")
            .output()
            .map_or_else(
                |_| "unknown".to_owned(),
                |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            );
    let mut record = format!(
        "# command: just bench\n# processor: {cpu}, {} threads seen, one used; registers: {:?}\n# compiler: {compiler}\n# data: {}\n",
        std::thread::available_parallelism().map_or(0, usize::from),
        SimdLevel::detect(),
        data.source(),
    );
    record.push_str("benchmark,simulator,network,samples,min_us,median_us,max_us,times_faster_than_reference_training\n");
    for m in &all {
        let extreme =
            |pick: fn(f64, f64) -> f64, start: f64| m.samples_us.iter().copied().fold(start, pick);
        record.push_str(&format!(
            "{},\"{}\",\"{}\",{},{:.1},{:.1},{:.1},{:.1}\n",
            m.group,
            m.function,
            m.case,
            m.samples_us.len(),
            extreme(f64::min, f64::INFINITY),
            m.median_us(),
            extreme(f64::max, 0.0),
            reference / m.median_us(),
        ));
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/records/throughput.csv");
    std::fs::create_dir_all(path.parent().expect("the path has a folder"))
        .expect("the records' folder");
    std::fs::write(&path, &record).expect("the record");
    println!("\n{record}\nwritten to {}", path.display());
}

fn main() {
    let folder = std::env::temp_dir().join(format!("segdend-bench-{}", std::process::id()));
    let mut criterion = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .output_directory(&folder)
        .configure_from_args();
    let data = data();
    training_image(&mut criterion, &data);
    test_image(&mut criterion, &data);
    criterion.final_summary();
    // `cargo test` runs benchmarks once, without measuring.
    if std::env::args().any(|argument| argument == "--bench") {
        write_record(&data, &folder);
    }
    std::fs::remove_dir_all(&folder).ok();
}
