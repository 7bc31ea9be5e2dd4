//! Constants, learning rates and options of the model.
//!
//! A set of parameters is plain data until [`ContinuousParameters::validate`] or
//! [`TwoPassParameters::validate`] has made it [`Valid`] for the sizes of a network; only a valid one
//! can be simulated.
//!
//! Units: time in ms, capacitance 1, resting potential 0, rates and potentials without unit.
//! Sources: "paper" is its main text; "programs" are public reimplementations, on whose agreement a
//! value rests that the main text does not give.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::transfer::Transfer;

/// What was wrong with a set of parameters.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// A number outside its bounds.
    #[error("parameter `{field}` is {value}, expected {expected}")]
    OutOfRange {
        /// The field's name.
        field: String,
        /// What it holds.
        value: f64,
        /// What it may hold.
        expected: &'static str,
    },
    /// Fewer than two layers, or a layer without units or with too many.
    #[error(
        "layer sizes {sizes:?}: expected an input and an output layer at least, each of 1 to {MOST_UNITS} units"
    )]
    Sizes {
        /// The sizes, from the input up.
        sizes: Vec<usize>,
    },
    /// A list of learning rates of the wrong length.
    #[error(
        "parameter `learning_rates.{family}` lists {found} rates, expected {expected}, bottom up"
    )]
    LearningRates {
        /// Whose rates.
        family: &'static str,
        /// How many the sizes need.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A rate of the two-pass scheme with which interneurons cannot settle.
    #[error(
        "parameter `learning_rates.{family}` of hidden layer {layer} is {rate}, but {bound} reaches {reached} where it must stay below 2: lower the rate, or set `allow_unstable_rates`"
    )]
    Unstable {
        /// `ip` or `pi`.
        family: &'static str,
        /// The hidden layer, counted from 1.
        layer: usize,
        /// The rate.
        rate: f64,
        /// The product that is bounded.
        bound: &'static str,
        /// The value it reaches.
        reached: f64,
    },
}

/// Largest number of units in a layer.
pub const MOST_UNITS: usize = 1 << 16;

/// Conductances. The defaults are the programs'.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conductances {
    /// `g_lk`, leak of every soma (0.1).
    #[serde(alias = "g_lk")]
    pub leak: f64,
    /// `g_B`, basal dendrite to soma of pyramidal neurons (1).
    #[serde(alias = "g_B")]
    pub basal: f64,
    /// `g_D`, dendrite to soma of interneurons (1).
    #[serde(alias = "g_D")]
    pub dendritic: f64,
    /// `g_A`, apical dendrite to soma of hidden pyramidal neurons (0.8).
    #[serde(alias = "g_A")]
    pub apical: f64,
    /// `g_som`, nudging of interneurons and, while a target is shown, of output neurons (0.8).
    #[serde(alias = "g_som")]
    pub somatic: f64,
}

impl Default for Conductances {
    fn default() -> Self {
        Self {
            leak: 0.1,
            basal: 1.0,
            dendritic: 1.0,
            apical: 0.8,
            somatic: 0.8,
        }
    }
}

impl Conductances {
    /// The basal attenuation of pyramidal neurons, `h = attenuation v_B`: `g_B / (g_lk + g_B + g_A)`, in
    /// the output layer, which has no apical dendrite, `g_B / (g_lk + g_B)`.
    pub fn basal_attenuation(&self, output: bool) -> f64 {
        let apical = if output { 0.0 } else { self.apical };
        self.basal / (self.leak + self.basal + apical)
    }

    /// The attenuation of interneurons, `g_D / (g_lk + g_D)`.
    pub fn interneuron_attenuation(&self) -> f64 {
        self.dendritic / (self.leak + self.dendritic)
    }

    /// `lambda_h = g_A / (g_lk + g_B + g_A)`, the share of the apical potential in a hidden soma.
    pub fn apical_mixing(&self) -> f64 {
        self.apical / (self.leak + self.basal + self.apical)
    }

    /// `lambda_N = g_som / (g_lk + g_B + g_som)`, the share of the target in a nudged output soma.
    pub fn target_mixing(&self) -> f64 {
        self.somatic / (self.leak + self.basal + self.somatic)
    }

