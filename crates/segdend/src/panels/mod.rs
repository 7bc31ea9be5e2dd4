//! Panels: source data from runs and recordings, pictures from source data.
//!
//! A kind of panel is one module: a struct `Panel` whose fields are those of its entries in
//! `experiments/figures.toml`, and its [`Kind`]: what these fields name, how the source data comes about,
//! and how the picture is drawn from the source data and nothing else. [`KINDS`] lists them all; nothing
//! else has to know of a new one.

mod angles;
mod condition;
mod effects;
mod embeddings;
pub(crate) mod error_curves;
mod field_correlations;
mod fields;
mod learning_rates;
mod loss_correlations;
mod loss_scatter;
mod networks;
mod probes;
mod rate_angles;
mod schematic;
pub(crate) mod versions;

use std::any::Any;
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use segdend_core::data::DataSet;
use segdend_core::segregated::network::Network;
use segdend_figures::{Color, Picture, Stamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::condition::{eigenvalues, jacobian_products, theorem};
use self::probes::{
    apical_attenuation, phase_lengths, phases, plateau_raster, timing_prediction,
    transmit_and_plateau,
};
use crate::experiments::{ColorRole, Experiments, Figure};
use crate::manifest::RunResult;
use crate::project::{self, Project};
use crate::provenance::Provenance;
use crate::recordings::{RecordingDirectory, RecordingManifest, ResolvedRecording};
use crate::resolve::ResolvedRun;
use crate::run_directory::{self, RunDirectory};
use crate::statistics::Statistics;
use crate::suggest;
use crate::tables::Table;

/// All kinds: what `draws` of a figure says, and what reads the other fields of such a figure.
const KINDS: [(&str, Read); 22] = [
    ("angles", read::<angles::Panel>),
    ("apical-attenuation", read::<apical_attenuation::Panel>),
    ("effects", read::<effects::Panel>),
    ("eigenvalues", read::<eigenvalues::Panel>),
    ("embeddings", read::<embeddings::Panel>),
    ("error-curves", read::<error_curves::Panel>),
    ("field-correlations", read::<field_correlations::Panel>),
    ("fields", read::<fields::Panel>),
    ("jacobian-products", read::<jacobian_products::Panel>),
    ("learning-rates", read::<learning_rates::Panel>),
    ("loss-correlations", read::<loss_correlations::Panel>),
    ("loss-scatter", read::<loss_scatter::Panel>),
    ("networks", read::<networks::Panel>),
    ("phase-lengths", read::<phase_lengths::Panel>),
    ("phases", read::<phases::Panel>),
    ("plateau-raster", read::<plateau_raster::Panel>),
    ("rate-angles", read::<rate_angles::Panel>),
    ("schematic", read::<schematic::Panel>),
    ("theorem", read::<theorem::Panel>),
    ("timing-prediction", read::<timing_prediction::Panel>),
    ("transmit-and-plateau", read::<transmit_and_plateau::Panel>),
    ("versions", read::<versions::Panel>),
];

type Read = fn(toml::Table) -> Result<Arc<dyn Kind>>;

fn read<K: Kind + DeserializeOwned>(fields: toml::Table) -> Result<Arc<dyn Kind>> {
    Ok(Arc::new(fields.try_into::<K>()?))
}

/// Reads the fields of a kind.
pub(crate) fn of_kind(kind: &str, fields: toml::Table) -> Result<Arc<dyn Kind>> {
    let found = KINDS.iter().find(|(name, _)| *name == kind);
    let (_, read) = found.ok_or_else(|| {
        let names = KINDS.iter().map(|(name, _)| *name);
        let among = suggest::among(kind, names);
        anyhow!("draws: no kind of panel is called `{kind}`: {among}")
    })?;
    read(fields)
}

/// What a field of a panel names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// A run whose results or final weights are shown.
    Run,
    /// A recording that is shown.
    Recording,
    /// A file of source data.
    SourceData,
    /// The file of what tests say of the source data.
    Statistics,
    /// The file that tells where the source data came from; if no field names it, it is called like the
    /// first of the source data.
    Provenance,
}

/// The fields of a panel that name something: the field, what it names, and the name.
pub(crate) type Fields<'a> = Vec<(&'static str, Named, &'a str)>;

/// A kind of panel, with the fields of one.
pub(crate) trait Kind: Any + Debug + Send + Sync {
    /// The fields that name something; runs, recordings and files in the order in which provenance lists
    /// them.
    fn fields(&self) -> Fields<'_> {
        Vec::new()
    }

    /// What is wrong beside names that are not there.
    fn check(&self, _experiments: &Experiments) -> Result<()> {
        Ok(())
    }

    /// Runs and recordings that follow from the fields and the experiments together.
    fn further(&self, _experiments: &Experiments) -> [Vec<String>; 2] {
        Default::default()
    }

    /// Whether each run stands for all its networks, as many as the scale has.
    fn shows_all_networks(&self) -> bool {
        false
    }

    /// Whether it is drawn from those of its runs and recordings that are there.
    fn takes_what_is_there(&self) -> bool {
        false
    }

    /// What the source data calls the column of a run.
    fn column<'a>(&'a self, run: &'a str) -> &'a str {
        run
    }

    /// Writes the source data.
    fn source_data(&self, _material: &Material<'_>) -> Result<()> {
        Ok(())
    }

    /// What tests say of the source data, if the kind has tests.
    fn statistics(&self, _material: &Material<'_>) -> Result<Option<Statistics>> {
        Ok(None)
    }

    /// Draws the source data.
    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture>;
}

