//! Everything that a circuit carries, as named arrays and as words.

use super::continuous::Continuous;
use super::matrix::{Matrix, WIDTH};
use super::plastic::{PANEL, Plastic};
use super::rates::Lanes16;
use super::two_pass::TwoPass;

/// Why a snapshot does not fit a circuit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The snapshot holds fewer or more words than this network needs.
    #[error(
        "the snapshot holds {found} words where this network needs {expected}: it belongs to another network"
    )]
    Length {
        /// Words that the network needs.
        expected: usize,
        /// Words in the snapshot.
        found: usize,
    },
    /// A word that cannot be what it stands for.
    #[error("the snapshot holds {found:#010x} in `{array}` where 0 or 1 can stand: it is damaged")]
    Flag {
        /// The array.
        array: &'static str,
        /// The word.
        found: u32,
    },
}

/// Sees a named array, its shape (rows postsynaptic) and its values, row by row.
pub type Visitor<'a> = dyn FnMut(&str, &[usize], &[f32]) + 'a;

/// The same, and may change the values.
type Exchange<'a> = dyn FnMut(&str, &[usize], &mut [f32]) + 'a;

const STARTED: &str = "filters.started";

fn exchange_units(exchange: &mut Exchange<'_>, name: &str, units: usize, lanes: &mut [Lanes16]) {
    let mut values: Vec<f32> = lanes.iter().flat_map(|lanes| lanes.0).take(units).collect();
    exchange(name, &[units], &mut values);
    for (unit, value) in values.into_iter().enumerate() {
        lanes[unit / WIDTH].0[unit % WIDTH] = value;
    }
}

fn exchange_matrix<const P: usize>(
    exchange: &mut Exchange<'_>,
    name: &str,
    matrix: &mut Matrix<P>,
) {
    let mut values = matrix.dense();
    exchange(name, &[matrix.units, matrix.columns], &mut values);
    matrix.set_dense(&values);
}

/// An array that lies as the weights do.
fn exchange_like(
    exchange: &mut Exchange<'_>,
    name: &str,
    weights: &Matrix<PANEL>,
    lanes: &mut Vec<Lanes16>,
) {
    let mut matrix = Matrix::<PANEL> {
        units: weights.units,
        columns: weights.columns,
        values: std::mem::take(lanes),
    };
    exchange_matrix(exchange, name, &mut matrix);
    *lanes = matrix.values;
}

fn exchange_families(
    exchange: &mut Exchange<'_>,
    name: &str,
    families: &mut [Plastic],
    state: bool,
) {
    for (k, family) in families.iter_mut().enumerate() {
        exchange_matrix(exchange, &format!("{name}_{}", k + 1), &mut family.weights);
        if family.is_plastic() {
            let low = &mut family.low;
            exchange_like(
                exchange,
                &format!("{name}_{}.low", k + 1),
                &family.weights,
                low,
            );
            if state {
                let steps = &mut family.steps;
                exchange_like(
                    exchange,
                    &format!("{name}_{}.step", k + 1),
                    &family.weights,
                    steps,
                );
            }
        }
    }
}

impl Continuous {
    fn exchange(&mut self, state: bool, exchange: &mut Exchange<'_>) {
        let core = &mut self.core;
        for (name, families) in [
            ("up", &mut core.up),
            ("ip", &mut core.ip),
            ("pi", &mut core.pi),
            ("down", &mut core.down),
        ] {
            exchange_families(exchange, name, families, state);
        }
        if !state {
            return;
        }
        for (name, populations) in [
            ("soma", &mut core.pyramidal),
            ("interneuron_soma", &mut core.interneurons),
        ] {
            for (k, neurons) in populations.iter_mut().enumerate() {
                let name = format!("{name}_{}", k + 1);
                exchange_units(exchange, &name, neurons.units, &mut neurons.soma);
            }
        }
        let inputs = core.input.len();
        exchange("filters.input", &[inputs], &mut core.input);
        let outputs = core.pyramidal[core.pyramidal.len() - 1].units;
        exchange_units(exchange, "filters.target", outputs, &mut core.target);
        let mut started = self.started.map(|started| f32::from(u8::from(started)));
        exchange(STARTED, &[2], &mut started);
        self.started = started.map(|started| started == 1.0);
    }