    /// `lambda_I = g_som / (g_lk + g_D + g_som)`, the share of the unit above in an interneuron.
    pub fn interneuron_mixing(&self) -> f64 {
        self.somatic / (self.leak + self.dendritic + self.somatic)
    }

    /// The factor `f` of the self-predicting state, `ip_k = f up_(k+1)`: with it an interneuron's
    /// attenuated prediction is that of the pyramidal neuron above it (an output neuron, or not).
    pub fn self_prediction(&self, output_above: bool) -> f64 {
        self.basal_attenuation(output_above) * (self.leak + self.dendritic) / self.dendritic
    }
}

/// Learning rates, bottom up: per ms in the continuous dynamics, per update in the two-pass scheme.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearningRates {
    /// Bottom-up weights (and their biases), one a layer above the input.
    pub up: Vec<f64>,
    /// Pyramidal neurons to interneurons (and their biases), one a hidden layer.
    pub ip: Vec<f64>,
    /// Interneurons to apical dendrites, one a hidden layer.
    pub pi: Vec<f64>,
    /// Top-down weights, one a hidden layer; 0, which the paper mostly has, keeps them fixed.
    pub down: Vec<f64>,
}

impl LearningRates {
    /// No plasticity at all in a network of these sizes.
    pub fn none(sizes: &[usize]) -> Self {
        let layers = sizes.len().saturating_sub(1);
        let hidden = vec![0.0; layers.saturating_sub(1)];
        Self {
            up: vec![0.0; layers],
            ip: hidden.clone(),
            pi: hidden.clone(),
            down: hidden,
        }
    }

    /// The same with every rate multiplied: a pattern's worth of rates per ms is that times its length.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        let times = |rates: &[f64]| rates.iter().map(|rate| rate * factor).collect();
        Self {
            up: times(&self.up),
            ip: times(&self.ip),
            pi: times(&self.pi),
            down: times(&self.down),
        }
    }
}

/// What both ways of simulating a circuit share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitParameters {
    /// Conductances.
    #[serde(default)]
    pub conductances: Conductances,
    /// Transfer function of all neurons.
    pub transfer: Transfer,
    /// Learning rates.
    pub learning_rates: LearningRates,
    /// Rate of one more presynaptic unit of `up` and `ip`, whose weights are the biases. 0: no biases.
    #[serde(default)]
    pub bias_rate: f64,
    /// Plastic weights are clipped to this magnitude after every update. If left out: not at all.
    #[serde(default)]
    pub weight_limit: Option<f64>,
}

/// How a noise draw `xi` of standard deviation 1 enters a time step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoiseScaling {
    /// `dt sigma xi`, as most programs have it.
    #[default]
    Dt,
    /// `sqrt(dt) sigma xi`, which keeps the noise's strength when `dt` changes.
    SqrtDt,
}

/// How far a filter of time constant `tau_0` moves in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterCoefficient {
    /// `dt / tau_0`; 1 where `tau_0` is 0.
    #[default]
    Explicit,
    /// `dt / (tau_0 + dt)`.
    Implicit,
}

/// Parameters of the continuous dynamics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContinuousParameters {
    /// What the two-pass scheme has, too.
    pub circuit: CircuitParameters,
    /// Time step (0.1, programs).
    #[serde(default = "defaults::dt_ms")]
    pub dt_ms: f64,
    /// `tau_w`, low-pass filter of the induction terms (30, programs).
    #[serde(default = "defaults::tau_w_ms")]
    pub tau_w_ms: f64,
    /// `tau_0`, low-pass filter of the input, and of the target where `target_filter` says so
    /// (3, programs). 0: no filter.
    #[serde(default = "defaults::filter_tau_ms")]
    pub filter_tau_ms: f64,
    /// Whether the target is filtered like the input (programs: two yes, two no).
    #[serde(default = "defaults::target_filter")]
    pub target_filter: bool,
    /// The filters' step.
    #[serde(default)]
    pub filter_coefficient: FilterCoefficient,
    /// Standard deviation of the noise on every potential.
    #[serde(default)]
    pub sigma: f64,
    /// How noise enters a step.
    #[serde(default)]
    pub noise_scaling: NoiseScaling,
    /// How long after a pattern's onset plasticity begins (paper: 0; programs: up to 28).
    #[serde(default)]
    pub plasticity_lag_ms: f64,
    /// Whether the induction terms start from 0 at every pattern (most programs: no).
    #[serde(default)]
    pub reset_induction: bool,
    /// Whether all potentials start from 0 at every pattern (most programs: no).
    #[serde(default)]
    pub reset_potentials: bool,
    /// How long a pattern is shown (100, programs).
    #[serde(default = "defaults::pattern_ms")]
    pub pattern_ms: f64,
    /// The end of a pattern over which its response is averaged (70, programs).
    #[serde(default = "defaults::average_ms")]
    pub average_ms: f64,
}

