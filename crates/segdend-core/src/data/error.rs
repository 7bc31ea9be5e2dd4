//! What can go wrong with data, in numbers; the messages say what to do.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a data set could not be read, checked or fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file could not be opened or read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },

    /// A file or directory could not be written.
    #[error(
        "cannot write {}: {source}; check the directory's permissions and the space on the disk",
        path.display()
    )]
    Write {
        /// The file or directory.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },

    /// A gzip file that cannot be unpacked: cut short, altered, or failing its own check sum.
    #[error(
        "{} is damaged gzip ({source}); expected a whole gzip file: delete it and get it again",
        path.display()
    )]
    DamagedGzip {
        /// The file.
        path: PathBuf,
        /// What the decoder answered.
        source: io::Error,
    },

    /// The first four bytes are not those of the expected kind of IDX file.
    #[error(
        "{}: expected the IDX magic number {expected:#010x} ({}), found {found:#010x} ({}); \
         give the files in their order, images and labels",
        path.display(), magic_meaning(*expected), magic_meaning(*found)
    )]
    WrongMagic {
        /// The file.
        path: PathBuf,
        /// The magic number of the kind that was asked for.
        expected: u32,
        /// The magic number in the file.
        found: u32,
    },

    /// The file ends before the bytes its header announces, or within the header.
    #[error(
        "{} is cut short: expected {expected_bytes} bytes (unpacked), found {found_bytes}; \
         delete it and get it again",
        path.display()
    )]
    TruncatedIdx {
        /// The file.
        path: PathBuf,
        /// Header and content, as the header announces them.
        expected_bytes: u64,
        /// What the file holds, unpacked.
        found_bytes: u64,
    },

    /// The file goes on after the bytes its header announces.
    #[error(
        "{} is too long: expected {expected_bytes} bytes (unpacked), found at least \
         {found_bytes_at_least}; it is not one whole IDX file: get it again",
        path.display()
    )]
    TrailingBytes {
        /// The file.
        path: PathBuf,
        /// Header and content, as the header announces them.
        expected_bytes: u64,
        /// How many were read before giving up.
        found_bytes_at_least: u64,
    },

    /// The header announces more than this reader is willing to hold.
    #[error(
        "{}: the header announces {announced_bytes} bytes, the limit is {limit_bytes}; the \
         header is damaged, or the set must be split",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Content bytes according to the header.
        announced_bytes: u128,
        /// The most that is read.
        limit_bytes: u64,
    },

    /// The header announces no images, or images without rows or columns.
    #[error(
        "{}: the header announces {count} items of {rows} x {columns}; expected at least one of \
         each: get the file again",
        path.display()
    )]
    ZeroSize {
        /// The file.
        path: PathBuf,
        /// Images or labels.
        count: u32,
        /// Rows of an image (1 for labels).
        rows: u32,
        /// Columns of an image (1 for labels).
        columns: u32,
    },

    /// An image file and a label file that do not belong together.
    #[error(
        "{} holds {images} images but {} holds {labels} labels; expected as many of each: the two \
         files are not of the same set",
        images_path.display(), labels_path.display()
    )]
    CountMismatch {
        /// The image file.
        images_path: PathBuf,
        /// The label file.
        labels_path: PathBuf,
        /// Images found.
        images: usize,
        /// Labels found.
        labels: usize,
    },

    /// Parts that do not make a set of labelled images.
    #[error(
        "{pixels} pixels and {labels} labels do not make images of {rows} x {columns}: expected \
         rows * columns (not zero) pixels for each label"
    )]
    UnevenImages {
        /// Rows of an image.
        rows: usize,
        /// Columns of an image.
        columns: usize,
        /// Pixels given.
        pixels: usize,
        /// Labels given.
        labels: usize,
    },

    /// Training and test images of different sizes.
    #[error(
        "training images are {train_rows} x {train_columns}, test images {test_rows} x \
         {test_columns}; expected one size: the files are not of the same set"
    )]
    SizeMismatch {
        /// Rows of a training image.
        train_rows: usize,
        /// Columns of a training image.
        train_columns: usize,
        /// Rows of a test image.
        test_rows: usize,
        /// Columns of a test image.
        test_columns: usize,
    },

    /// A file with other content than its name promises.
    #[error(
        "{}: expected SHA-256 {expected} (unpacked), found {found}; the file is damaged, or of \
         another data set with the same file names: move it away and fetch it again, or load it \
         as plain IDX files",
        path.display()
    )]
    WrongChecksum {
        /// The file.
        path: PathBuf,
        /// SHA-256 of the right content, in hexadecimal.
        expected: String,
        /// SHA-256 of what the file unpacks to, in hexadecimal.
        found: String,
    },

    /// A directory lacks a file of the set.
    #[error(
        "{} holds neither {name} nor {name}.gz; fetch the data set, or name the directory that \
         holds it",
        directory.display()
    )]
    MissingFile {
        /// The directory.
        directory: PathBuf,
        /// The file's name without `.gz`.
        name: String,
    },

    /// No mirror gave a file.
    #[error(
        "could not fetch {name} into {}: {}; check the network, or put the file there by hand",
        directory.display(), MirrorList(mirrors)
    )]
    FetchFailed {
        /// The file's name without `.gz`.
        name: String,
        /// Where it should have gone.
        directory: PathBuf,
        /// What each mirror said, in the order they were asked.
        mirrors: Vec<MirrorFailure>,
    },

    /// A proxy address that cannot be understood. It is not repeated: it may hold a password.
    #[error(
        "the proxy's address cannot be understood; expected one like http://proxy.example:3128"
    )]
    InvalidProxy,

    /// A file of root certificates without any that can be used.
    #[error(
        "{} holds no certificate that can be used; expected a file in PEM format",
        path.display()
    )]
    InvalidRootCertificates {
        /// The file given.
        path: PathBuf,
    },
}

