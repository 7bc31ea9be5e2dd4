//! What holds for the picture of every panel.

use roxmltree::{Document, Node};
use segdend_figures::{Picture, Stamp};

use crate::cases::{TITLE, all};

fn texts<'a>(document: &'a Document<'_>) -> Vec<&'a str> {
    let elements = document
        .descendants()
        .filter(|node| node.has_tag_name("text"));
    elements.filter_map(|node| node.text()).collect()
}

#[test]
fn same_table_same_bytes() {
    for case in all() {
        assert!((case.draw)(None) == (case.draw)(None), "{}", case.name);
    }
}

#[test]
fn every_label_is_text() {
    for case in all() {
        let picture = (case.draw)(None).expect(case.name);
        let document = Document::parse(&picture.svg).expect(case.name);
        let texts = texts(&document);
        for label in case.labels.iter().chain([&TITLE]) {
            assert!(
                texts.contains(label),
                "{}: {label:?} is missing from {texts:?}",
                case.name
            );
        }
    }
}

/// Whether a hyphen stands where a minus sign should: before a digit, after no word or number.
fn has_hyphen_for_minus(text: &str) -> bool {
    let signs: Vec<char> = text.chars().collect();
    (0..signs.len()).any(|at| {
        let follows_word = at > 0 && (signs[at - 1].is_alphanumeric() || signs[at - 1] == ')');
        signs[at] == '-' && !follows_word && signs.get(at + 1).is_some_and(char::is_ascii_digit)
    })
}

#[test]
fn negative_numbers_have_minus_signs() {
    for case in all() {
        let picture = (case.draw)(Some(Stamp::new("from -1 to 1"))).expect(case.name);
        let document = Document::parse(&picture.svg).expect(case.name);
        // The title and the description too: they are read aloud.
        for text in document.descendants().filter_map(|node| node.text()) {
            assert!(!has_hyphen_for_minus(text), "{}: {text:?}", case.name);
        }
        assert!(picture.svg.contains("from −1 to 1"), "{}", case.name);
    }
}

#[test]
fn stamp_is_on_the_face_only_when_given() {
    let words = "quick scale: 5 of 60 epochs";
    for case in all() {
        let stamped = (case.draw)(Some(Stamp::new(words))).expect(case.name);
        let document = Document::parse(&stamped.svg).expect(case.name);
        assert!(texts(&document).contains(&words), "{}", case.name);
        let description = document
            .descendants()
            .find(|node| node.has_tag_name("desc"));
        let description = description.and_then(|node| node.text()).unwrap_or_default();
        assert!(description.contains(words), "{}: {description}", case.name);
        let plain = (case.draw)(None).expect(case.name);
        assert!(!plain.svg.contains("quick scale"), "{}", case.name);
    }
}

#[test]
fn picture_has_a_title_and_a_description() {
    for case in all() {
        let picture = (case.draw)(None).expect(case.name);
        let document = Document::parse(&picture.svg).expect(case.name);
        let root = document.root_element();
        let first: Vec<_> = root.children().filter(Node::is_element).take(2).collect();
        assert_eq!(first[0].text(), Some(TITLE), "{}", case.name);
        assert!(
            first[1].text().is_some_and(|text| text.len() > 40),
            "{}",
            case.name
        );
    }
}

/// The corners of what an element covers.
fn corners(node: &Node<'_, '_>) -> Vec<(f64, f64)> {
    let number = |attribute: &str| -> Option<f64> { node.attribute(attribute)?.parse().ok() };
    match node.tag_name().name() {
        "text" => number("x").zip(number("y")).into_iter().collect(),
        "circle" => {
            let (x, y, r) = (number("cx"), number("cy"), number("r"));
            let (Some(x), Some(y), Some(r)) = (x, y, r) else {
                return vec![(f64::NAN, f64::NAN)];
            };
            vec![(x - r, y - r), (x + r, y + r)]
        }
        "rect" | "image" => {
            let (x, y) = (number("x"), number("y"));
            let (width, height) = (number("width"), number("height"));
            let (Some(x), Some(y), Some(w), Some(h)) = (x, y, width, height) else {
                return vec![(f64::NAN, f64::NAN)];
            };
            vec![(x, y), (x + w, y + h)]
        }
        "polyline" | "polygon" => pairs(node.attribute("points").unwrap_or_default(), ','),
        "path" => {
            let path = node.attribute("d").unwrap_or_default();
            path.split('M')
                .filter_map(|move_to| move_to.strip_suffix("h0"))
                .flat_map(|place| pairs(&place.replace(' ', ","), ','))
                .collect()
        }
        _ => vec![],
    }
}

fn pairs(list: &str, between: char) -> Vec<(f64, f64)> {
    list.split_whitespace()
        .map(|pair| {
            let (x, y) = pair.split_once(between).expect("x,y");
            (x.parse().expect("x"), y.parse().expect("y"))
        })
        .collect()
}

#[test]
fn nothing_stands_outside_the_sheet() {
    for case in all() {
        let picture = (case.draw)(Some(Stamp::new("a stamp"))).expect(case.name);
        let document = Document::parse(&picture.svg).expect(case.name);
        let view = document
            .root_element()
            .attribute("viewBox")
            .expect("a viewBox");
        let view: Vec<f64> = view
            .split(' ')
            .map(|part| part.parse().expect("a number"))
            .collect();
        for node in document.descendants() {
            for (x, y) in corners(&node) {
                assert!(
                    (0.0..=view[2]).contains(&x) && (0.0..=view[3]).contains(&y),
                    "{}: <{}> at {x}, {y} of {view:?}",
                    case.name,
                    node.tag_name().name()
                );
            }
        }
    }
}

#[test]
fn no_text_is_too_small_for_print() {
    for case in all() {
        let picture = (case.draw)(Some(Stamp::new("a stamp"))).expect(case.name);
        let document = Document::parse(&picture.svg).expect(case.name);
        for node in document
            .descendants()
            .filter(|node| node.has_tag_name("text"))
        {
            let size: f64 = node
                .attribute("font-size")
                .and_then(|size| size.parse().ok())
                .expect("a size");
            assert!(size >= 600.0, "{}: {:?} at {size}", case.name, node.text());
        }
    }
}

#[test]
fn png_has_the_size_of_the_svg() {
    for case in all() {
        let picture = (case.draw)(None).expect(case.name);
        let document = Document::parse(&picture.svg).expect(case.name);
        let view = document
            .root_element()
            .attribute("viewBox")
            .expect("a viewBox");
        let view: Vec<f64> = view
            .split(' ')
            .map(|part| part.parse().expect("a number"))
            .collect();
        let reader = png::Decoder::new(picture.png.as_slice()).read_info();
        let reader = reader.expect("a PNG");
        let pixels = |units: f64| units / 100.0 * f64::from(Picture::PIXELS_PER_POINT);
        let info = reader.info();
        assert!(
            (f64::from(info.width) - pixels(view[2])).abs() <= 1.0,
            "{}",
            case.name
        );
        assert!(
            (f64::from(info.height) - pixels(view[3])).abs() <= 1.0,
            "{}",
            case.name
        );
    }
}
