//! `readme`: what README and findings hold of the audit.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;

use super::Workshop;
use crate::audit::Audit;
use crate::experiments::PAPER_SCALE;
use crate::project::Project;
use crate::prose::{blocks, findings, readme as results};
use crate::verify::files::difference;
use crate::verify::{Check, State};
use crate::{Outcome, output, run_directory};

/// What there is to print.
#[derive(Serialize)]
struct Blocks {
    readme: String,
    findings: Option<String>,
    /// The files that were written.
    written: Vec<PathBuf>,
}

/// `segdend readme`.
pub(super) fn readme(workshop: &Workshop, write: bool) -> Result<Outcome> {
    let project = &workshop.project;
    let judged = Audit::read(&project.report(PAPER_SCALE))?;
    let mut blocks = Blocks {
        readme: results_block(project, judged.as_ref())?,
        findings: judged.as_ref().map(findings::block),
        written: Vec::new(),
    };
    if write {
        // Findings first: the README links to them.
        let path = findings_path(project);
        let text = match (read(&path)?, &judged) {
            (Some(text), Some(judged)) => Some(
                findings::with_blocks(&text, judged).with_context(|| path.display().to_string())?,
            ),
            (None, Some(judged)) => findings::beginning(judged),
            (_, None) => None,
        };
        if let Some(text) = text {
            run_directory::write_file(&path, text.as_bytes())?;
            blocks.written.push(path);
        }
        blocks.readme = results_block(project, judged.as_ref())?;
        let path = readme_path(project);
        let text = read(&path)?.with_context(|| format!("{} is missing", path.display()))?;
        let text = replaced(&path, &text, results::BLOCK, &blocks.readme)?;
        run_directory::write_file(&path, text.as_bytes())?;
        blocks.written.push(path);
    }
    if workshop.json {
        output::json(&blocks)?;
    } else if write {
        let lines = blocks.written.iter();
        let lines: String = lines.map(|path| format!("{}\n", path.display())).collect();
        output::result(&lines)?;
    } else {
        let findings = blocks.findings.unwrap_or_default();
        output::result(&format!(
            "README.md:\n\n{}\n{}:\n\n{findings}",
            blocks.readme,
            findings_path(project).display()
        ))?;
    }
    Ok(Outcome::Done)
}

/// README and findings against the audit that was made `again`; each only if it is there.
pub(super) fn checks(project: &Project, again: &Project) -> Result<Vec<Check>> {
    let judged = Audit::read(&again.report(PAPER_SCALE))?;
    let mut checks = Vec::new();
    let mut compare = |what: &str, text: &str, made: Result<String>| {
        checks.push(match made {
            Err(error) => Check::new(what, State::Missing, output::chain(&error)),
            Ok(made) => match difference(text.as_bytes(), made.as_bytes()) {
                None => Check::equal(what),
                Some(detail) => Check::new(what, State::Different, detail),
            },
        });
    };
    if let Some(text) = read(&readme_path(project))? {
        let block = results_block(project, judged.as_ref())?;
        let made = blocks::replace(&text, results::BLOCK, &block);
        compare("README.md, the results", &text, made);
    }
    let Some(judged) = judged else {
        return Ok(checks);
    };
    let path = findings_path(project);
    if let Some(text) = read(&path)? {
        let made = findings::with_blocks(&text, &judged);
        compare("findings.md, what is made of the audit", &text, made);
        let claims = project.claims()?;
        let what = "findings.md, the prose";
        match findings::slips(&text, &judged, &claims, &project.experiments) {
            Err(error) => checks.push(Check::new(what, State::Missing, output::chain(&error))),
            Ok(slips) if slips.is_empty() => checks.push(Check::equal(what)),
            Ok(slips) => checks.extend(
                slips
                    .into_iter()
                    .map(|slip| Check::new(what, State::Different, slip)),
            ),
        }
    } else if findings::beginning(&judged).is_some() {
        checks.push(Check::new(
            findings::FILE,
            State::Missing,
            "there are claims to tell of: `segdend readme --write` begins it",
        ));
    }
    Ok(checks)
}

/// The README's block; what it links to is looked for in the project, wherever the audit is from.
fn results_block(project: &Project, judged: Option<&Audit>) -> Result<String> {
    let claims = project.claims()?;
    Ok(results::block(
        &claims,
        judged,
        &project.report(PAPER_SCALE),
    ))
}

fn readme_path(project: &Project) -> PathBuf {
    project.root().join("README.md")
}

fn findings_path(project: &Project) -> PathBuf {
    project.report(PAPER_SCALE).join(findings::FILE)
}

fn replaced(path: &Path, text: &str, name: &str, block: &str) -> Result<String> {
    blocks::replace(text, name, block).with_context(|| path.display().to_string())
}

fn read(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    //! Promise: README and findings of this very project say what its audit says. Both may be without
    //! results yet, but not behind them: `segdend readme --write`.
    use super::*;
    use crate::project::Places;

    #[test]
    fn readme_and_findings_say_what_the_audit_says() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let project = Project::open(&Places {
            project: Some(root),
            ..Places::default()
        })
        .unwrap();
        let checks = checks(&project, &project).unwrap();
        assert_eq!(checks[0].what, "README.md, the results");
        // Findings need not be begun yet.
        let wrong: Vec<&Check> = checks
            .iter()
            .filter(|check| !check.state.is_good() && check.what != findings::FILE)
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
