//! Question 3: does it hold over networks?
//!
//! The published tests compare repeated tests of one trained network a condition: their n counts test
//! noise alone. Here n counts networks, each with a seed of its own and one value, the mean of its
//! tests: Welch's t with Bonferroni's and Holm's correction, a permutation test, the effect size with
//! a bootstrap interval, and the variance between networks and within.

use anyhow::Result;
use segdend_analysis::{
    EffectSize, PermutationOptions, PermutationTest, TTest, VarianceComponents, holm, mean,
    permutation_test, welch_t_test,
};
use serde::Serialize;

use super::consistency::LEVEL;
use super::measurement::CONFIDENCE;
use super::published_design::effect_interval;
use super::runs::{self, Network, Networks};
use super::sources::run_of;
use super::verdict::{Finding, Ground, Measured, Verdict, judge};
use crate::experiments::{Claim, Experiments, Measurement, Question, Rule, Run};

/// The fewest networks a condition that can be compared.
const FEWEST: usize = 2;

/// A claim that compares the final tests of two runs.
#[derive(Debug, Clone)]
pub(crate) struct Pair<'a> {
    pub(crate) claim: &'a Claim,
    pub(crate) first: &'a str,
    pub(crate) second: &'a str,
    /// What the difference, first less second, has to be.
    pub(crate) rule: Rule,
    /// Whether it is one of a family of tests.
    pub(crate) is_test: bool,
}

/// The comparisons among the claims.
pub(crate) fn pairs(claims: &[Claim]) -> Vec<Pair<'_>> {
    let pair = |claim| Pair::of(claim);
    claims.iter().filter_map(pair).collect()
}

impl<'a> Pair<'a> {
    fn of(claim: &'a Claim) -> Option<Self> {
        match &claim.measurement {
            Measurement::TTest(test) => {
                let upwards = test.t.value() > 0.0;
                Some(Self {
                    claim,
                    first: run_of(&test.first)?,
                    second: run_of(&test.second)?,
                    rule: Rule {
                        within: None,
                        above: upwards.then_some(0.0),
                        below: (!upwards).then_some(0.0),
                    },
                    is_test: true,
                })
            }
            Measurement::Difference {
                source,
                first,
                second,
                rows: None,
            } if source.ends_with("_final_errors.csv") => {
                let ([first], [second]) = (first.as_slice(), second.as_slice()) else {
                    return None;
                };
                Some(Self {
                    claim,
                    first: run_of(first)?,
                    second: run_of(second)?,
                    rule: claim.rule?,
                    is_test: false,
                })
            }
            _ => None,
        }
    }

    /// The runs as the experiments have them, where they have them.
    pub(crate) fn runs<'e>(&self, experiments: &'e Experiments) -> Option<[&'e Run; 2]> {
        let run = |name: &str| experiments.runs.get(name);
        Some([run(self.first)?, run(self.second)?])
    }
}

/// A comparison over independently trained networks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct NetworkComparison {
    /// The claim.
    pub(crate) claim: String,
    /// The two runs.
    pub(crate) runs: [String; 2],
    /// Networks of each.
    pub(crate) networks: [usize; 2],
    /// The mean of their mean errors, %.
    pub(crate) means_percent: [Option<f64>; 2],
    /// Difference, percentage points.
    pub(crate) difference: Option<f64>,
    /// Its 95 % interval, Welch's.
    pub(crate) difference_interval: Option<[f64; 2]>,
    /// Welch's test.
    pub(crate) test: Option<TTest>,
    /// Its P after Bonferroni's correction for the figure's tests.
    pub(crate) bonferroni_p: Option<f64>,
    /// Its P after Holm's.
    pub(crate) holm_p: Option<f64>,
    /// The permutation test.
    pub(crate) permutation: Option<PermutationTest>,
    /// The effect in units of the spread of networks.
    pub(crate) effect: Option<EffectSize>,
    /// The bootstrap interval of Cohen's d.
    pub(crate) effect_interval: Option<[f64; 2]>,
    /// The variance between and within the networks of each run.
    pub(crate) variance: [Option<VarianceComponents>; 2],
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// Why.
    pub(crate) reason: String,
    /// What would compute what is missing.
    pub(crate) command: Option<String>,
    #[serde(skip)]
    finding: Option<(Rule, Measured, Ground)>,
}

