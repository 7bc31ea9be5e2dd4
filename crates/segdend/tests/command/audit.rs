//! Promise: the audit judges what is there, names the command for what is not, keeps the form that
//! its schema promises, and never says `reproduced` of digits or of a smaller scale. Networks are
//! compared with those of their seed where not each side has several, and what a value and its interval
//! are made of is said beside it.
//!
//! Networks that no run lists among its seeds are no part of a comparison, wherever they lie.
//!
//! It has caught: one network of a changed program held against the mean of five of the unchanged one;
//! a number of networks that was not the number compared; commands that would not have trained what
//! was missing.
//!
//! Alone: `cargo test --release -p segdend --test command audit`

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::common::{Project, RUNS};

const SCHEMA: &str = include_str!("../../../../reports/audit.schema.json");
/// The statements of the paper that the claims have to cover.
const STATEMENTS: [&str; 32] = [
    "error-shallow",
    "error-regular",
    "error-two-hidden",
    "asymptote",
    "depth-limit",
    "stochastic-same",
    "loss-correlation-2",
    "loss-correlation-range",
    "jacobian-condition",
    "theorem-1",
    "angle-start",
    "angle-spiking",
    "angle-rate",
    "angle-fa",
    "fields-similar",
    "error-sparse",
    "sparse-weak",
    "error-symmetric",
    "symmetric-noise",
    "apical-strong",
    "apical-weak",
    "apical-ratio",
    "tsne-separation",
    "mean-rate",
    "phase-length",
    "initial-voltage",
    "steady-state",
    "lemma-1",
    "hidden-loss",
    "target-equations",
    "grid-search",
    "prediction",
];

/// A project in which every run has a second network.
fn with_two_seeds() -> Project {
    Project::with_runs(&RUNS.replace("seed = 1\n", "seed = 1\nseeds = [2]\n"))
}

