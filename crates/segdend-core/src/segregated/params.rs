//! The parameters of the model: Table 1 of the paper, and every point on which the paper's text
//! and the authors' published program disagree, each as a field of its own.
//!
//! The text and the program's versions are [named sets](NAMED_SETS). A field can be changed alone, so
//! the effect of one disagreement can be measured by itself.
//!
//! Units: time in ms, rates in spikes per ms (200 Hz is 0.2), voltages in V, conductances in S
//! with a membrane capacitance of 1 F, as in the paper.

mod named_sets;
mod readings;

use serde::{Deserialize, Serialize};

pub use named_sets::{NAMED_SETS, NamedSet};
pub use readings::{
    AveragingWindow, ClassReadout, FeedbackMean, FeedbackStructure, HiddenError, HiddenTarget,
    KernelMemory, LengthRounding, LossReduction, VoltageAverage,
};

/// The time step of the simulation, in ms (Table 1, `dt`). One step is one ms throughout.
pub const DT_MS: f64 = 1.0;

/// What was wrong with a set of parameters.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// A number that is not in its range.
    #[error("parameter `{field}` is {value}, expected {expected}")]
    OutOfRange {
        /// The field's name.
        field: &'static str,
        /// What it holds.
        value: f64,
        /// What it may hold.
        expected: &'static str,
    },
    /// Conductances with which the explicit Euler step diverges.
    #[error(
        "the conductances onto {compartment} add up to {sum} S ({conductances}), expected less than {UNSTABLE_CONDUCTANCE} S: the Euler step of {DT_MS} ms would diverge"
    )]
    Unstable {
        /// The compartment.
        compartment: &'static str,
        /// Their names.
        conductances: &'static str,
        /// Their sum, S.
        sum: f64,
    },
    /// The time constants of the response kernel must differ, or Eq. 10 divides by zero.
    #[error(
        "tau_short_ms and tau_long_ms are both {value_ms} ms: the kernel of Eq. 10 needs two time constants"
    )]
    EqualTimeConstants {
        /// The common value.
        value_ms: f64,
    },
    /// The phase is too short for the window that is to be averaged.
    #[error(
        "{phase} is {phase_ms} ms long, but its averages need {needed_ms} ms: lengthen it or shorten the window"
    )]
    PhaseTooShort {
        /// Which phase.
        phase: &'static str,
        /// Its length.
        phase_ms: usize,
        /// What the averaging window needs.
        needed_ms: usize,
    },
}

/// Spikes rarer than this are not drawn: the gaps between them would exceed what f32 counts.
const LOWEST_RATE_PER_MS: f64 = 1e-5;
/// A spike a step: neurons do not fire faster than that.
const HIGHEST_RATE_PER_MS: f64 = 1.0;
/// Longer phases are not simulated.
pub(crate) const LONGEST_PHASE_MS: usize = 100_000;
/// The explicit Euler step `C += dt (-g C + ...)` of a capacitance of 1 F diverges if all conductances
/// together, times `dt`, reach 2.
const UNSTABLE_CONDUCTANCE: f64 = 2.0 / DT_MS;
/// `g_E` or `g_I` of the teaching current (Eq. 16).
const TEACHING_CONDUCTANCE: f64 = 1.0;

