//! Promise: the shortfall of Lemma 1 is the integral of its proof, and what the lemma allows is its own
//! inequality.
//!
//! Found: at the paper's time constants the shortfall is above what is allowed up to 59 ms.

use crate::tolerance::assert_close;
use segdend_analysis::{lemma_allowance, lemma_shortfall};

const TAUS_MS: [f64; 2] = [10.0, 3.0];

fn both(window_ms: f64) -> [f64; 2] {
    let [long, short] = TAUS_MS;
    [
        lemma_shortfall(window_ms, long, short),
        lemma_allowance(window_ms, long, short),
    ]
}

#[test]
fn the_shortfall_is_the_integral_over_the_window() {
    let [long, short] = TAUS_MS;
    let g = |u: f64| (long * (-u / long).exp() - short * (-u / short).exp()) / (long - short);
    for window in [1.0, 20.0, 50.0, 500.0] {
        let steps = 200_000;
        let width = window / f64::from(steps);
        let sum: f64 = (0..steps)
            .map(|k| g((f64::from(k) + 0.5) * width) * width)
            .sum();
        assert_close(
            lemma_shortfall(window, long, short),
            sum / window,
            1e-9,
            "shortfall",
        );
    }
    // A spike counts the less the later it comes, whichever constant is named first.
    assert_close(
        lemma_shortfall(50.0, short, long),
        both(50.0)[0],
        1e-14,
        "swapped",
    );
    assert_close(
        lemma_shortfall(1e6, long, short),
        13.0 / 1e6,
        1e-9,
        "long windows",
    );
}

#[test]
fn more_is_missing_in_50_ms_than_the_lemma_allows() {
    let [missing, allowed] = both(50.0);
    assert_close(missing, 0.258_073, 1e-5, "missing");
    assert_close(allowed, 0.237_729, 1e-5, "allowed");
    let holds = |window_ms: u32| {
        let [missing, allowed] = both(f64::from(window_ms));
        missing <= allowed
    };
    let first = (1..=500)
        .find(|&window_ms| holds(window_ms) && window_ms >= 40)
        .unwrap();
    assert_eq!(first, 60);
    assert!((60..=500).all(holds));
}
