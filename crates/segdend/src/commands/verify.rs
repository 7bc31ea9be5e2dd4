//! `verify`: what is kept of a scale against what comes out of it again.

use std::time::Instant;

use anyhow::{Result, ensure};
use segdend_core::data::DataSet;
use serde::Serialize;

use super::computed::Computed;
use super::{Workshop, readme, report};
use crate::data_source::DataRequest;
use crate::experiments::{Figure, PAPER_SCALE};
use crate::progress::Progress;
use crate::project::Project;
use crate::recordings;
use crate::render::terminal;
use crate::verify::files::{compare, compare_directories};
use crate::verify::mirror::Mirror;
use crate::verify::runs::{self, TrainedRun};
use crate::verify::{Check, State};
use crate::{Outcome, interrupt, output};

/// Examples of a recording that are watched again.
const RECORDED_EXAMPLES: usize = 2_000;

/// The files of a report that are made; what people write is not among them.
const REPORT_FILES: [&str; 4] = ["audit.json", "audit.csv", "audit.md", "index.html"];

/// All that was found, for `--json`.
#[derive(Serialize)]
struct Report<'a> {
    scale: &'a str,
    first_epoch: FirstEpoch<'a>,
    runs_of_other_model_versions: usize,
    done: Done,
    runs_and_recordings: Vec<Check>,
    files: Vec<Check>,
    /// Whether all is as it should be.
    verified: bool,
}

/// How much was done again.
#[derive(Serialize)]
struct Done {
    runs: usize,
    /// Runs whose manifest is older than the check sum of their result.
    without_result_checksum: usize,
    recordings: usize,
    recordings_begun_again: usize,
    runs_tested_again: usize,
    files: usize,
}

/// A run's first epoch, trained and tested again.
#[derive(Serialize)]
struct FirstEpoch<'a> {
    run: &'a str,
    directory: &'a str,
    training_images: usize,
    seconds: f64,
    /// SHA-256 of the weights after it, as kept and as computed here.
    kept_sha256: Option<&'a str>,
    computed_sha256: Option<String>,
    /// Whether weights, test errors, training error and loss are those that are kept.
    equal: bool,
    /// In what they are not.
    difference: Option<String>,
}

