//! What watching costs a training: the recordings that look at every example beside the plain
//! training of the same images, in one run, so that ratios hold whatever the machine does. A
//! recording's run also tests its network before it begins and after every epoch, unwatched; what
//! watching costs such a run follows from the time of a test image.
//!
//! `cargo bench --locked --package segdend --bench watching` runs it and writes
//! `benches/records/watching.csv`. MNIST is taken from the folder in `SEGDEND_DATA_DIR`; without it
//! the embedded digits serve, and the record says so.

mod machine;

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use segdend::experiments::{Experiments, PAPER_SCALE, RecordingKind};
use segdend::recordings::Watcher;
use segdend_core::data::{DataSet, digits, mnist};
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::{Training, TrainingSpec};
use segdend_core::training::{Stage, TrainingState};

/// Examples shown before anything is measured: rates fall from their initial heights.
const WARM_UP: usize = 2_000;
/// Examples that are trained in turn, plain and watched.
const EXAMPLES: usize = 1_000;
const ROUNDS: usize = 31;
/// Images that are tested in each round.
const TESTS: usize = 200;
/// The paper's recordings that are measured, by the names of their kinds.
const RECORDINGS: [(&str, &str); 2] = [("angles", "angle-spikes"), ("condition", "condition")];

/// What is measured.
struct Kind {
    name: &'static str,
    /// Nothing for the plain training.
    watched: Option<RecordingKind>,
    /// Images of the recording's run at paper scale: trained, and tested before and between epochs.
    run: [f64; 2],
}

/// The plain training first.
fn kinds() -> Vec<Kind> {
    let experiments = Experiments::embedded().expect("a test reads them");
    let scale = experiments.scale(PAPER_SCALE).expect("it is there");
    let run = |epochs: usize| {
        [
            (epochs * scale.train_images) as f64,
            ((epochs + 1) * scale.test_images) as f64,
        ]
    };
    let plain = Kind {
        name: "none",
        watched: None,
        run: run(1),
    };
    let watched = RECORDINGS.map(|(name, recording)| {
        let recording = experiments.recording(recording).expect("it is there");
        Kind {
            name,
            watched: Some(recording.measures),
            run: run(recording.epochs.expect("it watches the first epochs")),
        }
    });
    [plain].into_iter().chain(watched).collect()
}

fn main() {
    // `cargo test` runs benchmarks once, without measuring.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (warm_up, examples, rounds, tests) = match measured {
        true => (WARM_UP, EXAMPLES, ROUNDS, TESTS),
        false => (10, 150, 1, 3),
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

    let kinds = kinds();
    let mut microseconds: Vec<Vec<f64>> = kinds.iter().map(|_| Vec::new()).collect();
    let mut test_microseconds = Vec::new();
    for _ in 0..rounds {
        let mut weights = Vec::new();
        test_microseconds.push(test(&spec, &data, &state, tests));
        for (kind, times) in kinds.iter().zip(&mut microseconds) {
            let (time, after) = train(&spec, &data, &state, examples, kind.watched);
            times.push(time);
            weights.push(after);
        }
        assert!(
            weights.iter().all(|after| *after == weights[0]),
            "watching changes nothing"
        );
    }
    if measured {
        write_record(&data, &kinds, &microseconds, &test_microseconds);
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

/// Microseconds a test image.
fn test(spec: &TrainingSpec, data: &DataSet, state: &TrainingState, images: usize) -> f64 {
    let training = Training::resume(spec, data, state).expect("the state is this training's");
    let mut tester = training.model().engine().tester();
    let mut show = |image: usize| {
        let key = StreamKey::new(spec.seed, Purpose::TestSpikes, 0, image as u64);
        black_box(tester.classify(data.test().image(image), key));
    };
    // A fresh tester's memory is touched outside the time.
    show(0);
    let began = Instant::now();
    (0..images).for_each(show);
    began.elapsed().as_secs_f64() * 1e6 / images as f64
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn write_record(
    data: &DataSet,
    kinds: &[Kind],
    microseconds: &[Vec<f64>],
    test_microseconds: &[f64],
) {
    let mut body = String::from(
        "watched,examples,rounds,min_us,median_us,max_us,over_plain_of_min,median_over_plain,\
         test_image_median_us,median_over_plain_run\n",
    );
    let plain = &microseconds[0];
    let test = sorted(test_microseconds)[test_microseconds.len() / 2];
    for (kind, times) in kinds.iter().zip(microseconds) {
        let pairs = || times.iter().zip(plain);
        let ratios: Vec<f64> = pairs().map(|(t, p)| t / p).collect();
        let [trained, tested] = kind.run;
        let run = |time: f64| trained * time + tested * test;
        let run_ratios: Vec<f64> = pairs().map(|(&t, &p)| run(t) / run(p)).collect();
        let (all, rounds) = (sorted(times), times.len());
        writeln!(
            body,
            "{},{EXAMPLES},{rounds},{:.2},{:.2},{:.2},{:.3},{:.3},{test:.2},{:.3}",
            kind.name,
            all[0],
            all[rounds / 2],
            all[rounds - 1],
            all[0] / sorted(plain)[0],
            sorted(&ratios)[rounds / 2],
            sorted(&run_ratios)[rounds / 2],
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
