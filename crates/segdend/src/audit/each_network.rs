//! Question 3 of a claim about the errors of one network, or of two of one seed: the same value of every
//! network that differs in the seed alone, how many of them are as reported by themselves, and whether
//! their mean is. A value near the edge of its rule may be inside by the choice of the seed.

use anyhow::Result;
use schemars::JsonSchema;
use segdend_analysis::{Summary, mean};
use serde::{Deserialize, Serialize};

use super::measurement::{CONFIDENCE, late_slope};
use super::networks::{FEWEST, longer};
use super::runs::{self, Network, Networks};
use super::sources::run_of;
use super::verdict::{Finding, Measured, Verdict, judge};
use crate::experiments::{Claim, ColumnStatistic, Experiments, Measurement, Question};

/// A claim's value in every network.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct EachNetwork {
    /// The claim.
    pub(crate) claim: String,
    /// The run, or the two whose networks of one seed are compared.
    pub(crate) runs: Vec<String>,
    /// The seeds.
    pub(crate) seeds: Vec<u64>,
    /// The value of each.
    pub(crate) values: Vec<f64>,
    /// How many of them are as reported, each by its value alone.
    pub(crate) as_reported: usize,
    /// Their mean.
    pub(crate) mean: Option<f64>,
    /// Its 95 % interval, over networks or, where two runs are compared, over pairs of one seed.
    pub(crate) interval: Option<[f64; 2]>,
    /// Whether the mean is as reported.
    pub(crate) verdict: Verdict,
    /// Why.
    pub(crate) reason: String,
}

/// What is taken of a network, or of two.
enum Taken<'a> {
    /// The mean of the repeated tests of the final weights.
    FinalError(&'a str),
    /// The slope of the test error over the last share of the training.
    LateSlope(&'a str, f64),
    /// The mean difference of test errors over some epochs.
    Difference([&'a str; 2], [usize; 2]),
}

impl<'a> Taken<'a> {
    fn of(measurement: &'a Measurement) -> Option<Self> {
        match measurement {
            Measurement::Statistic {
                source,
                column,
                statistic: ColumnStatistic::Mean,
                smoothed: None,
            } if source.ends_with("_final_errors.csv") => Some(Self::FinalError(run_of(column)?)),
            Measurement::LateSlope { column, share, .. } => {
                Some(Self::LateSlope(run_of(column)?, *share))
            }
            Measurement::Difference {
                first,
                second,
                rows: Some(rows),
                ..
            } => {
                let ([first], [second]) = (first.as_slice(), second.as_slice()) else {
                    return None;
                };
                Some(Self::Difference([run_of(first)?, run_of(second)?], *rows))
            }
            _ => None,
        }
    }

    fn runs(&self) -> Vec<&'a str> {
        match self {
            Self::FinalError(run) | Self::LateSlope(run, _) => vec![run],
            Self::Difference(runs, _) => runs.to_vec(),
        }
    }

    /// The value of a network, or of two that are compared; of a training too short, none.
    fn value(&self, networks: &[&Network]) -> Option<f64> {
        match (self, networks) {
            (Self::FinalError(_), [network]) => network.mean_error(),
            (Self::LateSlope(_, share), [network]) => {
                Some(late_slope(&network.errors, *share).ok()?.value)
            }
            (Self::Difference(_, [from, to]), [first, second]) => {
                let over = |network: &Network| mean(network.errors.get(*from..*to)?).ok();
                Some(over(first)? - over(second)?)
            }
            _ => None,
        }
    }
}

/// Every claim that can be asked so and of which there are networks enough.
pub(crate) fn all(
    claims: &[Claim],
    networks: &Networks,
    experiments: &Experiments,
    scale: &str,
) -> Result<Vec<EachNetwork>> {
    let mut found = Vec::new();
    for claim in claims {
        if let Some(taken) = Taken::of(&claim.measurement) {
            found.extend(one(claim, &taken, networks, experiments, scale)?);
        }
    }
    Ok(found)
}

fn one(
    claim: &Claim,
    taken: &Taken<'_>,
    networks: &Networks,
    experiments: &Experiments,
    scale: &str,
) -> Result<Option<EachNetwork>> {
    let names = taken.runs();
    let runs: Option<Vec<_>> = names.iter().map(|run| experiments.runs.get(*run)).collect();
    let (Some(runs), Some(rule)) = (runs, claim.rule) else {
        return Ok(None);
    };
    let of_run =
        |side: usize| -> Result<Vec<&Network>> { networks.of_run(experiments, runs[side], scale) };
    let groups: Vec<Vec<&Network>> = if runs.len() == 1 {
        of_run(0)?
            .into_iter()
            .map(|network| vec![network])
            .collect()
    } else {
        let pairs = runs::pairs_by_seed(&of_run(0)?, &of_run(1)?);
        pairs.into_iter().map(|pair| pair.to_vec()).collect()
    };
    let valued: Vec<(Vec<&Network>, f64)> = groups
        .into_iter()
        .filter_map(|group| taken.value(&group).map(|value| (group, value)))
        .collect();
    if valued.len() < FEWEST {
        return Ok(None);
    }
    let values: Vec<f64> = valued.iter().map(|(_, value)| *value).collect();
    let summary = Summary::of(&values)?;
    let interval = summary.confidence_interval(CONFIDENCE).ok();
    let measured = |value, interval| Measured {
        value,
        interval,
        count: values.len(),
        words: None,
        networks: None,
    };
    let alone = |value: &&f64| rule.finding(&measured(**value, None)) == Finding::Both;
    let mean = measured(summary.mean, interval.map(|i| [i.lower, i.upper]));
    let all: Vec<&Network> = valued.iter().flat_map(|(group, _)| group.clone()).collect();
    let last = longer([runs[0], runs[runs.len() - 1]]);
    let (verdict, reason) = judge(
        Question::Reproduction,
        rule.finding(&mean),
        rule.says_direction(),
        runs::ground(&all, last, experiments),
        &rule.miss(&mean),
    );
    Ok(Some(EachNetwork {
        claim: claim.id.clone(),
        runs: names.into_iter().map(str::to_owned).collect(),
        seeds: valued
            .iter()
            .map(|(group, _)| group[0].manifest.seed)
            .collect(),
        as_reported: values.iter().filter(alone).count(),
        mean: Some(mean.value),
        interval: mean.interval,
        values,
        verdict,
        reason,
    }))
}
