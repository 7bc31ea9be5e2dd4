//! t-SNE: a map in the plane that keeps near samples near (van der Maaten & Hinton 2008; with the
//! Barnes-Hut approximation of van der Maaten 2014). Figure 6C shows one for each layer.
//!
//! For samples x_i (n x dimensions) the map y_i (n x 2, arbitrary unit) descends the divergence
//!
//! ```text
//! KL(P || Q) = sum_ij p_ij ln(p_ij / q_ij)
//!
//! p_ij = (p_j|i + p_i|j) / (2 n),   p_j|i ~ exp(-|x_i - x_j|^2 / (2 s_i^2))
//! q_ij ~ 1 / (1 + |y_i - y_j|^2)
//! ```
//!
//! each s_i such that the perplexity, exp of the entropy of p_.|i, has the value asked for.
//! p_j|i is kept for the 3 x perplexity nearest neighbours of i.
//!
//! # The same bits every time
//!
//! The descent is that of the crate `bhtsne`. Two things in it would differ from one call to the
//! next: its random start, for which an explicit seed is used here, and sums whose order depends
//! on the number of threads, so it runs in a pool of one thread of its own. The neighbours are
//! found exactly, with ties going to the smaller index, in parallel in the caller's pool. Several
//! layers can go side by side: each call needs one thread most of the time.

use crate::AnalysisError;
use crate::geometry::{Neighbour, nearest_neighbours};
use crate::principal_components::principal_components;
use crate::summary::sum;
use bhtsne::{Neighbor, SparseAffinities, tSNE};
use ndarray::ArrayView2;
use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

/// Standard deviation of the initial map (van der Maaten & Hinton 2008, Algorithm 1: variance
/// 1e-4 times I; common programs, and `bhtsne`, take 1e-4 as the standard deviation).
const INITIAL_STANDARD_DEVIATION: f64 = 1e-4;

/// Neighbours kept for each sample, in units of the perplexity (van der Maaten 2014, Section 4.1).
const NEIGHBOURS_PER_PERPLEXITY: f64 = 3.0;

/// 2^-53: the high 53 bits of a random number, times this, are one of [0, 1).
const UNIT_OF_53_BITS: f64 = 0.5 / (1_u64 << 52) as f64;

/// How a map is made. [`Default`] gives the values listed at each field.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmbeddingOptions {
    /// Effective number of neighbours of a sample, at least 1: 30 (van der Maaten 2014).
    pub perplexity: f64,
    /// Steps of gradient descent, at least 1: 1000 (van der Maaten & Hinton 2008).
    pub epochs: usize,
    /// Seed of the initial map: 0.
    pub seed: u64,
    /// Accuracy of the Barnes-Hut approximation, above 0 (smaller is closer): 0.5 (van der Maaten
    /// 2014).
    pub theta: f64,
    /// Factor on p_ij early on, which pulls clusters together, at least 1: 12 (van der Maaten
    /// 2014).
    pub early_exaggeration: f64,
    /// Epoch after which that factor is dropped and momentum rises from 0.5 to 0.8, below
    /// `epochs`: 250 (van der Maaten 2014). 0 leaves exaggeration out.
    pub exaggeration_epochs: usize,
    /// Step of the descent, above 0; none: the larger of 50 and n / (4 `early_exaggeration`), as
    /// usual since Belkina et al. 2019.
    pub learning_rate: Option<f64>,
    /// Principal components that stand for the samples, 1 to the number of dimensions; none: the
    /// samples themselves. Thirty or fifty are usual since van der Maaten & Hinton 2008, to save
    /// time and noise, but then it is they, not the activities, that the map shows.
    pub principal_components: Option<usize>,
}

impl Default for EmbeddingOptions {
    fn default() -> Self {
        Self {
            perplexity: 30.0,
            epochs: 1000,
            seed: 0,
            theta: 0.5,
            early_exaggeration: 12.0,
            exaggeration_epochs: 250,
            learning_rate: None,
            principal_components: None,
        }
    }
}

impl EmbeddingOptions {
    fn validate(&self) -> Result<(), AnalysisError> {
        let check = |option, value: f64, valid: bool, expected| {
            if valid && value.is_finite() {
                Ok(())
            } else {
                Err(AnalysisError::InvalidEmbeddingOption {
                    option,
                    value,
                    expected,
                })
            }
        };
        check(
            "perplexity",
            self.perplexity,
            self.perplexity >= 1.0,
            "a number of at least 1",
        )?;
        check("epochs", self.epochs as f64, self.epochs >= 1, "at least 1")?;
        check("theta", self.theta, self.theta > 0.0, "a number above 0")?;
        check(
            "early_exaggeration",
            self.early_exaggeration,
            self.early_exaggeration >= 1.0,
            "a number of at least 1",
        )?;
        check(
            "exaggeration_epochs",
            self.exaggeration_epochs as f64,
            self.exaggeration_epochs < self.epochs,
            "fewer than epochs",
        )?;
        let learning_rate = self.learning_rate.unwrap_or(1.0);
        check(
            "learning_rate",
            learning_rate,
            learning_rate > 0.0,
            "a number above 0",
        )
    }
}

/// A map in the plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Embedding {
    /// The place of every sample, in the order of the rows; the centre of mass is at the origin.
    pub points: Vec<[f64; 2]>,
    /// KL(P || Q) of the map, in nats: p_ij over neighbours, q_ij exact over all pairs.
    pub kl_divergence: f64,
}

