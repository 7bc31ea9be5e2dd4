//! Question 3: does it hold over networks?
//!
//! The published tests compare repeated tests of one trained network a condition: their n counts test
//! noise alone. Here n counts networks, each with a seed of its own and one value, the mean of its
//! tests: Welch's t with Bonferroni's and Holm's correction, a permutation test, the effect size with
//! its interval, and the variance between networks and within.
//!
//! Both corrections are over one family: all tests that the paper reports and that are repeated here
//! over networks, whatever figure they stand in. A comparison for which there are too few networks
//! counts, with P = 1. Differences that the paper states without a test are no part of it.
//!
//! The verdict is Welch's, which takes the networks of two conditions for independent. Those of one
//! seed are not: they begin with the same weights, as far as their layers are the same, and see the
//! images in the same order. So the mean difference within a seed stands beside it, with its own
//! interval and P.

use anyhow::Result;
use schemars::JsonSchema;
use segdend_analysis::{
    EffectSize, PermutationOptions, PermutationTest, TTest, VarianceComponents, bonferroni, holm,
    mean, paired_t_test, permutation_test, welch_t_test,
};
use segdend_figures::scientific;
use serde::{Deserialize, Serialize};

use super::consistency::LEVEL;
use super::measurement::CONFIDENCE;
use super::published_design::effect_interval;
use super::runs::{self, Network, Networks};
use super::sources::run_of;
use super::verdict::{Finding, Ground, Measured, Verdict, judge};
use crate::experiments::{Claim, Experiments, Figure, Measurement, Question, Rule, Run};

/// The fewest networks a condition that can be compared.
pub(crate) const FEWEST: usize = 2;

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
    /// The comparisons of its figure that its P is corrected for, if it is no test but judged as one.
    comparisons: Option<usize>,
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
                    comparisons: None,
                })
            }
            Measurement::Difference {
                source,
                first,
                second,
                rows: None,
                comparisons,
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
                    comparisons: *comparisons,
                })
            }
            _ => None,
        }
    }

    /// What the difference has to be, for people.
    pub(crate) fn rule_in_words(&self) -> String {
        let rule = self.rule.in_words();
        match (self.is_test, self.comparisons) {
            (true, _) => format!("{rule}, Holm's P below {LEVEL}"),
            (false, Some(comparisons)) => format!("{rule}, P times {comparisons} below {LEVEL}"),
            (false, None) => rule,
        }
    }

    /// The runs as the experiments have them, where they have them.
    pub(crate) fn runs<'e>(&self, experiments: &'e Experiments) -> Option<[&'e Run; 2]> {
        let run = |name: &str| experiments.runs.get(name);
        Some([run(self.first)?, run(self.second)?])
    }
}

/// Networks of two runs, those of one seed against each other.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Paired {
    /// The seeds that both runs have.
    pub(crate) seeds: Vec<u64>,
    /// The mean of the differences, percentage points.
    pub(crate) difference: f64,
    /// Its 95 % interval.
    pub(crate) interval: Option<[f64; 2]>,
    /// The paired t-test, its P not corrected; none where all differences are 0.
    pub(crate) test: Option<TTest>,
}

impl Paired {
    /// The comparison of pairs that share a seed; none of fewer than two, for one difference has no
    /// spread.
    pub(crate) fn of(pairs: &[[&Network; 2]]) -> Option<Self> {
        let side = |side: usize| -> Option<Vec<f64>> {
            pairs.iter().map(|pair| pair[side].mean_error()).collect()
        };
        let seeds = pairs.iter().map(|pair| pair[0].manifest.seed).collect();
        Self::of_values(seeds, &side(0)?, &side(1)?)
    }

