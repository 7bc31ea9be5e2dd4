//! Do classes lie apart? Votes among neighbours, and the silhouette.
//!
//! For n samples x_i with classes c_i, in the space of the activities or in a map of it (Figure 6C
//! shows maps; these numbers say what they show):
//!
//! ```text
//! accuracy    share of samples whose k nearest others, the sample itself left out, vote for its class
//! silhouette  s_i = (b_i - a_i) / max(a_i, b_i), 0 for the only sample of its class  (Rousseeuw 1987)
//!             a_i = mean distance to the others of its class
//!             b_i = least mean distance to a class that is not its own
//! ```
//!
//! Distances are Euclidean, in the unit of the values; s has none and lies between -1 and 1.

use super::classes::Classes;
use super::points::{Points, row, squared_distance};
use super::products::{BLOCK, PackedRows};
use super::{ClassShare, nearest_neighbours};
use crate::AnalysisError;
use crate::summary::sum;
use ndarray::{Array2, ArrayView2};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};

/// Others in a tile of double-precision products.
const WIDTH: usize = 8;

/// Where q_i + q_j - 2 p_ij is below this share of q_i + q_j, too much of it has cancelled, and the
/// distance is measured from the difference instead: eleven digits of every distance are right.
const CANCELLED: f64 = 1e-3;

/// How well neighbours tell a class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NeighbourAccuracy {
    /// Neighbours that vote, k.
    pub neighbours: usize,
    /// Samples.
    pub samples: usize,
    /// Samples whose class wins the vote.
    pub correct: usize,
    /// Their share.
    pub accuracy: f64,
    /// The same for each class, in the order of the labels.
    pub classes: Vec<ClassShare>,
    /// Whether its class wins, of every sample in the order of the rows.
    pub wins: Vec<bool>,
}

/// The share of samples whose `neighbours` nearest other samples vote for their class.
///
/// The class with the most votes wins; of several, the one whose nearest voter is nearest. Of
/// samples at the same distance the one with the smaller index is the nearer.
///
/// # Errors
///
/// [`AnalysisError::UnequalLengths`] unless there is one label a row,
/// [`AnalysisError::TooFewValues`] for no neighbour, or fewer rows than one more than `neighbours`,
/// and whatever [`nearest_neighbours`] finds wrong.
///
/// # Example
///
/// ```
/// use ndarray::array;
/// use segdend_analysis::nearest_neighbour_accuracy;
///
/// let points = array![[0.0], [0.1], [0.2], [5.0], [5.1], [0.4]];
/// let labels = [0_u8, 0, 0, 1, 1, 1];
/// let found = nearest_neighbour_accuracy(points.view(), &labels, 1)?;
/// // The last one lies among the others.
/// assert_eq!((found.correct, found.samples), (5, 6));
/// assert_eq!(found.wins, [true, true, true, true, true, false]);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn nearest_neighbour_accuracy<Label: Copy + Into<usize>>(
    rows: ArrayView2<'_, f64>,
    labels: &[Label],
    neighbours: usize,
) -> Result<NeighbourAccuracy, AnalysisError> {
    let samples = rows.nrows();
    let classes = Classes::of(labels, samples)?;
    for (found, needed) in [(neighbours, 1), (samples, neighbours.saturating_add(1))] {
        if found < needed {
            return Err(AnalysisError::TooFewValues { found, needed });
        }
    }

    let mut votes = vec![0; classes.labels.len()];
    let mut correct_in = vec![0; classes.labels.len()];
    let mut wins = Vec::with_capacity(samples);
    for (sample, voters) in nearest_neighbours(rows, neighbours)?.iter().enumerate() {
        votes.fill(0);
        for voter in voters {
            votes[classes.of_sample[voter.index]] += 1;
        }
        let most = votes.iter().copied().max();
        let elected = voters
            .iter()
            .map(|voter| classes.of_sample[voter.index])
            .find(|&class| Some(votes[class]) == most);
        let own = classes.of_sample[sample];
        let won = elected == Some(own);
        correct_in[own] += usize::from(won);
        wins.push(won);
    }
    let correct = correct_in.iter().sum();
    let shares = classes.labels.iter().zip(&classes.sizes).zip(correct_in);
    Ok(NeighbourAccuracy {
        neighbours,
        samples,
        correct,
        accuracy: correct as f64 / samples as f64,
        classes: shares
            .map(|((&label, &samples), correct)| ClassShare {
                label,
                samples,
                correct,
            })
            .collect(),
        wins,
    })
}

