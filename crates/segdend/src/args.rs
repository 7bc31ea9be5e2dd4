//! The command line.

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
  1    a value is beyond its tolerance, or a run or figure failed
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

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compute every figure at a scale: train what is missing, write source data, draw
    #[command(after_help = "Examples:
  segdend reproduce                       everything at quick scale
  segdend reproduce smoke --only fig6b
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
        pace: PaceArguments,
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
        pace: PaceArguments,
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
    #[command(after_help = TRAIN_HELP)]
    Train(Box<TrainArguments>),
    /// Replay recorded spikes through a simulator and compare every number
    #[command(after_help = "Examples:
  segdend replay trace.json.gz
  segdend replay traces/*.json.gz --engine fast
  segdend replay trace.json --tolerance 1e-9 --json

A trace is a short training session with every spike recorded (JSON, plain or gzip). For each quantity the largest \
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
    /// Audit the paper's claims with what is computed at a scale, or a table of statistics of your own
    #[command(after_help = "Examples:
  segdend audit                           the claims at quick scale
  segdend audit paper --json
  segdend audit --statistics tests.csv    do reported P values follow from the statistics?

Nothing is trained: claims whose runs are missing say which command computes them. Writes \
reports/SCALE/audit.json, audit.csv and audit.md.

A table of statistics has a header row and the columns test (t, F, r, z, chi2), df1, df2 (F alone), statistic and p \
(as printed: .031, < .05, ns); and, if you like, source, comparisons (Bonferroni's factor) and tails (two, upper, lower). \
Exit code 1 if any P contradicts its statistic.")]
    Audit {
        /// The scale: smoke, quick, paper, or another of experiments/runs.toml
        #[arg(default_value = "quick")]
        scale: String,
        /// Check the reported tests in this CSV file instead. Its columns: source, test (t, F, r, z or
        /// chi2), df1, df2, statistic, p, and where wanted comparisons and tails
        #[arg(long, value_name = "FILE", conflicts_with = "scale")]
        statistics: Option<PathBuf>,
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
    #[command(after_help = VERIFY_HELP)]
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
    #[command(after_help = "Examples:
  segdend readme
  segdend readme --write

Both are made from reports/paper/audit.json, which `segdend report paper` makes. What stands between the markers \
<!-- results:begin --> and <!-- results:end --> of README.md, and between <!-- findings:begin --> and \
<!-- findings:end --> of reports/paper/findings.md, is replaced; the rest is left as it is. Findings that do not exist \
are begun, once there is something to tell.

Every claim whose verdict is `not reproduced` or `inconsistent` is to be mentioned in the prose of findings.md by its \
id in backticks; `segdend verify` and the tests say which are not.")]
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

const VERIFY_HELP: &str = "Examples:
  segdend verify                          any network of the paper's scale
  segdend verify two-hidden
  segdend verify regular-seed2 --scale quick --json

Three things, in a temporary directory; nothing of what is kept is touched:
  the first epoch of a finished run is trained again, and the SHA-256 of its weights compared with the one in its
    result.json: of every layer, from the input up, the weights row by row (a row a unit of the upper layer), then the
    biases; then the feedback matrices, bottom up, row by row; each number as little-endian f32;
  every run's and recording's key and checksums are checked against what they say they are;
  source data, pictures, audit and page are made again from runs and recordings alone and compared byte by byte, and at
    the paper's scale the results in README.md and the tables in findings.md.

equal      the same, to the bit
kept       measured on final weights, which stay where they were trained: taken as it is, its picture drawn from it.
           Where the file and its run are deleted, the command beside it trains and measures again
different  with the first line, or byte, that is
missing    made here, but not kept; or a run or recording that a figure needs
not made   kept, but nothing makes it

Exit codes: 0 all equal or kept, 1 anything else, 2 nothing to verify, or input that cannot be used.";

const TRAIN_HELP: &str = "Examples:
  segdend train regular smoke             a run of experiments/runs.toml
  segdend train regular quick --seed 2 --set kernel_memory=unlimited
  segdend train two-hidden paper --parameters paper
  segdend train --images train-images.gz --labels train-labels.gz \\
      --test-images test-images.gz --test-labels test-labels.gz --hidden 200 --epochs 5 --out runs/mine

Images are IDX files, plain or .gz, of any size and number of classes. Without test images the last sixth of the \
training images is held out for testing.

--set takes the name of a parameter or mechanism and a value as TOML writes it:
  kernel_memory            unlimited, or { newest-steps = 10 }
  averaging_window         after-settling, or { last-steps = 20 }
  phase_length_rounding    nearest, floor
  voltage_average          mean, integral
  hidden_target            forward-rate, target-rate
  hidden_error             plateau-difference, target-minus-rate
  loss_reduction           sum, mean
  feedback_weights         random, symmetric, noisy-symmetric, or { sparse = { zero_fraction = 0.8, amplification = 5.0 } }
  feedback_signal          spikes, rates
  plateau_timing           synchronous, stochastic
  learning_rule            local, backpropagation
and numbers: lambda_max_per_ms, tau_short_ms, tau_long_ms, settle_ms, basal_conductance, apical_conductance, \
dendritic_conductance, leak_conductance, excitatory_reversal_v, inhibitory_reversal_v, error_scale, minimum_phase_ms, \
extra_phase_mean_ms, extra_phase_scale_ms, test_phase_ms, stochastic_plateau_sd_ms, stochastic_plateau_max_ms, \
stochastic_plateau_window_ms, symmetric_noise_sd, initial_weight_half_width.";

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
    /// The set of parameters to begin with [default: the run's; authors-code for images of your own]
    #[arg(long, value_name = "SET", help_heading = "Network and training")]
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
