//! Promise: circuits learn through the same training as the first model: errors fall, and however a
//! training is cut up, killed and resumed or spread over threads, it ends with the same bits.

use segdend_core::checkpoint;
use segdend_core::data::digits;
use segdend_core::microcircuit::network::InitialWeights;
use segdend_core::microcircuit::params::{
    CircuitParameters, Conductances, ContinuousParameters, LearningRates,
};
use segdend_core::microcircuit::teacher::RandomTeacher;
use segdend_core::microcircuit::transfer::Transfer;
use segdend_core::microcircuit::{
    ModelError, Patterns, Scheme, Training, TrainingError, TrainingSpec,
};
use segdend_core::training::TrainingState;

/// A small continuous circuit that learns from a teacher.
fn continuous() -> TrainingSpec {
    let circuit = CircuitParameters {
        conductances: Conductances::default(),
        transfer: Transfer::Logistic,
        learning_rates: LearningRates {
            up: vec![0.002, 0.001],
            ip: vec![0.002],
            pi: vec![0.0],
            down: vec![0.0],
        },
        bias_rate: 0.0,
        weight_limit: None,
    };
    TrainingSpec {
        hidden: vec![8],
        scheme: Scheme::Continuous(ContinuousParameters {
            sigma: 0.1,
            ..ContinuousParameters::new(circuit)
        }),
        initial: InitialWeights::uniform(0.5),
        self_predicting: true,
        epochs: 2,
        seed: 3,
    }
}

fn two_pass() -> TrainingSpec {
    TrainingSpec {
        hidden: vec![30, 20],
        epochs: 2,
        ..TrainingSpec::mnist()
    }
}

fn finish(mut training: Training<'_>, piece: usize) -> TrainingState {
    while !training.is_finished() {
        training.advance(piece).unwrap();
    }
    training.state()
}

fn in_pieces(spec: &TrainingSpec, patterns: &Patterns<'_>) {
    let whole = finish(Training::begin(spec, patterns).unwrap(), 10_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint.bin");
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let found = pool.build().unwrap().install(|| {
            let mut training = Training::begin(spec, patterns).unwrap();
            while !training.is_finished() {
                training.advance(7).unwrap();
                // As if killed and started again.
                checkpoint::write(&path, "key", &training.state()).unwrap();
                let state = checkpoint::read(&path, "key").unwrap().unwrap();
                training = Training::resume(spec, patterns, &state).unwrap();
            }
            training.state()
        });
        assert_eq!(found, whole, "{threads} threads");
    }
}

#[test]
fn pieces_and_threads_change_no_bit() {
    let images = digits::generate(4, 45, 33);
    let spec = two_pass();
    let transfer = spec.scheme.circuit().transfer;
    in_pieces(
        &spec,
        &Patterns::of_images(&images, transfer, [0.1, 0.8]).unwrap(),
    );
    let teacher = RandomTeacher::new([6, 4, 3], Transfer::Logistic, 2);
    in_pieces(
        &continuous(),
        &Patterns::of_stream(&teacher, Transfer::Logistic, 23, 11),
    );
}

#[test]
fn circuits_learn_digits_and_functions() {
    let images = digits::generate(1, 1_000, 300);
    // So few images need stronger nudging and higher rates than the paper's circuit.
    let mut spec = TrainingSpec {
        hidden: vec![50],
        epochs: 8,
        ..two_pass()
    };
    if let Scheme::TwoPass(parameters) = &mut spec.scheme {
        parameters.batch_size = 1;
        parameters.circuit.conductances = Conductances::default();
        parameters.circuit.learning_rates = LearningRates {
            up: vec![0.3, 0.1],
            ip: vec![0.1],
            pi: vec![0.0],
            down: vec![0.0],
        };
    }
    let transfer = spec.scheme.circuit().transfer;
    let patterns = Patterns::of_images(&images, transfer, [0.1, 0.8]).unwrap();
    let errors = finish(Training::begin(&spec, &patterns).unwrap(), 1_000).history;
    let errors = errors.test_errors_percent;
    assert!(errors[0] > 70.0 && errors[8] < 40.0, "{errors:?}");

    let teacher = RandomTeacher::new([6, 4, 3], Transfer::Logistic, 2);
    let patterns = Patterns::of_stream(&teacher, Transfer::Logistic, 200, 50);
    let spec = continuous();
    let errors = finish(Training::begin(&spec, &patterns).unwrap(), 1_000).history;
    let errors = errors.test_errors_percent;
    assert!(errors[2] < 0.7 * errors[0], "{errors:?}");
}

#[test]
fn what_does_not_fit_is_refused() {
    let images = digits::generate(4, 20, 10);
    let soft = Transfer::PAPER;
    assert!(Patterns::of_images(&images, soft, [-0.1, 0.8]).is_err());
    let patterns = Patterns::of_images(&images, Transfer::Logistic, [0.1, 0.8]).unwrap();
    let one_layer = TrainingSpec {
        hidden: vec![30],
        ..two_pass()
    };
    assert!(matches!(
        Training::begin(&one_layer, &patterns).unwrap_err(),
        TrainingError::Model(ModelError::Parameters(_))
    ));
    let mut state = Training::begin(&two_pass(), &patterns).unwrap().state();
    state.model.pop();
    assert!(matches!(
        Training::resume(&two_pass(), &patterns, &state).unwrap_err(),
        TrainingError::Model(ModelError::Snapshot(_))
    ));
}