/// All parameters of the model. Defaults are [`Parameters::authors_2017_04_11`].
///
/// A field that says what it holds "if left out" was added after results had been stored. A stored
/// [`TrainingSpec`](crate::segregated::TrainingSpec) leaves it out where it holds that, so that what was
/// computed before keeps its cache key.
///
/// ```
/// use segdend_core::segregated::params::{KernelMemory, Parameters};
///
/// // The effect of one disagreement alone: the program, but with the paper's full kernel.
/// let full_kernel = Parameters { kernel_memory: KernelMemory::Unlimited, ..Parameters::authors_2017_04_11() };
/// assert!(full_kernel.clone().valid().is_ok());
/// assert!((full_kernel.basal_attenuation() - 6.0 / 7.0).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// `lambda_max`, spikes per ms (Table 1: 200 Hz); at least 1e-5, a spike in 100 s.
    pub lambda_max_per_ms: f64,
    /// `tau_s`, ms (Table 1: 3).
    pub tau_short_ms: f64,
    /// `tau_L`, ms (Table 1: 10).
    pub tau_long_ms: f64,
    /// `Delta t_s`, ms (Table 1: 30): voltages settle before averaging begins.
    pub settle_ms: usize,
    /// `g_B`, S (Table 1: 0.6): basal dendrite to soma, hidden layers.
    pub basal_conductance: f64,
    /// `g_A`, S (Table 1: 0, 0.05 or 0.6): apical dendrite to soma, hidden layers.
    pub apical_conductance: f64,
    /// `g_D`, S (Table 1: 0.6): dendrite to soma, output layer.
    pub dendritic_conductance: f64,
    /// `g_L`, S (Table 1: 0.1): leak.
    pub leak_conductance: f64,
    /// `E_E`, V (Eq. 16: 8): excitatory reversal potential of the teaching current.
    pub excitatory_reversal_v: f64,
    /// `E_I`, V (Eq. 16: -8): inhibitory reversal potential of the teaching current.
    pub inhibitory_reversal_v: f64,
    /// The 20 in `P_0 = 20 / lambda_max` and `P_1 = 20 / lambda_max^2` (Table 1).
    pub error_scale: f64,
    /// Minimum length of a training phase, ms (Methods: 50).
    pub minimum_phase_ms: usize,
    /// Mean of the Wald distribution of the extra phase length, ms (Methods: 2).
    pub extra_phase_mean_ms: f64,
    /// Scale of the Wald distribution of the extra phase length, ms (Methods: 1).
    pub extra_phase_scale_ms: f64,
    /// Largest distance of a stochastic plateau from the end of its phase, ms (Methods: 5).
    pub stochastic_plateau_max_ms: usize,

    /// Difference 1, Eq. 10. Paper: unlimited. Program: ten steps.
    pub kernel_memory: KernelMemory,
    /// Difference 2. Paper: 500 ms. Program: 250 ms.
    pub test_phase_ms: usize,
    /// Difference 3. Paper: real-valued lengths. Program: floor.
    pub phase_length_rounding: LengthRounding,
    /// Difference 4, Eq. 17. Paper: all after settling. Program: the last 20 steps of a training
    /// phase. (In a test both average all after settling.)
    pub averaging_window: AveragingWindow,
    /// Difference 5, Eqs. 3, 4, 17. Both sets use means; integrals can be chosen.
    pub voltage_average: VoltageAverage,
    /// Difference 6, Eqs. 6 and 21 against 25 and 26, as it enters the hidden loss.
    pub hidden_target: HiddenTarget,
    /// Difference 6, as it enters the update. Both sets use Eq. 22.
    pub hidden_error: HiddenError,
    /// Difference 7, standard deviation of the folded normal, ms. Paper: sqrt 3. Program: 3.
    pub stochastic_plateau_sd_ms: f64,
    /// Difference 7, steps averaged for a stochastic plateau. Paper: 30. Program: 20.
    pub stochastic_plateau_window_ms: usize,
    /// Difference 8, standard deviation of the noise on symmetric feedback. Paper: sqrt 0.05
    /// (a variance of 0.05). Program: 0.05.
    pub symmetric_noise_sd: f64,
    /// Difference 9: half-width of the uniform initial weights in units of their calculated
    /// standard deviation. Paper: sqrt 3 (dendritic voltages 3 +- 9 V, so -6 to 12 V, at three
    /// standard deviations). Program: 1.7325 until 5 May 2017, then 3.465, twice that.
    pub initial_weight_half_width: f64,
    /// Difference 10. Paper: sum. Program: mean.
    pub loss_reduction: LossReduction,
    /// Half-width of the uniform initial feedback weights in units of the standard deviation
    /// calculated for the hidden layer's size. If left out: `initial_weight_half_width`.
    #[serde(default)]
    pub feedback_half_width: Option<f64>,
    /// Mean of the initial feedback weights. If left out: that of feedforward weights.
    #[serde(default)]
    pub feedback_mean: FeedbackMean,
    /// Feedback matrices with several hidden layers. If left out: separate ones.
    #[serde(default)]
    pub feedback_structure: FeedbackStructure,
    /// Difference 12. Paper: the potential at the end of the phase. Program: the mean, which it is
    /// if left out.
    #[serde(default)]
    pub class_readout: ClassReadout,
    /// The steps of a test that are averaged. If left out: all after settling.
    #[serde(default = "all_after_settling")]
    pub test_averaging_window: AveragingWindow,
    /// The simulation is saved and reloaded after this epoch: from then on the hidden layers'
    /// `P_0` is 0.1 in place of 100, as it was in the program of 20 February to 10 May 2017, which
    /// took `lambda_max` in spikes per s there. If left out: never.
    #[serde(default)]
    pub reloaded_after_epoch: Option<usize>,
}

fn all_after_settling() -> AveragingWindow {
    AveragingWindow::AfterSettling
}

