//! Shapes, weights, feedback matrices and their initial values.

use ndarray::{Array1, Array2, ArrayView2, ArrayViewD};
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_distr::{Distribution, Normal};

use crate::model::ArrayVisitor;
use crate::rng::{Purpose, StreamKey};
use crate::segregated::mechanisms::FeedbackWeights;
use crate::segregated::params::{FeedbackMean, FeedbackStructure, ValidParameters};

/// What was wrong with a network's description.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// Fewer than two layers, or a layer without units.
    #[error(
        "layer sizes {sizes:?}: expected an input and an output layer, each layer with at least one unit"
    )]
    Sizes {
        /// The sizes, from the input up.
        sizes: Vec<usize>,
    },
    /// A layer larger than the simulator can number.
    #[error("a layer of {units} units: at most {most} are supported")]
    TooLarge {
        /// Units asked for.
        units: usize,
        /// Largest number.
        most: usize,
    },
    /// One learning rate a layer is needed.
    #[error(
        "{found} learning rates for {expected} layers with weights: give one a layer, bottom up"
    )]
    LearningRates {
        /// Layers with weights.
        expected: usize,
        /// Rates given.
        found: usize,
    },
    /// A number that cannot be used.
    #[error("{what} is {value}, expected {expected}")]
    OutOfRange {
        /// What it is.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// Weights of the wrong shape.
    #[error("{what} of layer {layer} is {found:?}, expected {expected:?}")]
    Shape {
        /// Which matrix or vector.
        what: &'static str,
        /// Which layer, counted from 0.
        layer: usize,
        /// Shape found.
        found: Vec<usize>,
        /// Shape expected.
        expected: Vec<usize>,
    },
    /// A weight that is not a finite number.
    #[error("{what} of layer {layer} holds {value}: training has diverged or the file is damaged")]
    NotFinite {
        /// Which matrix or vector.
        what: &'static str,
        /// Which layer, counted from 0.
        layer: usize,
        /// The first value that is not finite.
        value: f64,
    },
}

/// Sizes, weights, biases and feedback of a network, in f64.
///
/// Layer `l` of `weights` leads from layer `l` to layer `l + 1`, counted from the input.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Units in each layer, from the input to the output.
    pub sizes: Vec<usize>,
    /// W: postsynaptic x presynaptic, one matrix a layer above the input.
    pub weights: Vec<Array2<f64>>,
    /// b: one vector a layer above the input.
    pub biases: Vec<Array1<f64>>,
    /// Y: hidden units x output units, one matrix a hidden layer.
    pub feedback: Vec<Array2<f64>>,
}

/// Mean and spread of initial weights, from which dendritic voltages of the intended size follow.
///
/// Presynaptic rates are taken to be `nu = 0.25 lambda_max`, dendritic voltages to have mean 3 V
/// and standard deviation 3 V, biases mean 0.8 V and standard deviation 0.001 V.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InitialScale {
    /// Mean weight.
    pub weight_mean: f64,
    /// Standard deviation of the weights that gives the intended voltages.
    pub weight_sd: f64,
    /// Mean bias, V.
    pub bias_mean: f64,
    /// Standard deviation of the biases, V.
    pub bias_sd: f64,
}

impl InitialScale {
    /// The scale for a layer with `fan_in` presynaptic units (source: authors' program; the
    /// paper gives only the resulting range of voltages).
    pub fn for_fan_in(fan_in: usize, lambda_max_per_ms: f64) -> Self {
        const VOLTAGE_MEAN: f64 = 3.0;
        const VOLTAGE_SD: f64 = 3.0;
        const BIAS_MEAN: f64 = 0.8;
        const BIAS_SD: f64 = 0.001;
        let n = fan_in as f64;
        let nu = 0.25 * lambda_max_per_ms;
        let voltage_square = VOLTAGE_SD * VOLTAGE_SD + VOLTAGE_MEAN * VOLTAGE_MEAN;
        let weight_mean = (VOLTAGE_MEAN - BIAS_MEAN) / (nu * n * VOLTAGE_MEAN);
        let weight_square = (voltage_square
            + nu * nu * (n - n * n) * weight_mean * weight_mean * VOLTAGE_MEAN * VOLTAGE_MEAN
            - 2.0 * n * nu * BIAS_MEAN * VOLTAGE_MEAN * weight_mean
            - BIAS_MEAN * BIAS_MEAN)
            / (n * nu * nu * voltage_square);
        Self {
            weight_mean,
            weight_sd: libm::sqrt(weight_square - weight_mean * weight_mean),
            bias_mean: BIAS_MEAN,
            bias_sd: BIAS_SD,
        }
    }
}

