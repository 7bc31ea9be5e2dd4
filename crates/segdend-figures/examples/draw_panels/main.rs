//! Draws every panel of data from invented numbers, which the pictures say of themselves.
//!
//! `cargo run --release --example draw_panels -- <directory>` writes an SVG and a PNG of each
//! there.

mod chance;
mod errors;
mod extras;
mod hard_cases;
mod learning;
mod neurons;
mod representations;

use std::path::PathBuf;
use std::{env, fs, io};

use segdend_figures::{FigureError, Picture, Stamp};

/// A panel's name and what came of drawing it.
type Drawn = (&'static str, Result<Picture, FigureError>);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory: PathBuf = env::args_os()
        .nth(1)
        .ok_or_else(|| io::Error::other("which directory?"))?
        .into();
    fs::create_dir_all(&directory)?;
    let panels = [
        neurons::panels(),
        learning::panels(),
        representations::panels(),
        extras::panels(),
        errors::panels(),
        hard_cases::panels(),
    ];
    for (name, picture) in panels.into_iter().flatten() {
        let picture = picture.map_err(|error| io::Error::other(format!("{name}: {error}")))?;
        println!(
            "{name}: SVG {} kB, PNG {} kB",
            picture.svg.len() / 1000,
            picture.png.len() / 1000
        );
        fs::write(directory.join(name).with_extension("svg"), picture.svg)?;
        fs::write(directory.join(name).with_extension("png"), picture.png)?;
    }
    Ok(())
}

/// What keeps these pictures from passing for results.
fn invented() -> Option<Stamp> {
    Some(Stamp::new(
        "synthetic numbers, drawn to show the form – not a result",
    ))
}
