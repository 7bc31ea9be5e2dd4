//! Random draws of the engine: spikes by thinning, and input spikes for a whole phase ahead.
//!
//! A neuron's spike count in a step is Poisson with mean `lambda_max sigma(C)`. It is drawn by
//! thinning: candidates come at the constant rate `lambda_max`, each with a threshold `theta` of
//! the logistic distribution, and a candidate is a spike if `theta < C`. Since
//! `P(theta < C) = sigma(C)`, and a thinned Poisson count is Poisson, the counts have exactly the
//! distribution of Eq. 13 - without a sigmoid, and with candidates that do not depend on the
//! network, so that they can be drawn ahead.
//!
//! Resolution: a threshold comes from a uniform number of 27 (or 28) bits, so a probability is
//! resolved to `2^-27`, and rates below `lambda_max 2^-28` become zero.

use super::lanes::tiles;
use super::math;
use super::spike_train::SpikeTrain;
use crate::rng::{StreamKey, scatter};

const STREAMS: usize = 16;

/// Sixteen interleaved xoshiro128++ generators (Blackman and Vigna 2019), stepped together.
#[derive(Debug, Clone)]
pub(crate) struct LaneRng {
    state: [[u32; STREAMS]; 4],
}

impl LaneRng {
    #[inline(always)]
    pub(crate) fn new(key: StreamKey) -> Self {
        let mut state = [[0; STREAMS]; 4];
        let mut counter = key.bits();
        for half in 0..2 {
            for stream in 0..STREAMS {
                counter = counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let word = scatter(counter);
                state[2 * half][stream] = word as u32 | 1;
                state[2 * half + 1][stream] = (word >> 32) as u32;
            }
        }
        Self { state }
    }

    #[inline(always)]
    pub(crate) fn next(&mut self) -> [u32; STREAMS] {
        let [s0, s1, s2, s3] = &mut self.state;
        let mut out = [0; STREAMS];
        for i in 0..STREAMS {
            out[i] = s0[i].wrapping_add(s3[i]).rotate_left(7).wrapping_add(s0[i]);
            let t = s1[i] << 9;
            s2[i] ^= s0[i];
            s3[i] ^= s1[i];
            s1[i] ^= s2[i];
            s0[i] ^= s3[i];
            s2[i] ^= t;
            s3[i] = s3[i].rotate_left(11);
        }
        out
    }

    /// Fills `words` with `count` numbers, rounded up to whole rows of streams.
    #[inline(always)]
    pub(crate) fn fill(&mut self, words: &mut Vec<u32>, count: usize) {
        words.clear();
        words.reserve(count.next_multiple_of(STREAMS));
        for _ in 0..count.div_ceil(STREAMS) {
            words.extend_from_slice(&self.next());
        }
    }
}

/// Inversion of a Poisson distribution from one 32-bit word.
///
/// The table is built outward from the mode by recurrence, so that no exponential is needed and
/// any mean works; what lies beyond `2^-40` of the mode's probability is left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct PoissonTable {
    /// The count that `cumulative[0]` stands for.
    first: usize,
    /// `cumulative[i]`: 2^32 P(count <= first + i), rounded.
    cumulative: Vec<u64>,
    mode: usize,
    scratch: Vec<f64>,
}

impl PoissonTable {
    pub(crate) fn new(mean: f64) -> Self {
        let mut table = Self::default();
        table.rebuild(mean);
        table
    }

    /// Changes the mean, keeping the memory.
    pub(crate) fn rebuild(&mut self, mean: f64) {
        const NEGLIGIBLE: f64 = 1.0 / (1_u64 << 40) as f64;
        let mode = mean as usize;
        self.scratch.clear();
        let mut weight = 1.0;
        let mut k = mode;
        while weight > NEGLIGIBLE {
            self.scratch.push(weight);
            if k == 0 {
                break;
            }
            weight *= k as f64 / mean;
            k -= 1;
        }
        self.scratch.reverse();
        self.first = mode + 1 - self.scratch.len();
        self.mode = self.scratch.len() - 1;
        weight = mean / (mode + 1) as f64;
        k = mode + 1;
        while weight > NEGLIGIBLE {
            self.scratch.push(weight);
            k += 1;
            weight *= mean / k as f64;
        }
        let total: f64 = self.scratch.iter().sum();
        let scale = 4_294_967_296.0 / total;
        let mut sum = 0.0;
        self.cumulative.clear();
        self.cumulative.extend(self.scratch.iter().map(|weight| {
            sum += weight;
            (sum * scale) as u64
        }));
        if let Some(last) = self.cumulative.last_mut() {
            *last = 1 << 32;
        }
    }

