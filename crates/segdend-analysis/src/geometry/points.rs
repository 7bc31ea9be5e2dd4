//! Rows as points, in a unit in which nothing overflows, and about their centre.

use crate::AnalysisError;
use crate::own_unit::own_unit;
use ndarray::{Array2, ArrayView2, Axis};

/// Partial sums of a squared distance. A fixed number, so that the order of the sum is fixed and
/// a compiler may still keep the sums side by side.
const LANES: usize = 8;

/// Points in a unit of their own. The unit is a power of two, so that counting in it costs no bits.
pub(crate) struct Points {
    /// The rows, the largest magnitude at least 1 and below 2 (or 0).
    pub(crate) rows: Array2<f64>,
    /// The same unit, in that of the rows as given.
    pub(crate) unit: f64,
    /// The rows less their mean, the largest magnitude at least 1 and below 2 (or 0): no distance
    /// feels the shift, and the smaller the norms, the less cancels.
    pub(crate) centred: Array2<f64>,
    /// The unit of those, in that of `rows`.
    pub(crate) centred_unit: f64,
}

impl Points {
    /// # Errors
    ///
    /// [`AnalysisError::NotFinite`] for a NaN or an infinity, its index row-major.
    pub(crate) fn of(rows: ArrayView2<'_, f64>) -> Result<Self, AnalysisError> {
        let not_finite = |(_, value): &(usize, &f64)| !value.is_finite();
        if let Some((index, &value)) = rows.iter().enumerate().find(not_finite) {
            return Err(AnalysisError::NotFinite { index, value });
        }
        let (rows, unit) = in_own_unit(rows.as_standard_layout().into_owned());
        let mut centred = rows.clone();
        if let Some(mean) = rows.mean_axis(Axis(0)) {
            centred -= &mean;
        }
        let (centred, centred_unit) = in_own_unit(centred);
        Ok(Self {
            rows,
            unit,
            centred,
            centred_unit,
        })
    }
}

/// The values in units of the largest power of two not above their largest magnitude.
fn in_own_unit(mut values: Array2<f64>) -> (Array2<f64>, f64) {
    let unit = own_unit(&values);
    values *= 1.0 / unit;
    (values, unit)
}

/// A row of an array in standard layout.
pub(super) fn row(rows: &Array2<f64>, index: usize) -> &[f64] {
    let dimensions = rows.ncols();
    let values = rows.as_slice().expect("points are in standard layout");
    &values[index * dimensions..(index + 1) * dimensions]
}

/// |x - y|^2 from the differences, as exact where x and y are near as where they are not.
pub(super) fn squared_distance(left: &[f64], right: &[f64]) -> f64 {
    let (left, left_rest) = left.as_chunks::<LANES>();
    let (right, right_rest) = right.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (left, right) in left.iter().zip(right) {
        for lane in 0..LANES {
            let difference = left[lane] - right[lane];
            sums[lane] += difference * difference;
        }
    }
    let rest = left_rest
        .iter()
        .zip(right_rest)
        .map(|(left, right)| (left - right).powi(2));
    sums.into_iter()
        .chain(rest)
        .fold(0.0, |total, square| total + square)
}
