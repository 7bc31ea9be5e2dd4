//! Question 4: does it survive the ambiguities? The same comparison under the `paper` and the
//! `authors-code` parameters, and what each difference between the two does by itself.

use anyhow::Result;
use segdend_analysis::{mean, pooled_t_test, welch_t_test};
use serde::Serialize;
use serde_json::Value;

use super::measurement::CONFIDENCE;
use super::networks::{Pair, pairs};
use super::runs::{self, Network, Networks};
use super::verdict::{Finding, Ground, Measured, Verdict, judge};
use crate::experiments::{Claim, Difference, Experiments, ParameterSet, Question};

/// A comparison under one set of parameters.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct UnderSet {
    /// `authors-code` or `paper`.
    pub(crate) set: String,
    /// Networks of each run.
    pub(crate) networks: [usize; 2],
    /// Difference of the means, percentage points.
    pub(crate) difference: Option<f64>,
    /// Its 95 % interval: over networks if there are two of each, else over the tests of one.
    pub(crate) interval: Option<[f64; 2]>,
    /// Whether it is as reported.
    pub(crate) finding: Option<Finding>,
    #[serde(skip)]
    ground: Option<Ground>,
}

/// A comparison under both sets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Sensitivity {
    /// The claim.
    pub(crate) claim: String,
    /// The two runs.
    pub(crate) runs: [String; 2],
    /// Under either set.
    pub(crate) sets: Vec<UnderSet>,
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// Why.
    pub(crate) reason: String,
    /// What would compute what is missing.
    pub(crate) command: Option<String>,
}

const SETS: [(ParameterSet, &str); 2] = [
    (ParameterSet::AuthorsCode, "authors-code"),
    (ParameterSet::Paper, "paper"),
];

/// All comparisons under both sets.
pub(crate) fn compare(
    claims: &[Claim],
    networks: &Networks,
    experiments: &Experiments,
    scale: &str,
) -> Result<Vec<Sensitivity>> {
    let pairs = pairs(claims);
    pairs
        .iter()
        .map(|pair| one(pair, networks, experiments, scale))
        .collect()
}

fn one(
    pair: &Pair<'_>,
    networks: &Networks,
    experiments: &Experiments,
    scale: &str,
) -> Result<Sensitivity> {
    let mut sets = Vec::new();
    let mut missing = Vec::new();
    for (set, name) in SETS {
        let mut under = UnderSet {
            set: name.to_owned(),
            networks: [0, 0],
            difference: None,
            interval: None,
            finding: None,
            ground: None,
        };
        let Some(named) = pair.runs(experiments) else {
            sets.push(under);
            continue;
        };
        let mut groups: [Vec<&Network>; 2] = Default::default();
        for (side, run) in named.iter().enumerate() {
            let mut run = (*run).clone();
            run.parameter_set = set;
            groups[side] = networks.of(&runs::spec(experiments, &run, scale)?);
            under.networks[side] = groups[side].len();
            if groups[side].is_empty() {
                let run = [pair.first, pair.second][side];
                missing.push(format!("segdend train {run} {scale} --parameters {name}"));
            }
        }
        under.measure(pair, &groups)?;
        if under.difference.is_some() {
            let longer = if named[0].epochs >= named[1].epochs {
                named[0]
            } else {
                named[1]
            };
            under.ground = Some(runs::ground(&groups.concat(), longer, experiments));
        }
        sets.push(under);
    }
    let findings: Vec<Finding> = sets.iter().filter_map(|set| set.finding).collect();
    let grounds: Vec<Ground> = sets.iter().filter_map(|set| set.ground).collect();
    let (verdict, reason, command) = if findings.len() < SETS.len() {
        let command = if missing.is_empty() {
            format!("just figure {} {scale}", pair.claim.panel)
        } else {
            missing.join(" && ")
        };
        let reason = "there are not runs under both sets of parameters".to_owned();
        (Verdict::NotRun, reason, Some(command))
    } else {
        let worst = if findings.contains(&Finding::Neither) {
            Finding::Neither
        } else if findings.contains(&Finding::Direction) {
            Finding::Direction
        } else {
            Finding::Both
        };
        let ground = [Ground::OtherImages, Ground::SmallerScale]
            .into_iter()
            .find(|ground| grounds.contains(ground))
            .unwrap_or(Ground::PaperScale);
        let direction = pair.rule.says_direction();
        let (verdict, reason) = judge(Question::Reproduction, worst, direction, ground);
        (verdict, reason, None)
    };
    Ok(Sensitivity {
        claim: pair.claim.id.clone(),
        runs: [pair.first, pair.second].map(str::to_owned),
        sets,
        verdict,
        reason,
        command,
    })
}

