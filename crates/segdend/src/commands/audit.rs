//! `audit`: the paper's claims against what there is at a scale.

use std::path::Path;

use anyhow::{Context, Result};
use segdend_core::data::DataSet;
use serde::Deserialize;

use super::computed::Computed;
use super::{Workshop, audit_tables};
use crate::audit::output::{AuditFiles, text};
use crate::audit::runs::Networks;
use crate::audit::sources::Sources;
use crate::audit::{Audit, OtherSet, Recorded, audit, under_other_set};
use crate::data_source::DataRequest;
use crate::experiments::{Claims, Figure, ParameterSet, RecordingKind};
use crate::progress::Progress;
use crate::project::Project;
use crate::recordings::learning_rates::{GRID, GRID_COLUMNS};
use crate::tables::Table;
use crate::{Outcome, output, recordings, run_directory};

/// `segdend audit SCALE`.
pub(super) fn audit_scale(
    workshop: &Workshop,
    scale: &str,
    request: &DataRequest,
) -> Result<Outcome> {
    let (audit, files) = make(workshop, scale, request)?;
    if workshop.json {
        output::json(&audit)?;
    } else {
        output::result(&text(&audit, &files))?;
    }
    Ok(Outcome::Done)
}

/// Audits and writes the files.
pub(super) fn make(
    workshop: &Workshop,
    scale: &str,
    request: &DataRequest,
) -> Result<(Audit, AuditFiles)> {
    let project = &workshop.project;
    let data =
        request.obtain_if_here(project.experiments.scale(scale)?, project.data_directory())?;
    let claims = project.claims()?;
    audit_tables::make(workshop, scale, data.as_ref())?;
    let sources = Sources::open(project.source_data(scale), &project.experiments)?;
    let networks = Networks::read(&project.runs(scale))?;
    let audit = audit(
        &claims,
        &sources,
        &networks,
        recorded(&project.recordings(scale))?,
        match &data {
            Some(data) => other_sets(workshop, &claims, scale, data)?,
            None => other_sets_before(project, scale)?,
        },
        &project.experiments,
        scale,
    )?;
    let files = AuditFiles::in_directory(&project.report(scale));
    files.write(&audit)?;
    Ok((audit, files))
}

/// The claims judged on networks of other sets of parameters, of which there are any.
fn other_sets(
    workshop: &Workshop,
    claims: &Claims,
    scale: &str,
    data: &DataSet,
) -> Result<Vec<OtherSet>> {
    let mut found = Vec::new();
    for set in ParameterSet::all().filter(|&set| set != ParameterSet::default()) {
        let folder = tempfile::tempdir().context("cannot make a temporary directory")?;
        let under = Workshop {
            project: workshop.project.under_set(set, folder.path().to_owned()),
            progress: Progress::new(true),
            threads: workshop.threads,
            json: false,
        };
        let experiments = &under.project.experiments;
        let figures = &experiments.figures;
        let all: Vec<&Figure> = figures.iter().collect();
        let computed = Computed::found(&under, &all, scale, data)?;
        for figure in figures {
            if computed.missing(&under, figure, scale)?.is_empty() {
                // What needs weights that are not kept is not among them.
                let _ = computed.collect(&under, figure, scale, Some(data));
            }
        }
        let sources = Sources::open(folder.path().to_owned(), experiments)?;
        let judged = under_other_set(set, claims, &sources, experiments, scale)?;
        if !judged.claims.is_empty() {
            found.push(judged);
        }
    }
    Ok(found)
}

/// What the last audit found of other sets: without images no source data of theirs is made.
fn other_sets_before(project: &Project, scale: &str) -> Result<Vec<OtherSet>> {
    #[derive(Deserialize)]
    struct Before {
        #[serde(default)]
        other_sets: Vec<OtherSet>,
    }
    let before: Option<Before> =
        run_directory::read_json(&project.report(scale).join("audit.json"))?;
    Ok(before.map_or(Vec::new(), |before| before.other_sets))
}

/// What the finished recordings in a directory cost.
fn recorded(directory: &Path) -> Result<Recorded> {
    let mut all = Recorded::default();
    for (path, manifest) in recordings::finished(directory)? {
        all.recordings += 1;
        all.recording_seconds += manifest.wall_seconds;
        if manifest.measures == RecordingKind::LearningRates {
            let grid = Table::read(&path.join(GRID))?;
            all.search_trainings += grid.column(GRID_COLUMNS[0])?.len();
            all.search_seconds += manifest.wall_seconds;
        }
    }
    Ok(all)
}
