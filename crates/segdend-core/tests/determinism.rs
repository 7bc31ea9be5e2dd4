//! Promise: the same specification and data give the same bits - on any number of threads, at any
//! register width, cut into any pieces, stopped and resumed from a file - and these bits do not
//! change unless `segregated::VERSION` does.

use segdend_core::checkpoint::{self, CheckpointError};
use segdend_core::data::{DataSet, digits};
use segdend_core::model::Keep;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated;
use segdend_core::segregated::engine::{Engine, SimdLevel};
use segdend_core::segregated::example::{Example, SpikeDrive};
use segdend_core::segregated::mechanisms::{FeedbackWeights, Mechanisms, PlateauTiming};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::Parameters;
use segdend_core::segregated::schedule::Schedule;
use segdend_core::segregated::{ModelError, Training, TrainingError, TrainingSpec};
use segdend_core::training::{History, Stage};

fn data() -> DataSet {
    digits::generate(3, 60, 30)
}

fn spec() -> TrainingSpec {
    TrainingSpec {
        hidden: vec![40, 20],
        learning_rates: vec![0.23, 0.23, 0.12],
        epochs: 2,
        final_tests: 2,
        seed: 5,
        ..TrainingSpec::default()
    }
}

fn finish(mut training: Training<'_>, slice: usize) -> (String, History) {
    while !training.is_finished() {
        training.advance(slice).unwrap();
    }
    let after_epochs = &training.history().weights_sha256;
    assert_eq!(after_epochs.len(), training.spec().epochs);
    assert_eq!(after_epochs.last(), Some(&training.weights_sha256()));
    (training.weights_sha256(), training.history().clone())
}

fn run(spec: &TrainingSpec, slice: usize, threads: usize) -> (String, History) {
    let data = data();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| finish(Training::begin(spec, &data).unwrap(), slice))
}

#[test]
fn threads_and_pieces_do_not_matter() {
    let whole = run(&spec(), 1_000, 1);
    for (slice, threads) in [(1, 1), (7, 2), (1_000, 3)] {
        assert_eq!(
            run(&spec(), slice, threads),
            whole,
            "pieces of {slice} on {threads} threads"
        );
    }
    assert_ne!(
        run(&TrainingSpec { seed: 6, ..spec() }, 1_000, 1).0,
        whole.0
    );
}

#[test]
fn the_numbers_are_what_they_were() {
    // A new hash here means other numbers: raise segregated::VERSION with it.
    assert_eq!(segregated::VERSION, 2);
    for (parameters, hash) in [
        (
            Parameters::authors_2017_05_10(),
            "921fbbbc5d8b87b9172813d283166652431caed36fed8d96d0e14e2c7dc08fb6",
        ),
        (
            Parameters {
                apical_conductance: 0.05,
                ..Parameters::paper()
            },
            "8d37b3d27323d01403004699e1957b78635c33962172f8eb36e7703f99a51836",
        ),
    ] {
        assert_eq!(
            run(
                &TrainingSpec {
                    parameters,
                    ..spec()
                },
                1_000,
                1
            )
            .0,
            hash
        );
    }
}

#[test]
fn every_register_width_gives_the_same_bits() {
    let data = data();
    let levels = SimdLevel::available();
    println!("levels: {levels:?}");
    for parameters in [
        Parameters::authors_2017_05_10(),
        Parameters {
            apical_conductance: 0.6,
            ..Parameters::paper()
        },
    ] {
        let mechanisms = Mechanisms {
            plateau_timing: PlateauTiming::Stochastic,
            ..Mechanisms::default()
        };
        let parameters = parameters.valid().unwrap();
        let network =
            Network::initial(&[784, 70, 40, 10], &parameters, FeedbackWeights::Random, 1).unwrap();
        let mut snapshots = levels.iter().map(|&level| {
            let mut engine = Engine::with_level(
                parameters.clone(),
                mechanisms,
                vec![0.2; 3],
                &network,
                level,
            )
            .unwrap();
            assert_eq!(engine.simd_level(), level);
            for example in 0..5 {
                let (image, label) = (data.train().image(example), data.train().label(example));
                let e = example as u64;
                let schedule =
                    Schedule::draw(&parameters, mechanisms.plateau_timing, &[70, 40], 1, 1, e);
                let spikes = SpikeDrive::Free(StreamKey::new(1, Purpose::TrainingSpikes, 1, e));
                let presented = engine.present(
                    &Example {
                        image,
                        label,
                        schedule: &schedule,
                        spikes,
                        noise: StreamKey::new(1, Purpose::FeedbackNoise, 1, e),
                    },
                    Keep::Learning,
                );
                engine.learn(presented);
            }
            engine.snapshot()
        });
        let first = snapshots.next().unwrap();
        assert!(snapshots.all(|snapshot| snapshot == first));
    }
}

#[test]
fn a_training_stopped_anywhere_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint.bin");
    let data = data();
    for parameters in [
        Parameters::authors_2017_05_10(),
        Parameters {
            apical_conductance: 0.05,
            ..Parameters::paper()
        },
    ] {
        let spec = TrainingSpec {
            parameters,
            ..spec()
        };
        let whole = finish(Training::begin(&spec, &data).unwrap(), 1_000);
        let mut stages = Vec::new();
        for pieces in [1, 4, 9, 10, 15, 17, 19, 21] {
            let mut training = Training::begin(&spec, &data).unwrap();
            for _ in 0..pieces {
                training.advance(13).unwrap();
            }
            stages.push(training.stage());
            checkpoint::write(&path, "key", &training.state()).unwrap();
            drop(training);
            let state = checkpoint::read(&path, "key").unwrap().unwrap();
            assert_eq!(
                finish(Training::resume(&spec, &data, &state).unwrap(), 29),
                whole,
                "stopped after {pieces} pieces"
            );
        }
        assert!(
            stages
                .iter()
                .any(|stage| matches!(stage, Stage::Train { epoch: 2, .. }))
        );
        assert!(
            stages
                .iter()
                .any(|stage| matches!(stage, Stage::FinalTest { .. }))
        );
    }
}

#[test]
fn a_damaged_or_foreign_checkpoint_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint.bin");
    let data = data();
    assert!(checkpoint::read(&path, "key").unwrap().is_none());
    let mut training = Training::begin(&spec(), &data).unwrap();
    training.advance(5).unwrap();
    checkpoint::write(&path, "key", &training.state()).unwrap();
    assert!(matches!(
        checkpoint::read(&path, "other"),
        Err(CheckpointError::OtherTraining { .. })
    ));
    let other = TrainingSpec {
        hidden: vec![41, 20],
        ..spec()
    };
    let state = checkpoint::read(&path, "key").unwrap().unwrap();
    assert!(matches!(
        Training::resume(&other, &data, &state),
        Err(TrainingError::Model(ModelError::Snapshot(_)))
    ));
    let whole = std::fs::read(&path).unwrap();
    for cut in [0, 5, 30, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..cut]).unwrap();
        assert!(
            matches!(
                checkpoint::read(&path, "key"),
                Err(CheckpointError::Damaged { .. })
            ),
            "cut to {cut} bytes"
        );
    }
    for place in [3, 9, 40, whole.len() / 2, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x10;
        std::fs::write(&path, &damaged).unwrap();
        assert!(
            checkpoint::read(&path, "key").is_err(),
            "byte {place} changed"
        );
    }
}
