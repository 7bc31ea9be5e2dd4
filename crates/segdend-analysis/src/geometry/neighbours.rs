//! Exact nearest neighbours, for the affinities of t-SNE and for votes among neighbours.
//!
//! The k samples of smallest Euclidean distance |x_i - x_j| = sqrt(sum_d (x_id - x_jd)^2), for
//! samples x (n x dimensions, the unit of the activities). Equal distances are common among
//! activities that are counts of spikes, so ties go to the smaller index: the answer depends on
//! nothing but the data. (A vantage-point tree with randomly drawn roots, the usual way, may
//! break them differently every time.)
//!
//! # How
//!
//! All n^2 squared distances are first computed roughly, in single precision, as
//! q_i + q_j - 2 p_ij with q the squared norms and p the dot products of the centred rows. With D
//! dimensions and u = 2^-24, rounding moves such a value by at most
//!
//! ```text
//! r_ij = e (q_i + q_j) + s,    e = (D + 16) u / (1 - D u)
//! ```
//!
//! (any sum of D products is within D u / (1 - D u) of the sum of their magnitudes, which is at most
//! (q_i + q_j) / 2 here: Higham 2002, Section 3.1; the 16 covers the rest of the operations), and s
//! covers what centring in double precision and numbers too small for single precision may cost.
//! At least k others are nearer than the k-th smallest upper bound; whoever's lower bound is above
//! it cannot be among the k nearest. The few that remain are measured from their differences in
//! double precision. The result is that of measuring all of them so, bit for bit, whatever the
//! rough distances were; only the time depends on them.

use super::points::{Points, row, squared_distance};
use super::products::{BLOCK, PackedRows};
use crate::AnalysisError;
use crate::summary::sum;
use ndarray::{Array2, ArrayView2};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::ops::Range;

/// Others in a tile of single-precision products.
const WIDTH: usize = 16;

/// A sample near another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Its row.
    pub index: usize,
    /// Its Euclidean distance, in the unit of the rows.
    pub distance: f64,
}

/// The `count` nearest neighbours of every row, nearest first, without the row itself; all others
/// where there are fewer. Of rows at the same distance the one with the smaller index is nearer.
///
/// # Errors
///
/// [`AnalysisError::NotFinite`] for a NaN or an infinity (its index row-major),
/// [`AnalysisError::SquaresOutOfRange`] for a distance that exceeds f64.
///
/// # Example
///
/// ```
/// use ndarray::array;
///
/// let rows = array![[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]];
/// let found = segdend_analysis::nearest_neighbours(rows.view(), 1)?;
/// assert_eq!((found[0][0].index, found[0][0].distance), (2, 1.0));
/// assert_eq!(found[1][0].index, 2);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn nearest_neighbours(
    rows: ArrayView2<'_, f64>,
    count: usize,
) -> Result<Vec<Vec<Neighbour>>, AnalysisError> {
    let points = Points::of(rows)?;
    let samples = rows.nrows();
    let rough = RoughDistances::of(&points.centred);
    let measure = |from: usize, candidates: &mut dyn Iterator<Item = usize>| {
        let own = row(&points.rows, from);
        let measured = candidates
            .filter(|&other| other != from)
            .map(|other| (squared_distance(own, row(&points.rows, other)), other))
            .collect();
        nearest(measured, count, points.unit)
    };
    let neighbours: Vec<_> = (0..samples.div_ceil(BLOCK))
        .into_par_iter()
        .flat_map_iter(|block| {
            let members = block * BLOCK..samples.min((block + 1) * BLOCK);
            let Some(rough) = &rough else {
                let all = |member| measure(member, &mut (0..samples));
                return members.map(all).collect::<Vec<_>>();
            };
            let lower = rough.lower_bounds(members.clone());
            let mut upper = Vec::with_capacity(samples);
            members
                .zip(lower.chunks_exact(samples))
                .map(|(member, lower)| {
                    let limit = rough.limit(member, lower, count, &mut upper);
                    measure(member, &mut (0..samples).filter(|&j| lower[j] <= limit))
                })
                .collect()
        })
        .collect();
    if neighbours
        .iter()
        .flatten()
        .all(|near| near.distance.is_finite())
    {
        Ok(neighbours)
    } else {
        Err(AnalysisError::SquaresOutOfRange {
            largest_deviation: points.unit,
        })
    }
}

