//! Panels to draw, and an SVG read back into what it shows.

use roxmltree::{Document, Node};
use segdend_figures::{Color, ComparisonNote, ErrorCurves, ErrorSeries, Stamp};

pub fn three_networks() -> ErrorCurves {
    let series = |name: &str, color, trained: &[f64], finals: &[f64], reported| ErrorSeries {
        name: name.into(),
        color,
        errors_percent: std::iter::once(90.25)
            .chain(trained.iter().copied())
            .collect(),
        final_errors_percent: finals.to_vec(),
        reported_final_percent: Some(reported),
    };
    ErrorCurves {
        title: "Three networks".into(),
        series: vec![
            series(
                "shallow",
                Color::SHALLOW,
                &[11.2, 9.5, 8.77],
                &[8.6, 8.8, 8.7],
                8.3,
            ),
            series(
                "one hidden",
                Color::ONE_HIDDEN_LAYER,
                &[7.4, 5.6, 4.61],
                &[4.5, 4.7],
                4.1,
            ),
            series(
                "two hidden",
                Color::TWO_HIDDEN_LAYERS,
                &[7.0, 5.0, 3.53],
                &[3.4, 3.6],
                3.2,
            ),
        ],
        comparisons_heading: Some("two-tailed".into()),
        comparisons: vec![ComparisonNote {
            first: 0,
            second: 2,
            text: "t(38) = -9.9".into(),
        }],
        stamp: Some(Stamp::new("quick scale: 3 of 60 epochs")),
    }
}

/// What the elements of an SVG say, found by parsing it.
pub struct Seen<'a, 'input> {
    pub document: &'a Document<'input>,
}

impl<'a, 'input> Seen<'a, 'input> {
    pub fn texts(&self) -> Vec<&'a str> {
        self.elements("text")
            .filter_map(|node| node.text())
            .collect()
    }

    pub fn elements(
        &self,
        tag: &'static str,
    ) -> impl Iterator<Item = Node<'a, 'input>> + use<'a, 'input, '_> {
        self.document
            .descendants()
            .filter(move |node| node.has_tag_name(tag))
    }

    /// The points of the polyline with the most points in this colour.
    pub fn curve(&self, color: Color) -> Vec<(f64, f64)> {
        self.elements("polyline")
            .filter(|node| node.attribute("stroke") == Some(color.to_hex().as_str()))
            // The diamond of the reported mean has six points and a thinner line.
            .filter(|node| node.attribute("stroke-width") == Some("100"))
            .map(|node| points(&node))
            .max_by_key(Vec::len)
            .expect("a curve in this colour")
    }

    /// The middle of the text with these words.
    pub fn middle_of(&self, words: &str) -> (f64, f64) {
        let node = self
            .elements("text")
            .find(|node| node.text() == Some(words))
            .unwrap_or_else(|| panic!("{words:?} is missing"));
        assert_eq!(node.attribute("text-anchor"), Some("middle"));
        let rise = (0.76 - 0.73 / 2.0) * number(&node, "font-size");
        (number(&node, "x"), number(&node, "y") + rise)
    }

    /// The dot at the mean of the tests in this colour; curves of so few epochs have larger ones.
    pub fn mean_dot(&self, color: Color) -> (f64, f64) {
        let color = color.to_hex();
        let node = self
            .elements("circle")
            .filter(|node| node.attribute("fill") == Some(color.as_str()))
            .min_by(|one, other| number(one, "r").total_cmp(&number(other, "r")))
            .expect("a dot in this colour");
        (number(&node, "cx"), number(&node, "cy"))
    }

    /// The middle of the diamond in this colour.
    pub fn diamond(&self, color: Color) -> (f64, f64) {
        let color = color.to_hex();
        let corners = self
            .elements("polyline")
            .filter(|node| node.attribute("stroke") == Some(color.as_str()))
            .map(|node| points(&node))
            .find(|corners| corners.len() == 6)
            .expect("a diamond in this colour");
        let middle =
            |along: fn(&(f64, f64)) -> f64| corners[..4].iter().map(along).sum::<f64>() / 4.0;
        (middle(|corner| corner.0), middle(|corner| corner.1))
    }

    /// Takes a place on the sheet to epoch and percent, by the tick labels.
    pub fn data(&self, place: (f64, f64)) -> (f64, f64) {
        let marks = |anchor: &str| -> Vec<(f64, f64, f64)> {
            self.elements("text")
                .filter(|node| node.attribute("text-anchor") == Some(anchor))
                .filter_map(|node| {
                    let value = node.text()?.parse().ok()?;
                    Some((number(&node, "x"), number(&node, "y"), value))
                })
                .collect()
        };
        let along = |marks: &[(f64, f64)], at: f64| {
            let ((from, low), (to, high)) = (marks[0], marks[marks.len() - 1]);
            low + (at - from) / (to - from) * (high - low)
        };
        let x: Vec<_> = marks("middle")
            .into_iter()
            .map(|(x, _, value)| (x, value))
            .collect();
        let y: Vec<_> = marks("end")
            .into_iter()
            .map(|(_, y, value)| (y, value))
            .collect();
        // A tick's label is centred on it: its box begins this much above, in units of the SVG.
        let label_rise = (0.76 - 0.73 / 2.0) * 650.0;
        (along(&x, place.0), along(&y, place.1 - label_rise))
    }
}

pub fn number(node: &Node<'_, '_>, attribute: &str) -> f64 {
    node.attribute(attribute)
        .and_then(|value| value.parse().ok())
        .expect("a number")
}

pub fn points(node: &Node<'_, '_>) -> Vec<(f64, f64)> {
    let list = node.attribute("points").expect("points");
    list.split_whitespace()
        .map(|pair| {
            let (x, y) = pair.split_once(',').expect("x,y");
            (x.parse().expect("x"), y.parse().expect("y"))
        })
        .collect()
}
