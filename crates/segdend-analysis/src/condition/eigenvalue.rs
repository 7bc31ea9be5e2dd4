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

use super::largest_eigenvalue::{Room, largest_eigenvalue, largest_eigenvalues};
use crate::AnalysisError;
use ndarray::ArrayView2;
use pulp::{Arch, Simd, WithSimd};

/// Matrices that are looked at side by side.
const SIDE: usize = 8;
/// The largest for which this is done: characteristic polynomials of larger ones may leave f64.
const LARGEST_BESIDE: usize = 32;

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
    let mut gram = vec![0.0; rows * rows];
    for deviations in deviation
        .as_slice()
        .expect("standard layout")
        .chunks_exact(rows)
    {
        for (grams, &own) in gram.chunks_exact_mut(rows).zip(deviations) {
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
    // Rounding may put an eigenvalue of zero a little below.
    Ok(largest_eigenvalue(&mut gram, rows).max(0.0))
}

/// The same of many matrices of one size, each row by row, one after the other: several are looked at
/// side by side, which takes a third of the time. No value depends on the matrices beside it.
///
/// # Errors
///
/// As [`identity_deviation_eigenvalue`], indices counted through all matrices, and
/// [`AnalysisError::WrongShape`] if the last matrix is not complete.
///
/// # Example
///
/// ```
/// use segdend_analysis::identity_deviation_eigenvalues;
///
/// let zero_and_half = [0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.5];
/// let found = identity_deviation_eigenvalues(&zero_and_half, 2)?;
/// assert!((found[0] - 1.0).abs() < 1e-14 && (found[1] - 0.25).abs() < 1e-14);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn identity_deviation_eigenvalues(
    matrices: &[f64],
    size: usize,
) -> Result<Vec<f64>, AnalysisError> {
    let entries = size * size;
    if entries == 0 {
        return Err(AnalysisError::TooFewValues {
            found: 0,
            needed: 1,
        });
    }
    let left_over = matrices.len() % entries;
    if left_over != 0 {
        return Err(AnalysisError::WrongShape {
            found: (left_over / size, left_over % size),
            expected: (size, size),
        });
    }
    let one_by_one = |matrices: &[f64], first: usize, found: &mut Vec<f64>| {
        for (place, matrix) in matrices.chunks_exact(entries).enumerate() {
            let view = ArrayView2::from_shape((size, size), matrix).expect("a whole matrix");
            found.push(
                identity_deviation_eigenvalue(view).map_err(|error| match error {
                    AnalysisError::NotFinite { index, value } => AnalysisError::NotFinite {
                        index: first + place * entries + index,
                        value,
                    },
                    other => other,
                })?,
            );
        }
        Ok::<(), AnalysisError>(())
    };
    let mut found = Vec::with_capacity(matrices.len() / entries);
    if size > LARGEST_BESIDE {
        one_by_one(matrices, 0, &mut found)?;
        return Ok(found);
    }
    let mut room = Room::new(size);
    let mut deviation = vec![[0.0; SIDE]; entries];
    let mut gram = vec![[0.0; SIDE]; entries];
    for (group, matrices) in matrices.chunks(SIDE * entries).enumerate() {
        let count = matrices.len() / entries;
        // Where the last group is not full, its first matrix fills it.
        for (place, deviation) in deviation.iter_mut().enumerate() {
            let one = f64::from(u8::from(place % (size + 1) == 0));
            for (side, deviation) in deviation.iter_mut().enumerate() {
                let matrix = if side < count { side } else { 0 };
                *deviation = one - matrices[matrix * entries + place];
            }
        }
        let beside = Beside {
            size,
            deviation: &deviation,
            gram: &mut gram,
            room: &mut room,
        };
        match Arch::new().dispatch(beside) {
            Some(eigenvalues) => {
                // Rounding may put an eigenvalue of zero a little below.
                let eigenvalues = eigenvalues.iter().map(|value| value.max(0.0));
                found.extend(eigenvalues.take(count));
            }
            None => one_by_one(matrices, group * SIDE * entries, &mut found)?,
        }
    }
    Ok(found)
}

/// Matrices side by side, for the registers at hand.
struct Beside<'a> {
    size: usize,
    deviation: &'a [[f64; SIDE]],
    gram: &'a mut [[f64; SIDE]],
    room: &'a mut Room<SIDE>,
}

impl WithSimd for Beside<'_> {
    /// None if a square is not finite.
    type Output = Option<[f64; SIDE]>;

    // Inlined into a function for the registers at hand, so that the compiler uses them.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let Self {
            size,
            deviation,
            gram,
            room,
        } = self;
        gram.fill([0.0; SIDE]);
        for deviations in deviation.chunks_exact(size) {
            for (grams, own) in gram.chunks_exact_mut(size).zip(deviations) {
                for (gram, other) in grams.iter_mut().zip(deviations) {
                    for side in 0..SIDE {
                        gram[side] += own[side] * other[side];
                    }
                }
            }
        }
        if gram.iter().flatten().any(|value| !value.is_finite()) {
            return None;
        }
        Some(largest_eigenvalues(gram, size, room))
    }
}
