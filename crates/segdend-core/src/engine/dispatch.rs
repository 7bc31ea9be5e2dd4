//! Registers of several widths behind one type, chosen when the program starts.
//!
//! The inner loops are written once, for any [`Vector`] of sixteen lanes: one 512-bit register, two
//! of 256 bits or four of 128. Only lane-by-lane additions, subtractions and products are offered;
//! nothing is reassociated and no product is fused with a sum, so the bits are the same at every
//! level. This is the one module with `unsafe`.

use serde::{Deserialize, Serialize};

use super::candidates::{Found, TOGETHER};
use super::lanes::Lanes;
use super::stages::{Stage, Timed};

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

/// A piece of work to be compiled at every level. `run` and all that it calls must be
/// `#[inline(always)]`, or it runs with the registers of the baseline.
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
            _ => work.run::<baseline::Vector16>(),
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

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn run_avx2<W: Work>(work: W) -> W::Output {
    work.run::<avx2::Vector16>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt,avx512f")]
fn run_avx512<W: Work>(work: W) -> W::Output {
    work.run::<avx512::Vector16>()
}

/// Sixteen lanes of f32. Values of a level's type exist only inside [`Available::run`] at that
/// level, which is what makes their intrinsics sound.
pub(crate) trait Vector: Copy {
    fn splat(value: f32) -> Self;
    fn load(lanes: &[f32; 16]) -> Self;
    fn store(self, lanes: &mut [f32; 16]);
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;

    /// Each number becomes the sum of those up to and including itself.
    #[inline(always)]
    fn accumulate(numbers: &mut [u32; 16]) {
        for i in 1..16 {
            numbers[i] = numbers[i].wrapping_add(numbers[i - 1]);
        }
    }

    /// Looks at the candidate spikes of a tile that lie in one step (see `candidates`): those of
    /// `cells`, which are in order, from the cell `first.0` on and below `first.0 + W`. A spike is
    /// one whose lane is below `units` and whose threshold `somas` exceeds there; its neuron,
    /// `first.1 + lane`, is written to `fired` behind those before.
    #[inline(always)]
    fn thin<const W: usize>(
        somas: &Lanes<W>,
        units: u32,
        first: (u32, u32),
        cells: &[u32; TOGETHER],
        thresholds: &[f32; TOGETHER],
        fired: &mut [u16; TOGETHER],
    ) -> Found {
        let (mut candidates, mut spikes) = (0, 0);
        for (&cell, &threshold) in cells.iter().zip(thresholds) {
            let lane = cell.wrapping_sub(first.0);
            let Some(&soma) = somas.0.get(lane as usize) else {
                break;
            };
            fired[spikes] = (first.1 + lane) as u16;
            spikes += usize::from((soma > threshold) & (lane < units));
            candidates += 1;
        }
        Found { candidates, spikes }
    }

    /// Marks the end of a piece of a stage.
    #[inline(always)]
    fn end_of(_: Stage) {}
}

/// Implements [`Vector`] for an array of registers.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! vector {
    ($room:ident, $arch:ident, $register:ident x $count:literal of $lanes:literal,
     $splat:ident, $load:ident, $store:ident, $add:ident, $sub:ident, $mul:ident $(; $($more:tt)*)?) => {
        mod $room {
            use std::arch::$arch::{$add, $load, $mul, $register, $splat, $store, $sub};

            #[derive(Clone, Copy)]
            pub(crate) struct Vector16([$register; $count]);

            // SAFETY of all blocks below: the type is private to `dispatch`, which names it only where
            // its instructions were detected or are part of the target; loads and stores stay inside
            // the sixteen lanes, since $count * $lanes = 16, and need no alignment.
            #[allow(
                unused_unsafe,
                reason = "the baseline's intrinsics are safe on their own target"
            )]
            impl super::Vector for Vector16 {
                #[inline(always)]
                fn splat(value: f32) -> Self {
                    // SAFETY: see above.
                    Self([unsafe { $splat(value) }; $count])
                }

                #[inline(always)]
                fn load(lanes: &[f32; 16]) -> Self {
                    // SAFETY: see above.
                    Self(std::array::from_fn(|i| unsafe {
                        $load(lanes.as_ptr().add(i * $lanes))
                    }))
                }

                #[inline(always)]
                fn store(self, lanes: &mut [f32; 16]) {
                    for (i, register) in self.0.into_iter().enumerate() {
                        // SAFETY: see above.
                        unsafe { $store(lanes.as_mut_ptr().add(i * $lanes), register) };
                    }
                }

                #[inline(always)]
                fn add(self, other: Self) -> Self {
                    // SAFETY: see above.
                    Self(std::array::from_fn(|i| unsafe {
                        $add(self.0[i], other.0[i])
                    }))
                }

                #[inline(always)]
                fn sub(self, other: Self) -> Self {
                    // SAFETY: see above.
                    Self(std::array::from_fn(|i| unsafe {
                        $sub(self.0[i], other.0[i])
                    }))
                }

                #[inline(always)]
                fn mul(self, other: Self) -> Self {
                    // SAFETY: see above.
                    Self(std::array::from_fn(|i| unsafe {
                        $mul(self.0[i], other.0[i])
                    }))
                }

                $($($more)*)?
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
vector!(avx512, x86_64, __m512 x 1 of 16, _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_add_ps, _mm512_sub_ps, _mm512_mul_ps;
#[inline(always)]
fn accumulate(numbers: &mut [u32; 16]) {
    // SAFETY: see above; loads and stores stay inside the sixteen numbers.
    unsafe { super::accumulate_avx512(numbers) }
}

#[inline(always)]
fn thin<const W: usize>(
    somas: &super::Lanes<W>,
    units: u32,
    first: (u32, u32),
    cells: &[u32; super::TOGETHER],
    thresholds: &[f32; super::TOGETHER],
    fired: &mut [u16; super::TOGETHER],
) -> super::Found {
    // SAFETY: see above; loads and stores stay inside the sixteen candidates.
    unsafe { super::thin_avx512(somas, units, first, cells, thresholds, fired) }
});
/// [`Vector::accumulate`] with all numbers side by side: shifted by one, two, four and eight places
/// and added.
///
/// # Safety
/// The processor must have AVX-512F.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn accumulate_avx512(numbers: &mut [u32; 16]) {
    use std::arch::x86_64::*;
    // SAFETY: the caller's; load and store stay inside the array.
    unsafe {
        let nothing = _mm512_setzero_si512();
        let mut sums = _mm512_loadu_si512(numbers.as_ptr().cast());
        sums = _mm512_add_epi32(sums, _mm512_alignr_epi32::<15>(sums, nothing));
        sums = _mm512_add_epi32(sums, _mm512_alignr_epi32::<14>(sums, nothing));
        sums = _mm512_add_epi32(sums, _mm512_alignr_epi32::<12>(sums, nothing));
        sums = _mm512_add_epi32(sums, _mm512_alignr_epi32::<8>(sums, nothing));
        _mm512_storeu_si512(numbers.as_mut_ptr().cast(), sums);
    }
}

/// [`Vector::thin`] with all candidates side by side: their voltages are picked out of the tile's
/// registers, and the neurons of those that are spikes are pressed together.
///
/// # Safety
/// The processor must have AVX-512F and POPCNT.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn thin_avx512<const W: usize>(
    somas: &Lanes<W>,
    units: u32,
    (first_cell, first_neuron): (u32, u32),
    cells: &[u32; TOGETHER],
    thresholds: &[f32; TOGETHER],
    fired: &mut [u16; TOGETHER],
) -> Found {
    use std::arch::x86_64::*;
    const { assert!(W % 16 == 0 && W <= 64) };
    // SAFETY: the caller's; every load and store stays inside the array that it is given.
    unsafe {
        let register = |i: usize| match somas.0.as_chunks::<16>().0.get(i) {
            Some(lanes) => _mm512_loadu_ps(lanes.as_ptr()),
            None => _mm512_setzero_ps(),
        };
        let splat = |value: u32| _mm512_set1_epi32(value as i32);
        let lanes = _mm512_sub_epi32(_mm512_loadu_si512(cells.as_ptr().cast()), splat(first_cell));
        let inside = _mm512_cmplt_epu32_mask(lanes, splat(W as u32));
        let candidates = inside.count_ones() as usize;
        // The lowest five bits of a lane choose among two registers, the next between the pairs.
        let mut voltages = _mm512_permutex2var_ps(register(0), lanes, register(1));
        if W > 32 {
            let upper = _mm512_test_epi32_mask(lanes, splat(32));
            let above = _mm512_permutex2var_ps(register(2), lanes, register(3));
            voltages = _mm512_mask_blend_ps(upper, voltages, above);
        }
        let inhabited = _mm512_mask_cmplt_epu32_mask(inside, lanes, splat(units));
        let thresholds = _mm512_loadu_ps(thresholds.as_ptr());
        let spikes = _mm512_mask_cmp_ps_mask::<_CMP_GT_OQ>(inhabited, voltages, thresholds);
        let neurons = _mm512_add_epi32(lanes, splat(first_neuron));
        let pressed = _mm512_cvtepi32_epi16(_mm512_maskz_compress_epi32(spikes, neurons));
        _mm256_storeu_si256(fired.as_mut_ptr().cast(), pressed);
        Found {
            candidates,
            spikes: spikes.count_ones() as usize,
        }
    }
}

