//! The angle between the update of the hidden weights and backpropagation's in rate networks, the
//! "below 45 degrees" that the paper compares its 65 with: feedback alignment (Lillicrap et al.
//! 2016), and as a control how far a network trained by backpropagation is from feedback alignment.

use std::ops::ControlFlow;

use anyhow::{Result, ensure};
use segdend_baselines::{AngleSpec, AngleTraining, TrainingRule, train_with_angles};
use segdend_core::data::DataSet;
use sha2::{Digest, Sha256};

use super::ResolvedRecording;
use super::job::Recorded;
use crate::interrupt;
use crate::tables::Table;

/// Degrees, example by example, a column a rule.
pub(crate) const RATE_ANGLES: &str = "rate-angles.csv.gz";
/// Test error before training and after every epoch, a column a rule.
pub(crate) const RATE_ERRORS: &str = "rate-errors.csv";
/// The columns.
pub(crate) const RULES: [(&str, TrainingRule); 2] = [
    ("feedback alignment", TrainingRule::FeedbackAlignment),
    ("backpropagation", TrainingRule::Backpropagation),
];

/// Trains both networks side by side; `None` if Ctrl-C came first.
pub(super) fn record(recording: &ResolvedRecording, data: &DataSet) -> Result<Option<Recorded>> {
    let spec = &recording.run.spec;
    ensure!(
        spec.hidden.len() == 1,
        "rate networks have one hidden layer: run `{}` has {}",
        recording.run.name,
        spec.hidden.len()
    );
    let train = |rule| {
        let spec = AngleSpec {
            rule,
            hidden: spec.hidden[0],
            epochs: spec.epochs,
            seed: spec.seed,
            ..AngleSpec::default()
        };
        train_with_angles(&spec, data, None, |_| match interrupt::requested() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        })
    };
    let [(_, first), (_, second)] = RULES;
    let (first, second) = rayon::join(|| train(first), || train(second));
    let trainings: [AngleTraining<'_>; 2] = [first?, second?];
    if trainings.iter().any(|training| !training.is_finished()) {
        return Ok(None);
    }
    let mut weights = Sha256::new();
    let (mut angles, mut errors) = (Vec::new(), Vec::new());
    for ((name, _), training) in RULES.iter().zip(&trainings) {
        let history = training.history();
        let degrees = history
            .angles_degrees
            .iter()
            .map(|angle| angle.map_or(f64::NAN, |angle| (f64::from(angle) * 1e3).round() / 1e3));
        angles.push(((*name).to_owned(), degrees.collect()));
        errors.push(((*name).to_owned(), history.test_errors_percent.clone()));
        for weight in &training.network().weights()?.hidden_weights {
            weights.update(weight.to_le_bytes());
        }
    }
    let weights_sha256 = weights
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Some(Recorded {
        tables: vec![
            (RATE_ANGLES.to_owned(), Table::new(angles)),
            (RATE_ERRORS.to_owned(), Table::new(errors)),
        ],
        weights_sha256,
    }))
}
