//! Data sets: labelled greyscale images, split into training and test.
//!
//! - [`mnist`] finds MNIST on the disk and checks it against its known check sums;
//! - [`idx`] reads any set of the same file format, whatever its image size and class count;
//! - [`digits`] draws a set of its own from a seed, for where there is no network.
//! - [`patterns`] generates patterns with real-valued targets.
//!
//! The first three give a [`DataSet`], which knows where it came from ([`Source`]) and carries a check sum
//! over every byte of it, so that a result can say what it was computed from.

mod data_set;
mod digest;
pub mod digits;
mod error;
pub mod files;
pub mod idx;
mod image_set;
pub mod mnist;
pub mod patterns;

pub use data_set::{DataSet, DataSummary, Source};
pub use digest::FileDigest;
pub use error::DataError;
pub use image_set::ImageSet;
