//! Where experiments, results and reports lie.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::experiments::{Claims, Experiments, ParameterSet};
use crate::recordings::{RecordingDirectory, ResolvedRecording};
use crate::resolve::ResolvedRun;
use crate::run_directory::{self, RunDirectory};

/// A project: experiments, and where their results go.
#[derive(Debug)]
pub(crate) struct Project {
    /// The directory that holds `experiments`, or the current one.
    root: PathBuf,
    results: PathBuf,
    reports: PathBuf,
    /// Where source data goes, if not below the results.
    source_data: Option<PathBuf>,
    /// The experiments.
    pub(crate) experiments: Experiments,
}

/// What the command line says about places.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    /// The project's directory.
    pub(crate) project: Option<PathBuf>,
    /// Where results go.
    pub(crate) results: Option<PathBuf>,
    /// Where reports go.
    pub(crate) reports: Option<PathBuf>,
}

impl Project {
    /// The project that the command line names, or that the current directory lies in. Where there
    /// is none the experiments are those that the program carries with it, and the current
    /// directory takes the results.
    pub(crate) fn open(places: &Places) -> Result<Self> {
        let here = std::env::current_dir().context("cannot tell the current directory")?;
        let found = match &places.project {
            Some(directory) => {
                let file = directory.join(RUNS_FILE);
                ensure!(
                    file.is_file(),
                    "--project {}: there is no {RUNS_FILE} in it",
                    directory.display()
                );
                Some(directory.clone())
            }
            None => here
                .ancestors()
                .find(|directory| directory.join(RUNS_FILE).is_file())
                .map(Path::to_owned),
        };
        let experiments = match &found {
            Some(root) => Experiments::read(&root.join("experiments"))?,
            None => Experiments::embedded()?,
        };
        let root = found.unwrap_or(here);
        Ok(Self {
            results: places
                .results
                .clone()
                .unwrap_or_else(|| root.join("results")),
            reports: places
                .reports
                .clone()
                .unwrap_or_else(|| root.join("reports")),
            root,
            source_data: None,
            experiments,
        })
    }

    /// The same experiments with results and reports elsewhere.
    pub(crate) fn with_places(&self, results: PathBuf, reports: PathBuf) -> Self {
        Self {
            root: self.root.clone(),
            results,
            reports,
            source_data: None,
            experiments: self.experiments.clone(),
        }
    }

    /// The same results, as far as there are networks of another set of parameters in place of the
    /// replication's own; source data goes to a directory of its own.
    pub(crate) fn under_set(&self, set: ParameterSet, source_data: PathBuf) -> Self {
        Self {
            root: self.root.clone(),
            results: self.results.clone(),
            reports: self.reports.clone(),
            source_data: Some(source_data),
            experiments: self.experiments.under_set(set),
        }
    }

    /// The directory that holds `experiments`, or the current one.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where the results of all scales are.
    pub(crate) fn results(&self) -> &Path {
        &self.results
    }

    /// Where the reports of all scales are.
    pub(crate) fn reports(&self) -> &Path {
        &self.reports
    }

    /// Where MNIST is looked for, and fetched to, if nothing else is said.
    pub(crate) fn data_directory(&self) -> PathBuf {
        self.root.join("data").join("mnist")
    }

    /// The directory of a run.
    pub(crate) fn run_directory(&self, run: &ResolvedRun) -> RunDirectory {
        let path = run_directory::with_key(&self.runs(&run.scale), &run.name, &run.key);
        RunDirectory::new(path, &run.key)
    }

    /// The directory of a recording.
    pub(crate) fn recording_directory(&self, recording: &ResolvedRecording) -> RecordingDirectory {
        let parent = self.recordings(&recording.run.scale);
        let path = run_directory::with_key(&parent, &recording.name, &recording.key);
        RecordingDirectory::new(path, &recording.key)
    }

    /// The directory of a scale's source data.
    pub(crate) fn source_data(&self, scale: &str) -> PathBuf {
        match &self.source_data {
            Some(directory) => directory.clone(),
            None => self.results.join(scale).join("source-data"),
        }
    }

    /// The directory of a scale's runs.
    pub(crate) fn runs(&self, scale: &str) -> PathBuf {
        self.results.join(scale).join("runs")
    }

    /// The directory of a scale's recordings.
    pub(crate) fn recordings(&self, scale: &str) -> PathBuf {
        self.results.join(scale).join("recordings")
    }

    /// The directory of a scale's report.
    pub(crate) fn report(&self, scale: &str) -> PathBuf {
        self.reports.join(scale)
    }

    /// Where experiments are read from.
    pub(crate) fn experiments_directory(&self) -> PathBuf {
        self.root.join("experiments")
    }

    /// The paper's claims.
    pub(crate) fn claims(&self) -> Result<Claims> {
        let directory = self.experiments_directory();
        let claims = Claims::read(Some(&directory))?;
        // Claims that the program brings along may be about figures that a project does not have.
        let file = directory.join("claims.toml");
        if file.is_file() {
            claims
                .check_against(&self.experiments)
                .with_context(|| file.display().to_string())?;
        }
        Ok(claims)
    }

    /// The directory of a scale's pictures.
    pub(crate) fn figures(&self, scale: &str) -> PathBuf {
        self.reports.join(scale).join("figures")
    }
}

const RUNS_FILE: &str = "experiments/runs.toml";

/// Makes a directory and those above it.
pub(crate) fn make_directory(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path)
        .with_context(|| format!("cannot make the directory {}", path.display()))
}
