//! Figure 3B: the network with one hidden layer, its weights and its voltages.

use crate::error::FigureError;
use crate::outlines::rounded_path;
use crate::picture::Picture;
use crate::sheet::{Anchor, Place, Sheet};
use crate::style::{Color, FAINT_INK, INK};

use super::compartments::{HiddenNeuron, OutputNeuron};
use super::digit::draw_digit;
use super::frame::{LEFT, RIGHT, Schematic, TOP};
use super::lines::Line;
use super::palette::{
    BODY, BODY_TINT, FEEDBACK, FEEDBACK_PALE, FEEDFORWARD, FEEDFORWARD_PALE, TEACHING,
};
use super::units::{between, ellipsis, point_neuron, row};
use super::words::{REMARK_SIZE, SYMBOL_SIZE, beside, block, centred, on_paper};

const INPUT_RADIUS: f64 = 5.0;
/// The middle of the layers, between the names of compartments and those of layers.
const MIDDLE: f64 = LEFT + 107.0;
const GAP: f64 = 50.0;

/// Figure 3B (arXiv 3A, left): an image drives 784 spiking input units, which project through
/// `W⁰` to the basal compartments of 500 hidden neurons; their somata through `W¹` to the
/// dendrites of 10 output neurons; their somata back through `Y` to the apical compartments.
///
/// # Errors
///
/// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
pub fn network_architecture() -> Result<Picture, FigureError> {
    network_architecture_sheet().paint()
}

pub(super) fn network_architecture_sheet() -> Schematic {
    let mut schematic = Schematic::titled(
        "Figure 3B. The network architecture",
        "From below: an image; an input layer of 784 units; weights W0 to the basal compartments \
         B of 500 hidden neurons, which also have a soma C and an apical compartment A; weights \
         W1 from their somata to the dendrites V of 10 output neurons with somata U; feedback \
         weights Y from there to the apical compartments. A teaching current I drives U.",
    );
    let sheet = &mut schematic.sheet;
    let outputs: Vec<OutputNeuron> = row(TOP + 37.0, 3, MIDDLE, GAP)
        .into_iter()
        .map(|soma| OutputNeuron { soma, scale: 1.0 })
        .collect();
    let hidden: Vec<HiddenNeuron> = row(TOP + 172.0, 3, MIDDLE, GAP)
        .into_iter()
        .map(|soma| HiddenNeuron {
            soma,
            scale: 1.0,
            farther: (2.0, 4.0),
        })
        .collect();
    let inputs = row(TOP + 258.0, 6, MIDDLE, 22.0);

    for neuron in &outputs {
        let way = [neuron.at(0.0, -26.0), neuron.at(0.0, -12.5)];
        Line::arrow(TEACHING, 1.2).draw(sheet, &way);
        neuron.draw(sheet, 4.2);
        neuron.name(sheet, [r"\i{U}", r"\i{V}"], 7.0);
    }
    for neuron in &hidden {
        neuron.draw(sheet, (1.4, 4.2));
        neuron.name(sheet, [r"\i{A}", r"\i{C}", r"\i{B}"], 7.0);
    }
    for strong in [false, true] {
        connect(sheet, &inputs, &hidden, &outputs, strong);
    }
    for &unit in &inputs {
        point_neuron(sheet, unit, INPUT_RADIUS, BODY_TINT, BODY);
    }
    name_weights(sheet, &inputs, &hidden, &outputs);
    name_compartments(sheet, &hidden[0], &outputs[0]);
    name_layers(sheet, &inputs, hidden[2].soma, outputs[2].soma);

    let image = (LEFT + 14.0, inputs[0].1);
    draw_digit(sheet, image, 28.0);
    let drive = [
        (image.0 + 16.0, image.1),
        (inputs[0].0 - INPUT_RADIUS - 1.5, image.1),
    ];
    Line::arrow(BODY, 1.2).draw(sheet, &drive);
    centred(
        sheet,
        "image",
        (image.0, image.1 + 20.5),
        REMARK_SIZE,
        FAINT_INK,
    );
    centred(
        sheet,
        "spiking input units",
        (MIDDLE, image.1 + 14.5),
        REMARK_SIZE,
        FAINT_INK,
    );
    schematic.ending_at(image.1 + 23.0)
}

