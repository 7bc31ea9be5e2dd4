//! One training example from the first step to the update.

use super::dispatch::{Vector, Work};
use super::lanes::unpack;
use super::learning;
use super::phase::{OUTPUT_LANES, PhasePlan, PhaseRun, SpikeDrive};
use super::stages::Stage;
use super::symmetry;
use super::view::ExampleView;
use super::{Engine, TrainOutcome, highest};
use crate::rng::StreamKey;
use crate::segregated::params::{ClassReadout, HiddenError, VoltageAverage};
use crate::segregated::record::ExampleRecord;
use crate::segregated::schedule::{Phase, Schedule};

/// What an example is to be, compiled for every register width.
pub(super) struct ExampleRun<'a> {
    pub(super) engine: &'a mut Engine,
    pub(super) image: &'a [u8],
    pub(super) label: usize,
    pub(super) schedule: &'a Schedule,
    pub(super) spikes: SpikeDrive<'a>,
    pub(super) noise: StreamKey,
    pub(super) record: Option<&'a mut ExampleRecord>,
    pub(super) look: Option<Look<'a>>,
}

/// Someone who looks into an example.
pub(super) struct Look<'a> {
    pub(super) keep_rates: bool,
    pub(super) at: &'a mut dyn FnMut(&ExampleView<'_>),
}

impl Work for ExampleRun<'_> {
    type Output = TrainOutcome;

    #[inline(always)]
    fn run<V: Vector>(self) -> TrainOutcome {
        let Self {
            engine,
            image,
            label,
            schedule,
            spikes,
            noise,
            record,
            look,
        } = self;
        engine.run_example::<V>(image, label, schedule, spikes, noise, record, look)
    }
}

impl Engine {
    #[allow(clippy::too_many_arguments, reason = "an example, and who looks at it")]
    #[inline(always)]
    fn run_example<V: Vector>(
        &mut self,
        image: &[u8],
        label: usize,
        schedule: &Schedule,
        spikes: SpikeDrive<'_>,
        noise: StreamKey,
        mut record: Option<&mut ExampleRecord>,
        look: Option<Look<'_>>,
    ) -> TrainOutcome {
        if matches!(spikes, SpikeDrive::Free(_)) {
            self.scratch
                .input
                .prepare(image, self.model.parameters.lambda_max_per_ms);
            V::end_of(Stage::Input);
        }
        self.set_teacher(label, true);
        for phase in [Phase::Forward, Phase::Target] {
            // Whoever looks is shown the hidden layers' rates of the forward phase alone.
            let keep_rates = record.is_some()
                || look
                    .as_ref()
                    .is_some_and(|look| look.keep_rates && phase == Phase::Forward);
            self.run_phase::<V>(phase, schedule, spikes, record.as_deref_mut(), keep_rates);
        }
        self.set_teacher(label, false);

        let rule = self.mechanisms.learning_rule;
        let p = &self.model.parameters;
        let observed = record.is_some();
        if observed || p.hidden_error == HiddenError::TargetMinusRate {
            self.learning
                .hidden
                .iter_mut()
                .for_each(|layer| layer.take_error(p));
        }
        self.learning.compute_deltas(p, rule, &self.weights);
        let outputs = self.weights.output.units();
        let outcome = TrainOutcome {
            predicted: match p.class_readout {
                ClassReadout::MeanVoltage => {
                    highest(self.learning.output.soma_forward.iter().copied(), outputs)
                }
                ClassReadout::FinalVoltage => self.highest_at_end,
            },
            output_loss: learning::loss(p, &self.learning.output.error, outputs),
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
            record.loss.push(outcome.output_loss);
        }
        if let Some(look) = look {
            (look.at)(&ExampleView::new(self));
        }
        V::end_of(Stage::Averages);
        self.learning.update::<V>(
            &self.model,
            self.hidden_error_scale,
            &self.learning_rates,
            &mut self.weights,
            &mut self.activity,
        );
        let noise_sd = self.model.parameters.symmetric_noise_sd;
        symmetry::follow(
            &mut self.weights,
            self.mechanisms.feedback_weights,
            noise_sd,
            noise,
        );
        V::end_of(Stage::Update);
        outcome
    }

    fn set_teacher(&mut self, label: usize, on: bool) {
        let p = &self.model.parameters;
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
        let p = &self.model.parameters;
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
            model: &self.model,
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
            let observed = self.observe(phase, window_start, divisor);
            record.spikes.phases[phase.index()] = self.recorded_spikes(steps);
            match phase {
                Phase::Forward => record.forward = observed,
                Phase::Target => record.target = observed,
            }
        }
        self.activity.finish_phase(&self.sums);
        V::end_of(Stage::Averages);
    }
}
