//! What an experiment may observe of a presentation: averages, plateaus, voltages, losses, spikes.

use crate::segregated::spikes::RecordedSpikes;

/// What one phase leaves behind, a vector of units for each layer above the input unless said
/// otherwise. Hidden layers come first, bottom up; the output layer is last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PhaseRecord {
    /// Mean somatic voltage over the averaging window, V (C and U).
    pub mean_soma: Vec<Vec<f64>>,
    /// Mean rate over the window, spikes per ms.
    pub mean_rate: Vec<Vec<f64>>,
    /// Mean postsynaptic potential at the inputs of each layer: entry `l` has the units of layer
    /// `l`, counted from the input.
    pub mean_psp: Vec<Vec<f64>>,
    /// Mean apical voltage before each neuron's plateau, V; hidden layers only.
    pub mean_apical: Vec<Vec<f64>>,
    /// Plateau potentials alpha; hidden layers only.
    pub plateau: Vec<Vec<f64>>,
    /// Somatic voltage at the end of the phase, V.
    pub final_soma: Vec<Vec<f64>>,
    /// Basal (hidden) or dendritic (output) voltage at the end of the phase, V.
    pub final_dendrite: Vec<Vec<f64>>,
    /// Apical voltage at the end of the phase, V; hidden layers only.
    pub final_apical: Vec<Vec<f64>>,
}

/// What one training example leaves behind.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExampleRecord {
    /// The forward phase.
    pub forward: PhaseRecord,
    /// The target phase.
    pub target: PhaseRecord,
    /// The factor of each layer's weight update (Eqs. 19 and 22), before `eta P`.
    pub delta: Vec<Vec<f64>>,
    /// Losses, a layer above the input each (Eqs. 7 and 27).
    pub loss: Vec<f64>,
    /// The class with the highest mean output voltage in the forward phase.
    pub predicted: usize,
    /// Every spike, where the simulator was asked to keep them.
    pub spikes: RecordedSpikes,
}
