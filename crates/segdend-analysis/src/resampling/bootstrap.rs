//! Bootstrap confidence intervals for the difference of two samples (Efron & Tibshirani 1993,
//! "An introduction to the bootstrap").
//!
//! Each of B resamples draws n_1 values from the first sample and n_2 from the second, with
//! replacement, and computes the statistic again: B replicates of the estimate e. With Q their
//! quantiles (linear between order statistics), Phi the normal distribution and c the confidence:
//!
//! ```text
//! percentile:  Q((1 - c) / 2)  to  Q((1 + c) / 2)                                        (13.3)
//! BCa:         Q(level((1 - c) / 2))  to  Q(level((1 + c) / 2))                          (14.9)
//!
//! level(p) = Phi(z_0 + w / (1 - a w)),  w = z_0 + Phi^-1(p)                              (14.10)
//! z_0 = Phi^-1(share of replicates below e, those equal to e counting half)              (14.14)
//! a   = (1/6) sum_j (1 / n_j^3) sum_i u_ji^3 / (sum_j (1 / n_j^2) sum_i u_ji^2)^(3/2)
//! u_ji = (n_j - 1)(mean over i of e_(ji) - e_(ji)),  e_(ji) the estimate without value i of sample j
//! ```
//!
//! a for several samples as in Davison & Hinkley 1997, Section 5.4, and as in SciPy. BCa corrects
//! the percentiles for bias and skewness; with fewer than about ten values a sample neither kind is
//! to be trusted far: the resamples know no value that was not drawn.

use super::{Purpose, draw_index, stream};
use crate::summary::{require_finite, sum};
use crate::{AnalysisError, ConfidenceInterval};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// Replicates closer to the estimate than this share of the standard error count as equal to it:
/// another draw of the same values, summed in another order.
const TIE_TOLERANCE: f64 = 1e-9;

/// What is estimated from two samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TwoSampleStatistic {
    /// Mean of the first sample minus mean of the second.
    MeanDifference,
    /// That over the pooled standard deviation ([`EffectSize::cohens_d`](crate::EffectSize)).
    CohensD,
}

/// How a bootstrap is run. [`Default`] gives the values listed at each field.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BootstrapOptions {
    /// Number of resamples, B, at least 2: 10,000.
    pub resamples: usize,
    /// How often the interval is to cover the true value, between 0 and 1: 0.95.
    pub confidence: f64,
    /// Seed of the resamples: 0.
    pub seed: u64,
}

impl Default for BootstrapOptions {
    fn default() -> Self {
        Self {
            resamples: 10_000,
            confidence: 0.95,
            seed: 0,
        }
    }
}

/// An estimate with its bootstrap intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BootstrapIntervals {
    /// What was estimated.
    pub statistic: TwoSampleStatistic,
    /// The estimate from the samples themselves.
    pub estimate: f64,
    /// The standard deviation of the replicates.
    pub standard_error: f64,
    /// The percentile interval.
    pub percentile: ConfidenceInterval,
    /// The bias-corrected and accelerated interval; none where every replicate is on the same side
    /// of the estimate, or the estimate needs every single value.
    pub bias_corrected: Option<ConfidenceInterval>,
    /// Resamples drawn.
    pub resamples: usize,
    /// Resamples left out: without spread in either sample Cohen's d is undefined.
    pub undefined_resamples: usize,
}

/// Bootstrap intervals of a statistic of two samples of at least two values each.
///
/// # Errors
///
/// [`AnalysisError::TooFewValues`] for fewer than two values in a sample, or fewer than two
/// (defined) resamples; [`AnalysisError::NotFinite`]; [`AnalysisError::InvalidConfidence`] unless
/// 0 < `confidence` < 1; [`AnalysisError::ConstantSample`] for Cohen's d of samples that both lack
/// spread; [`AnalysisError::SquaresOutOfRange`] where the statistic leaves f64.
///
/// # Example
///
/// ```
/// use segdend_analysis::{BootstrapOptions, TwoSampleStatistic, bootstrap};
///
/// let (shallow, deep) = ([8.1, 8.4, 8.3, 8.6, 8.2], [4.0, 4.3, 4.1, 3.9, 4.2]);
/// let options = BootstrapOptions::default();
/// let found = bootstrap(&shallow, &deep, TwoSampleStatistic::MeanDifference, &options)?;
/// let interval = found.bias_corrected.unwrap();
/// assert!(interval.lower < found.estimate && found.estimate < interval.upper);
/// assert!(interval.lower > 4.0 && interval.upper < 4.5);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn bootstrap(
    first: &[f64],
    second: &[f64],
    statistic: TwoSampleStatistic,
    options: &BootstrapOptions,
) -> Result<BootstrapIntervals, AnalysisError> {
    const FEWEST: usize = 2;
    require_finite(first, FEWEST)?;
    require_finite(second, FEWEST)?;
    let confidence = options.confidence;
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(AnalysisError::InvalidConfidence { confidence });
    }
    let too_few = |found| AnalysisError::TooFewValues {
        found,
        needed: FEWEST,
    };
    if options.resamples < FEWEST {
        return Err(too_few(options.resamples));
    }
    let Some(estimate) = statistic.of(first, second) else {
        return Err(AnalysisError::ConstantSample { value: first[0] });
    };

    let mut replicates = replicates(first, second, statistic, options);
    let undefined_resamples = options.resamples - replicates.len();
    if replicates.len() < FEWEST {
        return Err(too_few(replicates.len()));
    }
    let standard_error = deviation(&replicates);
    if !(estimate.is_finite() && standard_error.is_finite()) {
        let largest = |values: &[f64]| values.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        let largest_deviation = largest(first).max(largest(second));
        return Err(AnalysisError::SquaresOutOfRange { largest_deviation });
    }
    replicates.sort_unstable_by(f64::total_cmp);
    let interval = |[lower, upper]: [f64; 2]| ConfidenceInterval {
        confidence,
        lower: quantile(&replicates, lower),
        upper: quantile(&replicates, upper),
    };
    let levels = [(1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0];
    let bias = bias_correction(&replicates, estimate, TIE_TOLERANCE * standard_error);
    let acceleration = acceleration(first, second, statistic);
    let bias_corrected = bias.zip(acceleration).map(|(bias, acceleration)| {
        interval(levels.map(|level| correct(level, bias, acceleration)))
    });
    Ok(BootstrapIntervals {
        statistic,
        estimate,
        standard_error,
        percentile: interval(levels),
        bias_corrected,
        resamples: options.resamples,
        undefined_resamples,
    })
}

