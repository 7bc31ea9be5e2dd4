//! What measurements read: source data by name, and where it came from.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail};

use super::verdict::Ground;
use crate::experiments::Experiments;
use crate::provenance::Provenance;
use crate::run_directory;
use crate::tables::Table;

/// How a column is named that belongs to a run.
const RUN: &str = "run:";

/// A scale's source data.
pub(crate) struct Sources {
    directory: PathBuf,
    provenances: Vec<Provenance>,
    /// Files that came from other runs than those of the experiments.
    outdated: BTreeSet<String>,
    tables: RefCell<BTreeMap<String, Option<Rc<Table>>>>,
}

impl Sources {
    /// The source data in a directory, which need not be there. What came from other runs than those of
    /// the experiments counts as not there.
    pub(crate) fn open(directory: PathBuf, experiments: &Experiments) -> Result<Self> {
        let mut paths: Vec<PathBuf> = match std::fs::read_dir(&directory) {
            Ok(entries) => entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .collect(),
            Err(_) => Vec::new(),
        };
        paths.retain(|path| path.to_string_lossy().ends_with(".provenance.json"));
        paths.sort();
        let mut provenances = Vec::new();
        let mut outdated = BTreeSet::new();
        for path in paths {
            let Some(provenance) = run_directory::read_json::<Provenance>(&path)? else {
                continue;
            };
            if provenance.is_current(experiments)? {
                provenances.push(provenance);
            } else {
                outdated.extend(provenance.source_data);
            }
        }
        Ok(Self {
            directory,
            provenances,
            outdated,
            tables: RefCell::default(),
        })
    }

    /// Where a file of source data is: itself, or compressed.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        let names = [name.to_owned(), format!("{name}.gz")];
        let current = names.iter().filter(|name| !self.outdated.contains(*name));
        current
            .map(|name| self.directory.join(name))
            .find(|path| path.is_file())
    }

    /// Whether any of these files came from other runs than those of the experiments.
    pub(crate) fn are_outdated(&self, names: &[String]) -> bool {
        names.iter().any(|name| self.outdated.contains(name))
    }

    /// A table; none if there is no such file.
    pub(crate) fn table(&self, name: &str) -> Result<Option<Rc<Table>>> {
        if let Some(table) = self.tables.borrow().get(name) {
            return Ok(table.clone());
        }
        let table = match self.path(name) {
            Some(path) => Some(Rc::new(Table::read(&path)?)),
            None => None,
        };
        let mut tables = self.tables.borrow_mut();
        tables.insert(name.to_owned(), table.clone());
        Ok(table)
    }

    /// Where a file of source data came from.
    pub(crate) fn provenance(&self, name: &str) -> Option<&Provenance> {
        let is_it = |file: &String| file == name || file.strip_suffix(".gz") == Some(name);
        self.provenances
            .iter()
            .find(|provenance| provenance.source_data.iter().any(is_it))
    }

    /// The name of the file that says where another came from.
    pub(crate) fn provenance_file(&self, name: &str) -> Option<String> {
        let first = self.provenance(name)?.source_data.first()?;
        let stem = first.split('.').next().unwrap_or(first);
        // Comparisons of test errors have one for both of their files.
        let plain = stem.strip_suffix("_errors").unwrap_or(stem);
        [stem, plain]
            .map(|stem| format!("{stem}.provenance.json"))
            .into_iter()
            .find(|file| self.directory.join(file).is_file())
    }

    /// The trained networks behind columns of a file: how many, each counted once. Columns that are
    /// not named by their run may come from any network behind the file, but for those of one recording.
    pub(crate) fn networks(&self, name: &str, columns: &[&str], recording: Option<&str>) -> usize {
        let Some(provenance) = self.provenance(name) else {
            return 0;
        };
        let named: BTreeSet<&str> = columns.iter().filter_map(|column| run_of(column)).collect();
        if !named.is_empty() {
            return named.len();
        }
        if let Some(only) = recording {
            let mut recordings = provenance.recordings.iter();
            return usize::from(recordings.any(|recording| recording.recording == only));
        }
        let runs = provenance.runs.iter().map(|run| &run.weights_sha256);
        let recordings = provenance.recordings.iter();
        let recorded = recordings.map(|recording| &recording.weights_sha256);
        let all: BTreeSet<&String> = runs.chain(recorded).collect();
        // Untrained networks have no weights of their own.
        all.into_iter()
            .filter(|weights| !weights.is_empty())
            .count()
    }

    /// The sets of parameters of the runs behind columns of a file, each once.
    pub(crate) fn parameter_sets(
        &self,
        name: &str,
        columns: &[&str],
        experiments: &Experiments,
    ) -> Vec<String> {
        let Some(provenance) = self.provenance(name) else {
            return Vec::new();
        };
        let named: BTreeSet<&str> = columns.iter().filter_map(|column| run_of(column)).collect();
        let runs = provenance.runs.iter().map(|run| run.run.as_str());
        let recordings = provenance.recordings.iter();
        let watched = recordings.map(|recording| recording.run.as_str());
        let behind = runs
            .chain(watched)
            .filter(|run| named.is_empty() || named.contains(run));
        let sets: BTreeSet<&str> = behind
            .filter_map(|run| Some(experiments.runs.get(run)?.parameter_set.name()))
            .collect();
        sets.into_iter().map(str::to_owned).collect()
    }

    /// What a file stands on.
    pub(crate) fn ground(&self, name: &str) -> Ground {
        match self.provenance(name) {
            Some(provenance) if !provenance.data_set.is_mnist() => Ground::OtherImages,
            Some(provenance) if provenance.stamp().is_none() => Ground::PaperScale,
            // Without a word on where it came from nothing is taken for the paper's experiment.
            _ => Ground::SmallerScale,
        }
    }

    /// The values of a column: named, `#N`, or `run:NAME`.
    pub(crate) fn column(&self, name: &str, table: &Table, column: &str) -> Result<Vec<f64>> {
        let file = || {
            self.path(name)
                .map_or_else(|| name.to_owned(), |path| path.display().to_string())
        };
        if let Some(run) = column.strip_prefix(RUN) {
            let behind = self
                .provenance(name)
                .and_then(|provenance| provenance.runs.iter().find(|entry| entry.run == run));
            let Some(behind) = behind else {
                bail!("{}: no column belongs to the run `{run}`", file());
            };
            return Ok(table.column(&behind.column).with_context(file)?.to_vec());
        }
        if let Some(number) = column.strip_prefix('#') {
            let place: usize = number
                .parse()
                .with_context(|| format!("column `{column}`: expected a number after #"))?;
            let Some(name) = table.names().nth(place.saturating_sub(1)) else {
                bail!(
                    "{}: there is no column number {place}; there are {}",
                    file(),
                    table.names().count()
                );
            };
            return Ok(table.column(name).with_context(file)?.to_vec());
        }
        Ok(table.column(column).with_context(file)?.to_vec())
    }

    /// Where it all is.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }
}

/// The run that a column belongs to, if it is named so.
pub(crate) fn run_of(column: &str) -> Option<&str> {
    column.strip_prefix(RUN)
}
