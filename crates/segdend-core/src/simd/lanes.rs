//! Neurons side by side: fixed-width vectors of f32 and matrices cut into tiles of them.
//!
//! Every operation on [`Lanes`] is lane by lane, so its bits do not depend on how wide the
//! processor's registers are.

use ndarray::Array2;

/// `W` neighbouring neurons' values of one quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C, align(64))]
pub(crate) struct Lanes<const W: usize>(pub(crate) [f32; W]);

impl<const W: usize> Lanes<W> {
    pub(crate) const ZERO: Self = Self([0.0; W]);

    #[inline(always)]
    pub(crate) fn splat(value: f32) -> Self {
        Self([value; W])
    }

    #[inline(always)]
    pub(crate) fn map(mut self, f: impl Fn(f32) -> f32) -> Self {
        for lane in 0..W {
            self.0[lane] = f(self.0[lane]);
        }
        self
    }

    #[inline(always)]
    pub(crate) fn zip(mut self, other: &Self, f: impl Fn(f32, f32) -> f32) -> Self {
        for lane in 0..W {
            self.0[lane] = f(self.0[lane], other.0[lane]);
        }
        self
    }

    #[inline(always)]
    pub(crate) fn add(&mut self, other: &Self) {
        for lane in 0..W {
            self.0[lane] += other.0[lane];
        }
    }

    /// `self += factor * other`, rounded after the product and after the sum.
    #[inline(always)]
    pub(crate) fn add_scaled(&mut self, factor: f32, other: &Self) {
        for lane in 0..W {
            self.0[lane] += factor * other.0[lane];
        }
    }
}

/// Number of tiles of width `W` that hold `units` neurons.
pub(crate) fn tiles<const W: usize>(units: usize) -> usize {
    units.div_ceil(W)
}

/// Packs a vector over neurons into tiles; lanes beyond the last neuron are zero.
pub(crate) fn pack<const W: usize>(values: impl ExactSizeIterator<Item = f32>) -> Vec<Lanes<W>> {
    let mut packed = vec![Lanes::ZERO; tiles::<W>(values.len())];
    for (index, value) in values.enumerate() {
        packed[index / W].0[index % W] = value;
    }
    packed
}

/// The first `units` neurons of packed tiles, as f64.
pub(crate) fn unpack<const W: usize>(packed: &[Lanes<W>], units: usize) -> Vec<f64> {
    packed
        .iter()
        .flat_map(|tile| tile.0)
        .take(units)
        .map(f64::from)
        .collect()
}

/// A matrix of postsynaptic x presynaptic values: for every tile of postsynaptic neurons one
/// [`Lanes`] a presynaptic neuron, so that a spike adds one contiguous column piece to a tile.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TiledMatrix<const W: usize> {
    units: usize,
    inputs: usize,
    columns: Vec<Lanes<W>>,
}

impl<const W: usize> TiledMatrix<W> {
    pub(crate) fn from_dense(dense: &Array2<f64>) -> Self {
        let (units, inputs) = dense.dim();
        let mut tiled = Self::zeros(units, inputs);
        for ((unit, input), &value) in dense.indexed_iter() {
            tiled.set(unit, input, value as f32);
        }
        tiled
    }

    pub(crate) fn zeros(units: usize, inputs: usize) -> Self {
        Self {
            units,
            inputs,
            columns: vec![Lanes::ZERO; tiles::<W>(units) * inputs],
        }
    }

    pub(crate) fn to_dense(&self) -> Array2<f64> {
        let mut dense = Array2::zeros((self.units, self.inputs));
        for (unit, mut row) in dense.outer_iter_mut().enumerate() {
            let columns = self.tile(unit / W);
            for (value, column) in row.iter_mut().zip(columns) {
                *value = f64::from(column.0[unit % W]);
            }
        }
        dense
    }

    pub(crate) fn units(&self) -> usize {
        self.units
    }

    pub(crate) fn inputs(&self) -> usize {
        self.inputs
    }

    #[inline(always)]
    pub(crate) fn get(&self, unit: usize, input: usize) -> f32 {
        self.columns[(unit / W) * self.inputs + input].0[unit % W]
    }

    #[inline(always)]
    pub(crate) fn set(&mut self, unit: usize, input: usize, value: f32) {
        self.columns[(unit / W) * self.inputs + input].0[unit % W] = value;
    }

    /// The columns of one tile, indexed by presynaptic neuron.
    #[inline(always)]
    pub(crate) fn tile(&self, tile: usize) -> &[Lanes<W>] {
        &self.columns[tile * self.inputs..(tile + 1) * self.inputs]
    }

    #[inline(always)]
    pub(crate) fn tile_mut(&mut self, tile: usize) -> &mut [Lanes<W>] {
        &mut self.columns[tile * self.inputs..(tile + 1) * self.inputs]
    }

    /// All columns, tile by tile.
    pub(crate) fn columns_mut(&mut self) -> &mut [Lanes<W>] {
        &mut self.columns
    }
}

#[cfg(test)]
mod tests {
    //! Promise: cutting a matrix into tiles loses nothing.
    use super::*;

    #[test]
    fn tiles_hold_the_matrix() {
        let dense = Array2::from_shape_fn((37, 5), |(i, j)| (i * 10 + j) as f64);
        let tiled = TiledMatrix::<16>::from_dense(&dense);
        assert_eq!(tiled.to_dense(), dense);
        assert_eq!(tiled.tile(2)[3].0[4], 363.0);
        assert_eq!(tiled.tile(2)[3].0[5], 0.0);
        assert_eq!(unpack(&pack::<16>((0..37).map(|i| i as f32)), 37)[36], 36.0);
    }
}
