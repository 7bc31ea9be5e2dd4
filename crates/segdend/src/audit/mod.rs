//! The audit: the paper's claims, asked four different questions that are never mixed.
//!
//! | module | what it asks |
//! |---|---|
//! | `consistency` | 1: does a reported statistic agree with itself? |
//! | `published_design` | 2: is it so with one network a condition and repeated tests, as published? |
//! | `networks` | 3: does it hold over independently trained networks? |
//! | `sensitivity` | 4: does it hold under the text's and the program's parameters? |
//! | `measurement` | statements that are no tests: from source data to a value |
//! | `mathematics` | source data of its own: lemma, theorem, Eq. 18, voltages, rates, phase lengths |
//! | `verdict` | the words, and how they follow from value, rule and scale |
//! | `sources`, `runs` | what there is at a scale: source data, finished networks |
//! | `conditions` | final test errors, a run and its further networks together |
//! | `output` | the audit as JSON, CSV, Markdown and text |

pub(crate) mod conditions;
pub(crate) mod consistency;
pub(crate) mod mathematics;
pub(crate) mod measurement;
pub(crate) mod networks;
pub(crate) mod output;
pub(crate) mod published_design;
pub(crate) mod runs;
pub(crate) mod sensitivity;
pub(crate) mod sources;
pub(crate) mod verdict;

use anyhow::{Context, Result};
use segdend_core::MODEL_VERSION;
use serde::Serialize;

use crate::experiments::{Claim, Claims, Experiments, Measurement, Needs, Question};
use conditions::Condition;
use consistency::Checked;
use networks::NetworkComparison;
use published_design::PublishedComparison;
use runs::Networks;
use sensitivity::{Effect, Sensitivity};
use sources::Sources;
use verdict::{Finding, Ground, Measured, Verdict, judge};

/// The version of the audit's form: a new one whenever a field changes its meaning or goes.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// The audit at a scale. Its form is described in `reports/audit.schema.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Audit {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The scale.
    pub(crate) scale: String,
    /// The data sets of the runs that were found.
    pub(crate) data_sets: Vec<String>,
    /// The version of this program.
    pub(crate) program_version: String,
    /// The version of the model's numbers.
    pub(crate) model_version: u32,
    /// The machines that the runs were trained on.
    pub(crate) machines: Vec<String>,
    /// Finished networks at this scale.
    pub(crate) networks: usize,
    /// Time spent on them, s.
    pub(crate) wall_seconds: f64,
    /// Finished recordings at this scale.
    pub(crate) recordings: usize,
    /// Time spent on them, s.
    pub(crate) recording_seconds: f64,
    /// What limits every statement here.
    pub(crate) caution: String,
    /// How many claims have which verdict.
    pub(crate) counts: Vec<Count>,
    /// The final test errors of every run and its further networks.
    pub(crate) conditions: Vec<Condition>,
    /// The claims in the paper's order.
    pub(crate) claims: Vec<JudgedClaim>,
    /// Question 1 of every reported test.
    pub(crate) consistency: Vec<Checked>,
    /// Question 3 of every comparison.
    pub(crate) independent_networks: Vec<NetworkComparison>,
    /// Question 4 of every comparison.
    pub(crate) sensitivity: Vec<Sensitivity>,
    /// The differences between the paper and the program, and what they do.
    pub(crate) differences: Vec<Effect>,
}

/// Claims with a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Count {
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// How many claims have it.
    pub(crate) claims: usize,
}

