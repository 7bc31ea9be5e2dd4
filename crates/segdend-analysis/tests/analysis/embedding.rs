//! Promise: t-SNE keeps groups apart, and its bits depend on nothing but the data and the options.

use crate::tolerance::DIVERGENCE;
use ndarray::Array2;
use segdend_analysis::{AnalysisError, Embedding, EmbeddingOptions, embed, principal_components};

const GROUPS: usize = 3;
const GROUP_SIZE: usize = 60;

/// Share of samples whose nearest neighbour in the map is of their own group, at least.
const PURITY: f64 = 0.99;

/// Fast enough for a test: fewer epochs, and a perplexity for groups of sixty.
const OPTIONS: EmbeddingOptions = EmbeddingOptions {
    perplexity: 15.0,
    epochs: 300,
    seed: 7,
    theta: 0.5,
    early_exaggeration: 12.0,
    exaggeration_epochs: 100,
    learning_rate: None,
    principal_components: None,
};

/// A group per third of the rows, bell-shaped with deviation 1, its centre 20 along an axis of
/// its own. Each coordinate is a sum of twelve uniform numbers.
fn three_groups() -> Array2<f64> {
    let mut state = 1_u32;
    let mut unit = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24)
    };
    Array2::from_shape_fn((GROUPS * GROUP_SIZE, 5), |(sample, dimension)| {
        let centre = if sample / GROUP_SIZE == dimension {
            20.0
        } else {
            0.0
        };
        centre + (0..12).map(|_| unit()).sum::<f64>() - 6.0
    })
}

fn purity(map: &Embedding) -> f64 {
    let square = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2);
    let pure = (0..map.points.len()).filter(|&sample| {
        let nearest = (0..map.points.len())
            .filter(|&other| other != sample)
            .min_by(|&a, &b| {
                let distance = |other: usize| square(map.points[sample], map.points[other]);
                distance(a).total_cmp(&distance(b))
            });
        nearest.unwrap() / GROUP_SIZE == sample / GROUP_SIZE
    });
    pure.count() as f64 / map.points.len() as f64
}

fn bits(map: &Embedding) -> Vec<u64> {
    let coordinates = map.points.iter().flatten().chain([&map.kl_divergence]);
    coordinates.map(|value| value.to_bits()).collect()
}

fn embed_quietly(rows: &Array2<f64>, options: &EmbeddingOptions) -> Embedding {
    embed(rows.view(), options, |_| ()).unwrap()
}

#[test]
fn three_groups_stay_apart() {
    let map = embed_quietly(&three_groups(), &OPTIONS);
    assert_eq!(map.points.len(), GROUPS * GROUP_SIZE);
    assert!(purity(&map) >= PURITY, "{}", purity(&map));
    assert!(
        map.kl_divergence > 0.0 && map.kl_divergence < 1.0,
        "{}",
        map.kl_divergence
    );
}

#[test]
fn the_bits_do_not_depend_on_threads() {
    let rows = three_groups();
    let expected = bits(&embed_quietly(&rows, &OPTIONS));
    assert_eq!(
        bits(&embed_quietly(&rows, &OPTIONS)),
        expected,
        "a second time"
    );
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let map = pool.install(|| embed_quietly(&rows, &OPTIONS));
        assert_eq!(bits(&map), expected, "{threads} threads");
    }
}

#[test]
fn layers_can_go_side_by_side() {
    let rows = three_groups();
    let expected = bits(&embed_quietly(&rows, &OPTIONS));
    let (one, other) = rayon::join(
        || embed_quietly(&rows, &OPTIONS),
        || embed_quietly(&rows, &OPTIONS),
    );
    assert_eq!((bits(&one), bits(&other)), (expected.clone(), expected));
}

#[test]
fn ties_in_distance_do_not_cost_the_bits() {
    // Activities that are counts: a lattice, where most neighbours tie, and half the rows repeat.
    let counts = Array2::from_shape_fn((120, 2), |(sample, unit)| {
        let cell = sample / 2;
        (if unit == 0 { cell % 10 } else { cell / 10 }) as f64
    });
    let options = EmbeddingOptions {
        perplexity: 8.0,
        ..OPTIONS
    };
    let first = embed_quietly(&counts, &options);
    assert_eq!(bits(&first), bits(&embed_quietly(&counts, &options)));
    // However the rows lie in memory.
    let column_major = counts.t().as_standard_layout().into_owned();
    let second = embed(column_major.t(), &options, |_| ()).unwrap();
    assert_eq!(bits(&first), bits(&second));
}

#[test]
fn components_stand_for_the_samples_only_if_asked() {
    let rows = three_groups();
    let with = |principal_components| EmbeddingOptions {
        principal_components,
        ..OPTIONS
    };
    let two = embed_quietly(&rows, &with(Some(2)));
    assert!(purity(&two) >= PURITY, "{}", purity(&two));
    let scores = principal_components(rows.view(), 2).unwrap().scores;
    assert_eq!(bits(&two), bits(&embed_quietly(&scores, &OPTIONS)));
    assert_ne!(bits(&two), bits(&embed_quietly(&rows, &OPTIONS)));
    let error = embed(rows.view(), &with(Some(6)), |_| ()).unwrap_err();
    assert!(
        matches!(
            error,
            AnalysisError::InvalidComponentCount {
                count: 6,
                largest: 5
            }
        ),
        "{error}"
    );
}

