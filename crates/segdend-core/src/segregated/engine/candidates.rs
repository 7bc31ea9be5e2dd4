//! Spikes of the layers above the input, by thinning.
//!
//! A neuron's spike count in a step is Poisson with mean `lambda_max sigma(C)` (Eq. 13). It is
//! drawn by thinning: candidates come at the constant rate `lambda_max`, each with a threshold
//! `theta` of the logistic distribution, and a candidate is a spike if `theta < C`. Since
//! `P(theta < C) = sigma(C)`, and a thinned Poisson count is Poisson, the counts have exactly the
//! distribution of Eq. 13 - counts of 2 and more included - without a sigmoid, and with candidates
//! that do not depend on the network, so that they can be drawn ahead.

mod draws;
mod thinning;

use super::column_sums::RunToEnd;
use crate::rng::StreamKey;
use crate::simd::Vector;
use crate::simd::lane_rng::STREAMS;
use crate::simd::lanes::tiles;

use draws::Draws;
pub(crate) use draws::TileDraws;
pub(crate) use thinning::{InPhase, InStep, InTile, Thinning};

/// A cell beyond every phase.
const NO_CELL: u32 = u32::MAX;

/// Candidate spikes of one layer for one phase.
#[derive(Debug, Clone)]
pub(crate) struct Candidates {
    tiles: Vec<TileCandidates>,
    draws: Draws,
}

/// Candidates of one tile, in order of their cells.
#[derive(Debug, Clone, Default)]
struct TileCandidates {
    /// `step * W + lane` of each candidate, in rows as they were drawn. The last lies beyond the
    /// phase; a row of padding follows, so that sixteen can be read from any of them on.
    cells: Vec<[u32; STREAMS]>,
    /// A candidate is a spike where the somatic voltage exceeds its threshold.
    thresholds: Vec<[f32; STREAMS]>,
    /// The next candidate to look at.
    next: usize,
    /// Cells of the spikes, where they were found in the whole phase at once, in order; sixteen of
    /// padding follow.
    spikes: Vec<u32>,
    /// How many of them have been merged with those of the other tiles.
    merged: usize,
}

impl Candidates {
    /// Candidates for a layer of `units` in tiles of `W`, with `lambda_max` a step.
    pub(crate) fn new<const W: usize>(units: usize, lambda_max: f64) -> Self {
        Self {
            tiles: vec![TileCandidates::default(); tiles::<W>(units)],
            draws: Draws::new(lambda_max),
        }
    }

    /// How many candidates a phase has; no more spikes can be found.
    #[inline(always)]
    pub(crate) fn count(&self) -> usize {
        self.draws.candidates
    }

    /// Begins a phase of `steps` steps. Its candidates are to be drawn before they are looked at, tile
    /// after tile.
    #[inline(always)]
    pub(crate) fn begin_phase<const W: usize>(&mut self, key: StreamKey, steps: usize) {
        self.draws.begin_phase(key, steps * W);
    }

    /// Begins the draws of a tile, unless it has been drawn.
    #[inline(always)]
    pub(crate) fn draws_of(&mut self, tile: usize) -> Option<TileDraws<'_>> {
        (tile == self.draws.tiles).then(|| TileDraws::begin(&mut self.tiles[tile], &mut self.draws))
    }

    /// Draws all that has not been drawn.
    #[inline(always)]
    pub(crate) fn draw<V: Vector>(&mut self) {
        for tile in self.draws.tiles..self.tiles.len() {
            V::out_of_line(RunToEnd(TileDraws::begin(
                &mut self.tiles[tile],
                &mut self.draws,
            )));
        }
    }
}

impl TileCandidates {
    /// Forgets everything and reserves so many rows.
    #[inline(always)]
    fn clear(&mut self, rows: usize) {
        self.next = 0;
        self.reserve(rows + 1);
    }

    #[inline(always)]
    fn reserve(&mut self, rows: usize) {
        if self.cells.len() < rows {
            self.cells.resize(rows, [0; STREAMS]);
            self.thresholds.resize(rows, [0.0; STREAMS]);
        }
    }

    /// There are no more than so many rows.
    #[inline(always)]
    fn end(&mut self, rows: usize) {
        self.cells[rows] = [NO_CELL; STREAMS];
    }
}

#[cfg(test)]
mod tests {
    //! Promise: the spikes of every lane are Poisson with the rate `lambda_max sigma(C)`, means and
    //! variances (normal bounds at fixed seeds), and they are the same at every register width, however
    //! many candidates were drawn beside other work, looked for step by step or in the whole phase.
    use super::super::column_sums::Interleaved;
    use super::super::spike_train::SpikeTrain;
    use super::super::voltages::{Order, Voltages};
    use super::*;
    use crate::rng::Purpose;
    use crate::simd::lanes::Lanes;
    use crate::simd::{Kernel, SimdLevel};
    use rand::Rng;

