//! Promise: what a scale's results and reports hold is what comes out again - in any time zone, on
//! any number of threads, without the weights - and whatever is changed, or missing, is named; the
//! README's block and the findings' table are held to the audit in the same way.
//!
//! Alone: `cargo test --release -p segdend --test command verify`

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::{Finished, Project, RUNS};

/// A panel that is measured on final weights, which its run keeps.
const OF_FINAL_WEIGHTS: &str = r#"
[[figures]]
name = "fig3c"
title = "Figure 3C. Transmit and plateau of one hidden neuron"
heading = "Figure 3"
legend = "What it shows."
draws = "transmit-and-plateau"
run = "regular"
traces = "Fig_3C.csv"
"#;
const README: &str =
    "# Mine\n\n<!-- results:begin -->\nold\n<!-- results:end -->\n\nBehind the results.\n";

/// A project with everything at the scale `paper`, on digits, as it is after a clone: no checkpoints.
fn reproduced() -> Project {
    let keeps = "title = \"one hidden layer\"\nkeep_weights = true";
    let project = Project::with_runs(&RUNS.replace("title = \"one hidden layer\"", keeps));
    let figures = project.path().join("experiments/figures.toml");
    let text = fs::read_to_string(&figures).unwrap() + OF_FINAL_WEIGHTS;
    fs::write(&figures, text).unwrap();
    fs::write(project.path().join("README.md"), README).unwrap();
    for command in ["reproduce", "report"] {
        project
            .run(&[command, "paper", "--data-set", "digits", "--quiet"])
            .expect(0);
    }
    project.run(&["readme", "--write"]).expect(0);
    write_about_findings(&project);
    for directory in project.run_directories("paper") {
        fs::remove_file(directory.join("checkpoint.bin")).unwrap();
        fs::remove_file(directory.join("lock")).unwrap();
    }
    project
}

/// Findings that mention every claim of their table, if there are any.
fn write_about_findings(project: &Project) {
    let path = project.path().join("reports/paper/findings.md");
    if let Ok(mut text) = fs::read_to_string(&path) {
        let ids: Vec<String> = text
            .lines()
            .filter_map(|line| Some(line.strip_prefix("| `")?.split('`').next()?.to_owned()))
            .collect();
        for id in ids {
            text.push_str(&format!("\nOf `{id}` there is much to say.\n"));
        }
        fs::write(&path, text).unwrap();
    }
}

fn verify(project: &Project, arguments: &[&str]) -> Finished {
    let command = ["verify", "shallow", "--data-set", "digits", "--quiet"];
    project.run(&[&command, arguments].concat())
}

#[test]
fn what_is_kept_is_what_comes_out_again() {
    let project = reproduced();
    let first = verify(&project, &[]).expect(0);
    for part in [
        "Verified. Done again: one epoch of one of 3 runs",
        "the first rows of 3 of 3 recordings",
        "Not done again: the other epochs",
        "runs/shallow-",
        "recordings/losses-",
        "equal  source-data/Fig_6B_errors.csv",
        "equal  source-data/Fig_3C.csv",
        "equal  source-data/audit-theorem.csv",
        "equal  figures/fig3c.png",
        "equal  index.html",
        "equal  README.md, the results",
    ] {
        assert!(first.stdout.contains(part), "{part}: {first:#?}");
    }

    // A run under way is no finished one; neither clocks nor languages nor threads matter.
    let under_way = project
        .path()
        .join("results/paper/runs/regular-0123456789abcdef");
    fs::create_dir(&under_way).unwrap();
    fs::write(under_way.join("checkpoint.bin"), "half of it").unwrap();
    fs::write(under_way.join("timing.json"), "{").unwrap();
    let mut command = project.command(&["verify", "--data-set", "digits", "--json"]);
    command
        .args(["--threads", "3"])
        .env("TZ", "Asia/Kathmandu")
        .env("LC_ALL", "de_DE.UTF-8");
    let again = Finished::of(&command.output().unwrap()).expect(0).json();
    assert_eq!(again["verified"], true);
    let epoch = &again["first_epoch"];
    assert_eq!(epoch["kept_sha256"], epoch["computed_sha256"]);
    assert_eq!(epoch["kept_sha256"].as_str().unwrap().len(), 64);
}

/// What a file holds with something changed in it.
fn changed(bytes: &[u8], change: &dyn Fn(&str) -> String) -> Vec<u8> {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let changed = change(text);
            assert_ne!(changed, text, "nothing was changed");
            changed.into_bytes()
        }
        Err(_) => [bytes, b"more"].concat(),
    }
}

