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

pub(crate) use page::page;

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
