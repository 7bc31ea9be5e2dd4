//! Error curves with the conditions and colours of Figures 6B to 9B, and of the extras.

use segdend_figures::{Color, ComparisonNote, ErrorCurves, ErrorSeries, error_curves, scientific};

use crate::chance::Chance;
use crate::{Drawn, invented};

/// A condition's name and colour, its error after an epoch and at the end, the reported mean.
type Condition = (&'static str, Color, (f64, f64), Option<f64>);

pub fn panels() -> Vec<Drawn> {
    const GREY: Color = Color::SHALLOW;
    const RED: Color = Color::TWO_HIDDEN_LAYERS;
    const BLUE: Color = Color::ONE_HIDDEN_LAYER;
    let hidden_layers: [Condition; 4] = [
        ("no hidden layer", GREY, (11.0, 8.3), Some(8.3)),
        ("one hidden layer", BLUE, (7.4, 4.1), Some(4.1)),
        ("two hidden layers", RED, (7.0, 3.2), Some(3.2)),
        ("three hidden layers", Color::FOURTH, (7.6, 3.3), None),
    ];
    let draw = |title: &str, epochs, conditions: &[Condition]| {
        error_curves(&panel(title, epochs, conditions))
    };
    vec![
        (
            "fig6b",
            draw(
                "Networks with and without hidden layers",
                60,
                &hidden_layers[..3],
            ),
        ),
        (
            "fig6s1b",
            draw(
                "Stochastic plateau potentials",
                60,
                &[
                    ("synchronized plateaus", GREY, (7.4, 4.1), Some(4.1)),
                    ("stochastic plateaus", RED, (7.5, 4.15), None),
                ],
            ),
        ),
        (
            "fig8b",
            draw(
                "Sparse feedback",
                60,
                &[
                    ("regular", GREY, (7.4, 4.1), Some(4.1)),
                    ("sparse", RED, (6.6, 3.7), Some(3.7)),
                ],
            ),
        ),
        (
            "fig8d",
            draw(
                "Symmetric feedback",
                60,
                &[
                    ("random", GREY, (7.4, 4.1), Some(4.1)),
                    ("symmetric", RED, (5.2, 3.6), Some(3.6)),
                    ("symmetric with noise", BLUE, (6.9, 4.6), None),
                ],
            ),
        ),
        (
            "fig8s1",
            draw(
                "Magnitude of sparse feedback",
                20,
                &[
                    ("regular", GREY, (7.4, 4.9), None),
                    ("sparse, amplified", RED, (6.6, 4.4), None),
                    ("sparse, not amplified", BLUE, (8.9, 5.7), None),
                ],
            ),
        ),
        (
            "fig9b",
            draw(
                "Segregation of the apical dendrite",
                60,
                &[
                    ("total segregation", GREY, (7.0, 3.2), Some(3.2)),
                    ("strong attenuation", RED, (7.1, 3.25), None),
                    ("weak attenuation", BLUE, (9.9, 5.6), None),
                ],
            ),
        ),
        (
            "extra-depth",
            draw("A third hidden layer", 60, &hidden_layers),
        ),
    ]
}

fn panel(title: &str, epochs: usize, conditions: &[Condition]) -> ErrorCurves {
    let series = |&(name, color, (first, last), reported): &Condition| {
        let mut chance = Chance::new(name.len() as u64);
        let trained = (0..epochs).map(|epoch| {
            let fall = (-(epoch as f64) / 9.0).exp();
            (last + (first - last) * fall) * (1.0 + 0.015 * chance.normal())
        });
        ErrorSeries {
            name: name.into(),
            color,
            errors_percent: std::iter::once(90.2).chain(trained).collect(),
            final_errors_percent: (0..20)
                .map(|test| last + 0.01 * f64::from(test % 9))
                .collect(),
            reported_final_percent: reported,
        }
    };
    let pairs = (0..conditions.len())
        .flat_map(|first| (first + 1..conditions.len()).map(move |second| (first, second)));
    ErrorCurves {
        title: title.into(),
        stamp: invented(),
        series: conditions.iter().map(series).collect(),
        comparisons_heading: Some("Two-tailed t-tests, Bonferroni-corrected (invented)".into()),
        comparisons: pairs
            .map(|(first, second)| ComparisonNote {
                first,
                second,
                text: format!("t(38) = −71.5, P = {}", scientific(1.2e-41)),
            })
            .collect(),
    }
}
