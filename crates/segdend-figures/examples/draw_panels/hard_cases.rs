//! Tables that a small or a failed run may give.

use segdend_figures::{
    Angles, Color, Effect, Effects, Eigenvalue, ExamplePhases, ExampleSeries, HeatMap,
    JacobianProduct, LearningRateCurve, LearningRateGrid, LossCorrelation, Phases, RateSearch,
    SeedGroup, SeedSection, Seeds, angles, effects, eigenvalue, jacobian_product,
    learning_rate_grid, loss_correlation, phases, seeds,
};

use crate::chance::Chance;
use crate::{Drawn, invented};

pub fn panels() -> Vec<Drawn> {
    vec![
        ("hard-angles-of-a-short-run", angles(&short_angles())),
        ("hard-eigenvalues-over-decades", eigenvalue(&decades())),
        (
            "hard-correlations-of-one-epoch",
            loss_correlation(&one_epoch()),
        ),
        ("hard-map-of-zeros", jacobian_product(&zeros())),
        ("hard-long-names", effects(&long_names())),
        ("hard-one-network-each", seeds(&lone_networks())),
        ("hard-three-rates", learning_rate_grid(&three_rates())),
        ("hard-silent-outputs", phases(&silent())),
    ]
}

fn series(name: &str, color: Color, values: Vec<f64>) -> ExampleSeries {
    ExampleSeries {
        name: name.into(),
        color,
        first_example: 100,
        every: 1,
        values,
    }
}

fn short_angles() -> Angles {
    let mut chance = Chance::new(31);
    let mut values = |low: f64, count: u32| -> Vec<f64> {
        (0..count)
            .map(|example| {
                low + (95.0 - low) * (-f64::from(example) / 90.0).exp() + chance.normal()
            })
            .collect()
    };
    let mut gap = values(72.0, 400);
    gap[150..190].fill(f64::NAN);
    Angles {
        title: "Four hundred examples, some without an angle".into(),
        stamp: invented(),
        series: vec![
            series("spiking feedback", Color::ONE_HIDDEN_LAYER, gap),
            series("rate feedback", Color::TWO_HIDDEN_LAYERS, values(40.0, 300)),
        ],
        examples_per_epoch: None,
        references: vec![(90.0, "90°".into())],
    }
}

fn decades() -> Eigenvalue {
    let mut chance = Chance::new(32);
    let mut values = |start: f64, end: f64| -> Vec<f64> {
        (0..60_000)
            .map(|example| {
                let mean = end + (start - end) * (-f64::from(example) / 3000.0).exp();
                mean * (0.2 * chance.normal()).exp()
            })
            .collect()
    };
    Eigenvalue {
        title: "Two variants over decades".into(),
        stamp: invented(),
        series: vec![
            series("as published", Color::REAL, values(250.0, 0.6)),
            series(
                "random feedback of another size",
                Color::TWO_HIDDEN_LAYERS,
                values(3.0, 1.4),
            ),
        ],
    }
}

fn one_epoch() -> LossCorrelation {
    LossCorrelation {
        title: "One epoch, one digit without a correlation".into(),
        stamp: invented(),
        real: vec![vec![
            0.11,
            0.2,
            0.14,
            f64::NAN,
            0.3,
            0.22,
            0.18,
            0.16,
            0.1,
            0.25,
        ]],
        shuffled: vec![vec![
            0.01,
            -0.02,
            0.03,
            f64::NAN,
            0.0,
            0.0,
            0.02,
            -0.04,
            0.0,
            0.01,
        ]],
    }
}

fn zeros() -> JacobianProduct {
    JacobianProduct {
        title: "A map of zeros".into(),
        stamp: invented(),
        maps: vec![HeatMap {
            name: "before training".into(),
            rows: vec![vec![0.0; 10]; 10],
        }],
    }
}

fn long_names() -> Effects {
    let name = "a difference whose description takes three lines and Donaudampfschifffahrt";
    Effects {
        title: "Effects, one of them large".into(),
        stamp: invented(),
        effects: vec![
            Effect {
                name: name.into(),
                change_points: 41.2,
                ..Effect::default()
            },
            Effect {
                name: "none".into(),
                change_points: -0.002,
                ..Effect::default()
            },
        ],
        ..Effects::default()
    }
}

fn lone_networks() -> Seeds {
    let group = |name: &str, color, error: f64| SeedGroup {
        name: name.into(),
        color,
        networks: vec![vec![error]],
        mean_percent: None,
        interval_percent: None,
        reported_percent: Some(error - 0.4),
    };
    Seeds {
        title: "One network a condition".into(),
        stamp: invented(),
        sections: vec![SeedSection {
            heading: "9B: attenuation".into(),
            groups: vec![
                group("total segregation (g_A = 0)", Color::SHALLOW, 3.7),
                group("strong attenuation", Color::TWO_HIDDEN_LAYERS, 3.71),
            ],
            ..SeedSection::default()
        }],
        ..Seeds::default()
    }
}

fn three_rates() -> LearningRateGrid {
    LearningRateGrid {
        title: "Three rates, the best at the end".into(),
        stamp: invented(),
        rate_label: "Learning rate".into(),
        error_label: "Error".into(),
        curves: vec![LearningRateCurve {
            name: "one hidden layer".into(),
            color: Color::ONE_HIDDEN_LAYER,
            learning_rates: vec![0.1, 0.2, 0.3],
            test_errors_percent: vec![9.8, 7.9, 7.1],
            validation_errors_percent: vec![],
            reported: vec![0.21],
            searches: vec![RateSearch {
                name: "the only search".into(),
                best_on_test: vec![vec![0.3]],
                best_on_validation: vec![vec![0.3]],
            }],
        }],
        ..LearningRateGrid::default()
    }
}

fn silent() -> Phases {
    Phases {
        title: "Outputs that never fire".into(),
        stamp: invented(),
        examples: vec![ExamplePhases {
            digit: 3,
            forward_start_ms: 0.0,
            target_start_ms: 50.0,
            end_ms: 104.0,
            image: None,
        }],
        time_ms: (0..104).map(f64::from).collect(),
        output_rates_hz: vec![vec![0.0; 104]; 10],
        plateau_times_ms: vec![50.0],
    }
}