/// Fields that were added after results had been stored. In a stored specification each is left out
/// where it holds what was so before it was a field: what [`Parameters::authors_2017_05_10`] holds.
pub(crate) const LATER_FIELDS: [&str; 6] = [
    "feedback_half_width",
    "feedback_mean",
    "feedback_structure",
    "class_readout",
    "test_averaging_window",
    "reloaded_after_epoch",
];

impl Default for Parameters {
    fn default() -> Self {
        Self::authors_2017_04_11()
    }
}

/// Parameters that can run: what every simulator is made of.
///
/// ```
/// use segdend_core::segregated::params::Parameters;
///
/// let valid = Parameters::paper().valid()?;
/// assert_eq!(valid.tau_long_ms, 10.0);
/// let bad = Parameters { tau_long_ms: 3.0, ..Parameters::paper() };
/// assert!(bad.valid().is_err());
/// # Ok::<(), segdend_core::segregated::params::ParameterError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ValidParameters(Parameters);

impl std::ops::Deref for ValidParameters {
    type Target = Parameters;

    fn deref(&self) -> &Parameters {
        &self.0
    }
}

impl Parameters {
    /// These, if they can run.
    ///
    /// # Errors
    /// [`ParameterError`] names the first field that cannot.
    pub fn valid(self) -> Result<ValidParameters, ParameterError> {
        self.validate()?;
        Ok(ValidParameters(self))
    }

