//! The four families of weights, their initial values, and the self-predicting state.

use ndarray::{Array, Array1, Array2, ArrayViewD, ArrayViewMutD, Dimension};
use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::params::{Conductances, MOST_UNITS};
use crate::rng::{Purpose, StreamKey};

/// What was wrong with a network's weights.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// Layers that no network can have.
    #[error(
        "layer sizes {sizes:?}: expected an input and an output layer at least, each of 1 to {MOST_UNITS} units"
    )]
    Sizes {
        /// The sizes, from the input up.
        sizes: Vec<usize>,
    },
    /// A half-width that is not one.
    #[error(
        "half-width of the initial weights `{family}` is {value}, expected 0 or a positive number"
    )]
    HalfWidth {
        /// Which weights.
        family: Family,
        /// The half-width.
        value: f64,
    },
    /// A family with too few or too many matrices.
    #[error("`{family}` holds {found} arrays, expected {expected}: one a layer, bottom up")]
    Layers {
        /// Which weights.
        family: Family,
        /// Arrays found.
        found: usize,
        /// Arrays expected.
        expected: usize,
    },
    /// Weights of the wrong shape.
    #[error("`{family}[{layer}]` is {found:?}, expected {expected:?} (postsynaptic x presynaptic)")]
    Shape {
        /// Which weights.
        family: Family,
        /// Which of the family's arrays, counted from 0.
        layer: usize,
        /// Shape found.
        found: Vec<usize>,
        /// Shape expected.
        expected: Vec<usize>,
    },
    /// A weight that is not a finite number.
    #[error("`{family}[{layer}]` holds {value}: training has diverged or the file is damaged")]
    NotFinite {
        /// Which weights.
        family: Family,
        /// Which of the family's arrays, counted from 0.
        layer: usize,
        /// The first value that is not finite.
        value: f64,
    },
}

/// Which synapses; the order is that of all lists of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// From the layer below to basal dendrites.
    Up,
    /// Biases of `Up`.
    UpBias,
    /// From pyramidal neurons to interneurons of the same layer.
    Ip,
    /// Biases of `Ip`.
    IpBias,
    /// From interneurons to apical dendrites of the same layer.
    Pi,
    /// From the layer above to apical dendrites.
    Down,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Up,
        Self::UpBias,
        Self::Ip,
        Self::IpBias,
        Self::Pi,
        Self::Down,
    ];

    /// The name in arrays, files and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::UpBias => "up_bias",
            Self::Ip => "ip",
            Self::IpBias => "ip_bias",
            Self::Pi => "pi",
            Self::Down => "down",
        }
    }

    /// Shapes of the family's arrays in a network, bottom up.
    fn shapes(self, sizes: &[usize]) -> Vec<Vec<usize>> {
        let above: Vec<_> = sizes.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let hidden = above.get(1..).unwrap_or_default().iter();
        match self {
            Self::Up => above
                .iter()
                .map(|&(below, units)| vec![units, below])
                .collect(),
            Self::UpBias => above.iter().map(|&(_, units)| vec![units]).collect(),
            Self::Ip => hidden.map(|&(units, above)| vec![above, units]).collect(),
            Self::IpBias => hidden.map(|&(_, above)| vec![above]).collect(),
            Self::Pi | Self::Down => hidden.map(|&(units, above)| vec![units, above]).collect(),
        }
    }
}

impl std::fmt::Display for Family {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A number for every synapse, in f64: weights, induction terms or updates.
///
/// Layers are counted from 0, the input, to `N`; `n_k` is the number of units in layer `k`. Rows are
/// postsynaptic.
#[derive(Debug, Clone, PartialEq)]
pub struct Synapses {
    /// `up_k`, `n_k x n_(k-1)`, for k from 1 to N.
    pub up: Vec<Array2<f64>>,
    /// Biases of `up_k`, `n_k`.
    pub up_bias: Vec<Array1<f64>>,
    /// `ip_k`, `n_(k+1) x n_k`, for every hidden layer.
    pub ip: Vec<Array2<f64>>,
    /// Biases of `ip_k`, `n_(k+1)`.
    pub ip_bias: Vec<Array1<f64>>,
    /// `pi_k`, `n_k x n_(k+1)`, for every hidden layer.
    pub pi: Vec<Array2<f64>>,
    /// `down_k`, `n_k x n_(k+1)`, for every hidden layer.
    pub down: Vec<Array2<f64>>,
}

/// Half-widths `a` of initial weights, which are drawn from U(-a, a).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InitialWeights {
    /// Of `up`, and of its biases where there are any.
    pub up: f64,
    /// Of `ip`, and of its biases where there are any.
    pub ip: f64,
    /// Of `pi`.
    pub pi: f64,
    /// Of `down`.
    pub down: f64,
    /// Whether biases are drawn; otherwise they are 0.
    pub biases: bool,
}

impl InitialWeights {
    /// The same half-width for all families, no biases.
    pub fn uniform(half_width: f64) -> Self {
        Self {
            up: half_width,
            ip: half_width,
            pi: half_width,
            down: half_width,
            biases: false,
        }
    }
}

