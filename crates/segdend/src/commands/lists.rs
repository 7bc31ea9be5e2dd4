//! `figures` and `runs`: what there is, what is computed, what the rest costs.

use anyhow::Result;
use segdend_core::data::DataSet;
use segdend_core::training::Stage;
use serde::Serialize;

use super::Workshop;
use crate::data_source::DataRequest;
use crate::experiments::Figure;
use crate::panels::Files;
use crate::render::{Sheet, terminal};
use crate::resolve::ResolvedRun;
use crate::run_directory::RunState;
use crate::{Outcome, data_source, drive, output};

/// A run in a list.
#[derive(Serialize)]
struct RunEntry {
    name: String,
    title: String,
    state: RunListState,
    detail: Option<String>,
    key: Option<String>,
    directory: Option<String>,
    /// What is still to be done, on one thread.
    estimated_cpu_seconds: Option<f64>,
}

/// A figure in a list.
#[derive(Serialize)]
struct FigureEntry {
    name: String,
    arxiv: String,
    title: String,
    runs: Vec<String>,
    recordings: Vec<String>,
    state: FigureListState,
    /// What is still to be done, with this many threads.
    estimated_seconds: Option<f64>,
}

/// How far a run in a list has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
enum RunListState {
    #[serde(rename = "finished")]
    Finished,
    #[serde(rename = "begun")]
    Begun,
    #[serde(rename = "not begun")]
    NotBegun,
    /// There are no images here.
    #[serde(rename = "unknown")]
    Unknown,
    #[serde(rename = "damaged")]
    Damaged,
}

impl RunListState {
    fn word(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Begun => "begun",
            Self::NotBegun => "not begun",
            Self::Unknown => "unknown",
            Self::Damaged => "damaged",
        }
    }
}

/// How far a figure in a list has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
enum FigureListState {
    #[serde(rename = "made")]
    Made,
    /// Its runs and recordings are finished.
    #[serde(rename = "to be drawn")]
    ToBeDrawn,
    #[serde(rename = "to be computed")]
    ToBeComputed,
    #[serde(rename = "unknown")]
    Unknown,
}

impl FigureListState {
    fn word(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::ToBeDrawn => "to be drawn",
            Self::ToBeComputed => "to be computed",
            Self::Unknown => "unknown",
        }
    }
}

/// `segdend runs`.
pub(super) fn runs(workshop: &Workshop, scale: &str, request: &DataRequest) -> Result<Outcome> {
    let data = images(workshop, scale, request)?;
    let entries = entries(workshop, scale, data.as_ref())?;
    if workshop.json {
        output::json(&entries)?;
        return Ok(Outcome::Done);
    }
    let sheet = Sheet::of("", &entries)
        .text("run", |entry| &entry.name)
        .text("what", |entry| &entry.title)
        .text("state", |entry| match &entry.detail {
            Some(detail) => format!("{}: {detail}", entry.state.word()),
            None => entry.state.word().to_owned(),
        })
        .number("still to do", |entry| cost(entry.estimated_cpu_seconds, 1))
        .done();
    output::result(&format!(
        "{}\n{}",
        heading(scale, data.as_ref()),
        terminal::table(&sheet)
    ))?;
    Ok(Outcome::Done)
}

/// `segdend figures`.
pub(super) fn figures(workshop: &Workshop, scale: &str, request: &DataRequest) -> Result<Outcome> {
    let data = images(workshop, scale, request)?;
    let runs = entries(workshop, scale, data.as_ref())?;
    let limits = workshop.project.experiments.scale(scale)?;
    let mut figures = Vec::new();
    for figure in &workshop.project.experiments.figures {
        let names = workshop.project.experiments.runs_of(figure, limits);
        let needed: Vec<&RunEntry> = runs
            .iter()
            .filter(|run| names.contains(&run.name))
            .collect();
        let recordings = recordings(workshop, figure, scale, data.as_ref())?;
        let recorded = recordings.iter().all(|(_, left)| *left == Some(0.0));
        let unknown = recordings.iter().any(|(_, left)| left.is_none());
        let state = if recorded && needed.iter().all(|run| run.state == RunListState::Finished) {
            if Files::of(figure, &workshop.project, scale).all_exist() {
                FigureListState::Made
            } else {
                FigureListState::ToBeDrawn
            }
        } else if unknown || needed.iter().any(|run| run.state == RunListState::Unknown) {
            FigureListState::Unknown
        } else {
            FigureListState::ToBeComputed
        };
        let costs: Option<Vec<f64>> = needed
            .iter()
            .map(|run| run.estimated_cpu_seconds)
            .chain(recordings.iter().map(|(_, left)| *left))
            .collect();
        figures.push(FigureEntry {
            name: figure.name().to_owned(),
            arxiv: figure.arxiv().to_owned(),
            title: figure.title().to_owned(),
            runs: names,
            recordings: recordings.into_iter().map(|(name, _)| name).collect(),
            state,
            estimated_seconds: costs.map(|costs| side_by_side(&costs, workshop.threads)),
        });
    }
    if workshop.json {
        output::json(&figures)?;
        return Ok(Outcome::Done);
    }
    let sheet = Sheet::of("", &figures)
        .text("figure", |figure| &figure.name)
        .text("arXiv", |figure| &figure.arxiv)
        .text("title", |figure| &figure.title)
        .text("state", |figure| figure.state.word())
        .text("still to do", |figure| {
            cost(figure.estimated_seconds, workshop.threads)
        })
        .text("needs", needs)
        .done();
    output::result(&format!(
        "{}\n{}",
        heading(scale, data.as_ref()),
        terminal::table(&sheet)
    ))?;
    Ok(Outcome::Done)
}