    /// Checks that the numbers can run.
    ///
    /// # Errors
    /// [`ParameterError`] names the first field that cannot.
    pub fn validate(&self) -> Result<(), ParameterError> {
        let positive = [
            ("lambda_max_per_ms", self.lambda_max_per_ms),
            ("tau_short_ms", self.tau_short_ms),
            ("tau_long_ms", self.tau_long_ms),
            ("leak_conductance", self.leak_conductance),
            ("error_scale", self.error_scale),
            ("extra_phase_mean_ms", self.extra_phase_mean_ms),
            ("extra_phase_scale_ms", self.extra_phase_scale_ms),
            ("initial_weight_half_width", self.initial_weight_half_width),
            ("feedback_half_width", self.feedback_half_width()),
        ];
        let not_negative = [
            ("basal_conductance", self.basal_conductance),
            ("apical_conductance", self.apical_conductance),
            ("dendritic_conductance", self.dendritic_conductance),
            ("stochastic_plateau_sd_ms", self.stochastic_plateau_sd_ms),
            ("symmetric_noise_sd", self.symmetric_noise_sd),
        ];
        for (field, value) in positive {
            if !(value > 0.0 && value.is_finite()) {
                return Err(ParameterError::OutOfRange {
                    field,
                    value,
                    expected: "a positive number",
                });
            }
        }
        if !(LOWEST_RATE_PER_MS..=HIGHEST_RATE_PER_MS).contains(&self.lambda_max_per_ms) {
            return Err(ParameterError::OutOfRange {
                field: "lambda_max_per_ms",
                value: self.lambda_max_per_ms,
                expected: "1e-5 to 1 spikes per ms",
            });
        }
        for (field, value) in [
            ("minimum_phase_ms", self.minimum_phase_ms as f64),
            ("test_phase_ms", self.test_phase_ms as f64),
            ("settle_ms", self.settle_ms as f64),
            ("extra_phase_mean_ms", self.extra_phase_mean_ms),
            (
                "stochastic_plateau_window_ms",
                self.stochastic_plateau_window_ms as f64,
            ),
            (
                "stochastic_plateau_max_ms",
                self.stochastic_plateau_max_ms as f64,
            ),
        ] {
            if value > LONGEST_PHASE_MS as f64 {
                return Err(ParameterError::OutOfRange {
                    field,
                    value,
                    expected: "at most 100,000 ms",
                });
            }
        }
        for (field, value) in not_negative {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(ParameterError::OutOfRange {
                    field,
                    value,
                    expected: "zero or a positive number",
                });
            }
        }
        let leak = self.leak_conductance;
        for (compartment, conductances, sum) in [
            (
                "the soma of a hidden neuron",
                "leak, basal, apical",
                leak + self.basal_conductance + self.apical_conductance,
            ),
            (
                "the soma of an output neuron",
                "leak, dendritic, 1 S of the teaching current",
                leak + self.dendritic_conductance + TEACHING_CONDUCTANCE,
            ),
        ] {
            if sum >= UNSTABLE_CONDUCTANCE {
                return Err(ParameterError::Unstable {
                    compartment,
                    conductances,
                    sum,
                });
            }
        }
        if self.tau_short_ms == self.tau_long_ms {
            return Err(ParameterError::EqualTimeConstants {
                value_ms: self.tau_long_ms,
            });
        }
        if let KernelMemory::NewestSteps(0) = self.kernel_memory {
            return Err(ParameterError::OutOfRange {
                field: "kernel_memory",
                value: 0.0,
                expected: "at least one step",
            });
        }
        for (field, value) in [
            ("excitatory_reversal_v", self.excitatory_reversal_v),
            ("inhibitory_reversal_v", self.inhibitory_reversal_v),
        ] {
            if !value.is_finite() {
                return Err(ParameterError::OutOfRange {
                    field,
                    value,
                    expected: "a finite voltage",
                });
            }
        }
        let window_ms = match self.averaging_window {
            AveragingWindow::AfterSettling => self.settle_ms + 1,
            AveragingWindow::LastSteps(steps) => steps.max(1),
        };
        let tested_ms = match self.test_averaging_window {
            AveragingWindow::AfterSettling => self.settle_ms + 1,
            AveragingWindow::LastSteps(steps) => steps.max(1),
        };
        let stochastic_ms = self.stochastic_plateau_window_ms + self.stochastic_plateau_max_ms;
        let needs = [
            (
                "the shortest training phase",
                self.minimum_phase_ms,
                window_ms.max(stochastic_ms),
            ),
            ("the test phase", self.test_phase_ms, tested_ms),
        ];
        for (phase, phase_ms, needed_ms) in needs {
            if phase_ms < needed_ms {
                return Err(ParameterError::PhaseTooShort {
                    phase,
                    phase_ms,
                    needed_ms,
                });
            }
        }
        Ok(())
    }

    /// `k_B = g_B / (g_L + g_B + g_A)` (Eq. 22): how much of the basal voltage reaches the soma.
    pub fn basal_attenuation(&self) -> f64 {
        self.basal_conductance
            / (self.leak_conductance + self.basal_conductance + self.apical_conductance)
    }

    /// `k_D = g_D / (g_L + g_D)` (Eq. 18): how much of the dendritic voltage reaches the output soma.
    pub fn dendritic_attenuation(&self) -> f64 {
        self.dendritic_conductance / (self.leak_conductance + self.dendritic_conductance)
    }

    /// `P_0 = 20 / lambda_max` (Table 1), with `lambda_max` in spikes per ms.
    pub fn hidden_error_scale(&self) -> f64 {
        self.error_scale / self.lambda_max_per_ms
    }

    /// `P_0` in an epoch, counted from 1: from [`Self::reloaded_after_epoch`] on 20 / `lambda_max` with
    /// `lambda_max` in spikes per s.
    pub fn hidden_error_scale_in(&self, epoch: usize) -> f64 {
        const MS_PER_S: f64 = 1000.0;
        match self.reloaded_after_epoch {
            Some(last) if epoch > last => self.hidden_error_scale() / MS_PER_S,
            _ => self.hidden_error_scale(),
        }
    }

    /// Half-width of the initial feedback weights, in units of their calculated standard deviation.
    pub fn feedback_half_width(&self) -> f64 {
        self.feedback_half_width
            .unwrap_or(self.initial_weight_half_width)
    }

    /// `P_1 = 20 / lambda_max^2` (Table 1), with `lambda_max` in spikes per ms.
    pub fn output_error_scale(&self) -> f64 {
        self.error_scale / (self.lambda_max_per_ms * self.lambda_max_per_ms)
    }

    /// The response kernel of Eq. 10 at age `k` steps: `(exp(-k/tau_L) - exp(-k/tau_s)) /
    /// (tau_L - tau_s)` in 1/ms, zero beyond the kernel's memory. A spike of the current step has age 1.
    pub fn kappa(&self, age_steps: usize) -> f64 {
        let remembered = match self.kernel_memory {
            KernelMemory::Unlimited => true,
            KernelMemory::NewestSteps(newest) => age_steps <= newest,
        };
        if age_steps == 0 || !remembered {
            return 0.0;
        }
        let age_ms = age_steps as f64 * DT_MS;
        (libm::exp(-age_ms / self.tau_long_ms) - libm::exp(-age_ms / self.tau_short_ms))
            / (self.tau_long_ms - self.tau_short_ms)
    }

    /// The steps of a training phase that are averaged: from the returned step (counted from 0)
    /// to the phase's end.
    pub fn training_window_start(&self, phase_steps: usize) -> usize {
        match self.averaging_window {
            AveragingWindow::AfterSettling => self.settle_ms.min(phase_steps.saturating_sub(1)),
            AveragingWindow::LastSteps(steps) => phase_steps.saturating_sub(steps),
        }
    }

    /// The steps of a test that are averaged: from the returned step (counted from 0) to its end.
    pub fn test_window_start(&self) -> usize {
        match self.test_averaging_window {
            AveragingWindow::AfterSettling => self.settle_ms,
            AveragingWindow::LastSteps(steps) => self.test_phase_ms.saturating_sub(steps),
        }
    }

    /// The steps of a test whose output voltages name the class: the averaged ones, or the last.
    pub fn class_window_start(&self) -> usize {
        match self.class_readout {
            ClassReadout::MeanVoltage => self.test_window_start(),
            ClassReadout::FinalVoltage => self.test_phase_ms - 1,
        }
    }

    /// The steps over which apical voltages are averaged for a stochastic plateau after step
    /// `plateau_step`: from the returned step up to and with `plateau_step`.
    pub fn stochastic_window_start(&self, plateau_step: usize) -> usize {
        (plateau_step + 1).saturating_sub(self.stochastic_plateau_window_ms)
    }
}

