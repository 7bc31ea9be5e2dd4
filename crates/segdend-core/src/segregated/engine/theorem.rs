//! The Jacobians of Theorem 1 over the last examples, and both sides of Eq. 8, on the engine's tiles.
//!
//! ```text
//! J_beta  = diag(lambda_max k_D sigma'(mean U_f)) W1              outputs x hidden
//! J_gamma = diag(sigma'(Y lambda_max sigma(mean U_f))) Y          hidden x outputs
//! ```
//!
//! What an example costs is one product of the two, one product of their sums, and the sums
//! themselves. The weights are read where they lie. Feedback that stands still is summed as its
//! factors `sigma'(Y ...)` alone, a number a hidden unit, since `sum_t J_gamma = diag(sum_t factor) Y`.
//!
//! Products are summed over a tile of hidden units in f32 and over tiles in f64, always in the same
//! order, so that the registers do not show in the bits. Sums over the window are sliding: the
//! newest is added, the oldest subtracted; a second set takes additions only and replaces the first
//! whenever the window has been filled anew, so that no sum carries the rounding of more than two
//! windows.

use std::ops::{Add, Sub};

use super::dispatch::{Vector, Work, fetch_ahead, flatten};
use super::lanes::Lanes;
use super::math;
use super::phase::{HIDDEN_LANES, OUTPUT_LANES};
use super::view::ExampleView;
use crate::segregated::mechanisms::FeedbackWeights;
use crate::segregated::plasticity;
use crate::segregated::schedule::Phase;

/// Columns that are multiplied together: the ten outputs of the paper, and the hidden target beside
/// them.
const COLUMNS: usize = 11;
/// The outputs alone.
const FEWER: usize = 10;

/// The last examples' Jacobians of Theorem 1, of a network with one hidden layer.
#[derive(Debug, Clone)]
pub struct TheoremWindow {
    outputs: usize,
    hidden: usize,
    capacity: usize,
    /// Examples in the window.
    len: usize,
    /// Whether feedback changes with the weights.
    feedback_follows: bool,
    /// `J_beta J_gamma`, row by row.
    products: Sliding<f64>,
    /// J_beta of each tile of outputs: a row a hidden unit, as wide as the tile has outputs.
    feedforward: Vec<Sliding<f32>>,
    /// J_gamma in the tiles of Y, or the factors of its rows.
    feedback: Sliding<f32>,
    room: Room,
}

/// Room for what is computed on the way.
#[derive(Debug, Clone)]
struct Room {
    /// The factors of J_gamma's rows.
    factors: Vec<Lanes<HIDDEN_LANES>>,
    /// What W1 or its sum is multiplied with: a tile of hidden units after the other, and in it a
    /// column after the other.
    right: Vec<Lanes<HIDDEN_LANES>>,
    /// What is taken into a sum of f32.
    taken: Vec<f32>,
    /// What is taken into the sum of products.
    scaled: Vec<f64>,
    /// A product, a column after the other.
    product: Vec<f64>,
    /// `(sum_t J_beta) (sum_t J_gamma)`, a column after the other.
    product_of_sums: Vec<f64>,
}

/// Both sides of Eq. 8 for an example: the inequality holds if the left one is smaller.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inequality {
    /// Squared distance of the output target from what the hidden target of Eq. 6 would bring
    /// about: `|target(1) - lambda_max sigma(k_D W1 target(0))|^2`.
    pub left: f64,
    /// Squared distance of the output target from what the output layer did:
    /// `|target(1) - lambda_max sigma(mean U_f)|^2`.
    pub right: f64,
}

