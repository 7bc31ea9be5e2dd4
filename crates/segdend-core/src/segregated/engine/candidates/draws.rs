//! Candidates from random words.
//!
//! The (step, neuron) cells of a tile are laid end to end, step by step; the candidates are the
//! arrivals of one Poisson process along them, so what is drawn are the exponential gaps between
//! neighbours.
//!
//! Resolution: places are resolved to `2^-16` of a cell at the paper's rate; gaps and thresholds
//! come from uniform numbers of 28 bits, so a probability is resolved to `2^-28`.

use super::TileCandidates;
use crate::rng::StreamKey;
use crate::segregated::engine::column_sums::Interleaved;
use crate::simd::Vector;
use crate::simd::lane_rng::{LaneRng, STREAMS};
use crate::simd::math;

/// Gaps are whole numbers below this, so that f32 holds them.
const LONGEST_GAP: f32 = 8_388_608.0;
/// Places are not resolved further than this.
const MOST_PLACE_BITS: u32 = 16;
/// `-ln(u)` is never more than this: 29 ln 2, for the smallest u there is.
const LARGEST_EXPONENTIAL: f64 = 20.2;

/// How a layer's candidates of a phase are drawn, tile after tile.
#[derive(Debug, Clone)]
pub(super) struct Draws {
    rng: LaneRng,
    places: Places,
    lambda_max: f64,
    /// Cells of a tile in the phase.
    cells: usize,
    /// As many rows of candidates as suffice in nearly all cases; more are drawn where they do not.
    rows: usize,
    /// How many tiles have been drawn, and how many candidates these have.
    pub(super) tiles: usize,
    pub(super) candidates: usize,
}

impl Draws {
    pub(super) fn new(lambda_max: f64) -> Self {
        Self {
            rng: LaneRng::unkeyed(),
            places: Places::new(lambda_max),
            lambda_max,
            cells: 0,
            rows: 0,
            tiles: 0,
            candidates: 0,
        }
    }

    #[inline(always)]
    pub(super) fn begin_phase(&mut self, key: StreamKey, cells: usize) {
        self.rng = LaneRng::new(key);
        (self.tiles, self.candidates) = (0, 0);
        self.cells = cells;
        let expected = self.lambda_max * cells as f64;
        self.rows = ((expected + 3.0 * expected.sqrt()) / STREAMS as f64) as usize + 1;
    }
}

/// The draws of one tile, under way. What changes with every row is held here, not behind a
/// reference, so that it can stay in registers.
pub(crate) struct TileDraws<'a> {
    tile: &'a mut TileCandidates,
    draws: &'a mut Draws,
    rng: LaneRng,
    places: Places,
    /// Rows for which there are random words.
    words: usize,
    /// Rows that have been drawn, and how many the buffers hold.
    rows: usize,
    capacity: usize,
    /// The first cell beyond the phase.
    end: u32,
    /// Gaps of the newest row, which is not placed before the next one is drawn: a processor can do
    /// both at once, while its placing would have to wait for its logarithms.
    gaps: Option<[u32; STREAMS]>,
}

impl<'a> TileDraws<'a> {
    #[inline(always)]
    pub(super) fn begin(tile: &'a mut TileCandidates, draws: &'a mut Draws) -> Self {
        tile.clear(draws.rows);
        Self {
            rng: draws.rng.clone(),
            places: draws.places,
            words: 0,
            rows: 0,
            capacity: draws.rows,
            end: draws.cells as u32,
            gaps: None,
            tile,
            draws,
        }
    }

    /// Whether the rows that have been placed reach beyond the phase.
    #[inline(always)]
    fn complete(&self) -> bool {
        self.places.cell >= self.end
    }

