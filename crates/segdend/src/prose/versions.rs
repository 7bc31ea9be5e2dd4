//! Which version of the program made the paper: a paragraph and two tables in
//! `reports/<scale>/findings.md`, made of the audit.
//!
//! The distance of a version from a reported number is its mean less that number, in standard deviations
//! over its networks. A version's distance from the paper is the root mean square of these, over the
//! numbers of which every version compared has a network. "Explains" is less than [`NEAR`], "does not
//! explain" more than [`FAR`].

use crate::audit::verdict::Verdict;
use crate::audit::{Audit, VersionTable};
use crate::panels::versions::{Compared, Found};
use crate::render::markdown::{head, row};
use segdend_figures::decimal;

/// The block of the paragraph and the table of numbers.
pub(crate) const BLOCK: &str = "versions";
/// The block of the verdicts that change with the version.
pub(crate) const VERDICTS_BLOCK: &str = "verdicts-by-version";

/// The figures that the blocks are of.
const VERSIONS: &str = "extra-versions";
const RELOADED: &str = "extra-reloaded";

/// Standard deviations within which a version explains a number.
const NEAR: f64 = 3.0;
/// Standard deviations beyond which it does not.
const FAR: f64 = 5.0;

/// The paragraph and the tables of numbers.
pub(crate) fn block(judged: &Audit) -> String {
    let table = |name: &str| judged.versions.iter().find(|table| table.figure == name);
    let mut text = String::new();
    match table(VERSIONS).filter(|table| table.numbers.iter().any(|n| !n.found.is_empty())) {
        Some(versions) => {
            text.push_str(&paragraph(&versions.numbers));
            text.push('\n');
            text.push_str(&numbers(versions));
        }
        None => text.push_str(&not_run(judged, VERSIONS)),
    }
    text.push('\n');
    match table(RELOADED).filter(|table| reloaded(table).next().is_some()) {
        Some(table) => {
            text.push_str(&reload_paragraph(table));
            text.push('\n');
            text.push_str(&numbers(table));
        }
        None => text.push_str(&not_run(judged, RELOADED)),
    }
    text
}

fn not_run(judged: &Audit, figure: &str) -> String {
    format!(
        "`{figure}`: not run at this scale; `just figure {figure} {}` computes it.\n",
        judged.scale
    )
}

/// Names in the order in which they are first there.
fn names(numbers: &[Compared]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for found in numbers.iter().flat_map(|number| &number.found) {
        if !names.contains(&found.version.as_str()) {
            names.push(&found.version);
        }
    }
    names
}

fn of<'c>(number: &'c Compared, version: &str) -> Option<&'c Found> {
    number.found.iter().find(|found| found.version == version)
}

/// Root mean square of a version's distances over some numbers.
fn distance(numbers: &[&Compared], version: &str) -> Option<f64> {
    let distances: Option<Vec<f64>> = numbers
        .iter()
        .map(|number| of(number, version)?.distance)
        .collect();
    let distances = distances.filter(|distances| !distances.is_empty())?;
    let squares = distances.iter().map(|d| d * d).sum::<f64>();
    Some((squares / distances.len() as f64).sqrt())
}

/// Numbers that every one of these versions can be held against.
fn shared<'c>(numbers: &'c [Compared], versions: &[&str]) -> Vec<&'c Compared> {
    let has = |number: &Compared, version: &str| {
        of(number, version).is_some_and(|found| found.distance.is_some())
    };
    numbers
        .iter()
        .filter(|number| versions.iter().all(|version| has(number, version)))
        .collect()
}

