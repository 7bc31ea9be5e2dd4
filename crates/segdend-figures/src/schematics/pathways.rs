//! Figure 2: a separate pathway for errors, and segregated dendrites in its place.

use crate::error::FigureError;
use crate::outlines::rounded_path;
use crate::picture::Picture;
use crate::sheet::{Anchor, Place, Sheet};
use crate::style::{Color, FAINT_INK};

use super::compartments::HiddenNeuron;
use super::frame::{LEFT, Schematic, TOP};
use super::lines::Line;
use super::palette::{
    BODY, BODY_TINT, FEEDBACK, FEEDBACK_PALE, FEEDFORWARD, FEEDFORWARD_PALE, LOSS, LOSS_TINT,
    TEACHING,
};
use super::units::{between, connect_all, point_neuron, row};
use super::words::{REMARK_SIZE, SYMBOL_SIZE, beside, centred, keys};

const RADIUS: f64 = 7.0;
const CLEAR: f64 = RADIUS + 0.7;
/// The middle of the networks, right of the names of their layers.
const MIDDLE: f64 = LEFT + 130.0;
/// From one hidden neuron to the next.
const GAP: f64 = 62.0;
/// From a neuron to the error neuron beside it.
const PAIR: f64 = 23.0;

/// Figure 2A (arXiv 2A): earlier models without weight transport need a second pathway, which
/// calculates an error δ for every single hidden neuron apart from the feedforward input.
///
/// # Errors
///
/// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
pub fn separate_feedback_pathway() -> Result<Picture, FigureError> {
    separate_feedback_pathway_sheet().paint()
}

pub(super) fn separate_feedback_pathway_sheet() -> Schematic {
    let mut schematic = Schematic::titled(
        "Figure 2A. The implicit, separate feedback pathway",
        "A feedforward network of input, hidden and output neurons without compartments. Beside \
         every output neuron an error neuron compares it with its target; beside every hidden \
         neuron another one receives feedback from those and sends its neuron the error δ.",
    );
    let sheet = &mut schematic.sheet;
    let to_left = |places: Vec<Place>| -> Vec<Place> {
        places
            .into_iter()
            .map(|(x, y)| (x - PAIR / 2.0, y))
            .collect()
    };
    let outputs = to_left(row(TOP + 40.0, 2, MIDDLE, GAP));
    let hidden = to_left(row(TOP + 100.0, 3, MIDDLE, GAP));
    let inputs = to_left(row(TOP + 156.0, 4, MIDDLE, 44.0));
    let error_of = |unit: &Place| (unit.0 + PAIR, unit.1);
    let output_errors: Vec<Place> = outputs.iter().map(error_of).collect();
    let hidden_errors: Vec<Place> = hidden.iter().map(error_of).collect();

    let radii = (CLEAR, CLEAR);
    let forwards = Line::arrow(FEEDFORWARD_PALE, 0.8);
    let backwards = Line::arrow(FEEDBACK_PALE, 0.8);
    connect_all(sheet, &inputs, &hidden, radii, forwards);
    connect_all(sheet, &hidden, &outputs, radii, forwards);
    connect_all(sheet, &output_errors, &hidden_errors, radii, backwards);
    // One path of each kind stands out.
    connect_all(
        sheet,
        &inputs[1..2],
        &hidden[..1],
        radii,
        Line::arrow(FEEDFORWARD, 1.2),
    );
    connect_all(
        sheet,
        &hidden[..1],
        &outputs[..1],
        radii,
        Line::arrow(FEEDFORWARD, 1.2),
    );
    connect_all(
        sheet,
        &output_errors[..1],
        &hidden_errors[..1],
        radii,
        Line::arrow(FEEDBACK, 1.2),
    );

    for (&unit, &error) in outputs.iter().zip(&output_errors) {
        Line::arrow(LOSS, 0.9).draw(sheet, &between(unit, CLEAR, error, CLEAR));
        Line::arrow(TEACHING, 1.2)
            .draw(sheet, &[(error.0, TOP + 13.0), (error.0, error.1 - CLEAR)]);
        centred(sheet, "target", (error.0, TOP + 6.5), REMARK_SIZE, TEACHING);
    }
    for (&unit, &error) in hidden.iter().zip(&hidden_errors) {
        Line::arrow(LOSS, 1.2).draw(sheet, &between(error, CLEAR, unit, CLEAR));
    }
    for &unit in inputs.iter().chain(&hidden).chain(&outputs) {
        point_neuron(sheet, unit, RADIUS, BODY_TINT, BODY);
    }
    for &unit in output_errors.iter().chain(&hidden_errors) {
        point_neuron(sheet, unit, RADIUS, LOSS_TINT, LOSS);
        centred(sheet, "δ", unit, SYMBOL_SIZE, LOSS);
    }
    name_layers(sheet, [outputs[0].1, hidden[0].1, inputs[0].1]);
    let legend = TOP + 180.0;
    keys(
        sheet,
        (LEFT, legend),
        9.0,
        &[
            (Line::arrow(FEEDFORWARD, 1.2), "feedforward"),
            (Line::arrow(FEEDBACK, 1.2), "feedback pathway"),
            (Line::arrow(LOSS, 1.2), "error, cell by cell"),
        ],
    );
    schematic.ending_at(legend + 3.0)
}

