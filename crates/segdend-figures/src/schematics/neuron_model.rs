//! Figure 3A: a pyramidal neuron and its model of three compartments.

use crate::error::FigureError;
use crate::outlines::{bezier, rounded_rectangle};
use crate::picture::Picture;
use crate::sheet::{Anchor, Place, Sheet};
use crate::style::{HAIRLINE, INK, PAPER};

use super::compartments::HiddenNeuron;
use super::frame::{LEFT, RIGHT, Schematic, TOP};
use super::lines::Line;
use super::morphology::Pyramidal;
use super::palette::{
    BODY, FEEDBACK, FEEDBACK_TINT, FEEDFORWARD, FEEDFORWARD_TINT, PLATEAU, PLATEAU_INK,
};
use super::units::mixed;
use super::words::{REMARK_SIZE, SYMBOL_SIZE, beside, block, centred};

/// Figure 3A (arXiv 3A, right): a stylised pyramidal neuron of layer 5 and the simplified model.
/// Top-down inputs project to the apical, bottom-up inputs to the basal dendrites.
///
/// # Errors
///
/// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
pub fn pyramidal_neuron() -> Result<Picture, FigureError> {
    pyramidal_neuron_sheet().paint()
}

pub(super) fn pyramidal_neuron_sheet() -> Schematic {
    let mut schematic = Schematic::titled(
        "Figure 3A. A pyramidal neuron and its model",
        "Left, a drawn pyramidal neuron with apical tuft, apical trunk, soma, basal dendrites \
         and axon. Right, the model: an apical compartment A, a soma C and a basal compartment \
         B, coupled by the conductances gA and gB. Top-down inputs arrive at the apical, \
         bottom-up inputs at the basal side of both. A plateau potential goes from the apical \
         compartment to the soma, whose spikes leave along the axon.",
    );
    let sheet = &mut schematic.sheet;
    let soma_height = TOP + 136.0;
    let apical_band = (TOP + 14.0, TOP + 79.0);
    let basal_band = (soma_height + 13.0, soma_height + 64.0);
    for (band, tint) in [(apical_band, FEEDBACK_TINT), (basal_band, FEEDFORWARD_TINT)] {
        let ground = rounded_rectangle((LEFT, band.0), (RIGHT, band.1), 6.0);
        sheet.area(ground, mixed(PAPER, tint, 0.55));
    }
    let real = Pyramidal {
        soma: (LEFT + 52.0, soma_height),
        scale: 0.92,
        trunk: 62.0,
        color: BODY,
    };
    let model = HiddenNeuron {
        soma: (LEFT + 170.0, soma_height),
        scale: 1.6,
        farther: (27.0, 3.5),
    };
    draw_inputs(
        sheet,
        real.soma.0,
        model.soma.0,
        (apical_band.0, basal_band.1),
    );
    Line::plain(BODY, 0.9).draw(sheet, &real.axon(76.0));
    real.draw(sheet);
    name_parts(sheet, &real);
    model.draw(sheet, (1.4, 4.4));
    model.name(sheet, [r"\i{A}_i", r"\i{C}_i", r"\i{B}_i"], 9.0);
    draw_signals(sheet, &model);
    schematic.ending_at(basal_band.1 + 18.0)
}

fn draw_inputs(sheet: &mut Sheet, real: f64, model: f64, (top, bottom): (f64, f64)) {
    for x in [real, model] {
        for aside in [-15.0, 0.0, 15.0] {
            let down = [(x + aside, top - 11.0), (x + aside, top + 4.0)];
            Line::arrow(FEEDBACK, 1.1).draw(sheet, &down);
            // The axon is in the middle under the drawn neuron.
            if x == model || aside != 0.0 {
                let up = [(x + aside, bottom + 11.0), (x + aside, bottom - 4.0)];
                Line::arrow(FEEDFORWARD, 1.1).draw(sheet, &up);
            }
        }
    }
    let middle = f64::midpoint(real, model);
    centred(
        sheet,
        "top-down inputs",
        (middle, top - 6.0),
        REMARK_SIZE,
        FEEDBACK,
    );
    centred(
        sheet,
        "bottom-up inputs",
        (middle, bottom + 7.0),
        REMARK_SIZE,
        FEEDFORWARD,
    );
}

fn name_parts(sheet: &mut Sheet, real: &Pyramidal) {
    let x = real.soma.0 + 44.0;
    // Name, the height of its line, and where its leader ends.
    let parts: [(&str, f64, Place); 5] = [
        ("apical tuft", -101.0, (29.0, -101.0)),
        ("apical trunk", -19.5, (3.6, -19.5)),
        ("soma", -3.0, (6.2, -3.0)),
        ("basal dendrites", 41.0, (29.0, 29.0)),
        ("axon", 59.0, (3.0, 59.0)),
    ];
    for (name, height, part) in parts {
        let y = real.at(0.0, height).1;
        beside(sheet, name, (x + 2.0, y), REMARK_SIZE, Anchor::Start, INK);
        let (from, to) = ((x, y), real.at(part.0, part.1));
        sheet.path(vec![from, (x - 3.0, y), to], HAIRLINE, INK);
    }
}

fn draw_signals(sheet: &mut Sheet, model: &HiddenNeuron) {
    let (apical, soma) = (model.apical(), model.soma);
    let plateau = bezier([
        (apical.0 + 16.0, apical.1 + 8.5),
        (apical.0 + 27.0, apical.1 + 34.0),
        (soma.0 + 26.0, soma.1 - 24.0),
        (soma.0 + 11.0, soma.1 - 5.0),
    ]);
    Line::arrow(PLATEAU, 1.5).draw(sheet, &plateau);
    let neck = f64::midpoint(apical.1 + 12.0, soma.1 - 18.0);
    block(
        sheet,
        &["plateau", "potential"],
        (soma.0 + 27.0, neck - 3.0),
        REMARK_SIZE,
        Anchor::Start,
        PLATEAU_INK,
    );
    beside(
        sheet,
        r"\i{g}_A",
        (soma.0 - 5.0, neck + 2.0),
        SYMBOL_SIZE,
        Anchor::End,
        INK,
    );
    let lower = f64::midpoint(model.at(0.0, 9.0).1, model.basal().1 - 12.0);
    beside(
        sheet,
        r"\i{g}_B",
        (soma.0 - 8.0, lower),
        SYMBOL_SIZE,
        Anchor::End,
        INK,
    );

    let axon = model.axon();
    let end = (RIGHT, axon.1);
    Line::arrow(BODY, 1.0).draw(sheet, &[axon, end]);
    for at in [6.0, 13.0, 16.5, 26.0] {
        let x = axon.0 + at;
        sheet.path(vec![(x, axon.1 - 7.0), (x, axon.1)], 0.8, BODY);
    }
    centred(
        sheet,
        "spikes",
        (f64::midpoint(axon.0, end.0), axon.1 - 13.0),
        REMARK_SIZE,
        INK,
    );
}
