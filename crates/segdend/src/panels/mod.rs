//! Panels: source data from runs and recordings, pictures from source data.
//!
//! One module a kind of panel. Each has two functions: `source_data` writes CSV files from what was
//! computed, `picture` draws from these files and nothing else.
//!
//! | module | panels |
//! |---|---|
//! | `error_curves` | comparisons of test errors: 6B, 6-S1B, 8B, 8D, 8-S1, 9B |
//! | `losses` | the losses of two layers: 5B, 5C |
//! | `condition` | the condition of Theorem 1 and its inequality: 5-S1A, 5-S1B |
//! | `embeddings` | t-SNE of the layers: 6C |
//! | `angles` | local against backpropagated updates: 7A |
//! | `fields` | receptive fields: 7B, 7C |
//! | `networks` | final errors over independent networks |
//! | `effects` | what single parameters change |
//! | `versions` | the reported numbers in versions of the program |
//! | `learning_rates` | errors over grids of learning rates |
//! | `probes` | single examples, watched step by step: 3C, 4A, 4B, 6-S1A, 9A, 10B |
//! | `schematics` | drawings without data |

mod angles;
mod condition;
mod effects;
mod embeddings;
pub(crate) mod error_curves;
mod fields;
mod learning_rates;
mod losses;
mod networks;
mod probes;
mod schematics;
pub(crate) mod versions;

use std::path::PathBuf;

use anyhow::{Context, Result};
use segdend_core::data::DataSet;
use segdend_figures::{Picture, Stamp};
use serde::Serialize;

use self::probes::{
    apical_attenuation, phase_lengths, phases, plateau_raster, timing_prediction,
    transmit_and_plateau,
};
use crate::experiments::{Drawing, Panel};
use crate::manifest::RunResult;
use crate::project::{self, Project};
use crate::provenance::Provenance;
use crate::recordings::{RecordingDirectory, RecordingManifest, ResolvedRecording};
use crate::resolve::ResolvedRun;
use crate::run_directory::{self, RunDirectory};
use crate::tables::Table;

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
pub(crate) struct PanelMaterial<'a> {
    pub(crate) panel: &'a Panel,
    pub(crate) project: &'a Project,
    pub(crate) scale: &'a str,
    /// The images; there if there are runs or recordings.
    pub(crate) data: Option<&'a DataSet>,
    /// In the order of the panel's list.
    pub(crate) runs: Vec<FinishedRun<'a>>,
    /// In the order of the panel's list.
    pub(crate) recordings: Vec<FinishedRecording<'a>>,
}

/// The files of a panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PanelFiles {
    /// Its source data.
    pub(crate) source_data: Vec<PathBuf>,
    /// Where the source data came from; none where no run and no recording is behind it.
    pub(crate) provenance: Option<PathBuf>,
    /// The picture as SVG.
    pub(crate) svg: PathBuf,
    /// The picture as PNG.
    pub(crate) png: PathBuf,
}

impl PanelFiles {
    /// The files of a panel at a scale.
    pub(crate) fn of(panel: &Panel, project: &Project, scale: &str) -> Self {
        let (data, pictures) = (project.source_data(scale), project.figures(scale));
        let stem = |file: &String| {
            let stem = file.split('.').next().unwrap_or(file);
            data.join(format!("{stem}.provenance.json"))
        };
        Self {
            source_data: panel
                .source_data
                .iter()
                .map(|file| data.join(file))
                .collect(),
            provenance: panel
                .source_data
                .first()
                .filter(|_| !panel.runs.is_empty() || !panel.recordings.is_empty())
                .map(stem),
            svg: pictures.join(format!("{}.svg", panel.name)),
            png: pictures.join(format!("{}.png", panel.name)),
        }
    }

    /// Whether all are there.
    pub(crate) fn all_exist(&self) -> bool {
        let pictures = [&self.svg, &self.png];
        let mut files = self
            .source_data
            .iter()
            .chain(&self.provenance)
            .chain(pictures);
        files.all(|path| path.is_file())
    }
}

/// A panel that was made.
#[derive(Debug)]
pub(crate) struct MadePanel {
    /// What sets it apart from the paper's experiment.
    pub(crate) stamp: Option<String>,
    /// Whether any file is another than before.
    pub(crate) changed: bool,
}

/// Writes a panel's source data, unless it is there and came from the same runs and recordings,
/// and draws the panel.
pub(crate) fn make(material: &PanelMaterial<'_>) -> Result<MadePanel> {
    let files = PanelFiles::of(material.panel, material.project, material.scale);
    let (stamp, mut changed) = collect(material)?;
    let picture = picture(material, stamp.clone()).context("picture")?;
    project::make_directory(&material.project.figures(material.scale))?;
    for (path, bytes) in [
        (&files.svg, picture.svg.as_bytes()),
        (&files.png, picture.png.as_slice()),
    ] {
        changed |= run_directory::write_file(path, bytes)?;
    }
    Ok(MadePanel {
        stamp: stamp.map(|stamp| stamp.text().to_owned()),
        changed,
    })
}

/// Writes a panel's source data, unless it is there and came from the same runs and recordings. Gives
/// what sets it apart from the paper's experiment, and whether it is another than before.
pub(crate) fn collect(material: &PanelMaterial<'_>) -> Result<(Option<Stamp>, bool)> {
    let files = PanelFiles::of(material.panel, material.project, material.scale);
    if files.source_data.is_empty() {
        return Ok((None, false));
    }
    project::make_directory(&material.project.source_data(material.scale))?;
    let Some(path) = &files.provenance else {
        source_data(material).context("source data")?;
        return Ok((None, false));
    };
    let provenance = material.provenance()?;
    // What cannot be read is made again.
    let before: Option<Provenance> = run_directory::read_json(path).ok().flatten();
    let complete = files.source_data.iter().all(|path| path.is_file());
    let changed = before.as_ref() != Some(&provenance) || !complete;
    if changed {
        source_data(material).context("source data")?;
        // Last: it says that the source data is complete.
        run_directory::write_json(path, &provenance)?;
    }
    Ok((provenance.stamp(), changed))
}

