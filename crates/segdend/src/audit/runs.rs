//! Finished networks at a scale, found by what they are and not by what they are called: two runs are
//! the same experiment if their specifications differ in nothing but the seed and the number of
//! repeated tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use segdend_core::segregated;
use segdend_core::segregated::TrainingSpec;
use serde_json::Value;

use super::verdict::Ground;
use crate::experiments::{Experiments, PAPER_SCALE, Run};
use crate::manifest::{Manifest, RunResult};
use crate::resolve;
use crate::run_directory;

/// A finished network.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    /// Where it is kept.
    pub(crate) directory: PathBuf,
    /// Its manifest.
    pub(crate) manifest: Manifest,
    /// Repeated tests of its final weights, %.
    pub(crate) final_errors: Vec<f64>,
    /// Its test error before training and after every epoch, %.
    pub(crate) errors: Vec<f64>,
    /// What experiment it is.
    identity: Value,
}

impl Network {
    /// The mean of its repeated tests; of none, none.
    pub(crate) fn mean_error(&self) -> Option<f64> {
        segdend_analysis::mean(&self.final_errors).ok()
    }
}

/// The finished networks of a scale.
#[derive(Debug, Default)]
pub(crate) struct Networks {
    all: Vec<Network>,
}

impl Networks {
    /// Reads those in a scale's directory of runs, which need not be there.
    pub(crate) fn read(directory: &Path) -> Result<Self> {
        let mut all = Vec::new();
        let entries = std::fs::read_dir(directory).into_iter().flatten();
        let mut paths: Vec<_> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        paths.sort();
        for path in paths {
            let manifest: Option<Manifest> = run_directory::read_json(&path.join("manifest.json"))?;
            let result: Option<RunResult> = run_directory::read_json(&path.join("result.json"))?;
            let (Some(manifest), Some(result)) = (manifest, result) else {
                continue;
            };
            // Numbers of another version of the model are not comparable.
            if manifest.model_version != segregated::VERSION {
                continue;
            }
            all.push(Network {
                identity: identity(&manifest.spec),
                final_errors: result.history.final_test_errors_percent,
                errors: result.history.test_errors_percent,
                manifest,
                directory: path,
            });
        }
        Ok(Self { all })
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[Network] {
        &self.all
    }

    /// The networks of a run: of those that are this experiment, the ones whose seeds the experiments
    /// list. Whatever else was trained to the same directory is no part of a comparison.
    pub(crate) fn of_run(
        &self,
        experiments: &Experiments,
        run: &Run,
        scale: &str,
    ) -> Result<Vec<&Network>> {
        let seeds = seeds(experiments, run, scale)?;
        let mut networks = self.of(&spec(experiments, run, scale)?);
        networks.retain(|network| seeds.contains(&network.manifest.seed));
        Ok(networks)
    }

    /// Those that are this experiment on one data set, a seed each, in the order of the seeds.
    pub(crate) fn of(&self, spec: &TrainingSpec) -> Vec<&Network> {
        let wanted = identity(spec);
        let same: Vec<&Network> = self
            .all
            .iter()
            .filter(|network| network.identity == wanted && !network.final_errors.is_empty())
            .collect();
        let checksum = |network: &Network| network.manifest.data.checksum.clone();
        // With several data sets, that of most networks; MNIST before stand-ins.
        let mut sets: BTreeMap<String, (bool, usize)> = BTreeMap::new();
        for network in &same {
            let set = sets.entry(checksum(network)).or_default();
            *set = (network.manifest.data.source.is_mnist(), set.1 + 1);
        }
        let Some((chosen, _)) = sets.into_iter().max_by_key(|(_, rank)| *rank) else {
            return Vec::new();
        };
        let mut by_seed = BTreeMap::new();
        for network in same {
            if checksum(network) == chosen {
                by_seed.entry(network.manifest.seed).or_insert(network);
            }
        }
        by_seed.into_values().collect()
    }
}

/// The networks of two experiments that share seed and images, in the order of the seeds.
pub(crate) fn pairs_by_seed<'n>(
    first: &[&'n Network],
    second: &[&'n Network],
) -> Vec<[&'n Network; 2]> {
    let shared = |network: &Network| {
        let manifest = &network.manifest;
        (manifest.seed, manifest.data.checksum.clone())
    };
    let pair = |one: &&'n Network| {
        let mut others = second.iter();
        let other = others.find(|other| shared(other) == shared(one))?;
        Some([*one, *other])
    };
    first.iter().filter_map(pair).collect()
}

/// A specification without what does not make another experiment.
fn identity(spec: &TrainingSpec) -> Value {
    let mut value = serde_json::to_value(spec).expect("a specification is plain data");
    if let Some(fields) = value.as_object_mut() {
        fields.remove("seed");
        fields.remove("final_tests");
    }
    value
}

/// The specification of a run at a scale.
pub(crate) fn spec(experiments: &Experiments, run: &Run, scale: &str) -> Result<TrainingSpec> {
    resolve::at_scale(run, experiments.scale(scale)?, false)
}

/// The seeds of all runs that are the same experiment as this one.
pub(crate) fn seeds(experiments: &Experiments, run: &Run, scale: &str) -> Result<BTreeSet<u64>> {
    let wanted = identity(&spec(experiments, run, scale)?);
    let mut seeds = BTreeSet::new();
    for other in experiments.runs.values() {
        if identity(&spec(experiments, other, scale)?) == wanted {
            seeds.insert(other.seed);
        }
    }
    Ok(seeds)
}

/// What networks stand on.
pub(crate) fn ground(networks: &[&Network], run: &Run, experiments: &Experiments) -> Ground {
    let paper = experiments.scales.get(PAPER_SCALE);
    let whole = |network: &&Network| {
        let data = &network.manifest.data;
        network.manifest.scale == PAPER_SCALE
            && network.manifest.spec.epochs >= run.epochs
            && paper.is_none_or(|paper| data.train_images >= paper.train_images)
    };
    if networks
        .iter()
        .any(|network| !network.manifest.data.source.is_mnist())
    {
        Ground::OtherImages
    } else if networks.iter().all(whole) {
        Ground::PaperScale
    } else {
        Ground::SmallerScale
    }
}
