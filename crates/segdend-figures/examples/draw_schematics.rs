//! Draws every schematic.
//!
//! `cargo run --example draw_schematics -- <directory>` writes an SVG and a PNG of each there.

use std::path::PathBuf;
use std::{env, fs, io};

use segdend_figures::schematics;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory: PathBuf = env::args_os()
        .nth(1)
        .ok_or_else(|| io::Error::other("which directory?"))?
        .into();
    fs::create_dir_all(&directory)?;
    for (name, draw) in schematics::ALL {
        let picture = draw()?;
        fs::write(directory.join(name).with_extension("svg"), picture.svg)?;
        fs::write(directory.join(name).with_extension("png"), picture.png)?;
    }
    Ok(())
}
