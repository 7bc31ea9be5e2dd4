//! What figures need, computed or found, and the figures made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Result, anyhow};
use segdend_core::data::DataSet;
use serde::Serialize;

use super::Workshop;
use crate::experiments::{ErrorFigure, Figure, Panel};
use crate::manifest::RunResult;
use crate::panels::{
    self, FinishedRecording, FinishedRun, PanelFiles, PanelMaterial, error_curves,
};
use crate::recordings::{RecordingJob, RecordingManifest, RecordingOutcome};
use crate::resolve::ResolvedRun;
use crate::source_data::{self, Files};
use crate::statistics::Statistics;
use crate::train_one::{Job, JobOutcome, Pace};
use crate::{drive, output, summary};

#[derive(Serialize)]
pub(super) struct RunReport<'a> {
    name: &'a str,
    key: &'a str,
    directory: &'a Path,
    /// `computed`, `cached`, `interrupted` or `failed`.
    pub(super) state: &'static str,
    weights_sha256: Option<&'a str>,
    error: Option<String>,
}

#[derive(Serialize)]
pub(super) struct RecordingReport<'a> {
    name: &'a str,
    key: &'a str,
    directory: &'a Path,
    /// `recorded`, `cached`, `interrupted` or `failed`.
    pub(super) state: &'static str,
    error: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum FigureFiles {
    Errors(Files),
    Panel(PanelFiles),
}

/// A figure that was made.
pub(super) struct Made {
    pub(super) stamp: Option<String>,
    pub(super) statistics: Option<Statistics>,
    pub(super) files: FigureFiles,
    pub(super) text: String,
    pub(super) changed: bool,
}

/// Runs and recordings, and how they ended.
#[derive(Default)]
pub(super) struct Computed {
    runs: Vec<(Job, Result<JobOutcome>)>,
    recordings: Vec<(RecordingJob, Result<RecordingOutcome>)>,
}

impl Computed {
    /// Computes all that the figures need.
    pub(super) fn all(
        workshop: &Workshop,
        figures: &[&Figure],
        scale: &str,
        data: &DataSet,
        pace: Pace,
    ) -> Result<Self> {
        let (project, progress) = (&workshop.project, &workshop.progress);
        let limits = project.experiments.scale(scale)?;
        let mut names: BTreeSet<String> = figures
            .iter()
            .flat_map(|figure| project.experiments.runs_of(figure, limits))
            .collect();
        for name in figures.iter().flat_map(|figure| figure.recordings()) {
            let recording = project.experiments.recording(name)?;
            if recording.measures.needs_final_weights() {
                names.insert(recording.run.clone());
            }
        }
        let jobs = names
            .into_iter()
            .map(|name| workshop.job(&name, project.experiments.run(&name)?, scale, data, false))
            .collect::<Result<Vec<Job>>>()?;
        let names: BTreeSet<&str> = figures
            .iter()
            .flat_map(|figure| figure.recordings())
            .collect();
        let recordings = names
            .into_iter()
            .map(|name| workshop.recording_job(name, scale, data))
            .collect::<Result<Vec<RecordingJob>>>()?;

        let outcomes = drive::drive(&jobs, data, pace, progress);
        let runs: Vec<_> = jobs.into_iter().zip(outcomes).collect();
        let outcomes = drive::record(&recordings, data, pace, progress);
        let recordings: Vec<_> = recordings.into_iter().zip(outcomes).collect();
        let computed = Self { runs, recordings };
        let errors = computed
            .runs
            .iter()
            .filter_map(|(_, outcome)| outcome.as_ref().err());
        let more = computed
            .recordings
            .iter()
            .filter_map(|(_, outcome)| outcome.as_ref().err());
        for error in errors.chain(more) {
            progress.warning(&format!("error: {}", output::chain(error)));
        }
        let cached = |states: &[&str]| states.iter().filter(|&&state| state == "cached").count();
        let runs: Vec<_> = computed.run_reports().iter().map(|run| run.state).collect();
        let recordings: Vec<_> = computed
            .recording_reports()
            .iter()
            .map(|recording| recording.state)
            .collect();
        for (what, states) in [("runs", runs), ("recordings", recordings)] {
            if cached(&states) > 0 {
                progress.note(&format!(
                    "{} of {} {what} were there already and were not computed again",
                    cached(&states),
                    states.len()
                ));
            }
        }
        Ok(computed)
    }

