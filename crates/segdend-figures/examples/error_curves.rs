//! Draws the panel of error curves from invented numbers, in the situations that it must bear.
//!
//! `cargo run --example error_curves -- <directory>` writes an SVG and a PNG of each there.

use std::path::PathBuf;
use std::{env, fs, io};

use segdend_figures::{
    Color, ComparisonNote, ErrorCurves, ErrorSeries, RunScale, Stamp, error_curves, scientific,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory: PathBuf = env::args_os()
        .nth(1)
        .ok_or_else(|| io::Error::other("which directory?"))?
        .into();
    fs::create_dir_all(&directory)?;
    for (name, panel) in situations() {
        let picture = error_curves(&panel)?;
        fs::write(directory.join(name).with_extension("svg"), picture.svg)?;
        fs::write(directory.join(name).with_extension("png"), picture.png)?;
    }
    Ok(())
}

fn situations() -> Vec<(&'static str, ErrorCurves)> {
    let three = |epochs, tests| {
        vec![
            series(
                "no hidden layer",
                Color::SHALLOW,
                (11.2, 8.3),
                epochs,
                tests,
            ),
            series(
                "one hidden layer",
                Color::ONE_HIDDEN_LAYER,
                (7.4, 4.1),
                epochs,
                tests,
            ),
            series(
                "two hidden layers",
                Color::TWO_HIDDEN_LAYERS,
                (7.0, 3.2),
                epochs,
                tests,
            ),
        ]
    };
    let mut in_progress = three(20, 0);
    in_progress[1].errors_percent.truncate(9);
    in_progress[2].errors_percent.truncate(4);
    in_progress[0].final_errors_percent = repeated_tests(8.3, 20);
    let mut close = vec![
        series("regular", Color::SHALLOW, (4.4, 2.9), 60, 20),
        series("symmetric", Color::TWO_HIDDEN_LAYERS, (3.4, 2.8), 60, 20),
        series(
            "symmetric with noise",
            Color::ONE_HIDDEN_LAYER,
            (4.0, 3.0),
            60,
            20,
        ),
        series("a fourth condition", Color::FOURTH, (4.1, 3.0), 60, 20),
    ];
    close[3].final_errors_percent = vec![3.0; 20];
    let mut two = close[..2].to_vec();
    two[1].name = "sparse, with a name as long as a name <may> & \"should\" be".to_owned();
    vec![
        ("60-epochs", panel(three(60, 20), 60, all_pairs(3))),
        ("20-epochs-in-progress", panel(in_progress, 20, vec![])),
        ("5-epochs", panel(three(5, 20), 5, all_pairs(3))),
        ("2-epochs", panel(three(2, 3), 2, vec![])),
        ("1-epoch", panel(three(1, 0), 1, vec![])),
        ("untrained", panel(three(0, 0), 0, vec![])),
        ("four-close", panel(close, 60, all_pairs(4))),
        ("two-long-name", panel(two, 60, all_pairs(2))),
        (
            "bad-learning",
            panel(
                vec![
                    series(
                        "weak attenuation",
                        Color::ONE_HIDDEN_LAYER,
                        (70.0, 60.0),
                        60,
                        20,
                    ),
                    series(
                        "strong attenuation",
                        Color::TWO_HIDDEN_LAYERS,
                        (7.0, 3.2),
                        60,
                        20,
                    ),
                ],
                60,
                all_pairs(2),
            ),
        ),
    ]
}

fn panel(series: Vec<ErrorSeries>, epochs: u64, comparisons: Vec<ComparisonNote>) -> ErrorCurves {
    ErrorCurves {
        title: "Invented numbers: the form of Figure 6B".to_owned(),
        series,
        comparisons_heading: Some("Two-tailed t-tests, Bonferroni-corrected (invented)".to_owned()),
        comparisons,
        stamp: Stamp::for_run(&RunScale {
            name: if epochs == 60 { "paper" } else { "quick" }.to_owned(),
            epochs,
            paper_epochs: 60,
            images: if epochs == 60 { 60_000 } else { 20_000 },
            paper_images: 60_000,
            data_set: if epochs == 2 {
                "embedded digits"
            } else {
                "MNIST"
            }
            .to_owned(),
        }),
    }
}

/// A curve that falls from `first` after an epoch to `last`, with a little noise.
fn series(
    name: &str,
    color: Color,
    (first, last): (f64, f64),
    epochs: usize,
    tests: usize,
) -> ErrorSeries {
    let trained = (0..epochs).map(|epoch| {
        let fall = (-(epoch as f64) / 8.0).exp();
        (last + (first - last) * fall) * (1.0 + 0.03 * wobble(epoch + name.len()))
    });
    let untrained = 90.0 + wobble(name.len());
    ErrorSeries {
        name: name.to_owned(),
        color,
        errors_percent: std::iter::once(untrained).chain(trained).collect(),
        final_errors_percent: repeated_tests(last, tests),
        reported_final_percent: Some((last * 10.0).round() / 10.0 + 0.1),
    }
}

fn repeated_tests(mean: f64, tests: usize) -> Vec<f64> {
    (0..tests)
        .map(|test| mean + 0.15 * wobble(3 * test))
        .collect()
}

/// A number from -1 to 1 that looks like chance and is not.
fn wobble(index: usize) -> f64 {
    (index as f64 * 12.9898).sin() * (index as f64 * 0.37).cos()
}

fn all_pairs(count: usize) -> Vec<ComparisonNote> {
    (0..count)
        .flat_map(|first| (first + 1..count).map(move |second| (first, second)))
        .map(|(first, second)| ComparisonNote {
            first,
            second,
            text: format!(
                "t(38) = {:.1}, P = {}",
                112.3 * second as f64,
                scientific(1.2e-34)
            ),
        })
        .collect()
}
