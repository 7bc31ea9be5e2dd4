//! Figure 1: the credit assignment problem, and how backpropagation solves it.

use crate::error::FigureError;
use crate::outlines::rounded_rectangle;
use crate::picture::Picture;
use crate::sheet::Anchor;
use crate::style::{FAINT_INK, INK};

use super::frame::{LEFT, RIGHT, Schematic, TOP};
use super::lines::Line;
use super::palette::{
    BODY, BODY_TINT, FEEDBACK, FEEDBACK_PALE, FEEDFORWARD, FEEDFORWARD_PALE, FEEDFORWARD_TINT,
    GROUND, LOSS, LOSS_TINT, QUIET,
};
use super::units::{MatrixIcon, between, column, connect_all, point_neuron, weight_like};
use super::words::{REMARK_SIZE, SYMBOL_SIZE, beside, block, centred, on_ground, upwards};

/// Figure 1A (arXiv 1A): the credit that is due to a synapse early in a pathway (blue) depends
/// on the connections downstream of it (red), which the synapse knows nothing about.
///
/// # Errors
///
/// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
pub fn credit_assignment() -> Result<Picture, FigureError> {
    credit_assignment_sheet().paint()
}

pub(super) fn credit_assignment_sheet() -> Schematic {
    let mut schematic = Schematic::titled(
        "Figure 1A. The credit assignment problem",
        "A network from sensory input over an early and a later stage to behavior. One synapse \
         of the early stage is blue; the connections that lead from it to the output and its \
         loss are red. Which credit is due to the blue synapse depends on the red connections.",
    );
    let sheet = &mut schematic.sheet;
    let middle = TOP + 76.0;
    let (radius, gap) = (6.6, 22.0);
    let inputs = column(LEFT + 16.0, 4, middle, gap);
    let early = column(LEFT + 75.0, 4, middle, gap);
    let later = column(LEFT + 134.0, 3, middle, gap);
    let outputs = column(LEFT + 180.0, 2, middle, gap);
    let loss = (RIGHT - 10.0, middle);
    let (source, target) = (inputs[1], early[1]);

    let radii = (radius + 0.6, radius + 0.6);
    connect_all(
        sheet,
        &inputs,
        &early,
        radii,
        Line::plain(FEEDFORWARD_PALE, 0.5),
    );
    connect_all(sheet, &early, &later, radii, Line::plain(QUIET, 0.45));
    connect_all(sheet, &[target], &later, radii, Line::arrow(FEEDBACK, 1.1));
    connect_all(sheet, &later, &outputs, radii, Line::arrow(FEEDBACK, 0.9));
    connect_all(
        sheet,
        &outputs,
        &[loss],
        (radii.0, 9.4),
        Line::arrow(LOSS, 0.8),
    );
    Line::arrow(FEEDFORWARD, 1.8).draw(sheet, &between(source, radii.0, target, radii.1));

    for &unit in inputs.iter().chain(&early).chain(&later).chain(&outputs) {
        point_neuron(sheet, unit, radius, BODY_TINT, BODY);
    }
    point_neuron(sheet, target, radius, FEEDFORWARD_TINT, FEEDFORWARD);
    point_neuron(sheet, loss, 8.6, LOSS_TINT, LOSS);
    centred(sheet, r"\i{L}", loss, SYMBOL_SIZE, LOSS);

    let between_layers = f64::midpoint(source.0, target.0);
    let question = block(
        sheet,
        &["What credit is due", "to this synapse?"],
        (between_layers, TOP),
        REMARK_SIZE,
        Anchor::Middle,
        FEEDFORWARD,
    );
    let synapse = (between_layers, source.1 - 3.0);
    Line::arrow(FEEDFORWARD, 0.6).draw(sheet, &[(between_layers, question + 3.0), synapse]);
    block(
        sheet,
        &[
            "That depends on all connections",
            "that link it to the output",
        ],
        (LEFT + 160.0, TOP),
        REMARK_SIZE,
        Anchor::Middle,
        FEEDBACK,
    );

    let names = middle + 1.5 * gap + radius + 12.0;
    for (x, first, second) in [
        (inputs[0].0, "sensory", "input"),
        (early[0].0, "early", "stage"),
        (later[0].0, "later", "stage"),
        (outputs[0].0, "behavior,", "cognition"),
        (loss.0, "loss", ""),
    ] {
        block(
            sheet,
            &[first, second],
            (x, names),
            REMARK_SIZE,
            Anchor::Middle,
            FAINT_INK,
        );
    }
    schematic.ending_at(names + 15.0)
}

/// Figure 1B (arXiv 1B): backpropagation calculates the hidden layer's error with the very
/// weights of the layer above, so each of them must be known at a second place.
///
/// # Errors
///
/// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
pub fn weight_transport() -> Result<Picture, FigureError> {
    weight_transport_sheet().paint()
}