    fn key(n: u64) -> StreamKey {
        StreamKey::new(11, Purpose::TrainingSpikes, 1, n)
    }

    /// Draws the candidates of one tile and finds its spikes, at a register width.
    struct Thin<'a, const W: usize> {
        candidates: &'a mut Candidates,
        key: StreamKey,
        units: usize,
        somas: &'a [Lanes<W>],
        order: Order,
    }

    /// Voltages of one tile after another in a phase.
    fn voltages<const W: usize>(tiles: &[&[Lanes<W>]], order: Order) -> Voltages<W> {
        let mut voltages = Voltages::default();
        voltages.begin_phase(tiles.len(), tiles[0].len(), order);
        for (tile, somas) in tiles.iter().enumerate() {
            let mut buffer = voltages.buffer_of(tile);
            somas.iter().for_each(|row| *buffer.next().unwrap() = *row);
        }
        voltages
    }

    /// Finds the spikes of drawn candidates: step by step, or in the whole phase.
    #[inline(always)]
    fn find<V: Vector, const W: usize>(
        candidates: &mut Candidates,
        units: usize,
        tiles: &[&[Lanes<W>]],
        order: Order,
    ) -> SpikeTrain {
        let mut fired = SpikeTrain::default();
        let voltages = &voltages(tiles, order);
        match order {
            Order::ByStep => {
                for step in 0..voltages.steps() {
                    let thinning = Thinning {
                        candidates: &mut *candidates,
                        units,
                        voltages,
                        fired: &mut fired,
                    };
                    InStep(thinning, step).run::<V>();
                }
            }
            Order::ByTile => {
                for tile in 0..tiles.len() {
                    InTile {
                        candidates: &mut *candidates,
                        tile,
                        units: (units - tile * W).min(W),
                        voltages: voltages.of(tile),
                    }
                    .run::<V>();
                }
                let thinning = Thinning {
                    candidates,
                    units,
                    voltages,
                    fired: &mut fired,
                };
                InPhase(thinning).run::<V>();
            }
        }
        fired
    }

    impl<const W: usize> Kernel for Thin<'_, W> {
        type Output = SpikeTrain;

        #[inline(always)]
        fn run<V: Vector>(self) -> SpikeTrain {
            self.candidates.begin_phase::<W>(self.key, self.somas.len());
            self.candidates.draw::<V>();
            find::<V, W>(self.candidates, self.units, &[self.somas], self.order)
        }
    }

    /// Spikes of every (step, lane).
    fn counts<const W: usize>(
        candidates: &mut Candidates,
        key: StreamKey,
        units: usize,
        somas: &[Lanes<W>],
    ) -> Vec<[u32; W]> {
        let train = SimdLevel::detect().or_available().run(Thin {
            candidates,
            key,
            units,
            somas,
            order: Order::ByStep,
        });
        (0..somas.len())
            .map(|step| {
                let mut counts = [0; W];
                for &neuron in train.at(step) {
                    counts[usize::from(neuron)] += 1;
                }
                counts
            })
            .collect()
    }

    #[test]
    fn counts_are_poisson_with_the_sigmoid_of_the_voltage() {
        for lambda_max in [0.2, 1.5] {
            let voltages = [-6.0, -2.0, 0.0, 0.5, 3.0, 40.0_f32];
            let mut somas = vec![Lanes::<16>::ZERO; 50];
            for row in &mut somas {
                for lane in 0..16 {
                    row.0[lane] = voltages[lane % 6];
                }
            }
            let mut candidates = Candidates::new::<16>(16, lambda_max);
            let (mut sum, mut squares) = ([0.0; 6], [0.0; 6]);
            let mut cells = [0.0_f64; 6];
            for example in 0..1_000 {
                for row in counts::<16>(&mut candidates, key(example), 16, &somas) {
                    for lane in 0..16 {
                        let count = f64::from(row[lane]);
                        sum[lane % 6] += count;
                        squares[lane % 6] += count * count;
                        cells[lane % 6] += 1.0;
                    }
                }
            }
            for (i, &voltage) in voltages.iter().enumerate() {
                let rate = lambda_max * crate::segregated::plasticity::sigma(f64::from(voltage));
                let mean = sum[i] / cells[i];
                let variance = squares[i] / cells[i] - mean * mean;
                assert!(
                    (mean - rate).abs() < 4.0 * (rate / cells[i]).sqrt(),
                    "mean at {voltage} V: {mean} for {rate}"
                );
                // The variance of a Poisson sample's variance is about (2 rate^2 + rate) / n.
                assert!(
                    (variance - rate).abs() < 4.0 * ((2.0 * rate * rate + rate) / cells[i]).sqrt(),
                    "variance at {voltage} V: {variance} for {rate}"
                );
            }
        }
    }

    #[test]
    fn neighbouring_cells_are_independent() {
        let somas = vec![Lanes::<16>::ZERO; 40];
        let mut candidates = Candidates::new::<16>(16, 0.2);
        let (mut together, mut n) = (0.0, 0.0_f64);
        for example in 0..2_000 {
            let counts: Vec<u32> = counts::<16>(&mut candidates, key(example), 16, &somas)
                .into_iter()
                .flatten()
                .collect();
            for pair in counts.windows(2) {
                together += (f64::from(pair[0]) - 0.1) * (f64::from(pair[1]) - 0.1);
                n += 1.0;
            }
        }
        // The product of two independent centred counts has the variance 0.1 * 0.1.
        assert!(
            (together / n).abs() < 4.0 * 0.1 / n.sqrt(),
            "{}",
            together / n
        );
    }

    fn every_register_width_finds_the_same<const W: usize>() {
        let mut draw = key(0).generator();
        for lambda_max in [0.2, 1.5] {
            for units in [W, W - 7] {
                let somas: Vec<Lanes<W>> = (0..157)
                    .map(|_| Lanes(std::array::from_fn(|_| draw.next_u32() as f32 / 1e9 - 2.0)))
                    .collect();
                let mut candidates = Candidates::new::<W>(units, lambda_max);
                let ways = SimdLevel::available()
                    .into_iter()
                    .flat_map(|level| [(level, Order::ByStep), (level, Order::ByTile)]);
                let mut trains = ways.map(|(level, order)| {
                    level.or_available().run(Thin {
                        candidates: &mut candidates,
                        key: key(7),
                        units,
                        somas: &somas,
                        order,
                    })
                });
                let first = trains.next().unwrap();
                let spikes = (0..somas.len()).map(|step| first.at(step).len());
                assert!(spikes.sum::<usize>() > 6 * W);
                for train in trains {
                    assert!((0..somas.len()).all(|step| train.at(step) == first.at(step)));
                }
            }
        }
    }

    #[test]
    fn every_register_width_finds_the_same_spikes_in_the_same_order() {
        every_register_width_finds_the_same::<16>();
        every_register_width_finds_the_same::<32>();
        every_register_width_finds_the_same::<64>();
    }

    /// Draws a phase of two tiles, some rows of each beside other work, and finds its spikes.
    struct DrawInterleaved {
        key: StreamKey,
        pieces: usize,
        order: Order,
    }

    impl Kernel for DrawInterleaved {
        /// The spikes, and how many candidates the first tile had.
        type Output = (SpikeTrain, usize);

        #[inline(always)]
        fn run<V: Vector>(self) -> (SpikeTrain, usize) {
            let mut candidates = Candidates::new::<16>(32, 0.2);
            candidates.begin_phase::<16>(self.key, STEPS);
            let mut of_first = 0;
            for tile in 0..2 {
                let mut draws = candidates.draws_of(tile);
                assert!(draws.is_some());
                (0..self.pieces).for_each(|_| draws.piece::<V>());
                draws.finish::<V>();
                assert!(candidates.draws_of(tile).is_none(), "drawn once");
                if tile == 0 {
                    of_first = candidates.count();
                }
            }
            let somas = [[Lanes::splat(0.5); STEPS], [Lanes::splat(-0.5); STEPS]];
            let train = find::<V, 16>(&mut candidates, 32, &[&somas[0], &somas[1]], self.order);
            (train, of_first)
        }
    }

    /// So many steps that the rows which suffice in nearly all cases have as little to spare as they
    /// ever have: 326.4 candidates are expected, and 384 fit.
    const STEPS: usize = 102;

    #[test]
    fn candidates_do_not_depend_on_how_many_are_drawn_beside_other_work() {
        for level in SimdLevel::available() {
            let mut more_than_fit = 0;
            for n in 0..10_000 {
                let drawn = |pieces, order| {
                    let key = key(n);
                    level
                        .or_available()
                        .run(DrawInterleaved { key, pieces, order })
                };
                let (alone, of_first) = drawn(0, Order::ByStep);
                more_than_fit += usize::from(of_first > 384);
                for (pieces, order) in [
                    (0, Order::ByTile),
                    (7, Order::ByStep),
                    (1_000, Order::ByTile),
                ] {
                    let (interleaved, _) = drawn(pieces, order);
                    assert!((0..STEPS).all(|step| interleaved.at(step) == alone.at(step)));
                }
            }
            assert!(more_than_fit > 0, "the rare case was among them");
        }
    }

    #[test]
    fn lanes_beyond_the_last_neuron_never_fire() {
        let somas = vec![Lanes::<64>::splat(50.0); 200];
        let mut candidates = Candidates::new::<64>(40, 0.2);
        let counts = counts::<64>(&mut candidates, key(3), 40, &somas);
        assert!(counts.iter().all(|row| row[40..].iter().all(|&c| c == 0)));
        assert!(counts.iter().any(|row| row[39] > 0));
    }
}
