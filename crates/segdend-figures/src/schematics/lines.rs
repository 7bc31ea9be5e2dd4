//! Connections: lines with an arrow head, a bouton or nothing at their end.

use crate::outlines::{distance, toward};
use crate::sheet::{Place, Sheet};
use crate::style::Color;

/// What a connection ends in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    /// An arrow head whose tip is at the last point.
    Head,
    /// A synapse: a disc of this radius round the last point.
    Bouton(f64),
    /// A bar across the last point: what holds a neuron down.
    Bar,
    Plain,
}

/// How a connection is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) color: Color,
    pub(super) width: f64,
    pub(super) end: End,
    /// Lengths drawn and left out, if it is dashed.
    pub(super) dash: Option<(f64, f64)>,
}

impl Line {
    pub(super) const fn plain(color: Color, width: f64) -> Self {
        Self {
            color,
            width,
            end: End::Plain,
            dash: None,
        }
    }

    pub(super) const fn arrow(color: Color, width: f64) -> Self {
        Self {
            end: End::Head,
            ..Self::plain(color, width)
        }
    }

    pub(super) const fn synapse(color: Color, width: f64, radius: f64) -> Self {
        Self {
            end: End::Bouton(radius),
            ..Self::plain(color, width)
        }
    }

    pub(super) const fn inhibition(color: Color, width: f64) -> Self {
        Self {
            end: End::Bar,
            ..Self::plain(color, width)
        }
    }

    pub(super) const fn dashed(self) -> Self {
        Self {
            dash: Some((2.2, 1.6)),
            ..self
        }
    }

    /// Draws the connection along `points`.
    pub(super) fn draw(&self, sheet: &mut Sheet, points: &[Place]) {
        let shaft = match self.end {
            // The shaft ends within the head, or its corners would show beside the tip.
            End::Head => shortened(points, self.head_length() * 0.7),
            End::Bouton(_) | End::Bar | End::Plain => points.to_vec(),
        };
        match self.dash {
            Some(dash) => sheet.dashed(&shaft, dash, self.width, self.color),
            None => sheet.path(shaft, self.width, self.color),
        }
        let Some(&tip) = points.last() else {
            return;
        };
        match self.end {
            End::Head => self.draw_head(sheet, points, tip),
            End::Bouton(radius) => sheet.disc(tip, radius, self.color),
            End::Bar => {
                let back = shortened(points, 1.0).last().copied().unwrap_or(tip);
                let aside = (3.0 * (tip.1 - back.1), -3.0 * (tip.0 - back.0));
                let ends = [
                    (tip.0 + aside.0, tip.1 + aside.1),
                    (tip.0 - aside.0, tip.1 - aside.1),
                ];
                sheet.path(ends.to_vec(), self.width, self.color);
            }
            End::Plain => {}
        }
    }

    /// Draws the connection with an arrow head at either end.
    pub(super) fn draw_both_ways(&self, sheet: &mut Sheet, points: &[Place]) {
        let mut backwards = points.to_vec();
        backwards.reverse();
        let inner = shortened(&backwards, self.head_length() * 0.7);
        let mut forwards = inner;
        forwards.reverse();
        self.draw(sheet, &forwards);
        self.draw_head(sheet, &backwards, points[0]);
    }

    fn head_length(&self) -> f64 {
        2.6 + 2.0 * self.width
    }

    fn draw_head(&self, sheet: &mut Sheet, points: &[Place], tip: Place) {
        let length = self.head_length();
        let trimmed = shortened(points, length);
        let Some(&back) = trimmed.last() else {
            return;
        };
        let along = distance(back, tip).max(1e-9);
        let direction = ((tip.0 - back.0) / along, (tip.1 - back.1) / along);
        let half = length * 0.36;
        let corner = |inset: f64, side: f64| {
            (
                tip.0 - direction.0 * inset - direction.1 * side,
                tip.1 - direction.1 * inset + direction.0 * side,
            )
        };
        sheet.area(
            vec![
                tip,
                corner(length, half),
                corner(length * 0.78, 0.0),
                corner(length, -half),
            ],
            self.color,
        );
    }
}

/// The path without the last `length` points of its way.
pub(super) fn shortened(points: &[Place], length: f64) -> Vec<Place> {
    let mut kept = points.to_vec();
    let mut left = length;
    while kept.len() > 1 {
        let (before, last) = (kept[kept.len() - 2], kept[kept.len() - 1]);
        let step = distance(before, last);
        if step > left {
            let end = kept.len() - 1;
            kept[end] = toward(last, before, left);
            break;
        }
        left -= step;
        kept.pop();
    }
    kept
}
