//! One example, from the first step to the deltas; and the update.

use super::learning;
use super::phase::{OUTPUT_LANES, PhasePlan, PhaseRun};
use super::symmetry;
use super::{Engine, Presented, highest};
use crate::segregated::example::{Example, SpikeDrive};
use crate::segregated::params::{ClassReadout, HiddenError, VoltageAverage};
use crate::segregated::record::ExampleRecord;
use crate::segregated::schedule::{Phase, Schedule};
use crate::simd::lanes::unpack;
use crate::simd::sections::Section;
use crate::simd::{Kernel, Vector};

/// The presentation of an example, compiled for every register width.
pub(super) struct Present<'a> {
    pub(super) engine: &'a mut Engine,
    pub(super) example: &'a Example<'a>,
    /// Whether mean rates of the hidden layers' forward phase are wanted.
    pub(super) keep_rates: bool,
    pub(super) record: Option<&'a mut ExampleRecord>,
}

impl Kernel for Present<'_> {
    type Output = Presented;

    #[inline(always)]
    fn run<V: Vector>(self) -> Presented {
        let Self {
            engine,
            example,
            keep_rates,
            record,
        } = self;
        engine.run_example::<V>(example, keep_rates, record)
    }
}

/// The update after an example, compiled for every register width.
pub(super) struct Learn<'a> {
    pub(super) engine: &'a mut Engine,
    pub(super) presented: Presented,
}

impl Kernel for Learn<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let engine = self.engine;
        engine.learning.update::<V>(
            &engine.settings,
            engine.hidden_error_scale,
            &engine.learning_rates,
            &mut engine.weights,
            &mut engine.activity,
        );
        symmetry::follow(
            &mut engine.weights,
            engine.mechanisms.feedback_weights,
            engine.settings.parameters.symmetric_noise_sd,
            self.presented.noise,
        );
        V::end_of(Section::Update);
    }
}

impl Engine {
    #[inline(always)]
    fn run_example<V: Vector>(
        &mut self,
        example: &Example<'_>,
        keep_rates: bool,
        mut record: Option<&mut ExampleRecord>,
    ) -> Presented {
        let &Example {
            image,
            label,
            schedule,
            spikes,
            noise,
        } = example;
        if matches!(spikes, SpikeDrive::Free(_)) {
            self.scratch
                .input
                .prepare(image, self.settings.parameters.lambda_max_per_ms);
            V::end_of(Section::Input);
        }
        self.set_teacher(label, true);
        for phase in [Phase::Forward, Phase::Target] {
            // Whoever looks is shown the hidden layers' rates of the forward phase alone.
            let keep_rates = record.is_some() || (keep_rates && phase == Phase::Forward);
            self.run_phase::<V>(phase, schedule, spikes, record.as_deref_mut(), keep_rates);
        }
        self.set_teacher(label, false);

        let rule = self.mechanisms.learning_rule;
        let p = &self.settings.parameters;
        let observed = record.is_some();
        if observed || p.hidden_error == HiddenError::TargetMinusRate {
            self.learning
                .hidden
                .iter_mut()
                .for_each(|layer| layer.take_error(p));
        }
        self.learning.compute_deltas(p, rule, &self.weights);
        let outputs = self.weights.output.units();
        let presented = Presented {
            predicted: match p.class_readout {
                ClassReadout::MeanVoltage => {
                    highest(self.learning.output.soma_forward.iter().copied(), outputs)
                }
                ClassReadout::FinalVoltage => self.highest_at_end,
            },
            output_loss: learning::loss(p, &self.learning.output.error, outputs),
            noise,
        };
        if let Some(record) = record {
            let hidden = self.learning.hidden.iter().zip(&self.weights.hidden);
            (record.delta, record.loss) = hidden
                .map(|(l, w)| {
                    (
                        unpack(&l.delta, w.units()),
                        learning::loss(p, &l.error, w.units()),
                    )
                })
                .unzip();
            record
                .delta
                .push(unpack(&self.learning.output.delta, outputs));
            record.loss.push(presented.output_loss);
        }
        V::end_of(Section::Averages);
        presented
    }

    fn set_teacher(&mut self, label: usize, on: bool) {
        let p = &self.settings.parameters;
        let reversal = if on {
            p.excitatory_reversal_v
        } else {
            p.inhibitory_reversal_v
        };
        self.reversals[label / OUTPUT_LANES].0[label % OUTPUT_LANES] = reversal as f32;
    }

    #[inline(always)]
    fn run_phase<V: Vector>(
        &mut self,
        phase: Phase,
        schedule: &Schedule,
        spikes: SpikeDrive<'_>,
        record: Option<&mut ExampleRecord>,
        keep_rates: bool,
    ) {
        let p = &self.settings.parameters;
        let steps = schedule.steps[phase.index()];
        let window_start = p.training_window_start(steps);
        let plan = PhasePlan {
            phase,
            steps,
            teacher: (phase == Phase::Target).then_some(self.reversals.as_slice()),
            spikes,
            keep_feedback: !self.weights.hidden.is_empty(),
        };
        PhaseRun {
            settings: &self.settings,
            weights: &self.weights,
            activity: &mut self.activity,
            scratch: &mut self.scratch,
            plan,
        }
        .run::<V>();

        let take_hidden_rates = keep_rates || p.hidden_error == HiddenError::TargetMinusRate;
        let take_output_rates = keep_rates || phase == Phase::Target;
        let divisor = match p.voltage_average {
            VoltageAverage::Mean => (steps - window_start) as f32,
            VoltageAverage::Integral => 1.0,
        };
        for layer in 0..self.weights.hidden.len() {
            let (weights, means) = (
                &self.weights.hidden[layer],
                &mut self.learning.hidden[layer],
            );
            let feedback = weights
                .feedback
                .as_ref()
                .expect("a hidden layer has feedback");
            means.take_plateaus(
                p,
                feedback,
                &mut self.activity.feedback,
                schedule,
                phase,
                layer,
            );
            if take_hidden_rates {
                means.take_rates(p, phase, &self.activity.hidden[layer], window_start);
            }
        }
        if take_output_rates {
            self.learning
                .output
                .take_rates(p, phase, &self.activity.output, window_start);
        }
        if phase == Phase::Forward {
            for (means, state) in self.learning.hidden.iter_mut().zip(&self.activity.hidden) {
                means.take_soma(state, window_start, divisor);
            }
            self.learning
                .output
                .take_soma(&self.activity.output, window_start, divisor);
            if p.class_readout == ClassReadout::FinalVoltage {
                let last = self.activity.output.window_sums(steps - 1);
                self.highest_at_end = highest(last, self.weights.output.units());
            }
            for population in &mut self.activity.populations {
                population.average(&mut self.sums, window_start);
            }
        }
        if let Some(record) = record {
            let observed = self.phase_record(phase, window_start, divisor);
            record.spikes.phases[phase.index()] = self.recorded_spikes(steps);
            match phase {
                Phase::Forward => record.forward = observed,
                Phase::Target => record.target = observed,
            }
        }
        self.activity.finish_phase(&self.sums);
        V::end_of(Section::Averages);
    }
}
