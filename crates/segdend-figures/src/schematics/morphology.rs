//! Pyramidal neurons as they look: tapering, branching dendrites round a soma, and an axon.

use crate::outlines::{bezier, distance};
use crate::sheet::{Place, Sheet};
use crate::style::Color;

/// One that lets few dendrites cross.
const SEED: u32 = 7;

/// How a tree of dendrites grows. Angles are in degrees, 0 to the right, 90 upwards.
#[derive(Debug, Clone, Copy)]
struct Growth {
    angle: f64,
    length: f64,
    width: f64,
    /// How often it still divides.
    divisions: u32,
    /// Angle between two daughters.
    fork: f64,
    /// Where it is drawn to while it grows, and how strongly.
    toward: f64,
    pull: f64,
}

/// A pyramidal neuron; at scale 1 it is about 190 points high above its soma's base and 90 wide.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pyramidal {
    /// The middle of the soma.
    pub(super) soma: Place,
    pub(super) scale: f64,
    /// Length of the apical trunk at scale 1.
    pub(super) trunk: f64,
    pub(super) color: Color,
}

impl Pyramidal {
    pub(super) fn at(&self, x: f64, y: f64) -> Place {
        (self.soma.0 + x * self.scale, self.soma.1 + y * self.scale)
    }

    /// Where the trunk divides into the tuft.
    pub(super) fn fork(&self) -> Place {
        self.at(2.0, -12.0 - self.trunk)
    }

    pub(super) fn draw(&self, sheet: &mut Sheet) {
        let mut chance = Chance(SEED);
        self.draw_apical(sheet, &mut chance);
        self.draw_basal(sheet, &mut chance);
        self.draw_soma(sheet);
    }

    fn draw_apical(&self, sheet: &mut Sheet, chance: &mut Chance) {
        let (foot, fork) = (self.at(0.0, -9.0), self.fork());
        let height = self.trunk;
        let trunk = bezier([
            foot,
            self.at(-0.5, -9.0 - height * 0.35),
            self.at(2.6, -9.0 - height * 0.65),
            fork,
        ]);
        for (share, angle, length) in [
            (0.20, 152.0, 17.0),
            (0.27, 30.0, 19.0),
            (0.40, 145.0, 18.0),
            (0.50, 38.0, 17.0),
            (0.64, 140.0, 13.0),
            (0.74, 45.0, 12.0),
        ] {
            let place = trunk[(share * (trunk.len() - 1) as f64) as usize];
            let oblique = Growth {
                angle,
                length: length * self.scale,
                width: 1.25 * self.scale,
                divisions: 1,
                fork: 42.0,
                toward: 90.0,
                pull: 0.16,
            };
            self.grow(sheet, place, oblique, chance);
        }
        taper(
            sheet,
            &trunk,
            4.6 * self.scale,
            2.5 * self.scale,
            self.color,
        );
        for (angle, length) in [(128.0, 15.0), (58.0, 16.0)] {
            let limb = Growth {
                angle,
                length: length * self.scale,
                width: 2.1 * self.scale,
                divisions: 3,
                fork: 44.0,
                toward: 90.0,
                pull: 0.10,
            };
            self.grow(sheet, fork, limb, chance);
        }
    }

    fn draw_basal(&self, sheet: &mut Sheet, chance: &mut Chance) {
        for (x, y, angle, length) in [
            (-8.0, 4.0, 194.0, 16.0),
            (-7.0, 7.0, 226.0, 16.0),
            (-2.5, 8.0, 256.0, 15.0),
            (4.0, 8.0, 287.0, 15.0),
            (7.5, 6.5, 317.0, 16.0),
            (8.0, 4.0, 347.0, 16.0),
        ] {
            let root = Growth {
                angle,
                length: length * self.scale,
                width: 2.0 * self.scale,
                divisions: 2,
                fork: 33.0,
                toward: 270.0,
                pull: 0.08,
            };
            self.grow(sheet, self.at(x, y), root, chance);
        }
    }

