//! The largest eigenvalue of a small symmetric matrix, and no other.
//!
//! Householder reflections make the matrix tridiagonal (Golub & Van Loan 2013, Algorithm 8.3.1). For
//! a tridiagonal T with diagonal a and squared off-diagonal b, the terms of
//!
//! ```text
//! q_1 = a_1 - x,    q_i = a_i - x - b_(i-1) / q_(i-1)
//! ```
//!
//! that are not below 0 are as many as there are eigenvalues not below x (Sturm; Section 8.4.1). All
//! lie within Gershgorin's discs. The interval that holds the largest one is cut in `CUTS` + 1 parts
//! at a time until no number lies between its ends: the cuts are independent, so their divisions
//! overlap. LAPACK's general solvers find all eigenvalues, and take several times as long for the
//! ten of the paper.

use crate::own_unit::own_unit;

/// Points looked at together.
const CUTS: usize = 4;

/// Of a symmetric matrix of finite entries, row-major; it is overwritten. 0 for no matrix
/// at all.
pub(super) fn largest_eigenvalue(matrix: &mut [f64], size: usize) -> f64 {
    if size == 0 {
        return 0.0;
    }
    let unit = own_unit(&*matrix);
    for entry in &mut *matrix {
        *entry /= unit;
    }
    let (diagonal, squared_off_diagonal) = tridiagonal(matrix, size);
    let (mut low, mut high) = bounds(&diagonal, &squared_off_diagonal);
    // Ever an eigenvalue at or above `low`, none above `high`. Each round leaves a fifth.
    loop {
        let part = (high - low) / (CUTS + 1) as f64;
        let cuts: [f64; CUTS] = std::array::from_fn(|cut| low + (cut + 1) as f64 * part);
        let reached = any_not_below(&diagonal, &squared_off_diagonal, cuts);
        let (before_low, before_high) = (low, high);
        for (cut, reached) in cuts.into_iter().zip(reached) {
            if reached {
                low = low.max(cut);
            } else {
                high = high.min(cut);
            }
        }
        if (low, high) == (before_low, before_high) || low >= high {
            return low.max(high) * unit;
        }
    }
}

/// The diagonal and the squares beside it of a similar tridiagonal matrix.
fn tridiagonal(matrix: &mut [f64], size: usize) -> (Vec<f64>, Vec<f64>) {
    let mut diagonal = Vec::with_capacity(size);
    let mut squared_off_diagonal = Vec::with_capacity(size);
    let mut reflection = vec![0.0; size];
    let mut moved = vec![0.0; size];
    for column in 0..size {
        diagonal.push(matrix[column * size + column]);
        let below = column + 1;
        if below == size {
            break;
        }
        // A reflection along v takes the part of the column below the diagonal to its first axis.
        let v = &mut reflection[below..];
        for (row, v) in (below..size).zip(v.iter_mut()) {
            *v = matrix[row * size + column];
        }
        let norm_squared = dot(v, v);
        squared_off_diagonal.push(norm_squared);
        let norm = norm_squared.sqrt();
        let head = v[0];
        v[0] += norm.copysign(head);
        // |v|^2 / 2, without the cancellation of a difference.
        let half = norm_squared + norm * head.abs();
        if half == 0.0 {
            continue;
        }
        // A' = A - v w^T - w v^T, with p = A v / half and w = p - v (v . p) / (2 half).
        let w = &mut moved[below..];
        for (row, w) in (below..size).zip(w.iter_mut()) {
            *w = dot(&matrix[row * size + below..(row + 1) * size], v) / half;
        }
        let share = dot(v, w) / (2.0 * half);
        for (w, v) in w.iter_mut().zip(v.iter()) {
            *w -= share * v;
        }
        for (offset, row) in (below..size).enumerate() {
            let (v_row, w_row) = (v[offset], w[offset]);
            let entries = &mut matrix[row * size + below..(row + 1) * size];
            for ((entry, v), w) in entries.iter_mut().zip(v.iter()).zip(w.iter()) {
                *entry -= v_row * w + w_row * v;
            }
        }
    }
    (diagonal, squared_off_diagonal)
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter()
        .zip(right)
        .fold(0.0, |total, (l, r)| total + l * r)
}

/// The largest diagonal entry, which no largest eigenvalue is below, and the end of Gershgorin's
/// discs, widened by what rounding may move it.
fn bounds(diagonal: &[f64], squared_off_diagonal: &[f64]) -> (f64, f64) {
    let radius = |index: usize| {
        squared_off_diagonal
            .get(index)
            .map_or(0.0, |square| square.sqrt())
    };
    let mut low = f64::NEG_INFINITY;
    let mut high = f64::NEG_INFINITY;
    let mut before = 0.0;
    for (index, &centre) in diagonal.iter().enumerate() {
        let after = radius(index);
        low = low.max(centre);
        high = high.max(centre + (before + after));
        before = after;
    }
    (low, high + 4.0 * f64::EPSILON * high.abs())
}

/// Whether any eigenvalue is not below each cut.
fn any_not_below(
    diagonal: &[f64],
    squared_off_diagonal: &[f64],
    cuts: [f64; CUTS],
) -> [bool; CUTS] {
    let mut reached = [false; CUTS];
    let mut terms = [1.0; CUTS];
    let squares = std::iter::once(&0.0).chain(squared_off_diagonal);
    for (&centre, &square) in diagonal.iter().zip(squares) {
        for cut in 0..CUTS {
            let term = centre - cuts[cut] - square / terms[cut];
            reached[cut] |= term >= 0.0;
            // The first term that is not below 0 has told; what follows must only stay a number.
            terms[cut] = if term == 0.0 { f64::MIN_POSITIVE } else { term };
        }
    }
    reached
}
