//! What watching costs a training: the recordings that look at every example beside the plain
//! training of the same images, in one run, so that ratios hold whatever the machine does.
//!
//! `cargo bench --locked --package segdend --bench watching` runs it and writes
//! `benches/records/watching.csv`. MNIST is taken from the folder in `SEGDEND_DATA_DIR`; without it
//! the embedded digits serve, and the record says so.

mod machine;

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use segdend::experiments::RecordingKind;
use segdend::recordings::Watcher;
use segdend_core::data::{DataSet, digits, mnist};
use segdend_core::training::{Stage, Training, TrainingSpec, TrainingState};

/// Examples shown before anything is measured: rates fall from their initial heights.
const WARM_UP: usize = 2_000;
/// Examples that are trained in turn, plain and watched.
const EXAMPLES: usize = 1_000;
const ROUNDS: usize = 31;
/// What is measured, the plain training first.
const KINDS: [(&str, Option<RecordingKind>); 3] = [
    ("none", None),
    ("angles", Some(RecordingKind::Angles)),
    ("condition", Some(RecordingKind::Condition)),
];

fn main() {
    // `cargo test` runs benchmarks once, without measuring.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (warm_up, examples, rounds) = match measured {
        true => (WARM_UP, EXAMPLES, ROUNDS),
        false => (10, 150, 1),
    };
    let data = match std::env::var_os("SEGDEND_DATA_DIR") {
        Some(folder) => mnist::load(Path::new(&folder)).expect("MNIST in SEGDEND_DATA_DIR"),
        None => digits::generate(1, warm_up + examples + 1, 100),
    };
    let spec = TrainingSpec {
        hidden: vec![500],
        learning_rates: vec![0.21; 2],
        epochs: 1,
        ..TrainingSpec::default()
    };
    let mut training = Training::begin(&spec, &data).expect("the paper's network");
    while matches!(training.stage(), Stage::Test { .. }) {
        training.advance(500).expect("finite weights");
    }
    training.advance(warm_up).expect("finite weights");
    let state = training.state();

    let mut microseconds = KINDS.map(|_| Vec::new());
    for _ in 0..rounds {
        let mut weights = Vec::new();
        for ((_, kind), times) in KINDS.iter().zip(&mut microseconds) {
            let (time, after) = train(&spec, &data, &state, examples, *kind);
            times.push(time);
            weights.push(after);
        }
        assert!(
            weights.iter().all(|after| *after == weights[0]),
            "watching changes nothing"
        );
    }
    if measured {
        write_record(&data, &microseconds);
    }
}

/// Microseconds an example, and the weights that it came to.
fn train(
    spec: &TrainingSpec,
    data: &DataSet,
    state: &TrainingState,
    examples: usize,
    kind: Option<RecordingKind>,
) -> (f64, String) {
    let mut training = Training::resume(spec, data, state).expect("the state is this training's");
    let mut watcher = kind.and_then(Watcher::new);
    // A fresh engine's memory is touched, and a window of Jacobians filled, outside the time.
    let mut advance = |training: &mut Training<'_>, images| match &mut watcher {
        None => training.advance(images).expect("finite weights"),
        Some(watcher) => watcher.advance(training, images).expect("finite weights"),
    };
    let first = examples / 8;
    advance(&mut training, first);
    let began = Instant::now();
    advance(&mut training, examples - first);
    if let Some(watcher) = &mut watcher {
        watcher
            .epoch_ended(&training, data)
            .expect("finite Jacobians");
    }
    let elapsed = began.elapsed().as_secs_f64();
    (
        elapsed * 1e6 / (examples - first) as f64,
        training.weights_sha256(),
    )
}

fn write_record(data: &DataSet, microseconds: &[Vec<f64>]) {
    let mut body = String::from(
        "watched,examples,rounds,min_us,median_us,max_us,over_plain_of_min,median_over_plain\n",
    );
    let sorted = |values: &[f64]| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted
    };
    let plain = &microseconds[0];
    for ((name, _), times) in KINDS.iter().zip(microseconds) {
        let ratios: Vec<f64> = times.iter().zip(plain).map(|(t, p)| t / p).collect();
        let (all, rounds) = (sorted(times), times.len());
        writeln!(
            body,
            "{name},{EXAMPLES},{rounds},{:.2},{:.2},{:.2},{:.3},{:.3}",
            all[0],
            all[rounds / 2],
            all[rounds - 1],
            all[0] / sorted(plain)[0],
            sorted(&ratios)[rounds / 2],
        )
        .expect("room");
    }
    machine::write_record(
        "watching.csv",
        "cargo bench --locked --package segdend --bench watching",
        "1 used",
        &format!("{}; 784-500-10", data.source()),
        &body,
    );
}