    /// Visits all weights; a plastic family's are the sum of `NAME` and `NAME.low`. The last column of
    /// `up` and `ip` holds the biases where there are any.
    pub fn visit_weights(&self, visitor: &mut Visitor<'_>) {
        self.clone().exchange(false, &mut |name, shape, values| {
            visitor(name, shape, values)
        });
    }

    /// Visits everything that is carried from pattern to pattern, the weights first in each family.
    /// `NAME.step` is the low-passed induction term times `dt eta`.
    pub fn visit(&self, visitor: &mut Visitor<'_>) {
        self.clone().exchange(true, &mut |name, shape, values| {
            visitor(name, shape, values)
        });
    }

    /// Everything that is carried from pattern to pattern, in the order of [`Self::visit`], as the bits of
    /// f32.
    pub fn snapshot(&self) -> Vec<u32> {
        let mut words = Vec::new();
        self.visit(&mut |_, _, values| words.extend(values.iter().map(|value| value.to_bits())));
        words
    }

    /// Puts the circuit where it was when the snapshot was taken. It must have been made with the same
    /// sizes and parameters.
    ///
    /// # Errors
    /// [`SnapshotError`] if the snapshot belongs to another network or is damaged; the circuit is then
    /// as it was.
    pub fn restore(&mut self, snapshot: &[u32]) -> Result<(), SnapshotError> {
        let (mut expected, mut flags) = (0, 0..0);
        self.visit(&mut |name, _, values| {
            if name == STARTED {
                flags = expected..expected + values.len();
            }
            expected += values.len();
        });
        check_length(expected, snapshot)?;
        let bad = |word: &&u32| **word != 0 && **word != 1.0_f32.to_bits();
        if let Some(&found) = snapshot[flags].iter().find(bad) {
            return Err(SnapshotError::Flag {
                array: STARTED,
                found,
            });
        }
        self.exchange(true, &mut taking_from(snapshot));
        Ok(())
    }
}

impl TwoPass {
    fn exchange(&mut self, exchange: &mut Exchange<'_>) {
        for (name, families) in self.families() {
            for (k, matrix) in families.iter_mut().enumerate() {
                exchange_matrix(exchange, &format!("{name}_{}", k + 1), matrix);
            }
        }
    }

    /// Visits all weights, which is everything that is carried from batch to batch. The last column of
    /// `up` and `ip` holds the biases where there are any.
    pub fn visit(&self, visitor: &mut Visitor<'_>) {
        self.clone()
            .exchange(&mut |name, shape, values| visitor(name, shape, values));
    }

    /// Everything that is carried from batch to batch, in the order of [`Self::visit`], as the bits of
    /// f32.
    pub fn snapshot(&self) -> Vec<u32> {
        let mut words = Vec::new();
        self.visit(&mut |_, _, values| words.extend(values.iter().map(|value| value.to_bits())));
        words
    }

    /// Puts the circuit where it was when the snapshot was taken. It must have been made with the same
    /// sizes and parameters.
    ///
    /// # Errors
    /// [`SnapshotError`] if the snapshot belongs to another network; the circuit is then as it was.
    pub fn restore(&mut self, snapshot: &[u32]) -> Result<(), SnapshotError> {
        let mut expected = 0;
        self.visit(&mut |_, _, values| expected += values.len());
        check_length(expected, snapshot)?;
        self.exchange(&mut taking_from(snapshot));
        Ok(())
    }
}

fn check_length(expected: usize, snapshot: &[u32]) -> Result<(), SnapshotError> {
    if snapshot.len() == expected {
        return Ok(());
    }
    Err(SnapshotError::Length {
        expected,
        found: snapshot.len(),
    })
}

/// Replaces values by the next words of a snapshot.
fn taking_from(snapshot: &[u32]) -> impl FnMut(&str, &[usize], &mut [f32]) + '_ {
    let mut words = snapshot.iter();
    move |_, _, values| {
        for (value, &word) in values.iter_mut().zip(&mut words) {
            *value = f32::from_bits(word);
        }
    }
}
