//! `reproduce` and `figure`: runs, source data, statistics, pictures.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde::Serialize;

use super::Workshop;
use crate::args::{Numbering, PaceArguments};
use crate::data_source::DataRequest;
use crate::experiments::Figure;
use crate::figure::{self, Made};
use crate::manifest::RunResult;
use crate::source_data::{self, Files};
use crate::statistics::Statistics;
use crate::train_one::{Job, JobOutcome};
use crate::{Outcome, drive, output, suggest, summary};

/// `segdend reproduce`.
pub(super) fn reproduce(
    workshop: &Workshop,
    scale: &str,
    only: &[String],
    data: &DataRequest,
    pace: &PaceArguments,
) -> Result<Outcome> {
    let all = &workshop.project.experiments.figures;
    let chosen: Vec<&Figure> = if only.is_empty() {
        all.iter().collect()
    } else {
        let names = only
            .iter()
            .map(|name| find(all, name, Numbering::Elife))
            .collect::<Result<Vec<_>>>()?;
        all.iter()
            .filter(|figure| names.iter().any(|name| name.name == figure.name))
            .collect()
    };
    make(workshop, &chosen, scale, data, pace)
}

/// `segdend figure`.
pub(super) fn figure(
    workshop: &Workshop,
    name: &str,
    numbering: Numbering,
    scale: &str,
    data: &DataRequest,
    pace: &PaceArguments,
) -> Result<Outcome> {
    let figure = find(&workshop.project.experiments.figures, name, numbering)?;
    make(workshop, &[figure], scale, data, pace)
}

/// What was computed, for `--json`.
#[derive(Serialize)]
struct Report<'a> {
    scale: &'a str,
    data: segdend_core::data::DataSummary,
    runs: Vec<RunReport<'a>>,
    figures: Vec<FigureReport<'a>>,
}

#[derive(Serialize)]
struct RunReport<'a> {
    name: &'a str,
    key: &'a str,
    directory: &'a std::path::Path,
    /// `computed`, `cached`, `interrupted` or `failed`.
    state: &'static str,
    weights_sha256: Option<&'a str>,
    error: Option<String>,
}

#[derive(Serialize)]
struct FigureReport<'a> {
    name: &'a str,
    arxiv: &'a str,
    title: &'a str,
    /// `made` or `failed`.
    state: &'static str,
    stamp: Option<String>,
    statistics: Option<Statistics>,
    files: Files,
    error: Option<String>,
}

