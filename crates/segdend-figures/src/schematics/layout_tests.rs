//! Promise: in every schematic all marks lie on the sheet, all text is legible in print, no two
//! texts overlap, and no line runs through a text.
//!
//! Alone: `cargo test -p segdend-figures --lib schematics`.

use super::frame::Schematic;
use super::{
    ALL, attenuation, credit, depths, experiment, feedback_weights, losses, network, neuron_model,
    pathways,
};
use crate::outlines::distance;
use crate::sheet::{Anchor, Mark, Place, TextMark};
use crate::style::{CAP_HEIGHT, COLUMN_WIDTH, DESCENT, MARGIN, NOTE_SIZE};
use crate::text::width;

type LayOut = fn() -> Schematic;

const SHEETS: &[(&str, LayOut)] = &[
    ("fig1a", credit::credit_assignment_sheet),
    ("fig1b", credit::weight_transport_sheet),
    ("fig2a", pathways::separate_feedback_pathway_sheet),
    ("fig2b", pathways::segregated_dendrites_sheet),
    ("fig3a", neuron_model::pyramidal_neuron_sheet),
    ("fig3b", network::network_architecture_sheet),
    ("fig5a", losses::local_losses_sheet),
    ("fig6a", depths::three_networks_sheet),
    ("fig8a", feedback_weights::sparse_feedback_sheet),
    ("fig8c", feedback_weights::symmetric_feedback_sheet),
    ("fig9a", attenuation::apical_attenuation_sheet),
    ("fig10a", experiment::proposed_experiment_sheet),
];

/// What a text covers, in points.
#[derive(Debug, Clone, Copy)]
struct Extent {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Extent {
    fn of(text: &TextMark) -> Self {
        let advance = width(&text.text, text.size, text.weight);
        let start = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -advance / 2.0,
            Anchor::End => -advance,
        };
        let hangs = text.text.contains(|sign| "gjpqy(),ℓ‖".contains(sign));
        let (rise, drop) = (
            CAP_HEIGHT * text.size,
            if hangs { DESCENT * text.size } else { 0.0 },
        );
        let (x, y) = text.place;
        if text.upwards {
            Self {
                left: x - rise,
                top: y - start - advance,
                right: x + drop,
                bottom: y - start,
            }
        } else {
            Self {
                left: x + start,
                top: y - rise,
                right: x + start + advance,
                bottom: y + drop,
            }
        }
    }

    /// By how much two extents overlap in the direction in which they overlap less.
    fn overlap(&self, other: &Self) -> f64 {
        let across = self.right.min(other.right) - self.left.max(other.left);
        let down = self.bottom.min(other.bottom) - self.top.max(other.top);
        across.min(down)
    }

    fn holds(&self, (x, y): Place, margin: f64) -> bool {
        (self.left - margin..=self.right + margin).contains(&x)
            && (self.top - margin..=self.bottom + margin).contains(&y)
    }
}

fn texts(schematic: &Schematic) -> Vec<(usize, &TextMark)> {
    let marks = schematic.sheet.marks.iter().enumerate();
    marks
        .filter_map(|(index, mark)| match mark {
            Mark::Text(text) => Some((index, text)),
            _ => None,
        })
        .collect()
}

#[test]
fn every_panel_is_tested_here() {
    let listed: Vec<_> = ALL.iter().map(|(name, _)| *name).collect();
    let tested: Vec<_> = SHEETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(listed, tested);
}

