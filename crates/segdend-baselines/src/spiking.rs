//! Backpropagation's update for the spiking network, by automatic differentiation.
//!
//! The spiking network of `segdend-core` has no gradient of its own: spikes are draws. What the
//! comparison of Figure 7A calls backpropagation's update is the gradient of the output loss in the
//! steady state to which the averages of a forward phase belong. Here that steady state is a
//! computation, and is differentiated; `segdend_core::segregated::plasticity` holds the closed form, and the
//! tests hold the two together.

use burn::tensor::{DType, Device, Tensor, TensorData};
use segdend_core::segregated::network::Network as SpikingNetwork;
use segdend_core::segregated::params::Parameters;
use segdend_core::segregated::record::PhaseRecord;

use crate::learning::{leaf, take};
use crate::{Backend, BaselineError};

/// Backpropagation's directions for the spiking network after one example, in double precision.
/// Letters in brackets are the equations of [`spiking_gradients`].
///
/// A step would subtract `eta P` times these (Eqs. 20 and 23).
#[derive(Clone, Debug, PartialEq)]
pub struct SpikingGradients {
    /// `L` of Eq. (a), (spikes per ms)^2.
    pub loss: f64,
    /// `dL/dW`, one matrix a layer above the input, bottom up, row by row: units x inputs.
    pub weights: Vec<Vec<f64>>,
    /// `dL/db`, the deltas, one vector a layer above the input, bottom up.
    pub deltas: Vec<Vec<f64>>,
}

/// Differentiates the output loss of one example with respect to all weights and biases of the
/// spiking network: backpropagation's update of Figure 7A.
///
/// # What is differentiated
///
/// Layers are counted from 0 above the input; `m` is the output layer. All bars are averages over
/// the forward phase, as measured:
///
/// - `PSP_l`: postsynaptic potentials at the inputs of layer `l`, spikes per ms;
/// - `C_l`: somatic voltages of layer `l`, V (`U` in the output layer, `l = m`).
///
/// The loss is half of the output layer's loss (Eq. 7; Eq. 19 leaves out the square's 2):
///
/// ```text
/// L = 1/2 |target - lambda_max sigma(U)|^2                                        (a)
/// ```
///
/// In the steady state a dendrite passes a fixed share of its voltage on to its soma (Eq. 18 for the
/// output layer, the `k_B` of Eq. 22 for hidden ones), a soma's rate is Eq. 13, and mean
/// postsynaptic potentials are mean rates (Lemma 1):
///
/// ```text
/// dendrite_l = W_l PSP_l + b_l                                       Eqs. 11, 14  (b)
/// C_l        = k dendrite_l,  k = k_B in hidden layers, k_D in the output layer   (c)
/// PSP_(l+1)  = lambda_max sigma(C_l)                                              (d)
/// ```
///
/// Measured averages fulfil (c) and (d) only nearly: spikes are noisy, phases short and the
/// program's kernel is truncated. So the averages stand where they were measured, and (c) and (d)
/// say only how they would *change* with the weights. With `x - hold(x)`, which is zero and has the
/// slope of `x`:
///
/// ```text
/// C_l        = measured C_l       + k (dendrite_l - hold(dendrite_l))             (c')
/// PSP_(l+1)  = measured PSP_(l+1) + lambda_max (sigma(C_l) - hold(sigma(C_l)))    (d')
/// ```
///
/// Held fixed besides: the input's potentials `PSP_0`, the target rates, and all apical voltages
/// (through them the output reaches back to the hidden layers when `g_A` is not zero; of `g_A` only
/// its part in `k_B = g_B / (g_L + g_B + g_A)` remains).
///
/// # What comes out
///
/// The chain rule through (a), (c'), (d') and (b) gives, with `delta_l` the gradient with respect to
/// `b_l`:
///
/// ```text
/// delta_m = -k_D lambda_max sigma'(U) * (target - lambda_max sigma(U))   Eq. 19   (e)
/// delta_l = (W_(l+1)^T delta_(l+1)) * k_B lambda_max sigma'(C_l)                  (f)
/// dL/dW_l = delta_l PSP_l^T                                                       (g)
/// ```
///
/// (e) to (g) are the published update, before the factors `eta P` of Eqs. 20 and 23.
///
/// # Arguments
///
/// - `network`: the weights the example was shown with, that is before its update;
/// - `forward`: the averages of its forward phase, of which `mean_soma` (V) and `mean_psp` (spikes
///   per ms) are used;
/// - `target_rates`: the mean rates of the output layer in its target phase (Eqs. 5 and 24), spikes
///   per ms, the last of `ExampleRecord::target`'s `mean_rate`.
///
/// Any number of hidden layers will do, none included.
///
/// # Errors
///
/// [`BaselineError::SpikingNetwork`] if the network is damaged, [`BaselineError::AverageCount`] or
/// [`BaselineError::NonFiniteAverage`] if averages are missing or not finite,
/// [`BaselineError::Tensor`] if the backend fails.
///
/// ```
/// use segdend_baselines::{Backend, spiking_gradients};
/// use segdend_core::segregated::engine::Engine;
/// use segdend_core::segregated::example::{Example, SpikeDrive};
/// use segdend_core::segregated::mechanisms::{FeedbackWeights, LearningRule, Mechanisms, PlateauTiming};
/// use segdend_core::segregated::network::Network;
/// use segdend_core::segregated::params::Parameters;
/// use segdend_core::rng::{Purpose, StreamKey};
/// use segdend_core::segregated::schedule::Schedule;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let p = Parameters::default().valid()?;
/// let mechanisms = Mechanisms { learning_rule: LearningRule::Backpropagation, ..Default::default() };
/// let network = Network::initial(&[4, 3, 2], &p, FeedbackWeights::Random, 1)?;
/// let mut engine = Engine::new(p.clone(), mechanisms, vec![0.21, 0.21], &network)?;
/// let schedule = Schedule::draw(&p, PlateauTiming::Synchronous, &[3], 1, 1, 0);
/// let spikes = SpikeDrive::Free(StreamKey::new(1, Purpose::TrainingSpikes, 1, 0));
/// let noise = StreamKey::new(1, Purpose::FeedbackNoise, 1, 0);
/// let before = engine.network();
/// let image = &[0, 128, 255, 50];
/// let (record, _) = engine.observe(&Example { image, label: 1, schedule: &schedule, spikes, noise });
///
/// let target_rates = record.target.mean_rate.last().expect("there is an output layer");
/// let found = spiking_gradients(&p, &before, &record.forward, target_rates, Backend::Flex)?;
/// for (found, engine) in found.deltas[0].iter().zip(&record.delta[0]) {
///     assert!((found - engine).abs() < 1e-6);
/// }
/// # Ok(())
/// # }
/// ```
pub fn spiking_gradients(
    parameters: &Parameters,
    network: &SpikingNetwork,
    forward: &PhaseRecord,
    target_rates: &[f64],
    backend: Backend,
) -> Result<SpikingGradients, BaselineError> {
    network.validate()?;
    let layers = network.weights.len();
    let averages = Averages {
        device: backend.device(),
    };
    let lambda_max = parameters.lambda_max_per_ms;
    let target = averages.column(
        "target rates",
        layers - 1,
        target_rates,
        network.sizes[layers],
    )?;

    let mut leaves = Vec::with_capacity(layers);
    // The rates of the layer below less what they are: the zero of (d').
    let mut rate_change: Option<Tensor<2>> = None;
    let mut rates = None;
    for layer in 0..layers {
        let (inputs, units) = (network.sizes[layer], network.sizes[layer + 1]);
        let values = network.weights[layer].iter().copied().collect();
        let weights = leaf(averages.place(values, [units, inputs]));
        let biases = leaf(averages.place(network.biases[layer].to_vec(), [units, 1]));

        let measured = entry(&forward.mean_psp, layer);
        let psp = averages.column("mean postsynaptic potentials", layer, measured, inputs)?;
        let psp = match rate_change.take() {
            Some(change) => psp + change,
            None => psp,
        };
        let dendrite = weights.clone().matmul(psp) + biases.clone();
        let attenuation = if layer + 1 < layers {
            parameters.basal_attenuation()
        } else {
            parameters.dendritic_attenuation()
        };
        let measured = entry(&forward.mean_soma, layer);
        let soma = averages.column("mean somatic voltages", layer, measured, units)?;
        let soma = soma + change_of(dendrite).mul_scalar(attenuation);
        let rate = sigma(soma).mul_scalar(lambda_max);
        rate_change = Some(change_of(rate.clone()));
        rates = Some(rate);
        leaves.push((weights, biases));
    }
    let rates = rates.expect("a valid network has a layer above the input");
    let loss = (target - rates).square().sum().div_scalar(2.0);

    let mut gradients = loss.backward();
    let loss = loss.without_autodiff().try_into_scalar::<f64>()?;
    let mut found = SpikingGradients {
        loss,
        weights: Vec::with_capacity(layers),
        deltas: Vec::with_capacity(layers),
    };
    for (weights, biases) in leaves {
        let read = |gradient: Tensor<2>| gradient.try_into_vec_as::<f64>();
        found.weights.push(read(take(&weights, &mut gradients))?);
        found.deltas.push(read(take(&biases, &mut gradients))?);
    }
    Ok(found)
}

