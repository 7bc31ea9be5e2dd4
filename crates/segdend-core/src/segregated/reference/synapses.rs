//! Postsynaptic potentials, from spikes (Eq. 10).

use std::collections::VecDeque;

use ndarray::Array1;

use crate::segregated::params::{DT_MS, KernelMemory, Parameters};

/// Postsynaptic potentials of one presynaptic population (Eq. 10).
#[derive(Debug, Clone)]
pub(super) struct Synapses {
    /// `PSP_j`, one entry a presynaptic neuron.
    pub(super) potentials: Array1<f64>,
    history: History,
}

#[derive(Debug, Clone)]
enum History {
    /// The counts of the newest steps, newest first, and the kernel at ages 1, 2, ...
    Newest {
        kappa: Vec<f64>,
        counts: VecDeque<Array1<f64>>,
    },
    /// All past spikes: the sums of `exp(-age / tau)` over them obey first-order recurrences.
    Unlimited {
        slow: Array1<f64>,
        fast: Array1<f64>,
    },
}

impl Synapses {
    pub(super) fn new(units: usize, p: &Parameters) -> Self {
        let history = match p.kernel_memory {
            KernelMemory::NewestSteps(steps) => History::Newest {
                kappa: (1..=steps).map(|age| p.kappa(age)).collect(),
                counts: VecDeque::new(),
            },
            KernelMemory::Unlimited => History::Unlimited {
                slow: Array1::zeros(units),
                fast: Array1::zeros(units),
            },
        };
        Self {
            potentials: Array1::zeros(units),
            history,
        }
    }

    /// Eq. 10: `PSP_j(t) = sum over past spikes s of kappa(t - s)`; this step's spikes have age 1.
    pub(super) fn receive(&mut self, p: &Parameters, spikes: &Array1<f64>) {
        match &mut self.history {
            History::Newest { kappa, counts } => {
                counts.truncate(kappa.len() - 1);
                counts.push_front(spikes.clone());
                self.potentials.fill(0.0);
                for (kappa, counts) in kappa.iter().zip(counts) {
                    self.potentials.scaled_add(*kappa, counts);
                }
            }
            History::Unlimited { slow, fast } => {
                let decay = |tau_ms: f64| libm::exp(-DT_MS / tau_ms);
                *slow = (&*slow + spikes) * decay(p.tau_long_ms);
                *fast = (&*fast + spikes) * decay(p.tau_short_ms);
                self.potentials = (&*slow - &*fast) / (p.tau_long_ms - p.tau_short_ms);
            }
        }
    }

    pub(super) fn clear(&mut self) {
        self.potentials.fill(0.0);
        match &mut self.history {
            History::Newest { counts, .. } => counts.clear(),
            History::Unlimited { slow, fast } => {
                slow.fill(0.0);
                fast.fill(0.0);
            }
        }
    }
}
