//! What did not come out as reported, `reports/<scale>/findings.md`: a table between markers, made
//! of the audit, and prose round it, which people write.
//!
//! The prose is held to the audit by names: every claim that is not reproduced, or inconsistent, has
//! to be mentioned outside the table by its id in backticks, and whatever in backticks looks like a
//! name has to be one. Numbers belong into the table.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{blocks, versions};
use crate::audit::Audit;
use crate::audit::output::{under_set_of, with_interval};
use crate::audit::sensitivity::Over;
use crate::audit::verdict::Verdict;
use crate::experiments::{Claims, Experiments, ParameterSet, Question};
use crate::render::markdown::{head, row};
use crate::suggest;

/// The name of the block in `findings.md`.
pub(crate) const BLOCK: &str = "findings";
/// The file in a scale's report.
pub(crate) const FILE: &str = "findings.md";

/// Whether prose has to say something about it.
fn needs_words(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::NotReproduced | Verdict::Inconsistent)
}

/// One question to one claim, with another answer than the paper's.
struct Deviation<'a> {
    id: &'a str,
    question: &'static str,
    reported: String,
    ours: String,
    verdict: Verdict,
}

/// All answers that are not as reported, in the audit's order.
fn deviations(judged: &Audit) -> Vec<Deviation<'_>> {
    let mut found = Vec::new();
    for checked in &judged.consistency {
        let p = checked.corrected_p.p;
        let p = if p > 0.0 {
            segdend_figures::scientific(p)
        } else {
            "below 10⁻³⁰⁰".to_owned()
        };
        found.push(Deviation {
            id: checked.claim.as_deref().unwrap_or_default(),
            question: "the reported test by itself",
            reported: format!(
                "{}({}) = {}, P {}",
                checked.test, checked.df, checked.statistic, checked.reported_p
            ),
            ours: format!("P {p}"),
            verdict: checked.verdict,
        });
    }
    for claim in &judged.claims {
        found.push(Deviation {
            id: &claim.id,
            question: match (claim.asks, claim.networks) {
                (Question::Consistency, _) => "the paper by itself",
                (Question::Reproduction, 0) => "without trained networks",
                (Question::Reproduction, _) => "the published design",
            },
            reported: claim.reported.clone(),
            ours: claim.ours.clone(),
            verdict: claim.verdict,
        });
    }
    let reported = |id: &str| {
        let claim = judged.claims.iter().find(|claim| claim.id == id);
        claim.map_or(String::new(), |claim| claim.reported.clone())
    };
    for over in &judged.independent_networks {
        found.push(Deviation {
            id: &over.claim,
            question: "over independent networks",
            reported: reported(&over.claim),
            ours: under_set_of(
                over.difference,
                over.difference_interval,
                over.difference_interval.map(|_| Over::Networks),
                over.networks,
            ),
            verdict: over.verdict,
        });
    }
    for each in &judged.each_network {
        let over = if each.runs.len() == 1 {
            Over::Networks
        } else {
            Over::Pairs
        };
        found.push(Deviation {
            id: &each.claim,
            question: "in every network",
            reported: reported(&each.claim),
            ours: format!(
                "mean {}, {}; {} of {} as reported",
                with_interval(each.mean, each.interval),
                over.words(),
                each.as_reported,
                each.values.len()
            ),
            verdict: each.verdict,
        });
    }
    for under in &judged.sensitivity {
        let sets: Vec<String> = under
            .sets
            .iter()
            .filter(|set| set.difference.is_some())
            .map(|set| {
                format!(
                    "{}: {}",
                    set.set,
                    under_set_of(
                        set.difference,
                        set.interval,
                        set.interval_over,
                        set.networks
                    )
                )
            })
            .collect();
        found.push(Deviation {
            id: &under.claim,
            question: "under every set of parameters",
            reported: reported(&under.claim),
            ours: sets.join("; "),
            verdict: under.verdict,
        });
    }
    found.retain(|one| needs_words(one.verdict) || one.verdict == Verdict::DirectionOnly);
    found
}

