//! Source data that no figure draws and the audit reads: the tables of its recordings, made of what is
//! there, and of the paper's mathematics.

use std::time::Duration;

use anyhow::{Context, Result};
use segdend_core::data::DataSet;

use super::Workshop;
use crate::audit::mathematics;
use crate::provenance::Provenance;
use crate::recordings::RecordingJob;
use crate::train_one::Pace;
use crate::{drive, project, run_directory};

/// Makes what is not there yet; it takes seconds. A recording of final weights that are not there is left
/// out.
pub(super) fn make(workshop: &Workshop, scale: &str, data: Option<&DataSet>) -> Result<()> {
    let directory = workshop.project.source_data(scale);
    project::make_directory(&directory)?;
    mathematics::write_phase_lengths(&directory)?;
    let Some(data) = data else {
        return Ok(());
    };
    let experiments = &workshop.project.experiments;
    for (name, recording) in &experiments.recordings {
        let kind = recording.measures;
        if !kind.is_for_the_audit() {
            continue;
        }
        let job = workshop.recording_job(name, scale, data)?;
        let run = job.run_directory.result()?;
        if kind.needs_final_weights() && (run.is_none() || !job.run_directory.holds_final_weights())
        {
            continue;
        }
        let pace = Pace {
            threads: workshop.threads,
            checkpoint_interval: Duration::MAX,
        };
        let outcome = drive::carry_out(&job, data, pace, &workshop.progress);
        let outcome = outcome.with_context(|| format!("recording `{name}`"))?;
        if outcome.product().is_some() {
            take_tables(workshop, scale, data, &job)
                .with_context(|| format!("recording `{name}`"))?;
        }
    }
    Ok(())
}

/// Copies a recording's tables to the source data, each with a word on where it came from.
fn take_tables(workshop: &Workshop, scale: &str, data: &DataSet, job: &RecordingJob) -> Result<()> {
    let project = &workshop.project;
    let directory = project.source_data(scale);
    let manifest = job.directory.manifest()?.context("it is not finished")?;
    for table in &manifest.tables {
        let provenance = Provenance::new(
            "audit",
            &[table],
            (scale, &data.summary()),
            &project.experiments,
            [],
            [(&job.recording, &manifest)],
        );
        let stem = table.split('.').next().unwrap_or(table);
        let path = job.directory.path().join(table);
        let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
        run_directory::write_file(&directory.join(table), &bytes)?;
        run_directory::write_json(
            &directory.join(format!("{stem}.provenance.json")),
            &provenance,
        )?;
    }
    Ok(())
}