/// A claim and its verdict. Of a reported test: that of question 2.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct JudgedClaim {
    /// Its name.
    pub(crate) id: String,
    /// The statement that it is a part of.
    pub(crate) statement: String,
    /// What the paper says, in our words.
    pub(crate) claim: String,
    /// Where, in eLife.
    pub(crate) elife: String,
    /// Where, on arXiv.
    pub(crate) arxiv: String,
    /// The figure that it belongs to.
    pub(crate) panel: String,
    /// As reported.
    pub(crate) reported: String,
    /// Which question is asked.
    pub(crate) asks: Question,
    /// How it is measured.
    pub(crate) measured_as: String,
    /// What counts as reported.
    pub(crate) rule: String,
    /// Ours.
    pub(crate) value: Option<f64>,
    /// Its 95 % interval.
    pub(crate) interval: Option<[f64; 2]>,
    /// Ours as tables print it.
    pub(crate) ours: String,
    /// Ours in words.
    pub(crate) words: Option<String>,
    /// Numbers that it was computed from.
    pub(crate) count: usize,
    /// Trained networks behind it.
    pub(crate) networks: usize,
    /// How it compares with what is reported, whatever the scale.
    pub(crate) finding: Option<Finding>,
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// Why.
    pub(crate) reason: String,
    /// What a reader should know.
    pub(crate) remark: Option<String>,
    /// What would compute what is missing.
    pub(crate) command: Option<String>,
    /// The source data, a file name.
    pub(crate) source_data: Option<String>,
    /// Where that came from, a file name.
    pub(crate) provenance: Option<String>,
    /// Of a reported test: our numbers.
    pub(crate) published_design: Option<PublishedComparison>,
}

const CAUTION: &str = "Repeated tests of one trained network tell test noise from a difference, not one \
training from another; the section on independent networks does. Below the paper's scale nothing is called \
reproduced, and on other images than MNIST nothing is a verdict on the paper.";

/// Audits the claims with what there is at a scale; `recordings` are the times, in s, that were
/// spent on the finished ones.
pub(crate) fn audit(
    claims: &Claims,
    sources: &Sources,
    networks: &Networks,
    recordings: &[f64],
    experiments: &Experiments,
    scale: &str,
) -> Result<Audit> {
    let mut judged = Vec::new();
    let mut checked = Vec::new();
    for claim in &claims.claims {
        let context = || format!("claim `{}`", claim.id);
        let mut claim_judged = one(claim, sources, experiments, scale).with_context(context)?;
        claim_judged.ours = output::ours(&claim_judged);
        judged.push(claim_judged);
        checked.extend(consistency::of_claim(claim).with_context(context)?);
    }
    let mut data_sets: Vec<String> = Vec::new();
    let mut machines: Vec<String> = Vec::new();
    let mut wall_seconds = 0.0;
    for network in networks.all() {
        let manifest = &network.manifest;
        data_sets.push(crate::data_source::short_name(&manifest.data.source));
        let machine = &manifest.machine;
        let model = machine.cpu_model.as_deref().unwrap_or(&machine.arch);
        machines.push(format!(
            "{model}, {} processors, {}",
            machine.cpus, machine.os
        ));
        wall_seconds += manifest.wall_seconds.training + manifest.wall_seconds.testing;
    }
    for list in [&mut data_sets, &mut machines] {
        list.sort();
        list.dedup();
    }
    let count = |verdict| Count {
        verdict,
        claims: judged
            .iter()
            .filter(|claim| claim.verdict == verdict)
            .count(),
    };
    Ok(Audit {
        schema_version: SCHEMA_VERSION,
        scale: scale.to_owned(),
        data_sets,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        model_version: MODEL_VERSION,
        machines,
        networks: networks.all().len(),
        wall_seconds,
        recordings: recordings.len(),
        recording_seconds: recordings.iter().sum(),
        conditions: conditions::of(networks, experiments, scale)?,
        caution: CAUTION.to_owned(),
        counts: Verdict::ALL.map(count).to_vec(),
        consistency: checked,
        independent_networks: networks::compare(&claims.claims, networks, experiments, scale)?,
        sensitivity: sensitivity::compare(&claims.claims, networks, experiments, scale)?,
        differences: sensitivity::effects(&claims.differences, networks, experiments, scale)?,
        claims: judged,
    })
}

