//! Matrices times batches of rates, and batches of outer products into matrices.
//!
//! A batch is cut into blocks of five patterns, with whose sums a panel of sixteen neurons fills the
//! registers, then two, then one. Sums run over the columns in order, and products of a block are added up
//! before they are added to a weight, so that the bits depend on nothing but the numbers.

use std::ops::Range;

use super::matrix::Matrix;
use super::rates::Lanes16;
use crate::simd::lanes::Lanes;
use crate::simd::{Kernel, Vector};

/// The blocks of a batch: first pattern and number of patterns.
pub(super) fn blocks(batch: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut first = 0;
    std::iter::from_fn(move || {
        let size = match batch - first {
            0 => return None,
            1 => 1,
            2..5 => 2,
            _ => 5,
        };
        first += size;
        Some((first - size, size))
    })
}

/// Presynaptic rates of a batch: block by block, in it column by column, in it pattern by pattern.
#[derive(Debug, Clone, Default)]
pub(super) struct BatchRates {
    values: Vec<f32>,
    columns: usize,
    /// Columns that are not 0 in the whole batch.
    runs: Vec<Range<usize>>,
}

impl BatchRates {
    /// Takes `rate(unit, pattern)` for `units`, and a bias rate in a column of its own unless it is 0.
    pub(super) fn fill(
        &mut self,
        units: usize,
        bias_rate: f32,
        batch: usize,
        rate: impl Fn(usize, usize) -> f32,
    ) {
        self.columns = units + usize::from(bias_rate > 0.0);
        self.values.resize(self.columns * batch, bias_rate);
        for (first, size) in blocks(batch) {
            let block = &mut self.values[first * self.columns..][..size * self.columns];
            for (unit, rates) in block.chunks_exact_mut(size).enumerate() {
                for (pattern, value) in rates.iter_mut().enumerate() {
                    *value = if unit < units {
                        rate(unit, first + pattern)
                    } else {
                        bias_rate
                    };
                }
            }
        }
        self.runs.clear();
        self.runs.push(0..self.columns);
    }

    /// Takes the rates of neurons.
    pub(super) fn fill_from(
        &mut self,
        units: usize,
        bias_rate: f32,
        batch: usize,
        lanes: &[Lanes16],
    ) {
        self.fill(units, bias_rate, batch, |unit, pattern| {
            lanes[unit / 16 * batch + pattern].0[unit % 16]
        });
    }

    /// Leaves out columns that are 0 throughout, as the dark margins of images are: they add nothing, and
    /// their weights learn nothing.
    pub(super) fn leave_out_zeros(&mut self, batch: usize) {
        let mut used = vec![false; self.columns];
        for (first, size) in blocks(batch) {
            let block = &self.values[first * self.columns..][..size * self.columns];
            for (used, rates) in used.iter_mut().zip(block.chunks(size)) {
                *used |= rates.iter().any(|&rate| rate != 0.0);
            }
        }
        self.runs.clear();
        for column in (0..self.columns).filter(|&column| used[column]) {
            match self.runs.last_mut() {
                Some(run) if run.end == column => run.end += 1,
                _ => self.runs.push(column..column + 1),
            }
        }
    }

    /// The rates of one pattern.
    pub(super) fn pattern(&self, units: usize, batch: usize, pattern: usize) -> Vec<f64> {
        let block = blocks(batch).find(|(first, size)| (*first..first + size).contains(&pattern));
        let (first, size) = block.unwrap_or((0, batch));
        let at = |unit: usize| first * self.columns + unit * size + pattern - first;
        (0..units)
            .map(|unit| f64::from(self.values[at(unit)]))
            .collect()
    }

    #[inline(always)]
    fn block<const N: usize>(&self, first: usize) -> &[[f32; N]] {
        self.values[first * self.columns..][..N * self.columns]
            .as_chunks::<N>()
            .0
    }
}

/// `sums = matrix rates`, vector by vector and in it pattern by pattern.
pub(super) struct Multiply<'a> {
    pub(super) matrix: &'a Matrix<1>,
    pub(super) rates: &'a BatchRates,
    pub(super) batch: usize,
    pub(super) sums: &'a mut Vec<Lanes16>,
}

impl Kernel for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let (rates, batch) = (self.rates, self.batch);
        let panels = self.matrix.values.chunks_exact(self.matrix.columns);
        self.sums.resize(panels.len() * batch, Lanes::ZERO);
        for (panel, sums) in panels.zip(self.sums.chunks_exact_mut(batch)) {
            for (first, size) in blocks(batch) {
                let sums = &mut sums[first..first + size];
                match size {
                    5 => multiply_block::<V, 5>(panel, rates, first, sums),
                    2 => multiply_block::<V, 2>(panel, rates, first, sums),
                    _ => multiply_block::<V, 1>(panel, rates, first, sums),
                }
            }
        }
    }
}

#[inline(always)]
fn multiply_block<V: Vector, const N: usize>(
    panel: &[Lanes16],
    rates: &BatchRates,
    first: usize,
    sums: &mut [Lanes16],
) {
    let block = rates.block::<N>(first);
    let mut sum = [V::splat(0.0); N];
    for run in &rates.runs {
        for (weights, rates) in panel[run.clone()].iter().zip(&block[run.clone()]) {
            let weights = V::load(&weights.0);
            for i in 0..N {
                sum[i] = sum[i].add(weights.mul(V::splat(rates[i])));
            }
        }
    }
    for i in 0..N {
        sum[i].store(&mut sums[i].0);
    }
}

/// `matrix += errors rates^T`, summed over the batch.
pub(super) struct AddProducts<'a> {
    pub(super) matrix: &'a mut Matrix<1>,
    pub(super) errors: &'a [Lanes16],
    pub(super) rates: &'a BatchRates,
    pub(super) batch: usize,
}

impl Kernel for AddProducts<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let (rates, batch) = (self.rates, self.batch);
        let panels = self.matrix.values.chunks_exact_mut(self.matrix.columns);
        for (panel, errors) in panels.zip(self.errors.chunks_exact(batch)) {
            for (first, size) in blocks(batch) {
                let errors = &errors[first..first + size];
                match size {
                    5 => add_block::<V, 5>(panel, errors, rates, first),
                    2 => add_block::<V, 2>(panel, errors, rates, first),
                    _ => add_block::<V, 1>(panel, errors, rates, first),
                }
            }
        }
    }
}

#[inline(always)]
fn add_block<V: Vector, const N: usize>(
    panel: &mut [Lanes16],
    errors: &[Lanes16],
    rates: &BatchRates,
    first: usize,
) {
    let block = rates.block::<N>(first);
    let mut error = [V::splat(0.0); N];
    for i in 0..N {
        error[i] = V::load(&errors[i].0);
    }
    for run in &rates.runs {
        for (weights, rates) in panel[run.clone()].iter_mut().zip(&block[run.clone()]) {
            let mut sum = error[0].mul(V::splat(rates[0]));
            for i in 1..N {
                sum = sum.add(error[i].mul(V::splat(rates[i])));
            }
            V::load(&weights.0).add(sum).store(&mut weights.0);
        }
    }
}
