//! Panels beyond the paper's own: independent networks, the authors' program, the grid search,
//! the benchmark.

use segdend_figures::{
    Color, ComparisonNote, Effect, Effects, Growth, GrowthSeries, LearningRateCurve,
    LearningRateGrid, RateSearch, SeedGroup, SeedSection, Seeds, effects, growth,
    learning_rate_grid, seeds,
};

use crate::chance::Chance;
use crate::{Drawn, invented};

pub fn panels() -> Vec<Drawn> {
    vec![
        ("extra-seeds", seeds(&networks())),
        ("extra-paper-vs-code", effects(&differences())),
        ("extra-grid", learning_rate_grid(&grid())),
        ("growth", growth(&times())),
    ]
}

fn networks() -> Seeds {
    let mut chance = Chance::new(21);
    let mut group = |name: &str, color, mean: f64, reported| {
        let networks: Vec<Vec<f64>> = (0..8)
            .map(|_| {
                let own = mean + 0.11 * chance.normal();
                (0..20).map(|_| own + 0.05 * chance.normal()).collect()
            })
            .collect();
        SeedGroup {
            name: name.into(),
            color,
            networks,
            mean_percent: Some(mean),
            interval_percent: Some((mean - 0.09, mean + 0.09)),
            reported_percent: Some(reported),
        }
    };
    let note = |first, second, text: &str| ComparisonNote {
        first,
        second,
        text: text.into(),
    };
    Seeds {
        title: "Final errors over independent networks".into(),
        stamp: invented(),
        interval_label: "95% interval".into(),
        sections: vec![
            SeedSection {
                heading: "6B: hidden layers".into(),
                groups: vec![
                    group("no hidden layer", Color::SHALLOW, 8.1, 8.3),
                    group("one hidden layer", Color::ONE_HIDDEN_LAYER, 4.3, 4.1),
                    group("two hidden layers", Color::TWO_HIDDEN_LAYERS, 3.4, 3.2),
                ],
                comparisons_heading: Some("Welch’s t, Holm-corrected (invented)".into()),
                comparisons: vec![
                    note(0, 1, "t(13.2) = 68.1, P = 1.2 × 10⁻¹⁷"),
                    note(1, 2, "t(13.9) = 15.9, P = 2.6 × 10⁻¹⁰"),
                ],
            },
            SeedSection {
                heading: "8D: feedback weights".into(),
                groups: vec![
                    group("random", Color::SHALLOW, 4.3, 4.1),
                    group("symmetric", Color::TWO_HIDDEN_LAYERS, 3.7, 3.6),
                    group("symmetric with noise", Color::ONE_HIDDEN_LAYER, 4.4, 4.7),
                ],
                comparisons_heading: None,
                comparisons: vec![note(0, 1, "t(14) = 10.2, P = 7 × 10⁻⁸")],
            },
        ],
    }
}

fn differences() -> Effects {
    let mut chance = Chance::new(22);
    let mut effect = |name: &str, change: f64| Effect {
        name: name.into(),
        change_points: change,
        interval_points: Some((change - 0.12, change + 0.12)),
        networks_points: (0..5).map(|_| change + 0.1 * chance.normal()).collect(),
    };
    Effects {
        title: "The paper’s text and the authors’ program".into(),
        stamp: invented(),
        baseline: "One difference at a time, from the paper’s value to the program’s; change \
                   against the parameters of the paper."
            .into(),
        interval_label: "95% interval".into(),
        effects: vec![
            effect("integration time of the plateau", 0.04),
            effect("initial weights", -0.35),
            effect("phase lengths", 0.01),
            effect("learning rates", -0.62),
            effect("target of the hidden layer (Eqs. 25, 26)", 0.21),
            effect("all of them", -0.71),
        ],
    }
}

fn grid() -> LearningRateGrid {
    let mut chance = Chance::new(23);
    let mut curve = |name: &str, color, best: f64, least: f64| {
        let learning_rates: Vec<f64> = (10..=30).map(|rate| f64::from(rate) * 0.01).collect();
        let mut errors = |extra: f64| -> Vec<f64> {
            learning_rates
                .iter()
                .map(|rate| least + extra + 60.0 * (rate - best).powi(2) + 0.04 * chance.normal())
                .collect()
        };
        LearningRateCurve {
            name: name.into(),
            color,
            test_errors_percent: errors(0.0),
            validation_errors_percent: errors(0.25),
            reported: vec![best, 0.12],
            searches: vec![RateSearch {
                name: "coarse, 1 epoch".into(),
                best_on_test: vec![vec![best, 0.14]],
                best_on_validation: vec![vec![best + 0.02, 0.16], vec![best + 0.03, 0.1]],
            }],
            learning_rates,
        }
    };
    LearningRateGrid {
        title: "The grid search for learning rates".into(),
        stamp: invented(),
        rate_label: "Hidden learning rate".into(),
        error_label: "Error after one epoch".into(),
        note: "Each point is the least error over the output rates.".into(),
        curves: vec![
            curve("no hidden layer", Color::SHALLOW, 0.19, 11.0),
            curve("one hidden layer", Color::ONE_HIDDEN_LAYER, 0.21, 7.4),
            curve("two hidden layers", Color::TWO_HIDDEN_LAYERS, 0.23, 7.0),
            curve("three hidden layers", Color::FOURTH, 0.12, 7.0),
        ],
    }
}

fn times() -> Growth {
    let sizes = vec![50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0];
    let series = |name: &str, color, first: f64, exponent: f64| GrowthSeries {
        name: name.into(),
        color,
        times: sizes
            .iter()
            .map(|size: &f64| first * (size / 50.0).powf(exponent))
            .collect(),
        sizes: sizes.clone(),
        exponent: Some(exponent),
    };
    Growth {
        title: "Time per image against the size of the hidden layer".into(),
        stamp: invented(),
        size_label: "Hidden neurons".into(),
        time_unit: "ms".into(),
        series: vec![
            series("one thread", Color::ONE_HIDDEN_LAYER, 0.18, 0.93),
            series("two threads", Color::TWO_HIDDEN_LAYERS, 0.12, 0.88),
            series("reference", Color::SHALLOW, 9.0, 0.71),
        ],
    }
}
