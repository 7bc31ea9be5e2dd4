//! What can go wrong with data, in numbers; the messages say what to do.

use std::io;
use std::path::PathBuf;

/// Why a data set could not be read or checked.
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
}

fn magic_meaning(magic: u32) -> &'static str {
    match magic {
        super::idx::IMAGES_MAGIC => "images of bytes",
        super::idx::LABELS_MAGIC => "labels of bytes",
        _ if magic >> 16 == 0 => "another kind of IDX file",
        _ => "not an IDX file",
    }
}
