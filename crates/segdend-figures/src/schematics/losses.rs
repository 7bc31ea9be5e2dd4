//! Figure 5A: the loss of the output layer and the local loss of the hidden layer.

use crate::error::FigureError;
use crate::outlines::rounded_rectangle;
use crate::picture::Picture;
use crate::sheet::{Anchor, Place, Sheet};
use crate::style::{CAP_HEIGHT, FAINT_INK, INK, PAPER};

use super::compartments::{Fills, HiddenNeuron};
use super::frame::{LEFT, RIGHT, Schematic, TOP};
use super::lines::Line;
use super::palette::{
    BODY, FEEDBACK, FEEDFORWARD, GROUND, LOSS, LOSS_TINT, PLATEAU, PLATEAU_INK, TEACHING,
};
use super::units::{between, mixed, point_neuron, row};
use super::words::{REMARK_SIZE, SYMBOL_SIZE, beside, centred, heading};

const RADIUS: f64 = 6.0;
const OUTPUT_GAP: f64 = 18.0;
const HIDDEN_GAP: f64 = 26.0;
/// Half the width of a phase.
const HALF: f64 = 43.5;

/// From the middle of a soma up to that of its apical compartment.
const APICAL_RISE: f64 = 28.0;

/// A phase as it is drawn: average rates from 0 to 1 and plateau potentials.
struct Phase {
    name: &'static str,
    middle: f64,
    outputs: [f64; 4],
    hidden: [f64; 3],
    plateaus: [f64; 3],
    /// The symbol of its plateau potentials.
    symbol: &'static str,
    taught: bool,
}

const FORWARD: Phase = Phase {
    name: "forward phase",
    middle: LEFT + 30.0 + HALF,
    outputs: [0.50, 0.15, 0.65, 0.25],
    hidden: [0.25, 0.70, 0.45],
    plateaus: [0.30, 0.75, 0.55],
    symbol: r"\i{α}^f",
    taught: false,
};

const TARGET: Phase = Phase {
    name: "target phase",
    middle: RIGHT - HALF,
    outputs: [0.0, 0.0, 0.95, 0.0],
    hidden: [0.25, 0.70, 0.45],
    plateaus: [0.85, 0.35, 0.60],
    symbol: r"\i{α}^t",
    taught: true,
};

/// Figure 5A (arXiv 4A): the loss `L¹` compares the output's rates in the forward phase with
/// those that teaching forces on it in the target phase; the local loss `L⁰` compares the hidden
/// layer's with a target that its own plateau potentials give.
///
/// # Errors
///
/// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
pub fn local_losses() -> Result<Picture, FigureError> {
    local_losses_sheet().paint()
}

pub(super) fn local_losses_sheet() -> Schematic {
    let mut schematic = Schematic::titled(
        "Figure 5A. Output loss and local hidden loss",
        "The same network twice. Left, in the forward phase, outputs have graded rates and send \
         feedback that gives plateau potentials alpha f. Right, in the target phase, teaching \
         excites one output and silences the others; feedback then gives alpha t. The loss L1 is \
         the squared difference of output rates, L0 that of hidden rates from their target: \
         forward rate plus alpha t minus alpha f.",
    );
    let sheet = &mut schematic.sheet;
    let (output_height, soma_height) = (TOP + 45.0, TOP + 121.0);
    for phase in [&FORWARD, &TARGET] {
        draw_phase(sheet, phase, output_height, soma_height);
    }
    for (height, name) in [(output_height, "output"), (soma_height, "hidden")] {
        let first = (LEFT, height - 4.2);
        beside(sheet, name, first, REMARK_SIZE, Anchor::Start, FAINT_INK);
        let second = (LEFT, height + 4.6);
        beside(
            sheet,
            "rates",
            second,
            REMARK_SIZE,
            Anchor::Start,
            FAINT_INK,
        );
    }
    let plateaus = (LEFT, soma_height - APICAL_RISE);
    beside(
        sheet,
        "plateaus",
        plateaus,
        REMARK_SIZE,
        Anchor::Start,
        PLATEAU_INK,
    );
    let apart = [
        FORWARD.middle + 1.5 * OUTPUT_GAP + RADIUS + 3.0,
        TARGET.middle - 1.5 * OUTPUT_GAP - RADIUS - 3.0,
    ];
    compare(sheet, apart, output_height, r"\i{L}^1");
    // Where the plateau potentials are: on average the loss reduces to their difference.
    let apart = [
        FORWARD.middle + HALF + 1.0,
        TARGET.middle - HIDDEN_GAP - 5.0,
    ];
    compare(sheet, apart, soma_height - 15.5, r"\i{L}^0");

    let top = soma_height + 54.0;
    let first = r"\i{L}^1 = ‖\hat{\b{λ}}^U − \i{λ}_{max}\i{σ}(\bar{\b{U}}^f)‖^2_2 ,";
    let second = r"\i{L}^0 = ‖\hat{\b{λ}}^C − \i{λ}_{max}\i{σ}(\bar{\b{C}}^f)‖^2_2 ,";
    let first_target = r"\hat{\b{λ}}^U = \bar{\b{λ}^U}^t";
    let second_target = r"\hat{\b{λ}}^C = \bar{\b{λ}^C}^f + \b{α}^t − \b{α}^f";
    let panel = rounded_rectangle((LEFT, top), (RIGHT, top + 46.0), 6.0);
    sheet.area(panel, LOSS_TINT);
    for (height, loss, target) in [
        (top + 13.0, first, first_target),
        (top + 34.0, second, second_target),
    ] {
        let baseline = height + SYMBOL_SIZE * CAP_HEIGHT / 2.0;
        sheet.math(
            loss,
            (LEFT + 7.0, baseline),
            SYMBOL_SIZE,
            Anchor::Start,
            LOSS,
        );
        sheet.math(
            target,
            (LEFT + 128.0, baseline),
            SYMBOL_SIZE,
            Anchor::Start,
            LOSS,
        );
    }
    schematic.ending_at(top + 45.0)
}