/// One mirror's failure to give one file.
#[derive(Debug)]
pub struct MirrorFailure {
    /// The address that was asked.
    pub url: String,
    /// What came back.
    pub reason: MirrorError,
}

/// What a mirror did instead of giving the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MirrorError {
    /// It answered with another HTTP status than success.
    #[error("HTTP status {0}")]
    Status(u16),
    /// It was silent for too long, or slow beyond patience.
    #[error("no answer in time ({0})")]
    TimedOut(String),
    /// The body ended early.
    #[error("the body ended after {found_bytes} bytes{}", announced(*expected_bytes))]
    Truncated {
        /// What the header announced, if it did.
        expected_bytes: Option<u64>,
        /// What came.
        found_bytes: u64,
    },
    /// The body is longer than the file can be.
    #[error("more than {limit_bytes} bytes, which the file cannot have")]
    TooLong {
        /// The most that was accepted.
        limit_bytes: u64,
    },
    /// The body is gzip that cannot be unpacked.
    #[error("damaged gzip: {0}")]
    DamagedGzip(io::Error),
    /// The body came whole, but is not the file.
    #[error("expected SHA-256 {expected}, found {found}")]
    WrongChecksum {
        /// SHA-256 of the right content, in hexadecimal.
        expected: String,
        /// SHA-256 of what came, unpacked, in hexadecimal.
        found: String,
    },
    /// No connection, no such host, no trust in its certificate, or another fault on the way.
    #[error("{0}")]
    Transport(String),
}

/// Shows what every mirror said.
struct MirrorList<'a>(&'a [MirrorFailure]);

impl fmt::Display for MirrorList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no mirror was given");
        }
        for (index, MirrorFailure { url, reason }) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{url}: {reason}")?;
        }
        Ok(())
    }
}

fn announced(expected_bytes: Option<u64>) -> String {
    expected_bytes.map_or_else(String::new, |bytes| format!(" of {bytes}"))
}

fn magic_meaning(magic: u32) -> &'static str {
    match magic {
        super::idx::IMAGES_MAGIC => "images of bytes",
        super::idx::LABELS_MAGIC => "labels of bytes",
        _ if magic >> 16 == 0 => "another kind of IDX file",
        _ => "not an IDX file",
    }
}
