//! What figures need, computed or found, and the figures made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Result, anyhow};
use segdend_core::data::DataSet;
use serde::Serialize;

use super::Workshop;
use crate::drive::{self, JobOutcome};
use crate::experiments::{ErrorFigure, Figure, Panel};
use crate::manifest::RunResult;
use crate::panels::{
    self, FinishedRecording, FinishedRun, PanelFiles, PanelMaterial, error_curves,
};
use crate::recordings::{RecordingJob, RecordingManifest};
use crate::resolve::ResolvedRun;
use crate::source_data::{self, Files};
use crate::statistics::Statistics;
use crate::train_one::{Pace, TrainingJob};
use crate::{output, summary};

/// How far a run or a recording has come by this command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// It was computed.
    Computed,
    /// It was there already.
    Cached,
    /// Ctrl-C came first.
    Interrupted,
    /// It could not be computed.
    Failed,
}

/// A run or a recording, for `--json`.
#[derive(Serialize)]
pub(super) struct JobReport<'a> {
    name: &'a str,
    key: &'a str,
    directory: &'a Path,
    pub(super) state: State,
    weights_sha256: Option<&'a str>,
    error: Option<String>,
}

impl<'a> JobReport<'a> {
    fn of<T>(
        (name, key, directory): (&'a str, &'a str, &'a Path),
        outcome: &'a Result<JobOutcome<T>>,
        weights_sha256: impl FnOnce(&'a T) -> &'a str,
    ) -> Self {
        Self {
            name,
            key,
            directory,
            state: match outcome {
                Ok(JobOutcome::Computed(_)) => State::Computed,
                Ok(JobOutcome::Cached(_)) => State::Cached,
                Ok(JobOutcome::Interrupted) => State::Interrupted,
                Err(_) => State::Failed,
            },
            weights_sha256: product(outcome).map(weights_sha256),
            error: outcome.as_ref().err().map(output::chain),
        }
    }
}

/// What came of a job, if something did.
fn product<T>(outcome: &Result<JobOutcome<T>>) -> Option<&T> {
    outcome.as_ref().ok().and_then(JobOutcome::product)
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
    runs: Vec<(TrainingJob, Result<JobOutcome<RunResult>>)>,
    recordings: Vec<(RecordingJob, Result<JobOutcome<RecordingManifest>>)>,
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
            .collect::<Result<Vec<TrainingJob>>>()?;
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
        let outcomes = drive::drive(&recordings, data, pace, progress);
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
        for (what, reports) in [
            ("runs", computed.run_reports()),
            ("recordings", computed.recording_reports()),
        ] {
            let cached = reports.iter().filter(|it| it.state == State::Cached);
            match cached.count() {
                0 => {}
                cached => progress.note(&format!(
                    "{cached} of {} {what} were there already and were not computed again",
                    reports.len()
                )),
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
                let outcome = manifest.map(JobOutcome::Cached);
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
                .any(|(job, outcome)| job.run.name == *name && product(outcome).is_some())
        });
        let recordings = figure.recordings().into_iter().filter(|&name| {
            !self
                .recordings
                .iter()
                .any(|(job, outcome)| job.recording.name == name && product(outcome).is_some())
        });
        names.extend(recordings.map(str::to_owned));
        Ok(names)
    }

    pub(super) fn interrupted(&self) -> bool {
        let reports = self
            .run_reports()
            .into_iter()
            .chain(self.recording_reports());
        reports.into_iter().any(|it| it.state == State::Interrupted)
    }

    pub(super) fn run_reports(&self) -> Vec<JobReport<'_>> {
        let mut reports = Vec::new();
        for (job, outcome) in &self.runs {
            let place = (
                job.run.name.as_str(),
                job.run.key.as_str(),
                job.directory.path(),
            );
            reports.push(JobReport::of(place, outcome, |result| {
                &result.weights_sha256
            }));
        }
        reports
    }

    pub(super) fn recording_reports(&self) -> Vec<JobReport<'_>> {
        let mut reports = Vec::new();
        for (job, outcome) in &self.recordings {
            let it = &job.recording;
            let place = (it.name.as_str(), it.key.as_str(), job.directory.path());
            reports.push(JobReport::of(place, outcome, |made| &made.weights_sha256));
        }
        reports
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
                    result: product(outcome)?,
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
                    manifest: product(outcome)?,
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