/// All connections, or only the one of each kind that stands out.
fn connect(
    sheet: &mut Sheet,
    inputs: &[Place],
    hidden: &[HiddenNeuron],
    outputs: &[OutputNeuron],
    strong: bool,
) {
    let synapse = |color: Color, pale: Color| {
        if strong {
            Line::synapse(color, 1.2, 1.8)
        } else {
            Line::synapse(pale, 0.7, 1.3)
        }
    };
    let forwards = synapse(FEEDFORWARD, FEEDFORWARD_PALE);
    let backwards = synapse(FEEDBACK, FEEDBACK_PALE);
    for (to, neuron) in hidden.iter().enumerate() {
        for (from, &input) in inputs.iter().enumerate() {
            if strong == (to == 1 && from == 2) {
                let end = neuron.basal_edge((from as f64 - 2.5) * 0.30);
                let start = between(input, INPUT_RADIUS + 0.7, end, 0.0)[0];
                forwards.draw(sheet, &[start, end]);
            }
        }
        for (index, output) in outputs.iter().enumerate() {
            if strong == (to == 1 && index == 1) {
                let from = neuron.axon();
                let turn = neuron.at(20.0, -39.0);
                let end = output.dendrite_edge((to as f64 - 1.0) * 0.5);
                let way = [from, (turn.0, from.1), turn, end];
                forwards.draw(sheet, &rounded_path(&way, 6.0));

                let from = output.axon();
                let turn = output.at(-20.0, 38.0);
                let end = neuron.apical_edge((index as f64 - 1.0) * 0.5);
                let way = [from, (turn.0, from.1), turn, end];
                backwards.draw(sheet, &rounded_path(&way, 6.0));
            }
        }
    }
}

fn name_weights(
    sheet: &mut Sheet,
    inputs: &[Place],
    hidden: &[HiddenNeuron],
    outputs: &[OutputNeuron],
) {
    let lower = f64::midpoint(inputs[0].1, hidden[0].basal_edge(0.0).1);
    on_paper(
        sheet,
        r"\b{W}^0",
        (MIDDLE + 30.0, lower),
        SYMBOL_SIZE,
        FEEDFORWARD,
    );
    let upper = f64::midpoint(
        hidden[0].apical_edge(0.0).1,
        outputs[0].dendrite_edge(0.0).1,
    );
    on_paper(
        sheet,
        r"\b{W}^1",
        (MIDDLE + 40.0, upper),
        SYMBOL_SIZE,
        FEEDFORWARD,
    );
    on_paper(
        sheet,
        r"\b{Y}",
        (MIDDLE - 40.0, upper),
        SYMBOL_SIZE,
        FEEDBACK,
    );
}

fn name_compartments(sheet: &mut Sheet, hidden: &HiddenNeuron, output: &OutputNeuron) {
    for (place, name, color) in [
        (hidden.apical(), "apical", FEEDBACK),
        (hidden.soma, "soma", BODY),
        (hidden.basal(), "basal", FEEDFORWARD),
        (output.soma, "soma", BODY),
        (output.dendrite(), "dendrite", FEEDFORWARD),
    ] {
        beside(
            sheet,
            name,
            (LEFT, place.1),
            REMARK_SIZE,
            Anchor::Start,
            color,
        );
    }
    for (neuron_x, height, symbol) in [
        (hidden.soma.0, hidden.at(0.0, -16.6).1, r"\i{g}_A"),
        (hidden.soma.0, hidden.at(0.0, 14.8).1, r"\i{g}_B"),
        (output.soma.0, output.at(0.0, 14.8).1, r"\i{g}_D"),
    ] {
        beside(
            sheet,
            symbol,
            (neuron_x - 3.6, height),
            7.0,
            Anchor::End,
            INK,
        );
    }
}

fn name_layers(sheet: &mut Sheet, inputs: &[Place], hidden: Place, output: Place) {
    let last = inputs[inputs.len() - 1];
    ellipsis(sheet, (last.0 + 17.0, last.1), 3.6, false, BODY);
    for layer in [hidden, output] {
        ellipsis(sheet, (layer.0 + 31.0, layer.1), 3.6, false, BODY);
    }
    for (y, name, count) in [
        (output.1, "output", r"\i{n} = 10"),
        (hidden.1, "hidden", r"\i{m} = 500"),
        (last.1, "input", r"\i{ℓ} = 784"),
    ] {
        block(
            sheet,
            &[name],
            (RIGHT, y - 8.5),
            REMARK_SIZE,
            Anchor::End,
            INK,
        );
        block(
            sheet,
            &[count],
            (RIGHT, y + 1.5),
            REMARK_SIZE,
            Anchor::End,
            FAINT_INK,
        );
    }
    let top = (MIDDLE, TOP + 4.5);
    centred(sheet, r"teaching current \i{I}", top, REMARK_SIZE, TEACHING);
}