#[cfg(test)]
mod tests {
    //! Promise: Table 1 and the derived constants have the published values, and impossible numbers
    //! are refused by name.
    use super::*;

    #[test]
    fn derived_constants_match_table_1() {
        let p = Parameters::default();
        assert!((p.hidden_error_scale() - 100.0).abs() < 1e-12);
        assert!((p.output_error_scale() - 500.0).abs() < 1e-10);
        assert!((p.basal_attenuation() - 0.857_142_857_142_857_2).abs() < 1e-15);
        let weak = Parameters {
            apical_conductance: 0.6,
            ..p
        };
        assert!((weak.basal_attenuation() - 0.6 / 1.3).abs() < 1e-15);
    }

    #[test]
    fn kernel_mass_is_as_audited() {
        let mass = |p: &Parameters| (1..400).map(|k| p.kappa(k)).sum::<f64>();
        assert!((mass(&Parameters::paper()) - 0.997).abs() < 5e-4);
        assert!((mass(&Parameters::default()) - 0.510).abs() < 5e-4);
    }

    #[test]
    fn a_reloaded_simulation_hardly_trains_its_hidden_layers() {
        let p = Parameters {
            reloaded_after_epoch: Some(10),
            ..Parameters::default()
        };
        assert!((p.hidden_error_scale_in(10) - 100.0).abs() < 1e-12);
        assert!((p.hidden_error_scale_in(11) - 0.1).abs() < 1e-12);
        assert!((Parameters::default().hidden_error_scale_in(60) - 100.0).abs() < 1e-12);
    }

    #[test]
    fn bad_numbers_are_refused_by_name() {
        let base = Parameters::default;
        let cases = [
            (
                Parameters {
                    tau_long_ms: f64::NAN,
                    ..base()
                },
                "tau_long_ms",
            ),
            (
                Parameters {
                    lambda_max_per_ms: 9e-6,
                    ..base()
                },
                "lambda_max_per_ms",
            ),
            (
                Parameters {
                    lambda_max_per_ms: 1.1,
                    ..base()
                },
                "lambda_max_per_ms",
            ),
            (
                Parameters {
                    test_phase_ms: 100_001,
                    ..base()
                },
                "test_phase_ms",
            ),
            (
                Parameters {
                    apical_conductance: 1.3,
                    ..base()
                },
                "the soma of a hidden neuron add up to 2 S",
            ),
            (
                Parameters {
                    dendritic_conductance: 0.9,
                    ..base()
                },
                "the soma of an output neuron add up to 2 S",
            ),
            (
                Parameters {
                    tau_long_ms: 3.0,
                    ..base()
                },
                "two time constants",
            ),
            (
                Parameters {
                    apical_conductance: -0.1,
                    ..base()
                },
                "apical_conductance",
            ),
            (
                Parameters {
                    test_phase_ms: 30,
                    ..base()
                },
                "test phase",
            ),
            (
                Parameters {
                    minimum_phase_ms: 10,
                    ..base()
                },
                "training phase",
            ),
            (
                Parameters {
                    kernel_memory: KernelMemory::NewestSteps(0),
                    ..base()
                },
                "kernel_memory",
            ),
            (
                Parameters {
                    feedback_half_width: Some(-1.0),
                    ..base()
                },
                "feedback_half_width",
            ),
            (
                Parameters {
                    test_averaging_window: AveragingWindow::LastSteps(251),
                    ..base()
                },
                "test phase",
            ),
        ];
        for (parameters, named) in cases {
            let said = parameters.validate().unwrap_err().to_string();
            assert!(said.contains(named), "`{said}` does not name `{named}`");
        }
    }
}