/// Figure 2B (arXiv 2B): with segregated dendrites the same neuron receives feedforward input in
/// its basal and feedback in its apical dendrites, and calculates the error by itself.
///
/// # Errors
///
/// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
pub fn segregated_dendrites() -> Result<Picture, FigureError> {
    segregated_dendrites_sheet().paint()
}

pub(super) fn segregated_dendrites_sheet() -> Schematic {
    let mut schematic = Schematic::titled(
        "Figure 2B. The segregated dendrites proposal",
        "The same network, but hidden neurons have an apical compartment, a soma and a basal \
         compartment. Input arrives at the basal, feedback from the output at the apical \
         compartments; every neuron calculates its error δ itself. No other neurons are needed.",
    );
    let sheet = &mut schematic.sheet;
    let outputs = row(TOP + 30.0, 2, MIDDLE, GAP);
    let hidden: Vec<HiddenNeuron> = row(TOP + 113.0, 3, MIDDLE, GAP)
        .into_iter()
        .map(|soma| HiddenNeuron::compact(soma, 1.0))
        .collect();
    let inputs = row(TOP + 184.0, 4, MIDDLE, 44.0);

    for neuron in &hidden {
        neuron.draw(sheet, (1.6, 4.2));
        centred(sheet, "δ", neuron.at(0.0, 1.8), SYMBOL_SIZE, LOSS);
    }
    // One path of each kind stands out, on top of the others.
    for strong in [false, true] {
        for (index, neuron) in hidden.iter().enumerate() {
            for (from, &input) in inputs.iter().enumerate() {
                if strong == (index == 0 && from == 1) {
                    let target = neuron.basal_edge((from as f64 - 1.5) * 0.42);
                    let start = between(input, CLEAR, target, 0.0)[0];
                    synapse(strong, FEEDFORWARD, FEEDFORWARD_PALE).draw(sheet, &[start, target]);
                }
            }
            for (to, &output) in outputs.iter().enumerate() {
                if strong == (index == 0 && to == 0) {
                    connect_both_ways(sheet, neuron, output, to, strong);
                }
            }
        }
    }
    for &output in &outputs {
        Line::arrow(TEACHING, 1.2).draw(
            sheet,
            &[(output.0, TOP + 11.0), (output.0, output.1 - CLEAR)],
        );
        centred(
            sheet,
            "target",
            (output.0, TOP + 5.0),
            REMARK_SIZE,
            TEACHING,
        );
    }
    for &unit in inputs.iter().chain(&outputs) {
        point_neuron(sheet, unit, RADIUS, BODY_TINT, BODY);
    }
    name_layers(sheet, [outputs[0].1, hidden[0].soma.1, inputs[0].1]);
    let names = hidden[0];
    for (place, name, color) in [
        (names.apical(), "apical", FEEDBACK),
        (names.basal(), "basal", FEEDFORWARD),
    ] {
        beside(
            sheet,
            name,
            (names.soma.0 - 16.0, place.1),
            REMARK_SIZE,
            Anchor::End,
            color,
        );
    }
    let legend = TOP + 208.0;
    keys(
        sheet,
        (LEFT, legend),
        7.0,
        &[
            (Line::synapse(FEEDFORWARD, 1.2, 1.7), "feedforward"),
            (Line::synapse(FEEDBACK, 1.2, 1.7), "feedback"),
        ],
    );
    beside(
        sheet,
        "δ: error, calculated in the neuron",
        (LEFT + 120.0, legend),
        REMARK_SIZE,
        Anchor::Start,
        LOSS,
    );
    schematic.ending_at(legend + 3.0)
}

fn synapse(strong: bool, color: Color, pale: Color) -> Line {
    if strong {
        Line::synapse(color, 1.2, 1.8)
    } else {
        Line::synapse(pale, 0.8, 1.5)
    }
}

/// The axon of a hidden neuron to an output neuron, and the feedback from there.
fn connect_both_ways(
    sheet: &mut Sheet,
    neuron: &HiddenNeuron,
    output: Place,
    to: usize,
    strong: bool,
) {
    let axon = if strong {
        Line::arrow(FEEDFORWARD, 1.2)
    } else {
        Line::arrow(FEEDFORWARD_PALE, 0.8)
    };
    let turn = neuron.at(20.0, -34.0);
    let end = between(turn, 0.0, output, CLEAR)[1];
    let way = [neuron.axon(), (turn.0, neuron.axon().1), turn, end];
    axon.draw(sheet, &rounded_path(&way, 6.0));
    let target = neuron.apical_edge(if to == 0 { -0.45 } else { 0.45 });
    // From the side of the output neuron, clear of the axons that arrive from below.
    let side = (target.0 - output.0).signum();
    let start = (output.0 + side * CLEAR, output.1 + 1.0);
    synapse(strong, FEEDBACK, FEEDBACK_PALE).draw(sheet, &[start, target]);
}

fn name_layers(sheet: &mut Sheet, heights: [f64; 3]) {
    for (y, name) in heights.into_iter().zip(["output", "hidden", "input"]) {
        beside(
            sheet,
            name,
            (LEFT, y),
            REMARK_SIZE,
            Anchor::Start,
            FAINT_INK,
        );
    }
}
