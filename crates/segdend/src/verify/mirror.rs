//! A place that holds of a scale's results what git keeps of finished runs and recordings, and the
//! source data that is measured on final weights. All else is to be made there again.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::runs::TrainedRun;
use crate::audit::mathematics;
use crate::experiments::{Figure, Panel};
use crate::panels::PanelFiles;
use crate::project::{self, Project};
use crate::provenance::{Provenance, ProvenanceRun};
use crate::recordings::{MANIFEST_FILE, RecordingManifest};
use crate::run_directory::{self, MANIFEST, RESULT};

/// A copy of a project's results, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Mirror {
    /// The same experiments, with results and reports in the copy.
    pub(crate) project: Project,
    /// Source data that was taken over, by file name.
    pub(crate) kept: Vec<KeptFile>,
    _folder: TempDir,
}

/// Source data measured on final weights.
#[derive(Debug)]
pub(crate) struct KeptFile {
    /// Its name.
    pub(crate) name: String,
    /// What trains and measures again where the file and the run are deleted.
    pub(crate) command: String,
}

impl KeptFile {
    /// The first run that it was measured on, by its provenance, and that is not among these or
    /// ended with other weights; what has no provenance has a run without a name.
    pub(crate) fn foreign_run(
        &self,
        project: &Project,
        scale: &str,
        runs: &[TrainedRun],
    ) -> Result<Option<String>> {
        let path = project.source_data(scale).join(self.provenance());
        let Some(provenance) = run_directory::read_json::<Provenance>(&path)? else {
            return Ok(Some(String::new()));
        };
        let is_kept = |behind: &ProvenanceRun| {
            runs.iter().any(|run| {
                run.directory == behind.directory
                    && run.result.key == behind.key
                    && run.result.weights_sha256 == behind.weights_sha256
            })
        };
        let mut behind = provenance.runs.iter();
        Ok(behind.find(|run| !is_kept(run)).map(|run| run.run.clone()))
    }

    /// The name of the file that says where it came from.
    fn provenance(&self) -> String {
        let stem = self.name.split('.').next().unwrap_or(&self.name);
        format!("{stem}.provenance.json")
    }
}

impl Mirror {
    /// Copies what is kept of a scale.
    pub(crate) fn of(
        project: &Project,
        scale: &str,
        runs: &[TrainedRun],
        recordings: &[(PathBuf, RecordingManifest)],
    ) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a temporary directory")?;
        let [results, reports] = places(folder.path(), project.results(), project.reports())?;
        let mirrored = project.with_places(results, reports);
        for run in runs {
            let to = mirrored.runs(scale).join(&run.directory);
            copy(&run.path, &to, [MANIFEST, RESULT])?;
        }
        for (from, manifest) in recordings {
            let to = mirrored.recordings(scale).join(file_name(from));
            let tables = manifest.tables.iter().map(String::as_str);
            copy(from, &to, tables.chain([MANIFEST_FILE]))?;
        }
        let kept = kept_files(project, scale);
        for file in &kept {
            copy(
                &project.source_data(scale),
                &mirrored.source_data(scale),
                [file.name.as_str(), &file.provenance()],
            )?;
        }
        Ok(Self {
            project: mirrored,
            kept,
            _folder: folder,
        })
    }
}

/// The source data of a scale that is measured on final weights.
fn kept_files(project: &Project, scale: &str) -> Vec<KeptFile> {
    let measures = |figure: &&Panel| figure.draws.measures_final_weights();
    let panels = project.experiments.figures.iter().filter_map(|figure| {
        let Figure::Panel(panel) = figure else {
            return None;
        };
        Some(panel).filter(measures)
    });
    let mut kept: Vec<KeptFile> = panels
        .flat_map(|panel| {
            let files = PanelFiles::of(panel, project, scale).source_data;
            files.into_iter().map(|file| KeptFile {
                name: file_name(&file),
                command: format!("segdend figure {} {scale}", panel.name),
            })
        })
        .collect();
    kept.extend(mathematics::OF_FINAL_WEIGHTS.map(|name| KeptFile {
        name: name.to_owned(),
        command: format!("segdend train regular {scale} && segdend audit {scale}"),
    }));
    kept
}

/// Results and reports below `folder`, as they lie to each other: the page's links are relative.
fn places(folder: &Path, results: &Path, reports: &Path) -> Result<[PathBuf; 2]> {
    let whole = |path: &Path| std::path::absolute(path).context("cannot tell where results are");
    let (results, reports) = (whole(results)?, whole(reports)?);
    let shared = results
        .components()
        .zip(reports.components())
        .take_while(|(a, b)| a == b)
        .count();
    let below = |path: &Path| folder.join(path.components().skip(shared).collect::<PathBuf>());
    Ok([below(&results), below(&reports)])
}

/// Copies files that are there; what is missing is found missing where it is needed.
fn copy<'a>(from: &Path, to: &Path, names: impl IntoIterator<Item = &'a str>) -> Result<()> {
    project::make_directory(to)?;
    for name in names {
        let file = from.join(name);
        if file.is_file() {
            std::fs::copy(&file, to.join(name))
                .with_context(|| format!("cannot copy {}", file.display()))?;
        }
    }
    Ok(())
}

/// The last part of a path.
fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
