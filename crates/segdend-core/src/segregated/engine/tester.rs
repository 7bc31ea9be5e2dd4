//! Tests: images shown one by one from rest, to weights that stand still.

use super::highest;
use super::phase::{Activity, PhasePlan, PhaseRun, Scratch, Settings, Weights};
use crate::rng::StreamKey;
use crate::segregated::example::SpikeDrive;
use crate::segregated::schedule::Phase;
use crate::simd::lanes::unpack;
use crate::simd::{Kernel, Vector};

/// Shows test images to a network whose weights stand still.
#[derive(Debug, Clone)]
pub struct Tester<'a> {
    pub(super) settings: &'a Settings,
    pub(super) weights: &'a Weights,
    pub(super) activity: Activity,
    pub(super) scratch: Scratch,
}

impl Tester<'_> {
    /// Shows one image from rest, in a forward phase of `test_phase_ms`, with the spikes of
    /// stream `key`, and returns the class with the highest output voltage, read as `class_readout` says.
    pub fn classify(&mut self, image: &[u8], key: StreamKey) -> usize {
        self.show(image, key);
        let window_start = self.settings.parameters.class_window_start();
        let sums = self.activity.output.window_sums(window_start);
        highest(sums, self.weights.output.units())
    }

    /// The same, but returns the mean output voltages of the averaging window, V.
    pub fn mean_output_voltages(&mut self, image: &[u8], key: StreamKey) -> Vec<f64> {
        self.show(image, key);
        let p = &self.settings.parameters;
        let divisor = (p.test_phase_ms - p.test_window_start()) as f32;
        let means: Vec<_> = self
            .activity
            .output
            .window_sums(p.test_window_start())
            .map(|sums| sums.map(|sum| sum / divisor))
            .collect();
        unpack(&means, self.weights.output.units())
    }

    /// The same for every layer above the input, bottom up.
    pub fn mean_voltages(&mut self, image: &[u8], key: StreamKey) -> Vec<Vec<f64>> {
        let output = self.mean_output_voltages(image, key);
        let p = &self.settings.parameters;
        let divisor = (p.test_phase_ms - p.test_window_start()) as f32;
        let hidden = self.activity.hidden.iter().zip(&self.weights.hidden);
        hidden
            .map(|(state, weights)| {
                let means: Vec<_> = state
                    .window_sums(p.test_window_start())
                    .map(|sums| sums.map(|sum| sum / divisor))
                    .collect();
                unpack(&means, weights.units())
            })
            .chain([output])
            .collect()
    }

    fn show(&mut self, image: &[u8], key: StreamKey) {
        self.settings.level.run(ShowRun {
            tester: self,
            image,
            key,
        });
    }

    #[inline(always)]
    fn run_image<V: Vector>(&mut self, image: &[u8], key: StreamKey) {
        let p = &self.settings.parameters;
        self.activity.clear();
        self.scratch.input.prepare(image, p.lambda_max_per_ms);
        let recurrent = p.apical_conductance > 0.0 && !self.weights.hidden.is_empty();
        let plan = PhasePlan {
            phase: Phase::Forward,
            steps: p.test_phase_ms,
            teacher: None,
            spikes: SpikeDrive::Free(key),
            keep_feedback: recurrent,
        };
        PhaseRun {
            settings: self.settings,
            weights: self.weights,
            activity: &mut self.activity,
            scratch: &mut self.scratch,
            plan,
        }
        .run::<V>();
    }
}

/// One image, compiled for every register width.
struct ShowRun<'a, 'e> {
    tester: &'a mut Tester<'e>,
    image: &'a [u8],
    key: StreamKey,
}

impl Kernel for ShowRun<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        self.tester.run_image::<V>(self.image, self.key);
    }
}