impl UnderSet {
    fn measure(&mut self, pair: &Pair<'_>, groups: &[Vec<&Network>; 2]) -> Result<()> {
        if groups.iter().any(Vec::is_empty) {
            return Ok(());
        }
        let over_networks = groups.iter().all(|group| group.len() > 1);
        let values = groups.each_ref().map(|group| -> Vec<f64> {
            if over_networks {
                group
                    .iter()
                    .filter_map(|network| network.mean_error())
                    .collect()
            } else {
                group[0].final_errors.clone()
            }
        });
        let [first, second] = &values;
        let test = if over_networks {
            welch_t_test(first, second)
        } else {
            pooled_t_test(first, second)
        };
        let interval = test
            .ok()
            .and_then(|test| test.confidence_interval(CONFIDENCE).ok());
        let measured = Measured {
            value: mean(first)? - mean(second)?,
            interval: interval.map(|i| [i.lower, i.upper]),
            count: first.len() + second.len(),
            words: None,
        };
        self.difference = Some(measured.value);
        self.interval = measured.interval;
        self.finding = Some(pair.rule.finding(&measured));
        Ok(())
    }
}

/// The measured effect of a difference between the paper and the program.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Effect {
    /// What differs.
    pub(crate) what: String,
    /// In the paper.
    pub(crate) paper: String,
    /// In the program.
    pub(crate) program: String,
    /// The parameter.
    pub(crate) field: Option<String>,
    /// Networks with it as in the paper, and as in the program.
    pub(crate) networks: [usize; 2],
    /// Change of the final test error, percentage points.
    pub(crate) effect: Option<f64>,
    /// What would compute it.
    pub(crate) command: Option<String>,
}

/// The run in which single differences are tried.
const TRIED_IN: &str = "regular";

/// The effects of single differences, and of all together.
pub(crate) fn effects(
    differences: &[Difference],
    networks: &Networks,
    experiments: &Experiments,
    scale: &str,
) -> Result<Vec<Effect>> {
    let all = Difference {
        what: "all of them".to_owned(),
        paper: "the set `paper`".to_owned(),
        program: "the set `authors-code`".to_owned(),
        field: None,
    };
    let mut found = Vec::new();
    for difference in differences.iter().chain([&all]) {
        let mut effect = Effect {
            what: difference.what.clone(),
            paper: difference.paper.clone(),
            program: difference.program.clone(),
            field: difference.field.clone(),
            networks: [0, 0],
            effect: None,
            command: None,
        };
        let is_all = std::ptr::eq(difference, &all);
        if let Some(run) = experiments.runs.get(TRIED_IN)
            && (difference.field.is_some() || is_all)
        {
            let base = networks.of(&runs::spec(experiments, run, scale)?);
            let mut changed = run.clone();
            let option = match &difference.field {
                None => {
                    changed.parameter_set = ParameterSet::Paper;
                    "--parameters paper".to_owned()
                }
                Some(field) => {
                    let paper = serde_json::to_value(ParameterSet::Paper.parameters())?;
                    let value = paper.get(field).cloned().unwrap_or(Value::Null);
                    let text = value.as_str().map_or(value.to_string(), str::to_owned);
                    changed
                        .parameters
                        .insert(field.clone(), toml::Value::try_from(&value)?);
                    format!("--set {field}={text}")
                }
            };
            let with = networks.of(&runs::spec(experiments, &changed, scale)?);
            effect.networks = [with.len(), base.len()];
            let average = |group: &[&Network]| {
                mean(
                    &group
                        .iter()
                        .filter_map(|n| n.mean_error())
                        .collect::<Vec<_>>(),
                )
                .ok()
            };
            effect.effect = average(&with).zip(average(&base)).map(|(a, b)| a - b);
            effect.command = effect
                .effect
                .is_none()
                .then(|| format!("segdend train {TRIED_IN} {scale} {option}"));
        }
        found.push(effect);
    }
    Ok(found)
}
