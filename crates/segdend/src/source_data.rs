//! Source data: what the runs of a figure measured, as CSV files with eLife's names and columns,
//! and beside them where it came from.

use std::path::PathBuf;

use anyhow::Result;
use segdend_core::data::Source;
use serde::{Deserialize, Serialize};

use crate::data_source;
use crate::experiments::{Experiments, Figure, PAPER_SCALE};
use crate::manifest::RunResult;
use crate::project::{self, Project};
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
    pub(crate) fn of(figure: &Figure, project: &Project, scale: &str) -> Self {
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

/// Where source data came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Provenance {
    /// The figure.
    pub(crate) figure: String,
    /// The files that this is about.
    pub(crate) source_data: Vec<String>,
    /// The scale.
    pub(crate) scale: String,
    /// The data set.
    pub(crate) data_set: Source,
    /// What pictures call it.
    pub(crate) data_set_name: String,
    /// Training images an epoch, here and in the paper's experiment.
    pub(crate) train_images: u64,
    /// The same in the paper's experiment.
    pub(crate) paper_train_images: u64,
    /// Test images, here.
    pub(crate) test_images: u64,
    /// The same in the paper's experiment.
    pub(crate) paper_test_images: u64,
    /// Epochs of the longest run.
    pub(crate) epochs: u64,
    /// The same in the paper's experiment.
    pub(crate) paper_epochs: u64,
    /// The runs, one a column.
    pub(crate) runs: Vec<ProvenanceRun>,
}

/// The run behind a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProvenanceRun {
    /// The column.
    pub(crate) column: String,
    /// The run.
    pub(crate) run: String,
    /// Its directory below `results/<scale>/runs`.
    pub(crate) directory: String,
    /// Its cache key.
    pub(crate) key: String,
    /// SHA-256 of its final weights.
    pub(crate) weights_sha256: String,
    /// The check sum of the images.
    pub(crate) data_checksum: String,
}

/// Writes the source data of a figure; `runs` are those of its series, in order.
pub(crate) fn write(
    figure: &Figure,
    files: &Files,
    project: &Project,
    runs: &[(&ResolvedRun, &RunResult)],
) -> Result<()> {
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
        let provenance = provenance(figure, &project.experiments, run, runs);
        run_directory::write_json(&files.provenance, &provenance)?;
    }
    column(|result| &result.history.test_errors_percent).write(&files.errors)?;
    column(|result| &result.history.final_test_errors_percent).write(&files.final_errors)
}

fn provenance(
    figure: &Figure,
    experiments: &Experiments,
    any: &ResolvedRun,
    runs: &[(&ResolvedRun, &RunResult)],
) -> Provenance {
    let epochs = |epochs: fn(&ResolvedRun, &Experiments) -> usize| {
        runs.iter()
            .map(|(run, _)| epochs(run, experiments))
            .max()
            .unwrap_or(0) as u64
    };
    let paper = experiments.scales.get(PAPER_SCALE);
    let paper_or = |here: usize, there: fn(&crate::experiments::Scale) -> usize| {
        paper.map_or(here, there) as u64
    };
    Provenance {
        figure: figure.name.clone(),
        source_data: vec![figure.errors.clone(), figure.final_errors.clone()],
        scale: any.scale.clone(),
        data_set: any.data.source.clone(),
        data_set_name: data_source::short_name(&any.data.source),
        train_images: any.data.train_images as u64,
        paper_train_images: paper_or(any.data.train_images, |paper| paper.train_images),
        test_images: any.data.test_images as u64,
        paper_test_images: paper_or(any.data.test_images, |paper| paper.test_images),
        epochs: epochs(|run, _| run.spec.epochs),
        paper_epochs: epochs(|run, experiments| {
            experiments
                .runs
                .get(&run.name)
                .map_or(run.spec.epochs, |named| named.epochs)
        }),
        runs: figure
            .series
            .iter()
            .zip(runs)
            .map(|(series, (run, result))| ProvenanceRun {
                column: series.column.clone(),
                run: run.name.clone(),
                directory: run.directory_name(),
                key: run.key.clone(),
                weights_sha256: result.weights_sha256.clone(),
                data_checksum: run.data.checksum.clone(),
            })
            .collect(),
    }
}