/// A finished run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FinishedRun<'a> {
    /// What was computed.
    pub(crate) run: &'a ResolvedRun,
    /// What came out.
    pub(crate) result: &'a RunResult,
    /// Where its final weights are.
    pub(crate) directory: &'a RunDirectory,
}

/// A finished recording.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FinishedRecording<'a> {
    /// What was recorded.
    pub(crate) recording: &'a ResolvedRecording,
    /// What came out.
    pub(crate) manifest: &'a RecordingManifest,
    /// Where its tables are.
    pub(crate) directory: &'a RecordingDirectory,
}

/// All that a panel is made of.
pub(crate) struct Material<'a> {
    pub(crate) figure: &'a Figure,
    pub(crate) project: &'a Project,
    pub(crate) scale: &'a str,
    /// The images; there if there are runs or recordings.
    pub(crate) data: Option<&'a DataSet>,
    /// In the figure's order.
    pub(crate) runs: Vec<FinishedRun<'a>>,
    /// In the figure's order.
    pub(crate) recordings: Vec<FinishedRecording<'a>>,
}

/// The files of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Files {
    /// Its source data.
    pub(crate) source_data: Vec<PathBuf>,
    /// What tests say of it, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) statistics: Option<PathBuf>,
    /// Where the source data came from; none where no run and no recording is behind it.
    pub(crate) provenance: Option<PathBuf>,
    /// The picture as SVG.
    pub(crate) svg: PathBuf,
    /// The picture as PNG.
    pub(crate) png: PathBuf,
}

impl Files {
    /// The files of a figure at a scale.
    pub(crate) fn of(figure: &Figure, project: &Project, scale: &str) -> Self {
        let (data, pictures) = (project.source_data(scale), project.figures(scale));
        let source_data = figure.source_files().into_iter();
        Self {
            source_data: source_data.map(|file| data.join(file)).collect(),
            statistics: figure.statistics_file().map(|file| data.join(file)),
            provenance: figure.provenance_file().map(|file| data.join(file)),
            svg: pictures.join(format!("{}.svg", figure.name())),
            png: pictures.join(format!("{}.png", figure.name())),
        }
    }

    /// Whether all are there.
    pub(crate) fn all_exist(&self) -> bool {
        let beside = self.statistics.iter().chain(&self.provenance);
        let pictures = [&self.svg, &self.png];
        let mut files = self.source_data.iter().chain(beside).chain(pictures);
        files.all(|path| path.is_file())
    }
}

/// A figure that was made.
#[derive(Debug)]
pub(crate) struct Made {
    /// What sets it apart from the paper's experiment.
    pub(crate) stamp: Option<String>,
    /// What the tests say, if there are any.
    pub(crate) statistics: Option<Statistics>,
    /// Where it is.
    pub(crate) files: Files,
    /// Whether any file is another than before.
    pub(crate) changed: bool,
}

/// Writes a figure's source data, unless it is there and came from the same runs and recordings,
/// and draws the figure.
pub(crate) fn make(material: &Material<'_>) -> Result<Made> {
    let Material { figure, scale, .. } = *material;
    let files = Files::of(figure, material.project, scale);
    let (stamp, mut changed) = collect(material)?;
    let statistics = figure.kind().statistics(material).context("statistics")?;
    if let (Some(path), Some(statistics)) = (&files.statistics, &statistics) {
        run_directory::write_json(path, statistics)?;
    }
    let picture = figure.kind().picture(material, stamp.clone());
    let picture = picture.context("picture")?;
    project::make_directory(&material.project.figures(scale))?;
    for (path, bytes) in [
        (&files.svg, picture.svg.as_bytes()),
        (&files.png, picture.png.as_slice()),
    ] {
        changed |= run_directory::write_file(path, bytes)?;
    }
    Ok(Made {
        stamp: stamp.map(|stamp| stamp.text().to_owned()),
        statistics,
        files,
        changed,
    })
}

