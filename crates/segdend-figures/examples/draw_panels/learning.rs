//! Panels along training: Figures 5B, 5C, 5-S1A, 5-S1B, 7A and the extras of their kind.

use segdend_figures::{
    Angles, Color, Eigenvalue, ExampleSeries, HeatMap, JacobianProduct, LossCorrelation, LossPairs,
    LossScatter, Theorem, angles, eigenvalue, jacobian_product, loss_correlation, loss_scatter,
    theorem,
};

use crate::chance::Chance;
use crate::{Drawn, invented};

pub fn panels() -> Vec<Drawn> {
    vec![
        ("fig5b", loss_scatter(&losses())),
        ("fig5c", loss_correlation(&correlations(60))),
        ("fig5c-three-epochs", loss_correlation(&correlations(3))),
        ("fig5s1a", eigenvalue(&eigenvalues())),
        ("fig5s1b", jacobian_product(&jacobians())),
        ("fig7a", angles(&two_angles())),
        ("extra-fa", angles(&feedback_alignment())),
        ("extra-theorem", theorem(&guarantee())),
    ]
}

fn losses() -> LossScatter {
    let mut chance = Chance::new(1);
    let (mut hidden_loss, mut output_loss) = (Vec::new(), Vec::new());
    for _ in 0..1032 {
        let difficulty = chance.normal();
        hidden_loss.push((9.0 + 2.0 * difficulty + 2.2 * chance.normal()).max(1.5));
        output_loss.push((0.4 + 0.2 * difficulty + 0.14 * chance.normal()).hypot(0.05));
    }
    let mut mixed = hidden_loss.clone();
    for last in (1..mixed.len()).rev() {
        mixed.swap(last, (chance.even() * (last + 1) as f64) as usize);
    }
    LossScatter {
        title: "Loss of the hidden and the output layer, all ‘2’s".into(),
        stamp: invented(),
        shuffled: LossPairs {
            hidden_loss: mixed,
            output_loss: output_loss.clone(),
            pearson: Some(-0.021),
        },
        real: LossPairs {
            hidden_loss,
            output_loss,
            pearson: Some(0.61),
        },
    }
}

fn correlations(epochs: usize) -> LossCorrelation {
    let mut chance = Chance::new(2);
    let mut rows = |mean: &dyn Fn(usize) -> f64, noise: f64| -> Vec<Vec<f64>> {
        (0..epochs)
            .map(|epoch| {
                (0..10)
                    .map(|_| mean(epoch) + noise * chance.normal())
                    .collect()
            })
            .collect()
    };
    LossCorrelation {
        title: "Correlation of losses over training".into(),
        stamp: invented(),
        real: rows(&|epoch| if epoch == 0 { 0.18 } else { 0.42 }, 0.08),
        shuffled: rows(&|_| 0.0, 0.03),
    }
}

fn series(
    name: &str,
    color: Color,
    count: u64,
    value: &mut dyn FnMut(f64) -> f64,
) -> ExampleSeries {
    ExampleSeries {
        name: name.into(),
        color,
        first_example: 100,
        every: 1,
        values: (0..count - 99)
            .map(|example| value(example as f64))
            .collect(),
    }
}

fn eigenvalues() -> Eigenvalue {
    let mut chance = Chance::new(3);
    let mut wander = 0.0;
    let mut value = |example: f64| {
        wander = 0.999 * wander + 0.002 * chance.normal();
        0.55 + 1.3 * (-example / 4000.0).exp() + wander
    };
    let regular = series("one hidden layer", Color::REAL, 60_000, &mut value);
    Eigenvalue {
        title: "Largest eigenvalue of (I − M)ᵀ(I − M)".into(),
        stamp: invented(),
        series: vec![regular],
    }
}

fn jacobians() -> JacobianProduct {
    let mut chance = Chance::new(4);
    let mut map = |name: &str, diagonal: f64, noise: f64| HeatMap {
        name: name.into(),
        rows: (0..10)
            .map(|row| {
                (0..10)
                    .map(|column| {
                        let mean = if row == column { diagonal } else { 0.0 };
                        mean + noise * chance.normal()
                    })
                    .collect()
            })
            .collect(),
    };
    JacobianProduct {
        title: "Product of the mean Jacobians".into(),
        stamp: invented(),
        maps: vec![
            map("before training", 0.0, 0.12),
            map("after 1 epoch", 0.7, 0.08),
        ],
    }
}

fn angle(
    seed: u64,
    (name, color): (&str, Color),
    (low, last): (f64, f64),
    noise: f64,
) -> ExampleSeries {
    let mut chance = Chance::new(seed);
    let mut wander = 0.0;
    let mut value = |example: f64| {
        wander = 0.98 * wander + 0.2 * noise * chance.normal();
        let fall = (-example / 15_000.0).exp();
        let rise = 1.0 - (-example / 250_000.0).exp();
        low + (90.0 - low) * fall + (last - low) * rise + wander
    };
    series(name, color, 600_000, &mut value)
}

fn two_angles() -> Angles {
    Angles {
        title: "Angle to backpropagation’s update".into(),
        stamp: invented(),
        series: vec![
            angle(
                5,
                ("spiking feedback", Color::ONE_HIDDEN_LAYER),
                (64.0, 71.0),
                2.4,
            ),
            angle(
                6,
                ("rate feedback", Color::TWO_HIDDEN_LAYERS),
                (34.0, 41.0),
                1.6,
            ),
        ],
        examples_per_epoch: None,
        references: vec![(90.0, "90°".into())],
    }
}

fn feedback_alignment() -> Angles {
    let mut backpropagation = angle(7, ("feedback alignment", Color::FOURTH), (38.0, 36.0), 1.6);
    backpropagation.values.truncate(300_000);
    Angles {
        title: "Rate network under feedback alignment".into(),
        stamp: invented(),
        series: vec![backpropagation],
        examples_per_epoch: Some(60_000),
        references: vec![(90.0, "90°".into()), (45.0, "45°".into())],
    }
}

fn guarantee() -> Theorem {
    let mut chance = Chance::new(8);
    let mut value = |window: f64| {
        (0.75 + 0.2 * (1.0 - (-window / 80.0).exp()) + 0.02 * chance.normal()).min(1.0)
    };
    Theorem {
        title: "How often the learning guarantee holds".into(),
        stamp: invented(),
        holds: vec![ExampleSeries {
            name: "one hidden layer".into(),
            color: Color::REAL,
            first_example: 100,
            every: 100,
            values: (0..600).map(|window| value(f64::from(window))).collect(),
        }],
        eigenvalue: eigenvalues().series,
    }
}
