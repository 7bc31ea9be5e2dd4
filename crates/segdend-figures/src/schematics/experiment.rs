//! Figure 10A: the experiment that would test the model's prediction.

use std::f64::consts::TAU;

use crate::error::FigureError;
use crate::outlines::{bezier, rounded_rectangle, toward};
use crate::picture::Picture;
use crate::sheet::{Anchor, Place, Sheet};
use crate::style::{Color, FAINT_INK, HAIRLINE, INK, PAPER};

use super::frame::{LEFT, RIGHT, Schematic, TOP};
use super::lines::Line;
use super::morphology::{Pyramidal, taper};
use super::palette::{BODY, FEEDBACK, FEEDBACK_TINT, FEEDFORWARD, FEEDFORWARD_TINT, GROUND, QUIET};
use super::words::{REMARK_SIZE, beside, centred, heading};

/// Where the slice ends and the protocols begin.
const SLICE_RIGHT: f64 = LEFT + 130.0;
const PROTOCOLS_LEFT: f64 = LEFT + 139.0;

/// Figure 10A (not on arXiv), with the prediction of 10B in words: a patch-clamped pyramidal
/// neuron of layer 5, whose basal inputs from layer 4 are driven by blue light and whose apical
/// inputs from a higher-order region by red light. Apical input early during basal input should
/// weaken the basal synapses, late input strengthen them.
///
/// # Errors
///
/// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
pub fn proposed_experiment() -> Result<Picture, FigureError> {
    proposed_experiment_sheet().paint()
}

pub(super) fn proposed_experiment_sheet() -> Schematic {
    let mut schematic = Schematic::titled(
        "Figure 10A. The proposed experiment",
        "Left, a slice of cortex: a patch-clamped pyramidal neuron of layer 5; red axons from a \
         higher-order region end in its apical tuft in layer 1 and are driven by red light; a \
         blue cell in layer 4 ends on its basal dendrites and is driven by blue light. Right, \
         two protocols: apical input early during basal input predicts LTD of the basal \
         synapses, late apical input LTP.",
    );
    let sheet = &mut schematic.sheet;
    let borders = [
        TOP + 16.0,
        TOP + 62.0,
        TOP + 102.0,
        TOP + 131.0,
        TOP + 222.0,
    ];
    draw_layers(sheet, &borders);
    let neuron = Pyramidal {
        soma: (LEFT + 74.0, TOP + 167.0),
        scale: 0.86,
        trunk: 95.0,
        color: INK,
    };
    let cell = (LEFT + 25.0, TOP + 117.0);
    draw_lights(sheet, &neuron, cell);
    Line::plain(INK, 0.8).draw(sheet, &neuron.axon(55.0));
    neuron.draw(sheet);
    draw_top_down(sheet, &neuron);
    draw_layer_four_cell(sheet, cell, &neuron);
    draw_pipette(sheet, &neuron);

    for (index, (name, early, prediction)) in [
        ("early apical input", true, "LTD"),
        ("late apical input", false, "LTP"),
    ]
    .into_iter()
    .enumerate()
    {
        let top = borders[0] + 106.0 * index as f64;
        draw_protocol(sheet, top, name, early, prediction);
    }
    schematic.ending_at(borders[4])
}

fn draw_layers(sheet: &mut Sheet, borders: &[f64; 5]) {
    let slice = rounded_rectangle((LEFT, borders[0]), (SLICE_RIGHT, borders[4]), 6.0);
    sheet.area(slice, GROUND);
    for &border in &borders[1..4] {
        sheet.dashed(
            &[(LEFT, border), (SLICE_RIGHT, border)],
            (2.0, 2.0),
            HAIRLINE,
            QUIET,
        );
    }
    for (name, ends) in ["L1", "L2/3", "L4", "L5"]
        .into_iter()
        .zip(borders.windows(2))
    {
        let place = (SLICE_RIGHT - 4.0, ends[0] + 7.0);
        beside(sheet, name, place, REMARK_SIZE, Anchor::End, FAINT_INK);
    }
}

