//! Promise: the report is one page that stands alone - no script, nothing loaded - whose links lead
//! somewhere, whose headings are in order, whose pictures have names, and whose text can be read in
//! light and dark.
//!
//! Alone: `cargo test --release -p segdend --test command page`

use std::collections::BTreeSet;
use std::fs;

use crate::common::Project;

const STYLE: &str = include_str!("../../src/report/style.css");

/// The values of an attribute, in order.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    page.split(start.as_str())
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

#[test]
fn the_page_stands_alone() {
    let project = Project::new();
    project
        .run(&["reproduce", "tiny", "--only", "fig1a,fig6b", "--quiet"])
        .expect(0);
    project.run(&["report", "tiny", "--quiet"]).expect(0);
    let directory = project.path().join("reports/tiny");
    let page = fs::read_to_string(directory.join("index.html")).unwrap();

    for forbidden in ["<script", "<iframe", "<img", "@import", "javascript:"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let ids = attributes(&page, "id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "an id is used twice");
    for reference in attributes(&page, "aria-labelledby") {
        assert!(unique.contains(reference), "{reference}");
    }
    for link in attributes(&page, "href") {
        match link.strip_prefix('#') {
            Some(id) => assert!(unique.contains(id), "{link}"),
            // An empty icon keeps browsers from asking for one.
            None if link == "data:," => {}
            None => {
                assert!(!link.contains("://"), "{link}");
                let file = directory.join(link.replace("%20", " "));
                assert!(file.is_file(), "{link}");
            }
        }
    }
    let loaded = attributes(&page, "src");
    assert!(loaded.is_empty(), "{loaded:?} would be loaded");

    let mut level = 0;
    let mut first_levels = 0;
    for rest in page.split("<h").skip(1) {
        let Some(next) = rest.chars().next().and_then(|c| c.to_digit(10)) else {
            continue;
        };
        assert!(
            next <= level + 1,
            "a heading of level {next} after one of {level}"
        );
        first_levels += u32::from(next == 1);
        level = next;
    }
    assert_eq!(first_levels, 1);

    let svgs: Vec<&str> = page.split("<svg ").skip(1).collect();
    assert_eq!(svgs.len(), 2);
    for svg in svgs {
        let tag = svg.split('>').next().unwrap();
        assert!(
            tag.contains("role=\"img\"") && tag.contains("aria-label=\""),
            "{tag}"
        );
    }
    let tables = page.matches("<table>").count();
    assert!(tables >= 5);
    assert_eq!(page.matches("<caption>").count(), tables);
    assert_eq!(
        page.matches("role=\"region\" tabindex=\"0\"").count(),
        tables
    );
    for part in [
        "lang=\"en\"",
        "name=\"viewport\"",
        "Not MNIST",
        "just figure fig8b tiny",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains(">reproduced<"), "digits reproduce nothing");
    assert!(page.ends_with("</html>\n"));
}

/// The colours of a block of the style sheet, by name.
fn colours(block: &str) -> Vec<(String, [f64; 3])> {
    let mut found = Vec::new();
    for declaration in block.split(';') {
        // The first one of a block stands behind its brace.
        let declaration = declaration.rsplit('{').next().unwrap();
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        let name = name.rsplit_once("--").map_or(name, |(_, name)| name);
        if let Some(hex) = value.strip_prefix('#').filter(|hex| hex.len() == 6) {
            let part =
                |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            found.push((name.to_owned(), [part(0), part(2), part(4)]));
        }
    }
    found
}

/// Contrast as WCAG 2 defines it.
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let [r, g, b] = colour.map(|c| {
            if c <= 0.040_45 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

#[test]
fn text_stands_out_in_light_and_dark() {
    let (light, rest) = STYLE
        .split_once("@media (prefers-color-scheme: dark)")
        .unwrap();
    let dark = rest.split_once("} }").unwrap().0;
    for scheme in [light, dark] {
        let found = colours(scheme);
        let of = |name: &str| {
            found
                .iter()
                .find(|(found, _)| found == name)
                .unwrap_or_else(|| panic!("{name}"))
                .1
        };
        for ink in ["ink", "soft", "link", "good", "part", "bad", "none"] {
            for ground in ["paper", "card"] {
                let ratio = contrast(of(ink), of(ground));
                assert!(ratio >= 4.5, "{ink} on {ground}: {ratio:.2}");
            }
        }
    }
}