#[test]
fn whatever_is_changed_is_named() {
    let project = reproduced();
    let result = project
        .run_directory("paper", "shallow")
        .join("result.json");
    let hash = |of_epoch: bool| {
        let result = project.run_json("paper", "shallow", "result.json");
        let hash = match of_epoch {
            true => &result["history"]["weights_sha256"][0],
            false => &result["weights_sha256"],
        };
        hash.as_str().unwrap().to_owned()
    };
    let (first_epoch, last) = (hash(true), hash(false));
    let other = |hash: &str| {
        let digit = if hash.starts_with('0') { '1' } else { '0' };
        format!("{digit}{}", &hash[1..])
    };
    let in_project = |path: &str| project.path().join(path);
    let recording = |name: &str| {
        let all = fs::read_dir(in_project("results/paper/recordings")).unwrap();
        let mut paths = all.map(|entry| entry.unwrap().path());
        let is_it = |path: &std::path::PathBuf| path.display().to_string().contains(name);
        paths.find(is_it).unwrap()
    };
    type Change<'a> = Box<dyn Fn(&str) -> String + 'a>;
    let tampered: Vec<(std::path::PathBuf, Change<'_>, &[&str])> = vec![
        (
            in_project("results/paper/source-data/Fig_6B_errors.csv"),
            Box::new(|text| text.replacen("\n", "\n1", 1)),
            &["different  source-data/Fig_6B_errors.csv", "line 2"],
        ),
        (
            in_project("results/paper/source-data/Fig_3C.csv"),
            // The second value of the first row; the first is a time.
            Box::new(|text| {
                let (head, rows) = text.split_once('\n').unwrap();
                format!("{head}\n{}", rows.replacen(',', ",1", 1))
            }),
            &["different  source-data/Fig_3C.csv"],
        ),
        (
            in_project("results/paper/source-data/audit-theorem.provenance.json"),
            Box::new(|text| text.replacen("\"weights_sha256\": \"", "\"weights_sha256\": \"0", 1)),
            &["different  source-data/audit-theorem.provenance.json"],
        ),
        (
            project
                .run_directory("paper", "regular")
                .join("weights.safetensors"),
            Box::new(str::to_owned),
            &["figure fig3c", "weights.safetensors"],
        ),
        (
            in_project("reports/paper/figures/fig6b.svg"),
            Box::new(|text| text.replacen("Figure 6B", "Figure 6X", 1)),
            &["different  figures/fig6b.svg", "Figure 6X"],
        ),
        (
            in_project("reports/paper/figures/fig6b.png"),
            Box::new(str::to_owned),
            &["different  figures/fig6b.png", "byte"],
        ),
        (
            in_project("reports/paper/audit.json"),
            Box::new(|text| text.replacen("not testable here", "reproduced", 1)),
            &["different  audit.json"],
        ),
        (
            in_project("reports/paper/index.html"),
            Box::new(|text| text.replacen("Overview", "Overall", 1)),
            &["different  index.html"],
        ),
        (
            in_project("README.md"),
            Box::new(|text| text.replacen("| 8.3 % |", "| 8.4 % |", 1)),
            &["different  README.md, the results", "8.4 %"],
        ),
        (
            result.clone(),
            Box::new(|text| text.replacen(&first_epoch, &other(&first_epoch), 1)),
            &["weights after the first epoch are others", "runs/shallow-"],
        ),
        (
            result.clone(),
            Box::new(|text| text.replace(&last, &other(&last))),
            &["different  runs/shallow-", "result.json is another file"],
        ),
        // Numbers are believed because they are measured again, or because the manifest knows the file.
        (
            result,
            Box::new(|text| {
                let (head, tail) = text.split_once("\"test_errors_percent\": [\n").unwrap();
                format!("{head}\"test_errors_percent\": [\n1{}", tail.trim_start())
            }),
            &["test error number 1", "result.json is another file"],
        ),
        (
            project
                .run_directory("paper", "two-hidden")
                .join("result.json"),
            Box::new(|text| {
                let (head, tail) = text
                    .split_once("\"final_test_errors_percent\": [\n")
                    .unwrap();
                format!(
                    "{head}\"final_test_errors_percent\": [\n1{}",
                    tail.trim_start()
                )
            }),
            &["different  runs/two-hidden-", "result.json is another file"],
        ),
        (
            recording("losses").join("means.csv"),
            Box::new(|text| {
                let (head, rows) = text.split_once('\n').unwrap();
                format!("{head}\n{}", rows.replacen(',', ",1", 1))
            }),
            &[
                "means.csv is another file",
                "its first rows",
                "column `L0`, row 1",
            ],
        ),
        (
            recording("losses").join("correlations.csv"),
            Box::new(|text| format!("{text}9,0.5\n")),
            &["correlations.csv is another file"],
        ),
    ];
    for (path, change, named) in tampered {
        let before = fs::read(&path).unwrap();
        fs::write(&path, changed(&before, &change)).unwrap();
        let found = verify(&project, &[]).expect(1);
        let (_, verdict) = found.stdout.split_once("NOT VERIFIED").unwrap();
        for part in named {
            assert!(verdict.contains(part), "{part}: {verdict}");
        }
        fs::write(&path, &before).unwrap();
    }

    let named = |what: &str| {
        let found = verify(&project, &["--json"]).expect(1).json();
        let all = [&found["files"], &found["runs_and_recordings"]];
        let mut entries = all.iter().flat_map(|list| list.as_array().unwrap());
        let state = |entry: &Value| entry["state"].as_str().unwrap().to_owned();
        entries.find(|entry| entry["what"] == what).map(state)
    };
    let away = |path: &Path, what: &str, state: &str| {
        let aside = project.path().join("aside");
        fs::rename(path, &aside).unwrap();
        assert_eq!(named(what).as_deref(), Some(state), "{what}");
        fs::rename(&aside, path).unwrap();
    };
    let picture = in_project("reports/paper/figures/fig1a.svg");
    away(&picture, "figures/fig1a.svg", "missing");
    let regular = project.run_directory("paper", "regular");
    away(&regular, "figure fig6b", "missing");
    away(&regular, "figures/fig6b.svg", "not-made");
    let stray = in_project("results/paper/source-data/by-hand.csv");
    fs::write(&stray, "a\n1\n").unwrap();
    assert_eq!(
        named("source-data/by-hand.csv").as_deref(),
        Some("not-made")
    );
    fs::remove_file(&stray).unwrap();
    verify(&project, &[]).expect(0);
}