/// How far apart classes lie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Silhouette {
    /// Mean over all samples.
    pub mean: f64,
    /// Mean over the samples of each class, in the order of the labels.
    pub classes: Vec<SilhouetteClass>,
    /// Of every sample, in the order of the rows.
    pub samples: Vec<f64>,
}

/// How far one class lies from the others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SilhouetteClass {
    /// The class.
    pub label: usize,
    /// Its samples.
    pub samples: usize,
    /// Their mean.
    pub mean: f64,
}

/// The silhouette of every sample, exact: all distances are computed.
///
/// A sample whose own class and whose nearest other are both at distance 0 has silhouette 0.
///
/// # Errors
///
/// [`AnalysisError::UnequalLengths`] unless there is one label a row,
/// [`AnalysisError::TooFewClasses`] below two, and [`AnalysisError::NotFinite`] for a NaN or an
/// infinity (its index row-major).
///
/// # Example
///
/// ```
/// use ndarray::array;
/// use segdend_analysis::silhouette;
///
/// let points = array![[0.0], [1.0], [10.0], [12.0]];
/// let found = silhouette(points.view(), &[3_u8, 3, 7, 7])?;
/// // The first: 1 from its own class, (10 + 12) / 2 from the other.
/// assert!((found.samples[0] - 10.0 / 11.0).abs() < 1e-12);
/// assert_eq!(found.classes[1].label, 7);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn silhouette<Label: Copy + Into<usize>>(
    rows: ArrayView2<'_, f64>,
    labels: &[Label],
) -> Result<Silhouette, AnalysisError> {
    let samples = rows.nrows();
    let classes = Classes::of(labels, samples)?;
    if classes.labels.len() < 2 {
        return Err(AnalysisError::TooFewClasses {
            found: classes.labels.len(),
        });
    }
    // Silhouettes have no unit: that of the points will do.
    let points = Points::of(rows)?.centred;
    let silhouettes: Vec<f64> = class_distances(&points, &classes)
        .chunks_exact(classes.labels.len())
        .enumerate()
        .map(|(sample, totals)| silhouette_of(classes.of_sample[sample], totals, &classes.sizes))
        .collect();

    let means = classes.labels.iter().zip(&classes.sizes).enumerate();
    let of_class = |class: usize| {
        let members = silhouettes.iter().zip(&classes.of_sample);
        sum(members.filter(|(_, of)| **of == class).map(|(s, _)| *s))
    };
    Ok(Silhouette {
        mean: sum(silhouettes.iter().copied()) / samples as f64,
        classes: means
            .map(|(class, (&label, &samples))| SilhouetteClass {
                label,
                samples,
                mean: of_class(class) / samples as f64,
            })
            .collect(),
        samples: silhouettes,
    })
}

/// s_i from the summed distances to every class.
fn silhouette_of(own: usize, totals: &[f64], sizes: &[usize]) -> f64 {
    if sizes[own] == 1 {
        return 0.0;
    }
    let within = totals[own] / (sizes[own] - 1) as f64;
    let without = (0..sizes.len())
        .filter(|&class| class != own)
        .map(|class| totals[class] / sizes[class] as f64)
        .fold(f64::INFINITY, f64::min);
    let larger = within.max(without);
    if larger > 0.0 {
        (without - within) / larger
    } else {
        0.0
    }
}

/// The summed distances of every sample to every class (samples x classes), in the order of the
/// samples.
fn class_distances(points: &Array2<f64>, classes: &Classes) -> Vec<f64> {
    let samples = points.nrows();
    let count = classes.labels.len();
    let squared_norms: Vec<f64> = (0..samples)
        .map(|index| sum(row(points, index).iter().map(|value| value * value)))
        .collect();
    let packed = PackedRows::<f64, WIDTH>::of(points.view());
    (0..samples.div_ceil(BLOCK))
        .into_par_iter()
        .flat_map_iter(|block| {
            let members = block * BLOCK..samples.min((block + 1) * BLOCK);
            let first = members.start;
            let mut totals = vec![0.0; members.len() * count];
            packed.for_each_product(points.view(), members, |member, others, products| {
                let from = first + member;
                let totals = &mut totals[member * count..(member + 1) * count];
                for (to, product) in (others..samples).zip(products) {
                    let norms = squared_norms[from] + squared_norms[to];
                    let mut square = norms - 2.0 * product;
                    if square < CANCELLED * norms {
                        square = squared_distance(row(points, from), row(points, to));
                    }
                    totals[classes.of_sample[to]] += square.sqrt();
                }
            });
            totals
        })
        .collect()
}
