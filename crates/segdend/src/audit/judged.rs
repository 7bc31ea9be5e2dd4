//! A claim, its value and its verdict.

use anyhow::{Context, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::measurement;
use super::published_design::{self, PublishedComparison};
use super::sources::Sources;
use super::verdict::{Finding, Ground, Measured, Verdict, judge};
use crate::experiments::{Claim, Experiments, Measurement, Needs, Question};

/// A claim and its verdict. Of a reported test: that of question 2.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
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
    /// What these are.
    pub(crate) count_of: String,
    /// Trained networks behind it.
    pub(crate) networks: usize,
    /// The sets of parameters of the runs behind it.
    pub(crate) parameter_sets: Vec<String>,
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

/// A claim with what its source data says of it.
pub(super) fn one(
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
        count_of: claim.of.clone().unwrap_or_else(|| {
            match source {
                Some(source) if source.ends_with("_final_errors.csv") => "tests",
                Some(source) if source.ends_with("_errors.csv") => "epochs",
                _ => "values",
            }
            .to_owned()
        }),
        networks: source.map_or(0, |source| {
            let columns = claim.measurement.columns();
            sources.networks(source, &columns, claim.recording.as_deref())
        }),
        parameter_sets: source.map_or(Vec::new(), |source| {
            sources.parameter_sets(source, &claim.measurement.columns(), experiments)
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
                let miss = published_design::miss(test, &ours);
                judged.measured(&published_design::measured(&ours));
                judged.conclude(claim.asks, finding, true, ground, &miss);
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
                &rule.miss(&measured),
            );
        }
    }
    Ok(judged)
}

/// Adds to the remark of a claim that has a sense only if another holds what the other's verdict is.
pub(super) fn say_what_is_presumed(judged: &mut [JudgedClaim], claims: &[Claim]) {
    for claim in claims {
        let Some(presumed) = &claim.presumes else {
            continue;
        };
        let Some(other) = judged.iter().find(|other| other.id == *presumed) else {
            continue;
        };
        let said = format!(
            "It presumes `{presumed}` ({}), of which the verdict is: {}.",
            other.claim,
            other.verdict.word()
        );
        if let Some(one) = judged.iter_mut().find(|one| one.id == claim.id) {
            one.remark = Some(match &one.remark {
                Some(remark) => format!("{remark} {said}"),
                None => said,
            });
        }
    }
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
        self.networks = measured.networks.unwrap_or(self.networks);
    }

    fn conclude(
        &mut self,
        asks: Question,
        finding: Finding,
        direction: bool,
        ground: Ground,
        miss: &str,
    ) {
        self.finding = Some(finding);
        (self.verdict, self.reason) = judge(asks, finding, direction, ground, miss);
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
