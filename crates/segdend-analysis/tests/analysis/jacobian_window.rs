//! Promise: the eigenvalues of the condition are numpy's, of both readings of the average, at every
//! example of a window however long it has been sliding.

use crate::reference_json::read;
use crate::tolerance::{EIGENVALUE, assert_close};
use ndarray::{Array2, array};
use segdend_analysis::{AnalysisError, JacobianWindow, identity_deviation_eigenvalue};
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    matrices: Vec<Matrix>,
    windows: Vec<Window>,
}

#[derive(Deserialize)]
struct Matrix {
    matrix: Vec<Vec<f64>>,
    eigenvalue: f64,
}

#[derive(Deserialize)]
struct Window {
    outputs: usize,
    hidden: usize,
    capacity: usize,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    feedforward: Vec<Vec<f64>>,
    feedback: Vec<Vec<f64>>,
    mean_of_products: f64,
    product_of_means: f64,
}

fn array_of(rows: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

fn numbers() -> impl FnMut() -> f64 {
    let mut state = 3_u32;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 23) - 1.0
    }
}

#[test]
fn single_matrices_agree_with_numpy() {
    for case in read::<Table>("condition.json").matrices {
        let matrix = array_of(&case.matrix);
        let what = format!("{} x {}", matrix.nrows(), matrix.ncols());
        let found = identity_deviation_eigenvalue(matrix.view()).unwrap();
        let scale = case.eigenvalue.max(1e-8);
        assert!(
            (found - case.eigenvalue).abs() <= EIGENVALUE * scale,
            "{what}: {found}"
        );
    }
}

#[test]
fn the_unit_of_a_matrix_does_not_matter() {
    // Far from 1 the identity is lost beside M, and the eigenvalue grows with its square.
    let mut next = numbers();
    let matrix = Array2::from_shape_fn((10, 10), |_| next());
    let at = |unit: f64| {
        let scaled = matrix.mapv(|value| value * unit);
        identity_deviation_eigenvalue(scaled.view()).unwrap() / unit / unit
    };
    let expected = at(1e20);
    for unit in [1e30, 1e100, 1e150] {
        assert_close(at(unit), expected, 10.0 * EIGENVALUE, "the eigenvalue");
    }
}

#[test]
fn windows_agree_with_numpy_at_every_example() {
    for case in read::<Table>("condition.json").windows {
        let mut double = JacobianWindow::new(case.outputs, case.hidden, case.capacity).unwrap();
        let mut single = JacobianWindow::new(case.outputs, case.hidden, case.capacity).unwrap();
        for (index, step) in case.steps.iter().enumerate() {
            let (feedforward, feedback) = (array_of(&step.feedforward), array_of(&step.feedback));
            double.push(feedforward.view(), feedback.view()).unwrap();
            assert_eq!(double.len(), case.capacity.min(index + 1));
            let found = double.eigenvalues().unwrap();
            for (found, expected) in [
                (found.mean_of_products, step.mean_of_products),
                (found.product_of_means, step.product_of_means),
            ] {
                let allowed = EIGENVALUE * expected.max(1.0);
                assert!(
                    (found - expected).abs() <= allowed,
                    "{index}: {found} {expected}"
                );
            }
            // The same numbers in single precision, and column-major.
            let columns = feedback
                .mapv(|value| value as f32)
                .reversed_axes()
                .as_standard_layout()
                .into_owned();
            single
                .push(feedforward.mapv(|value| value as f32).view(), columns.t())
                .unwrap();
            assert_eq!(single.eigenvalues().unwrap(), found, "{index}");
        }
    }
}

#[test]
fn what_has_left_the_window_leaves_no_trace() {
    const CAPACITY: usize = 10;
    let mut next = numbers();
    let mut window = JacobianWindow::new(4, 30, CAPACITY).unwrap();
    let mut other = window.clone();
    for example in 0..1_003 {
        // Early examples a million times as large as the late ones.
        let size = if example < 900 { 1e6 } else { 1.0 };
        let feedforward = Array2::from_shape_fn((4, 30), |_| size * next());
        let feedback = Array2::from_shape_fn((30, 4), |_| size * next());
        window.push(feedforward.view(), feedback.view()).unwrap();
        if example >= 1_003 - CAPACITY {
            other.push(feedforward.view(), feedback.view()).unwrap();
        }
    }
    let (found, expected) = (window.eigenvalues().unwrap(), other.eigenvalues().unwrap());
    let allowed = 100.0 * EIGENVALUE;
    assert_close(
        found.mean_of_products,
        expected.mean_of_products,
        allowed,
        "mean of products",
    );
    assert_close(
        found.product_of_means,
        expected.product_of_means,
        allowed,
        "product of means",
    );
}

#[test]
fn the_averages_themselves_can_be_drawn() {
    let mut window = JacobianWindow::new(2, 1, 3).unwrap();
    assert_eq!(
        (window.mean_of_products(), window.product_of_means()),
        (None, None)
    );
    assert!(window.is_empty());
    window
        .push(array![[1.0], [2.0]].view(), array![[3.0, 4.0]].view())
        .unwrap();
    window
        .push(array![[3.0], [0.0]].view(), array![[1.0, 0.0]].view())
        .unwrap();
    assert_eq!(
        window.mean_of_products(),
        Some(array![[3.0, 2.0], [3.0, 4.0]])
    );
    assert_eq!(
        window.product_of_means(),
        Some(array![[4.0, 4.0], [2.0, 2.0]])
    );
}

#[test]
fn refuses_what_does_not_fit_and_stays_as_it_was() {
    for (outputs, hidden, capacity) in [(0, 5, 100), (10, 0, 100), (10, 5, 0)] {
        let error = JacobianWindow::<f64>::new(outputs, hidden, capacity).unwrap_err();
        assert!(
            matches!(error, AnalysisError::EmptyWindow { .. }),
            "{error}"
        );
    }
    let mut window = JacobianWindow::new(2, 3, 4).unwrap();
    let error = window.eigenvalues().unwrap_err();
    assert!(
        matches!(
            error,
            AnalysisError::TooFewValues {
                found: 0,
                needed: 1
            }
        ),
        "{error}"
    );

    let (feedforward, feedback) = (
        Array2::from_elem((2, 3), 0.5),
        Array2::from_elem((3, 2), 0.25),
    );
    window.push(feedforward.view(), feedback.view()).unwrap();
    let before = window.eigenvalues().unwrap();
    let error = window
        .push(feedforward.view(), feedforward.view())
        .unwrap_err();
    let (found, expected) = ((2, 3), (3, 2));
    assert!(
        matches!(error, AnalysisError::WrongShape { found: f, expected: e } if (f, e) == (found, expected)),
        "{error}"
    );
    let mut holed = feedback.clone();
    holed[(1, 1)] = f64::NAN;
    let error = window.push(feedforward.view(), holed.view()).unwrap_err();
    assert!(
        matches!(error, AnalysisError::NotFinite { index: 9, .. }),
        "{error}"
    );
    let huge = Array2::from_elem((2, 3), 1e200);
    let error = window.push(huge.view(), huge.t()).unwrap_err();
    assert!(
        matches!(error, AnalysisError::SquaresOutOfRange { .. }),
        "{error}"
    );
    assert_eq!((window.len(), window.eigenvalues().unwrap()), (1, before));
}
