//! From the bytes of a file to its text.

use super::TableError;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A text with the encoding it was read in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedText {
    /// The text, lines ended by a line feed each.
    pub text: String,
    /// The encoding's name.
    pub encoding: &'static str,
}

/// Reads bytes as text: in the encoding of their byte order mark; else in the one named (a label of
/// the WHATWG Encoding Standard); else in UTF-16 where every other byte at the beginning is zero, in
/// UTF-8 where it is that, and in Windows-1252, which holds Latin-1, where it is not. Line ends
/// become line feeds.
///
/// # Errors
///
/// [`TableError::UnknownEncoding`], and [`TableError::OtherEncoding`] for bytes that a marked or
/// named encoding does not have.
///
/// # Example
///
/// ```
/// use segdend_analysis::decode_text;
///
/// let found = decode_text(b"M\xfcller 2010\r", None)?;
/// assert_eq!((found.text.as_str(), found.encoding), ("Müller 2010\n", "windows-1252"));
/// # Ok::<(), segdend_analysis::TableError>(())
/// ```
pub fn decode_text(bytes: &[u8], encoding: Option<&str>) -> Result<DecodedText, TableError> {
    let named = match encoding {
        Some(name) => Some(Encoding::for_label(name.trim().as_bytes()).ok_or_else(|| {
            TableError::UnknownEncoding {
                name: name.to_owned(),
            }
        })?),
        None => None,
    };
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some(marked) => marked,
        None => (named.unwrap_or_else(|| likely(bytes)), 0),
    };
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(&bytes[mark..])
        .ok_or_else(|| TableError::OtherEncoding {
            encoding: encoding.name(),
        })?;
    Ok(DecodedText {
        text: text.replace("\r\n", "\n").replace('\r', "\n"),
        encoding: encoding.name(),
    })
}

/// The encoding of bytes without a mark.
fn likely(bytes: &[u8]) -> &'static Encoding {
    /// Pairs of bytes that are looked at.
    const PAIRS: usize = 32;
    let pairs = || bytes.chunks_exact(2).take(PAIRS);
    let most = |zero: fn(&[u8]) -> bool| {
        pairs().next().is_some() && 2 * pairs().filter(|pair| zero(pair)).count() > pairs().count()
    };
    if most(|pair| pair[1] == 0) {
        UTF_16LE
    } else if most(|pair| pair[0] == 0) {
        UTF_16BE
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1252
    }
}
