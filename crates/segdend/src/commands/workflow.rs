//! From figures to what they need, and back: runs, recordings, source data, pictures.

use anyhow::{Context, Result};
use segdend_core::data::{DataSet, DataSummary};
use serde::Serialize;

use super::Workshop;
use super::computed::{Computed, JobReport};
use crate::args::MakeArguments;
use crate::data_source::DataRequest;
use crate::experiments::Figure;
use crate::panels::Files;
use crate::statistics::Statistics;
use crate::{Outcome, output, summary};

/// Makes figures and all that they need; what is there already is not made again.
pub(super) fn make(
    workshop: &Workshop,
    figures: &[&Figure],
    scale: &str,
    data: &DataRequest,
    how: &MakeArguments,
) -> Result<Outcome> {
    let (project, progress) = (&workshop.project, &workshop.progress);
    let limits = project.experiments.scale(scale)?;
    let pace = workshop.pace(&how.pace)?;
    let data = if figures.iter().any(|figure| figure.needs_images()) {
        Some(data.obtain((scale, limits), project.data_directory(), progress)?)
    } else {
        None
    };
    let computed = match &data {
        Some(data) if how.no_training => Computed::found(workshop, figures, scale, data)?,
        Some(data) => Computed::all(workshop, figures, scale, data, pace)?,
        None => Computed::default(),
    };

    let mut reports = Vec::new();
    for &figure in figures {
        let missing = computed.missing(workshop, figure, scale)?;
        if how.no_training && !missing.is_empty() {
            progress.note(&format!(
                "{}: not made, for there is no {} yet: `just figure {} {scale}` computes what it needs",
                figure.name(),
                missing.join(", "),
                figure.name()
            ));
            continue;
        }
        let Some(made) = computed.make(workshop, figure, scale, data.as_ref()) else {
            continue;
        };
        let made = made.with_context(|| format!("figure `{}`", figure.name()));
        if let Err(error) = &made {
            progress.warning(&format!("error: {}", output::chain(error)));
        }
        let error = made.as_ref().err().map(output::chain);
        let made = made.ok();
        if let Some(made) = made.as_ref().filter(|_| !workshop.json) {
            output::result(&summary::text(figure, made))?;
        }
        let state = match &made {
            None => FigureState::Failed,
            Some(made) if made.changed => FigureState::Made,
            Some(_) => FigureState::Unchanged,
        };
        let (stamp, statistics, files) = made.map_or((None, None, None), |made| {
            (made.stamp, made.statistics, Some(made.files))
        });
        reports.push(FigureReport {
            name: figure.name(),
            arxiv: figure.arxiv(),
            title: figure.title(),
            state,
            stamp,
            statistics,
            files,
            error,
        });
    }
    let unchanged = reports
        .iter()
        .filter(|report| report.state == FigureState::Unchanged)
        .count();
    if unchanged > 0 {
        progress.note(&format!(
            "{unchanged} of {} figures were there already and did not change",
            reports.len()
        ));
    }
    let failed = reports
        .iter()
        .any(|report| report.state == FigureState::Failed);
    let interrupted = computed.interrupted();
    if workshop.json {
        output::json(&Report {
            scale,
            data: data.as_ref().map(DataSet::summary),
            runs: computed.run_reports(),
            recordings: computed.recording_reports(),
            figures: reports,
        })?;
    }
    if interrupted {
        return Ok(workshop.interrupted());
    }
    Ok(if failed {
        Outcome::Failed
    } else {
        Outcome::Done
    })
}

/// What was computed, for `--json`.
#[derive(Serialize)]
struct Report<'a> {
    scale: &'a str,
    data: Option<DataSummary>,
    runs: Vec<JobReport<'a>>,
    recordings: Vec<JobReport<'a>>,
    figures: Vec<FigureReport<'a>>,
}

#[derive(Serialize)]
struct FigureReport<'a> {
    name: &'a str,
    arxiv: &'a str,
    title: &'a str,
    state: FigureState,
    stamp: Option<String>,
    statistics: Option<Statistics>,
    files: Option<Files>,
    error: Option<String>,
}

/// What became of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum FigureState {
    Made,
    /// It was there already, with the same bytes.
    Unchanged,
    Failed,
}