/// The table.
pub(crate) fn block(judged: &Audit) -> String {
    let found = deviations(judged);
    if found.is_empty() {
        return format!(
            "At {} scale nothing that was measured came out other than reported.\n",
            judged.scale
        );
    }
    let mut text = head(&["claim", "question", "where", "reported", "ours", "verdict"]);
    for one in found {
        let claim = judged.claims.iter().find(|claim| claim.id == one.id);
        text.push_str(&row(&[
            format!("`{}`", one.id),
            one.question.to_owned(),
            claim.map_or(String::new(), |claim| claim.elife.clone()),
            one.reported,
            one.ours,
            one.verdict.word().to_owned(),
        ]));
    }
    text
}

/// All blocks of the file, by name.
pub(crate) fn blocks_of(judged: &Audit) -> [(&'static str, String); 3] {
    [
        (versions::BLOCK, versions::block(judged)),
        (versions::VERDICTS_BLOCK, versions::verdicts(judged)),
        (BLOCK, block(judged)),
    ]
}

/// The text with its blocks as they should be.
///
/// # Errors
/// If the markers of a block are missing.
pub(crate) fn with_blocks(text: &str, judged: &Audit) -> Result<String> {
    let mut text = text.to_owned();
    for (name, block) in blocks_of(judged) {
        text = blocks::replace(&text, name, &block)?;
    }
    Ok(text)
}

/// Findings without prose yet; `None` if there is nothing to tell.
pub(crate) fn beginning(judged: &Audit) -> Option<String> {
    if deviations(judged).is_empty() {
        return None;
    }
    let [versions, verdicts, findings] =
        blocks_of(judged).map(|(name, text)| blocks::block(name, &text));
    Some(format!(
        "# What did not come out as reported\n\nAt {} scale.\n\n{}\n## Verdicts that change with the version\n\n{}\n\
         ## What did not come out\n\nThe tables are made by `segdend readme --write` of the \
         audit; the words round it are written by people, and `segdend verify` says which claims they leave out.\n\n\
         {}",
        judged.scale, versions, verdicts, findings
    ))
}

/// What is wrong with the prose of findings, in words; nothing if all is well.
pub(crate) fn slips(
    text: &str,
    judged: &Audit,
    claims: &Claims,
    experiments: &Experiments,
) -> Result<Vec<String>> {
    let mut words = text.to_owned();
    for (name, _) in blocks_of(judged) {
        words = blocks::replace(&words, name, "")?;
    }
    let mentioned: BTreeSet<&str> = backticked(&words).collect();
    let mut slips = Vec::new();
    let needed: BTreeSet<&str> = deviations(judged)
        .iter()
        .filter(|one| needs_words(one.verdict))
        .map(|one| one.id)
        .collect();
    for id in needed.iter().filter(|id| !mentioned.contains(*id)) {
        slips.push(format!("says nothing of the claim `{id}`"));
    }
    let mut names: BTreeSet<&str> = claims.claims.iter().map(|c| c.id.as_str()).collect();
    names.extend(experiments.runs.keys().map(String::as_str));
    names.extend(experiments.recordings.keys().map(String::as_str));
    names.extend(experiments.scales.keys().map(String::as_str));
    names.extend(experiments.figures.iter().map(|figure| figure.name()));
    names.extend(ParameterSet::all().map(|set| set.name()));
    let unknown = mentioned
        .iter()
        .filter(|word| looks_like_an_id(word) && !names.contains(*word));
    for word in unknown {
        slips.push(format!(
            "`{word}` is no claim, run, recording or figure: {}",
            suggest::among(word, names.iter().copied())
        ));
    }
    Ok(slips)
}

/// Small letters and digits, joined by hyphens.
fn looks_like_an_id(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    word.contains('-') && !word.starts_with('-') && word.chars().all(plain)
}

/// What stands in backticks, blocks of code aside.
fn backticked(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    let prose = text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !fence && !in_code
    });
    prose.flat_map(|line| line.split('`').skip(1).step_by(2))
}

