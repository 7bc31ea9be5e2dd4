//! The weights that a run ended with, as a file that other programs read too.
//!
//! `weights.safetensors` holds f32 arrays: of every layer with weights, counted from 0 at the input,
//! `W{layer}` (a row a unit of the upper layer) and `b{layer}`, and of every hidden layer the feedback
//! matrix `Y{layer}` (a row a hidden unit). Its metadata holds the run's cache key.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use ndarray::{Array1, Array2};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use segdend_core::segregated::network::Network;

use crate::run_directory;

/// The file's name.
pub(crate) const FILE: &str = "weights.safetensors";
const KEY: &str = "key";

/// Writes the weights of the run with this key.
pub(crate) fn write(path: &Path, key: &str, network: &Network) -> Result<()> {
    let mut arrays: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    network.visit(&mut |name, shape, values| {
        let bytes = values.flat_map(f32::to_le_bytes).collect();
        arrays.push((name.to_owned(), shape.to_vec(), bytes));
    });
    let views = arrays
        .iter()
        .map(|(name, shape, values)| {
            Ok((name, TensorView::new(Dtype::F32, shape.clone(), values)?))
        })
        .collect::<Result<Vec<_>>>()?;
    let metadata = HashMap::from([(KEY.to_owned(), key.to_owned())]);
    run_directory::write_file(path, &serialize(views, Some(metadata))?)?;
    Ok(())
}

/// Reads the weights of a run with this key and these sizes, from the input to the output.
pub(crate) fn read(path: &Path, key: &str, sizes: &[usize]) -> Result<Network> {
    parse(path, key, sizes).with_context(|| {
        format!(
            "{} cannot be used: delete the run's directory, and it will be trained again",
            path.display()
        )
    })
}

fn parse(path: &Path, key: &str, sizes: &[usize]) -> Result<Network> {
    let bytes = std::fs::read(path)?;
    let (_, header) = SafeTensors::read_metadata(&bytes)?;
    let found = header
        .metadata()
        .as_ref()
        .and_then(|fields| fields.get(KEY));
    ensure!(
        found.is_some_and(|found| found == key),
        "its key is {}, expected {key}",
        found.map_or("missing", String::as_str)
    );
    let arrays = SafeTensors::deserialize(&bytes)?;
    let values = |name: &str, layer: usize, shape: &[usize]| -> Result<Vec<f64>> {
        let name = format!("{name}{layer}");
        let array = arrays.tensor(&name)?;
        ensure!(
            array.dtype() == Dtype::F32 && array.shape() == shape,
            "{name} is {:?} of {:?}, expected F32 of {shape:?}",
            array.shape(),
            array.dtype()
        );
        let words = array.data().chunks_exact(4);
        Ok(words
            .map(|word| f64::from(f32::from_le_bytes([word[0], word[1], word[2], word[3]])))
            .collect())
    };
    let (layers, outputs) = (sizes.len() - 1, sizes[sizes.len() - 1]);
    let mut network = Network {
        sizes: sizes.to_vec(),
        weights: Vec::new(),
        biases: Vec::new(),
        feedback: Vec::new(),
    };
    for layer in 0..layers {
        let (fan_in, units) = (sizes[layer], sizes[layer + 1]);
        let matrix = |name, columns| -> Result<Array2<f64>> {
            let values = values(name, layer, &[units, columns])?;
            Ok(Array2::from_shape_vec((units, columns), values)?)
        };
        network.weights.push(matrix("W", fan_in)?);
        network
            .biases
            .push(Array1::from(values("b", layer, &[units])?));
        if layer + 1 < layers {
            network.feedback.push(matrix("Y", outputs)?);
        }
    }
    network.validate()?;
    Ok(network)
}

#[cfg(test)]
mod tests {
    //! Promise: weights come back bit by bit, under their own key and sizes alone.
    use super::*;
    use segdend_core::segregated::mechanisms::FeedbackWeights;
    use segdend_core::segregated::params::Parameters;
    use segdend_core::training::weights_sha256;

    #[test]
    fn weights_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let sizes = [5, 4, 3, 2];
        let parameters = Parameters::default().valid().unwrap();
        let network = Network::initial(&sizes, &parameters, FeedbackWeights::Random, 1).unwrap();
        write(&path, "key", &network).unwrap();
        let first = std::fs::read(&path).unwrap();
        let back = read(&path, "key", &sizes).unwrap();
        assert_eq!(
            weights_sha256(|visitor| back.visit(visitor)),
            weights_sha256(|visitor| network.visit(visitor))
        );
        write(&path, "key", &back).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), first);
        let refusal = |key, sizes: &[usize]| format!("{:#}", read(&path, key, sizes).unwrap_err());
        assert!(refusal("another", &sizes).contains("its key is key, expected another"));
        assert!(refusal("key", &[5, 3, 3, 2]).contains("W0 is [4, 5]"));
        std::fs::write(&path, &first[..first.len() - 4]).unwrap();
        assert!(refusal("key", &sizes).contains("cannot be used"));
    }
}
