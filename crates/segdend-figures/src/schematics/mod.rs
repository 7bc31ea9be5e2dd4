//! The schematics: panels without data, drawn from what the paper's text and legends say.
//!
//! Every function draws one panel at the width of a journal column; [`ALL`] lists them. Symbols
//! are those of the text on arXiv: `A`, `B` and `C` are the voltages of the apical, basal
//! and somatic compartments of the hidden layer, `V` and `U` those of the dendrites and somata of
//! the output layer; `W` are feedforward weights, `Y` feedback weights.
//!
//! ```
//! use segdend_figures::schematics;
//!
//! let picture = schematics::network_architecture()?;
//! assert!(picture.svg.contains("spiking input units"));
//! assert_eq!(schematics::ALL[0].0, "fig1a");
//! # Ok::<(), segdend_figures::FigureError>(())
//! ```

mod attenuation;
mod compartments;
mod credit;
mod depths;
mod digit;
mod experiment;
mod feedback_weights;
mod frame;
#[cfg(test)]
mod layout_tests;
mod lines;
mod losses;
mod morphology;
mod network;
mod neuron_model;
mod palette;
mod pathways;
mod units;
mod words;

pub use attenuation::apical_attenuation;
pub use credit::{credit_assignment, weight_transport};
pub use depths::three_networks;
pub use experiment::proposed_experiment;
pub use feedback_weights::{sparse_feedback, symmetric_feedback};
pub use losses::local_losses;
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
    ("fig5a", local_losses),
    ("fig6a", three_networks),
    ("fig8a", sparse_feedback),
    ("fig8c", symmetric_feedback),
    ("fig9a", apical_attenuation),
    ("fig10a", proposed_experiment),
];
