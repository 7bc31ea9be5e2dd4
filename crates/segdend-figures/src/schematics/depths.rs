//! Figure 6A: the networks without, with one and with two hidden layers.

use crate::error::FigureError;
use crate::math_text::math_width;
use crate::outlines::{bezier, rounded_path};
use crate::picture::Picture;
use crate::sheet::{Anchor, Place, Sheet};
use crate::style::{Color, FAINT_INK, INK};
use crate::text::Weight;

use super::compartments::{HiddenNeuron, OutputNeuron};
use super::digit::draw_digit;
use super::frame::{LEFT, Schematic, TOP};
use super::lines::Line;
use super::palette::{FEEDBACK, FEEDFORWARD};
use super::words::{REMARK_SIZE, SYMBOL_SIZE, beside, centred, on_paper};

const SCALE: f64 = 0.78;
const IMAGE: f64 = 25.0;
const INPUT: f64 = LEFT + 17.0;
const FIRST_HIDDEN: f64 = LEFT + 80.0;
const SECOND_HIDDEN: f64 = LEFT + 144.0;
const OUTPUT: f64 = LEFT + 208.0;

/// Figure 6A (arXiv 5A): the three networks of the simulations. With two hidden layers both
/// receive feedback from the output layer, through separate random weights `Y⁰` and `Y¹`.
///
/// # Errors
///
/// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
pub fn three_networks() -> Result<Picture, FigureError> {
    three_networks_sheet().paint()
}

pub(super) fn three_networks_sheet() -> Schematic {
    let mut schematic = Schematic::titled(
        "Figure 6A. The three networks",
        "Above, 784 inputs project through W0 to 10 output neurons. In the middle, a hidden \
         layer of 500 lies between, with weights W0, W1 and feedback Y from the output to its \
         apical compartments. Below, a second hidden layer of 100 follows, with weights W0, W1, \
         W2; each hidden layer has feedback of its own from the output, Y0 and Y1.",
    );
    let sheet = &mut schematic.sheet;
    let mut top = TOP;
    for (name, color, hidden) in [
        ("no hidden layer", Color::SHALLOW, &[][..]),
        (
            "one hidden layer",
            Color::ONE_HIDDEN_LAYER,
            &[(FIRST_HIDDEN, "500 hidden", r"\b{Y}")][..],
        ),
        (
            "two hidden layers",
            Color::TWO_HIDDEN_LAYERS,
            &[
                (FIRST_HIDDEN, "500 hidden", r"\b{Y}^0"),
                (SECOND_HIDDEN, "100 hidden", r"\b{Y}^1"),
            ][..],
        ),
    ] {
        name_network(sheet, name, color, top);
        // Above the soma: the output's own apex, or apical compartments and feedback on its way.
        let rise = match hidden.len() {
            0 => 2.0,
            layers => 27.0 + 10.0 * layers as f64,
        };
        let middle = top + 10.0 + rise;
        draw_network(sheet, middle, hidden);
        top = middle + 54.0;
    }
    schematic.ending_at(top - 11.0)
}

fn name_network(sheet: &mut Sheet, name: &str, color: Color, top: f64) {
    sheet.block((LEFT, top + 0.4), (LEFT + 5.0, top + 5.4), color);
    beside(
        sheet,
        name,
        (LEFT + 8.0, top + 2.9),
        REMARK_SIZE,
        Anchor::Start,
        INK,
    );
}

fn draw_network(sheet: &mut Sheet, middle: f64, layers: &[(f64, &str, &str)]) {
    let output = OutputNeuron {
        soma: (OUTPUT, middle),
        scale: SCALE,
    };
    let hidden: Vec<HiddenNeuron> = layers
        .iter()
        .map(|&(x, ..)| HiddenNeuron::compact((x, middle), SCALE))
        .collect();
    for neuron in &hidden {
        neuron.draw(sheet, (1.8, 5.0));
    }
    output.draw(sheet, 5.0);
    let first = hidden
        .first()
        .map_or(output.dendrite(), HiddenNeuron::basal);
    let image = (INPUT, first.1);
    let mut source = (image.0 + IMAGE / 2.0 + 2.0, image.1);
    for (index, neuron) in hidden.iter().enumerate() {
        let basal = neuron.basal();
        project(sheet, source, (basal.0 - 13.0 * SCALE, basal.1), index);
        source = neuron.axon();
    }
    let dendrite = output.dendrite();
    project(
        sheet,
        source,
        (dendrite.0 - 13.0 * SCALE, dendrite.1),
        hidden.len(),
    );
    for (index, neuron) in hidden.iter().enumerate() {
        // The outer way is the one to the first layer; it also starts farther right.
        let inward = (hidden.len() - 1 - index) as f64;
        let end = neuron.apical_edge(0.0);
        let height = end.1 - 9.0 - 10.0 * inward;
        let outward = 4.0 * (inward - (hidden.len() as f64 - 1.0) / 2.0);
        let start = output.at(outward, -12.6);
        let way = [start, (start.0, height), (end.0, height), end];
        Line::synapse(FEEDBACK, 1.2, 1.9).draw(sheet, &rounded_path(&way, 6.0));
        let next = hidden.get(index + 1).map_or(OUTPUT, |next| next.soma.0);
        let place = (f64::midpoint(end.0, next), height);
        on_paper(sheet, layers[index].2, place, SYMBOL_SIZE, FEEDBACK);
    }
    draw_digit(sheet, image, IMAGE);

    let counts = middle + 40.0;
    centred(sheet, "784 inputs", (INPUT, counts), REMARK_SIZE, FAINT_INK);
    for &(x, count, _) in layers {
        centred(sheet, count, (x, counts), REMARK_SIZE, FAINT_INK);
    }
    centred(
        sheet,
        "10 outputs",
        (OUTPUT, counts),
        REMARK_SIZE,
        FAINT_INK,
    );
}

/// A feedforward projection and the name of its weights.
fn project(sheet: &mut Sheet, from: Place, to: Place, weights: usize) {
    let end = (to.0 - 1.5, to.1);
    let middle = f64::midpoint(from.0, end.0);
    let way = bezier([from, (middle, from.1), (middle, end.1), end]);
    Line::arrow(FEEDFORWARD, 1.2).draw(sheet, &way);
    let name = format!(r"\b{{W}}^{weights}");
    let half = math_width(&name, SYMBOL_SIZE, Weight::Regular) / 2.0;
    let place = (middle - half / 2.0, end.1 + 8.5);
    centred(sheet, &name, place, SYMBOL_SIZE, FEEDFORWARD);
}
