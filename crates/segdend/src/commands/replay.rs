//! `replay`: recorded sessions of either model through a simulator, number by number.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use segdend_core::microcircuit;
use segdend_core::replay::{Report, Tolerance};
use segdend_core::segregated::engine::Engine;
use segdend_core::segregated::reference::Reference;
use segdend_core::segregated::replay::{Trace, replay as replay_trace};
use serde::Serialize;

use crate::args::EngineName;
use crate::render::terminal;
use crate::{Outcome, output};

/// The outcome of a file, for `--json`.
#[derive(Serialize)]
struct Entry<'a> {
    trace: &'a Path,
    engine: &'static str,
    sizes: Option<Vec<usize>>,
    /// `within`, `beyond` or `unusable`.
    verdict: &'static str,
    error: Option<String>,
    #[serde(flatten)]
    report: Option<Report>,
}

/// `segdend replay`. The worst file decides.
pub(super) fn replay(
    traces: &[PathBuf],
    engine: EngineName,
    tolerance: Option<f64>,
    json: bool,
) -> Result<Outcome> {
    let (engine_name, default) = match engine {
        EngineName::Reference => ("reference", Tolerance::F64),
        EngineName::Fast => ("fast", Tolerance::F32),
    };
    let tolerance = tolerance.map_or(default, |absolute| Tolerance {
        absolute,
        relative: 0.0,
    });
    let mut entries = Vec::new();
    for path in traces {
        let outcome = one(path, engine, tolerance).with_context(|| path.display().to_string());
        let entry = match outcome {
            Ok((sizes, report)) => Entry {
                trace: path,
                engine: engine_name,
                sizes: Some(sizes),
                verdict: if report.passed { "within" } else { "beyond" },
                error: None,
                report: Some(report),
            },
            Err(error) => {
                output::error(&error);
                let error = Some(output::chain(&error));
                Entry {
                    trace: path,
                    engine: engine_name,
                    sizes: None,
                    verdict: "unusable",
                    error,
                    report: None,
                }
            }
        };
        if !json {
            output::result(&text(&entry))?;
        }
        entries.push(entry);
    }
    if json {
        output::json(&entries)?;
    }
    let any = |verdict| entries.iter().any(|entry| entry.verdict == verdict);
    Ok(match () {
        () if any("unusable") => Outcome::Unusable,
        () if any("beyond") => Outcome::Failed,
        () => Outcome::Done,
    })
}

fn one(path: &Path, engine: EngineName, tolerance: Tolerance) -> Result<(Vec<usize>, Report)> {
    if microcircuit::replay::Trace::is_one(path) {
        of_microcircuit(path, engine, tolerance)
    } else {
        of_segregated_dendrites(path, engine, tolerance)
    }
}

fn of_segregated_dendrites(
    path: &Path,
    engine: EngineName,
    tolerance: Tolerance,
) -> Result<(Vec<usize>, Report)> {
    let trace = Trace::read(path)?;
    ensure!(
        !trace.is_empty(),
        "the trace holds no example: there is nothing to compare"
    );
    let (parameters, mechanisms) = (trace.parameters.clone(), trace.mechanisms);
    let (rates, initial) = (trace.learning_rates.clone(), trace.initial.clone());
    let report = match engine {
        EngineName::Reference => replay_trace(
            &trace,
            &mut Reference::new(parameters, mechanisms, rates, initial)?,
            tolerance,
        )?,
        EngineName::Fast => replay_trace(
            &trace,
            &mut Engine::new(parameters, mechanisms, rates, &initial)?,
            tolerance,
        )?,
    };
    Ok((trace.sizes().to_vec(), report))
}

fn of_microcircuit(
    path: &Path,
    engine: EngineName,
    tolerance: Tolerance,
) -> Result<(Vec<usize>, Report)> {
    use microcircuit::replay::{Trace, replay_continuous, replay_two_pass};
    use microcircuit::{engine as fast, reference, two_pass};
    Ok(match Trace::read(path)? {
        Trace::Continuous(trace) => {
            let (parameters, initial) = (trace.parameters.clone(), trace.initial.clone());
            let sizes = parameters.sizes().to_vec();
            let report = match engine {
                EngineName::Reference => {
                    let mut simulator = reference::Reference::new(parameters, initial)?;
                    replay_continuous(&trace, &mut simulator, tolerance)?
                }
                EngineName::Fast => {
                    let mut simulator = fast::Continuous::new(parameters, &initial)?;
                    replay_continuous(&trace, &mut simulator, tolerance)?
                }
            };
            (sizes, report)
        }
        Trace::TwoPass(trace) => {
            let (parameters, initial) = (trace.parameters.clone(), trace.initial.clone());
            let sizes = parameters.sizes().to_vec();
            let report = match engine {
                EngineName::Reference => {
                    let mut simulator = two_pass::TwoPass::new(parameters, initial)?;
                    replay_two_pass(&trace, &mut simulator, tolerance)?
                }
                EngineName::Fast => {
                    let mut simulator = fast::TwoPass::new(parameters, &initial)?;
                    replay_two_pass(&trace, &mut simulator, tolerance)?
                }
            };
            (sizes, report)
        }
    })
}

fn text(entry: &Entry<'_>) -> String {
    let path = entry.trace.display();
    let (Some(report), Some(sizes)) = (&entry.report, &entry.sizes) else {
        return format!("{path}: cannot be used\n\n");
    };
    let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
    let mut text = format!(
        "{path}: {}, {} examples, engine {}\n\n",
        sizes.join("-"),
        report.examples,
        entry.engine
    );
    let head = [
        "quantity",
        "numbers",
        "largest deviation",
        "largest value",
        "allowed",
        "at example (record), layer, index",
        "",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for deviation in &report.deviations {
        rows.push(vec![
            deviation.quantity.clone(),
            segdend_figures::grouped(deviation.compared as u64),
            format!("{:.2e}", deviation.largest),
            format!("{:.3e}", deviation.scale),
            format!("{:.2e}", report.tolerance.allowed(deviation.scale)),
            if deviation.largest > 0.0 {
                let place = deviation.place.iter().map(ToString::to_string);
                place.collect::<Vec<_>>().join(", ")
            } else {
                "-".to_owned()
            },
            if deviation.within {
                String::new()
            } else {
                "BEYOND".to_owned()
            },
        ]);
    }
    text.push_str(&terminal::lines(
        &rows,
        &[false, true, true, true, true, true, true],
    ));
    let beyond = report
        .deviations
        .iter()
        .filter(|deviation| !deviation.within)
        .count();
    let verdict = match () {
        () if report.passed => "within the tolerance".to_owned(),
        () if beyond > 0 => format!(
            "BEYOND the tolerance in {beyond} of {} quantities",
            report.deviations.len()
        ),
        () => "BEYOND the tolerance: a quantity has no numbers to compare".to_owned(),
    };
    text.push_str(&format!("\n  {path}: {verdict}\n\n"));
    text
}
