//! What determines a training of this model.

use serde::{Deserialize, Serialize, Serializer};

use super::mechanisms::Mechanisms;
use super::params::{LATER_FIELDS, Parameters};
use crate::data::DataSet;

/// Everything that determines a training beside the data.
///
/// ```
/// use segdend_core::data::digits;
/// use segdend_core::segregated::{Training, TrainingSpec};
///
/// let data = digits::generate(1, 40, 20);
/// let spec = TrainingSpec { hidden: vec![20], learning_rates: vec![0.21, 0.21], epochs: 1, final_tests: 2, ..TrainingSpec::default() };
/// let mut training = Training::begin(&spec, &data)?;
/// while !training.is_finished() {
///     training.advance(16)?;
/// }
/// assert_eq!(training.history().test_errors_percent.len(), 2);
/// assert_eq!(training.history().final_test_errors_percent.len(), 2);
/// # Ok::<(), segdend_core::segregated::TrainingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSpec {
    /// Units in each hidden layer, bottom up; none for a network without one. Input and output
    /// sizes are the data set's pixels and classes.
    pub hidden: Vec<usize>,
    /// One learning rate a layer with weights, bottom up.
    pub learning_rates: Vec<f64>,
    /// Epochs to train.
    pub epochs: usize,
    /// Repeated tests of the final weights.
    pub final_tests: usize,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Parameters of the model.
    #[serde(serialize_with = "as_stored")]
    pub parameters: Parameters,
    /// Mechanisms of the network.
    pub mechanisms: Mechanisms,
}

impl TrainingSpec {
    /// Units in each layer on these data, from the input to the output.
    pub fn sizes(&self, data: &DataSet) -> Vec<usize> {
        let hidden = self.hidden.iter().copied();
        let below = [data.pixel_count()].into_iter().chain(hidden);
        below.chain([data.classes()]).collect()
    }
}

/// Parameters without the later fields that hold what was so before they were fields.
fn as_stored<S: Serializer>(parameters: &Parameters, serializer: S) -> Result<S::Ok, S::Error> {
    let fields = |p: &Parameters| serde_json::to_value(p).map_err(serde::ser::Error::custom);
    let (mut stored, before) = (
        fields(parameters)?,
        fields(&Parameters::authors_2017_05_10())?,
    );
    if let Some(stored) = stored.as_object_mut() {
        stored.retain(|name, value| {
            !LATER_FIELDS.contains(&name.as_str()) || before.get(name) != Some(value)
        });
    }
    stored.serialize(serializer)
}

impl Default for TrainingSpec {
    /// The paper's network with one hidden layer, for 60 epochs.
    fn default() -> Self {
        Self {
            hidden: vec![500],
            learning_rates: vec![0.21, 0.21],
            epochs: 60,
            final_tests: 20,
            seed: 1,
            parameters: Parameters::default(),
            mechanisms: Mechanisms::default(),
        }
    }
}
