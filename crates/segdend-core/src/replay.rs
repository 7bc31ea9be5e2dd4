//! Deviations of what a simulator found from what a trace says, of any model.

use serde::Serialize;

/// How far a value may lie from the expected one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tolerance {
    /// In the quantity's own unit.
    pub absolute: f64,
    /// In units of the quantity's largest expected magnitude.
    pub relative: f64,
}

impl Tolerance {
    /// For simulators in f64: 1e-12, a few hundred roundings of values of order 10; sums may be reordered.
    pub const F64: Self = Self {
        absolute: 1e-12,
        relative: 0.0,
    };
    /// For simulators in f32: 2e-5 of the quantity's largest value. One rounding is 6e-8.
    ///
    /// Segregated dendrites: a dendritic voltage adds up some 500 weighted spikes, whose partial sums
    /// exceed the result up to tenfold, and filters them for tens of steps: about 1e2 roundings, 6e-6.
    /// Errors of the output layer reach the hidden layers only through plateaus, and the weights only
    /// through deltas, so they do not grow from example to example; the bound leaves a factor of three.
    ///
    /// Microcircuits: a potential forgets its past within ten steps or so but passes through a few layers
    /// and back, each with a sum of tens of terms: about 1e-6. Errors (`phi(u) - phi(h)`, the apical
    /// potential) are differences of values up to ten times their size: 1e-5; the slow filter of the
    /// induction terms averages over hundreds of them. The bound leaves a factor of two.
    pub const F32: Self = Self {
        absolute: 1e-9,
        relative: 2e-5,
    };

    /// The deviation allowed where the largest expected magnitude is `scale`.
    pub fn allowed(&self, scale: f64) -> f64 {
        self.absolute + self.relative * scale
    }
}

/// The largest deviation of one quantity over a trace.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Deviation {
    /// What is compared, for instance `forward.mean_soma`.
    pub quantity: String,
    /// How many numbers were compared.
    pub compared: usize,
    /// Largest absolute deviation; NaN and missing numbers count as infinite.
    pub largest: f64,
    /// Largest expected magnitude.
    pub scale: f64,
    /// Where the largest deviation is: example (and, in a microcircuit's trace, record), layer, index.
    pub place: Vec<usize>,
    /// The deviation that the tolerance allows.
    pub allowed: f64,
    /// Whether it lies within the tolerance.
    pub within: bool,
}

/// The outcome of a replay.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Number of examples replayed.
    pub examples: usize,
    /// The tolerance that was applied.
    pub tolerance: Tolerance,
    /// One entry a quantity.
    pub deviations: Vec<Deviation>,
    /// Whether something was compared and all of it lies within the tolerance.
    pub passed: bool,
}

/// Collects deviations, quantity by quantity.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deviations(pub(crate) Vec<Deviation>);

impl Deviations {
    /// Compares a quantity layer by layer, at a place: an example, or an example and a record.
    pub(crate) fn take(
        &mut self,
        quantity: &str,
        at: &[usize],
        expected: &[Vec<f64>],
        found: &[Vec<f64>],
    ) {
        let known = self.0.iter().position(|d| d.quantity == quantity);
        let position = known.unwrap_or(self.0.len());
        let place = |layer, index| [at, &[layer, index]].concat();
        if known.is_none() {
            self.0.push(Deviation {
                quantity: quantity.to_owned(),
                place: place(0, 0),
                ..Deviation::default()
            });
        }
        let deviation = &mut self.0[position];
        let lengths = |layers: &[Vec<f64>]| layers.iter().map(Vec::len).collect::<Vec<_>>();
        if lengths(expected) != lengths(found) {
            deviation.largest = f64::INFINITY;
            deviation.place = place(0, 0);
            return;
        }
        for (layer, (expected, found)) in expected.iter().zip(found).enumerate() {
            for (index, (e, f)) in expected.iter().zip(found).enumerate() {
                let difference = (e - f).abs();
                let difference = if difference.is_nan() {
                    f64::INFINITY
                } else {
                    difference
                };
                deviation.compared += 1;
                deviation.scale = deviation.scale.max(e.abs());
                if difference > deviation.largest {
                    deviation.largest = difference;
                    deviation.place = place(layer, index);
                }
            }
        }
    }

    /// The verdict over so many examples.
    pub(crate) fn report(mut self, examples: usize, tolerance: Tolerance) -> Report {
        for deviation in &mut self.0 {
            deviation.allowed = tolerance.allowed(deviation.scale);
            deviation.within = deviation.largest <= deviation.allowed;
        }
        let passed = !self.0.is_empty() && self.0.iter().all(|d| d.within && d.compared > 0);
        Report {
            examples,
            tolerance,
            deviations: self.0,
            passed,
        }
    }
}

#[cfg(test)]
mod tests {
    //! Promise: a deviation is found wherever it is, and nothing compared is no success.
    use super::*;

    #[test]
    fn deviations_missing_numbers_and_nan_are_found() {
        let expected = [vec![1.0, 2.0], vec![3.0]];
        let report = |found: &[Vec<f64>]| {
            let mut deviations = Deviations::default();
            deviations.take("u", &[5, 6], &expected, found);
            deviations.report(1, Tolerance::F64)
        };
        assert!(report(&expected).passed);
        let off = report(&[vec![1.0, 2.0], vec![3.5]]);
        assert!(!off.passed);
        assert_eq!(
            (off.deviations[0].largest, &off.deviations[0].place[..]),
            (0.5, &[5, 6, 1, 0][..])
        );
        assert!(!report(&[vec![1.0, f64::NAN], vec![3.0]]).passed);
        assert!(!report(&[vec![1.0], vec![3.0]]).passed);
        assert!(!Deviations::default().report(1, Tolerance::F64).passed);
    }
}
