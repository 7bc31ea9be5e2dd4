//! Promise: the statistics that any paper reports are read from tables, texts and PDFs as people have
//! them; what is impossible or contradicts itself ends with exit code 1, what cannot be read is listed
//! with its line beside what was judged, and only a file of which nothing can be read is refused.
//!
//! It has caught: one unreadable row that kept all others from being judged; a decimal comma that moved
//! the cells behind it; P = 0 taken for consistent.
//!
//! Alone: `cargo test --release -p segdend --test command reported`

use std::fs;

use crate::common::{Finished, Project};

trait Shows {
    fn shows(self, parts: &[&str]);
}

impl Shows for Finished {
    /// Asserts that standard output holds all of these.
    #[track_caller]
    fn shows(self, parts: &[&str]) {
        for part in parts {
            assert!(
                self.stdout.contains(part),
                "{part:?} is missing in {self:#?}"
            );
        }
    }
}

const HEAD: &str = "source,test,df1,df2,statistic,p\n";
const GOOD: &str = "Good A,t,38,,2.10,.042\n";
const BAD: &str = "Contradicts B,t,38,,1.50,< .05\n";

/// `segdend audit OPTION FILE MORE` of a file with these bytes.
fn audit(option: &str, bytes: &[u8], more: &[&str]) -> Finished {
    let project = Project::new();
    fs::write(project.path().join("reported"), bytes).unwrap();
    project.run(&[&["audit", option, "reported"], more].concat())
}

fn table(rows: &str, more: &[&str]) -> Finished {
    audit("--statistics", format!("{HEAD}{rows}").as_bytes(), more)
}

#[test]
fn the_others_are_judged_whatever_one_row_is() {
    let rows = |row: &str| format!("{GOOD}{BAD}{row}\nGood C,t,38,,2.10,.042\n");
    let found = table(&rows("Bad,r,38,,1.2,.01"), &["--json"])
        .expect(1)
        .json();
    assert_eq!(found["tests"].as_array().unwrap().len(), 3);
    assert_eq!(
        (&found["errors"], &found["decision_errors"]),
        (&2.into(), &1.into())
    );
    assert_eq!(found["impossible"][0]["line"], 4);
    let found = table(&rows("Row,t,38,,1 0.25,.806"), &["--json"])
        .expect(1)
        .json();
    assert_eq!(
        (&found["errors"], &found["unread"][0]["line"]),
        (&1.into(), &4.into())
    );
    table(&rows("Row,t,38,,0.50,0,62"), &[]).expect(1).shows(&[
        "Good A",
        "Good C",
        "not read",
        "line 4 (Row)",
        "7 cells, but 6 column names",
    ]);
    // What cannot be read is no error of the paper's.
    table(&format!("{GOOD}Row,t,38,,much,.806\n"), &[])
        .expect(0)
        .shows(&["line 3 (Row)", "much"]);
    // Nothing but what cannot be read is.
    table("Row,t,38,,much,.806\n", &[])
        .expect(2)
        .says(&["reported", "line 2 (Row)", "much"]);
}

#[test]
fn zero_is_an_error_unless_allowed() {
    let row = "A,F,7,378,51.32,p = .000\n";
    table(row, &[])
        .expect(1)
        .shows(&["impossible", "no P is zero", "< .001"]);
    table(row, &["--allow-zero"])
        .expect(0)
        .shows(&["consistent"]);
}

#[test]
fn one_tail_is_told() {
    table("A,t,28,,1.80,.041\n", &[])
        .expect(1)
        .shows(&["decision error (consistent if one-tailed)"]);
    let found = table("A,t,28,,1.80,.041\n", &["--json"]).expect(1).json();
    assert_eq!(found["tests"][0]["fits_one_tail"], true);
}

#[test]
fn other_columns_are_carried_into_csv_and_json() {
    let text = "laboratory;test;df1;statistic;p\nBasel;t;38;2,10;,042\nBern;t;38;2,10;1,2\nZug;t;38;x;,04\n";
    let found = audit("--statistics", text.as_bytes(), &["--csv"]).expect(1);
    let lines: Vec<&str> = found.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{}", found.stdout);
    assert!(lines[0].starts_with("line,source,test") && lines[0].ends_with(",text,laboratory"));
    for (line, parts) in lines[1..].iter().zip([
        ["consistent", "Basel"],
        ["impossible", "Bern"],
        ["not read", "Zug"],
    ]) {
        assert!(
            line.contains(parts[0]) && line.ends_with(parts[1]),
            "{line}"
        );
    }
    let found = audit("--statistics", text.as_bytes(), &["--json"])
        .expect(1)
        .json();
    assert_eq!(found["tests"][0]["others"]["laboratory"], "Basel");
}

