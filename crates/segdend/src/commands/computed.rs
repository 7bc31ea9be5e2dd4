//! What figures need, computed or found, and the figures made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Result, anyhow};
use segdend_core::data::DataSet;
use serde::Serialize;

use super::Workshop;
use crate::drive::{self, JobOutcome};
use crate::experiments::Figure;
use crate::manifest::RunResult;
use crate::output;
use crate::panels::{self, FinishedRecording, FinishedRun, Made, Material};
use crate::recordings::{RecordingJob, RecordingManifest};
use crate::train_one::{Pace, TrainingJob};

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
        let material = self.material(workshop, figure, scale, data)?;
        Some(material.and_then(|material| panels::make(&material)))
    }

    /// Writes a figure's source data alone; `None` if what it needs was interrupted.
    pub(super) fn collect(
        &self,
        workshop: &Workshop,
        figure: &Figure,
        scale: &str,
        data: Option<&DataSet>,
    ) -> Option<Result<()>> {
        let material = self.material(workshop, figure, scale, data)?;
        Some(material.and_then(|material| panels::collect(&material).map(|_| ())))
    }

    /// What a figure is made of; `None` if something of it was interrupted.
    fn material<'a>(
        &'a self,
        workshop: &'a Workshop,
        figure: &'a Figure,
        scale: &'a str,
        data: Option<&'a DataSet>,
    ) -> Option<Result<Material<'a>>> {
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
        let recordings_there: BTreeMap<&str, FinishedRecording<'_>> = self
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
                .any(|name| !recordings_there.contains_key(name));
        if missing && !figure.takes_what_is_there() {
            let failed = || anyhow!("a run or recording that it needs failed");
            return (!self.interrupted()).then(|| Err(failed()));
        }
        let recordings = figure.recordings().into_iter();
        Some(Ok(Material {
            figure,
            project: &workshop.project,
            scale,
            data,
            runs: needed
                .iter()
                .filter_map(|run| runs.get(run.as_str()).copied())
                .collect(),
            recordings: recordings
                .filter_map(|name| recordings_there.get(name).copied())
                .collect(),
        }))
    }
}
