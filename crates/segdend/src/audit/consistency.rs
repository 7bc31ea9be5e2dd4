//! Question 1: does a reported P follow from the statistic reported beside it?
//!
//! The statistic as printed stands for all numbers that round to it, and so for a range of P, raw
//! and after Bonferroni's correction. What is reported is consistent if it rounds into that range
//! (statcheck, Nuijten et al. 2016).

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use schemars::JsonSchema;
use segdend_analysis::{
    Consistency, ProbabilityRange, ReportedP, ReportedStatistic, StatisticKind, TailProbability,
    Tails, check_reported,
};
use serde::{Deserialize, Serialize};

use super::verdict::Verdict;
use crate::experiments::{Claim, Measurement};

/// The level at which significance is decided.
pub(crate) const LEVEL: f64 = 0.05;
/// The most comparisons for which a correction is tried that is not stated.
const MOST_COMPARISONS: usize = 20;

/// A reported test, checked.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Checked {
    /// The claim, if it is one.
    pub(crate) claim: Option<String>,
    /// Where it is reported.
    pub(crate) source: String,
    /// What is compared.
    pub(crate) what: String,
    /// `t`, `F`, `r`, `z` or `chi2`.
    pub(crate) test: String,
    /// Degrees of freedom as printed.
    pub(crate) df: String,
    /// The statistic as printed.
    pub(crate) statistic: String,
    /// P as printed.
    pub(crate) reported_p: String,
    /// P of the statistic as printed, raw.
    pub(crate) raw_p: TailProbability,
    /// The same times the comparisons stated.
    pub(crate) corrected_p: TailProbability,
    /// What the rounding of the statistic allows, raw.
    pub(crate) raw_range: ProbabilityRange,
    /// The same, corrected.
    pub(crate) corrected_range: ProbabilityRange,
    /// The comparisons stated; 1 for none.
    pub(crate) comparisons: usize,
    /// Whether the reported P lies in the raw range.
    pub(crate) in_raw_range: bool,
    /// Whether it lies in the corrected one.
    pub(crate) in_corrected_range: bool,
    /// All numbers of comparisons, up to 20, under which it would.
    pub(crate) fits_comparisons: Vec<usize>,
    /// Whether the report contradicts itself under the correction stated.
    pub(crate) error: bool,
    /// Whether significance changes with it.
    pub(crate) decision_error: bool,
    /// `consistent` or `inconsistent`.
    pub(crate) verdict: Verdict,
}

impl Checked {
    /// Under which correction the report is consistent, in words.
    pub(crate) fn under(&self) -> String {
        let names: Vec<String> = self
            .fits_comparisons
            .iter()
            .map(|&m| {
                if m == 1 {
                    "raw".to_owned()
                } else {
                    format!("Bonferroni × {m}")
                }
            })
            .collect();
        if names.is_empty() {
            format!("none up to × {MOST_COMPARISONS}")
        } else {
            names.join(", ")
        }
    }
}

/// What is reported of a test.
struct Report {
    claim: Option<String>,
    source: String,
    what: String,
    test: String,
    df: String,
    statistic: ReportedStatistic,
    p: ReportedP,
    comparisons: usize,
}

impl Report {
    fn check(self) -> Result<Checked> {
        let of = |comparisons| check_reported(&self.statistic, &self.p, comparisons, LEVEL);
        let fits = |comparisons| -> Result<bool> {
            Ok(of(comparisons)?.consistency == Consistency::Consistent)
        };
        let (raw, corrected) = (of(1)?, of(self.comparisons)?);
        let mut fits_comparisons = Vec::new();
        for comparisons in 1..=MOST_COMPARISONS {
            if fits(comparisons)? {
                fits_comparisons.push(comparisons);
            }
        }
        let consistent = corrected.consistency == Consistency::Consistent;
        Ok(Checked {
            claim: self.claim,
            source: self.source,
            what: self.what,
            test: self.test,
            df: self.df,
            statistic: self.statistic.number().to_string(),
            reported_p: self.p.to_string(),
            raw_p: raw.recomputed,
            corrected_p: corrected.recomputed,
            raw_range: raw.range,
            corrected_range: corrected.range,
            comparisons: self.comparisons,
            in_raw_range: raw.consistency == Consistency::Consistent,
            in_corrected_range: consistent,
            fits_comparisons,
            error: !consistent,
            decision_error: corrected.consistency == Consistency::DecisionError,
            verdict: if consistent {
                Verdict::Consistent
            } else {
                Verdict::Inconsistent
            },
        })
    }
}

/// The check of a claim; none if it is no reported test.
pub(crate) fn of_claim(claim: &Claim) -> Result<Option<Checked>> {
    let Measurement::TTest(test) = &claim.measurement else {
        return Ok(None);
    };
    let report = Report {
        claim: Some(claim.id.clone()),
        source: claim.elife.clone(),
        what: claim.claim.clone(),
        test: "t".to_owned(),
        df: test.degrees_of_freedom.to_string(),
        statistic: test.statistic()?,
        p: test.p.clone(),
        comparisons: test.comparisons,
    };
    report.check().map(Some)
}

/// The columns of a reader's table, and whether they must be there.
pub(crate) const COLUMNS: [(&str, bool); 8] = [
    ("source", false),
    ("test", true),
    ("df1", false),
    ("df2", false),
    ("statistic", true),
    ("p", true),
    ("comparisons", false),
    ("tails", false),
];

