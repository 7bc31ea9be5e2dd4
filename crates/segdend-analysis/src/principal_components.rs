//! Principal components: the few directions in which samples differ most (Pearson 1901).
//!
//! For n centred samples x_i (n x D, the unit of the values) with covariance matrix
//!
//! ```text
//! C = (1 / (n - 1)) sum_i x_i x_i^T = V diag(l) V^T,   l_1 >= l_2 >= ... >= l_D
//! scores: y_ik = x_i . v_k
//! ```
//!
//! The sign of a direction is free; the entry of largest magnitude is made positive. The products
//! are plain sums in a fixed order; the eigenvectors are LAPACK's.

use crate::AnalysisError;
use crate::geometry::{BLOCK, PackedRows, Points};
use ndarray::{Array2, ArrayView2};
use ndarray_linalg::{Eigh, UPLO};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// Others in a tile of double-precision products.
const WIDTH: usize = 8;

/// Samples in the coordinates of their first principal components.
#[derive(Debug, Clone, PartialEq)]
pub struct PrincipalComponents {
    /// Samples x components, in the unit of the values.
    pub scores: Array2<f64>,
    /// Variance along each component, falling, in the square of that unit.
    pub variances: Vec<f64>,
    /// Variance along all directions together.
    pub total_variance: f64,
}

/// The first `count` principal components of `rows` (samples x dimensions).
///
/// # Errors
///
/// [`AnalysisError::InvalidComponentCount`] unless `count` is 1 to the number of dimensions,
/// [`AnalysisError::TooFewValues`] below two samples, [`AnalysisError::NotFinite`] for a NaN or an
/// infinity (its index row-major), and [`AnalysisError::Eigensolver`] if LAPACK does not converge.
///
/// # Example
///
/// ```
/// use ndarray::array;
/// use segdend_analysis::principal_components;
///
/// // Four points on a line.
/// let rows = array![[0.0, 0.0], [3.0, 4.0], [6.0, 8.0], [9.0, 12.0]];
/// let found = principal_components(rows.view(), 1)?;
/// assert!((found.scores[(3, 0)] - 7.5).abs() < 1e-12);
/// assert!((found.variances[0] - found.total_variance).abs() < 1e-12);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn principal_components(
    rows: ArrayView2<'_, f64>,
    count: usize,
) -> Result<PrincipalComponents, AnalysisError> {
    let (samples, dimensions) = rows.dim();
    if count == 0 || count > dimensions {
        return Err(AnalysisError::InvalidComponentCount {
            count,
            largest: dimensions,
        });
    }
    if samples < 2 {
        return Err(AnalysisError::TooFewValues {
            found: samples,
            needed: 2,
        });
    }
    let points = Points::of(rows)?;
    let unit = points.unit * points.centred_unit;
    let centred = points.centred;

    let across = centred.t().as_standard_layout().into_owned();
    let mut covariance = products(across.view(), across.view());
    covariance /= (samples - 1) as f64;
    let total_variance = covariance.diag().iter().fold(0.0, |total, v| total + v);
    let (eigenvalues, eigenvectors) =
        covariance
            .eigh(UPLO::Lower)
            .map_err(|source| AnalysisError::Eigensolver {
                size: dimensions,
                source,
            })?;
    let directions = Array2::from_shape_fn((count, dimensions), |(component, dimension)| {
        // LAPACK's eigenvalues rise.
        let vector = eigenvectors.column(dimensions - 1 - component);
        let largest = vector.iter().fold(0.0, |most: f64, &entry| {
            if entry.abs() > most.abs() {
                entry
            } else {
                most
            }
        });
        vector[dimension] * largest.signum()
    });
    let variances = eigenvalues.iter().rev().take(count);
    Ok(PrincipalComponents {
        scores: products(centred.view(), directions.view()) * unit,
        // Rounding may put a variance of zero a little below.
        variances: variances.map(|l| l.max(0.0) * unit * unit).collect(),
        total_variance: total_variance * unit * unit,
    })
}

/// The dot products of every row of the one with every row of the other.
fn products(left: ArrayView2<'_, f64>, right: ArrayView2<'_, f64>) -> Array2<f64> {
    let (rows, columns) = (left.nrows(), right.nrows());
    let packed = PackedRows::<f64, WIDTH>::of(right);
    let values = (0..rows.div_ceil(BLOCK))
        .into_par_iter()
        .flat_map_iter(|block| {
            let members = block * BLOCK..rows.min((block + 1) * BLOCK);
            let mut values = vec![0.0; members.len() * columns];
            packed.for_each_product(left, members, |member, other, products| {
                let count = WIDTH.min(columns - other);
                let place = member * columns + other;
                values[place..place + count].copy_from_slice(&products[..count]);
            });
            values
        })
        .collect();
    Array2::from_shape_vec((rows, columns), values).expect("a product for every pair")
}
