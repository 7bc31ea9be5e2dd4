//! What reported t imply: standard deviations from t and means, differences from t and standard
//! deviations.
//!
//! For conditions i and j with n_i and n_j values, means m_i, m_j and standard deviations s_i, s_j (in
//! one unit), Student's t with a pooled variance is
//!
//! ```text
//! t_ij = (m_i - m_j) / e_ij,   e_ij^2 = v_ij (1 / n_i + 1 / n_j)
//! v_ij = ((n_i - 1) s_i^2 + (n_j - 1) s_j^2) / (n_i + n_j - 2)
//! ```
//!
//! Printed means and t stand for all numbers that round to them. Two means and their t give the pooled
//! standard deviation; three means and the three t between them give each of the three. Where means
//! are missing, three t still tie the differences together, for those of a triangle add up:
//!
//! ```text
//! t_ij e_ij + t_jk e_jk = t_ik e_ik
//! ```
//!
//! and with a range for the standard deviations the differences are bounded. The bounds come from
//! branch and bound over boxes of standard deviations: a box is narrowed by what t, the means and the
//! triangles leave of it (interval arithmetic and shortest paths), dropped if nothing is left, and
//! halved else. No compatible value lies outside the bounds; they are wider than the extreme ones by
//! about a thousandth of the ranges given at most.

use super::ReportedNumber;
use crate::AnalysisError;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Boxes narrower than this share of the ranges given are not halved any more.
const RESOLUTION: f64 = 1e-3;
/// Boxes looked at for one bound before what is known by then is taken.
const MOST_BOXES: usize = 2_000;
/// Times that a box is narrowed before it is halved.
const NARROWINGS: usize = 3;

/// A condition as reported.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedCondition {
    /// Values, at least 2.
    pub count: usize,
    /// Their mean as printed, if it is.
    pub mean: Option<ReportedNumber>,
    /// What their standard deviation may be, in the unit of the means: a range that the bounds are to
    /// hold for, from at least 0 on.
    pub standard_deviation: Bounds,
}

/// A t between two conditions as reported.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedComparison {
    /// The one condition, counted from 0.
    pub first: usize,
    /// The other.
    pub second: usize,
    /// t, positive where the first mean is the larger.
    pub t: ReportedNumber,
}

/// The least and the most a number can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Lower end.
    pub least: f64,
    /// Upper end.
    pub most: f64,
}

/// What reported means and t leave open, in the unit of the means.
#[derive(Debug, Clone, PartialEq)]
pub struct ImpliedByT {
    /// The standard deviation of every condition.
    pub standard_deviations: Vec<Bounds>,
    /// The pooled standard deviation of every comparison.
    pub pooled_standard_deviations: Vec<Bounds>,
    /// Mean of the first less mean of the second of every comparison.
    pub differences: Vec<Bounds>,
}

/// What t between conditions imply of standard deviations and differences; none where no standard
/// deviations in the ranges given are compatible with all that is reported.
///
/// # Errors
///
/// [`AnalysisError::TooFewValues`] for a condition of fewer than two values,
/// [`AnalysisError::NotFinite`] for a range of standard deviations that is not finite, below 0 or
/// empty (its index is that of the condition), [`AnalysisError::NoSuchCondition`] for a comparison of
/// a condition with itself or one that is not there.
///
/// # Example
///
/// ```
/// use segdend_analysis::{Bounds, ReportedComparison, ReportedCondition, implied_by_t};
///
/// // Figure 8B: 4.1 % against 3.7 %, n = 20 each, t(38) = 16.43.
/// let condition = |mean: &str| -> Result<_, segdend_analysis::AnalysisError> {
///     let any = Bounds { least: 0.0, most: 1.0 };
///     Ok(ReportedCondition { count: 20, mean: Some(mean.parse()?), standard_deviation: any })
/// };
/// let conditions = [condition("4.1")?, condition("3.7")?];
/// let t = ReportedComparison { first: 0, second: 1, t: "16.43".parse()? };
/// let implied = implied_by_t(&conditions, &[t])?.unwrap();
/// let pooled = implied.pooled_standard_deviations[0];
/// assert!(pooled.least < 0.077 && 0.077 < pooled.most && pooled.most < 0.1);
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
pub fn implied_by_t(
    conditions: &[ReportedCondition],
    comparisons: &[ReportedComparison],
) -> Result<Option<ImpliedByT>, AnalysisError> {
    for (index, condition) in conditions.iter().enumerate() {
        if condition.count < 2 {
            return Err(AnalysisError::TooFewValues {
                found: condition.count,
                needed: 2,
            });
        }
        let Bounds { least, most } = condition.standard_deviation;
        if !(0.0 <= least && least <= most && most.is_finite()) {
            let value = if 0.0 <= least { most } else { least };
            return Err(AnalysisError::NotFinite { index, value });
        }
    }
    for &ReportedComparison { first, second, .. } in comparisons {
        if first == second || first.max(second) >= conditions.len() {
            return Err(AnalysisError::NoSuchCondition {
                first,
                second,
                conditions: conditions.len(),
            });
        }
    }
    let report = Report {
        conditions,
        comparisons,
    };
    let whole: Vec<Bounds> = conditions.iter().map(|c| c.standard_deviation).collect();
    let bounds = |of: &dyn Fn(&Open) -> Bounds| {
        Some(Bounds {
            least: report.least(&whole, &|open| of(open).least)?,
            most: -report.least(&whole, &|open| -of(open).most)?,
        })
    };
    let all = |count: usize, of: &dyn Fn(&Open, usize) -> Bounds| -> Option<Vec<Bounds>> {
        (0..count)
            .map(|index| bounds(&|open| of(open, index)))
            .collect()
    };
    let implied = || {
        Some(ImpliedByT {
            standard_deviations: all(conditions.len(), &|open, index| {
                open.standard_deviations[index]
            })?,
            pooled_standard_deviations: all(comparisons.len(), &|open, index| {
                let scale = report.scale(index);
                open.errors[index].map(|error| error / scale)
            })?,
            differences: all(comparisons.len(), &|open, index| open.differences[index])?,
        })
    };
    Ok(implied())
}

