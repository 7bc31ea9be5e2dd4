//! Standard output and standard error: results to the one, remarks to the other.

use std::io::{self, Write};

use anyhow::{Context, Result};
use serde::Serialize;

/// Prints a result. A reader that has gone away (`segdend figures | head -3`) is no error.
pub(crate) fn result(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.context("cannot write to standard output"),
    }
}

/// Prints a result as one JSON document.
pub(crate) fn json(value: &impl Serialize) -> Result<()> {
    let mut text =
        serde_json::to_string_pretty(value).context("cannot write the result as JSON")?;
    text.push('\n');
    result(&text)
}

/// Prints a remark; nobody is hurt if it cannot be printed.
pub(crate) fn remark(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints an error and what caused it, each cause once.
pub(crate) fn error(error: &anyhow::Error) {
    remark(&format!("error: {}", chain(error)));
}

/// An error and its causes in one text. Causes that their error's message already holds are left
/// out: many messages end with their cause.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        let cause = cause.trim_end();
        if !text.contains(cause) {
            let separator = if text.is_empty() { "" } else { ": " };
            text.push_str(separator);
            text.push_str(cause);
        }
    }
    text
}

/// A length of time for people: `40 s`, `12 min`, `3.5 h`.
pub(crate) fn duration(seconds: f64) -> String {
    match seconds {
        s if !s.is_finite() => "unknown".to_owned(),
        s if s < 99.5 => format!("{s:.0} s"),
        s if s < 99.5 * 60.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    //! Promise: what people read is whole, and said once.
    use super::*;

    #[test]
    fn a_cause_stands_once() {
        let error = anyhow::anyhow!("disk full")
            .context("cannot write a.txt: disk full")
            .context("figure fig6b");
        assert_eq!(chain(&error), "figure fig6b: cannot write a.txt: disk full");
    }

    #[test]
    fn numbers_for_people() {
        assert_eq!(
            (segdend_figures::grouped(60_000), duration(150.0)),
            ("60,000".to_owned(), "2 min".to_owned())
        );
    }
}