    /// What there is of all that the figures need; nothing is computed.
    pub(super) fn found(
        workshop: &Workshop,
        figures: &[&Figure],
        scale: &str,
        data: &DataSet,
    ) -> Result<Self> {
        let experiments = &workshop.project.experiments;
        let limits = experiments.scale(scale)?;
        let mut found = Self::default();
        let names: BTreeSet<String> = figures
            .iter()
            .flat_map(|figure| experiments.runs_of(figure, limits))
            .collect();
        for name in names {
            let job = workshop.job(&name, experiments.run(&name)?, scale, data, false)?;
            // One that cannot be read is among them as what it is.
            if let Some(result) = job.directory.result().transpose() {
                found.runs.push((job, result.map(JobOutcome::Cached)));
            }
        }
        let recordings = figures.iter().flat_map(|figure| figure.recordings());
        let names: BTreeSet<&str> = recordings.collect();
        for name in names {
            let job = workshop.recording_job(name, scale, data)?;
            if let Some(manifest) = job.directory.manifest().transpose() {
                let outcome = manifest.map(RecordingOutcome::Cached);
                found.recordings.push((job, outcome));
            }
        }
        Ok(found)
    }

    /// The runs and recordings that a figure cannot be made without and that are not among these.
    pub(super) fn missing(
        &self,
        workshop: &Workshop,
        figure: &Figure,
        scale: &str,
    ) -> Result<Vec<String>> {
        let experiments = &workshop.project.experiments;
        let mut names = experiments.runs_of(figure, experiments.scale(scale)?);
        if figure.takes_what_is_there() {
            return Ok(Vec::new());
        }
        names.retain(|name| {
            !self
                .runs
                .iter()
                .any(|(job, outcome)| job.run.name == *name && finished(outcome).is_some())
        });
        let recordings = figure.recordings().into_iter().filter(|&name| {
            !self
                .recordings
                .iter()
                .any(|(job, outcome)| job.recording.name == name && recorded(outcome).is_some())
        });
        names.extend(recordings.map(str::to_owned));
        Ok(names)
    }

    pub(super) fn interrupted(&self) -> bool {
        let runs = self.run_reports().into_iter().map(|run| run.state);
        let recordings = self
            .recording_reports()
            .into_iter()
            .map(|recording| recording.state);
        runs.chain(recordings).any(|state| state == "interrupted")
    }

    pub(super) fn run_reports(&self) -> Vec<RunReport<'_>> {
        self.runs
            .iter()
            .map(|(job, outcome)| RunReport {
                name: &job.run.name,
                key: &job.run.key,
                directory: job.directory.path(),
                state: match outcome {
                    Ok(JobOutcome::Computed(_)) => "computed",
                    Ok(JobOutcome::Cached(_)) => "cached",
                    Ok(JobOutcome::Interrupted) => "interrupted",
                    Err(_) => "failed",
                },
                weights_sha256: finished(outcome).map(|result| result.weights_sha256.as_str()),
                error: outcome.as_ref().err().map(output::chain),
            })
            .collect()
    }

    pub(super) fn recording_reports(&self) -> Vec<RecordingReport<'_>> {
        self.recordings
            .iter()
            .map(|(job, outcome)| RecordingReport {
                name: &job.recording.name,
                key: &job.recording.key,
                directory: job.directory.path(),
                state: match outcome {
                    Ok(RecordingOutcome::Recorded(_)) => "recorded",
                    Ok(RecordingOutcome::Cached(_)) => "cached",
                    Ok(RecordingOutcome::Interrupted) => "interrupted",
                    Err(_) => "failed",
                },
                error: outcome.as_ref().err().map(output::chain),
            })
            .collect()
    }

    /// Makes a figure; `None` if what it needs was interrupted.
    pub(super) fn make(
        &self,
        workshop: &Workshop,
        figure: &Figure,
        scale: &str,
        data: Option<&DataSet>,
    ) -> Option<Result<Made>> {
        self.with(workshop, figure, scale, data, |behind| match behind {
            Behind::Errors(figure, runs) => make_error_curves(workshop, figure, scale, runs),
            Behind::Panel(material) => make_panel(material),
        })
    }

    /// Writes a figure's source data alone; `None` if what it needs was interrupted.
    pub(super) fn collect(
        &self,
        workshop: &Workshop,
        figure: &Figure,
        scale: &str,
        data: Option<&DataSet>,
    ) -> Option<Result<()>> {
        let project = &workshop.project;
        self.with(workshop, figure, scale, data, |behind| match behind {
            Behind::Errors(figure, runs) => {
                let files = Files::of(figure, project, scale);
                source_data::write(figure, &files, project, runs).map(|_| ())
            }
            Behind::Panel(material) => panels::collect(material).map(|_| ()),
        })
    }

    /// Does something with what is behind a figure.
    fn with<T>(
        &self,
        workshop: &Workshop,
        figure: &Figure,
        scale: &str,
        data: Option<&DataSet>,
        make: impl FnOnce(Behind<'_>) -> Result<T>,
    ) -> Option<Result<T>> {
        let runs: BTreeMap<&str, FinishedRun<'_>> = self
            .runs
            .iter()
            .filter_map(|(job, outcome)| {
                let finished = FinishedRun {
                    run: &job.run,
                    result: finished(outcome)?,
                    directory: &job.directory,
                };
                Some((job.run.name.as_str(), finished))
            })
            .collect();
        let recordings: BTreeMap<&str, FinishedRecording<'_>> = self
            .recordings
            .iter()
            .filter_map(|(job, outcome)| {
                let finished = FinishedRecording {
                    recording: &job.recording,
                    manifest: recorded(outcome)?,
                    directory: &job.directory,
                };
                Some((job.recording.name.as_str(), finished))
            })
            .collect();
        let experiments = &workshop.project.experiments;
        let needed = match experiments.scale(scale) {
            Ok(limits) => experiments.runs_of(figure, limits),
            Err(error) => return Some(Err(error)),
        };
        let missing = needed.iter().any(|run| !runs.contains_key(run.as_str()))
            || figure
                .recordings()
                .iter()
                .any(|name| !recordings.contains_key(name));
        if missing && !figure.takes_what_is_there() {
            let failed = || anyhow!("a run or recording that it needs failed");
            return (!self.interrupted()).then(|| Err(failed()));
        }
        Some(match figure {
            Figure::Errors(figure) => {
                let runs: Vec<_> = figure
                    .series
                    .iter()
                    .map(|series| runs[series.run.as_str()])
                    .map(|finished| (finished.run, finished.result))
                    .collect();
                make(Behind::Errors(figure, &runs))
            }
            Figure::Panel(panel) => make(Behind::Panel(&PanelMaterial {
                panel,
                project: &workshop.project,
                scale,
                data,
                runs: needed
                    .iter()
                    .filter_map(|run| runs.get(run.as_str()).copied())
                    .collect(),
                recordings: panel
                    .recordings
                    .iter()
                    .filter_map(|name| recordings.get(name.as_str()).copied())
                    .collect(),
            })),
        })
    }
}