impl TheoremWindow {
    /// An empty window of `capacity` examples for the network in view; none unless the network has
    /// exactly one hidden layer and the window holds something.
    pub fn new(view: &ExampleView<'_>, capacity: usize) -> Option<Self> {
        let &[_, hidden, outputs] = view.sizes() else {
            return None;
        };
        if capacity == 0 {
            return None;
        }
        let feedback_follows = matches!(
            view.engine.mechanisms.feedback_weights,
            FeedbackWeights::Symmetric | FeedbackWeights::NoisySymmetric
        );
        let tiles = hidden.div_ceil(HIDDEN_LANES);
        let factors = tiles * HIDDEN_LANES;
        let feedback = if feedback_follows {
            factors * outputs
        } else {
            factors
        };
        let widths = (0..outputs)
            .step_by(OUTPUT_LANES)
            .map(|first| (outputs - first).min(OUTPUT_LANES));
        Some(Self {
            outputs,
            hidden,
            capacity,
            len: 0,
            feedback_follows,
            products: Sliding::new(outputs * outputs, capacity),
            feedforward: widths
                .map(|width| Sliding::new(padded(hidden, width), capacity))
                .collect(),
            feedback: Sliding::new(feedback, capacity),
            room: Room {
                factors: vec![Lanes::ZERO; tiles],
                right: vec![Lanes::ZERO; tiles * (outputs + 1)],
                taken: Vec::new(),
                scaled: vec![0.0; outputs * outputs],
                product: vec![0.0; outputs * (outputs + 1)],
                product_of_sums: vec![0.0; outputs * outputs],
            },
        })
    }

    /// Takes an example that keeps rates; the oldest leaves a full window.
    pub fn push(&mut self, view: &ExampleView<'_>) -> Inequality {
        self.len = (self.len + 1).min(self.capacity);
        view.engine.model.level.run(Push { window: self, view })
    }

    /// Writes `M = (1/N) sum_t J_beta J_gamma` over the N examples in the window to `entries`, row
    /// by row; outputs x outputs.
    pub fn mean_of_products(&self, entries: &mut Vec<f64>) {
        let count = self.len as f64;
        entries.clear();
        entries.extend(self.products.sums.iter().map(|sum| sum / count));
    }

    /// Writes `M = ((1/N) sum_t J_beta) ((1/N) sum_t J_gamma)` likewise.
    pub fn product_of_means(&self, entries: &mut Vec<f64>) {
        let squared_count = (self.len * self.len) as f64;
        let outputs = self.outputs;
        let row_by_row = (0..outputs).flat_map(|row| (0..outputs).map(move |c| c * outputs + row));
        entries.clear();
        entries.extend(row_by_row.map(|place| self.room.product_of_sums[place] / squared_count));
    }
}

/// An example for the window, compiled for every register width.
struct Push<'a, 'e> {
    window: &'a mut TheoremWindow,
    view: &'a ExampleView<'e>,
}

impl Work for Push<'_, '_> {
    type Output = Inequality;

