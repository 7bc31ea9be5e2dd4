//! Promise: any IDX data set can be trained on, whatever its image size and class count, with or
//! without test images.
//!
//! Alone: `cargo test --release -p segdend --test command own_images`

use std::fs;

use crate::common::Project;
use segdend_core::data::{ImageSet, idx};

/// Bars: class k is a bright row k of three.
fn bars(count: usize, shift: usize) -> ImageSet {
    let labels: Vec<u8> = (0..count)
        .map(|index| ((index + shift) % 3) as u8)
        .collect();
    let pixels = labels.iter().flat_map(|&label| {
        (0..15).map(move |pixel| {
            if pixel / 5 == usize::from(label) {
                255
            } else {
                0
            }
        })
    });
    ImageSet::new(3, 5, pixels.collect(), labels).unwrap()
}

fn project() -> Project {
    let project = Project::new();
    for (name, set) in [("train", bars(600, 0)), ("test", bars(90, 1))] {
        fs::write(
            project.path().join(format!("{name}-images")),
            idx::encode_images(&set),
        )
        .unwrap();
        fs::write(
            project.path().join(format!("{name}-labels")),
            idx::encode_labels(&set),
        )
        .unwrap();
    }
    project
}

const TRAIN: [&str; 9] = [
    "train",
    "--images",
    "train-images",
    "--labels",
    "train-labels",
    "--hidden",
    "12",
    "--epochs",
    "3",
];

#[test]
fn with_test_images() {
    let project = project();
    let tests = [
        "--test-images",
        "test-images",
        "--test-labels",
        "test-labels",
        "--final-tests",
        "2",
        "--json",
        "--out",
        "mine",
    ];
    let arguments = [&TRAIN[..], &tests].concat();
    let report = project.run(&arguments).expect(0).json();
    let manifest = &report["manifest"];
    assert_eq!(
        (
            &manifest["data"]["rows"],
            &manifest["data"]["columns"],
            &manifest["data"]["classes"]
        ),
        (&3.into(), &5.into(), &3.into())
    );
    assert_eq!(
        (
            &manifest["data"]["train_images"],
            &manifest["data"]["test_images"]
        ),
        (&600.into(), &90.into())
    );
    assert_eq!(
        report["history"]["final_test_errors_percent"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let errors = report["history"]["test_errors_percent"].as_array().unwrap();
    let best = errors[1..].iter().map(|error| error.as_f64().unwrap());
    assert!(
        best.fold(100.0, f64::min) < 20.0,
        "it did not learn three bars: {errors:?}"
    );
    assert!(project.path().join("mine/result.json").is_file());
    assert_eq!(project.run(&arguments).expect(0).json()["state"], "cached");
    // The directory is taken: another training must not be mistaken for it.
    project
        .run(&[&arguments[..], &["--seed", "2"]].concat())
        .expect(1)
        .says(&["mine", "another training"]);
}

#[test]
fn without_test_images_a_sixth_is_held_out() {
    let project = project();
    let report = project
        .run(&[&TRAIN[..], &["--json"]].concat())
        .expect(0)
        .says(&["the last 100 of the 600 training images"])
        .json();
    let data = &report["manifest"]["data"];
    assert_eq!(
        (&data["train_images"], &data["test_images"]),
        (&500.into(), &100.into())
    );
    assert!(
        report["directory"]
            .as_str()
            .unwrap()
            .contains("results/own/runs/train-images-")
    );
    let shown = project
        .run(&TRAIN)
        .expect(0)
        .says(&["not computed again"])
        .stdout;
    assert!(
        shown.contains("15-12-3") && shown.contains("SHA-256"),
        "{shown}"
    );
}

#[test]
fn wrong_files_are_named() {
    let project = project();
    let swapped = [
        "train",
        "--images",
        "train-labels",
        "--labels",
        "train-images",
    ];
    project
        .run(&swapped)
        .expect(2)
        .says(&["train-labels", "magic"]);
    let mixed = [
        "train",
        "--images",
        "train-images",
        "--labels",
        "test-labels",
    ];
    project.run(&mixed).expect(2).says(&["600", "90"]);
    project
        .run(&["train", "--images", "train-images"])
        .expect(2)
        .says(&["--labels"]);
    project
        .run(&[
            "train",
            "regular",
            "--images",
            "train-images",
            "--labels",
            "train-labels",
        ])
        .expect(2)
        .says(&["cannot be used with"]);
}