/// Writes a figure's source data, unless it is there and came from the same runs and recordings. Gives
/// what sets it apart from the paper's experiment, and whether it is another than before.
pub(crate) fn collect(material: &Material<'_>) -> Result<(Option<Stamp>, bool)> {
    let Material { figure, scale, .. } = *material;
    let files = Files::of(figure, material.project, scale);
    if files.source_data.is_empty() {
        return Ok((None, false));
    }
    project::make_directory(&material.project.source_data(scale))?;
    let write = || figure.kind().source_data(material).context("source data");
    let Some(path) = &files.provenance else {
        write()?;
        return Ok((None, false));
    };
    let provenance = material.provenance()?;
    // What cannot be read is made again.
    let before: Option<Provenance> = run_directory::read_json(path).ok().flatten();
    let complete = files.source_data.iter().all(|path| path.is_file());
    let changed = before.as_ref() != Some(&provenance) || !complete;
    if changed {
        write()?;
        // Last: it says that the source data is complete.
        run_directory::write_json(path, &provenance)?;
    }
    Ok((provenance.stamp(), changed))
}

impl<'a> Material<'a> {
    fn provenance(&self) -> Result<Provenance> {
        let column = |run: &FinishedRun<'a>| {
            let column = self.figure.kind().column(&run.run.name);
            (column, run.run, run.result)
        };
        let files = self.figure.source_files();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let recordings = self.recordings.iter();
        Ok(Provenance::new(
            self.figure.name(),
            &files,
            (self.scale, &self.data()?.summary()),
            &self.project.experiments,
            self.runs.iter().map(column),
            recordings.map(|recording| (recording.recording, recording.manifest)),
        ))
    }

    /// Over the picture.
    pub(crate) fn title(&self) -> String {
        self.figure.title().to_owned()
    }

    /// The images.
    pub(crate) fn data(&self) -> Result<&'a DataSet> {
        self.data
            .with_context(|| format!("figure `{}` has no images", self.figure.name()))
    }

    /// A run of the figure.
    pub(crate) fn run(&self, name: &str) -> Result<FinishedRun<'a>> {
        let found = self.runs.iter().find(|finished| finished.run.name == name);
        found
            .copied()
            .with_context(|| format!("the run `{name}` is not finished"))
    }

    /// A recording of the figure.
    pub(crate) fn recording(&self, name: &str) -> Result<FinishedRecording<'a>> {
        let mut recordings = self.recordings.iter();
        let found = recordings.find(|finished| finished.recording.name == name);
        found
            .copied()
            .with_context(|| format!("the recording `{name}` is not finished"))
    }

    /// The network that a run of the figure ended with.
    pub(crate) fn final_network(&self, run: &str) -> Result<Network> {
        let finished = self.run(run)?;
        finished.directory.final_network(finished.run, self.data()?)
    }

    /// The repeated tests of every run, a column a run.
    pub(crate) fn final_tests(&self) -> Table {
        let column = |finished: &FinishedRun<'_>| {
            let tests = finished.result.history.final_test_errors_percent.clone();
            (finished.run.name.clone(), tests)
        };
        Table::new(self.runs.iter().map(column).collect())
    }

    /// Writes a file of source data.
    pub(crate) fn write(&self, file: &str, table: &Table) -> Result<()> {
        table.write(&self.project.source_data(self.scale).join(file))?;
        Ok(())
    }

    /// Reads a file of source data.
    pub(crate) fn read(&self, file: &str) -> Result<Table> {
        Table::read(&self.project.source_data(self.scale).join(file))
    }
}

/// The colour of a series.
fn color(role: ColorRole) -> Color {
    match role {
        ColorRole::Shallow => Color::SHALLOW,
        ColorRole::OneHiddenLayer => Color::ONE_HIDDEN_LAYER,
        ColorRole::TwoHiddenLayers => Color::TWO_HIDDEN_LAYERS,
        ColorRole::Fourth => Color::FOURTH,
        ColorRole::Fifth => Color::REAL,
    }
}

#[cfg(test)]
mod tests {
    //! Promise: every kind is drawn by a figure of the paper, and what a kind says of its fields is what
    //! stands in `figures.toml`.
    use super::*;

    #[test]
    fn every_kind_is_drawn_and_says_what_its_fields_name() {
        let experiments = Experiments::embedded().unwrap();
        let file = include_str!("../../../../experiments/figures.toml");
        let file: toml::Table = toml::from_str(file).unwrap();
        let mut drawn = Vec::new();
        for entry in file["figures"].as_array().unwrap() {
            drawn.push(entry["draws"].as_str().unwrap());
            let figure = experiments.figure(entry["name"].as_str().unwrap());
            let fields = figure.kind().fields();
            for &(field, _, name) in &fields {
                let value = entry[field].to_string();
                assert!(value.contains(&format!("\"{name}\"")), "{field}: {value}");
            }
            let common = [
                "name", "arxiv", "title", "heading", "legend", "draws", "only_at",
            ];
            let settings = ["test", "correction"];
            for (field, value) in entry.as_table().unwrap() {
                let known = [&common[..], &settings[..]]
                    .concat()
                    .contains(&field.as_str());
                let named = fields.iter().any(|(said, ..)| said == field);
                assert!(
                    known || named || value.is_array(),
                    "{}: {field}",
                    figure.name()
                );
            }
        }
        for (kind, _) in KINDS {
            assert!(drawn.contains(&kind), "no figure draws `{kind}`");
        }
    }
}
