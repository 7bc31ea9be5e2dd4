//! The audit as files and as text: JSON (all of it), CSV (a row a question asked of a claim), Markdown
//! and the terminal (for people).

use std::path::{Path, PathBuf};

use anyhow::Result;
use segdend_analysis::TailProbability;
use segdend_figures::scientific;

use super::consistency::Checked;
use super::networks::NetworkComparison;
use super::verdict::Verdict;
use super::{Audit, JudgedClaim};
use crate::{output, project, run_directory};

/// The files of an audit.
#[derive(Debug, Clone)]
pub(crate) struct AuditFiles {
    /// All of it.
    pub(crate) json: PathBuf,
    /// As a table.
    pub(crate) csv: PathBuf,
    /// For people.
    pub(crate) markdown: PathBuf,
}

impl AuditFiles {
    /// Those in a directory.
    pub(crate) fn in_directory(directory: &Path) -> Self {
        Self {
            json: directory.join("audit.json"),
            csv: directory.join("audit.csv"),
            markdown: directory.join("audit.md"),
        }
    }

    /// Writes them.
    pub(crate) fn write(&self, audit: &Audit) -> Result<()> {
        if let Some(directory) = self.json.parent() {
            project::make_directory(directory)?;
        }
        run_directory::write_json(&self.json, audit)?;
        run_directory::write_file(&self.csv, csv(audit).as_bytes())?;
        run_directory::write_file(&self.markdown, markdown(audit).as_bytes())?;
        Ok(())
    }
}

/// A number with four significant digits.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if !(1e-4..1e7).contains(&size) {
        scientific(value)
    } else {
        let places = (3.0 - size.log10().floor()).clamp(0.0, 7.0) as usize;
        format!("{value:.places$}")
    }
}

/// A P, which is never 0: where f64 ends its logarithm goes on.
pub(crate) fn probability(p: TailProbability) -> String {
    if p.p > 1e-300 {
        scientific(p.p)
    } else if p.ln_p.is_finite() {
        format!("10^{:.0}", p.ln_p / std::f64::consts::LN_10)
    } else {
        "below any number".to_owned()
    }
}

/// A value with its interval.
pub(crate) fn with_interval(value: Option<f64>, interval: Option<[f64; 2]>) -> String {
    match (value, interval) {
        (None, _) => "–".to_owned(),
        (Some(value), None) => number(value),
        (Some(value), Some([low, high])) => {
            format!("{} [{}, {}]", number(value), number(low), number(high))
        }
    }
}

/// Ours, of a claim.
pub(crate) fn ours(claim: &JudgedClaim) -> String {
    if let Some(published) = &claim.published_design {
        let test = published.test;
        let t = if test.t.is_finite() {
            format!("{:.2}", test.t)
        } else {
            test.t.to_string()
        };
        return format!(
            "t({}) = {t}, P = {}",
            test.degrees_of_freedom,
            probability(published.corrected)
        );
    }
    match (&claim.value, &claim.words) {
        (None, Some(words)) => words.clone(),
        _ => with_interval(claim.value, claim.interval),
    }
}

/// The reported P, and the range that the rounding of the statistic allows.
pub(crate) fn allowed(checked: &Checked) -> String {
    let range = checked.corrected_range;
    format!(
        "{} to {}",
        probability(range.least),
        probability(range.most)
    )
}