impl Synapses {
    /// Zeros for a network of these sizes.
    pub fn zeros(sizes: &[usize]) -> Self {
        let matrices = |family: Family| {
            let shapes = family.shapes(sizes).into_iter();
            shapes
                .map(|shape| Array2::zeros((shape[0], shape[1])))
                .collect()
        };
        let vectors = |family: Family| {
            let shapes = family.shapes(sizes).into_iter();
            shapes.map(|shape| Array1::zeros(shape[0])).collect()
        };
        Self {
            up: matrices(Family::Up),
            up_bias: vectors(Family::UpBias),
            ip: matrices(Family::Ip),
            ip_bias: vectors(Family::IpBias),
            pi: matrices(Family::Pi),
            down: matrices(Family::Down),
        }
    }

    /// Initial weights of a network, drawn anew for every family and layer.
    ///
    /// # Errors
    /// [`NetworkError`] if the sizes or a half-width cannot be used.
    pub fn random(
        sizes: &[usize],
        initial: InitialWeights,
        seed: u64,
    ) -> Result<Self, NetworkError> {
        if sizes.len() < 2 || sizes.iter().any(|&units| units == 0 || units > MOST_UNITS) {
            return Err(NetworkError::Sizes {
                sizes: sizes.to_vec(),
            });
        }
        let mut weights = Self::zeros(sizes);
        for (family, bias, half_width, purpose) in [
            (
                Family::Up,
                Some(Family::UpBias),
                initial.up,
                Purpose::MicrocircuitUp,
            ),
            (
                Family::Ip,
                Some(Family::IpBias),
                initial.ip,
                Purpose::MicrocircuitIp,
            ),
            (Family::Pi, None, initial.pi, Purpose::MicrocircuitPi),
            (Family::Down, None, initial.down, Purpose::MicrocircuitDown),
        ] {
            if !(half_width >= 0.0 && half_width.is_finite()) {
                return Err(NetworkError::HalfWidth {
                    family,
                    value: half_width,
                });
            }
            let draw = |generator: &mut Xoshiro256PlusPlus, mut array: ArrayViewMutD<'_, f64>| {
                array.mapv_inplace(|_| half_width * (2.0 * generator.random::<f64>() - 1.0));
            };
            let key = |layer: usize| StreamKey::new(seed, purpose, 0, layer as u64);
            for (layer, array) in weights.family_mut(family).into_iter().enumerate() {
                draw(&mut key(layer).generator(), array);
            }
            if let (Some(bias), true) = (bias, initial.biases) {
                for (layer, array) in weights.family_mut(bias).into_iter().enumerate() {
                    draw(&mut key(layer).within(1).generator(), array);
                }
            }
        }
        Ok(weights)
    }

    /// The same network in its self-predicting state, in which interneurons predict the layer above and
    /// cancel its top-down input: `pi_k = -down_k`, `ip_k = f up_(k+1)` (biases likewise), `f` being
    /// [`Conductances::self_prediction`].
    #[must_use]
    pub fn self_predicting(mut self, conductances: &Conductances) -> Self {
        for hidden in 0..self.down.len() {
            let f = conductances.self_prediction(hidden + 1 == self.down.len());
            self.pi[hidden] = -&self.down[hidden];
            self.ip[hidden] = &self.up[hidden + 1] * f;
            self.ip_bias[hidden] = &self.up_bias[hidden + 1] * f;
        }
        self
    }

    /// The arrays of a family, bottom up.
    pub fn family(&self, family: Family) -> Vec<ArrayViewD<'_, f64>> {
        match family {
            Family::Up => views(&self.up),
            Family::UpBias => views(&self.up_bias),
            Family::Ip => views(&self.ip),
            Family::IpBias => views(&self.ip_bias),
            Family::Pi => views(&self.pi),
            Family::Down => views(&self.down),
        }
    }

    fn family_mut(&mut self, family: Family) -> Vec<ArrayViewMutD<'_, f64>> {
        match family {
            Family::Up => views_mut(&mut self.up),
            Family::UpBias => views_mut(&mut self.up_bias),
            Family::Ip => views_mut(&mut self.ip),
            Family::IpBias => views_mut(&mut self.ip_bias),
            Family::Pi => views_mut(&mut self.pi),
            Family::Down => views_mut(&mut self.down),
        }
    }

    /// Checks shapes and values against the sizes of a network.
    ///
    /// # Errors
    /// [`NetworkError`] names the first array that does not fit.
    pub fn validate(&self, sizes: &[usize]) -> Result<(), NetworkError> {
        for family in Family::ALL {
            let (arrays, shapes) = (self.family(family), family.shapes(sizes));
            if arrays.len() != shapes.len() {
                return Err(NetworkError::Layers {
                    family,
                    found: arrays.len(),
                    expected: shapes.len(),
                });
            }
            for (layer, (array, shape)) in arrays.iter().zip(shapes).enumerate() {
                if array.shape() != shape {
                    return Err(NetworkError::Shape {
                        family,
                        layer,
                        found: array.shape().to_vec(),
                        expected: shape,
                    });
                }
                if let Some(&value) = array.iter().find(|value| !value.is_finite()) {
                    return Err(NetworkError::NotFinite {
                        family,
                        layer,
                        value,
                    });
                }
            }
        }
        Ok(())
    }
}

fn views<D: Dimension>(arrays: &[Array<f64, D>]) -> Vec<ArrayViewD<'_, f64>> {
    arrays.iter().map(|array| array.view().into_dyn()).collect()
}

fn views_mut<D: Dimension>(arrays: &mut [Array<f64, D>]) -> Vec<ArrayViewMutD<'_, f64>> {
    arrays
        .iter_mut()
        .map(|array| array.view_mut().into_dyn())
        .collect()
}
