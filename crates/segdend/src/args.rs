//! The command line.

mod help;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::data_source::{DIRECTORY_VARIABLE, DataRequest, DataSetName};
use crate::experiments::ParameterSet;
use crate::project::Places;
use crate::system;

const ABOUT: &str = "Rebuilds \"Towards deep learning with segregated dendrites\" \
(Guerguiev, Lillicrap & Richards 2017, eLife 6:e22901): trains its networks, draws its figures, checks its simulator.";

const LONG_ABOUT: &str = "Rebuilds \"Towards deep learning with segregated dendrites\" \
(Guerguiev, Lillicrap & Richards 2017, eLife 6:e22901, arXiv 1610.00161): trains its networks, draws its figures, \
checks its simulator.

Every training is computed once and kept under a key of everything that determines it: parameters, seed, images, \
version of the model. A command can be stopped at any moment (Ctrl-C, kill -9, a power cut); the same command goes on \
from the last checkpoint and ends with the same weights, bit for bit, on any number of threads.";

const AFTER_HELP: &str = "Examples:
  segdend reproduce smoke                 is everything in order? (about a minute)
  segdend figure 6b                       Figure 6B at quick scale (minutes)
  segdend reproduce paper                 the paper's experiment: 60 epochs of 60,000 images
  segdend train --images i.gz --labels l.gz --hidden 200 --epochs 3
  segdend replay trace.json.gz --engine fast

Scales, runs and figures are data: experiments/runs.toml and experiments/figures.toml of the project that the current \
directory lies in, else those built into the program. Results go to results/SCALE/, pictures to reports/SCALE/ beside \
experiments/. Progress goes to standard error, results to standard output.

Exit codes:
  0    all went well
  1    a value is beyond its tolerance, a run or figure failed, or what is kept does not come out again
  2    bad usage, or input that cannot be used
  130  interrupted; the same command goes on from where it stopped";

#[derive(Debug, Parser)]
#[command(name = "segdend", version, about = ABOUT, long_about = LONG_ABOUT, after_help = AFTER_HELP, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) general: General,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Tests that any paper reports.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Statistics that any paper reports")]
pub(crate) struct ReportedTests {
    /// Check the reported tests in this table instead. Its columns: source, test (t, F, r, z, chi2 or
    /// Q), df1, df2, statistic, p, and where wanted comparisons and tails
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "scale",
        group = "reported tests"
    )]
    pub(crate) statistics: Option<PathBuf>,
    /// Check the reported tests found in this text or PDF instead
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "scale",
        group = "reported tests"
    )]
    pub(crate) text: Option<PathBuf>,
    /// The encoding of the file, such as latin1, utf-16le or macintosh [default: by its bytes]
    #[arg(long, value_name = "NAME", requires = "reported tests")]
    pub(crate) encoding: Option<String>,
    /// Take P = 0 and P = .000 for a P that rounds to it, not for an error
    #[arg(long, requires = "reported tests")]
    pub(crate) allow_zero: bool,
    /// Print the result as CSV, a row a test
    #[arg(long, requires = "reported tests", conflicts_with = "json")]
    pub(crate) csv: bool,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "General options")]
pub(crate) struct General {
    /// Print the result as one JSON document on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Show no progress; warnings and errors remain
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Threads to use [default: all processors]. The results do not depend on it
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// The project: a directory that holds experiments/runs.toml [default: the current directory or one above it]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
    /// Where results go [default: results/ of the project]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) results: Option<PathBuf>,
    /// Where reports go [default: reports/ of the project]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) reports: Option<PathBuf>,
}

impl General {
    pub(crate) fn places(&self) -> Places {
        Places {
            project: self.project.clone(),
            results: self.results.clone(),
            reports: self.reports.clone(),
        }
    }

