//! The spikes of one population in one phase, step by step, and those of one tile on their way
//! there.

/// Lanes are copied in pieces of this many.
const PIECE: usize = 16;

/// For every step a list of neurons, one entry a spike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SpikeTrain {
    /// Where each step's list ends.
    ends: Vec<u32>,
    neurons: Vec<u16>,
    /// How many of `neurons` are spikes; the rest is room.
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
        self.make_room(0);
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

    /// Room for at most `most` spikes of the present step, to be filled in and added.
    #[inline(always)]
    pub(crate) fn begin_spikes(&mut self, most: usize) -> &mut [u16] {
        self.make_room(most + 1);
        &mut self.neurons[self.length..]
    }

    /// Adds the first `count` spikes that were filled in.
    #[inline(always)]
    pub(crate) fn add_spikes(&mut self, count: usize) {
        self.length += count;
    }

    #[inline(always)]
    fn make_room(&mut self, more: usize) {
        if self.neurons.len() < self.length + more {
            self.neurons.resize(self.length + more, 0);
        }
    }

    /// Adds the steps that all `tiles`, each `width` neurons wide, hold.
    #[inline(always)]
    pub(crate) fn gather(&mut self, tiles: &[TileSpikes], width: usize) {
        let steps = tiles.first().map_or(0, |tile| tile.ends.len());
        self.make_room(tiles.iter().map(TileSpikes::count).sum::<usize>() + PIECE);
        for step in 0..steps {
            for (tile, spikes) in tiles.iter().enumerate() {
                let first = (tile * width) as u16;
                let (start, end) = spikes.range(step);
                let mut from = start;
                while from < end {
                    let lanes = &spikes.lanes[from..from + PIECE];
                    let place = self.length + from - start;
                    for (neuron, &lane) in self.neurons[place..place + PIECE].iter_mut().zip(lanes)
                    {
                        *neuron = first + u16::from(lane);
                    }
                    from += PIECE;
                }
                self.length += end - start;
            }
            self.end_step();
        }
    }

    /// Fills the train from (neuron, count) pairs.
    pub(crate) fn load<'a>(&mut self, steps: usize, at: impl Fn(usize) -> &'a [(u32, u32)]) {
        self.clear();
        for step in 0..steps {
            for &(neuron, count) in at(step) {
                let start = self.length;
                self.make_room(count as usize);
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

/// The spikes of one tile in some steps: lanes in order of steps.
#[derive(Debug, Clone, Default)]
pub(crate) struct TileSpikes {
    lanes: Vec<u8>,
    /// Where each step's lanes end.
    ends: Vec<u32>,
}

impl TileSpikes {
    /// Starts anew with these steps; gives room for `most` lanes, and an entry a step in which the
    /// number of spikes up to and including that step belongs. An entry of a step without spikes
    /// may stay 0 until [`TileSpikes::finish_steps`].
    #[inline(always)]
    pub(crate) fn begin_steps(&mut self, steps: usize, most: usize) -> (&mut [u8], &mut [u32]) {
        if self.lanes.len() < most + PIECE {
            self.lanes.resize(most + PIECE, 0);
        }
        self.ends.clear();
        self.ends.resize(steps, 0);
        (&mut self.lanes, &mut self.ends)
    }

    /// Completes the entries of steps without spikes.
    #[inline(always)]
    pub(crate) fn finish_steps(&mut self) {
        let mut reached = 0;
        for end in &mut self.ends {
            reached = reached.max(*end);
            *end = reached;
        }
    }

    #[inline(always)]
    fn range(&self, step: usize) -> (usize, usize) {
        let start = match step {
            0 => 0,
            _ => self.ends[step - 1] as usize,
        };
        (start, self.ends[step] as usize)
    }

    #[inline(always)]
    fn count(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize)
    }
}

#[cfg(test)]
mod tests {
    //! Promise: a train gives back, step by step, what was put in, however it was put in.
    use super::*;

    #[test]
    fn tiles_are_gathered_step_by_step() {
        let mut tiles = vec![TileSpikes::default(); 2];
        {
            let (lanes, ends) = tiles[0].begin_steps(3, 20);
            lanes[..18].copy_from_slice(&std::array::from_fn::<u8, 18, _>(|i| i as u8));
            ends.copy_from_slice(&[17, 0, 18]);
        }
        {
            let (lanes, ends) = tiles[1].begin_steps(3, 20);
            lanes[..2].copy_from_slice(&[5, 5]);
            ends.copy_from_slice(&[0, 2, 0]);
        }
        tiles.iter_mut().for_each(TileSpikes::finish_steps);
        let mut train = SpikeTrain::default();
        train.gather(&tiles, 64);
        assert_eq!(train.steps(), 3);
        assert_eq!(train.at(0), (0..17).collect::<Vec<u16>>());
        assert_eq!(train.at(1), [69, 69]);
        assert_eq!(train.at(2), [17]);
        assert_eq!(train.counted(1), [(69, 2)]);
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