/// Checks a reader's table of tests.
pub(crate) fn of_file(path: &Path) -> Result<Vec<Checked>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read {}: give a CSV file", path.display()))?;
    of_text(&text).with_context(|| path.display().to_string())
}

/// Checks the text of a table of tests.
pub(crate) fn of_text(text: &str) -> Result<Vec<Checked>> {
    let mut lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    let (_, head) = lines
        .next()
        .context("the file is empty, expected a header row")?;
    let names: Vec<String> = cells(head)
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    for name in &names {
        let columns = COLUMNS.map(|(column, _)| column);
        ensure!(
            columns.contains(&name.as_str()),
            "there is a column `{name}`; expected {}",
            columns.join(", ")
        );
    }
    for (column, needed) in COLUMNS {
        ensure!(
            !needed || names.iter().any(|name| name == column),
            "the column `{column}` is missing"
        );
    }
    lines
        .map(|(number, line)| {
            let values = cells(line);
            let cell = |column: &str| {
                let place = names.iter().position(|name| name == column)?;
                let value = values.get(place)?.trim();
                (!value.is_empty()).then_some(value)
            };
            row(&cell).with_context(|| format!("line {}", number + 1))
        })
        .collect()
}

fn row<'a>(cell: &dyn Fn(&str) -> Option<&'a str>) -> Result<Checked> {
    let needed = |column: &str| cell(column).with_context(|| format!("`{column}` is empty"));
    let number = |column: &str| -> Result<f64> {
        let text = needed(column)?;
        text.parse()
            .with_context(|| format!("`{column}`: `{text}` is no number"))
    };
    let tails = match cell("tails").map(str::to_lowercase).as_deref() {
        None | Some("two" | "2") => Tails::Two,
        Some("upper" | "greater") => Tails::Upper,
        Some("lower" | "less") => Tails::Lower,
        Some(other) => bail!("`tails`: `{other}` is none of two, upper, lower"),
    };
    let test = needed("test")?;
    let (name, kind) = match test.to_lowercase().as_str() {
        "t" => (
            "t",
            StatisticKind::StudentT {
                degrees_of_freedom: number("df1")?,
                tails,
            },
        ),
        "r" => (
            "r",
            StatisticKind::Correlation {
                degrees_of_freedom: number("df1")?,
                tails,
            },
        ),
        "z" => ("z", StatisticKind::Normal { tails }),
        "f" => (
            "F",
            StatisticKind::FisherF {
                between: number("df1")?,
                within: number("df2")?,
            },
        ),
        "chi2" | "chi-square" | "chi-squared" | "χ2" | "χ²" => (
            "chi2",
            StatisticKind::ChiSquared {
                degrees_of_freedom: number("df1")?,
            },
        ),
        _ => bail!("`test`: `{test}` is none of t, F, r, z, chi2"),
    };
    let comparisons = match cell("comparisons") {
        None => 1,
        Some(text) => text
            .parse()
            .with_context(|| format!("`comparisons`: `{text}` is no whole number"))?,
    };
    ensure!(
        comparisons > 0,
        "`comparisons` is 0: 1 stands for no correction"
    );
    let statistic = needed("statistic")?.parse().context("`statistic`")?;
    let report = Report {
        claim: None,
        source: cell("source").unwrap_or_default().to_owned(),
        what: String::new(),
        test: name.to_owned(),
        df: [cell("df1"), cell("df2")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", "),
        statistic: ReportedStatistic::new(kind, statistic).context("`statistic`")?,
        p: needed("p")?.parse().context("`p`")?,
        comparisons,
    };
    report.check()
}

/// The cells of a line of CSV; a cell in quotes may hold commas, and quotes doubled.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let cell = cells.last_mut().expect("there is always a cell");
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cell.push(other),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    //! Promise: a reader's table is checked row by row, and a slip in it is named by line and column.
    use super::*;

    #[test]
    fn tests_of_every_kind() {
        let table = "source,test,df1,df2,statistic,p,comparisons\n\
                     \"Fig. 6B, legend\",t,38,,197.11,2.5e-58,3\n\
                     ,F,1,38,4.10,= .05,\n\
                     ,r,48,,.28,< .05,\n\
                     ,z,,,1.50,p < .05,\n\
                     ,chi2,2,,5.99,.05,\n";
        let found = of_text(table).unwrap();
        assert_eq!(found.len(), 5);
        assert_eq!(found[0].source, "Fig. 6B, legend");
        assert_eq!(found[0].fits_comparisons, [3]);
        assert!(!found[0].in_raw_range && found[0].in_corrected_range);
        let errors: Vec<bool> = found.iter().map(|row| row.decision_error).collect();
        assert_eq!(errors, [false, false, false, true, false]);
    }

    #[test]
    fn slips_are_named() {
        let refusal = |text: &str| format!("{:#}", of_text(text).unwrap_err());
        assert!(refusal("test,statistic\n").contains("`p` is missing"));
        assert!(refusal("test,df1,statistic,p,q\n").contains("`q`"));
        let slip = refusal("test,df1,statistic,p\nt,38,2.0,.05\nu,38,2.0,.05\n");
        assert!(slip.contains("line 3") && slip.contains("`u`"), "{slip}");
        assert!(refusal("test,statistic,p\nt,2.0,.05\n").contains("`df1` is empty"));
    }
}
