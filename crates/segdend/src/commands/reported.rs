//! `audit --statistics` and `audit --text`: do the P values that any paper reports follow from the
//! statistics beside them?

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use segdend_analysis::{ReadOptions, TestRow, decode_text, find_tests, read_test_table};
use serde::Serialize;

use crate::args::ReportedTests;
use crate::audit::consistency::{Checked, LEVEL};
use crate::audit::output::consistency_table;
use crate::{Outcome, output};

/// How many rows an error names at most.
const MOST_NAMED: usize = 10;

/// What came of a file, as JSON.
#[derive(Serialize)]
struct Report<'a> {
    /// Its encoding.
    encoding: &'static str,
    /// Tests that were judged.
    tests: Vec<Judged<'a>>,
    /// Tests that were read and cannot be.
    impossible: Vec<Refused<'a>>,
    /// Rows that were not read.
    unread: Vec<Refused<'a>>,
    /// Contradictions and impossible tests.
    errors: usize,
    /// Contradictions that change significance.
    decision_errors: usize,
}

#[derive(Serialize)]
struct Judged<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    #[serde(flatten)]
    checked: Checked,
    fits_one_tail: bool,
}

#[derive(Serialize)]
struct Refused<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    source: &'a str,
    reason: String,
}

#[derive(Serialize, Clone)]
struct Place<'a> {
    line: usize,
    text: &'a str,
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    others: serde_json::Map<String, serde_json::Value>,
}

/// `segdend audit --statistics FILE`, `segdend audit --text FILE`.
pub(super) fn audit(reported: &ReportedTests, json: bool) -> Result<Outcome> {
    let (file, is_table) = match (&reported.statistics, &reported.text) {
        (Some(file), _) => (file, true),
        (None, Some(file)) => (file, false),
        (None, None) => bail!("give a file: --statistics FILE or --text FILE"),
    };
    let (rows, other_columns, encoding) =
        read(file, is_table, reported).with_context(|| file.display().to_string())?;
    let report = Report::of(&rows, &other_columns, encoding)?;
    if report.tests.is_empty() && report.impossible.is_empty() {
        bail!("{}: {}", file.display(), nothing(&report.unread));
    }
    if json {
        output::json(&report)?;
    } else if reported.csv {
        output::result(&report.csv(&other_columns)?)?;
    } else {
        output::result(&report.table())?;
    }
    Ok(if report.errors > 0 {
        Outcome::Failed
    } else {
        Outcome::Done
    })
}

/// The tests of a file, the names of its columns that are not read, and its encoding.
fn read(
    file: &Path,
    is_table: bool,
    reported: &ReportedTests,
) -> Result<(Vec<TestRow>, Vec<String>, &'static str)> {
    let options = ReadOptions {
        allow_zero: reported.allow_zero,
        significance_level: LEVEL,
    };
    let mut bytes = fs::read(file).context("cannot be read")?;
    let is_pdf = bytes.starts_with(b"%PDF-");
    ensure!(
        !bytes.starts_with(b"PK\x03\x04"),
        "a spreadsheet, document or archive: save it as {}",
        if is_table { "CSV" } else { "text or PDF" }
    );
    ensure!(
        !(is_table && is_pdf),
        "a PDF, expected a table: its text is read by `segdend audit --text`"
    );
    if is_pdf {
        bytes = text_of_pdf(file)?;
    }
    let encoding = if is_pdf {
        Some("utf-8")
    } else {
        reported.encoding.as_deref()
    };
    let decoded = decode_text(&bytes, encoding)?;
    if is_table {
        let table = read_test_table(&decoded.text, &options)?;
        Ok((table.rows, table.other_columns, decoded.encoding))
    } else {
        let rows = find_tests(&decoded.text, &options);
        ensure!(
            !rows.is_empty(),
            "no reported test found, expected some such as t(28) = 2.20, p = .036{}",
            if is_pdf {
                "; a PDF of scanned pages holds no text"
            } else {
                ""
            }
        );
        Ok((rows, Vec::new(), decoded.encoding))
    }
}

/// The text of a PDF, by poppler's `pdftotext`.
fn text_of_pdf(file: &Path) -> Result<Vec<u8>> {
    let run = Command::new("pdftotext")
        .args(["-enc", "UTF-8"])
        .arg(file)
        .arg("-")
        .output();
    let run = match run {
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "a PDF, which is read by `pdftotext`: install it (Debian: poppler-utils), or give the text"
        ),
        run => run.context("cannot start `pdftotext`")?,
    };
    ensure!(
        run.status.success(),
        "`pdftotext` cannot read it: {}",
        String::from_utf8_lossy(&run.stderr).trim()
    );
    Ok(run.stdout)
}