    fn draw_soma(&self, sheet: &mut Sheet) {
        let sides = [
            [(-2.1, -15.0), (-3.6, -7.0), (-6.5, -1.5), (-9.0, 3.2)],
            [(-9.0, 3.2), (-10.6, 6.6), (-8.2, 8.8), (-5.0, 8.9)],
            [(-5.0, 8.9), (-1.5, 9.8), (2.5, 9.8), (5.4, 8.9)],
            [(5.4, 8.9), (8.8, 8.6), (10.6, 6.2), (9.0, 3.2)],
            [(9.0, 3.2), (6.3, -1.5), (3.4, -7.0), (2.1, -15.0)],
        ];
        let outline = sides
            .into_iter()
            .flat_map(|side| bezier(side.map(|(x, y)| self.at(x, y))))
            .collect();
        sheet.area(outline, self.color);
    }

    /// The axon's way, from the soma's base downwards.
    pub(super) fn axon(&self, length: f64) -> Vec<Place> {
        bezier([
            self.at(0.8, 8.0),
            self.at(2.6, 8.0 + length * 0.35),
            self.at(-0.6, 8.0 + length * 0.65),
            self.at(1.0, 8.0 + length),
        ])
    }

    fn grow(&self, sheet: &mut Sheet, from: Place, growth: Growth, chance: &mut Chance) {
        let turned = growth.angle + growth.pull * shortest_turn(growth.angle, growth.toward);
        let bend = 16.0 * (chance.next() - 0.5);
        let step = |angle: f64, length: f64| {
            let radians = angle.to_radians();
            (length * radians.cos(), -length * radians.sin())
        };
        let (first, second) = (
            step(growth.angle, growth.length / 3.0),
            step(turned + bend, growth.length / 3.0),
        );
        let last = step(turned, growth.length / 3.0);
        let one = (from.0 + first.0, from.1 + first.1);
        let two = (one.0 + second.0, one.1 + second.1);
        let end = (two.0 + last.0, two.1 + last.1);
        let thinner = growth.width * 0.72;
        let tip = if growth.divisions == 0 {
            0.45 * self.scale
        } else {
            thinner
        };
        taper(
            sheet,
            &bezier([from, one, two, end]),
            growth.width,
            tip,
            self.color,
        );
        if growth.divisions == 0 {
            return;
        }
        for side in [-1.0, 1.0] {
            let spread = growth.fork * (0.40 + 0.30 * chance.next());
            let daughter = Growth {
                angle: turned + side * spread,
                length: growth.length * (0.74 + 0.24 * chance.next()),
                width: thinner,
                divisions: growth.divisions - 1,
                fork: growth.fork * 0.9,
                ..growth
            };
            self.grow(sheet, end, daughter, chance);
        }
    }
}

/// A stroke whose width changes evenly from one end to the other, with round ends.
pub(super) fn taper(sheet: &mut Sheet, points: &[Place], from: f64, to: f64, color: Color) {
    let whole: f64 = points
        .windows(2)
        .map(|ends| distance(ends[0], ends[1]))
        .sum();
    let mut along = 0.0;
    let mut left = Vec::new();
    let mut right = Vec::new();
    for (index, &point) in points.iter().enumerate() {
        let before = points[index.saturating_sub(1)];
        let after = points[(index + 1).min(points.len() - 1)];
        along += distance(before, point);
        let half = (from + (to - from) * along / whole.max(1e-9)) / 2.0;
        let step = distance(before, after).max(1e-9);
        let aside = (
            -(after.1 - before.1) / step * half,
            (after.0 - before.0) / step * half,
        );
        left.push((point.0 + aside.0, point.1 + aside.1));
        right.push((point.0 - aside.0, point.1 - aside.1));
    }
    right.reverse();
    left.extend(right);
    sheet.area(left, color);
    sheet.disc(points[0], from / 2.0, color);
    sheet.disc(points[points.len() - 1], to / 2.0, color);
}

/// The turn from one angle to another, in degrees from -180 to 180.
fn shortest_turn(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

/// Numbers from 0 to 1 without a pattern that is seen; the same in every drawing.
struct Chance(u32);

impl Chance {
    fn next(&mut self) -> f64 {
        // The constants of Numerical Recipes' quick generator; the upper bits are good enough.
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.0 >> 8) / f64::from(1_u32 << 24)
    }
}