/// Maps `rows` (n samples x dimensions) into the plane. `progress` is called after every epoch
/// with the number of epochs done, from another thread.
///
/// # Errors
///
/// [`AnalysisError::InvalidEmbeddingOption`], [`AnalysisError::PerplexityTooLarge`] for fewer than
/// 3 x perplexity + 1 samples, whatever [`nearest_neighbours`] and [`principal_components`] find wrong,
/// [`AnalysisError::EmbeddingDiverged`], and [`AnalysisError::ThreadPool`] if no thread
/// can be started.
///
/// # Example
///
/// ```
/// use ndarray::Array2;
/// use segdend_analysis::{EmbeddingOptions, embed};
///
/// let activities = Array2::from_shape_fn((40, 3), |(sample, unit)| (sample * (unit + 1)) as f64);
/// let options = EmbeddingOptions {
///     perplexity: 5.0,
///     epochs: 20,
///     exaggeration_epochs: 10,
///     ..EmbeddingOptions::default()
/// };
/// let mut epochs_done = 0;
/// let map = embed(activities.view(), &options, |done| epochs_done = done)?;
/// assert_eq!(map.points.len(), 40);
/// assert_eq!(epochs_done, 20);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn embed(
    rows: ArrayView2<'_, f64>,
    options: &EmbeddingOptions,
    progress: impl FnMut(usize) + Send,
) -> Result<Embedding, AnalysisError> {
    options.validate()?;
    let samples = rows.nrows();
    let neighbour_count = (NEIGHBOURS_PER_PERPLEXITY * options.perplexity) as usize;
    if samples <= neighbour_count {
        return Err(AnalysisError::PerplexityTooLarge {
            perplexity: options.perplexity,
            found: samples,
            needed: neighbour_count.saturating_add(1),
        });
    }
    let neighbours = match options.principal_components {
        None => nearest_neighbours(rows, neighbour_count)?,
        Some(count) => {
            let components = principal_components(rows, count)?;
            nearest_neighbours(components.scores.view(), neighbour_count)?
        }
    };
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let embedding = one_thread.install(|| descend(&neighbours, options, progress));

    let finite = |point: &[f64; 2]| point.iter().all(|coordinate| coordinate.is_finite());
    match embedding.points.iter().position(|point| !finite(point)) {
        Some(sample) => Err(AnalysisError::EmbeddingDiverged {
            sample,
            epochs: options.epochs,
        }),
        None => Ok(embedding),
    }
}

fn descend(
    neighbours: &[Vec<Neighbour>],
    options: &EmbeddingOptions,
    mut progress: impl FnMut(usize),
) -> Embedding {
    // Given neighbours, the descent reads nothing of the samples but how many there are.
    let samples = vec![(); neighbours.len()];
    let mut descent = tSNE::<f64, (), 2>::new(&samples);
    descent
        .perplexity(options.perplexity)
        .epochs(options.epochs)
        .early_exaggeration(options.early_exaggeration)
        .stop_lying_epoch(options.exaggeration_epochs)
        .momentum_switch_epoch(options.exaggeration_epochs)
        .initial_embedding(initial_map(samples.len(), options.seed))
        .epoch_callback(|epoch, _| progress(epoch + 1));
    if let Some(learning_rate) = options.learning_rate {
        descent.learning_rate(learning_rate);
    }
    let neighbours: Vec<Vec<_>> = neighbours
        .iter()
        .map(|near| {
            near.iter()
                .map(|&Neighbour { index, distance }| Neighbor { index, distance })
                .collect()
        })
        .collect();
    descent.barnes_hut_with_neighbors(options.theta, &neighbours);
    let points = descent.embedding().as_chunks::<2>().0.to_vec();
    let affinities = descent.affinities().expect("a map has just been made");
    let kl_divergence = kl_divergence(&affinities, &points);
    Embedding {
        points,
        kl_divergence,
    }
}

/// KL(P || Q), with P scaled to sum to one.
///
/// `bhtsne` has a function for it, which in 0.7.13 weighs the terms of sample i by the i-th entry
/// of P instead of by p_ij; the descent itself does not use it.
fn kl_divergence(affinities: &SparseAffinities<f64>, points: &[[f64; 2]]) -> f64 {
    let kernel = |from: [f64; 2], to: [f64; 2]| {
        1.0 / (1.0 + (from[0] - to[0]).powi(2) + (from[1] - to[1]).powi(2))
    };
    let half_normalizer = sum(points
        .iter()
        .enumerate()
        .map(|(index, &from)| sum(points[index + 1..].iter().map(|&to| kernel(from, to)))));
    let total = sum(affinities.values().iter().copied());
    let mut divergence = 0.0;
    for (from, range) in affinities.rows().windows(2).enumerate() {
        for entry in range[0]..range[1] {
            let p = affinities.values()[entry] / total;
            if p > 0.0 {
                let to = affinities.columns()[entry] as usize;
                let q = kernel(points[from], points[to]) / (2.0 * half_normalizer);
                divergence += p * (p / q).ln();
            }
        }
    }
    divergence
}

/// 2 n uniform coordinates of mean 0 and standard deviation [`INITIAL_STANDARD_DEVIATION`]. Their
/// distribution is forgotten within a few epochs; a uniform one needs no logarithm, whose last bit
/// depends on the platform.
fn initial_map(samples: usize, seed: u64) -> Vec<f64> {
    let half_width = INITIAL_STANDARD_DEVIATION * 3.0_f64.sqrt();
    let mut generator = SplitMix64::seed_from_u64(seed);
    let mut next_unit = || (generator.next_u64() >> 11) as f64 * UNIT_OF_53_BITS;
    (0..2 * samples)
        .map(|_| half_width * (2.0 * next_unit() - 1.0))
        .collect()
}
