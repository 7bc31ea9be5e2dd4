//! Promise: whenever a command is killed or interrupted, the same command goes on and ends with
//! the weights and measurements of an uninterrupted one, on any number of threads; two commands at
//! once do not disturb each other.
//!
//! Alone: `cargo test --release -p segdend --test command interruption`

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::Project;
use serde_json::Value;

const COMMAND: [&str; 7] = [
    "reproduce",
    "long",
    "--data-set",
    "digits",
    "--checkpoint-every",
    "0.05",
    "--quiet",
];
const RUNS: [&str; 3] = ["shallow", "regular", "two-hidden"];

fn results(project: &Project) -> Vec<Value> {
    RUNS.map(|run| project.run_json("long", run, "result.json"))
        .to_vec()
}

fn start(project: &Project, threads: &str) -> Child {
    let mut command = project.command(&COMMAND);
    command
        .args(["--threads", threads])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn is_begun(project: &Project) -> bool {
    project
        .run_directories("long")
        .iter()
        .any(|run| run.join("checkpoint.bin").exists())
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "waited too long for {what}"
        );
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn killed_at_any_moment_it_ends_with_the_same_bits() {
    let whole = Project::new();
    whole.run(&COMMAND).expect(0);
    let expected = results(&whole);
    for threads in ["1", "2"] {
        let project = Project::new();
        let mut kills = 0;
        // Moments without a pattern, later and later so that it gets somewhere.
        for moment in 0..8_u64 {
            let mut child = start(&project, threads);
            if moment > 0 {
                wait_until("a checkpoint", || is_begun(&project));
            }
            thread::sleep(Duration::from_millis(
                20 + 37 * moment + (moment * moment * 7919) % 61,
            ));
            kills += u32::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert!(
            kills >= 4,
            "it was too fast to be killed more than {kills} times"
        );
        project
            .run(&[&COMMAND[..], &["--threads", threads]].concat())
            .expect(0);
        assert_eq!(results(&project), expected, "{threads} threads");
    }
}

#[test]
fn control_c_saves_and_the_same_command_goes_on() {
    let whole = Project::new();
    whole.run(&COMMAND).expect(0);
    let project = Project::new();
    let mut child = start(&project, "2");
    wait_until("a checkpoint", || is_begun(&project));
    let interrupted = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupted.success());
    let code = child.wait().unwrap().code();
    let mut said = String::new();
    std::io::Read::read_to_string(child.stderr.as_mut().unwrap(), &mut said).unwrap();
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("same command goes on"), "{said}");
    let unfinished = RUNS.iter().filter(|run| {
        let directories = project.run_directories("long");
        let finished = |run: &str| {
            directories.iter().any(|path| {
                path.to_str().unwrap().contains(&format!("/{run}-"))
                    && path.join("result.json").exists()
            })
        };
        !finished(run)
    });
    assert!(
        unfinished.count() > 0,
        "it was finished before it could be interrupted"
    );
    project.run(&COMMAND).expect(0);
    assert_eq!(results(&project), results(&whole));
}

#[test]
fn two_commands_at_once_share_the_work() {
    let project = Project::new();
    let mut children: Vec<Child> = (0..2).map(|_| start(&project, "1")).collect();
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    // Whichever came second to a run waited for it, or found it finished.
    for run in RUNS {
        assert_eq!(
            project.run_json("long", run, "manifest.json")["sittings"],
            1,
            "{run}"
        );
    }
}

#[test]
fn a_damaged_checkpoint_is_named_and_what_to_do() {
    let project = Project::new();
    let arguments = ["train", "shallow", "tiny", "--data-set", "digits"];
    project.run(&arguments).expect(0);
    let directory = project.run_directory("tiny", "shallow");
    fs::remove_file(directory.join("result.json")).unwrap();
    let checkpoint = directory.join("checkpoint.bin");
    let mut bytes = fs::read(&checkpoint).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&checkpoint, &bytes).unwrap();
    project
        .run(&arguments)
        .expect(1)
        .says(&["checkpoint.bin", "delete it", "shallow"]);
    fs::remove_file(&checkpoint).unwrap();
    project.run(&arguments).expect(0);
}
