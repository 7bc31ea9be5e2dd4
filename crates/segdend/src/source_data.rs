//! Source data of a comparison of test errors: what its runs measured, as CSV files with eLife's
//! names and columns.

use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;

use crate::experiments::ErrorFigure;
use crate::manifest::RunResult;
use crate::project::{self, Project};
use crate::provenance::Provenance;
use crate::resolve::ResolvedRun;
use crate::run_directory;
use crate::tables::Table;

/// The files of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Files {
    /// Errors over training.
    pub(crate) errors: PathBuf,
    /// Errors of the repeated tests.
    pub(crate) final_errors: PathBuf,
    /// Means, extremes and tests.
    pub(crate) statistics: PathBuf,
    /// Where the source data came from.
    pub(crate) provenance: PathBuf,
    /// The picture as SVG.
    pub(crate) svg: PathBuf,
    /// The picture as PNG.
    pub(crate) png: PathBuf,
}

impl Files {
    /// The files of a figure at a scale.
    pub(crate) fn of(figure: &ErrorFigure, project: &Project, scale: &str) -> Self {
        let (data, pictures) = (project.source_data(scale), project.figures(scale));
        Self {
            errors: data.join(&figure.errors),
            final_errors: data.join(&figure.final_errors),
            statistics: data.join(&figure.statistics),
            provenance: data.join(&figure.provenance),
            svg: pictures.join(format!("{}.svg", figure.name)),
            png: pictures.join(format!("{}.png", figure.name)),
        }
    }

    /// Whether all are there.
    pub(crate) fn all_exist(&self) -> bool {
        [
            &self.errors,
            &self.final_errors,
            &self.statistics,
            &self.provenance,
            &self.svg,
            &self.png,
        ]
        .iter()
        .all(|path| path.is_file())
    }
}

/// Writes the source data of a figure; `runs` are those of its series, in order. Says whether it is
/// other data than before.
pub(crate) fn write(
    figure: &ErrorFigure,
    files: &Files,
    project: &Project,
    runs: &[(&ResolvedRun, &RunResult)],
) -> Result<bool> {
    let column = |list: fn(&RunResult) -> &Vec<f64>| {
        let columns = figure.series.iter().zip(runs);
        Table::new(
            columns
                .map(|(series, (_, result))| (series.column.clone(), list(result).clone()))
                .collect(),
        )
    };
    if let Some((run, _)) = runs.first() {
        project::make_directory(&project.source_data(&run.scale))?;
        let columns = figure.series.iter().zip(runs);
        let provenance = Provenance::new(
            &figure.name,
            &[&figure.errors, &figure.final_errors],
            (&run.scale, &run.data),
            &project.experiments,
            columns.map(|(series, &(run, result))| (series.column.as_str(), run, result)),
            [],
        );
        run_directory::write_json(&files.provenance, &provenance)?;
    }
    let errors = column(|result| &result.history.test_errors_percent).write(&files.errors)?;
    let finals =
        column(|result| &result.history.final_test_errors_percent).write(&files.final_errors)?;
    Ok(errors | finals)
}
