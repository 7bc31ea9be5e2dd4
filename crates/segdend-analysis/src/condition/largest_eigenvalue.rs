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
//!
//! Where there are many matrices, several go side by side through reflections and Laguerre's
//! iteration, which takes half a dozen steps instead of some twenty rounds. What it finds is taken
//! only if Sturm's count says that the largest eigenvalue is there, to `CERTAIN`; else the interval
//! is cut.

use crate::own_unit::own_unit;

/// Points looked at together.
const CUTS: usize = 4;
/// Steps of Laguerre's iteration before it is given up.
const MOST_STEPS: usize = 60;
/// How near to an iteration's end the largest eigenvalue must lie, in parts of Gershgorin's bound.
const CERTAIN: f64 = 32.0 * f64::EPSILON;

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
    let mut room = Room::new(size);
    tridiagonal(matrix.as_chunks_mut::<1>().0, size, &mut room);
    let (diagonal, squared_off_diagonal) = room.one(0);
    in_parts(&diagonal, &squared_off_diagonal) * unit
}

/// The interval that holds the largest eigenvalue, cut until no number lies between its ends.
fn in_parts(diagonal: &[f64], squared_off_diagonal: &[f64]) -> f64 {
    let (mut low, mut high) = bounds(diagonal, squared_off_diagonal);
    // Ever an eigenvalue at or above `low`, none above `high`. Each round leaves a fifth.
    loop {
        let part = (high - low) / (CUTS + 1) as f64;
        let cuts: [f64; CUTS] = std::array::from_fn(|cut| low + (cut + 1) as f64 * part);
        let reached = any_not_below(diagonal, squared_off_diagonal, cuts);
        let (before_low, before_high) = (low, high);
        for (cut, reached) in cuts.into_iter().zip(reached) {
            if reached {
                low = low.max(cut);
            } else {
                high = high.min(cut);
            }
        }
        if (low, high) == (before_low, before_high) || low >= high {
            return low.max(high);
        }
    }
}

/// The diagonals and the squares beside them of similar tridiagonal matrices, of several matrices
/// side by side: an entry holds a place of all, and none takes notice of the others.
#[inline(always)]
fn tridiagonal<const SIDE: usize>(matrix: &mut [[f64; SIDE]], size: usize, room: &mut Room<SIDE>) {
    let Room {
        reflection,
        moved,
        diagonal,
        squared_off_diagonal,
    } = room;
    for column in 0..size {
        diagonal[column] = matrix[column * size + column];
        let below = column + 1;
        if below == size {
            break;
        }
        // A reflection along v takes the part of the column below the diagonal to its first axis.
        let v = &mut reflection[below..size];
        for (row, v) in (below..size).zip(v.iter_mut()) {
            *v = matrix[row * size + column];
        }
        let norm_squared = dot(v, v);
        squared_off_diagonal[column] = norm_squared;
        let mut half = [0.0; SIDE];
        for side in 0..SIDE {
            let (norm, head) = (norm_squared[side].sqrt(), v[0][side]);
            v[0][side] += norm.copysign(head);
            // |v|^2 / 2, without the cancellation of a difference; of no vector, anything else.
            half[side] = norm_squared[side] + norm * head.abs();
            half[side] = if half[side] == 0.0 { 1.0 } else { half[side] };
        }
        // A' = A - v w^T - w v^T, with p = A v / half and w = p - v (v . p) / (2 half).
        let w = &mut moved[below..size];
        for (row, w) in (below..size).zip(w.iter_mut()) {
            *w = dot(&matrix[row * size + below..(row + 1) * size], v);
            for side in 0..SIDE {
                w[side] /= half[side];
            }
        }
        let mut share = dot(v, w);
        for side in 0..SIDE {
            share[side] /= 2.0 * half[side];
        }
        for (w, v) in w.iter_mut().zip(v.iter()) {
            for side in 0..SIDE {
                w[side] -= share[side] * v[side];
            }
        }
        for (offset, row) in (below..size).enumerate() {
            let (v_row, w_row) = (v[offset], w[offset]);
            let entries = &mut matrix[row * size + below..(row + 1) * size];
            for ((entry, v), w) in entries.iter_mut().zip(v.iter()).zip(w.iter()) {
                for side in 0..SIDE {
                    entry[side] -= v_row[side] * w[side] + w_row[side] * v[side];
                }
            }
        }
    }
}

/// Room for a tridiagonal form, and the form itself.
pub(super) struct Room<const SIDE: usize> {
    reflection: Vec<[f64; SIDE]>,
    moved: Vec<[f64; SIDE]>,
    diagonal: Vec<[f64; SIDE]>,
    squared_off_diagonal: Vec<[f64; SIDE]>,
}

impl<const SIDE: usize> Room<SIDE> {
    pub(super) fn new(size: usize) -> Self {
        let zeros = || vec![[0.0; SIDE]; size];
        Self {
            reflection: zeros(),
            moved: zeros(),
            diagonal: zeros(),
            squared_off_diagonal: zeros(),
        }
    }

    /// The diagonal of one of the matrices, and the squares beside it.
    fn one(&self, side: usize) -> (Vec<f64>, Vec<f64>) {
        let of = |all: &[[f64; SIDE]]| all.iter().map(|entry| entry[side]).collect();
        let beside = self.diagonal.len().saturating_sub(1);
        (of(&self.diagonal), of(&self.squared_off_diagonal[..beside]))
    }
}

