//! Promise: bad input gets exit code 2 and a message that names the file, the field, what exists
//! and what to do; help is worth reading.
//!
//! Alone: `cargo test --release -p segdend --test command messages`

use crate::common::{Project, RUNS};

#[test]
fn unknown_names_list_what_exists() {
    let project = Project::new();
    project
        .run(&["figure", "fig6d", "tiny"])
        .expect(2)
        .says(&["no figure is called `fig6d`", "did you mean `fig6b`"]);
    project
        .run(&["figure", "4c", "tiny"])
        .expect(2)
        .says(&["--numbering arxiv"]);
    project
        .run(&["figure", "6b", "tyni"])
        .expect(2)
        .says(&["no scale is called `tyni`", "did you mean `tiny`"]);
    project
        .run(&["reproduce", "tiny", "--only", "xyz"])
        .expect(2)
        .says(&["`xyz`", "fig6b"]);
    project
        .run(&["train", "regulr", "tiny"])
        .expect(2)
        .says(&["did you mean `regular`"]);
    project
        .run(&["train", "regular", "tiny", "--set", "tau_long=1"])
        .expect(2)
        .says(&["tau_long_ms"]);
    project
        .run(&["train", "regular", "tiny", "--hidden", "5,5"])
        .expect(2)
        .says(&["found 2 learning rates, expected 3"]);
    project
        .run(&["trian", "regular"])
        .expect(2)
        .says(&["train"]);
    project.run(&["train"]).expect(2).says(&["RUN", "--images"]);
}

#[test]
fn slips_in_experiments_are_shown() {
    let project = Project::with_runs(&RUNS.replacen("seed = 1", "sead = 1", 1));
    project.run(&["figures", "tiny"]).expect(2).says(&[
        "runs.toml",
        "unknown field `sead`",
        "sead = 1",
        "line",
    ]);
    let project = Project::with_runs(&format!(
        "{RUNS}\n[runs.two-hidden.parameters]\nleak_conductance = \"big\"\n"
    ));
    project.run(&["figures", "tiny"]).expect(2).says(&[
        "runs.toml",
        "[runs.two-hidden]",
        "leak_conductance",
        "big",
    ]);
    project
        .run(&["figures", "--project", "nowhere"])
        .expect(2)
        .says(&["nowhere", "experiments/runs.toml"]);
}

#[test]
fn missing_images_are_named_and_what_to_do() {
    let project = Project::new();
    let offline = ["--offline", "--data-dir", "no-such-place"];
    let run = |arguments: &[&str]| project.run(&[arguments, &offline].concat());
    run(&["figure", "6b", "paper"]).expect(2).says(&[
        "no-such-place",
        "--data-dir",
        "SEGDEND_DATA_DIR",
        "--data-set digits",
    ]);
    run(&["figure", "6b", "tiny", "--data-set", "mnist"])
        .expect(2)
        .says(&["no-such-place"]);
    run(&["data"]).expect(2).says(&["no-such-place"]);
    let unreachable = project
        .run(&["data"])
        .expect(2)
        .says(&["data/mnist", "could not fetch"]);
    assert!(!unreachable.stderr.contains("panicked"));
    let damaged = project.path().join("damaged");
    std::fs::create_dir(&damaged).unwrap();
    for name in [
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ] {
        std::fs::write(damaged.join(name), [0, 0, 8, 3, 0]).unwrap();
    }
    // Not right is worse than not there: no stand-in.
    project
        .run(&["figure", "6b", "tiny", "--data-dir", "damaged"])
        .expect(2)
        .says(&["train-images-idx3-ubyte", "cut short"]);
}

#[test]
fn help_explains_and_shows_examples() {
    let project = Project::new();
    let general = project.run(&["--help"]).expect(0).stdout;
    for part in [
        "reproduce",
        "figure",
        "figures",
        "runs",
        "train",
        "replay",
        "data",
        "verify",
        "readme",
        "Exit codes",
        "130",
        "Examples:",
        "kill -9",
    ] {
        assert!(general.contains(part), "{part}: {general}");
    }
    for command in [
        "reproduce",
        "figure",
        "figures",
        "runs",
        "train",
        "replay",
        "data",
        "verify",
        "readme",
    ] {
        let help = project.run(&[command, "--help"]).expect(0).stdout;
        for part in ["Example", &format!("segdend {command}"), "--threads"] {
            assert!(help.contains(part), "{part}: {help}");
        }
    }
    // Every parameter and mechanism that --set takes is named.
    let help = project.run(&["train", "--help"]).expect(0).stdout;
    let names = [
        segdend::resolve::parameter_names(),
        segdend::resolve::mechanism_names(),
    ]
    .concat();
    for name in names {
        assert!(help.contains(&name), "{name} is not in the help of train");
    }
    assert!(
        project
            .run(&["--version"])
            .expect(0)
            .stdout
            .starts_with("segdend ")
    );
}

#[test]
fn without_a_project_the_built_in_experiments_serve() {
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("experiments")).unwrap();
    let scales = project.run(&["figures", "nano", "--offline"]).expect(2);
    for scale in ["smoke", "quick", "paper"] {
        assert!(scales.stderr.contains(scale), "{scales:#?}");
    }
    assert!(
        project
            .run(&["runs", "smoke", "--offline"])
            .expect(0)
            .stdout
            .contains("784-500-100-10")
    );
}
