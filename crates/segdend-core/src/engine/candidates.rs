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

use super::dispatch::flatten;
use super::lane_rng::{LaneRng, STREAMS};
use super::lanes::{Lanes, tiles};
use super::math;
use super::spike_train::{SpikeTrain, TileSpikes};
use crate::rng::StreamKey;

/// Gaps are whole numbers below this, so that f32 holds them.
const LONGEST_GAP: f32 = 8_388_608.0;
/// Places are not resolved further than this.
const MOST_PLACE_BITS: u32 = 16;
/// `-ln(u)` is never more than this: 29 ln 2, for the smallest u there is.
const LARGEST_EXPONENTIAL: f64 = 20.2;

/// Candidate spikes of one layer for one phase.
#[derive(Debug, Clone)]
pub(crate) struct Candidates {
    tiles: Vec<TileCandidates>,
    lambda_max: f64,
    /// Places are counted in units of `2^-place_bits` of a cell.
    place_bits: u32,
}

/// Candidates of one tile, in order of their cells.
#[derive(Debug, Clone, Default)]
struct TileCandidates {
    /// From the candidate before to this one, in units of a place. The last candidate lies beyond
    /// the last cell.
    gaps: Vec<u32>,
    /// A candidate is a spike where the somatic voltage exceeds its threshold.
    thresholds: Vec<f32>,
    /// The next candidate to look at, and its place.
    next: usize,
    place: u64,
}

impl Candidates {
    /// Candidates for a layer of `units` in tiles of `W`, with `lambda_max` a step.
    pub(crate) fn new<const W: usize>(units: usize, lambda_max: f64) -> Self {
        let place_bits = (0..=MOST_PLACE_BITS)
            .rev()
            .find(|&bits| {
                f64::from(1_u32 << bits) * LARGEST_EXPONENTIAL / lambda_max < f64::from(LONGEST_GAP)
            })
            .unwrap_or(0);
        Self {
            tiles: vec![TileCandidates::default(); tiles::<W>(units)],
            lambda_max,
            place_bits,
        }
    }

    /// Draws a phase of `steps` steps.
    #[inline(always)]
    pub(crate) fn draw<const W: usize>(&mut self, key: StreamKey, steps: usize) {
        let mut rng = LaneRng::new(key);
        let cells = (steps * W) as u64;
        // As many as suffice in nearly all cases; more are drawn where they do not.
        let expected = self.lambda_max * cells as f64;
        let rows = ((expected + 3.0 * expected.sqrt()) / STREAMS as f64) as usize + 1;
        let gap_scale = (f64::from(1_u32 << self.place_bits) / self.lambda_max) as f32;
        for tile in &mut self.tiles {
            tile.gaps.clear();
            tile.thresholds.clear();
            let mut reached = tile.extend(&mut rng, rows, gap_scale);
            while reached < cells << self.place_bits {
                reached += tile.extend(&mut rng, 1, gap_scale);
            }
            tile.next = 0;
            tile.place = u64::from(tile.gaps[0]);
        }
    }

    /// Finds the spikes of `steps` in `tile`, of which the first `units` lanes hold neurons.
    /// `somas[i]` holds the voltages after step `steps.start + i`.
    #[inline(always)]
    pub(crate) fn thin<const W: usize>(
        &mut self,
        tile: usize,
        units: usize,
        somas: &[Lanes<W>],
        steps: std::ops::Range<usize>,
        spikes: &mut TileSpikes,
    ) {
        let tile = &mut self.tiles[tile];
        // The usual tile is whole and the usual rate the paper's: known when this is compiled, they
        // cost nothing in the loop.
        match (self.place_bits, units == W) {
            (MOST_PLACE_BITS, true) => tile.thin::<W>(MOST_PLACE_BITS, W, somas, steps, spikes),
            (place_bits, _) => tile.thin::<W>(place_bits, units, somas, steps, spikes),
        }
    }
}

