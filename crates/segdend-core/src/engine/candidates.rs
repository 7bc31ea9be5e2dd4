//! Spikes of the layers above the input, by thinning.
//!
//! A neuron's spike count in a step is Poisson with mean `lambda_max sigma(C)` (Eq. 13). It is
//! drawn by thinning: candidates come at the constant rate `lambda_max`, each with a threshold
//! `theta` of the logistic distribution, and a candidate is a spike if `theta < C`. Since
//! `P(theta < C) = sigma(C)`, and a thinned Poisson count is Poisson, the counts have exactly the
//! distribution of Eq. 13 - counts of 2 and more included - without a sigmoid, and with candidates
//! that do not depend on the network, so that they can be drawn ahead.
//!
//! The (step, neuron) cells of a tile are laid end to end, step by step; the candidates are the
//! arrivals of one Poisson process along them, so what is drawn are the exponential gaps between
//! neighbours.
//!
//! Resolution: places are resolved to `2^-16` of a cell at the paper's rate; gaps and thresholds
//! come from uniform numbers of 28 bits, so a probability is resolved to `2^-28`.

use super::dispatch::{StepOfTile, TOGETHER, Vector};
use super::lane_rng::{LaneRng, STREAMS};
use super::lanes::{Lanes, tiles};
use super::math;
use super::spike_train::SpikeWriter;
use crate::rng::StreamKey;

/// Gaps are whole numbers below this, so that f32 holds them.
const LONGEST_GAP: f32 = 8_388_608.0;
/// Places are not resolved further than this.
const MOST_PLACE_BITS: u32 = 16;
/// `-ln(u)` is never more than this: 29 ln 2, for the smallest u there is.
const LARGEST_EXPONENTIAL: f64 = 20.2;
/// A cell beyond every phase.
const NO_CELL: u32 = u32::MAX;

/// Candidate spikes of one layer for one phase.
#[derive(Debug, Clone)]
pub(crate) struct Candidates {
    tiles: Vec<TileCandidates>,
    /// How many there are in all.
    count: usize,
    lambda_max: f64,
    /// Places are counted in units of `2^-place_bits` of a cell.
    place_bits: u32,
}

/// Candidates of one tile, in order of their cells.
#[derive(Debug, Clone, Default)]
struct TileCandidates {
    /// `step * W + lane` of each candidate, in rows as they were drawn. The last lies beyond the
    /// phase; a row of padding follows, so that [`TOGETHER`] can be read from any of them on.
    cells: Vec<[u32; STREAMS]>,
    /// A candidate is a spike where the somatic voltage exceeds its threshold.
    thresholds: Vec<[f32; STREAMS]>,
    /// How many rows have been drawn.
    rows: usize,
    /// The next candidate to look at.
    next: usize,
}

impl Candidates {
    /// Candidates for a layer of `units` in tiles of `W`, with `lambda_max` a step.
    pub(crate) fn new<const W: usize>(units: usize, lambda_max: f64) -> Self {
        let place_bits = (0..=MOST_PLACE_BITS)
            .rev()
            .find(|&bits| {
                f64::from(1_u32 << bits) * LARGEST_EXPONENTIAL / lambda_max < f64::from(LONGEST_GAP)
            })
            .expect("validated: rates are not so low");
        Self {
            tiles: vec![TileCandidates::default(); tiles::<W>(units)],
            count: 0,
            lambda_max,
            place_bits,
        }
    }

