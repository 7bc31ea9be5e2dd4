//! Figures as data: what all of them have, and the kind of panel that each is.

use std::any::Any;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::{Experiments, check_name};
use crate::panels::{self, Fields, Kind, Named};

/// The colour of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColorRole {
    /// Grey: no hidden layer, and the control of a comparison.
    Shallow,
    /// Blue.
    OneHiddenLayer,
    /// Red.
    TwoHiddenLayers,
    /// Orange.
    Fourth,
    /// Black.
    Fifth,
}

/// A figure: what all have, and a panel of some kind.
#[derive(Debug, Clone)]
pub struct Figure {
    name: String,
    arxiv: String,
    title: String,
    heading: String,
    legend: String,
    only_at: Option<String>,
    /// Those that its fields name, and those that follow.
    runs: Vec<String>,
    recordings: Vec<String>,
    kind: Arc<dyn Kind>,
}

impl Figure {
    /// What the command calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The panel's number in arXiv 1610.00161; empty if it has none.
    #[must_use]
    pub fn arxiv(&self) -> &str {
        &self.arxiv
    }

    /// Over the picture.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The heading of the page that it is under.
    #[must_use]
    pub fn heading(&self) -> &str {
        &self.heading
    }

    /// What it shows.
    #[must_use]
    pub fn legend(&self) -> &str {
        &self.legend
    }

    /// The runs whose results it shows.
    #[must_use]
    pub fn runs(&self) -> Vec<&str> {
        self.runs.iter().map(String::as_str).collect()
    }

    /// The recordings that it shows.
    #[must_use]
    pub fn recordings(&self) -> Vec<&str> {
        self.recordings.iter().map(String::as_str).collect()
    }

    /// Whether `reproduce` makes it at a scale.
    #[must_use]
    pub fn is_made_at(&self, scale: &str) -> bool {
        self.only_at.as_deref().is_none_or(|only| only == scale)
    }

    /// Whether it is drawn from those of its runs and recordings that are there.
    #[must_use]
    pub fn takes_what_is_there(&self) -> bool {
        self.kind.takes_what_is_there()
    }

    /// Whether each of its runs stands for all its networks.
    #[must_use]
    pub fn shows_all_networks(&self) -> bool {
        self.kind.shows_all_networks()
    }

    /// Whether a run or a recording is behind it, and so images.
    #[must_use]
    pub fn needs_images(&self) -> bool {
        !self.runs.is_empty() || !self.recordings.is_empty()
    }

    /// Its kind, with the fields of this figure.
    pub(crate) fn kind(&self) -> &dyn Kind {
        &*self.kind
    }

    /// The same, if it is of this kind.
    pub(crate) fn of_kind<K: Kind>(&self) -> Option<&K> {
        let kind: &dyn Any = self.kind();
        kind.downcast_ref()
    }

    /// Its files of source data alone.
    #[must_use]
    pub fn source_files(&self) -> Vec<String> {
        self.names(Named::SourceData).map(str::to_owned).collect()
    }

    /// The file of what tests say of the source data.
    pub(crate) fn statistics_file(&self) -> Option<&str> {
        self.names(Named::Statistics).next()
    }

    /// The file that tells where the source data came from; none where no run and no recording is behind
    /// it.
    pub(crate) fn provenance_file(&self) -> Option<String> {
        let called_like = |file: &str| {
            let stem = file.split('.').next().unwrap_or(file);
            format!("{stem}.provenance.json")
        };
        let own = self.names(Named::Provenance).next().map(str::to_owned);
        own.or_else(|| self.names(Named::SourceData).next().map(called_like))
            .filter(|_| self.needs_images())
    }

    /// Its files of source data and what belongs to them.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        let kinds = [Named::SourceData, Named::Statistics, Named::Provenance];
        kinds.into_iter().flat_map(|named| self.names(named))
    }

    fn names(&self, wanted: Named) -> impl Iterator<Item = &str> {
        names(self.kind.fields(), wanted)
    }

    /// Checks the figure by itself and against the experiments.
    pub(super) fn check(&self, experiments: &Experiments) -> Result<()> {
        check_name(&self.name)?;
        if let Some(scale) = &self.only_at {
            experiments.scale(scale).context("only_at")?;
        }
        for (field, named, name) in self.kind.fields() {
            match named {
                Named::Run => experiments.run(name).map(|_| ()),
                Named::Recording => experiments.recording(name).map(|_| ()),
                Named::SourceData | Named::Statistics | Named::Provenance => check_plain(name),
            }
            .context(field)?;
        }
        self.kind.check(experiments)
    }

    /// Reads an entry of `[[figures]]`.
    pub(super) fn from_table(table: toml::Table, experiments: &Experiments) -> Result<Self> {
        let name = table.get("name").and_then(toml::Value::as_str);
        let name = name.unwrap_or("without a name").to_owned();
        Self::read(table, experiments).with_context(|| format!("figure `{name}`"))
    }

    fn read(mut table: toml::Table, experiments: &Experiments) -> Result<Self> {
        let mut optional = |field: &str| match table.remove(field) {
            None => Ok(None),
            Some(toml::Value::String(text)) if !text.trim().is_empty() => Ok(Some(text)),
            Some(other) => bail!("{field} is {other}, expected some text"),
        };
        let arxiv = optional("arxiv")?.unwrap_or_default();
        let only_at = optional("only_at")?;
        let mut text = |field: &str| {
            optional(field)?.with_context(|| format!("{field} is missing, expected some text"))
        };
        let [name, title, heading, legend, draws] =
            ["name", "title", "heading", "legend", "draws"].map(&mut text);
        let (name, title, heading, legend) = (name?, title?, heading?, legend?);
        let kind = panels::of_kind(&draws?, table)?;
        let [mut runs, mut recordings] = kind.further(experiments);
        runs.extend(names(kind.fields(), Named::Run).map(str::to_owned));
        recordings.extend(names(kind.fields(), Named::Recording).map(str::to_owned));
        Ok(Self {
            name,
            arxiv,
            title,
            heading,
            legend,
            only_at,
            runs,
            recordings,
            kind,
        })
    }
}

/// The names of one sort among the fields.
fn names(fields: Fields<'_>, wanted: Named) -> impl Iterator<Item = &str> {
    let fields = fields.into_iter();
    fields.filter_map(move |(_, named, name)| (named == wanted).then_some(name))
}

/// Files of a figure lie beside each other.
fn check_plain(file: &str) -> Result<()> {
    let plain = Path::new(file)
        .file_name()
        .is_some_and(|plain| plain == file);
    ensure!(plain, "`{file}` is not a plain file name");
    Ok(())
}