impl Candidates {
    /// Finds the spikes of one step in `tile` and adds them to `fired`, whose step is not ended.
    #[inline(always)]
    pub(crate) fn thin_step<const W: usize>(
        &mut self,
        tile: usize,
        units: usize,
        somas: &Lanes<W>,
        step: usize,
        fired: &mut SpikeTrain,
    ) {
        let (first_neuron, tile) = (tile * W, &mut self.tiles[tile]);
        match (self.place_bits, units == W) {
            (MOST_PLACE_BITS, true) => {
                tile.thin_step(MOST_PLACE_BITS, W, somas, step, first_neuron, fired);
            }
            (place_bits, _) => tile.thin_step(place_bits, units, somas, step, first_neuron, fired),
        }
    }
}

impl TileCandidates {
    #[inline(always)]
    fn thin_step<const W: usize>(
        &mut self,
        place_bits: u32,
        units: usize,
        somas: &Lanes<W>,
        step: usize,
        first_neuron: usize,
        fired: &mut SpikeTrain,
    ) {
        let first = step * W;
        let mut place = self.place;
        let room = fired.begin_spikes(self.gaps.len() - self.next);
        let mut found = 0;
        let mut looked_at = 0;
        let following = self.gaps[self.next + 1..].iter();
        for (&gap, &threshold) in following.zip(&self.thresholds[self.next..]) {
            let lane = (place >> place_bits) as usize - first;
            let Some(&soma) = somas.0.get(lane) else {
                break;
            };
            room[found] = (first_neuron + lane) as u16;
            found += usize::from((soma > threshold) & (lane < units));
            looked_at += 1;
            place += u64::from(gap);
        }
        self.next += looked_at;
        self.place = place;
        fired.add_spikes(found);
    }

    #[inline(always)]
    fn thin<const W: usize>(
        &mut self,
        place_bits: u32,
        units: usize,
        somas: &[Lanes<W>],
        steps: std::ops::Range<usize>,
        spikes: &mut TileSpikes,
    ) {
        let somas = flatten(somas);
        let first = steps.start * W;
        let (lanes, ends) = spikes.begin_steps(steps.len(), self.gaps.len());
        let (mut fired, mut looked_at, mut place) = (0, 0, self.place);
        let following = self.gaps[self.next + 1..].iter();
        for (&gap, &threshold) in following.zip(&self.thresholds[self.next..]) {
            let cell = (place >> place_bits) as usize - first;
            let Some(&soma) = somas.get(cell) else {
                break;
            };
            let lane = cell % W;
            lanes[fired] = lane as u8;
            fired += usize::from((soma > threshold) & (lane < units));
            ends[cell / W] = fired as u32;
            looked_at += 1;
            place += u64::from(gap);
        }
        self.next += looked_at;
        self.place = place;
        spikes.finish_steps();
    }

    /// Adds rows of candidates; returns the sum of their gaps.
    #[inline(always)]
    fn extend(&mut self, rng: &mut LaneRng, rows: usize, gap_scale: f32) -> u64 {
        let old = self.gaps.len();
        self.gaps.resize(old + rows * STREAMS, 0);
        self.thresholds.resize(old + rows * STREAMS, 0.0);
        let gaps = self.gaps[old..].as_chunks_mut::<STREAMS>().0;
        let thresholds = self.thresholds[old..].as_chunks_mut::<STREAMS>().0;
        for (gaps, thresholds) in gaps.iter_mut().zip(thresholds) {
            let words = rng.next();
            for i in 0..STREAMS {
                gaps[i] = whole(exponential(words[i]) * gap_scale);
            }
            let words = rng.next();
            for i in 0..STREAMS {
                thresholds[i] = logistic(words[i]);
            }
        }
        self.gaps[old..].iter().map(|&gap| u64::from(gap)).sum()
    }
}

/// Uniform numbers have this many bits: they fit a signed conversion, which vectors have.
const UNIFORM_BITS: u32 = 28;