/// Largest number of units in a layer: units are numbered with 16 bits in spike trains.
pub const MOST_UNITS: usize = 1 << 16;

impl Network {
    /// Shows all arrays, rounded to f32 as the engine holds them: of every layer with weights, from the
    /// input up, `W0`, `b0`, `W1` ..., and after all layers the feedback `Y0` ..., bottom up. A row of a
    /// matrix is a unit of the upper layer, or a hidden unit.
    pub fn visit(&self, visitor: &mut ArrayVisitor<'_>) {
        for (layer, (w, b)) in self.weights.iter().zip(&self.biases).enumerate() {
            visitor(
                &format!("W{layer}"),
                w.shape(),
                &mut w.iter().map(|&w| w as f32),
            );
            visitor(
                &format!("b{layer}"),
                b.shape(),
                &mut b.iter().map(|&b| b as f32),
            );
        }
        for (layer, y) in self.feedback.iter().enumerate() {
            visitor(
                &format!("Y{layer}"),
                y.shape(),
                &mut y.iter().map(|&y| y as f32),
            );
        }
    }

    /// Draws a network's initial weights: uniform about the mean of [`InitialScale`], with a
    /// half-width of `initial_weight_half_width` standard deviations; and its feedback matrices (see
    /// `initial_feedback`). Symmetric feedback starts symmetric.
    ///
    /// # Errors
    /// [`NetworkError`] if the sizes or the sparsity make no network.
    pub fn initial(
        sizes: &[usize],
        parameters: &ValidParameters,
        feedback_weights: FeedbackWeights,
        seed: u64,
    ) -> Result<Self, NetworkError> {
        if sizes.len() < 2 || sizes.contains(&0) {
            return Err(NetworkError::Sizes {
                sizes: sizes.to_vec(),
            });
        }
        check_units(sizes)?;
        let half_width = parameters.initial_weight_half_width;
        let mut weights = Vec::new();
        let mut biases = Vec::new();
        for layer in 0..sizes.len() - 1 {
            let (fan_in, units) = (sizes[layer], sizes[layer + 1]);
            let scale = InitialScale::for_fan_in(fan_in, parameters.lambda_max_per_ms);
            let mut draw =
                StreamKey::new(seed, Purpose::InitialWeights, 0, layer as u64).generator();
            let mut uniform =
                |mean: f64, sd: f64| mean + half_width * sd * draw.random_range(-1.0..1.0);
            weights.push(Array2::from_shape_simple_fn((units, fan_in), || {
                uniform(scale.weight_mean, scale.weight_sd)
            }));
            biases.push(Array1::from_shape_simple_fn(units, || {
                uniform(scale.bias_mean, scale.bias_sd)
            }));
        }
        let mut network = Self {
            sizes: sizes.to_vec(),
            weights,
            biases,
            feedback: initial_feedback(sizes, parameters, feedback_weights, seed)?,
        };
        network.follow_symmetry(
            feedback_weights,
            parameters,
            StreamKey::new(seed, Purpose::FeedbackNoise, 0, 0),
        );
        Ok(network)
    }