/// `segdend verify`.
pub(super) fn verify(
    workshop: &Workshop,
    run: Option<&str>,
    scale: &str,
    request: &DataRequest,
) -> Result<Outcome> {
    let (project, progress) = (&workshop.project, &workshop.progress);
    let limits = project.experiments.scale(scale)?;
    let (trained, others) = runs::finished(&project.runs(scale))?;
    ensure!(
        !trained.is_empty(),
        "no run at {scale} scale is finished in {}: `just reproduce-all {scale}` computes them all",
        project.runs(scale).display()
    );
    let data = request.obtain((scale, limits), project.data_directory(), progress)?;
    let experiments = &project.experiments;
    let named = match run.and_then(|name| Some((name, experiments.runs.get(name)?))) {
        Some((name, run)) => Some(workshop.job(name, run, scale, &data, false)?.run.key),
        None => None,
    };
    let chosen = runs::choose(&trained, run, named.as_deref(), &data)?;
    progress.note(&format!(
        "{}: training its first epoch again",
        chosen.directory
    ));
    let Some(first_epoch) = train_again(chosen, &data)? else {
        return Ok(Outcome::Interrupted);
    };

    let recorded = recordings::finished(&project.recordings(scale))?;
    let mut runs_and_recordings: Vec<Check> = trained.iter().map(TrainedRun::check).collect();
    let expected = experiments
        .recordings
        .keys()
        .map(|name| workshop.recording_job(name, scale, &data))
        .collect::<Result<Vec<_>>>()?;
    let mut begun_again = 0;
    for recording in &recorded {
        let expected = expected
            .iter()
            .find(|job| job.recording.key == recording.1.key);
        let resolved = expected.map(|job| &job.recording);
        runs_and_recordings.push(runs::check_recording(recording, resolved, &trained));
        if interrupt::requested() {
            return Ok(Outcome::Interrupted);
        }
        if let Some(expected) = expected {
            let check = runs::recorded_again(recording, expected, &data, RECORDED_EXAMPLES)?;
            begun_again += usize::from(check.is_some());
            runs_and_recordings.extend(check);
        }
    }
    let mut tested_again = 0;
    // Weights that are not those of their run are used for nothing.
    let mut with_weights: Vec<&str> = Vec::new();
    for run in &trained {
        if let Some(check) = runs::final_test(run, &data)? {
            tested_again += 1;
            if check.state.is_good() {
                with_weights.push(&run.directory);
            }
            runs_and_recordings.push(check);
        }
    }
    progress.note(&format!(
        "drawing, judging and binding again from {} runs and {} recordings",
        trained.len(),
        recorded.len()
    ));
    let mirror = Mirror::of(project, scale, &trained, &with_weights, &recorded)?;
    let again = Workshop {
        project: mirror.project.with_places(
            mirror.project.results().to_owned(),
            mirror.project.reports().to_owned(),
        ),
        progress: Progress::new(true),
        threads: workshop.threads,
        json: false,
    };
    let mut files = make_again(&again, project, scale, &data)?;
    report::make(&again, scale, request)?;
    files.extend(compare_all(project, &mirror, scale)?);
    if scale == PAPER_SCALE {
        files.extend(readme::checks(project, &again.project)?);
    }

    let good = |check: &Check| check.state.is_good();
    let report = Report {
        scale,
        verified: first_epoch.equal
            && runs_and_recordings.iter().all(good)
            && files.iter().all(good),
        first_epoch,
        runs_of_other_model_versions: others,
        done: Done {
            runs: trained.len(),
            without_result_checksum: trained
                .iter()
                .filter(|run| run.manifest.result_sha256.is_none())
                .count(),
            recordings: recorded.len(),
            recordings_begun_again: begun_again,
            runs_tested_again: tested_again,
            files: files.len(),
        },
        runs_and_recordings,
        files,
    };
    if workshop.json {
        output::json(&report)?;
    } else {
        output::result(&text(&report))?;
    }
    Ok(if report.verified {
        Outcome::Done
    } else {
        Outcome::Failed
    })
}

/// Trains and tests the first epoch of a run, and compares all that was measured of it.
fn train_again<'r>(run: &'r TrainedRun, data: &DataSet) -> Result<Option<FirstEpoch<'r>>> {
    let began = Instant::now();
    let Some(again) = runs::first_epoch(&run.manifest.spec, data)? else {
        return Ok(None);
    };
    let difference = run.first_epoch_differs(&again);
    let kept = &run.result.history.weights_sha256;
    Ok(Some(FirstEpoch {
        run: &run.manifest.run,
        directory: &run.directory,
        training_images: data.train().len(),
        seconds: began.elapsed().as_secs_f64(),
        kept_sha256: kept.first().map(String::as_str),
        computed_sha256: again.weights_sha256.into_iter().next(),
        equal: difference.is_none(),
        difference,
    }))
}

/// Makes every figure that can be made; gives those that cannot.
fn make_again(
    again: &Workshop,
    project: &Project,
    scale: &str,
    data: &DataSet,
) -> Result<Vec<Check>> {
    let figures = &again.project.experiments.figures;
    let all: Vec<&Figure> = figures.iter().collect();
    let computed = Computed::found(again, &all, scale, data)?;
    let mut failed = Vec::new();
    let kept = |figure: &Figure| {
        let pictures = project.figures(scale);
        figure.is_made_at(scale) || pictures.join(format!("{}.svg", figure.name())).is_file()
    };
    for figure in figures.iter().filter(|figure| kept(figure)) {
        let what = format!("figure {}", figure.name());
        let missing = computed.missing(again, figure, scale)?;
        if !missing.is_empty() {
            let detail = format!("not finished: {}", missing.join(", "));
            failed.push(Check::new(what, State::Missing, detail));
            continue;
        }
        if let Some(Err(error)) = computed.make(again, figure, scale, Some(data)) {
            failed.push(Check::new(what, State::NotMade, output::chain(&error)));
        }
    }
    Ok(failed)
}