    pub(crate) fn threads(&self) -> usize {
        self.threads
            .map_or_else(system::available_threads, usize::from)
    }
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Data options")]
pub(crate) struct DataArguments {
    /// Which images [default: MNIST; at smoke scale, digits drawn by the program if MNIST cannot be had]
    #[arg(long, value_name = "NAME")]
    data_set: Option<DataSetName>,
    /// The directory of MNIST's four files, plain or .gz. Looked for here, then in $SEGDEND_DATA_DIR,
    /// then in data/mnist of the project; if nowhere, fetched into the first of them
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Fetch nothing
    #[arg(long)]
    offline: bool,
}

impl DataArguments {
    /// The command line first, then the environment.
    pub(crate) fn request(&self) -> DataRequest {
        let from_environment = || {
            std::env::var_os(DIRECTORY_VARIABLE)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        DataRequest {
            name: self.data_set,
            directories: self
                .data_dir
                .clone()
                .into_iter()
                .chain(from_environment())
                .collect(),
            offline: self.offline,
        }
    }
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "General options")]
pub(crate) struct PaceArguments {
    /// Save a checkpoint at least this often, in seconds (and after every epoch)
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0)]
    pub(crate) checkpoint_every: f64,
}

/// How figures are made.
#[derive(Debug, Clone, Args)]
pub(crate) struct MakeArguments {
    /// Compute nothing: make what can be made of the runs and recordings that are there
    #[arg(long)]
    pub(crate) no_training: bool,
    #[command(flatten)]
    pub(crate) pace: PaceArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compute every figure at a scale: train what is missing, write source data, draw
    #[command(after_help = "Examples:
  segdend reproduce                       everything at quick scale
  segdend reproduce smoke --only fig6b
  segdend reproduce paper --no-training   draw again what there is
  segdend reproduce paper --threads 8 --json > paper.json

What is there already is not computed again. Exit code 1 if any figure failed.")]
    Reproduce {
        /// The scale: smoke, quick, paper, or another of experiments/runs.toml
        #[arg(default_value = "quick")]
        scale: String,
        /// Only these figures
        #[arg(long, value_name = "FIGURE", num_args = 1.., value_delimiter = ',')]
        only: Vec<String>,
        #[command(flatten)]
        data: DataArguments,
        #[command(flatten)]
        make: MakeArguments,
    },
    /// Compute one figure at a scale
    #[command(after_help = "Examples:
  segdend figure 6b
  segdend figure fig6b smoke
  segdend figure 5b --numbering arxiv     the same panel by its number in arXiv 1610.00161

Writes results/SCALE/source-data/*.csv, the statistics beside them, and reports/SCALE/figures/*.svg and *.png.")]
    Figure {
        /// The figure: fig6b, 6b, \"Figure 6B\"
        name: String,
        /// The scale: smoke, quick, paper, or another of experiments/runs.toml
        #[arg(default_value = "quick")]
        scale: String,
        /// Whose numbers figures have
        #[arg(long, value_enum, default_value_t = Numbering::Elife)]
        numbering: Numbering,
        #[command(flatten)]
        data: DataArguments,
        #[command(flatten)]
        make: MakeArguments,
    },
    /// List the figures: number, title, runs, whether they are there, what they cost
    #[command(after_help = "Example:
  segdend figures paper --json

The cost is an estimate for this number of threads, for what is still to be computed.")]
    Figures {
        /// The scale: smoke, quick, paper, or another of experiments/runs.toml
        #[arg(default_value = "quick")]
        scale: String,
        #[command(flatten)]
        data: DataArguments,
    },
    /// List the runs and how far they have come
    #[command(after_help = "Example:
  segdend runs paper")]
    Runs {
        /// The scale: smoke, quick, paper, or another of experiments/runs.toml
        #[arg(default_value = "quick")]
        scale: String,
        #[command(flatten)]
        data: DataArguments,
    },
    /// Train one network: a run of experiments/runs.toml, or one on images of your own
    #[command(after_help = help::TRAIN)]
    Train(Box<TrainArguments>),
    /// Replay recorded sessions through a simulator and compare every number
    #[command(after_help = "Examples:
  segdend replay trace.json.gz
  segdend replay traces/*.json.gz --engine fast
  segdend replay trace.json --tolerance 1e-9 --json

A trace is a short training session of either model with all that is random recorded (JSON, plain or gzip). For each quantity the largest \
deviation from the trace is shown, and where it is. Allowed by default: 1e-12 for the reference (f64); 1e-9 plus 2e-5 \
of the quantity's largest value for the fast engine (f32).

Exit codes: 0 all within the tolerance, 1 something beyond it, 2 a file that cannot be used.")]
    Replay {
        /// The traces
        #[arg(required = true, value_name = "TRACE")]
        traces: Vec<PathBuf>,
        /// The simulator
        #[arg(long, value_enum, default_value_t = EngineName::Reference)]
        engine: EngineName,
        /// The largest deviation allowed, absolute, in each quantity's own unit
        #[arg(long, value_name = "X", value_parser = tolerance, allow_negative_numbers = true)]
        tolerance: Option<f64>,
    },
    /// Audit the paper's claims with what is computed at a scale, or the statistics that any paper reports
    #[command(after_help = "Examples:
  segdend audit                           the claims at quick scale
  segdend audit paper --json
  segdend audit --statistics tests.csv    do reported P values follow from the statistics?
  segdend audit --text paper.pdf          the same of all tests in a text
  segdend audit --text paper.txt --csv > tests.csv

Nothing is trained: claims whose runs are missing say which command computes them. Writes \
reports/SCALE/audit.json, audit.csv and audit.md.

A table of statistics has a row of column names and the columns test (t, F, r, z, chi2, Q), df1, df2 (F alone), \
statistic and p (as printed: .031, < .05, 8.4 x 10^-4, n.s.); and, if you like, source, comparisons (Bonferroni's \
factor) and tails (two, one, upper, lower). Other columns are carried along into JSON and CSV. Commas, semicolons or \
tabs part the cells; with the latter two a number may have a decimal comma.

In a text these are found: t(28) = 2.20, p = .036; F(2, 45) = ...; r(28) = ...; chi2(1, N = 100) = ...; z = ...; \
Q(2) = ...; degrees of freedom as subscripts too, and LaTeX, Markdown and HTML. A PDF needs `pdftotext`.

What is impossible (P below 0, of 0 or above 1, |r| above 1, F below 0, no degrees of freedom) is an error. What cannot \
be read is listed with its line, and the rest is judged. Exit code 1 if any report is impossible or contradicts itself, \
2 if none can be read.")]
    Audit {
        /// The scale: smoke, quick, paper, or another of experiments/runs.toml
        #[arg(default_value = "quick")]
        scale: String,
        #[command(flatten)]
        reported: ReportedTests,
        #[command(flatten)]
        data: DataArguments,
    },
    /// Bind audit and pictures of a scale into one page, reports/SCALE/index.html
    #[command(after_help = "Examples:
  segdend report paper
  segdend report quick --open

The page is one file: no network, no script. Nothing is trained or drawn: what is missing says how to make it.")]
    Report {
        /// The scale: smoke, quick, paper, or another of experiments/runs.toml
        #[arg(default_value = "quick")]
        scale: String,
        /// Show it in a browser
        #[arg(long)]
        open: bool,
        #[command(flatten)]
        data: DataArguments,
    },
    /// Compute again what is kept of a scale, and compare: an epoch's weights, tables, pictures, verdicts
    #[command(after_help = help::VERIFY)]
    Verify {
        /// The run whose first epoch is trained again, by its name or its directory [default: any that is finished]
        run: Option<String>,
        /// The scale: smoke, quick, paper, or another of experiments/runs.toml
        #[arg(long, default_value = "paper")]
        scale: String,
        #[command(flatten)]
        data: DataArguments,
    },
    /// Print what README.md and reports/paper/findings.md hold of the results, or write it there
    #[command(after_help = help::README)]
    Readme {
        /// Write it into the files
        #[arg(long)]
        write: bool,
    },
    /// Find MNIST, or fetch it, and verify it
    #[command(after_help = "Examples:
  segdend data
  segdend data --data-dir ~/mnist --offline --json

Proxies and certificates: HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE are heeded.")]
    Data {
        #[command(flatten)]
        data: DataArguments,
    },
}

#[derive(Debug, Args)]
pub(crate) struct TrainArguments {
    /// A run of experiments/runs.toml: shallow, regular, two-hidden, …
    #[arg(conflicts_with = "images")]
    pub(crate) run: Option<String>,
    /// Its scale: smoke, quick, paper, or another of experiments/runs.toml
    #[arg(default_value = "quick", conflicts_with = "images")]
    pub(crate) scale: String,

    /// Training images, IDX
    #[arg(
        long,
        value_name = "FILE",
        requires = "labels",
        help_heading = "Images of your own"
    )]
    pub(crate) images: Option<PathBuf>,
    /// Labels of the training images, IDX
    #[arg(
        long,
        value_name = "FILE",
        requires = "images",
        help_heading = "Images of your own"
    )]
    pub(crate) labels: Option<PathBuf>,
    /// Test images, IDX
    #[arg(long, value_name = "FILE", requires_all = ["test_labels", "images"], help_heading = "Images of your own")]
    pub(crate) test_images: Option<PathBuf>,
    /// Labels of the test images, IDX
    #[arg(
        long,
        value_name = "FILE",
        requires = "test_images",
        help_heading = "Images of your own"
    )]
    pub(crate) test_labels: Option<PathBuf>,
    /// Repeated tests of the final weights
    #[arg(
        long,
        value_name = "N",
        requires = "images",
        help_heading = "Images of your own"
    )]
    pub(crate) final_tests: Option<usize>,
    /// The directory that takes checkpoint, result and manifest [default: below results/]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Units of the hidden layers, bottom up; none: 0 [default: the run's; 500 for images of your own]
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        help_heading = "Network and training"
    )]
    pub(crate) hidden: Option<Vec<usize>>,
    /// One learning rate a layer with weights, bottom up [default: the run's; 0.21 each for images of your own]
    #[arg(
        long,
        value_name = "X,…",
        value_delimiter = ',',
        help_heading = "Network and training"
    )]
    pub(crate) learning_rates: Option<Vec<f64>>,
    /// Epochs [default: the smaller of the run's and the scale's; 10 for images of your own]
    #[arg(long, value_name = "N", help_heading = "Network and training")]
    pub(crate) epochs: Option<usize>,
    /// Seed of all random numbers [default: the run's; 1 for images of your own]
    #[arg(long, value_name = "N", help_heading = "Network and training")]
    pub(crate) seed: Option<u64>,
    /// The set of parameters to begin with [default: the run's; authors-2017-04-11 for images of your own]
    #[arg(
        long,
        value_name = "SET",
        value_parser = ParameterSet::parser(),
        help_heading = "Network and training"
    )]
    pub(crate) parameters: Option<ParameterSet>,
    /// Change a parameter or mechanism; may be repeated
    #[arg(
        long,
        value_name = "FIELD=VALUE",
        help_heading = "Network and training"
    )]
    pub(crate) set: Vec<String>,

    #[command(flatten)]
    pub(crate) data: DataArguments,
    #[command(flatten)]
    pub(crate) pace: PaceArguments,
}

/// Whose numbers figures have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Numbering {
    /// The final article's
    Elife,
    /// The preprint's, arXiv 1610.00161
    Arxiv,
}

/// A simulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineName {
    /// Line by line as the equations stand, in f64
    Reference,
    /// The one that trains, in f32
    Fast,
}

fn tolerance(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value >= 0.0 && value.is_finite() => Ok(value),
        _ => Err("expected zero or a positive number, such as 1e-9".to_owned()),
    }
}
