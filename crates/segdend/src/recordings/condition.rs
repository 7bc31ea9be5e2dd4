//! The condition and the inequality of Theorem 1 over training (eLife Figure 5, supplement 1).
//!
//! After every forward phase `J_beta = lambda_max sigma'(mean U_f) k_D W1` (outputs x hidden, rows
//! scaled) and `J_gamma = sigma'(Y lambda_max sigma(mean U_f)) Y` (hidden x outputs, rows scaled).
//! Over the last 100 examples M is the mean of the products `J_beta J_gamma`, as in the authors'
//! program, or the product of the means, as the legend has it; the condition is that the largest
//! eigenvalue of `(I - M)^T (I - M)` lies below 1. Beside it both sides of Eq. 8 for the example:
//! the squared distance of the output target from what the hidden target would bring about, and
//! from what the output layer did.

use anyhow::{Context, Result, ensure};
use segdend_analysis::identity_deviation_eigenvalues;
use segdend_core::data::DataSet;
use segdend_core::model::Keep;
use segdend_core::segregated::Training;
use segdend_core::segregated::engine::{ExampleView, TheoremWindow};
use serde::{Deserialize, Serialize};

use super::ResolvedRecording;
use super::job::Recorder;
use crate::tables::Table;

/// Example by example.
pub(crate) const EXAMPLES: &str = "condition.csv.gz";
/// Its columns.
pub(crate) const EXAMPLE_COLUMNS: [&str; 4] = [
    "largest eigenvalue, mean of products",
    "largest eigenvalue, product of means",
    "Eq. 8, left side",
    "Eq. 8, right side",
];
/// M (mean of products) over the first examples and over the last: outputs x outputs, row by row.
pub(crate) const PRODUCTS: &str = "products.csv";
/// Its columns.
pub(crate) const PRODUCT_COLUMNS: [&str; 4] = ["row", "column", "first examples", "last examples"];

/// Examples that M is averaged over.
const WINDOW: usize = 100;
/// Examples whose eigenvalues are found together.
const TOGETHER: usize = 64;

/// The condition, example by example.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Condition {
    rows: Vec<[f32; 4]>,
    outputs: usize,
    /// M (mean of products) over the first examples and over the last, row by row.
    first: Vec<f64>,
    last: Vec<f64>,
    #[serde(skip)]
    window: Option<TheoremWindow>,
    /// Both readings of M of the last rows, whose eigenvalues are still to be found.
    #[serde(skip)]
    pending: Vec<f64>,
    /// A matrix on its way there.
    #[serde(skip)]
    entries: Vec<f64>,
    /// What went wrong in an example.
    #[serde(skip)]
    failure: Option<String>,
}

impl Recorder for Condition {
    const KEEP: Keep = Keep::MeanRates;
    // An epoch takes seconds, and the window's sums cannot be saved to the bit.
    const RESUMES: bool = false;

    fn begin(recording: &ResolvedRecording) -> Result<Self> {
        ensure!(
            recording.run.spec.hidden.len() == 1,
            "Theorem 1 is about one hidden layer: run `{}` has {}",
            recording.run.name,
            recording.run.spec.hidden.len()
        );
        Ok(Self::default())
    }

    fn example(&mut self, _: usize, _: usize, view: &ExampleView<'_>) {
        if let Err(error) = self.take(view) {
            self.failure.get_or_insert_with(|| error.to_string());
        }
    }

    fn epoch_ended(&mut self, _: usize, _: &Training<'_>, _: &DataSet) -> Result<()> {
        if let Err(error) = self.find_eigenvalues() {
            self.failure.get_or_insert_with(|| error.to_string());
        }
        match &self.failure {
            None => Ok(()),
            Some(failure) => anyhow::bail!("the condition of Theorem 1: {failure}"),
        }
    }

    fn tables(&self) -> Result<Vec<(String, Table)>> {
        let column = |index: usize| {
            // Seven digits are all that f32 has.
            let shorten = |value: f32| format!("{value:.6e}").parse().unwrap_or(f64::NAN);
            self.rows.iter().map(|row| shorten(row[index])).collect()
        };
        let columns = EXAMPLE_COLUMNS.iter().enumerate();
        let examples = columns.map(|(index, name)| ((*name).to_owned(), column(index)));
        let outputs = self.outputs;
        let cells = || (0..outputs).flat_map(|row| (0..outputs).map(move |column| (row, column)));
        let products: [Vec<f64>; 4] = [
            cells().map(|(row, _)| row as f64).collect(),
            cells().map(|(_, column)| column as f64).collect(),
            self.first.clone(),
            self.last.clone(),
        ];
        let products = PRODUCT_COLUMNS.map(str::to_owned).into_iter().zip(products);
        Ok(vec![
            (EXAMPLES.to_owned(), Table::new(examples.collect())),
            (PRODUCTS.to_owned(), Table::new(products.collect())),
        ])
    }
}

