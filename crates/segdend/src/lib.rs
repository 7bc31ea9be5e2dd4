//! The command `segdend`: the paper's experiments from data to pictures.
//!
//! An experiment is data, a run is a pure function of it, a figure is a pure function of runs. The
//! modules, in the order in which data flows through them:
//!
//! | module | what it does |
//! |---|---|
//! | [`experiments`] | reads `experiments/runs.toml` and `experiments/figures.toml` |
//! | `project` | where experiments, results and reports lie |
//! | `data_source` | finds, verifies or fetches the images |
//! | [`resolve`] | run, scale and data set become one specification and its cache key |
//! | `run_directory`, `manifest` | what is kept of a run: checkpoint, manifest, result, lock |
//! | `drive`, `train_one` | trains what is missing, side by side, and can be stopped at any moment |
//! | `progress`, `tally` | show how far each has come, and all together |
//! | `tables` | results become CSV files with eLife's names and columns |
//! | `statistics` | what the tests say, computed from the CSV files |
//! | `recordings` | what is measured of trainings beside their test errors |
//! | `provenance` | where source data came from |
//! | `panels` | source data and pictures, one module a kind of panel |
//! | `audit` | claims, measured and judged |
//! | `render` | one sheet of rows as page, Markdown, CSV or terminal table |
//! | `report` | the audit and the pictures as one page |
//! | `prose` | what README and findings hold of the audit |
//! | `verify` | what is kept, computed again and compared |
//! | `commands` | one module a subcommand |

mod args;
mod audit;
mod commands;
mod data_source;
mod drive;
pub mod experiments;
pub mod fetch;
mod final_weights;
mod interrupt;
mod manifest;
mod output;
mod panels;
mod progress;
mod project;
mod prose;
mod provenance;
pub mod recordings;
mod render;
mod report;
pub mod resolve;
mod run_directory;
mod statistics;
mod suggest;
mod summary;
mod system;
mod tables;
mod tally;
mod train_one;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

/// How a command ended that could be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All went well.
    Done,
    /// A value beyond its tolerance, or a run or figure that failed.
    Failed,
    /// Input that cannot be used.
    Unusable,
    /// Stopped by Ctrl-C; the same command goes on.
    Interrupted,
}

/// Exit codes; documented in `segdend --help`.
impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::Failed => 1,
            Outcome::Unusable => 2,
            Outcome::Interrupted => interrupt::EXIT_CODE,
        })
    }
}

/// Runs the command line and returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match args::Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(refusal) => {
            // A closed pipe is no reason to complain about the complaint.
            let _ = refusal.print();
            return ExitCode::from(u8::try_from(refusal.exit_code()).unwrap_or(2));
        }
    };
    match commands::run(&arguments) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            output::error(&error);
            Outcome::Unusable.into()
        }
    }
}
