//! Question 1: does a reported P follow from the statistic reported beside it?
//!
//! The statistic as printed stands for all numbers that round to it, and so for a range of P, raw
//! and after Bonferroni's correction. What is reported is consistent if it rounds into that range
//! (statcheck, Nuijten et al. 2016).

use anyhow::Result;
use schemars::JsonSchema;
use segdend_analysis::{
    Consistency, ProbabilityRange, Relation, ReportedCheck, ReportedTest, TailProbability,
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
    /// Whether it would be consistent as a one-tailed test; kept out of the audit of the claims, whose
    /// tests are two-tailed as stated.
    #[serde(skip)]
    pub(crate) fits_one_tail: bool,
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

impl Checked {
    /// The check of a reported test.
    pub(crate) fn of(test: &ReportedTest, source: &str) -> Result<Self> {
        let judged = test.judge(LEVEL)?;
        let is_consistent = |check: &ReportedCheck| check.consistency == Consistency::Consistent;
        let consistent = is_consistent(&judged.stated);
        Ok(Self {
            claim: None,
            source: source.to_owned(),
            what: String::new(),
            test: test.name.to_owned(),
            df: test.degrees_of_freedom.clone(),
            statistic: match test.statistic.relation() {
                Relation::Equal => test.statistic.number().to_string(),
                Relation::Below => format!("< {}", test.statistic.number()),
                Relation::Above => format!("> {}", test.statistic.number()),
            },
            reported_p: test.p.to_string(),
            raw_p: judged.raw.recomputed,
            corrected_p: judged.stated.recomputed,
            raw_range: judged.raw.range,
            corrected_range: judged.stated.range,
            comparisons: test.comparisons,
            in_raw_range: is_consistent(&judged.raw),
            in_corrected_range: consistent,
            fits_comparisons: judged.fits_comparisons,
            error: !consistent,
            decision_error: judged.stated.consistency == Consistency::DecisionError,
            fits_one_tail: judged.fits_one_tail,
            verdict: if consistent {
                Verdict::Consistent
            } else {
                Verdict::Inconsistent
            },
        })
    }

    /// The verdict, with what makes an error worse or better.
    pub(crate) fn verdict_in_words(&self) -> String {
        let mut words = self.verdict.word().to_owned();
        if self.decision_error {
            words.push_str(", decision error");
        }
        if self.fits_one_tail {
            words.push_str(" (consistent if one-tailed)");
        }
        words
    }
}

/// The check of a claim; none if it is no reported test.
pub(crate) fn of_claim(claim: &Claim) -> Result<Option<Checked>> {
    let Measurement::TTest(test) = &claim.measurement else {
        return Ok(None);
    };
    let reported = ReportedTest {
        name: "t",
        degrees_of_freedom: test.degrees_of_freedom.to_string(),
        statistic: test.statistic()?,
        p: test.p.clone(),
        comparisons: test.comparisons,
    };
    Ok(Some(Checked {
        claim: Some(claim.id.clone()),
        what: claim.claim.clone(),
        ..Checked::of(&reported, &claim.elife)?
    }))
}
