//! MNIST: 60,000 training and 10,000 test images of handwritten digits, 28 x 28 pixels.
//!
//! Found in a directory, and never believed without its check sums: other
//! sets go by the same file names.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::files::{self, FileSpec};
use super::idx::{self, IdxPaths};
use super::{DataError, DataSet, Source};

/// Training images, training labels, test images, test labels.
///
/// The check sums are of the unpacked files as their authors published them.
pub const FILES: [FileSpec; 4] = [
    FileSpec {
        name: Cow::Borrowed("train-images-idx3-ubyte"),
        sha256: Cow::Borrowed("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        unpacked_bytes: 47_040_016,
    },
    FileSpec {
        name: Cow::Borrowed("train-labels-idx1-ubyte"),
        sha256: Cow::Borrowed("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        unpacked_bytes: 60_008,
    },
    FileSpec {
        name: Cow::Borrowed("t10k-images-idx3-ubyte"),
        sha256: Cow::Borrowed("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        unpacked_bytes: 7_840_016,
    },
    FileSpec {
        name: Cow::Borrowed("t10k-labels-idx1-ubyte"),
        sha256: Cow::Borrowed("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        unpacked_bytes: 10_008,
    },
];

/// Public places that hold the four files as `<name>.gz`, in the order to ask them.
pub const MIRRORS: [&str; 3] = [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
];

/// The first of the directories that holds all four files, plain or `.gz`. Their content is not
/// looked at: [`load`] does that.
#[must_use]
pub fn find(directories: &[PathBuf]) -> Option<PathBuf> {
    let holds_all = |directory: &&PathBuf| {
        FILES
            .iter()
            .all(|file| files::find_file(directory, &file.name).is_some())
    };
    directories.iter().find(holds_all).cloned()
}

/// Reads MNIST from a directory, each file plain or `.gz`, and verifies it.
///
/// # Errors
///
/// [`DataError::MissingFile`] if a file is not there, [`DataError::WrongChecksum`] if one is
/// another set's or altered, and whatever [`idx::read`] finds wrong.
///
/// # Examples
///
/// ```no_run
/// use segdend_core::data::mnist;
///
/// let data = mnist::load("data/mnist".as_ref())?;
/// assert_eq!((data.train().len(), data.test().len()), (60_000, 10_000));
/// # Ok::<(), segdend_core::data::DataError>(())
/// ```
pub fn load(directory: &Path) -> Result<DataSet, DataError> {
    let path_of = |index: usize| {
        let name = &FILES[index].name;
        files::find_file(directory, name).ok_or_else(|| DataError::MissingFile {
            directory: directory.to_owned(),
            name: name.to_string(),
        })
    };
    let paths = IdxPaths {
        train_images: path_of(0)?,
        train_labels: path_of(1)?,
        test_images: path_of(2)?,
        test_labels: path_of(3)?,
    };
    let (train, test) = idx::read_parts(&paths)?;
    let data = DataSet::new(Source::Mnist, train, test)?;
    let paths = [
        paths.train_images,
        paths.train_labels,
        paths.test_images,
        paths.test_labels,
    ];
    for ((path, expected), found) in paths.into_iter().zip(&FILES).zip(data.files()) {
        if found.sha256 != expected.sha256 {
            return Err(DataError::WrongChecksum {
                path,
                expected: expected.sha256.to_string(),
                found: found.sha256.clone(),
            });
        }
    }
    Ok(data)
}
