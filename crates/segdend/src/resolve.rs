//! Resolution: a run, a scale and a data set become one specification and its cache key.

use anyhow::{Context, Result, ensure};
use segdend_core::data::DataSummary;
use segdend_core::segregated;
use segdend_core::segregated::TrainingSpec;
use segdend_core::segregated::mechanisms::Mechanisms;
use segdend_core::segregated::params::Parameters;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::experiments::{Experiments, ParameterSet, Run, Scale};
use crate::{run_directory, suggest};

/// A run of which nothing is left open.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedRun {
    /// Its name.
    pub name: String,
    /// The name of its scale.
    pub scale: String,
    /// Everything that determines it beside the data.
    pub spec: TrainingSpec,
    /// The images that it learns from and is tested with.
    pub data: DataSummary,
    /// The cache key, 64 hexadecimal digits.
    pub key: String,
}

impl ResolvedRun {
    /// Joins a specification and its data, and computes the key.
    #[must_use]
    pub fn new(name: &str, scale: &str, spec: TrainingSpec, data: DataSummary) -> Self {
        let key = cache_key(&spec, &data.checksum);
        Self {
            name: name.to_owned(),
            scale: scale.to_owned(),
            spec,
            data,
            key,
        }
    }
}

/// What the command line changes about a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// Another seed.
    pub seed: Option<u64>,
    /// Another number of epochs.
    pub epochs: Option<usize>,
    /// Another set of parameters.
    pub parameter_set: Option<ParameterSet>,
    /// Other hidden layers.
    pub hidden: Option<Vec<usize>>,
    /// Other learning rates.
    pub learning_rates: Option<Vec<f64>>,
    /// Single parameters or mechanisms, each `field=value`.
    pub fields: Vec<String>,
}

impl Overrides {
    /// The run with these changes.
    ///
    /// # Errors
    /// If a `field=value` has no `=`, or names neither a parameter nor a mechanism.
    pub fn apply(&self, run: &Run) -> Result<Run> {
        let mut run = run.clone();
        run.seed = self.seed.unwrap_or(run.seed);
        run.epochs = self.epochs.unwrap_or(run.epochs);
        run.parameter_set = self.parameter_set.unwrap_or(run.parameter_set);
        run.hidden = self.hidden.clone().unwrap_or(run.hidden);
        run.learning_rates = self.learning_rates.clone().unwrap_or(run.learning_rates);
        for assignment in &self.fields {
            let (field, text) = assignment
                .split_once('=')
                .with_context(|| format!("--set {assignment}: expected field=value"))?;
            let (field, text) = (field.trim(), text.trim());
            let value = parse_value(text);
            if mechanism_names().contains(&field.to_owned()) {
                run.mechanisms.insert(field.to_owned(), value);
            } else {
                run.parameters.insert(field.to_owned(), value);
            }
        }
        Ok(run)
    }
}

/// A value as TOML writes it; bare words are strings.
fn parse_value(text: &str) -> toml::Value {
    let parsed: Option<toml::Table> = toml::from_str(&format!("value = {text}")).ok();
    parsed
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| toml::Value::String(text.to_owned()))
}

/// Resolves a run at a scale. Epochs and final tests are the smaller of the two numbers;
/// `whole_epochs` leaves the run's own number of epochs.
///
/// # Errors
/// If an override names an unknown field or holds a value that cannot be used.
pub fn at_scale(run: &Run, scale: &Scale, whole_epochs: bool) -> Result<TrainingSpec> {
    let mut spec = training_spec(run)?;
    if !whole_epochs {
        spec.epochs = spec.epochs.min(scale.epochs);
    }
    spec.final_tests = run
        .final_tests
        .map_or(scale.final_tests, |tests| tests.min(scale.final_tests));
    // Reloading after the last epoch changes nothing: it is the run that is never reloaded.
    let reloaded = &mut spec.parameters.reloaded_after_epoch;
    *reloaded = reloaded.filter(|&epoch| epoch < spec.epochs);
    Ok(spec)
}

/// The run that a reloaded run is the same as until it is reloaded, and after which epoch that is.
pub(crate) fn trunk(spec: &TrainingSpec) -> Option<(TrainingSpec, usize)> {
    let mut trunk = spec.clone();
    let epoch = trunk.parameters.reloaded_after_epoch.take()?;
    (epoch > 0).then_some((trunk, epoch))
}