    /// Draws a row, which the buffers must hold, and places the one before.
    #[inline(always)]
    fn draw<V: Vector>(&mut self) {
        let words = self.rng.next();
        let mut gaps = [0; STREAMS];
        for i in 0..STREAMS {
            gaps[i] = whole(math::ln(uniform(words[i])) * self.places.minus_gap_scale);
        }
        let words = self.rng.next();
        let mut thresholds = [0.0; STREAMS];
        for i in 0..STREAMS {
            thresholds[i] = logistic(words[i]);
        }
        self.tile.thresholds[self.rows] = thresholds;
        self.place::<V>();
        self.gaps = Some(gaps);
        self.rows += 1;
        self.words = self.words.max(self.rows);
    }

    /// Draws all rows that suffice in nearly all cases, from all their random words: loops as short as
    /// these leave it to the processor to work on several rows at once.
    #[inline(always)]
    fn draw_all<V: Vector>(&mut self) {
        let cells = &mut self.tile.cells[..self.capacity];
        let thresholds = &mut self.tile.thresholds[..self.capacity];
        let mut rng = self.rng.clone();
        for (cells, thresholds) in cells.iter_mut().zip(thresholds.iter_mut()) {
            *cells = rng.next();
            *thresholds = rng.next().map(f32::from_bits);
        }
        self.rng = rng;
        let minus_gap_scale = self.places.minus_gap_scale;
        for cell in cells.as_flattened_mut() {
            *cell = whole(math::ln(uniform(*cell)) * minus_gap_scale);
        }
        let mut places = self.places;
        for cells in cells {
            if places.cell >= self.end {
                break;
            }
            places.advance::<V>(cells);
            self.rows += 1;
        }
        self.places = places;
        for threshold in thresholds[..self.rows].as_flattened_mut() {
            *threshold = logistic(threshold.to_bits());
        }
        self.words = self.capacity;
    }

    /// Places the newest row, if it has not been placed.
    #[inline(always)]
    fn place<V: Vector>(&mut self) {
        if let Some(mut gaps) = self.gaps.take() {
            self.places.advance::<V>(&mut gaps);
            self.tile.cells[self.rows - 1] = gaps;
        }
    }
}

impl Interleaved for TileDraws<'_> {
    /// A row, if it is needed and the buffers hold it.
    #[inline(always)]
    fn piece<V: Vector>(&mut self) {
        if self.rows < self.capacity && !self.complete() {
            self.draw::<V>();
        }
    }

    #[inline(always)]
    fn finish<V: Vector>(mut self) {
        if self.rows == 0 && !V::MANY_REGISTERS {
            self.draw_all::<V>();
        }
        self.place::<V>();
        while !self.complete() {
            self.tile.reserve(self.rows + 2);
            self.draw::<V>();
            self.place::<V>();
        }
        // What the next tile draws does not depend on how soon this one has enough.
        for _ in self.words..self.draws.rows {
            self.rng.next();
            self.rng.next();
        }
        self.tile.end(self.rows);
        self.draws.rng = self.rng;
        self.draws.tiles += 1;
        self.draws.candidates += self.rows * STREAMS;
    }
}

/// Where a tile's candidates come to lie, from their gaps.
#[derive(Debug, Clone, Copy)]
struct Places {
    /// Places are counted in units of `2^-place_bits` of a cell.
    place_bits: u32,
    /// Gaps are exponential with this mean, `-ln(u)` times it; less than nothing, to spare a sign.
    minus_gap_scale: f32,
    /// The cell of the last candidate, and how far into it, in units of a place.
    cell: u32,
    within: u32,
}

impl Places {
    fn new(lambda_max: f64) -> Self {
        let place_bits = (0..=MOST_PLACE_BITS)
            .rev()
            .find(|&bits| {
                f64::from(1_u32 << bits) * LARGEST_EXPONENTIAL / lambda_max < f64::from(LONGEST_GAP)
            })
            .expect("validated: rates are not so low");
        Self {
            place_bits,
            minus_gap_scale: (-f64::from(1_u32 << place_bits) / lambda_max) as f32,
            cell: 0,
            within: 0,
        }
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
