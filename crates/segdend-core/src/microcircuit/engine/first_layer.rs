//! What reaches the first layer, without a sweep over its weights in every step.
//!
//! While a pattern `p` is shown, the filtered input is `r_0 = p + b q`, where `q` is its distance from
//! the pattern at the beginning and `b` shrinks from step to step. Weights and induction terms of the first
//! layer matter to it only through their products with `p` and `q`, and all their updates are sums of
//! `e p^T` and `e q^T`. So a step follows a few numbers a neuron, and the matrices are brought up to date
//! at the end: `low += c S + X p^T + Y q^T`, `S = a S + x p^T + y q^T`, with `S = dt eta Delta`.

use super::matrix::Matrix;
use super::plastic::{PANEL, Plastic};
use super::rates::Lanes16;
use crate::simd::Vector;
use crate::simd::lanes::Lanes;

/// The numbers of one vector of neurons. `_p` and `_q` are products with `p` and `q`.
#[derive(Debug, Clone, Copy)]
struct Followed {
    weight_p: Lanes16,
    weight_q: Lanes16,
    low_p: Lanes16,
    low_q: Lanes16,
    step_p: Lanes16,
    step_q: Lanes16,
    /// X, Y.
    low: [Lanes16; 2],
    /// x, y.
    step: [Lanes16; 2],
}

/// The first layer while a pattern is shown.
#[derive(Debug, Clone)]
pub(super) struct FirstLayer {
    /// `p` and `q`, with the bias rate and 0 behind them where there are biases.
    pattern: Vec<f32>,
    distance: Vec<f32>,
    /// `p . p`, `p . q`, `q . q`.
    squares: [f32; 3],
    /// `b`, and what it is multiplied by in a step.
    b: f64,
    shrink: f64,
    /// `a` and `c`.
    kept: f64,
    gone: f64,
    followed: Vec<Followed>,
}

impl FirstLayer {
    pub(super) fn new(vectors: usize) -> Self {
        let zero = Followed {
            weight_p: Lanes::ZERO,
            weight_q: Lanes::ZERO,
            low_p: Lanes::ZERO,
            low_q: Lanes::ZERO,
            step_p: Lanes::ZERO,
            step_q: Lanes::ZERO,
            low: [Lanes::ZERO; 2],
            step: [Lanes::ZERO; 2],
        };
        Self {
            pattern: Vec::new(),
            distance: Vec::new(),
            squares: [0.0; 3],
            b: 1.0,
            shrink: 0.0,
            kept: 1.0,
            gone: 0.0,
            followed: vec![zero; vectors],
        }
    }

    /// Begins with `filtered`, the input as it stands; `step` is what the filter moves by in a step.
    #[inline(always)]
    pub(super) fn begin<V: Vector>(
        &mut self,
        plastic: &mut Plastic,
        pattern: &[f32],
        filtered: &[f32],
        step: f64,
    ) {
        self.pattern.clear();
        self.pattern.extend_from_slice(pattern);
        self.distance.clear();
        self.distance
            .extend(filtered.iter().zip(pattern).map(|(r, p)| r - p));
        let dot = |a: &[f32], b: &[f32]| -> f32 {
            a.iter()
                .zip(b)
                .map(|(&a, &b)| f64::from(a) * f64::from(b))
                .sum::<f64>() as f32
        };
        let (p, q) = (&self.pattern, &self.distance);
        self.squares = [dot(p, p), dot(p, q), dot(q, q)];
        (self.b, self.shrink) = (1.0, 1.0 - step);
        (self.kept, self.gone) = (1.0, 0.0);
        let mut sums = vec![Lanes::ZERO; self.followed.len()];
        for (values, of) in [
            (&plastic.weights.values, 0),
            (&plastic.low, 1),
            (&plastic.steps, 2),
        ] {
            for (rates, which) in [(p, 0), (q, 1)] {
                if values.is_empty() {
                    sums.fill(Lanes::ZERO);
                } else {
                    product::<V>(values, &plastic.weights, rates, &mut sums);
                }
                for (followed, &sum) in self.followed.iter_mut().zip(&sums) {
                    *match (of, which) {
                        (0, 0) => &mut followed.weight_p,
                        (0, _) => &mut followed.weight_q,
                        (1, 0) => &mut followed.low_p,
                        (1, _) => &mut followed.low_q,
                        (_, 0) => &mut followed.step_p,
                        _ => &mut followed.step_q,
                    } = sum;
                }
            }
        }
        for followed in &mut self.followed {
            followed.low = [Lanes::ZERO; 2];
            followed.step = [Lanes::ZERO; 2];
        }
    }