/// The epochs after which reloaded runs of the experiments part from this one.
pub(crate) fn branches(
    experiments: &Experiments,
    spec: &TrainingSpec,
    scale: &Scale,
) -> Result<Vec<usize>> {
    let mut epochs = Vec::new();
    let reloaded = |run: &&Run| run.parameters.contains_key("reloaded_after_epoch");
    for run in experiments.runs.values().filter(reloaded) {
        let branch = at_scale(run, scale, false)?;
        epochs.extend(
            trunk(&branch)
                .filter(|(of, _)| of == spec)
                .map(|(_, epoch)| epoch),
        );
    }
    Ok(epochs)
}

/// The specification of a run before a scale limits it.
///
/// # Errors
/// If an override names an unknown field or holds a value that cannot be used, or if there is not
/// one learning rate a layer.
pub fn training_spec(run: &Run) -> Result<TrainingSpec> {
    let parameters: Parameters = overridden(
        &run.parameter_set.parameters(),
        &run.parameters,
        "parameter",
    )
    .context("parameters")?;
    parameters.validate().context("parameters")?;
    let mechanisms: Mechanisms =
        overridden(&Mechanisms::default(), &run.mechanisms, "mechanism").context("mechanisms")?;
    let (found, expected) = (run.learning_rates.len(), run.hidden.len() + 1);
    ensure!(
        found == expected,
        "learning_rates: found {found} learning rates, expected {expected}, one a layer with weights, bottom up \
         ({} hidden and the output layer)",
        run.hidden.len()
    );
    ensure!(
        !run.hidden.contains(&0),
        "hidden: a hidden layer has 0 units, expected at least 1"
    );
    Ok(TrainingSpec {
        hidden: run.hidden.clone(),
        learning_rates: run.learning_rates.clone(),
        epochs: run.epochs,
        final_tests: run.final_tests.unwrap_or(0),
        seed: run.seed,
        parameters,
        mechanisms,
    })
}

/// The names of all parameters.
#[must_use]
pub fn parameter_names() -> Vec<String> {
    names_of(&Parameters::default())
}

/// The names of all mechanisms.
#[must_use]
pub fn mechanism_names() -> Vec<String> {
    names_of(&Mechanisms::default())
}

