//! Promise: given the same spikes, the engine arrives at the reference's numbers within f32
//! rounding - for every setting of the model, over several examples, state carrying over.
//!
//! The engine draws spikes freely and keeps them; the reference replays them.

use ndarray::Array1;
use segdend_core::data::digits;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::engine::Engine;
use segdend_core::segregated::example::{Example, SpikeDrive};
use segdend_core::segregated::mechanisms::{
    FeedbackSignal, FeedbackWeights, LearningRule, Mechanisms, PlateauTiming,
};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::{
    AveragingWindow, HiddenError, HiddenTarget, KernelMemory, Parameters, VoltageAverage,
};
use segdend_core::segregated::reference::Reference;
use segdend_core::segregated::replay::{Comparison, Tolerance};
use segdend_core::segregated::schedule::Schedule;

fn follow(hidden: &[usize], parameters: Parameters, mechanisms: Mechanisms) {
    let parameters = parameters.valid().unwrap();
    let data = digits::generate(1, 6, 0);
    let sizes: Vec<usize> = [784]
        .into_iter()
        .chain(hidden.iter().copied())
        .chain([10])
        .collect();
    let network = Network::initial(&sizes, &parameters, mechanisms.feedback_weights, 4).unwrap();
    let rates = vec![0.21; sizes.len() - 1];
    let mut engine = Engine::new(parameters.clone(), mechanisms, rates.clone(), &network).unwrap();
    // The reference starts from the engine's weights, which were rounded to f32.
    let mut reference =
        Reference::new(parameters.clone(), mechanisms, rates, engine.network()).unwrap();
    let mut comparison = Comparison::default();
    for example in 0..6 {
        let (image, label) = (data.train().image(example), data.train().label(example));
        let example = example as u64;
        let schedule = Schedule::draw(
            &parameters,
            mechanisms.plateau_timing,
            hidden,
            4,
            1,
            example,
        );
        let spikes = StreamKey::new(4, Purpose::TrainingSpikes, 1, example);
        let noise = StreamKey::new(4, Purpose::FeedbackNoise, 1, example);
        let (found, presented) = engine.observe(&Example {
            image,
            label,
            schedule: &schedule,
            spikes: SpikeDrive::Free(spikes),
            noise,
        });
        engine.learn(presented);
        let brightness = Array1::from_iter(image.iter().map(|&pixel| f64::from(pixel) / 255.0));
        let expected = reference.present(&brightness, label, &schedule, &mut &found.spikes);
        reference.learn(&expected, noise);
        assert_eq!(expected.predicted, found.predicted);
        comparison.add(&expected, &found);
        comparison.add_network(reference.network(), &engine.network());
    }
    let report = comparison.report(Tolerance::F32);
    let beyond: Vec<_> = report.deviations.iter().filter(|d| !d.within).collect();
    assert!(report.passed, "{hidden:?}: {beyond:#?}");
}

#[test]
fn with_no_one_and_two_hidden_layers() {
    for hidden in [&[][..], &[70], &[70, 33], &[40, 20, 32]] {
        follow(
            hidden,
            Parameters::authors_2017_05_10(),
            Mechanisms::default(),
        );
        follow(hidden, Parameters::paper(), Mechanisms::default());
    }
}

#[test]
fn at_the_papers_sizes() {
    follow(
        &[500, 100],
        Parameters::authors_2017_05_10(),
        Mechanisms::default(),
    );
}

#[test]
fn with_apical_conductance() {
    for apical_conductance in [0.05, 0.6] {
        follow(
            &[50, 40],
            Parameters {
                apical_conductance,
                ..Parameters::authors_2017_05_10()
            },
            Mechanisms::default(),
        );
        follow(
            &[50],
            Parameters {
                apical_conductance,
                ..Parameters::paper()
            },
            Mechanisms::default(),
        );
    }
}

#[test]
fn with_every_kind_of_feedback() {
    for feedback_weights in [
        FeedbackWeights::Sparse {
            zero_fraction: 0.8,
            amplification: 5.0,
        },
        FeedbackWeights::Symmetric,
        FeedbackWeights::NoisySymmetric,
    ] {
        for feedback_signal in [FeedbackSignal::Spikes, FeedbackSignal::Rates] {
            let mechanisms = Mechanisms {
                feedback_weights,
                feedback_signal,
                ..Mechanisms::default()
            };
            follow(&[50, 40], Parameters::authors_2017_05_10(), mechanisms);
            follow(
                &[50],
                Parameters {
                    apical_conductance: 0.05,
                    ..Parameters::paper()
                },
                mechanisms,
            );
        }
    }
}

#[test]
fn with_stochastic_plateaus() {
    let mechanisms = Mechanisms {
        plateau_timing: PlateauTiming::Stochastic,
        ..Mechanisms::default()
    };
    follow(&[70, 33], Parameters::authors_2017_05_10(), mechanisms);
    follow(&[70], Parameters::paper(), mechanisms);
}

#[test]
fn with_backpropagation() {
    let mechanisms = Mechanisms {
        learning_rule: LearningRule::Backpropagation,
        ..Mechanisms::default()
    };
    follow(&[70, 33], Parameters::authors_2017_05_10(), mechanisms);
}

#[test]
fn with_each_disagreement_alone() {
    let base = Parameters::authors_2017_05_10;
    for parameters in [
        Parameters {
            kernel_memory: KernelMemory::Unlimited,
            ..base()
        },
        Parameters {
            kernel_memory: KernelMemory::NewestSteps(1),
            ..base()
        },
        // Longer than a phase: three phases are remembered.
        Parameters {
            kernel_memory: KernelMemory::NewestSteps(130),
            ..base()
        },
        Parameters {
            averaging_window: AveragingWindow::AfterSettling,
            ..base()
        },
        // The whole phase: spikes of the phase before count.
        Parameters {
            averaging_window: AveragingWindow::LastSteps(50),
            ..base()
        },
        Parameters {
            voltage_average: VoltageAverage::Integral,
            ..base()
        },
        Parameters {
            hidden_target: HiddenTarget::TargetRate,
            ..base()
        },
        Parameters {
            hidden_error: HiddenError::TargetMinusRate,
            ..base()
        },
        Parameters {
            initial_weight_half_width: 1.7,
            ..base()
        },
    ] {
        follow(&[40, 20], parameters, Mechanisms::default());
    }
}
