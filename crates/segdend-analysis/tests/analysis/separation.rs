//! Promise: votes and silhouettes are those of scikit-learn, neighbours are those of measuring every
//! pair, bit for bit, and none of it depends on the number of threads or the unit of the values.

use crate::reference_json::read;
use crate::tolerance::{SCIPY_RELATIVE, SILHOUETTE, assert_close};
use ndarray::{Array2, ArrayView2};
use segdend_analysis::{
    AnalysisError, Neighbour, nearest_neighbour_accuracy, nearest_neighbours, silhouette,
};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Table {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    rows: Vec<Vec<f64>>,
    labels: Vec<usize>,
    silhouettes: Vec<f64>,
    class_means: Vec<f64>,
    correct: BTreeMap<usize, usize>,
}

impl Case {
    fn points(&self) -> Array2<f64> {
        let shape = (self.rows.len(), self.rows[0].len());
        Array2::from_shape_vec(shape, self.rows.concat()).unwrap()
    }
}

#[test]
fn agree_with_scikit_learn() {
    for case in read::<Table>("separation.json").cases {
        let points = case.points();
        let found = silhouette(points.view(), &case.labels).unwrap();
        for (sample, (found, expected)) in found.samples.iter().zip(&case.silhouettes).enumerate() {
            let what = format!("{} {sample}: {found} {expected}", case.name);
            assert!((found - expected).abs() <= SILHOUETTE, "{what}");
        }
        for (class, expected) in found.classes.iter().zip(&case.class_means) {
            assert!((class.mean - expected).abs() <= SILHOUETTE, "{}", case.name);
            let members = case.labels.iter().filter(|label| **label == class.label);
            assert_eq!(class.samples, members.count());
        }
        let mean = case.silhouettes.iter().sum::<f64>() / case.silhouettes.len() as f64;
        assert_close(found.mean, mean, SCIPY_RELATIVE, &case.name);
        for (&neighbours, &correct) in &case.correct {
            let found =
                nearest_neighbour_accuracy(points.view(), &case.labels, neighbours).unwrap();
            assert_eq!(found.correct, correct, "{} {neighbours}", case.name);
            assert_eq!(found.accuracy, correct as f64 / case.labels.len() as f64);
            let by_class: usize = found.classes.iter().map(|class| class.correct).sum();
            assert_eq!(by_class, correct);
            assert_eq!(found.wins.iter().filter(|won| **won).count(), correct);
        }
    }
}

/// Uniform numbers of [0, 1).
fn numbers() -> impl FnMut() -> f64 {
    let mut state = 5_u32;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24)
    }
}

fn measured(rows: ArrayView2<'_, f64>, count: usize) -> Vec<Vec<(usize, f64)>> {
    // As documented: eight sums side by side, then what is left over.
    let square = |from: usize, to: usize| {
        let mut sums = [0.0; 8];
        let whole = rows.ncols() / 8 * 8;
        for dimension in 0..whole {
            sums[dimension % 8] += (rows[(from, dimension)] - rows[(to, dimension)]).powi(2);
        }
        let rest = (whole..rows.ncols()).map(|d| (rows[(from, d)] - rows[(to, d)]).powi(2));
        sums.into_iter()
            .chain(rest)
            .fold(0.0, |total, term| total + term)
    };
    let near = |from: usize| {
        let others = (0..rows.nrows()).filter(|&other| other != from);
        let mut others: Vec<_> = others.map(|to| (to, square(from, to).sqrt())).collect();
        others.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        others.truncate(count);
        others
    };
    (0..rows.nrows()).map(near).collect()
}

#[track_caller]
fn assert_all_measured(rows: &Array2<f64>, count: usize, what: &str) {
    let found = nearest_neighbours(rows.view(), count).unwrap();
    let plain = |near: &Vec<Neighbour>| near.iter().map(|n| (n.index, n.distance)).collect();
    let found: Vec<Vec<(usize, f64)>> = found.iter().map(plain).collect();
    assert_eq!(found, measured(rows.view(), count), "{what}");
}

#[test]
fn neighbours_are_those_of_measuring_every_pair() {
    let mut next = numbers();
    for (samples, dimensions) in [(200, 1), (131, 3), (64, 8), (65, 50), (150, 100), (2, 5)] {
        let rows = Array2::from_shape_fn((samples, dimensions), |_| next());
        for count in [0, 1, 7, samples - 1, samples + 3] {
            assert_all_measured(&rows, count, &format!("{samples} x {dimensions}, {count}"));
        }
    }
}

