//! What single parameters change: the first run of the panel against each of the others.

use anyhow::{Context, Result};
use segdend_analysis::welch_t_test;
use segdend_figures::{Effect, Effects, Picture, Stamp, effects};

use super::PanelMaterial;
const CONFIDENCE: f64 = 0.95;

/// The repeated tests of every run, a column a run.
pub(super) fn source_data(material: &PanelMaterial<'_>) -> Result<()> {
    material.write(0, &material.final_tests())
}

pub(super) fn picture(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    let table = material.read(0)?;
    let (baseline, others) = material
        .panel
        .runs
        .split_first()
        .context("runs is empty, expected the run that the others are compared with")?;
    let title =
        |run: &str| -> Result<&str> { Ok(material.project.experiments.run(run)?.title.as_str()) };
    let tests = table.column(baseline)?;
    let mut rows = Vec::new();
    for run in others {
        let difference = welch_t_test(table.column(run)?, tests)
            .with_context(|| format!("`{run}` against `{baseline}`"))?;
        let interval = difference.confidence_interval(CONFIDENCE)?;
        let name = title(run)?;
        rows.push(Effect {
            // What all have in common goes without saying.
            name: name
                .rsplit_once(", ")
                .map_or(name, |(_, own)| own)
                .to_owned(),
            change_points: difference.mean_difference,
            interval_points: Some((interval.lower, interval.upper)),
            networks_points: Vec::new(),
        });
    }
    Ok(effects(&Effects {
        title: material.panel.title.clone(),
        baseline: format!(
            "Change against: {}, parameters of the program. One network each.",
            title(baseline)?
        ),
        interval_label: "95 % interval over repeated tests of one network".to_owned(),
        effects: rows,
        stamp,
    })?)
}
