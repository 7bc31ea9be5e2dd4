//! Question 4: does it survive the ambiguities? The same comparison under every named set of
//! parameters, and what each difference between the text and the program does by itself.
//!
//! Two intervals that look alike say different things: one over networks, and one over repeated tests
//! of one network on either side, which knows nothing of another training. Each says which it is.

use std::str::FromStr;

use anyhow::Result;
use schemars::JsonSchema;
use segdend_analysis::{mean, pooled_t_test, welch_t_test};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::measurement::CONFIDENCE;
use super::networks::{FEWEST, Pair, Paired, longer, pairs};
use super::runs::{self, Network, Networks};
use super::verdict::{Finding, Ground, Measured, Verdict, judge};
use crate::experiments::{Claim, Difference, Experiments, ParameterSet, Question, Run};

/// What varies from one value to the next of those that an interval is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Over {
    /// Networks, those of either side by themselves.
    Networks,
    /// Differences of two networks of one seed.
    Pairs,
    /// Repeated tests of one network on either side.
    Tests,
}

impl Over {
    /// What varies.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Networks => "networks",
            Self::Pairs => "pairs of one seed",
            Self::Tests => "tests of one network each",
        }
    }

    /// What an interval is over.
    pub(crate) fn words(self) -> String {
        format!("interval over {}", self.noun())
    }
}

/// A comparison under one set of parameters.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct UnderSet {
    /// The set.
    pub(crate) set: String,
    /// The networks compared; where there is no comparison, those that there are.
    pub(crate) networks: [usize; 2],
    /// Difference of the means, percentage points.
    pub(crate) difference: Option<f64>,
    /// Its 95 % interval.
    pub(crate) interval: Option<[f64; 2]>,
    /// What that is over: networks if there are two of each run, else the tests of two of one seed.
    pub(crate) interval_over: Option<Over>,
    /// Whether it is as reported.
    pub(crate) finding: Option<Finding>,
    #[serde(skip)]
    miss: String,
    #[serde(skip)]
    ground: Option<Ground>,
}

/// A comparison under all sets.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Sensitivity {
    /// The claim.
    pub(crate) claim: String,
    /// The two runs.
    pub(crate) runs: [String; 2],
    /// What the difference has to be.
    pub(crate) rule: String,
    /// Under each set, the replication's own first.
    pub(crate) sets: Vec<UnderSet>,
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// Why.
    pub(crate) reason: String,
    /// What would compute what is missing.
    pub(crate) command: Option<String>,
}

/// A comparison under fewer sets says nothing of what the sets change.
const FEWEST_SETS: usize = 2;

/// All comparisons under all sets.
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
    for set in ParameterSet::all() {
        let mut under = UnderSet {
            set: set.name().to_owned(),
            networks: [0, 0],
            difference: None,
            interval: None,
            interval_over: None,
            finding: None,
            miss: String::new(),
            ground: None,
        };
        let Some(named) = pair.runs(experiments) else {
            sets.push(under);
            continue;
        };
        let names = [pair.first, pair.second];
        let train = |side: usize| {
            format!(
                "segdend train {} {scale} --parameters {}",
                names[side],
                set.name()
            )
        };
        let mut groups: [Vec<&Network>; 2] = Default::default();
        for (side, run) in named.iter().enumerate() {
            let mut run = (*run).clone();
            run.parameter_set = set;
            groups[side] = networks.of(&runs::spec(experiments, &run, scale)?);
            under.networks[side] = groups[side].len();
            if groups[side].is_empty() {
                missing.push(train(side));
            }
        }
        let compared = compared(&groups);
        if let Some(compared) = &compared {
            under.measure(pair, compared)?;
            let all = compared.concat();
            under.ground = Some(runs::ground(&all, longer(named), experiments));
        } else if let [Some(first), Some(_)] = groups.each_ref().map(|group| group.first()) {
            missing.push(format!("{} --seed {}", train(1), first.manifest.seed));
        }
        sets.push(under);
    }
    let findings: Vec<Finding> = sets.iter().filter_map(|set| set.finding).collect();
    let grounds: Vec<Ground> = sets.iter().filter_map(|set| set.ground).collect();
    let (verdict, reason, command) = if findings.len() < FEWEST_SETS {
        let command = if missing.is_empty() {
            format!("just figure {} {scale}", pair.claim.panel)
        } else {
            missing.join(" && ")
        };
        let reason = "there are not runs under two sets of parameters".to_owned();
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
        let missed = sets.iter().filter(|set| !set.miss.is_empty());
        let miss: Vec<String> = missed
            .map(|set| format!("{}: {}", set.set, set.miss))
            .collect();
        let (verdict, reason) = judge(
            Question::Reproduction,
            worst,
            direction,
            ground,
            &miss.join("; "),
        );
        (
            verdict,
            reason,
            (!missing.is_empty()).then(|| missing.join(" && ")),
        )
    };
    Ok(Sensitivity {
        claim: pair.claim.id.clone(),
        runs: [pair.first, pair.second].map(str::to_owned),
        rule: pair.rule.in_words(),
        sets,
        verdict,
        reason,
        command,
    })
}