    /// The input moves towards the pattern.
    #[inline(always)]
    pub(super) fn filter(&mut self) {
        self.b *= self.shrink;
    }

    /// `up_1 r_0`.
    #[inline(always)]
    pub(super) fn add_up<V: Vector>(&self, sums: &mut [Lanes16]) {
        let b = V::splat(self.b as f32);
        for (followed, sum) in self.followed.iter().zip(sums) {
            let p = V::load(&followed.weight_p.0).add(V::load(&followed.low_p.0));
            let q = V::load(&followed.weight_q.0).add(V::load(&followed.low_q.0));
            p.add(b.mul(q)).store(&mut sum.0);
        }
    }

    /// The update of a step by `plastic.error`.
    #[inline(always)]
    pub(super) fn update<V: Vector>(&mut self, plastic: &Plastic, keep: f64) {
        if !plastic.is_plastic() {
            return;
        }
        self.gone += self.kept;
        self.kept *= keep;
        let [pp, pq, qq] = self.squares;
        let scalar = self.b as f32;
        let (on_p, on_q) = (V::splat(pp + scalar * pq), V::splat(pq + scalar * qq));
        let (keep, b) = (V::splat(keep as f32), V::splat(scalar));
        for (followed, error) in self.followed.iter_mut().zip(&plastic.error) {
            let error = V::load(&error.0);
            let Followed {
                low_p,
                low_q,
                step_p,
                step_q,
                low: [x_low, y_low],
                step: [x, y],
                ..
            } = followed;
            for (low, step, term) in [
                (low_p, step_p, error.mul(on_p)),
                (low_q, step_q, error.mul(on_q)),
                (x_low, x, error),
                (y_low, y, error.mul(b)),
            ] {
                let old = V::load(&step.0);
                V::load(&low.0).add(old).store(&mut low.0);
                keep.mul(old).add(term).store(&mut step.0);
            }
        }
    }

    /// Brings weights and filtered input up to date.
    #[inline(always)]
    pub(super) fn end<V: Vector>(&self, plastic: &mut Plastic, filtered: &mut [f32]) {
        let b = self.b as f32;
        for ((r, p), q) in filtered.iter_mut().zip(&self.pattern).zip(&self.distance) {
            *r = p + b * q;
        }
        if !plastic.is_plastic() || self.gone == 0.0 {
            return;
        }
        let (kept, gone) = (V::splat(self.kept as f32), V::splat(self.gone as f32));
        let columns = plastic.weights.columns;
        let mut vector = 0;
        for (first, width) in Matrix::<PANEL>::panels(plastic.weights.units, columns) {
            for (column, (&p, &q)) in self.pattern.iter().zip(&self.distance).enumerate() {
                let (p, q) = (V::splat(p), V::splat(q));
                for i in 0..width {
                    let place = first + column * width + i;
                    let followed = &self.followed[vector + i];
                    let step = V::load(&plastic.steps[place].0);
                    let low = &mut plastic.low[place].0;
                    V::load(low)
                        .add(gone.mul(step).add(combine(&followed.low, p, q)))
                        .store(low);
                    kept.mul(step)
                        .add(combine(&followed.step, p, q))
                        .store(&mut plastic.steps[place].0);
                }
            }
            vector += width;
        }
    }
}

/// `x p + y q`.
#[inline(always)]
fn combine<V: Vector>([x, y]: &[Lanes16; 2], p: V, q: V) -> V {
    V::load(&x.0).mul(p).add(V::load(&y.0).mul(q))
}

/// Values laid out as `like` times rates.
#[inline(always)]
fn product<V: Vector>(
    values: &[Lanes16],
    like: &Matrix<PANEL>,
    rates: &[f32],
    sums: &mut [Lanes16],
) {
    let mut vector = 0;
    for (first, width) in Matrix::<PANEL>::panels(like.units, like.columns) {
        for i in 0..width {
            let mut sum = V::splat(0.0);
            for (column, &rate) in rates.iter().enumerate() {
                let value = V::load(&values[first + column * width + i].0);
                sum = sum.add(value.mul(V::splat(rate)));
            }
            sum.store(&mut sums[vector + i].0);
        }
        vector += width;
    }
}
