//! Figures as data.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::panels::Panel;
use super::{Experiments, check_name};
use crate::suggest;

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

/// Which two-sample t-test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// Student's, with a pooled variance: the paper's.
    Pooled,
    /// Welch's.
    Welch,
}

/// How P values are corrected for several comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Correction {
    /// Bonferroni's.
    Bonferroni,
    /// Holm's.
    Holm,
    /// Not at all.
    None,
}

/// One network of a figure.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// The run.
    pub run: String,
    /// Its name in the picture.
    pub label: String,
    /// Its name in the source data.
    pub column: String,
    /// Its colour.
    pub color: ColorRole,
    /// The mean final test error that the paper reports, %.
    #[serde(default)]
    pub reported_final_percent: Option<f64>,
}

/// Two networks of a figure, compared.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The one run.
    pub first: String,
    /// The other run.
    pub second: String,
    /// The paper's t.
    #[serde(default)]
    pub reported_t: Option<f64>,
    /// The paper's P.
    #[serde(default)]
    pub reported_p: Option<f64>,
}

/// A figure: a comparison of test errors, or a panel of another kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// Test errors over training and repeated tests of the final weights.
    Errors(ErrorFigure),
    /// Anything else.
    Panel(Panel),
}

impl Figure {
    /// What the command calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Errors(figure) => &figure.name,
            Self::Panel(panel) => &panel.name,
        }
    }

    /// The panel's number in arXiv 1610.00161; empty if it has none.
    #[must_use]
    pub fn arxiv(&self) -> &str {
        match self {
            Self::Errors(figure) => &figure.arxiv,
            Self::Panel(panel) => &panel.arxiv,
        }
    }

    /// Over the picture.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Errors(figure) => &figure.title,
            Self::Panel(panel) => &panel.title,
        }
    }

    /// The heading of the page that it is under.
    #[must_use]
    pub fn heading(&self) -> &str {
        match self {
            Self::Errors(figure) => &figure.heading,
            Self::Panel(panel) => &panel.heading,
        }
    }

    /// What it shows.
    #[must_use]
    pub fn legend(&self) -> &str {
        match self {
            Self::Errors(figure) => &figure.legend,
            Self::Panel(panel) => &panel.legend,
        }
    }

    /// The runs whose results it shows.
    #[must_use]
    pub fn runs(&self) -> Vec<&str> {
        match self {
            Self::Errors(figure) => figure.series.iter().map(|s| s.run.as_str()).collect(),
            Self::Panel(panel) => panel.runs.iter().map(String::as_str).collect(),
        }
    }

    /// The recordings that it shows.
    #[must_use]
    pub fn recordings(&self) -> Vec<&str> {
        match self {
            Self::Errors(_) => Vec::new(),
            Self::Panel(panel) => panel.recordings.iter().map(String::as_str).collect(),
        }
    }

    /// Whether `reproduce` makes it at a scale.
    #[must_use]
    pub fn is_made_at(&self, scale: &str) -> bool {
        match self {
            Self::Errors(_) => true,
            Self::Panel(panel) => panel.only_at.as_deref().is_none_or(|only| only == scale),
        }
    }

    /// Whether it is drawn from those of its runs and recordings that are there.
    #[must_use]
    pub fn takes_what_is_there(&self) -> bool {
        matches!(self, Self::Panel(panel) if panel.draws.takes_what_is_there())
    }

    /// Whether a run or a recording is behind it, and so images.
    #[must_use]
    pub fn needs_images(&self) -> bool {
        !self.runs().is_empty() || !self.recordings().is_empty()
    }

    /// Its files of source data alone.
    #[must_use]
    pub fn source_files(&self) -> Vec<String> {
        match self {
            Self::Errors(figure) => vec![figure.errors.clone(), figure.final_errors.clone()],
            Self::Panel(panel) => panel.source_data.clone(),
        }
    }

    /// Its files of source data and what belongs to them.
    pub(super) fn files(&self) -> Vec<&str> {
        match self {
            Self::Errors(figure) => figure.files().to_vec(),
            Self::Panel(panel) => panel.source_data.iter().map(String::as_str).collect(),
        }
    }

    pub(super) fn check(&self, experiments: &Experiments) -> Result<()> {
        match self {
            Self::Errors(figure) => figure.check(experiments),
            Self::Panel(panel) => panel.check(experiments),
        }
    }

    /// Reads an entry of `[[figures]]`.
    pub(super) fn from_table(mut table: toml::Table) -> Result<Self> {
        let name = table
            .get("name")
            .and_then(toml::Value::as_str)
            .unwrap_or("without a name")
            .to_owned();
        let figure = if table.get("draws").and_then(toml::Value::as_str) == Some("error-curves") {
            table.remove("draws");
            table.try_into().map(Self::Errors)
        } else {
            table.try_into().map(Self::Panel)
        };
        figure.with_context(|| format!("figure `{name}`"))
    }
}

/// A figure of test errors over training and of repeated tests of the final weights.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorFigure {
    /// What the command calls it.
    pub name: String,
    /// The panel's number in arXiv 1610.00161, if it has one.
    #[serde(default)]
    pub arxiv: String,
    /// Over the picture.
    pub title: String,
    /// The heading of the page that it is under.
    pub heading: String,
    /// What it shows.
    pub legend: String,
    /// Source data: errors over training.
    pub errors: String,
    /// Source data: errors of the repeated tests.
    pub final_errors: String,
    /// Means, extremes and tests, computed from the source data.
    pub statistics: String,
    /// Which runs the source data came from.
    pub provenance: String,
    /// Which test compares the networks.
    pub test: Test,
    /// How its P values are corrected.
    pub correction: Correction,
    /// The networks, in the order of the legend.
    pub series: Vec<Series>,
    /// Which of them are compared.
    #[serde(default)]
    pub comparisons: Vec<Comparison>,
}

impl ErrorFigure {
    /// The place of a run among the series.
    #[must_use]
    pub fn place_of(&self, run: &str) -> Option<usize> {
        self.series.iter().position(|series| series.run == run)
    }

    /// The names of its files.
    pub(crate) fn files(&self) -> [&str; 4] {
        [
            &self.errors,
            &self.final_errors,
            &self.statistics,
            &self.provenance,
        ]
        .map(String::as_str)
    }

    /// Checks the figure by itself and against the runs.
    pub(super) fn check(&self, experiments: &Experiments) -> Result<()> {
        check_name(&self.name)?;
        for file in self.files() {
            let plain = Path::new(file)
                .file_name()
                .is_some_and(|plain| plain == file);
            ensure!(plain, "`{file}` is not a plain file name");
        }
        ensure!(
            !self.series.is_empty(),
            "series is empty, expected at least one"
        );
        let mut columns = BTreeSet::new();
        for series in &self.series {
            experiments
                .run(&series.run)
                .with_context(|| format!("series `{}`", series.label))?;
            ensure!(
                columns.insert(&series.column),
                "two columns are called `{}`",
                series.column
            );
        }
        for comparison in &self.comparisons {
            for run in [&comparison.first, &comparison.second] {
                if self.place_of(run).is_none() {
                    let runs = self.series.iter().map(|series| series.run.as_str());
                    bail!(
                        "a comparison names `{run}`, which is no series: {}",
                        suggest::among(run, runs)
                    );
                }
            }
        }
        Ok(())
    }
}
