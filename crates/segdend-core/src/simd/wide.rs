//! Tiles in registers, as many as hold neurons.

use super::registers::Vector;
use crate::simd::lanes::Lanes;

/// Lanes that one register of [`Vector`] holds.
pub(crate) const VECTOR: usize = 16;

/// The first `16 N` lanes of a tile in registers: as many as hold neurons, which in a layer's last
/// tile may be fewer than the tile has. The others are left as they are.
#[derive(Clone, Copy)]
pub(crate) struct Wide<V, const N: usize>([V; N]);

impl<V: Vector, const N: usize> Wide<V, N> {
    #[inline(always)]
    pub(crate) fn splat(value: f32) -> Self {
        Self([V::splat(value); N])
    }

    #[inline(always)]
    pub(crate) fn load<const W: usize>(lanes: &Lanes<W>) -> Self {
        let mut loaded = Self::splat(0.0);
        for (vector, lanes) in loaded.0.iter_mut().zip(lanes.0.as_chunks::<VECTOR>().0) {
            *vector = V::load(lanes);
        }
        loaded
    }

    /// The same from a lane on, where the tile has as many more.
    #[inline(always)]
    pub(crate) fn load_from<const W: usize>(lanes: &Lanes<W>, first: usize) -> Self {
        let mut loaded = Self::splat(0.0);
        for i in 0..N {
            let lanes = lanes.0[first + i * VECTOR..].first_chunk();
            loaded.0[i] = V::load(lanes.expect("a tile has whole vectors"));
        }
        loaded
    }

    #[inline(always)]
    pub(crate) fn store<const W: usize>(self, lanes: &mut Lanes<W>) {
        for (vector, lanes) in self.0.into_iter().zip(lanes.0.as_chunks_mut::<VECTOR>().0) {
            vector.store(lanes);
        }
    }

    /// The same from a lane on, where the tile has as many more.
    #[inline(always)]
    pub(crate) fn store_from<const W: usize>(self, lanes: &mut Lanes<W>, first: usize) {
        for i in 0..N {
            let lanes = lanes.0[first + i * VECTOR..].first_chunk_mut();
            self.0[i].store(lanes.expect("a tile has whole vectors"));
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

/// Evaluates an expression with a constant, the number of vectors that hold `units` neurons of a tile
/// of `W` lanes: `for_vectors!(W, units, N => ...)`.
macro_rules! for_vectors {
    ($width:ident, $units:expr, $vectors:ident => $work:expr) => {
        match usize::div_ceil($units, $crate::simd::VECTOR) {
            1 => for_vectors!(@ $vectors = 1, $work),
            _ if $width == $crate::simd::VECTOR => for_vectors!(@ $vectors = 1, $work),
            2 => for_vectors!(@ $vectors = 2, $work),
            3 => for_vectors!(@ $vectors = 3, $work),
            _ => for_vectors!(@ $vectors = 4, $work),
        }
    };
    (@ $vectors:ident = $number:literal, $work:expr) => {{
        const $vectors: usize = $number;
        $work
    }};
}
pub(crate) use for_vectors;
