//! Fetching files from mirrors: verified before they take their names, whole or not at all.
//!
//! A file that is there and right is left alone; one that is there and wrong is an error, for it
//! may be somebody's other data set. A missing one is asked for at each mirror in turn until one
//! gives it; whatever a mirror does wrong (silence, an HTTP error, a body cut short, other bytes)
//! is noted, and the next is asked. A mirror that gave a file is asked first for the next.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use super::digest::sha256_hex_of_reader;
use super::{DataError, MirrorError, MirrorFailure, idx, mnist};
use crate::atomic_file;

/// A file to be fetched, and how to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSpec {
    /// The file's name, without `.gz`; mirrors hold it as `<name>.gz`.
    pub name: Cow<'static, str>,
    /// SHA-256 of the unpacked bytes, 64 lower-case hexadecimal digits.
    pub sha256: Cow<'static, str>,
    /// How many bytes it unpacks to.
    pub unpacked_bytes: u64,
}

/// Where from, and how patiently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchSettings {
    /// The addresses below which the files lie, in the order to ask them. Default:
    /// [`mnist::MIRRORS`].
    pub mirrors: Vec<String>,
    /// How long finding and reaching a mirror may take. Default: 10 s.
    pub connect_timeout: Duration,
    /// How long a mirror may be silent. Default: 30 s.
    pub read_timeout: Duration,
    /// How long one mirror may take for one file. Default: 10 min.
    pub file_timeout: Duration,
    /// An HTTP proxy, such as `http://proxy.example:3128`. Default: none.
    pub proxy: Option<String>,
    /// A PEM file of the root certificates to trust. Default: those of Mozilla, built in.
    pub root_certificates: Option<PathBuf>,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            mirrors: mnist::MIRRORS.map(str::to_owned).to_vec(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            file_timeout: Duration::from_secs(600),
            proxy: None,
            root_certificates: None,
        }
    }
}

/// How far a fetch has come.
#[derive(Debug, Clone, Copy)]
pub struct FetchProgress<'a> {
    /// The file's name, without `.gz`.
    pub file: &'a str,
    /// The address it comes from.
    pub url: &'a str,
    /// Bytes received so far, as they travel (packed).
    pub received_bytes: u64,
    /// Bytes to come altogether, if the mirror said so.
    pub total_bytes: Option<u64>,
    /// What has just happened.
    pub state: FetchState<'a>,
}

/// What has just happened to a file that is being fetched.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum FetchState<'a> {
    /// The mirror is being asked.
    Asking,
    /// Bytes came.
    Receiving,
    /// The mirror failed; the next, if any, will be asked.
    Failed(&'a MirrorError),
    /// The file is whole, verified, and has taken its name.
    Done,
}

