//! Figure 8, schematics: sparse feedback, and feedback that copies the feedforward weights.

use crate::error::FigureError;
use crate::outlines::{rounded_path, rounded_rectangle};
use crate::picture::Picture;
use crate::sheet::{Place, Sheet};
use crate::style::{FAINT_INK, INK, PAPER};

use super::compartments::HiddenNeuron;
use super::frame::{LEFT, RIGHT, Schematic, TOP};
use super::lines::Line;
use super::palette::{BODY, BODY_TINT, FEEDBACK, FEEDBACK_PALE, FEEDFORWARD};
use super::units::{MatrixIcon, between, mixed, point_neuron, row, weight_like};
use super::words::{REMARK_SIZE, SYMBOL_SIZE, centred, heading};

/// Hidden neurons drawn, and outputs of Figure 8C; the matrices have as many rows and columns.
const HIDDEN: usize = 3;
const OUTPUTS: usize = 4;
const OUTPUT_RADIUS: f64 = 3.4;
/// From the outputs to the somata of the hidden neurons.
const DROP: f64 = 66.0;
/// The middles of the two networks that are compared.
const MIDDLES: [f64; 2] = [LEFT + 55.0, RIGHT - 55.0];

/// Figure 8A (arXiv 7A): 80% of the feedback weights are set to zero; those that remain are
/// multiplied by five, so that feedback has about the same magnitude.
///
/// # Errors
///
/// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
pub fn sparse_feedback() -> Result<Picture, FigureError> {
    sparse_feedback_sheet().paint()
}

pub(super) fn sparse_feedback_sheet() -> Schematic {
    let mut schematic = Schematic::titled(
        "Figure 8A. Sparse feedback weights",
        "Left, a network with feedback Y from each of 10 outputs to every apical compartment, \
         and Y as a full matrix. Right, only a fifth of the connections are left, each of them \
         five times as strong, and the matrix is empty in four fifths of its cells.",
    );
    let sheet = &mut schematic.sheet;
    for (side, middle) in MIDDLES.into_iter().enumerate() {
        let sparse = side == 1;
        let kept = |hidden: usize, output: usize| !sparse || keeps(hidden, output);
        let title = if sparse { "sparse" } else { "regular" };
        heading(sheet, title, (middle, TOP + 4.0), REMARK_SIZE, INK);
        draw_network(sheet, middle, 10, 8.8, |hidden, output| {
            kept(hidden, output).then_some(if sparse { 1.7 } else { 0.55 })
        });
        let icon = MatrixIcon {
            center: (middle, TOP + 160.0),
            rows: HIDDEN,
            columns: 10,
            cell: 9.0,
            color: FEEDBACK,
        };
        icon.draw(sheet, |row, column| {
            let weight = 0.08 + 0.3 * weight_like(row, column);
            match (kept(row, column), sparse) {
                (true, true) => 0.55 + 0.45 * weight_like(row, column),
                (true, false) => weight,
                (false, _) => 0.0,
            }
        });
        let name = if sparse { r"\b{Y}′" } else { r"\b{Y}" };
        centred(sheet, name, (middle, TOP + 183.0), SYMBOL_SIZE, FEEDBACK);
        let (first, second) = if sparse {
            ("80% of the weights are 0,", "the others 5 × as large")
        } else {
            ("every output to", "every apical compartment")
        };
        centred(sheet, first, (middle, TOP + 196.0), REMARK_SIZE, INK);
        centred(sheet, second, (middle, TOP + 205.0), REMARK_SIZE, INK);
    }
    schematic.ending_at(TOP + 207.0)
}

/// Two of the ten outputs for every hidden neuron: a fifth.
fn keeps(hidden: usize, output: usize) -> bool {
    const KEPT: [[usize; 2]; HIDDEN] = [[1, 6], [3, 8], [0, 5]];
    KEPT[hidden].contains(&output)
}

/// Figure 8C (arXiv 7C): feedback weights that are the transposed feedforward weights, and the
/// same with normal noise added.
///
/// # Errors
///
/// [`FigureError::Drawing`] and [`FigureError::Encoding`], if a back end fails.
pub fn symmetric_feedback() -> Result<Picture, FigureError> {
    symmetric_feedback_sheet().paint()
}

