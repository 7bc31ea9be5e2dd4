//! Noise on somatic potentials: standard normal draws, one a unit and step.

use crate::rng::StreamKey;
use crate::simd::lane_rng::LaneRng;
use crate::simd::math;

/// The units of one kind in one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Population {
    /// Pyramidal neurons of a layer, counted from 1; those of the last are the output neurons.
    Pyramidal(usize),
    /// Interneurons of a hidden layer, counted from 1.
    Interneurons(usize),
}

/// Where the noise comes from.
pub trait NoiseSource {
    /// Fills `draws` with the standard normal draws of a population in a step of the pattern. Called
    /// step by step, in each step for the pyramidal neurons and interneurons of the first hidden layer,
    /// then of the second, and so on; last for the output.
    fn draw(&mut self, step: usize, population: Population, draws: &mut [f64]);
}

/// No noise.
#[derive(Debug, Clone, Copy)]
pub struct Silence;

impl NoiseSource for Silence {
    fn draw(&mut self, _: usize, _: Population, draws: &mut [f64]) {
        draws.fill(0.0);
    }
}

/// The draws of a stream, the same for the reference and the engine.
#[derive(Debug, Clone)]
pub struct KeyedNoise(NormalLanes);

impl KeyedNoise {
    /// The noise of one pattern.
    pub fn new(key: StreamKey) -> Self {
        Self(NormalLanes::new(key))
    }
}

impl NoiseSource for KeyedNoise {
    fn draw(&mut self, _: usize, _: Population, draws: &mut [f64]) {
        for chunk in draws.chunks_mut(16) {
            for (draw, normal) in chunk.iter_mut().zip(self.0.next()) {
                *draw = f64::from(normal);
            }
        }
    }
}

/// Standard normal draws in f32, sixteen at a time (Box and Muller 1958).
#[derive(Debug, Clone)]
pub(super) struct NormalLanes {
    words: LaneRng,
    spare: Option<[f32; 16]>,
}

impl NormalLanes {
    #[inline(always)]
    pub(super) fn new(key: StreamKey) -> Self {
        Self {
            words: LaneRng::new(key),
            spare: None,
        }
    }

    #[inline(always)]
    pub(super) fn next(&mut self) -> [f32; 16] {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let (radii, angles) = (self.words.next(), self.words.next());
        let (mut cosines, mut sines) = ([0.0; 16], [0.0; 16]);
        for i in 0..16 {
            // 24 bits, in (0, 1).
            let uniform = ((radii[i] >> 8) as i32 as f32 + 0.5) * (1.0 / 16_777_216.0);
            let radius = (-2.0 * math::ln(uniform)).max(0.0).sqrt();
            let (sine, cosine) = circle(angles[i]);
            cosines[i] = radius * cosine;
            sines[i] = radius * sine;
        }
        self.spare = Some(sines);
        cosines
    }
}

/// A point of the unit circle, sine and cosine: the two lowest bits of `word` choose the quadrant, the
/// highest 24 the angle in it. Errors are below 2e-7.
#[inline(always)]
fn circle(word: u32) -> (f32, f32) {
    // Within a quadrant from -pi/4 to pi/4 about its middle: Taylor series, to the 9th and 8th power.
    let angle =
        ((word >> 8) as i32 as f32 * (1.0 / 16_777_216.0) - 0.5) * std::f32::consts::FRAC_PI_2;
    let square = angle * angle;
    let mut sine = 2.755_731_9e-6;
    sine = sine * square - 1.984_127e-4;
    sine = sine * square + 8.333_334e-3;
    sine = sine * square - 0.166_666_67;
    let sine = sine * square * angle + angle;
    let mut cosine = 2.480_158_7e-5;
    cosine = cosine * square - 1.388_888_9e-3;
    cosine = cosine * square + 4.166_666_8e-2;
    cosine = cosine * square - 0.5;
    let cosine = cosine * square + 1.0;
    let (sine, cosine) = if word & 1 == 0 {
        (sine, cosine)
    } else {
        (cosine, sine)
    };
    let sign = if word & 2 == 0 { 1.0 } else { -1.0 };
    // The quadrants about 0 and pi/2, and with the other sign those about pi and 3 pi/2.
    (sign * sine, sign * cosine)
}

#[cfg(test)]
mod tests {
    //! Promise: draws are normal, independent of their neighbours, and the same for a key.
    use super::*;
    use crate::rng::Purpose;

    fn draws(count: usize) -> Vec<f64> {
        let mut noise = KeyedNoise::new(StreamKey::new(3, Purpose::PotentialNoise, 1, 0));
        let mut all = vec![0.0; count];
        for chunk in all.chunks_mut(32) {
            noise.draw(0, Population::Pyramidal(1), chunk);
        }
        all
    }

    #[test]
    fn moments_are_those_of_the_normal_distribution() {
        let all = draws(1 << 20);
        let n = all.len() as f64;
        // Bounds are five standard errors of each mean.
        for (power, expected, variance) in [
            (1, 0.0, 1.0),
            (2, 1.0, 2.0),
            (3, 0.0, 15.0),
            (4, 3.0, 96.0),
            (6, 15.0, 10_170.0),
        ] {
            let mean = all.iter().map(|x: &f64| x.powi(power)).sum::<f64>() / n;
            let bound = 5.0 * f64::sqrt(variance / n);
            assert!((mean - expected).abs() < bound, "moment {power}: {mean}");
        }
        let beyond = all.iter().filter(|x| x.abs() > 3.0).count() as f64 / n;
        assert!((beyond - 0.0027).abs() < 2.5e-4, "{beyond}");
        for lag in [1, 16, 32] {
            let product: f64 = all.iter().zip(&all[lag..]).map(|(a, b)| a * b).sum();
            assert!((product / n).abs() < 5.0 / n.sqrt(), "lag {lag}");
            let squares: f64 = all
                .iter()
                .zip(&all[lag..])
                .map(|(a, b)| (a * a - 1.0) * (b * b - 1.0))
                .sum();
            assert!((squares / n).abs() < 10.0 / n.sqrt(), "squares, lag {lag}");
        }
    }

    #[test]
    fn points_lie_on_the_circle_in_every_quadrant() {
        let mut seen = [0; 8];
        for i in 0..4096_u32 {
            let (sine, cosine) = circle(i.wrapping_mul(0x9e37_79b1));
            let (s, c) = (f64::from(sine), f64::from(cosine));
            assert!((s * s + c * c - 1.0).abs() < 4e-7);
            let octant = (libm::atan2(s, c) / std::f64::consts::FRAC_PI_4 + 4.0).floor();
            seen[(octant as usize).min(7)] += 1;
        }
        assert!(seen.iter().all(|&n| (400..630).contains(&n)), "{seen:?}");
    }
}
