//! What no event-driven simulator can do without, to measure the engine against: adding up the
//! weight columns of the neurons that fired.

use super::Engine;
use super::column_sums::column_sum;
use super::layer::LayerWeights;
use super::phase::Weights;
use super::spike_train::SpikeTrain;
use crate::segregated::schedule::Phase;
use crate::segregated::spikes::RecordedSpikes;
use crate::simd::lanes::Lanes;
use crate::simd::{Available, Kernel, Vector, Wide, for_vectors};

/// The column sums of recorded examples and nothing else.
#[derive(Debug, Clone)]
pub struct ColumnSums {
    weights: Weights,
    level: Available,
    /// By example, then by phase, then by population from the input up.
    trains: Vec<[Vec<SpikeTrain>; 2]>,
}

impl ColumnSums {
    /// The sums that `engine` forms in these examples.
    pub fn new<'a>(
        engine: &Engine,
        examples: impl IntoIterator<Item = &'a RecordedSpikes>,
    ) -> Self {
        let layers = engine.weights.hidden.len() + 1;
        let trains = |recorded: &RecordedSpikes| {
            [Phase::Forward, Phase::Target].map(|phase| {
                let steps = recorded.phases[phase.index()].steps.len();
                let train = |layer| {
                    let mut train = SpikeTrain::default();
                    train.load(steps, |step| recorded.at(phase, step, layer));
                    train
                };
                (0..layers).map(train).collect()
            })
        };
        Self {
            weights: engine.weights.clone(),
            level: engine.settings.level,
            trains: examples.into_iter().map(trains).collect(),
        }
    }

    /// Adds up the columns of one example (counted round and round); returns something that
    /// depends on every sum.
    pub fn add_up(&self, example: usize) -> f32 {
        self.level.run(AddUp {
            weights: &self.weights,
            trains: &self.trains[example % self.trains.len()],
        })
    }
}

struct AddUp<'a> {
    weights: &'a Weights,
    trains: &'a [Vec<SpikeTrain>; 2],
}

impl Kernel for AddUp<'_> {
    type Output = f32;

    #[inline(always)]
    fn run<V: Vector>(self) -> f32 {
        let mut all = 0.0;
        for trains in self.trains {
            for (weights, train) in self.weights.hidden.iter().zip(trains) {
                all += layer::<V, _>(weights, train);
            }
            all += layer::<V, _>(&self.weights.output, &trains[self.weights.hidden.len()]);
        }
        all
    }
}

#[inline(always)]
fn layer<V: Vector, const W: usize>(weights: &LayerWeights<W>, train: &SpikeTrain) -> f32 {
    let mut last = Lanes::<W>::ZERO;
    for tile in 0..weights.biases.len() {
        let columns = weights.feedforward.tile(tile);
        for_vectors!(W, weights.units_of(tile), N => {
            let mut sum = Wide::<V, N>::load(&last);
            for step in 0..train.steps() {
                sum = sum.add(column_sum(columns, train.at(step)));
            }
            sum.store(&mut last);
        });
    }
    last.0.iter().sum()
}
