//! The angle between the update of the hidden weights and backpropagation's in rate networks, the
//! "below 45 degrees" that the paper compares its 65 with: feedback alignment (Lillicrap et al.
//! 2016), and as a control how far a network trained by backpropagation is from feedback alignment.

use anyhow::{Result, ensure};
use segdend_baselines::{RateSpec, RateTraining, TrainingRule};
use segdend_core::data::DataSet;
use segdend_core::model::Keep;
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

/// Examples between two looks at Ctrl-C, and images of a test side by side.
const PIECE: usize = 500;

/// Trains both networks side by side; `None` if Ctrl-C came first.
pub(super) fn record(recording: &ResolvedRecording, data: &DataSet) -> Result<Option<Recorded>> {
    let spec = &recording.run.spec;
    ensure!(
        spec.hidden.len() == 1,
        "rate networks have one hidden layer: run `{}` has {}",
        recording.run.name,
        spec.hidden.len()
    );
    let train = |rule| -> Result<_> {
        let spec = RateSpec {
            rule,
            hidden: spec.hidden[0],
            epochs: spec.epochs,
            seed: spec.seed,
            ..RateSpec::default()
        };
        let mut training = RateTraining::begin(&spec, data)?;
        let mut angles = Vec::new();
        while !training.is_finished() && !interrupt::requested() {
            training.advance_watched(PIECE, Keep::Learning, &mut |_, _, network| {
                angles.push(network.angle_degrees().unwrap_or(f64::NAN));
            })?;
        }
        Ok((training, angles))
    };
    let [(_, first), (_, second)] = RULES;
    let (first, second) = rayon::join(|| train(first), || train(second));
    let trainings: [(RateTraining<'_>, Vec<f64>); 2] = [first?, second?];
    if trainings
        .iter()
        .any(|(training, _)| !training.is_finished())
    {
        return Ok(None);
    }
    let mut weights = Sha256::new();
    let (mut angles, mut errors) = (Vec::new(), Vec::new());
    for ((name, _), (training, degrees)) in RULES.iter().zip(&trainings) {
        // To a thousandth of a degree, from f32.
        let degrees = degrees
            .iter()
            .map(|&angle| (f64::from(angle as f32) * 1e3).round() / 1e3);
        angles.push(((*name).to_owned(), degrees.collect()));
        let history = training.history();
        errors.push(((*name).to_owned(), history.test_errors_percent.clone()));
        for weight in &training.model().network().weights()?.hidden_weights {
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
