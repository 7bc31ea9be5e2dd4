//! The presynaptic side of a layer: a population's spikes, what is remembered of them, and their
//! mean postsynaptic potentials - as weighted spike counts, so that no vector is kept a step.

use super::spike_train::SpikeTrain;
use crate::segregated::params::{DT_MS, KernelMemory, Parameters};

/// Traces below this no longer reach the last bit of any voltage and are set to zero.
const NEGLIGIBLE_TRACE: f32 = 1e-12;

/// Sums of the response kernel, by which a spike's share of an average is known from its step.
#[derive(Debug, Clone)]
pub(crate) struct KernelSums {
    parameters: Parameters,
    memory: Option<usize>,
    /// `cumulative[x]`: sum of kappa(1) to kappa(x).
    cumulative: Vec<f64>,
}

impl KernelSums {
    pub(crate) fn new(parameters: &Parameters) -> Self {
        let memory = match parameters.kernel_memory {
            KernelMemory::Unlimited => None,
            KernelMemory::NewestSteps(steps) => Some(steps),
        };
        Self {
            parameters: parameters.clone(),
            memory,
            cumulative: vec![0.0],
        }
    }

    fn grow(&mut self, steps: usize) {
        while self.cumulative.len() <= steps {
            let age = self.cumulative.len();
            self.cumulative
                .push(self.cumulative[age - 1] + self.parameters.kappa(age));
        }
    }

    /// Sum of the kernel over the ages that a spike `steps_to_end` steps before the window's end
    /// (itself included) has inside a window which began `steps_to_start` steps after it.
    fn inside(&self, steps_to_end: usize, steps_to_start: usize) -> f64 {
        self.cumulative[steps_to_end] - self.cumulative[steps_to_start]
    }
}

/// One presynaptic population.
#[derive(Debug, Clone)]
pub(crate) struct Population {
    /// Spikes of the present phase.
    pub(crate) train: SpikeTrain,
    /// Spikes of the newest K steps before this phase, newest first (truncated kernels).
    pub(crate) recent: Vec<Vec<u16>>,
    /// Sums of `exp(-age / tau_L)` and of `exp(-age / tau_s)` at the end of the last phase
    /// (unlimited kernels).
    pub(crate) slow: Vec<f32>,
    pub(crate) fast: Vec<f32>,
    /// Mean postsynaptic potentials of the forward phase.
    pub(crate) mean_psp: Vec<f32>,
    /// Neurons whose mean postsynaptic potential is not zero.
    pub(crate) active: Vec<u16>,
    /// Share of each step's spikes in the mean; scratch.
    shares: Vec<f32>,
    overlaps: Vec<f32>,
}

impl Population {
    pub(crate) fn new(units: usize, p: &Parameters) -> Self {
        let (remembered, traces) = match p.kernel_memory {
            KernelMemory::Unlimited => (0, units),
            KernelMemory::NewestSteps(steps) => (steps, 0),
        };
        Self {
            train: SpikeTrain::default(),
            recent: vec![Vec::new(); remembered],
            slow: vec![0.0; traces],
            fast: vec![0.0; traces],
            mean_psp: vec![0.0; units],
            active: Vec::new(),
            shares: Vec::new(),
            overlaps: vec![0.0; remembered],
        }
    }

    pub(crate) fn clear(&mut self) {
        self.recent.iter_mut().for_each(Vec::clear);
        self.slow.fill(0.0);
        self.fast.fill(0.0);
    }

