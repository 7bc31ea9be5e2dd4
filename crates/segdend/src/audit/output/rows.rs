//! The audit as one table for programs: a row a question asked of a claim.

use super::words::digits;
use crate::audit::consistency::Checked;
use crate::audit::sensitivity::{Effect, Over};
use crate::audit::{Audit, JudgedClaim};
use crate::render::Sheet;

/// One question asked of a claim.
#[derive(Clone, Default)]
struct Row {
    question: String,
    id: String,
    place: String,
    claim: String,
    reported: String,
    ours: String,
    ends: [String; 2],
    interval_over: String,
    values: String,
    networks: String,
    rule: String,
    verdict: &'static str,
    reason: String,
    remark: String,
    command: String,
    source_data: String,
}

/// The audit as a table: a row a question asked of a claim.
pub(super) fn sheet(audit: &Audit) -> Sheet {
    let parts = [
        consistency(audit),
        published_design(audit),
        networks(audit),
        sensitivity(audit),
        differences(audit),
    ];
    Sheet::of("", &parts.concat())
        .text("question", |row| &row.question)
        .text("id", |row| &row.id)
        .text("where", |row| &row.place)
        .text("claim", |row| &row.claim)
        .text("reported", |row| &row.reported)
        .text("ours", |row| &row.ours)
        .text("lower", |row| &row.ends[0])
        .text("upper", |row| &row.ends[1])
        .text("interval over", |row| &row.interval_over)
        .text("values", |row| &row.values)
        .text("networks", |row| &row.networks)
        .text("rule", |row| &row.rule)
        .text("verdict", |row| row.verdict)
        .text("reason", |row| &row.reason)
        .text("remark", |row| &row.remark)
        .text("command", |row| &row.command)
        .text("source_data", |row| &row.source_data)
        .done()
}

fn value(value: Option<f64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn ends(interval: Option<[f64; 2]>) -> [String; 2] {
    interval.map_or_else(Default::default, |ends| ends.map(|end| end.to_string()))
}

fn over(interval: Option<[f64; 2]>, what: &str) -> String {
    interval.map_or(String::new(), |_| what.to_owned())
}

fn both([first, second]: [usize; 2]) -> String {
    format!("{first} + {second}")
}

/// What a row of another question than the published design takes from the claim.
fn of_claim(audit: &Audit, question: &str, id: &str) -> Row {
    let claim = audit.claims.iter().find(|claim| claim.id == id);
    let mut row = Row {
        question: question.to_owned(),
        id: id.to_owned(),
        ..Row::default()
    };
    if let Some(claim) = claim {
        row.place.clone_from(&claim.elife);
        row.claim.clone_from(&claim.claim);
        row.reported.clone_from(&claim.reported);
    }
    row
}

fn consistency(audit: &Audit) -> Vec<Row> {
    let row = |checked: &Checked| Row {
        question: "consistency".to_owned(),
        id: checked.claim.clone().unwrap_or_default(),
        place: checked.source.clone(),
        claim: checked.what.clone(),
        reported: format!(
            "{}({}) = {}, P {}",
            checked.test, checked.df, checked.statistic, checked.reported_p
        ),
        ours: digits(checked.corrected_p),
        ends: [checked.corrected_range.least, checked.corrected_range.most].map(digits),
        interval_over: "rounding".to_owned(),
        networks: "0".to_owned(),
        rule: format!(
            "the reported P lies in the range, times {}",
            checked.comparisons
        ),
        verdict: checked.verdict.word(),
        reason: format!("fits: {}", checked.under()),
        ..Row::default()
    };
    audit.consistency.iter().map(row).collect()
}

fn published_design(audit: &Audit) -> Vec<Row> {
    let row = |claim: &JudgedClaim| Row {
        ours: value(claim.value),
        ends: ends(claim.interval),
        interval_over: over(claim.interval, &claim.count_of),
        values: claim.count.to_string(),
        networks: claim.networks.to_string(),
        rule: claim.rule.clone(),
        verdict: claim.verdict.word(),
        reason: claim.reason.clone(),
        remark: claim.remark.clone().unwrap_or_default(),
        command: claim.command.clone().unwrap_or_default(),
        source_data: claim.source_data.clone().unwrap_or_default(),
        ..of_claim(audit, "published design", &claim.id)
    };
    audit.claims.iter().map(row).collect()
}

fn networks(audit: &Audit) -> Vec<Row> {
    let mut rows = Vec::new();
    for found in &audit.independent_networks {
        rows.push(Row {
            ours: value(found.difference),
            ends: ends(found.difference_interval),
            interval_over: over(found.difference_interval, "networks"),
            networks: both(found.networks),
            rule: found.rule.clone(),
            verdict: found.verdict.word(),
            reason: found.reason.clone(),
            command: found.command.clone().unwrap_or_default(),
            ..of_claim(audit, "independent networks", &found.claim)
        });
        if let Some(paired) = &found.paired {
            let p = paired
                .test
                .map(|test| format!("P {:.3e}, not corrected", test.p));
            rows.push(Row {
                ours: value(Some(paired.difference)),
                ends: ends(paired.interval),
                interval_over: over(paired.interval, "pairs of one seed"),
                values: paired.seeds.len().to_string(),
                networks: both([paired.seeds.len(); 2]),
                reason: p.unwrap_or_default(),
                ..of_claim(audit, "networks of one seed", &found.claim)
            });
        }
    }
    rows.extend(audit.each_network.iter().map(|each| Row {
        ours: value(each.mean),
        ends: ends(each.interval),
        interval_over: over(
            each.interval,
            if each.runs.len() == 1 {
                "networks"
            } else {
                "pairs of one seed"
            },
        ),
        values: each.values.len().to_string(),
        networks: (each.values.len() * each.runs.len()).to_string(),
        rule: format!(
            "the mean as in the published design; {} of {} values are by themselves",
            each.as_reported,
            each.values.len()
        ),
        verdict: each.verdict.word(),
        reason: each.reason.clone(),
        ..of_claim(audit, "every network", &each.claim)
    }));
    rows
}

fn sensitivity(audit: &Audit) -> Vec<Row> {
    let mut rows = Vec::new();
    for under in &audit.sensitivity {
        rows.extend(under.sets.iter().map(|set| {
            Row {
                ours: value(set.difference),
                ends: ends(set.interval),
                interval_over: set
                    .interval_over
                    .map_or(String::new(), |over| over.noun().to_owned()),
                networks: both(set.networks),
                rule: under.rule.clone(),
                verdict: under.verdict.word(),
                reason: under.reason.clone(),
                command: under.command.clone().unwrap_or_default(),
                ..of_claim(audit, &format!("sensitivity, {}", set.set), &under.claim)
            }
        }));
    }
    rows
}

fn differences(audit: &Audit) -> Vec<Row> {
    let row = |effect: &Effect| Row {
        question: "paper against program".to_owned(),
        id: effect.field.clone().unwrap_or_default(),
        place: effect.run.clone().unwrap_or_default(),
        claim: format!(
            "{}: {} (paper), {} (program)",
            effect.what, effect.paper, effect.program
        ),
        ours: value(effect.effect),
        ends: ends(effect.interval),
        interval_over: effect
            .interval_over
            .map_or(String::new(), |over: Over| over.noun().to_owned()),
        values: effect.seeds.len().to_string(),
        networks: both([effect.seeds.len(); 2]),
        remark: effect.note.clone().unwrap_or_default(),
        command: effect.command.clone().unwrap_or_default(),
        ..Row::default()
    };
    audit.differences.iter().map(row).collect()
}
