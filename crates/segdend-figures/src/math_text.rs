//! Mathematical text: scripts, accents and changes of type on one line.
//!
//! | markup | what is set |
//! |---|---|
//! | `W^0`, `g_A`, `α^{t}`, `λ_i^C` | scripts; one above the other if both follow the same sign |
//! | `\bar{U}`, `\hat{λ}` | accents, drawn as strokes |
//! | `\b{W}`, `\i{g}` | bold (the paper's vectors and matrices), italic |
//! | `\^`, `\_`, `\\`, `\{`, `\}` | the sign itself |
//!
//! Greek letters and other signs stand in the markup as themselves. A script is never smaller
//! than [`NOTE_SIZE`], so it is legible in print even on a small base.

use crate::sheet::{Anchor, Place, Sheet, TextMark};
use crate::style::{CAP_HEIGHT, Color, NOTE_SIZE};
use crate::text::{Weight, width};

/// Size of a script, as a multiple of its base's.
const SCRIPT_SIZE: f64 = 0.74;
/// How far a superscript's baseline is above its base's, in multiples of the base's size.
const SUPERSCRIPT_RISE: f64 = 0.40;
/// How far a subscript's baseline is below its base's.
const SUBSCRIPT_DROP: f64 = 0.20;
/// White space before a script.
const SCRIPT_GAP: f64 = 0.04;
/// White space under an overline or the foot of a hat, in multiples of the size.
const ACCENT_GAP: f64 = 0.12;
const HAT_RISE: f64 = 0.15;
const HAT_HALF_WIDTH: f64 = 0.19;
const ACCENT_WIDTH: f64 = 0.075;

/// A line of mathematical text; `place` is on the baseline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MathMark<'a> {
    pub(crate) markup: &'a str,
    pub(crate) place: Place,
    pub(crate) size: f64,
    pub(crate) anchor: Anchor,
    /// Of what no markup says otherwise.
    pub(crate) weight: Weight,
    pub(crate) color: Color,
    /// Read from bottom to top.
    pub(crate) upwards: bool,
}

impl Sheet {
    /// A line of mathematical text in regular type; see [`Self::put_math`].
    pub(crate) fn math(
        &mut self,
        markup: &str,
        place: Place,
        size: f64,
        anchor: Anchor,
        color: Color,
    ) {
        self.put_math(&MathMark {
            markup,
            place,
            size,
            anchor,
            weight: Weight::Regular,
            color,
            upwards: false,
        });
    }

    /// A line of mathematical text: a text mark for every change of size or type.
    pub(crate) fn put_math(&mut self, mark: &MathMark<'_>) {
        let line = set(mark.markup, mark.size, mark.weight);
        let start = match mark.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -line.advance / 2.0,
            Anchor::End => -line.advance,
        };
        let at = |(along, rise): Place| {
            if mark.upwards {
                (mark.place.0 - rise, mark.place.1 - start - along)
            } else {
                (mark.place.0 + start + along, mark.place.1 - rise)
            }
        };
        for run in line.runs {
            // A text mark has no white space at its ends: what was measured is skipped instead.
            let text = run.text.trim_start();
            let skipped = &run.text[..run.text.len() - text.len()];
            self.put(TextMark {
                text: text.to_owned(),
                place: at((run.x + width(skipped, run.size, run.weight), run.rise)),
                size: run.size,
                anchor: Anchor::Start,
                weight: run.weight,
                color: mark.color,
                upwards: mark.upwards,
            });
        }
        for accent in line.accents {
            let points = accent.points.into_iter().map(at).collect();
            self.path(points, accent.width, mark.color);
        }
    }
}

/// The width of a line of mathematical text.
pub(crate) fn math_width(markup: &str, size: f64, weight: Weight) -> f64 {
    set(markup, size, weight).advance
}

/// Text of one size and type; `x` from the start, `rise` above the baseline.
struct Run {
    text: String,
    x: f64,
    rise: f64,
    size: f64,
    weight: Weight,
}

struct Accent {
    points: Vec<Place>,
    width: f64,
}

#[derive(Default)]
struct Line {
    runs: Vec<Run>,
    accents: Vec<Accent>,
    advance: f64,
    /// Where the scripts of the sign just set begin, while there may be another.
    scripts_from: Option<f64>,
}

fn set(markup: &str, size: f64, weight: Weight) -> Line {
    let mut line = Line::default();
    let nodes = parse(&mut markup.chars().peekable(), false);
    line.set(&nodes, size, 0.0, weight);
    line
}