/// `sigma(x) = 1 / (1 + exp(-x))` (Eq. 13), in the precision of `x`: burn's own rounds to single on
/// the ndarray backend. Beyond 700 V, where the slope is below 1e-304, it counts as flat, so that no
/// exponential overflows.
fn sigma(voltages: Tensor<2>) -> Tensor<2> {
    const FLAT_BEYOND_V: f64 = 700.0;
    let bounded = voltages.clamp(-FLAT_BEYOND_V, FLAT_BEYOND_V);
    bounded.neg().exp().add_scalar(1.0).recip()
}

/// `x - hold(x)`: zero, with the slope of `x`.
fn change_of(values: Tensor<2>) -> Tensor<2> {
    values.clone() - values.detach()
}

/// A layer's averages; none if the record does not have them.
fn entry(averages: &[Vec<f64>], layer: usize) -> &[f64] {
    averages.get(layer).map_or(&[], Vec::as_slice)
}

/// Puts averages on a device after looking at them.
struct Averages {
    device: Device,
}

impl Averages {
    /// A matrix in double precision.
    fn place(&self, values: Vec<f64>, shape: [usize; 2]) -> Tensor<2> {
        Tensor::from_data(TensorData::new(values, shape), (&self.device, DType::F64))
    }

    /// A layer's averages as a constant of the computation, units x 1.
    fn column(
        &self,
        averages: &'static str,
        layer: usize,
        values: &[f64],
        expected: usize,
    ) -> Result<Tensor<2>, BaselineError> {
        if values.len() != expected {
            return Err(BaselineError::AverageCount {
                averages,
                layer,
                expected,
                found: values.len(),
            });
        }
        if let Some(unit) = values.iter().position(|value| !value.is_finite()) {
            return Err(BaselineError::NonFiniteAverage {
                averages,
                layer,
                unit,
                value: values[unit],
            });
        }
        Ok(self.place(values.to_vec(), [expected, 1]).autodiff())
    }
}
