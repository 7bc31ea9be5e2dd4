//! Promise: an IDX file of any image size is read as it is, plain or gzip, and a damaged one is
//! refused with the file's name, what was expected and what was found.
//!
//! Alone: `cargo test -p segdend-core --test data_idx`

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use segdend_core::data::idx::{self, IMAGES_MAGIC, IdxPaths, LABELS_MAGIC, LIMIT_BYTES};
use segdend_core::data::{DataError, DataSet, DataSummary, ImageSet, Source};
use tempfile::{TempDir, tempdir};

/// Three images of 2 x 3 pixels; the largest label is 11.
fn sample() -> ImageSet {
    ImageSet::new(2, 3, (0..18).map(|i| i * 14).collect(), vec![4, 0, 11]).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn header(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect()
}

/// A directory with a file of images and one of labels.
struct Pair {
    _directory: TempDir,
    images: PathBuf,
    labels: PathBuf,
}

fn pair(images: &[u8], labels: &[u8]) -> Pair {
    let directory = tempdir().unwrap();
    let (image_path, label_path) = (directory.path().join("img"), directory.path().join("lab"));
    fs::write(&image_path, images).unwrap();
    fs::write(&label_path, labels).unwrap();
    Pair {
        _directory: directory,
        images: image_path,
        labels: label_path,
    }
}

/// Reads a pair that must fail, and checks that the message names the file and the numbers.
fn error_of(images: &[u8], labels: &[u8], words: &[&str]) -> DataError {
    let pair = pair(images, labels);
    let error = idx::read(&pair.images, &pair.labels).unwrap_err();
    let message = error.to_string();
    let names_a_file = [&pair.images, &pair.labels]
        .iter()
        .any(|path| message.contains(&path.display().to_string()));
    assert!(names_a_file, "{message}");
    for word in words {
        assert!(message.contains(word), "{message:?} lacks {word:?}");
    }
    error
}

#[test]
fn plain_and_gzip_give_the_same_set_whatever_the_name() {
    let sample = sample();
    let (images, labels) = (idx::encode_images(&sample), idx::encode_labels(&sample));
    for (images, labels) in [
        (images.clone(), labels.clone()),
        (gzip(&images), gzip(&labels)),
        (gzip(&images), labels.clone()),
    ] {
        let pair = pair(&images, &labels);
        assert_eq!(idx::read(&pair.images, &pair.labels).unwrap(), sample);
    }
    // A gzip file may consist of several members.
    let two_members = [gzip(&images[..20]), gzip(&images[20..])].concat();
    let pair = pair(&two_members, &labels);
    assert_eq!(idx::read(&pair.images, &pair.labels).unwrap(), sample);
}

#[test]
fn sizes_labels_and_classes_are_those_of_the_file() {
    let sample = sample();
    assert_eq!((sample.len(), sample.rows(), sample.columns()), (3, 2, 3));
    assert_eq!((sample.pixel_count(), sample.classes()), (6, 12));
    assert_eq!(sample.image(1), [84, 98, 112, 126, 140, 154]);
    assert_eq!(sample.label(2), 11);
}

#[test]
fn taking_a_sliver_keeps_sizes_and_classes_and_changes_the_checksum() {
    let name = "tiny".to_owned();
    let whole = DataSet::new(Source::IdxFiles { name }, sample(), sample()).unwrap();
    let sliver = whole.take(2, 1);
    assert_eq!(
        (sliver.train().len(), sliver.test().len(), sliver.classes()),
        (2, 1, 12)
    );
    assert_eq!(sliver.train().classes(), 12);
    assert_eq!(sliver.train().image(1), whole.train().image(1));
    assert_eq!(sliver.source(), whole.source());
    assert_ne!(sliver.checksum(), whole.checksum());
    assert_eq!(whole.take(3, 99), whole);
    assert!(sample().take(0).is_empty());
}

#[test]
fn a_cut_file_is_refused_wherever_it_is_cut() {
    let (images, labels) = (idx::encode_images(&sample()), idx::encode_labels(&sample()));
    for length in 0..images.len() {
        let error = error_of(&images[..length], &labels, &["cut short", "get it again"]);
        let DataError::TruncatedIdx {
            expected_bytes,
            found_bytes,
            ..
        } = error
        else {
            panic!("{error:?}");
        };
        assert_eq!(found_bytes, length as u64);
        assert_eq!(expected_bytes, if length < 16 { 16 } else { 34 });
    }
    for length in 0..labels.len() {
        let error = error_of(&images, &labels[..length], &["cut short"]);
        assert!(matches!(error, DataError::TruncatedIdx { .. }), "{error:?}");
    }
    // The same inside a sound gzip file.
    let error = error_of(&gzip(&images[..30]), &labels, &["34", "30"]);
    assert!(matches!(error, DataError::TruncatedIdx { .. }), "{error:?}");
}

#[test]
fn bytes_after_the_end_are_refused() {
    let (mut images, labels) = (idx::encode_images(&sample()), idx::encode_labels(&sample()));
    images.extend([0, 0]);
    for images in [images.clone(), gzip(&images)] {
        let error = error_of(&images, &labels, &["too long", "34", "36"]);
        assert!(
            matches!(error, DataError::TrailingBytes { .. }),
            "{error:?}"
        );
    }
}

#[test]
fn damaged_gzip_is_refused_wherever_it_is_damaged() {
    let (images, labels) = (idx::encode_images(&sample()), idx::encode_labels(&sample()));
    let packed = gzip(&images);
    for length in 2..packed.len() {
        let error = error_of(&packed[..length], &labels, &["damaged gzip"]);
        assert!(matches!(error, DataError::DamagedGzip { .. }), "{error:?}");
    }
    let mut wrong_sum = packed.clone();
    let place = packed.len() - 8; // the first byte of the check sum
    wrong_sum[place] ^= 1;
    let error = error_of(&wrong_sum, &labels, &["damaged gzip"]);
    assert!(matches!(error, DataError::DamagedGzip { .. }), "{error:?}");
}

#[test]
fn files_in_the_wrong_places_are_recognised() {
    let (images, labels) = (idx::encode_images(&sample()), idx::encode_labels(&sample()));
    let error = error_of(
        &labels,
        &images,
        &["0x00000803", "0x00000801", "labels of bytes"],
    );
    assert!(
        matches!(
            error,
            DataError::WrongMagic {
                expected: IMAGES_MAGIC,
                found: LABELS_MAGIC,
                ..
            }
        ),
        "{error:?}"
    );
    error_of(b"<html>not found</html>", &labels, &["not an IDX file"]);
    error_of(
        &header(&[0x0d03, 1, 1, 1]),
        &labels,
        &["another kind of IDX file"],
    );
}

#[test]
fn a_hostile_header_is_refused_before_memory_is_set_aside() {
    let labels = idx::encode_labels(&sample());
    let all = u32::MAX;
    let error = error_of(&header(&[IMAGES_MAGIC, all, all, all]), &labels, &["limit"]);
    let DataError::TooLarge {
        announced_bytes,
        limit_bytes,
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(
        (announced_bytes, limit_bytes),
        (u128::from(all).pow(3), LIMIT_BYTES)
    );
    // Just within the limit: the missing bytes are noticed.
    let just_within = header(&[IMAGES_MAGIC, 1 << 10, 1 << 10, 1 << 10]);
    let error = error_of(&just_within, &labels, &["1073741840", "found 16"]);
    assert!(matches!(error, DataError::TruncatedIdx { .. }), "{error:?}");
}

#[test]
fn empty_sets_and_empty_images_are_refused() {
    let labels = idx::encode_labels(&sample());
    for numbers in [[0, 2, 3], [3, 0, 3], [3, 2, 0]] {
        let [count, rows, columns] = numbers;
        let error = error_of(
            &header(&[IMAGES_MAGIC, count, rows, columns]),
            &labels,
            &["at least"],
        );
        assert!(matches!(error, DataError::ZeroSize { .. }), "{error:?}");
    }
}

#[test]
fn images_and_labels_of_different_counts_are_refused() {
    let images = idx::encode_images(&sample());
    let labels = idx::encode_labels(&sample().take(2));
    let error = error_of(&images, &labels, &["3 images", "2 labels"]);
    assert!(
        matches!(
            error,
            DataError::CountMismatch {
                images: 3,
                labels: 2,
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn a_missing_file_is_named() {
    let error = idx::read(Path::new("no/such/images"), Path::new("no/such/labels")).unwrap_err();
    assert!(matches!(error, DataError::Read { .. }), "{error:?}");
    assert!(error.to_string().contains("no/such/images"), "{error}");
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    for (rows, columns, pixels) in [(2, 2, 7), (0, 2, 0), (usize::MAX, 2, 8)] {
        let error = ImageSet::new(rows, columns, vec![0; pixels], vec![0, 1]).unwrap_err();
        assert!(matches!(error, DataError::UnevenImages { .. }), "{error:?}");
    }
    let wide = ImageSet::new(1, 6, vec![0; 6], vec![0]).unwrap();
    let source = Source::IdxFiles {
        name: "mixed".to_owned(),
    };
    let error = DataSet::new(source, sample(), wide).unwrap_err();
    assert!(
        matches!(error, DataError::SizeMismatch { test_rows: 1, .. }),
        "{error:?}"
    );
}

#[test]
fn a_loaded_set_says_in_its_summary_what_it_is() {
    let directory = tempdir().unwrap();
    let at = |name: &str, bytes: Vec<u8>| {
        let path = directory.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let paths = IdxPaths {
        train_images: at("a", idx::encode_images(&sample())),
        train_labels: at("b", gzip(&idx::encode_labels(&sample()))),
        test_images: at("c", idx::encode_images(&sample().take(1))),
        test_labels: at("d", idx::encode_labels(&sample().take(1))),
    };
    let data = idx::load("letters", &paths).unwrap();
    assert!(!data.source().is_mnist());
    assert_eq!(data.source().to_string(), "letters (IDX files, not MNIST)");

    let summary = data.summary();
    assert_eq!(
        (summary.train_images, summary.test_images, summary.classes),
        (3, 1, 12)
    );
    assert_eq!(summary.checksum, data.checksum());
    assert_eq!(summary.files.len(), 4);
    assert_eq!(summary.files[0].sha256, data.train().images_sha256());

    let text = serde_json::to_string(&summary).unwrap();
    assert!(text.contains(r#""kind":"idx-files""#), "{text}");
    assert_eq!(serde_json::from_str::<DataSummary>(&text).unwrap(), summary);
}
