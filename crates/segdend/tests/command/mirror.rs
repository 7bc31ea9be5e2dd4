//! Mirrors for the tests of fetching: small HTTP servers on the loopback address, good and bad.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// What a mirror does when asked for a file.
#[derive(Clone, Copy)]
pub enum Manner {
    /// Gives it.
    Good,
    /// Gives it unpacked, as servers do that take `.gz` for a transfer encoding.
    GoodUnpacked,
    /// Gives it without saying how long it is.
    GoodWithoutLength,
    /// Has no such file.
    NotFound,
    /// Closes the connection half way.
    Truncated,
    /// The same, without having said how long the body would be.
    TruncatedWithoutLength,
    /// Takes the request and says nothing.
    Silent,
    /// Says nothing more half way.
    SilentHalfWay,
    /// Gives another file.
    OtherBytes,
    /// Gives gzip that does not unpack.
    BrokenGzip,
    /// Gives more and more.
    Endless,
    /// Gives a small gzip file that unpacks to much more than it should.
    Bomb,
}

/// A mirror on the loopback address; remembers what it was asked for.
pub struct Mirror {
    /// Below which it holds the files.
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Mirror {
    /// Starts a mirror of the given manner, on a port of its own.
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/data/", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            let mut silent = Vec::new(); // keeps the connections open
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(path) = requested_path(&stream) else {
                    continue;
                };
                seen.lock().unwrap().push(path.clone());
                // The client may hang up early, as it should.
                let _ = answer(manner, &path, &mut stream);
                if matches!(manner, Manner::Silent | Manner::SilentHalfWay) {
                    silent.push(stream);
                }
            }
        });
        Self { url, asked }
    }

    /// The paths it was asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn requested_path(stream: &TcpStream) -> Option<String> {
    let mut lines = BufReader::new(stream).lines();
    let path = lines.next()?.ok()?.split(' ').nth(1)?.to_owned();
    lines
        .find(|line| line.as_ref().is_ok_and(String::is_empty))?
        .ok()?;
    Some(path)
}

fn answer(manner: Manner, path: &str, stream: &mut TcpStream) -> std::io::Result<()> {
    let name = path.trim_start_matches("/data/").trim_end_matches(".gz");
    let unpacked = content(name);
    let packed = gzip(&unpacked);
    let half = packed.len() / 2;
    match manner {
        Manner::Good => reply(stream, Some(packed.len()), &packed),
        Manner::GoodUnpacked => reply(stream, Some(unpacked.len()), &unpacked),
        Manner::GoodWithoutLength => reply(stream, None, &packed),
        Manner::NotFound => {
            stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\ngone")
        }
        Manner::Truncated | Manner::SilentHalfWay => {
            reply(stream, Some(packed.len()), &packed[..half])
        }
        Manner::TruncatedWithoutLength => reply(stream, None, &packed[..half]),
        Manner::Silent => Ok(()),
        Manner::OtherBytes => {
            let other = gzip(&content("another file"));
            reply(stream, Some(other.len()), &other)
        }
        Manner::BrokenGzip => {
            let mut broken = packed;
            let place = broken.len() - 6;
            broken[place] ^= 0xff;
            reply(stream, Some(broken.len()), &broken)
        }
        Manner::Endless => {
            reply(stream, None, &packed)?;
            loop {
                stream.write_all(&[0; 4096])?;
            }
        }
        Manner::Bomb => {
            let bomb = gzip(&vec![0; 400_000]);
            reply(stream, Some(bomb.len()), &bomb)
        }
    }
}

fn reply(stream: &mut TcpStream, length: Option<usize>, body: &[u8]) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n")?;
    if let Some(length) = length {
        write!(stream, "content-length: {length}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(body)
}

/// Packs bytes as the mirrors do.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What a file of this name holds: numbers that gzip cannot shrink much.
pub fn content(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for block in 0..400_u32 {
        bytes.extend(Sha256::digest(format!("{name} {block}")));
    }
    bytes
}
