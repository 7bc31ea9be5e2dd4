//! Promise: looking at a training changes nothing, and what is seen is what the model computes.

use ndarray::Array1;
use segdend_core::data::digits;
use segdend_core::model::Keep;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::engine::{
    Engine, Inequality, SimdLevel, TheoremWindow, UpdateProducts,
};
use segdend_core::segregated::example::{Example, SpikeDrive};
use segdend_core::segregated::mechanisms::{
    FeedbackWeights, LearningRule, Mechanisms, PlateauTiming,
};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::Parameters;
use segdend_core::segregated::reference::Reference;
use segdend_core::segregated::schedule::{Phase, Schedule};
use segdend_core::segregated::spikes::{KeptSpikes, PoissonSpikes};
use segdend_core::segregated::{Training, TrainingSpec};

#[test]
fn a_watched_training_is_the_same_training() {
    let data = digits::generate(3, 40, 20);
    let spec = TrainingSpec {
        hidden: vec![30, 20],
        learning_rates: vec![0.2; 3],
        epochs: 2,
        final_tests: 0,
        ..TrainingSpec::default()
    };
    let mut plain = Training::begin(&spec, &data).unwrap();
    let mut watched = Training::begin(&spec, &data).unwrap();
    let mut seen = Vec::new();
    while !plain.is_finished() {
        plain.advance(7).unwrap();
        watched
            .advance_watched(7, Keep::MeanRates, &mut |epoch, place, model| {
                let view = model.engine().view();
                assert!(
                    view.mean_rate(Phase::Forward, 0)
                        .iter()
                        .all(|&rate| rate > 0.0)
                );
                seen.push((epoch, place));
            })
            .unwrap();
    }
    assert_eq!(plain.weights_sha256(), watched.weights_sha256());
    assert_eq!(plain.history(), watched.history());
    let all: Vec<_> = (1..=2)
        .flat_map(|epoch| (0..40).map(move |place| (epoch, place)))
        .collect();
    assert_eq!(seen, all);
}

/// One example of the engine under both rules, and what a view of the first shows.
#[test]
fn backpropagation_as_seen_is_backpropagation_as_learned() {
    let p = Parameters::authors_2017_05_10();
    let data = digits::generate(1, 1, 0);
    let sizes = [784, 70, 33, 10];
    let network = Network::initial(&sizes, &p, FeedbackWeights::Random, 4).unwrap();
    let schedule = Schedule::draw(&p, PlateauTiming::Synchronous, &[70, 33], 1, 1, 0);
    let spikes = SpikeDrive::Free(StreamKey::new(1, Purpose::TrainingSpikes, 1, 0));
    let noise = StreamKey::new(1, Purpose::FeedbackNoise, 1, 0);
    // What is seen of the angle between the two is what the two say.
    let check = |own: &[f64], other: &[f64], products: UpdateProducts| {
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let (own_own, other_other) = (product(own, own), product(other, other));
        let near = 1e-5 * (own_own * other_other).sqrt();
        assert!((products.own - own_own).abs() < 1e-5 * own_own);
        assert!((products.backpropagated - other_other).abs() < 1e-5 * other_other);
        assert!((products.mixed - product(own, other)).abs() < near);
    };
    let deltas = |rule| {
        let mechanisms = Mechanisms {
            learning_rule: rule,
            ..Mechanisms::default()
        };
        let mut engine = Engine::new(p.clone(), mechanisms, vec![0.2; 3], &network).unwrap();
        let mut found = Vec::new();
        let (image, label) = (data.train().image(0), data.train().label(0));
        let example = Example {
            image,
            label,
            schedule: &schedule,
            spikes,
            noise,
        };
        engine.present(&example, Keep::Learning);
        let view = engine.view();
        for layer in 0..3 {
            let (own, other) = (view.delta(layer), view.backpropagated_delta(layer));
            check(&own, &other, view.update_products(layer));
            found.push((own, other));
        }
        found
    };
    let local = deltas(LearningRule::Local);
    let backpropagated = deltas(LearningRule::Backpropagation);
    for ((own, seen), (learned, _)) in local.iter().zip(&backpropagated) {
        let largest = learned.iter().fold(0.0_f64, |most, d| most.max(d.abs()));
        assert!(largest > 0.0 && own.iter().any(|&d| d != 0.0));
        for (seen, learned) in seen.iter().zip(learned) {
            assert!(
                (seen - learned).abs() < 2e-5 * largest,
                "{seen} for {learned}"
            );
        }
    }
    assert_eq!(local[2].0, local[2].1);
    assert_ne!(local[0].0, local[0].1);
}

