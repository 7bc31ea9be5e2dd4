//! Ctrl-C: the first asks all runs to save and stop, the second stops at once.
//!
//! Nothing is lost either way, nor by `kill -9`: the same command goes on from the last checkpoint.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

use crate::output;

/// The exit code of an interrupted command: 128 and the number of SIGINT, as shells have it.
pub(crate) const EXIT_CODE: u8 = 130;

static REQUESTED: AtomicBool = AtomicBool::new(false);
static TRAINING: AtomicBool = AtomicBool::new(false);

/// From here on Ctrl-C is ours.
pub(crate) fn install() -> Result<()> {
    ctrlc::set_handler(|| {
        let again = REQUESTED.swap(true, Ordering::SeqCst);
        if again || !TRAINING.load(Ordering::SeqCst) {
            std::process::exit(i32::from(EXIT_CODE));
        }
        output::remark("\nstopping: saving checkpoints (Ctrl-C again to stop at once)");
    })
    .context("cannot listen for Ctrl-C")
}

/// Whether a stop was asked for.
pub(crate) fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// While one of these lives there is something to save, so Ctrl-C waits for it.
pub(crate) struct Saving(());

impl Saving {
    /// Training begins.
    pub(crate) fn begin() -> Self {
        TRAINING.store(true, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Saving {
    fn drop(&mut self) {
        TRAINING.store(false, Ordering::SeqCst);
    }
}
