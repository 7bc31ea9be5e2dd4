//! Final errors over independently trained networks: the comparisons of the paper's figures, with
//! one number a network - the mean of its repeated tests - instead of one a test.

use anyhow::{Context, Result};
use segdend_analysis::{Summary, holm, mean, welch_t_test};
use segdend_figures::{
    ComparisonNote, Picture, SeedGroup, SeedSection, Seeds, Stamp, decimal, scientific, seeds,
};

use serde::Deserialize;

use super::{Fields, Kind, Material, Named, color, error_curves};
use crate::experiments::{Experiments, network_name};
use crate::suggest;
use crate::tables::Table;

const CONFIDENCE: f64 = 0.95;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {
    /// The runs whose networks are shown: each run's own and those of its `seeds`.
    runs: Vec<String>,
    /// The comparisons of test errors that are made again.
    figures: Vec<String>,
    /// The repeated tests of every network, a column a network.
    final_errors: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        let mut fields: Fields<'_> = vec![("final_errors", Named::SourceData, &self.final_errors)];
        let runs = self.runs.iter();
        fields.extend(runs.map(|run| ("runs", Named::Run, run.as_str())));
        fields
    }

    fn check(&self, experiments: &Experiments) -> Result<()> {
        for figure in &self.figures {
            comparison(experiments, figure).context("figures")?;
        }
        Ok(())
    }

    fn shows_all_networks(&self) -> bool {
        true
    }

    fn takes_what_is_there(&self) -> bool {
        true
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        material.write(&self.final_errors, &material.final_tests())
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.final_errors)?;
        let experiments = &material.project.experiments;
        let mut sections = Vec::new();
        for name in &self.figures {
            let (heading, figure) = comparison(experiments, name)?;
            let section = section(material, heading, figure, &table)?;
            if !section.groups.is_empty() {
                sections.push(section);
            }
        }
        Ok(seeds(&Seeds {
            title: material.title(),
            interval_label: "95 % interval of the mean".to_owned(),
            sections,
            stamp,
        })?)
    }
}

/// A comparison of test errors by the name of its figure, with its title.
fn comparison<'e>(
    experiments: &'e Experiments,
    name: &str,
) -> Result<(&'e str, &'e error_curves::Panel)> {
    let comparisons = || {
        let figures = experiments.figures.iter();
        figures.filter_map(|figure| Some((figure, figure.of_kind::<error_curves::Panel>()?)))
    };
    let (figure, panel) = comparisons()
        .find(|(figure, _)| figure.name() == name)
        .with_context(|| {
            let names = comparisons().map(|(figure, _)| figure.name());
            let among = suggest::among(name, names);
            format!("no comparison of test errors is called `{name}`: {among}")
        })?;
    Ok((figure.title(), panel))
}

fn section(
    material: &Material<'_>,
    heading: &str,
    figure: &error_curves::Panel,
    table: &Table,
) -> Result<SeedSection> {
    let mut groups = Vec::new();
    let mut means = Vec::new();
    let mut places = Vec::new();
    for series in &figure.series {
        let networks = networks(material, &series.run, table)?;
        if networks.is_empty() {
            continue;
        }
        places.push(series.run.as_str());
        let of_networks: Vec<f64> = networks
            .iter()
            .map(|tests| Ok(mean(tests)?))
            .collect::<Result<_>>()?;
        // One network has no interval.
        let interval = Summary::of(&of_networks)
            .and_then(|summary| summary.confidence_interval(CONFIDENCE))
            .ok();
        groups.push(SeedGroup {
            name: series.label.clone(),
            color: color(series.color),
            mean_percent: Some(mean(&of_networks)?),
            // Few networks that differ much give an interval beyond what an error can be.
            interval_percent: interval
                .map(|interval| (interval.lower.max(0.0), interval.upper.min(100.0))),
            reported_percent: series.reported_final_percent,
            networks,
        });
        means.push(of_networks);
    }
    let pairs: Vec<(usize, usize)> = figure
        .comparisons
        .iter()
        .filter_map(|c| {
            let place = |run: &str| places.iter().position(|&other| other == run);
            Some((place(&c.first)?, place(&c.second)?))
        })
        // One network alone tells nothing of another.
        .filter(|&(first, second)| means[first].len() > 1 && means[second].len() > 1)
        .collect();
    let tests: Vec<_> = pairs
        .iter()
        .map(|&(first, second)| welch_t_test(&means[first], &means[second]).ok())
        .collect();
    // A pair that cannot be tested counts, with P = 1.
    let p: Vec<f64> = tests
        .iter()
        .map(|test| test.map_or(1.0, |test| test.p))
        .collect();
    let corrected = if p.is_empty() { Vec::new() } else { holm(&p)? };
    let comparisons: Vec<ComparisonNote> = pairs
        .into_iter()
        .zip(tests.iter().zip(corrected))
        .map(|((first, second), (test, p))| ComparisonNote {
            first,
            second,
            text: match test {
                Some(test) => format!(
                    "t({:.1}) = {}, P = {}",
                    test.degrees_of_freedom,
                    decimal(test.t, 2),
                    scientific(p)
                ),
                None => "not testable".to_owned(),
            },
        })
        .collect();
    let counts = || means.iter().map(Vec::len);
    let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    let networks = match least == most {
        true => least.to_string(),
        false => format!("{least} to {most}"),
    };
    Ok(SeedSection {
        heading: heading.to_owned(),
        groups,
        comparisons_heading: (!comparisons.is_empty()).then(|| {
            format!(
                "Two-tailed Welch t-tests over {networks} networks a condition, Holm correction"
            )
        }),
        comparisons,
    })
}

/// The repeated tests of a run and of the networks of its seeds, as far as there are any.
fn networks(material: &Material<'_>, run: &str, table: &Table) -> Result<Vec<Vec<f64>>> {
    let seeds = &material.project.experiments.run(run)?.seeds;
    let further = seeds.iter().map(|&seed| network_name(run, seed));
    let names = [run.to_owned()].into_iter().chain(further);
    Ok(names
        .filter_map(|name| Some(table.column(&name).ok()?.to_vec()))
        .collect())
}
