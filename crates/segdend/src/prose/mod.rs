//! What README and findings hold of the audit: text between markers, a pure function of
//! `audit.json` and of the claims.
//!
//! | module | what it does |
//! |---|---|
//! | `blocks` | text between markers in a file that people write |
//! | `readme` | the results in `README.md` |
//! | `findings` | what did not come out as reported, `reports/<scale>/findings.md` |
//! | `versions` | which version of the program made the paper, in the same file |

pub(crate) mod blocks;
pub(crate) mod findings;
pub(crate) mod readme;
pub(crate) mod versions;

use std::path::Path;

use anyhow::Result;
use serde::Deserialize;

use crate::audit::conditions::Condition;
use crate::audit::sensitivity::Over;
use crate::audit::verdict::Verdict;
use crate::audit::{OtherSet, VersionTable};
use crate::experiments::Question;
use crate::run_directory;

/// The parts of `audit.json` that prose is made of.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Judged {
    scale: String,
    data_sets: Vec<String>,
    machines: Vec<String>,
    networks: usize,
    distinct_networks: usize,
    wall_seconds: f64,
    recordings: usize,
    recording_seconds: f64,
    search_trainings: usize,
    search_seconds: f64,
    counts: Vec<Count>,
    conditions: Vec<Condition>,
    claims: Vec<Claim>,
    consistency: Vec<Checked>,
    independent_networks: Vec<OverNetworks>,
    each_network: Vec<EachNetwork>,
    sensitivity: Vec<UnderSets>,
    #[serde(default)]
    versions: Vec<VersionTable>,
    #[serde(default)]
    other_sets: Vec<OtherSet>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Count {
    verdict: Verdict,
    claims: usize,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Claim {
    id: String,
    claim: String,
    elife: String,
    reported: String,
    asks: Question,
    ours: String,
    words: Option<String>,
    remark: Option<String>,
    networks: usize,
    verdict: Verdict,
}

/// A reported test, by itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Checked {
    claim: Option<String>,
    test: String,
    df: String,
    statistic: String,
    reported_p: String,
    corrected_p: Probability,
    verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Probability {
    p: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct OverNetworks {
    claim: String,
    networks: [usize; 2],
    difference: Option<f64>,
    difference_interval: Option<[f64; 2]>,
    verdict: Verdict,
}

/// A claim's value in every network.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct EachNetwork {
    claim: String,
    runs: Vec<String>,
    values: Vec<f64>,
    as_reported: usize,
    mean: Option<f64>,
    interval: Option<[f64; 2]>,
    verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct UnderSets {
    claim: String,
    sets: Vec<UnderSet>,
    verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct UnderSet {
    set: String,
    networks: [usize; 2],
    difference: Option<f64>,
    interval: Option<[f64; 2]>,
    interval_over: Option<Over>,
}

impl Judged {
    /// Reads a scale's audit from its report's directory; `None` if there is none.
    pub(crate) fn read(report: &Path) -> Result<Option<Self>> {
        run_directory::read_json(&report.join("audit.json"))
    }
}

/// A row of a Markdown table.
fn row<S: AsRef<str>>(cells: &[S]) -> String {
    let safe = |cell: &S| cell.as_ref().replace('|', "\\|").replace('\n', " ");
    format!(
        "| {} |\n",
        cells.iter().map(safe).collect::<Vec<_>>().join(" | ")
    )
}

/// The first two lines of a Markdown table.
fn head(names: &[&str]) -> String {
    format!("{}|{}\n", row(names), "---|".repeat(names.len()))
}
