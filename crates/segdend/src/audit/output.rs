//! The audit as files and as text: JSON (all of it), CSV (a row a question asked of a claim), Markdown
//! and the terminal (for people).

mod csv;
mod markdown;
mod words;

use std::path::{Path, PathBuf};

use anyhow::Result;
use segdend_analysis::TailProbability;
use segdend_figures::scientific;

use super::consistency::Checked;
use super::{Audit, JudgedClaim};
use crate::{output, project, run_directory};
pub(crate) use words::{
    ABOUT_INTERVALS, ABOUT_SEEDS, each, effect, effect_n, n, ours_in_words, over_networks, paired,
    parameters, trained, under_set, under_set_of,
};

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
        run_directory::write_file(&self.csv, csv::csv(audit).as_bytes())?;
        run_directory::write_file(&self.markdown, markdown::markdown(audit).as_bytes())?;
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
    format!("{} to {}", digits(range.least), digits(range.most))
}

/// A P with four digits, as programs write and read it.
pub(crate) fn digits(p: TailProbability) -> String {
    if p.p > 1e-300 {
        format!("{:.3e}", p.p)
    } else {
        probability(p)
    }
}

/// The audit in the terminal.
pub(crate) fn text(audit: &Audit, files: &AuditFiles) -> String {
    let mut text = format!(
        "Audit at {} scale: {} ({})\n\n1. Do the reported tests agree with themselves?\n",
        audit.scale,
        trained(audit.networks, audit.distinct_networks),
        if audit.data_sets.is_empty() {
            "no data".to_owned()
        } else {
            audit.data_sets.join(", ")
        }
    );
    text.push_str(&consistency_table(&audit.consistency, "source"));
    text.push_str("\n2. The claims, with one network a condition as published\n");
    let head = [
        "claim",
        "reported",
        "ours [95 %]",
        "n",
        "networks",
        "verdict",
    ]
    .map(str::to_owned)
    .to_vec();
    let rows = audit.claims.iter().map(|claim| {
        vec![
            claim.id.clone(),
            claim.reported.clone(),
            ours(claim),
            n(claim),
            claim.networks.to_string(),
            claim.verdict.word().to_owned(),
        ]
    });
    text.push_str(&output::columns(
        &[head].into_iter().chain(rows).collect::<Vec<_>>(),
        6,
    ));
    text.push_str("\n3. Over independent networks, 4. under both sets of parameters\n");
    let head = [
        "claim",
        "networks",
        "difference [95 %]",
        "within a seed [95 %]",
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
                paired(&over.paired),
                over.verdict.word().to_owned(),
                under.verdict.word().to_owned(),
            ]
        });
    text.push_str(&output::columns(
        &[head].into_iter().chain(rows).collect::<Vec<_>>(),
        6,
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

/// Checked tests as a table for the terminal; `place` is what the first column says.
pub(crate) fn consistency_table<'a>(
    checks: impl IntoIterator<Item = &'a Checked>,
    place: &str,
) -> String {
    let head = [
        place,
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
            checked.verdict_in_words(),
        ]);
    }
    output::columns(&rows, 10)
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