    /// The same of a value a network.
    pub(crate) fn of_values(seeds: Vec<u64>, first: &[f64], second: &[f64]) -> Option<Self> {
        if seeds.len() < FEWEST {
            return None;
        }
        let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
        let test = paired_t_test(first, second).ok();
        let interval = test.and_then(|test| test.confidence_interval(CONFIDENCE).ok());
        Some(Self {
            seeds,
            difference: mean(&differences).ok()?,
            interval: interval.map(|i| [i.lower, i.upper]),
            test,
        })
    }
}

/// A comparison over independently trained networks.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct NetworkComparison {
    /// The claim.
    pub(crate) claim: String,
    /// The two runs.
    pub(crate) runs: [String; 2],
    /// What the difference has to be.
    pub(crate) rule: String,
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
    /// Its P after Bonferroni's correction for the family, if it is one of it.
    pub(crate) bonferroni_p: Option<f64>,
    /// Its P after Holm's, for the same.
    pub(crate) holm_p: Option<f64>,
    /// The networks of the seeds that both have, seed by seed.
    pub(crate) paired: Option<Paired>,
    /// The permutation test.
    pub(crate) permutation: Option<PermutationTest>,
    /// The effect in units of the spread of networks.
    pub(crate) effect: Option<EffectSize>,
    /// Its 95 % interval, by the noncentral t distribution.
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

/// All comparisons, the tests among them corrected as one family.
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
    let family: Vec<usize> = (0..pairs.len())
        .filter(|&index| pairs[index].is_test)
        .collect();
    let raw = |index: &usize| found[*index].test.map_or(1.0, |test| test.p);
    let p: Vec<f64> = family.iter().map(raw).collect();
    let (bonferroni, holm) = (bonferroni(&p)?, holm(&p)?);
    for (place, &index) in family.iter().enumerate() {
        if found[index].test.is_some() {
            found[index].bonferroni_p = Some(bonferroni[place]);
            found[index].holm_p = Some(holm[place]);
        }
    }
    for (pair, comparison) in pairs.iter().zip(&mut found) {
        comparison.conclude(pair);
    }
    Ok(found)
}

