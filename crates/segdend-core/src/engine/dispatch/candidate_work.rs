//! What is done to sixteen candidate spikes at once (see `candidates`), portably and with AVX-512.

use super::super::lanes::Lanes;
use super::registers;

/// So many candidates are looked at together.
pub(crate) const TOGETHER: usize = 16;

/// One step of a tile, in which candidates are looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StepOfTile {
    /// The step's first cell: the one of the tile's first lane.
    pub(crate) first_cell: u32,
    /// The tile's first neuron.
    pub(crate) first_neuron: u32,
    /// How many neurons the layer has; lanes beyond them hold none.
    pub(crate) units: u32,
}

/// What was found among some candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// How many of them belong to the step.
    pub(crate) candidates: usize,
    /// How many of these are spikes.
    pub(crate) spikes: usize,
}

/// Work on sixteen candidates; every register width gives the same.
pub(crate) trait CandidateWork {
    /// Each number becomes the sum of those up to and including itself.
    #[inline(always)]
    fn accumulate(numbers: &mut [u32; TOGETHER]) {
        for i in 1..TOGETHER {
            numbers[i] = numbers[i].wrapping_add(numbers[i - 1]);
        }
    }

    /// Looks at candidates, given by their cells, in order, none of which lies before the step. Those
    /// that lie in the step are looked at; one is a spike if its lane holds a neuron whose voltage in
    /// `somas` exceeds its threshold. The spikes' neurons are written to the beginning of `fired`,
    /// whose rest may be written over.
    #[inline(always)]
    fn thin<const W: usize>(
        somas: &Lanes<W>,
        step: StepOfTile,
        cells: &[u32; TOGETHER],
        thresholds: &[f32; TOGETHER],
        fired: &mut [u16; TOGETHER],
    ) -> Found {
        let (mut candidates, mut spikes) = (0, 0);
        for (&cell, &threshold) in cells.iter().zip(thresholds) {
            let lane = cell.wrapping_sub(step.first_cell);
            let Some(&soma) = somas.0.get(lane as usize) else {
                break;
            };
            let neuron = step.first_neuron + lane;
            fired[spikes] = neuron as u16;
            spikes += usize::from((soma > threshold) & (neuron < step.units));
            candidates += 1;
        }
        Found { candidates, spikes }
    }
}

impl CandidateWork for registers::baseline::Vector16 {}

#[cfg(target_arch = "x86_64")]
impl CandidateWork for registers::avx2::Vector16 {}

#[cfg(target_arch = "x86_64")]
impl CandidateWork for registers::avx512::Vector16 {
    #[inline(always)]
    fn accumulate(numbers: &mut [u32; TOGETHER]) {
        // SAFETY: this type is used only where AVX-512F was detected.
        unsafe { avx512::accumulate(numbers) }
    }

    #[inline(always)]
    fn thin<const W: usize>(
        somas: &Lanes<W>,
        step: StepOfTile,
        cells: &[u32; TOGETHER],
        thresholds: &[f32; TOGETHER],
        fired: &mut [u16; TOGETHER],
    ) -> Found {
        // SAFETY: this type is used only where AVX-512F and POPCNT were detected.
        unsafe { avx512::thin(somas, step, cells, thresholds, fired) }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::*;

    use super::{Found, Lanes, StepOfTile, TOGETHER};

    /// [`super::CandidateWork::accumulate`] with all numbers side by side: shifted by one, two, four and eight places
    /// and added.
    ///
    /// # Safety
    /// The processor must have AVX-512F.
    #[inline(always)]
    pub(super) unsafe fn accumulate(numbers: &mut [u32; 16]) {
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

    /// [`super::CandidateWork::thin`] with all candidates side by side: their voltages are picked out of the tile's
    /// registers, and the neurons of those that are spikes are pressed together.
    ///
    /// # Safety
    /// The processor must have AVX-512F and POPCNT.
    #[inline(always)]
    pub(super) unsafe fn thin<const W: usize>(
        somas: &Lanes<W>,
        step: StepOfTile,
        cells: &[u32; TOGETHER],
        thresholds: &[f32; TOGETHER],
        fired: &mut [u16; TOGETHER],
    ) -> Found {
        const { assert!(W == 16 || W == 32 || W == 64) };
        // SAFETY: the caller's; every load and store stays inside the array that it is given.
        unsafe {
            let register = |i: usize| _mm512_loadu_ps(somas.0.as_ptr().add(16 * i));
            let splat = |value: u32| _mm512_set1_epi32(value as i32);
            // A step's first cell is a multiple of the tile's width, so a cell's lowest bits are its lane.
            let cells = _mm512_loadu_si512(cells.as_ptr().cast());
            let next_step = splat(step.first_cell + W as u32);
            let inside = _mm512_cmplt_epu32_mask(cells, next_step);
            let candidates = inside.count_ones() as usize;
            // The lowest four bits of a lane choose in a register, the next ones among registers.
            let voltages = match W {
                16 => _mm512_permutexvar_ps(cells, register(0)),
                32 => _mm512_permutex2var_ps(register(0), cells, register(1)),
                _ => _mm512_mask_blend_ps(
                    _mm512_test_epi32_mask(cells, splat(32)),
                    _mm512_permutex2var_ps(register(0), cells, register(1)),
                    _mm512_permutex2var_ps(register(2), cells, register(3)),
                ),
            };
            let to_neuron = splat(step.first_neuron.wrapping_sub(step.first_cell));
            let neurons = _mm512_add_epi32(cells, to_neuron);
            let inhabited = _mm512_mask_cmplt_epu32_mask(inside, neurons, splat(step.units));
            let thresholds = _mm512_loadu_ps(thresholds.as_ptr());
            let spikes = _mm512_mask_cmp_ps_mask::<_CMP_GT_OQ>(inhabited, voltages, thresholds);
            let pressed = _mm512_cvtepi32_epi16(_mm512_maskz_compress_epi32(spikes, neurons));
            _mm256_storeu_si256(fired.as_mut_ptr().cast(), pressed);
            Found {
                candidates,
                spikes: spikes.count_ones() as usize,
            }
        }
    }
}
