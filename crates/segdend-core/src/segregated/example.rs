//! One example: an image with its class, and everything that is drawn for it.

use super::mechanisms::PlateauTiming;
use super::params::ValidParameters;
use super::schedule::Schedule;
use super::spikes::RecordedSpikes;
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

/// What the examples of a network are drawn by.
#[derive(Debug, Clone, PartialEq)]
pub struct ExampleDraws {
    /// Of phase lengths and plateau times.
    pub parameters: ValidParameters,
    /// When plateaus come.
    pub plateau_timing: PlateauTiming,
    /// Units in each hidden layer.
    pub hidden: Vec<usize>,
    /// The seed of all of it.
    pub seed: u64,
}

impl ExampleDraws {
    /// The example at place `place` of an occasion, with phase lengths, plateau times and spikes drawn
    /// for it alone; `purpose` is [`Purpose::TrainingSpikes`] or [`Purpose::TestSpikes`].
    pub fn draw<'a>(
        &self,
        (image, label): (&'a [u8], usize),
        purpose: Purpose,
        occasion: Occasion,
        place: usize,
        schedule: &'a mut Schedule,
    ) -> Example<'a> {
        let (seed, place) = (self.seed, place as u64);
        let (parameters, timing) = (&self.parameters, self.plateau_timing);
        schedule.redraw(parameters, timing, &self.hidden, seed, occasion, place);
        Example {
            image,
            label,
            schedule,
            spikes: SpikeDrive::Free(StreamKey::new(seed, purpose, occasion, place)),
            noise: StreamKey::new(seed, Purpose::FeedbackNoise, occasion, place),
        }
    }
}
