//! Promise: the audit judges what is there, names the command for what is not, keeps the form that
//! its schema promises, and never says `reproduced` of digits or of a smaller scale.
//!
//! Alone: `cargo test --release -p segdend --test command audit`

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::common::Project;

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

/// What of a value breaks the schema; the part of JSON Schema that the file uses.
fn breaks(schema: &Value, root: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.trim_start_matches("#/$defs/");
        return breaks(&root["$defs"][name], root, value, place, found);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let fits = choices.iter().any(|choice| {
            let mut slips = Vec::new();
            breaks(choice, root, value, place, &mut slips);
            slips.is_empty()
        });
        if !fits {
            found.push(format!("{place}: {value} fits no choice"));
        }
        return;
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        found.push(format!("{place}: {value}"));
    }
    let is_of_type = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        Some(other) => panic!("{other}: a type that this check does not know"),
        None => true,
    };
    if !is_of_type {
        found.push(format!("{place}: {value} is not {}", schema["type"]));
    }
    if let (Some(fields), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    {
        for name in schema["required"].as_array().into_iter().flatten() {
            if !fields.contains_key(name.as_str().unwrap()) {
                found.push(format!("{place}: {name} is missing"));
            }
        }
        for (name, field) in fields {
            match properties.get(name) {
                Some(schema) => breaks(schema, root, field, &format!("{place}.{name}"), found),
                None => found.push(format!("{place}: {name} is not in the schema")),
            }
        }
    }
    if let (Some(items), false) = (value.as_array(), schema["items"].is_null()) {
        for (index, item) in items.iter().enumerate() {
            breaks(
                &schema["items"],
                root,
                item,
                &format!("{place}[{index}]"),
                found,
            );
        }
    }
}

#[test]
fn before_and_after_the_runs() {
    let project = Project::new();
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
    let loss = by_id(&after, "hidden-loss");
    assert!(loss["value"].as_f64().unwrap() > 0.0, "{loss}");

    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    for audit in [&before, &after] {
        let mut found = Vec::new();
        breaks(&schema, &schema, audit, "audit", &mut found);
        assert!(found.is_empty(), "{found:#?}");
        for claim in audit["claims"].as_array().unwrap() {
            let word = claim["verdict"].as_str().unwrap();
            assert!(!["reproduced", "not reproduced"].contains(&word), "{claim}");
        }
    }
    let csv = fs::read_to_string(project.path().join("reports/tiny/audit.csv")).unwrap();
    assert!(csv.starts_with("question,id,where"));
    assert!(csv.lines().count() > 13 + 50);
    assert!(project.path().join("reports/tiny/audit.md").is_file());
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