#[test]
fn before_and_after_the_runs() {
    let project = with_two_seeds();
    let before = project.run(&["audit", "tiny", "--json"]).expect(0).json();
    let by_id = |audit: &Value, id: &str| -> Value {
        let claims = audit["claims"].as_array().unwrap();
        claims
            .iter()
            .find(|claim| claim["id"] == id)
            .unwrap()
            .clone()
    };
    let missing = by_id(&before, "t-6b-1");
    assert_eq!(missing["verdict"], "not run at this scale");
    assert_eq!(missing["command"], "just figure fig6b tiny");
    assert_eq!(missing["networks"], 0);
    assert_eq!(by_id(&before, "apical-ratio")["verdict"], "consistent");

    let statements: BTreeSet<&str> = before["claims"]
        .as_array()
        .unwrap()
        .iter()
        .map(|claim| claim["statement"].as_str().unwrap())
        .collect();
    for statement in STATEMENTS {
        assert!(statements.contains(statement), "{statement}");
    }
    let checked = before["consistency"].as_array().unwrap();
    assert_eq!(checked.len(), 13);
    for test in checked {
        assert!(test["raw_p"]["p"].as_f64().unwrap() > 0.0, "{test}");
    }

    project
        .run(&["figure", "fig6b", "tiny", "--quiet"])
        .expect(0);
    project
        .run(&["train", "shallow", "tiny", "--seed", "2", "--quiet"])
        .expect(0);
    project
        .run(&["train", "regular", "tiny", "--seed", "2", "--quiet"])
        .expect(0);
    // A network that no run lists lies there too, and counts nowhere.
    project
        .run(&["train", "regular", "tiny", "--seed", "9", "--quiet"])
        .expect(0);
    let text = project.run(&["audit", "tiny"]).expect(0).stdout;
    assert!(text.contains("not testable here"), "{text}");
    let after: Value =
        serde_json::from_slice(&fs::read(project.path().join("reports/tiny/audit.json")).unwrap())
            .unwrap();
    let judged = by_id(&after, "t-6b-1");
    assert_eq!(judged["networks"], 2);
    assert_eq!(judged["count"], 6);
    assert!(judged["reason"].as_str().unwrap().contains("MNIST"));
    let over = &after["independent_networks"][0];
    assert_eq!(over["networks"], serde_json::json!([2, 2]));
    assert!(over["permutation"]["p"].as_f64().unwrap() >= 1.0 / 6.0);
    assert_eq!(over["verdict"], "not testable here");
    // Both conditions have the seeds 1 and 2: their differences stand beside Welch's test.
    let errors = |run: &str, seed: u64| {
        mean_error(&project, |manifest| {
            manifest["seed"] == seed && manifest["spec"]["hidden"] == hidden(run)
        })
    };
    let within = [1, 2].map(|seed| errors("shallow", seed) - errors("regular", seed));
    let paired = &over["paired"];
    assert_eq!(paired["seeds"], serde_json::json!([1, 2]));
    assert_close(&paired["difference"], 0.5 * (within[0] + within[1]));
    let [low, high] = [0, 1].map(|end| paired["interval"][end].as_f64().unwrap());
    // Student's t with one degree of freedom: 12.706.
    let half = 12.706_204_7 * 0.5 * (within[0] - within[1]).abs();
    assert!((0.5 * (high - low) - half).abs() < 1e-6, "{paired}");
    let each = after["each_network"].as_array().unwrap();
    let shallow = each.iter().find(|each| each["claim"] == "error-shallow");
    assert_eq!(shallow.unwrap()["seeds"], serde_json::json!([1, 2]));
    assert_close(&shallow.unwrap()["values"][1], errors("shallow", 2));
    let loss = by_id(&after, "hidden-loss");
    assert!(loss["value"].as_f64().unwrap() > 0.0, "{loss}");

    let written = fs::read_to_string(project.path().join("reports/audit.schema.json")).unwrap();
    assert_eq!(
        written, SCHEMA,
        "reports/audit.schema.json is out of date: `just audit smoke` writes it"
    );
    let schema = serde_json::from_str(SCHEMA).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let mut changed = after.clone();
    changed["claims"][0]["verdict"] = "proven".into();
    assert!(!schema.is_valid(&changed), "any word would be a verdict");
    changed = after.clone();
    changed["claims"][0]["colour"] = "red".into();
    assert!(!schema.is_valid(&changed), "any field would do");
    for audit in [&before, &after] {
        let slips = schema.iter_errors(audit);
        let slips: Vec<String> = slips
            .map(|slip| format!("{}: {slip}", slip.instance_path()))
            .collect();
        assert!(slips.is_empty(), "{slips:#?}");
        for claim in audit["claims"].as_array().unwrap() {
            let word = claim["verdict"].as_str().unwrap();
            assert!(!["reproduced", "not reproduced"].contains(&word), "{claim}");
        }
    }
    let csv = fs::read_to_string(project.path().join("reports/tiny/audit.csv")).unwrap();
    assert!(csv.starts_with("question,id,where"));
    assert!(csv.lines().count() > 13 + 50);
    for question in [
        "networks of one seed",
        "every network",
        "paper against program",
    ] {
        assert!(csv.contains(&format!("\n{question},")), "{question}");
    }
    let markdown = fs::read_to_string(project.path().join("reports/tiny/audit.md")).unwrap();
    for part in [
        "| 3 + 3 tests | 2 |",
        "have the parameters of the set authors-2017-05-10",
        "- `depth-limit`: ",
        "not corrected for several comparisons; n counts seeds",
    ] {
        assert!(markdown.contains(part), "{part}: {markdown}");
    }
}

/// The hidden layers of a run in the project, as manifests have them.
fn hidden(run: &str) -> Value {
    match run {
        "shallow" => serde_json::json!([]),
        "regular" => serde_json::json!([30]),
        other => panic!("{other}"),
    }
}

