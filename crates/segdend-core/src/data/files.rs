//! Files of a data set: named, found and known by their check sums.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use super::digest::sha256_hex_of_reader;
use super::{DataError, idx};

/// A file, and how to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSpec {
    /// The file's name, without `.gz`.
    pub name: Cow<'static, str>,
    /// SHA-256 of the unpacked bytes, 64 lower-case hexadecimal digits.
    pub sha256: Cow<'static, str>,
    /// How many bytes it unpacks to.
    pub unpacked_bytes: u64,
}

/// Why bytes are not a file.
#[derive(Debug)]
pub enum Mismatch {
    /// They are gzip that cannot be unpacked.
    DamagedGzip(io::Error),
    /// They unpack to more than the file has.
    TooLong,
    /// They are other bytes.
    WrongChecksum {
        /// SHA-256 of what they unpack to, in hexadecimal.
        found: String,
    },
}

/// The path of a file in a directory, plain or else `.gz`, if either is there.
#[must_use]
pub fn find_file(directory: &Path, name: &str) -> Option<PathBuf> {
    [name.to_owned(), format!("{name}.gz")]
        .into_iter()
        .map(|name| directory.join(name))
        .find(|path| path.is_file())
}

/// Checks a file on the disk, plain or `.gz`.
///
/// # Errors
///
/// [`DataError::WrongChecksum`], [`DataError::TrailingBytes`], [`DataError::DamagedGzip`] or
/// [`DataError::Read`].
pub fn verify_file(path: &Path, file: &FileSpec) -> Result<(), DataError> {
    let mut unpacked = idx::open_unpacked(path)?;
    let outcome = sha256_hex_of_reader(&mut unpacked, file.unpacked_bytes);
    let (found, complete) = outcome.map_err(|source| unpacked.error(source))?;
    if !complete {
        return Err(DataError::TrailingBytes {
            path: path.to_owned(),
            expected_bytes: file.unpacked_bytes,
            found_bytes_at_least: file.unpacked_bytes + 1,
        });
    }
    if found != file.sha256 {
        return Err(DataError::WrongChecksum {
            path: path.to_owned(),
            expected: file.sha256.to_string(),
            found,
        });
    }
    Ok(())
}

/// Checks bytes that may be the file, plain or as gzip; says whether they are gzip.
///
/// # Errors
///
/// [`Mismatch`] says in what they are not the file.
pub fn verify_bytes(bytes: &[u8], file: &FileSpec) -> Result<bool, Mismatch> {
    let (unpacked, gzip) = idx::unpack(bytes).map_err(Mismatch::DamagedGzip)?;
    let (found, complete) =
        sha256_hex_of_reader(unpacked, file.unpacked_bytes).map_err(Mismatch::DamagedGzip)?;
    if !complete {
        return Err(Mismatch::TooLong);
    }
    if found != file.sha256 {
        return Err(Mismatch::WrongChecksum { found });
    }
    Ok(gzip)
}
