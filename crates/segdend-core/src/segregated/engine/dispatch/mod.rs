//! Registers of several widths behind one type, chosen when the program starts.
//!
//! The inner loops are written once, for any [`Vector`] of sixteen lanes: one 512-bit register, two
//! of 256 bits or four of 128. Only lane-by-lane additions, subtractions and products are offered;
//! nothing is reassociated and no product is fused with a sum, so the bits are the same at every
//! level. Each piece of a phase is a function of its own (see [`Vector::apart`]), which has all
//! registers for itself and is compiled once, whoever calls it. What is done to sixteen candidate
//! spikes at once, see [`CandidateWork`], is written twice, portably and for AVX-512. This is the one
//! module with `unsafe`.

mod candidate_work;
mod registers;
mod wide;

use serde::{Deserialize, Serialize};

use super::lanes::Lanes;
use super::stages::Timed;

pub(crate) use candidate_work::{CandidateWork, Found, StepOfTile, TOGETHER};
pub(crate) use registers::Vector;
use registers::baseline;
#[cfg(target_arch = "x86_64")]
use registers::{avx2, avx512};
pub(crate) use wide::{VECTOR, Wide, for_vectors};

/// An instruction set that the engine can be run with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SimdLevel {
    /// What every processor of the target has (SSE2 on x86-64, NEON on AArch64).
    Baseline,
    /// 256-bit registers.
    Avx2,
    /// 512-bit registers.
    Avx512,
}

impl SimdLevel {
    /// The levels that this processor has, the widest last.
    pub fn available() -> Vec<Self> {
        #[allow(unused_mut, reason = "other targets have the baseline alone")]
        let mut levels = vec![Self::Baseline];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
                levels.push(Self::Avx2);
                if is_x86_feature_detected!("avx512f") {
                    levels.push(Self::Avx512);
                }
            }
        }
        levels
    }

    /// The widest level that this processor has.
    pub fn detect() -> Self {
        Self::available().pop().unwrap_or(Self::Baseline)
    }

    /// This level if the processor has it, otherwise the widest that it has.
    pub(crate) fn or_available(self) -> Available {
        if Self::available().contains(&self) {
            Available(self)
        } else {
            Available(Self::detect())
        }
    }
}

/// A level that was found on this processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Available(SimdLevel);

/// A piece of work to be compiled at every level, as a function of its own. `run` and all that it calls
/// must be `#[inline(always)]`, or it runs with the registers of the baseline; so do closures.
pub(crate) trait Work {
    type Output;

    fn run<V: Vector>(self) -> Self::Output;
}

impl Available {
    pub(crate) fn level(self) -> SimdLevel {
        self.0
    }

    #[inline]
    pub(crate) fn run<W: Work>(self, work: W) -> W::Output {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: an `Available` is only made of a level whose features were detected.
            SimdLevel::Avx2 => unsafe { run_avx2(work) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            SimdLevel::Avx512 => unsafe { run_avx512(work) },
            _ => run_baseline(work),
        }
    }
}

/// Work whose stages are timed.
pub(crate) struct TimedWork<W>(pub(crate) W);

impl<W: Work> Work for TimedWork<W> {
    type Output = W::Output;

    #[inline(always)]
    fn run<V: Vector>(self) -> W::Output {
        self.0.run::<Timed<V>>()
    }
}

#[inline(never)]
fn run_baseline<W: Work>(work: W) -> W::Output {
    work.run::<baseline::Vector16>()
}

#[cfg(target_arch = "x86_64")]
#[inline(never)]
#[target_feature(enable = "avx2,popcnt")]
fn run_avx2<W: Work>(work: W) -> W::Output {
    work.run::<avx2::Vector16>()
}

#[cfg(target_arch = "x86_64")]
#[inline(never)]
#[target_feature(enable = "avx2,popcnt,avx512f")]
fn run_avx512<W: Work>(work: W) -> W::Output {
    work.run::<avx512::Vector16>()
}

/// The lanes of several rows, one after the other.
#[inline(always)]
pub(crate) fn flatten<const W: usize>(rows: &[Lanes<W>]) -> &[f32] {
    const { assert!(size_of::<Lanes<W>>() == W * size_of::<f32>()) };
    // SAFETY: `Lanes<W>` is `repr(C)` around `[f32; W]` and, by the assertion, nothing else, so the
    // rows are `rows.len() * W` floats in one piece.
    unsafe { std::slice::from_raw_parts(rows.as_ptr().cast(), rows.len() * W) }
}

/// Asks for values to be brought nearer, into the second-level cache, before they are used; where that
/// cannot be asked for, nothing happens.
#[inline(always)]
pub(crate) fn fetch_ahead(values: &[f32]) {
    #[cfg(target_arch = "x86_64")]
    for line in values.chunks(16) {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: every processor of the target has it, and it changes nothing, wherever it points.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = values;
}
