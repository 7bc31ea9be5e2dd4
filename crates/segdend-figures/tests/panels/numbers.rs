//! What must be seen of the numbers: extremes that survive, marks for every value, small files.

use roxmltree::{Document, Node};
use segdend_figures::*;

use crate::tables;

/// Points of the clouds in an SVG, and their colours.
fn cloud(svg: &str) -> Vec<(String, usize)> {
    let document = Document::parse(svg).expect("well-formed XML");
    let paths = document
        .descendants()
        .filter(|node| node.has_tag_name("path"));
    paths
        .map(|node| {
            let color = node.attribute("stroke").unwrap_or_default().to_owned();
            (
                color,
                node.attribute("d")
                    .unwrap_or_default()
                    .matches("h0")
                    .count(),
            )
        })
        .collect()
}

fn count_of(svg: &str, color: Color) -> usize {
    let clouds = cloud(svg);
    let own = clouds.iter().filter(|(other, _)| *other == color.to_hex());
    own.map(|(_, count)| count).sum()
}

/// A box on the sheet: left, top, right, bottom.
type Span = (f64, f64, f64, f64);

fn number(node: &Node<'_, '_>, attribute: &str) -> f64 {
    let value = node.attribute(attribute).and_then(|text| text.parse().ok());
    value.unwrap_or_else(|| panic!("no number {attribute}"))
}

/// The light bars of intervals, which are lower than any other rectangle.
fn intervals(document: &Document<'_>) -> Vec<Span> {
    let blocks = document
        .descendants()
        .filter(|node| node.has_tag_name("rect"));
    let spans = blocks.map(|node| {
        let (x, y) = (number(&node, "x"), number(&node, "y"));
        (
            x,
            y,
            x + number(&node, "width"),
            y + number(&node, "height"),
        )
    });
    spans
        .filter(|(_, top, _, bottom)| bottom - top < 300.0)
        .collect()
}

/// What the lines of so many points and this colour cover.
fn lines(document: &Document<'_>, count: usize, color: Color) -> Vec<Span> {
    let color = color.to_hex();
    let lines = document
        .descendants()
        .filter(|node| node.has_tag_name("polyline"))
        .filter(|node| node.attribute("stroke") == Some(color.as_str()));
    let points = lines.filter_map(|node| node.attribute("points"));
    let places = points.map(|list| -> Vec<(f64, f64)> {
        let pairs = list.split_whitespace().map(|pair| {
            let (x, y) = pair.split_once(',').expect("x,y");
            (x.parse().expect("x"), y.parse().expect("y"))
        });
        pairs.collect()
    });
    let covered = |places: Vec<(f64, f64)>| {
        let none = (
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        );
        places.into_iter().fold(none, |span, (x, y)| {
            (span.0.min(x), span.1.min(y), span.2.max(x), span.3.max(y))
        })
    };
    places
        .filter(|places| places.len() == count)
        .map(covered)
        .collect()
}

fn overlap(one: &Span, other: &Span) -> bool {
    one.0 <= other.2 && other.0 <= one.2 && one.1 <= other.3 && other.1 <= one.3
}

#[test]
fn reported_mean_hides_neither_interval_nor_mean() {
    for reported in [-0.3, -0.2, -0.1, 0.0, 0.05, 0.2, 0.3] {
        let mut panel = tables::networks();
        for group in &mut panel.sections[0].groups {
            group.reported_percent = group.mean_percent.map(|mean| mean + reported);
        }
        let picture = seeds(&panel).expect("a picture");
        let document = Document::parse(&picture.svg).expect("well-formed XML");
        let diamonds = lines(&document, 6, Color::ONE_HIDDEN_LAYER);
        let mut others = intervals(&document);
        assert_eq!((diamonds.len(), others.len()), (2, 2));
        others.extend(lines(&document, 2, Color::ONE_HIDDEN_LAYER));
        for diamond in &diamonds {
            assert!(
                !others.iter().any(|other| overlap(diamond, other)),
                "{reported}: {diamond:?} over one of {others:?}"
            );
        }
    }
}

#[test]
fn condition_far_away_leaves_the_others_their_room() {
    let mut panel = tables::networks();
    let group = |mean: f64| SeedGroup {
        name: format!("about {mean}"),
        networks: vec![vec![mean]],
        mean_percent: Some(mean),
        interval_percent: Some((mean - 0.1, mean + 0.1)),
        reported_percent: None,
        ..panel.sections[0].groups[0].clone()
    };
    let groups = [group(8.2), group(3.2), group(3.5)];
    let drawn = |panel: &Seeds| {
        let picture = seeds(panel).expect("a picture");
        let document = Document::parse(&picture.svg).expect("well-formed XML");
        let broken = picture.svg.contains("both axes to one scale");
        (broken, intervals(&document))
    };

    panel.sections[0].groups = groups.to_vec();
    let (broken, bars) = drawn(&panel);
    assert!(broken);
    // 0.3 percent of the sheet's 241 points; on one axis for all it would be 7.
    assert!(bars[2].0 - bars[1].0 > 1500.0, "{bars:?}");
    // As many points to a percent on both axes.
    let lengths: Vec<f64> = bars.iter().map(|bar| bar.2 - bar.0).collect();
    let longest = lengths.iter().copied().fold(0.0, f64::max);
    assert!(
        lengths.iter().all(|length| longest - length < 3.0),
        "{lengths:?}"
    );

    // The distance of two is what is asked for.
    panel.sections[0].groups = groups[..2].to_vec();
    assert!(!drawn(&panel).0);
}

#[test]
fn every_loss_has_its_dot() {
    let picture = loss_scatter(&tables::losses()).expect("a picture");
    assert_eq!(count_of(&picture.svg, Color::REAL), 3);
    assert_eq!(count_of(&picture.svg, Color::CONTROL), 3);
}