#[test]
fn the_seed_makes_another_map() {
    let rows = three_groups();
    let other = EmbeddingOptions {
        seed: OPTIONS.seed + 1,
        ..OPTIONS
    };
    assert_ne!(
        bits(&embed_quietly(&rows, &OPTIONS)),
        bits(&embed_quietly(&rows, &other))
    );
}

#[test]
fn activities_in_hertz_and_identical_samples_are_no_trouble() {
    let rates_hz = three_groups().mapv(|value| 1e4 * value);
    assert!(purity(&embed_quietly(&rates_hz, &OPTIONS)) >= PURITY);
    let identical = Array2::from_elem((60, 4), 3.0);
    let map = embed_quietly(&identical, &OPTIONS);
    assert!(
        map.points
            .iter()
            .flatten()
            .all(|coordinate| coordinate.is_finite())
    );
}

#[test]
fn the_divergence_is_that_of_the_map() {
    // Two groups of 46 identical samples, with 45 neighbours each: p_ij is 1 / (92 x 45) within a
    // group and 0 between. Early exaggeration scales P for a while, and must not be left in it.
    const GROUP: usize = 46;
    let rows = Array2::from_shape_fn((2 * GROUP, 2), |(sample, _)| (sample / GROUP) as f64);
    let p = 1.0 / (2 * GROUP * (GROUP - 1)) as f64;
    for exaggeration_epochs in [0, 1, 100] {
        let options = EmbeddingOptions {
            epochs: 200,
            exaggeration_epochs,
            ..OPTIONS
        };
        let map = embed_quietly(&rows, &options);
        let kernel = |i: usize, j: usize| {
            let (from, to) = (map.points[i], map.points[j]);
            1.0 / (1.0 + (from[0] - to[0]).powi(2) + (from[1] - to[1]).powi(2))
        };
        let pairs: Vec<(usize, usize)> = (0..2 * GROUP)
            .flat_map(|i| (0..2 * GROUP).map(move |j| (i, j)))
            .filter(|(i, j)| i != j)
            .collect();
        let normalizer: f64 = pairs.iter().map(|&(i, j)| kernel(i, j)).sum();
        let expected: f64 = pairs
            .iter()
            .filter(|(i, j)| i / GROUP == j / GROUP)
            .map(|&(i, j)| p * (p * normalizer / kernel(i, j)).ln())
            .sum();
        assert!(
            expected > 1e-6,
            "the groups still feel each other: {expected}"
        );
        let distance = (map.kl_divergence - expected).abs();
        assert!(distance <= DIVERGENCE, "{} {expected}", map.kl_divergence);
    }
}

#[test]
fn every_epoch_is_told() {
    let mut told = Vec::new();
    let options = EmbeddingOptions {
        epochs: 5,
        exaggeration_epochs: 0,
        ..OPTIONS
    };
    embed(three_groups().view(), &options, |done| told.push(done)).unwrap();
    assert_eq!(told, [1, 2, 3, 4, 5]);
}

#[test]
fn defaults_are_those_documented() {
    let defaults = EmbeddingOptions::default();
    assert_eq!(
        (defaults.perplexity, defaults.epochs, defaults.theta),
        (30.0, 1000, 0.5)
    );
    let empty: EmbeddingOptions = serde_json::from_str("{}").unwrap();
    assert_eq!(empty, defaults);
    assert!(serde_json::from_str::<EmbeddingOptions>(r#"{"perplexty": 5.0}"#).is_err());
}

#[test]
fn refuses_bad_options_and_data() {
    let rows = three_groups();
    let bad = [
        (
            "perplexity",
            EmbeddingOptions {
                perplexity: 0.5,
                ..OPTIONS
            },
        ),
        (
            "perplexity",
            EmbeddingOptions {
                perplexity: f64::NAN,
                ..OPTIONS
            },
        ),
        (
            "epochs",
            EmbeddingOptions {
                epochs: 0,
                ..OPTIONS
            },
        ),
        (
            "theta",
            EmbeddingOptions {
                theta: 0.0,
                ..OPTIONS
            },
        ),
        (
            "early_exaggeration",
            EmbeddingOptions {
                early_exaggeration: 0.5,
                ..OPTIONS
            },
        ),
        (
            "exaggeration_epochs",
            EmbeddingOptions {
                exaggeration_epochs: 300,
                ..OPTIONS
            },
        ),
        (
            "learning_rate",
            EmbeddingOptions {
                learning_rate: Some(-1.0),
                ..OPTIONS
            },
        ),
    ];
    for (name, options) in bad {
        let error = embed(rows.view(), &options, |_| ()).unwrap_err();
        assert!(
            matches!(error, AnalysisError::InvalidEmbeddingOption { option, .. } if option == name),
            "{error}"
        );
    }
    let large = EmbeddingOptions {
        perplexity: 60.0,
        ..OPTIONS
    };
    let error = embed(rows.view(), &large, |_| ()).unwrap_err();
    assert!(
        matches!(
            error,
            AnalysisError::PerplexityTooLarge {
                found: 180,
                needed: 181,
                ..
            }
        ),
        "{error}"
    );
    let mut holed = rows;
    holed[(2, 3)] = f64::NAN;
    let error = embed(holed.view(), &OPTIONS, |_| ()).unwrap_err();
    assert!(
        matches!(error, AnalysisError::NotFinite { index: 13, .. }),
        "{error}"
    );
    let error = embed(Array2::zeros((0, 3)).view(), &OPTIONS, |_| ()).unwrap_err();
    assert!(
        matches!(error, AnalysisError::PerplexityTooLarge { found: 0, .. }),
        "{error}"
    );
}
