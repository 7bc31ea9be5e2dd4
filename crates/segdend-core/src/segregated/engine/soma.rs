//! The inner loop at the soma: one tile of neurons, driven by its dendrites.

use crate::simd::lanes::Lanes;
use crate::simd::{Vector, Wide};

/// How a soma's currents add up. One step of Eqs. 12 and 15,
/// `C + g_L (0 - C) + g_B (B - C) + g_A (A - C) + (E - C)`, is
/// `stay C + g_B B + g_A A + E`, `stay` being one minus all conductances.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Currents {
    pub(crate) stay: f32,
    /// `g_B` or `g_D`.
    pub(crate) coupling: f32,
    /// `g_A`.
    pub(crate) apical: f32,
}

/// Currents beside those from the basal dendrites.
pub(crate) struct Sources<'a, const W: usize> {
    /// Given where the apical conductance is not zero; steps are then advanced one by one.
    pub(crate) apical: Option<ApicalDrive<'a, W>>,
    /// Reversal potentials E of the teaching current, whose conductance is 1.
    pub(crate) teacher: Option<&'a Lanes<W>>,
}

/// Apical drive of a tile in one step.
#[derive(Clone, Copy)]
pub(crate) struct ApicalDrive<'a, const W: usize> {
    /// Columns of Y.
    pub(crate) columns: &'a [Lanes<W>],
    /// Output units that send something, and what.
    pub(crate) signals: &'a [(u16, f32)],
}

/// Somata of one tile, on their way through some steps.
pub(crate) struct Somata<'a, V, const W: usize, const N: usize> {
    stay: Wide<V, N>,
    coupling: Wide<V, N>,
    apical_conductance: Wide<V, N>,
    apical: Option<ApicalDrive<'a, W>>,
    teacher: Option<Wide<V, N>>,
    voltage: Wide<V, N>,
}

impl<'a, V: Vector, const W: usize, const N: usize> Somata<'a, V, W, N> {
    #[inline(always)]
    pub(crate) fn begin(
        currents: Currents,
        sources: &Sources<'a, W>,
        voltage: &Lanes<W>,
        first: usize,
    ) -> Self {
        Self {
            stay: Wide::splat(currents.stay),
            coupling: Wide::splat(currents.coupling),
            apical_conductance: Wide::splat(currents.apical),
            apical: sources.apical,
            teacher: sources
                .teacher
                .map(|teacher| Wide::load_from(teacher, first)),
            voltage: Wide::load_from(voltage, first),
        }
    }

    /// One step of Eqs. 12 and 15: C or U after it, from B or V after it.
    #[inline(always)]
    pub(crate) fn step(&mut self, dendrite: Wide<V, N>) -> Wide<V, N> {
        let mut soma = self.stay.mul(self.voltage).add(self.coupling.mul(dendrite));
        if let Some(apical) = self.apical {
            let mut arrived = Wide::splat(0.0);
            for &(unit, signal) in apical.signals {
                let column = Wide::load(&apical.columns[usize::from(unit)]);
                arrived = arrived.add(Wide::splat(signal).mul(column));
            }
            soma = soma.add(self.apical_conductance.mul(arrived));
        }
        if let Some(teacher) = self.teacher {
            soma = soma.add(teacher);
        }
        self.voltage = soma;
        soma
    }
}