/// The mean error over the repeated tests of the network whose manifest is as wanted.
#[track_caller]
fn mean_error(project: &Project, wanted: impl Fn(&Value) -> bool) -> f64 {
    let read = |path: std::path::PathBuf| -> Value {
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    };
    let found: Vec<Value> = project
        .run_directories("tiny")
        .into_iter()
        .filter(|path| wanted(&read(path.join("manifest.json"))))
        .map(|path| read(path.join("result.json")))
        .collect();
    assert_eq!(found.len(), 1, "networks as wanted");
    let errors = found[0]["history"]["final_test_errors_percent"].as_array();
    let errors: Vec<f64> = errors
        .unwrap()
        .iter()
        .map(|e| e.as_f64().unwrap())
        .collect();
    errors.iter().sum::<f64>() / errors.len() as f64
}

#[track_caller]
fn assert_close(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-9, "{found} {expected}");
}

/// Regressions: the network with a parameter changed was compared with the mean of all networks without
/// the change, and parameters were to be tried in a run in which they have no part.
#[test]
fn a_difference_is_measured_within_a_seed() {
    let more = r#"
[runs.stochastic]
title = "stochastic plateaus"
hidden = [30]
learning_rates = [0.21, 0.21]
parameter_set = "authors-2017-05-10"
epochs = 6
seed = 1

[runs.stochastic.mechanisms]
plateau_timing = "stochastic"

[runs.symmetric-noise]
title = "noisy symmetric feedback"
hidden = [30]
learning_rates = [0.21, 0.21]
parameter_set = "authors-2017-05-10"
epochs = 6
seed = 1

[runs.symmetric-noise.mechanisms]
feedback_weights = "noisy-symmetric"
"#;
    let project = Project::with_runs(&format!("{RUNS}{more}"));
    let train = |more: &[&str]| {
        let command = [&["train", "regular", "tiny", "--quiet"], more].concat();
        project.run(&command).expect(0);
    };
    let unlimited = "kernel_memory=unlimited";
    train(&[]);
    train(&["--seed", "2"]);
    train(&["--seed", "3"]);
    train(&["--seed", "2", "--set", unlimited]);
    train(&["--set", "test_phase_ms=500"]);
    let error = |seed: u64, kernel: &str| {
        mean_error(&project, |manifest| {
            let parameters = &manifest["spec"]["parameters"];
            manifest["seed"] == seed
                && parameters["test_phase_ms"] == 250
                && (parameters["kernel_memory"] == "unlimited") == (kernel == "unlimited")
        })
    };
    let of_field = |audit: &Value, field: &str| -> Value {
        let differences = audit["differences"].as_array().unwrap();
        let found = differences.iter().find(|one| one["field"] == field);
        found.unwrap().clone()
    };
    let audit = project.run(&["audit", "tiny", "--json"]).expect(0).json();
    let kernel = of_field(&audit, "kernel_memory");
    assert_eq!(kernel["seeds"], serde_json::json!([2]));
    assert_eq!(kernel["interval_over"], "tests");
    assert_close(&kernel["effect"], error(2, "unlimited") - error(2, "ten"));
    let tests = of_field(&audit, "test_phase_ms");
    assert_eq!(tests["note"], "the same weights, tested otherwise");
    assert_eq!(audit["networks"], 5);
    assert_eq!(audit["distinct_networks"], 4);

    train(&["--seed", "3", "--set", unlimited]);
    let audit = project.run(&["audit", "tiny", "--json"]).expect(0).json();
    let kernel = of_field(&audit, "kernel_memory");
    assert_eq!(kernel["seeds"], serde_json::json!([2, 3]));
    assert_eq!(kernel["interval_over"], "pairs");
    let effect = |seed| error(seed, "unlimited") - error(seed, "ten");
    assert_close(&kernel["effect"], 0.5 * (effect(2) + effect(3)));

    // What has a part in one run alone is tried there, and what changes no error nowhere.
    for (field, run) in [
        ("stochastic_plateau_sd_ms", "stochastic"),
        ("stochastic_plateau_window_ms", "stochastic"),
        ("symmetric_noise_sd", "symmetric-noise"),
    ] {
        let found = of_field(&audit, field);
        let command = found["command"].as_str().unwrap();
        let base = format!("segdend train {run} tiny");
        assert!(
            command.starts_with(&format!("{base} && {base} --set {field}=")),
            "{command}"
        );
    }
    let losses = of_field(&audit, "loss_reduction");
    assert_eq!(losses["command"], Value::Null);
    assert!(losses["note"].as_str().unwrap().contains("no loss"));
}

