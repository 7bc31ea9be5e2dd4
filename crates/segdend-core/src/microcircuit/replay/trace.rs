//! The trace formats: one JSON object, plain or gzip.
//!
//! Layer lists run bottom up. `W_up[k]`: n(k+1) x n(k), k = 0 is input to first hidden layer;
//! `W_ip[k]`: n(k+2) x n(k+1); `W_pi[k]`, `W_down[k]`: n(k+1) x n(k+2), k = 0 the first hidden layer; rows
//! are postsynaptic. `b_up[k]`, `b_ip[k]` stand where `bias_rate` is not 0. Rates of a family are
//! listed a layer.
//!
//! `format: micro-continuous/1`
//!
//! | field | what it holds |
//! |---|---|
//! | `sizes` | units in each layer, from the input to the output |
//! | `conductances` | `g_lk`, `g_B`, `g_D`, `g_A`, `g_som` |
//! | `transfer` | `kind` (`soft_rectifier`, also called `softplus`, with `gamma`, `beta`, `theta`; or `logistic`) |
//! | `dt_ms`, `tau_w_ms`, `sigma`, `noise_scaling`, `plasticity_lag_ms`, `bias_rate`, `weight_limit` | as in [`ContinuousParameters`] |
//! | `input_filter_tau_ms`, `target_filter`, `filter_coefficient`, `filter_start` | the filters; the last can only be `first pattern` |
//! | `reset_induction_each_pattern`, `reset_potentials_each_pattern` | whether a pattern starts from 0 |
//! | `learning_rates` | `up`, `ip`, `pi`, `down`, per ms |
//! | `initial` | weights at the start; all potentials and induction terms are 0 |
//! | `patterns` | in order, state carrying over: `input`, `target`, `steps`, `nudging`, `plastic`; `noise.pyramidal[k][step][i]` and `noise.interneuron[k][step][i]`; `records`; `after` and `induction_after` |
//!
//! A record holds `after_step` n and the values after n steps of its pattern: `input_filtered`,
//! `target_filtered`, `u_pyramidal`, `u_interneuron`, `v_basal`, `v_apical`, `v_interneuron`, `induction`.
//!
//! `format: micro-two-pass/1` has `sizes`, `conductances`, `transfer`, `bias_rate`, `weight_limit`,
//! `learning_rates` (per update), `initial`, and:
//!
//! | field | what it holds |
//! |---|---|
//! | `batch_reduction`, `presynaptic_rates` | as in [`TwoPassParameters`] |
//! | `updates` | `inputs[b]`, `target_potentials[b]`; `forward` (`v_basal`, `v_hat_basal`, `rate`) and `downward` (`u_pyramidal`, `v_interneuron`, `v_hat_interneuron`, `u_interneuron`, `v_apical`), each `[layer][b][i]`; `terms`; `after` |
//! | `test` | `inputs` and their `output_potential` after the last update |
//!
//! Other fields are ignored. Values that a trace leaves out are not compared.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use ndarray::{Array1, Array2};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::data::patterns::Sample;
use crate::microcircuit::network::{Family, NetworkError, Synapses};
use crate::microcircuit::params::{
    BatchReduction, CircuitParameters, Conductances, ContinuousParameters, FilterCoefficient,
    LearningRates, NoiseScaling, ParameterError, PresynapticRates, TwoPassParameters, Valid,
};
use crate::microcircuit::pattern::{self, PatternError, Presentation};
use crate::microcircuit::transfer::Transfer;

/// The largest trace, in bytes of unpacked JSON.
pub const MOST_BYTES: u64 = 128 << 20;
/// The most steps that a pattern of a trace may have.
pub const MOST_STEPS: usize = 1 << 20;

