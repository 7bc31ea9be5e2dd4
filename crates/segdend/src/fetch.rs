//! Fetching files from mirrors: verified before they take their names, whole or not at all.
//!
//! A file that is there and right is left alone; one that is there and wrong is an error, for it
//! may be somebody's other data set. A missing one is asked for at each mirror in turn until one
//! gives it; whatever a mirror does wrong (silence, an HTTP error, a body cut short, other bytes)
//! is noted, and the next is asked. A mirror that gave a file is asked first for the next.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use segdend_core::atomic_file;
use segdend_core::data::files::{self, FileSpec, Mismatch};
use segdend_core::data::{DataError, mnist};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

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

/// Why files could not be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// A file that is there is not right, or the disk does not take one.
    #[error(transparent)]
    Data(#[from] DataError),
    /// No mirror gave a file.
    #[error(
        "could not fetch {name} into {}: {}; check the network, or put the file there by hand",
        directory.display(), MirrorList(mirrors)
    )]
    NoMirror {
        /// The file's name without `.gz`.
        name: String,
        /// Where it should have gone.
        directory: PathBuf,
        /// What each mirror said, in the order they were asked.
        mirrors: Vec<MirrorFailure>,
    },
    /// A proxy address that cannot be understood. It is not repeated: it may hold a password.
    #[error(
        "the proxy's address cannot be understood; expected one like http://proxy.example:3128"
    )]
    InvalidProxy,
    /// A file of root certificates without any that can be used.
    #[error(
        "{} holds no certificate that can be used; expected a file in PEM format",
        path.display()
    )]
    InvalidRootCertificates {
        /// The file given.
        path: PathBuf,
    },
}

/// One mirror's failure to give one file.
#[derive(Debug)]
pub struct MirrorFailure {
    /// The address that was asked.
    pub url: String,
    /// What came back.
    pub reason: MirrorError,
}

/// What a mirror did instead of giving the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MirrorError {
    /// It answered with another HTTP status than success.
    #[error("HTTP status {0}")]
    Status(u16),
    /// It was silent for too long, or slow beyond patience.
    #[error("no answer in time ({0})")]
    TimedOut(String),
    /// The body ended early.
    #[error("the body ended after {found_bytes} bytes{}", announced(*expected_bytes))]
    Truncated {
        /// What the header announced, if it did.
        expected_bytes: Option<u64>,
        /// What came.
        found_bytes: u64,
    },
    /// The body is longer than the file can be.
    #[error("more than {limit_bytes} bytes, which the file cannot have")]
    TooLong {
        /// The most that was accepted.
        limit_bytes: u64,
    },
    /// The body is gzip that cannot be unpacked.
    #[error("damaged gzip: {0}")]
    DamagedGzip(io::Error),
    /// The body came whole, but is not the file.
    #[error("expected SHA-256 {expected}, found {found}")]
    WrongChecksum {
        /// SHA-256 of the right content, in hexadecimal.
        expected: String,
        /// SHA-256 of what came, unpacked, in hexadecimal.
        found: String,
    },
    /// No connection, no such host, no trust in its certificate, or another fault on the way.
    #[error("{0}")]
    Transport(String),
}

/// Shows what every mirror said.
struct MirrorList<'a>(&'a [MirrorFailure]);

impl fmt::Display for MirrorList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no mirror was given");
        }
        for (index, MirrorFailure { url, reason }) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{url}: {reason}")?;
        }
        Ok(())
    }
}

fn announced(expected_bytes: Option<u64>) -> String {
    expected_bytes.map_or_else(String::new, |bytes| format!(" of {bytes}"))
}

impl MirrorError {
    /// What bytes that came are not.
    fn of(mismatch: Mismatch, file: &FileSpec) -> Self {
        match mismatch {
            Mismatch::DamagedGzip(error) => Self::DamagedGzip(error),
            Mismatch::TooLong => Self::TooLong {
                limit_bytes: file.unpacked_bytes,
            },
            Mismatch::WrongChecksum { found } => Self::WrongChecksum {
                expected: file.sha256.to_string(),
                found,
            },
        }
    }
}

/// Makes sure that the directory (made if need be) holds every file, plain or `.gz`, and that each
/// is right.
///
/// # Errors
///
/// [`FetchError::Data`] if a file that is there is not right (nothing is fetched then), or if the disk
/// does not take one; [`FetchError::NoMirror`] if no mirror gives a missing one;
/// [`FetchError::InvalidProxy`] or [`FetchError::InvalidRootCertificates`] if those settings make no
/// sense. Files fetched before the error stay.
///
/// # Examples
///
/// ```no_run
/// use segdend::fetch::{FetchError, FetchSettings, fetch};
/// use segdend_core::data::mnist;
///
/// let mut last_url = String::new();
/// fetch(&mnist::FILES, "data/mnist".as_ref(), &FetchSettings::default(), &mut |progress| {
///     last_url = progress.url.to_owned();
/// })?;
/// # Ok::<(), FetchError>(())
/// ```
pub fn fetch(
    wanted: &[FileSpec],
    directory: &Path,
    settings: &FetchSettings,
    progress: &mut dyn FnMut(FetchProgress<'_>),
) -> Result<(), FetchError> {
    let mut missing = Vec::new();
    for file in wanted {
        match files::find_file(directory, &file.name) {
            Some(path) => files::verify_file(&path, file)?,
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

/// Gets one file from the first mirror that gives it; returns which that was.
fn fetch_file(
    agent: &ureq::Agent,
    file: &FileSpec,
    directory: &Path,
    mirrors: &[&str],
    progress: &mut dyn FnMut(FetchProgress<'_>),
) -> Result<usize, FetchError> {
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
    Err(FetchError::NoMirror {
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
    match files::verify_bytes(&bytes, file) {
        Ok(gzip) => Ok(Body { bytes, gzip }),
        Err(mismatch) => Err(MirrorError::of(mismatch, file)),
    }
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
fn agent(settings: &FetchSettings) -> Result<ureq::Agent, FetchError> {
    let proxy = match &settings.proxy {
        Some(url) => Some(ureq::Proxy::new(url).map_err(|_| FetchError::InvalidProxy)?),
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

fn read_root_certificates(path: &Path) -> Result<RootCerts, FetchError> {
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
        return Err(FetchError::InvalidRootCertificates {
            path: path.to_owned(),
        });
    }
    Ok(RootCerts::new_with_certs(&certificates))
}
