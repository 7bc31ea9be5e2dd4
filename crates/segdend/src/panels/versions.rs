//! What the versions of the authors' program make of the numbers that the paper reports.

use anyhow::{Context, Result};
use schemars::JsonSchema;
use segdend_analysis::{Summary, mean, running_means};
use segdend_figures::{
    Picture, ReportedNumber, Stamp, Version, VersionValue, Versions, decimal, versions,
};
use serde::{Deserialize, Serialize};

use super::angles::windowed;
use super::{Fields, FinishedRecording, FinishedRun, Kind, Material, Named, color};
use crate::experiments::{ColorRole, Experiments};
use crate::recordings::angles::{ANGLE_COLUMN, ANGLES};
use crate::recordings::losses::{CORRELATIONS, MEANS, correlation_column};
use crate::tables::Table;

const CONFIDENCE: f64 = 0.95;
/// Examples that an angle is averaged over before its least and last value are taken.
const SMOOTHED: usize = 3_000;
const NOTE: &str = "The line at 1 is the reported number. Behind each value: networks, and its distance from the \
                    reported number in standard deviations over networks (of a single network, in those of the other \
                    versions).";

/// A version: every run and recording of a number, with this at the end of its name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionEntry {
    /// Its name in the picture.
    label: String,
    /// The end of the names of its runs and recordings; empty for the replication's own.
    suffix: String,
    /// Its colour.
    color: ColorRole,
}

/// A number that the paper reports, or that its words are about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberEntry {
    /// What it is.
    label: String,
    /// As reported; left out where the paper has words alone.
    #[serde(default)]
    reported: Option<f64>,
    /// Where the reported number is, or what it follows from.
    source: String,
    /// Its unit.
    unit: String,
    /// Digits behind the point.
    digits: usize,
    /// How a network gives it.
    measure: Measure,
}

/// How a network, or two of one seed, give a number.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Measure {
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

/// Whether a run or recording is called `name`, or `name-seedN`.
fn is_network_of(name: &str, other: &str) -> bool {
    other.strip_prefix(name).is_some_and(|rest| {
        rest.is_empty()
            || rest
                .strip_prefix("-seed")
                .is_some_and(|seed| seed.parse::<u64>().is_ok())
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    /// The versions that are compared.
    versions: Vec<VersionEntry>,
    /// In what they are compared.
    numbers: Vec<NumberEntry>,
    /// A column of values, one a network, for every number and version.
    pub(crate) values: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![("values", Named::SourceData, &self.values)]
    }

    /// All runs and recordings that there are of the numbers in the versions.
    fn further(&self, experiments: &Experiments) -> [Vec<String>; 2] {
        let listed = |all: Vec<&String>, needed: fn(&Measure) -> Vec<&str>| {
            let names = self.numbers.iter().flat_map(|it| needed(&it.measure));
            let wanted: Vec<String> = names
                .flat_map(|name| self.versions.iter().map(move |it| it.called(name)))
                .collect();
            let is_wanted = |other: &&String| wanted.iter().any(|name| is_network_of(name, other));
            all.into_iter().filter(is_wanted).cloned().collect()
        };
        [
            listed(experiments.runs.keys().collect(), Measure::runs),
            listed(experiments.recordings.keys().collect(), Measure::recordings),
        ]
    }

    fn takes_what_is_there(&self) -> bool {
        true
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let mut columns = Vec::new();
        for number in &self.numbers {
            for version in &self.versions {
                let values = values(material, &number.measure, version)
                    .with_context(|| format!("{}, {}", number.label, version.label))?;
                columns.push((column(&number.label, &version.label), values));
            }
        }
        material.write(&self.values, &Table::new(columns))
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let compared = self.compared(&material.read(&self.values)?)?;
        let there = |version: &&VersionEntry| {
            let mut found = compared.iter().flat_map(|number| &number.found);
            found.any(|it| it.version == version.label)
        };
        let shown: Vec<&VersionEntry> = self.versions.iter().filter(there).collect();
        let numbers = compared.iter().filter_map(|number| {
            let reported = number.reported?;
            let values = shown.iter().map(|version| {
                let found = number.found.iter().find(|it| it.version == version.label)?;
                let share = |value: f64| value / reported;
                let count = found.networks.len();
                let networks = if count == 1 { "network" } else { "networks" };
                let distance = found
                    .distance
                    .map_or(String::new(), |d| format!(", {} sd", signed(d)));
                Some(VersionValue {
                    mean: share(found.mean),
                    interval: found.interval.map(|[low, high]| {
                        let (low, high) = (share(low), share(high));
                        (low.min(high), low.max(high))
                    }),
                    networks: found.networks.iter().map(|&value| share(value)).collect(),
                    text: format!("{} ({count} {networks}{distance})", number.text(found.mean)),
                })
            });
            Some(ReportedNumber {
                name: format!(
                    "{}: {}",
                    number.label,
                    number.as_reported().unwrap_or_default()
                ),
                values: values.collect(),
            })
        });
        let numbers = numbers.filter(|number| number.values.iter().any(Option::is_some));
        let version = |version: &&VersionEntry| Version {
            name: version.label.clone(),
            color: color(version.color),
        };
        Ok(versions(&Versions {
            title: material.title(),
            versions: shown.iter().map(version).collect(),
            numbers: numbers.collect(),
            note: NOTE.to_owned(),
            stamp,
        })?)
    }
}

impl VersionEntry {
    /// What a run or recording is called in this version.
    fn called(&self, name: &str) -> String {
        format!("{name}{}", self.suffix)
    }
}

/// What a version makes of a number.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Found {
    /// The version.
    pub(crate) version: String,
    /// The value of each network.
    pub(crate) networks: Vec<f64>,
    /// Their mean.
    pub(crate) mean: f64,
    /// Its 95 % interval over networks, of two at least.
    pub(crate) interval: Option<[f64; 2]>,
    /// Mean less reported value, in standard deviations over networks; of a single network, in those
    /// of the other versions.
    pub(crate) distance: Option<f64>,
}

