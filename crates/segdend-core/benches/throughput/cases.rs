//! The networks that are measured, and one image shown to each simulator.

use std::path::Path;

use ndarray::Array1;
use segdend_core::data::{DataSet, digits, mnist};
use segdend_core::model::Keep;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::engine::{ColumnSums, Engine, SectionTimes};
use segdend_core::segregated::example::{Example, SpikeDrive};
use segdend_core::segregated::mechanisms::{FeedbackWeights, Mechanisms, PlateauTiming};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::{KernelMemory, Parameters, ValidParameters};
use segdend_core::segregated::reference::Reference;
use segdend_core::segregated::schedule::Schedule;
use segdend_core::segregated::spikes::PoissonSpikes;

/// Examples shown before anything is measured: rates fall from their initial heights.
const WARM_UP: usize = 2_000;
/// Recorded examples whose column sums are measured in turn.
const RECORDED: usize = 100;

/// A network and its parameters.
pub struct Case {
    pub name: String,
    pub hidden: Vec<usize>,
    pub parameters: ValidParameters,
}

impl Case {
    pub fn new(name: &str, hidden: &[usize], parameters: Parameters) -> Self {
        Self {
            name: name.to_owned(),
            hidden: hidden.to_vec(),
            parameters: parameters.valid().expect("the cases' parameters can run"),
        }
    }
}

/// The networks of the paper; the first is the one that all others are held against.
pub fn cases() -> Vec<Case> {
    let code = Parameters::default;
    let unlimited = Parameters {
        kernel_memory: KernelMemory::Unlimited,
        ..code()
    };
    let apical = Parameters {
        apical_conductance: 0.05,
        ..code()
    };
    vec![
        Case::new("784-500-10", &[500], code()),
        Case::new("784-10", &[], code()),
        Case::new("784-500-100-10", &[500, 100], code()),
        Case::new("784-500-10, unlimited kernel", &[500], unlimited),
        Case::new("784-500-10, g_A 0.05", &[500], apical.clone()),
        Case::new("784-500-100-10, g_A 0.05", &[500, 100], apical),
    ]
}

/// MNIST from the folder in `SEGDEND_DATA_DIR`, or the embedded digits.
pub fn data() -> DataSet {
    match std::env::var_os("SEGDEND_DATA_DIR") {
        Some(folder) => mnist::load(Path::new(&folder)).expect("MNIST in SEGDEND_DATA_DIR"),
        None => digits::generate(1, WARM_UP, 1_000),
    }
}

/// Both simulators of one case at the same weights, after some training.
pub struct Simulators<'a> {
    case: &'a Case,
    data: &'a DataSet,
    pub engine: Engine,
    schedule: Schedule,
    example: usize,
}

impl<'a> Simulators<'a> {
    pub fn new(case: &'a Case, data: &'a DataSet) -> Self {
        Self::warmed(case, data, WARM_UP)
    }

    pub fn warmed(case: &'a Case, data: &'a DataSet, examples: usize) -> Self {
        let mut sizes = vec![data.pixel_count()];
        sizes.extend_from_slice(&case.hidden);
        sizes.push(data.classes());
        let network = Network::initial(&sizes, &case.parameters, FeedbackWeights::Random, 1)
            .expect("sizes are fixed");
        let rates = vec![0.21; sizes.len() - 1];
        let (parameters, mechanisms) = (case.parameters.clone(), Mechanisms::default());
        let engine = Engine::new(parameters, mechanisms, rates, &network).expect("sizes are fixed");
        let mut simulators = Self {
            case,
            data,
            engine,
            schedule: Schedule::default(),
            example: 0,
        };
        for _ in 0..examples {
            simulators.train();
        }
        simulators
    }

    /// Draws for the next example, of the image with this number or of the next one.
    fn next(&mut self, index: Option<usize>) -> (&mut Engine, Example<'_>) {
        self.example += 1;
        let place = self.example as u64;
        let (parameters, hidden) = (&self.case.parameters, &self.case.hidden);
        let timing = PlateauTiming::Synchronous;
        self.schedule
            .redraw(parameters, timing, hidden, 1, 1, place);
        let train = self.data.train();
        let index = index.unwrap_or(self.example % train.len());
        let example = Example {
            image: train.image(index),
            label: train.label(index),
            schedule: &self.schedule,
            spikes: SpikeDrive::Free(StreamKey::new(1, Purpose::TrainingSpikes, 1, place)),
            noise: StreamKey::new(1, Purpose::FeedbackNoise, 1, place),
        };
        (&mut self.engine, example)
    }

    /// Trains the engine on the next image.
    pub fn train(&mut self) -> usize {
        let (engine, example) = self.next(None);
        let presented = engine.present(&example, Keep::Learning);
        let predicted = presented.predicted;
        engine.learn(presented);
        predicted
    }

    /// The same, timed by stage; returns the number of steps.
    pub fn time(&mut self, times: &mut SectionTimes) -> usize {
        let (engine, example) = self.next(None);
        engine.time_example(&example, times);
        example.schedule.steps.iter().sum()
    }

    /// The column sums of some examples, spread over the training images: a hundred neighbours can
    /// be darker or brighter than the others by a tenth and more.
    pub fn column_sums(&mut self) -> ColumnSums {
        let images = self.data.train().len();
        let recorded: Vec<_> = (0..RECORDED)
            .map(|nth| {
                let (engine, example) = self.next(Some(nth * images / RECORDED));
                let (record, presented) = engine.observe(&example);
                engine.learn(presented);
                record.spikes
            })
            .collect();
        ColumnSums::new(&self.engine, &recorded)
    }

    /// A reference at the engine's weights.
    pub fn reference(&self) -> Reference {
        Reference::new(
            self.case.parameters.clone(),
            Mechanisms::default(),
            vec![0.21; self.case.hidden.len() + 1],
            self.engine.network(),
        )
        .expect("sizes are fixed")
    }

    /// Trains a reference on the next image.
    pub fn train_reference(&mut self, reference: &mut Reference) -> usize {
        let (_, example) = self.next(None);
        let SpikeDrive::Free(key) = example.spikes else {
            unreachable!("the next example's spikes are drawn");
        };
        let spikes = &mut PoissonSpikes::new(key);
        let image = brightness(example.image);
        let record = reference.present(&image, example.label, example.schedule, spikes);
        reference.learn(&record, example.noise);
        record.predicted
    }

    /// Tests a reference on the next test image.
    pub fn test_reference(&mut self, reference: &mut Reference) -> Vec<f64> {
        self.example += 1;
        let index = self.example % self.data.test().len();
        let key = StreamKey::new(1, Purpose::TestSpikes, 1, index as u64);
        reference.test_image(
            &brightness(self.data.test().image(index)),
            &mut PoissonSpikes::new(key),
        )
    }
}

fn brightness(image: &[u8]) -> Array1<f64> {
    Array1::from_iter(image.iter().map(|&pixel| f64::from(pixel) / 255.0))
}