fn make(
    workshop: &Workshop,
    figures: &[&Figure],
    scale: &str,
    data: &DataRequest,
    pace: &PaceArguments,
) -> Result<Outcome> {
    let (project, progress) = (&workshop.project, &workshop.progress);
    let limits = project.experiments.scale(scale)?;
    let pace = workshop.pace(pace)?;
    let data = data.obtain((scale, limits), project.data_directory(), progress)?;

    let names: BTreeSet<&str> = figures
        .iter()
        .flat_map(|figure| &figure.series)
        .map(|series| series.run.as_str())
        .collect();
    let jobs = names
        .into_iter()
        .map(|name| workshop.job(name, project.experiments.run(name)?, scale, &data, false))
        .collect::<Result<Vec<Job>>>()?;
    let outcomes = drive::drive(&jobs, &data, pace, progress);

    let mut computed: BTreeMap<&str, (&Job, &RunResult)> = BTreeMap::new();
    let mut runs = Vec::new();
    for (job, outcome) in jobs.iter().zip(&outcomes) {
        let (state, result, error) = match outcome {
            Ok(JobOutcome::Computed(result)) => ("computed", Some(result), None),
            Ok(JobOutcome::Cached(result)) => ("cached", Some(result), None),
            Ok(JobOutcome::Interrupted) => ("interrupted", None, None),
            Err(error) => ("failed", None, Some(error)),
        };
        if let Some(error) = error {
            progress.warning(&format!("error: {}", output::chain(error)));
        }
        if let Some(result) = result {
            computed.insert(&job.run.name, (job, result));
        }
        runs.push(RunReport {
            name: &job.run.name,
            key: &job.run.key,
            directory: job.directory.path(),
            state,
            weights_sha256: result.map(|result| result.weights_sha256.as_str()),
            error: error.map(output::chain),
        });
    }
    let interrupted = runs.iter().any(|run| run.state == "interrupted");
    let cached = runs.iter().filter(|run| run.state == "cached").count();
    if cached > 0 {
        progress.note(&format!(
            "{cached} of {} runs were there already and were not computed again",
            runs.len()
        ));
    }

    let mut reports = Vec::new();
    for &figure in figures {
        let files = Files::of(figure, project, scale);
        let missing = figure
            .series
            .iter()
            .any(|series| !computed.contains_key(series.run.as_str()));
        if missing && interrupted {
            continue;
        }
        let made = if missing {
            Err(anyhow::anyhow!("a run that it needs failed"))
        } else {
            let runs: Vec<_> = figure
                .series
                .iter()
                .map(|series| computed[series.run.as_str()])
                .map(|(job, result)| (&job.run, result))
                .collect();
            source_data::write(figure, &files, project, &runs)
                .and_then(|()| figure::make(figure, &files, project, scale))
        };
        let made: Result<Made> = made.with_context(|| format!("figure `{}`", figure.name));
        match &made {
            Ok(made) if !workshop.json => {
                output::result(&format!("{}\n", summary::text(figure, made, &files)))?
            }
            Ok(_) => {}
            Err(error) => progress.warning(&format!("error: {}", output::chain(error))),
        }
        let error = made.as_ref().err().map(output::chain);
        let (statistics, stamp) =
            made.map_or((None, None), |made| (Some(made.statistics), made.stamp));
        reports.push(FigureReport {
            name: &figure.name,
            arxiv: &figure.arxiv,
            title: &figure.title,
            state: if error.is_none() { "made" } else { "failed" },
            stamp,
            statistics,
            files,
            error,
        });
    }
    let failed = reports.iter().any(|report| report.state == "failed");
    if workshop.json {
        output::json(&Report {
            scale,
            data: data.summary(),
            runs,
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

/// A figure by its name or number.
fn find<'a>(figures: &'a [Figure], name: &str, numbering: Numbering) -> Result<&'a Figure> {
    let wanted = panel(name);
    let number = |figure: &Figure, numbering| match numbering {
        Numbering::Elife => panel(&figure.name),
        Numbering::Arxiv => panel(&figure.arxiv),
    };
    if let Some(figure) = figures
        .iter()
        .find(|figure| number(figure, numbering) == wanted)
    {
        return Ok(figure);
    }
    if numbering == Numbering::Elife
        && let Some(figure) = figures
            .iter()
            .find(|figure| number(figure, Numbering::Arxiv) == wanted)
    {
        bail!(
            "no figure is called `{name}` in eLife's numbering; {} has that number on arXiv: add --numbering arxiv",
            figure.name
        );
    }
    let names = figures.iter().map(|figure| match numbering {
        Numbering::Elife => figure.name.as_str(),
        Numbering::Arxiv => figure.arxiv.as_str(),
    });
    bail!(
        "no figure is called `{name}`: {}",
        suggest::among(name, names)
    );
}

/// A panel's number without what is written around it: `6b` of `fig6b`, `Fig. 6B` or `Figure 6B`.
fn panel(name: &str) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let number = plain
        .strip_prefix("figure")
        .or_else(|| plain.strip_prefix("fig"))
        .unwrap_or(&plain);
    number.to_owned()
}

#[cfg(test)]
mod tests {
    //! Promise: a figure is found by any of its names, and only by them.
    use super::*;
    use crate::experiments::Experiments;

    #[test]
    fn a_figure_has_many_names() {
        let figures = Experiments::embedded().unwrap().figures;
        for name in ["fig6b", "6b", "6B", "Figure 6B", "Fig. 6B"] {
            assert_eq!(
                find(&figures, name, Numbering::Elife).unwrap().name,
                "fig6b"
            );
        }
        assert_eq!(
            find(&figures, "5b", Numbering::Arxiv).unwrap().name,
            "fig6b"
        );
        assert!(
            find(&figures, "5b", Numbering::Elife)
                .unwrap_err()
                .to_string()
                .contains("--numbering arxiv")
        );
        assert!(
            find(&figures, "fig6v", Numbering::Elife)
                .unwrap_err()
                .to_string()
                .contains("did you mean `fig6b`")
        );
    }
}