/// Why a trace cannot be replayed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The file cannot be read or unpacked.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is too large.
    #[error("{path} holds more than {most} bytes of JSON: traces are short sessions")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most it may hold.
        most: u64,
    },
    /// The file is not a trace.
    #[error("{path} is not a trace: {source}")]
    Json {
        /// The file.
        path: PathBuf,
        /// Where it departs from the format.
        source: serde_json::Error,
    },
    /// A field with a value that is not known.
    #[error("{path}: `{field}` is \"{found}\", expected \"{expected}\"")]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The field.
        field: &'static str,
        /// What it holds.
        found: String,
        /// What it may hold.
        expected: &'static str,
    },
    /// A list of the wrong length, or a number out of range.
    #[error("{path}: `{field}` is {found}, expected {expected}")]
    Inconsistent {
        /// The file.
        path: PathBuf,
        /// The field, or the length of the list it holds.
        field: String,
        /// What was found.
        found: usize,
        /// What was expected.
        expected: String,
    },
    /// Weights that do not fit the sizes.
    #[error("{path}: `{field}`: {source}")]
    Network {
        /// The file.
        path: PathBuf,
        /// Which weights.
        field: String,
        /// What is wrong with them.
        source: NetworkError,
    },
    /// Parameters that cannot run.
    #[error("{path}: {source}")]
    Parameters {
        /// The file.
        path: PathBuf,
        /// What is wrong with them.
        source: ParameterError,
    },
    /// A pattern that does not fit the sizes.
    #[error("{path}: `{field}`: {source}")]
    Pattern {
        /// The file.
        path: PathBuf,
        /// Which pattern.
        field: String,
        /// What is wrong with it.
        source: PatternError,
    },
}

type Layers = Vec<Vec<f64>>;
pub(super) type Matrices = Vec<Vec<Vec<f64>>>;

/// A number for every synapse, as a trace has them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawSynapses {
    #[serde(rename = "W_up")]
    up: Matrices,
    #[serde(rename = "b_up")]
    up_bias: Layers,
    #[serde(rename = "W_ip")]
    ip: Matrices,
    #[serde(rename = "b_ip")]
    ip_bias: Layers,
    #[serde(rename = "W_pi")]
    pi: Matrices,
    #[serde(rename = "W_down")]
    down: Matrices,
}

impl RawSynapses {
    /// The arrays of a family, each in one piece.
    pub(super) fn flat(&self, family: Family) -> Layers {
        let flat = |list: &Matrices| list.iter().map(|matrix| matrix.concat()).collect();
        match family {
            Family::Up => flat(&self.up),
            Family::UpBias => self.up_bias.clone(),
            Family::Ip => flat(&self.ip),
            Family::IpBias => self.ip_bias.clone(),
            Family::Pi => flat(&self.pi),
            Family::Down => flat(&self.down),
        }
    }
}

#[derive(Debug, Deserialize)]
struct RawFormat {
    format: String,
}

#[derive(Debug, Clone, Deserialize)]
struct RawContinuous {
    sizes: Vec<usize>,
    conductances: Conductances,
    transfer: Transfer,
    dt_ms: f64,
    tau_w_ms: f64,
    input_filter_tau_ms: f64,
    target_filter: bool,
    #[serde(default)]
    filter_coefficient: FilterCoefficient,
    filter_start: Option<String>,
    #[serde(default)]
    sigma: f64,
    #[serde(default)]
    noise_scaling: NoiseScaling,
    #[serde(default)]
    plasticity_lag_ms: f64,
    #[serde(default)]
    reset_induction_each_pattern: bool,
    #[serde(default)]
    reset_potentials_each_pattern: bool,
    #[serde(default)]
    bias_rate: f64,
    weight_limit: Option<f64>,
    learning_rates: LearningRates,
    initial: RawSynapses,
    patterns: Vec<RawPattern>,
}

#[derive(Debug, Clone, Deserialize)]
struct RawPattern {
    input: Vec<f64>,
    #[serde(default)]
    target: Vec<f64>,
    steps: usize,
    nudging: bool,
    plastic: bool,
    noise: Option<RecordedNoise>,
    #[serde(default)]
    records: Vec<RawRecord>,
    #[serde(default)]
    after: RawSynapses,
    #[serde(default)]
    induction_after: RawSynapses,
}

/// Noise draws, `[layer][step][unit]`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RecordedNoise {
    pub(super) pyramidal: Matrices,
    #[serde(default)]
    pub(super) interneuron: Matrices,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawRecord {
    pub(super) after_step: usize,
    pub(super) input_filtered: Vec<f64>,
    pub(super) target_filtered: Vec<f64>,
    pub(super) u_pyramidal: Layers,
    pub(super) u_interneuron: Layers,
    pub(super) v_basal: Layers,
    pub(super) v_apical: Layers,
    pub(super) v_interneuron: Layers,
    pub(super) induction: RawSynapses,
}

/// A pattern of a continuous trace, and what is expected.
#[derive(Debug, Clone)]
pub(super) struct TracePattern {
    pub(super) sample: Sample,
    pub(super) how: Presentation,
    pub(super) noise: Option<RecordedNoise>,
    pub(super) records: Vec<RawRecord>,
    pub(super) after: RawSynapses,
    pub(super) induction_after: RawSynapses,
}

