//! The inner loop at the soma: one tile of neurons, driven by its dendrites.

use super::dispatch::{Vector, Wide};
use super::lanes::Lanes;

/// What a tile's somata carry from step to step, and their sums over the averaging window.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Somata<const W: usize> {
    /// C or U, V.
    pub(crate) voltage: Lanes<W>,
    /// Sum of the voltage over the averaging window of this phase.
    pub(crate) sum: Lanes<W>,
}

impl<const W: usize> Somata<W> {
    pub(crate) const REST: Self = Self {
        voltage: Lanes::ZERO,
        sum: Lanes::ZERO,
    };
}

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

/// Eqs. 12 and 15 for one tile over `steps`: `voltages[i]` becomes C or U after step
/// `steps.start + i`, from the dendrites' voltages after that step.
#[inline(always)]
pub(crate) fn advance<V: Vector, const W: usize>(
    currents: Currents,
    sources: &Sources<'_, W>,
    somata: &mut Somata<W>,
    steps: std::ops::Range<usize>,
    window_start: usize,
    dendrites: &[Lanes<W>],
    voltages: &mut [Lanes<W>],
) {
    let (stay, coupling) = (
        Wide::<V, W>::splat(currents.stay),
        Wide::splat(currents.coupling),
    );
    let apical_conductance = Wide::splat(currents.apical);
    let teacher = sources.teacher.map(Wide::load);
    let (mut soma, mut sum) = (Wide::load(&somata.voltage), Wide::load(&somata.sum));
    for (step, (dendrite, voltage)) in steps.zip(dendrites.iter().zip(voltages)) {
        soma = stay.mul(soma).add(coupling.mul(Wide::load(dendrite)));
        if let Some(apical) = sources.apical {
            let mut arrived = Wide::splat(0.0);
            for &(unit, signal) in apical.signals {
                let column = Wide::load(&apical.columns[usize::from(unit)]);
                arrived = arrived.add(Wide::splat(signal).mul(column));
            }
            soma = soma.add(apical_conductance.mul(arrived));
        }
        if let Some(teacher) = teacher {
            soma = soma.add(teacher);
        }
        soma.store(voltage);
        if step >= window_start {
            sum = sum.add(soma);
        }
    }
    soma.store(&mut somata.voltage);
    sum.store(&mut somata.sum);
}