fn source_data(material: &PanelMaterial<'_>) -> Result<()> {
    match material.panel.draws {
        Drawing::Schematic => Ok(()),
        Drawing::TransmitAndPlateau => transmit_and_plateau::source_data(material),
        Drawing::Phases => phases::source_data(material),
        Drawing::PhaseLengths => phase_lengths::source_data(material),
        Drawing::PlateauRaster => plateau_raster::source_data(material),
        Drawing::ApicalAttenuation => apical_attenuation::source_data(material),
        Drawing::TimingPrediction => timing_prediction::source_data(material),
        Drawing::LossScatter => losses::scatter_source_data(material),
        Drawing::LossCorrelations => losses::correlations_source_data(material),
        Drawing::Eigenvalues => condition::eigenvalues_source_data(material),
        Drawing::JacobianProducts => condition::products_source_data(material),
        Drawing::Theorem => condition::theorem_source_data(material),
        Drawing::Embeddings => embeddings::source_data(material),
        Drawing::Angles => angles::source_data(material),
        Drawing::RateAngles => angles::rate_source_data(material),
        Drawing::Fields => fields::fields_source_data(material),
        Drawing::FieldCorrelations => fields::correlations_source_data(material),
        Drawing::Networks => networks::source_data(material),
        Drawing::Effects => effects::source_data(material),
        Drawing::LearningRates => learning_rates::source_data(material),
        Drawing::Versions => versions::source_data(material),
    }
}

fn picture(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    match material.panel.draws {
        Drawing::Schematic => schematics::picture(material),
        Drawing::TransmitAndPlateau => transmit_and_plateau::picture(material, stamp),
        Drawing::Phases => phases::picture(material, stamp),
        Drawing::PhaseLengths => phase_lengths::picture(material, stamp),
        Drawing::PlateauRaster => plateau_raster::picture(material, stamp),
        Drawing::ApicalAttenuation => apical_attenuation::picture(material, stamp),
        Drawing::TimingPrediction => timing_prediction::picture(material, stamp),
        Drawing::LossScatter => losses::scatter(material, stamp),
        Drawing::LossCorrelations => losses::correlations(material, stamp),
        Drawing::Eigenvalues => condition::eigenvalues(material, stamp),
        Drawing::JacobianProducts => condition::products(material, stamp),
        Drawing::Theorem => condition::theorem_picture(material, stamp),
        Drawing::Embeddings => embeddings::picture(material, stamp),
        Drawing::Angles => angles::picture(material, stamp),
        Drawing::RateAngles => angles::rate_picture(material, stamp),
        Drawing::Fields => fields::fields(material, stamp),
        Drawing::FieldCorrelations => fields::correlations(material, stamp),
        Drawing::Networks => networks::picture(material, stamp),
        Drawing::Effects => effects::picture(material, stamp),
        Drawing::LearningRates => learning_rates::picture(material, stamp),
        Drawing::Versions => versions::picture(material, stamp),
    }
}

impl<'a> PanelMaterial<'a> {
    fn provenance(&self) -> Result<Provenance> {
        let files: Vec<&str> = self.panel.source_data.iter().map(String::as_str).collect();
        let runs = self.runs.iter();
        let recordings = self.recordings.iter();
        Ok(Provenance::new(
            &self.panel.name,
            &files,
            (self.scale, &self.data()?.summary()),
            &self.project.experiments,
            runs.map(|run| (run.run.name.as_str(), run.run, run.result)),
            recordings.map(|recording| (recording.recording, recording.manifest)),
        ))
    }

    /// The images.
    pub(crate) fn data(&self) -> Result<&'a DataSet> {
        self.data
            .with_context(|| format!("figure `{}` has no images", self.panel.name))
    }

    /// The repeated tests of every run, a column a run.
    pub(crate) fn final_tests(&self) -> Table {
        let column = |finished: &FinishedRun<'_>| {
            let tests = finished.result.history.final_test_errors_percent.clone();
            (finished.run.name.clone(), tests)
        };
        Table::new(self.runs.iter().map(column).collect())
    }

    /// Writes the panel's `index`-th file of source data.
    pub(crate) fn write(&self, index: usize, table: &Table) -> Result<()> {
        table.write(&self.path(index)?)?;
        Ok(())
    }

    /// Reads the panel's `index`-th file of source data.
    pub(crate) fn read(&self, index: usize) -> Result<Table> {
        Table::read(&self.path(index)?)
    }

    fn path(&self, index: usize) -> Result<PathBuf> {
        let name = self.panel.source_data.get(index).with_context(|| {
            format!(
                "figure `{}` lists {} files of source data, expected at least {}",
                self.panel.name,
                self.panel.source_data.len(),
                index + 1
            )
        })?;
        Ok(self.project.source_data(self.scale).join(name))
    }

    /// The panel's `index`-th recording.
    pub(crate) fn recording(&self, index: usize) -> Result<FinishedRecording<'a>> {
        self.recordings.get(index).copied().with_context(|| {
            format!(
                "figure `{}` lists {} recordings, expected at least {}",
                self.panel.name,
                self.recordings.len(),
                index + 1
            )
        })
    }
}
