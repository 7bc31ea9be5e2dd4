//! The images: found, verified, fetched, or drawn.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use indicatif::ProgressBar;
use segdend_core::data::idx::{self, IdxPaths};
use segdend_core::data::{DataSet, ImageSet, Source, digits, mnist};

use crate::experiments::Scale;
use crate::fetch::{FetchProgress, FetchSettings, FetchState, fetch};
use crate::output;
use crate::progress::Progress;

/// Which data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DataSetName {
    /// MNIST: 60,000 training and 10,000 test images of handwritten digits.
    Mnist,
    /// Digits that the program draws itself: for trying things out without MNIST.
    Digits,
}

/// What the command line and the environment say about data.
#[derive(Debug, Clone, Default)]
pub(crate) struct DataRequest {
    /// A data set that was asked for by name.
    pub(crate) name: Option<DataSetName>,
    /// The directories that were named, on the command line and in the environment, in this order.
    pub(crate) directories: Vec<PathBuf>,
    /// Nothing may be fetched.
    pub(crate) offline: bool,
}

/// The environment variable that names MNIST's directory.
pub(crate) const DIRECTORY_VARIABLE: &str = "SEGDEND_DATA_DIR";
/// The seed of the embedded digits.
const DIGITS_SEED: u64 = 1;

impl DataRequest {
    /// Where MNIST is looked for, the first being where it is fetched to.
    fn directories(&self, project_directory: PathBuf) -> Vec<PathBuf> {
        self.directories
            .iter()
            .cloned()
            .chain([project_directory])
            .collect()
    }

    /// The part of the data set that a scale asks for.
    pub(crate) fn obtain(
        &self,
        (scale_name, scale): (&str, &Scale),
        project_directory: PathBuf,
        progress: &Progress,
    ) -> Result<DataSet> {
        if self.name == Some(DataSetName::Digits) {
            return Ok(drawn(scale));
        }
        match self.mnist(project_directory, progress) {
            Ok(data) => Ok(data.take(scale.train_images, scale.test_images)),
            Err(Unavailable::Damaged(error)) => Err(error),
            Err(Unavailable::Absent(reason)) if scale.stand_in && self.name.is_none() => {
                progress.warning(&format!(
                    "NOTE: MNIST cannot be had ({}).\nNOTE: digits drawn by the program stand in for it. The numbers are \
                     NOT comparable with the paper's; every picture says so.",
                    output::chain(&reason)
                ));
                Ok(drawn(scale))
            }
            Err(Unavailable::Absent(reason)) => Err(reason.context(format!(
                "scale `{scale_name}` needs MNIST, which cannot be had: put its four files (plain or .gz) into a directory and \
                 name it with --data-dir or {DIRECTORY_VARIABLE}, or draw digits instead with --data-set digits"
            ))),
        }
    }

    /// The part of the data set that a scale asks for, if it is here; nothing is fetched.
    pub(crate) fn obtain_if_here(
        &self,
        scale: &Scale,
        project_directory: PathBuf,
    ) -> Result<Option<DataSet>> {
        if self.name == Some(DataSetName::Digits) {
            return Ok(Some(drawn(scale)));
        }
        match mnist::find(&self.directories(project_directory)) {
            Some(directory) => Ok(Some(
                mnist::load(&directory)?.take(scale.train_images, scale.test_images),
            )),
            None if scale.stand_in && self.name.is_none() => Ok(Some(drawn(scale))),
            None => Ok(None),
        }
    }

    /// MNIST and its directory, after fetching it if need be.
    pub(crate) fn find_or_fetch(
        &self,
        project_directory: PathBuf,
        progress: &Progress,
    ) -> Result<(DataSet, PathBuf)> {
        self.located(project_directory, progress)
            .map_err(|unavailable| match unavailable {
                Unavailable::Absent(error) | Unavailable::Damaged(error) => error,
            })
    }

    fn mnist(
        &self,
        project_directory: PathBuf,
        progress: &Progress,
    ) -> Result<DataSet, Unavailable> {
        Ok(self.located(project_directory, progress)?.0)
    }

    fn located(
        &self,
        project_directory: PathBuf,
        progress: &Progress,
    ) -> Result<(DataSet, PathBuf), Unavailable> {
        let directories = self.directories(project_directory);
        let directory = match mnist::find(&directories) {
            Some(directory) => directory,
            None => {
                let directory = directories.into_iter().next().unwrap_or_default();
                self.fetch(&directory, progress)
                    .map_err(Unavailable::Absent)?;
                directory
            }
        };
        match mnist::load(&directory) {
            Ok(data) => Ok((data, directory)),
            Err(error) => Err(Unavailable::Damaged(error.into())),
        }
    }