/// The audit in the terminal.
pub(crate) fn text(audit: &Audit, files: &AuditFiles) -> String {
    let mut text = format!(
        "Audit at {} scale: {} networks ({})\n\n1. Do the reported tests agree with themselves?\n",
        audit.scale,
        audit.networks,
        if audit.data_sets.is_empty() {
            "no data".to_owned()
        } else {
            audit.data_sets.join(", ")
        }
    );
    text.push_str(&consistency_table(&audit.consistency));
    text.push_str("\n2. The claims, with one network a condition as published\n");
    let head = ["claim", "reported", "ours [95 %]", "networks", "verdict"]
        .map(str::to_owned)
        .to_vec();
    let rows = audit.claims.iter().map(|claim| {
        vec![
            claim.id.clone(),
            claim.reported.clone(),
            ours(claim),
            claim.networks.to_string(),
            claim.verdict.word().to_owned(),
        ]
    });
    text.push_str(&output::columns(
        &[head].into_iter().chain(rows).collect::<Vec<_>>(),
        5,
    ));
    text.push_str("\n3. Over independent networks, 4. under both sets of parameters\n");
    let head = [
        "claim",
        "networks",
        "difference [95 %]",
        "over networks",
        "under both sets",
    ]
    .map(str::to_owned)
    .to_vec();
    let rows = audit
        .independent_networks
        .iter()
        .zip(&audit.sensitivity)
        .map(|(over, under)| {
            vec![
                over.claim.clone(),
                format!("{} + {}", over.networks[0], over.networks[1]),
                with_interval(over.difference, over.difference_interval),
                over.verdict.word().to_owned(),
                under.verdict.word().to_owned(),
            ]
        });
    text.push_str(&output::columns(
        &[head].into_iter().chain(rows).collect::<Vec<_>>(),
        5,
    ));
    text.push('\n');
    for count in &audit.counts {
        if count.claims > 0 {
            text.push_str(&format!("  {:3} {}\n", count.claims, count.verdict.word()));
        }
    }
    text.push_str(&format!("\n  {}\n\n", audit.caution));
    for path in [&files.json, &files.csv, &files.markdown] {
        text.push_str(&format!("  {}\n", path.display()));
    }
    text
}

