//! Promise: every simulator of the microcircuit arrives at the numbers of every golden trace - the
//! references within 1e-12, the engines within f32 rounding.
//!
//! The traces are not part of the project. They are looked for in the folder that
//! `SEGDEND_MICRO_TRACES_DIR` names, or in `shared/golden-micro` beside the repository; without them the
//! tests say on the terminal that they were skipped.

use std::io::Write;
use std::path::PathBuf;

use segdend_core::microcircuit::engine;
use segdend_core::microcircuit::reference::Reference;
use segdend_core::microcircuit::replay::{
    Report, Tolerance, Trace, replay_continuous, replay_two_pass,
};
use segdend_core::microcircuit::two_pass::TwoPass;

fn traces() -> Vec<(PathBuf, Trace)> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/golden-micro");
    let folder = std::env::var_os("SEGDEND_MICRO_TRACES_DIR").map_or(beside.into(), PathBuf::from);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        // Written past the test runner, which keeps what a passing test prints to itself.
        let _ = std::io::stderr().write_all(
            b"\nSKIPPED: no golden trace of the microcircuit was replayed, since neither SEGDEND_MICRO_TRACES_DIR nor ../shared/golden-micro is a folder of them\n",
        );
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.to_string_lossy().contains(".json"));
    assert!(!paths.is_empty(), "{folder:?} holds no trace");
    let read = |path: PathBuf| {
        let trace = Trace::read(&path).unwrap_or_else(|error| panic!("{error}"));
        (path, trace)
    };
    paths.into_iter().map(read).collect()
}

fn assert_passed(path: &PathBuf, report: &Report) {
    let beyond: Vec<_> = report.deviations.iter().filter(|d| !d.within).collect();
    assert!(report.passed, "{path:?}: {beyond:#?}");
    for d in &report.deviations {
        println!(
            "{path:?} {}: {:.1e} of {:.1e}",
            d.quantity, d.largest, d.scale
        );
    }
    assert!(
        report.deviations.len() >= 15,
        "{path:?}: {} quantities",
        report.deviations.len()
    );
}

#[test]
fn references_replay_every_trace() {
    for (path, trace) in traces() {
        let report = match &trace {
            Trace::Continuous(trace) => {
                let (parameters, initial) = (trace.parameters.clone(), trace.initial.clone());
                let mut simulator = Reference::new(parameters, initial).unwrap();
                replay_continuous(trace, &mut simulator, Tolerance::F64).unwrap()
            }
            Trace::TwoPass(trace) => {
                let (parameters, initial) = (trace.parameters.clone(), trace.initial.clone());
                let mut simulator = TwoPass::new(parameters, initial).unwrap();
                replay_two_pass(trace, &mut simulator, Tolerance::F64).unwrap()
            }
        };
        assert_passed(&path, &report);
    }
}

#[test]
fn engines_replay_every_trace() {
    for (path, trace) in traces() {
        let report = match &trace {
            Trace::Continuous(trace) => {
                let parameters = trace.parameters.clone();
                let mut simulator = engine::Continuous::new(parameters, &trace.initial).unwrap();
                replay_continuous(trace, &mut simulator, Tolerance::F32).unwrap()
            }
            Trace::TwoPass(trace) => {
                let parameters = trace.parameters.clone();
                let mut simulator = engine::TwoPass::new(parameters, &trace.initial).unwrap();
                replay_two_pass(trace, &mut simulator, Tolerance::F32).unwrap()
            }
        };
        assert_passed(&path, &report);
    }
}