/// Why nothing was judged.
fn nothing(unread: &[Refused<'_>]) -> String {
    let named = unread.iter().take(MOST_NAMED).map(Refused::in_words);
    let mut text = format!("no row can be read\n{}", named.collect::<String>());
    if unread.len() > MOST_NAMED {
        text.push_str(&format!("  and {} more\n", unread.len() - MOST_NAMED));
    }
    text
}

impl<'a> Report<'a> {
    fn of(rows: &'a [TestRow], other_columns: &[String], encoding: &'static str) -> Result<Self> {
        let (mut tests, mut impossible, mut unread) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            let others = other_columns.iter().zip(&row.others);
            let place = Place {
                line: row.line,
                text: &row.text,
                others: others
                    .map(|(name, cell)| (name.clone(), cell.clone().into()))
                    .collect(),
            };
            match &row.test {
                Ok(test) => {
                    let checked = Checked::of(test, &row.source)?;
                    tests.push(Judged {
                        place,
                        fits_one_tail: checked.fits_one_tail,
                        checked,
                    });
                }
                Err(error) => {
                    let list = if error.is_impossible() {
                        &mut impossible
                    } else {
                        &mut unread
                    };
                    list.push(Refused {
                        place,
                        source: &row.source,
                        reason: error.to_string(),
                    });
                }
            }
        }
        let count =
            |is: fn(&Checked) -> bool| tests.iter().filter(|test| is(&test.checked)).count();
        Ok(Self {
            encoding,
            errors: count(|checked| checked.error) + impossible.len(),
            decision_errors: count(|checked| checked.decision_error),
            tests,
            impossible,
            unread,
        })
    }

    fn table(&self) -> String {
        let named: Vec<Checked> = self
            .tests
            .iter()
            .map(|test| Checked {
                source: match test.checked.source.as_str() {
                    "" => format!("line {}", test.place.line),
                    source => source.split_whitespace().collect::<Vec<_>>().join(" "),
                },
                ..test.checked.clone()
            })
            .collect();
        let mut text = String::new();
        if !named.is_empty() {
            text.push_str(&consistency_table(&named));
        }
        for (head, list) in [
            ("impossible", &self.impossible),
            ("not read, and so not judged", &self.unread),
        ] {
            if !list.is_empty() {
                text.push_str(&format!("\n{head}:\n"));
                text.extend(list.iter().map(Refused::in_words));
            }
        }
        text.push_str(&format!(
            "\n  {} tests, {} errors: {} impossible, {} contradictions, {} of them decision errors; {} rows not read\n",
            self.tests.len() + self.impossible.len(),
            self.errors,
            self.impossible.len(),
            self.errors - self.impossible.len(),
            self.decision_errors,
            self.unread.len()
        ));
        text
    }

    /// A row a test, in the order of lines.
    fn csv(&self, other_columns: &[String]) -> Result<String> {
        const HEAD: [&str; 14] = [
            "line",
            "source",
            "test",
            "df",
            "statistic",
            "p",
            "comparisons",
            "recomputed_p",
            "least_p",
            "most_p",
            "fits",
            "verdict",
            "reason",
            "text",
        ];
        let others = |place: &Place<'_>| -> Vec<String> {
            let cell = |name| place.others.get(name).and_then(|cell| cell.as_str());
            other_columns
                .iter()
                .map(|name| cell(name).unwrap_or_default().to_owned())
                .collect()
        };
        let mut rows: Vec<(usize, Vec<String>)> = Vec::new();
        for Judged { place, checked, .. } in &self.tests {
            let range = checked.corrected_range;
            let [ours, least, most] =
                [checked.corrected_p, range.least, range.most].map(crate::audit::output::digits);
            let mut row = vec![
                place.line.to_string(),
                checked.source.clone(),
                checked.test.clone(),
                checked.df.clone(),
                checked.statistic.clone(),
                checked.reported_p.clone(),
                checked.comparisons.to_string(),
                ours,
                least,
                most,
                checked.under(),
                checked.verdict_in_words(),
                String::new(),
                place.text.to_owned(),
            ];
            row.extend(others(place));
            rows.push((place.line, row));
        }
        for (verdict, list) in [("impossible", &self.impossible), ("not read", &self.unread)] {
            for refused in list {
                let mut row = vec![String::new(); HEAD.len()];
                row[0] = refused.place.line.to_string();
                row[1] = refused.source.to_owned();
                row[11] = verdict.to_owned();
                row[12].clone_from(&refused.reason);
                row[13] = refused.place.text.to_owned();
                row.extend(others(&refused.place));
                rows.push((refused.place.line, row));
            }
        }
        rows.sort_by_key(|(line, _)| *line);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(
            HEAD.iter()
                .copied()
                .chain(other_columns.iter().map(String::as_str)),
        )?;
        for (_, row) in rows {
            writer.write_record(row)?;
        }
        let bytes = writer.into_inner().context("cannot write CSV")?;
        Ok(String::from_utf8(bytes)?)
    }
}

impl Refused<'_> {
    fn in_words(&self) -> String {
        let source = match self.source {
            "" => String::new(),
            source => format!(" ({source})"),
        };
        format!("  line {}{source}: {}\n", self.place.line, self.reason)
    }
}
