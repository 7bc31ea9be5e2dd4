//! The simplified neurons: three compartments in the hidden layers, two in the output layer.

use crate::outlines::{arc, bezier};
use crate::sheet::{Place, Sheet};
use crate::style::Color;

use super::palette::{BODY, BODY_TINT, FEEDBACK, FEEDBACK_TINT, FEEDFORWARD, FEEDFORWARD_TINT};
use super::words::centred;

const OUTLINE: f64 = 0.9;

/// The colours of the compartments that can show activity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fills {
    pub(super) apical: Color,
    pub(super) soma: Color,
}

/// A hidden neuron: apical compartment above, soma, basal compartment below.
///
/// At scale 1 it is about 26 points wide and 68 high.
#[derive(Debug, Clone, Copy)]
pub(super) struct HiddenNeuron {
    /// The middle of the soma.
    pub(super) soma: Place,
    pub(super) scale: f64,
    /// How much farther than usual the apical and the basal compartment are from the soma, at
    /// scale 1.
    pub(super) farther: (f64, f64),
}

impl HiddenNeuron {
    pub(super) fn compact(soma: Place, scale: f64) -> Self {
        Self {
            soma,
            scale,
            farther: (0.0, 0.0),
        }
    }

    pub(super) fn at(&self, x: f64, y: f64) -> Place {
        (self.soma.0 + x * self.scale, self.soma.1 + y * self.scale)
    }

    pub(super) fn apical(&self) -> Place {
        self.at(0.0, -27.0 - self.farther.0)
    }

    pub(super) fn basal(&self) -> Place {
        self.at(0.0, 24.0 + self.farther.1)
    }

    /// The place on the apical compartment's upper edge, `aside` from -1 to 1.
    pub(super) fn apical_edge(&self, aside: f64) -> Place {
        let rise = 7.5 * (1.0 - aside * aside).sqrt();
        self.at(11.0 * aside, -27.0 - self.farther.0 - rise)
    }

    /// The place on the basal compartment's lower edge, `aside` from -1 to 1.
    pub(super) fn basal_edge(&self, aside: f64) -> Place {
        let drop = 7.5 * (1.0 - aside * aside).sqrt();
        self.at(13.0 * aside, 24.0 + self.farther.1 + drop)
    }

    /// Where the axon leaves the soma, on the right.
    pub(super) fn axon(&self) -> Place {
        self.at(10.9, 6.5)
    }

    /// Draws the compartments; necks have these widths (apical, basal), none if 0.
    pub(super) fn draw(&self, sheet: &mut Sheet, necks: (f64, f64)) {
        let fills = Fills {
            apical: FEEDBACK_TINT,
            soma: BODY_TINT,
        };
        self.draw_filled(sheet, necks, fills);
    }

    /// As [`Self::draw`], with a soma and an apical compartment that show how active they are.
    pub(super) fn draw_filled(
        &self,
        sheet: &mut Sheet,
        (apical_neck, basal_neck): (f64, f64),
        fills: Fills,
    ) {
        for (from, to, width) in [
            (self.apical(), self.soma, apical_neck),
            (self.soma, self.basal(), basal_neck),
        ] {
            if width > 0.0 {
                sheet.path(vec![from, to], width * self.scale, BODY);
            }
        }
        ellipse(
            sheet,
            self.apical(),
            self.scaled((11.0, 7.5)),
            fills.apical,
            FEEDBACK,
        );
        ellipse(
            sheet,
            self.basal(),
            self.scaled((13.0, 7.5)),
            FEEDFORWARD_TINT,
            FEEDFORWARD,
        );
        soma(sheet, self.soma, self.scale, fills.soma, BODY);
    }

    /// Writes the symbols of the three voltages, from above to below.
    pub(super) fn name(&self, sheet: &mut Sheet, symbols: [&str; 3], size: f64) {
        centred(sheet, symbols[0], self.apical(), size, FEEDBACK.for_text());
        // A triangle's weight is lower than the middle of its height.
        centred(sheet, symbols[1], self.at(0.0, 1.5), size, BODY.for_text());
        centred(
            sheet,
            symbols[2],
            self.basal(),
            size,
            FEEDFORWARD.for_text(),
        );
    }

    fn scaled(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (x * self.scale, y * self.scale)
    }
}

/// An output neuron: soma above its one dendrite.
#[derive(Debug, Clone, Copy)]
pub(super) struct OutputNeuron {
    /// The middle of the soma.
    pub(super) soma: Place,
    pub(super) scale: f64,
}

impl OutputNeuron {
    pub(super) fn at(&self, x: f64, y: f64) -> Place {
        (self.soma.0 + x * self.scale, self.soma.1 + y * self.scale)
    }

    pub(super) fn dendrite(&self) -> Place {
        self.at(0.0, 28.0)
    }

    /// The place on the dendrite's lower edge, `aside` from -1 to 1.
    pub(super) fn dendrite_edge(&self, aside: f64) -> Place {
        self.at(13.0 * aside, 28.0 + 7.5 * (1.0 - aside * aside).sqrt())
    }

    /// Where the axon leaves the soma, on the left: feedback goes back from here.
    pub(super) fn axon(&self) -> Place {
        self.at(-10.9, 6.5)
    }

    pub(super) fn draw(&self, sheet: &mut Sheet, neck: f64) {
        sheet.path(vec![self.soma, self.dendrite()], neck * self.scale, BODY);
        let radii = (13.0 * self.scale, 7.5 * self.scale);
        ellipse(sheet, self.dendrite(), radii, FEEDFORWARD_TINT, FEEDFORWARD);
        soma(sheet, self.soma, self.scale, BODY_TINT, BODY);
    }

    /// Writes the symbols of the two voltages, from above to below.
    pub(super) fn name(&self, sheet: &mut Sheet, symbols: [&str; 2], size: f64) {
        centred(sheet, symbols[0], self.at(0.0, 1.5), size, BODY.for_text());
        centred(
            sheet,
            symbols[1],
            self.dendrite(),
            size,
            FEEDFORWARD.for_text(),
        );
    }
}

/// A filled, outlined ellipse.
pub(super) fn ellipse(
    sheet: &mut Sheet,
    center: Place,
    radii: (f64, f64),
    fill: Color,
    edge: Color,
) {
    let outline = arc(center, radii, 0.0, std::f64::consts::TAU);
    sheet.outlined(outline, fill, OUTLINE, edge);
}

/// The soma of a pyramidal neuron: a triangle with soft corners, apex above.
pub(super) fn soma(sheet: &mut Sheet, center: Place, scale: f64, fill: Color, edge: Color) {
    let at = |x: f64, y: f64| (center.0 + x * scale, center.1 + y * scale);
    let sides = [
        [
            at(-1.6, -10.4),
            at(-1.0, -11.8),
            at(1.0, -11.8),
            at(1.6, -10.4),
        ],
        [at(1.6, -10.4), at(4.4, -4.4), at(8.0, 1.0), at(10.2, 5.6)],
        [at(10.2, 5.6), at(11.2, 7.8), at(9.8, 9.0), at(7.8, 9.0)],
        [at(7.8, 9.0), at(3.0, 9.4), at(-3.0, 9.4), at(-7.8, 9.0)],
        [at(-7.8, 9.0), at(-9.8, 9.0), at(-11.2, 7.8), at(-10.2, 5.6)],
        [
            at(-10.2, 5.6),
            at(-8.0, 1.0),
            at(-4.4, -4.4),
            at(-1.6, -10.4),
        ],
    ];
    let outline = sides.into_iter().flat_map(bezier).collect();
    sheet.outlined(outline, fill, OUTLINE, edge);
}