    #[inline(always)]
    fn run<V: Vector>(self) -> Inequality {
        let (window, engine) = (self.window, self.view.engine);
        let (outputs, hidden, room) = (window.outputs, window.hidden, &mut window.room);
        // The window is too long for the caches; its oldest example is fetched while the newest is
        // multiplied.
        let sums_of_f32 = window.feedforward.iter().chain([&window.feedback]);
        sums_of_f32.for_each(|sliding| fetch_ahead(sliding.oldest()));
        let p = &engine.model.parameters;
        let (lambda_max, attenuation) = (p.lambda_max_per_ms, p.dendritic_attenuation());
        let feedforward = &engine.weights.output.feedforward;
        let feedback = engine.weights.hidden[0].feedback.as_ref();
        let feedback = feedback.expect("a hidden layer has feedback");
        let (below, above) = (&engine.learning.hidden[0], &engine.learning.output);
        let (forward, target) = (Phase::Forward.index(), Phase::Target.index());

        // Of the outputs: lambda_max sigma(mean U_f), and the factors of J_beta's rows.
        let of_unit = |tiles: &[Lanes<OUTPUT_LANES>], unit: usize| {
            f64::from(tiles[unit / OUTPUT_LANES].0[unit % OUTPUT_LANES])
        };
        let mut reached = above.soma_forward.clone();
        let mut slopes = above.soma_forward.clone();
        for unit in 0..outputs {
            let sigma = plasticity::sigma(of_unit(&above.soma_forward, unit));
            let (tile, lane) = (unit / OUTPUT_LANES, unit % OUTPUT_LANES);
            reached[tile].0[lane] = (lambda_max * sigma) as f32;
            slopes[tile].0[lane] = (lambda_max * attenuation * sigma * (1.0 - sigma)) as f32;
        }

        // J_gamma without W1's side, and beside it the hidden target of Eq. 6.
        let columns = outputs + 1;
        let rights = room.right.chunks_exact_mut(columns);
        for (tile, (factors, right)) in room.factors.iter_mut().zip(rights).enumerate() {
            let y = feedback.tile(tile);
            let mut apical = Lanes::ZERO;
            for (column, &rate) in y.iter().zip(flatten(&reached)) {
                apical.add_scaled(rate, column);
            }
            *factors = apical.map(math::sigma_prime);
            for (right, column) in right.iter_mut().zip(y) {
                *right = column.zip(factors, |y, factor| y * factor);
            }
            right[outputs] = below.rate[forward][tile]
                .zip(&below.plateau[target][tile], |rate, plateau| rate + plateau)
                .zip(&below.plateau[forward][tile], |sum, plateau| sum - plateau);
        }
        for tile in 0..window.feedforward.len() {
            let rows = Rows {
                values: flatten(feedforward.tile(tile)),
                stride: OUTPUT_LANES,
                first: tile * OUTPUT_LANES,
            };
            rows.multiply::<V>(hidden, &room.right, columns, &mut room.product, outputs);
        }

        // Both sides of Eq. 8.
        let (mut left, mut right) = (0.0, 0.0);
        for unit in 0..outputs {
            let wanted = of_unit(&above.rate[target], unit);
            let voltage = attenuation * room.product[outputs * outputs + unit];
            let brought_about = lambda_max * plasticity::sigma(voltage);
            let was = of_unit(&reached, unit);
            left += (wanted - brought_about) * (wanted - brought_about);
            right += (wanted - was) * (wanted - was);
        }

        // The example into the sums.
        for (row, scaled) in room.scaled.chunks_exact_mut(outputs).enumerate() {
            let slope = of_unit(&slopes, row);
            for (column, scaled) in scaled.iter_mut().enumerate() {
                *scaled = slope * room.product[column * outputs + row];
            }
        }
        window.products.take(&room.scaled);
        for (tile, sliding) in window.feedforward.iter_mut().enumerate() {
            let width = (outputs - tile * OUTPUT_LANES).min(OUTPUT_LANES);
            let factors = V::load(&slopes[tile].0);
            room.taken.resize(padded(hidden, width), 0.0);
            for (unit, column) in feedforward.tile(tile).iter().enumerate() {
                // What is stored beyond the row is stored over by the next; beyond the last it is 0.
                let place = &mut room.taken[unit * width..unit * width + OUTPUT_LANES];
                let place = place.try_into().expect("sixteen lanes");
                V::load(&column.0).mul(factors).store(place);
            }
            sliding.take(&room.taken);
        }
        if window.feedback_follows {
            room.taken.clear();
            for tile in room.right.chunks_exact(columns) {
                room.taken.extend_from_slice(flatten(&tile[..outputs]));
            }
            window.feedback.take(&room.taken);
        } else {
            window.feedback.take(flatten(&room.factors));
        }

        // The product of the sums.
        let per_tile = if window.feedback_follows { outputs } else { 1 };
        let sums = window.feedback.sums.chunks_exact(per_tile * HIDDEN_LANES);
        let rights = room.right.chunks_exact_mut(outputs);
        for (tile, (right, sums)) in rights.zip(sums).enumerate() {
            let sums = sums.as_chunks::<HIDDEN_LANES>().0;
            for (column, right) in right.iter_mut().enumerate() {
                *right = match sums {
                    [factors] => Lanes(*factors).zip(&feedback.tile(tile)[column], |f, y| f * y),
                    columns => Lanes(columns[column]),
                };
            }
        }
        for (tile, sliding) in window.feedforward.iter().enumerate() {
            let rows = Rows {
                values: &sliding.sums,
                stride: (outputs - tile * OUTPUT_LANES).min(OUTPUT_LANES),
                first: tile * OUTPUT_LANES,
            };
            let product = &mut room.product_of_sums;
            rows.multiply::<V>(hidden, &room.right, outputs, product, outputs);
        }
        Inequality { left, right }
    }
}

/// Entries of `hidden` rows, so that the last can be read and written sixteen lanes wide.
fn padded(hidden: usize, width: usize) -> usize {
    hidden * width + OUTPUT_LANES
}

/// A matrix of outputs x hidden for a tile of outputs: a row a hidden unit, `stride` apart.
struct Rows<'a> {
    values: &'a [f32],
    stride: usize,
    /// The tile's first output.
    first: usize,
}

