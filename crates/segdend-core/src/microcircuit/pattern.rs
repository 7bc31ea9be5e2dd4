//! What is shown to a circuit, and what is kept of its response.

use crate::data::patterns::Sample;

/// Why a pattern cannot be shown.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// Too few or too many numbers.
    #[error("a pattern holds {found} {what} numbers where the network has {expected} units")]
    Length {
        /// `input` or `target`.
        what: &'static str,
        /// Numbers found.
        found: usize,
        /// Units.
        expected: usize,
    },
    /// A number that is not finite.
    #[error("a pattern's {what} holds {value}, expected finite numbers")]
    NotFinite {
        /// `input` or `target`.
        what: &'static str,
        /// The first such number.
        value: f64,
    },
    /// More patterns than fit, or none.
    #[error("a batch of {found} patterns, expected 1 to {most} (`batch_size`)")]
    BatchSize {
        /// Patterns found.
        found: usize,
        /// The largest batch.
        most: usize,
    },
}

/// How a pattern is shown in the continuous dynamics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presentation {
    /// Time steps.
    pub steps: usize,
    /// Whether the target nudges the output neurons.
    pub nudging: bool,
    /// Whether weights and induction terms change.
    pub plastic: bool,
}

/// Means over the end of a pattern (`average_ms`).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Response {
    /// Somatic potentials of the output units.
    pub output: Vec<f64>,
    /// Sum over units of the squared apical potential, one a hidden layer.
    pub apical_square: Vec<f64>,
    /// Sum over interneurons of the squared difference between the soma above and theirs, one a hidden
    /// layer.
    pub mismatch_square: Vec<f64>,
}

/// Checks a pattern against the sizes of a network. Without nudging the target may be missing.
pub(super) fn check(sample: &Sample, sizes: &[usize], nudging: bool) -> Result<(), PatternError> {
    check_values("input", &sample.input, sizes[0])?;
    if nudging || !sample.target.is_empty() {
        check_values("target", &sample.target, sizes[sizes.len() - 1])?;
    }
    Ok(())
}

/// The same of an input alone.
pub(super) fn check_input(input: &[f64], units: usize) -> Result<(), PatternError> {
    check_values("input", input, units)
}

fn check_values(what: &'static str, values: &[f64], expected: usize) -> Result<(), PatternError> {
    if values.len() != expected {
        return Err(PatternError::Length {
            what,
            found: values.len(),
            expected,
        });
    }
    // The engines compute in f32.
    match values.iter().find(|value| !(**value as f32).is_finite()) {
        Some(&value) => Err(PatternError::NotFinite { what, value }),
        None => Ok(()),
    }
}
