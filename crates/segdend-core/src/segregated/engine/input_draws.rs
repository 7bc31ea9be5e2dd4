//! Input spikes of a whole phase, drawn ahead.

use super::poisson_table::PoissonTable;
use super::spike_train::SpikeTrain;
use crate::rng::StreamKey;
use crate::simd::lane_rng::LaneRng;

/// The brightness at which a pixel fires with the highest rate.
const BRIGHTEST: usize = 255;

/// Input spikes of an image.
///
/// The pixels are independent Poisson sources with rates in proportion to their brightness. The
/// number of spikes of a step is then Poisson with the summed rate, and each spike belongs to a
/// pixel in proportion to brightness. Brightness is a whole number, so a list with every pixel as
/// often as it is bright turns a uniform place in the list into a pixel, exactly. Dark pixels cost
/// nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct InputDraws {
    /// Every pixel as often as its brightness says, `total` in all.
    by_brightness: Vec<u16>,
    total: usize,
    counts: PoissonTable,
    words: Vec<u32>,
}

impl InputDraws {
    /// Prepares draws for an image of `pixels` (0 to 255) with the rate `lambda_max` at 255.
    #[inline(always)]
    pub(crate) fn prepare(&mut self, pixels: &[u8], lambda_max_per_ms: f64) {
        // A pixel fills as much as the brightest would, and the next writes over the rest.
        let most = pixels.len() * BRIGHTEST;
        if self.by_brightness.len() < most {
            self.by_brightness.resize(most, 0);
        }
        self.total = 0;
        for (index, &pixel) in pixels.iter().enumerate() {
            if pixel > 0 {
                self.by_brightness[self.total..self.total + BRIGHTEST].fill(index as u16);
                self.total += usize::from(pixel);
            }
        }
        if self.total > 0 {
            let brightness = self.total as f64 / BRIGHTEST as f64;
            self.counts.rebuild(lambda_max_per_ms * brightness);
        }
    }

    /// Draws the spikes of `steps` steps.
    #[inline(always)]
    pub(crate) fn draw(&mut self, key: StreamKey, steps: usize, train: &mut SpikeTrain) {
        train.clear();
        if self.total == 0 {
            (0..steps).for_each(|_| train.end_step());
            return;
        }
        let mut rng = LaneRng::new(key);
        rng.fill(&mut self.words, steps);
        for &word in &self.words[..steps] {
            train.end_step_after(self.counts.count(word));
        }
        let spikes = train.neurons_mut();
        rng.fill(&mut self.words, spikes.len());
        let by_brightness = &self.by_brightness[..self.total];
        let places = self.total as u64;
        for (spike, &word) in spikes.iter_mut().zip(&self.words) {
            *spike = by_brightness[((u64::from(word) * places) >> 32) as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    //! Promise: every pixel fires with a Poisson rate in proportion to its brightness (chi-square
    //! bound at fixed seeds), a dark image not at all.
    use super::*;
    use crate::rng::Purpose;

    fn key(n: u64) -> StreamKey {
        StreamKey::new(11, Purpose::TrainingSpikes, 1, n)
    }

    #[test]
    fn input_spikes_are_poisson_in_proportion_to_brightness() {
        let image: Vec<u8> = (0..100)
            .map(|i| if i % 3 == 0 { (i * 5 / 2) as u8 } else { 0 })
            .collect();
        let mut draws = InputDraws::default();
        draws.prepare(&image, 0.2);
        let mut train = SpikeTrain::default();
        let (examples, steps) = (400, 50);
        let mut counts = vec![0_f64; 100];
        for n in 0..examples {
            draws.draw(key(n), steps, &mut train);
            for step in 0..steps {
                train
                    .at(step)
                    .iter()
                    .for_each(|&pixel| counts[pixel as usize] += 1.0);
            }
        }
        let mut chi_square = 0.0;
        let mut degrees = 0.0_f64;
        for (count, &pixel) in counts.iter().zip(&image) {
            let expected = 0.2 * f64::from(pixel) / 255.0 * (examples as usize * steps) as f64;
            if pixel == 0 {
                assert_eq!(*count, 0.0);
            } else {
                chi_square += (count - expected).powi(2) / expected;
                degrees += 1.0;
            }
        }
        // Mean `degrees`, variance 2 `degrees`.
        assert!(
            (chi_square - degrees).abs() < 4.0 * (2.0 * degrees).sqrt(),
            "chi-square {chi_square} with {degrees}"
        );
        draws.prepare(&[0; 10], 0.2);
        draws.draw(key(1), 7, &mut train);
        assert!((0..7).all(|step| train.at(step).is_empty()));
    }
}
