//! Drawings without data.

use anyhow::{Context, Result};
use segdend_figures::{Picture, Stamp, schematics};
use serde::Deserialize;

use super::{Kind, Material};

/// The schematic that is called like the figure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {}

impl Kind for Panel {
    fn picture(&self, material: &Material<'_>, _stamp: Option<Stamp>) -> Result<Picture> {
        let name = material.figure.name();
        let (_, draw) = schematics::ALL
            .iter()
            .find(|(schematic, _)| *schematic == name)
            .with_context(|| format!("there is no schematic for `{name}`"))?;
        Ok(draw()?)
    }
}