#[cfg(test)]
mod tests {
    //! Promise: prose that leaves out a claim that failed, or names one that does not exist, is told
    //! so; the table alone is not enough. The table says what its intervals are over.
    use super::*;

    fn judged(verdict: &str) -> Audit {
        let claim = serde_json::json!({
            "id": "error-sparse", "statement": "", "claim": "c", "elife": "Figure 8B", "arxiv": "",
            "panel": "", "reported": "3.7 %", "asks": "reproduction", "measured_as": "", "rule": "",
            "ours": "4.400", "count": 1, "count_of": "", "networks": 1, "parameter_sets": [],
            "verdict": verdict, "reason": ""
        });
        let under = serde_json::json!({
            "claim": "t-6b-3", "runs": ["", ""], "rule": "", "verdict": verdict, "reason": "", "sets": [
                {"set": "authors-2017-04-11", "networks": [5, 5], "difference": -0.3,
                 "interval": [-0.5, -0.1], "interval_over": "networks"},
                {"set": "paper", "networks": [1, 1], "difference": -0.3,
                 "interval": [-0.4, -0.2], "interval_over": "tests"}
            ]
        });
        let over = serde_json::json!({
            "claim": "sparse-weak", "runs": ["", ""], "rule": "", "networks": [5, 5],
            "means_percent": [null, null], "difference": 0.1, "difference_interval": [0.0, 0.2],
            "variance": [null, null], "verdict": "reproduced", "reason": ""
        });
        serde_json::from_value(serde_json::json!({
            "schema_version": 2, "scale": "paper", "data_sets": ["MNIST"], "program_version": "",
            "model_version": 1, "machines": ["m"], "networks": 2, "distinct_networks": 2,
            "wall_seconds": 1.0, "recordings": 0, "recording_seconds": 0.0, "search_trainings": 0,
            "search_seconds": 0.0, "caution": "", "counts": [], "conditions": [], "claims": [claim],
            "consistency": [], "independent_networks": [over], "each_network": [],
            "sensitivity": [under], "differences": [], "versions": [], "other_sets": []
        }))
        .unwrap()
    }

    fn slips_of(text: &str, judged: &Audit) -> Vec<String> {
        let claims = Claims::read(None).unwrap();
        slips(text, judged, &claims, &Experiments::embedded().unwrap()).unwrap()
    }

    #[test]
    fn the_prose_mentions_what_failed() {
        let failed = judged("not reproduced");
        let text = beginning(&failed).unwrap();
        assert!(
            text.contains("| `error-sparse` | the published design | Figure 8B | 3.7 % | 4.400 |")
        );
        assert!(!text.contains("sparse-weak"));
        // Two kinds of intervals are told apart.
        assert!(text.contains(
            "authors-2017-04-11: -0.3000 [-0.5000, -0.1000] points (5 + 5 networks; interval over networks); \
             paper: -0.3000 [-0.4000, -0.2000] points (1 + 1 networks; interval over tests of one network each)"
        ));
        assert_eq!(
            slips_of(&text, &failed),
            [
                "says nothing of the claim `error-sparse`",
                "says nothing of the claim `t-6b-3`"
            ]
        );
        let written =
            format!("{text}\nThe run `sparse-seed2`, `error-sparse` and `t-6b-3`: why.\n");
        assert!(slips_of(&written, &failed).is_empty());
        let slip = format!("{written}As `eror-regular` says, `kernel_memory`, `--set`.\n");
        let found = slips_of(&slip, &failed);
        assert!(
            found.len() == 1 && found[0].contains("did you mean `error-regular`"),
            "{found:?}"
        );
    }

    #[test]
    fn what_came_out_needs_no_words() {
        assert!(beginning(&judged("reproduced")).is_none());
        let partly = judged("direction only");
        assert!(slips_of(&beginning(&partly).unwrap(), &partly).is_empty());
    }
}
