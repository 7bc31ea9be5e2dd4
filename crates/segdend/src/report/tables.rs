//! The questions asked of all comparisons, and the differences between paper and program, as tables.

use super::html::{escape, table};
use super::page::word;
use crate::audit::Audit;
use crate::audit::output::{
    ABOUT_INTERVALS, ABOUT_SEEDS, allowed, each, effect, effect_n, over_networks, paired,
    probability, under_set, with_interval,
};
use crate::experiments::ParameterSet;

/// The sections: identifiers and headings.
pub(super) const SECTIONS: [(&str, &str); 4] = [
    ("consistency", "Reported t-tests against themselves"),
    ("networks", "Over independent networks"),
    ("sensitivity", "Under every set of parameters"),
    ("differences", "Paper against program"),
];

/// All of them.
pub(super) fn all(audit: &Audit) -> String {
    let bodies = [
        consistency(audit),
        networks(audit),
        sensitivity(audit),
        differences(audit),
    ];
    SECTIONS
        .iter()
        .zip(bodies)
        .map(|((id, name), body)| {
            format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{name}</h2>\n{body}</section>\n")
        })
        .collect()
}

/// Text that is not broken over lines.
fn numeric(text: &str) -> String {
    format!("<span class=\"number\">{}</span>", escape(text))
}

fn command(command: &Option<String>) -> String {
    let code = |command: &String| format!("<code>{}</code>", escape(command));
    command.as_ref().map(code).unwrap_or_default()
}

fn comparison(audit: &Audit, id: &str) -> String {
    let claim = audit.claims.iter().find(|claim| claim.id == id);
    let words = claim.map_or(String::new(), |claim| {
        format!("{} ({})", claim.claim, claim.elife)
    });
    format!("<a href=\"#claim-{id}\">{}</a>", escape(&words))
}

fn consistency(audit: &Audit) -> String {
    let rows: Vec<Vec<String>> = audit
        .consistency
        .iter()
        .map(|checked| {
            let id = checked.claim.clone().unwrap_or_default();
            vec![
                comparison(audit, &id),
                escape(&format!(
                    "{}({}) = {}",
                    checked.test, checked.df, checked.statistic
                )),
                numeric(&checked.reported_p),
                numeric(&probability(checked.raw_p)),
                numeric(&probability(checked.corrected_p)),
                escape(&allowed(checked)),
                escape(&checked.under()),
                if checked.error { "yes" } else { "no" }.to_owned(),
                if checked.decision_error { "yes" } else { "no" }.to_owned(),
                word(checked.verdict),
            ]
        })
        .collect();
    let head = [
        "Comparison",
        "Test",
        "Reported P",
        "P of t, raw",
        "P, corrected",
        "Allowed by the rounding of t",
        "Fits",
        "Error",
        "Decision error",
        "Verdict",
    ];
    format!(
        "<p>Is P what t and the degrees of freedom give, within the rounding of both, under the correction that the legend states?</p>\n{}",
        table("Every reported t-test, recomputed", &head, &rows)
    )
}

fn networks(audit: &Audit) -> String {
    let rows: Vec<Vec<String>> = audit
        .independent_networks
        .iter()
        .map(|found| {
            vec![
                comparison(audit, &found.claim),
                format!("{} + {}", found.networks[0], found.networks[1]),
                escape(&with_interval(found.difference, found.difference_interval)),
                escape(&paired(&found.paired)),
                escape(&over_networks(found)),
                word(found.verdict),
                format!("{} {}", escape(&found.reason), command(&found.command)),
            ]
        })
        .collect();
    let head = [
        "Comparison",
        "Networks",
        "Difference [95 %]",
        "Within a seed [95 %]",
        "Effect, tests, variance",
        "Verdict",
        "Reason",
    ];
    format!(
        "<p>The published tests compare 20 tests of one network with 20 tests of another: they count test noise. Here each network counts once.</p>\n{}<p>{}</p>\n{}",
        table(
            "Every comparison over independently trained networks",
            &head,
            &rows
        ),
        escape(ABOUT_SEEDS),
        every_network(audit)
    )
}

fn every_network(audit: &Audit) -> String {
    let rows: Vec<Vec<String>> = audit
        .each_network
        .iter()
        .map(|found| {
            let design = audit.claims.iter().find(|claim| claim.id == found.claim);
            vec![
                comparison(audit, &found.claim),
                escape(&each(found)),
                escape(&with_interval(found.mean, found.interval)),
                format!("{} of {}", found.as_reported, found.values.len()),
                escape(design.map_or("", |claim| &claim.rule)),
                word(found.verdict),
                design.map_or(String::new(), |claim| word(claim.verdict)),
            ]
        })
        .collect();
    let head = [
        "Claim",
        "Value of every network",
        "Mean [95 %]",
        "As reported by themselves",
        "Rule",
        "Verdict on the mean",
        "Verdict in the published design",
    ];
    table(
        "Claims about the errors of one network, or of two of one seed, in every network; the interval is over networks, or over pairs of one seed",
        &head,
        &rows,
    )
}

fn sensitivity(audit: &Audit) -> String {
    let rows: Vec<Vec<String>> = audit
        .sensitivity
        .iter()
        .map(|found| {
            let mut row = vec![comparison(audit, &found.claim)];
            row.extend(found.sets.iter().map(|set| escape(&under_set(set))));
            row.push(word(found.verdict));
            row.push(format!(
                "{} {}",
                escape(&found.reason),
                command(&found.command)
            ));
            row
        })
        .collect();
    let mut head = vec!["Comparison"];
    head.extend(ParameterSet::all().map(ParameterSet::name));
    head.extend(["Verdict", "Reason"]);
    format!(
        "{}<p>{}</p>\n",
        table(
            "Every comparison under every set of parameters, difference in percentage points",
            &head,
            &rows,
        ),
        escape(ABOUT_INTERVALS)
    )
}

fn differences(audit: &Audit) -> String {
    let rows: Vec<Vec<String>> = audit
        .differences
        .iter()
        .map(|found| {
            vec![
                escape(&found.what),
                escape(&found.paper),
                escape(&found.program),
                escape(found.run.as_deref().unwrap_or_default()),
                escape(&effect(found)),
                escape(&effect_n(found)),
                escape(found.note.as_deref().unwrap_or_default()),
                command(&found.command),
            ]
        })
        .collect();
    let head = [
        "What",
        "In the paper",
        "In the program",
        "Tried in",
        "Effect of the paper's reading, points [95 %]",
        "n and interval",
        "Note",
        "To compute",
    ];
    format!(
        "<p>The effect is that on the final test error of this difference alone, as in the paper, all else as in the program: the mean of the differences between networks of one seed.</p>\n{}",
        table(
            "Where the paper and the authors' program differ",
            &head,
            &rows
        )
    )
}
