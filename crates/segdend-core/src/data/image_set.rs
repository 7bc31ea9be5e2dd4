//! Labelled images of one size.

use super::{DataError, digest, idx};

/// Labelled greyscale images of one size, pixel by pixel in rows from the top left.
///
/// A pixel is a byte: 0 is the ground, 255 full ink. The set may be empty, its images may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSet {
    rows: usize,
    columns: usize,
    pixels: Vec<u8>,
    labels: Vec<u8>,
    classes: usize,
}

impl ImageSet {
    /// Makes a set of `labels.len()` images, the pixels of one after those of the other.
    ///
    /// There are as many classes as the largest label and those below it (none in an empty set).
    ///
    /// # Errors
    ///
    /// [`DataError::UnevenImages`] unless `rows * columns` is more than zero and
    /// `pixels.len() == labels.len() * rows * columns`.
    ///
    /// # Examples
    ///
    /// ```
    /// use segdend_core::data::ImageSet;
    ///
    /// let images = ImageSet::new(1, 2, vec![0, 255, 255, 0], vec![7, 3])?;
    /// assert_eq!(images.image(1), [255, 0]);
    /// assert_eq!(images.label(1), 3);
    /// assert_eq!(images.classes(), 8);
    /// # Ok::<(), segdend_core::data::DataError>(())
    /// ```
    pub fn new(
        rows: usize,
        columns: usize,
        pixels: Vec<u8>,
        labels: Vec<u8>,
    ) -> Result<Self, DataError> {
        let fits = rows
            .checked_mul(columns)
            .filter(|&pixel_count| pixel_count > 0)
            .and_then(|pixel_count| pixel_count.checked_mul(labels.len()))
            == Some(pixels.len());
        if !fits {
            return Err(DataError::UnevenImages {
                rows,
                columns,
                pixels: pixels.len(),
                labels: labels.len(),
            });
        }
        let classes = labels
            .iter()
            .max()
            .map_or(0, |&label| usize::from(label) + 1);
        Ok(Self {
            rows,
            columns,
            pixels,
            labels,
            classes,
        })
    }

    /// How many images there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no image at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Rows of an image.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns of an image.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Pixels of an image: rows times columns.
    #[must_use]
    pub fn pixel_count(&self) -> usize {
        self.rows * self.columns
    }

    /// One more than the largest label. A shorter set made by [`take`](Self::take) keeps the count
    /// of the set it was taken from.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The pixels of image `index`, row by row.
    ///
    /// # Panics
    ///
    /// If `index` is not below [`len`](Self::len).
    #[must_use]
    pub fn image(&self, index: usize) -> &[u8] {
        let pixel_count = self.pixel_count();
        &self.pixels[index * pixel_count..][..pixel_count]
    }

    /// The class of image `index`.
    ///
    /// # Panics
    ///
    /// If `index` is not below [`len`](Self::len).
    #[must_use]
    pub fn label(&self, index: usize) -> usize {
        usize::from(self.labels[index])
    }

    /// The pixels of all images, one image after the other.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The labels of all images.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The first `count` images, or all if there are not as many.
    #[must_use]
    pub fn take(&self, count: usize) -> Self {
        let count = count.min(self.len());
        Self {
            rows: self.rows,
            columns: self.columns,
            pixels: self.pixels[..count * self.pixel_count()].to_vec(),
            labels: self.labels[..count].to_vec(),
            classes: self.classes,
        }
    }

    /// The same images with a larger class count: for sets too small to hold every class.
    pub(super) fn with_classes_at_least(mut self, classes: usize) -> Self {
        self.classes = self.classes.max(classes);
        self
    }

    /// SHA-256 of the images as an unpacked IDX file, in hexadecimal.
    #[must_use]
    pub fn images_sha256(&self) -> String {
        digest::sha256_hex([&idx::images_header(self)[..], &self.pixels])
    }

    /// SHA-256 of the labels as an unpacked IDX file, in hexadecimal.
    #[must_use]
    pub fn labels_sha256(&self) -> String {
        digest::sha256_hex([&idx::labels_header(self)[..], &self.labels])
    }
}
