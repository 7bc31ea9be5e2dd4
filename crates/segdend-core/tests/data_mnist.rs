//! Promise: MNIST is found, read and verified, and nothing else passes for it.
//!
//! The tests that need the real files read their directory from `SEGDEND_DATA_DIR`, and say so when
//! they are skipped. Alone: `cargo test -p segdend-core --test data_mnist`

use std::fs;
use std::path::{Path, PathBuf};

use segdend_core::data::{DataError, digits, idx, mnist};
use tempfile::tempdir;

/// The directory of the real files.
fn mnist_directory() -> Option<PathBuf> {
    let directory = std::env::var_os("SEGDEND_DATA_DIR")
        .filter(|directory| !directory.is_empty())
        .map(PathBuf::from);
    if directory.is_none() {
        println!("skipped: SEGDEND_DATA_DIR names no directory with MNIST");
    }
    directory
}

/// Writes the embedded digits under MNIST's file names.
fn write_impostor(directory: &Path) {
    let data = digits::generate(1, 20, 10);
    let parts = [
        idx::encode_images(data.train()),
        idx::encode_labels(data.train()),
        idx::encode_images(data.test()),
        idx::encode_labels(data.test()),
    ];
    for (file, bytes) in mnist::FILES.iter().zip(parts) {
        fs::write(directory.join(&*file.name), bytes).unwrap();
    }
}

#[test]
fn mnist_is_found_and_is_what_it_should_be() {
    let Some(directory) = mnist_directory() else {
        return;
    };
    let elsewhere = tempdir().unwrap();
    let found = mnist::find(&[elsewhere.path().to_owned(), directory.clone()]);
    assert_eq!(found, Some(directory.clone()));

    let data = mnist::load(&directory).unwrap();
    assert!(data.source().is_mnist());
    assert_eq!(data.source().to_string(), "MNIST");
    assert_eq!(
        (data.train().len(), data.test().len(), data.classes()),
        (60_000, 10_000, 10)
    );
    assert_eq!(
        (
            data.train().rows(),
            data.train().columns(),
            data.pixel_count()
        ),
        (28, 28, 784)
    );
    assert_eq!(
        (0..5).map(|i| data.train().label(i)).collect::<Vec<_>>(),
        [5, 0, 4, 1, 9]
    );
    for (found, expected) in data.files().iter().zip(&mnist::FILES) {
        assert_eq!(
            (&*found.name, &*found.sha256),
            (&*expected.name, &*expected.sha256)
        );
    }
    // What `sha256sum <the four files, unpacked> | sha256sum` prints.
    assert_eq!(
        data.checksum(),
        "d0a3eec1f5a454401d758fdbf15b9b0163a7034963586d671960c180b97e2c1a"
    );
    let ink = data
        .train()
        .pixels()
        .iter()
        .map(|&pixel| f64::from(pixel))
        .sum::<f64>();
    let mean_brightness = ink / 255.0 / data.train().pixels().len() as f64;
    assert!((mean_brightness - 0.1307).abs() < 5e-5, "{mean_brightness}");
}

#[test]
fn another_set_under_the_same_names_is_found_but_refused() {
    let directory = tempdir().unwrap();
    write_impostor(directory.path());
    assert_eq!(
        mnist::find(&[directory.path().to_owned()]),
        Some(directory.path().to_owned())
    );
    let error = mnist::load(directory.path()).unwrap_err();
    let DataError::WrongChecksum { path, expected, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(path, &directory.path().join(&*mnist::FILES[0].name));
    assert_eq!(*expected, mnist::FILES[0].sha256);
    assert!(error.to_string().contains("fetch it again"), "{error}");
}

#[test]
fn a_directory_with_a_file_missing_is_not_found_and_the_file_is_named() {
    let directory = tempdir().unwrap();
    write_impostor(directory.path());
    fs::remove_file(directory.path().join("t10k-labels-idx1-ubyte")).unwrap();
    assert_eq!(mnist::find(&[directory.path().to_owned()]), None);
    let error = mnist::load(directory.path()).unwrap_err();
    assert!(matches!(&error, DataError::MissingFile { .. }), "{error:?}");
    assert!(
        error.to_string().contains("t10k-labels-idx1-ubyte.gz"),
        "{error}"
    );
}

#[test]
fn mirrors_are_directories_reached_safely() {
    for mirror in mnist::MIRRORS {
        assert!(
            mirror.starts_with("https://") && mirror.ends_with('/'),
            "{mirror}"
        );
    }
}
