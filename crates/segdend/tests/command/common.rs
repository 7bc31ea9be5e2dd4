//! A project in a temporary folder, and the command run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// Scales and runs that take a second or so on digits.
pub const RUNS: &str = r#"
[scales.paper]
title = "what the stamps compare with"
train_images = 300
test_images = 100
epochs = 6
final_tests = 4

[scales.tiny]
title = "seconds"
train_images = 200
test_images = 60
epochs = 2
final_tests = 3
stand_in = true

[scales.long]
title = "long enough to be killed in"
train_images = 3_000
test_images = 300
epochs = 4
final_tests = 5
stand_in = true

[runs.shallow]
title = "no hidden layer"
hidden = []
learning_rates = [0.19]
parameter_set = "authors-2017-05-10"
epochs = 6
seed = 1

[runs.regular]
title = "one hidden layer"
hidden = [30]
learning_rates = [0.21, 0.21]
parameter_set = "authors-2017-05-10"
epochs = 6
seed = 1

[runs.two-hidden]
title = "two hidden layers"
hidden = [30, 20]
learning_rates = [0.23, 0.23, 0.12]
parameter_set = "authors-2017-05-10"
epochs = 6
seed = 1
"#;

pub const RECORDINGS: &str = r#"
[recordings.losses]
title = "losses"
measures = "losses"
run = "regular"

[recordings.untrained]
title = "untrained networks"
measures = "untrained"
run = "regular"

[recordings.presentations]
title = "presentations"
measures = "presentations"
run = "regular"

[recordings.angles]
title = "angles"
measures = "angles"
run = "regular"
epochs = 1
"#;

/// Figure 6B as it is, a schematic, and a panel of each of two recordings.
fn figures() -> String {
    let real = include_str!("../../../../experiments/figures.toml");
    let fig6b = real
        .split("[[figures]]\n")
        .find(|figure| figure.contains("name = \"fig6b\""))
        .unwrap();
    format!("[[figures]]\n{fig6b}\n{PANELS}")
}

const PANELS: &str = r#"
[[figures]]
name = "fig1a"
arxiv = "1a"
title = "Figure 1A. The credit assignment problem"
heading = "Figure 1"
legend = "What it shows."
draws = "schematic"

[[figures]]
name = "fig5c"
arxiv = "4c"
title = "Figure 5C. Correlation of hidden and output loss over training"
heading = "Figure 5"
legend = "What it shows."
draws = "loss-correlations"
recording = "losses"
correlations = "Fig_5C.csv"
"#;

/// A project in a temporary folder.
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// A project with small runs, and figures of every kind of need.
    pub fn new() -> Self {
        Self::with_runs(RUNS)
    }

    /// A project with these runs, and figures of every kind of need.
    pub fn with_runs(runs: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let experiments = folder.path().join("experiments");
        std::fs::create_dir(&experiments).unwrap();
        std::fs::write(experiments.join("runs.toml"), runs).unwrap();
        std::fs::write(experiments.join("recordings.toml"), RECORDINGS).unwrap();
        std::fs::write(experiments.join("figures.toml"), figures()).unwrap();
        Self { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The command, ready to be run in the project's folder. It cannot reach any network.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segdend"));
        command.args(arguments).current_dir(self.path());
        for variable in ["SEGDEND_DATA_DIR", "ALL_PROXY", "all_proxy", "https_proxy"] {
            command.env_remove(variable);
        }
        command.env("HTTPS_PROXY", "http://127.0.0.1:9");
        command
    }

    /// Runs the command to its end.
    pub fn run(&self, arguments: &[&str]) -> Finished {
        Finished::of(&self.command(arguments).output().unwrap())
    }

    /// The directories of a scale's runs, sorted.
    pub fn run_directories(&self, scale: &str) -> Vec<PathBuf> {
        let runs = self.path().join("results").join(scale).join("runs");
        let mut paths: Vec<PathBuf> = std::fs::read_dir(runs)
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        paths
    }

    /// The directory of a run at a scale; there must be one.
    pub fn run_directory(&self, scale: &str, run: &str) -> PathBuf {
        let is_of_run = |path: &&PathBuf| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(&format!("{run}-"))
        };
        let directories = self.run_directories(scale);
        let found: Vec<&PathBuf> = directories.iter().filter(is_of_run).collect();
        assert_eq!(found.len(), 1, "{run} in {directories:?}");
        found[0].clone()
    }

    /// A JSON file of a run.
    pub fn run_json(&self, scale: &str, run: &str, file: &str) -> Value {
        let path = self.run_directory(scale, run).join(file);
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }
}

/// How a command ended.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    pub fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Asserts that standard error holds all of these.
    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(
                self.stderr.contains(part),
                "{part:?} is missing in {self:#?}"
            );
        }
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }
}
