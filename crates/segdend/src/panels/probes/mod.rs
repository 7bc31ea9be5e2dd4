//! Single examples in the reference simulator, watched step by step.
//!
//! | module | panel |
//! |---|---|
//! | `transmit_and_plateau` | 3C: one neuron over a forward phase |
//! | `phases` | 4A: the phases of two examples |
//! | `phase_lengths` | 4B: sampled phase lengths |
//! | `plateau_raster` | 6-S1A: stochastic plateau times |
//! | `apical_attenuation` | 9A: one neuron under apical spikes alone |
//! | `timing_prediction` | 10B: the proposed experiment, simulated |
//!
//! Times are in ms since the first example began: what a step of 1 ms leads to - voltages, rates,
//! spikes - stands at the step's end, so the first step's at 1 ms and a phase's last at its length.

pub(super) mod apical_attenuation;
pub(super) mod phase_lengths;
pub(super) mod phases;
pub(super) mod plateau_raster;
pub(super) mod timing_prediction;
pub(super) mod transmit_and_plateau;

use anyhow::{Context, Result};
use ndarray::{Array1, Array2};
use segdend_core::data::ImageSet;
use segdend_core::rng::{Occasion, Purpose, StreamKey};
use segdend_core::segregated::TrainingSpec;
use segdend_core::segregated::network::{Network, NetworkError};
use segdend_core::segregated::params::ValidParameters;
use segdend_core::segregated::record::ExampleRecord;
use segdend_core::segregated::reference::{self, Reference};
use segdend_core::segregated::schedule::{Phase, Schedule};
use segdend_core::segregated::spikes::{KeptSpikes, PoissonSpikes, RecordedSpikes, SpikeSource};

use super::Material;
use crate::tables::Table;

/// What watched examples are drawn on.
const OCCASION: Occasion = Occasion::WatchedExample;

/// A trained network whose weights stand still.
struct TrainedNetwork {
    spec: TrainingSpec,
    parameters: ValidParameters,
    reference: Reference,
}

/// An example that was shown.
struct Shown {
    /// When its phases ended.
    schedule: Schedule,
    /// Averages and plateaus.
    record: ExampleRecord,
    /// All spikes.
    spikes: RecordedSpikes,
}

impl TrainedNetwork {
    /// The final weights of a run of the panel, at rest.
    fn of(material: &Material<'_>, run: &str) -> Result<Self> {
        let network = material.final_network(run)?;
        Self::new(&material.run(run)?.run.spec, network)
    }

    /// This network with the parameters, mechanisms and seed of a training, at rest.
    fn new(spec: &TrainingSpec, network: Network) -> Result<Self> {
        let (parameters, rates) = (
            spec.parameters.clone().valid()?,
            spec.learning_rates.clone(),
        );
        Ok(Self {
            spec: spec.clone(),
            reference: Reference::new(parameters.clone(), spec.mechanisms, rates, network)?,
            parameters,
        })
    }

    /// Shows an image as a training example. Voltages and spike histories are those that the
    /// example before left behind. The image's number names the streams of its spikes and lengths.
    fn show(&mut self, images: &ImageSet, index: usize, look: &mut reference::Probe<'_>) -> Shown {
        let (spec, example) = (&self.spec, index as u64);
        let schedule = Schedule::draw(
            &self.parameters,
            spec.mechanisms.plateau_timing,
            &spec.hidden,
            spec.seed,
            OCCASION,
            example,
        );
        let stream = StreamKey::new(spec.seed, Purpose::TrainingSpikes, OCCASION, example);
        let mut spikes = KeptSpikes::new(PoissonSpikes::new(stream));
        let record = self.reference.present_probed(
            &Array1::from(brightness(images, index)),
            images.label(index),
            &schedule,
            &mut spikes,
            look,
        );
        Shown {
            schedule,
            record,
            spikes: spikes.spikes,
        }
    }
}

/// The first '9', the digit that the paper's Figure 4A shows.
fn first_nine(images: &ImageSet) -> Result<usize> {
    (0..images.len())
        .find(|&image| images.label(image) == 9)
        .context("no test image shows a '9': use a larger scale")
}

/// Pixels from 0 (ground) to 1 (full ink).
fn brightness(images: &ImageSet, index: usize) -> Vec<f64> {
    let pixels = images.image(index).iter();
    pixels.map(|&pixel| f64::from(pixel) / 255.0).collect()
}

/// A single hidden neuron between basal inputs and apical axons, which are the output units. Its
/// own spikes lead nowhere: the output units' spikes are to be prescribed.
fn one_neuron(basal: Array2<f64>, bias: f64, apical: Array2<f64>) -> Result<Network, NetworkError> {
    let (inputs, axons) = (basal.ncols(), apical.ncols());
    let network = Network {
        sizes: vec![inputs, 1, axons],
        weights: vec![basal, Array2::zeros((axons, 1))],
        biases: vec![Array1::from(vec![bias]), Array1::zeros(axons)],
        feedback: vec![apical],
    };
    network.validate()?;
    Ok(network)
}