fn paragraph(numbers: &[Compared]) -> String {
    let mut versions = names(numbers);
    // Versions of which there is little are not compared with the others: they would decide in what.
    let most = versions
        .iter()
        .map(|version| shared(numbers, &[version]).len())
        .max()
        .unwrap_or(0);
    versions.retain(|version| shared(numbers, &[version]).len() * 2 >= most);
    let common = shared(numbers, &versions);
    let mut ranked: Vec<(f64, &str)> = versions
        .iter()
        .filter_map(|version| Some((distance(&common, version)?, *version)))
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut text = String::new();
    if let [(least, nearest), others @ ..] = ranked.as_slice() {
        let others: Vec<String> = others
            .iter()
            .map(|(distance, version)| format!("{version}: {}", decimal(*distance, 1)))
            .collect();
        text.push_str(&format!(
            "**Which program made the paper?** Of the versions compared, that of {nearest} lies nearest to the {} numbers \
             that can be compared: {} standard deviations over networks, as a root mean square",
            common.len(),
            decimal(*least, 1)
        ));
        text.push_str(&match others.is_empty() {
            true => ".".to_owned(),
            false => format!(" ({}).", others.join("; ")),
        });
        let within: Vec<&str> = numbers
            .iter()
            .filter(|number| {
                of(number, nearest)
                    .and_then(|found| found.distance)
                    .is_some_and(|distance| distance.abs() < NEAR)
            })
            .map(|number| number.label.as_str())
            .collect();
        text.push_str(&match within.as_slice() {
            [] => format!(" None of its numbers is within {NEAR} of them of the reported one."),
            within => format!(
                " Within {NEAR} of them of the reported number it has: {}.",
                within.join("; ")
            ),
        });
    }
    // What has not been run for a version may be explained by it.
    let unexplained: Vec<&str> = common
        .iter()
        .filter(|number| {
            let mut distances = number.found.iter().filter_map(|found| found.distance);
            distances.all(|distance| distance.abs() > FAR)
        })
        .map(|number| number.label.as_str())
        .collect();
    text.push_str(&match unexplained.as_slice() {
        [] => format!(" Each of these numbers is within {FAR} standard deviations of some version."),
        far => format!(
            " More than {FAR} standard deviations away in every version, and so explained by none: {}.",
            far.join("; ")
        ),
    });
    let alone: Vec<&str> = numbers
        .iter()
        .filter(|number| number.reported.is_some() && !number.found.is_empty())
        .filter(|number| number.found.iter().all(|found| found.distance.is_none()))
        .map(|number| number.label.as_str())
        .collect();
    if !alone.is_empty() {
        text.push_str(&format!(
            " Of single networks alone, so that no distance is known: {}.",
            alone.join("; ")
        ));
    }
    text.push('\n');
    text
}

/// The versions of the table that were reloaded: all but the first.
fn reloaded(table: &VersionTable) -> impl Iterator<Item = &str> {
    names(&table.numbers).into_iter().skip(1)
}

fn reload_paragraph(table: &VersionTable) -> String {
    let errors: Vec<&Compared> = table
        .numbers
        .iter()
        .filter(|number| number.unit == "%" && number.reported.is_some())
        .collect();
    let reaches = |version: &&str| {
        errors.iter().all(|number| {
            of(number, version)
                .and_then(|found| found.distance)
                .is_some_and(|distance| distance.abs() < NEAR)
        })
    };
    let reached: Vec<&str> = reloaded(table).filter(|version| reaches(version)).collect();
    match reached.as_slice() {
        [] => format!(
            "Were the published networks saved and reloaded? No network {} comes within {NEAR} standard deviations of \
             all reported errors at once.\n",
            reloaded(table).collect::<Vec<_>>().join(", or ")
        ),
        reached => format!(
            "Were the published networks saved and reloaded? Within {NEAR} standard deviations of all reported errors \
             at once: {}.\n",
            reached.join("; ")
        ),
    }
}

fn numbers(table: &VersionTable) -> String {
    let names = names(&table.numbers);
    let mut heads = vec!["number", "reported"];
    heads.extend(&names);
    let mut text = head(&heads);
    for number in &table.numbers {
        let mut cells = vec![
            number.label.clone(),
            number.as_reported().unwrap_or_else(|| "–".to_owned()),
        ];
        cells.extend(names.iter().map(|version| match of(number, version) {
            Some(found) => cell(number, found),
            None => "not run".to_owned(),
        }));
        text.push_str(&row(&cells));
    }
    text.push_str(
        "\nIn square brackets 95 % intervals over networks, in round ones the number of networks and the distance from \
         the reported number in standard deviations over networks (of a single network, in those of the other versions).\n",
    );
    text
}