/// A session of the continuous dynamics, checked and ready to be replayed.
#[derive(Debug, Clone)]
pub struct ContinuousTrace {
    /// Parameters of the session.
    pub parameters: Valid<ContinuousParameters>,
    /// The weights at its start.
    pub initial: Synapses,
    pub(super) patterns: Vec<TracePattern>,
}

#[derive(Debug, Clone, Deserialize)]
struct RawTwoPass {
    sizes: Vec<usize>,
    conductances: Conductances,
    transfer: Transfer,
    #[serde(default)]
    bias_rate: f64,
    weight_limit: Option<f64>,
    learning_rates: LearningRates,
    #[serde(default)]
    batch_reduction: BatchReduction,
    #[serde(default)]
    presynaptic_rates: PresynapticRates,
    initial: RawSynapses,
    updates: Vec<RawUpdate>,
    #[serde(default)]
    test: RawTest,
}

#[derive(Debug, Clone, Deserialize)]
struct RawUpdate {
    inputs: Layers,
    target_potentials: Layers,
    #[serde(default)]
    forward: RawForward,
    #[serde(default)]
    downward: RawDownward,
    #[serde(default)]
    terms: RawSynapses,
    #[serde(default)]
    after: RawSynapses,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawForward {
    pub(super) v_basal: Matrices,
    pub(super) v_hat_basal: Matrices,
    pub(super) rate: Matrices,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawDownward {
    pub(super) u_pyramidal: Matrices,
    pub(super) v_interneuron: Matrices,
    pub(super) v_hat_interneuron: Matrices,
    pub(super) u_interneuron: Matrices,
    pub(super) v_apical: Matrices,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawTest {
    pub(super) inputs: Layers,
    pub(super) output_potential: Layers,
}

/// A batch of a two-pass trace, and what is expected.
#[derive(Debug, Clone)]
pub(super) struct TraceUpdate {
    pub(super) batch: Vec<Sample>,
    pub(super) forward: RawForward,
    pub(super) downward: RawDownward,
    pub(super) terms: RawSynapses,
    pub(super) after: RawSynapses,
}

/// A session of the two-pass scheme, checked and ready to be replayed.
#[derive(Debug, Clone)]
pub struct TwoPassTrace {
    /// Parameters of the session. Its rates are run whatever they are.
    pub parameters: Valid<TwoPassParameters>,
    /// The weights at its start.
    pub initial: Synapses,
    pub(super) updates: Vec<TraceUpdate>,
    pub(super) test: RawTest,
}

/// A trace of either kind.
#[derive(Debug, Clone)]
pub enum Trace {
    /// `micro-continuous/1`
    Continuous(ContinuousTrace),
    /// `micro-two-pass/1`
    TwoPass(TwoPassTrace),
}

impl Trace {
    /// Whether a file says of itself that it is a trace of this model. What cannot be read says nothing.
    pub fn is_one(path: &Path) -> bool {
        let text = unpacked(path).unwrap_or_default();
        let format = serde_json::from_slice(&text).map(|RawFormat { format }| format);
        format.is_ok_and(|format| format.starts_with("micro-"))
    }

    /// Reads and checks a trace file, JSON or gzip of it. No more than a small multiple of
    /// [`MOST_BYTES`] is taken into memory, whatever the file holds or claims.
    ///
    /// # Errors
    /// [`TraceError`] names the file and the field that does not fit.
    pub fn read(path: &Path) -> Result<Self, TraceError> {
        let text = unpacked(path)?;
        let RawFormat { format } = parse(path, &text)?;
        match format.as_str() {
            "micro-continuous/1" => {
                ContinuousTrace::check(path, parse(path, &text)?).map(Self::Continuous)
            }
            "micro-two-pass/1" => TwoPassTrace::check(path, parse(path, &text)?).map(Self::TwoPass),
            _ => Err(TraceError::Unknown {
                path: path.to_owned(),
                field: "format",
                found: format,
                expected: "micro-continuous/1\" or \"micro-two-pass/1",
            }),
        }
    }
}

fn unpacked(path: &Path) -> Result<Vec<u8>, TraceError> {
    let io = |source| TraceError::Io {
        path: path.to_owned(),
        source,
    };
    let read = |reader: &mut dyn Read| -> Result<Vec<u8>, TraceError> {
        let mut bytes = Vec::new();
        reader
            .take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(io)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(TraceError::TooLarge {
                path: path.to_owned(),
                most: MOST_BYTES,
            });
        }
        Ok(bytes)
    };
    let bytes = read(&mut BufReader::new(File::open(path).map_err(io)?))?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return read(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()));
    }
    Ok(bytes)
}