fn draw_phase(sheet: &mut Sheet, phase: &Phase, output_height: f64, soma_height: f64) {
    let ground = rounded_rectangle(
        (phase.middle - HALF, TOP),
        (phase.middle + HALF, soma_height + 47.0),
        6.0,
    );
    sheet.area(ground, GROUND);
    heading(
        sheet,
        phase.name,
        (phase.middle, TOP + 8.0),
        REMARK_SIZE,
        INK,
    );
    if phase.taught {
        centred(
            sheet,
            "teaching signal",
            (phase.middle, TOP + 18.5),
            REMARK_SIZE,
            TEACHING,
        );
    }
    let outputs = row(output_height, 4, phase.middle, OUTPUT_GAP);
    let hidden: Vec<HiddenNeuron> = row(soma_height, 3, phase.middle, HIDDEN_GAP)
        .into_iter()
        .map(|soma| HiddenNeuron {
            soma,
            scale: 0.8,
            farther: (8.0, 0.0),
        })
        .collect();
    for (index, (&output, &rate)) in outputs.iter().zip(&phase.outputs).enumerate() {
        point_neuron(sheet, output, RADIUS, mixed(PAPER, BODY, rate), BODY);
        if phase.taught {
            let way = [
                (output.0, output.1 - 17.0),
                (output.0, output.1 - RADIUS - 1.2),
            ];
            let line = if index == 2 {
                Line::arrow(TEACHING, 1.3)
            } else {
                Line::inhibition(TEACHING, 1.0)
            };
            line.draw(sheet, &way);
        }
    }
    for (index, neuron) in hidden.iter().enumerate() {
        neuron.draw_filled(
            sheet,
            (1.6, 5.0),
            Fills {
                soma: mixed(PAPER, BODY, phase.hidden[index]),
                apical: mixed(PAPER, PLATEAU, phase.plateaus[index]),
            },
        );
        feed_back(sheet, &outputs, neuron);
        send_plateau(sheet, neuron, phase.symbol);
        let basal = neuron.basal_edge(0.0);
        Line::arrow(FEEDFORWARD, 1.1).draw(
            sheet,
            &[(basal.0, basal.1 + 11.0), (basal.0, basal.1 + 1.0)],
        );
    }
    let weights = (
        phase.middle - HALF + 6.0,
        f64::midpoint(output_height, soma_height - APICAL_RISE),
    );
    centred(sheet, r"\b{Y}", weights, SYMBOL_SIZE, FEEDBACK);
    let image = if phase.taught {
        "the same image"
    } else {
        "an image"
    };
    centred(
        sheet,
        image,
        (phase.middle, soma_height + 41.0),
        REMARK_SIZE,
        FEEDFORWARD,
    );
}

/// The plateau potential on its way from the apical compartment to the soma.
fn send_plateau(sheet: &mut Sheet, neuron: &HiddenNeuron, symbol: &str) {
    let x = neuron.soma.0 + 4.4;
    let way = [(x, neuron.apical().1 + 7.0), (x, neuron.at(0.0, -6.5).1)];
    Line::arrow(PLATEAU, 1.2).draw(sheet, &way);
    let place = (x + 3.2, f64::midpoint(way[0].1, way[1].1));
    beside(sheet, symbol, place, 7.0, Anchor::Start, PLATEAU_INK);
}

fn feed_back(sheet: &mut Sheet, outputs: &[Place], neuron: &HiddenNeuron) {
    for (index, &output) in outputs.iter().enumerate() {
        let end = neuron.apical_edge((index as f64 - 1.5) * 0.4);
        let start = between(output, RADIUS + 0.6, end, 0.0)[0];
        Line::synapse(FEEDBACK, 0.5, 1.0).draw(sheet, &[start, end]);
    }
}

/// A loss between what two phases show at the same height.
fn compare(sheet: &mut Sheet, [from, to]: [f64; 2], height: f64, name: &str) {
    Line::arrow(LOSS, 1.2).draw_both_ways(sheet, &[(from, height), (to, height)]);
    // Both names stand in the middle between the phases.
    let middle = (f64::midpoint(FORWARD.middle, TARGET.middle), height - 9.0);
    centred(sheet, name, middle, 9.0, LOSS);
}
