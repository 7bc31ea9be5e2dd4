//! Final errors over independently trained networks: the comparisons of the paper's figures, with
//! one number a network - the mean of its repeated tests - instead of one a test.

use anyhow::{Context, Result};
use segdend_analysis::{Summary, holm, mean, welch_t_test};
use segdend_figures::{
    ComparisonNote, Picture, SeedGroup, SeedSection, Seeds, Stamp, decimal, scientific, seeds,
};

use super::PanelMaterial;
use super::error_curves::color;
use crate::experiments::{ErrorFigure, Figure, network_name};
use crate::tables::Table;

/// The figures whose comparisons are made again.
const FIGURES: [&str; 6] = ["fig6b", "extra-depth", "fig6s1b", "fig8b", "fig8d", "fig9b"];
const CONFIDENCE: f64 = 0.95;

/// The repeated tests of every network, a column a network.
pub(super) fn source_data(material: &PanelMaterial<'_>) -> Result<()> {
    material.write(0, &material.final_tests())
}

pub(super) fn picture(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    let table = material.read(0)?;
    let experiments = &material.project.experiments;
    let mut sections = Vec::new();
    for name in FIGURES {
        let figure = experiments.figures.iter().find_map(|figure| match figure {
            Figure::Errors(figure) if figure.name == name => Some(figure),
            _ => None,
        });
        let figure = figure.with_context(|| format!("there is no figure `{name}` to compare"))?;
        let section = section(material, figure, &table)?;
        if !section.groups.is_empty() {
            sections.push(section);
        }
    }
    Ok(seeds(&Seeds {
        title: material.panel.title.clone(),
        interval_label: "95 % interval of the mean".to_owned(),
        sections,
        stamp,
    })?)
}

fn section(
    material: &PanelMaterial<'_>,
    figure: &ErrorFigure,
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
        heading: figure.title.clone(),
        groups,
        comparisons_heading: (!comparisons.is_empty()).then(|| {
            format!(
                "Two-tailed Welch t-tests over {networks} networks a condition, Holm correction"
            )
        }),
        comparisons,
    })
}

/// The repeated tests of a run and of its further networks, as far as there are any.
fn networks(material: &PanelMaterial<'_>, run: &str, table: &Table) -> Result<Vec<Vec<f64>>> {
    let seeds = &material.project.experiments.run(run)?.seeds;
    let further = seeds.iter().map(|&seed| network_name(run, seed));
    let names = [run.to_owned()].into_iter().chain(further);
    Ok(names
        .filter_map(|name| Some(table.column(&name).ok()?.to_vec()))
        .collect())
}