/// Squared distances with bounds on their error.
struct RoughDistances {
    rows: Array2<f32>,
    packed: PackedRows<f32, WIDTH>,
    squared_norms: Vec<f32>,
    /// e of the module's formula.
    relative: f32,
    /// s of the module's formula.
    absolute: f32,
}

impl RoughDistances {
    /// Of centred rows in a unit that leaves none above 2; none where there are so many dimensions
    /// that the bound would say nothing.
    fn of(centred: &Array2<f64>) -> Option<Self> {
        /// Half the distance from 1 to the next number, u.
        const ROUNDING: f64 = f32::EPSILON as f64 / 2.0;
        /// How far centring may have moved a coordinate: half a unit in the last place of one
        /// below 2.
        const MOVED: f64 = f64::EPSILON;

        let dimensions = centred.ncols() as f64;
        if dimensions * ROUNDING > 0.25 {
            return None;
        }
        let squared_norms: Vec<f64> = (0..centred.nrows())
            .map(|index| sum(row(centred, index).iter().map(|value| value * value)))
            .collect();
        let farthest = squared_norms
            .iter()
            .fold(0.0, |most: f64, &q| most.max(q))
            .sqrt();
        // Two points moved by m each change the square of their distance d by at most
        // 2 d (2 m) + (2 m)^2, and d is at most twice the farthest from the centre.
        let moved = MOVED * dimensions.sqrt();
        // Products below the smallest f32 are lost: far less than the last term.
        let absolute = 8.0 * moved * farthest + 4.0 * moved * moved + 1e-30;
        let rows = centred.mapv(|value| value as f32);
        let relative = (dimensions + 16.0) * ROUNDING / (1.0 - dimensions * ROUNDING);
        Some(Self {
            packed: PackedRows::of(rows.view()),
            rows,
            squared_norms: squared_norms.into_iter().map(|q| q as f32).collect(),
            relative: relative as f32,
            absolute: absolute as f32,
        })
    }

    /// For every row of a block, a number no squared distance to another row is below.
    fn lower_bounds(&self, block: Range<usize>) -> Vec<f32> {
        let samples = self.squared_norms.len();
        let first = block.start;
        let mut lower = vec![0.0; block.len() * samples];
        self.packed
            .for_each_product(self.rows.view(), block, |member, other, products| {
                let own = self.squared_norms[first + member];
                let others = &self.squared_norms[other..samples.min(other + WIDTH)];
                let place = member * samples + other;
                let bounds = &mut lower[place..place + others.len()];
                for ((bound, norm), product) in bounds.iter_mut().zip(others).zip(products) {
                    let norms = own + norm;
                    *bound = (norms - 2.0 * product) - self.error(norms);
                }
            });
        lower
    }

    /// The bound on the error of a distance, from the sum of the two squared norms.
    fn error(&self, norms: f32) -> f32 {
        self.relative * norms + self.absolute
    }

    /// A squared distance within which at least `count` others lie.
    fn limit(&self, member: usize, lower: &[f32], count: usize, upper: &mut Vec<f32>) -> f32 {
        let own = self.squared_norms[member];
        upper.clear();
        upper.extend(
            lower
                .iter()
                .zip(&self.squared_norms)
                .map(|(lower, norm)| lower + 2.0 * self.error(own + norm)),
        );
        upper[member] = f32::INFINITY;
        if count == 0 || count >= upper.len() {
            return f32::INFINITY;
        }
        *upper.select_nth_unstable_by(count - 1, f32::total_cmp).1
    }
}

/// The `count` nearest of the others, given as squared distance (in `unit`s squared) and index.
fn nearest(mut others: Vec<(f64, usize)>, count: usize, unit: f64) -> Vec<Neighbour> {
    if count < others.len() {
        others.select_nth_unstable_by(count, nearer);
        others.truncate(count);
    }
    others.sort_unstable_by(nearer);
    others
        .into_iter()
        .map(|(square, index)| Neighbour {
            index,
            distance: square.sqrt() * unit,
        })
        .collect()
}

fn nearer(left: &(f64, usize), right: &(f64, usize)) -> Ordering {
    left.0.total_cmp(&right.0).then(left.1.cmp(&right.1))
}
