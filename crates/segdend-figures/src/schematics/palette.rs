//! One colour for one role, in all schematics.

use crate::style::Color;

/// Bottom-up input, feedforward weights, basal compartments.
pub(super) const FEEDFORWARD: Color = Color::ONE_HIDDEN_LAYER;
pub(super) const FEEDFORWARD_PALE: Color = Color::rgb(0xA9, 0xC4, 0xE6);
pub(super) const FEEDFORWARD_TINT: Color = Color::rgb(0xDF, 0xEA, 0xF7);

/// Top-down input, feedback weights, apical compartments; in Figure 1, which has no feedback
/// synapses, the downstream weights that credit depends on.
pub(super) const FEEDBACK: Color = Color::TWO_HIDDEN_LAYERS;
pub(super) const FEEDBACK_PALE: Color = Color::rgb(0xEC, 0xB4, 0xB1);
pub(super) const FEEDBACK_TINT: Color = Color::rgb(0xFB, 0xE4, 0xE2);

/// The teaching signal.
pub(super) const TEACHING: Color = Color::rgb(0x00, 0x7A, 0x5A);

/// Plateau potentials.
pub(super) const PLATEAU: Color = Color::FOURTH;
/// Text about plateau potentials, dark enough for white.
pub(super) const PLATEAU_INK: Color = Color::rgb(0x8A, 0x5A, 0x00);

/// Errors, losses and the changes that they cause.
pub(super) const LOSS: Color = Color::rgb(0x6F, 0x3A, 0x96);
pub(super) const LOSS_TINT: Color = Color::rgb(0xEC, 0xE3, 0xF4);

/// Cell bodies and what has no role of its own.
pub(super) const BODY: Color = Color::rgb(0x5A, 0x60, 0x68);
pub(super) const BODY_TINT: Color = Color::rgb(0xE9, 0xEB, 0xEE);
pub(super) const QUIET: Color = Color::rgb(0xA8, 0xAC, 0xB2);
/// The ground of boxes that group what is in them.
pub(super) const GROUND: Color = Color::rgb(0xF6, 0xF7, 0xF8);
