//! The audit as Markdown.

use super::{allowed, ours, over_networks, probability, with_interval};
use crate::audit::Audit;

/// The audit for people.
pub(super) fn markdown(audit: &Audit) -> String {
    let mut text = format!(
        "# Audit at {} scale\n\n{} trained networks, {}. {}\n\n",
        audit.scale,
        audit.networks,
        if audit.data_sets.is_empty() {
            "no data".to_owned()
        } else {
            audit.data_sets.join(", ")
        },
        audit.caution
    );
    let mut table = |title: &str, head: &[&str], rows: Vec<Vec<String>>| {
        let escaped = |cell: &String| cell.replace('|', "\\|").replace('\n', " ");
        text.push_str(&format!(
            "## {title}\n\n| {} |\n|{}\n",
            head.join(" | "),
            "---|".repeat(head.len())
        ));
        for row in rows {
            text.push_str(&format!(
                "| {} |\n",
                row.iter().map(escaped).collect::<Vec<_>>().join(" | ")
            ));
        }
        text.push('\n');
    };
    let counts = audit
        .counts
        .iter()
        .map(|c| vec![c.verdict.word().to_owned(), c.claims.to_string()]);
    table(
        "Claims by verdict",
        &["verdict", "claims"],
        counts.collect(),
    );
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
    table(
        "1. Does a reported test agree with itself?",
        &[
            "where",
            "comparison",
            "test",
            "reported P",
            "P raw",
            "P corrected",
            "allowed by rounding",
            "fits",
            "verdict",
        ],
        rows.collect(),
    );
    let rows = audit.claims.iter().map(|c| {
        let mut reason = c.reason.clone();
        if let Some(command) = &c.command {
            reason.push_str(&format!("; `{command}`"));
        }
        vec![
            c.id.clone(),
            c.claim.clone(),
            c.elife.clone(),
            c.reported.clone(),
            ours(c),
            c.networks.to_string(),
            c.rule.clone(),
            c.verdict.word().to_owned(),
            reason,
        ]
    });
    table(
        "2. The claims, in the published design",
        &[
            "id",
            "claim",
            "where",
            "reported",
            "ours [95 %]",
            "networks",
            "rule",
            "verdict",
            "reason",
        ],
        rows.collect(),
    );
    let rows = audit.independent_networks.iter().map(|c| {
        vec![
            c.claim.clone(),
            format!("{} + {}", c.networks[0], c.networks[1]),
            with_interval(c.difference, c.difference_interval),
            over_networks(c),
            c.verdict.word().to_owned(),
            c.command.clone().map_or(c.reason.clone(), |command| {
                format!("{}; `{command}`", c.reason)
            }),
        ]
    });
    table(
        "3. Over independent networks",
        &[
            "claim",
            "networks",
            "difference [95 %]",
            "effect and tests",
            "verdict",
            "reason",
        ],
        rows.collect(),
    );
    let rows = audit.sensitivity.iter().map(|s| {
        let mut row = vec![s.claim.clone()];
        row.extend(s.sets.iter().map(|set| {
            format!(
                "{} ({} + {} networks)",
                with_interval(set.difference, set.interval),
                set.networks[0],
                set.networks[1]
            )
        }));
        row.push(s.verdict.word().to_owned());
        row.push(
            s.command
                .clone()
                .map_or(s.reason.clone(), |command| format!("`{command}`")),
        );
        row
    });
    table(
        "4. Under both sets of parameters",
        &["claim", "authors-code", "paper", "verdict", "reason"],
        rows.collect(),
    );
    let rows = audit.differences.iter().map(|d| {
        vec![
            d.what.clone(),
            d.paper.clone(),
            d.program.clone(),
            d.effect
                .map_or("–".to_owned(), |effect| format!("{effect:+.2} points")),
            d.command
                .clone()
                .map_or(String::new(), |command| format!("`{command}`")),
        ]
    });
    table(
        "Differences between the paper and the authors' program",
        &[
            "what",
            "paper",
            "program",
            "effect of the paper's reading on the test error",
            "to compute",
        ],
        rows.collect(),
    );
    text
}