    /// Sets feedback that is tied to the forward weights: `Y(last hidden) = W(output)^T`, and
    /// `Y(m) = W(m+1)^T Y(m+1)` below; noise, if any, is added to each afterwards. Does nothing
    /// for fixed feedback.
    pub fn follow_symmetry(
        &mut self,
        kind: FeedbackWeights,
        parameters: &ValidParameters,
        noise: StreamKey,
    ) {
        if !matches!(
            kind,
            FeedbackWeights::Symmetric | FeedbackWeights::NoisySymmetric
        ) {
            return;
        }
        for layer in (0..self.feedback.len()).rev() {
            let transposed = self.weights[layer + 1].t();
            self.feedback[layer] = match self.feedback.get(layer + 1) {
                None => transposed.to_owned(),
                Some(above) => product(&transposed, above),
            };
        }
        if kind == FeedbackWeights::NoisySymmetric {
            let normal = Normal::new(0.0, parameters.symmetric_noise_sd)
                .expect("validated: a standard deviation is finite");
            for (layer, matrix) in self.feedback.iter_mut().enumerate() {
                let mut draw = noise.within(layer as u64).generator();
                // In rows, whatever the layout in memory: a transposed matrix lies in columns.
                matrix
                    .iter_mut()
                    .for_each(|entry| *entry += normal.sample(&mut draw));
            }
        }
    }

    /// Number of hidden layers.
    pub fn hidden_layers(&self) -> usize {
        self.sizes.len() - 2
    }

    /// Checks shapes and that every number is finite.
    ///
    /// # Errors
    /// [`NetworkError`] names the matrix.
    pub fn validate(&self) -> Result<(), NetworkError> {
        let layers = self.sizes.len().saturating_sub(1);
        if layers == 0
            || self.sizes.contains(&0)
            || self.weights.len() != layers
            || self.biases.len() != layers
            || self.feedback.len() + 1 != layers
        {
            return Err(NetworkError::Sizes {
                sizes: self.sizes.clone(),
            });
        }
        check_units(&self.sizes)?;
        let outputs = self.sizes[layers];
        let check = |what, layer, values: ArrayViewD<'_, f64>, expected: &[usize]| {
            if values.shape() != expected {
                return Err(NetworkError::Shape {
                    what,
                    layer,
                    found: values.shape().to_vec(),
                    expected: expected.to_vec(),
                });
            }
            match values.iter().find(|value| !value.is_finite()) {
                Some(&value) => Err(NetworkError::NotFinite { what, layer, value }),
                None => Ok(()),
            }
        };
        for layer in 0..layers {
            let (fan_in, units) = (self.sizes[layer], self.sizes[layer + 1]);
            let (w, b) = (&self.weights[layer], &self.biases[layer]);
            check(
                "the weight matrix W",
                layer,
                w.view().into_dyn(),
                &[units, fan_in],
            )?;
            check("the bias vector b", layer, b.view().into_dyn(), &[units])?;
            if let Some(y) = self.feedback.get(layer) {
                check(
                    "the feedback matrix Y",
                    layer,
                    y.view().into_dyn(),
                    &[units, outputs],
                )?;
            }
        }
        Ok(())
    }
}

fn check_units(sizes: &[usize]) -> Result<(), NetworkError> {
    match sizes.iter().find(|&&units| units > MOST_UNITS) {
        None => Ok(()),
        Some(&units) => Err(NetworkError::TooLarge {
            units,
            most: MOST_UNITS,
        }),
    }
}