/// All comparisons, corrected within each source.
pub(crate) fn compare(
    claims: &[Claim],
    networks: &Networks,
    experiments: &Experiments,
    scale: &str,
) -> Result<Vec<NetworkComparison>> {
    let pairs = pairs(claims);
    let mut found = Vec::new();
    for pair in &pairs {
        found.push(one(pair, networks, experiments, scale)?);
    }
    for index in 0..pairs.len() {
        let source = pairs[index].claim.measurement.source();
        let family: Vec<usize> = (0..pairs.len())
            .filter(|&other| pairs[other].is_test == pairs[index].is_test)
            .filter(|&other| pairs[other].claim.measurement.source() == source)
            .collect();
        // A comparison that cannot be tested counts, with P = 1.
        let p: Vec<f64> = family
            .iter()
            .map(|&other| found[other].test.map_or(1.0, |test| test.p))
            .collect();
        let place = family
            .iter()
            .position(|&other| other == index)
            .expect("itself");
        if let Some(test) = found[index].test {
            found[index].holm_p = Some(holm(&p)?[place]);
            found[index].bonferroni_p = Some((test.p * family.len() as f64).min(1.0));
        }
    }
    for (pair, comparison) in pairs.iter().zip(&mut found) {
        comparison.conclude(pair.is_test);
    }
    Ok(found)
}

impl NetworkComparison {
    fn conclude(&mut self, is_test: bool) {
        let Some((rule, measured, ground)) = &self.finding else {
            return;
        };
        let mut finding = rule.finding(measured);
        if is_test && self.holm_p.is_none_or(|p| p >= LEVEL) {
            finding = Finding::Neither;
        }
        (self.verdict, self.reason) = judge(
            Question::Reproduction,
            finding,
            rule.says_direction(),
            *ground,
        );
    }
}

fn one(
    pair: &Pair<'_>,
    networks: &Networks,
    experiments: &Experiments,
    scale: &str,
) -> Result<NetworkComparison> {
    let mut comparison = NetworkComparison {
        claim: pair.claim.id.clone(),
        runs: [pair.first, pair.second].map(str::to_owned),
        networks: [0, 0],
        means_percent: [None, None],
        difference: None,
        difference_interval: None,
        test: None,
        bonferroni_p: None,
        holm_p: None,
        permutation: None,
        effect: None,
        effect_interval: None,
        variance: [None, None],
        verdict: Verdict::NotRun,
        reason: format!("fewer than {FEWEST} networks of a run"),
        command: Some(command(pair, experiments, scale)),
        finding: None,
    };
    let Some(runs) = pair.runs(experiments) else {
        comparison.reason = "the runs are not among the experiments".to_owned();
        return Ok(comparison);
    };
    let mut groups: [Vec<&Network>; 2] = Default::default();
    let mut means: [Vec<f64>; 2] = Default::default();
    for (side, run) in runs.iter().enumerate() {
        groups[side] = networks.of(&runs::spec(experiments, run, scale)?);
        means[side] = groups[side].iter().filter_map(|n| n.mean_error()).collect();
        comparison.networks[side] = groups[side].len();
        comparison.means_percent[side] = mean(&means[side]).ok();
        let tests: Vec<&[f64]> = groups[side]
            .iter()
            .map(|n| n.final_errors.as_slice())
            .collect();
        comparison.variance[side] = VarianceComponents::of(&tests).ok();
    }
    if comparison.networks.iter().any(|&count| count < FEWEST) {
        return Ok(comparison);
    }
    let [first, second] = &means;
    let test = welch_t_test(first, second).ok();
    let interval = test.and_then(|test| test.confidence_interval(CONFIDENCE).ok());
    comparison.difference = Some(mean(first)? - mean(second)?);
    comparison.difference_interval = interval.map(|i| [i.lower, i.upper]);
    comparison.permutation = permutation_test(first, second, &PermutationOptions::default()).ok();
    comparison.effect = EffectSize::of(first, second).ok();
    comparison.effect_interval = effect_interval(first, second);
    comparison.test = test;
    comparison.command = None;
    let all: Vec<&Network> = groups.concat();
    let longer = if runs[0].epochs >= runs[1].epochs {
        runs[0]
    } else {
        runs[1]
    };
    comparison.finding = Some((
        pair.rule,
        Measured {
            value: mean(first)? - mean(second)?,
            interval: comparison.difference_interval,
            count: all.len(),
            words: None,
        },
        runs::ground(&all, longer, experiments),
    ));
    Ok(comparison)
}

/// What trains more networks of both runs.
fn command(pair: &Pair<'_>, experiments: &Experiments, scale: &str) -> String {
    if experiments
        .figures
        .iter()
        .any(|figure| figure.name() == "extra-seeds")
    {
        return format!("just figure extra-seeds {scale}");
    }
    if pair.runs(experiments).is_none() {
        return format!("just figure {} {scale}", pair.claim.panel);
    }
    let train = |run: &str| format!("segdend train {run} {scale} --seed 2");
    format!("{} && {}", train(pair.first), train(pair.second))
}
