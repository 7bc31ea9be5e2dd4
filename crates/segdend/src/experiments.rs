//! The experiments as data: scales and runs (`runs.toml`), figures (`figures.toml`).

mod claims;
mod figures;
mod parameter_set;
mod recordings;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use serde::Deserialize;

pub use claims::{
    Claim, Claims, ColumnStatistic, Difference, Formula, Measurement, Needs, PublishedTTest,
    Question, ReportedRates, Rule, SeparationMeasure, TEXT_PANEL,
};
pub use figures::{ColorRole, Figure};
pub use parameter_set::ParameterSet;
pub use recordings::{Recording, RecordingKind};

use crate::resolve;
use crate::suggest;

/// How much of every run is done.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// One line for people.
    pub title: String,
    /// Training images an epoch, from the beginning of the set.
    pub train_images: usize,
    /// Test images a test, from the beginning of the set.
    pub test_images: usize,
    /// Epochs at most.
    pub epochs: usize,
    /// Repeated tests of the final weights, at most.
    pub final_tests: usize,
    /// Independent networks of a condition at most, the run itself included.
    #[serde(default = "one")]
    pub networks: usize,
    /// Learning rates a layer on the coarse grid of the search for them; the paper has 11.
    #[serde(default = "papers_grid")]
    pub grid_rates: usize,
    /// Whether the embedded digits may stand in where MNIST cannot be had.
    #[serde(default)]
    pub stand_in: bool,
}

fn one() -> usize {
    1
}

fn papers_grid() -> usize {
    11
}

/// One network, trained once.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// One line for people.
    pub title: String,
    /// Units of the hidden layers, bottom up.
    pub hidden: Vec<usize>,
    /// One learning rate a layer with weights, bottom up.
    pub learning_rates: Vec<f64>,
    /// The parameters to begin with; if left out, the replication's own.
    #[serde(default)]
    pub parameter_set: ParameterSet,
    /// Epochs of the paper's experiment.
    pub epochs: usize,
    /// Repeated tests of the final weights; if left out, those of the scale.
    #[serde(default)]
    pub final_tests: Option<usize>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Further seeds, each an independent network.
    #[serde(default)]
    pub seeds: Vec<u64>,
    /// Further sets of parameters, each with the seeds of its networks.
    #[serde(default)]
    pub sets: BTreeMap<ParameterSet, Vec<u64>>,
    /// Whether the final weights stay beside the result.
    #[serde(default)]
    pub keep_weights: bool,
    /// Parameters that differ from the set.
    #[serde(default)]
    pub parameters: toml::Table,
    /// Mechanisms that differ from the standard network.
    #[serde(default)]
    pub mechanisms: toml::Table,
}

impl Run {
    /// The further networks of this run, which is called `name`: of its seeds, and of its sets.
    fn networks(&self, name: &str) -> Vec<(String, Run)> {
        let plain = Run {
            seeds: Vec::new(),
            sets: BTreeMap::new(),
            keep_weights: false,
            ..self.clone()
        };
        let seeded = |base: &Run, name: &str, seed: u64| {
            let run = Run {
                title: format!("{}, seed {seed}", base.title),
                seed,
                ..base.clone()
            };
            (network_name(name, seed), run)
        };
        let seeds = self.seeds.iter().map(|&seed| seeded(&plain, name, seed));
        let sets = self.sets.iter().flat_map(|(&set, seeds)| {
            let name = set_name(name, set);
            let run = Run {
                title: format!("{}, parameters of {}", self.title, set.name()),
                parameter_set: set,
                ..plain.clone()
            };
            let networks: Vec<_> = seeds
                .iter()
                .map(|&seed| match seed == self.seed {
                    true => (name.clone(), run.clone()),
                    false => seeded(&run, &name, seed),
                })
                .collect();
            networks
        });
        seeds.chain(sets).collect()
    }
}

/// What the network of a run with a further seed is called.
#[must_use]
pub fn network_name(run: &str, seed: u64) -> String {
    format!("{run}-seed{seed}")
}

