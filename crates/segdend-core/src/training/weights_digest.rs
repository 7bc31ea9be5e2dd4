//! A checksum of a network's weights that does not depend on how a model lays them out.

use sha2::{Digest, Sha256};

use crate::model::ArrayVisitor;

/// SHA-256, in hexadecimal, of all weights as little-endian f32, in the order in which `visit` shows
/// them: [`Model::visit_weights`](crate::model::Model::visit_weights), or a network's own.
///
/// ```
/// use segdend_core::data::digits;
/// use segdend_core::segregated::{Training, TrainingSpec};
/// use segdend_core::training::weights_sha256;
///
/// let data = digits::generate(1, 40, 20);
/// let training = Training::begin(&TrainingSpec::default(), &data)?;
/// let network = training.model().engine().network();
/// assert_eq!(weights_sha256(|visitor| network.visit(visitor)), training.weights_sha256());
/// # Ok::<(), segdend_core::segregated::TrainingError>(())
/// ```
pub fn weights_sha256(visit: impl FnOnce(&mut ArrayVisitor<'_>)) -> String {
    let mut hash = Sha256::new();
    visit(&mut |_, _, values| {
        let bytes: Vec<u8> = values.flat_map(f32::to_le_bytes).collect();
        hash.update(&bytes);
    });
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