/// More names than this are counted.
const MANY: usize = 8;

/// The runs and recordings of a figure, in a line.
fn needs(figure: &FigureEntry) -> String {
    let listed = |names: &[String], what: &str| match names.len() {
        count if count > MANY => format!("{count} {what}"),
        _ => names.join(", "),
    };
    let runs = listed(&figure.runs, "runs");
    let recordings = listed(&figure.recordings, "recordings");
    match (runs.is_empty(), recordings.is_empty()) {
        (true, true) => "nothing".to_owned(),
        (false, true) => runs,
        (true, false) => format!("recordings: {recordings}"),
        (false, false) => format!("{runs}; recordings: {recordings}"),
    }
}

/// The recordings of a figure, and how long each still takes on one thread.
fn recordings(
    workshop: &Workshop,
    figure: &Figure,
    scale: &str,
    data: Option<&DataSet>,
) -> Result<Vec<(String, Option<f64>)>> {
    let mut recordings = Vec::new();
    for name in figure.recordings() {
        let left = match data {
            None => None,
            Some(data) => {
                let job = workshop.recording_job(name, scale, data)?;
                let finished = matches!(job.directory.manifest(), Ok(Some(_)));
                let whole = drive::estimated_cpu_seconds(&job.recording.run);
                Some(if finished { 0.0 } else { whole })
            }
        };
        recordings.push((name.to_owned(), left));
    }
    Ok(recordings)
}

fn images(workshop: &Workshop, scale: &str, request: &DataRequest) -> Result<Option<DataSet>> {
    let limits = workshop.project.experiments.scale(scale)?;
    request.obtain_if_here(limits, workshop.project.data_directory())
}

fn heading(scale: &str, data: Option<&DataSet>) -> String {
    let data = data.map_or(
        "MNIST is not here yet: segdend data fetches it".to_owned(),
        |data| {
            let [train, test] = [data.train().len(), data.test().len()]
                .map(|count| segdend_figures::grouped(count as u64));
            format!(
                "{}, {train} training and {test} test images",
                data_source::short_name(data.source())
            )
        },
    );
    format!("scale {scale}; {data}\n")
}

fn entries(workshop: &Workshop, scale: &str, data: Option<&DataSet>) -> Result<Vec<RunEntry>> {
    let mut entries = Vec::new();
    for (name, run) in &workshop.project.experiments.runs {
        let mut entry = RunEntry {
            name: name.clone(),
            title: run.title.clone(),
            state: RunListState::Unknown,
            detail: None,
            key: None,
            directory: None,
            estimated_cpu_seconds: None,
        };
        if let Some(data) = data {
            let job = workshop.job(name, run, scale, data, false)?;
            let whole = drive::estimated_cpu_seconds(&job.run);
            let (state, detail, left) = match job.directory.state() {
                Ok(RunState::Finished) => (RunListState::Finished, None, 0.0),
                Ok(RunState::Begun(stage)) => {
                    let share = share_done(stage, &job.run);
                    let detail = format!("{:.0} %", 100.0 * share);
                    (RunListState::Begun, Some(detail), whole * (1.0 - share))
                }
                Ok(RunState::Absent) => (RunListState::NotBegun, None, whole),
                Err(error) => (RunListState::Damaged, Some(output::chain(&error)), whole),
            };
            entry.state = state;
            entry.detail = detail;
            entry.estimated_cpu_seconds = Some(left);
            entry.directory = Some(job.directory.path().display().to_string());
            entry.key = Some(job.run.key);
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// How much of a run is done, by simulated time.
fn share_done(stage: Stage, run: &ResolvedRun) -> f64 {
    let (spec, p) = (&run.spec, &run.spec.parameters);
    let example_ms = 2.0 * (p.minimum_phase_ms as f64 + p.extra_phase_mean_ms);
    let epoch = run.data.train_images as f64 * example_ms;
    let image_ms = p.test_phase_ms as f64;
    let test = run.data.test_images as f64 * image_ms;
    let (epochs, repeats) = (spec.epochs as f64, spec.final_tests as f64);
    let total = epochs * epoch + (epochs + 1.0 + repeats) * test;
    let done = match stage {
        Stage::Test { epoch: n, next, .. } => n as f64 * (epoch + test) + next as f64 * image_ms,
        Stage::Train { epoch: n, next, .. } => {
            (n as f64 - 1.0) * (epoch + test) + test + next as f64 * example_ms
        }
        Stage::FinalTest { repeat, next, .. } => {
            epochs * epoch + (epochs + 1.0 + repeat as f64) * test + next as f64 * image_ms
        }
        Stage::Finished => total,
    };
    done / total
}

/// Runs side by side take at least as long as the longest, and as all of them shared out evenly.
fn side_by_side(cpu_seconds: &[f64], threads: usize) -> f64 {
    let longest = cpu_seconds.iter().copied().fold(0.0, f64::max);
    longest.max(cpu_seconds.iter().sum::<f64>() / threads as f64)
}

fn cost(seconds: Option<f64>, threads: usize) -> String {
    match seconds {
        None => "unknown".to_owned(),
        Some(0.0) => "nothing".to_owned(),
        Some(seconds) => {
            let on = if threads == 1 {
                "1 thread".to_owned()
            } else {
                format!("{threads} threads")
            };
            format!("about {} on {on}", output::duration(seconds))
        }
    }
}