fn names_of(fields: &impl Serialize) -> Vec<String> {
    match serde_json::to_value(fields) {
        Ok(Value::Object(fields)) => fields.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// `base` with some of its fields replaced, each by itself so that a message can name it.
fn overridden<T: Serialize + DeserializeOwned>(
    base: &T,
    overrides: &toml::Table,
    what: &str,
) -> Result<T> {
    let mut fields: Map<String, Value> = serde_json::from_value(serde_json::to_value(base)?)?;
    let mut result = serde_json::from_value(Value::Object(fields.clone()))?;
    for (field, value) in overrides {
        if !fields.contains_key(field) {
            let names = fields.keys().map(String::as_str);
            anyhow::bail!(
                "no {what} is called `{field}`: {}",
                suggest::among(field, names)
            );
        }
        fields.insert(field.clone(), serde_json::to_value(value)?);
        result = serde_json::from_value(Value::Object(fields.clone()))
            .with_context(|| format!("{what} `{field}` cannot be `{value}`"))?;
    }
    Ok(result)
}

/// SHA-256 over the specification, the data's check sum and the model's version, as JSON with
/// sorted keys and no spaces.
#[must_use]
pub fn cache_key(spec: &TrainingSpec, data_checksum: &str) -> String {
    let content = serde_json::json!({
        "spec": serde_json::to_value(spec).expect("a specification is plain data"),
        "data": data_checksum,
        "model_version": segregated::VERSION,
    });
    hash(&content)
}

/// SHA-256 over JSON with sorted keys and no spaces, as 64 hexadecimal digits.
pub(crate) fn hash(content: &Value) -> String {
    let mut canonical = String::new();
    write_canonical(content, &mut canonical);
    run_directory::sha256(canonical.as_bytes())
}

/// JSON with sorted keys, whatever order the map keeps.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            for (index, name) in names.into_iter().enumerate() {
                text.push(if index == 0 { '{' } else { ',' });
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_canonical(&fields[name], text);
            }
            text.push_str(if fields.is_empty() { "{}" } else { "}" });
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_canonical(item, text);
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    //! Promise: a key stands for what was computed and for nothing else, and an override changes
    //! the field it names.
    use super::*;
    use crate::experiments::Experiments;
    use segdend_core::segregated::mechanisms::FeedbackWeights;
    use segdend_core::segregated::params::KernelMemory;

    fn regular() -> Run {
        Experiments::embedded().unwrap().runs["regular"].clone()
    }

    #[test]
    fn any_change_changes_the_key() {
        let spec = training_spec(&regular()).unwrap();
        let key = cache_key(&spec, "data");
        assert_eq!(key, cache_key(&spec.clone(), "data"));
        assert_eq!(key.len(), 64);
        assert_ne!(key, cache_key(&spec, "other data"));
        assert_ne!(
            key,
            cache_key(
                &TrainingSpec {
                    seed: 2,
                    ..spec.clone()
                },
                "data"
            )
        );
        let mut finer = spec.clone();
        finer.parameters.leak_conductance += 1e-16;
        assert_ne!(key, cache_key(&finer, "data"));
    }

    /// What was computed before a field existed keeps its key and is found again.
    #[test]
    fn stored_networks_keep_their_keys() {
        let root =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results/paper/runs");
        let experiments = Experiments::embedded().unwrap();
        let scale = experiments.scale("paper").unwrap();
        let planned = |checksum: &str| -> Vec<String> {
            let specs = experiments
                .runs
                .values()
                .map(|run| at_scale(run, scale, false).unwrap());
            specs.map(|spec| cache_key(&spec, checksum)).collect()
        };
        let mut stored = 0;
        for entry in std::fs::read_dir(root).unwrap() {
            let path = entry.unwrap().path();
            let Ok(bytes) = std::fs::read(path.join("manifest.json")) else {
                continue;
            };
            let manifest: Value = serde_json::from_slice(&bytes).unwrap();
            let spec: TrainingSpec = serde_json::from_value(manifest["spec"].clone()).unwrap();
            assert_eq!(
                serde_json::to_value(&spec).unwrap(),
                manifest["spec"],
                "{path:?}"
            );
            let checksum = manifest["data"]["checksum"].as_str().unwrap();
            let key = cache_key(&spec, checksum);
            assert_eq!(key, manifest["key"].as_str().unwrap(), "{path:?}");
            assert!(path.to_string_lossy().ends_with(&key[..16]), "{path:?}");
            // The last version with the window of another one is no run of the experiments any more.
            let single = manifest["run"] == "regular-growing-window";
            if spec.parameters.initial_weight_half_width == 3.465 && !single {
                assert!(
                    planned(checksum).contains(&key),
                    "no run of the experiments is {path:?}"
                );
            }
            stored += 1;
        }
        assert!(stored >= 62, "{stored} stored networks");
    }

    #[test]
    fn overrides_change_the_named_field() {
        let fields = [
            "kernel_memory=unlimited",
            "tau_long_ms = 12",
            "feedback_weights=symmetric",
        ];
        let overrides = Overrides {
            seed: Some(7),
            fields: fields.map(str::to_owned).to_vec(),
            ..Overrides::default()
        };
        let spec = training_spec(&overrides.apply(&regular()).unwrap()).unwrap();
        assert_eq!((spec.seed, spec.parameters.tau_long_ms), (7, 12.0));
        assert_eq!(spec.parameters.kernel_memory, KernelMemory::Unlimited);
        assert_eq!(spec.mechanisms.feedback_weights, FeedbackWeights::Symmetric);
        let sparse = "feedback_weights={ sparse = { zero_fraction = 0.8, amplification = 5.0 } }";
        let overrides = Overrides {
            fields: vec![sparse.to_owned()],
            ..Overrides::default()
        };
        let spec = training_spec(&overrides.apply(&regular()).unwrap()).unwrap();
        assert_eq!(
            spec.mechanisms.feedback_weights,
            FeedbackWeights::Sparse {
                zero_fraction: 0.8,
                amplification: 5.0
            }
        );
    }

    #[test]
    fn unusable_overrides_are_named() {
        let refusal = |field: &str| {
            let overrides = Overrides {
                fields: vec![field.to_owned()],
                ..Overrides::default()
            };
            let run = overrides.apply(&regular());
            format!("{:#}", run.and_then(|run| training_spec(&run)).unwrap_err())
        };
        assert!(refusal("tau_long_ms").contains("expected field=value"));
        assert!(refusal("tau_long=1").contains("did you mean `tau_long_ms`"));
        assert!(refusal("tau_long_ms=long").contains("`tau_long_ms` cannot be"));
        assert!(refusal("leak_conductance=-1").contains("leak_conductance"));
    }
}
