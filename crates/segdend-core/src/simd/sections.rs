//! Where the time of an example goes.
//!
//! The sections mark their ends on the vector type, which the whole engine is generic over. The plain
//! ones ignore the marks, so that they cost nothing; [`Timed`] ones look at the clock.

use std::cell::Cell;
use std::time::{Duration, Instant};

use crate::simd::lanes::Lanes;
use crate::simd::{CandidateOps, Found, Kernel, StepOfTile, TOGETHER, Vector};

/// A section of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
#[non_exhaustive]
pub enum Section {
    /// Preparing an image and drawing its spikes.
    Input,
    /// Drawing candidates, where this is not done beside column sums.
    Candidates,
    /// Column sums with the candidates drawn beside them, filters (Eqs. 10, 11 and 14), and the somata
    /// that go on with these.
    Dendrites,
    /// Somatic voltages (Eqs. 12 and 15) where they wait for apical dendrites.
    Somata,
    /// Finding the spikes among the candidates (Eq. 13).
    Thinning,
    /// What the output layer sends back.
    Feedback,
    /// Means, plateaus, errors and deltas (Eqs. 4, 17 and 19 to 22).
    Averages,
    /// New weights, and states that follow them (Eqs. 20 and 23).
    Update,
}

const SECTIONS: usize = 8;

impl Section {
    /// All sections, in the order in which they run.
    pub const ALL: [Self; SECTIONS] = [
        Self::Input,
        Self::Candidates,
        Self::Dendrites,
        Self::Somata,
        Self::Thinning,
        Self::Feedback,
        Self::Averages,
        Self::Update,
    ];
}

/// Time by section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SectionTimes([Duration; SECTIONS]);

impl SectionTimes {
    /// Time spent in a section.
    pub fn of(&self, section: Section) -> Duration {
        self.0[section as usize]
    }

    /// Time spent in all sections.
    pub fn total(&self) -> Duration {
        self.0.iter().sum()
    }
}

thread_local! {
    static TIMES: Cell<SectionTimes> = const { Cell::new(SectionTimes([Duration::ZERO; SECTIONS])) };
    static LAST_MARK: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Runs `work`, which marks its sections on [`Timed`] vectors, and adds its times to `times`.
pub(crate) fn timed<T>(times: &mut SectionTimes, work: impl FnOnce() -> T) -> T {
    TIMES.set(*times);
    LAST_MARK.set(Some(Instant::now()));
    let result = work();
    *times = TIMES.get();
    result
}

/// A vector whose sections are timed.
#[derive(Clone, Copy)]
pub(crate) struct Timed<V>(V);

impl<V: Vector> Vector for Timed<V> {
    const MANY_REGISTERS: bool = V::MANY_REGISTERS;

    #[inline(always)]
    fn out_of_line<W: Kernel>(work: W) -> W::Output {
        V::out_of_line(work)
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(V::splat(value))
    }

    #[inline(always)]
    fn load(lanes: &[f32; 16]) -> Self {
        Self(V::load(lanes))
    }

    #[inline(always)]
    fn store(self, lanes: &mut [f32; 16]) {
        self.0.store(lanes);
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0.add(other.0))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(self.0.sub(other.0))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(self.0.mul(other.0))
    }

    fn end_of(section: Section) {
        let now = Instant::now();
        if let Some(last) = LAST_MARK.replace(Some(now)) {
            let mut times = TIMES.get();
            times.0[section as usize] += now - last;
            TIMES.set(times);
        }
    }
}

impl<V: Vector> CandidateOps for Timed<V> {
    #[inline(always)]
    fn accumulate(numbers: &mut [u32; TOGETHER]) {
        V::accumulate(numbers);
    }

    #[inline(always)]
    fn exceeding(
        voltages: &[f32],
        cells: &[u32; TOGETHER],
        thresholds: &[f32; TOGETHER],
        found: &mut [u32; TOGETHER],
    ) -> usize {
        V::exceeding(voltages, cells, thresholds, found)
    }

    #[inline(always)]
    fn thin<const W: usize>(
        somas: &Lanes<W>,
        step: StepOfTile,
        cells: &[u32; TOGETHER],
        thresholds: &[f32; TOGETHER],
        fired: &mut [u16; TOGETHER],
    ) -> Found {
        V::thin(somas, step, cells, thresholds, fired)
    }
}
