//! Promise: looking at a training changes nothing, and what is seen is what the model computes.

use ndarray::Array1;
use segdend_core::data::digits;
use segdend_core::model::Keep;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::engine::Engine;
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
    let p = Parameters::authors_2017_05_10().valid().unwrap();
    let data = digits::generate(1, 1, 0);
    let sizes = [784, 70, 33, 10];
    let network = Network::initial(&sizes, &p, FeedbackWeights::Random, 4).unwrap();
    let schedule = Schedule::draw(&p, PlateauTiming::Synchronous, &[70, 33], 1, 1, 0);
    let spikes = SpikeDrive::Free(StreamKey::new(1, Purpose::TrainingSpikes, 1, 0));
    let noise = StreamKey::new(1, Purpose::FeedbackNoise, 1, 0);
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
            found.push((view.delta(layer), view.backpropagated_delta(layer)));
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

#[test]
fn a_probe_sees_every_step_and_kept_spikes_replay() {
    let p = Parameters::paper().valid().unwrap();
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
