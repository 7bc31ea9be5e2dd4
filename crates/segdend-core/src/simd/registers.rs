//! Sixteen lanes in one register of 512 bits, two of 256 or four of 128.

use super::{CandidateOps, Kernel};
use crate::simd::sections::Section;

/// Sixteen lanes of f32. Values of a level's type exist only inside [`super::Available::run`] at that
/// level, which is what makes their intrinsics sound.
pub(crate) trait Vector: CandidateOps + Copy {
    /// Whether there are registers enough for two kinds of work at once (thirty-two of sixteen lanes).
    const MANY_REGISTERS: bool;

    fn splat(value: f32) -> Self;
    fn load(lanes: &[f32; 16]) -> Self;
    fn store(self, lanes: &mut [f32; 16]);
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;

    /// Does a piece of work as a function of its own, with all registers for itself. What it takes and
    /// gives goes through memory, so it should be worth the call.
    fn out_of_line<W: Kernel>(work: W) -> W::Output;

    /// Marks the end of a piece of a section.
    #[inline(always)]
    fn end_of(_: Section) {}
}

/// Implements [`Vector`] for an array of registers.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! vector {
    ($module:ident, $run:path, many_registers: $many_registers:literal, $arch:ident, $register:ident x $count:literal of $lanes:literal,
     $splat:ident, $load:ident, $store:ident, $add:ident, $sub:ident, $mul:ident) => {
        pub(super) mod $module {
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
                const MANY_REGISTERS: bool = $many_registers;

                #[inline(always)]
                fn out_of_line<W: super::Kernel>(work: W) -> W::Output {
                    // SAFETY: see above.
                    unsafe { $run(work) }
                }

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
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
vector!(avx512, super::super::run_avx512, many_registers: true, x86_64, __m512 x 1 of 16, _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_add_ps, _mm512_sub_ps, _mm512_mul_ps);
#[cfg(target_arch = "x86_64")]
vector!(avx2, super::super::run_avx2, many_registers: false, x86_64, __m256 x 2 of 8, _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_add_ps, _mm256_sub_ps, _mm256_mul_ps);
#[cfg(target_arch = "x86_64")]
vector!(baseline, super::super::run_baseline, many_registers: false, x86_64, __m128 x 4 of 4, _mm_set1_ps, _mm_loadu_ps, _mm_storeu_ps, _mm_add_ps, _mm_sub_ps, _mm_mul_ps);
#[cfg(target_arch = "aarch64")]
vector!(baseline, super::super::run_baseline, many_registers: false, aarch64, float32x4_t x 4 of 4, vdupq_n_f32, vld1q_f32, vst1q_f32, vaddq_f32, vsubq_f32, vmulq_f32);

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) mod baseline {
    /// Plain arrays, for processors without a module of their own.
    #[derive(Clone, Copy)]
    pub(crate) struct Vector16([f32; 16]);

    impl super::Vector for Vector16 {
        const MANY_REGISTERS: bool = false;

        fn out_of_line<W: super::Kernel>(work: W) -> W::Output {
            super::super::run_baseline(work)
        }
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
