//! Replaying a trace and measuring deviations.

use super::trace::Trace;
use crate::replay::{Deviations, Report, Tolerance};
use crate::rng::{Purpose, StreamKey};
use crate::segregated::engine::Engine;
use crate::segregated::example::{Example, SpikeDrive};
use crate::segregated::network::{Network, NetworkError};
use crate::segregated::record::{ExampleRecord, PhaseRecord};
use crate::segregated::reference::Reference;
use crate::segregated::schedule::Schedule;
use crate::segregated::spikes::RecordedSpikes;
use ndarray::Array1;
use ndarray::Array2;

/// A simulator through which spikes can be replayed.
pub trait Simulator {
    /// Shows one example with the spikes of a record, and learns from it.
    fn replay_example(
        &mut self,
        image: &Array1<f64>,
        label: usize,
        schedule: &Schedule,
        spikes: &RecordedSpikes,
    ) -> ExampleRecord;

    /// The network as it stands.
    fn current_network(&self) -> Network;

    /// Replaces the feedback matrices.
    ///
    /// # Errors
    /// [`NetworkError`] if a shape does not fit.
    fn replace_feedback(&mut self, feedback: Vec<Array2<f64>>) -> Result<(), NetworkError>;
}

fn no_noise() -> StreamKey {
    StreamKey::new(0, Purpose::FeedbackNoise, 0, 0)
}

impl Simulator for Reference {
    fn replay_example(
        &mut self,
        image: &Array1<f64>,
        label: usize,
        schedule: &Schedule,
        mut spikes: &RecordedSpikes,
    ) -> ExampleRecord {
        let record = self.present(image, label, schedule, &mut spikes);
        self.learn(&record, no_noise());
        record
    }

    fn current_network(&self) -> Network {
        self.network().clone()
    }

    fn replace_feedback(&mut self, feedback: Vec<Array2<f64>>) -> Result<(), NetworkError> {
        self.set_feedback(feedback)
    }
}

impl Simulator for Engine {
    fn replay_example(
        &mut self,
        _: &Array1<f64>,
        label: usize,
        schedule: &Schedule,
        spikes: &RecordedSpikes,
    ) -> ExampleRecord {
        let (record, presented) = self.observe(&Example {
            image: &[],
            label,
            schedule,
            spikes: SpikeDrive::Recorded(spikes),
            noise: no_noise(),
        });
        self.learn(presented);
        record
    }

    fn current_network(&self) -> Network {
        self.network()
    }

    fn replace_feedback(&mut self, feedback: Vec<Array2<f64>>) -> Result<(), NetworkError> {
        self.set_feedback(feedback)
    }
}

/// Replays a whole trace through a simulator that was made from its initial network.
///
/// After every example the feedback matrices are compared, unless they carry noise, and then taken
/// from the trace.
///
/// # Errors
/// [`NetworkError`] if a feedback matrix of the trace does not fit.
pub fn replay(
    trace: &Trace,
    simulator: &mut impl Simulator,
    tolerance: Tolerance,
) -> Result<Report, NetworkError> {
    let mut comparison = Comparison::default();
    for example in &trace.examples {
        let found = simulator.replay_example(
            &example.image,
            example.label,
            &example.schedule,
            &example.expected.spikes,
        );
        comparison.add(&example.expected, &found);
        let network = simulator.current_network();
        comparison.add_network(&example.after, &network);
        if trace.feedback_is_determined && !network.feedback.is_empty() {
            comparison.add_feedback(&example.after, &network);
        }
        simulator.replace_feedback(example.after.feedback.clone())?;
    }
    Ok(comparison.report(tolerance))
}

/// Collects deviations between what was expected and what was found, example by example.
///
/// ```
/// use segdend_core::segregated::record::ExampleRecord;
/// use segdend_core::segregated::replay::{Comparison, Tolerance};
///
/// let expected = ExampleRecord { delta: vec![vec![0.5, 1.0]], ..Default::default() };
/// let found = ExampleRecord { delta: vec![vec![0.5, 1.25]], ..Default::default() };
/// let mut comparison = Comparison::default();
/// comparison.add(&expected, &found);
/// let report = comparison.report(Tolerance::F64);
/// assert!(!report.passed);
/// assert_eq!(report.deviations[0].largest, 0.25);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    examples: usize,
    deviations: Deviations,
}

impl Comparison {
    /// Compares one example. Quantities of which nothing is expected are left out.
    pub fn add(&mut self, expected: &ExampleRecord, found: &ExampleRecord) {
        self.add_phase("forward", &expected.forward, &found.forward);
        self.add_phase("target", &expected.target, &found.target);
        self.add_values("delta", &expected.delta, &found.delta);
        if !expected.loss.is_empty() {
            self.add_values(
                "loss",
                std::slice::from_ref(&expected.loss),
                std::slice::from_ref(&found.loss),
            );
        }
        self.examples += 1;
    }

    /// Compares weights and biases after the example that was added last.
    pub fn add_network(&mut self, expected: &Network, found: &Network) {
        let vectors = |b: &[Array1<f64>]| b.iter().map(|b| b.to_vec()).collect::<Vec<_>>();
        self.add_matrices("after.W", &expected.weights, &found.weights);
        let example = self.examples.saturating_sub(1);
        self.take(
            "after.b",
            example,
            &vectors(&expected.biases),
            &vectors(&found.biases),
        );
    }

    /// Compares the feedback matrices after the example that was added last.
    pub fn add_feedback(&mut self, expected: &Network, found: &Network) {
        self.add_matrices("after.Y", &expected.feedback, &found.feedback);
    }

    fn add_matrices(&mut self, quantity: &str, expected: &[Array2<f64>], found: &[Array2<f64>]) {
        let flat = |matrices: &[Array2<f64>]| {
            matrices
                .iter()
                .map(|m| m.iter().copied().collect())
                .collect::<Vec<Vec<f64>>>()
        };
        let example = self.examples.saturating_sub(1);
        self.take(quantity, example, &flat(expected), &flat(found));
    }

    /// The verdict.
    pub fn report(self, tolerance: Tolerance) -> Report {
        self.deviations.report(self.examples, tolerance)
    }

    fn add_phase(&mut self, phase: &str, expected: &PhaseRecord, found: &PhaseRecord) {
        let quantities = [
            ("mean_soma", &expected.mean_soma, &found.mean_soma),
            ("mean_rate", &expected.mean_rate, &found.mean_rate),
            ("mean_psp", &expected.mean_psp, &found.mean_psp),
            ("mean_apical", &expected.mean_apical, &found.mean_apical),
            ("plateau", &expected.plateau, &found.plateau),
            ("final_soma", &expected.final_soma, &found.final_soma),
            (
                "final_dendrite",
                &expected.final_dendrite,
                &found.final_dendrite,
            ),
            ("final_apical", &expected.final_apical, &found.final_apical),
        ];
        for (name, expected, found) in quantities {
            // Simulators average postsynaptic potentials where learning needs them: forward.
            if name != "mean_psp" || phase == "forward" {
                self.add_values(&format!("{phase}.{name}"), expected, found);
            }
        }
    }

    fn add_values(&mut self, quantity: &str, expected: &[Vec<f64>], found: &[Vec<f64>]) {
        if !expected.is_empty() {
            self.take(quantity, self.examples, expected, found);
        }
    }

    fn take(&mut self, quantity: &str, example: usize, expected: &[Vec<f64>], found: &[Vec<f64>]) {
        self.deviations.take(quantity, &[example], expected, found);
    }
}
