//! Where the time of an example goes.
//!
//! The stages mark their ends on the vector type, which the whole engine is generic over. The plain
//! ones ignore the marks, so that they cost nothing; [`Timed`] ones look at the clock.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::dispatch::{CandidateWork, Found, StepOfTile, TOGETHER, Vector, Work};
use super::lanes::Lanes;

/// A stage of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
#[non_exhaustive]
pub enum Stage {
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

const STAGES: usize = 8;

impl Stage {
    /// All stages, in the order in which they run.
    pub const ALL: [Self; STAGES] = [
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

/// Time by stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StageTimes([Duration; STAGES]);

impl StageTimes {
    /// Time spent in a stage.
    pub fn of(&self, stage: Stage) -> Duration {
        self.0[stage as usize]
    }

    /// Time spent in all stages.
    pub fn total(&self) -> Duration {
        self.0.iter().sum()
    }
}

thread_local! {
    static TIMES: Cell<StageTimes> = const { Cell::new(StageTimes([Duration::ZERO; STAGES])) };
    static LAST_MARK: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Runs `work`, which marks its stages on [`Timed`] vectors, and adds its times to `times`.
pub(crate) fn timed<T>(times: &mut StageTimes, work: impl FnOnce() -> T) -> T {
    TIMES.set(*times);
    LAST_MARK.set(Some(Instant::now()));
    let result = work();
    *times = TIMES.get();
    result
}

/// A vector whose stages are timed.
#[derive(Clone, Copy)]
pub(crate) struct Timed<V>(V);

impl<V: Vector> Vector for Timed<V> {
    const ROOMY: bool = V::ROOMY;

    #[inline(always)]
    fn apart<W: Work>(work: W) -> W::Output {
        V::apart(work)
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

    fn end_of(stage: Stage) {
        let now = Instant::now();
        if let Some(last) = LAST_MARK.replace(Some(now)) {
            let mut times = TIMES.get();
            times.0[stage as usize] += now - last;
            TIMES.set(times);
        }
    }
}

impl<V: Vector> CandidateWork for Timed<V> {
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
