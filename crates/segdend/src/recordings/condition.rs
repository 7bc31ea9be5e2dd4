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
use ndarray::Array1;
use segdend_analysis::JacobianWindow;
use segdend_core::data::DataSet;
use segdend_core::model::Keep;
use segdend_core::segregated::Training;
use segdend_core::segregated::engine::ExampleView;
use segdend_core::segregated::schedule::Phase;
use segdend_core::segregated::theorem::TheoremTerms;
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

/// The condition, example by example.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Condition {
    rows: Vec<[f32; 4]>,
    outputs: usize,
    /// M (mean of products) over the first examples and over the last, row by row.
    first: Vec<f64>,
    last: Vec<f64>,
    #[serde(skip)]
    window: Option<JacobianWindow<f64>>,
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
        let p = view.parameters();
        let vector = |values: Vec<f64>| Array1::from(values);
        let hidden_target = vector(view.mean_rate(Phase::Forward, 0))
            + vector(view.plateau(Phase::Target, 0))
            - vector(view.plateau(Phase::Forward, 0));
        let terms = TheoremTerms {
            weights: &view.weights(1),
            feedback: &view.feedback(0),
            output_soma: &vector(view.mean_soma(1)),
            hidden_target: &hidden_target,
            output_target: &vector(view.mean_rate(Phase::Target, 1)),
        };
        if self.window.is_none() {
            let &[_, hidden, outputs] = view.sizes() else {
                anyhow::bail!("not one hidden layer");
            };
            self.outputs = outputs;
            self.window = Some(JacobianWindow::new(outputs, hidden, WINDOW)?);
        }
        let window = self.window.as_mut().context("it was just made")?;
        let (beta, gamma) = (terms.feedforward_jacobian(p), terms.feedback_jacobian(p));
        window.push(beta.view(), gamma.view())?;
        let (eigenvalues, inequality) = (window.eigenvalues()?, terms.inequality(p));
        let row = [
            eigenvalues.mean_of_products,
            eigenvalues.product_of_means,
            inequality.left,
            inequality.right,
        ];
        self.rows.push(row.map(|value| value as f32));
        let products = window.mean_of_products().context("the window holds one")?;
        self.last = products.iter().copied().collect();
        if self.rows.len() <= WINDOW {
            self.first.clone_from(&self.last);
        }
        Ok(())
    }
}