/// Makes sure that the directory (made if need be) holds every file, plain or `.gz`, and that each
/// is right.
///
/// # Errors
///
/// [`DataError::WrongChecksum`], [`DataError::DamagedGzip`] or [`DataError::Read`] if a file that
/// is there is not right (nothing is fetched then); [`DataError::FetchFailed`] if no mirror gives a
/// missing one; [`DataError::Write`] if the disk does not take it; [`DataError::InvalidProxy`] or
/// [`DataError::InvalidRootCertificates`] if those settings make no sense. Files fetched before
/// the error stay.
///
/// # Examples
///
/// ```no_run
/// use segdend_core::data::fetch::{self, FetchSettings};
/// use segdend_core::data::mnist;
///
/// let mut last_url = String::new();
/// fetch::fetch(&mnist::FILES, "data/mnist".as_ref(), &FetchSettings::default(), &mut |progress| {
///     last_url = progress.url.to_owned();
/// })?;
/// # Ok::<(), segdend_core::data::DataError>(())
/// ```
pub fn fetch(
    files: &[FileSpec],
    directory: &Path,
    settings: &FetchSettings,
    progress: &mut dyn FnMut(FetchProgress<'_>),
) -> Result<(), DataError> {
    let mut missing = Vec::new();
    for file in files {
        match find_file(directory, &file.name) {
            Some(path) => verify_file(&path, file)?,
            None => missing.push(file),
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    fs::create_dir_all(directory).map_err(|source| DataError::Write {
        path: directory.to_owned(),
        source,
    })?;
    let agent = agent(settings)?;
    let mut mirrors = settings
        .mirrors
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>();
    for file in missing {
        let good_mirror = fetch_file(&agent, file, directory, &mirrors, progress)?;
        mirrors.rotate_left(good_mirror);
    }
    Ok(())
}

/// The path of a file in a directory, plain or else `.gz`, if either is there.
pub(super) fn find_file(directory: &Path, name: &str) -> Option<PathBuf> {
    [name.to_owned(), format!("{name}.gz")]
        .into_iter()
        .map(|name| directory.join(name))
        .find(|path| path.is_file())
}

/// Checks a file on the disk.
fn verify_file(path: &Path, file: &FileSpec) -> Result<(), DataError> {
    let mut unpacked = idx::open_unpacked(path)?;
    let outcome = sha256_hex_of_reader(&mut unpacked, file.unpacked_bytes);
    let (found, complete) = outcome.map_err(|source| unpacked.error(source))?;
    if !complete {
        return Err(DataError::TrailingBytes {
            path: path.to_owned(),
            expected_bytes: file.unpacked_bytes,
            found_bytes_at_least: file.unpacked_bytes + 1,
        });
    }
    if found != file.sha256 {
        return Err(DataError::WrongChecksum {
            path: path.to_owned(),
            expected: file.sha256.to_string(),
            found,
        });
    }
    Ok(())
}

/// Gets one file from the first mirror that gives it; returns which that was.
fn fetch_file(
    agent: &ureq::Agent,
    file: &FileSpec,
    directory: &Path,
    mirrors: &[&str],
    progress: &mut dyn FnMut(FetchProgress<'_>),
) -> Result<usize, DataError> {
    let mut failures = Vec::new();
    for (index, mirror) in mirrors.iter().enumerate() {
        let url = format!("{}/{}.gz", mirror.trim_end_matches('/'), file.name);
        let mut note = Note {
            file: &file.name,
            url: &url,
            received: 0,
            total: None,
            progress,
        };
        note.say(FetchState::Asking);
        match download(agent, file, &mut note) {
            Ok(Body { bytes, gzip }) => {
                let path =
                    directory.join(format!("{}{}", file.name, if gzip { ".gz" } else { "" }));
                atomic_file::write(&path, &bytes)
                    .map_err(|source| DataError::Write { path, source })?;
                note.say(FetchState::Done);
                return Ok(index);
            }
            Err(reason) => {
                note.say(FetchState::Failed(&reason));
                failures.push(MirrorFailure { url, reason });
            }
        }
    }
    Err(DataError::FetchFailed {
        name: file.name.to_string(),
        directory: directory.to_owned(),
        mirrors: failures,
    })
}

/// Keeps the count for the progress callback.
struct Note<'a> {
    file: &'a str,
    url: &'a str,
    received: u64,
    total: Option<u64>,
    progress: &'a mut dyn FnMut(FetchProgress<'_>),
}

impl Note<'_> {
    fn say(&mut self, state: FetchState<'_>) {
        (self.progress)(FetchProgress {
            file: self.file,
            url: self.url,
            received_bytes: self.received,
            total_bytes: self.total,
            state,
        });
    }
}

/// A verified body, as it came.
struct Body {
    bytes: Vec<u8>,
    gzip: bool,
}

/// Gets a body from one address into memory and verifies it.
fn download(
    agent: &ureq::Agent,
    file: &FileSpec,
    note: &mut Note<'_>,
) -> Result<Body, MirrorError> {
    let mut response = agent.get(note.url).call().map_err(mirror_error)?;
    note.total = response.body().content_length();
    let bytes = receive(response.body_mut().as_reader(), limit_bytes(file), note)?;

    // A mirror may unpack on the way: the bytes tell, not the name.
    let (unpacked, gzip) = idx::unpack(&bytes[..]).map_err(MirrorError::DamagedGzip)?;
    let (found, complete) =
        sha256_hex_of_reader(unpacked, file.unpacked_bytes).map_err(MirrorError::DamagedGzip)?;
    if !complete {
        return Err(MirrorError::TooLong {
            limit_bytes: file.unpacked_bytes,
        });
    }
    if found != file.sha256 {
        return Err(MirrorError::WrongChecksum {
            expected: file.sha256.to_string(),
            found,
        });
    }
    Ok(Body { bytes, gzip })
}

/// Reads a body to its end, and makes sure that the end is the announced one.
fn receive(
    mut reader: impl Read,
    limit_bytes: u64,
    note: &mut Note<'_>,
) -> Result<Vec<u8>, MirrorError> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0_u8; 64 * 1024];
    loop {
        let truncated = |found: usize, expected_bytes| MirrorError::Truncated {
            expected_bytes,
            found_bytes: found as u64,
        };
        match reader.read(&mut chunk) {
            Ok(0) if note.total.is_some_and(|total| total != note.received) => {
                return Err(truncated(bytes.len(), note.total));
            }
            Ok(0) => return Ok(bytes),
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(truncated(bytes.len(), note.total));
            }
            Err(error) => return Err(mirror_error(error.into())),
        }
        note.received = bytes.len() as u64;
        if note.received > limit_bytes {
            return Err(MirrorError::TooLong { limit_bytes });
        }
        note.say(FetchState::Receiving);
    }
}

/// The most bytes a file can travel as: gzip that finds nothing to pack adds less than a
/// thousandth, and a header with a name.
fn limit_bytes(file: &FileSpec) -> u64 {
    file.unpacked_bytes + file.unpacked_bytes / 64 + 4096
}

fn mirror_error(error: ureq::Error) -> MirrorError {
    match error {
        ureq::Error::StatusCode(status) => MirrorError::Status(status),
        ureq::Error::Timeout(phase) => MirrorError::TimedOut(phase.to_string()),
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => {
            MirrorError::TimedOut(error.to_string())
        }
        other => MirrorError::Transport(other.to_string()),
    }
}

/// A client that takes nothing from the environment.
fn agent(settings: &FetchSettings) -> Result<ureq::Agent, DataError> {
    let proxy = match &settings.proxy {
        Some(url) => Some(ureq::Proxy::new(url).map_err(|_| DataError::InvalidProxy)?),
        None => None,
    };
    let mut tls = TlsConfig::builder();
    if let Some(path) = &settings.root_certificates {
        tls = tls.root_certs(read_root_certificates(path)?);
    }
    Ok(ureq::Agent::config_builder()
        .proxy(proxy)
        .tls_config(tls.build())
        .timeout_resolve(Some(settings.connect_timeout))
        .timeout_connect(Some(settings.connect_timeout))
        .timeout_recv_response(Some(settings.read_timeout))
        .timeout_per_read(Some(settings.read_timeout))
        .timeout_global(Some(settings.file_timeout))
        .build()
        .into())
}

fn read_root_certificates(path: &Path) -> Result<RootCerts, DataError> {
    let pem = fs::read(path).map_err(|source| DataError::Read {
        path: path.to_owned(),
        source,
    })?;
    let certificates = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect::<Vec<_>>();
    if certificates.is_empty() {
        return Err(DataError::InvalidRootCertificates {
            path: path.to_owned(),
        });
    }
    Ok(RootCerts::new_with_certs(&certificates))
}
