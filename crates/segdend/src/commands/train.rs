//! `train`: one network.

use anyhow::{Result, bail, ensure};
use segdend_core::data::DataSet;
use segdend_core::segregated::TrainingSpec;
use segdend_core::training::History;
use serde::Serialize;

use super::Workshop;
use super::computed::State;
use crate::args::TrainArguments;
use crate::data_source::{self, IdxRequest};
use crate::drive::JobOutcome;
use crate::experiments::{ParameterSet, Run};
use crate::manifest::{Manifest, RunResult};
use crate::render::{Sheet, terminal};
use crate::resolve::{self, Overrides, ResolvedRun};
use crate::run_directory::RunDirectory;
use crate::train_one::TrainingJob;
use crate::{Outcome, drive, output};

/// The scale of runs on images of one's own.
const OWN_SCALE: &str = "own";
/// What they begin with; the paper's learning rate of one hidden layer.
const OWN_LEARNING_RATE: f64 = 0.21;
const OWN_HIDDEN_UNITS: usize = 500;
const OWN_EPOCHS: usize = 10;

/// `segdend train`.
pub(super) fn train(workshop: &Workshop, arguments: &TrainArguments) -> Result<Outcome> {
    let pace = workshop.pace(&arguments.pace)?;
    let (mut job, data) = match &arguments.run {
        Some(name) => named(workshop, arguments, name)?,
        None => own(workshop, arguments)?,
    };
    if let Some(directory) = &arguments.out {
        job.directory = RunDirectory::new(directory.clone(), &job.run.key);
    }
    let jobs = [job];
    let outcome = drive::drive(&jobs, &data, pace, &workshop.progress).remove(0);
    let [job] = jobs;
    let (state, result) = match outcome {
        Ok(JobOutcome::Computed(result)) => (State::Computed, result),
        Ok(JobOutcome::Cached(result)) => (State::Cached, result),
        Ok(JobOutcome::Interrupted) => return Ok(workshop.interrupted()),
        Err(error) => {
            output::error(&error);
            return Ok(Outcome::Failed);
        }
    };
    report(workshop, &job, state, &result)?;
    Ok(Outcome::Done)
}

fn overrides(arguments: &TrainArguments) -> Overrides {
    // `--hidden 0`: none.
    let hidden = arguments
        .hidden
        .clone()
        .map(|hidden| if hidden == [0] { Vec::new() } else { hidden });
    Overrides {
        seed: arguments.seed,
        epochs: arguments.epochs,
        parameter_set: arguments.parameters,
        hidden,
        learning_rates: arguments.learning_rates.clone(),
        fields: arguments.set.clone(),
    }
}

fn named(
    workshop: &Workshop,
    arguments: &TrainArguments,
    name: &str,
) -> Result<(TrainingJob, DataSet)> {
    let experiments = &workshop.project.experiments;
    let run = overrides(arguments).apply(experiments.run(name)?)?;
    let limits = experiments.scale(&arguments.scale)?;
    resolve::training_spec(&run)?;
    let request = arguments.data.request();
    let data = request.obtain(
        (&arguments.scale, limits),
        workshop.project.data_directory(),
        &workshop.progress,
    )?;
    let job = workshop.job(
        name,
        &run,
        &arguments.scale,
        &data,
        arguments.epochs.is_some(),
    )?;
    Ok((job, data))
}

