//! Deviations of what was found from what was expected.

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
    /// For simulators in f64: 1e-12, some hundred roundings of values of order 10; sums may be
    /// reordered.
    pub const F64: Self = Self {
        absolute: 1e-12,
        relative: 0.0,
    };
    /// For simulators in f32: 2e-5 of the quantity's largest value. One rounding is 6e-8. A potential
    /// forgets its past within ten steps or so but passes through a few layers and back, each with a sum of
    /// tens of terms: about 1e-6. Errors (`phi(u) - phi(h)`, the apical potential) are differences of
    /// values up to ten times their size: 1e-5; the slow filter of the induction terms averages over
    /// hundreds of them. The bound leaves a factor of two.
    pub const F32: Self = Self {
        absolute: 1e-9,
        relative: 2e-5,
    };
}

/// The largest deviation of one quantity over a trace.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deviation {
    /// What is compared, by its name in the trace, for instance `records.v_apical`.
    pub quantity: String,
    /// How many numbers were compared.
    pub compared: usize,
    /// Largest absolute deviation; NaN and missing numbers count as infinite.
    pub largest: f64,
    /// Largest expected magnitude.
    pub scale: f64,
    /// Pattern (or update), record, layer and index of the largest deviation.
    pub place: [usize; 4],
    /// The deviation that the tolerance allows.
    pub allowed: f64,
    /// Whether it lies within the tolerance.
    pub within: bool,
}

/// The outcome of a replay.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The tolerance that was applied.
    pub tolerance: Tolerance,
    /// One entry a quantity.
    pub deviations: Vec<Deviation>,
    /// Whether something was compared and all of it lies within the tolerance.
    pub passed: bool,
}

#[derive(Debug, Default)]
pub(super) struct Comparison(Vec<Deviation>);

impl Comparison {
    /// Compares a quantity layer by layer, at a pattern and record. One of which nothing is expected is
    /// left out.
    pub(super) fn add(
        &mut self,
        quantity: &str,
        [pattern, record]: [usize; 2],
        expected: &[Vec<f64>],
        found: &[Vec<f64>],
    ) {
        if expected.is_empty() {
            return;
        }
        let known = self.0.iter().position(|d| d.quantity == quantity);
        let position = known.unwrap_or(self.0.len());
        if known.is_none() {
            self.0.push(Deviation {
                quantity: quantity.to_owned(),
                compared: 0,
                largest: 0.0,
                scale: 0.0,
                place: [0; 4],
                allowed: 0.0,
                within: false,
            });
        }
        let deviation = &mut self.0[position];
        let lengths = |layers: &[Vec<f64>]| layers.iter().map(Vec::len).collect::<Vec<_>>();
        if lengths(expected) != lengths(found) {
            deviation.largest = f64::INFINITY;
            deviation.place = [pattern, record, 0, 0];
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
                    deviation.place = [pattern, record, layer, index];
                }
            }
        }
    }

    pub(super) fn report(mut self, tolerance: Tolerance) -> Report {
        // A quantity that holds no numbers, like the apical potentials of a network without hidden
        // layers, is not one.
        self.0.retain(|d| d.compared > 0 || d.largest > 0.0);
        for deviation in &mut self.0 {
            deviation.allowed = tolerance.absolute + tolerance.relative * deviation.scale;
            deviation.within = deviation.largest <= deviation.allowed;
        }
        Report {
            tolerance,
            passed: !self.0.is_empty() && self.0.iter().all(|d| d.within),
            deviations: self.0,
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
            let mut comparison = Comparison::default();
            comparison.add("u", [5, 6], &expected, found);
            comparison.report(Tolerance::F64)
        };
        assert!(report(&expected).passed);
        let off = report(&[vec![1.0, 2.0], vec![3.5]]);
        assert!(!off.passed);
        assert_eq!(
            (off.deviations[0].largest, off.deviations[0].place),
            (0.5, [5, 6, 1, 0])
        );
        assert!(!report(&[vec![1.0, f64::NAN], vec![3.0]]).passed);
        assert!(!report(&[vec![1.0], vec![3.0]]).passed);
        assert!(!Comparison::default().report(Tolerance::F64).passed);
    }
}