    /// The count for a uniform word.
    #[inline(always)]
    pub(crate) fn count(&self, word: u32) -> usize {
        let word = u64::from(word);
        let mut index = self.mode;
        if word < self.cumulative[index] {
            while index > 0 && word < self.cumulative[index - 1] {
                index -= 1;
            }
        } else {
            while word >= self.cumulative[index] {
                index += 1;
            }
        }
        self.first + index
    }
}

/// Candidate spikes of one layer for one phase, tile by tile and step by step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Candidates {
    /// Where the candidates of (tile, step) begin; one more entry at the end.
    starts: Vec<u32>,
    words: Vec<u32>,
    thresholds: Vec<f32>,
    steps: usize,
}

/// A candidate is a spike when the somatic voltage of lane `lanes[i]` exceeds `thresholds[i]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StepCandidates<'a> {
    /// Lane in the low bits.
    pub(crate) words: &'a [u32],
    pub(crate) thresholds: &'a [f32],
}

impl Candidates {
    /// Draws a phase's candidates for `units` neurons in tiles of `W`. `counts` is the Poisson
    /// distribution with mean `W lambda_max`.
    #[inline(always)]
    pub(crate) fn draw<const W: usize>(
        &mut self,
        key: StreamKey,
        units: usize,
        steps: usize,
        counts: &PoissonTable,
    ) {
        let mut rng = LaneRng::new(key);
        let cells = tiles::<W>(units) * steps;
        self.steps = steps;
        rng.fill(&mut self.words, cells);
        self.starts.clear();
        self.starts.reserve(cells + 1);
        let mut total = 0_u32;
        self.starts.push(0);
        for &word in &self.words[..cells] {
            total += counts.count(word) as u32;
            self.starts.push(total);
        }
        rng.fill(&mut self.words, total as usize);
        self.thresholds.clear();
        self.thresholds.resize(self.words.len(), 0.0);
        let lane_bits = W.trailing_zeros();
        let largest = u32::MAX >> lane_bits;
        for (threshold, &word) in self.thresholds.iter_mut().zip(&self.words) {
            let above = word >> lane_bits;
            let below = largest - above;
            // Values below 2^28 fit a signed conversion, which vectors have.
            let odds = (above as i32 as f32 + 0.5) / (below as i32 as f32 + 0.5);
            *threshold = math::ln(odds);
        }
        // Lanes beyond the last neuron never fire.
        let last_tile = tiles::<W>(units) - 1;
        let used = units - last_tile * W;
        if used < W {
            let from = self.starts[last_tile * steps] as usize;
            for (threshold, word) in self.thresholds[from..].iter_mut().zip(&self.words[from..]) {
                if (*word as usize & (W - 1)) >= used {
                    *threshold = f32::INFINITY;
                }
            }
        }
    }

    #[inline(always)]
    pub(crate) fn at(&self, tile: usize, step: usize) -> StepCandidates<'_> {
        let cell = tile * self.steps + step;
        let range = self.starts[cell] as usize..self.starts[cell + 1] as usize;
        StepCandidates {
            words: &self.words[range.clone()],
            thresholds: &self.thresholds[range],
        }
    }

    /// Makes room in `train` for as many spikes a step as there are candidates.
    #[inline(always)]
    pub(crate) fn reserve(&self, train: &mut SpikeTrain) {
        let tiles = (self.starts.len() - 1) / self.steps;
        train.reset(self.steps, |step| {
            (0..tiles)
                .map(|tile| {
                    (self.starts[tile * self.steps + step + 1]
                        - self.starts[tile * self.steps + step]) as usize
                })
                .sum()
        });
    }
}

