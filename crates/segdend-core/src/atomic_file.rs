//! Files that appear whole or not at all.
//!
//! The bytes go to a temporary file beside the target, are forced to the disk, and only then take
//! the target's name in one step; the directory is forced to the disk last. Whoever opens the
//! target sees the old file or the new one, never a part, even if the process or the machine stops
//! half way.
//!
//! A temporary file is named `.<target>.<process id>-<count>.partial` and is locked while its
//! writer lives. The system drops the lock when a process ends, however it ends, so the next write
//! to the same target can tell what was left behind by the dead (and removes it) from what another
//! process is writing at this moment (and leaves it alone). Two processes may write one target: the
//! last to finish wins, whole.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// How the names of temporary files end.
pub const PARTIAL_SUFFIX: &str = ".partial";

/// Distinguishes the temporary files of one process.
static NEXT_COUNT: AtomicU64 = AtomicU64::new(0);

/// Writes `bytes` to `path`, whole or not at all, replacing what was there.
///
/// The directory must exist.
///
/// # Errors
///
/// Whatever the file system answers (no such directory, no permission, disk full). The target is
/// then as it was before, and the temporary file is gone.
///
/// # Examples
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// let path = directory.path().join("manifest.json");
/// segdend_core::atomic_file::write(&path, b"{}")?;
/// assert_eq!(std::fs::read(&path)?, b"{}");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_with(path, |writer| writer.write_all(bytes))
}

/// Writes to `path` what `fill` puts into the (buffered) writer, whole or not at all.
///
/// For content that need not lie in memory at once. The directory must exist.
///
/// # Errors
///
/// The error of `fill`, or whatever the file system answers. The target is then as it was before,
/// and the temporary file is gone.
pub fn write_with(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let target = Target::new(path)?;
    target.remove_abandoned();
    let (file, partial_path) = target.create_partial()?;
    let outcome = fill_and_rename(&file, &partial_path, path, fill);
    if outcome.is_err() {
        // The first error is the one to report; a file that cannot be removed is harmless.
        let _ = fs::remove_file(&partial_path);
    }
    outcome?;
    sync_directory(target.directory)
}

fn fill_and_rename(
    file: &File,
    partial_path: &Path,
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut writer = BufWriter::new(file);
    fill(&mut writer)?;
    writer.flush()?;
    drop(writer);
    file.sync_all()?;
    fs::rename(partial_path, path)
}

/// A path to be written, taken apart.
struct Target<'a> {
    directory: &'a Path,
    name: &'a OsStr,
}

impl<'a> Target<'a> {
    fn new(path: &'a Path) -> io::Result<Self> {
        let name = path
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        Ok(Self { directory, name })
    }

    /// What the names of this target's temporary files begin with.
    fn partial_prefix(&self) -> OsString {
        let mut prefix = OsString::from(".");
        prefix.push(self.name);
        prefix.push(".");
        prefix
    }

    /// Creates and locks a temporary file under a name nobody else has.
    fn create_partial(&self) -> io::Result<(File, PathBuf)> {
        loop {
            let count = NEXT_COUNT.fetch_add(1, Ordering::Relaxed);
            let mut name = self.partial_prefix();
            name.push(format!("{}-{count}{PARTIAL_SUFFIX}", process::id()));
            let path = self.directory.join(name);
            let file = match File::create_new(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            };
            // Some network file systems have no locks: then nothing is ever taken for abandoned.
            let _ = file.lock();
            // Between creation and lock another writer may have taken the file for abandoned.
            if fs::symlink_metadata(&path).is_ok() {
                return Ok((file, path));
            }
        }
    }

    /// Removes the temporary files of writers that no longer live. What cannot be read, locked or
    /// removed is left: it harms nobody.
    fn remove_abandoned(&self) {
        let prefix = self.partial_prefix();
        let Ok(entries) = fs::read_dir(self.directory) else {
            return;
        };
        for entry in entries.flatten() {
            if !is_partial_name(&entry.file_name(), &prefix) {
                continue;
            }
            let Ok(file) = File::options().write(true).open(entry.path()) else {
                continue;
            };
            match file.try_lock() {
                Ok(()) => {
                    let _ = fs::remove_file(entry.path());
                }
                Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
            }
        }
    }
}

/// Whether `name` is `prefix`, digits, a dash, digits, and the suffix.
fn is_partial_name(name: &OsStr, prefix: &OsStr) -> bool {
    let Some(middle) = name
        .as_encoded_bytes()
        .strip_prefix(prefix.as_encoded_bytes())
        .and_then(|rest| rest.strip_suffix(PARTIAL_SUFFIX.as_bytes()))
    else {
        return false;
    };
    let mut parts = middle.split(|&byte| byte == b'-');
    let is_number = |part: Option<&[u8]>| {
        part.is_some_and(|p| !p.is_empty() && p.iter().all(u8::is_ascii_digit))
    };
    is_number(parts.next()) && is_number(parts.next()) && parts.next().is_none()
}

/// Forces a directory's entries to the disk, where the system can do that.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Directories cannot be opened as files here; the rename itself is durable enough.
#[cfg(not(unix))]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}
