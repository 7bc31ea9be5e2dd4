//! How long the whole paper takes: every run, recording and picture of eLife Figures 1 to 10, with
//! one network a condition as published, from nothing.
//!
//! `just bench-paper` runs it (the better part of an hour on two cores) and writes
//! `benches/records/whole-paper.csv`. It computes into a folder of its own, `target/whole-paper` or
//! the one after `--folder`; what is there already is not computed again, so remove the folder to
//! measure anew. The time is that from the making of the folder to the last result of a run or recording
//! (drawing then takes seconds), and the record says if a run was not done in one sitting.

mod machine;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use serde_json::Value;

fn main() {
    // `cargo test` runs benchmarks, too.
    let arguments: Vec<String> = std::env::args().collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let folder = arguments
        .iter()
        .skip_while(|argument| *argument != "--folder")
        .nth(1)
        .map_or_else(default_folder, PathBuf::from);
    let (results, reports) = (folder.join("results"), folder.join("reports"));
    let status = segdend()
        .args(["reproduce", "paper", "--only"])
        .args(panels())
        .arg("--results")
        .arg(&results)
        .arg("--reports")
        .arg(&reports)
        .status()
        .expect("the command");
    assert!(status.success(), "the paper was not computed to its end");
    write_record(&results);
}

fn default_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/whole-paper")
}

fn segdend() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segdend"));
    command
        .arg("--project")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    command
}

/// The panels of the paper: all figures but the extras.
fn panels() -> Vec<String> {
    let output = segdend()
        .args(["figures", "paper", "--json"])
        .output()
        .expect("the command");
    let figures: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a list of figures");
    figures
        .iter()
        .filter_map(|figure| figure["name"].as_str())
        .filter(|name| name.starts_with("fig"))
        .map(str::to_owned)
        .collect()
}

fn write_record(results: &Path) {
    let read = |path: PathBuf| -> Option<Value> {
        serde_json::from_slice(&std::fs::read(path).ok()?).ok()
    };
    let mut body = String::from("part,name,epochs,training_s,testing_s,seconds\n");
    let (mut epochs, mut seconds, mut sittings, mut ended) = (0, 0.0, 0, Vec::new());
    for folder in folders(&results.join("paper/runs")) {
        let manifest = read(folder.join("manifest.json")).expect("a run's manifest");
        let wall = |part: &str| manifest["wall_seconds"][part].as_f64().unwrap_or(0.0);
        let (training, testing) = (wall("training"), wall("testing"));
        let its_epochs = manifest["spec"]["epochs"].as_u64().unwrap_or(0);
        writeln!(
            body,
            "run,{},{its_epochs},{training:.1},{testing:.1},{:.1}",
            manifest["run"].as_str().unwrap_or("?"),
            training + testing
        )
        .expect("room");
        epochs += its_epochs;
        seconds += training + testing;
        ended.push(modified(&folder.join("result.json")));
        sittings = sittings.max(manifest["sittings"].as_u64().unwrap_or(0));
    }
    for folder in folders(&results.join("paper/recordings")) {
        let manifest = read(folder.join("recording.json")).expect("a recording's manifest");
        let wall = manifest["wall_seconds"].as_f64().unwrap_or(0.0);
        let name = manifest["recording"].as_str().unwrap_or("?");
        writeln!(body, "recording,{name},{},,,{wall:.1}", manifest["epochs"]).expect("room");
        seconds += wall;
        ended.push(modified(&folder.join("recording.json")));
    }
    let began = results.metadata().and_then(|folder| folder.created());
    let ended = ended.into_iter().max().expect("at least one run");
    let wall = ended
        .duration_since(began.expect("when the folder was made"))
        .expect("results are written after their folder is made");
    writeln!(body, "all,sum of the parts,{epochs},,,{seconds:.1}").expect("room");
    writeln!(body, "all,wall time,{epochs},,,{:.1}", wall.as_secs_f64()).expect("room");
    if sittings > 1 {
        writeln!(body, "all,sittings,,,,{sittings}").expect("room");
    }
    let threads = format!(
        "{} used",
        std::thread::available_parallelism().map_or(1, usize::from)
    );
    machine::write_record(
        "whole-paper.csv",
        "just bench-paper",
        &threads,
        "MNIST, 60,000 training and 10,000 test images",
        &body,
    );
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(parent)
        .expect("a folder of results")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn modified(file: &Path) -> SystemTime {
    let metadata = file.metadata().expect("a finished run or recording");
    metadata.modified().expect("when it was written")
}