/// Regression: with several networks of one run and one of the other, the first of the several was
/// compared, whatever its seed, and all of them were counted.
#[test]
fn one_network_is_compared_with_that_of_its_seed() {
    let project = with_two_seeds();
    for (run, seed) in [("shallow", "1"), ("shallow", "2"), ("regular", "2")] {
        project
            .run(&["train", run, "tiny", "--seed", seed, "--quiet"])
            .expect(0);
    }
    let audit = project.run(&["audit", "tiny", "--json"]).expect(0).json();
    let error = |run: &str| {
        mean_error(&project, |manifest| {
            manifest["seed"] == 2 && manifest["spec"]["hidden"] == hidden(run)
        })
    };
    let first = |list: &str| audit[list][0].clone();
    let sensitivity = first("sensitivity");
    let mut sets = sensitivity["sets"].as_array().unwrap().iter();
    let under = sets
        .find(|under| under["set"] == "authors-2017-05-10")
        .unwrap();
    assert_eq!(under["networks"], serde_json::json!([1, 1]));
    assert_eq!(under["interval_over"], "tests");
    assert_close(&under["difference"], error("shallow") - error("regular"));

    // Over networks there are too few, and what is missing is that of the first seed.
    let over = first("independent_networks");
    assert_eq!(over["networks"], serde_json::json!([2, 1]));
    assert_eq!(over["paired"], Value::Null);
    assert_eq!(over["command"], "segdend train regular tiny");
}

#[test]
fn a_run_without_seeds_cannot_be_compared_over_networks() {
    let project = Project::new();
    let audit = project.run(&["audit", "tiny", "--json"]).expect(0).json();
    let over = &audit["independent_networks"][0];
    assert_eq!(over["command"], Value::Null);
    let reason = over["reason"].as_str().unwrap();
    assert!(
        reason.contains("`shallow` has no `seeds` in runs.toml"),
        "{reason}"
    );
}

#[test]
fn a_readers_own_statistics() {
    let project = Project::new();
    let file = project.path().join("tests.csv");
    fs::write(
        &file,
        "test,df1,statistic,p\nt,28,2.20,.04\nt,28,1.10,< .05\n",
    )
    .unwrap();
    let found = project
        .run(&["audit", "--statistics", "tests.csv", "--json"])
        .expect(1)
        .json();
    assert_eq!(found["errors"], 1);
    assert_eq!(found["decision_errors"], 1);
    fs::write(&file, "test,df1,statistic,p\nt,28,2.20,much\n").unwrap();
    project
        .run(&["audit", "--statistics", "tests.csv"])
        .expect(2)
        .says(&["tests.csv", "line 2", "`p`"]);
}

#[test]
fn a_claim_without_a_rule_is_refused() {
    let project = Project::new();
    let path = project.path().join("experiments/claims.toml");
    let claims = include_str!("../../../../experiments/claims.toml");
    fs::write(
        &path,
        claims.replacen("[claims.rule]\nwithin = [0.9, 1.0]\nabove = 0.5\n", "", 1),
    )
    .unwrap();
    project.run(&["audit", "tiny"]).expect(2).says(&[
        "claims.toml",
        "`phase-length`",
        "rule is missing",
    ]);
    fs::write(
        &path,
        claims.replacen(
            "[claims.measurement]\nkind = \"share\"",
            "[claims.other]\nkind = \"share\"",
            1,
        ),
    )
    .unwrap();
    project
        .run(&["audit", "tiny"])
        .expect(2)
        .says(&["claims.toml"]);
}
