//! IDX files: the format of MNIST and its relatives, for images and labels of bytes.
//!
//! | bytes | images | labels |
//! |---|---|---|
//! | 0..4 | magic number `0x00000803` | magic number `0x00000801` |
//! | 4..8 | images | labels |
//! | 8..12 | rows | the labels |
//! | 12..16 | columns | |
//! | 16.. | the pixels, row by row | |
//!
//! Numbers are big-endian. A file may be gzip, which its first two bytes tell, whatever its name.
//! Nothing in a header is believed before the bytes are there: memory grows with what is read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use serde::{Deserialize, Serialize};

use super::{DataError, DataSet, ImageSet, Source};

/// The magic number of a file of images of bytes.
pub const IMAGES_MAGIC: u32 = 0x0000_0803;

/// The magic number of a file of labels of bytes.
pub const LABELS_MAGIC: u32 = 0x0000_0801;

/// The most content bytes a file may announce: 1 GiB, twenty times MNIST.
pub const LIMIT_BYTES: u64 = 1 << 30;

/// The bytes every gzip file begins with.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// How far reading goes on past the announced end, to say how much too long a file is.
const TRAILING_LIMIT_BYTES: u64 = 1 << 20;

/// The most memory set aside on the word of a header alone.
const TRUSTED_CAPACITY_BYTES: u64 = 1 << 20;

/// The four files of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdxPaths {
    /// Training images.
    pub train_images: PathBuf,
    /// Training labels.
    pub train_labels: PathBuf,
    /// Test images.
    pub test_images: PathBuf,
    /// Test labels.
    pub test_labels: PathBuf,
}

/// Reads the four files of a data set; `name` is what reports will call it.
///
/// # Errors
///
/// As [`read`] for either pair, and [`DataError::SizeMismatch`] if training and test images differ
/// in size.
pub fn load(name: &str, paths: &IdxPaths) -> Result<DataSet, DataError> {
    let (train, test) = read_parts(paths)?;
    DataSet::new(
        Source::IdxFiles {
            name: name.to_owned(),
        },
        train,
        test,
    )
}

/// Reads the training and the test pair, side by side.
pub(super) fn read_parts(paths: &IdxPaths) -> Result<(ImageSet, ImageSet), DataError> {
    let (train, test) = rayon::join(
        || read(&paths.train_images, &paths.train_labels),
        || read(&paths.test_images, &paths.test_labels),
    );
    Ok((train?, test?))
}

/// Reads a file of images and the file of their labels.
///
/// # Errors
///
/// [`DataError::Read`] or [`DataError::DamagedGzip`] if a file cannot be read or unpacked;
/// [`DataError::WrongMagic`], [`DataError::ZeroSize`], [`DataError::TooLarge`],
/// [`DataError::TruncatedIdx`] or [`DataError::TrailingBytes`] if it is not one whole IDX file of
/// its kind; [`DataError::CountMismatch`] if there are not as many labels as images.
///
/// # Examples
///
/// ```
/// use segdend_core::data::idx;
///
/// # let directory = tempfile::tempdir()?;
/// let images = directory.path().join("images");
/// let labels = directory.path().join("labels");
/// std::fs::write(&images, [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20])?;
/// std::fs::write(&labels, [0, 0, 8, 1, 0, 0, 0, 1, 5])?;
/// let set = idx::read(&images, &labels)?;
/// assert_eq!((set.image(0), set.label(0)), (&[10, 20][..], 5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read(images_path: &Path, labels_path: &Path) -> Result<ImageSet, DataError> {
    let images = read_content(images_path, Kind::Images)?;
    let labels = read_content(labels_path, Kind::Labels)?;
    if images.count != labels.count {
        return Err(DataError::CountMismatch {
            images_path: images_path.to_owned(),
            labels_path: labels_path.to_owned(),
            images: images.count,
            labels: labels.count,
        });
    }
    ImageSet::new(images.rows, images.columns, images.bytes, labels.bytes)
}

/// The images of a set as the bytes of an IDX file, not packed.
///
/// # Panics
///
/// If there are more than `u32::MAX` images, rows or columns, which the format cannot say.
#[must_use]
pub fn encode_images(images: &ImageSet) -> Vec<u8> {
    [&images_header(images)[..], images.pixels()].concat()
}

/// The labels of a set as the bytes of an IDX file, not packed.
///
/// # Panics
///
/// If there are more than `u32::MAX` labels, which the format cannot say.
#[must_use]
pub fn encode_labels(images: &ImageSet) -> Vec<u8> {
    [&labels_header(images)[..], images.labels()].concat()
}

pub(super) fn images_header(images: &ImageSet) -> [u8; 16] {
    let mut header = [0; 16];
    header[..4].copy_from_slice(&IMAGES_MAGIC.to_be_bytes());
    header[4..8].copy_from_slice(&big_endian(images.len()));
    header[8..12].copy_from_slice(&big_endian(images.rows()));
    header[12..].copy_from_slice(&big_endian(images.columns()));
    header
}

pub(super) fn labels_header(images: &ImageSet) -> [u8; 8] {
    let mut header = [0; 8];
    header[..4].copy_from_slice(&LABELS_MAGIC.to_be_bytes());
    header[4..].copy_from_slice(&big_endian(images.len()));
    header
}

fn big_endian(number: usize) -> [u8; 4] {
    u32::try_from(number)
        .expect("an IDX header holds 32-bit numbers")
        .to_be_bytes()
}