/// What is computed of some examples at a level of registers: matrices, both sides of Eq. 8, angles.
fn watched_at(level: SimdLevel, hidden: usize, classes: usize) -> Vec<u64> {
    let p = Parameters::authors_2017_05_10();
    let data = digits::generate(2, 12, 0);
    let network =
        Network::initial(&[784, hidden, classes], &p, FeedbackWeights::Random, 4).unwrap();
    let mechanisms = Mechanisms::default();
    let mut engine =
        Engine::with_level(p.clone(), mechanisms, vec![0.2; 2], &network, level).unwrap();
    let (mut window, mut entries, mut bits) = (None, Vec::new(), Vec::new());
    for index in 0..data.train().len() {
        let example = index as u64;
        let schedule = Schedule::draw(&p, PlateauTiming::Synchronous, &[hidden], 1, 1, example);
        let spikes = SpikeDrive::Free(StreamKey::new(1, Purpose::TrainingSpikes, 1, example));
        let noise = StreamKey::new(1, Purpose::FeedbackNoise, 1, example);
        let (image, label) = (data.train().image(index), data.train().label(index));
        let example = Example {
            image,
            label,
            schedule: &schedule,
            spikes,
            noise,
        };
        let presented = engine.present(&example, Keep::MeanRates);
        let view = engine.view();
        // A window that is refilled while it is watched.
        let window = window.get_or_insert_with(|| TheoremWindow::new(&view, 5).unwrap());
        let Inequality { left, right } = window.push(&view);
        let products = view.update_products(0);
        bits.extend([left, right, products.own, products.mixed].map(f64::to_bits));
        window.mean_of_products(&mut entries);
        bits.extend(entries.iter().map(|entry| entry.to_bits()));
        window.product_of_means(&mut entries);
        assert_eq!(entries.len(), classes * classes);
        bits.extend(entries.iter().map(|entry| entry.to_bits()));
        engine.learn(presented);
    }
    bits
}

#[test]
fn registers_do_not_show_in_what_is_seen() {
    for (hidden, classes) in [(500, 10), (65, 10), (40, 23)] {
        let seen = watched_at(SimdLevel::Baseline, hidden, classes);
        for level in SimdLevel::available() {
            assert_eq!(watched_at(level, hidden, classes), seen, "{level:?}");
        }
    }
}

#[test]
fn a_probe_sees_every_step_and_kept_spikes_replay() {
    let p = Parameters::paper();
    let network = Network::initial(&[4, 3, 2], &p, FeedbackWeights::Random, 1).unwrap();
    let reference = || {
        Reference::new(
            p.clone(),
            Mechanisms::default(),
            vec![0.2; 2],
            network.clone(),
        )
        .unwrap()
    };
    let schedule = Schedule::draw(&p, PlateauTiming::Synchronous, &[3], 1, 1, 0);
    let image = Array1::from(vec![0.0, 0.5, 1.0, 0.2]);
    let key = StreamKey::new(1, Purpose::TrainingSpikes, 1, 0);
    let mut kept = KeptSpikes::new(PoissonSpikes::new(key));
    let mut rates = [vec![], vec![]];
    let probed = reference().present_probed(
        &image,
        1,
        &schedule,
        &mut kept,
        &mut |phase, step, layers| {
            assert_eq!(rates[phase.index()].len(), step);
            rates[phase.index()].push(layers[1].rate[1]);
        },
    );
    assert_eq!([rates[0].len(), rates[1].len()], schedule.steps);
    // The teaching current drives unit 1 towards its highest rate.
    assert!(rates[1].last() > rates[0].last());
    let replayed = reference().present(&image, 1, &schedule, &mut &kept.spikes);
    assert_eq!(replayed, probed);
}