/// Checked tests as a table for the terminal.
pub(crate) fn consistency_table(checks: &[Checked]) -> String {
    let head = [
        "source",
        "test",
        "df",
        "value",
        "reported P",
        "P raw",
        "P corrected",
        "allowed",
        "fits",
        "verdict",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for checked in checks {
        let error = if checked.decision_error {
            ", decision error"
        } else {
            ""
        };
        rows.push(vec![
            checked.source.clone(),
            checked.test.clone(),
            checked.df.clone(),
            checked.statistic.clone(),
            checked.reported_p.clone(),
            probability(checked.raw_p),
            probability(checked.corrected_p),
            allowed(checked),
            checked.under(),
            format!("{}{error}", checked.verdict.word()),
        ]);
    }
    output::columns(&rows, 10)
}

/// The CSV's columns.
const CSV_COLUMNS: [&str; 15] = [
    "question",
    "id",
    "where",
    "claim",
    "reported",
    "ours",
    "lower",
    "upper",
    "values",
    "networks",
    "rule",
    "verdict",
    "reason",
    "command",
    "source_data",
];

fn csv(audit: &Audit) -> String {
    let mut rows = vec![CSV_COLUMNS.map(str::to_owned).to_vec()];
    let ends = |interval: Option<[f64; 2]>| {
        interval.map_or([String::new(), String::new()], |ends| {
            ends.map(|end| end.to_string())
        })
    };
    for checked in &audit.consistency {
        let word = checked.verdict.word().to_owned();
        let range = checked.corrected_range;
        rows.push(vec![
            "consistency".to_owned(),
            checked.claim.clone().unwrap_or_default(),
            checked.source.clone(),
            checked.what.clone(),
            format!(
                "{}({}) = {}, P {}",
                checked.test, checked.df, checked.statistic, checked.reported_p
            ),
            probability(checked.corrected_p),
            probability(range.least),
            probability(range.most),
            String::new(),
            "0".to_owned(),
            format!(
                "the reported P lies in the range, times {}",
                checked.comparisons
            ),
            word,
            format!("fits: {}", checked.under()),
            String::new(),
            String::new(),
        ]);
    }
    for claim in &audit.claims {
        let [lower, upper] = ends(claim.interval);
        rows.push(vec![
            "published design".to_owned(),
            claim.id.clone(),
            claim.elife.clone(),
            claim.claim.clone(),
            claim.reported.clone(),
            claim
                .value
                .map(|value| value.to_string())
                .unwrap_or_default(),
            lower,
            upper,
            claim.count.to_string(),
            claim.networks.to_string(),
            claim.rule.clone(),
            claim.verdict.word().to_owned(),
            claim.reason.clone(),
            claim.command.clone().unwrap_or_default(),
            claim.source_data.clone().unwrap_or_default(),
        ]);
    }
    let comparison = |question: &str,
                      id: &str,
                      value: Option<f64>,
                      interval,
                      networks: String,
                      verdict: Verdict,
                      reason: &str,
                      command: &Option<String>| {
        let [lower, upper] = ends(interval);
        let claim = audit.claims.iter().find(|claim| claim.id == id);
        vec![
            question.to_owned(),
            id.to_owned(),
            claim.map(|claim| claim.elife.clone()).unwrap_or_default(),
            claim.map(|claim| claim.claim.clone()).unwrap_or_default(),
            claim
                .map(|claim| claim.reported.clone())
                .unwrap_or_default(),
            value.map(|value| value.to_string()).unwrap_or_default(),
            lower,
            upper,
            String::new(),
            networks,
            "direction of the difference of mean errors".to_owned(),
            verdict.word().to_owned(),
            reason.to_owned(),
            command.clone().unwrap_or_default(),
            String::new(),
        ]
    };
    for over in &audit.independent_networks {
        let networks = format!("{} + {}", over.networks[0], over.networks[1]);
        rows.push(comparison(
            "independent networks",
            &over.claim,
            over.difference,
            over.difference_interval,
            networks,
            over.verdict,
            &over.reason,
            &over.command,
        ));
    }
    for under in &audit.sensitivity {
        for set in &under.sets {
            let networks = format!("{} + {}", set.networks[0], set.networks[1]);
            let question = format!("sensitivity, {}", set.set);
            rows.push(comparison(
                &question,
                &under.claim,
                set.difference,
                set.interval,
                networks,
                under.verdict,
                &under.reason,
                &under.command,
            ));
        }
    }
    let quoted = |cell: &String| {
        if cell.contains([',', '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    };
    let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
    rows.iter().map(line).collect()
}

/// How large a difference over networks is, in words.
pub(crate) fn over_networks(comparison: &NetworkComparison) -> String {
    let mut parts = Vec::new();
    if let Some(effect) = &comparison.effect {
        parts.push(format!(
            "Hedges' g {}",
            with_interval(Some(effect.hedges_g), None)
        ));
    }
    if let Some([low, high]) = comparison.effect_interval {
        parts.push(format!("d from {} to {}", number(low), number(high)));
    }
    if let (Some(test), Some(holm)) = (&comparison.test, comparison.holm_p) {
        parts.push(format!(
            "Welch t({:.1}) = {:.2}, P {} raw, {} Holm",
            test.degrees_of_freedom,
            test.t,
            scientific(test.p),
            scientific(holm)
        ));
    }
    if let Some(permutation) = &comparison.permutation {
        parts.push(format!("permutation P {}", scientific(permutation.p)));
    }
    for (run, variance) in comparison.runs.iter().zip(&comparison.variance) {
        if let Some(variance) = variance {
            parts.push(format!(
                "{run}: sd between networks {}, within {}",
                number(variance.between_variance.sqrt()),
                number(variance.within_variance.sqrt())
            ));
        }
    }
    parts.join("; ")
}

fn markdown(audit: &Audit) -> String {
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

#[cfg(test)]
mod tests {
    //! Promise: no P is printed as 0, and numbers keep four digits.
    use super::*;

    #[test]
    fn no_p_is_zero() {
        let p = |p, ln_p| probability(TailProbability { p, ln_p });
        assert_eq!(p(1.9e-61, 1.9e-61_f64.ln()), "1.9 × 10⁻⁶¹");
        assert_eq!(p(0.0, -2_302.585), "10^-1000");
        assert_eq!(p(0.0, f64::NEG_INFINITY), "below any number");
    }

    #[test]
    fn four_digits() {
        let written = [4.1, 0.23456, 12.0, 60_000.0, 1.13e-5].map(number);
        assert_eq!(written, ["4.100", "0.2346", "12.00", "60000", "1.1 × 10⁻⁵"]);
    }
}
