//! A place that holds of a scale's results what git keeps of finished runs and recordings. All else is
//! to be made there again.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::runs::TrainedRun;
use crate::final_weights;
use crate::project::{self, Project};
use crate::recordings::{MANIFEST_FILE, RecordingManifest};
use crate::run_directory::{MANIFEST, RESULT};

/// A copy of a project's results, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Mirror {
    /// The same experiments, with results and reports in the copy.
    pub(crate) project: Project,
    _folder: TempDir,
}

impl Mirror {
    /// Copies what is kept of a scale, and the final weights of the runs whose directories are `with_weights`.
    pub(crate) fn of(
        project: &Project,
        scale: &str,
        runs: &[TrainedRun],
        with_weights: &[&str],
        recordings: &[(PathBuf, RecordingManifest)],
    ) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a temporary directory")?;
        let [results, reports] = places(folder.path(), project.results(), project.reports())?;
        let mirrored = project.with_places(results, reports);
        for run in runs {
            let to = mirrored.runs(scale).join(&run.directory);
            copy(&run.path, &to, [MANIFEST, RESULT])?;
            if with_weights.contains(&run.directory.as_str()) {
                copy(&run.path, &to, [final_weights::FILE])?;
            }
        }
        for (from, manifest) in recordings {
            let to = mirrored.recordings(scale).join(file_name(from));
            let tables = manifest.tables.iter().map(String::as_str);
            copy(from, &to, tables.chain([MANIFEST_FILE]))?;
        }
        Ok(Self {
            project: mirrored,
            _folder: folder,
        })
    }
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
