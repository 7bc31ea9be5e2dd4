//! t-SNE of the layers' activities: eLife Figure 6C.

use anyhow::Result;
use segdend_figures::{
    EmbeddedLayer, EmbeddingExample, Embeddings, Picture, SmallImage, Stamp, embeddings,
};

use super::PanelMaterial;
use crate::recordings::embedding::{MAPS, SEPARATION, map_columns};

/// The digit, then x and y three times; and in a second file how well the digits lie apart.
pub(super) fn source_data(material: &PanelMaterial<'_>) -> Result<()> {
    let directory = material.recording(0)?.directory;
    material.write(0, &directory.table(MAPS)?)?;
    material.write(1, &directory.table(SEPARATION)?)
}

pub(super) fn picture(material: &PanelMaterial<'_>, stamp: Option<Stamp>) -> Result<Picture> {
    let table = material.read(0)?;
    let digits: Vec<u8> = table
        .column("digit")?
        .iter()
        .map(|&digit| digit as u8)
        .collect();
    let mut layers = Vec::new();
    for layer in 0..=material.recording(0)?.recording.run.spec.hidden.len() {
        let [x, y] = map_columns(layer);
        layers.push(EmbeddedLayer {
            name: match layer {
                0 => "input".to_owned(),
                1 => "first hidden layer".to_owned(),
                2 => "second hidden layer".to_owned(),
                _ => format!("hidden layer {layer}"),
            },
            x: table.column(&x)?.to_vec(),
            y: table.column(&y)?.to_vec(),
        });
    }
    // The first image of every digit.
    let data = material.data()?;
    let image = |index: usize| SmallImage {
        columns: data.test().columns(),
        intensities: data
            .test()
            .image(index)
            .iter()
            .map(|&p| f64::from(p) / 255.0)
            .collect(),
    };
    let examples = (0..data.classes())
        .filter_map(|digit| digits.iter().position(|&d| usize::from(d) == digit))
        .map(|index| EmbeddingExample {
            index,
            image: image(index),
        })
        .collect();
    Ok(embeddings(&Embeddings {
        title: material.panel.title.clone(),
        digits,
        layers,
        examples,
        stamp,
    })?)
}
