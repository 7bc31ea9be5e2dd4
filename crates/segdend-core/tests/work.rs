//! Promise: the engine does no more work than it must. An update touches the columns of the neurons
//! that were active and no others; and how much is done in a fixed example - steps, spikes, weights
//! changed - is what it was, so that a silent change of the algorithm shows.

use segdend_core::data::digits;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::engine::Engine;
use segdend_core::segregated::example::{Example, SpikeDrive};
use segdend_core::segregated::mechanisms::{FeedbackWeights, Mechanisms, PlateauTiming};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::Parameters;
use segdend_core::segregated::record::ExampleRecord;
use segdend_core::segregated::schedule::Schedule;

const HIDDEN: usize = 70;

fn one_example() -> (Network, ExampleRecord, Network) {
    let p = Parameters::authors_2017_05_10().valid().unwrap();
    let network = Network::initial(&[784, HIDDEN, 10], &p, FeedbackWeights::Random, 4).unwrap();
    let mut engine = Engine::new(p.clone(), Mechanisms::default(), vec![0.2; 2], &network).unwrap();
    let data = digits::generate(1, 1, 0);
    let schedule = Schedule::draw(&p, PlateauTiming::Synchronous, &[HIDDEN], 1, 1, 0);
    let before = engine.network();
    let (record, presented) = engine.observe(&Example {
        image: data.train().image(0),
        label: data.train().label(0),
        schedule: &schedule,
        spikes: SpikeDrive::Free(StreamKey::new(1, Purpose::TrainingSpikes, 1, 0)),
        noise: StreamKey::new(1, Purpose::FeedbackNoise, 1, 0),
    });
    assert_eq!(engine.network(), before, "presenting changes no weight");
    engine.learn(presented);
    (before, record, engine.network())
}

#[test]
fn an_update_touches_only_the_columns_of_active_neurons() {
    let (before, record, after) = one_example();
    for layer in 0..2 {
        let active = &record.forward.mean_psp[layer];
        for ((unit, input), &weight) in after.weights[layer].indexed_iter() {
            if active[input] == 0.0 {
                assert_eq!(weight, before.weights[layer][(unit, input)]);
            }
        }
        assert_ne!(after.weights[layer], before.weights[layer]);
    }
    assert!(record.forward.mean_psp[0].contains(&0.0));
}

#[test]
fn the_work_of_an_example_is_what_it_was() {
    let (before, record, after) = one_example();
    let steps = record.spikes.phases.iter().map(|phase| phase.steps.len());
    let spikes = |layer: usize| -> u32 {
        let steps = record.spikes.phases.iter().flat_map(|phase| &phase.steps);
        steps
            .flat_map(|step| &step[layer])
            .map(|&(_, count)| count)
            .sum()
    };
    let changed = |layer: usize| {
        let pairs = before.weights[layer].iter().zip(&after.weights[layer]);
        pairs.filter(|(before, after)| before != after).count()
    };
    assert_eq!(
        (
            steps.collect::<Vec<_>>(),
            [spikes(0), spikes(1), spikes(2)],
            [changed(0), changed(1)]
        ),
        (vec![51, 51], [1193, 935, 80], [5670, 690])
    );
}
