//! The audit as files and as text: JSON (all of it), CSV (a row a question asked of a claim), Markdown
//! and the terminal (for people). What they hold stands in `sheets` and `rows`; `render` writes it.

mod rows;
pub(crate) mod sheets;
mod words;

use std::path::{Path, PathBuf};

use anyhow::Result;
use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;

use super::Audit;
use super::consistency::Checked;
use crate::render::{Part, Section, csv, markdown, terminal};
use crate::{project, run_directory};
pub(crate) use words::digits;
pub(crate) use words::{
    n, number, ours, ours_in_words, parameters, trained, under_set_of, with_interval,
};

/// The files of an audit.
#[derive(Debug, Clone)]
pub(crate) struct AuditFiles {
    /// All of it.
    pub(crate) json: PathBuf,
    /// As a table.
    pub(crate) csv: PathBuf,
    /// For people.
    pub(crate) markdown: PathBuf,
    /// The form of the first, one for all scales.
    schema: PathBuf,
}

impl AuditFiles {
    /// Those in a directory.
    pub(crate) fn in_directory(directory: &Path) -> Self {
        Self {
            json: directory.join("audit.json"),
            csv: directory.join("audit.csv"),
            markdown: directory.join("audit.md"),
            schema: directory.with_file_name("audit.schema.json"),
        }
    }

    /// Writes them.
    pub(crate) fn write(&self, audit: &Audit) -> Result<()> {
        if let Some(directory) = self.json.parent() {
            project::make_directory(directory)?;
        }
        run_directory::write_json(&self.schema, &schema())?;
        run_directory::write_json(&self.json, audit)?;
        run_directory::write_file(&self.csv, csv::text(&rows::sheet(audit))?.as_bytes())?;
        run_directory::write_file(&self.markdown, in_markdown(audit).as_bytes())?;
        Ok(())
    }
}

impl Audit {
    /// Reads a scale's audit from its report's directory; `None` if there is none.
    pub(crate) fn read(report: &Path) -> Result<Option<Self>> {
        run_directory::read_json(&AuditFiles::in_directory(report).json)
    }
}

/// The form of `audit.json`, in which every field that a type has stands, and no other.
fn schema() -> Schema {
    let close = |schema: &mut Schema| {
        if schema.get("properties").is_some() {
            schema.insert("additionalProperties".to_owned(), false.into());
        }
    };
    SchemaSettings::draft2020_12()
        .for_serialize()
        .with_transform(RecursiveTransform(close))
        .into_generator()
        .into_root_schema_for::<Audit>()
}

/// The scale's data sets.
fn data_sets(audit: &Audit) -> String {
    match audit.data_sets.as_slice() {
        [] => "no data".to_owned(),
        sets => sets.join(", "),
    }
}

/// The audit as Markdown.
fn in_markdown(audit: &Audit) -> String {
    let mut text = format!(
        "# Audit at {} scale\n\n{}, {}. {}\n\n",
        audit.scale,
        trained(audit.networks, audit.distinct_networks),
        data_sets(audit),
        audit.caution
    );
    let counts = Section {
        id: "counts",
        heading: "Claims by verdict",
        parts: vec![Part::Sheet(sheets::counts(audit, 0))],
    };
    text.push_str(&markdown::section(&counts));
    text.extend(sheets::sections(audit).iter().map(markdown::section));
    text
}

/// The audit in the terminal.
pub(crate) fn text(audit: &Audit, files: &AuditFiles) -> String {
    let mut text = format!(
        "Audit at {} scale: {} ({})\n\n",
        audit.scale,
        trained(audit.networks, audit.distinct_networks),
        data_sets(audit)
    );
    text.extend(sheets::sections(audit)[..4].iter().map(terminal::section));
    for count in &audit.counts {
        if count.claims > 0 {
            text.push_str(&format!("  {:3} {}\n", count.claims, count.verdict.word()));
        }
    }
    text.push_str(&format!("\n  {}\n\n", audit.caution));
    for path in [&files.json, &files.csv, &files.markdown] {
        text.push_str(&format!("  {}\n", path.display()));
    }
    text
}

/// Checked tests as a table for the terminal.
pub(crate) fn consistency_table(checks: &[Checked]) -> String {
    terminal::table(&sheets::checked(checks, &[]))
}
