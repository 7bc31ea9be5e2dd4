//! What is compared between versions of the program: numbers that the paper reports.

use serde::Deserialize;

use super::{ColorRole, Experiments, Panel};

/// A version: every run and recording of a number, with this at the end of its name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionEntry {
    /// Its name in the picture.
    pub label: String,
    /// The end of the names of its runs and recordings; empty for the replication's own.
    pub suffix: String,
    /// Its colour.
    pub color: ColorRole,
}

/// A number that the paper reports, or that its words are about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberEntry {
    /// What it is.
    pub label: String,
    /// As reported; left out where the paper has words alone.
    #[serde(default)]
    pub reported: Option<f64>,
    /// Where the reported number is, or what it follows from.
    pub source: String,
    /// Its unit.
    pub unit: String,
    /// Digits behind the point.
    pub digits: usize,
    /// How a network gives it.
    pub measure: Measure,
}

/// How a network, or two of one seed, give a number.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Measure {
    /// Mean error of the repeated tests of a run's final weights, %.
    FinalError(String),
    /// That of the first run less that of the second, percentage points.
    Difference([String; 2]),
    /// Epochs until the test error of a run is below so many percent.
    EpochsBelow(String, f64),
    /// The least running mean of a recording's angle, degrees.
    LowestAngle(String),
    /// Its last one.
    FinalAngle(String),
    /// Pearson's r of both layers' losses over the images of a digit, after an epoch.
    LossCorrelation(String, usize, usize),
    /// Mean rate of all neurons after the last epoch, Hz.
    MeanRate(String),
}

impl Measure {
    /// The runs whose results it needs.
    fn runs(&self) -> Vec<&str> {
        match self {
            Self::FinalError(run) | Self::EpochsBelow(run, _) => vec![run],
            Self::Difference(runs) => runs.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The recordings that it needs.
    fn recordings(&self) -> Vec<&str> {
        match self {
            Self::LowestAngle(name)
            | Self::FinalAngle(name)
            | Self::LossCorrelation(name, ..)
            | Self::MeanRate(name) => vec![name],
            _ => Vec::new(),
        }
    }
}

/// The names that are `name`, or `name-seedN`.
pub(crate) fn networks_called<'n>(
    name: &'n str,
    names: impl Iterator<Item = &'n String> + 'n,
) -> impl Iterator<Item = &'n String> + 'n {
    names.filter(move |other| {
        other.strip_prefix(name).is_some_and(|rest| {
            rest.is_empty()
                || rest
                    .strip_prefix("-seed")
                    .is_some_and(|seed| seed.parse::<u64>().is_ok())
        })
    })
}

impl Panel {
    /// Lists all runs and recordings that there are of its numbers in its versions. The lists of other
    /// panels are left as they are: there the order says which is which.
    pub(super) fn list_versions(&mut self, experiments: &Experiments) {
        if self.numbers.is_empty() {
            return;
        }
        for number in &self.numbers {
            for version in &self.versions {
                let called = |name: &str| format!("{name}{}", version.suffix);
                for name in number.measure.runs() {
                    let all = experiments.runs.keys();
                    self.runs
                        .extend(networks_called(&called(name), all).cloned());
                }
                for name in number.measure.recordings() {
                    let all = experiments.recordings.keys();
                    self.recordings
                        .extend(networks_called(&called(name), all).cloned());
                }
            }
        }
        for list in [&mut self.runs, &mut self.recordings] {
            list.sort();
            list.dedup();
        }
    }
}