/// Input spikes of a whole phase: totals a step are Poisson with the summed rate, and each spike is
/// placed on a pixel in proportion to its brightness (Walker's alias method), which together gives
/// every pixel an independent Poisson count. Dark pixels cost nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct InputDraws {
    pixels: Vec<u16>,
    alias: Vec<u16>,
    /// Keep the pixel if the word's fraction lies below this; 2^32 times the probability.
    keep: Vec<u64>,
    total_rate: f64,
    counts: PoissonTable,
    words: Vec<u32>,
    small: Vec<u16>,
    large: Vec<u16>,
    weights: Vec<u64>,
}

impl InputDraws {
    /// Prepares draws for an image of `pixels` (0 to 255) with the rate `lambda_max` at 255.
    pub(crate) fn prepare(&mut self, pixels: &[u8], lambda_max_per_ms: f64) {
        self.pixels.clear();
        self.weights.clear();
        let mut total = 0_u64;
        for (index, &pixel) in pixels.iter().enumerate() {
            if pixel > 0 {
                self.pixels.push(index as u16);
                self.weights.push(u64::from(pixel));
                total += u64::from(pixel);
            }
        }
        let n = self.pixels.len();
        self.total_rate = lambda_max_per_ms * total as f64 / 255.0;
        if n == 0 {
            return;
        }
        self.counts.rebuild(self.total_rate);
        // Integer weights: an average column holds `total`, a pixel brings n times its brightness.
        self.alias.clear();
        self.alias.resize(n, 0);
        self.keep.clear();
        self.keep.resize(n, 1 << 32);
        self.small.clear();
        self.large.clear();
        for (index, weight) in self.weights.iter_mut().enumerate() {
            *weight *= n as u64;
            if *weight < total {
                self.small.push(index as u16)
            } else {
                self.large.push(index as u16)
            }
        }
        while let (Some(&low), Some(&high)) = (self.small.last(), self.large.last()) {
            self.small.pop();
            let (low, high) = (low as usize, high as usize);
            // Both are below 2^24: at most 65,536 pixels of at most 255.
            self.keep[low] = (self.weights[low] << 32) / total;
            self.alias[low] = self.pixels[high];
            self.weights[high] -= total - self.weights[low];
            if self.weights[high] < total {
                self.large.pop();
                self.small.push(high as u16);
            }
        }
    }

    /// Draws the spikes of `steps` steps.
    #[inline(always)]
    pub(crate) fn draw(&mut self, key: StreamKey, steps: usize, train: &mut SpikeTrain) {
        if self.pixels.is_empty() {
            train.reset(steps, |_| 0);
            return;
        }
        let mut rng = LaneRng::new(key);
        rng.fill(&mut self.words, steps);
        let (words, counts) = (&self.words, &self.counts);
        train.reset(steps, |step| counts.count(words[step]));
        rng.fill(&mut self.words, train.capacity());
        let n = self.pixels.len() as u64;
        train.fill_all(|index| {
            let scaled = u64::from(self.words[index]) * n;
            let column = (scaled >> 32) as usize;
            let fraction = scaled & 0xffff_ffff;
            if fraction < self.keep[column] {
                self.pixels[column]
            } else {
                self.alias[column]
            }
        });
    }
}

#[cfg(test)]
mod tests {
    //! Promise: candidates and input spikes have the stated distributions (chi-square and normal
    //! bounds at fixed seeds), for any mean and any image.
    use super::*;
    use crate::rng::Purpose;

    fn key(n: u64) -> StreamKey {
        StreamKey::new(11, Purpose::TrainingSpikes, 1, n)
    }

