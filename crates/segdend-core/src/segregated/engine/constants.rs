//! The numbers of the inner loops, rounded to f32 once.

use super::soma::Currents;
use crate::segregated::params::{DT_MS, KernelMemory, Parameters};

/// Filters and conductances as the inner loops use them.
#[derive(Debug, Clone)]
pub(crate) struct Constants {
    pub(crate) decay_slow: f32,
    pub(crate) decay_fast: f32,
    /// `exp(-(K+1)/tau)`: what is left of a spike when it leaves a truncated kernel.
    pub(crate) leave_slow: f32,
    pub(crate) leave_fast: f32,
    /// `1 / (tau_L - tau_s)`.
    pub(crate) psp_scale: f32,
    /// K of a truncated kernel, 0 for an unlimited one.
    pub(crate) memory: usize,
    pub(crate) lambda_max: f32,
    /// Currents of a hidden soma.
    pub(crate) hidden: Currents,
    /// Currents of an output soma without teacher and with it.
    pub(crate) output: Currents,
    pub(crate) taught_output: Currents,
}

impl Constants {
    pub(crate) fn new(p: &Parameters) -> Self {
        let decay = |tau_ms: f64, steps: usize| libm::exp(-(steps as f64) * DT_MS / tau_ms) as f32;
        let memory = match p.kernel_memory {
            KernelMemory::Unlimited => 0,
            KernelMemory::NewestSteps(steps) => steps,
        };
        let currents = |coupling: f64, apical: f64, teacher: f64| {
            let conductances = p.leak_conductance + coupling + apical + teacher;
            Currents {
                stay: (1.0 - conductances * DT_MS) as f32,
                coupling: (coupling * DT_MS) as f32,
                apical: (apical * DT_MS) as f32,
            }
        };
        Self {
            decay_slow: decay(p.tau_long_ms, 1),
            decay_fast: decay(p.tau_short_ms, 1),
            leave_slow: decay(p.tau_long_ms, memory + 1),
            leave_fast: decay(p.tau_short_ms, memory + 1),
            psp_scale: (1.0 / (p.tau_long_ms - p.tau_short_ms)) as f32,
            memory,
            lambda_max: p.lambda_max_per_ms as f32,
            hidden: currents(p.basal_conductance, p.apical_conductance, 0.0),
            output: currents(p.dendritic_conductance, 0.0, 0.0),
            taught_output: currents(p.dendritic_conductance, 0.0, 1.0),
        }
    }
}
