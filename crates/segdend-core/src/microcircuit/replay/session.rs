//! Replaying a session through a simulator.

use ndarray::Array1;

use super::trace::{ContinuousTrace, Matrices, RawSynapses, RecordedNoise, TwoPassTrace};
use crate::data::patterns::Sample;
use crate::microcircuit::network::{Family, Synapses};
use crate::microcircuit::noise::{NoiseSource, Population, Silence};
use crate::microcircuit::params::LearningRates;
use crate::microcircuit::pattern::{PatternError, Presentation};
use crate::microcircuit::reference::Reference;
use crate::microcircuit::two_pass::{Pass, TwoPass};
use crate::replay::{Deviations, Report, Tolerance};

/// The state of a circuit after a step. Lists run bottom up: of layers above the input, or of hidden
/// layers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Observation {
    /// Input after its filter, as used in the step.
    pub input: Vec<f64>,
    /// Target after its filter, as used in the step.
    pub target: Vec<f64>,
    /// `u` after the step.
    pub soma: Vec<Vec<f64>>,
    /// `u_I` after the step.
    pub interneuron_soma: Vec<Vec<f64>>,
    /// `v_B` as computed within the step.
    pub basal: Vec<Vec<f64>>,
    /// `v_A` as computed within the step.
    pub apical: Vec<Vec<f64>>,
    /// `v_I` as computed within the step.
    pub interneuron_dendrite: Vec<Vec<f64>>,
}

/// Called at the observed steps, with their place in the list, the state and the induction terms.
pub type Observer<'a> = dyn FnMut(usize, &Observation, &Synapses) + 'a;

/// A simulator of the continuous dynamics.
pub trait ContinuousSimulator {
    /// Shows a pattern; `see` is called after as many steps as each entry of `after_steps` (ascending)
    /// says.
    ///
    /// # Errors
    /// [`PatternError`] if the pattern does not fit.
    fn observe(
        &mut self,
        sample: &Sample,
        how: Presentation,
        noise: &mut dyn NoiseSource,
        after_steps: &[usize],
        see: &mut Observer<'_>,
    ) -> Result<(), PatternError>;

    /// Weights and induction terms as they stand. Terms of a layer that does not learn may be 0.
    fn synapses(&self) -> (Synapses, Synapses);
}

impl ContinuousSimulator for Reference {
    fn observe(
        &mut self,
        sample: &Sample,
        how: Presentation,
        noise: &mut dyn NoiseSource,
        after_steps: &[usize],
        see: &mut Observer<'_>,
    ) -> Result<(), PatternError> {
        let mut seen = 0;
        let probe = &mut |step: usize, reference: &Reference| {
            if after_steps.get(seen) == Some(&(step + 1)) {
                let layers = reference.layers();
                let hidden = &layers[..layers.len() - 1];
                let observation = Observation {
                    input: reference.filtered().0.to_vec(),
                    target: reference.filtered().1.to_vec(),
                    soma: layers.iter().map(|layer| layer.soma.to_vec()).collect(),
                    interneuron_soma: hidden.iter().map(|l| l.interneuron_soma.to_vec()).collect(),
                    basal: layers.iter().map(|layer| layer.basal.to_vec()).collect(),
                    apical: hidden.iter().map(|layer| layer.apical.to_vec()).collect(),
                    interneuron_dendrite: hidden
                        .iter()
                        .map(|layer| layer.interneuron_dendrite.to_vec())
                        .collect(),
                };
                see(seen, &observation, reference.induction());
                seen += 1;
            }
        };
        self.present_probed(sample, how, noise, probe).map(|_| ())
    }

    fn synapses(&self) -> (Synapses, Synapses) {
        (self.weights().clone(), self.induction().clone())
    }
}

/// A simulator of the two-pass scheme.
pub trait TwoPassSimulator {
    /// Shows a batch and learns from it; returns the potentials and the terms.
    ///
    /// # Errors
    /// [`PatternError`] if the batch does not fit.
    fn update(&mut self, batch: &[Sample]) -> Result<(Vec<Pass>, Synapses), PatternError>;

    /// The output potentials of a pattern without target.
    ///
    /// # Errors
    /// [`PatternError`] if the input does not fit.
    fn output(&mut self, input: &[f64]) -> Result<Vec<f64>, PatternError>;

    /// The weights as they stand.
    fn current_weights(&self) -> Synapses;
}

