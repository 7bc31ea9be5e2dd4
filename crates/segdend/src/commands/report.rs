//! `report`: the audit and the pictures of a scale as one page.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde::Serialize;

use super::{Workshop, audit};
use crate::audit::runs::Networks;
use crate::audit::sources::Sources;
use crate::data_source::DataRequest;
use crate::report::{Ways, page};
use crate::{Outcome, output, run_directory};

#[derive(Serialize)]
struct Report<'a> {
    scale: &'a str,
    page: &'a std::path::Path,
}

/// `segdend report`.
pub(super) fn report(
    workshop: &Workshop,
    scale: &str,
    open: bool,
    request: &DataRequest,
) -> Result<Outcome> {
    let path = make(workshop, scale, request)?;
    if workshop.json {
        output::json(&Report { scale, page: &path })?;
    } else {
        output::result(&format!("{}\n", path.display()))?;
    }
    if open {
        show(&path)?;
    }
    Ok(Outcome::Done)
}

/// Audits, and writes the audit's files and the page; gives the page's place.
pub(super) fn make(workshop: &Workshop, scale: &str, request: &DataRequest) -> Result<PathBuf> {
    let (audit, _) = audit::make(workshop, scale, request)?;
    let project = &workshop.project;
    let sources = Sources::open(project.source_data(scale), &project.experiments)?;
    let ways = Ways {
        report: project.report(scale),
        figures: project.figures(scale),
        source_data: sources.directory().to_owned(),
        runs: project.runs(scale),
    };
    let networks = Networks::read(&ways.runs)?;
    let text = page(&audit, &sources, &networks, &project.experiments, &ways)?;
    let path = ways.report.join("index.html");
    run_directory::write_file(&path, text.as_bytes())?;
    Ok(path)
}

/// Hands the page to whatever the system opens pages with.
fn show(path: &std::path::Path) -> Result<()> {
    let opener = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    Command::new(opener)
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| {
            format!(
                "cannot start {opener}: open {} in a browser",
                path.display()
            )
        })?;
    Ok(())
}
