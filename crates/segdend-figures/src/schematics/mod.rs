//! The schematics: panels without data, drawn from what the paper's text and legends say.
//!
//! Symbols are those of the text on arXiv: `A`, `B` and `C` are the voltages of the apical, basal
//! and somatic compartments of the hidden layer, `V` and `U` those of the dendrites and somata of
//! the output layer; `W` are feedforward weights, `Y` feedback weights.

mod compartments;
mod credit;
mod digit;
mod frame;
mod lines;
mod morphology;
mod network;
mod neuron_model;
mod palette;
mod pathways;
mod units;
mod words;

pub use credit::{credit_assignment, weight_transport};
pub use network::network_architecture;
pub use neuron_model::pyramidal_neuron;
pub use pathways::{segregated_dendrites, separate_feedback_pathway};

use crate::error::FigureError;
use crate::picture::Picture;

/// A function that draws a schematic.
pub type Draw = fn() -> Result<Picture, FigureError>;

/// Every schematic with the name of its panel, in the paper's order (eLife's numbers).
pub const ALL: &[(&str, Draw)] = &[
    ("fig1a", credit_assignment),
    ("fig1b", weight_transport),
    ("fig2a", separate_feedback_pathway),
    ("fig2b", segregated_dendrites),
    ("fig3a", pyramidal_neuron),
    ("fig3b", network_architecture),
];