mod defaults {
    pub(super) fn dt_ms() -> f64 {
        0.1
    }
    pub(super) fn tau_w_ms() -> f64 {
        30.0
    }
    pub(super) fn filter_tau_ms() -> f64 {
        3.0
    }
    pub(super) fn target_filter() -> bool {
        true
    }
    pub(super) fn pattern_ms() -> f64 {
        100.0
    }
    pub(super) fn average_ms() -> f64 {
        70.0
    }
    pub(super) fn batch_size() -> usize {
        1
    }
}

impl ContinuousParameters {
    /// The programs' constants, without noise.
    pub fn new(circuit: CircuitParameters) -> Self {
        Self {
            circuit,
            dt_ms: defaults::dt_ms(),
            tau_w_ms: defaults::tau_w_ms(),
            filter_tau_ms: defaults::filter_tau_ms(),
            target_filter: defaults::target_filter(),
            filter_coefficient: FilterCoefficient::default(),
            sigma: 0.0,
            noise_scaling: NoiseScaling::default(),
            plasticity_lag_ms: 0.0,
            reset_induction: false,
            reset_potentials: false,
            pattern_ms: defaults::pattern_ms(),
            average_ms: defaults::average_ms(),
        }
    }

    /// Checks that a network of these sizes can be simulated.
    ///
    /// # Errors
    /// [`ParameterError`] names the first field that stands in the way, and its bound.
    pub fn validate(self, sizes: &[usize]) -> Result<Valid<Self>, ParameterError> {
        self.circuit.check(sizes)?;
        let g = &self.circuit.conductances;
        let strongest = g.leak + g.basal.max(g.dendritic) + g.apical.max(g.somatic);
        check(
            "dt_ms",
            self.dt_ms,
            "positive, and below 2 over the sum of a soma's conductances",
            |v| v > 0.0 && v * strongest < 2.0,
        )?;
        check("tau_w_ms", self.tau_w_ms, "at least dt_ms", |v| {
            v >= self.dt_ms
        })?;
        check(
            "filter_tau_ms",
            self.filter_tau_ms,
            "0 (no filter) or at least dt_ms",
            |v| v == 0.0 || v >= self.dt_ms,
        )?;
        check("sigma", self.sigma, "0 or positive", |v| v >= 0.0)?;
        check(
            "pattern_ms",
            self.pattern_ms,
            "at least dt_ms, and at most 1e6 of it",
            |v| v >= self.dt_ms && v <= 1e6 * self.dt_ms,
        )?;
        check(
            "average_ms",
            self.average_ms,
            "at least dt_ms and at most pattern_ms",
            |v| v >= self.dt_ms && v <= self.pattern_ms,
        )?;
        check(
            "plasticity_lag_ms",
            self.plasticity_lag_ms,
            "0 or positive",
            |v| v >= 0.0,
        )?;
        Ok(Valid::new(self, sizes))
    }

    /// Time steps of a pattern.
    pub fn pattern_steps(&self) -> usize {
        (self.pattern_ms / self.dt_ms).round() as usize
    }

    /// Time steps at the end of a pattern over which its response is averaged.
    pub fn average_steps(&self) -> usize {
        (self.average_ms / self.dt_ms).round() as usize
    }

