//! Promise: the panel shows the numbers that it was given, and every word, in both formats; our
//! mean's number stands at our tests and not at the reported mean; the same table gives the same
//! bytes; a table that cannot be drawn gets an error that names what is wrong.
//!
//! Alone: `cargo test -p segdend-figures --test error_curves`.
//!
//! Caught so far: our mean printed over the reported one, as if it were its number; "20 final
//! tests" that could be taken for 20 networks.

mod common;

use std::sync::OnceLock;

use common::{Seen, number, three_networks};
use roxmltree::Document;
use segdend_figures::{Color, ErrorCurves, FigureError, Picture, error_curves};

fn draw(panel: &ErrorCurves) -> Picture {
    error_curves(panel).expect("a panel that can be drawn")
}

/// The picture of [`three_networks`], drawn once.
fn standard() -> &'static Picture {
    static PICTURE: OnceLock<Picture> = OnceLock::new();
    PICTURE.get_or_init(|| draw(&three_networks()))
}

#[test]
fn same_table_same_bytes() {
    assert_eq!(*standard(), draw(&three_networks()));
}

#[test]
fn another_number_other_bytes() {
    let mut other = three_networks();
    other.series[2].errors_percent[3] += 0.1;
    let (before, after) = (standard(), draw(&other));
    assert_ne!(before.svg, after.svg);
    assert_ne!(before.png, after.png);
}

#[test]
fn every_label_is_text() {
    let picture = standard();
    let document = Document::parse(&picture.svg).expect("well-formed XML");
    let texts = Seen {
        document: &document,
    }
    .texts();
    for label in [
        "Three networks",
        "shallow",
        "one hidden",
        "two hidden",
        "our tests: min–max, mean",
        "mean that the paper reports",
        "Repeated tests",
        "of one network each",
        "Test error (%)",
        "Epoch",
        "↑ untrained (epoch 0): 90.2%",
        "8.70%",
        "4.60%",
        "3.50%",
        "two-tailed",
        "shallow vs. two hidden",
        "t(38) = −9.9",
        "quick scale: 3 of 60 epochs",
    ] {
        assert!(
            texts.contains(&label),
            "{label:?} is missing from {texts:?}"
        );
    }
}

#[test]
fn svg_scales_and_is_described() {
    let picture = standard();
    let document = Document::parse(&picture.svg).expect("well-formed XML");
    let root = document.root_element();
    assert_eq!(root.attribute("width"), Some("85.00mm"));
    assert!(
        root.attribute("viewBox")
            .is_some_and(|value| value.starts_with("0 0 24094 "))
    );
    let first: Vec<_> = root
        .children()
        .filter(roxmltree::Node::is_element)
        .take(2)
        .collect();
    assert!(first[0].has_tag_name("title") && first[0].text() == Some("Three networks"));
    let description = first[1].text().unwrap_or_default();
    assert!(first[1].has_tag_name("desc"));
    assert!(description.contains("3.53% after epoch 3"), "{description}");
    assert!(
        description.contains("quick scale: 3 of 60 epochs"),
        "{description}"
    );
}

#[test]
fn nothing_stands_outside_the_sheet() {
    let picture = standard();
    let document = Document::parse(&picture.svg).expect("well-formed XML");
    let view: Vec<f64> = document
        .root_element()
        .attribute("viewBox")
        .expect("a viewBox")
        .split(' ')
        .map(|value| value.parse().expect("a number"))
        .collect();
    let seen = Seen {
        document: &document,
    };
    let inside = |(x, y): (f64, f64)| (0.0..=view[2]).contains(&x) && (0.0..=view[3]).contains(&y);
    for node in seen.elements("text") {
        assert!(
            inside((number(&node, "x"), number(&node, "y"))),
            "{:?}",
            node.text()
        );
    }
    for node in seen.elements("polyline").chain(seen.elements("polygon")) {
        assert!(common::points(&node).into_iter().all(inside));
    }
}

