//! Promise: one command computes a figure from nothing - runs, source data, statistics, pictures -
//! and computes nothing twice.
//!
//! Alone: `cargo test --release -p segdend --test command reproduce`

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::common::Project;

/// When each file below a directory was last changed.
fn changed(directory: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let mut times = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            times.extend(changed(&entry.path()));
        } else {
            times.insert(entry.path(), entry.metadata().unwrap().modified().unwrap());
        }
    }
    times
}

#[test]
fn from_nothing_to_pictures_once() {
    let project = Project::new();
    let first = project.run(&["reproduce", "tiny"]).expect(0);
    // Loud where digits stand in for MNIST, and the paper's values beside ours.
    for part in ["NOTE: MNIST cannot be had", "NOT comparable"] {
        assert!(first.stderr.contains(part), "{first:#?}");
    }
    for part in [
        "Figure 6B",
        "no hidden layer",
        "8.3 %",
        "4.1 %",
        "3.2 %",
        "t(4) = ",
        "one trained network",
        "tiny scale",
        "not MNIST",
    ] {
        assert!(first.stdout.contains(part), "{part}: {first:#?}");
    }

    let read = |path: &str| fs::read_to_string(project.path().join(path)).unwrap();
    let errors = read("results/tiny/source-data/Fig_6B_errors.csv");
    let finals = read("results/tiny/source-data/Fig_6B_final_errors.csv");
    for (table, rows) in [(&errors, 3), (&finals, 3)] {
        let mut lines = table.lines();
        assert_eq!(lines.next(), Some("Shallow,1 hidden layer,2 hidden layers"));
        let lines: Vec<_> = lines.collect();
        assert_eq!(lines.len(), rows, "{table}");
        for line in lines {
            let values: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            assert!(
                values.len() == 3 && values.iter().all(|value| (0.0..=100.0).contains(value)),
                "{line}"
            );
        }
    }
    let history = project.run_json("tiny", "regular", "result.json");
    let second_column: Vec<f64> = errors
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).unwrap().parse().unwrap())
        .collect();
    assert_eq!(
        history["history"]["test_errors_percent"],
        serde_json::json!(second_column)
    );

    let svg = read("reports/tiny/figures/fig6b.svg");
    assert!(
        svg.contains("embedded digits") && svg.contains("not the paper"),
        "no stamp in the picture"
    );
    assert!(
        fs::read(project.path().join("reports/tiny/figures/fig6b.png"))
            .unwrap()
            .starts_with(b"\x89PNG")
    );
    let provenance = read("results/tiny/source-data/Fig_6B.provenance.json");
    let manifest = project.run_json("tiny", "regular", "manifest.json");
    assert!(provenance.contains(manifest["weights_sha256"].as_str().unwrap()));

    // The second call changes no file and says why.
    let before = changed(&project.path().join("results"));
    let pictures = changed(&project.path().join("reports"));
    let second = project.run(&["reproduce", "tiny"]).expect(0).says(&[
        "3 of 3 runs were there already",
        "1 of 1 recordings were there already",
        "3 of 3 figures were there already and did not change",
    ]);
    assert_eq!(second.stdout, first.stdout);
    assert_eq!(changed(&project.path().join("results")), before);
    assert_eq!(changed(&project.path().join("reports")), pictures);
}

#[test]
fn a_deleted_recording_alone_is_made_again() {
    let project = Project::new();
    let arguments = [
        "figure",
        "5c",
        "tiny",
        "--data-set",
        "digits",
        "--json",
        "-q",
    ];
    let state = |output: &crate::common::Finished, of: &str| output.json()[of][0]["state"].clone();
    let first = project.run(&arguments).expect(0);
    assert_eq!(state(&first, "recordings"), "computed");
    assert_eq!(state(&first, "figures"), "made");
    // No run is finished for it: the recording trains by itself.
    assert_eq!(first.json()["runs"], serde_json::json!([]));
    let data = project.path().join("results/tiny/source-data/Fig_5C.csv");
    let correlations = fs::read_to_string(&data).unwrap();
    let mut lines = correlations.lines();
    assert_eq!(
        lines.next().unwrap().split(',').count(),
        20,
        "ten digits, real and shuffled"
    );
    assert_eq!(lines.count(), 2, "an epoch a row");

    let second = project.run(&arguments).expect(0);
    assert_eq!(state(&second, "recordings"), "cached");
    assert_eq!(state(&second, "figures"), "unchanged");

    let recordings = project.path().join("results/tiny/recordings");
    fs::remove_dir_all(&recordings).unwrap();
    fs::remove_file(&data).unwrap();
    let third = project.run(&arguments).expect(0);
    assert_eq!(state(&third, "recordings"), "computed");
    assert_eq!(fs::read_to_string(&data).unwrap(), correlations);
}

#[test]
fn a_schematic_needs_no_images() {
    let project = Project::new();
    let drawn = project
        .run(&["figure", "1a", "paper", "--offline", "--json"])
        .expect(0);
    assert_eq!(drawn.json()["figures"][0]["state"], "made");
    assert_eq!(drawn.json()["data"], serde_json::Value::Null);
    let svg = fs::read_to_string(project.path().join("reports/paper/figures/fig1a.svg")).unwrap();
    assert!(svg.contains("<text"));
}