#[test]
fn rough_distances_do_not_show_through() {
    let mut next = numbers();
    // Counts of spikes: most distances tie, and single precision cannot tell a thousandth.
    let counts = Array2::from_shape_fn((150, 6), |_| (3.0 * next()).floor());
    assert_all_measured(&counts, 20, "ties");
    assert_all_measured(&Array2::from_elem((90, 4), 0.1), 10, "all alike");
    // Far from zero, and in clusters far smaller than their distance.
    let clusters = Array2::from_shape_fn((120, 5), |(sample, _)| {
        1e6 + 100.0 * (sample % 3) as f64 + 1e-6 * next()
    });
    assert_all_measured(&clusters, 50, "clusters");
    // One sample so far out that single precision sees the others in one place.
    let mut outlier = Array2::from_shape_fn((100, 4), |_| next());
    outlier.row_mut(17).fill(1e9);
    assert_all_measured(&outlier, 12, "an outlier");
    assert_all_measured(&Array2::zeros((9, 0)), 3, "no dimension");
    let views = counts.t();
    assert_all_measured(&views.to_owned(), 3, "column-major");
}

#[test]
fn the_unit_of_the_values_does_not_matter() {
    let mut next = numbers();
    let rows = Array2::from_shape_fn((80, 6), |_| next() - 0.5);
    let labels: Vec<u8> = (0..80).map(|sample| sample % 3).collect();
    let near = nearest_neighbours(rows.view(), 9).unwrap();
    let expected = silhouette(rows.view(), &labels).unwrap();
    for unit in [2.0_f64.powi(1000), 2.0_f64.powi(-900), 2.0_f64.powi(7)] {
        let scaled = rows.mapv(|value| value * unit);
        for (near, scaled) in near
            .iter()
            .zip(nearest_neighbours(scaled.view(), 9).unwrap())
        {
            let indices = |near: &[Neighbour]| near.iter().map(|n| n.index).collect::<Vec<_>>();
            assert_eq!(indices(&scaled), indices(near), "{unit:e}");
            assert_eq!(scaled[0].distance, near[0].distance * unit);
        }
        assert_eq!(
            silhouette(scaled.view(), &labels).unwrap(),
            expected,
            "{unit:e}"
        );
    }
}

#[test]
fn the_bits_do_not_depend_on_threads() {
    let mut next = numbers();
    let rows = Array2::from_shape_fn((333, 20), |_| next());
    let labels: Vec<u8> = (0..333).map(|sample| (sample % 4) as u8).collect();
    let run = || {
        let near = nearest_neighbours(rows.view(), 12).unwrap();
        (near, silhouette(rows.view(), &labels).unwrap())
    };
    let pool = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
    };
    let expected = pool(1).install(run);
    for threads in [2, 3] {
        assert!(pool(threads).install(run) == expected, "{threads} threads");
    }
}

#[test]
fn votes_that_tie_go_to_the_nearest_voter() {
    // From 0: one vote each from 1 (class 5) and 3 (class 2).
    let points = ndarray::array![[0.0], [1.0], [-3.0]];
    let found = nearest_neighbour_accuracy(points.view(), &[5_usize, 5, 2], 2).unwrap();
    assert_eq!(found.classes[1].correct, 2);
    let found = nearest_neighbour_accuracy(points.view(), &[2_usize, 5, 2], 2).unwrap();
    assert_eq!(found.classes[0].correct, 1);
}

#[test]
fn coinciding_classes_have_no_silhouette() {
    let points = Array2::from_elem((6, 3), 0.7);
    let found = silhouette(points.view(), &[0_u8, 1, 0, 1, 0, 1]).unwrap();
    assert_eq!((found.mean, found.samples), (0.0, vec![0.0; 6]));
}

#[test]
fn refuse_what_has_no_separation() {
    let points = ndarray::array![[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]];
    let error = silhouette(points.view(), &[1_u8, 2]).unwrap_err();
    assert!(
        matches!(
            error,
            AnalysisError::UnequalLengths {
                first: 3,
                second: 2
            }
        ),
        "{error}"
    );
    let error = silhouette(points.view(), &[1_u8; 3]).unwrap_err();
    assert!(
        matches!(error, AnalysisError::TooFewClasses { found: 1 }),
        "{error}"
    );
    for (neighbours, found, needed) in [(0, 0, 1), (3, 3, 4), (usize::MAX, 3, usize::MAX)] {
        let error = nearest_neighbour_accuracy(points.view(), &[1_u8; 3], neighbours).unwrap_err();
        assert!(
            matches!(error, AnalysisError::TooFewValues { found: f, needed: n } if (f, n) == (found, needed)),
            "{error}"
        );
    }
    let mut holed = points;
    holed[(1, 1)] = f64::NAN;
    for error in [
        silhouette(holed.view(), &[1_u8, 2, 2]).unwrap_err(),
        nearest_neighbours(holed.view(), 1).unwrap_err(),
    ] {
        assert!(
            matches!(error, AnalysisError::NotFinite { index: 3, .. }),
            "{error}"
        );
    }
    let too_far = ndarray::array![[1e308], [-1e308]];
    let error = nearest_neighbours(too_far.view(), 1).unwrap_err();
    assert!(
        matches!(error, AnalysisError::SquaresOutOfRange { .. }),
        "{error}"
    );
}
