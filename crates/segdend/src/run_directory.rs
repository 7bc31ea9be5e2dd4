//! A run's directory, `results/<scale>/runs/<run>-<key>/`: what is there, and who may write.
//!
//! | file | |
//! |---|---|
//! | `checkpoint.bin` | the state to go on from; of a finished run, the final weights |
//! | `checkpoint-epoch-N.bin`, `timing-epoch-N.json` | the same after epoch N, where another run parts from this one |
//! | `weights.safetensors` | the final weights, of runs that keep them |
//! | `timing.json` | time spent so far; gone when the run is finished |
//! | `manifest.json`, `result.json` | written, in this order, when the run is finished |
//! | `lock` | locked by the process that is training the run; names it |

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use segdend_core::atomic_file;
use segdend_core::checkpoint;
use segdend_core::data::DataSet;
use segdend_core::segregated::Training;
use segdend_core::segregated::network::Network;
use segdend_core::training::{Stage, TrainingState, weights_sha256};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::manifest::{Manifest, RunResult, Timing};
use crate::progress::Progress;
use crate::resolve::ResolvedRun;
use crate::{final_weights, interrupt, system};

/// What a finished run is: specification, images, machine, times.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The state to go on from.
const CHECKPOINT: &str = "checkpoint.bin";
/// What it measured.
pub(crate) const RESULT: &str = "result.json";

/// How often a lock that another process holds is tried again.
const LOCK_RETRY: Duration = Duration::from_millis(300);

/// The directory below `parent` of what has this key: one that is there, whatever name it was given,
/// or `NAME-` and the beginning of the key.
pub(crate) fn with_key(parent: &Path, name: &str, key: &str) -> PathBuf {
    let suffix = key_suffix(key);
    let usual = parent.join(format!("{name}{suffix}"));
    if usual.is_dir() {
        return usual;
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(&suffix) && path.is_dir())
        .collect();
    found.sort();
    found.into_iter().next().unwrap_or(usual)
}

/// What the names of directories end with.
pub(crate) fn key_suffix(key: &str) -> String {
    format!("-{}", &key[..16])
}

