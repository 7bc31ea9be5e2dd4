//! Two directories, file by file and byte by byte.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Check, State};

/// So much of a line is shown.
const SHOWN_CHARACTERS: usize = 48;
/// So much of it before the first difference.
const SHOWN_BEFORE: usize = 12;

/// Compares all files of two directories, which need not be there; `name` is what the first one is
/// called, where a reader knows it.
pub(crate) fn compare_directories(name: &str, kept: &Path, again: &Path) -> Result<Vec<Check>> {
    let mut files = names(kept)?;
    files.extend(names(again)?);
    files
        .into_iter()
        .map(|file| {
            compare(
                &format!("{name}/{file}"),
                &kept.join(&file),
                &again.join(&file),
            )
        })
        .collect()
}

/// Compares the file that is kept with the one that was made again.
pub(crate) fn compare(what: &str, kept: &Path, again: &Path) -> Result<Check> {
    Ok(match (read(kept)?, read(again)?) {
        (None, None) => Check::new(what, State::Missing, "neither kept nor made"),
        (None, Some(_)) => Check::new(what, State::Missing, "made here, but not kept"),
        (Some(_), None) => Check::new(
            what,
            State::NotMade,
            "kept, but nothing here makes it: what it needs is not there, or it is left over",
        ),
        (Some(kept), Some(again)) => match difference(&kept, &again) {
            None => Check::equal(what),
            Some(detail) => Check::new(what, State::Different, detail),
        },
    })
}

/// Where two contents part: the first line or, of what is no text, the first byte.
pub(crate) fn difference(kept: &[u8], again: &[u8]) -> Option<String> {
    let shorter = kept.len().min(again.len());
    let place = kept
        .iter()
        .zip(again)
        .position(|(a, b)| a != b)
        .unwrap_or(shorter);
    if place == shorter && kept.len() == again.len() {
        return None;
    }
    let (Ok(kept_text), Ok(again_text)) = (std::str::from_utf8(kept), std::str::from_utf8(again))
    else {
        return Some(format!(
            "byte {} of {}; made again it has {} bytes",
            place + 1,
            kept.len(),
            again.len()
        ));
    };
    let line = kept[..place].iter().filter(|&&byte| byte == b'\n').count();
    let start = kept[..place]
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |newline| newline + 1);
    Some(format!(
        "line {}: {}, made again {}",
        line + 1,
        shown(&kept_text[start..], place - start),
        shown(&again_text[start..], place - start)
    ))
}

/// The part of the first line round a byte.
fn shown(text: &str, place: usize) -> String {
    let Some(line) = text.lines().next() else {
        return "nothing".to_owned();
    };
    let before = line
        .char_indices()
        .take_while(|&(index, _)| index < place)
        .count();
    let skipped = before.saturating_sub(SHOWN_BEFORE);
    let part: String = line.chars().skip(skipped).take(SHOWN_CHARACTERS).collect();
    let left = if skipped > 0 { "…" } else { "" };
    let right = if line.chars().count() > skipped + SHOWN_CHARACTERS {
        "…"
    } else {
        ""
    };
    format!("`{left}{part}{right}`")
}

/// The names of a directory's files; none if there is no directory.
fn names(directory: &Path) -> Result<BTreeSet<String>> {
    let context = || format!("cannot read {}", directory.display());
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(error).with_context(context),
    };
    let mut names = BTreeSet::new();
    for entry in entries {
        let entry = entry.with_context(context)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // What a killed process was writing.
        if entry.path().is_file() && !name.ends_with(".partial") {
            names.insert(name);
        }
    }
    Ok(names)
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    //! Promise: the first difference is found and shown, in text and in what is none.
    use super::*;

    #[test]
    fn the_first_difference_is_shown() {
        assert_eq!(difference(b"a,b\n1,2\n", b"a,b\n1,2\n"), None);
        assert_eq!(
            difference(b"a,b\n1,2\n", b"a,b\n1,3\n").unwrap(),
            "line 2: `1,2`, made again `1,3`"
        );
        assert_eq!(
            difference(b"a\n", b"a\nb\n").unwrap(),
            "line 2: nothing, made again `b`"
        );
        assert_eq!(
            difference(b"\xff\x00\x01", b"\xff\x00\x02").unwrap(),
            "byte 3 of 3; made again it has 3 bytes"
        );
        let long = format!("{}1 ä\n", "ö".repeat(100));
        let other = long.replace("1 ä", "2 ä");
        let text = difference(long.as_bytes(), other.as_bytes()).unwrap();
        assert!(text.contains("öö1 ä`") && text.contains("`…öö"), "{text}");
        // The bytes part within a character.
        difference("ä".as_bytes(), "ö".as_bytes()).unwrap();
    }

    #[test]
    fn files_of_both_sides_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let [kept, again] = ["kept", "again"].map(|name| folder.path().join(name));
        for directory in [&kept, &again] {
            std::fs::create_dir(directory).unwrap();
            std::fs::write(directory.join("both.csv"), "1\n").unwrap();
        }
        std::fs::write(kept.join("old.csv"), "1\n").unwrap();
        std::fs::write(again.join("new.csv"), "1\n").unwrap();
        let states: Vec<_> = compare_directories("x", &kept, &again)
            .unwrap()
            .into_iter()
            .map(|check| (check.what, check.state))
            .collect();
        assert_eq!(
            states,
            [
                ("x/both.csv".to_owned(), State::Equal),
                ("x/new.csv".to_owned(), State::Missing),
                ("x/old.csv".to_owned(), State::NotMade)
            ]
        );
    }
}