/// Which of the two kinds of file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Images,
    Labels,
}

/// The content of one file.
struct Content {
    count: usize,
    rows: usize,
    columns: usize,
    bytes: Vec<u8>,
}

fn read_content(path: &Path, kind: Kind) -> Result<Content, DataError> {
    let mut file = open_unpacked(path)?;
    let (magic, header_bytes) = match kind {
        Kind::Images => (IMAGES_MAGIC, 16),
        Kind::Labels => (LABELS_MAGIC, 8),
    };

    let mut header = Vec::with_capacity(header_bytes);
    file.read_up_to(header_bytes as u64, &mut header)?;
    let field = |index: usize| -> Option<u32> {
        header
            .get(4 * index..4 * index + 4)?
            .try_into()
            .ok()
            .map(u32::from_be_bytes)
    };
    // A wrong magic number is the better message even if the header is cut short after it.
    if let Some(found) = field(0)
        && found != magic
    {
        return Err(DataError::WrongMagic {
            path: path.to_owned(),
            expected: magic,
            found,
        });
    }
    if header.len() < header_bytes {
        return Err(DataError::TruncatedIdx {
            path: path.to_owned(),
            expected_bytes: header_bytes as u64,
            found_bytes: header.len() as u64,
        });
    }

    let count = field(1).unwrap_or(0);
    let (rows, columns) = match kind {
        Kind::Images => (field(2).unwrap_or(0), field(3).unwrap_or(0)),
        Kind::Labels => (1, 1),
    };
    if count == 0 || rows == 0 || columns == 0 {
        return Err(DataError::ZeroSize {
            path: path.to_owned(),
            count,
            rows,
            columns,
        });
    }
    let announced_bytes = u128::from(count) * u128::from(rows) * u128::from(columns);
    let content_bytes = match u64::try_from(announced_bytes) {
        Ok(bytes) if bytes <= LIMIT_BYTES => bytes,
        _ => {
            return Err(DataError::TooLarge {
                path: path.to_owned(),
                announced_bytes,
                limit_bytes: LIMIT_BYTES,
            });
        }
    };

    let mut bytes = Vec::with_capacity(content_bytes.min(TRUSTED_CAPACITY_BYTES) as usize);
    let found_bytes = file.read_up_to(content_bytes, &mut bytes)?;
    let expected_bytes = header_bytes as u64 + content_bytes;
    if found_bytes < content_bytes {
        return Err(DataError::TruncatedIdx {
            path: path.to_owned(),
            expected_bytes,
            found_bytes: header_bytes as u64 + found_bytes,
        });
    }
    // Asking for more also makes a gzip decoder compare its check sum.
    let trailing_bytes = file.count_up_to(TRAILING_LIMIT_BYTES)?;
    if trailing_bytes > 0 {
        return Err(DataError::TrailingBytes {
            path: path.to_owned(),
            expected_bytes,
            found_bytes_at_least: expected_bytes + trailing_bytes,
        });
    }
    // Each is at most LIMIT_BYTES, which a usize holds.
    Ok(Content {
        count: count as usize,
        rows: rows as usize,
        columns: columns as usize,
        bytes,
    })
}

/// A file's bytes after unpacking, and the words for what goes wrong with them.
pub(super) struct Unpacked<'a> {
    path: &'a Path,
    reader: Box<dyn Read>,
    gzip: bool,
}

/// Opens a file, plain or gzip.
pub(super) fn open_unpacked(path: &Path) -> Result<Unpacked<'_>, DataError> {
    let read_error = |source| DataError::Read {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(read_error)?;
    let (reader, gzip) = unpack(BufReader::with_capacity(1 << 16, file)).map_err(read_error)?;
    Ok(Unpacked { path, reader, gzip })
}

/// Unpacks a stream if it is gzip, which the second value tells.
pub(super) fn unpack<'a>(mut packed: impl BufRead + 'a) -> io::Result<(Box<dyn Read + 'a>, bool)> {
    let gzip = packed.fill_buf()?.starts_with(&GZIP_MAGIC);
    Ok(if gzip {
        (Box::new(MultiGzDecoder::new(packed)), true)
    } else {
        (Box::new(packed), false)
    })
}

impl Unpacked<'_> {
    /// Appends at most `limit_bytes` to `bytes`, and says how many.
    fn read_up_to(&mut self, limit_bytes: u64, bytes: &mut Vec<u8>) -> Result<u64, DataError> {
        let outcome = self.reader.by_ref().take(limit_bytes).read_to_end(bytes);
        outcome
            .map(|count| count as u64)
            .map_err(|source| self.error(source))
    }

    /// Reads at most `limit_bytes` to nowhere, and says how many.
    fn count_up_to(&mut self, limit_bytes: u64) -> Result<u64, DataError> {
        let outcome = io::copy(&mut self.reader.by_ref().take(limit_bytes), &mut io::sink());
        outcome.map_err(|source| self.error(source))
    }

    /// Says of a failure whether the disk or the gzip is at fault.
    pub(super) fn error(&self, source: io::Error) -> DataError {
        let path = self.path.to_owned();
        if self.gzip && is_gzip_damage(&source) {
            DataError::DamagedGzip { path, source }
        } else {
            DataError::Read { path, source }
        }
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

/// Whether a decoder's error speaks of the content, not of the system below.
pub(super) fn is_gzip_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}
