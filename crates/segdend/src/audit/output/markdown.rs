//! The audit as Markdown.

use super::{
    ABOUT_INTERVALS, ABOUT_SEEDS, allowed, each, effect, effect_n, n, ours_in_words, over_networks,
    paired, parameters, probability, trained, under_set, with_interval,
};
use crate::audit::Audit;
use crate::experiments::ParameterSet;

/// The audit for people.
pub(super) fn markdown(audit: &Audit) -> String {
    let mut text = format!(
        "# Audit at {} scale\n\n{}, {}. {}\n\n",
        audit.scale,
        trained(audit.networks, audit.distinct_networks),
        if audit.data_sets.is_empty() {
            "no data".to_owned()
        } else {
            audit.data_sets.join(", ")
        },
        audit.caution
    );
    let counts = audit
        .counts
        .iter()
        .map(|c| vec![c.verdict.word().to_owned(), c.claims.to_string()]);
    text.push_str("## Claims by verdict\n\n");
    text.push_str(&table(&["verdict", "claims"], counts.collect()));
    text.push_str(&consistency(audit));
    text.push_str(&claims(audit));
    text.push_str(&networks(audit));
    text.push_str(&sensitivity(audit));
    text.push_str(&differences(audit));
    text
}

fn table(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let escaped = |cell: &String| cell.replace('|', "\\|").replace('\n', " ");
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(escaped).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text.push('\n');
    text
}

/// A reason, and the command that would do away with it.
fn reason(reason: &str, command: &Option<String>) -> String {
    match command {
        Some(command) => format!("{reason}; `{command}`"),
        None => reason.to_owned(),
    }
}

fn consistency(audit: &Audit) -> String {
    let rows = audit.consistency.iter().map(|c| {
        vec![
            c.source.clone(),
            c.what.clone(),
            format!("{}({}) = {}", c.test, c.df, c.statistic),
            c.reported_p.clone(),
            probability(c.raw_p),
            probability(c.corrected_p),
            allowed(c),
            c.under(),
            c.verdict.word().to_owned(),
        ]
    });
    let head = [
        "where",
        "comparison",
        "test",
        "reported P",
        "P raw",
        "P corrected",
        "allowed by rounding",
        "fits",
        "verdict",
    ];
    format!(
        "## 1. Does a reported test agree with itself?\n\n{}",
        table(&head, rows.collect())
    )
}

fn claims(audit: &Audit) -> String {
    let rows = audit.claims.iter().map(|c| {
        vec![
            c.id.clone(),
            c.claim.clone(),
            c.elife.clone(),
            c.reported.clone(),
            ours_in_words(c),
            n(c),
            c.networks.to_string(),
            c.rule.clone(),
            c.verdict.word().to_owned(),
            reason(&c.reason, &c.command),
        ]
    });
    let head = [
        "id",
        "claim",
        "where",
        "reported",
        "ours [95 %]",
        "n",
        "networks",
        "rule",
        "verdict",
        "reason",
    ];
    let notes: String = audit
        .claims
        .iter()
        .filter_map(|c| Some(format!("- `{}`: {}\n", c.id, c.remark.as_ref()?)))
        .collect();
    format!(
        "## 2. The claims, in the published design\n\n{} n says of how many numbers a value is made; its interval \
         is over these, not over other networks.\n\n{}Notes:\n\n{notes}\n",
        parameters(&audit.claims),
        table(&head, rows.collect())
    )
}

fn networks(audit: &Audit) -> String {
    let rows = audit.independent_networks.iter().map(|c| {
        vec![
            c.claim.clone(),
            format!("{} + {}", c.networks[0], c.networks[1]),
            with_interval(c.difference, c.difference_interval),
            paired(&c.paired),
            over_networks(c),
            c.rule.clone(),
            c.verdict.word().to_owned(),
            reason(&c.reason, &c.command),
        ]
    });
    let head = [
        "claim",
        "networks",
        "difference [95 %]",
        "within a seed [95 %]",
        "effect and tests",
        "rule",
        "verdict",
        "reason",
    ];
    let one = |id: &str| audit.claims.iter().find(|claim| claim.id == id);
    let each_rows = audit.each_network.iter().map(|e| {
        let design = one(&e.claim);
        vec![
            e.claim.clone(),
            e.runs.join(" − "),
            each(e),
            with_interval(e.mean, e.interval),
            format!("{} of {}", e.as_reported, e.values.len()),
            design.map_or(String::new(), |claim| claim.rule.clone()),
            e.verdict.word().to_owned(),
            design.map_or(String::new(), |claim| claim.verdict.word().to_owned()),
        ]
    });
    let each_head = [
        "claim",
        "run",
        "value of every network",
        "mean [95 %]",
        "as reported by themselves",
        "rule",
        "verdict on the mean",
        "verdict in the published design",
    ];
    format!(
        "## 3. Over independent networks\n\n{}{ABOUT_SEEDS}\n\nClaims about the errors of one network, or of two of \
         one seed, in every network; the interval is over networks, or over pairs of one seed:\n\n{}",
        table(&head, rows.collect()),
        table(&each_head, each_rows.collect())
    )
}

fn sensitivity(audit: &Audit) -> String {
    let rows = audit.sensitivity.iter().map(|s| {
        let mut row = vec![s.claim.clone()];
        row.extend(s.sets.iter().map(under_set));
        row.push(s.rule.clone());
        row.push(s.verdict.word().to_owned());
        row.push(reason(&s.reason, &s.command));
        row
    });
    let mut head = vec!["claim"];
    head.extend(ParameterSet::all().map(ParameterSet::name));
    head.extend(["rule", "verdict", "reason"]);
    format!(
        "## 4. Under every set of parameters\n\n{}{ABOUT_INTERVALS}\n\n",
        table(&head, rows.collect())
    )
}

fn differences(audit: &Audit) -> String {
    let rows = audit.differences.iter().map(|d| {
        let code = |command: &String| format!("`{command}`");
        vec![
            d.what.clone(),
            d.paper.clone(),
            d.program.clone(),
            d.run.clone().unwrap_or_default(),
            effect(d),
            effect_n(d),
            d.note.clone().unwrap_or_default(),
            d.command.as_ref().map(code).unwrap_or_default(),
        ]
    });
    let head = [
        "what",
        "paper",
        "program",
        "tried in",
        "effect of the paper's reading on the test error, points [95 %]",
        "n and interval",
        "note",
        "to compute",
    ];
    format!(
        "## Differences between the paper and the authors' program\n\nThe effect is the mean, over the seeds of which \
         there is a network with the paper's reading and one without, of the one's mean test error less the other's.\n\n{}",
        table(&head, rows.collect())
    )
}