pub(super) fn symmetric_feedback_sheet() -> Schematic {
    let mut schematic = Schematic::titled(
        "Figure 8C. Symmetric feedback weights",
        "Left, a network whose feedback weights Y are the transpose of its feedforward weights \
         W1, both shown as matrices. Right, the same with noise of a normal distribution, sigma \
         0.05, added: the shades of the matrix Y differ from those of the transpose.",
    );
    let sheet = &mut schematic.sheet;
    for (side, middle) in MIDDLES.into_iter().enumerate() {
        let noisy = side == 1;
        let title = if noisy {
            "symmetric with noise"
        } else {
            "symmetric"
        };
        heading(sheet, title, (middle, TOP + 4.0), REMARK_SIZE, INK);
        let feedback = move |hidden: usize, output: usize| {
            let noise = if noisy {
                0.9 * (weight_like(output + 3, hidden + 4) - 0.5)
            } else {
                0.0
            };
            (weight_like(output, hidden) + noise).clamp(0.0, 1.0)
        };
        draw_network(sheet, middle, OUTPUTS, 21.0, |hidden, output| {
            Some(0.3 + 1.7 * feedback(hidden, output))
        });
        let height = TOP + 166.0;
        let icon = |x: f64, rows, columns, color| MatrixIcon {
            center: (x, height),
            rows,
            columns,
            cell: 9.0,
            color,
        };
        let (left, right) = (middle - 30.0, middle + 26.0);
        icon(left, OUTPUTS, HIDDEN, FEEDFORWARD).draw(sheet, weight_like);
        icon(right, HIDDEN, OUTPUTS, FEEDBACK).draw(sheet, feedback);
        let arrow = [(left + 17.0, height), (right - 21.5, height)];
        Line::arrow(INK, 1.0).draw(sheet, &arrow);
        let below = height + 27.0;
        centred(sheet, r"\b{W}^1", (left, below), SYMBOL_SIZE, FEEDFORWARD);
        centred(sheet, r"\b{Y}", (right, below), SYMBOL_SIZE, FEEDBACK);
        let law = if noisy {
            r"\b{Y} = (\b{W}^1)^T + noise"
        } else {
            r"\b{Y} = (\b{W}^1)^T"
        };
        centred(sheet, law, (middle, below + 15.0), SYMBOL_SIZE, INK);
        if noisy {
            let words = r"normal noise, \i{σ} = 0.05";
            centred(sheet, words, (middle, below + 27.0), REMARK_SIZE, FAINT_INK);
        }
    }
    schematic.ending_at(TOP + 223.0)
}

/// A network of three hidden neurons; `feedback` gives the width of each feedback connection,
/// or none if there is no such connection.
fn draw_network(
    sheet: &mut Sheet,
    middle: f64,
    output_count: usize,
    gap: f64,
    feedback: impl Fn(usize, usize) -> Option<f64>,
) {
    let outputs = row(TOP + 20.0, output_count, middle - 4.0, gap);
    let hidden: Vec<HiddenNeuron> = row(TOP + 20.0 + DROP, HIDDEN, middle - 4.0, 31.0)
        .into_iter()
        .map(|soma| HiddenNeuron::compact(soma, 0.72))
        .collect();
    for neuron in &hidden {
        neuron.draw(sheet, (1.8, 5.0));
    }
    for kept in [false, true] {
        for (to, neuron) in hidden.iter().enumerate() {
            for (from, &output) in outputs.iter().enumerate() {
                let width = feedback(to, from);
                if width.is_some() != kept {
                    continue;
                }
                let share = from as f64 / (output_count as f64 - 1.0);
                let end = neuron.apical_edge(1.5 * (share - 0.5));
                let start = between(output, OUTPUT_RADIUS + 0.5, end, 0.0)[0];
                let line = match width {
                    Some(width) => Line::synapse(FEEDBACK, width, 0.7 + width * 0.4),
                    None => Line::plain(mixed(PAPER, FEEDBACK_PALE, 0.55), 0.35),
                };
                line.draw(sheet, &[start, end]);
            }
        }
    }
    for &output in &outputs {
        point_neuron(sheet, output, OUTPUT_RADIUS, BODY_TINT, BODY);
    }
    draw_forward(sheet, middle, &hidden, outputs[output_count - 1]);
}

/// The feedforward projections: a few arrows, they are not what is compared.
fn draw_forward(sheet: &mut Sheet, middle: f64, hidden: &[HiddenNeuron], last: Place) {
    let axon = hidden[hidden.len() - 1].axon();
    let x = middle + 52.0;
    let end = (last.0 + OUTPUT_RADIUS + 1.0, last.1);
    let way = rounded_path(&[axon, (x, axon.1), (x, end.1), end], 5.0);
    Line::arrow(FEEDFORWARD, 1.2).draw(sheet, &way);
    centred(
        sheet,
        r"\b{W}^1",
        (x - 10.0, axon.1 - 12.0),
        7.0,
        FEEDFORWARD,
    );

    let top = hidden[0].basal_edge(0.0).1 + 13.0;
    let (left, right) = (
        hidden[0].soma.0 - 10.0,
        hidden[hidden.len() - 1].soma.0 + 10.0,
    );
    let bar = rounded_rectangle((left, top), (right, top + 10.0), 5.0);
    sheet.outlined(bar, BODY_TINT, 0.8, BODY);
    centred(sheet, "input", (middle - 4.0, top + 5.0), REMARK_SIZE, BODY);
    for neuron in hidden {
        let basal = neuron.basal_edge(0.0);
        Line::arrow(FEEDFORWARD, 1.2).draw(sheet, &[(basal.0, top), (basal.0, basal.1 + 1.2)]);
    }
    let weights = (f64::midpoint(hidden[1].soma.0, right - 10.0), top - 7.0);
    centred(sheet, r"\b{W}^0", weights, 7.0, FEEDFORWARD);
}