impl Condition {
    fn take(&mut self, view: &ExampleView<'_>) -> Result<()> {
        if self.window.is_none() {
            self.window = TheoremWindow::new(view, WINDOW);
        }
        let window = self.window.as_mut().context("not one hidden layer")?;
        let inequality = window.push(view);
        self.outputs = view.sizes()[2];
        // The eigenvalues follow.
        self.rows.push([
            f32::NAN,
            f32::NAN,
            inequality.left as f32,
            inequality.right as f32,
        ]);
        window.mean_of_products(&mut self.last);
        if self.rows.len() <= WINDOW {
            self.first.clone_from(&self.last);
        }
        self.pending.extend_from_slice(&self.last);
        window.product_of_means(&mut self.entries);
        self.pending.extend_from_slice(&self.entries);
        if self.pending.len() >= 2 * TOGETHER * self.last.len() {
            self.find_eigenvalues()?;
        }
        Ok(())
    }

    /// Finds the eigenvalues that are still to be found.
    fn find_eigenvalues(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let found = identity_deviation_eigenvalues(&self.pending, self.outputs);
        self.pending.clear();
        let found = found?;
        let first = self.rows.len() - found.len() / 2;
        for (row, pair) in self.rows[first..].iter_mut().zip(found.chunks_exact(2)) {
            for (value, &found) in row.iter_mut().zip(pair) {
                *value = found as f32;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    //! Promise: the condition on the engine's tiles is that of dense Jacobians in f64.
    use ndarray::{Array1, Array2};
    use segdend_analysis::JacobianWindow;
    use segdend_core::data::digits;
    use segdend_core::segregated::mechanisms::{FeedbackWeights, Mechanisms};
    use segdend_core::segregated::plasticity::{sigma, sigma_prime};
    use segdend_core::segregated::schedule::Phase;
    use segdend_core::segregated::{SegregatedDendrites, TrainingSpec};

    use super::*;

    /// The same by the definitions.
    fn dense(view: &ExampleView<'_>, window: &mut JacobianWindow<f64>) -> [f64; 4] {
        let p = view.parameters();
        let scaled = |matrix: &Array2<f64>, factors: Array1<f64>| {
            let mut scaled = matrix.clone();
            for (mut row, factor) in scaled.outer_iter_mut().zip(factors) {
                row *= factor;
            }
            scaled
        };
        let soma = Array1::from(view.mean_soma(1));
        let (weights, feedback) = (view.weights(1), view.feedback(0));
        let reached = soma.mapv(|u| p.lambda_max_per_ms * sigma(u));
        let scale = p.lambda_max_per_ms * p.dendritic_attenuation();
        let feedforward = scaled(&weights, soma.mapv(|u| scale * sigma_prime(u)));
        let backward = scaled(&feedback, feedback.dot(&reached).mapv(sigma_prime));
        window.push(feedforward.view(), backward.view()).unwrap();
        let eigenvalues = window.eigenvalues().unwrap();
        let target = Array1::from(view.mean_rate(Phase::Forward, 0))
            + Array1::from(view.plateau(Phase::Target, 0))
            - Array1::from(view.plateau(Phase::Forward, 0));
        let output_target = Array1::from(view.mean_rate(Phase::Target, 1));
        let brought_about = (weights.dot(&target) * p.dendritic_attenuation())
            .mapv(|u| p.lambda_max_per_ms * sigma(u));
        let squared = |difference: Array1<f64>| difference.dot(&difference);
        [
            eigenvalues.mean_of_products,
            eigenvalues.product_of_means,
            squared(&output_target - &brought_about),
            squared(&output_target - &reached),
        ]
    }

    #[test]
    fn tiles_and_dense_matrices_agree() {
        // Longer than two windows, and not a multiple of the examples that go together.
        let data = digits::generate(5, 230, 10);
        for (hidden, feedback_weights) in [
            (500, FeedbackWeights::Random),
            (64, FeedbackWeights::Random),
            (70, FeedbackWeights::Symmetric),
        ] {
            let spec = TrainingSpec {
                hidden: vec![hidden],
                learning_rates: vec![0.2; 2],
                epochs: 1,
                mechanisms: Mechanisms {
                    feedback_weights,
                    ..Mechanisms::default()
                },
                ..TrainingSpec::default()
            };
            let mut training = Training::begin(&spec, &data).unwrap();
            let mut recorder = Condition::default();
            let mut window = JacobianWindow::new(10, hidden, WINDOW).unwrap();
            let mut expected = Vec::new();
            let mut products = Vec::new();
            while training.history().test_errors_percent.len() < 2 {
                let mut look = |epoch: usize, place: usize, model: &SegregatedDendrites| {
                    let view = model.engine().view();
                    recorder.example(epoch, place, &view);
                    expected.push(dense(&view, &mut window));
                    products = window.mean_of_products().unwrap().iter().copied().collect();
                };
                training
                    .advance_watched(64, Keep::MeanRates, &mut look)
                    .unwrap();
            }
            recorder.epoch_ended(1, &training, &data).unwrap();
            assert_eq!(recorder.rows.len(), data.train().len());
            for (example, (found, expected)) in recorder.rows.iter().zip(&expected).enumerate() {
                for (&found, &expected) in found.iter().zip(expected) {
                    let allowed = 2e-6 * expected.max(1e-2);
                    assert!(
                        (f64::from(found) - expected).abs() < allowed,
                        "{hidden}, example {example}: {found} for {expected}"
                    );
                }
            }
            let largest = products.iter().fold(0.0, |most: f64, m| most.max(m.abs()));
            for (found, expected) in recorder.last.iter().zip(&products) {
                assert!(
                    (found - expected).abs() < 1e-6 * largest,
                    "{found} for {expected}"
                );
            }
        }
    }
}
