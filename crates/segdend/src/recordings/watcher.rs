//! What watches a training while it is recorded, without a place to keep what it saw.

use anyhow::Result;
use segdend_core::data::DataSet;
use segdend_core::segregated::{Training, TrainingError};

use super::angles::Angles;
use super::condition::Condition;
use super::job::Recorder;
use crate::experiments::RecordingKind;

/// Watches a training as a recording does, and keeps what it saw in memory: for measurements of what
/// watching costs.
pub struct Watcher(Kind);

enum Kind {
    Angles(Angles),
    Condition(Box<Condition>),
}

impl Watcher {
    /// One that has seen nothing; none of a recording that looks at no examples.
    #[must_use]
    pub fn new(kind: RecordingKind) -> Option<Self> {
        match kind {
            RecordingKind::Angles => Some(Self(Kind::Angles(Angles::default()))),
            RecordingKind::Condition => Some(Self(Kind::Condition(Box::default()))),
            _ => None,
        }
    }

    /// [`Training::advance`], watched.
    ///
    /// # Errors
    /// As [`Training::advance`].
    pub fn advance(
        &mut self,
        training: &mut Training<'_>,
        images: usize,
    ) -> Result<(), TrainingError> {
        match &mut self.0 {
            Kind::Angles(recorder) => advance(recorder, training, images),
            Kind::Condition(recorder) => advance(recorder.as_mut(), training, images),
        }
    }

    /// What a recording does after an epoch.
    ///
    /// # Errors
    /// Whatever went wrong in an example.
    pub fn epoch_ended(&mut self, training: &Training<'_>, data: &DataSet) -> Result<()> {
        match &mut self.0 {
            Kind::Angles(recorder) => recorder.epoch_ended(1, training, data),
            Kind::Condition(recorder) => recorder.epoch_ended(1, training, data),
        }
    }
}

/// Lets a recorder watch some examples.
pub(super) fn advance<R: Recorder>(
    recorder: &mut R,
    training: &mut Training<'_>,
    images: usize,
) -> Result<(), TrainingError> {
    training.advance_watched(images, R::KEEP, &mut |epoch, place, model| {
        recorder.example(epoch, place, &model.engine().view());
    })
}