struct Report<'a> {
    conditions: &'a [ReportedCondition],
    comparisons: &'a [ReportedComparison],
}

/// What a box leaves open.
#[derive(Clone)]
struct Open {
    standard_deviations: Vec<Bounds>,
    /// The standard error of every comparison.
    errors: Vec<Bounds>,
    differences: Vec<Bounds>,
}

impl Report<'_> {
    /// The least that `of` can be over all that is compatible; none if nothing is.
    fn least(&self, whole: &[Bounds], of: &dyn Fn(&Open) -> f64) -> Option<f64> {
        let widths: Vec<f64> = whole
            .iter()
            .map(|range| range.width().max(f64::MIN_POSITIVE))
            .collect();
        let share =
            |open: &Open, side: usize| open.standard_deviations[side].width() / widths[side];
        let mut heap = BinaryHeap::new();
        let push = |heap: &mut BinaryHeap<_>, deviations: &[Bounds], depth| {
            if let Some(open) = self.narrowed(deviations) {
                heap.push(Candidate {
                    bound: of(&open),
                    depth,
                    open,
                });
            }
        };
        push(&mut heap, whole, 0);
        for looked_at in 0.. {
            let Candidate { bound, depth, open } = heap.pop()?;
            let widest =
                (0..whole.len()).max_by(|&a, &b| share(&open, a).total_cmp(&share(&open, b)));
            let Some(widest) = widest.filter(|&side| share(&open, side) > RESOLUTION) else {
                return Some(bound);
            };
            if looked_at >= MOST_BOXES {
                return Some(bound);
            }
            let Bounds { least, most } = open.standard_deviations[widest];
            let middle = 0.5 * (least + most);
            for half in [
                Bounds {
                    least,
                    most: middle,
                },
                Bounds {
                    least: middle,
                    most,
                },
            ] {
                let mut deviations = open.standard_deviations.clone();
                deviations[widest] = half;
                push(&mut heap, &deviations, depth + 1);
            }
        }
        unreachable!("the loop has no end of its own")
    }

    /// sqrt(1 / n_i + 1 / n_j).
    fn scale(&self, comparison: usize) -> f64 {
        let ReportedComparison { first, second, .. } = self.comparisons[comparison];
        let part = |condition: usize| 1.0 / self.conditions[condition].count as f64;
        (part(first) + part(second)).sqrt()
    }

    /// A box without what the report rules out; none if that is all of it.
    fn narrowed(&self, deviations: &[Bounds]) -> Option<Open> {
        let everything = Bounds {
            least: f64::NEG_INFINITY,
            most: f64::INFINITY,
        };
        let count = self.comparisons.len();
        let mut open = Open {
            standard_deviations: deviations.to_vec(),
            errors: vec![everything; count],
            differences: vec![everything; count],
        };
        for _ in 0..NARROWINGS {
            for (index, comparison) in self.comparisons.iter().enumerate() {
                let t = Bounds::of_rounded(&comparison.t);
                let error = self.error(index, &open.standard_deviations);
                open.errors[index] = open.errors[index].meet(error)?;
                let difference = t.times(open.errors[index]);
                open.differences[index] = open.differences[index].meet(difference)?;
            }
            self.close(&mut open)?;
            for (index, comparison) in self.comparisons.iter().enumerate() {
                let t = Bounds::of_rounded(&comparison.t);
                if let Some(error) = open.differences[index].over(t) {
                    open.errors[index] = open.errors[index].meet(error)?;
                    self.narrow_deviations(index, &mut open)?;
                }
            }
        }
        Some(open)
    }

    fn weights(&self, comparison: usize) -> [f64; 2] {
        let ReportedComparison { first, second, .. } = self.comparisons[comparison];
        let [first, second] =
            [first, second].map(|index| (self.conditions[index].count - 1) as f64);
        [first, second].map(|weight| weight / (first + second))
    }

    /// The standard error that two standard deviations give.
    fn error(&self, comparison: usize, deviations: &[Bounds]) -> Bounds {
        let ReportedComparison { first, second, .. } = self.comparisons[comparison];
        let [w_1, w_2] = self.weights(comparison);
        let scale = self.scale(comparison);
        let of = |s_1: f64, s_2: f64| scale * (w_1 * s_1 * s_1 + w_2 * s_2 * s_2).sqrt();
        Bounds {
            least: of(deviations[first].least, deviations[second].least),
            most: of(deviations[first].most, deviations[second].most),
        }
    }

    /// The standard deviations that a standard error leaves to either condition.
    fn narrow_deviations(&self, comparison: usize, open: &mut Open) -> Option<()> {
        let ReportedComparison { first, second, .. } = self.comparisons[comparison];
        let weights = self.weights(comparison);
        let pooled = open.errors[comparison].map(|error| error / self.scale(comparison));
        for (own, other, [w, v]) in [
            (first, second, weights),
            (second, first, [weights[1], weights[0]]),
        ] {
            let beside = open.standard_deviations[other];
            let left = |pooled: f64, beside: f64| {
                ((pooled * pooled - v * beside * beside) / w)
                    .max(0.0)
                    .sqrt()
            };
            open.standard_deviations[own] = open.standard_deviations[own].meet(Bounds {
                least: left(pooled.least, beside.most),
                most: left(pooled.most, beside.least),
            })?;
        }
        Some(())
    }

    /// Makes differences agree with each other and with the means: shortest paths between conditions,
    /// a step from i to j being as long as m_i - m_j can be. Means are differences to a zero.
    fn close(&self, open: &mut Open) -> Option<()> {
        let zero = self.conditions.len();
        let mut most = vec![vec![f64::INFINITY; zero + 1]; zero + 1];
        let mut at_most = |from: usize, to: usize, bounds: Bounds| {
            most[from][to] = most[from][to].min(bounds.most);
            most[to][from] = most[to][from].min(-bounds.least);
        };
        for (comparison, &difference) in self.comparisons.iter().zip(&open.differences) {
            at_most(comparison.first, comparison.second, difference);
        }
        for (index, condition) in self.conditions.iter().enumerate() {
            if let Some(mean) = &condition.mean {
                at_most(index, zero, Bounds::of_rounded(mean));
            }
        }
        for over in 0..=zero {
            for from in 0..=zero {
                for to in 0..=zero {
                    most[from][to] = most[from][to].min(most[from][over] + most[over][to]);
                }
            }
        }
        for (comparison, difference) in self.comparisons.iter().zip(&mut open.differences) {
            let ReportedComparison { first, second, .. } = *comparison;
            *difference = difference.meet(Bounds {
                least: -most[second][first],
                most: most[first][second],
            })?;
        }
        Some(())
    }
}