#[test]
fn hostile_names_are_escaped() {
    let mut panel = three_networks();
    let hostile = r#"<script>&"'</text>"#;
    panel.title = hostile.into();
    panel.series[0].name = hostile.into();
    panel.series[1].name = "a\u{0}b\nc\u{1b}[31m".into();
    panel.comparisons[0].text = hostile.into();
    let picture = draw(&panel);
    let document = Document::parse(&picture.svg).expect("well-formed XML");
    assert!(
        document
            .descendants()
            .all(|node| !node.has_tag_name("script"))
    );
    let texts = Seen {
        document: &document,
    }
    .texts();
    // The title, the legend and the comparison.
    assert_eq!(
        texts.iter().filter(|text| **text == hostile).count(),
        3,
        "{texts:?}"
    );
    assert!(texts.contains(&"a\u{FFFD}b c\u{FFFD}[31m"), "{texts:?}");
}

#[test]
fn stamp_is_on_the_face_only_when_given() {
    let stamped = |picture: &Picture| {
        let document = Document::parse(&picture.svg).expect("well-formed XML");
        let texts = Seen {
            document: &document,
        }
        .texts();
        texts.iter().any(|text| text.contains("quick scale"))
    };
    assert!(stamped(standard()));
    let unstamped = ErrorCurves {
        stamp: None,
        ..three_networks()
    };
    assert!(!stamped(&draw(&unstamped)));
}

#[test]
fn missing_final_tests_are_said() {
    let mut panel = three_networks();
    for series in &mut panel.series {
        series.final_errors_percent.clear();
    }
    let picture = draw(&panel);
    let document = Document::parse(&picture.svg).expect("well-formed XML");
    let texts = Seen {
        document: &document,
    }
    .texts();
    assert!(texts.contains(&"(not run yet)"), "{texts:?}");
    assert!(!texts.contains(&"our tests: min–max, mean"), "{texts:?}");
    assert!(!texts.contains(&"of one network each"), "{texts:?}");
    assert!(!standard().svg.contains("(not run yet)"));
}

#[test]
fn png_has_the_size_of_the_svg() {
    let picture = standard();
    let mut reader = png::Decoder::new(picture.png.as_slice())
        .read_info()
        .expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size()];
    let frame = reader.next_frame(&mut pixels).expect("an image");
    let document = Document::parse(&picture.svg).expect("well-formed XML");
    let view: Vec<f64> = document
        .root_element()
        .attribute("viewBox")
        .expect("a viewBox")
        .split(' ')
        .map(|value| value.parse().expect("a number"))
        .collect();
    let pixels_of = |units: f64| units / 100.0 * f64::from(Picture::PIXELS_PER_POINT);
    assert!((f64::from(frame.width) - pixels_of(view[2])).abs() <= 1.0);
    assert!((f64::from(frame.height) - pixels_of(view[3])).abs() <= 1.0);

    let rgb: Vec<[u8; 3]> = pixels.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect();
    let count = |red, green, blue| rgb.iter().filter(|p| **p == [red, green, blue]).count();
    assert!(
        count(0xFF, 0xFF, 0xFF) > rgb.len() / 2,
        "a sheet is mostly white"
    );
    for (name, hex) in [
        ("shallow", Color::SHALLOW.to_hex()),
        ("one hidden", Color::ONE_HIDDEN_LAYER.to_hex()),
        ("two hidden", Color::TWO_HIDDEN_LAYERS.to_hex()),
    ] {
        let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("a hex colour");
        assert!(
            count(part(1), part(3), part(5)) > 500,
            "the curve {name} is not in the PNG"
        );
    }
}

#[test]
fn curves_end_at_their_last_error() {
    let panel = three_networks();
    let picture = standard();
    let document = Document::parse(&picture.svg).expect("well-formed XML");
    let seen = Seen {
        document: &document,
    };
    for series in &panel.series {
        let curve = seen.curve(series.color);
        // Epoch 0 is off the axis, so the curve begins at epoch 1.
        assert_eq!(curve.len(), 3);
        for (place, epoch) in curve.into_iter().zip(1..) {
            let (x, percent) = seen.data(place);
            assert!(
                (x - f64::from(epoch)).abs() < 0.01,
                "{}: epoch {x}",
                series.name
            );
            let expected = series.errors_percent[epoch as usize];
            assert!(
                (percent - expected).abs() < 0.01,
                "{}: {percent}%",
                series.name
            );
        }
    }
}