impl Line {
    fn set(&mut self, nodes: &[Node], size: f64, rise: f64, weight: Weight) {
        let mut rest = nodes;
        while let Some((first, others)) = rest.split_first() {
            rest = others;
            match first {
                Node::Sign(_) => {
                    let signs = run_of_signs(first, &mut rest);
                    self.scripts_from = None;
                    self.runs.push(Run {
                        x: self.advance,
                        rise,
                        size,
                        weight,
                        text: signs,
                    });
                    let set = &self.runs[self.runs.len() - 1].text;
                    self.advance += width(set, size, weight);
                }
                Node::Typed(other, inner) => self.set(inner, size, rise, *other),
                Node::Accented(accent, inner) => {
                    let (from, first) = (self.advance, self.runs.len());
                    self.set(inner, size, rise, weight);
                    // Above all that is under it, superscripts too.
                    let top = self.runs[first..]
                        .iter()
                        .map(|run| run.rise + CAP_HEIGHT * run.size)
                        .fold(rise, f64::max);
                    let foot = top + ACCENT_GAP * size;
                    self.accent(*accent, (from, self.advance), foot, size);
                    if *accent == AccentKind::Bar {
                        // What follows is seen not to be under the bar.
                        self.advance += SCRIPT_GAP * size;
                    }
                    self.scripts_from = None;
                }
                Node::Script { above, inner } => {
                    let before = self.advance;
                    let from = *self.scripts_from.get_or_insert(before + SCRIPT_GAP * size);
                    let shift = if *above {
                        SUPERSCRIPT_RISE * size
                    } else {
                        -SUBSCRIPT_DROP * size
                    };
                    self.advance = from;
                    let small = (size * SCRIPT_SIZE).max(NOTE_SIZE).min(size);
                    self.set(inner, small, rise + shift, weight);
                    self.advance = self.advance.max(before);
                    self.scripts_from = Some(from);
                }
            }
        }
    }

    fn accent(&mut self, accent: AccentKind, (from, to): (f64, f64), foot: f64, size: f64) {
        let points = match accent {
            AccentKind::Bar => {
                let inset = 0.05 * size;
                vec![(from + inset, foot), (to - inset / 2.0, foot)]
            }
            AccentKind::Hat => {
                let middle = f64::midpoint(from, to);
                let half = HAT_HALF_WIDTH * size;
                vec![
                    (middle - half, foot),
                    (middle, foot + HAT_RISE * size),
                    (middle + half, foot),
                ]
            }
        };
        self.accents.push(Accent {
            points,
            width: ACCENT_WIDTH * size,
        });
    }
}

