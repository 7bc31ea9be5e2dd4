//! Draws a benchmark's record of growth: `draw_growth FOLDER` reads `growth.csv` there (columns series,
//! size, unit, ..., median_us, ..., exponent) and writes `growth-<series>.svg` beside it.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use segdend_figures::{Color, Growth, GrowthSeries, growth};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os()
        .nth(1)
        .ok_or("expected the folder of growth.csv")?;
    let folder = PathBuf::from(folder);
    let text = std::fs::read_to_string(folder.join("growth.csv"))?;
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let header: Vec<&str> = lines
        .next()
        .ok_or("growth.csv is empty")?
        .split(',')
        .collect();
    let place = |name: &str| {
        let found = header.iter().position(|column| *column == name);
        found.ok_or_else(|| format!("growth.csv has no column `{name}`"))
    };
    let (name, size, unit) = (place("series")?, place("size")?, place("unit")?);
    let (median, exponent) = (place("median_us")?, place("exponent")?);

    let mut all: BTreeMap<String, (String, GrowthSeries)> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let entry = all.entry(cells[name].to_owned()).or_insert_with(|| {
            let series = GrowthSeries {
                name: "a network with one hidden layer".to_owned(),
                color: Color::ONE_HIDDEN_LAYER,
                sizes: Vec::new(),
                times: Vec::new(),
                exponent: cells[exponent].parse().ok(),
            };
            (cells[unit].to_owned(), series)
        });
        entry.1.sizes.push(cells[size].parse()?);
        entry.1.times.push(cells[median].parse()?);
    }
    for (name, (unit, series)) in all {
        let picture = growth(&Growth {
            title: format!("Time of a training image, by {name}"),
            size_label: format!("Size: {name} ({unit})"),
            time_unit: "µs".to_owned(),
            series: vec![series],
            stamp: None,
        })?;
        let file = folder.join(format!("growth-{}.svg", name.replace(' ', "-")));
        std::fs::write(&file, picture.svg)?;
        println!("{}", file.display());
    }
    Ok(())
}
