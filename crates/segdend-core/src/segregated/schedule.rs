//! When the phases of an example end and when plateaus come (Methods, "Simulation details").

use rand_distr::{Distribution, InverseGaussian, Normal};

use crate::rng::{Occasion, Purpose, StreamKey};
use crate::segregated::mechanisms::PlateauTiming;
use crate::segregated::params::{LONGEST_PHASE_MS, LengthRounding, ValidParameters};

/// The two phases of a training example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// From `t_0` to `t_1`: the image alone.
    Forward,
    /// From `t_1` to `t_2`: the image and the teaching current.
    Target,
}

impl Phase {
    /// 0 for the forward phase, 1 for the target phase.
    pub fn index(self) -> usize {
        self as usize
    }
}

/// Phase lengths and plateau times of one training example.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule {
    /// Steps in the forward and in the target phase.
    pub steps: [usize; 2],
    /// With stochastic plateaus: for each phase, hidden layer and neuron the step of the phase,
    /// counted from 0, after which the neuron has its plateau. Otherwise empty.
    pub plateau_steps: [Vec<Vec<usize>>; 2],
}

impl Schedule {
    /// Draws the schedule of one example. Both lengths are the minimum plus an independent draw
    /// from an inverse Gaussian (Wald) distribution.
    ///
    /// ```
    /// use segdend_core::segregated::mechanisms::PlateauTiming;
    /// use segdend_core::segregated::params::Parameters;
    /// use segdend_core::segregated::schedule::Schedule;
    ///
    /// let parameters = Parameters::default().valid()?;
    /// let schedule = Schedule::draw(&parameters, PlateauTiming::Synchronous, &[500], 1, 1, 0);
    /// assert!(schedule.steps.iter().all(|&steps| steps >= 50));
    /// # Ok::<(), segdend_core::segregated::params::ParameterError>(())
    /// ```
    pub fn draw(
        parameters: &ValidParameters,
        timing: PlateauTiming,
        hidden_sizes: &[usize],
        seed: u64,
        occasion: impl Into<Occasion>,
        example: u64,
    ) -> Self {
        let mut schedule = Self::default();
        schedule.redraw(parameters, timing, hidden_sizes, seed, occasion, example);
        schedule
    }

    /// The same into existing memory.
    pub fn redraw(
        &mut self,
        parameters: &ValidParameters,
        timing: PlateauTiming,
        hidden_sizes: &[usize],
        seed: u64,
        occasion: impl Into<Occasion>,
        example: u64,
    ) {
        let occasion = occasion.into();
        let wald = InverseGaussian::new(
            parameters.extra_phase_mean_ms,
            parameters.extra_phase_scale_ms,
        )
        .expect("valid: mean and scale of the extra phase length are positive");
        let mut lengths =
            StreamKey::new(seed, Purpose::PhaseLengths, occasion, example).generator();
        for steps in &mut self.steps {
            let extra_ms: f64 = wald.sample(&mut lengths);
            let extra_steps = match parameters.phase_length_rounding {
                LengthRounding::Floor => libm::floor(extra_ms),
                LengthRounding::Nearest => libm::round(extra_ms),
            };
            // The distribution has a long tail.
            *steps = parameters.minimum_phase_ms + (extra_steps as usize).min(LONGEST_PHASE_MS);
        }
        if timing == PlateauTiming::Synchronous {
            self.plateau_steps = Default::default();
            return;
        }
        let before_end = Normal::new(0.0, parameters.stochastic_plateau_sd_ms)
            .expect("valid: the spread of plateau times is finite");
        let mut times = StreamKey::new(seed, Purpose::PlateauTimes, occasion, example).generator();
        for phase in [Phase::Forward, Phase::Target] {
            let last_step = self.steps[phase.index()] - 1;
            let layers = &mut self.plateau_steps[phase.index()];
            layers.resize_with(hidden_sizes.len(), Vec::new);
            for (layer, &units) in layers.iter_mut().zip(hidden_sizes) {
                layer.clear();
                layer.extend((0..units).map(|_| {
                    let early_ms = libm::trunc(libm::fabs(before_end.sample(&mut times))) as usize;
                    last_step - early_ms.min(parameters.stochastic_plateau_max_ms)
                }));
            }
        }
    }

    /// The step of the phase after which neuron `neuron` of hidden layer `layer` has its plateau.
    pub fn plateau_step(&self, phase: Phase, layer: usize, neuron: usize) -> usize {
        match self.plateau_steps[phase.index()].get(layer) {
            Some(steps) => steps[neuron],
            None => self.steps[phase.index()] - 1,
        }
    }

    /// Whether each neuron has a plateau time of its own.
    pub fn is_stochastic(&self) -> bool {
        !self.plateau_steps[0].is_empty()
    }
}

#[cfg(test)]
mod tests {
    //! Promise: phase lengths follow the shifted Wald distribution and plateaus come in the last
    //! six steps with the folded normal's frequencies.
    use super::*;
    use crate::segregated::params::Parameters;

    #[test]
    fn lengths_have_the_distributions_mean() {
        let p = Parameters {
            extra_phase_mean_ms: 2.0,
            ..Parameters::paper()
        }
        .valid()
        .unwrap();
        let n = 20_000;
        let total: usize = (0..n)
            .flat_map(|e| Schedule::draw(&p, PlateauTiming::Synchronous, &[], 5, 1, e).steps)
            .sum();
        let mean_extra = total as f64 / (2 * n) as f64 - 50.0;
        // Wald(2, 1) has variance mean^3 / scale = 8; rounding to the nearest ms hardly moves its
        // mean (by less than 0.06).
        let standard_error = (8.0 / (2 * n) as f64).sqrt();
        assert!(
            (mean_extra - 2.0).abs() < 0.06 + 4.0 * standard_error,
            "{mean_extra}"
        );
    }

    #[test]
    fn plateaus_come_zero_to_five_steps_before_the_end() {
        let p = Parameters::authors_2017_05_10().valid().unwrap();
        let mut counts = [0_usize; 6];
        for example in 0..100 {
            let s = Schedule::draw(&p, PlateauTiming::Stochastic, &[100, 50], 5, 1, example);
            for phase in [Phase::Forward, Phase::Target] {
                for neuron in 0..50 {
                    counts[s.steps[phase.index()] - 1 - s.plateau_step(phase, 1, neuron)] += 1;
                }
            }
        }
        let total: usize = counts.iter().sum();
        // P(|z| < 1) for z ~ N(0, 3) is 0.2611; P(|z| >= 5) is 0.0956.
        assert!((counts[0] as f64 / total as f64 - 0.2611).abs() < 0.02);
        assert!((counts[5] as f64 / total as f64 - 0.0956).abs() < 0.015);
    }
}