    /// The first step of a pattern, counted from 0, in which weights may change.
    pub fn first_plastic_step(&self) -> usize {
        // A lag that is a whole number of steps but for rounding means that number.
        (self.plasticity_lag_ms / self.dt_ms - 1e-9).ceil().max(0.0) as usize
    }

    /// How far a filter moves in a step: the input's, or the target's.
    pub fn filter_step(&self) -> f64 {
        match self.filter_coefficient {
            _ if self.filter_tau_ms == 0.0 => 1.0,
            FilterCoefficient::Explicit => self.dt_ms / self.filter_tau_ms,
            FilterCoefficient::Implicit => self.dt_ms / (self.filter_tau_ms + self.dt_ms),
        }
    }

    /// What a noise draw is multiplied by.
    pub fn noise_step(&self) -> f64 {
        self.sigma
            * match self.noise_scaling {
                NoiseScaling::Dt => self.dt_ms,
                NoiseScaling::SqrtDt => libm::sqrt(self.dt_ms),
            }
    }
}

/// How the terms of a batch become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchReduction {
    /// Their mean.
    #[default]
    Mean,
    /// Their sum.
    Sum,
}

/// Presynaptic rates in the terms of the two-pass scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresynapticRates {
    /// `phi(u)`, after the downward pass.
    #[default]
    Nudged,
    /// `phi(h)`, of the forward pass.
    Forward,
}

/// Parameters of the two-pass scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwoPassParameters {
    /// What the continuous dynamics have, too.
    pub circuit: CircuitParameters,
    /// Patterns of the largest batch.
    #[serde(default = "defaults::batch_size")]
    pub batch_size: usize,
    /// How a batch's terms become one.
    #[serde(default)]
    pub batch_reduction: BatchReduction,
    /// Presynaptic rates of the terms.
    #[serde(default)]
    pub presynaptic_rates: PresynapticRates,
    /// Runs learning rates that break a bound of [`Self::validate`].
    #[serde(default)]
    pub allow_unstable_rates: bool,
}

impl TwoPassParameters {
    /// The paper's scheme for batches of this size.
    pub fn new(circuit: CircuitParameters, batch_size: usize) -> Self {
        Self {
            circuit,
            batch_size,
            batch_reduction: BatchReduction::default(),
            presynaptic_rates: PresynapticRates::default(),
            allow_unstable_rates: false,
        }
    }

    /// Checks that a network of these sizes can be simulated, and that its interneurons can settle: an
    /// update makes `pi` overshoot unless `eta_pi |r_I|^2 < 2`, and `ip` unless
    /// `eta_ip lambda_I phi' |r|^2 < 2` (times the batch's size for sums). The bounds are taken at the
    /// highest rates and slope of the logistic function, and for the soft rectifier, whose rates have
    /// no bound, at potential 0, so that there they are necessary but not sufficient.
    ///
    /// # Errors
    /// [`ParameterError`] names the first field that stands in the way, and its bound.
    pub fn validate(self, sizes: &[usize]) -> Result<Valid<Self>, ParameterError> {
        self.circuit.check(sizes)?;
        check("batch_size", self.batch_size as f64, "1 to 65536", |v| {
            (1.0..=65536.0).contains(&v)
        })?;
        if !self.allow_unstable_rates {
            self.check_stability(sizes)?;
        }
        Ok(Valid::new(self, sizes))
    }

    fn check_stability(&self, sizes: &[usize]) -> Result<(), ParameterError> {
        let circuit = &self.circuit;
        let (rate, slope) = match circuit.transfer {
            Transfer::Logistic => (1.0, 0.25),
            soft => (soft.rate(0.0), soft.slope(0.0)),
        };
        let summed = match self.batch_reduction {
            BatchReduction::Mean => 1.0,
            BatchReduction::Sum => self.batch_size as f64,
        };
        let lambda = circuit.conductances.interneuron_mixing();
        let bias = circuit.bias_rate * circuit.bias_rate;
        for layer in 1..sizes.len() - 1 {
            let square = |units: usize| summed * rate * rate * units as f64;
            let (pi, ip) = (
                circuit.learning_rates.pi[layer - 1],
                circuit.learning_rates.ip[layer - 1],
            );
            let bounds = [
                ("pi", pi, "eta |r_I|^2", pi * square(sizes[layer + 1])),
                (
                    "ip",
                    ip,
                    "eta lambda_I phi' |r|^2",
                    ip * lambda * slope * (square(sizes[layer]) + summed * bias),
                ),
            ];
            for (family, rate, bound, reached) in bounds {
                if reached >= 2.0 {
                    return Err(ParameterError::Unstable {
                        family,
                        layer,
                        rate,
                        bound,
                        reached,
                    });
                }
            }
        }
        Ok(())
    }
}