impl NetworkComparison {
    fn conclude(&mut self, pair: &Pair<'_>) {
        let Some((rule, measured, ground)) = &self.finding else {
            return;
        };
        let mut finding = rule.finding(measured);
        let mut miss = rule.miss(measured);
        let raw = self.test.map(|test| test.p);
        let corrected = match (pair.is_test, pair.comparisons) {
            (true, _) => Some(("Holm's P".to_owned(), self.holm_p)),
            (false, Some(comparisons)) => Some((
                format!("P times {comparisons}"),
                raw.map(|p| (p * comparisons as f64).min(1.0)),
            )),
            (false, None) => None,
        };
        if let Some((name, p)) = corrected
            && p.is_none_or(|p| p >= LEVEL)
        {
            finding = Finding::Neither;
            let p = p.map_or("there is no P".to_owned(), |p| {
                format!("{name} is {}, not below {LEVEL}", scientific(p))
            });
            miss = if miss.is_empty() {
                p
            } else {
                format!("{miss}; {p}")
            };
        }
        (self.verdict, self.reason) = judge(
            Question::Reproduction,
            finding,
            rule.says_direction(),
            *ground,
            &miss,
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
        rule: pair.rule_in_words(),
        networks: [0, 0],
        means_percent: [None, None],
        difference: None,
        difference_interval: None,
        test: None,
        bonferroni_p: None,
        holm_p: None,
        paired: None,
        permutation: None,
        effect: None,
        effect_interval: None,
        variance: [None, None],
        verdict: Verdict::NotRun,
        reason: format!("fewer than {FEWEST} networks of a run"),
        command: None,
        finding: None,
    };
    let Some(runs) = pair.runs(experiments) else {
        comparison.reason = "the runs are not among the experiments".to_owned();
        comparison.command = Some(format!("just figure {} {scale}", pair.claim.panel));
        return Ok(comparison);
    };
    let mut groups: [Vec<&Network>; 2] = Default::default();
    let mut means: [Vec<f64>; 2] = Default::default();
    for (side, run) in runs.iter().enumerate() {
        groups[side] = networks.of_run(experiments, run, scale)?;
        means[side] = groups[side].iter().filter_map(|n| n.mean_error()).collect();
        comparison.networks[side] = groups[side].len();
        comparison.means_percent[side] = mean(&means[side]).ok();
        let tests: Vec<&[f64]> = groups[side]
            .iter()
            .map(|n| n.final_errors.as_slice())
            .collect();
        comparison.variance[side] = VarianceComponents::of(&tests).ok();
    }
    comparison.paired = Paired::of(&runs::pairs_by_seed(&groups[0], &groups[1]));
    if comparison.networks.iter().any(|&count| count < FEWEST) {
        match command(pair, runs, &groups, experiments, scale)? {
            Ok(command) => comparison.command = Some(command),
            Err(reason) => comparison.reason = reason,
        }
        return Ok(comparison);
    }
    let [first, second] = &means;
    let test = welch_t_test(first, second).ok();
    let interval = test.and_then(|test| test.confidence_interval(CONFIDENCE).ok());
    comparison.difference = Some(mean(first)? - mean(second)?);
    comparison.difference_interval = interval.map(|i| [i.lower, i.upper]);
    comparison.permutation = permutation_test(first, second, &PermutationOptions::default()).ok();
    comparison.effect = EffectSize::of(first, second).ok();
    comparison.effect_interval = comparison
        .effect
        .and_then(|effect| effect_interval(&effect, comparison.networks));
    comparison.test = test;
    let all: Vec<&Network> = groups.concat();
    comparison.finding = Some((
        pair.rule,
        Measured {
            value: mean(first)? - mean(second)?,
            interval: comparison.difference_interval,
            count: all.len(),
            words: None,
            networks: Some(all.len()),
        },
        runs::ground(&all, longer(runs), experiments),
    ));
    Ok(comparison)
}

/// The run with more epochs.
pub(crate) fn longer(runs: [&Run; 2]) -> &Run {
    let [first, second] = runs;
    if first.epochs >= second.epochs {
        first
    } else {
        second
    }
}

/// What trains the networks that a run has too few of: a figure that shows all networks of these runs, or
/// each by itself. If a run lists too few seeds, this is said instead.
fn command(
    pair: &Pair<'_>,
    runs: [&Run; 2],
    groups: &[Vec<&Network>; 2],
    experiments: &Experiments,
    scale: &str,
) -> Result<Result<String, String>> {
    let names = [pair.first, pair.second];
    let lacking: Vec<usize> = (0..2).filter(|&side| groups[side].len() < FEWEST).collect();
    let mut trainings = Vec::new();
    for &side in &lacking {
        let (name, first, group) = (names[side], runs[side].seed, &groups[side]);
        let seeds = runs::seeds(experiments, runs[side], scale)?;
        if seeds.len() < FEWEST {
            return Ok(Err(format!(
                "{FEWEST} networks of a run are needed, and `{name}` has no `seeds` in runs.toml"
            )));
        }
        let further = seeds.into_iter().filter(|&seed| seed != first);
        let missing = std::iter::once(first)
            .chain(further)
            .filter(|seed| group.iter().all(|network| network.manifest.seed != *seed))
            .take(FEWEST - group.len());
        trainings.extend(missing.map(|seed| match seed == first {
            true => format!("segdend train {name} {scale}"),
            false => format!("segdend train {name} {scale} --seed {seed}"),
        }));
    }
    let trained_for = |figure: &&Figure| {
        let shown = figure.runs();
        figure.shows_all_networks() && lacking.iter().all(|&side| shown.contains(&names[side]))
    };
    Ok(Ok(match experiments.figures.iter().find(trained_for) {
        Some(figure) => format!("just figure {} {scale}", figure.name()),
        None => trainings.join(" && "),
    }))
}
