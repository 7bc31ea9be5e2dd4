//! The report: one self-contained page with the paper's panels, its claims and their verdicts.
//!
//! | module | what it does |
//! |---|---|
//! | `page` | the page from top to bottom |
//! | `tables` | the questions asked of all comparisons, as tables |
//! | `html` | escaping, links, tables, inline pictures |
//!
//! Everything is in the one file: pictures inline, style inline, no script, nothing loaded from
//! anywhere. Links lead to source data and manifests beside it.

mod html;
mod page;
mod tables;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

pub(crate) use page::page;

/// What each panel shows, in our own words (`experiments/legends.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Legends {
    /// The panels in the paper's order.
    pub(crate) panels: Vec<Legend>,
}

/// A panel's words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Legend {
    /// The figure's name.
    pub(crate) name: String,
    /// The heading that it stands under.
    pub(crate) figure: String,
    /// Its own heading.
    pub(crate) title: String,
    /// What it shows.
    pub(crate) legend: String,
}

impl Legends {
    /// The legends of a project's `experiments` directory, or those that the program carries.
    pub(crate) fn read(directory: &Path) -> Result<Self> {
        let file = directory.join("legends.toml");
        let (name, text) = if file.is_file() {
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            (file.display().to_string(), text)
        } else {
            let text = include_str!("../../../../experiments/legends.toml");
            ("experiments/legends.toml".to_owned(), text.to_owned())
        };
        toml::from_str(&text).context(name)
    }
}

/// Where the page and what it links to are.
#[derive(Debug, Clone)]
pub(crate) struct Ways {
    /// The page's directory.
    pub(crate) report: PathBuf,
    /// The pictures.
    pub(crate) figures: PathBuf,
    /// The source data.
    pub(crate) source_data: PathBuf,
    /// The runs.
    pub(crate) runs: PathBuf,
}

impl Ways {
    /// A link to a file, or its name alone where the file is not there.
    pub(crate) fn link(&self, file: &Path, name: &str) -> String {
        let way = html::relative(&self.report, file).filter(|_| file.is_file());
        match way {
            Some(way) => format!(
                "<a href=\"{}\">{}</a>",
                html::escape(&way),
                html::escape(name)
            ),
            None => html::escape(name),
        }
    }
}