    #[test]
    fn poisson_counts_follow_the_distribution() {
        for mean in [0.05, 3.2, 6.4, 21.7, 800.0, 5_000.0] {
            let table = PoissonTable::new(mean);
            let mut rng = LaneRng::new(key(1));
            let mut words = Vec::new();
            rng.fill(&mut words, 200_000);
            let counts: Vec<f64> = words.iter().map(|&w| table.count(w) as f64).collect();
            let n = counts.len() as f64;
            let average = counts.iter().sum::<f64>() / n;
            let variance = counts.iter().map(|c| (c - average).powi(2)).sum::<f64>() / (n - 1.0);
            assert!(
                (average - mean).abs() < 4.0 * (mean / n).sqrt(),
                "mean {mean}: {average}"
            );
            // The variance of a Poisson sample variance is about (2 mean^2 + mean) / n.
            assert!(
                (variance - mean).abs() < 4.0 * ((2.0 * mean * mean + mean) / n).sqrt(),
                "variance {mean}: {variance}"
            );
        }
    }

    #[test]
    fn a_candidate_passes_with_the_sigmoid_of_the_voltage() {
        let table = PoissonTable::new(6.4);
        let mut candidates = Candidates::default();
        let voltages = [-6.0, -2.0, 0.0, 0.5, 3.0_f32];
        let mut passed = [0_usize; 5];
        let mut total = 0;
        for n in 0..40 {
            candidates.draw::<32>(key(n), 500, 55, &table);
            for tile in 0..15 {
                for step in 0..55 {
                    let cell = candidates.at(tile, step);
                    total += cell.thresholds.len();
                    for (count, &v) in passed.iter_mut().zip(&voltages) {
                        *count += cell.thresholds.iter().filter(|&&t| t < v).count();
                    }
                }
            }
        }
        assert!((total as f64 / (40.0 * 15.0 * 55.0 * 6.4) - 1.0).abs() < 0.01);
        for (&count, &v) in passed.iter().zip(&voltages) {
            let p = crate::plasticity::sigma(f64::from(v));
            let error = (p * (1.0 - p) / total as f64).sqrt();
            assert!(
                (count as f64 / total as f64 - p).abs() < 4.0 * error,
                "sigma({v})"
            );
        }
    }

    #[test]
    fn lanes_beyond_the_last_neuron_never_fire() {
        let mut candidates = Candidates::default();
        candidates.draw::<32>(key(3), 40, 200, &PoissonTable::new(6.4));
        for step in 0..200 {
            let cell = candidates.at(1, step);
            for (word, threshold) in cell.words.iter().zip(cell.thresholds) {
                assert_eq!(threshold.is_infinite(), (word & 31) >= 8);
            }
        }
    }

    #[test]
    fn input_spikes_are_poisson_in_proportion_to_brightness() {
        let image: Vec<u8> = (0..100)
            .map(|i| if i % 3 == 0 { (i * 5 / 2) as u8 } else { 0 })
            .collect();
        let mut draws = InputDraws::default();
        draws.prepare(&image, 0.2);
        let mut train = SpikeTrain::default();
        let (examples, steps) = (400, 50);
        let mut counts = vec![0_f64; 100];
        for n in 0..examples {
            draws.draw(key(n), steps, &mut train);
            for step in 0..steps {
                train
                    .at(step)
                    .iter()
                    .for_each(|&pixel| counts[pixel as usize] += 1.0);
            }
        }
        let mut chi_square = 0.0;
        let mut degrees = 0.0_f64;
        for (count, &pixel) in counts.iter().zip(&image) {
            let expected = 0.2 * f64::from(pixel) / 255.0 * (examples as usize * steps) as f64;
            if pixel == 0 {
                assert_eq!(*count, 0.0);
            } else {
                chi_square += (count - expected).powi(2) / expected;
                degrees += 1.0;
            }
        }
        // Mean `degrees`, variance 2 `degrees`.
        assert!(
            (chi_square - degrees).abs() < 4.0 * (2.0 * degrees).sqrt(),
            "chi-square {chi_square} with {degrees}"
        );
        draws.prepare(&[0; 10], 0.2);
        draws.draw(key(1), 7, &mut train);
        assert!((0..7).all(|step| train.at(step).is_empty()));
    }
}