/// What a run under another set of parameters is called.
#[must_use]
pub fn set_name(run: &str, set: ParameterSet) -> String {
    format!("{run}-{}", set.name())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RunsFile {
    scales: BTreeMap<String, Scale>,
    runs: BTreeMap<String, Run>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordingsFile {
    recordings: BTreeMap<String, Recording>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FiguresFile {
    figures: Vec<toml::Table>,
}

/// All scales, runs and figures, checked against each other.
#[derive(Debug, Clone)]
pub struct Experiments {
    /// The scales by name.
    pub scales: BTreeMap<String, Scale>,
    /// The runs by name.
    pub runs: BTreeMap<String, Run>,
    /// The recordings by name.
    pub recordings: BTreeMap<String, Recording>,
    /// The figures in the order of their file.
    pub figures: Vec<Figure>,
}

/// The name of the scale at which nothing is left out: what stamps compare with.
pub const PAPER_SCALE: &str = "paper";

impl Experiments {
    /// The experiments that the program carries with it.
    ///
    /// # Errors
    /// As [`Experiments::parse`]; the files are part of the program, so a test rules it out.
    pub fn embedded() -> Result<Self> {
        let runs = include_str!("../../../experiments/runs.toml");
        let recordings = include_str!("../../../experiments/recordings.toml");
        let figures = include_str!("../../../experiments/figures.toml");
        Self::parse(
            ("experiments/runs.toml", runs),
            ("experiments/recordings.toml", recordings),
            ("experiments/figures.toml", figures),
        )
    }

    /// Reads `runs.toml`, `recordings.toml` and `figures.toml` in a directory.
    ///
    /// # Errors
    /// If a file cannot be read, and as [`Experiments::parse`].
    pub fn read(directory: &Path) -> Result<Self> {
        let text = |name: &str| {
            let path = directory.join(name);
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            anyhow::Ok((path.display().to_string(), text))
        };
        let (runs, recordings, figures) = (
            text("runs.toml")?,
            text("recordings.toml")?,
            text("figures.toml")?,
        );
        Self::parse(
            (&runs.0, &runs.1),
            (&recordings.0, &recordings.1),
            (&figures.0, &figures.1),
        )
    }

    /// Makes experiments of the names and texts of the three files.
    ///
    /// # Errors
    /// If a file is not TOML of the expected form, or names what does not exist. The message names
    /// the file, the table and the field.
    pub fn parse(
        runs: (&str, &str),
        recordings: (&str, &str),
        figures: (&str, &str),
    ) -> Result<Self> {
        let (runs_path, recordings_path, figures_path) = (runs.0, recordings.0, figures.0);
        let RunsFile { scales, mut runs } =
            toml::from_str(runs.1).with_context(|| runs_path.to_owned())?;
        let further: Vec<_> = runs
            .iter()
            .flat_map(|(name, run)| run.networks(name))
            .collect();
        for (name, run) in further {
            let taken = runs.insert(name.clone(), run).is_some();
            ensure!(!taken, "{runs_path}: two runs are called `{name}`");
        }
        let RecordingsFile { mut recordings } =
            toml::from_str(recordings.1).with_context(|| recordings_path.to_owned())?;
        let further: Vec<_> = recordings
            .iter()
            .filter_map(|(name, it)| Some(it.further(name, runs.get(&it.run)?.seed)))
            .flatten()
            .collect();
        for (name, recording) in further {
            let taken = recordings.insert(name.clone(), recording).is_some();
            ensure!(
                !taken,
                "{recordings_path}: two recordings are called `{name}`"
            );
        }
        let FiguresFile { figures } =
            toml::from_str(figures.1).with_context(|| figures_path.to_owned())?;
        let mut experiments = Self {
            scales,
            runs,
            recordings,
            figures: Vec::new(),
        };
        experiments.figures = figures
            .into_iter()
            .map(|figure| Figure::from_table(figure, &experiments))
            .collect::<Result<_>>()
            .with_context(|| figures_path.to_owned())?;
        experiments
            .check_runs()
            .with_context(|| runs_path.to_owned())?;
        experiments
            .check_recordings()
            .with_context(|| recordings_path.to_owned())?;
        experiments
            .check_figures()
            .with_context(|| figures_path.to_owned())?;
        Ok(experiments)
    }

    /// The experiments with another set of parameters in place of the replication's own: what has a set
    /// of its own is left out, and so is what is drawn from it.
    #[must_use]
    pub(crate) fn under_set(&self, set: ParameterSet) -> Self {
        let mut under = self.clone();
        under
            .runs
            .retain(|_, run| run.parameter_set == ParameterSet::default());
        for run in under.runs.values_mut() {
            run.parameter_set = set;
        }
        under
            .recordings
            .retain(|_, recording| under.runs.contains_key(&recording.run));
        under.figures.retain(|figure| {
            let runs = figure.runs();
            let recordings = figure.recordings();
            !figure.takes_what_is_there()
                && runs.iter().all(|&run| under.runs.contains_key(run))
                && recordings
                    .iter()
                    .all(|&name| under.recordings.contains_key(name))
                && !(runs.is_empty() && recordings.is_empty())
        });
        under
    }

    /// A figure, which must be there.
    #[cfg(test)]
    pub(crate) fn figure(&self, name: &str) -> &Figure {
        let found = self.figures.iter().find(|figure| figure.name() == name);
        found.expect("a figure of that name")
    }

    /// A scale by name.
    ///
    /// # Errors
    /// If there is none of that name; the message lists those there are.
    pub fn scale(&self, name: &str) -> Result<&Scale> {
        let unknown = || {
            anyhow!(
                "no scale is called `{name}`: {}",
                suggest::among(name, self.scales.keys().map(String::as_str))
            )
        };
        self.scales.get(name).ok_or_else(unknown)
    }

    /// A run by name.
    ///
    /// # Errors
    /// If there is none of that name; the message lists those there are.
    pub fn run(&self, name: &str) -> Result<&Run> {
        let unknown = || {
            anyhow!(
                "no run is called `{name}`: {}",
                suggest::among(name, self.runs.keys().map(String::as_str))
            )
        };
        self.runs.get(name).ok_or_else(unknown)
    }

    /// The runs whose results a figure shows; at a scale, since that says how many independent
    /// networks there are.
    #[must_use]
    pub fn runs_of(&self, figure: &Figure, scale: &Scale) -> Vec<String> {
        let named = figure.runs().into_iter().map(str::to_owned);
        if !figure.shows_all_networks() {
            return named.collect();
        }
        let further = scale.networks.saturating_sub(1);
        named
            .flat_map(|name| {
                let seeds = self.runs.get(&name).map_or(&[][..], |run| &run.seeds);
                let networks: Vec<String> = seeds
                    .iter()
                    .take(further)
                    .map(|&seed| network_name(&name, seed))
                    .collect();
                [name].into_iter().chain(networks)
            })
            .collect()
    }

    /// A recording by name.
    ///
    /// # Errors
    /// If there is none of that name; the message lists those there are.
    pub fn recording(&self, name: &str) -> Result<&Recording> {
        let unknown = || {
            anyhow!(
                "no recording is called `{name}`: {}",
                suggest::among(name, self.recordings.keys().map(String::as_str))
            )
        };
        self.recordings.get(name).ok_or_else(unknown)
    }

    fn check_recordings(&self) -> Result<()> {
        for (name, recording) in &self.recordings {
            check_name(name)
                .and_then(|()| recording.check(self))
                .with_context(|| format!("[recordings.{name}]"))?;
        }
        Ok(())
    }

    fn check_runs(&self) -> Result<()> {
        for (name, scale) in &self.scales {
            check_name(name).with_context(|| format!("[scales.{name}]"))?;
            let fields = [
                ("train_images", scale.train_images),
                ("test_images", scale.test_images),
            ];
            for (field, value) in fields {
                ensure!(
                    value > 0,
                    "[scales.{name}]: {field} is 0, expected at least 1"
                );
            }
        }
        for (name, scale) in &self.scales {
            ensure!(
                [2, 3, 5, 6, 11, 21].contains(&scale.grid_rates),
                "[scales.{name}]: grid_rates is {}, expected 2, 3, 5, 6, 11 or 21, which divide the grid evenly",
                scale.grid_rates
            );
        }
        for (name, run) in &self.runs {
            check_name(name).with_context(|| format!("[runs.{name}]"))?;
            resolve::training_spec(run).with_context(|| format!("[runs.{name}]"))?;
        }
        Ok(())
    }

    fn check_figures(&self) -> Result<()> {
        let mut names = BTreeSet::new();
        let mut files = BTreeSet::new();
        for figure in &self.figures {
            let name = figure.name();
            ensure!(
                names.insert(name),
                "two figures are called `{name}`: give each a name of its own"
            );
            figure
                .check(self)
                .with_context(|| format!("figure `{name}`"))?;
            for file in figure.files() {
                ensure!(
                    files.insert(file),
                    "figure `{name}`: the file name {file} is used twice"
                );
            }
        }
        Ok(())
    }
}

/// Names become directories and files.
fn check_name(name: &str) -> Result<()> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    ensure!(
        !name.is_empty() && name.chars().all(allowed),
        "the name `{name}` holds other characters than letters, digits, `-` and `_`"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    //! Promise: the experiments in the program are whole, and a slip in a file is named.
    use super::*;
    use crate::panels::error_curves;

    fn refusal(from: &str, to: &str) -> String {
        let runs = include_str!("../../../experiments/runs.toml").replacen(from, to, 1);
        let recordings = include_str!("../../../experiments/recordings.toml").replacen(from, to, 1);
        let figures = include_str!("../../../experiments/figures.toml").replacen(from, to, 1);
        let parsed = Experiments::parse(
            ("runs.toml", &runs),
            ("recordings.toml", &recordings),
            ("figures.toml", &figures),
        );
        format!("{:#}", parsed.unwrap_err())
    }

    #[test]
    fn embedded_experiments_are_the_papers() {
        let experiments = Experiments::embedded().unwrap();
        let paper = experiments.scale(PAPER_SCALE).unwrap();
        assert_eq!(
            (
                paper.train_images,
                paper.test_images,
                paper.epochs,
                paper.final_tests
            ),
            (60_000, 10_000, 60, 20)
        );
        assert_eq!(
            experiments.run("two-hidden").unwrap().learning_rates,
            [0.23, 0.23, 0.12]
        );
        let fig6b = experiments.figure("fig6b").of_kind::<error_curves::Panel>();
        let reported: Vec<_> = fig6b
            .unwrap()
            .series
            .iter()
            .filter_map(|s| s.reported_final_percent)
            .collect();
        assert_eq!(reported, [8.3, 4.1, 3.2]);
    }

    /// Regression: lists of runs and recordings were sorted, and the angles of Figure 7A changed places.
    #[test]
    fn names_keep_their_order() {
        let experiments = Experiments::embedded().unwrap();
        let recordings = experiments.figure("fig7a").recordings();
        assert_eq!(recordings, ["angle-spikes", "angle-rates"]);
        let runs = experiments.figure("extra-paper-vs-code").runs();
        assert_eq!(runs[..2], ["regular", "regular-unlimited-kernel"]);
    }

    #[test]
    fn networks_are_those_of_the_seeds() {
        let experiments = Experiments::embedded().unwrap();
        let figure = experiments.figure("extra-seeds");
        let at = |scale: &str| {
            let networks = experiments.runs_of(figure, experiments.scale(scale).unwrap());
            let of_regular = networks.into_iter().filter(|name| {
                name.strip_prefix("regular")
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with("-seed"))
            });
            of_regular.collect::<Vec<_>>()
        };
        assert_eq!(at("quick"), ["regular", "regular-seed2"]);
        let seeds = &experiments.run("regular").unwrap().seeds;
        assert_eq!(at("paper").len(), 1 + seeds.len());
    }

    #[test]
    fn slips_are_named() {
        let unknown_field = refusal("learning_rates = [0.19]", "learning_rate = [0.19]");
        assert!(
            unknown_field.contains("runs.toml")
                && unknown_field.contains("unknown field `learning_rate`"),
            "{unknown_field}"
        );
        let parameter = refusal(
            "[runs.two-hidden]",
            "[runs.regular.parameters]\ntau_lnog_ms = 1.0\n[runs.two-hidden]",
        );
        assert!(
            parameter.contains("[runs.regular]")
                && parameter.contains("did you mean `tau_long_ms`"),
            "{parameter}"
        );
        let rates = refusal("learning_rates = [0.19]", "learning_rates = [0.19, 0.1]");
        assert!(
            rates.contains("[runs.shallow]") && rates.contains("2 learning rates"),
            "{rates}"
        );
        let series = refusal("run = \"regular\"\nlabel", "run = \"reglar\"\nlabel");
        assert!(
            series.contains("figures.toml") && series.contains("did you mean `regular`"),
            "{series}"
        );
        let recording = refusal("run = \"rate-feedback\"", "run = \"rate-fedback\"");
        assert!(
            recording.contains("recordings.toml") && recording.contains("[recordings.angle-rates]"),
            "{recording}"
        );
        // An entry, the file that it stands in, its field, and what to write instead.
        for (from, to, said) in [
            (
                "draws = \"embeddings\"",
                "draws = \"embedings\"",
                ["figure `fig6c`", "draws", "did you mean `embeddings`"],
            ),
            (
                "recording = \"embedding\"",
                "recording = \"embeding\"",
                ["figure `fig6c`", "recording", "did you mean `embedding`"],
            ),
            (
                "recording = \"embedding\"",
                "recordings = \"embedding\"",
                [
                    "figure `fig6c`",
                    "unknown field `recordings`",
                    "`recording`",
                ],
            ),
            (
                "maps = \"Fig_6C.csv\"\n",
                "",
                ["figure `fig6c`", "missing field", "`maps`"],
            ),
            (
                "maps = \"Fig_6C.csv\"",
                "maps = \"../Fig_6C.csv\"",
                ["figure `fig6c`", "maps", "not a plain file name"],
            ),
            (
                "baseline = \"regular\"",
                "baseline = \"reglar\"",
                [
                    "figure `extra-paper-vs-code`",
                    "baseline",
                    "did you mean `regular`",
                ],
            ),
            (
                "figures = [\"fig6b\"",
                "figures = [\"fig6c\"",
                ["figure `extra-seeds`", "figures", "did you mean `fig6b`"],
            ),
        ] {
            let refusal = refusal(from, to);
            assert!(refusal.contains("figures.toml"), "{refusal}");
            for part in said {
                assert!(refusal.contains(part), "{part}: {refusal}");
            }
        }
    }

    #[test]
    fn no_figure_is_without_its_words() {
        let figures = include_str!("../../../experiments/figures.toml");
        for field in ["name", "title", "heading", "legend", "draws"] {
            let line = figures
                .lines()
                .find(|line| line.starts_with(&format!("{field} = ")));
            let line = format!("{}\n", line.unwrap());
            for (to, said) in [
                ("", format!("{field} is missing")),
                (&format!("{field} = \" \"\n"), format!("{field} is \" \"")),
                (&format!("{field} = 1\n"), format!("{field} is 1")),
            ] {
                let refusal = refusal(&line, to);
                let named = field == "name" || refusal.contains("figure `fig1a`");
                assert!(named && refusal.contains(&said), "{said}: {refusal}");
            }
        }
    }
}