/// Red light on the axons in layer 1, blue light on the cell in layer 4.
fn draw_lights(sheet: &mut Sheet, neuron: &Pyramidal, cell: Place) {
    let x = neuron.soma.0;
    sheet.area(
        vec![
            (x - 10.0, TOP + 8.0),
            (x + 10.0, TOP + 8.0),
            (x + 34.0, TOP + 50.0),
            (x - 34.0, TOP + 50.0),
        ],
        FEEDBACK_TINT,
    );
    centred(sheet, "red light", (x, TOP + 3.0), REMARK_SIZE, FEEDBACK);
    sheet.area(
        vec![
            (LEFT + 2.0, cell.1 - 5.0),
            (cell.0 + 6.0, cell.1 - 13.0),
            (cell.0 + 6.0, cell.1 + 13.0),
            (LEFT + 2.0, cell.1 + 5.0),
        ],
        FEEDFORWARD_TINT,
    );
    let label = (LEFT + 4.0, cell.1 - 22.0);
    beside(
        sheet,
        "blue light",
        label,
        REMARK_SIZE,
        Anchor::Start,
        FEEDFORWARD,
    );
}

/// Axons of the higher-order region through the tuft.
fn draw_top_down(sheet: &mut Sheet, neuron: &Pyramidal) {
    let label = (LEFT + 4.0, TOP + 23.0);
    beside(
        sheet,
        "top-down axons",
        label,
        REMARK_SIZE,
        Anchor::Start,
        FEEDBACK,
    );
    let tuft = neuron.fork();
    for (height, wave, boutons) in [
        (-33.0, 4.0, [-17.4, 8.4, 27.3]),
        (-24.0, -3.5, [-23.1, -9.6, 11.0]),
        (-15.0, 3.0, [-14.5, -7.2, 10.5]),
    ] {
        let y = tuft.1 + height;
        let axon = bezier([
            (LEFT + 6.0, y),
            (LEFT + 46.0, y - 2.5 * wave),
            (LEFT + 82.0, y + 2.5 * wave),
            (SLICE_RIGHT - 17.0, y),
        ]);
        // Where it meets a dendrite.
        for aside in boutons {
            let x = neuron.at(aside, 0.0).0;
            for ends in axon
                .windows(2)
                .filter(|ends| (ends[0].0..ends[1].0).contains(&x))
            {
                let share = (x - ends[0].0) / (ends[1].0 - ends[0].0);
                let y = ends[0].1 + share * (ends[1].1 - ends[0].1);
                sheet.disc((x, y), 1.7, FEEDBACK);
            }
        }
        sheet.path(axon, 0.9, FEEDBACK);
    }
}

/// A stellate cell with an axon to the basal dendrites.
fn draw_layer_four_cell(sheet: &mut Sheet, cell: Place, neuron: &Pyramidal) {
    for (angle, length) in [
        (0.06, 11.0),
        (0.24, 10.0),
        (0.40, 12.0),
        (0.58, 11.0),
        (0.78, 12.0),
        (0.92, 10.0),
    ] {
        let (sine, cosine) = f64::sin_cos(angle * TAU);
        let end = (cell.0 + length * cosine, cell.1 + length * sine);
        taper(sheet, &[cell, end], 1.6, 0.5, FEEDFORWARD);
    }
    sheet.disc(cell, 4.6, FEEDFORWARD);
    for (aside, down, bend) in [
        (-30.0, 11.0, -10.0),
        (-23.4, 22.4, -6.0),
        (-10.5, 30.0, 4.0),
    ] {
        let end = neuron.at(aside, down);
        let axon = bezier([
            cell,
            (cell.0 - 2.0, cell.1 + 26.0),
            (end.0 - 14.0 + bend, end.1 - 6.0),
            end,
        ]);
        Line::synapse(FEEDFORWARD, 0.9, 1.7).draw(sheet, &axon);
    }
}