/// The random feedback matrices, bottom up. A hidden layer of N units takes `W_sd` and `W_avg` of
/// [`InitialScale`] with N as fan-in, and draws entries `mean + half-width W_sd u`, u uniform from -1
/// to 1, where the mean is `W_avg` or 0. Separate matrices are N x outputs. Chained ones are
/// `Y(m) = R(m) Y(m+1)`, R of N x (units of the layer above). Sparse feedback takes entries of Y away.
fn initial_feedback(
    sizes: &[usize],
    parameters: &ValidParameters,
    feedback_weights: FeedbackWeights,
    seed: u64,
) -> Result<Vec<Array2<f64>>, NetworkError> {
    let (hidden, outputs) = (&sizes[1..sizes.len() - 1], sizes[sizes.len() - 1]);
    let half_width = parameters.feedback_half_width();
    let chained = parameters.feedback_structure == FeedbackStructure::Chained;
    let mut matrices: Vec<Array2<f64>> = Vec::new();
    let mut generators = Vec::new();
    // From the top down: a chained matrix needs the one above it.
    for (layer, &units) in hidden.iter().enumerate().rev() {
        let scale = InitialScale::for_fan_in(units, parameters.lambda_max_per_ms);
        let mean = match parameters.feedback_mean {
            FeedbackMean::WeightMean => scale.weight_mean,
            FeedbackMean::Zero => 0.0,
        };
        let mut draw = StreamKey::new(seed, Purpose::InitialFeedback, 0, layer as u64).generator();
        let mut random = |columns: usize| {
            Array2::from_shape_simple_fn((units, columns), || {
                mean + half_width * scale.weight_sd * draw.random_range(-1.0..1.0)
            })
        };
        let matrix = match matrices.last() {
            Some(above) if chained => product(&random(above.nrows()).view(), above),
            _ => random(outputs),
        };
        matrices.push(matrix);
        generators.push(draw);
    }
    if let FeedbackWeights::Sparse {
        zero_fraction,
        amplification,
    } = feedback_weights
    {
        if !(0.0..=1.0).contains(&zero_fraction) {
            return Err(NetworkError::OutOfRange {
                what: "zero_fraction",
                value: zero_fraction,
                expected: "a share between 0 and 1",
            });
        }
        for (matrix, draw) in matrices.iter_mut().zip(&mut generators) {
            let mut order: Vec<usize> = (0..matrix.len()).collect();
            order.shuffle(draw);
            let zeros = libm::round(zero_fraction * matrix.len() as f64) as usize;
            *matrix *= amplification;
            for &entry in &order[..zeros] {
                matrix[(entry / outputs, entry % outputs)] = 0.0;
            }
        }
    }
    matrices.reverse();
    Ok(matrices)
}

/// `left right`, every sum in the order of its index: a library's product adds up in an order that
/// depends on the processor.
fn product(left: &ArrayView2<'_, f64>, right: &Array2<f64>) -> Array2<f64> {
    Array2::from_shape_fn((left.nrows(), right.ncols()), |(row, column)| {
        let factors = left.row(row).into_iter().zip(right.column(column));
        factors.map(|(a, b)| a * b).sum()
    })
}

#[cfg(test)]
mod tests {
    //! Promise: initial weights have the stated distribution, sparsity is exact, symmetry holds,
    //! and the same seed gives the same network.
    use super::*;
    use crate::segregated::params::Parameters;

    fn valid(parameters: Parameters) -> ValidParameters {
        parameters.valid().unwrap()
    }

    /// `half_width` is in units of the standard deviation that `scale` gives.
    fn assert_uniform(values: &Array2<f64>, mean: f64, half_width: f64, what: &str) {
        let spread = half_width / 3.0_f64.sqrt();
        let count = values.len() as f64;
        let off = (values.mean().unwrap() - mean).abs() * count.sqrt() / spread;
        assert!(off < 4.5, "{what}: mean {off} standard errors off");
        // The variance of a uniform distribution's squares is 4/5 of the variance's square.
        let ratio = values.var(0.0) / (spread * spread);
        assert!(
            (ratio - 1.0).abs() < 4.5 * (0.8 / count).sqrt() + 1.0 / count,
            "{what}: variance {ratio} of that of the formula"
        );
        assert!(
            values.iter().all(|x| (x - mean).abs() <= half_width),
            "{what}: an entry beyond the half-width"
        );
    }

    #[test]
    fn more_units_than_spikes_can_name_are_refused() {
        let units = MOST_UNITS + 1;
        let network = Network {
            sizes: vec![2, units, 2],
            weights: vec![Array2::zeros((units, 2)), Array2::zeros((2, units))],
            biases: vec![Array1::zeros(units), Array1::zeros(2)],
            feedback: vec![Array2::zeros((units, 2))],
        };
        assert!(matches!(
            network.validate(),
            Err(NetworkError::TooLarge { .. })
        ));
    }

