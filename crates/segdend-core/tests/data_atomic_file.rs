//! Promise: a file written with `atomic_file` is there whole or not at all, whatever went wrong,
//! and what a killed process left behind goes away by itself.
//!
//! Alone: `cargo test -p segdend-core --test data_atomic_file`

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::thread;

use segdend_core::atomic_file::{self, PARTIAL_SUFFIX};
use tempfile::tempdir;

fn names(directory: &Path) -> Vec<String> {
    let mut names = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect::<Vec<_>>();
    names.sort();
    names
}

#[test]
fn a_write_creates_and_then_replaces_the_file_and_leaves_nothing_else() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("weights");
    for bytes in [&b"first"[..], b"second, longer", b"3"] {
        atomic_file::write(&path, bytes).unwrap();
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
    assert_eq!(names(directory.path()), ["weights"]);
}

#[test]
fn a_failure_half_way_leaves_the_old_file_and_no_partial_one() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("weights");
    atomic_file::write(&path, b"old").unwrap();
    let outcome = atomic_file::write_with(&path, |writer| {
        writer.write_all(&[7; 100_000])?;
        Err(io::Error::other("interrupted"))
    });
    assert_eq!(outcome.unwrap_err().to_string(), "interrupted");
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(names(directory.path()), ["weights"]);
}

#[test]
fn nothing_is_visible_under_the_name_before_the_end() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("weights");
    atomic_file::write_with(&path, |writer| {
        writer.write_all(&[1; 100_000])?;
        writer.flush()?;
        assert!(!path.exists());
        let seen = names(directory.path());
        assert!(
            seen.len() == 1 && seen[0].ends_with(PARTIAL_SUFFIX),
            "{seen:?}"
        );
        Ok(())
    })
    .unwrap();
    assert_eq!(fs::read(&path).unwrap(), [1; 100_000]);
}

#[test]
fn leftovers_of_the_dead_are_removed_and_work_of_the_living_is_not() {
    let directory = tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    // Left by a process that was killed: nobody holds its lock.
    fs::write(at(".weights.4000000-0.partial"), b"half").unwrap();
    // Being written by another process: it holds the lock.
    let living = File::create(at(".weights.4000001-5.partial")).unwrap();
    living.lock().unwrap();
    // Not ours, or for another target.
    fs::write(at(".weights.notes.partial"), b"").unwrap();
    fs::write(at(".weights.1-2-3.partial"), b"").unwrap();
    fs::write(at(".other.4000000-0.partial"), b"").unwrap();

    atomic_file::write(&at("weights"), b"whole").unwrap();
    assert_eq!(
        names(directory.path()),
        [
            ".other.4000000-0.partial",
            ".weights.1-2-3.partial",
            ".weights.4000001-5.partial",
            ".weights.notes.partial",
            "weights"
        ]
    );

    drop(living); // now it is dead, too
    atomic_file::write(&at("weights"), b"whole").unwrap();
    assert!(!at(".weights.4000001-5.partial").exists());
}

#[test]
fn many_writers_of_one_file_leave_one_whole_file() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("weights");
    thread::scope(|scope| {
        for writer in 0..4_u8 {
            let path = &path;
            scope.spawn(move || {
                for _ in 0..10 {
                    atomic_file::write(path, &[writer; 50_000]).unwrap();
                    let seen = fs::read(path).unwrap();
                    assert_eq!(seen.len(), 50_000);
                    assert!(seen.iter().all(|&byte| byte == seen[0]));
                }
            });
        }
    });
    assert_eq!(names(directory.path()), ["weights"]);
}

#[test]
fn a_missing_directory_is_an_error() {
    let directory = tempdir().unwrap();
    let outcome = atomic_file::write(&directory.path().join("no/weights"), b"");
    assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::NotFound);
}
