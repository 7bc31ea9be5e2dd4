//! The condition of Theorem 1: how far a matrix is from the identity.
//!
//! ```text
//! mu = largest eigenvalue of (I - M)^T (I - M)
//! ```
//!
//! with M = J_beta J_gamma (n x n, no unit), the product of the feedforward Jacobian J_beta
//! (n outputs x m hidden) and the feedback Jacobian J_gamma (m x n); n = 10 in the paper. Theorem
//! 1 asks for mu < 1 (its proof, and Figure 5-S1A). mu is the square of the largest singular value
//! of I - M, hence never negative: 0 if M = I, 1 if M = 0.

use crate::AnalysisError;
use ndarray::{Array2, ArrayView2};
use ndarray_linalg::{EigValsh, UPLO};

/// The largest eigenvalue of (I - M)^T (I - M), for a square M.
///
/// # Errors
///
/// [`AnalysisError::NotSquare`], [`AnalysisError::TooFewValues`] for a matrix of size 0,
/// [`AnalysisError::NotFinite`] for a NaN or an infinity (its index row-major), and
/// [`AnalysisError::SquaresOutOfRange`] where the product overflows.
///
/// # Example
///
/// ```
/// use ndarray::array;
/// use segdend_analysis::identity_deviation_eigenvalue;
///
/// // Half the identity: I - M is half the identity too, and its square a quarter.
/// let product_of_jacobians = array![[0.5, 0.0], [0.0, 0.5]];
/// let mu = identity_deviation_eigenvalue(product_of_jacobians.view())?;
/// assert!((mu - 0.25).abs() < 1e-15);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn identity_deviation_eigenvalue(matrix: ArrayView2<'_, f64>) -> Result<f64, AnalysisError> {
    let (rows, columns) = matrix.dim();
    if rows != columns {
        return Err(AnalysisError::NotSquare { rows, columns });
    }
    if rows == 0 {
        return Err(AnalysisError::TooFewValues {
            found: 0,
            needed: 1,
        });
    }
    if let Some((index, &value)) = matrix
        .iter()
        .enumerate()
        .find(|(_, value)| !value.is_finite())
    {
        return Err(AnalysisError::NotFinite { index, value });
    }

    let mut deviation = matrix.as_standard_layout().mapv(|value| -value);
    deviation.diag_mut().map_inplace(|value| *value += 1.0);
    // Row by row rather than entry by entry: a sum of the same order that runs over whole rows.
    let mut gram = Array2::<f64>::zeros((rows, rows));
    for deviations in deviation
        .as_slice()
        .expect("standard layout")
        .chunks_exact(rows)
    {
        for (mut grams, &own) in gram.outer_iter_mut().zip(deviations) {
            for (gram, other) in grams.iter_mut().zip(deviations) {
                *gram += own * other;
            }
        }
    }
    if gram.iter().any(|value| !value.is_finite()) {
        let largest_deviation = deviation
            .iter()
            .fold(0.0, |most: f64, value| most.max(value.abs()));
        return Err(AnalysisError::SquaresOutOfRange { largest_deviation });
    }
    let eigenvalues = gram
        .eigvalsh(UPLO::Lower)
        .map_err(|source| AnalysisError::Eigensolver { size: rows, source })?;
    // Rounding may put an eigenvalue of zero a little below.
    Ok(eigenvalues
        .iter()
        .fold(0.0, |most: f64, value| most.max(*value)))
}