/// Compares source data, pictures and the report's own files.
fn compare_all(project: &Project, mirror: &Mirror, scale: &str) -> Result<Vec<Check>> {
    let again = &mirror.project;
    let mut checks = compare_directories(
        "source-data",
        &project.source_data(scale),
        &again.source_data(scale),
    )?;
    checks.extend(compare_directories(
        "figures",
        &project.figures(scale),
        &again.figures(scale),
    )?);
    let (kept, made) = (project.report(scale), again.report(scale));
    for name in REPORT_FILES {
        checks.push(compare(name, &kept.join(name), &made.join(name))?);
    }
    Ok(checks)
}

fn text(report: &Report<'_>) -> String {
    let epoch = &report.first_epoch;
    let mut text = format!(
        "Verify at {} scale\n\nThe first epoch of {} again: {} images, and both of its tests, in {}\n  \
         SHA-256 of the weights, kept      {}\n  SHA-256 of the weights, computed  {}\n  {}\n",
        report.scale,
        epoch.directory,
        segdend_figures::grouped(epoch.training_images as u64),
        output::duration(epoch.seconds),
        epoch.kept_sha256.unwrap_or("none"),
        epoch.computed_sha256.as_deref().unwrap_or("none"),
        match &epoch.difference {
            None => "equal, errors and loss too",
            Some(difference) => difference,
        },
    );
    let sections = [
        ("Runs and recordings", &report.runs_and_recordings),
        (
            "Source data, pictures, verdicts, page: made again and compared byte by byte",
            &report.files,
        ),
    ];
    for (heading, checks) in sections {
        text.push_str(&format!("\n{heading}\n{}", table(checks.iter())));
    }
    if report.runs_of_other_model_versions > 0 {
        text.push_str(&format!(
            "\n  {} runs of other versions of the model are used by nothing and were not looked at.\n",
            report.runs_of_other_model_versions
        ));
    }
    let all = || report.runs_and_recordings.iter().chain(&report.files);
    let counts: Vec<String> = State::ALL
        .iter()
        .map(|&state| (state, all().filter(|check| check.state == state).count()))
        .filter(|&(_, count)| count > 0)
        .map(|(state, count)| format!("{count} {}", state.word()))
        .collect();
    text.push_str(&format!("\n  {}\n", counts.join(", ")));
    if report.verified {
        text.push_str(&format!("\nVerified. {}\n", what_was_done(report)));
        return text;
    }
    text.push_str("\nNOT VERIFIED:\n");
    if let Some(difference) = &epoch.difference {
        let what = format!("runs/{}", epoch.directory);
        let check = Check::new(what, State::Different, difference.clone());
        text.push_str(&table([&check].into_iter()));
    }
    text.push_str(&table(all().filter(|check| !check.state.is_good())));
    text
}

/// What was done again and what was not.
fn what_was_done(report: &Report<'_>) -> String {
    let done = &report.done;
    let mut text = format!(
        "Done again: one epoch of one of {} runs, with its tests; a final test of the {} runs that keep their weights; \
         the first rows of {} of {} recordings; all {} files of source data, pictures, verdicts and page. Not done again: \
         the other epochs and tests, and the rest of the recordings; of these the checksums were compared with the \
         manifests.",
        done.runs, done.runs_tested_again, done.recordings_begun_again, done.recordings, done.files
    );
    if done.without_result_checksum > 0 {
        text.push_str(&format!(
            " The manifests of {} runs are older than such checksums: their results are believed.",
            done.without_result_checksum
        ));
    }
    text
}

fn table<'c>(checks: impl Iterator<Item = &'c Check>) -> String {
    let rows: Vec<Vec<String>> = checks
        .map(|check| {
            vec![
                check.state.word().to_owned(),
                check.what.clone(),
                check.detail.clone().unwrap_or_default(),
            ]
        })
        .collect();
    terminal::lines(&rows, &[])
}
