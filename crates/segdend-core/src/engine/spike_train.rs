//! The spikes of one population in one phase, step by step.

/// For every step a list of neurons, one entry a spike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SpikeTrain {
    /// Where a step's room begins; one more entry at the end.
    starts: Vec<u32>,
    /// How many spikes a step holds.
    lengths: Vec<u32>,
    neurons: Vec<u16>,
}

impl SpikeTrain {
    /// Empties the train and makes room for `room(step)` spikes in each step.
    #[inline(always)]
    pub(crate) fn reset(&mut self, steps: usize, room: impl Fn(usize) -> usize) {
        self.starts.clear();
        self.lengths.clear();
        self.lengths.resize(steps, 0);
        let mut total = 0_u32;
        self.starts.push(0);
        for step in 0..steps {
            total += room(step) as u32;
            self.starts.push(total);
        }
        if self.neurons.len() < total as usize {
            self.neurons.resize(total as usize, 0);
        }
    }

    /// Number of steps.
    #[inline(always)]
    pub(crate) fn steps(&self) -> usize {
        self.lengths.len()
    }

    /// Room in all steps together.
    #[inline(always)]
    pub(crate) fn capacity(&self) -> usize {
        self.starts[self.lengths.len()] as usize
    }

    /// Uses all the room: `neuron(i)` gives the i-th spike counted over all steps.
    #[inline(always)]
    pub(crate) fn fill_all(&mut self, neuron: impl Fn(usize) -> u16) {
        for step in 0..self.lengths.len() {
            self.lengths[step] = self.starts[step + 1] - self.starts[step];
        }
        for index in 0..self.capacity() {
            self.neurons[index] = neuron(index);
        }
    }

    /// The spikes of a step.
    #[inline(always)]
    pub(crate) fn at(&self, step: usize) -> &[u16] {
        let start = self.starts[step] as usize;
        &self.neurons[start..start + self.lengths[step] as usize]
    }

    /// The free room of a step, and a place to say how much of it was used.
    #[inline(always)]
    pub(crate) fn room(&mut self, step: usize) -> (&mut [u16], &mut u32) {
        let start = (self.starts[step] + self.lengths[step]) as usize;
        let end = self.starts[step + 1] as usize;
        (&mut self.neurons[start..end], &mut self.lengths[step])
    }

    /// Fills the train from (neuron, count) pairs.
    pub(crate) fn load<'a>(&mut self, steps: usize, at: impl Fn(usize) -> &'a [(u32, u32)]) {
        self.reset(steps, |step| {
            at(step).iter().map(|&(_, count)| count as usize).sum()
        });
        for step in 0..steps {
            let (room, used) = self.room(step);
            let spikes = at(step)
                .iter()
                .flat_map(|&(neuron, count)| std::iter::repeat_n(neuron as u16, count as usize));
            for (place, neuron) in room.iter_mut().zip(spikes) {
                *place = neuron;
                *used += 1;
            }
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