fn own(workshop: &Workshop, arguments: &TrainArguments) -> Result<(TrainingJob, DataSet)> {
    let (Some(images), Some(labels)) = (&arguments.images, &arguments.labels) else {
        let runs = workshop
            .project
            .experiments
            .runs
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        bail!(
            "train what? Name a RUN ({runs}), or give images of your own with --images and --labels"
        );
    };
    let request = IdxRequest {
        train: (images.clone(), labels.clone()),
        test: arguments
            .test_images
            .clone()
            .zip(arguments.test_labels.clone()),
    };
    let overrides = overrides(arguments);
    let layers = overrides.hidden.as_ref().map_or(1, Vec::len) + 1;
    let run = overrides.apply(&Run {
        title: request.name(),
        hidden: vec![OWN_HIDDEN_UNITS],
        learning_rates: vec![OWN_LEARNING_RATE; layers],
        parameter_set: ParameterSet::default(),
        epochs: OWN_EPOCHS,
        final_tests: Some(arguments.final_tests.unwrap_or(0)),
        seed: 1,
        seeds: Vec::new(),
        sets: Default::default(),
        keep_weights: false,
        parameters: toml::Table::new(),
        mechanisms: toml::Table::new(),
    })?;
    let spec: TrainingSpec = resolve::training_spec(&run)?;
    let data = request.load(&workshop.progress)?;
    ensure!(
        data.classes() > 1,
        "{}: all labels are 0, expected at least two classes",
        labels.display()
    );
    let run = ResolvedRun::new(&request.name(), OWN_SCALE, spec, data.summary());
    Ok((
        TrainingJob {
            directory: workshop.project.run_directory(&run),
            run,
            keep_weights: false,
            branches: Vec::new(),
            trunk: None,
        },
        data,
    ))
}

/// A finished run, for `--json`.
#[derive(Serialize)]
struct Report<'a> {
    /// `computed` or `cached`.
    state: State,
    directory: &'a std::path::Path,
    history: &'a History,
    manifest: Option<Manifest>,
}

fn report(workshop: &Workshop, job: &TrainingJob, state: State, result: &RunResult) -> Result<()> {
    let manifest = job.directory.manifest()?;
    let (history, directory) = (&result.history, job.directory.path());
    if workshop.json {
        return output::json(&Report {
            state,
            directory,
            history,
            manifest,
        });
    }
    if state == State::Cached {
        workshop.progress.note(&format!(
            "{}: was there already and was not computed again",
            job.run.name
        ));
    }
    let data = &job.run.data;
    let sizes: Vec<String> = [data.rows * data.columns]
        .iter()
        .chain(&job.run.spec.hidden)
        .chain([&data.classes])
        .map(ToString::to_string)
        .collect();
    let mut text = format!(
        "{}: {} on {} ({} training and {} test images), {} epochs, seed {}\n\n",
        job.run.name,
        sizes.join("-"),
        data_source::short_name(&data.source),
        segdend_figures::grouped(data.train_images as u64),
        segdend_figures::grouped(data.test_images as u64),
        job.run.spec.epochs,
        job.run.spec.seed,
    );
    let errors: Vec<_> = history.test_errors_percent.iter().enumerate().collect();
    let sheet = Sheet::of("", &errors)
        .number("epoch", |(epoch, _)| epoch)
        .number("test error", |(_, error)| format!("{error:.2} %"))
        .number("training error", |(epoch, _)| {
            let before = epoch.checked_sub(1);
            let error = before.and_then(|at| history.training_errors_percent.get(at));
            error.map_or("-".to_owned(), |error| format!("{error:.2} %"))
        })
        .done();
    text.push_str(&terminal::table(&sheet));
    let finals = &history.final_test_errors_percent;
    if let (Some(least), Some(most)) = (
        finals.iter().copied().reduce(f64::min),
        finals.iter().copied().reduce(f64::max),
    ) {
        let mean = finals.iter().sum::<f64>() / finals.len() as f64;
        text.push_str(&format!(
            "\n  {} tests of the final weights: mean {mean:.2} %, {least:.2} to {most:.2} %\n",
            finals.len()
        ));
    }
    text.push_str(&format!(
        "\n  weights   SHA-256 {}\n",
        result.weights_sha256
    ));
    if let Some(manifest) = manifest {
        text.push_str(&format!(
            "  time      {} training ({} images/s), {} testing ({} images/s)\n",
            output::duration(manifest.wall_seconds.training),
            segdend_figures::grouped(manifest.images_per_second.training as u64),
            output::duration(manifest.wall_seconds.testing),
            segdend_figures::grouped(manifest.images_per_second.testing as u64),
        ));
    }
    text.push_str(&format!("  files     {}\n", directory.display()));
    output::result(&text)
}
