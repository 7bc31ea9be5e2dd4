//! Check sums: SHA-256 in hexadecimal, of parts and of a whole set.

use std::fmt::Write as _;
use std::io;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A file's name and the SHA-256 of its unpacked bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    /// The file's name, without `.gz`.
    pub name: String,
    /// SHA-256 of the unpacked bytes, 64 hexadecimal digits.
    pub sha256: String,
}

/// SHA-256 of the pieces, one after the other, in hexadecimal.
pub(super) fn sha256_hex<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for piece in pieces {
        hasher.update(piece);
    }
    to_hex(&hasher.finalize())
}

/// SHA-256 in hexadecimal of at most `limit_bytes` bytes of a reader, and whether that was all.
pub(super) fn sha256_hex_of_reader(
    mut reader: impl io::Read,
    limit_bytes: u64,
) -> io::Result<(String, bool)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; 64 * 1024];
    let mut total_bytes = 0_u64;
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => return Ok((to_hex(&hasher.finalize()), true)),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        total_bytes += count as u64;
        if total_bytes > limit_bytes {
            return Ok((to_hex(&hasher.finalize()), false));
        }
        hasher.update(&buffer[..count]);
    }
}

/// One check sum over several files: the SHA-256 of the lines that `sha256sum` would print for
/// them, so that anyone can compute it again.
pub(super) fn combine(files: &[FileDigest]) -> String {
    let mut lines = String::new();
    for FileDigest { name, sha256 } in files {
        let _ = writeln!(lines, "{sha256}  {name}"); // writing to a String cannot fail
    }
    sha256_hex([lines.as_bytes()])
}

fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
    }
    text
}
