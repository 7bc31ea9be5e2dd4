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
use segdend_core::engine::{ExampleView, TheoremWindow};
use segdend_core::training::Training;
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
    const KEEPS_RATES: bool = true;
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
