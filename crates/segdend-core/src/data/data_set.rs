//! A training and a test set, and where they came from.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::digest::{self, FileDigest};
use super::{DataError, ImageSet, mnist};

/// Where a data set came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Source {
    /// MNIST, verified by its check sums.
    Mnist,
    /// The digits this library draws itself.
    EmbeddedDigits {
        /// The seed they were drawn from.
        seed: u64,
        /// Which version of the drawing rules; another version draws other pixels.
        generator_version: u32,
    },
    /// IDX files given by the user.
    IdxFiles {
        /// What the user calls the set.
        name: String,
    },
}

impl Source {
    /// Whether this is MNIST itself, all others being stand-ins.
    #[must_use]
    pub fn is_mnist(&self) -> bool {
        matches!(self, Self::Mnist)
    }
}

/// The label to put on a picture or report.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mnist => f.write_str("MNIST"),
            Self::EmbeddedDigits { .. } => f.write_str("embedded digits (not MNIST)"),
            Self::IdxFiles { name } => write!(f, "{name} (IDX files, not MNIST)"),
        }
    }
}

/// A training and a test set of images of one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSet {
    source: Source,
    train: ImageSet,
    test: ImageSet,
    classes: usize,
    files: Vec<FileDigest>,
    checksum: String,
}

impl DataSet {
    /// Joins a training and a test set, and computes their check sums.
    ///
    /// # Errors
    ///
    /// [`DataError::SizeMismatch`] if the two have images of different sizes.
    ///
    /// # Examples
    ///
    /// ```
    /// use segdend_core::data::{DataSet, ImageSet, Source};
    ///
    /// let train = ImageSet::new(1, 2, vec![0, 255, 255, 0], vec![0, 1])?;
    /// let test = ImageSet::new(1, 2, vec![0, 200], vec![0])?;
    /// let data = DataSet::new(Source::IdxFiles { name: "two bars".into() }, train, test)?;
    /// assert_eq!(data.classes(), 2);
    /// assert_eq!(data.source().to_string(), "two bars (IDX files, not MNIST)");
    /// # Ok::<(), segdend_core::data::DataError>(())
    /// ```
    pub fn new(source: Source, train: ImageSet, test: ImageSet) -> Result<Self, DataError> {
        if (train.rows(), train.columns()) != (test.rows(), test.columns()) {
            return Err(DataError::SizeMismatch {
                train_rows: train.rows(),
                train_columns: train.columns(),
                test_rows: test.rows(),
                test_columns: test.columns(),
            });
        }
        Ok(Self::of_one_size(source, train, test))
    }

    /// [`new`](Self::new) for sets that are known to have images of one size.
    pub(super) fn of_one_size(source: Source, train: ImageSet, test: ImageSet) -> Self {
        let ((train_images, train_labels), (test_images, test_labels)) = rayon::join(
            || (train.images_sha256(), train.labels_sha256()),
            || (test.images_sha256(), test.labels_sha256()),
        );
        let digests = [train_images, train_labels, test_images, test_labels];
        let files = mnist::FILES
            .iter()
            .zip(digests)
            .map(|(file, sha256)| FileDigest {
                name: file.name.to_string(),
                sha256,
            })
            .collect::<Vec<_>>();
        let classes = train.classes().max(test.classes());
        let checksum = digest::combine(&files);
        Self {
            source,
            train,
            test,
            classes,
            files,
            checksum,
        }
    }

    /// Where the set came from.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The images to learn from.
    #[must_use]
    pub fn train(&self) -> &ImageSet {
        &self.train
    }

    /// The images to test with.
    #[must_use]
    pub fn test(&self) -> &ImageSet {
        &self.test
    }

    /// How many classes there are: one more than the largest label of the whole set.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Pixels of an image.
    #[must_use]
    pub fn pixel_count(&self) -> usize {
        self.train.pixel_count()
    }

    /// The four parts as unpacked IDX files, under the names MNIST's files have, with their
    /// SHA-256: training images and labels, test images and labels.
    #[must_use]
    pub fn files(&self) -> &[FileDigest] {
        &self.files
    }

    /// One SHA-256 over all parts: what
    /// `sha256sum train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte
    /// t10k-labels-idx1-ubyte | sha256sum` prints for the unpacked files.
    #[must_use]
    pub fn checksum(&self) -> &str {
        &self.checksum
    }

    /// The first images of each part, or all where there are not as many.
    ///
    /// Source and class count stay; the check sums become those of what was taken, so that a sliver
    /// is never taken for the whole.
    #[must_use]
    pub fn take(&self, train_count: usize, test_count: usize) -> Self {
        if train_count >= self.train.len() && test_count >= self.test.len() {
            return self.clone();
        }
        let (train, test) = (self.train.take(train_count), self.test.take(test_count));
        Self::of_one_size(self.source.clone(), train, test)
    }

    /// What a manifest says of the set.
    #[must_use]
    pub fn summary(&self) -> DataSummary {
        DataSummary {
            source: self.source.clone(),
            rows: self.train.rows(),
            columns: self.train.columns(),
            classes: self.classes,
            train_images: self.train.len(),
            test_images: self.test.len(),
            checksum: self.checksum.clone(),
            files: self.files.clone(),
        }
    }
}

/// What a manifest says of a data set: everything but the pixels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSummary {
    /// Where the set came from.
    pub source: Source,
    /// Rows of an image.
    pub rows: usize,
    /// Columns of an image.
    pub columns: usize,
    /// How many classes there are.
    pub classes: usize,
    /// Images to learn from.
    pub train_images: usize,
    /// Images to test with.
    pub test_images: usize,
    /// One SHA-256 over all parts; see [`DataSet::checksum`].
    pub checksum: String,
    /// The parts; see [`DataSet::files`].
    pub files: Vec<FileDigest>,
}

impl crate::model::Samples for DataSet {
    fn train_len(&self) -> usize {
        self.train().len()
    }

    fn test_len(&self) -> usize {
        self.test().len()
    }
}