fn parse<T: DeserializeOwned>(path: &Path, text: &[u8]) -> Result<T, TraceError> {
    serde_json::from_slice(text).map_err(|source| TraceError::Json {
        path: path.to_owned(),
        source,
    })
}

/// Checks that a list has its length.
fn expect(path: &Path, field: String, found: usize, expected: usize) -> Result<(), TraceError> {
    if found == expected {
        return Ok(());
    }
    Err(TraceError::Inconsistent {
        path: path.to_owned(),
        field: format!("{field} (length)"),
        found,
        expected: expected.to_string(),
    })
}

/// The weights at a session's start. Nothing is allocated that the file does not hold.
fn initial(
    path: &Path,
    raw: &RawSynapses,
    sizes: &[usize],
    biases: bool,
) -> Result<Synapses, TraceError> {
    let matrices = |name: &str, list: &Matrices| {
        list.iter()
            .enumerate()
            .map(|(layer, rows)| {
                let columns = rows.first().map_or(0, Vec::len);
                for (row, values) in rows.iter().enumerate() {
                    expect(
                        path,
                        format!("initial.{name}[{layer}][{row}]"),
                        values.len(),
                        columns,
                    )?;
                }
                let values = rows.iter().flatten().copied().collect();
                Ok(Array2::from_shape_vec((rows.len(), columns), values).unwrap_or_default())
            })
            .collect::<Result<Vec<_>, TraceError>>()
    };
    let up = matrices("W_up", &raw.up)?;
    let ip = matrices("W_ip", &raw.ip)?;
    let vectors = |list: &Layers, matrices: &[Array2<f64>]| -> Vec<Array1<f64>> {
        if biases || !list.is_empty() {
            list.iter().cloned().map(Array1::from).collect()
        } else {
            matrices
                .iter()
                .map(|matrix| Array1::zeros(matrix.nrows()))
                .collect()
        }
    };
    let weights = Synapses {
        up_bias: vectors(&raw.up_bias, &up),
        ip_bias: vectors(&raw.ip_bias, &ip),
        up,
        ip,
        pi: matrices("W_pi", &raw.pi)?,
        down: matrices("W_down", &raw.down)?,
    };
    weights
        .validate(sizes)
        .map_err(|source| TraceError::Network {
            path: path.to_owned(),
            field: "initial".to_owned(),
            source,
        })?;
    Ok(weights)
}

fn circuit(
    conductances: Conductances,
    transfer: Transfer,
    learning_rates: LearningRates,
    bias_rate: f64,
    weight_limit: Option<f64>,
) -> CircuitParameters {
    CircuitParameters {
        conductances,
        transfer,
        learning_rates,
        bias_rate,
        weight_limit,
    }
}

impl ContinuousTrace {
    fn check(path: &Path, raw: RawContinuous) -> Result<Self, TraceError> {
        if let Some(start) = raw.filter_start.filter(|start| start != "first pattern") {
            return Err(TraceError::Unknown {
                path: path.to_owned(),
                field: "filter_start",
                found: start,
                expected: "first pattern",
            });
        }
        let sizes = raw.sizes;
        let circuit = circuit(
            raw.conductances,
            raw.transfer,
            raw.learning_rates,
            raw.bias_rate,
            raw.weight_limit,
        );
        let parameters = ContinuousParameters {
            dt_ms: raw.dt_ms,
            tau_w_ms: raw.tau_w_ms,
            filter_tau_ms: raw.input_filter_tau_ms,
            target_filter: raw.target_filter,
            filter_coefficient: raw.filter_coefficient,
            sigma: raw.sigma,
            noise_scaling: raw.noise_scaling,
            plasticity_lag_ms: raw.plasticity_lag_ms,
            reset_induction: raw.reset_induction_each_pattern,
            reset_potentials: raw.reset_potentials_each_pattern,
            // Records are compared, not averages; a pattern has the steps that its record says.
            pattern_ms: raw.dt_ms,
            average_ms: raw.dt_ms,
            circuit,
        };
        let parameters = parameters
            .validate(&sizes)
            .map_err(|source| TraceError::Parameters {
                path: path.to_owned(),
                source,
            })?;
        let initial = initial(path, &raw.initial, &sizes, raw.bias_rate > 0.0)?;
        let patterns = raw
            .patterns
            .into_iter()
            .enumerate()
            .map(|(p, raw)| check_pattern(path, p, raw, &sizes))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            parameters,
            initial,
            patterns,
        })
    }
}