/// A number and what the versions make of it.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Compared {
    /// What it is.
    pub(crate) label: String,
    /// As reported.
    pub(crate) reported: Option<f64>,
    /// Where.
    pub(crate) source: String,
    /// Its unit.
    pub(crate) unit: String,
    /// Digits behind the point.
    pub(crate) digits: usize,
    /// The versions of which there is a network.
    pub(crate) found: Vec<Found>,
}

fn column(number: &str, version: &str) -> String {
    format!("{number}: {version}")
}

/// The values of all networks of a version.
fn values(material: &Material<'_>, measure: &Measure, version: &VersionEntry) -> Result<Vec<f64>> {
    let runs = |name: &str| -> Vec<FinishedRun<'_>> {
        let name = version.called(name);
        let of = material.runs.iter();
        let of = of.filter(|it| is_network_of(&name, &it.run.name));
        let mut of: Vec<_> = of.copied().collect();
        of.sort_by_key(|it| it.run.spec.seed);
        of
    };
    let recordings = |name: &str| -> Vec<FinishedRecording<'_>> {
        let name = version.called(name);
        let of = material.recordings.iter();
        let of = of.filter(|it| is_network_of(&name, &it.recording.name));
        let mut of: Vec<_> = of.copied().collect();
        of.sort_by_key(|it| it.recording.run.spec.seed);
        of
    };
    let final_error = |run: &FinishedRun<'_>| mean(&run.result.history.final_test_errors_percent);
    match measure {
        Measure::FinalError(run) => Ok(runs(run)
            .iter()
            .map(final_error)
            .collect::<Result<_, _>>()?),
        Measure::Difference([first, second]) => {
            let others = runs(second);
            let mut differences = Vec::new();
            for one in runs(first) {
                let seed = one.run.spec.seed;
                if let Some(other) = others.iter().find(|other| other.run.spec.seed == seed) {
                    differences.push(final_error(&one)? - final_error(other)?);
                }
            }
            Ok(differences)
        }
        Measure::EpochsBelow(run, percent) => Ok(runs(run)
            .iter()
            .map(|run| {
                let errors = &run.result.history.test_errors_percent;
                let below = errors.iter().position(|error| error < percent);
                below.map_or(f64::NAN, |epoch| epoch as f64)
            })
            .filter(|epoch| epoch.is_finite())
            .collect()),
        Measure::LowestAngle(name) => recordings(name)
            .iter()
            .map(|it| Ok(angle(it)?[0]))
            .collect(),
        Measure::FinalAngle(name) => recordings(name)
            .iter()
            .map(|it| Ok(angle(it)?[1]))
            .collect(),
        Measure::LossCorrelation(name, digit, epoch) => recordings(name)
            .iter()
            .map(|recording| {
                let table = recording.directory.table(CORRELATIONS)?;
                let r = table.column(&correlation_column(*digit, false))?;
                r.get(*epoch).copied().context("there is no such epoch")
            })
            .collect(),
        Measure::MeanRate(name) => recordings(name)
            .iter()
            .map(|recording| mean_rate(recording, material))
            .collect(),
    }
}

