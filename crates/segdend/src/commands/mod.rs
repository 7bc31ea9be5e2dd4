//! The subcommands.

mod audit;
mod audit_tables;
mod computed;
mod data;
mod figures;
mod lists;
mod readme;
mod replay;
mod report;
mod reported;
mod train;
mod verify;
mod workflow;

use std::time::Duration;

use anyhow::{Result, ensure};
use segdend_core::data::DataSet;
use segdend_core::segregated::TrainingSpec;

use crate::args::{Arguments, Command, General, PaceArguments};
use crate::experiments::Run;
use crate::interrupt;
use crate::progress::Progress;
use crate::project::Project;
use crate::recordings::{RecordingJob, ResolvedRecording};
use crate::resolve::{self, ResolvedRun};
use crate::train_one::{Pace, TrainingJob};
use crate::{Outcome, drive};

/// Carries out a command line.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome> {
    interrupt::install()?;
    let general = &arguments.general;
    drive::use_threads(general.threads())?;
    match &arguments.command {
        Command::Reproduce {
            scale,
            only,
            data,
            make,
        } => figures::reproduce(
            &Workshop::open(general)?,
            scale,
            only,
            &data.request(),
            make,
        ),
        Command::Figure {
            name,
            scale,
            numbering,
            data,
            make,
        } => figures::figure(
            &Workshop::open(general)?,
            name,
            *numbering,
            scale,
            &data.request(),
            make,
        ),
        Command::Figures { scale, data } => {
            lists::figures(&Workshop::open(general)?, scale, &data.request())
        }
        Command::Runs { scale, data } => {
            lists::runs(&Workshop::open(general)?, scale, &data.request())
        }
        Command::Train(train) => train::train(&Workshop::open(general)?, train),
        Command::Replay {
            traces,
            engine,
            tolerance,
        } => replay::replay(traces, *engine, *tolerance, general.json),
        Command::Audit {
            scale,
            reported,
            data,
        } => {
            if reported.statistics.is_some() || reported.text.is_some() {
                reported::audit(reported, general.json)
            } else {
                audit::audit_scale(&Workshop::open(general)?, scale, &data.request())
            }
        }
        Command::Report { scale, open, data } => {
            report::report(&Workshop::open(general)?, scale, *open, &data.request())
        }
        Command::Verify { run, scale, data } => verify::verify(
            &Workshop::open(general)?,
            run.as_deref(),
            scale,
            &data.request(),
        ),
        Command::Readme { write } => readme::readme(&Workshop::open(general)?, *write),
        Command::Data { data } => data::data(&Workshop::open(general)?, &data.request()),
    }
}

/// What most commands need.
struct Workshop {
    project: Project,
    progress: Progress,
    threads: usize,
    json: bool,
}

impl Workshop {
    fn open(general: &General) -> Result<Self> {
        Ok(Self {
            project: Project::open(&general.places())?,
            progress: Progress::new(general.quiet),
            threads: general.threads(),
            json: general.json,
        })
    }

    fn pace(&self, arguments: &PaceArguments) -> Result<Pace> {
        let seconds = arguments.checkpoint_every;
        ensure!(
            seconds >= 0.0 && seconds.is_finite(),
            "--checkpoint-every {seconds}: expected zero or a positive number of seconds"
        );
        Ok(Pace {
            threads: self.threads,
            checkpoint_interval: Duration::from_secs_f64(seconds),
        })
    }

    /// A run at a scale, and its directory.
    fn job(
        &self,
        name: &str,
        run: &Run,
        scale: &str,
        data: &DataSet,
        whole_epochs: bool,
    ) -> Result<TrainingJob> {
        let experiments = &self.project.experiments;
        let limits = experiments.scale(scale)?;
        let spec = resolve::at_scale(run, limits, whole_epochs)?;
        let directory = |spec: &TrainingSpec| {
            let run = ResolvedRun::new(name, scale, spec.clone(), data.summary());
            self.project.run_directory(&run)
        };
        let trunk = resolve::trunk(&spec);
        Ok(TrainingJob {
            keep_weights: run.keep_weights,
            branches: resolve::branches(experiments, &spec, limits)?,
            trunk: trunk.map(|(trunk, epoch)| (directory(&trunk), epoch)),
            directory: directory(&spec),
            run: ResolvedRun::new(name, scale, spec, data.summary()),
        })
    }

    /// A recording at a scale, and its directory.
    fn recording_job(&self, name: &str, scale: &str, data: &DataSet) -> Result<RecordingJob> {
        let recording = self.project.experiments.recording(name)?;
        let run = self.project.experiments.run(&recording.run)?;
        let job = self.job(&recording.run, run, scale, data, false)?;
        let scale = self.project.experiments.scale(scale)?;
        let recording = ResolvedRecording::new(name, recording, &job.run, scale);
        Ok(RecordingJob {
            directory: self.project.recording_directory(&recording),
            run_directory: job.directory,
            recording,
        })
    }

    /// Says how to go on, at the end of an interrupted command.
    fn interrupted(&self) -> Outcome {
        self.progress
            .warning("interrupted; the same command goes on from here");
        Outcome::Interrupted
    }
}
