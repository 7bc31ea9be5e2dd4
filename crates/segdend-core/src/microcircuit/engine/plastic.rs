//! A family's weights in the continuous dynamics, and the sweep over them.
//!
//! A step adds to a weight a change that is often smaller than the weight's last bit: 1e-8 and less at
//! the paper's rates. Changes are therefore collected apart, and a weight is the sum of two numbers,
//! which are settled at the end of a pattern without loss. Of the induction term its product with
//! `dt eta` is kept, so that it is what the weight moves by.

use super::matrix::Matrix;
use super::rates::Lanes16;
use crate::simd::lanes::Lanes;
use crate::simd::{Kernel, Vector};

/// Vectors side by side in a sweep: with accumulators, errors, rates and what passes through they fill
/// the sixteen registers of 256 bits.
pub(super) const PANEL: usize = 2;

/// Weights from one population to another.
#[derive(Debug, Clone)]
pub(super) struct Plastic {
    pub(super) weights: Matrix<PANEL>,
    /// Changes that are not in `weights` yet; empty without plasticity.
    pub(super) low: Vec<Lanes16>,
    /// `dt eta Delta`; empty without plasticity.
    pub(super) steps: Vec<Lanes16>,
    /// `dt eta`.
    pub(super) scale: f64,
    /// `dt eta` times the share `dt / tau_w` times the postsynaptic factor of the induction term, of the
    /// last plastic step; a vector of postsynaptic units each.
    pub(super) error: Vec<Lanes16>,
}

/// What a sweep does besides adding up: the update of a step before, by its presynaptic rates.
#[derive(Clone, Copy)]
pub(super) struct Update<'a> {
    /// `1 - dt / tau_w`.
    pub(super) keep: f32,
    pub(super) before: &'a [f32],
}

impl<'a> Update<'a> {
    #[inline(always)]
    pub(super) fn of(keep: Option<f32>, before: &'a [f32]) -> Option<Self> {
        keep.map(|keep| Self { keep, before })
    }
}

impl Plastic {
    pub(super) fn new(weights: Matrix<PANEL>, scale: f64) -> Self {
        let plastic = if scale == 0.0 {
            0
        } else {
            weights.values.len()
        };
        Self {
            low: vec![Lanes::ZERO; plastic],
            steps: vec![Lanes::ZERO; plastic],
            error: vec![Lanes::ZERO; super::matrix::vectors(weights.units)],
            scale,
            weights,
        }
    }

    pub(super) fn is_plastic(&self) -> bool {
        self.scale != 0.0
    }

    /// The update alone.
    #[inline(always)]
    pub(super) fn update<V: Vector>(&mut self, update: Update<'_>) {
        if !self.is_plastic() {
            return;
        }
        let columns = self.weights.columns;
        let mut errors = self.error.chunks(PANEL);
        for (first, width) in Matrix::<PANEL>::panels(self.weights.units, columns) {
            let range = first..first + width * columns;
            let Some(error) = errors.next() else { break };
            let (low, steps) = (&mut self.low[range.clone()], &mut self.steps[range]);
            match width {
                1 => update_alone::<V, 1>(low, steps, update, error),
                _ => update_alone::<V, 2>(low, steps, update, error),
            }
        }
    }

    /// Clips plastic weights. What lies within the limit keeps its last bits.
    pub(super) fn clip(&mut self, limit: f32) {
        for (weight, low) in self.weights.values.iter().zip(&mut self.low) {
            *low = weight.zip(low, |weight, low| {
                low.max(-limit - weight).min(limit - weight)
            });
        }
    }

    /// Settles what was collected: the weight is rounded once, and the rest kept (Knuth's two-sum).
    pub(super) fn settle(&mut self) {
        for (weight, low) in self.weights.values.iter_mut().zip(&mut self.low) {
            for (weight, low) in weight.0.iter_mut().zip(&mut low.0) {
                let sum = *weight + *low;
                let of_low = sum - *weight;
                *low = (*weight - (sum - of_low)) + (*low - of_low);
                *weight = sum;
            }
        }
    }

    pub(super) fn forget(&mut self) {
        self.steps.fill(Lanes::ZERO);
    }
}

/// Adds up weights times presynaptic rates, after the update of the step before if there is one.
pub(super) struct Sweep<'a> {
    pub(super) family: &'a mut Plastic,
    pub(super) update: Option<Update<'a>>,
    pub(super) rates: &'a [f32],
    pub(super) sums: &'a mut [Lanes16],
}