impl TwoPassSimulator for TwoPass {
    fn update(&mut self, batch: &[Sample]) -> Result<(Vec<Pass>, Synapses), PatternError> {
        let passes = self.present(batch)?;
        let terms = self.terms(&passes);
        self.learn(&passes);
        Ok((passes, terms))
    }

    fn output(&mut self, input: &[f64]) -> Result<Vec<f64>, PatternError> {
        self.test(input).map(|output| output.to_vec())
    }

    fn current_weights(&self) -> Synapses {
        self.weights().clone()
    }
}

impl RecordedNoise {
    fn of(&self, population: Population) -> &[Vec<f64>] {
        match population {
            Population::Pyramidal(k) => &self.pyramidal[k - 1],
            Population::Interneurons(k) => &self.interneuron[k - 1],
        }
    }
}

impl NoiseSource for &RecordedNoise {
    fn draw(&mut self, step: usize, population: Population, draws: &mut [f64]) {
        draws.copy_from_slice(&self.of(population)[step]);
    }
}

/// Compares a quantity at a pattern (or update) and record. One of which nothing is expected is left out.
fn take(
    comparison: &mut Deviations,
    quantity: &str,
    place: [usize; 2],
    expected: &[Vec<f64>],
    found: &[Vec<f64>],
) {
    if !expected.is_empty() {
        comparison.take(quantity, &place, expected, found);
    }
}

/// The verdict. A quantity that holds no numbers, like the apical potentials of a network without hidden
/// layers, is none.
fn report(mut comparison: Deviations, examples: usize, tolerance: Tolerance) -> Report {
    comparison.0.retain(|d| d.compared > 0 || d.largest > 0.0);
    comparison.report(examples, tolerance)
}

/// Compares all families, or of those that learn the layers that do.
fn compare_synapses(
    comparison: &mut Deviations,
    name: &str,
    place: [usize; 2],
    expected: &RawSynapses,
    found: &Synapses,
    learning: Option<&LearningRates>,
) {
    for family in Family::ALL {
        let mut expected = expected.flat(family);
        let arrays = found.family(family).into_iter();
        let mut found: Vec<Vec<f64>> = arrays
            .map(|array| array.iter().copied().collect())
            .collect();
        if let Some(rates) = learning {
            let rates = match family {
                Family::Up | Family::UpBias => &rates.up,
                Family::Ip | Family::IpBias => &rates.ip,
                Family::Pi => &rates.pi,
                Family::Down => &rates.down,
            };
            for list in [&mut expected, &mut found] {
                let resting = list.iter_mut().zip(rates).filter(|(_, rate)| **rate == 0.0);
                resting.for_each(|(values, _)| values.clear());
            }
        }
        take(
            comparison,
            &format!("{name}.{family}"),
            place,
            &expected,
            &found,
        );
    }
}

/// Replays a session of the continuous dynamics through a simulator that was made from its parameters
/// and initial weights. Induction terms are compared where the rate is not 0.
///
/// # Errors
/// [`PatternError`] if the simulator was made for another network.
pub fn replay_continuous(
    trace: &ContinuousTrace,
    simulator: &mut impl ContinuousSimulator,
    tolerance: Tolerance,
) -> Result<Report, PatternError> {
    let mut comparison = Deviations::default();
    let rates = &trace.parameters.circuit.learning_rates;
    for (p, pattern) in trace.patterns.iter().enumerate() {
        let steps: Vec<usize> = pattern
            .records
            .iter()
            .map(|record| record.after_step)
            .collect();
        let see = &mut |r: usize, found: &Observation, induction: &Synapses| {
            let (record, place) = (&pattern.records[r], [p, r]);
            let single = |values: &Vec<f64>| {
                if values.is_empty() {
                    Vec::new()
                } else {
                    vec![values.clone()]
                }
            };
            let quantities = [
                (
                    "input_filtered",
                    &single(&record.input_filtered),
                    &single(&found.input),
                ),
                (
                    "target_filtered",
                    &single(&record.target_filtered),
                    &single(&found.target),
                ),
                ("u_pyramidal", &record.u_pyramidal, &found.soma),
                (
                    "u_interneuron",
                    &record.u_interneuron,
                    &found.interneuron_soma,
                ),
                ("v_basal", &record.v_basal, &found.basal),
                ("v_apical", &record.v_apical, &found.apical),
                (
                    "v_interneuron",
                    &record.v_interneuron,
                    &found.interneuron_dendrite,
                ),
            ];
            for (name, expected, found) in quantities {
                take(
                    &mut comparison,
                    &format!("records.{name}"),
                    place,
                    expected,
                    found,
                );
            }
            let (name, expected) = ("records.induction", &record.induction);
            compare_synapses(
                &mut comparison,
                name,
                place,
                expected,
                induction,
                Some(rates),
            );
        };
        match &pattern.noise {
            Some(noise) => {
                let mut noise = noise;
                simulator.observe(&pattern.sample, pattern.how, &mut noise, &steps, see)?;
            }
            None => simulator.observe(&pattern.sample, pattern.how, &mut Silence, &steps, see)?,
        }
        let (weights, induction) = simulator.synapses();
        let place = [p, pattern.records.len()];
        compare_synapses(
            &mut comparison,
            "after",
            place,
            &pattern.after,
            &weights,
            None,
        );
        let (name, expected) = ("induction_after", &pattern.induction_after);
        compare_synapses(
            &mut comparison,
            name,
            place,
            expected,
            &induction,
            Some(rates),
        );
    }
    Ok(report(comparison, trace.patterns.len(), tolerance))
}

