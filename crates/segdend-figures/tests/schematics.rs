//! Promise: every schematic has the labels that the paper's text and legend name, as text that
//! can be read and searched; drawing it twice gives the same bytes; both formats are well formed.
//!
//! Alone: `cargo test -p segdend-figures --test schematics`.

use roxmltree::Document;
use segdend_figures::schematics::{self, ALL};
use segdend_figures::{Color, Picture};

/// Labels of every panel, scripts in a row with their base.
const LABELS: &[(&str, &[&str])] = &[
    (
        "fig1a",
        &[
            "credit",
            "this synapse?",
            "link it to the output",
            "sensory",
            "L",
        ],
    ),
    (
        "fig1b",
        &[
            "W0",
            "W1",
            "(W1)T",
            "ΔW0",
            "δ",
            "weight transport",
            "forward",
            "backward",
        ],
    ),
    (
        "fig2a",
        &[
            "δ",
            "feedforward",
            "feedback pathway",
            "target",
            "output",
            "hidden",
            "input",
        ],
    ),
    (
        "fig2b",
        &["δ", "apical", "basal", "feedforward", "feedback", "target"],
    ),
    (
        "fig3a",
        &[
            "apical tuft",
            "apical trunk",
            "soma",
            "basal dendrites",
            "axon",
            "Ai",
            "Bi",
            "Ci",
            "gA",
            "gB",
            "top-down inputs",
            "bottom-up inputs",
            "plateau",
            "spikes",
        ],
    ),
    (
        "fig3b",
        &[
            "W0",
            "W1",
            "Y",
            "A",
            "B",
            "C",
            "U",
            "V",
            "gA",
            "gB",
            "gD",
            "ℓ = 784",
            "m = 500",
            "n = 10",
            "teaching current I",
            "apical",
            "basal",
            "soma",
            "dendrite",
        ],
    ),
    (
        "fig5a",
        &[
            "forward phase",
            "target phase",
            "teaching signal",
            "L1",
            "L0",
            "αf",
            "αt",
            "Y",
            "L1 = ‖λU − λmaxσ(Uf)‖22",
            "L0 = ‖λC − λmaxσ(Cf)‖22",
            "λC = λCf + αt − αf",
        ],
    ),
    (
        "fig6a",
        &[
            "no hidden layer",
            "one hidden layer",
            "two hidden layers",
            "784 inputs",
            "500 hidden",
            "100 hidden",
            "10 outputs",
            "W0",
            "W1",
            "W2",
            "Y0",
            "Y1",
        ],
    ),
    (
        "fig8a",
        &[
            "regular",
            "sparse",
            "Y",
            "Y′",
            "80% of the weights are 0,",
            "5 × as large",
        ],
    ),
    (
        "fig8c",
        &[
            "symmetric",
            "symmetric with noise",
            "Y = (W1)T",
            "+ noise",
            "σ = 0.05",
        ],
    ),
    (
        "fig9a",
        &[
            "gA",
            "gB",
            "gL",
            "total segregation",
            "strong attenuation",
            "weak attenuation",
            "gA = 0.05",
            "gA = 0.6 = gB",
            "apical spikes",
            "basal spikes",
        ],
    ),
    (
        "fig10a",
        &[
            "early apical input",
            "late apical input",
            "LTD",
            "LTP",
            "red light",
            "blue light",
            "patch clamp",
            "top-down axons",
            "L1",
            "L2/3",
            "L4",
            "L5",
            "before",
            "after",
        ],
    ),
];

fn drawn(name: &str) -> Picture {
    let (_, draw) = ALL
        .iter()
        .find(|(other, _)| *other == name)
        .expect("a panel of this name");
    draw().expect("a schematic that can be drawn")
}

#[test]
fn every_panel_has_its_labels_as_text() {
    let named: Vec<_> = LABELS.iter().map(|(name, _)| *name).collect();
    let listed: Vec<_> = ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(named, listed);
    for (name, labels) in LABELS {
        let picture = drawn(name);
        let document = Document::parse(&picture.svg).expect("well-formed XML");
        // A change of size or type begins a new element; spaces at its ends are left out.
        let text: String = document
            .descendants()
            .filter(|node| node.has_tag_name("text"))
            .filter_map(|node| node.text())
            .collect::<String>()
            .split_whitespace()
            .collect();
        for label in *labels {
            let sought: String = label.split_whitespace().collect();
            assert!(
                text.contains(&sought),
                "{name}: {label:?} is not in {text:?}"
            );
        }
    }
}

#[test]
fn same_bytes_every_time() {
    for (name, draw) in ALL {
        let again = draw().expect("a schematic that can be drawn");
        assert_eq!(drawn(name), again, "{name}");
    }
}

#[test]
fn svg_has_a_size_a_title_and_a_description() {
    for (name, _) in ALL {
        let picture = drawn(name);
        let document = Document::parse(&picture.svg).expect("well-formed XML");
        let root = document.root_element();
        assert_eq!(root.attribute("width"), Some("85.00mm"), "{name}");
        let words = |tag: &str| {
            let node = root.children().find(|node| node.has_tag_name(tag));
            node.and_then(|node| node.text()).map_or(0, str::len)
        };
        assert!(words("title") > 15, "{name}");
        assert!(
            words("desc") > 100,
            "{name}: a reader of the description sees nothing else"
        );
    }
}

#[test]
fn title_names_the_panel() {
    for (name, _) in ALL {
        let number = name.trim_start_matches("fig").to_uppercase();
        let title = format!("<title>Figure {number}. ");
        assert!(drawn(name).svg.contains(&title), "{name}");
    }
}

#[test]
fn png_is_as_wide_as_a_column() {
    for (name, _) in ALL {
        let picture = drawn(name);
        let reader = png::Decoder::new(picture.png.as_slice())
            .read_info()
            .expect("a PNG");
        let points = f64::from(reader.info().width) / f64::from(Picture::PIXELS_PER_POINT);
        assert!(
            (points - 85.0 / 25.4 * 72.0).abs() < 0.3,
            "{name}: {points} points"
        );
    }
}

#[test]
fn networks_have_the_colours_of_their_curves() {
    let svg = schematics::three_networks().expect("a schematic").svg;
    for color in [
        Color::SHALLOW,
        Color::ONE_HIDDEN_LAYER,
        Color::TWO_HIDDEN_LAYERS,
    ] {
        assert!(svg.contains(&format!("fill=\"{}\"", color.to_hex())));
    }
}