    fn fetch(&self, directory: &Path, progress: &Progress) -> Result<()> {
        if self.offline {
            bail!(
                "{} does not hold MNIST's four files, and --offline forbids to fetch them",
                directory.display()
            );
        }
        progress.note(&format!(
            "MNIST is not in {}: fetching it there (11 MB)",
            directory.display()
        ));
        let mut bar: Option<(String, ProgressBar)> = None;
        fetch(
            &mnist::FILES,
            directory,
            &settings_from_environment(),
            &mut |step| show(step, &mut bar, progress),
        )?;
        Ok(())
    }
}

/// Why MNIST is not to be had.
enum Unavailable {
    /// It is not here and could not be fetched.
    Absent(anyhow::Error),
    /// It is here, and not right.
    Damaged(anyhow::Error),
}

fn drawn(scale: &Scale) -> DataSet {
    digits::generate(DIGITS_SEED, scale.train_images, scale.test_images)
}

fn show(step: FetchProgress<'_>, bar: &mut Option<(String, ProgressBar)>, progress: &Progress) {
    match step.state {
        FetchState::Asking => {
            if let Some((_, old)) = bar.take() {
                old.finish_and_clear();
            }
            *bar = progress
                .bytes(step.file)
                .map(|bar| (step.file.to_owned(), bar));
        }
        FetchState::Receiving => {
            if let Some((_, bar)) = bar {
                bar.set_length(step.total_bytes.unwrap_or(step.received_bytes));
                bar.set_position(step.received_bytes);
            }
        }
        FetchState::Failed(reason) => progress.note(&format!("{}: {reason}", step.url)),
        FetchState::Done => {
            if let Some((_, bar)) = bar.take() {
                bar.finish_and_clear();
            }
            progress.note(&format!(
                "{}: fetched from {} and verified",
                step.file, step.url
            ));
        }
    }
}

/// The proxy and the root certificates that other programs on this machine use.
fn settings_from_environment() -> FetchSettings {
    let variable = |names: &[&str]| {
        names
            .iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.trim().is_empty())
    };
    FetchSettings {
        proxy: variable(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
        root_certificates: variable(&["SSL_CERT_FILE"])
            .map(PathBuf::from)
            .filter(|path| path.is_file()),
        ..FetchSettings::default()
    }
}

/// IDX files given on the command line.
#[derive(Debug, Clone)]
pub(crate) struct IdxRequest {
    /// Training images and labels.
    pub(crate) train: (PathBuf, PathBuf),
    /// Test images and labels, if there are any.
    pub(crate) test: Option<(PathBuf, PathBuf)>,
}

impl IdxRequest {
    /// What the set is called: the name of its file of training images.
    pub(crate) fn name(&self) -> String {
        let file = self
            .train
            .0
            .file_name()
            .map_or(Cow::Borrowed("idx"), |name| name.to_string_lossy());
        let name: String = file
            .trim_end_matches(".gz")
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || c == '_' {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        name.trim_matches('-').to_owned()
    }

    /// Reads the files. Without test images the last sixth of the training images is held out.
    pub(crate) fn load(&self, progress: &Progress) -> Result<DataSet> {
        let (images, labels) = self.train.clone();
        if let Some((test_images, test_labels)) = self.test.clone() {
            let paths = IdxPaths {
                train_images: images,
                train_labels: labels,
                test_images,
                test_labels,
            };
            return Ok(idx::load(&self.name(), &paths)?);
        }
        let all = idx::read(&images, &labels)?;
        let held_out = all.len() / 6;
        if held_out == 0 {
            bail!(
                "{} holds {} images: to hold out a sixth for testing at least 6 are needed; give --test-images and --test-labels",
                images.display(),
                all.len()
            );
        }
        let kept = all.len() - held_out;
        progress.warning(&format!(
            "no test images were given: the last {} of the {} training images are held out for testing",
            segdend_figures::grouped(held_out as u64),
            segdend_figures::grouped(all.len() as u64)
        ));
        let pixels = all.pixels()[kept * all.pixel_count()..].to_vec();
        let test = ImageSet::new(
            all.rows(),
            all.columns(),
            pixels,
            all.labels()[kept..].to_vec(),
        )?;
        DataSet::new(Source::IdxFiles { name: self.name() }, all.take(kept), test)
            .context("the training images")
    }
}

/// What pictures call a data set.
pub(crate) fn short_name(source: &Source) -> String {
    match source {
        Source::Mnist => "MNIST".to_owned(),
        Source::EmbeddedDigits { .. } => "embedded digits".to_owned(),
        Source::IdxFiles { name } => name.clone(),
        other => other.to_string(),
    }
}
