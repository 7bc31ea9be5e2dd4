//! Promise: drawing freely, the engine and the reference are the same stochastic process - over a
//! thousand examples the means of rates, losses and updates agree within sampling error.
//!
//! Weights stand still (learning rates of zero), so that examples are draws from one distribution;
//! seeds are fixed, so the test gives the same answer every time. State carries over between
//! examples, so sampling errors come from means over blocks of examples.

use ndarray::Array1;
use segdend_core::data::{ImageSet, digits};
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::engine::Engine;
use segdend_core::segregated::example::{Example, SpikeDrive};
use segdend_core::segregated::mechanisms::{FeedbackWeights, Mechanisms, PlateauTiming};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::Parameters;
use segdend_core::segregated::record::ExampleRecord;
use segdend_core::segregated::reference::Reference;
use segdend_core::segregated::schedule::Schedule;
use segdend_core::segregated::spikes::PoissonSpikes;

const EXAMPLES: usize = 1_000;
const BLOCK: usize = 20;
const HIDDEN: [usize; 2] = [24, 12];

/// The images averaged over 4 x 4 blocks, which keeps the reference quick.
fn small_images() -> ImageSet {
    let data = digits::generate(1, 20, 0);
    let set = data.train();
    let mut pixels = Vec::new();
    for index in 0..set.len() {
        let image = set.image(index);
        for (row, column) in (0..49).map(|block| (block / 7 * 4, block % 7 * 4)) {
            let sum: u32 = (0..16)
                .map(|i| u32::from(image[(row + i / 4) * 28 + column + i % 4]))
                .sum();
            pixels.push((sum / 16) as u8);
        }
    }
    ImageSet::new(7, 7, pixels, set.labels().to_vec()).unwrap()
}

/// The quantities whose means are compared.
fn quantities(record: &ExampleRecord) -> Vec<f64> {
    let mut all = record.loss.clone();
    for layers in [
        &record.forward.mean_rate,
        &record.target.mean_rate,
        &record.forward.mean_psp,
        &record.forward.plateau,
        &record.target.plateau,
        &record.delta,
    ] {
        all.extend(layers.iter().flatten());
    }
    // Updates: the product of delta and mean PSP, one synapse a pair.
    for (delta, psp) in record.delta.iter().zip(&record.forward.mean_psp) {
        all.extend(delta.iter().zip(psp).map(|(d, x)| d * x));
    }
    all
}

fn block_means(samples: &[Vec<f64>]) -> Vec<Vec<f64>> {
    samples
        .chunks(BLOCK)
        .map(|block| {
            let width = block[0].len();
            (0..width)
                .map(|q| block.iter().map(|sample| sample[q]).sum::<f64>() / block.len() as f64)
                .collect()
        })
        .collect()
}

#[test]
fn means_over_a_thousand_examples_agree() {
    let images = small_images();
    for (parameters, timing) in [
        (Parameters::authors_2017_05_10(), PlateauTiming::Synchronous),
        (
            Parameters {
                apical_conductance: 0.05,
                ..Parameters::paper()
            },
            PlateauTiming::Stochastic,
        ),
    ] {
        let mechanisms = Mechanisms {
            plateau_timing: timing,
            ..Mechanisms::default()
        };
        let parameters = parameters.valid().unwrap();
        let network = Network::initial(
            &[49, HIDDEN[0], HIDDEN[1], 10],
            &parameters,
            FeedbackWeights::Random,
            2,
        )
        .unwrap();
        let mut engine =
            Engine::new(parameters.clone(), mechanisms, vec![0.0; 3], &network).unwrap();
        let mut reference =
            Reference::new(parameters.clone(), mechanisms, vec![0.0; 3], network).unwrap();
        let (mut fast, mut exact) = (Vec::new(), Vec::new());
        for example in 0..EXAMPLES {
            let index = example % images.len();
            let (image, label, e) = (images.image(index), images.label(index), example as u64);
            let noise = StreamKey::new(1, Purpose::FeedbackNoise, 1, e);
            let schedule = Schedule::draw(&parameters, timing, &HIDDEN, 1, 1, e);
            let drive = SpikeDrive::Free(StreamKey::new(1, Purpose::TrainingSpikes, 1, e));
            let (record, presented) = engine.observe(&Example {
                image,
                label,
                schedule: &schedule,
                spikes: drive,
                noise,
            });
            fast.push(quantities(&record));
            engine.learn(presented);
            let schedule = Schedule::draw(&parameters, timing, &HIDDEN, 2, 1, e);
            let mut spikes = PoissonSpikes::new(StreamKey::new(2, Purpose::TrainingSpikes, 1, e));
            let brightness = Array1::from_iter(image.iter().map(|&pixel| f64::from(pixel) / 255.0));
            let record = reference.present(&brightness, label, &schedule, &mut spikes);
            exact.push(quantities(&record));
            reference.learn(&record, noise);
        }
        let (fast, exact) = (block_means(&fast), block_means(&exact));
        let blocks = fast.len() as f64;
        let mut squares = Vec::new();
        for quantity in 0..fast[0].len() {
            let moments = |blocks_of: &[Vec<f64>]| {
                let mean = blocks_of.iter().map(|b| b[quantity]).sum::<f64>() / blocks;
                let variance = blocks_of
                    .iter()
                    .map(|b| (b[quantity] - mean).powi(2))
                    .sum::<f64>()
                    / (blocks - 1.0);
                (mean, variance / blocks)
            };
            let ((a, va), (b, vb)) = (moments(&fast), moments(&exact));
            if va + vb == 0.0 {
                assert_eq!(a, b, "quantity {quantity} never varies");
                continue;
            }
            let z = (a - b) / (va + vb).sqrt();
            // Among some 250 quantities |z| > 4.5 has a probability of about 0.002 (t with 98 degrees).
            assert!(z.abs() < 4.5, "quantity {quantity}: {a} and {b}, z = {z}");
            squares.push(z * z);
        }
        // The z are unit normal if the processes agree: their mean square is 1. Quantities are
        // correlated, so a wide margin; a bias of half a standard error everywhere would show.
        let mean_square = squares.iter().sum::<f64>() / squares.len() as f64;
        assert!(
            (0.6..1.5).contains(&mean_square),
            "mean z^2 = {mean_square} over {}",
            squares.len()
        );
    }
}