#[cfg(target_arch = "x86_64")]
vector!(avx2, x86_64, __m256 x 2 of 8, _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_add_ps, _mm256_sub_ps, _mm256_mul_ps);
#[cfg(target_arch = "x86_64")]
vector!(baseline, x86_64, __m128 x 4 of 4, _mm_set1_ps, _mm_loadu_ps, _mm_storeu_ps, _mm_add_ps, _mm_sub_ps, _mm_mul_ps);
#[cfg(target_arch = "aarch64")]
vector!(baseline, aarch64, float32x4_t x 4 of 4, vdupq_n_f32, vld1q_f32, vst1q_f32, vaddq_f32, vsubq_f32, vmulq_f32);

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod baseline {
    /// Plain arrays, for processors without a room of their own.
    #[derive(Clone, Copy)]
    pub(crate) struct Vector16([f32; 16]);

    impl super::Vector for Vector16 {
        fn splat(value: f32) -> Self {
            Self([value; 16])
        }
        fn load(lanes: &[f32; 16]) -> Self {
            Self(*lanes)
        }
        fn store(self, lanes: &mut [f32; 16]) {
            *lanes = self.0;
        }
        fn add(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] + other.0[i]))
        }
        fn sub(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] - other.0[i]))
        }
        fn mul(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] * other.0[i]))
        }
    }
}