impl Bounds {
    fn of_rounded(number: &ReportedNumber) -> Self {
        let (least, most) = number.bounds();
        Self { least, most }
    }

    fn width(self) -> f64 {
        self.most - self.least
    }

    fn map(self, rising: impl Fn(f64) -> f64) -> Self {
        Self {
            least: rising(self.least),
            most: rising(self.most),
        }
    }

    fn meet(self, other: Self) -> Option<Self> {
        let least = self.least.max(other.least);
        let most = self.most.min(other.most);
        // Ends that rounding has moved past each other are one.
        let slack = 1e-12 * (least.abs() + most.abs());
        (least <= most + slack).then_some(Self {
            least: least.min(most),
            most: most.max(least.min(most)),
        })
    }

    /// The products with what is not negative.
    fn times(self, other: Self) -> Self {
        let end = |end: f64, low: f64, high: f64| end * if end < 0.0 { high } else { low };
        Self {
            least: end(self.least, other.least, other.most),
            most: end(self.most, other.most, other.least),
        }
    }

    /// What is not negative and gives these as products; none where it may be anything.
    fn over(self, factor: Self) -> Option<Self> {
        if factor.least > 0.0 {
            Some(Self {
                least: self.least.max(0.0) / factor.most,
                most: self.most / factor.least,
            })
        } else if factor.most < 0.0 {
            let mirrored = |bounds: Self| Self {
                least: -bounds.most,
                most: -bounds.least,
            };
            mirrored(self).over(mirrored(factor))
        } else {
            None
        }
    }
}

/// A box with the least that it can give; the least of all first, of equals the smallest.
struct Candidate {
    bound: f64,
    depth: usize,
    open: Open,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .bound
            .total_cmp(&self.bound)
            .then(self.depth.cmp(&other.depth))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}