/// What a figure is made of.
enum Behind<'a> {
    /// A comparison of test errors: its runs, in the order of the series.
    Errors(&'a ErrorFigure, &'a [(&'a ResolvedRun, &'a RunResult)]),
    /// Another panel.
    Panel(&'a PanelMaterial<'a>),
}

fn finished(outcome: &Result<JobOutcome>) -> Option<&RunResult> {
    match outcome {
        Ok(JobOutcome::Computed(result) | JobOutcome::Cached(result)) => Some(result),
        _ => None,
    }
}

fn recorded(outcome: &Result<RecordingOutcome>) -> Option<&RecordingManifest> {
    match outcome {
        Ok(RecordingOutcome::Recorded(manifest) | RecordingOutcome::Cached(manifest)) => {
            Some(manifest)
        }
        _ => None,
    }
}

fn make_error_curves(
    workshop: &Workshop,
    figure: &ErrorFigure,
    scale: &str,
    runs: &[(&ResolvedRun, &RunResult)],
) -> Result<Made> {
    let files = Files::of(figure, &workshop.project, scale);
    let written = source_data::write(figure, &files, &workshop.project, runs)?;
    let made = error_curves::make(figure, &files, &workshop.project, scale)?;
    Ok(Made {
        text: format!("{}\n", summary::text(figure, &made, &files)),
        stamp: made.stamp,
        statistics: Some(made.statistics),
        files: FigureFiles::Errors(files),
        changed: written | made.changed,
    })
}

fn make_panel(material: &PanelMaterial<'_>) -> Result<Made> {
    let files = PanelFiles::of(material.panel, material.project, material.scale);
    let made = panels::make(material)?;
    Ok(Made {
        text: panel_text(material.panel, made.stamp.as_deref(), &files),
        stamp: made.stamp,
        statistics: None,
        files: FigureFiles::Panel(files),
        changed: made.changed,
    })
}

fn panel_text(panel: &Panel, stamp: Option<&str>, files: &PanelFiles) -> String {
    let mut text = summary::headline(&panel.title, &panel.arxiv);
    if let Some(stamp) = stamp {
        text.push_str(&format!("  {stamp}\n"));
    }
    for path in [&files.svg, &files.png] {
        text.push_str(&format!("  {:12} {}\n", "picture", path.display()));
    }
    for path in &files.source_data {
        text.push_str(&format!("  {:12} {}\n", "source data", path.display()));
    }
    text.push('\n');
    text
}