    /// How many candidates a phase has; no more spikes can be found.
    #[inline(always)]
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Draws a phase of `steps` steps.
    #[inline(always)]
    pub(crate) fn draw<V: Vector, const W: usize>(&mut self, key: StreamKey, steps: usize) {
        let mut rng = LaneRng::new(key);
        let cells = steps * W;
        // As many as suffice in nearly all cases; more are drawn where they do not.
        let expected = self.lambda_max * cells as f64;
        let rows = ((expected + 3.0 * expected.sqrt()) / STREAMS as f64) as usize + 1;
        let mut places = Places::new(self.place_bits, self.lambda_max);
        self.count = 0;
        for tile in &mut self.tiles {
            places.begin();
            tile.begin(rows);
            let mut drawn = 0;
            while (places.cell as usize) < cells {
                tile.draw_row::<V>(&mut rng, &mut places);
                drawn += 1;
            }
            self.count += drawn * STREAMS;
            // What the next tile draws does not depend on how soon this one has enough.
            for _ in drawn..rows {
                rng.next();
                rng.next();
            }
            tile.end();
        }
    }

    /// Finds the spikes of one step among the layer's `units`, from all tiles' voltages, and adds them
    /// to `fired`, whose step is not ended. Steps must be taken in order.
    #[inline(always)]
    pub(crate) fn thin<V: Vector, const W: usize>(
        &mut self,
        units: usize,
        somas: &[Lanes<W>],
        step: usize,
        fired: &mut SpikeWriter<'_>,
    ) {
        let mut place = StepOfTile {
            first_cell: (step * W) as u32,
            first_neuron: 0,
            units: units as u32,
        };
        for (tile, somas) in self.tiles.iter_mut().zip(somas) {
            loop {
                let (cells, thresholds) = tile.following();
                // The last cell alone tells whether there may be more: known before anything is found,
                // and so the branch is not waited for.
                let may_be_more = cells[TOGETHER - 1] < place.first_cell + W as u32;
                let found = V::thin(somas, place, cells, thresholds, fired.room());
                fired.add(found.spikes);
                tile.next += found.candidates;
                if !may_be_more {
                    break;
                }
            }
            place.first_neuron += W as u32;
        }
    }
}

/// Where candidates come to lie, from their gaps.
#[derive(Debug, Clone, Copy)]
struct Places {
    place_bits: u32,
    /// Gaps are exponential with this mean, `-ln(u)` times it; less than nothing, to spare a sign.
    minus_gap_scale: f32,
    /// The cell of the last candidate, and how far into it, in units of a place.
    cell: u32,
    within: u32,
}

impl Places {
    #[inline(always)]
    fn new(place_bits: u32, lambda_max: f64) -> Self {
        Self {
            place_bits,
            minus_gap_scale: (-f64::from(1_u32 << place_bits) / lambda_max) as f32,
            cell: 0,
            within: 0,
        }
    }

    /// Goes back to the beginning of a tile.
    #[inline(always)]
    fn begin(&mut self) {
        (self.cell, self.within) = (0, 0);
    }

    /// Turns the gaps of the next candidates into their cells. Sixteen gaps add up to less than 2^27,
    /// and what is within a cell is less than 2^16.
    #[inline(always)]
    fn advance<V: Vector>(&mut self, gaps: &mut [u32; STREAMS]) {
        V::accumulate(gaps);
        let last = self.within + gaps[STREAMS - 1];
        for i in 0..STREAMS {
            gaps[i] = self.cell + ((self.within + gaps[i]) >> self.place_bits);
        }
        self.cell += last >> self.place_bits;
        self.within = last & ((1 << self.place_bits) - 1);
    }
}

impl TileCandidates {
    /// Forgets everything and makes room for so many rows.
    #[inline(always)]
    fn begin(&mut self, rows: usize) {
        (self.rows, self.next) = (0, 0);
        self.make_room(rows + 1);
    }

    #[inline(always)]
    fn make_room(&mut self, rows: usize) {
        if self.cells.len() < rows {
            self.cells.resize(rows, [0; STREAMS]);
            self.thresholds.resize(rows, [0.0; STREAMS]);
        }
    }

