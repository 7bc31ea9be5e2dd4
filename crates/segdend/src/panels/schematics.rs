//! Drawings without data.

use anyhow::{Context, Result};
use segdend_figures::{Picture, schematics};

use super::PanelMaterial;

pub(super) fn picture(material: &PanelMaterial<'_>) -> Result<Picture> {
    let name = &material.panel.name;
    let (_, draw) = schematics::ALL
        .iter()
        .find(|(schematic, _)| schematic == name)
        .with_context(|| format!("there is no schematic for `{name}`"))?;
    Ok(draw()?)
}