/// The networks to compare: all, or where there is but one of a run, that one and the other run's of
/// the same seed.
fn compared<'n>(groups: &[Vec<&'n Network>; 2]) -> Option<[Vec<&'n Network>; 2]> {
    if groups.iter().all(|group| group.len() >= FEWEST) {
        return Some(groups.clone());
    }
    let pairs = runs::pairs_by_seed(&groups[0], &groups[1]);
    pairs.first().map(|pair| pair.map(|network| vec![network]))
}

impl UnderSet {
    fn measure(&mut self, pair: &Pair<'_>, compared: &[Vec<&Network>; 2]) -> Result<()> {
        let over_networks = compared.iter().all(|group| group.len() >= FEWEST);
        let values = compared.each_ref().map(|group| -> Vec<f64> {
            if over_networks {
                let means = group.iter().filter_map(|network| network.mean_error());
                means.collect()
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
            networks: None,
        };
        self.networks = compared.each_ref().map(Vec::len);
        self.difference = Some(measured.value);
        self.interval = measured.interval;
        self.interval_over = Some(if over_networks {
            Over::Networks
        } else {
            Over::Tests
        });
        self.finding = Some(pair.rule.finding(&measured));
        self.miss = pair.rule.miss(&measured);
        Ok(())
    }
}

/// The measured effect of a difference between the paper and the program.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Effect {
    /// What differs.
    pub(crate) what: String,
    /// In the paper.
    pub(crate) paper: String,
    /// In the program.
    pub(crate) program: String,
    /// The parameter.
    pub(crate) field: Option<String>,
    /// The run in which it is tried.
    pub(crate) run: Option<String>,
    /// The seeds of which there is a network on either side: with the parameter as in the paper, and
    /// as in the program.
    pub(crate) seeds: Vec<u64>,
    /// Change of the final test error within a seed, the mean over the seeds; percentage points.
    pub(crate) effect: Option<f64>,
    /// Its 95 % interval.
    pub(crate) interval: Option<[f64; 2]>,
    /// What that is over: pairs of one seed if there are two, else the tests of one pair.
    pub(crate) interval_over: Option<Over>,
    /// What a reader should know.
    pub(crate) note: Option<String>,
    /// What would compute it.
    pub(crate) command: Option<String>,
}

/// The runs in which single differences are tried where they do not say others.
const TRIED_IN: [&str; 2] = ["regular", "two-hidden"];

/// The effects of single differences, and of all together.
pub(crate) fn effects(
    differences: &[Difference],
    networks: &Networks,
    experiments: &Experiments,
    scale: &str,
) -> Result<Vec<Effect>> {
    let mut found = Vec::new();
    let paper = ParameterSet::from_str("paper")?;
    let values = serde_json::to_value(paper.parameters())?;
    for difference in differences {
        let mut effect = Effect::new(&difference.what, &difference.paper, &difference.program);
        effect.field = difference.field.clone();
        effect.note = difference.idle.clone();
        let (Some(field), None) = (&difference.field, &difference.idle) else {
            found.push(effect);
            continue;
        };
        let value = values.get(field).cloned().unwrap_or(Value::Null);
        let text = value.as_str().map_or(value.to_string(), str::to_owned);
        let parameter = toml::Value::try_from(&value)?;
        let option = format!("--set {field}={text}");
        for name in tried_in(&difference.runs) {
            let change = |run: &mut Run| {
                run.parameters.insert(field.clone(), parameter.clone());
            };
            let mut effect = effect.clone();
            effect.try_in(name, change, &option, networks, experiments, scale)?;
            found.push(effect);
        }
    }
    for name in TRIED_IN {
        let own = format!("the set `{}`", ParameterSet::default().name());
        let mut all = Effect::new("all of them", "the set `paper`", &own);
        let change = |run: &mut Run| run.parameter_set = paper;
        all.try_in(
            name,
            change,
            "--parameters paper",
            networks,
            experiments,
            scale,
        )?;
        found.push(all);
    }
    Ok(found)
}

fn tried_in(named: &[String]) -> Vec<&str> {
    match named {
        [] => TRIED_IN.to_vec(),
        named => named.iter().map(String::as_str).collect(),
    }
}

impl Effect {
    fn new(what: &str, paper: &str, program: &str) -> Self {
        Self {
            what: what.to_owned(),
            paper: paper.to_owned(),
            program: program.to_owned(),
            field: None,
            run: None,
            seeds: Vec::new(),
            effect: None,
            interval: None,
            interval_over: None,
            note: None,
            command: None,
        }
    }