    /// Computes `mean PSP` (Eq. 4) over the steps from `window_start` to the phase's end, before
    /// the phase is finished.
    #[inline(always)]
    pub(crate) fn average(&mut self, sums: &mut KernelSums, window_start: usize) {
        let steps = self.train.steps();
        let window_steps = (steps - window_start) as f64;
        sums.grow(steps + self.recent.len());
        self.mean_psp.fill(0.0);
        self.carry_traces_into_mean(sums, window_start, steps);
        for (age, spikes) in self.recent.iter().enumerate() {
            let share =
                (sums.inside(steps + age + 1, window_start + age + 1) / window_steps) as f32;
            if share > 0.0 {
                spikes
                    .iter()
                    .for_each(|&neuron| self.mean_psp[usize::from(neuron)] += share);
            }
        }
        self.shares.clear();
        self.shares.extend((0..steps).map(|step| {
            (sums.inside(steps - step, window_start.saturating_sub(step)) / window_steps) as f32
        }));
        for (step, &share) in self.shares.iter().enumerate() {
            if share > 0.0 {
                self.train
                    .at(step)
                    .iter()
                    .for_each(|&neuron| self.mean_psp[usize::from(neuron)] += share);
            }
        }
        let mut count = 0;
        self.active.resize(self.mean_psp.len(), 0);
        for (neuron, &mean) in self.mean_psp.iter().enumerate() {
            self.active[count] = neuron as u16;
            count += usize::from(mean != 0.0);
        }
        self.active.truncate(count);
    }

    /// The share of spikes before this phase, where the kernel has no end.
    #[inline(always)]
    fn carry_traces_into_mean(&mut self, sums: &KernelSums, window_start: usize, steps: usize) {
        if self.slow.is_empty() {
            return;
        }
        let p = &sums.parameters;
        let scale = 1.0 / ((steps - window_start) as f64 * (p.tau_long_ms - p.tau_short_ms));
        let share = |tau_ms: f64| {
            let total: f64 = (window_start..steps)
                .map(|step| libm::exp(-(step as f64 + 1.0) * DT_MS / tau_ms))
                .sum();
            (total * scale) as f32
        };
        let (slow_share, fast_share) = (share(p.tau_long_ms), share(p.tau_short_ms));
        for (mean, (slow, fast)) in self
            .mean_psp
            .iter_mut()
            .zip(self.slow.iter().zip(&self.fast))
        {
            *mean = slow * slow_share - fast * fast_share;
        }
    }

    /// Makes this phase part of the past.
    #[inline(always)]
    pub(crate) fn finish_phase(&mut self, sums: &KernelSums) {
        let steps = self.train.steps();
        if sums.memory.is_some() {
            for age in (0..self.recent.len()).rev() {
                if age < steps {
                    self.recent[age].clear();
                    self.recent[age].extend_from_slice(self.train.at(steps - 1 - age));
                } else {
                    self.recent.swap(age, age - steps);
                }
            }
            return;
        }
        let p = &sums.parameters;
        for (trace, tau_ms) in [
            (&mut self.slow, p.tau_long_ms),
            (&mut self.fast, p.tau_short_ms),
        ] {
            let faded = libm::exp(-(steps as f64) * DT_MS / tau_ms) as f32;
            for value in trace.iter_mut() {
                *value *= faded;
                if *value < NEGLIGIBLE_TRACE {
                    *value = 0.0;
                }
            }
            for step in 0..steps {
                let contribution = libm::exp(-((steps - step) as f64) * DT_MS / tau_ms) as f32;
                if contribution > NEGLIGIBLE_TRACE {
                    self.train
                        .at(step)
                        .iter()
                        .for_each(|&neuron| trace[usize::from(neuron)] += contribution);
                }
            }
        }
    }

    /// For every age the sum of the mean postsynaptic potentials of the neurons that fired so many
    /// steps ago, as [`Population::overlap`] found it.
    #[inline(always)]
    pub(crate) fn overlaps_with_recent(&self) -> &[f32] {
        &self.overlaps
    }

    /// Computes [`Population::overlaps_with_recent`].
    #[inline(always)]
    pub(crate) fn overlap(&mut self) {
        for (overlap, spikes) in self.overlaps.iter_mut().zip(&self.recent) {
            *overlap = spikes
                .iter()
                .map(|&neuron| self.mean_psp[usize::from(neuron)])
                .sum();
        }
    }

    /// Inner products of the mean postsynaptic potentials with the slow and the fast trace.
    #[inline(always)]
    pub(crate) fn overlap_with_traces(&self) -> (f32, f32) {
        let product = |trace: &[f32]| {
            self.active
                .iter()
                .map(|&n| self.mean_psp[usize::from(n)] * trace[usize::from(n)])
                .sum()
        };
        (product(&self.slow), product(&self.fast))
    }
}