/// The directory of one run with one key.
#[derive(Debug, Clone)]
pub(crate) struct RunDirectory {
    path: PathBuf,
    key: String,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum RunState {
    /// Nothing is there.
    Absent,
    /// There is a checkpoint.
    Begun(Stage),
    /// The result is there.
    Finished,
}

impl RunDirectory {
    /// The directory at `path` of the run with this key. Nothing is read or made.
    pub(crate) fn new(path: PathBuf, key: &str) -> Self {
        Self {
            path,
            key: key.to_owned(),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// How far the run has come.
    pub(crate) fn state(&self) -> Result<RunState> {
        if self.result()?.is_some() {
            return Ok(RunState::Finished);
        }
        Ok(self
            .checkpoint()?
            .map_or(RunState::Absent, |state| RunState::Begun(state.stage)))
    }

    /// The result, if the run is finished.
    pub(crate) fn result(&self) -> Result<Option<RunResult>> {
        let Some(result) = read_json::<RunResult>(&self.file(RESULT))? else {
            return Ok(None);
        };
        if result.key != self.key {
            bail!(
                "{} holds the result of another training (key {}, expected {}): choose another directory, or delete it",
                self.path.display(),
                result.key,
                self.key
            );
        }
        Ok(self.manifest()?.map(|_| result))
    }

    /// The manifest, if the run is finished.
    pub(crate) fn manifest(&self) -> Result<Option<Manifest>> {
        read_json(&self.file(MANIFEST))
    }

    /// Time spent so far, if the run is under way.
    pub(crate) fn timing(&self) -> Option<Timing> {
        // It says nothing about results, so a damaged one is as good as none.
        read_json(&self.file("timing.json")).ok().flatten()
    }

    /// The last checkpoint.
    pub(crate) fn checkpoint(&self) -> Result<Option<TrainingState>> {
        Ok(checkpoint::read(&self.file(CHECKPOINT), &self.key)?)
    }

    /// Whether [`RunDirectory::final_network`] has something to read.
    pub(crate) fn holds_final_weights(&self) -> bool {
        [final_weights::FILE, CHECKPOINT]
            .iter()
            .any(|name| self.file(name).is_file())
    }

    /// The network that the finished run ended with.
    pub(crate) fn final_network(&self, run: &ResolvedRun, data: &DataSet) -> Result<Network> {
        let result = self.result()?.with_context(|| {
            format!(
                "run `{}` is not finished: {}",
                run.name,
                self.path.display()
            )
        })?;
        let kept = self.file(final_weights::FILE);
        let network = if kept.is_file() {
            final_weights::read(&kept, &self.key, &run.spec.sizes(data))?
        } else {
            let finished = |state: &TrainingState| state.stage == Stage::Finished;
            let state = self.checkpoint()?.filter(finished).with_context(|| {
                format!(
                    "the final weights of run `{}` are not in {}: delete that directory, and it will be trained again",
                    run.name,
                    self.path.display()
                )
            })?;
            Training::resume(&run.spec, data, &state)?
                .model()
                .engine()
                .network()
        };
        ensure!(
            weights_sha256(|visitor| network.visit(visitor)) == result.weights_sha256,
            "the weights in {} are not those of its {RESULT}: delete that directory, and it will be trained again",
            self.path.display()
        );
        Ok(network)
    }

    /// Keeps the final weights.
    pub(crate) fn keep_weights(&self, network: &Network) -> Result<()> {
        final_weights::write(&self.file(final_weights::FILE), &self.key, network)
    }

    /// Where the state after an epoch is kept.
    fn epoch_file(&self, epoch: usize) -> PathBuf {
        self.file(&format!("checkpoint-epoch-{epoch}.bin"))
    }

    fn epoch_timing(&self, epoch: usize) -> PathBuf {
        self.file(&format!("timing-epoch-{epoch}.json"))
    }

    /// Keeps the state after an epoch, and the time that it took.
    pub(crate) fn save_epoch(
        &self,
        epoch: usize,
        state: &TrainingState,
        timing: &Timing,
    ) -> Result<()> {
        checkpoint::write(&self.epoch_file(epoch), &self.key, state)
            .context("cannot save a checkpoint")?;
        write_json(&self.epoch_timing(epoch), timing)
    }

    /// The state after an epoch and the time that it took, if they were kept.
    pub(crate) fn after_epoch(&self, epoch: usize) -> Result<Option<(TrainingState, Timing)>> {
        let state = checkpoint::read(&self.epoch_file(epoch), &self.key)?;
        Ok(state.zip(read_json(&self.epoch_timing(epoch))?))
    }

    /// Saves a checkpoint.
    pub(crate) fn save(&self, state: &TrainingState, timing: &Timing) -> Result<()> {
        checkpoint::write(&self.file(CHECKPOINT), &self.key, state)
            .context("cannot save a checkpoint")?;
        write_json(&self.file("timing.json"), timing)
    }

    /// Marks the run as finished. The manifest takes the check sum of the result.
    pub(crate) fn finish(&self, mut manifest: Manifest, result: &RunResult) -> Result<()> {
        let result = json(result)?;
        manifest.result_sha256 = Some(sha256(&result));
        write_json(&self.file(MANIFEST), &manifest)?;
        write_file(&self.file(RESULT), &result)?;
        // Left behind it would do no harm.
        let _ = std::fs::remove_file(self.file("timing.json"));
        Ok(())
    }

    /// Takes the lock, waiting for whoever holds it; `None` if Ctrl-C ended the waiting.
    pub(crate) fn wait_for_lock(&self, name: &str, progress: &Progress) -> Result<Option<Lock>> {
        let mut told = false;
        loop {
            let holder = match self.try_lock()? {
                Ok(lock) => return Ok(Some(lock)),
                Err(holder) => holder,
            };
            if interrupt::requested() {
                return Ok(None);
            }
            if !told {
                progress.note(&format!(
                    "{name}: being computed by {holder}; waiting for it to end"
                ));
                told = true;
            }
            thread::sleep(LOCK_RETRY);
        }
    }

    /// Makes the directory and takes its lock; the error is who holds it.
    pub(crate) fn try_lock(&self) -> Result<Result<Lock, String>> {
        std::fs::create_dir_all(&self.path)
            .with_context(|| format!("cannot make {}", self.path.display()))?;
        let path = self.file("lock");
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {
                let holder = format!("process {}, since {}\n", std::process::id(), system::now());
                // The name is a courtesy to whoever has to wait.
                let _ = file
                    .set_len(0)
                    .and_then(|()| file.rewind())
                    .and_then(|()| file.write_all(holder.as_bytes()));
                Ok(Ok(Lock { _file: file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let named = file
                    .read_to_string(&mut holder)
                    .is_ok_and(|_| !holder.trim().is_empty());
                Ok(Err(if named {
                    holder.trim().to_owned()
                } else {
                    "another process".to_owned()
                }))
            }
            Err(TryLockError::Error(error)) => {
                Err(anyhow::Error::from(error).context(format!("cannot lock {}", path.display())))
            }
        }
    }
}

/// The right to write into a run's directory. The system takes it back when the process ends,
/// however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Reads a JSON file of ours; `None` if there is none.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let value = serde_json::from_slice(&bytes).with_context(|| {
        format!("{} is damaged, or was written by another version: delete it, and it will be made again", path.display())
    })?;
    Ok(Some(value))
}

/// Writes a JSON file, whole or not at all.
pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let bytes = json(value).with_context(|| format!("cannot write {}", path.display()))?;
    write_file(path, &bytes)?;
    Ok(())
}

fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file, whole or not at all, and not at all if it holds the same bytes already; says
/// whether it was written.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<bool> {
    if std::fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(false);
    }
    atomic_file::write(path, bytes).with_context(|| {
        format!(
            "cannot write {}: check its permissions and the space on the disk",
            path.display()
        )
    })?;
    Ok(true)
}
