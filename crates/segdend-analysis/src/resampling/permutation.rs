//! The permutation test of two samples: how often would labels dealt at random separate the values
//! as far as the labels they have? (Fisher 1935; Monte Carlo after Phipson & Smyth 2010.)
//!
//! ```text
//! statistic    D = m_1 - m_2, the difference of the means, of two tails: |D*| >= |D|
//! exact        p = b / n         over all n = (n_1 + n_2)! / (n_1! n_2!) ways to deal the labels
//! Monte Carlo  p = (b + 1) / (n + 1)   over n deals drawn at random
//! ```
//!
//! with b the deals at least as extreme as the one observed. The observed one is among all, so the
//! exact p is at least 1 / n; counting it once more keeps the Monte Carlo p from being 0, which no
//! finite number of draws can show. Nothing is assumed of the distribution but that under the null
//! hypothesis the labels mean nothing.
//!
//! Differences that agree within 1e-12 of the sum of absolute deviations count as equal, so that
//! ties among the values do not hang on rounding.

use super::{Purpose, draw_index, stream};
use crate::AnalysisError;
use crate::summary::{mean, require_finite, sum};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Differences closer than this share of the sum of absolute deviations count as equal.
const TIE_TOLERANCE: f64 = 1e-12;

/// How a permutation test is run. [`Default`] gives the values listed at each field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PermutationOptions {
    /// The most ways to deal the labels that are all gone through: 200,000.
    pub most_exact: u64,
    /// Deals drawn where there are more, at least 1: 99,999.
    pub draws: u64,
    /// Seed of the draws: 0.
    pub seed: u64,
}

impl Default for PermutationOptions {
    fn default() -> Self {
        Self {
            most_exact: 200_000,
            draws: 99_999,
            seed: 0,
        }
    }
}

/// Whether all deals were gone through, or some drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PermutationMethod {
    /// All.
    Exact,
    /// Some, drawn at random.
    MonteCarlo,
}

/// Result of a permutation test.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct PermutationTest {
    /// Mean of the first sample minus mean of the second.
    pub mean_difference: f64,
    /// Two-tailed probability, not corrected.
    pub p: f64,
    /// Deals at least as extreme as the one observed, b.
    pub at_least_as_extreme: u64,
    /// Deals looked at, n.
    pub deals: u64,
    /// How they were chosen.
    pub method: PermutationMethod,
}

/// The two-tailed permutation test of the difference of two means.
///
/// # Errors
///
/// [`AnalysisError::TooFewValues`] for an empty sample, or no draws where draws are needed,
/// [`AnalysisError::NotFinite`], and [`AnalysisError::SquaresOutOfRange`] where a sum overflows.
///
/// # Example
///
/// ```
/// use segdend_analysis::{PermutationMethod, PermutationOptions, permutation_test};
///
/// // Of the 20 ways to deal three of six labels, this one and its mirror image are the farthest.
/// let options = PermutationOptions::default();
/// let test = permutation_test(&[8.2, 8.4, 8.3], &[4.1, 4.0, 4.2], &options)?;
/// assert_eq!(test.method, PermutationMethod::Exact);
/// assert_eq!((test.at_least_as_extreme, test.deals), (2, 20));
/// assert_eq!(test.p, 0.1);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn permutation_test(
    first: &[f64],
    second: &[f64],
    options: &PermutationOptions,
) -> Result<PermutationTest, AnalysisError> {
    require_finite(first, 1)?;
    require_finite(second, 1)?;
    let mean_difference = mean(first)? - mean(second)?;
    // Of deviations from the common mean, those of the first sample alone decide D: the others sum
    // to the opposite.
    let mut deviations = [first, second].concat();
    let centre = mean(&deviations)?;
    for value in &mut deviations {
        *value -= centre;
    }
    let total = sum(deviations.iter().map(|deviation| deviation.abs()));
    if !total.is_finite() {
        return Err(AnalysisError::SquaresOutOfRange {
            largest_deviation: deviations
                .iter()
                .fold(0.0, |most: f64, x| most.max(x.abs())),
        });
    }
    let threshold = sum(deviations[..first.len()].iter().copied()).abs() - TIE_TOLERANCE * total;
    let is_extreme = |dealt: f64| dealt.abs() >= threshold;

    let ways = ways_to_choose(deviations.len(), first.len());
    let (at_least_as_extreme, deals, method) = match ways {
        Some(ways) if ways <= options.most_exact => {
            let extreme = count_all(&deviations, first.len(), is_extreme);
            (extreme, ways, PermutationMethod::Exact)
        }
        _ if options.draws == 0 => {
            return Err(AnalysisError::TooFewValues {
                found: 0,
                needed: 1,
            });
        }
        _ => {
            let extreme = count_drawn(&deviations, first.len(), options, is_extreme);
            (extreme, options.draws, PermutationMethod::MonteCarlo)
        }
    };
    let p = match method {
        PermutationMethod::Exact => at_least_as_extreme as f64 / deals as f64,
        PermutationMethod::MonteCarlo => (at_least_as_extreme as f64 + 1.0) / (deals as f64 + 1.0),
    };
    Ok(PermutationTest {
        mean_difference,
        p,
        at_least_as_extreme,
        deals,
        method,
    })
}

/// The binomial coefficient, none where it exceeds u64.
fn ways_to_choose(count: usize, chosen: usize) -> Option<u64> {
    let mut ways: u128 = 1;
    for step in 1..=chosen.min(count - chosen) {
        // A product of `step` consecutive numbers is divisible by `step`!.
        ways = ways * (count - step + 1) as u128 / step as u128;
        if ways > u128::from(u64::MAX) {
            return None;
        }
    }
    u64::try_from(ways).ok()
}

/// Extreme deals among all, each dealt sum taken anew in the order of the values.
fn count_all(deviations: &[f64], chosen: usize, is_extreme: impl Fn(f64) -> bool) -> u64 {
    let mut places: Vec<usize> = (0..chosen).collect();
    let mut extreme = 0;
    loop {
        let dealt = sum(places.iter().map(|&place| deviations[place]));
        extreme += u64::from(is_extreme(dealt));
        // The next choice in lexicographic order: move the last place that can move.
        let spare = deviations.len() - chosen;
        let Some(moving) = (0..chosen)
            .rev()
            .find(|&index| places[index] < index + spare)
        else {
            return extreme;
        };
        places[moving] += 1;
        for index in moving + 1..chosen {
            places[index] = places[index - 1] + 1;
        }
    }
}

/// Extreme deals among those drawn, each the beginning of a shuffle (Fisher & Yates 1938).
fn count_drawn(
    deviations: &[f64],
    chosen: usize,
    options: &PermutationOptions,
    is_extreme: impl Fn(f64) -> bool + Sync,
) -> u64 {
    let extreme = (0..options.draws).into_par_iter().map_init(
        || deviations.to_vec(),
        |shuffled, index| {
            shuffled.copy_from_slice(deviations);
            let mut generator = stream(Purpose::Permutation, options.seed, index);
            let mut dealt = 0.0;
            for place in 0..chosen {
                let from = place + draw_index(&mut generator, shuffled.len() - place);
                shuffled.swap(place, from);
                dealt += shuffled[place];
            }
            u64::from(is_extreme(dealt))
        },
    );
    extreme.sum()
}
