//! A checksum of a network's weights that does not depend on how an engine lays them out.

use ndarray::Array2;
use sha2::{Digest, Sha256};

use crate::segregated::network::Network;

/// SHA-256, in hexadecimal, of all weights as little-endian f32.
///
/// The order: of every layer with weights, from the input up, the weight matrix row by row (a row
/// is a unit of the upper layer, a column a unit of the lower one), then the biases; and after all
/// layers the feedback matrices, bottom up, row by row. The engine's weights are f32, so nothing is
/// rounded.
///
/// ```
/// use segdend_core::data::digits;
/// use segdend_core::training::{Training, TrainingSpec, weights_sha256};
///
/// let data = digits::generate(1, 40, 20);
/// let training = Training::begin(&TrainingSpec::default(), &data)?;
/// let network = training.engine().network();
/// assert_eq!(weights_sha256(&network), training.weights_sha256());
/// # Ok::<(), segdend_core::training::TrainingError>(())
/// ```
pub fn weights_sha256(network: &Network) -> String {
    let mut hash = Sha256::new();
    for (weights, biases) in network.weights.iter().zip(&network.biases) {
        update(&mut hash, matrix(weights));
        update(&mut hash, biases.iter().copied());
    }
    for feedback in &network.feedback {
        update(&mut hash, matrix(feedback));
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The values row by row, however they lie in memory.
fn matrix(values: &Array2<f64>) -> impl Iterator<Item = f64> + '_ {
    values.iter().copied()
}

fn update(hash: &mut Sha256, values: impl Iterator<Item = f64>) {
    let bytes: Vec<u8> = values
        .flat_map(|value| (value as f32).to_le_bytes())
        .collect();
    hash.update(&bytes);
}

#[cfg(test)]
mod tests {
    //! Promise: the order is the stated one, whatever the memory's, and every bit counts.
    use super::*;
    use ndarray::{Array1, ShapeBuilder, array};

    fn network(weights: Array2<f64>) -> Network {
        Network {
            sizes: vec![3, 2],
            weights: vec![weights],
            biases: vec![Array1::from(vec![7.0, 8.0])],
            feedback: vec![array![[9.0]]],
        }
    }

    #[test]
    fn the_order_is_the_stated_one() {
        let rows = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        let bytes: Vec<u8> = (1..=9_u8)
            .flat_map(|value| f32::from(value).to_le_bytes())
            .collect();
        let expected: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(weights_sha256(&network(rows.clone())), expected);
        let mut columns = Array2::zeros((2, 3).f());
        columns.assign(&rows);
        assert_eq!(weights_sha256(&network(columns)), expected);
        let mut other = rows;
        other[[1, 2]] = f64::from(6.0_f32.next_up());
        assert_ne!(weights_sha256(&network(other)), expected);
    }
}
