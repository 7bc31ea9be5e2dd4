//! Question 2: the published design. One network a condition, repeated tests of its final weights,
//! the same t-test with the same correction.

use anyhow::{Context, Result};
use schemars::JsonSchema;
use segdend_analysis::{EffectSize, Summary, TTest, TailProbability, pooled_t_test};
use segdend_figures::scientific;
use serde::{Deserialize, Serialize};

use super::consistency::LEVEL;
use super::measurement::CONFIDENCE;
use super::sources::Sources;
use super::verdict::{Finding, Measured};
use crate::experiments::PublishedTTest;

/// A comparison as published, with our numbers.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct PublishedComparison {
    /// Repeated tests of each network.
    pub(crate) tests: [usize; 2],
    /// Their means, %.
    pub(crate) means_percent: [f64; 2],
    /// The difference of the means, percentage points.
    pub(crate) difference: f64,
    /// Its 95 % interval.
    pub(crate) difference_interval: Option<[f64; 2]>,
    /// The test.
    pub(crate) test: TTest,
    /// Its P after Bonferroni's correction.
    pub(crate) corrected: TailProbability,
    /// The effect in units of the noise of the tests.
    pub(crate) effect: EffectSize,
    /// Its 95 % interval, by the noncentral t distribution.
    pub(crate) effect_interval: Option<[f64; 2]>,
}

/// The comparison; `None` without source data. The inner error says why there is no test.
pub(crate) fn compare(
    published: &PublishedTTest,
    sources: &Sources,
) -> Result<Option<Result<PublishedComparison>>> {
    let Some(table) = sources.table(&published.source)? else {
        return Ok(None);
    };
    let first = sources.column(&published.source, &table, &published.first)?;
    let second = sources.column(&published.source, &table, &published.second)?;
    Ok(Some(of(published, &first, &second)))
}

fn of(published: &PublishedTTest, first: &[f64], second: &[f64]) -> Result<PublishedComparison> {
    let test = pooled_t_test(first, second).context("the t-test")?;
    let raw = TailProbability {
        p: test.p,
        ln_p: test.ln_p,
    };
    let interval = test.confidence_interval(CONFIDENCE).ok();
    let effect = EffectSize::of(first, second)?;
    let tests = [first.len(), second.len()];
    Ok(PublishedComparison {
        tests,
        means_percent: [Summary::of(first)?.mean, Summary::of(second)?.mean],
        difference: test.mean_difference,
        difference_interval: interval.map(|i| [i.lower, i.upper]),
        corrected: raw.bonferroni(published.comparisons)?,
        effect_interval: effect_interval(&effect, tests),
        effect,
        test,
    })
}

/// The interval of the population's effect between two samples.
pub(crate) fn effect_interval(effect: &EffectSize, counts: [usize; 2]) -> Option<[f64; 2]> {
    let interval = effect.confidence_interval(counts, CONFIDENCE).ok()?;
    Some([interval.lower, interval.upper])
}

/// How our t compares with the reported one: direction is its sign where the corrected P is below
/// the level, magnitude a factor.
pub(crate) fn finding(published: &PublishedTTest, ours: &PublishedComparison) -> Finding {
    let reported = published.t.value();
    let direction = ours.test.t.signum() == reported.signum() && ours.corrected.p < LEVEL;
    let factor = ours.test.t / reported;
    let magnitude = factor >= 1.0 / published.factor && factor <= published.factor;
    match (direction, magnitude) {
        (true, true) => Finding::Both,
        (true, false) => Finding::Direction,
        (false, _) => Finding::Neither,
    }
}

/// Why the direction is not as reported; nothing if it is.
pub(crate) fn miss(published: &PublishedTTest, ours: &PublishedComparison) -> String {
    let mut parts = Vec::new();
    if ours.test.t.signum() != published.t.value().signum() {
        parts.push("t has the other sign".to_owned());
    }
    if ours.corrected.p >= LEVEL {
        parts.push(format!(
            "P is {}, not below {LEVEL}",
            scientific(ours.corrected.p)
        ));
    }
    parts.join("; ")
}

/// The t as a measured value.
pub(crate) fn measured(ours: &PublishedComparison) -> Measured {
    Measured {
        value: ours.test.t,
        interval: None,
        count: ours.tests[0] + ours.tests[1],
        words: Some(format!(
            "{:.2} % and {:.2} %, difference {:.2}",
            ours.means_percent[0], ours.means_percent[1], ours.difference
        )),
        networks: None,
    }
}

/// The rule for people.
pub(crate) fn rule_in_words(published: &PublishedTTest) -> String {
    format!(
        "direction: the sign of t with corrected P < {LEVEL}; magnitude: t within a factor of {}",
        published.factor
    )
}
