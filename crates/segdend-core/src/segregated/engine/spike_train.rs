//! The spikes of one population in one phase, step by step.

/// So many spikes can be written at once.
const PIECE: usize = 16;

/// For every step a list of neurons, one entry a spike.
#[derive(Debug, Clone, Default)]
pub(crate) struct SpikeTrain {
    /// Where each step's list ends.
    ends: Vec<u32>,
    neurons: Vec<u16>,
    /// How many of `neurons` are spikes; the rest is spare.
    length: usize,
}

impl SpikeTrain {
    /// Forgets everything, steps included.
    #[inline(always)]
    pub(crate) fn clear(&mut self) {
        self.ends.clear();
        self.length = 0;
    }

    /// Number of steps.
    #[inline(always)]
    pub(crate) fn steps(&self) -> usize {
        self.ends.len()
    }

    /// Ends a step.
    #[inline(always)]
    pub(crate) fn end_step(&mut self) {
        self.ends.push(self.length as u32);
    }

    /// Ends a step of `count` spikes, whose neurons are filled in later.
    #[inline(always)]
    pub(crate) fn end_step_after(&mut self, count: usize) {
        self.length += count;
        self.end_step();
    }

    /// All spikes, to be filled in.
    #[inline(always)]
    pub(crate) fn neurons_mut(&mut self) -> &mut [u16] {
        self.reserve(0);
        &mut self.neurons[..self.length]
    }

    /// The spikes of a step.
    #[inline(always)]
    pub(crate) fn at(&self, step: usize) -> &[u16] {
        let start = match step {
            0 => 0,
            _ => self.ends[step - 1] as usize,
        };
        &self.neurons[start..self.ends[step] as usize]
    }

    /// Begins to write spikes, `most` at most, step by step.
    #[inline(always)]
    pub(crate) fn write(&mut self, most: usize) -> SpikeWriter<'_> {
        self.reserve(most + PIECE);
        SpikeWriter {
            length: self.length,
            train: self,
        }
    }

    #[inline(always)]
    fn reserve(&mut self, more: usize) {
        if self.neurons.len() < self.length + more {
            self.neurons.resize(self.length + more, 0);
        }
    }

    /// Fills the train from (neuron, count) pairs.
    pub(crate) fn load<'a>(&mut self, steps: usize, at: impl Fn(usize) -> &'a [(u32, u32)]) {
        self.clear();
        for step in 0..steps {
            for &(neuron, count) in at(step) {
                let start = self.length;
                self.reserve(count as usize);
                self.length += count as usize;
                self.neurons[start..self.length].fill(neuron as u16);
            }
            self.end_step();
        }
    }

    /// The spikes of a step as (neuron, count) pairs in order of neurons.
    pub(crate) fn counted(&self, step: usize) -> Vec<(u32, u32)> {
        let mut sorted = self.at(step).to_vec();
        sorted.sort_unstable();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for neuron in sorted {
            match pairs.last_mut() {
                Some((last, count)) if *last == u32::from(neuron) => *count += 1,
                _ => pairs.push((u32::from(neuron), 1)),
            }
        }
        pairs
    }
}

/// Writes spikes into a train.
#[derive(Debug)]
pub(crate) struct SpikeWriter<'a> {
    train: &'a mut SpikeTrain,
    /// How many spikes there are; the train is told at the end of a step.
    length: usize,
}

impl SpikeWriter<'_> {
    /// A buffer for some spikes of the present step, to be filled in and added.
    #[inline(always)]
    pub(crate) fn buffer(&mut self) -> &mut [u16; PIECE] {
        self.train.neurons[self.length..]
            .first_chunk_mut()
            .expect("a buffer for as many as were announced")
    }

    /// Adds the first `count` of the spikes that were filled in.
    #[inline(always)]
    pub(crate) fn add(&mut self, count: usize) {
        self.length += count;
    }

    #[inline(always)]
    pub(crate) fn end_step(&mut self) {
        self.train.length = self.length;
        self.train.end_step();
    }
}

#[cfg(test)]
mod tests {
    //! Promise: a train gives back, step by step, what was put in, however it was put in.
    use super::*;

    #[test]
    fn spikes_are_written_step_by_step() {
        let mut train = SpikeTrain::default();
        let mut writer = train.write(60);
        for step in 0..40_u16 {
            for tile in 0..step % 3 {
                *writer.buffer() = std::array::from_fn(|i| 64 * tile + i as u16);
                writer.add(usize::from(tile) + 1);
            }
            writer.end_step();
        }
        assert_eq!(train.steps(), 40);
        assert!(train.at(0).is_empty());
        assert_eq!(train.at(1), [0]);
        assert_eq!(train.at(38), [0, 64, 65]);
    }

    #[test]
    fn recorded_spikes_come_back() {
        let recorded = [vec![(3, 1), (7, 2)], vec![], vec![(1, 1)]];
        let mut train = SpikeTrain::default();
        train.load(3, |step| &recorded[step]);
        assert_eq!(train.at(0), [3, 7, 7]);
        assert!(train.at(1).is_empty());
        assert_eq!(train.counted(0), recorded[0]);
        train.clear();
        assert_eq!(train.steps(), 0);
    }
}