/// Spikes at the two dendrites of [`one_neuron`]: basal ones as the image says, apical ones as an
/// experimenter says, whatever the output units' voltages are.
struct ControlledInputs<D> {
    basal: PoissonSpikes,
    apical: PoissonSpikes,
    apical_rate_per_ms: f64,
    drives_apical: D,
}

impl<D: Fn(Phase, usize) -> bool> ControlledInputs<D> {
    /// Poisson spikes from parts of a stream: the basal ones do not depend on the apical ones.
    /// Every apical axon fires at `apical_rate_per_ms` in the steps that `drives_apical` names.
    fn new(stream: StreamKey, apical_rate_per_ms: f64, drives_apical: D) -> Self {
        Self {
            basal: PoissonSpikes::new(stream.within(0)),
            apical: PoissonSpikes::new(stream.within(1)),
            apical_rate_per_ms,
            drives_apical,
        }
    }
}

/// The place of [`one_neuron`]'s apical axons among its layers.
const AXONS: usize = 2;

impl<D: Fn(Phase, usize) -> bool> SpikeSource for ControlledInputs<D> {
    fn draw(
        &mut self,
        phase: Phase,
        step: usize,
        layer: usize,
        rates: &Array1<f64>,
        counts: &mut Array1<f64>,
    ) {
        match layer {
            0 => self.basal.draw(phase, step, layer, rates, counts),
            AXONS if (self.drives_apical)(phase, step) => {
                let rates = Array1::from_elem(counts.len(), self.apical_rate_per_ms);
                self.apical.draw(phase, step, layer, &rates, counts);
            }
            _ => counts.fill(0.0),
        }
    }
}

/// When a layer's neurons fired in a phase that began at `start_ms`, in ms: `None` takes all
/// neurons. Two spikes in a step are two times.
fn spike_times_ms(
    spikes: &RecordedSpikes,
    (phase, start_ms): (Phase, f64),
    layer: usize,
    neuron: Option<usize>,
) -> Vec<f64> {
    let steps = spikes.phases[phase.index()].steps.len();
    let mut times = Vec::new();
    for step in 0..steps {
        for &(who, count) in spikes.at(phase, step, layer) {
            if neuron.is_none_or(|neuron| neuron == who as usize) {
                let time = start_ms + end_of_ms(step);
                times.extend(std::iter::repeat_n(time, count as usize));
            }
        }
    }
    times
}

/// The end of a phase's step, in ms since the phase began.
fn end_of_ms(step: usize) -> f64 {
    (step + 1) as f64
}

/// The columns that say when the phases of an example began and ended.
const BOUNDS: [&str; 3] = ["forward_start_ms", "target_start_ms", "end_ms"];

/// Names a column.
fn column(name: &str, values: Vec<f64>) -> (String, Vec<f64>) {
    (name.to_owned(), values)
}

/// The first value of a column.
fn only(table: &Table, name: &str) -> Result<f64> {
    let first = table.column(name)?.first().copied();
    first.with_context(|| format!("the column `{name}` is empty"))
}

#[cfg(test)]
mod tests {
    //! Promise: a watched example is that of the training's own parameters, and leaves the weights
    //! as they are.
    use super::*;
    use segdend_core::data::{DataSet, digits};
    use segdend_core::segregated::Training;

    /// Digits, and a network of 20 hidden neurons that has seen 60 of them.
    pub(super) fn trained() -> (DataSet, TrainingSpec, Network) {
        let data = digits::generate(1, 60, 40);
        let spec = TrainingSpec {
            hidden: vec![20],
            epochs: 1,
            final_tests: 0,
            ..TrainingSpec::default()
        };
        let mut training = Training::begin(&spec, &data).unwrap();
        while !training.is_finished() {
            training.advance(64).unwrap();
        }
        let network = training.model().engine().network();
        (data, spec, network)
    }

    /// Writes a table and reads it.
    pub(super) fn through_a_file(table: &Table) -> Table {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        table.write(&path).unwrap();
        Table::read(&path).unwrap()
    }

    #[test]
    fn weights_stand_still_and_steps_are_all_seen() {
        let (data, spec, network) = trained();
        let mut trained = TrainedNetwork::new(&spec, network.clone()).unwrap();
        let mut steps = 0;
        let shown = trained.show(data.test(), 3, &mut |_, _, _| steps += 1);
        assert_eq!(*trained.reference.network(), network);
        assert_eq!(steps, shown.schedule.steps.iter().sum::<usize>());
        assert!(shown.schedule.steps.iter().all(|&steps| steps >= 50));
    }
}