#[test]
fn undefined_correlations_are_said() {
    let picture = loss_correlation(&tables::correlations()).expect("a picture");
    assert_eq!(count_of(&picture.svg, Color::REAL), 5);
    assert!(picture.svg.contains("without a dot: 1 of 6."));
}

#[test]
fn extremes_of_a_long_series_are_drawn() {
    let mut values = vec![60.0; 600_000];
    values[123_456] = 5.0;
    values[456_789] = 120.0;
    let panel = Angles {
        series: vec![tables::series("spiking", values)],
        ..Angles::default()
    };
    let picture = angles(&panel).expect("a picture");
    assert!(picture.svg.len() < 100_000, "{}", picture.svg.len());
    assert!(picture.svg.contains("running mean of 3,000 values"));

    let document = Document::parse(&picture.svg).expect("well-formed XML");
    let light = document
        .descendants()
        .filter(|node| node.has_tag_name("polyline"))
        .filter(|node| node.attribute("stroke-width") == Some("30"))
        .filter_map(|node| node.attribute("points"));
    let heights: Vec<f64> = light
        .flat_map(str::split_whitespace)
        .map(|pair| pair.split_once(',').expect("x,y").1.parse().expect("y"))
        .collect();
    let least = heights.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = heights.iter().copied().fold(0.0, f64::max);
    // 118 points for 0 to 122.4 degrees, and 115 degrees between the two.
    let expected = 115.0 / (120.0 * 1.02) * 118.0 * 100.0;
    assert!(
        (greatest - least - expected).abs() < 3.0,
        "{least} {greatest}"
    );
}

#[test]
fn thirty_thousand_points_stay_small() {
    let digits: Vec<u8> = (0..10_000_u32).map(|image| (image % 10) as u8).collect();
    let coordinate = |factor: u32| -> Vec<f64> {
        let value = |image: u32| f64::from(image.wrapping_mul(factor) % 9973) / 99.73;
        (0..10_000_u32).map(value).collect()
    };
    let layer = |name: &str| EmbeddedLayer {
        name: name.into(),
        x: coordinate(7919),
        y: coordinate(104_729),
    };
    let panel = Embeddings {
        digits,
        layers: vec![layer("input"), layer("first"), layer("second")],
        ..Embeddings::default()
    };
    let picture = embeddings(&panel).expect("a picture");
    assert!(picture.svg.len() < 600_000, "{}", picture.svg.len());
    for color in Color::DIGITS {
        assert_eq!(count_of(&picture.svg, color), 3000, "{color:?}");
    }
}

#[test]
fn heat_map_has_a_cell_for_every_value() {
    let picture = jacobian_product(&tables::jacobians()).expect("a picture");
    let document = Document::parse(&picture.svg).expect("well-formed XML");
    let fills = |color: &str| {
        let cells = document
            .descendants()
            .filter(|node| node.has_tag_name("rect"));
        cells
            .filter(|node| node.attribute("fill") == Some(color))
            .count()
    };
    // The greatest magnitude has the end of the map, zero is white (as is the sheet).
    assert_eq!(fills("#A3152A"), 2);
    assert_eq!(fills("#FFFFFF"), 2 + 1);
}

#[test]
fn correlation_of_the_losses_is_that_which_was_given() {
    let mut panel = tables::losses();
    panel.real.pearson = Some(f64::NAN);
    panel.shuffled.pearson = None;
    let picture = loss_scatter(&panel).expect("a picture");
    assert!(picture.svg.contains("real, r not defined"));
    assert!(!picture.svg.contains("shuffled, r"));
}

#[test]
fn angles_are_counted_in_epochs_if_wanted() {
    let mut panel = tables::two_angles();
    panel.examples_per_epoch = Some(50);
    let picture = angles(&panel).expect("a picture");
    assert!(picture.svg.contains("Epoch") && !picture.svg.contains("Training examples"));
    panel.examples_per_epoch = Some(0);
    assert!(angles(&panel).is_err());
}

#[test]
fn short_series_beside_a_long_one_keeps_its_values() {
    let long = tables::series("long", vec![60.0; 100_000]);
    let mut short = tables::series("short", vec![20.0, 80.0, 30.0]);
    short.every = 40_000;
    let panel = Angles {
        series: vec![long, short],
        ..Angles::default()
    };
    let picture = angles(&panel).expect("a picture");
    let document = Document::parse(&picture.svg).expect("well-formed XML");
    let curves = document
        .descendants()
        .filter(|node| node.has_tag_name("polyline"));
    let own = curves
        .filter(|node| node.attribute("stroke") == Some(Color::ONE_HIDDEN_LAYER.to_hex().as_str()))
        .filter_map(|node| node.attribute("points"))
        .map(|points| points.split_whitespace().count());
    // The short series, the mean of the long one, and two keys of the legend.
    assert_eq!(own.filter(|&count| count == 3).count(), 1);
}

#[test]
fn equal_choices_are_all_marked() {
    let mut panel = tables::grid();
    panel.curves[0].reported.clear();
    let rings = |panel: &LearningRateGrid| {
        let picture = learning_rate_grid(panel).expect("a picture");
        let document = Document::parse(&picture.svg).expect("well-formed XML");
        let circles = document
            .descendants()
            .filter(|node| node.has_tag_name("circle"))
            .filter(|node| node.attribute("fill") == Some("#FFFFFF"));
        circles.count()
    };
    // Two hidden rates, and the key; of one hidden rate there is one ring, and two in the table.
    assert_eq!(rings(&panel), 3);
    panel.curves[0].searches[0].best_on_validation.pop();
    assert_eq!(rings(&panel), 2);
}
