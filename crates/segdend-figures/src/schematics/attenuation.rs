//! Figure 9A, schematic: how strongly the apical dendrite is coupled to the soma.

use crate::error::FigureError;
use crate::picture::Picture;
use crate::sheet::{Anchor, Place, Sheet};
use crate::style::{Color, HAIRLINE, INK, PAPER};

use super::compartments::HiddenNeuron;
use super::frame::{LEFT, RIGHT, Schematic, TOP};
use super::lines::Line;
use super::palette::{BODY, FEEDBACK, FEEDFORWARD, QUIET};
use super::words::{REMARK_SIZE, SYMBOL_SIZE, beside, centred};

/// Figure 9A, left (arXiv 8A): a hidden neuron whose apical dendrite is coupled to the soma by
/// `g_A`, and the three strengths of coupling that Figure 9B compares.
///
/// # Errors
///
/// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
pub fn apical_attenuation() -> Result<Picture, FigureError> {
    apical_attenuation_sheet().paint()
}

pub(super) fn apical_attenuation_sheet() -> Schematic {
    let mut schematic = Schematic::titled(
        "Figure 9A. Coupling of the apical dendrite to the soma",
        "Left, a hidden neuron: the apical compartment A is coupled to the soma C by the \
         conductance gA, the basal compartment B by gB; a leak gL goes to ground. Right, three \
         neurons: gA = 0, totally segregated; gA = 0.05, strongly attenuated; gA = 0.6, as \
         strong as gB, weakly attenuated. Below, the equation of the somatic voltage.",
    );
    let sheet = &mut schematic.sheet;
    let neuron = HiddenNeuron {
        soma: (LEFT + 46.0, TOP + 106.0),
        scale: 1.5,
        farther: (20.0, 13.0),
    };
    neuron.draw(sheet, (1.0, 1.0));
    draw_inputs(sheet, &neuron);
    let (apical, basal) = (neuron.apical(), neuron.basal());
    let upper = (
        apical.0,
        f64::midpoint(apical.1 + 11.25, neuron.at(0.0, -11.5).1),
    );
    let lower = (
        basal.0,
        f64::midpoint(basal.1 - 11.25, neuron.at(0.0, 9.3).1),
    );
    resistor(sheet, upper);
    resistor(sheet, lower);
    beside(
        sheet,
        r"\i{g}_A",
        (upper.0 + 7.0, upper.1),
        9.0,
        Anchor::Start,
        INK,
    );
    beside(
        sheet,
        r"\i{g}_B",
        (lower.0 + 7.0, lower.1),
        9.0,
        Anchor::Start,
        INK,
    );
    draw_leak(sheet, &neuron);
    neuron.name(sheet, [r"\i{A}_i", r"\i{C}_i", r"\i{B}_i"], 9.0);

    let rule = LEFT + 105.0;
    sheet.path(
        vec![(rule, TOP + 2.0), (rule, TOP + 187.0)],
        HAIRLINE,
        QUIET,
    );
    for (index, (color, name, value, neck)) in [
        (Color::SHALLOW, "total segregation", r"\i{g}_A = 0", 0.0),
        (
            Color::TWO_HIDDEN_LAYERS,
            "strong attenuation",
            r"\i{g}_A = 0.05",
            0.6,
        ),
        (
            Color::ONE_HIDDEN_LAYER,
            "weak attenuation",
            r"\i{g}_A = 0.6 = \i{g}_B",
            5.0,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let middle = TOP + 33.0 + 63.0 * index as f64;
        draw_case(sheet, (rule + 20.0, middle), neck);
        let words = rule + 42.0;
        sheet.block((words, middle - 10.4), (words + 5.0, middle - 5.4), color);
        beside(
            sheet,
            name,
            (words + 8.0, middle - 7.9),
            REMARK_SIZE,
            Anchor::Start,
            INK,
        );
        beside(
            sheet,
            value,
            (words, middle + 4.5),
            SYMBOL_SIZE,
            Anchor::Start,
            INK,
        );
    }
    let equation = TOP + 211.0;
    sheet.math(
        r"d\i{C}_i/d\i{t} = −\i{g}_L\i{C}_i + \i{g}_B(\i{B}_i − \i{C}_i) + \i{g}_A(\i{A}_i − \i{C}_i)",
        (f64::midpoint(LEFT, RIGHT), equation),
        SYMBOL_SIZE,
        Anchor::Middle,
        INK,
    );
    schematic.ending_at(equation + 2.0)
}

fn draw_inputs(sheet: &mut Sheet, neuron: &HiddenNeuron) {
    for aside in [-0.5, 0.0, 0.5] {
        let above = neuron.apical_edge(aside);
        Line::synapse(FEEDBACK, 1.1, 1.8).draw(sheet, &[(above.0, TOP + 12.0), above]);
        let below = neuron.basal_edge(aside);
        let floor = neuron.basal_edge(0.0).1 + 12.0;
        Line::synapse(FEEDFORWARD, 1.1, 1.8).draw(sheet, &[(below.0, floor), below]);
    }
    let x = neuron.soma.0;
    centred(
        sheet,
        "apical spikes",
        (x, TOP + 6.0),
        REMARK_SIZE,
        FEEDBACK,
    );
    let floor = neuron.basal_edge(0.0).1 + 18.0;
    centred(sheet, "basal spikes", (x, floor), REMARK_SIZE, FEEDFORWARD);
}

/// A resistor across an upright neck.
fn resistor(sheet: &mut Sheet, center: Place) {
    let (half, swing, turns) = (7.5, 3.6, 6);
    sheet.block(
        (center.0 - 1.2, center.1 - half),
        (center.0 + 1.2, center.1 + half),
        PAPER,
    );
    let mut points = vec![(center.0, center.1 - half)];
    for turn in 0..turns {
        let side = if turn % 2 == 0 { swing } else { -swing };
        let share = (f64::from(turn) + 0.5) / f64::from(turns);
        points.push((center.0 + side, center.1 - half + 2.0 * half * share));
    }
    points.push((center.0, center.1 + half));
    sheet.path(points, 1.1, INK);
}

/// The leak from the soma to ground, on the right.
fn draw_leak(sheet: &mut Sheet, neuron: &HiddenNeuron) {
    let soma = neuron.at(8.4, 3.0);
    let ground = (soma.0 + 22.0, soma.1 + 16.0);
    sheet.path(vec![soma, (ground.0, soma.1), ground], 1.1, BODY);
    for (step, half) in [(0.0, 5.0), (2.2, 3.2), (4.4, 1.4)] {
        let y = ground.1 + step;
        sheet.path(vec![(ground.0 - half, y), (ground.0 + half, y)], 1.0, BODY);
    }
    beside(
        sheet,
        r"\i{g}_L",
        (ground.0 - 10.0, soma.1 - 7.5),
        9.0,
        Anchor::Start,
        INK,
    );
}

fn draw_case(sheet: &mut Sheet, center: Place, neck: f64) {
    let neuron = HiddenNeuron {
        soma: (center.0, center.1 + 3.0),
        scale: 0.72,
        farther: (3.0, 0.0),
    };
    if neck == 0.0 {
        // Nothing couples them: only where the neck would be is shown.
        let way = [neuron.at(0.0, -22.5), neuron.at(0.0, -11.5)];
        sheet.dashed(&way, (1.1, 1.3), 0.6, QUIET);
    }
    neuron.draw(sheet, (neck, 5.0));
}