impl Kernel for Sweep<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let (update, rates) = (self.update, self.rates);
        let Plastic {
            weights,
            low,
            steps,
            error,
            ..
        } = self.family;
        let columns = weights.columns;
        let (mut sums, mut errors) = (self.sums.chunks_mut(PANEL), error.chunks(PANEL));
        for (first, width) in Matrix::<PANEL>::panels(weights.units, columns) {
            let range = first..first + width * columns;
            let (Some(sums), Some(error)) = (sums.next(), errors.next()) else {
                break;
            };
            let weights = &weights.values[range.clone()];
            if low.is_empty() {
                match width {
                    1 => add_up::<V, 1>(weights, rates, sums),
                    _ => add_up::<V, 2>(weights, rates, sums),
                }
                continue;
            }
            let (low, steps) = (&mut low[range.clone()], &mut steps[range]);
            match (update, width) {
                (None, 1) => add_up_both::<V, 1>(weights, low, rates, sums),
                (None, _) => add_up_both::<V, 2>(weights, low, rates, sums),
                (Some(update), 1) => {
                    update_and_add_up::<V, 1>(weights, low, steps, update, error, rates, sums);
                }
                (Some(update), _) => {
                    update_and_add_up::<V, 2>(weights, low, steps, update, error, rates, sums);
                }
            }
        }
    }
}

#[inline(always)]
fn load<V: Vector, const N: usize>(lanes: &[Lanes16]) -> [V; N] {
    std::array::from_fn(|i| V::load(&lanes[i].0))
}

#[inline(always)]
fn add_up<V: Vector, const N: usize>(weights: &[Lanes16], rates: &[f32], sums: &mut [Lanes16]) {
    let mut sum = [V::splat(0.0); N];
    for (weights, &rate) in weights.as_chunks::<N>().0.iter().zip(rates) {
        let rate = V::splat(rate);
        for i in 0..N {
            sum[i] = sum[i].add(V::load(&weights[i].0).mul(rate));
        }
    }
    for i in 0..N {
        sum[i].store(&mut sums[i].0);
    }
}

#[inline(always)]
fn add_up_both<V: Vector, const N: usize>(
    weights: &[Lanes16],
    low: &[Lanes16],
    rates: &[f32],
    sums: &mut [Lanes16],
) {
    let mut sum = [V::splat(0.0); N];
    let pairs = weights
        .as_chunks::<N>()
        .0
        .iter()
        .zip(low.as_chunks::<N>().0);
    for ((weights, low), &rate) in pairs.zip(rates) {
        let rate = V::splat(rate);
        for i in 0..N {
            let weight = V::load(&weights[i].0).add(V::load(&low[i].0));
            sum[i] = sum[i].add(weight.mul(rate));
        }
    }
    for i in 0..N {
        sum[i].store(&mut sums[i].0);
    }
}

#[inline(always)]
fn update_and_add_up<V: Vector, const N: usize>(
    weights: &[Lanes16],
    low: &mut [Lanes16],
    steps: &mut [Lanes16],
    update: Update<'_>,
    error: &[Lanes16],
    rates: &[f32],
    sums: &mut [Lanes16],
) {
    let mut sum = [V::splat(0.0); N];
    let error = load::<V, N>(error);
    let keep = V::splat(update.keep);
    let places = weights.as_chunks::<N>().0.iter();
    let places = places
        .zip(low.as_chunks_mut::<N>().0)
        .zip(steps.as_chunks_mut::<N>().0);
    for (((weights, low), steps), (&before, &rate)) in places.zip(update.before.iter().zip(rates)) {
        let (before, rate) = (V::splat(before), V::splat(rate));
        for i in 0..N {
            // The weight moves with the old induction term.
            let step = V::load(&steps[i].0);
            let moved = V::load(&low[i].0).add(step);
            moved.store(&mut low[i].0);
            keep.mul(step)
                .add(error[i].mul(before))
                .store(&mut steps[i].0);
            sum[i] = sum[i].add(V::load(&weights[i].0).add(moved).mul(rate));
        }
    }
    for i in 0..N {
        sum[i].store(&mut sums[i].0);
    }
}

#[inline(always)]
fn update_alone<V: Vector, const N: usize>(
    low: &mut [Lanes16],
    steps: &mut [Lanes16],
    update: Update<'_>,
    error: &[Lanes16],
) {
    let error = load::<V, N>(error);
    let keep = V::splat(update.keep);
    let places = low
        .as_chunks_mut::<N>()
        .0
        .iter_mut()
        .zip(steps.as_chunks_mut::<N>().0);
    for ((low, steps), &before) in places.zip(update.before) {
        let before = V::splat(before);
        for i in 0..N {
            let step = V::load(&steps[i].0);
            V::load(&low[i].0).add(step).store(&mut low[i].0);
            keep.mul(step)
                .add(error[i].mul(before))
                .store(&mut steps[i].0);
        }
    }
}
