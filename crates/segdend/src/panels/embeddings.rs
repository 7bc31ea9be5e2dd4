//! t-SNE of the layers' activities: eLife Figure 6C.

use anyhow::Result;
use segdend_figures::{
    EmbeddedLayer, EmbeddingExample, Embeddings, Picture, SmallImage, Stamp, embeddings,
};
use serde::Deserialize;

use super::{Fields, Kind, Material, Named};
use crate::recordings::embedding::{MAPS, SEPARATION, map_columns};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {
    /// The recording of the embedding.
    recording: String,
    /// A row an image: the digit, then x and y of every layer.
    maps: String,
    /// How well the digits lie apart, a row a layer.
    separation: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("recording", Named::Recording, &self.recording),
            ("maps", Named::SourceData, &self.maps),
            ("separation", Named::SourceData, &self.separation),
        ]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let directory = material.recording(&self.recording)?.directory;
        material.write(&self.maps, &directory.table(MAPS)?)?;
        material.write(&self.separation, &directory.table(SEPARATION)?)
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let table = material.read(&self.maps)?;
        let digits: Vec<u8> = table
            .column("digit")?
            .iter()
            .map(|&digit| digit as u8)
            .collect();
        let mut layers = Vec::new();
        let network = material.recording(&self.recording)?.recording;
        for layer in 0..=network.run.spec.hidden.len() {
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
            title: material.title(),
            digits,
            layers,
            examples,
            stamp,
        })?)
    }
}