#[test]
fn a_deleted_run_alone_is_computed_again() {
    let project = Project::new();
    let states = |output: &crate::common::Finished| {
        let runs = output.json()["runs"].clone();
        let state = |run: &serde_json::Value| {
            (
                run["name"].as_str().unwrap().to_owned(),
                run["state"].as_str().unwrap().to_owned(),
            )
        };
        runs.as_array()
            .unwrap()
            .iter()
            .map(state)
            .collect::<BTreeMap<_, _>>()
    };
    let arguments = [
        "figure",
        "6b",
        "tiny",
        "--data-set",
        "digits",
        "--json",
        "--quiet",
    ];
    let first = project.run(&arguments).expect(0);
    assert!(states(&first).values().all(|state| state == "computed"));
    let hash = first.json()["runs"][0]["weights_sha256"].clone();
    let svg = project.path().join("reports/tiny/figures/fig6b.svg");
    let picture = fs::read(&svg).unwrap();

    fs::remove_dir_all(project.run_directory("tiny", "regular")).unwrap();
    fs::remove_file(&svg).unwrap();
    let second = project.run(&arguments).expect(0);
    let of = |name: &str| states(&second)[name].clone();
    assert_eq!(
        (of("shallow"), of("regular"), of("two-hidden")),
        ("cached".into(), "computed".into(), "cached".into())
    );
    assert_eq!(second.json()["runs"][0]["weights_sha256"], hash);
    assert_eq!(fs::read(&svg).unwrap(), picture);
}

#[test]
fn another_specification_is_another_run() {
    let project = Project::new();
    let train = |extra: &[&str]| {
        let arguments = [
            &[
                "train",
                "shallow",
                "tiny",
                "--data-set",
                "digits",
                "--json",
                "-q",
            ],
            extra,
        ]
        .concat();
        project.run(&arguments).expect(0).json()
    };
    let first = train(&[]);
    assert_eq!(first["state"], "computed");
    assert_eq!(train(&[])["state"], "cached");
    let other_seed = train(&["--seed", "2"]);
    assert_eq!(other_seed["state"], "computed");
    assert_ne!(
        other_seed["manifest"]["weights_sha256"],
        first["manifest"]["weights_sha256"]
    );
    assert_eq!(
        train(&["--set", "kernel_memory=unlimited"])["manifest"]["spec"]["parameters"]["kernel_memory"],
        "unlimited"
    );
    assert_eq!(project.run_directories("tiny").len(), 3);
    // The same numbers, whatever the number of threads.
    fs::remove_dir_all(project.path().join("results")).unwrap();
    assert_eq!(
        train(&["--threads", "3"])["manifest"]["weights_sha256"],
        first["manifest"]["weights_sha256"]
    );
}

#[test]
fn a_manifest_tells_where_a_result_came_from() {
    let project = Project::new();
    project
        .run(&["train", "regular", "tiny", "--data-set", "digits"])
        .expect(0);
    let manifest = project.run_json("tiny", "regular", "manifest.json");
    assert_eq!(manifest["spec"]["hidden"], serde_json::json!([30]));
    assert_eq!(
        (
            &manifest["spec"]["epochs"],
            &manifest["spec"]["final_tests"]
        ),
        (&2.into(), &3.into())
    );
    assert_eq!(manifest["data"]["source"]["kind"], "embedded-digits");
    assert_eq!(
        (
            &manifest["data"]["train_images"],
            &manifest["data"]["test_images"]
        ),
        (&200.into(), &60.into())
    );
    for field in ["key", "weights_sha256"] {
        assert_eq!(manifest[field].as_str().unwrap().len(), 64, "{field}");
    }
    for field in ["program_version", "simd_level", "started", "finished"] {
        assert!(manifest[field].is_string(), "{field}");
    }
    assert!(
        manifest["model_version"].as_u64().is_some()
            && manifest["machine"]["cpus"].as_u64().is_some()
    );
    assert!(manifest["wall_seconds"]["training"].as_f64().unwrap() > 0.0);
    assert!(manifest["images_per_second"]["testing"].as_f64().unwrap() > 0.0);
}

#[test]
fn lists_tell_what_is_there() {
    let project = Project::new();
    let figures = |scale: &str| {
        project
            .run(&["figures", scale, "--offline", "--json"])
            .expect(0)
            .json()
    };
    let before = figures("tiny");
    assert_eq!(
        (&before[0]["name"], &before[0]["arxiv"], &before[0]["state"]),
        (&"fig6b".into(), &"5b".into(), &"to be computed".into())
    );
    assert!(before[0]["estimated_seconds"].as_f64().unwrap() > 0.0);
    assert_eq!(figures("long")[0]["state"], "to be computed");
    assert_eq!(
        figures("paper")[0]["state"],
        "unknown",
        "there is no MNIST here"
    );
    project
        .run(&["reproduce", "tiny", "--only", "6b", "--offline"])
        .expect(0);
    assert_eq!(figures("tiny")[0]["state"], "made");
    let runs = project.run(&["runs", "tiny"]).expect(0);
    assert_eq!(runs.stdout.matches("finished").count(), 3, "{runs:#?}");
}