impl Rows<'_> {
    /// Its product with `columns` columns over the hidden units, into the tile's part of a product
    /// of `outputs` rows, a column after the other.
    #[inline(always)]
    fn multiply<V: Vector>(
        &self,
        hidden: usize,
        right: &[Lanes<HIDDEN_LANES>],
        columns: usize,
        product: &mut [f64],
        outputs: usize,
    ) {
        let width = (outputs - self.first).min(OUTPUT_LANES);
        let mut start = 0;
        while start < columns {
            let count = COLUMNS.min(columns - start);
            let mut sums = [[0.0_f64; OUTPUT_LANES]; COLUMNS];
            for (tile, right) in right.chunks_exact(columns).enumerate() {
                let first = tile * HIDDEN_LANES;
                let units = (hidden - first.min(hidden)).min(HIDDEN_LANES);
                let rows = &self.values[first * self.stride..];
                match count {
                    COLUMNS => self.add_tile::<V, COLUMNS>(rows, units, &right[start..], &mut sums),
                    FEWER => self.add_tile::<V, FEWER>(rows, units, &right[start..], &mut sums),
                    _ => {
                        for (column, sums) in (start..start + count).zip(&mut sums) {
                            let sums = std::array::from_mut(sums);
                            self.add_tile::<V, 1>(rows, units, &right[column..], sums);
                        }
                    }
                }
            }
            for (column, sums) in (start..start + count).zip(&sums) {
                let place = column * outputs + self.first;
                product[place..place + width].copy_from_slice(&sums[..width]);
            }
            start += count;
        }
    }

    /// Adds the products with `N` columns over the units of a tile.
    #[inline(always)]
    fn add_tile<V: Vector, const N: usize>(
        &self,
        rows: &[f32],
        units: usize,
        columns: &[Lanes<HIDDEN_LANES>],
        sums: &mut [[f64; OUTPUT_LANES]],
    ) {
        let columns: &[Lanes<HIDDEN_LANES>; N] = columns[..N].try_into().expect("N columns");
        let mut totals = [V::splat(0.0); N];
        for unit in 0..units {
            let row = &rows[unit * self.stride..unit * self.stride + OUTPUT_LANES];
            let row = V::load(row.try_into().expect("sixteen lanes"));
            for (total, column) in totals.iter_mut().zip(columns) {
                *total = total.add(row.mul(V::splat(column.0[unit % HIDDEN_LANES])));
            }
        }
        for (sums, total) in sums.iter_mut().zip(totals) {
            let mut lanes = [0.0; OUTPUT_LANES];
            total.store(&mut lanes);
            for (sum, lane) in sums.iter_mut().zip(lanes) {
                *sum += f64::from(lane);
            }
        }
    }
}

/// Sums over the last entries, each some numbers side by side.
#[derive(Debug, Clone)]
struct Sliding<T> {
    /// The entries, example by example; zero where there was none yet.
    ring: Vec<T>,
    /// Where the next one goes.
    next: usize,
    /// Over the window: additions and subtractions.
    sums: Vec<T>,
    /// Over the examples since the ring last began anew: additions only.
    fresh: Vec<T>,
}

impl<T: Copy + Default + Add<Output = T> + Sub<Output = T>> Sliding<T> {
    fn new(numbers: usize, capacity: usize) -> Self {
        Self {
            ring: vec![T::default(); numbers * capacity],
            next: 0,
            sums: vec![T::default(); numbers],
            fresh: vec![T::default(); numbers],
        }
    }

    /// The oldest entry, which the next replaces.
    #[inline(always)]
    fn oldest(&self) -> &[T] {
        &self.ring[self.next..self.next + self.sums.len()]
    }

    /// Takes an entry in place of the oldest.
    #[inline(always)]
    fn take(&mut self, entry: &[T]) {
        let oldest = &mut self.ring[self.next..self.next + entry.len()];
        let sums = self.sums.iter_mut().zip(&mut self.fresh);
        for ((oldest, &new), (sum, fresh)) in oldest.iter_mut().zip(entry).zip(sums) {
            *sum = (*sum + new) - *oldest;
            *fresh = *fresh + new;
            *oldest = new;
        }
        self.next += entry.len();
        if self.next == self.ring.len() {
            self.next = 0;
            self.sums.copy_from_slice(&self.fresh);
            self.fresh.fill(T::default());
        }
    }
}