#[test]
fn number_of_our_mean_is_nearer_to_our_bar_than_to_the_reported_mark() {
    for reported in [0.2, 2.0, 3.0, 3.4, 3.5, 3.6, 4.1, 5.0, 8.0, 9.5] {
        let mut panel = three_networks();
        for series in &mut panel.series {
            series.reported_final_percent = Some(reported);
        }
        let picture = draw(&panel);
        let document = Document::parse(&picture.svg).expect("well-formed XML");
        let seen = Seen {
            document: &document,
        };
        for (series, label) in panel.series.iter().zip(["8.70%", "4.60%", "3.50%"]) {
            let number = seen.middle_of(label);
            let apart = |place: (f64, f64)| (place.0 - number.0).hypot(place.1 - number.1);
            let from_bar = apart(seen.mean_dot(series.color));
            // Those of the other networks too.
            for other in &panel.series {
                let from_mark = apart(seen.diamond(other.color));
                assert!(
                    from_bar < from_mark,
                    "{}, reported {reported}: {from_bar} from our bar, {from_mark} from the mark of {}",
                    series.name,
                    other.name
                );
            }
        }
    }
}

#[test]
fn tests_of_a_network_are_counted() {
    let mut panel = three_networks();
    for series in &mut panel.series {
        series.final_errors_percent = vec![3.4; 20];
    }
    let picture = draw(&panel);
    assert!(picture.svg.contains("20 repeated tests"));
    assert!(picture.svg.contains("of one network each"));
}

#[test]
fn every_stage_and_size_can_be_drawn() {
    // Epochs, error in percent, series: each at its extremes.
    for (epochs, error, count) in [
        (0, 0.0, 1),
        (0, 60.0, 4),
        (1, 3.0, 1),
        (1, 60.0, 2),
        (2, 100.0, 4),
        (5, 0.0, 2),
        (60, 3.0, 4),
    ] {
        let mut panel = three_networks();
        let template = panel.series[0].clone();
        panel.comparisons.clear();
        panel.series = (0..count)
            .map(|index| {
                let mut series = template.clone();
                // Every further network has come less far, and the second has no final tests.
                series.errors_percent = vec![90.0];
                series
                    .errors_percent
                    .extend(vec![error; epochs / (index + 1)]);
                series.final_errors_percent = vec![error; if index == 1 { 0 } else { 20 }];
                series
            })
            .collect();
        let picture = draw(&panel);
        let document = Document::parse(&picture.svg).expect("well-formed XML");
        let texts = Seen {
            document: &document,
        }
        .texts();
        assert!(
            texts.contains(&format!("{error:.2}%").as_str()),
            "{texts:?}"
        );
        assert!(!picture.svg.contains("NaN") && !picture.svg.contains("inf"));
    }
}

#[test]
fn what_cannot_be_drawn_is_named() {
    assert_eq!(
        error_curves(&ErrorCurves::default()),
        Err(FigureError::NoSeries)
    );

    let mut panel = three_networks();
    panel.series[1].errors_percent.clear();
    let series = "one hidden".to_owned();
    assert_eq!(
        error_curves(&panel),
        Err(FigureError::EmptySeries { series })
    );

    for value in [f64::NAN, f64::INFINITY, -0.1, 100.1] {
        let mut panel = three_networks();
        panel.series[2].final_errors_percent[1] = value;
        let error = error_curves(&panel).expect_err("no percentage");
        let text = error.to_string();
        assert!(
            text.contains("two hidden") && text.contains("final_errors_percent[1]"),
            "{text}"
        );
    }

    let mut panel = three_networks();
    panel.comparisons[0].second = 3;
    let expected = FigureError::UnknownSeries {
        comparison: 0,
        index: 3,
        series_count: 3,
    };
    assert_eq!(error_curves(&panel), Err(expected));
}
