//! What is done to sixteen candidate spikes at once (see `candidates`), portably and with AVX-512.

use super::registers;
use crate::simd::lanes::Lanes;

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

/// Kernel on sixteen candidates; every register width gives the same.
pub(crate) trait CandidateOps {
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

    /// Writes the cells of those candidates whose voltage exceeds their threshold to the beginning of
    /// `found`, whose rest may be written over, and returns how many they are. Candidates in cells that
    /// have no voltage are left out.
    #[inline(always)]
    fn exceeding(
        voltages: &[f32],
        cells: &[u32; TOGETHER],
        thresholds: &[f32; TOGETHER],
        found: &mut [u32; TOGETHER],
    ) -> usize {
        let mut count = 0;
        for (&cell, threshold) in cells.iter().zip(thresholds) {
            let voltage = voltages.get(cell as usize);
            found[count] = cell;
            count += usize::from(voltage.is_some_and(|voltage| voltage > threshold));
        }
        count
    }
}

impl CandidateOps for registers::baseline::Vector16 {}

#[cfg(target_arch = "x86_64")]
impl CandidateOps for registers::avx2::Vector16 {
    #[inline(always)]
    fn accumulate(numbers: &mut [u32; TOGETHER]) {
        // SAFETY: this type is used only where AVX2 was detected.
        unsafe { avx2::accumulate(numbers) }
    }

    #[inline(always)]
    fn exceeding(
        voltages: &[f32],
        cells: &[u32; TOGETHER],
        thresholds: &[f32; TOGETHER],
        found: &mut [u32; TOGETHER],
    ) -> usize {
        // SAFETY: this type is used only where AVX2 and POPCNT were detected.
        unsafe { avx2::exceeding(voltages, cells, thresholds, found) }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::*;

    /// For every choice among eight numbers, a bit each, the places of those that are chosen, a byte
    /// each.
    static CHOSEN: [u64; 256] = {
        let mut places = [0; 256];
        let mut choice = 0;
        while choice < 256 {
            let (mut place, mut chosen) = (0, 0);
            while place < 8 {
                if choice & (1 << place) != 0 {
                    places[choice] |= place << (8 * chosen);
                    chosen += 1;
                }
                place += 1;
            }
            choice += 1;
        }
        places
    };

    /// [`super::CandidateOps::exceeding`] with eight candidates side by side, twice.
    ///
    /// # Safety
    /// The processor must have AVX2 and POPCNT.
    #[inline(always)]
    pub(super) unsafe fn exceeding(
        voltages: &[f32],
        cells: &[u32; 16],
        thresholds: &[f32; 16],
        found: &mut [u32; 16],
    ) -> usize {
        let mut count = 0;
        // SAFETY: the caller's; voltages are read only where there are any, and every store stays inside
        // `found`: the first eight candidates leave space for the others.
        unsafe {
            let most = _mm256_set1_epi32(voltages.len() as i32 - 1);
            for half in 0..2 {
                let cells = _mm256_loadu_si256(cells.as_ptr().add(8 * half).cast());
                let thresholds = _mm256_loadu_ps(thresholds.as_ptr().add(8 * half));
                let inside = _mm256_cmpeq_epi32(_mm256_min_epu32(cells, most), cells);
                let inside = _mm256_castsi256_ps(inside);
                let none = _mm256_setzero_ps();
                let voltages =
                    _mm256_mask_i32gather_ps::<4>(none, voltages.as_ptr(), cells, inside);
                let exceeds = _mm256_cmp_ps::<_CMP_GT_OQ>(voltages, thresholds);
                let chosen = _mm256_movemask_ps(_mm256_and_ps(exceeds, inside)) as u32;
                let places = _mm_cvtsi64_si128(CHOSEN[chosen as usize] as i64);
                let pressed = _mm256_permutevar8x32_epi32(cells, _mm256_cvtepu8_epi32(places));
                _mm256_storeu_si256(found.as_mut_ptr().add(count).cast(), pressed);
                count += chosen.count_ones() as usize;
            }
        }
        count
    }

    /// [`super::CandidateOps::accumulate`] with eight numbers side by side, twice: each is shifted by
    /// one and two places and added within its half register, then the halves before it are.
    ///
    /// # Safety
    /// The processor must have AVX2.
    #[inline(always)]
    pub(super) unsafe fn accumulate(numbers: &mut [u32; 16]) {
        // SAFETY: the caller's; loads and stores stay inside the array.
        unsafe {
            let mut before = _mm256_setzero_si256();
            let last = _mm256_set1_epi32(7);
            for eight in numbers.as_chunks_mut::<8>().0 {
                let mut sums = _mm256_loadu_si256(eight.as_ptr().cast());
                sums = _mm256_add_epi32(sums, _mm256_slli_si256::<4>(sums));
                sums = _mm256_add_epi32(sums, _mm256_slli_si256::<8>(sums));
                // The sum of the lower half, in the upper half.
                let lower = _mm256_shuffle_epi32::<0xff>(sums);
                let lower = _mm256_permute2x128_si256::<0x08>(lower, lower);
                sums = _mm256_add_epi32(_mm256_add_epi32(sums, lower), before);
                _mm256_storeu_si256(eight.as_mut_ptr().cast(), sums);
                before = _mm256_permutevar8x32_epi32(sums, last);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
impl CandidateOps for registers::avx512::Vector16 {
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

    /// [`super::CandidateOps::accumulate`] with all numbers side by side: shifted by one, two, four and eight places
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

    /// [`super::CandidateOps::thin`] with all candidates side by side: their voltages are picked out of the tile's
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
