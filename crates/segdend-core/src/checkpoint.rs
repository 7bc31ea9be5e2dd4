//! Training states as files: whole or not at all, and checked when they are read.
//!
//! Layout, little-endian: the 8 bytes `SEGDEND1`; the length of the header (u64); the header, JSON
//! with the training's key, its stage and its measurements; the number of words (u64); the model's
//! words (u32 each); the SHA-256 of everything before it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::atomic_file;
use crate::training::{History, Stage, TrainingState};

const MAGIC: &[u8; 8] = b"SEGDEND1";
const DIGEST_BYTES: usize = 32;

/// Why a checkpoint cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not a checkpoint, or not all of one.
    #[error("{path} is not a whole checkpoint ({reason}): delete it to train from the beginning")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
    /// A checkpoint of another training.
    #[error("{path} belongs to another training: its key is {found}, expected {expected}")]
    OtherTraining {
        /// The file.
        path: PathBuf,
        /// The key in the file.
        found: String,
        /// The key of this training.
        expected: String,
    },
}

/// Numbers stand as their bits, so that nothing is lost in text.
#[derive(Serialize, Deserialize)]
struct Header {
    key: String,
    stage: Stage,
    history_bits: [Vec<u64>; 4],
    loss_sum_bits: u64,
    #[serde(default)]
    weights_sha256: Vec<String>,
    #[serde(default)]
    series_bits: BTreeMap<String, Vec<u64>>,
}

fn to_bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn from_bits(bits: &[u64]) -> Vec<f64> {
    bits.iter().map(|&bits| f64::from_bits(bits)).collect()
}

/// Writes a training's state. `key` names the training (its specification, data and model version).
///
/// # Errors
/// [`CheckpointError::Io`]; an older checkpoint at the same path is then untouched.
pub fn write(path: &Path, key: &str, state: &TrainingState) -> Result<(), CheckpointError> {
    let history = &state.history;
    let header = Header {
        key: key.to_owned(),
        stage: state.stage,
        history_bits: [
            to_bits(&history.test_errors_percent),
            to_bits(&history.training_errors_percent),
            to_bits(&history.output_losses),
            to_bits(&history.final_test_errors_percent),
        ],
        loss_sum_bits: state.loss_sum.to_bits(),
        weights_sha256: history.weights_sha256.clone(),
        series_bits: (history.series.iter())
            .map(|(name, values)| (name.clone(), to_bits(values)))
            .collect(),
    };
    let io = |source| CheckpointError::Io {
        path: path.to_owned(),
        source,
    };
    let header = serde_json::to_vec(&header).map_err(|error| io(error.into()))?;
    let mut bytes = Vec::with_capacity(32 + header.len() + 4 * state.model.len() + DIGEST_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&(header.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&header);
    bytes.extend_from_slice(&(state.model.len() as u64).to_le_bytes());
    for word in &state.model {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    let digest = Sha256::digest(&bytes);
    bytes.extend_from_slice(&digest);
    atomic_file::write(path, &bytes).map_err(io)
}

/// Reads a training's state; `None` if there is no file.
///
/// # Errors
/// [`CheckpointError`] if the file is damaged or belongs to a training with another key.
pub fn read(path: &Path, key: &str) -> Result<Option<TrainingState>, CheckpointError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(CheckpointError::Io {
                path: path.to_owned(),
                source,
            });
        }
    };
    let damaged = |reason| CheckpointError::Damaged {
        path: path.to_owned(),
        reason,
    };
    if !bytes.starts_with(MAGIC) {
        return Err(damaged("its first bytes are not a checkpoint's"));
    }
    let (content, digest) = bytes
        .split_at_checked(bytes.len().wrapping_sub(DIGEST_BYTES))
        .ok_or_else(|| damaged("it is too short"))?;
    if Sha256::digest(content)[..] != *digest {
        return Err(damaged("its checksum does not fit"));
    }
    let mut rest = content
        .get(MAGIC.len()..)
        .ok_or_else(|| damaged("it is too short"))?;
    let mut take = |count: usize| -> Result<&[u8], CheckpointError> {
        let (taken, left) = rest
            .split_at_checked(count)
            .ok_or_else(|| damaged("it is too short"))?;
        rest = left;
        Ok(taken)
    };
    let length = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0_usize, |sum, &byte| (sum << 8) | usize::from(byte))
    };
    let header_bytes = length(take(8)?);
    let header: Header = serde_json::from_slice(take(header_bytes)?)
        .map_err(|_| damaged("its header cannot be read"))?;
    let words = length(take(8)?);
    let words = take(
        words
            .checked_mul(4)
            .ok_or_else(|| damaged("it is too short"))?,
    )?;
    if header.key != key {
        return Err(CheckpointError::OtherTraining {
            path: path.to_owned(),
            found: header.key,
            expected: key.to_owned(),
        });
    }
    let words = words
        .chunks_exact(4)
        .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect();
    Ok(Some(TrainingState {
        stage: header.stage,
        history: History {
            test_errors_percent: from_bits(&header.history_bits[0]),
            training_errors_percent: from_bits(&header.history_bits[1]),
            output_losses: from_bits(&header.history_bits[2]),
            final_test_errors_percent: from_bits(&header.history_bits[3]),
            weights_sha256: header.weights_sha256,
            series: (header.series_bits.into_iter())
                .map(|(name, bits)| (name, from_bits(&bits)))
                .collect(),
        },
        loss_sum: f64::from_bits(header.loss_sum_bits),
        model: words,
    }))
}
