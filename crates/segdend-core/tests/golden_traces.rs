//! Promise: both simulators arrive at the numbers of every golden trace - the reference within
//! 1e-12, the engine within f32 rounding.
//!
//! The traces are not part of the project. Name their folder in `SEGDEND_TRACES_DIR` to run this;
//! without it the tests say on the terminal that they were skipped. The same comparison runs on traces of our own
//! in `engine_follows_reference`.

use std::io::Write;
use std::path::PathBuf;

use segdend_core::segregated::engine::Engine;
use segdend_core::segregated::reference::Reference;
use segdend_core::segregated::replay::{Report, Tolerance, Trace, replay};

fn traces() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("SEGDEND_TRACES_DIR") else {
        // Written past the test runner, which keeps what a passing test prints to itself.
        let _ = std::io::stderr().write_all(
            b"\nSKIPPED: no golden trace was replayed, since SEGDEND_TRACES_DIR names no folder of them\n",
        );
        return Vec::new();
    };
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.to_string_lossy().contains(".json"));
    assert!(!paths.is_empty(), "{folder:?} holds no trace");
    paths
}

fn assert_passed(path: &PathBuf, report: &Report) {
    let beyond: Vec<_> = report.deviations.iter().filter(|d| !d.within).collect();
    assert!(report.passed, "{path:?}: {beyond:#?}");
    assert!(
        report.deviations.len() >= 11,
        "{path:?}: only {} quantities compared",
        report.deviations.len()
    );
}

#[test]
fn reference_replays_every_trace() {
    for path in traces() {
        let trace = Trace::read(&path).unwrap();
        let (p, rates) = (trace.parameters.clone(), trace.learning_rates.clone());
        let mut reference =
            Reference::new(p, trace.mechanisms, rates, trace.initial.clone()).unwrap();
        assert_passed(
            &path,
            &replay(&trace, &mut reference, Tolerance::F64).unwrap(),
        );
    }
}

#[test]
fn engine_replays_every_trace() {
    for path in traces() {
        let trace = Trace::read(&path).unwrap();
        let (p, rates) = (trace.parameters.clone(), trace.learning_rates.clone());
        let mut engine = Engine::new(p, trace.mechanisms, rates, &trace.initial).unwrap();
        assert_passed(&path, &replay(&trace, &mut engine, Tolerance::F32).unwrap());
    }
}