/// Potentials of a batch as a trace lists them, `[layer][pattern][unit]`, a layer in one piece.
fn by_layer(passes: &[Pass], of: impl Fn(&Pass) -> &[Array1<f64>]) -> Vec<Vec<f64>> {
    let layers = passes.first().map_or(0, |pass| of(pass).len());
    (0..layers)
        .map(|layer| {
            passes
                .iter()
                .flat_map(|pass| of(pass)[layer].iter().copied())
                .collect()
        })
        .collect()
}

/// Replays a session of the two-pass scheme through a simulator that was made from its parameters and
/// initial weights.
///
/// # Errors
/// [`PatternError`] if the simulator was made for another network.
pub fn replay_two_pass(
    trace: &TwoPassTrace,
    simulator: &mut impl TwoPassSimulator,
    tolerance: Tolerance,
) -> Result<Report, PatternError> {
    let mut comparison = Deviations::default();
    for (e, update) in trace.updates.iter().enumerate() {
        let (passes, terms) = simulator.update(&update.batch)?;
        let (forward, downward, place) = (&update.forward, &update.downward, [e, 0]);
        type Of = fn(&Pass) -> &[Array1<f64>];
        let quantities: [(&str, &Matrices, Of); 8] = [
            ("forward.v_basal", &forward.v_basal, |pass| &pass.basal),
            ("forward.v_hat_basal", &forward.v_hat_basal, |pass| {
                &pass.predicted
            }),
            ("forward.rate", &forward.rate, |pass| &pass.forward_rate),
            ("downward.u_pyramidal", &downward.u_pyramidal, |pass| {
                &pass.soma
            }),
            ("downward.v_interneuron", &downward.v_interneuron, |pass| {
                &pass.interneuron_dendrite
            }),
            (
                "downward.v_hat_interneuron",
                &downward.v_hat_interneuron,
                |pass| &pass.interneuron_predicted,
            ),
            ("downward.u_interneuron", &downward.u_interneuron, |pass| {
                &pass.interneuron_soma
            }),
            ("downward.v_apical", &downward.v_apical, |pass| &pass.apical),
        ];
        for (name, expected, of) in quantities {
            let expected: Vec<Vec<f64>> = expected.iter().map(|layer| layer.concat()).collect();
            take(
                &mut comparison,
                name,
                place,
                &expected,
                &by_layer(&passes, of),
            );
        }
        compare_synapses(&mut comparison, "terms", place, &update.terms, &terms, None);
        let weights = simulator.current_weights();
        compare_synapses(
            &mut comparison,
            "after",
            place,
            &update.after,
            &weights,
            None,
        );
    }
    let place = [trace.updates.len(), 0];
    let outputs = trace
        .test
        .inputs
        .iter()
        .map(|input| simulator.output(input));
    let outputs = outputs.collect::<Result<Vec<_>, _>>()?;
    take(
        &mut comparison,
        "test.output_potential",
        place,
        &trace.test.output_potential,
        &outputs,
    );
    Ok(report(comparison, trace.updates.len(), tolerance))
}