/// A tile's lanes in registers: `W / 16` vectors, of which there are at most four. What is computed
/// for the others is never stored, and so never computed.
#[derive(Clone, Copy)]
pub(crate) struct Wide<V, const W: usize>([V; 4]);

impl<V: Vector, const W: usize> Wide<V, W> {
    #[inline(always)]
    pub(crate) fn splat(value: f32) -> Self {
        Self([V::splat(value); 4])
    }

    #[inline(always)]
    pub(crate) fn load(lanes: &Lanes<W>) -> Self {
        let mut loaded = Self::splat(0.0);
        for (vector, lanes) in loaded.0.iter_mut().zip(lanes.0.as_chunks::<16>().0) {
            *vector = V::load(lanes);
        }
        loaded
    }

    #[inline(always)]
    pub(crate) fn store(self, lanes: &mut Lanes<W>) {
        for (vector, lanes) in self.0.into_iter().zip(lanes.0.as_chunks_mut::<16>().0) {
            vector.store(lanes);
        }
    }

    #[inline(always)]
    pub(crate) fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i].add(other.0[i])))
    }

    #[inline(always)]
    pub(crate) fn sub(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i].sub(other.0[i])))
    }

    #[inline(always)]
    pub(crate) fn mul(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i].mul(other.0[i])))
    }
}

/// The lanes of several rows, one after the other.
#[inline(always)]
pub(crate) fn flatten<const W: usize>(rows: &[Lanes<W>]) -> &[f32] {
    const { assert!(size_of::<Lanes<W>>() == W * size_of::<f32>()) };
    // SAFETY: `Lanes<W>` is `repr(C)` around `[f32; W]` and, by the assertion, nothing else, so the
    // rows are `rows.len() * W` floats in one piece.
    unsafe { std::slice::from_raw_parts(rows.as_ptr().cast(), rows.len() * W) }
}
