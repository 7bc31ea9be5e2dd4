//! Which tensor implementation computes.

use burn::tensor::Device;

/// The tensor implementation a network computes with, chosen at run time.
///
/// Both run on the processor in single precision and agree to rounding error, not to the bit:
/// a result names the backend it came from.
///
/// ```
/// use segdend_baselines::Backend;
///
/// assert_eq!(Backend::default(), Backend::Flex);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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