fn cell(number: &Compared, found: &Found) -> String {
    let interval = found.interval.map_or(String::new(), |[low, high]| {
        let digits = |value: f64| decimal(value, number.digits);
        format!(" [{}, {}]", digits(low), digits(high))
    });
    let distance = found.distance.map_or(String::new(), |distance| {
        let sign = if distance > 0.0 { "+" } else { "" };
        format!("; {sign}{} sd", decimal(distance, 1))
    });
    format!(
        "{}{interval} ({}{distance})",
        number.text(found.mean),
        found.networks.len()
    )
}

/// The claims whose verdict is another under another set of parameters, a table a set.
pub(crate) fn verdicts(judged: &Audit) -> String {
    let mut text = String::new();
    for other in &judged.other_sets {
        let changed: Vec<_> = other
            .claims
            .iter()
            .filter_map(|under| {
                let claim = judged.claims.iter().find(|claim| claim.id == under.claim)?;
                (claim.verdict != under.verdict && claim.verdict != Verdict::NotRun)
                    .then_some((claim, under))
            })
            .collect();
        if changed.is_empty() {
            continue;
        }
        text.push_str(&format!("With the networks of `{}`:\n\n", other.set));
        text.push_str(&head(&[
            "claim",
            "reported",
            &format!("with {}", other.set),
            "verdict",
            "with the replication's own set",
            "verdict",
        ]));
        for (claim, under) in changed {
            text.push_str(&row(&[
                &claim.claim,
                &claim.reported,
                &under.ours,
                under.verdict.word(),
                &claim.ours,
                claim.verdict.word(),
            ]));
        }
        text.push('\n');
    }
    if text.is_empty() {
        text.push_str("No verdict is another with networks of another set of parameters.\n");
    }
    text
}

#[cfg(test)]
mod tests {
    //! Promise: the nearest version is named by its distance and by nothing else, what no version
    //! explains is named, and a verdict that changes with the version is listed.
    use super::*;

    fn number(label: &str, reported: f64, found: &[(&str, f64, f64)]) -> Compared {
        Compared {
            label: label.to_owned(),
            reported: Some(reported),
            source: String::new(),
            unit: "%".to_owned(),
            digits: 2,
            found: found
                .iter()
                .map(|&(version, mean, distance)| Found {
                    version: version.to_owned(),
                    networks: vec![mean],
                    mean,
                    interval: None,
                    distance: Some(distance),
                })
                .collect(),
        }
    }

    #[test]
    fn the_nearest_version_is_named() {
        let numbers = [
            number("one", 4.1, &[("April", 3.6, -2.0), ("May", 3.2, -6.0)]),
            number("rate", 24.0, &[("April", 52.0, 30.0), ("May", 52.0, 31.0)]),
        ];
        let text = paragraph(&numbers);
        assert!(
            text.contains("that of April lies nearest to the 2 numbers"),
            "{text}"
        );
        assert!(text.contains("reported number it has: one."), "{text}");
        assert!(text.contains("explained by none: rate."), "{text}");
        // What was not run for a version may be explained by it.
        let partly = [
            number("one", 4.1, &[("April", 3.6, -2.0), ("May", 3.2, -6.0)]),
            number("rate", 24.0, &[("May", 52.0, 31.0)]),
        ];
        let text = paragraph(&partly);
        assert!(!text.contains("explained by none"), "{text}");
        let turned = [number(
            "one",
            4.1,
            &[("April", 3.6, -9.0), ("May", 3.2, -1.0)],
        )];
        assert!(paragraph(&turned).contains("that of May lies nearest"));
    }

    #[test]
    fn reloading_has_to_reach_all_errors_at_once() {
        let table = |second: f64| VersionTable {
            figure: RELOADED.to_owned(),
            numbers: vec![
                number(
                    "one",
                    4.1,
                    &[("never", 3.6, -9.0), ("after epoch 10", 4.0, -1.0)],
                ),
                number(
                    "two",
                    3.2,
                    &[("never", 3.0, -2.0), ("after epoch 10", 4.0, second)],
                ),
            ],
        };
        assert!(reload_paragraph(&table(8.0)).contains("No network after epoch 10"));
        assert!(reload_paragraph(&table(2.0)).contains("at once: after epoch 10."));
    }
}
