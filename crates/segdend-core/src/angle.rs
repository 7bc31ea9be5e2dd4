//! The angle between two vectors, such as two updates of the same weights.

/// The angle in degrees; `None` if either vector is zero or not finite, since it points nowhere.
///
/// Computed as `2 atan2(|u - v|, |u + v|)` of the unit vectors, accurate near 0 and 180 degrees too, where
/// the arc cosine is not (W. Kahan, "How futile are mindless assessments of roundoff", 2006, section 12).
/// Sums run in double precision, first value first.
///
/// ```
/// use segdend_core::angle::angle_degrees;
///
/// let between = |a: [f64; 2], b: [f64; 2]| angle_degrees(&a, &b);
/// assert!((between([1.0, 0.0], [3.0, 3.0]).unwrap() - 45.0).abs() < 1e-12);
/// assert!((between([1.0, 1.0], [-2.0, -2.0]).unwrap() - 180.0).abs() < 1e-12);
/// assert_eq!(between([1.0, 0.0], [0.0, 0.0]), None);
/// ```
///
/// # Panics
/// If the vectors are not equally long.
pub fn angle_degrees<T: Copy + Into<f64>>(left: &[T], right: &[T]) -> Option<f64> {
    assert_eq!(left.len(), right.len(), "vectors of one space");
    let (left_length, right_length) = (length(left)?, length(right)?);
    let (mut apart, mut along) = (0.0, 0.0);
    for (&left, &right) in left.iter().zip(right) {
        let (left, right) = (left.into() / left_length, right.into() / right_length);
        apart += (left - right) * (left - right);
        along += (left + right) * (left + right);
    }
    Some(2.0 * apart.sqrt().atan2(along.sqrt()).to_degrees())
}

fn length<T: Copy + Into<f64>>(vector: &[T]) -> Option<f64> {
    let squared: f64 = vector
        .iter()
        .map(|&value| value.into() * value.into())
        .sum();
    (squared > 0.0 && squared.is_finite()).then(|| squared.sqrt())
}
