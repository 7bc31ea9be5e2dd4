//! One example: an image with its class, and everything that is drawn for it.

use super::schedule::Schedule;
use super::spikes::RecordedSpikes;
use super::training_spec::TrainingSpec;
use crate::rng::{Occasion, Purpose, StreamKey};

/// Where spikes come from.
#[derive(Debug, Clone, Copy)]
pub enum SpikeDrive<'a> {
    /// Drawn as they are needed, from this stream.
    Free(StreamKey),
    /// Taken from a record.
    Recorded(&'a RecordedSpikes),
}

/// One example, to be presented: forward phase, then target phase.
#[derive(Debug, Clone, Copy)]
pub struct Example<'a> {
    /// Pixels from 0 to 255; may be empty when spikes are replayed.
    pub image: &'a [u8],
    /// The output unit that is to fire in the target phase.
    pub label: usize,
    /// Phase lengths and plateau times.
    pub schedule: &'a Schedule,
    /// Where the spikes come from.
    pub spikes: SpikeDrive<'a>,
    /// The stream for noise on symmetric feedback, should the network learn from it.
    pub noise: StreamKey,
}

impl<'a> Example<'a> {
    /// The example at place `place` of an occasion, with phase lengths, plateau times and spikes drawn
    /// for it alone; `purpose` is [`Purpose::TrainingSpikes`] or [`Purpose::TestSpikes`].
    pub fn draw(
        spec: &TrainingSpec,
        (image, label): (&'a [u8], usize),
        purpose: Purpose,
        occasion: Occasion,
        place: usize,
        schedule: &'a mut Schedule,
    ) -> Self {
        let (seed, place) = (spec.seed, place as u64);
        let timing = spec.mechanisms.plateau_timing;
        schedule.redraw(
            &spec.parameters,
            timing,
            &spec.hidden,
            seed,
            occasion,
            place,
        );
        Self {
            image,
            label,
            schedule,
            spikes: SpikeDrive::Free(StreamKey::new(seed, purpose, occasion, place)),
            noise: StreamKey::new(seed, Purpose::FeedbackNoise, occasion, place),
        }
    }
}