    /// Compares a run with itself changed, seed by seed; without networks says what trains them.
    fn try_in(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut Run),
        option: &str,
        networks: &Networks,
        experiments: &Experiments,
        scale: &str,
    ) -> Result<()> {
        let Some(run) = experiments.runs.get(name) else {
            return Ok(());
        };
        self.run = Some(name.to_owned());
        let mut changed = run.clone();
        change(&mut changed);
        let without = networks.of(&runs::spec(experiments, run, scale)?);
        let with = networks.of(&runs::spec(experiments, &changed, scale)?);
        self.measure(&runs::pairs_by_seed(&with, &without))?;
        if self.effect.is_none() {
            let train = format!("segdend train {name} {scale}");
            let seed = with.first().map(|network| network.manifest.seed);
            self.command = Some(match seed {
                // There is one with it; its like without it is missing.
                Some(seed) => format!("{train} --seed {seed}"),
                None if without.is_empty() => format!("{train} && {train} {option}"),
                None => format!("{train} {option}"),
            });
        }
        Ok(())
    }

    /// Of pairs that share a seed, with the difference and without it.
    fn measure(&mut self, pairs: &[[&Network; 2]]) -> Result<()> {
        self.seeds = pairs.iter().map(|pair| pair[0].manifest.seed).collect();
        if let Some(paired) = Paired::of(pairs) {
            self.effect = Some(paired.difference);
            self.interval = paired.interval;
            self.interval_over = Some(Over::Pairs);
        } else if let [[with, without]] = pairs {
            let (with, without) = (&with.final_errors, &without.final_errors);
            let test = pooled_t_test(with, without).ok();
            let interval = test.and_then(|test| test.confidence_interval(CONFIDENCE).ok());
            self.effect = Some(mean(with)? - mean(without)?);
            self.interval = interval.map(|i| [i.lower, i.upper]);
            self.interval_over = Some(Over::Tests);
        }
        let weights = |network: &Network| network.manifest.weights_sha256.clone();
        let same = |pair: &[&Network; 2]| weights(pair[0]) == weights(pair[1]);
        if !pairs.is_empty() && pairs.iter().all(same) {
            self.note = Some("the same weights, tested otherwise".to_owned());
        }
        Ok(())
    }
}