impl TwoSampleStatistic {
    /// The statistic, none where it is undefined. Means and squares in two passes.
    fn of(self, first: &[f64], second: &[f64]) -> Option<f64> {
        let mean = |values: &[f64]| sum(values.iter().copied()) / values.len() as f64;
        let (m_1, m_2) = (mean(first), mean(second));
        match self {
            Self::MeanDifference => Some(m_1 - m_2),
            Self::CohensD => {
                // Tested on the values themselves: the deviations from a rounded mean need not be 0.
                let is_constant = |values: &[f64]| values.iter().all(|&value| value == values[0]);
                if is_constant(first) && is_constant(second) {
                    return None;
                }
                let squares =
                    |values: &[f64], mean: f64| sum(values.iter().map(|x| (x - mean).powi(2)));
                let degrees_of_freedom = (first.len() + second.len() - 2) as f64;
                let variance = (squares(first, m_1) + squares(second, m_2)) / degrees_of_freedom;
                Some((m_1 - m_2) / variance.sqrt())
            }
        }
    }
}

/// The statistic of every resample that has one, in the order of the resamples.
fn replicates(
    first: &[f64],
    second: &[f64],
    statistic: TwoSampleStatistic,
    options: &BootstrapOptions,
) -> Vec<f64> {
    let drawn: Vec<Option<f64>> = (0..options.resamples)
        .into_par_iter()
        .map_init(
            || (vec![0.0; first.len()], vec![0.0; second.len()]),
            |(first_drawn, second_drawn), index| {
                let mut generator = stream(Purpose::Bootstrap, options.seed, index as u64);
                for (drawn, values) in [(&mut *first_drawn, first), (&mut *second_drawn, second)] {
                    drawn.fill_with(|| values[draw_index(&mut generator, values.len())]);
                }
                statistic.of(first_drawn, second_drawn)
            },
        )
        .collect();
    drawn.into_iter().flatten().collect()
}

fn deviation(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = sum(values.iter().copied()) / count;
    (sum(values.iter().map(|value| (value - mean).powi(2))) / (count - 1.0)).sqrt()
}

/// The quantile of sorted values, linear between them (type 7 of Hyndman & Fan 1996).
fn quantile(sorted: &[f64], level: f64) -> f64 {
    let position = level * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

/// z_0, none where it would be infinite. `tie` is the distance up to which values count as equal.
fn bias_correction(sorted: &[f64], estimate: f64, tie: f64) -> Option<f64> {
    let below = sorted.partition_point(|&replicate| replicate < estimate - tie);
    let not_above = sorted.partition_point(|&replicate| replicate <= estimate + tie);
    let share = (below + not_above) as f64 / (2 * sorted.len()) as f64;
    (share > 0.0 && share < 1.0).then(|| Normal::standard().inverse_cdf(share))
}

/// a, 0 where leaving a value out changes nothing; none where the statistic is undefined without.
fn acceleration(first: &[f64], second: &[f64], statistic: TwoSampleStatistic) -> Option<f64> {
    let (mut cubes, mut squares) = (0.0, 0.0);
    for (sample, is_first) in [(first, true), (second, false)] {
        let count = sample.len() as f64;
        let estimates: Vec<f64> = (0..sample.len())
            .map(|left_out| {
                let rest = [&sample[..left_out], &sample[left_out + 1..]].concat();
                if is_first {
                    statistic.of(&rest, second)
                } else {
                    statistic.of(first, &rest)
                }
            })
            .collect::<Option<_>>()?;
        let mean = sum(estimates.iter().copied()) / count;
        let influence = |estimate: &f64| (count - 1.0) * (mean - estimate);
        cubes += sum(estimates.iter().map(|e| influence(e).powi(3))) / count.powi(3);
        squares += sum(estimates.iter().map(|e| influence(e).powi(2))) / count.powi(2);
    }
    Some(if squares > 0.0 {
        cubes / (6.0 * squares.powf(1.5))
    } else {
        0.0
    })
}

/// The level whose quantile stands for that of `level`.
fn correct(level: f64, bias: f64, acceleration: f64) -> f64 {
    let normal = Normal::standard();
    let shifted = bias + normal.inverse_cdf(level);
    normal.cdf(bias + shifted / (1.0 - acceleration * shifted))
}
