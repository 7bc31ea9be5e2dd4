//! Where spikes come from: Poisson draws, or the recorded draws of another simulation.

use ndarray::Array1;
use rand_distr::{Distribution, Poisson};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::rng::StreamKey;
use crate::segregated::schedule::Phase;

/// Gives the spike counts of a layer for one step.
pub trait SpikeSource {
    /// Writes the spike count of every neuron of `layer` (0 is the input) in step `step` of
    /// `phase` into `counts`. `rates` are spikes per step.
    fn draw(
        &mut self,
        phase: Phase,
        step: usize,
        layer: usize,
        rates: &Array1<f64>,
        counts: &mut Array1<f64>,
    );
}

/// Independent Poisson counts, one draw a neuron and step with mean `rate` (Eq. 13 and the text
/// below it). Counts of two and more are possible and used.
#[derive(Debug, Clone)]
pub struct PoissonSpikes {
    generator: Xoshiro256PlusPlus,
}

impl PoissonSpikes {
    /// Draws from the stream of one example.
    pub fn new(key: StreamKey) -> Self {
        Self {
            generator: key.generator(),
        }
    }
}

impl SpikeSource for PoissonSpikes {
    fn draw(
        &mut self,
        _: Phase,
        _: usize,
        _: usize,
        rates: &Array1<f64>,
        counts: &mut Array1<f64>,
    ) {
        for (count, &rate) in counts.iter_mut().zip(rates) {
            *count = match Poisson::new(rate) {
                Ok(poisson) => poisson.sample(&mut self.generator),
                // The library has no Poisson distribution of rate zero: no spike. A rate that is not a
                // number gives no number of spikes.
                Err(_) if rate == 0.0 => 0.0,
                Err(_) => f64::NAN,
            };
        }
    }
}

/// All spikes of one phase: `steps[t][layer]` lists (neuron, count), layer 0 being the input.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordedPhase {
    /// A list of layers for every step.
    pub steps: Vec<Vec<Vec<(u32, u32)>>>,
}

/// All spikes of one example, to be replayed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordedSpikes {
    /// The forward and the target phase.
    pub phases: [RecordedPhase; 2],
}

impl RecordedSpikes {
    /// The (neuron, count) pairs of a layer in a step; empty beyond what was recorded.
    pub fn at(&self, phase: Phase, step: usize, layer: usize) -> &[(u32, u32)] {
        self.phases[phase.index()]
            .steps
            .get(step)
            .and_then(|layers| layers.get(layer))
            .map_or(&[], Vec::as_slice)
    }
}

/// Another source's spikes, kept as they are drawn.
#[derive(Debug, Clone)]
pub struct KeptSpikes<S> {
    source: S,
    /// What has been drawn.
    pub spikes: RecordedSpikes,
}

impl<S: SpikeSource> KeptSpikes<S> {
    /// Keeps what `source` draws.
    pub fn new(source: S) -> Self {
        Self {
            source,
            spikes: RecordedSpikes::default(),
        }
    }
}

impl<S: SpikeSource> SpikeSource for KeptSpikes<S> {
    fn draw(
        &mut self,
        phase: Phase,
        step: usize,
        layer: usize,
        rates: &Array1<f64>,
        counts: &mut Array1<f64>,
    ) {
        self.source.draw(phase, step, layer, rates, counts);
        let steps = &mut self.spikes.phases[phase.index()].steps;
        if steps.len() <= step {
            steps.resize_with(step + 1, Vec::new);
        }
        if steps[step].len() <= layer {
            steps[step].resize_with(layer + 1, Vec::new);
        }
        let fired = counts.iter().enumerate().filter(|&(_, &count)| count > 0.0);
        steps[step][layer] = fired
            .map(|(neuron, &count)| (neuron as u32, count as u32))
            .collect();
    }
}

impl SpikeSource for &RecordedSpikes {
    fn draw(
        &mut self,
        phase: Phase,
        step: usize,
        layer: usize,
        _: &Array1<f64>,
        counts: &mut Array1<f64>,
    ) {
        counts.fill(0.0);
        for &(neuron, count) in self.at(phase, step, layer) {
            counts[neuron as usize] += f64::from(count);
        }
    }
}

#[cfg(test)]
mod tests {
    //! Promise: a rate of zero gives no spike, and one that is not a number is not taken for it.
    use super::*;
    use crate::rng::Purpose;

    #[test]
    fn rates_that_are_no_numbers_show() {
        let key = StreamKey::new(1, Purpose::TrainingSpikes, 1, 0);
        let rates = Array1::from(vec![0.0, f64::NAN, 0.2]);
        let mut counts = Array1::from_elem(3, -1.0);
        PoissonSpikes::new(key).draw(Phase::Forward, 0, 1, &rates, &mut counts);
        assert_eq!(counts[0], 0.0);
        assert!(counts[1].is_nan() && counts[2] >= 0.0);
    }
}
