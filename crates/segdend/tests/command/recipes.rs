//! Promise: a recipe of the justfile hands its arguments on as they were given, to a command that runs
//! where the user stands; nothing in them reaches a shell.
//!
//! `just` is called with a `cargo` that prints its place and its arguments. Where there is no `just`,
//! the test says on the terminal that it was skipped.
//!
//! Alone: `cargo test --release -p segdend --test command recipes`

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// The lines that the recipe's command prints: where it runs, then its arguments behind `--`.
fn run(place: &Path, arguments: &[&str]) -> Option<Vec<String>> {
    let cargo = place.join("cargo that prints");
    fs::write(&cargo, "#!/bin/sh\npwd\nprintf '%s\\n' \"$@\"\n").unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let justfile = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../justfile");
    let just = Command::new("just")
        .arg("--justfile")
        .arg(justfile)
        .args(["--set", "cargo"])
        .arg(format!("'{}'", cargo.display()))
        .args(arguments)
        .current_dir(place)
        .output();
    let Ok(output) = just else {
        let _ = std::io::stderr().write_all(b"\nSKIPPED: there is no `just` to run recipes with\n");
        return None;
    };
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let mut lines = lines.lines().map(str::to_owned);
    let here = lines.next().unwrap();
    assert_eq!(Path::new(&here), fs::canonicalize(place).unwrap());
    Some(lines.skip_while(|line| line != "--").skip(1).collect())
}

#[test]
fn arguments_are_handed_on_as_they_were_given() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let hostile = "a b;touch X $(touch X) `touch X` 'q' \"d\"";
    let cases: [(&[&str], &[&str]); 8] = [
        (
            &["data", "--data-dir", hostile],
            &["data", "--data-dir", hostile],
        ),
        (&["reproduce-all"], &["reproduce", "quick"]),
        (
            &["reproduce-all", "paper", "--only", hostile],
            &["reproduce", "paper", "--only", hostile],
        ),
        (&["figure", hostile], &["figure", hostile, "quick"]),
        (&["report", "open"], &["report", "quick", "--open"]),
        (&["report", "paper", "open"], &["report", "paper", "--open"]),
        (&["verify"], &["verify", "--scale", "paper"]),
        (
            &["verify", hostile, "smoke", "--json"],
            &["verify", hostile, "--scale", "smoke", "--json"],
        ),
    ];
    for (given, expected) in cases {
        match run(place, given) {
            Some(found) => assert_eq!(found, expected, "{given:?}"),
            None => return,
        }
    }
    assert!(!place.join("X").exists());
}