pub(super) fn weight_transport_sheet() -> Schematic {
    let mut schematic = Schematic::titled(
        "Figure 1B. Weight transport in backpropagation",
        "Above, a forward pass from input over W0 to a hidden layer and over W1 to the output. \
         Below, a backward pass that takes the output error through the transpose of W1 to the \
         hidden layer's error, which changes W0. The transpose is an exact copy of W1.",
    );
    let sheet = &mut schematic.sheet;
    let (radius, gap) = (6.0, 17.0);
    let forward = TOP + 49.0;
    let backward = forward + 86.0;
    let columns = (LEFT + 38.0, LEFT + 112.0, RIGHT - 20.0);

    for (middle, name) in [(forward, "forward"), (backward, "backward")] {
        let ground = rounded_rectangle((LEFT, middle - 36.0), (RIGHT, middle + 36.0), 5.0);
        sheet.area(ground, GROUND);
        upwards(sheet, name, (LEFT + 8.0, middle), REMARK_SIZE, FAINT_INK);
    }
    let inputs = column(columns.0, 3, forward, gap);
    let hidden = column(columns.1, 4, forward, gap);
    let outputs = column(columns.2, 3, forward, gap);
    let radii = (radius + 0.6, radius + 0.6);
    connect_all(
        sheet,
        &inputs,
        &hidden,
        radii,
        Line::arrow(FEEDFORWARD_PALE, 0.6),
    );
    connect_all(
        sheet,
        &hidden,
        &outputs,
        radii,
        Line::arrow(FEEDBACK_PALE, 0.6),
    );
    for &unit in inputs.iter().chain(&hidden).chain(&outputs) {
        point_neuron(sheet, unit, radius, BODY_TINT, BODY);
    }
    let first_weights = f64::midpoint(columns.0, columns.1);
    let second_weights = f64::midpoint(columns.1, columns.2);
    let on_box = |color| (color, GROUND);
    on_ground(
        sheet,
        r"\b{W}^0",
        (first_weights, forward),
        SYMBOL_SIZE,
        on_box(FEEDFORWARD),
    );

    let hidden_errors = column(columns.1, 4, backward, gap);
    let output_errors = column(columns.2, 3, backward, gap);
    connect_all(
        sheet,
        &output_errors,
        &hidden_errors,
        radii,
        Line::arrow(FEEDBACK_PALE, 0.6),
    );
    for &unit in hidden_errors.iter().chain(&output_errors) {
        point_neuron(sheet, unit, radius, LOSS_TINT, LOSS);
        centred(sheet, "δ", unit, REMARK_SIZE, LOSS);
    }
    let icon = |center, rows, columns| MatrixIcon {
        center,
        rows,
        columns,
        cell: 6.0,
        color: FEEDBACK,
    };
    let weights = icon((second_weights, forward - 5.0), 3, 4);
    weights.draw(sheet, weight_like);
    on_ground(
        sheet,
        r"\b{W}^1",
        (second_weights, forward + 13.0),
        SYMBOL_SIZE,
        on_box(FEEDBACK),
    );
    let transposed = icon((second_weights, backward - 7.0), 4, 3);
    transposed.draw(sheet, |row, column| weight_like(column, row));
    on_ground(
        sheet,
        r"(\b{W}^1)^T",
        (second_weights, backward + 14.5),
        SYMBOL_SIZE,
        on_box(FEEDBACK),
    );

    let update = (columns.0, backward);
    let change = rounded_rectangle(
        (update.0 - 16.0, update.1 - 9.0),
        (update.0 + 16.0, update.1 + 9.0),
        4.0,
    );
    sheet.outlined(change, LOSS_TINT, 0.8, LOSS);
    centred(sheet, r"Δ\b{W}^0", update, SYMBOL_SIZE, LOSS);
    for &unit in &hidden_errors {
        let end = (update.0 + 17.0, update.1 + (unit.1 - update.1) * 0.16);
        Line::arrow(LOSS, 0.6).draw(sheet, &[(unit.0 - radii.0, unit.1), end]);
    }
    let transport = (second_weights, forward + 20.5);
    Line::arrow(FEEDBACK, 1.4)
        .dashed()
        .draw(sheet, &[transport, (second_weights, backward - 20.5)]);
    let copy = f64::midpoint(forward, backward);
    beside(
        sheet,
        "weight transport: an exact copy",
        (second_weights - 6.0, copy),
        REMARK_SIZE,
        Anchor::End,
        FEEDBACK,
    );
    for (x, name) in [
        (columns.0, "input"),
        (columns.1, "hidden layer"),
        (columns.2, "output"),
    ] {
        centred(sheet, name, (x, TOP + 4.0), REMARK_SIZE, FAINT_INK);
    }
    let equation = backward + 36.0 + 14.0;
    sheet.math(
        r"\b{δ}^0 = (\b{W}^1)^T \b{δ}^1 ∘ \i{σ}′",
        (LEFT, equation),
        SYMBOL_SIZE,
        Anchor::Start,
        INK,
    );
    sheet.math(
        "no known mechanism of the brain does this",
        (RIGHT, equation),
        REMARK_SIZE,
        Anchor::End,
        FAINT_INK,
    );
    schematic.ending_at(equation)
}
