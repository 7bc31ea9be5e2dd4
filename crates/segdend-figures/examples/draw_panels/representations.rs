//! Panels of what networks represent: Figures 6C, 7B and 7C.

use segdend_figures::{
    EmbeddedLayer, EmbeddingExample, Embeddings, FieldCorrelation, FieldGrid, ReceptiveFields,
    embeddings, field_correlation, receptive_fields,
};

use crate::chance::{Chance, image_of};
use crate::{Drawn, invented};

pub fn panels() -> Vec<Drawn> {
    vec![
        ("fig6c", embeddings(&layers())),
        ("fig7b", receptive_fields(&fields())),
        ("fig7c", field_correlation(&correlations())),
    ]
}

fn layers() -> Embeddings {
    let mut chance = Chance::new(11);
    let digits: Vec<u8> = (0..10_000).map(|_| (chance.even() * 10.0) as u8).collect();
    let mut layer = |name: &str, spread: f64| {
        let place = |digit: u8| {
            let angle = f64::from(digit) * 2.4;
            let radius = 12.0 * (f64::from(digit) + 0.6).sqrt();
            (radius * angle.cos(), radius * angle.sin())
        };
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for &digit in &digits {
            let (across, up) = place(digit);
            x.push(across + spread * chance.normal());
            y.push(up + spread * chance.normal());
        }
        EmbeddedLayer {
            name: name.into(),
            x,
            y,
        }
    };
    let layers = vec![
        layer("input", 9.0),
        layer("first hidden layer", 6.0),
        layer("second hidden layer", 3.5),
    ];
    let examples = (0..10)
        .filter_map(|digit| {
            let index = digits.iter().position(|&one| one == digit)?;
            let image = image_of(digit, &mut chance);
            Some(EmbeddingExample { index, image })
        })
        .collect();
    Embeddings {
        title: "Embeddings of three layers".into(),
        stamp: invented(),
        digits,
        layers,
        examples,
    }
}

fn fields() -> ReceptiveFields {
    let mut chance = Chance::new(12);
    let mut grid = |name: &str, noise: f64| FieldGrid {
        name: name.into(),
        fields: (0..25)
            .map(|_| {
                let center = (14.0 + 5.0 * chance.normal(), 14.0 + 5.0 * chance.normal());
                let angle = chance.even() * std::f64::consts::PI;
                (0..28 * 28)
                    .map(|pixel| {
                        let across = f64::from(pixel % 28) - center.0;
                        let down = f64::from(pixel / 28) - center.1;
                        let wave = (0.5 * (across * angle.cos() + down * angle.sin())).cos();
                        let bell = (-(across * across + down * down) / 60.0).exp();
                        wave * bell + noise * chance.normal()
                    })
                    .collect()
            })
            .collect(),
    };
    ReceptiveFields {
        title: "Receptive fields of hidden neurons".into(),
        stamp: invented(),
        columns: 28,
        grids: vec![grid("local update", 0.16), grid("backpropagation", 0.05)],
    }
}

fn correlations() -> FieldCorrelation {
    let mut chance = Chance::new(13);
    let mut group = |mean: f64, spread: f64| -> Vec<f64> {
        (0..500)
            .map(|_| (mean + spread * chance.normal()).clamp(-1.0, 1.0))
            .collect()
    };
    FieldCorrelation {
        title: "Greatest correlation with backpropagation’s fields".into(),
        stamp: invented(),
        regular: group(0.46, 0.11),
        shuffled: group(0.12, 0.015),
    }
}