/// The least and the last running mean of an angle.
fn angle(recording: &FinishedRecording<'_>) -> Result<[f64; 2]> {
    let table = recording.directory.table(ANGLES)?;
    let means = running_means(&windowed(table.column(ANGLE_COLUMN)?), SMOOTHED);
    let least = means.iter().copied().reduce(f64::min);
    let last = means.last().copied();
    least
        .zip(last)
        .map(|(least, last)| [least, last])
        .context("there are too few examples for a running mean")
}

/// Mean rate over all neurons, Hz, after the last epoch.
fn mean_rate(recording: &FinishedRecording<'_>, material: &Material<'_>) -> Result<f64> {
    let table = recording.directory.table(MEANS)?;
    let data = material.data()?;
    let hidden = recording.recording.run.spec.hidden.iter().sum::<usize>();
    let layers = [
        ("input rate (Hz)", data.pixel_count()),
        ("hidden rate (Hz)", hidden),
        ("output rate (Hz)", data.classes()),
    ];
    let (mut sum, mut neurons) = (0.0, 0.0);
    for (name, units) in layers {
        let rate = table.column(name)?.last().context("there is no epoch")?;
        sum += rate * units as f64;
        neurons += units as f64;
    }
    Ok(sum / neurons)
}

impl Panel {
    /// Every number in every version, from the source data.
    pub(crate) fn compared(&self, table: &Table) -> Result<Vec<Compared>> {
        let numbers = self.numbers.iter();
        numbers
            .map(|number| number.compared(&self.versions, table))
            .collect()
    }
}

impl NumberEntry {
    fn compared(&self, versions: &[VersionEntry], table: &Table) -> Result<Compared> {
        let mut found = Vec::new();
        let mut spreads = Vec::new();
        for version in versions {
            let networks = table.column(&column(&self.label, &version.label))?.to_vec();
            if networks.is_empty() {
                continue;
            }
            let summary = Summary::of(&networks).ok();
            let interval = summary.and_then(|summary| summary.confidence_interval(CONFIDENCE).ok());
            let spread = summary.map(|summary| summary.standard_deviation);
            spreads.push(spread.filter(|_| networks.len() > 1));
            found.push(Found {
                version: version.label.clone(),
                mean: mean(&networks)?,
                interval: interval.map(|interval| [interval.lower, interval.upper]),
                distance: None,
                networks,
            });
        }
        // Of a single network the spread is unknown: that of the other versions stands for it.
        let known: Vec<f64> = spreads
            .iter()
            .flatten()
            .map(|spread| spread * spread)
            .collect();
        let common = mean(&known).ok().map(f64::sqrt);
        for (found, spread) in found.iter_mut().zip(&spreads) {
            let spread = spread.or(common).filter(|&spread| spread > 0.0);
            found.distance = self
                .reported
                .zip(spread)
                .map(|(reported, spread)| (found.mean - reported) / spread);
        }
        Ok(Compared {
            label: self.label.clone(),
            reported: self.reported,
            source: self.source.clone(),
            unit: self.unit.clone(),
            digits: self.digits,
            found,
        })
    }
}

impl Compared {
    /// The reported number with its unit, in the digits that it is reported in.
    pub(crate) fn as_reported(&self) -> Option<String> {
        let text = format!("{} {}", self.reported?, self.unit);
        Some(text.trim_end().to_owned())
    }

    /// A value with its unit.
    pub(crate) fn text(&self, value: f64) -> String {
        format!("{} {}", decimal(value, self.digits), self.unit)
            .trim_end()
            .to_owned()
    }
}

/// `+2.1`, `−0.3`.
fn signed(value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", decimal(value, 1))
}
