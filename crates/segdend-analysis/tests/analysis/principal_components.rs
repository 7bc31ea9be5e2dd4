//! Promise: principal components are scikit-learn's, signs fixed, and their bits do not depend on
//! the number of threads.

use crate::reference_json::read;
use crate::tolerance::{COMPONENT, assert_close};
use ndarray::Array2;
use segdend_analysis::{AnalysisError, principal_components};
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    rows: Vec<Vec<f64>>,
    count: usize,
    scores: Vec<Vec<f64>>,
    variances: Vec<f64>,
    total_variance: f64,
}

fn array_of(rows: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

#[test]
fn agree_with_scikit_learn() {
    for case in read::<Table>("principal_components.json").cases {
        let found = principal_components(array_of(&case.rows).view(), case.count).unwrap();
        assert_eq!(found.scores.dim(), (case.rows.len(), case.count));
        for ((place, found), expected) in found.scores.indexed_iter().zip(case.scores.concat()) {
            let what = format!("{} {place:?}: {found} {expected}", case.name);
            assert!(
                (found - expected).abs() <= COMPONENT * expected.abs().max(1.0),
                "{what}"
            );
        }
        for (found, expected) in found.variances.iter().zip(&case.variances) {
            assert_close(*found, *expected, COMPONENT, &case.name);
        }
        assert_close(
            found.total_variance,
            case.total_variance,
            COMPONENT,
            &case.name,
        );
    }
}

#[test]
fn the_unit_of_the_values_is_that_of_the_scores() {
    let rows = Array2::from_shape_fn((20, 4), |(row, column)| ((row * (column + 2)) % 11) as f64);
    let plain = principal_components(rows.view(), 2).unwrap();
    let unit = 2.0_f64.powi(300);
    let scaled = principal_components(rows.mapv(|value| value * unit).view(), 2).unwrap();
    assert_eq!(scaled.scores, plain.scores.mapv(|score| score * unit));
    assert_eq!(scaled.variances[0], plain.variances[0] * unit * unit);
}

#[test]
fn the_bits_do_not_depend_on_threads() {
    let rows = Array2::from_shape_fn((150, 130), |(row, column)| {
        ((row * 7 + column * column) % 23) as f64 + 0.1
    });
    let pool = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
    };
    let run = || principal_components(rows.view(), 9).unwrap();
    let expected = pool(1).install(run);
    for threads in [2, 3] {
        assert!(pool(threads).install(run) == expected, "{threads} threads");
    }
}

#[test]
fn refuses_what_has_no_components() {
    let rows = Array2::from_elem((3, 2), 1.0);
    for count in [0, 3] {
        let error = principal_components(rows.view(), count).unwrap_err();
        assert!(
            matches!(
                error,
                AnalysisError::InvalidComponentCount { largest: 2, .. }
            ),
            "{error}"
        );
    }
    let error = principal_components(Array2::zeros((1, 2)).view(), 1).unwrap_err();
    assert!(
        matches!(
            error,
            AnalysisError::TooFewValues {
                found: 1,
                needed: 2
            }
        ),
        "{error}"
    );
    let mut holed = rows;
    holed[(2, 0)] = f64::INFINITY;
    let error = principal_components(holed.view(), 1).unwrap_err();
    assert!(
        matches!(error, AnalysisError::NotFinite { index: 4, .. }),
        "{error}"
    );
}
