//! What the versions of the authors' program make of the numbers that the paper reports.

use anyhow::{Context, Result};
use schemars::JsonSchema;
use segdend_analysis::{Summary, mean, running_means};
use segdend_figures::{
    Picture, ReportedNumber, Stamp, Version, VersionValue, Versions, decimal, versions,
};
use serde::{Deserialize, Serialize};

use super::angles::windowed;
use super::error_curves::color;
use super::{FinishedRecording, FinishedRun, PanelMaterial};
use crate::experiments::{Measure, NumberEntry, VersionEntry, networks_called};
use crate::recordings::angles::{ANGLE_COLUMN, ANGLES};
use crate::recordings::losses::{CORRELATIONS, MEANS, correlation_column};
use crate::tables::Table;

const CONFIDENCE: f64 = 0.95;
/// Examples that an angle is averaged over before its least and last value are taken.
const SMOOTHED: usize = 3_000;

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

/// A column of values, one a network, for every number and version.
pub(super) fn source_data(material: &PanelMaterial<'_>) -> Result<()> {
    let mut columns = Vec::new();
    for number in &material.panel.numbers {
        for version in &material.panel.versions {
            let values = values(material, &number.measure, &version.suffix)
                .with_context(|| format!("{}, {}", number.label, version.label))?;
            columns.push((column(&number.label, &version.label), values));
        }
    }
    material.write(0, &Table::new(columns))
}

fn column(number: &str, version: &str) -> String {
    format!("{number}: {version}")
}

/// The values of all networks of a version.
fn values(material: &PanelMaterial<'_>, measure: &Measure, suffix: &str) -> Result<Vec<f64>> {
    let runs = |name: &str| -> Vec<FinishedRun<'_>> {
        let name = format!("{name}{suffix}");
        let of = material.runs.iter().filter(|run| {
            networks_called(&name, [&run.run.name].into_iter())
                .next()
                .is_some()
        });
        let mut of: Vec<_> = of.copied().collect();
        of.sort_by_key(|run| run.run.spec.seed);
        of
    };
    let recordings = |name: &str| -> Vec<FinishedRecording<'_>> {
        let name = format!("{name}{suffix}");
        let of = material.recordings.iter().filter(|recording| {
            networks_called(&name, [&recording.recording.name].into_iter())
                .next()
                .is_some()
        });
        let mut of: Vec<_> = of.copied().collect();
        of.sort_by_key(|recording| recording.recording.run.spec.seed);
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
fn mean_rate(recording: &FinishedRecording<'_>, material: &PanelMaterial<'_>) -> Result<f64> {
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

/// Every number in every version, from the source data.
pub(crate) fn compared(panel: &crate::experiments::Panel, table: &Table) -> Result<Vec<Compared>> {
    panel
        .numbers
        .iter()
        .map(|number| one(panel, number, table))
        .collect()
}

fn one(panel: &crate::experiments::Panel, number: &NumberEntry, table: &Table) -> Result<Compared> {
    let mut found = Vec::new();
    let mut spreads = Vec::new();
    for version in &panel.versions {
        let networks = table
            .column(&column(&number.label, &version.label))?
            .to_vec();
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
        found.distance = number
            .reported
            .zip(spread)
            .map(|(reported, spread)| (found.mean - reported) / spread);
    }
    Ok(Compared {
        label: number.label.clone(),
        reported: number.reported,
        source: number.source.clone(),
        unit: number.unit.clone(),
        digits: number.digits,
        found,
    })
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

pub(super) fn picture(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    let panel = material.panel;
    let compared = compared(panel, &material.read(0)?)?;
    let there = |version: &&VersionEntry| {
        let mut found = compared.iter().flat_map(|number| &number.found);
        found.any(|it| it.version == version.label)
    };
    let shown: Vec<&VersionEntry> = panel.versions.iter().filter(there).collect();
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
    Ok(versions(&Versions {
        title: panel.title.clone(),
        versions: shown
            .iter()
            .map(|version| Version {
                name: version.label.clone(),
                color: color(version.color),
            })
            .collect(),
        numbers: numbers.filter(|number| number.values.iter().any(Option::is_some)).collect(),
        note: "The line at 1 is the reported number. Behind each value: networks, and its distance from the \
               reported number in standard deviations over networks (of a single network, in those of the other \
               versions)."
            .to_owned(),
        stamp,
    })?)
}

/// `+2.1`, `−0.3`.
fn signed(value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", decimal(value, 1))
}
