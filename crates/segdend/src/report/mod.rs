//! The report: one self-contained page with the paper's panels, its claims and their verdicts.
//!
//! | module | what it does |
//! |---|---|
//! | `page` | the page from top to bottom |
//! | `panel` | a picture, its legend and its claims |
//!
//! Everything is in the one file: pictures inline, style inline, no script, nothing loaded from
//! anywhere. Links lead to source data and manifests beside it.

mod page;
mod panel;

use std::path::{Component, Path, PathBuf};

use maud::{Markup, html};

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
    fn link(&self, file: &Path, name: &str) -> Markup {
        let way = relative(&self.report, file).filter(|_| file.is_file());
        html! {
            @if let Some(way) = way { a href=(way) { (name) } } @else { (name) }
        }
    }
}

/// The way from a directory to a file, with `/` whatever the system; none between unlike roots.
fn relative(from: &Path, to: &Path) -> Option<String> {
    let whole = |path: &Path| std::path::absolute(path).ok();
    let (from, to) = (whole(from)?, whole(to)?);
    let from: Vec<Component<'_>> = from.components().collect();
    let to: Vec<Component<'_>> = to.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return None;
    }
    let name = |part: &Component<'_>| part.as_os_str().to_string_lossy().replace(' ', "%20");
    let up = from[shared..].iter().map(|_| "..".to_owned());
    let parts: Vec<String> = up.chain(to[shared..].iter().map(name)).collect();
    Some(parts.join("/"))
}

/// Some of them, with commas between.
fn listed(parts: &[Markup]) -> Markup {
    html! {
        @for (place, part) in parts.iter().enumerate() { @if place > 0 { ", " } (part) }
    }
}

/// What things are called, and what they are; what is nothing is left out.
fn list(entries: &[(&str, Markup)]) -> Markup {
    html! {
        dl {
            @for (name, value) in entries.iter().filter(|(_, value)| !value.0.is_empty()) {
                dt { (name) } dd { (value) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! Promise: links lead where they say.
    use super::*;

    #[test]
    fn ways_between_directories() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to)).unwrap();
        assert_eq!(
            way("/p/reports/quick", "/p/results/quick/a b.csv"),
            "../../results/quick/a%20b.csv"
        );
        assert_eq!(way("/p", "/p/x/y"), "x/y");
    }
}