fn check_pattern(
    path: &Path,
    p: usize,
    raw: RawPattern,
    sizes: &[usize],
) -> Result<TracePattern, TraceError> {
    let inconsistent = |field: String, found: usize, expected: String| TraceError::Inconsistent {
        path: path.to_owned(),
        field,
        found,
        expected,
    };
    if raw.steps > MOST_STEPS {
        let expected = format!("at most {MOST_STEPS}");
        return Err(inconsistent(
            format!("patterns[{p}].steps"),
            raw.steps,
            expected,
        ));
    }
    let sample = Sample {
        input: raw.input,
        target: raw.target,
    };
    pattern::check(&sample, sizes, raw.nudging).map_err(|source| TraceError::Pattern {
        path: path.to_owned(),
        field: format!("patterns[{p}]"),
        source,
    })?;
    let mut last = 0;
    for (r, record) in raw.records.iter().enumerate() {
        let after = record.after_step;
        if after <= last || after > raw.steps {
            let field = format!("patterns[{p}].records[{r}].after_step");
            return Err(inconsistent(
                field,
                after,
                format!("{} to {}", last + 1, raw.steps),
            ));
        }
        last = after;
    }
    if let Some(noise) = &raw.noise {
        let kinds = [
            ("pyramidal", &noise.pyramidal, &sizes[1..]),
            ("interneuron", &noise.interneuron, &sizes[2..]),
        ];
        for (kind, draws, units) in kinds {
            let field = format!("patterns[{p}].noise.{kind}");
            expect(path, field.clone(), draws.len(), units.len())?;
            for (k, (draws, &units)) in draws.iter().zip(units).enumerate() {
                expect(path, format!("{field}[{k}]"), draws.len(), raw.steps)?;
                for (step, draws) in draws.iter().enumerate() {
                    expect(path, format!("{field}[{k}][{step}]"), draws.len(), units)?;
                }
            }
        }
    }
    Ok(TracePattern {
        sample,
        how: Presentation {
            steps: raw.steps,
            nudging: raw.nudging,
            plastic: raw.plastic,
        },
        noise: raw.noise,
        records: raw.records,
        after: raw.after,
        induction_after: raw.induction_after,
    })
}

impl TwoPassTrace {
    fn check(path: &Path, raw: RawTwoPass) -> Result<Self, TraceError> {
        let sizes = raw.sizes;
        let circuit = circuit(
            raw.conductances,
            raw.transfer,
            raw.learning_rates,
            raw.bias_rate,
            raw.weight_limit,
        );
        let largest = raw.updates.iter().map(|update| update.inputs.len()).max();
        let parameters = TwoPassParameters {
            circuit,
            batch_size: largest.unwrap_or(1).max(1),
            batch_reduction: raw.batch_reduction,
            presynaptic_rates: raw.presynaptic_rates,
            allow_unstable_rates: true,
        };
        let parameters = parameters
            .validate(&sizes)
            .map_err(|source| TraceError::Parameters {
                path: path.to_owned(),
                source,
            })?;
        let initial = initial(path, &raw.initial, &sizes, raw.bias_rate > 0.0)?;
        let updates = raw.updates.into_iter().enumerate().map(|(e, raw)| {
            let field = format!("updates[{e}].target_potentials");
            expect(path, field, raw.target_potentials.len(), raw.inputs.len())?;
            let pairs = raw.inputs.into_iter().zip(raw.target_potentials);
            let batch: Vec<_> = pairs
                .map(|(input, target)| Sample { input, target })
                .collect();
            super::super::two_pass::check_batch(&batch, &parameters).map_err(|source| {
                TraceError::Pattern {
                    path: path.to_owned(),
                    field: format!("updates[{e}]"),
                    source,
                }
            })?;
            Ok(TraceUpdate {
                batch,
                forward: raw.forward,
                downward: raw.downward,
                terms: raw.terms,
                after: raw.after,
            })
        });
        let updates = updates.collect::<Result<_, TraceError>>()?;
        let (inputs, outputs) = (raw.test.inputs.len(), raw.test.output_potential.len());
        expect(path, "test.output_potential".to_owned(), outputs, inputs)?;
        for (i, input) in raw.test.inputs.iter().enumerate() {
            expect(path, format!("test.inputs[{i}]"), input.len(), sizes[0])?;
        }
        Ok(Self {
            parameters,
            initial,
            updates,
            test: raw.test,
        })
    }
}
