//! Promise: a fetched file is right or not there; whatever a mirror does wrong, the next is asked;
//! if all fail, the error says what each did.
//!
//! The mirrors are small servers on the loopback address. Alone:
//! `cargo test --release -p segdend --test command fetch`

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use segdend::fetch::{
    FetchError, FetchProgress, FetchSettings, FetchState, MirrorError, MirrorFailure, fetch,
};
use segdend_core::data::DataError;
use segdend_core::data::files::FileSpec;
use sha2::{Digest, Sha256};
use tempfile::tempdir;

use crate::mirror::{Manner, Mirror, content, gzip};

fn spec(name: &'static str) -> FileSpec {
    let bytes = content(name);
    let sha256 = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    FileSpec {
        name: name.into(),
        sha256: sha256.into(),
        unpacked_bytes: bytes.len() as u64,
    }
}

fn settings(mirrors: &[&Mirror]) -> FetchSettings {
    FetchSettings {
        mirrors: mirrors.iter().map(|mirror| mirror.url.clone()).collect(),
        connect_timeout: Duration::from_secs(5),
        read_timeout: Duration::from_secs(1),
        ..FetchSettings::default()
    }
}

fn silent(_: FetchProgress<'_>) {}

fn names(directory: &Path) -> Vec<String> {
    let mut names = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect::<Vec<_>>();
    names.sort();
    names
}

/// Fetches one file from a mirror of the given manner, then a good one; returns why the first
/// failed.
fn first_failure(manner: Manner) -> MirrorError {
    let (bad, good) = (Mirror::start(manner), Mirror::start(Manner::Good));
    let directory = tempdir().unwrap();
    let file = [spec("images")];
    fetch(
        &file,
        directory.path(),
        &settings(&[&bad, &good]),
        &mut silent,
    )
    .unwrap();
    assert_eq!(bad.asked(), ["/data/images.gz"]);
    assert_eq!(good.asked(), ["/data/images.gz"]);
    assert_eq!(names(directory.path()), ["images.gz"]);
    assert_eq!(
        fs::read(directory.path().join("images.gz")).unwrap(),
        gzip(&content("images"))
    );

    // Alone, the bad mirror is an error that says why, and leaves nothing.
    let empty = tempdir().unwrap();
    let error = fetch(&file, empty.path(), &settings(&[&bad]), &mut silent).unwrap_err();
    assert!(names(empty.path()).is_empty());
    let FetchError::NoMirror { mut mirrors, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(mirrors.len(), 1);
    mirrors.remove(0).reason
}

#[test]
fn a_good_mirror_gives_all_files_and_progress_is_told() {
    let mirror = Mirror::start(Manner::Good);
    let parent = tempdir().unwrap();
    let directory = parent.path().join("made/if/need/be");
    let (mut received, mut done) = (0, Vec::new());
    fetch(
        &[spec("images"), spec("labels")],
        &directory,
        &settings(&[&mirror]),
        &mut |progress| {
            let FetchProgress {
                file,
                url,
                received_bytes,
                total_bytes,
                state,
            } = progress;
            assert_eq!(url, format!("{}{file}.gz", mirror.url));
            match state {
                FetchState::Asking => assert_eq!((received_bytes, total_bytes), (0, None)),
                FetchState::Receiving => {
                    assert_eq!(total_bytes, Some(gzip(&content(file)).len() as u64));
                    received = received_bytes;
                }
                FetchState::Done => {
                    assert_eq!(Some(received), total_bytes);
                    assert!(directory.join(format!("{file}.gz")).exists());
                    done.push(file.to_owned());
                }
                other => panic!("{other:?}"),
            }
        },
    )
    .unwrap();
    assert_eq!(done, ["images", "labels"]);
    assert_eq!(names(&directory), ["images.gz", "labels.gz"]);
}

#[test]
fn a_mirror_that_unpacks_is_good_and_the_file_is_named_by_what_it_is() {
    let mirror = Mirror::start(Manner::GoodUnpacked);
    let directory = tempdir().unwrap();
    fetch(
        &[spec("images")],
        directory.path(),
        &settings(&[&mirror]),
        &mut silent,
    )
    .unwrap();
    assert_eq!(names(directory.path()), ["images"]);
    assert_eq!(
        fs::read(directory.path().join("images")).unwrap(),
        content("images")
    );
}

#[test]
fn a_mirror_that_does_not_say_how_long_is_good() {
    let mirror = Mirror::start(Manner::GoodWithoutLength);
    let directory = tempdir().unwrap();
    fetch(
        &[spec("images")],
        directory.path(),
        &settings(&[&mirror]),
        &mut silent,
    )
    .unwrap();
    assert_eq!(names(directory.path()), ["images.gz"]);
}

#[test]
fn after_a_404_the_next_mirror_is_asked() {
    let reason = first_failure(Manner::NotFound);
    assert!(matches!(reason, MirrorError::Status(404)), "{reason:?}");
}

#[test]
fn after_a_truncated_body_the_next_mirror_is_asked() {
    let reason = first_failure(Manner::Truncated);
    let length = gzip(&content("images")).len() as u64;
    let MirrorError::Truncated {
        expected_bytes,
        found_bytes,
    } = reason
    else {
        panic!("{reason:?}");
    };
    assert_eq!((expected_bytes, found_bytes), (Some(length), length / 2));

    let reason = first_failure(Manner::TruncatedWithoutLength);
    assert!(matches!(reason, MirrorError::DamagedGzip(_)), "{reason:?}");
}

#[test]
fn after_silence_the_next_mirror_is_asked() {
    let start = Instant::now();
    for manner in [Manner::Silent, Manner::SilentHalfWay] {
        let reason = first_failure(manner);
        assert!(matches!(reason, MirrorError::TimedOut(_)), "{reason:?}");
    }
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn after_wrong_bytes_the_next_mirror_is_asked() {
    let reason = first_failure(Manner::OtherBytes);
    let MirrorError::WrongChecksum { expected, found } = reason else {
        panic!("{reason:?}")
    };
    assert_eq!(
        (expected, found),
        (
            spec("images").sha256.into(),
            spec("another file").sha256.into()
        )
    );

    let reason = first_failure(Manner::BrokenGzip);
    assert!(matches!(reason, MirrorError::DamagedGzip(_)), "{reason:?}");
}

#[test]
fn a_mirror_that_gives_too_much_is_cut_off() {
    for manner in [Manner::Endless, Manner::Bomb] {
        let reason = first_failure(manner);
        assert!(matches!(reason, MirrorError::TooLong { .. }), "{reason:?}");
    }
}

#[test]
fn a_mirror_that_cannot_be_reached_is_passed_over() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let good = Mirror::start(Manner::Good);
    let directory = tempdir().unwrap();
    let mut settings = settings(&[&good]);
    settings.mirrors.insert(0, format!("http://{closed}"));
    settings.mirrors.insert(0, "not an address".to_owned());
    fetch(&[spec("images")], directory.path(), &settings, &mut silent).unwrap();
    assert_eq!(names(directory.path()), ["images.gz"]);
}

#[test]
fn if_all_fail_the_error_lists_each_and_nothing_is_left() {
    let mirrors = [
        Manner::NotFound,
        Manner::Truncated,
        Manner::Silent,
        Manner::OtherBytes,
    ]
    .map(Mirror::start);
    let directory = tempdir().unwrap();
    let settings = settings(&mirrors.each_ref());
    let mut failed = Vec::new();
    let error = fetch(
        &[spec("images")],
        directory.path(),
        &settings,
        &mut |progress| {
            if let FetchState::Failed(reason) = progress.state {
                failed.push(format!("{}: {reason}", progress.url));
            }
        },
    )
    .unwrap_err();
    assert!(names(directory.path()).is_empty());

    let message = error.to_string();
    let FetchError::NoMirror {
        name,
        mirrors: failures,
        ..
    } = error
    else {
        panic!("{message}")
    };
    assert_eq!(name, "images");
    assert_eq!(failures.len(), 4);
    for ((MirrorFailure { url, reason }, mirror), told) in
        failures.iter().zip(&mirrors).zip(&failed)
    {
        assert_eq!(*url, format!("{}images.gz", mirror.url));
        assert_eq!(*told, format!("{url}: {reason}"));
        assert!(message.contains(told), "{message:?} lacks {told:?}");
    }
    assert!(message.contains("by hand"), "{message}");
}

#[test]
fn a_mirror_that_failed_is_asked_last_for_the_next_file() {
    let (bad, good) = (Mirror::start(Manner::NotFound), Mirror::start(Manner::Good));
    let directory = tempdir().unwrap();
    let files = [spec("images"), spec("labels")];
    fetch(
        &files,
        directory.path(),
        &settings(&[&bad, &good]),
        &mut silent,
    )
    .unwrap();
    assert_eq!(bad.asked(), ["/data/images.gz"]);
    assert_eq!(good.asked(), ["/data/images.gz", "/data/labels.gz"]);
}

#[test]
fn a_file_that_is_there_is_not_fetched_again() {
    let mirror = Mirror::start(Manner::Good);
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("images"), content("images")).unwrap();
    fs::write(directory.path().join("labels.gz"), gzip(&content("labels"))).unwrap();
    let files = [spec("images"), spec("labels"), spec("more")];
    for _ in 0..2 {
        fetch(&files, directory.path(), &settings(&[&mirror]), &mut silent).unwrap();
    }
    assert_eq!(mirror.asked(), ["/data/more.gz"]);
    assert_eq!(names(directory.path()), ["images", "labels.gz", "more.gz"]);
}

#[test]
fn a_wrong_file_that_is_there_is_neither_believed_nor_replaced() {
    let mirror = Mirror::start(Manner::Good);
    let directory = tempdir().unwrap();
    let longer = [content("images"), vec![0]].concat();
    for bytes in [
        content("images of clothes"),
        longer,
        gzip(&content("images"))[..50].to_vec(),
    ] {
        fs::write(directory.path().join("images.gz"), &bytes).unwrap();
        let files = [spec("labels"), spec("images")];
        let error =
            fetch(&files, directory.path(), &settings(&[&mirror]), &mut silent).unwrap_err();
        assert!(
            matches!(
                error,
                FetchError::Data(
                    DataError::WrongChecksum { .. }
                        | DataError::TrailingBytes { .. }
                        | DataError::DamagedGzip { .. }
                )
            ),
            "{error:?}"
        );
        assert_eq!(fs::read(directory.path().join("images.gz")).unwrap(), bytes);
    }
    assert!(mirror.asked().is_empty());
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let directory = tempdir().unwrap();
    let no_certificates = directory.path().join("roots.pem");
    fs::write(&no_certificates, "nothing of the kind").unwrap();
    let attempt = |settings: FetchSettings| {
        fetch(
            &[spec("images")],
            &directory.path().join("data"),
            &settings,
            &mut silent,
        )
        .unwrap_err()
    };

    let proxy = Some("ftp://proxy".to_owned());
    let error = attempt(FetchSettings {
        proxy,
        ..FetchSettings::default()
    });
    assert!(matches!(error, FetchError::InvalidProxy), "{error:?}");

    let root_certificates = Some(no_certificates);
    let error = attempt(FetchSettings {
        root_certificates,
        ..FetchSettings::default()
    });
    assert!(
        matches!(error, FetchError::InvalidRootCertificates { .. }),
        "{error:?}"
    );

    let error = attempt(FetchSettings {
        mirrors: Vec::new(),
        ..FetchSettings::default()
    });
    assert!(error.to_string().contains("no mirror was given"), "{error}");
}
