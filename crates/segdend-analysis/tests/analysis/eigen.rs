//! Promise: the eigenvalue of Theorem 1 is that of matrices for which it can be written down.

use crate::tolerance::EIGENVALUE;
use ndarray::{Array1, Array2, array};
use segdend_analysis::{AnalysisError, identity_deviation_eigenvalue};

#[track_caller]
fn assert_eigenvalue(matrix: &Array2<f64>, expected: f64) {
    let found = identity_deviation_eigenvalue(matrix.view()).unwrap();
    assert!(
        (found - expected).abs() <= EIGENVALUE * expected.max(1.0),
        "{found} {expected}"
    );
    assert!(found >= 0.0);
}

#[test]
fn the_identity_deviates_by_nothing_and_zero_by_one() {
    for size in [1, 2, 10, 37] {
        assert_eigenvalue(&Array2::eye(size), 0.0);
        assert_eigenvalue(&Array2::zeros((size, size)), 1.0);
    }
}

#[test]
fn a_diagonal_gives_its_entry_farthest_from_one() {
    let diagonal = Array2::from_diag(&array![0.5, 1.25, -0.5, 2.0]);
    assert_eigenvalue(&diagonal, 1.5 * 1.5);
}

#[test]
fn a_rotation_gives_the_chord_of_its_angle() {
    // |v - R v|^2 = 2 - 2 cos(angle) for every unit vector v.
    for angle in [0.0_f64, 0.3, 1.0, 2.5, std::f64::consts::PI] {
        let (sin, cos) = angle.sin_cos();
        let rotation = array![[cos, -sin], [sin, cos]];
        assert_eigenvalue(&rotation, 2.0 - 2.0 * cos);
        // Column-major and transposed views are the same matrix read another way.
        assert_eigenvalue(&rotation.t().to_owned(), 2.0 - 2.0 * cos);
    }
}

#[test]
fn an_asymmetric_matrix_gives_a_singular_value_not_an_eigenvalue() {
    // I - M = [[0, -3], [0, 0]]: both eigenvalues 0, largest singular value 3.
    assert_eigenvalue(&array![[1.0, 3.0], [0.0, 1.0]], 9.0);
}

#[test]
fn a_rank_one_deviation_gives_the_product_of_its_norms() {
    // M = I - u v^T: the eigenvalue is |u|^2 |v|^2, here for the paper's ten outputs.
    let u = Array1::from_iter((0..10).map(|index| 0.1 * f64::from(index) - 0.3));
    let v = Array1::from_iter((0..10).map(|index| 0.2 - 0.05 * f64::from(index * index % 7)));
    let matrix = Array2::from_shape_fn((10, 10), |(row, column)| {
        f64::from(u8::from(row == column)) - u[row] * v[column]
    });
    assert_eigenvalue(&matrix, u.dot(&u) * v.dot(&v));
}

#[test]
fn refuses_what_has_no_eigenvalue() {
    let found = identity_deviation_eigenvalue(Array2::zeros((2, 3)).view());
    assert!(matches!(
        found,
        Err(AnalysisError::NotSquare {
            rows: 2,
            columns: 3
        })
    ));
    let found = identity_deviation_eigenvalue(Array2::zeros((0, 0)).view());
    assert!(matches!(
        found,
        Err(AnalysisError::TooFewValues {
            found: 0,
            needed: 1
        })
    ));
    let found = identity_deviation_eigenvalue(array![[1.0, 0.0], [f64::NAN, 1.0]].view());
    assert!(matches!(
        found,
        Err(AnalysisError::NotFinite { index: 2, .. })
    ));
    let found = identity_deviation_eigenvalue(array![[1e200, 0.0], [0.0, 1.0]].view());
    assert!(matches!(
        found,
        Err(AnalysisError::SquaresOutOfRange { .. })
    ));
}