/// The text of `first` and of all signs that follow it at once, which leave `rest`.
fn run_of_signs(first: &Node, rest: &mut &[Node]) -> String {
    let mut text = String::new();
    let mut next = Some(first);
    while let Some(Node::Sign(sign)) = next {
        text.push(*sign);
        next = rest.first();
        if let Some(Node::Sign(_)) = next {
            *rest = &rest[1..];
        }
    }
    text
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AccentKind {
    Bar,
    Hat,
}

#[derive(Debug, PartialEq)]
enum Node {
    Sign(char),
    Typed(Weight, Vec<Node>),
    Accented(AccentKind, Vec<Node>),
    Script { above: bool, inner: Vec<Node> },
}

type Signs<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn parse(signs: &mut Signs<'_>, in_braces: bool) -> Vec<Node> {
    let mut nodes = Vec::new();
    while let Some(sign) = signs.next() {
        match sign {
            '}' if in_braces => break,
            '^' | '_' => nodes.push(Node::Script {
                above: sign == '^',
                inner: parse_argument(signs),
            }),
            '\\' => nodes.push(parse_command(signs)),
            other => nodes.push(Node::Sign(other)),
        }
    }
    nodes
}

/// What stands in braces, or the next sign.
fn parse_argument(signs: &mut Signs<'_>) -> Vec<Node> {
    match signs.next() {
        Some('{') => parse(signs, true),
        Some(sign) => vec![Node::Sign(sign)],
        None => Vec::new(),
    }
}

fn parse_command(signs: &mut Signs<'_>) -> Node {
    let mut name = String::new();
    while let Some(letter) = signs.next_if(char::is_ascii_alphabetic) {
        name.push(letter);
    }
    match name.as_str() {
        "bar" => Node::Accented(AccentKind::Bar, parse_argument(signs)),
        "hat" => Node::Accented(AccentKind::Hat, parse_argument(signs)),
        "b" => Node::Typed(Weight::Bold, parse_argument(signs)),
        "i" => Node::Typed(Weight::Italic, parse_argument(signs)),
        "" => Node::Sign(signs.next().unwrap_or('\\')),
        // Shown as it stands: a wrong word in a picture is seen, and nothing is lost.
        unknown => Node::Typed(Weight::Regular, signs_of(&format!("\\{unknown}"))),
    }
}

fn signs_of(text: &str) -> Vec<Node> {
    text.chars().map(Node::Sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Mark;
    use crate::style::INK;

    fn texts(markup: &str) -> Vec<(String, f64, f64, Weight)> {
        let mut sheet = Sheet::new(100.0);
        sheet.math(markup, (0.0, 0.0), 10.0, Anchor::Start, INK);
        let text = |mark: &Mark| match mark {
            Mark::Text(text) => Some((text.text.clone(), text.place.0, text.place.1, text.weight)),
            _ => None,
        };
        sheet.marks.iter().filter_map(text).collect()
    }

    #[test]
    fn scripts_of_one_sign_stand_above_each_other() {
        let set = texts("λ_i^C!");
        let words: Vec<_> = set.iter().map(|(text, ..)| text.as_str()).collect();
        assert_eq!(words, ["λ", "i", "C", "!"]);
        assert_eq!(set[1].1, set[2].1);
        assert!(set[1].2 > 0.0 && set[2].2 < 0.0);
        assert!(set[3].1 > set[2].1);
        assert_eq!(set[3].2, 0.0);
    }

    #[test]
    fn scripts_are_never_below_the_least_size() {
        let mut sheet = Sheet::new(100.0);
        sheet.math("W^{01}", (0.0, 0.0), 6.5, Anchor::Start, INK);
        let least = sheet.marks.iter().filter_map(|mark| match mark {
            Mark::Text(text) => Some(text.size),
            _ => None,
        });
        assert!(least.into_iter().all(|size| size >= NOTE_SIZE));
    }

    #[test]
    fn type_changes_and_signs_are_escaped() {
        let set = texts(r"\b{W}^0 \i{a}\_b");
        let words: Vec<_> = set.iter().map(|(text, ..)| text.as_str()).collect();
        assert_eq!(words, ["W", "0", "a", "_b"]);
        assert_eq!(set[0].3, Weight::Bold);
        assert_eq!(set[2].3, Weight::Italic);
    }

    #[test]
    fn middle_and_end_are_measured_with_scripts() {
        let advance = math_width("g_A", 10.0, Weight::Regular);
        let mut sheet = Sheet::new(100.0);
        sheet.math("g_A", (50.0, 0.0), 10.0, Anchor::End, INK);
        let Mark::Text(first) = &sheet.marks[0] else {
            panic!("a text")
        };
        assert!((first.place.0 + advance - 50.0).abs() < 1e-9);
    }

    #[test]
    fn accents_are_strokes_over_their_sign() {
        let mut sheet = Sheet::new(100.0);
        sheet.math(r"\bar{\b{U}}^f", (0.0, 0.0), 10.0, Anchor::Start, INK);
        let strokes = sheet.marks.iter().filter_map(|mark| match mark {
            Mark::Path { points, .. } => Some(points),
            _ => None,
        });
        let strokes: Vec<_> = strokes.collect();
        assert_eq!(strokes.len(), 1);
        assert!(strokes[0].iter().all(|point| point.1 < -10.0 * CAP_HEIGHT));
    }

    #[test]
    fn accents_are_above_the_scripts_under_them() {
        let mut sheet = Sheet::new(100.0);
        sheet.math(r"\bar{λ^U}", (0.0, 0.0), 10.0, Anchor::Start, INK);
        let script_top = -10.0 * (SUPERSCRIPT_RISE + SCRIPT_SIZE * CAP_HEIGHT);
        let over = sheet.marks.iter().any(|mark| match mark {
            Mark::Path { points, .. } => points.iter().all(|point| point.1 < script_top),
            _ => false,
        });
        assert!(over);
    }

    #[test]
    fn upwards_runs_rise_along_the_sheet() {
        let mut sheet = Sheet::new(100.0);
        sheet.put_math(&MathMark {
            markup: "A^f",
            place: (50.0, 50.0),
            size: 10.0,
            anchor: Anchor::Start,
            weight: Weight::Regular,
            color: INK,
            upwards: true,
        });
        let places: Vec<_> = sheet
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Text(text) => Some(text.place),
                _ => None,
            })
            .collect();
        assert_eq!(places[0], (50.0, 50.0));
        assert!(places[1].0 < 50.0 && places[1].1 < 50.0);
    }
}
