//! Time of one training image and of one test image: the engine beside the dense f64 reference and
//! beside the column sums alone, in one run, so that ratios hold whatever the machine does; and how
//! the time grows with the network, the input, the phases and the number of runs side by side.
//!
//! `just bench` runs it and writes `benches/records/`. MNIST is taken from the folder in
//! `SEGDEND_DATA_DIR`; without it the embedded digits serve, and the record says so.

#[allow(
    dead_code,
    reason = "shared with the other benchmark, which uses the rest"
)]
mod cases;
mod growth;
mod machine;
mod memory;
mod record;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion};
use segdend_core::data::DataSet;
use segdend_core::rng::{Purpose, StreamKey};

use cases::{Case, Simulators, cases, data};

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

fn training_image(criterion: &mut Criterion, cases: &[Case], data: &DataSet) {
    let mut group = criterion.benchmark_group("training image");
    for case in cases {
        let mut simulators = Simulators::new(case, data);
        let mut reference = simulators.reference();
        group.bench_function(BenchmarkId::new("reference", &case.name), |bench| {
            bench.iter(|| black_box(simulators.train_reference(&mut reference)));
        });
        group.bench_function(BenchmarkId::new("engine", &case.name), |bench| {
            bench.iter(|| black_box(simulators.train()));
        });
        let sums = simulators.column_sums();
        let mut example = 0;
        group.bench_function(BenchmarkId::new("column sums", &case.name), |bench| {
            bench.iter(|| {
                example += 1;
                black_box(sums.add_up(example))
            });
        });
    }
    group.finish();
}

fn test_image(criterion: &mut Criterion, cases: &[Case], data: &DataSet) {
    let mut group = criterion.benchmark_group("test image of 250 ms");
    for case in cases {
        let mut simulators = Simulators::new(case, data);
        let mut reference = simulators.reference();
        group.bench_function(BenchmarkId::new("reference", &case.name), |bench| {
            bench.iter(|| black_box(simulators.test_reference(&mut reference)));
        });
        let mut tester = simulators.engine.tester();
        let mut index = 0;
        group.bench_function(BenchmarkId::new("engine", &case.name), |bench| {
            bench.iter(|| {
                index = (index + 1) % data.test().len();
                let key = StreamKey::new(1, Purpose::TestSpikes, 1, index as u64);
                black_box(tester.classify(data.test().image(index), key))
            });
        });
    }
    group.finish();
}

fn main() {
    let folder = std::env::temp_dir().join(format!("segdend-bench-{}", std::process::id()));
    let mut criterion = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .output_directory(&folder)
        .configure_from_args();
    let (cases, data) = (cases(), data());
    training_image(&mut criterion, &cases, &data);
    test_image(&mut criterion, &cases, &data);
    criterion.final_summary();
    // `cargo test` runs benchmarks once, without measuring.
    if std::env::args().any(|argument| argument == "--bench") {
        record::throughput(&data, &folder);
        record::growth(&data, &growth::measure(&data));
        record::memory(&data, &memory::measure(&cases, &data));
    }
    std::fs::remove_dir_all(&folder).ok();
}
