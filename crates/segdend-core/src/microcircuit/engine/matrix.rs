//! Matrices of postsynaptic x presynaptic values in registers' order.

use ndarray::{Array1, Array2};

use super::rates::Lanes16;
use crate::simd::lanes::Lanes;

/// Lanes of a vector.
pub(super) const WIDTH: usize = 16;

/// How many vectors hold these units.
pub(super) fn vectors(units: usize) -> usize {
    units.div_ceil(WIDTH)
}

/// A matrix, whose last column may hold biases. Postsynaptic units are cut into panels of `PANEL` vectors
/// (fewer in the last); a panel's columns lie one after the other.
#[derive(Debug, Clone)]
pub(super) struct Matrix<const PANEL: usize> {
    pub(super) units: usize,
    /// Columns, with that of the biases.
    pub(super) columns: usize,
    pub(super) values: Vec<Lanes16>,
}

impl<const PANEL: usize> Matrix<PANEL> {
    pub(super) fn zeros(units: usize, columns: usize) -> Self {
        Self {
            units,
            columns,
            values: vec![Lanes::ZERO; vectors(units) * columns],
        }
    }

    /// From weights and, where there are any, biases.
    pub(super) fn new(weights: &Array2<f64>, biases: Option<&Array1<f64>>) -> Self {
        let (units, inputs) = weights.dim();
        let mut matrix = Self::zeros(units, inputs + usize::from(biases.is_some()));
        for ((unit, column), &value) in weights.indexed_iter() {
            *matrix.at(unit, column) = value as f32;
        }
        for (unit, &value) in biases.into_iter().flatten().enumerate() {
            *matrix.at(unit, inputs) = value as f32;
        }
        matrix
    }

    pub(super) fn place(&self, unit: usize, column: usize) -> (usize, usize) {
        let panel = unit / (PANEL * WIDTH);
        let vector = unit / WIDTH - panel * PANEL;
        let width = PANEL.min(vectors(self.units) - panel * PANEL);
        (
            panel * PANEL * self.columns + column * width + vector,
            unit % WIDTH,
        )
    }

    pub(super) fn at(&mut self, unit: usize, column: usize) -> &mut f32 {
        let (vector, lane) = self.place(unit, column);
        &mut self.values[vector].0[lane]
    }

    pub(super) fn get(&self, unit: usize, column: usize) -> f32 {
        let (vector, lane) = self.place(unit, column);
        self.values[vector].0[lane]
    }

    /// The panels: where in `values` each begins and how many vectors it has.
    pub(super) fn panels(units: usize, columns: usize) -> impl Iterator<Item = (usize, usize)> {
        let all = vectors(units);
        (0..all.div_ceil(PANEL)).map(move |panel| {
            let first = panel * PANEL;
            (first * columns, PANEL.min(all - first))
        })
    }

    /// Row by row.
    pub(super) fn dense(&self) -> Vec<f32> {
        let rows = 0..self.units;
        rows.flat_map(|unit| (0..self.columns).map(move |column| self.get(unit, column)))
            .collect()
    }

    pub(super) fn set_dense(&mut self, values: &[f32]) {
        for (row, unit) in values.chunks(self.columns).zip(0..self.units) {
            for (column, &value) in row.iter().enumerate() {
                *self.at(unit, column) = value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! Promise: cutting a matrix into panels loses nothing.
    use super::*;

    fn survives<const PANEL: usize>() {
        let weights = Array2::from_shape_fn((37, 5), |(i, j)| (i * 10 + j) as f64);
        let biases = Array1::from_shape_fn(37, |i| i as f64 + 0.5);
        let matrix = Matrix::<PANEL>::new(&weights, Some(&biases));
        let dense = matrix.dense();
        assert_eq!(dense[36 * 6 + 4], 364.0);
        assert_eq!(dense[36 * 6 + 5], 36.5);
        let mut other = Matrix::<PANEL>::zeros(37, 6);
        other.set_dense(&dense);
        assert_eq!(other.values, matrix.values);
        let held: usize = Matrix::<PANEL>::panels(37, 6).map(|(_, width)| width).sum();
        assert_eq!(held, 3);
    }

    #[test]
    fn panels_hold_the_matrix() {
        survives::<1>();
        survives::<2>();
    }
}