fn draw_pipette(sheet: &mut Sheet, neuron: &Pyramidal) {
    let tip = neuron.at(6.9, -0.5);
    let back = (SLICE_RIGHT - 6.0, tip.1 - 7.0);
    let half = 3.8;
    let near = toward(tip, back, 1.0);
    let outline = vec![
        (near.0, near.1 - 0.7),
        (back.0 - 1.2, back.1 - half),
        (back.0 + 1.2, back.1 + half),
        (near.0, near.1 + 0.7),
    ];
    sheet.outlined(outline, PAPER, 0.7, BODY);
    beside(
        sheet,
        "patch clamp",
        (SLICE_RIGHT - 4.0, back.1 - 10.0),
        REMARK_SIZE,
        Anchor::End,
        INK,
    );
}

/// What is done over time, and what the model predicts of the basal synapses.
fn draw_protocol(sheet: &mut Sheet, top: f64, name: &str, early: bool, prediction: &str) {
    let bottom = top + 100.0;
    let ground = rounded_rectangle((PROTOCOLS_LEFT, top), (RIGHT, bottom), 6.0);
    sheet.area(ground, GROUND);
    let middle = f64::midpoint(PROTOCOLS_LEFT, RIGHT);
    heading(sheet, name, (middle, top + 8.0), REMARK_SIZE, INK);

    let (from, step) = (PROTOCOLS_LEFT + 30.0, 4.6);
    let rows = [
        (top + 24.0, "apical", FEEDBACK),
        (top + 39.0, "basal", FEEDFORWARD),
    ];
    for (height, label, color) in rows {
        beside(
            sheet,
            label,
            (PROTOCOLS_LEFT + 5.0, height),
            REMARK_SIZE,
            Anchor::Start,
            color,
        );
        let end = from + 11.0 * step + 1.0;
        sheet.path(
            vec![(from - 2.0, height + 4.5), (end, height + 4.5)],
            HAIRLINE,
            color,
        );
        for pulse in 0..12 {
            let driven = color == FEEDFORWARD || early == (pulse < 6);
            if driven {
                let x = from + f64::from(pulse) * step;
                sheet.path(vec![(x, height - 4.5), (x, height + 4.5)], 1.1, color);
            }
        }
    }
    let time = top + 52.0;
    beside(
        sheet,
        "time",
        (PROTOCOLS_LEFT + 5.0, time),
        REMARK_SIZE,
        Anchor::Start,
        FAINT_INK,
    );
    let arrow = [(from - 2.0, time), (from + 11.0 * step + 3.0, time)];
    Line::arrow(QUIET, 0.7).draw(sheet, &arrow);

    let (foot, left) = (bottom - 16.5, PROTOCOLS_LEFT + 6.0);
    let (baseline, change) = (15.0, if early { 0.5 } else { 1.65 });
    for (foot, height, color, name) in [
        ((left, foot), baseline, QUIET, "before"),
        ((left + 28.0, foot), baseline * change, INK, "after"),
    ] {
        draw_response(sheet, foot, height, color);
        let place = (foot.0 + 11.0, foot.1 + 8.0);
        centred(sheet, name, place, REMARK_SIZE, FAINT_INK);
    }
    heading(sheet, prediction, (RIGHT - 14.5, foot - 5.5), 9.0, INK);
}

/// A postsynaptic potential: up fast, down slowly.
fn draw_response(sheet: &mut Sheet, foot: Place, height: f64, color: Color) {
    let kernel = |t: f64| (-t / 0.28).exp() - (-t / 0.08).exp();
    let points = (0..=40)
        .map(|step| {
            let share = f64::from(step) / 40.0;
            let response = if share < 0.1 {
                0.0
            } else {
                kernel(share - 0.1) / 0.46
            };
            (foot.0 + 23.0 * share, foot.1 - height * response)
        })
        .collect();
    sheet.path(points, 1.1, color);
}