#[test]
fn encodings_are_told_apart_or_named() {
    let latin1 = b"source,test,df1,df2,statistic,p\nM\xfcller 2010,t,38,,2.10,.042\n";
    audit("--statistics", latin1, &[])
        .expect(0)
        .shows(&["Müller 2010"]);
    audit("--statistics", latin1, &["--encoding", "latin1"])
        .expect(0)
        .shows(&["Müller 2010"]);
    audit("--statistics", latin1, &["--encoding", "utf-8"])
        .expect(2)
        .says(&["reported", "not UTF-8", "save"]);
    audit("--statistics", latin1, &["--encoding", "klingon"])
        .expect(2)
        .says(&["klingon", "latin1"]);
    let utf16: Vec<u8> = format!("\u{feff}{HEAD}{GOOD}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    audit("--statistics", &utf16, &[])
        .expect(0)
        .shows(&["1 tests, 0 errors"]);
}

#[test]
fn files_of_other_kinds_are_named() {
    table("", &[]).expect(2).says(&["reported", "no row below"]);
    audit(
        "--statistics",
        b"test,df1,statistic,p,p\nt,38,2.1,.042,.9\n",
        &[],
    )
    .expect(2)
    .says(&["`p` is there twice"]);
    audit("--statistics", b"PK\x03\x04...", &[])
        .expect(2)
        .says(&["spreadsheet", "CSV"]);
    audit("--statistics", b"%PDF-1.7", &[])
        .expect(2)
        .says(&["--text"]);
    audit("--text", b"Nothing to see.", &[])
        .expect(2)
        .says(&["no reported test", "t(28) = 2.20, p = .036"]);
    Project::new()
        .run(&["audit", "--statistics", "none.csv"])
        .expect(2)
        .says(&["none.csv", "cannot be read"]);
    Project::new()
        .run(&["audit", "--allow-zero"])
        .expect(2)
        .says(&["--statistics"]);
}

#[test]
fn tests_in_running_text() {
    let text = "It fell (t(38) = 197.11, P = 2.5 x 10^-58; t(38) = 42.99, P = 2.3 × 10⁻³³; t(38) = 238.26, \
                P = 1.9e-61, Bonferroni correction).\nIt did not, F(2, 45) = 1.10, p < .05.\n";
    let found = audit("--text", text.as_bytes(), &["--json"])
        .expect(1)
        .json();
    assert_eq!(
        (&found["errors"], &found["decision_errors"]),
        (&1.into(), &1.into())
    );
    let tests = found["tests"].as_array().unwrap();
    assert_eq!(tests.len(), 4);
    assert_eq!(
        (&tests[0]["comparisons"], &tests[3]["line"]),
        (&3.into(), &2.into())
    );
    assert_eq!(tests[3]["text"], "F(2, 45) = 1.10, p < .05");
}

#[cfg(unix)]
#[test]
fn a_pdf_is_read_by_pdftotext_or_said_to_need_it() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::new();
    fs::write(project.path().join("paper.pdf"), b"%PDF-1.7").unwrap();
    let programs = project.path().join("programs");
    fs::create_dir(&programs).unwrap();
    let run = || {
        let mut command = project.command(&["audit", "--text", "paper.pdf"]);
        Finished::of(&command.env("PATH", &programs).output().unwrap())
    };
    run()
        .expect(2)
        .says(&["paper.pdf", "pdftotext", "poppler-utils"]);
    let program = programs.join("pdftotext");
    let write = |script: &str| {
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    };
    write("echo 'broken xref' >&2; exit 1");
    run().expect(2).says(&["paper.pdf", "broken xref"]);
    write(r"printf 'Front.\n\014So t(28) = 2.20, p = .036.\n'");
    run().expect(0).shows(&["page 2", "1 tests, 0 errors"]);
}
