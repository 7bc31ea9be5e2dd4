//! The angle between two updates of the hidden weights.
//!
//! An update is a sum of outer products over the examples of a batch, `U = D^T X` with the deltas
//! `D` (examples x hidden units) and the inputs `X` (examples x inputs). Its length follows from
//! small matrices alone, without the update itself:
//!
//! ```text
//! |U|^2 = sum over examples n, m of (D D^T)_nm (X X^T)_nm
//! ```
//!
//! For a single example `U` is one outer product, `|U| = |d| |x|`, and the angle between two updates
//! is that between their deltas.
//!
//! and the angle between `U` and `V` from lengths alone, accurate near 0 and 180 degrees too, where the
//! arc cosine is not (W. Kahan, "How futile are mindless assessments of roundoff", 2006, section 12):
//!
//! ```text
//! angle = 2 atan2(|U/|U| - V/|V||, |U/|U| + V/|V||)
//! ```

use burn::tensor::Tensor;

use crate::BaselineError;

/// The angle in degrees between the updates `left_deltas^T inputs` and `right_deltas^T inputs`;
/// `None` if either of them has no length in single precision, being zero or overflowing.
///
/// Only scalars leave the tensors.
pub(crate) fn angle_degrees(
    inputs: &Tensor<2>,
    left_deltas: Tensor<2>,
    right_deltas: Tensor<2>,
) -> Result<Option<f64>, BaselineError> {
    let overlaps = inputs.clone().matmul(inputs.clone().transpose());
    let (Some(left), Some(right)) = (
        unit_deltas(left_deltas, &overlaps)?,
        unit_deltas(right_deltas, &overlaps)?,
    ) else {
        return Ok(None);
    };
    let apart = update_length(left.clone() - right.clone(), &overlaps)?;
    let along = update_length(left + right, &overlaps)?;
    Ok(Some(2.0 * apart.atan2(along).to_degrees()))
}

/// The deltas of the update of length one in the same direction; `None` if it has no length.
///
/// Scaled by the largest delta first, because squares of small deltas leave single precision.
fn unit_deltas(
    deltas: Tensor<2>,
    overlaps: &Tensor<2>,
) -> Result<Option<Tensor<2>>, BaselineError> {
    let largest = deltas.clone().max_abs().try_into_scalar::<f32>()?;
    if largest < f32::MIN_POSITIVE {
        return Ok(None);
    }
    let scaled = deltas.div_scalar(largest);
    let length = update_length(scaled.clone(), overlaps)?;
    Ok((length > 0.0 && length.is_finite()).then(|| scaled.div_scalar(length)))
}

/// `|D^T X|` from the deltas `D` and the overlaps `X X^T`.
fn update_length(deltas: Tensor<2>, overlaps: &Tensor<2>) -> Result<f64, BaselineError> {
    let delta_overlaps = deltas.clone().matmul(deltas.transpose());
    let squared = (delta_overlaps * overlaps.clone())
        .sum()
        .try_into_scalar::<f32>()?;
    // Rounding can leave a hair less than nothing.
    Ok(f64::from(squared.max(0.0)).sqrt())
}