impl CircuitParameters {
    fn check(&self, sizes: &[usize]) -> Result<(), ParameterError> {
        if sizes.len() < 2 || sizes.iter().any(|&units| units == 0 || units > MOST_UNITS) {
            return Err(ParameterError::Sizes {
                sizes: sizes.to_vec(),
            });
        }
        let g = &self.conductances;
        for (field, value) in [
            ("leak", g.leak),
            ("basal", g.basal),
            ("dendritic", g.dendritic),
        ] {
            check(&format!("conductances.{field}"), value, "positive", |v| {
                v > 0.0
            })?;
        }
        for (field, value) in [("apical", g.apical), ("somatic", g.somatic)] {
            check(
                &format!("conductances.{field}"),
                value,
                "0 or positive",
                |v| v >= 0.0,
            )?;
        }
        if let Transfer::SoftRectifier { gamma, beta, theta } = self.transfer {
            check("transfer.gamma", gamma, "positive", |v| v > 0.0)?;
            check("transfer.beta", beta, "positive", |v| v > 0.0)?;
            check("transfer.theta", theta, "a finite potential", |_| true)?;
        }
        check("bias_rate", self.bias_rate, "0 or positive", |v| v >= 0.0)?;
        if let Some(limit) = self.weight_limit {
            check("weight_limit", limit, "positive", |v| v > 0.0)?;
        }
        let (layers, rates) = (sizes.len() - 1, &self.learning_rates);
        for (family, list, expected) in [
            ("up", &rates.up, layers),
            ("ip", &rates.ip, layers - 1),
            ("pi", &rates.pi, layers - 1),
            ("down", &rates.down, layers - 1),
        ] {
            if list.len() != expected {
                return Err(ParameterError::LearningRates {
                    family,
                    expected,
                    found: list.len(),
                });
            }
            for &rate in list {
                check(
                    &format!("learning_rates.{family}"),
                    rate,
                    "0 or positive",
                    |v| v >= 0.0,
                )?;
            }
        }
        Ok(())
    }
}

/// A finite number within its bounds.
fn check(
    field: &str,
    value: f64,
    expected: &'static str,
    allowed: impl Fn(f64) -> bool,
) -> Result<(), ParameterError> {
    if value.is_finite() && allowed(value) {
        return Ok(());
    }
    Err(ParameterError::OutOfRange {
        field: field.to_owned(),
        value,
        expected,
    })
}

/// Parameters that were found valid for a network of certain sizes.
///
/// ```
/// use segdend_core::microcircuit::params::*;
/// use segdend_core::microcircuit::transfer::Transfer;
///
/// let sizes = [30, 20, 10];
/// let circuit = CircuitParameters {
///     conductances: Conductances::default(),
///     transfer: Transfer::Logistic,
///     learning_rates: LearningRates::none(&sizes),
///     bias_rate: 0.0,
///     weight_limit: None,
/// };
/// let valid = ContinuousParameters::new(circuit.clone()).validate(&sizes)?;
/// assert_eq!(valid.pattern_steps(), 1000);
/// assert!(ContinuousParameters::new(circuit).validate(&[30, 20, 20, 10]).is_err());
/// # Ok::<(), ParameterError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Valid<P> {
    parameters: P,
    sizes: Vec<usize>,
}

impl<P> Valid<P> {
    fn new(parameters: P, sizes: &[usize]) -> Self {
        Self {
            parameters,
            sizes: sizes.to_vec(),
        }
    }

    /// Units in each layer, from the input to the output.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }
}

impl<P> Deref for Valid<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.parameters
    }
}
