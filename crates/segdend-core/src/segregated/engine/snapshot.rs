//! Everything an engine carries from example to example, bit for bit.

use super::Engine;
use super::layer::{LayerState, LayerWeights};
use crate::simd::lanes::Lanes;

/// Why a snapshot does not fit an engine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The snapshot holds fewer or more words than this network needs.
    #[error(
        "the snapshot holds {found} words where this network needs {expected}: it belongs to another network"
    )]
    Length {
        /// Words that the network needs (or had read when the snapshot ended).
        expected: usize,
        /// Words in the snapshot.
        found: usize,
    },
    /// A word that cannot be what it stands for.
    #[error("the snapshot holds {found} where at most {most} can stand: it is damaged")]
    OutOfRange {
        /// The word.
        found: u32,
        /// The largest it may be.
        most: usize,
    },
}

/// Weights, voltages, filters and spike histories of an [`Engine`] as 32-bit words.
///
/// ```
/// # use segdend_core::segregated::{engine::Engine, mechanisms::*, network::*, params::Parameters};
/// # let p = Parameters::default().valid()?;
/// # let network = Network::initial(&[4, 3, 2], &p, FeedbackWeights::Random, 1)?;
/// # let mut engine = Engine::new(p, Mechanisms::default(), vec![0.2, 0.2], &network)?;
/// let snapshot = engine.snapshot();
/// let mut other = engine.clone();
/// other.restore(&snapshot).unwrap();
/// assert_eq!(other.snapshot(), snapshot);
/// # Ok::<(), segdend_core::segregated::ModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EngineSnapshot {
    /// The words, in an order that only [`Engine::restore`] needs to know.
    pub words: Vec<u32>,
}

/// Visits every number that is carried, to take it or to replace it.
trait Visitor {
    fn word(&mut self, word: &mut u32) -> Result<(), SnapshotError>;

    fn floats(&mut self, values: &mut [f32]) -> Result<(), SnapshotError> {
        for value in values {
            let mut word = value.to_bits();
            self.word(&mut word)?;
            *value = f32::from_bits(word);
        }
        Ok(())
    }

    fn lanes<const W: usize>(&mut self, lanes: &mut [Lanes<W>]) -> Result<(), SnapshotError> {
        lanes
            .iter_mut()
            .try_for_each(|lanes| self.floats(&mut lanes.0))
    }

    fn index(&mut self, index: &mut usize, most: usize) -> Result<(), SnapshotError> {
        let mut word = *index as u32;
        self.word(&mut word)?;
        if word as usize > most {
            return Err(SnapshotError::OutOfRange { found: word, most });
        }
        *index = word as usize;
        Ok(())
    }

    fn neurons(&mut self, neurons: &mut Vec<u16>, units: usize) -> Result<(), SnapshotError> {
        let mut length = neurons.len();
        // More spikes than this in one step do not happen at any rate there is.
        self.index(&mut length, 64 * (units + 64))?;
        neurons.resize(length, 0);
        for neuron in neurons {
            let mut index = usize::from(*neuron);
            self.index(&mut index, units - 1)?;
            *neuron = index as u16;
        }
        Ok(())
    }
}

struct Saver(Vec<u32>);

impl Visitor for Saver {
    fn word(&mut self, word: &mut u32) -> Result<(), SnapshotError> {
        self.0.push(*word);
        Ok(())
    }
}

struct Loader<'a> {
    words: &'a [u32],
    read: usize,
}

impl Visitor for Loader<'_> {
    fn word(&mut self, word: &mut u32) -> Result<(), SnapshotError> {
        let found = self.words.len();
        *word = *self.words.get(self.read).ok_or(SnapshotError::Length {
            expected: self.read + 1,
            found,
        })?;
        self.read += 1;
        Ok(())
    }
}

fn visit_weights<const W: usize>(
    visitor: &mut impl Visitor,
    weights: &mut LayerWeights<W>,
) -> Result<(), SnapshotError> {
    visitor.lanes(weights.feedforward.columns_mut())?;
    visitor.lanes(&mut weights.biases)?;
    match &mut weights.feedback {
        Some(feedback) => visitor.lanes(feedback.columns_mut()),
        None => Ok(()),
    }
}

fn visit_state<const W: usize>(
    visitor: &mut impl Visitor,
    state: &mut LayerState<W>,
) -> Result<(), SnapshotError> {
    let dendrites = &mut state.dendrites;
    for (filters, somata) in dendrites.filters.iter_mut().zip(&mut state.somata) {
        for lanes in [&mut filters.slow, &mut filters.fast, somata] {
            visitor.floats(&mut lanes.0)?;
        }
    }
    visitor.lanes(&mut dendrites.ring)?;
    let most = dendrites.ring.len();
    visitor.index(&mut dendrites.oldest, most)
}

impl Engine {
    fn visit_weights(&mut self, visitor: &mut impl Visitor) -> Result<(), SnapshotError> {
        self.weights
            .hidden
            .iter_mut()
            .try_for_each(|layer| visit_weights(visitor, layer))?;
        visit_weights(visitor, &mut self.weights.output)
    }

    fn visit(&mut self, visitor: &mut impl Visitor) -> Result<(), SnapshotError> {
        self.visit_weights(visitor)?;
        self.activity
            .hidden
            .iter_mut()
            .try_for_each(|state| visit_state(visitor, state))?;
        visit_state(visitor, &mut self.activity.output)?;
        for (population, &units) in self.activity.populations.iter_mut().zip(&self.sizes) {
            population
                .recent
                .iter_mut()
                .try_for_each(|spikes| visitor.neurons(spikes, units))?;
            visitor.floats(&mut population.slow)?;
            visitor.floats(&mut population.fast)?;
        }
        let feedback = &mut self.activity.feedback;
        for values in [
            &mut feedback.slow,
            &mut feedback.fast,
            &mut feedback.ring,
            &mut feedback.next,
        ] {
            visitor.lanes(values)?;
        }
        let most = feedback.ring.len();
        visitor.index(&mut feedback.ring_position, most)
    }

    /// Takes a snapshot.
    pub fn snapshot(&mut self) -> EngineSnapshot {
        let mut saver = Saver(Vec::new());
        self.visit(&mut saver)
            .expect("taking a snapshot reads only");
        EngineSnapshot { words: saver.0 }
    }

    /// All weights, biases and feedback as bits, for a checksum.
    pub fn weight_words(&mut self) -> Vec<u32> {
        let mut saver = Saver(Vec::new());
        self.visit_weights(&mut saver)
            .expect("taking a snapshot reads only");
        saver.0
    }

    /// Puts the engine where it was when the snapshot was taken. The engine must have been made
    /// with the same sizes, parameters and mechanisms.
    ///
    /// # Errors
    /// [`SnapshotError`] if the snapshot belongs to another network or is damaged; the engine is
    /// then not to be used.
    pub fn restore(&mut self, snapshot: &EngineSnapshot) -> Result<(), SnapshotError> {
        let mut loader = Loader {
            words: &snapshot.words,
            read: 0,
        };
        self.visit(&mut loader)?;
        if loader.read != snapshot.words.len() {
            return Err(SnapshotError::Length {
                expected: loader.read,
                found: snapshot.words.len(),
            });
        }
        Ok(())
    }
}
