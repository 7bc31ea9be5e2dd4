//! The audit as CSV.

use super::digits;
use crate::audit::Audit;
use crate::audit::verdict::Verdict;

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

/// The audit as a table: a row a question asked of a claim.
pub(super) fn csv(audit: &Audit) -> String {
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
            digits(checked.corrected_p),
            digits(range.least),
            digits(range.most),
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
