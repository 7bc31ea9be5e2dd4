//! Registers of several widths behind one type, chosen when the program starts.
//!
//! The inner loops are written once, for any [`Vector`] of sixteen lanes: one 512-bit register, two
//! of 256 bits or four of 128. Only lane-by-lane additions, subtractions and products are offered;
//! nothing is reassociated and no product is fused with a sum, so the bits are the same at every
//! level. Each piece of a phase is a function of its own (see [`Vector::out_of_line`]), which has all
//! registers for itself and is compiled once, whoever calls it. What is done to sixteen candidate
//! spikes at once, see [`CandidateOps`], is written twice, portably and for AVX-512. This is the one
//! module with `unsafe`.

mod candidate_ops;
pub(crate) mod lane_rng;
pub(crate) mod lanes;
pub(crate) mod math;
mod registers;
pub(crate) mod sections;
mod wide;

use serde::{Deserialize, Serialize};

use self::lanes::Lanes;
use self::sections::Timed;

pub(crate) use candidate_ops::{CandidateOps, Found, StepOfTile, TOGETHER};
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
pub(crate) trait Kernel {
    type Output;

    fn run<V: Vector>(self) -> Self::Output;
}

impl Available {
    pub(crate) fn level(self) -> SimdLevel {
        self.0
    }

    #[inline]
    pub(crate) fn run<W: Kernel>(self, work: W) -> W::Output {
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

/// Kernel whose sections are timed.
pub(crate) struct TimedKernel<W>(pub(crate) W);

impl<W: Kernel> Kernel for TimedKernel<W> {
    type Output = W::Output;

    #[inline(always)]
    fn run<V: Vector>(self) -> W::Output {
        self.0.run::<Timed<V>>()
    }
}

#[inline(never)]
fn run_baseline<W: Kernel>(work: W) -> W::Output {
    work.run::<baseline::Vector16>()
}

#[cfg(target_arch = "x86_64")]
#[inline(never)]
#[target_feature(enable = "avx2,popcnt")]
fn run_avx2<W: Kernel>(work: W) -> W::Output {
    work.run::<avx2::Vector16>()
}

#[cfg(target_arch = "x86_64")]
#[inline(never)]
#[target_feature(enable = "avx2,popcnt,avx512f")]
fn run_avx512<W: Kernel>(work: W) -> W::Output {
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