#[test]
fn every_mark_is_on_the_sheet() {
    for (name, sheet) in SHEETS {
        let schematic = sheet();
        let size = (schematic.sheet.width, schematic.sheet.height);
        assert_eq!(size.0, COLUMN_WIDTH, "{name}");
        let within = |(x, y): Place, margin: f64| {
            (margin..=size.0 - margin).contains(&x) && (margin..=size.1 - margin).contains(&y)
        };
        for mark in &schematic.sheet.marks {
            let inside = match mark {
                Mark::Path { points, width, .. } => {
                    points.iter().all(|&point| within(point, width / 2.0))
                }
                Mark::Area { points, .. } => points.iter().all(|&point| within(point, 0.0)),
                Mark::Block { from, to, .. } => within(*from, 0.0) && within(*to, 0.0),
                Mark::Disc { center, radius, .. } => within(*center, *radius),
                Mark::Text(text) => {
                    let extent = Extent::of(text);
                    // Text keeps to the margins, as the titles of all panels do.
                    let margin = MARGIN - 0.6;
                    within((extent.left, extent.top), margin)
                        && within((extent.right, extent.bottom), margin)
                }
                _ => true,
            };
            assert!(inside, "{name}: {mark:?} is not within {size:?}");
        }
    }
}

#[test]
fn text_is_legible_in_print() {
    for (name, sheet) in SHEETS {
        for (_, text) in texts(&sheet()) {
            assert!(text.size >= NOTE_SIZE, "{name}: {text:?}");
        }
    }
}

#[test]
fn no_two_texts_overlap() {
    for (name, sheet) in SHEETS {
        let schematic = sheet();
        let texts = texts(&schematic);
        for (index, (_, one)) in texts.iter().enumerate() {
            for (_, other) in &texts[index + 1..] {
                let overlap = Extent::of(one).overlap(&Extent::of(other));
                // A script may come this close to the one under it.
                assert!(overlap < 0.35, "{name}: {one:?} and {other:?} by {overlap}");
            }
        }
    }
}

#[test]
fn no_line_runs_through_a_text() {
    for (name, sheet) in SHEETS {
        let schematic = sheet();
        let marks = &schematic.sheet.marks;
        for (at, text) in texts(&schematic) {
            let extent = Extent::of(text);
            for (index, mark) in marks.iter().enumerate() {
                let Mark::Path { points, width, .. } = mark else {
                    continue;
                };
                // Accents are strokes too, but they stand above what they belong to.
                let crosses = walk(points).any(|place| extent.holds(place, width / 2.0 - 0.2));
                let hidden = index < at && covered(&marks[index..at], extent);
                assert!(
                    !crosses || hidden,
                    "{name}: {:?} at {:?} is crossed by {mark:?}",
                    text.text,
                    text.place
                );
            }
        }
    }
}

/// Places along a path, close together.
fn walk(points: &[Place]) -> impl Iterator<Item = Place> + '_ {
    points.windows(2).flat_map(|ends| {
        let steps = (distance(ends[0], ends[1]) / 0.3).ceil().max(1.0) as usize;
        (0..=steps).map(move |step| {
            let share = step as f64 / steps as f64;
            (
                ends[0].0 + share * (ends[1].0 - ends[0].0),
                ends[0].1 + share * (ends[1].1 - ends[0].1),
            )
        })
    })
}

/// Whether one of the marks, an area or a disc, lies under the whole of a text.
fn covered(marks: &[Mark], extent: Extent) -> bool {
    let corners = [
        (extent.left, extent.top),
        (extent.right, extent.top),
        (extent.left, extent.bottom),
        (extent.right, extent.bottom),
    ];
    marks.iter().any(|mark| match mark {
        Mark::Area { points, .. } => corners.iter().all(|&corner| winds(points, corner)),
        Mark::Disc { center, radius, .. } => corners
            .iter()
            .all(|&corner| distance(corner, *center) <= *radius),
        _ => false,
    })
}

/// Whether a place is within a closed outline.
fn winds(outline: &[Place], (x, y): Place) -> bool {
    let edges = outline
        .iter()
        .zip(outline.iter().cycle().skip(1))
        .filter(|(from, to)| (from.1 <= y) != (to.1 <= y));
    let left =
        edges.filter(|(from, to)| from.0 + (y - from.1) / (to.1 - from.1) * (to.0 - from.0) < x);
    left.count() % 2 == 1
}