    #[test]
    fn arrays_are_shown_row_by_row_in_their_order() {
        use ndarray::{ShapeBuilder, array};
        let rows = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        let mut columns = Array2::zeros((2, 3).f());
        columns.assign(&rows);
        for weights in [rows, columns] {
            let network = Network {
                sizes: vec![3, 2],
                weights: vec![weights],
                biases: vec![Array1::from(vec![7.0, 8.0])],
                feedback: vec![array![[9.0]]],
            };
            let mut seen = Vec::new();
            network.visit(&mut |name, shape, values| {
                seen.push((name.to_owned(), shape.to_vec(), values.collect::<Vec<_>>()));
            });
            let expected = [
                (
                    "W0".to_owned(),
                    vec![2, 3],
                    vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
                ),
                ("b0".to_owned(), vec![2], vec![7.0, 8.0]),
                ("Y0".to_owned(), vec![1, 1], vec![9.0]),
            ];
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn weights_of_every_set_have_the_calculated_mean_and_spread() {
        for set in &crate::segregated::params::NAMED_SETS {
            let p = valid((set.parameters)());
            for sizes in [
                vec![784, 500, 10],
                vec![784, 500, 100, 10],
                vec![784, 500, 100, 100, 10],
            ] {
                let network = Network::initial(&sizes, &p, FeedbackWeights::Random, 1).unwrap();
                for (layer, (w, b)) in network.weights.iter().zip(&network.biases).enumerate() {
                    let what = format!("{} {sizes:?} layer {layer}", set.name);
                    let scale = InitialScale::for_fan_in(sizes[layer], 0.2);
                    let half_width = p.initial_weight_half_width * scale.weight_sd;
                    assert_uniform(w, scale.weight_mean, half_width, &format!("{what} W"));
                    let biases = b.clone().insert_axis(ndarray::Axis(0));
                    let half_width = p.initial_weight_half_width * scale.bias_sd;
                    assert_uniform(&biases, scale.bias_mean, half_width, &format!("{what} b"));
                }
                let top = network.hidden_layers() - 1;
                for (layer, y) in network.feedback.iter().enumerate() {
                    let what = format!("{} {sizes:?} Y of layer {layer}", set.name);
                    assert_eq!(y.dim(), (sizes[layer + 1], 10), "{what}");
                    let scale = InitialScale::for_fan_in(sizes[layer + 1], 0.2);
                    let mean = match p.feedback_mean {
                        FeedbackMean::WeightMean => scale.weight_mean,
                        FeedbackMean::Zero => 0.0,
                    };
                    let half_width = p.feedback_half_width() * scale.weight_sd;
                    if p.feedback_structure == FeedbackStructure::Separate || layer == top {
                        assert_uniform(y, mean, half_width, &what);
                        continue;
                    }
                    // The entries of R are independent and have the variance s^2, so those of a
                    // column of R Y' have s^2 times the squared norm of that column of Y'.
                    let above = &network.feedback[layer + 1];
                    let variance = half_width * half_width / 3.0;
                    for column in 0..10 {
                        let expected = variance * above.column(column).mapv(|v| v * v).sum();
                        let found = y.column(column).mapv(|v| v * v).mean().unwrap();
                        let allowed = 5.0 * (2.0 / y.nrows() as f64).sqrt();
                        assert!(
                            (found / expected - 1.0).abs() < allowed,
                            "{what}, column {column}: mean square {found}, expected {expected}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn spreads_of_the_feedback_are_the_programs() {
        let spread = |p: &ValidParameters, sizes: &[usize], layer: usize| {
            let network = Network::initial(sizes, p, FeedbackWeights::Random, 1).unwrap();
            network.feedback[layer].std(0.0)
        };
        let (one, two) = ([784, 500, 10], [784, 500, 100, 10]);
        let (april, may) = (
            valid(Parameters::authors_2017_04_11()),
            valid(Parameters::authors_2017_05_10()),
        );
        for (found, expected, allowed) in [
            (spread(&april, &one, 0), 0.63, 0.02),
            (spread(&april, &two, 1), 1.41, 0.06),
            (spread(&april, &two, 0), 8.9, 0.9),
            (spread(&may, &one, 0), 1.26, 0.04),
            (spread(&may, &two, 1), 2.82, 0.12),
            (spread(&may, &two, 0), 1.26, 0.04),
        ] {
            assert!(
                (found - expected).abs() < allowed,
                "{found}, not {expected}"
            );
        }
    }

    #[test]
    fn chained_feedback_is_the_product_of_its_matrices() {
        let sizes = [9, 8, 6, 4, 3];
        let chained = valid(Parameters::authors_2017_04_11());
        let separate = valid(Parameters {
            feedback_structure: FeedbackStructure::Separate,
            ..Parameters::authors_2017_04_11()
        });
        let y = Network::initial(&sizes, &chained, FeedbackWeights::Random, 5)
            .unwrap()
            .feedback;
        // With as many outputs as the layer above has units, separate matrices are the factors.
        let factor = |layer: usize, above: usize| {
            let mut sizes = sizes.to_vec();
            sizes[4] = above;
            Network::initial(&sizes, &separate, FeedbackWeights::Random, 5)
                .unwrap()
                .feedback
                .swap_remove(layer)
        };
        assert_eq!(y[2], factor(2, 3));
        for (layer, above) in [(1, 4), (0, 6)] {
            let expected = factor(layer, above).dot(&y[layer + 1]);
            assert!(
                y[layer].iter().zip(&expected).all(|(found, expected)| {
                    (found - expected).abs() < 1e-13 * expected.abs().max(1.0)
                }),
                "layer {layer}"
            );
        }
    }

    #[test]
    fn sparse_feedback_has_exactly_the_share_of_zeros() {
        let kind = FeedbackWeights::Sparse {
            zero_fraction: 0.8,
            amplification: 5.0,
        };
        let network =
            Network::initial(&[20, 500, 10], &valid(Parameters::default()), kind, 3).unwrap();
        let dense = Network::initial(
            &[20, 500, 10],
            &valid(Parameters::default()),
            FeedbackWeights::Random,
            3,
        )
        .unwrap();
        let y = &network.feedback[0];
        assert_eq!(y.iter().filter(|&&entry| entry == 0.0).count(), 4_000);
        for (sparse, dense) in y
            .iter()
            .zip(&dense.feedback[0])
            .filter(|(sparse, _)| **sparse != 0.0)
        {
            assert!((sparse - 5.0 * dense).abs() < 1e-12);
        }
    }

    #[test]
    fn symmetric_feedback_is_the_product_of_transposes() {
        let network = Network::initial(
            &[9, 7, 5, 3],
            &valid(Parameters::default()),
            FeedbackWeights::Symmetric,
            2,
        )
        .unwrap();
        assert_eq!(network.feedback[1], network.weights[2].t());
        let expected = network.weights[1].t().dot(&network.feedback[1]);
        let close = |(found, expected): (&f64, &f64)| (found - expected).abs() < 1e-12;
        assert!(network.feedback[0].iter().zip(&expected).all(close));
    }

    #[test]
    fn impossible_networks_are_refused() {
        let p = valid(Parameters::default());
        for sizes in [vec![], vec![5], vec![5, 0, 3], vec![70_000, 10]] {
            assert!(
                Network::initial(&sizes, &p, FeedbackWeights::Random, 1).is_err(),
                "{sizes:?}"
            );
        }
        let mut network = Network::initial(&[4, 3, 2], &p, FeedbackWeights::Random, 1).unwrap();
        network.validate().unwrap();
        network.weights[1][(0, 0)] = f64::NAN;
        assert!(
            network
                .validate()
                .unwrap_err()
                .to_string()
                .contains("diverged")
        );
    }
}