#[test]
fn an_audit_names_no_place_of_this_machine() {
    let project = Project::new();
    let source_data = project.path().join("results/tiny/source-data");
    fs::create_dir_all(&source_data).unwrap();
    // Another column than the claim names, and no table at all.
    fs::write(source_data.join("Fig_7C.csv"), "regulr\n0.5\n").unwrap();
    fs::write(source_data.join("Fig_5B.csv"), "L0,L1\na,b\n").unwrap();
    project
        .run(&["report", "tiny", "--data-set", "digits", "--quiet"])
        .expect(0);
    for file in ["audit.json", "audit.csv", "audit.md", "index.html"] {
        let path = project.path().join("reports/tiny").join(file);
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains("Fig_7C.csv: there is no column"), "{file}");
        let place = project.path().display().to_string();
        assert!(!text.contains(&place), "{file} names {place}");
    }
}

#[test]
fn there_must_be_something_to_verify() {
    let project = Project::new();
    project
        .run(&["verify", "--scale", "tiny"])
        .expect(2)
        .says(&["no run at tiny scale", "just reproduce-all tiny"]);
    project
        .run(&["train", "shallow", "tiny", "--data-set", "digits"])
        .expect(0);
    let arguments = ["--scale", "tiny", "--data-set", "digits"];
    project
        .run(&[&["verify", "shalow"], arguments.as_slice()].concat())
        .expect(2)
        .says(&["did you mean `shallow`"]);
    // A run alone is no report.
    let found = project
        .run(&[&["verify"], arguments.as_slice()].concat())
        .expect(1);
    assert!(found.stdout.contains("missing"), "{found:#?}");
}

#[test]
fn a_readme_is_made_of_the_audit_and_nothing_else_in_it_is_touched() {
    let project = Project::new();
    let readme = project.path().join("README.md");
    project
        .run(&["readme", "--write"])
        .expect(2)
        .says(&["README.md is missing"]);
    fs::write(&readme, "# Mine\n").unwrap();
    project
        .run(&["readme", "--write"])
        .expect(2)
        .says(&["README.md", "<!-- results:begin -->"]);
    fs::write(&readme, README).unwrap();
    project.run(&["readme", "--write"]).expect(0);
    let text = fs::read_to_string(&readme).unwrap();
    assert!(
        text.contains("There are no results at paper scale yet"),
        "{text}"
    );

    for command in ["figure 6b", "report"] {
        let mut arguments: Vec<&str> = command.split(' ').collect();
        arguments.extend(["paper", "--data-set", "digits", "--quiet"]);
        project.run(&arguments).expect(0);
    }
    let printed = project.run(&["readme"]).expect(0).stdout;
    assert_eq!(fs::read_to_string(&readme).unwrap(), text);
    project.run(&["readme", "--write"]).expect(0);
    let text = fs::read_to_string(&readme).unwrap();
    for part in [
        "(reports/paper/figures/fig6b.png)",
        "| 8.3 % |",
        "| 4.1 % |",
        "| **not testable here** |",
        "3 trained networks on embedded digits",
        "just verify",
    ] {
        assert!(
            text.contains(part) && printed.contains(part),
            "{part}: {text}"
        );
    }
    assert!(text.starts_with("# Mine\n") && text.ends_with("\nBehind the results.\n"));
}