/// `-ln(u)`, u uniform on (0, 1].
#[inline(always)]
fn exponential(word: u32) -> f32 {
    const SCALE: f32 = 1.0 / (1_u32 << UNIFORM_BITS) as f32;
    let above = (word >> (32 - UNIFORM_BITS)) as i32;
    -math::ln((above as f32 + 0.5) * SCALE)
}

/// The whole number nearest to `x`, which is not negative; at most [`LONGEST_GAP`] less one. Adding
/// 2^23 leaves no bits for a fraction; vectors have no other conversion that saturates.
#[inline(always)]
fn whole(x: f32) -> u32 {
    (x.min(LONGEST_GAP - 1.0) + LONGEST_GAP).to_bits() - LONGEST_GAP.to_bits()
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
    //! variances (normal bounds at fixed seeds), whether a phase is thinned at once or step by step.
    use super::*;
    use crate::rng::Purpose;
    use rand::Rng;

    fn key(n: u64) -> StreamKey {
        StreamKey::new(11, Purpose::TrainingSpikes, 1, n)
    }

    /// Spikes of every (step, lane).
    fn counts<const W: usize>(
        candidates: &mut Candidates,
        units: usize,
        somas: &[Lanes<W>],
        piece: usize,
    ) -> Vec<[u32; W]> {
        let mut spikes = vec![TileSpikes::default()];
        let mut train = super::super::spike_train::SpikeTrain::default();
        for (piece, somas) in somas.chunks(piece).enumerate().map(|(i, s)| (i * piece, s)) {
            let steps = piece..piece + somas.len();
            candidates.thin::<W>(0, units, somas, steps, &mut spikes[0]);
            train.gather(&spikes, W);
        }
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
                candidates.draw::<16>(key(example), 50);
                for row in counts::<16>(&mut candidates, 16, &somas, 50) {
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
            candidates.draw::<16>(key(example), 40);
            let counts: Vec<u32> = counts::<16>(&mut candidates, 16, &somas, 40)
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

    #[test]
    fn pieces_of_a_phase_make_no_difference() {
        let mut draw = key(0).generator();
        let somas: Vec<Lanes<64>> = (0..57)
            .map(|_| Lanes(std::array::from_fn(|_| draw.next_u32() as f32 / 1e9 - 2.0)))
            .collect();
        let mut candidates = Candidates::new::<64>(64, 0.2);
        let mut at_once = None;
        for piece in [57, 1, 10] {
            candidates.draw::<64>(key(7), 57);
            let found = counts::<64>(&mut candidates, 64, &somas, piece);
            assert_eq!(*at_once.get_or_insert_with(|| found.clone()), found);
        }
    }

    #[test]
    fn a_single_step_is_thinned_like_many() {
        let mut draw = key(1).generator();
        let somas: Vec<Lanes<64>> = (0..57)
            .map(|_| Lanes(std::array::from_fn(|_| draw.next_u32() as f32 / 1e9 - 2.0)))
            .collect();
        for units in [64, 40] {
            let mut candidates = Candidates::new::<64>(units, 0.2);
            candidates.draw::<64>(key(8), 57);
            let at_once = counts::<64>(&mut candidates, units, &somas, 57);
            candidates.draw::<64>(key(8), 57);
            let mut train = SpikeTrain::default();
            for (step, somas) in somas.iter().enumerate() {
                candidates.thin_step::<64>(0, units, somas, step, &mut train);
                train.end_step();
                let mut counts = [0; 64];
                for &neuron in train.at(step) {
                    counts[usize::from(neuron)] += 1;
                }
                assert_eq!(counts, at_once[step], "step {step} of {units} neurons");
            }
        }
    }

    #[test]
    fn lanes_beyond_the_last_neuron_never_fire() {
        let somas = vec![Lanes::<64>::splat(50.0); 200];
        let mut candidates = Candidates::new::<64>(40, 0.2);
        candidates.draw::<64>(key(3), 200);
        let counts = counts::<64>(&mut candidates, 40, &somas, 200);
        assert!(counts.iter().all(|row| row[40..].iter().all(|&c| c == 0)));
        assert!(counts.iter().any(|row| row[39] > 0));
    }
}