#[inline(always)]
fn dot<const SIDE: usize>(left: &[[f64; SIDE]], right: &[[f64; SIDE]]) -> [f64; SIDE] {
    let mut total = [0.0; SIDE];
    for (l, r) in left.iter().zip(right) {
        for side in 0..SIDE {
            total[side] += l[side] * r[side];
        }
    }
    total
}

/// Of several symmetric matrices of finite entries side by side, which are overwritten.
#[inline(always)]
pub(super) fn largest_eigenvalues<const SIDE: usize>(
    matrices: &mut [[f64; SIDE]],
    size: usize,
    room: &mut Room<SIDE>,
) -> [f64; SIDE] {
    let mut largest = [0.0; SIDE];
    for entry in &*matrices {
        for side in 0..SIDE {
            largest[side] = entry[side].abs().max(largest[side]);
        }
    }
    let units = largest.map(|largest| own_unit(&[largest]));
    for entry in &mut *matrices {
        for side in 0..SIDE {
            entry[side] /= units[side];
        }
    }
    tridiagonal(matrices, size, room);
    let highest = bounds_above(room, size);
    let mut found = from_above(room, size, highest);
    let near = highest.map(|high| CERTAIN * high.abs());
    let below = reach(room, std::array::from_fn(|side| found[side] - near[side]));
    let above = reach(room, std::array::from_fn(|side| found[side] + near[side]));
    for side in 0..SIDE {
        if !below[side] || above[side] {
            let (diagonal, squared_off_diagonal) = room.one(side);
            found[side] = in_parts(&diagonal, &squared_off_diagonal);
        }
        found[side] *= units[side];
    }
    found
}

/// Whether any eigenvalue of each matrix is not below its cut.
#[inline(always)]
fn reach<const SIDE: usize>(room: &Room<SIDE>, cuts: [f64; SIDE]) -> [bool; SIDE] {
    let mut reached = [false; SIDE];
    let mut terms = [1.0; SIDE];
    let mut squares = [0.0; SIDE];
    for (centres, after) in room.diagonal.iter().zip(&room.squared_off_diagonal) {
        for side in 0..SIDE {
            let term = centres[side] - cuts[side] - squares[side] / terms[side];
            reached[side] |= term >= 0.0;
            terms[side] = if term == 0.0 { f64::MIN_POSITIVE } else { term };
        }
        squares = *after;
    }
    reached
}

/// The end of Gershgorin's discs of each matrix, widened by what rounding may move it.
#[inline(always)]
fn bounds_above<const SIDE: usize>(room: &Room<SIDE>, size: usize) -> [f64; SIDE] {
    let mut high = [f64::NEG_INFINITY; SIDE];
    let mut before = [0.0; SIDE];
    for index in 0..size {
        for side in 0..SIDE {
            let last = index + 1 == size;
            let square = room.squared_off_diagonal[index][side];
            let after = if last { 0.0 } else { square.sqrt() };
            high[side] = (room.diagonal[index][side] + (before[side] + after)).max(high[side]);
            before[side] = after;
        }
    }
    high.map(|high| high + 4.0 * f64::EPSILON * high.abs())
}

/// Laguerre's iteration for the largest root of the characteristic polynomials
///
/// ```text
/// p_i = (x - a_i) p_(i-1) - b_(i-1) p_(i-2)
/// x' = x - n p / (p' + sqrt((n - 1) ((n - 1) p'^2 - n p p'')))
/// ```
///
/// from above all roots, where it falls and never falls below the largest one, since all roots are
/// real. Near a simple root the digits that are right triple each time. Matrices that are done wait
/// for the others.
#[inline(always)]
fn from_above<const SIDE: usize>(
    room: &Room<SIDE>,
    size: usize,
    highest: [f64; SIDE],
) -> [f64; SIDE] {
    let Room {
        diagonal,
        squared_off_diagonal,
        ..
    } = room;
    let mut x = highest;
    let n = size as f64;
    let mut falling = [true; SIDE];
    for _ in 0..MOST_STEPS {
        let (mut p, mut p_1, mut p_2) = ([1.0; SIDE], [0.0; SIDE], [0.0; SIDE]);
        let (mut q, mut q_1, mut q_2) = ([0.0; SIDE], [0.0; SIDE], [0.0; SIDE]);
        for index in 0..size {
            let b = if index == 0 {
                [0.0; SIDE]
            } else {
                squared_off_diagonal[index - 1]
            };
            for side in 0..SIDE {
                let (b, above) = (b[side], x[side] - diagonal[index][side]);
                let next = above * p[side] - b * q[side];
                let next_1 = (above * p_1[side] + p[side]) - b * q_1[side];
                let next_2 = (above * p_2[side] + 2.0 * p_1[side]) - b * q_2[side];
                (q[side], q_1[side], q_2[side]) = (p[side], p_1[side], p_2[side]);
                (p[side], p_1[side], p_2[side]) = (next, next_1, next_2);
            }
        }
        let mut any = false;
        for side in 0..SIDE {
            let inner = (n - 1.0) * p_1[side] * p_1[side] - n * p[side] * p_2[side];
            let fall = n * p[side] / (p_1[side] + ((n - 1.0) * inner.max(0.0)).sqrt());
            falling[side] &= fall > f64::EPSILON * x[side].abs();
            x[side] = if falling[side] {
                x[side] - fall
            } else {
                x[side]
            };
            any |= falling[side];
        }
        if !any {
            break;
        }
    }
    x
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
fn any_not_below<const CUTS: usize>(
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
