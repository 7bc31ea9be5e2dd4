//! Time a training example adds for Figure 5-S1: its Jacobians into the window, and both eigenvalues.
//!
//! `cargo bench --locked -p segdend-analysis --bench jacobians` prints a table and writes
//! `benches/records/jacobians.csv`.

mod common;

use common::Record;
use ndarray::Array2;
use segdend_analysis::{JacobianWindow, identity_deviation_eigenvalue};
use std::hint::black_box;
use std::time::Instant;

const OUTPUTS: usize = 10;
const HIDDEN: usize = 500;
const WINDOW: usize = 100;

/// Examples in a measurement, and measurements; the record gives the fastest and the median. Short
/// ones, so that some are not interrupted however busy the machine is.
const EXAMPLES: usize = 100;
const MEASUREMENTS: usize = 501;

fn main() {
    let mut state = 1_u64;
    let mut unit = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u64 << 24) as f32 - 0.5
    };
    let pairs: Vec<(Array2<f32>, Array2<f32>)> = (0..200)
        .map(|_| {
            let feedforward = Array2::from_shape_fn((OUTPUTS, HIDDEN), |_| unit());
            (
                feedforward,
                Array2::from_shape_fn((HIDDEN, OUTPUTS), |_| unit()),
            )
        })
        .collect();
    let mut window = JacobianWindow::new(OUTPUTS, HIDDEN, WINDOW).unwrap();
    for (feedforward, feedback) in &pairs {
        window.push(feedforward.view(), feedback.view()).unwrap();
    }

    let columns = "step,examples,measurements,fastest_us,median_us";
    let mut record = Record::begin("jacobians", 1, columns);
    let mut note = |step: &str, mut work: Box<dyn FnMut(usize) + '_>| {
        let mut times: Vec<f64> = (0..MEASUREMENTS)
            .map(|_| {
                let start = Instant::now();
                (0..EXAMPLES).for_each(&mut work);
                start.elapsed().as_secs_f64() * 1e6 / EXAMPLES as f64
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let (fastest, median) = (times[0], times[MEASUREMENTS / 2]);
        let line = format!("{step},{EXAMPLES},{MEASUREMENTS},{fastest:.2},{median:.2}");
        record.line(&line);
    };
    let pair = |example: usize| &pairs[example % pairs.len()];
    let product = window.mean_of_products().unwrap();
    note(
        "one eigenvalue",
        Box::new(|_| {
            black_box(identity_deviation_eigenvalue(black_box(product.view())).unwrap());
        }),
    );
    let filled = window.clone();
    note(
        "both eigenvalues",
        Box::new(|_| {
            black_box(black_box(&filled).eigenvalues().unwrap());
        }),
    );
    note(
        "push",
        Box::new(|example| {
            let (feedforward, feedback) = pair(example);
            window.push(feedforward.view(), feedback.view()).unwrap();
        }),
    );
    let mut window = filled.clone();
    note(
        "push and both eigenvalues",
        Box::new(move |example| {
            let (feedforward, feedback) = pair(example);
            window.push(feedforward.view(), feedback.view()).unwrap();
            black_box(window.eigenvalues().unwrap());
        }),
    );
    record.write();
}
