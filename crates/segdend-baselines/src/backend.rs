//! Which tensor implementation computes.

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

/// The tensor implementation a network computes with, chosen at run time.
///
/// Both run on one thread of the processor and agree to rounding error, not to the bit: a result names
/// the backend it came from. Rate networks compute in single precision, the spiking network's
/// gradients in double.
///
/// The default is the faster one: on MNIST in 784-500-10 flex learns 3.5 times as fast from one example
/// at a time, and 1.1 times as fast in batches of 100 (`benches/records/backends.csv`).
///
/// ```
/// use segdend_baselines::Backend;
///
/// assert_eq!(Backend::default(), Backend::Flex);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Backend {
    /// burn-flex, the implementation burn's authors recommend. The default.
    #[default]
    Flex,
    /// burn-ndarray, which burn's authors have deprecated in favour of burn-flex.
    NdArray,
}

impl Backend {
    /// Every backend, the default first.
    pub const ALL: [Self; 2] = [Self::Flex, Self::NdArray];

    /// The device that stands for this backend, without automatic differentiation.
    pub(crate) fn device(self) -> Device {
        match self {
            Self::Flex => Device::flex(),
            #[expect(deprecated, reason = "offered as long as burn carries it")]
            Self::NdArray => Device::ndarray(),
        }
    }
}
