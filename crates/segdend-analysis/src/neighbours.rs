//! Exact nearest neighbours, for the affinities of t-SNE.
//!
//! The k samples of smallest Euclidean distance |x_i - x_j| = sqrt(sum_d (x_id - x_jd)^2), for
//! samples x (n x dimensions, the unit of the activities). Equal distances are common among
//! activities that are counts of spikes, so ties go to the smaller index: the answer depends on
//! nothing but the data. (A vantage-point tree with randomly drawn roots, the usual way, may
//! break them differently every time.) n^2 distances are computed, in parallel over samples, each
//! a sum of fixed order.

use bhtsne::Neighbor;
use ndarray::ArrayView2;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::cmp::Ordering;

/// Partial sums of a squared distance. A fixed number, so that the order of the sum is fixed and
/// a compiler may still keep the sums side by side.
const LANES: usize = 8;

/// Rows compared with all others together, so that a row read from memory serves more than once.
const BLOCK: usize = 16;

/// The `count` nearest neighbours of every row, nearest first, without the row itself.
pub(crate) fn nearest_neighbours(
    rows: ArrayView2<'_, f64>,
    count: usize,
) -> Vec<Vec<Neighbor<f64>>> {
    let samples = rows.nrows();
    let rows = rows.as_standard_layout();
    let row = |index: usize| {
        rows.row(index)
            .to_slice()
            .expect("standard layout has whole rows")
    };
    let blocks = samples.div_ceil(BLOCK);
    (0..blocks)
        .into_par_iter()
        .flat_map_iter(|block| {
            let members = block * BLOCK..samples.min((block + 1) * BLOCK);
            let mut distances = vec![Vec::with_capacity(samples); members.len()];
            for other in 0..samples {
                for (member, distances) in members.clone().zip(&mut distances) {
                    if member != other {
                        distances.push((squared_distance(row(member), row(other)), other));
                    }
                }
            }
            distances.into_iter().map(|others| nearest(others, count))
        })
        .collect()
}

/// The `count` nearest of the others, given as squared distance and index.
fn nearest(mut others: Vec<(f64, usize)>, count: usize) -> Vec<Neighbor<f64>> {
    if count < others.len() {
        others.select_nth_unstable_by(count, nearer);
        others.truncate(count);
    }
    others.sort_unstable_by(nearer);
    others
        .into_iter()
        .map(|(square, index)| Neighbor {
            index,
            distance: square.sqrt(),
        })
        .collect()
}

fn nearer(left: &(f64, usize), right: &(f64, usize)) -> Ordering {
    left.0.total_cmp(&right.0).then(left.1.cmp(&right.1))
}

fn squared_distance(left: &[f64], right: &[f64]) -> f64 {
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