    #[inline(always)]
    fn draw_row<V: Vector>(&mut self, rng: &mut LaneRng, places: &mut Places) {
        self.make_room(self.rows + 2);
        let cells = &mut self.cells[self.rows];
        let words = rng.next();
        for i in 0..STREAMS {
            cells[i] = whole(math::ln(uniform(words[i])) * places.minus_gap_scale);
        }
        let thresholds = &mut self.thresholds[self.rows];
        let words = rng.next();
        for i in 0..STREAMS {
            thresholds[i] = logistic(words[i]);
        }
        places.advance::<V>(cells);
        self.rows += 1;
    }

    #[inline(always)]
    fn end(&mut self) {
        self.cells[self.rows] = [NO_CELL; STREAMS];
    }

    /// The candidates to look at next.
    #[inline(always)]
    fn following(&self) -> (&[u32; TOGETHER], &[f32; TOGETHER]) {
        let cells = self.cells.as_flattened()[self.next..].first_chunk();
        let thresholds = self.thresholds.as_flattened()[self.next..].first_chunk();
        (
            cells.expect("padded to the end"),
            thresholds.expect("padded to the end"),
        )
    }
}

/// Uniform numbers have this many bits: they fit a signed conversion, which vectors have.
const UNIFORM_BITS: u32 = 28;

/// Uniform on (0, 1].
#[inline(always)]
fn uniform(word: u32) -> f32 {
    const SCALE: f32 = 1.0 / (1_u32 << UNIFORM_BITS) as f32;
    let above = (word >> (32 - UNIFORM_BITS)) as i32;
    (above as f32 + 0.5) * SCALE
}

/// The whole number nearest to `x`, which is not negative and below [`LONGEST_GAP`], as gaps are by
/// the choice of `place_bits`. Adding 2^23 leaves no bits for a fraction, and costs less than a
/// conversion that minds what does not fit.
#[inline(always)]
fn whole(x: f32) -> u32 {
    (x + LONGEST_GAP).to_bits() - LONGEST_GAP.to_bits()
}

/// `ln(u / (1 - u))`, u uniform on (0, 1).
#[inline(always)]
fn logistic(word: u32) -> f32 {
    let above = (word >> (32 - UNIFORM_BITS)) as i32;
    let below = (1 << UNIFORM_BITS) - 1 - above;
    math::ln((above as f32 + 0.5) / (below as f32 + 0.5))
}

#[cfg(test)]
mod tests {
    //! Promise: the spikes of every lane are Poisson with the rate `lambda_max sigma(C)`, means and
    //! variances (normal bounds at fixed seeds), and they are the same at every register width.
    use super::super::dispatch::{SimdLevel, Work};
    use super::super::spike_train::SpikeTrain;
    use super::*;
    use crate::rng::Purpose;
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
    }

    impl<const W: usize> Work for Thin<'_, W> {
        type Output = SpikeTrain;

        #[inline(always)]
        fn run<V: Vector>(self) -> SpikeTrain {
            let mut train = SpikeTrain::default();
            self.candidates.draw::<V, W>(self.key, self.somas.len());
            let mut fired = train.write(self.candidates.count());
            for (step, somas) in self.somas.iter().enumerate() {
                let somas = std::slice::from_ref(somas);
                self.candidates
                    .thin::<V, W>(self.units, somas, step, &mut fired);
                fired.end_step();
            }
            train
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
                let rate = lambda_max * crate::plasticity::sigma(f64::from(voltage));
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
                let mut trains = SimdLevel::available().into_iter().map(|level| {
                    level.or_available().run(Thin {
                        candidates: &mut candidates,
                        key: key(7),
                        units,
                        somas: &somas,
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

    #[test]
    fn lanes_beyond_the_last_neuron_never_fire() {
        let somas = vec![Lanes::<64>::splat(50.0); 200];
        let mut candidates = Candidates::new::<64>(40, 0.2);
        let counts = counts::<64>(&mut candidates, key(3), 40, &somas);
        assert!(counts.iter().all(|row| row[40..].iter().all(|&c| c == 0)));
        assert!(counts.iter().any(|row| row[39] > 0));
    }
}