fn one(
    claim: &Claim,
    sources: &Sources,
    experiments: &Experiments,
    scale: &str,
) -> Result<JudgedClaim> {
    let known = claim.command.is_some()
        || experiments
            .figures
            .iter()
            .any(|figure| figure.name() == claim.panel);
    let source = claim.measurement.source();
    let mut judged = JudgedClaim {
        id: claim.id.clone(),
        statement: claim.statement.clone(),
        claim: claim.claim.clone(),
        elife: claim.elife.clone(),
        arxiv: claim.arxiv.clone(),
        panel: claim.panel.clone(),
        reported: claim.reported.clone(),
        asks: claim.asks,
        measured_as: claim.measurement.in_words(),
        rule: match (&claim.measurement, claim.rule) {
            (Measurement::TTest(test), _) => published_design::rule_in_words(test),
            (_, Some(rule)) => rule.in_words(),
            (_, None) => String::new(),
        },
        value: None,
        interval: None,
        ours: String::new(),
        words: None,
        count: 0,
        networks: source.map_or(0, |source| {
            sources.networks(source, &claim.measurement.columns())
        }),
        finding: None,
        verdict: Verdict::NotRun,
        reason: if known {
            "its source data is not there".to_owned()
        } else {
            format!("the figure {} is not among this project's", claim.panel)
        },
        remark: claim.remark.clone(),
        command: Some(command(claim, scale)),
        source_data: source
            .and_then(|source| sources.path(source))
            .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned())),
        provenance: source.and_then(|source| sources.provenance_file(source)),
        published_design: None,
    };
    let ground = match (claim.needs, source) {
        (Needs::Nothing, _) | (_, None) => Ground::PaperAlone,
        (_, Some(source)) => sources.ground(source),
    };
    if let Measurement::TTest(test) = &claim.measurement {
        match published_design::compare(test, sources)? {
            None => {}
            Some(Err(error)) => judged.untestable(&error, sources),
            Some(Ok(ours)) => {
                let finding = published_design::finding(test, &ours);
                judged.measured(&published_design::measured(&ours));
                judged.conclude(claim.asks, finding, true, ground);
                judged.published_design = Some(ours);
            }
        }
        return Ok(judged);
    }
    let rule = claim.rule.context("a claim without a rule")?;
    match measurement::measure(&claim.measurement, sources) {
        Ok(None) => {}
        // Too little to measure is no damage; what cannot be read is.
        Err(error) => judged.untestable(&error, sources),
        Ok(Some(measured)) => {
            judged.measured(&measured);
            judged.conclude(
                claim.asks,
                rule.finding(&measured),
                rule.says_direction(),
                ground,
            );
        }
    }
    Ok(judged)
}

impl JudgedClaim {
    fn measured(&mut self, measured: &Measured) {
        // JSON has no infinity; the words say it.
        self.value = Some(measured.value).filter(|value| value.is_finite());
        self.interval = measured
            .interval
            .filter(|ends| ends.iter().all(|end| end.is_finite()));
        self.words = measured.words.clone();
        self.count = measured.count;
    }

    fn conclude(&mut self, asks: Question, finding: Finding, direction: bool, ground: Ground) {
        self.finding = Some(finding);
        (self.verdict, self.reason) = judge(asks, finding, direction, ground);
        self.command = None;
    }

    fn untestable(&mut self, error: &anyhow::Error, sources: &Sources) {
        self.verdict = Verdict::NotTestableHere;
        // Files by name alone: where they lie is different on every machine.
        let directory = sources.directory().join("").display().to_string();
        self.reason = crate::output::chain(error).replace(&directory, "");
        self.command = None;
    }
}

fn command(claim: &Claim, scale: &str) -> String {
    match &claim.command {
        Some(command) => command.replace("{scale}", scale),
        None => format!("just figure {} {scale}", claim.panel),
    }
}
