//! The last examples' Jacobians, and how far their product is from the identity.
//!
//! For examples t of a window of N, with feedforward Jacobians B_t (J_beta, outputs x hidden) and
//! feedback Jacobians G_t (J_gamma, hidden x outputs), neither with a unit, there are two ways to
//! average:
//!
//! ```text
//! mean of products:   M = (1/N) sum_t B_t G_t
//! product of means:   M = ((1/N) sum_t B_t) ((1/N) sum_t G_t)
//! ```
//!
//! The legend of Figure 5-S1 draws the bar over both factors and speaks of the mean Jacobians; its
//! formula can be read as either, so both are given. N = 100 in the paper.
//!
//! # Cost
//!
//! An example costs one product of its Jacobians, an addition and a subtraction for every entry of
//! them, and one product of the sums: about 0.1 million multiplications at 10 x 500, measured in
//! `benches/records/jacobians.csv`. The sums do not drift (`window_sums`).

use super::identity_deviation_eigenvalue;
use super::window_sums::WindowSums;
use crate::AnalysisError;
use crate::product_tiles::multiply;
use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

/// Rows of a tile of the product, and its columns: the ten outputs of the paper need no padding,
/// and the sums of a tile fit the registers of the smallest x86-64.
const TILE_ROWS: usize = 2;
const TILE_COLUMNS: usize = 10;

/// The largest eigenvalue of (I - M)^T (I - M), for both readings of M.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ConditionEigenvalues {
    /// For M the mean of the products.
    pub mean_of_products: f64,
    /// For M the product of the means.
    pub product_of_means: f64,
}

/// The last Jacobians, at most as many as the window holds.
///
/// `Value` is that of the Jacobians, f32 or f64; all sums and products are of f64.
///
/// # Example
///
/// ```
/// use ndarray::array;
/// use segdend_analysis::JacobianWindow;
///
/// let mut window = JacobianWindow::new(1, 2, 100)?;
/// // 1 x 2 times 2 x 1: products 0.5 and 1.5, of mean 1; means of product 0.5 * 2 = 1 too.
/// window.push(array![[0.5, 0.0]].view(), array![[1.0], [0.0]].view())?;
/// window.push(array![[0.5, 0.0]].view(), array![[3.0], [0.0]].view())?;
/// let found = window.eigenvalues()?;
/// assert_eq!((found.mean_of_products, found.product_of_means), (0.0, 0.0));
/// # Ok::<(), segdend_analysis::AnalysisError>(())
/// ```
#[derive(Debug, Clone)]
pub struct JacobianWindow<Value> {
    outputs: usize,
    hidden: usize,
    capacity: usize,
    /// Examples in the window.
    len: usize,
    feedforward: WindowSums<Value, TILE_ROWS>,
    feedback: WindowSums<Value, TILE_COLUMNS>,
    products: WindowSums<f64, 1>,
}

impl<Value: Copy + Default + Into<f64>> JacobianWindow<Value> {
    /// An empty window for Jacobians of these sizes.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::EmptyWindow`] if any of the three is 0.
    pub fn new(outputs: usize, hidden: usize, capacity: usize) -> Result<Self, AnalysisError> {
        if outputs == 0 || hidden == 0 || capacity == 0 {
            return Err(AnalysisError::EmptyWindow {
                outputs,
                hidden,
                capacity,
            });
        }
        Ok(Self {
            outputs,
            hidden,
            capacity,
            len: 0,
            feedforward: WindowSums::new(outputs.div_ceil(TILE_ROWS) * hidden, capacity),
            feedback: WindowSums::new(outputs.div_ceil(TILE_COLUMNS) * hidden, capacity),
            products: WindowSums::new(outputs * outputs, capacity),
        })
    }

    /// Examples in the window.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no example is in the window.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds an example's Jacobians: J_beta (outputs x hidden) and J_gamma (hidden x outputs). If
    /// the window is full, the oldest leave it.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::WrongShape`], [`AnalysisError::NotFinite`] for a NaN or an infinity (its
    /// index row-major, J_gamma's counted on from J_beta's), and
    /// [`AnalysisError::SquaresOutOfRange`] if the product overflows. The window is then as before.
    pub fn push(
        &mut self,
        feedforward: ArrayView2<'_, Value>,
        feedback: ArrayView2<'_, Value>,
    ) -> Result<(), AnalysisError> {
        let (outputs, hidden) = (self.outputs, self.hidden);
        for (found, expected) in [
            (feedforward.dim(), (outputs, hidden)),
            (feedback.dim(), (hidden, outputs)),
        ] {
            if found != expected {
                return Err(AnalysisError::WrongShape { found, expected });
            }
        }
        let (feedforward, feedback) = (
            feedforward.as_standard_layout(),
            feedback.as_standard_layout(),
        );
        let values = feedforward.as_slice().expect("standard layout");
        self.feedforward.offer(|entries| {
            for (tile, rows) in values.chunks(TILE_ROWS * hidden).enumerate() {
                let entries = &mut entries[tile * hidden..(tile + 1) * hidden];
                for (lane, row) in rows.chunks_exact(hidden).enumerate() {
                    for (entry, &value) in entries.iter_mut().zip(row) {
                        entry[lane] = value;
                    }
                }
            }
        });
        let values = feedback.as_slice().expect("standard layout");
        self.feedback.offer(|entries| {
            for (place, row) in values.chunks_exact(outputs).enumerate() {
                for (panel, lanes) in row.chunks(TILE_COLUMNS).enumerate() {
                    entries[panel * hidden + place][..lanes.len()].copy_from_slice(lanes);
                }
            }
        });
        let product = product(
            &self.feedforward.offered,
            &self.feedback.offered,
            outputs,
            hidden,
        );
        if product.iter().any(|value| !value.is_finite()) {
            // Any NaN or infinity reaches the product; finite entries may overflow in it.
            let all = feedforward
                .iter()
                .chain(feedback.iter())
                .map(|&value| value.into());
            let mut largest_deviation = 0.0_f64;
            for (index, value) in all.enumerate() {
                if !f64::is_finite(value) {
                    return Err(AnalysisError::NotFinite { index, value });
                }
                largest_deviation = largest_deviation.max(value.abs());
            }
            return Err(AnalysisError::SquaresOutOfRange { largest_deviation });
        }
        self.products.offer(|entries| {
            for (entry, value) in entries.iter_mut().zip(product) {
                entry[0] = value;
            }
        });
        self.feedforward.take_offered();
        self.feedback.take_offered();
        self.products.take_offered();
        self.len = (self.len + 1).min(self.capacity);
        Ok(())
    }

    /// The mean of the products, outputs x outputs; none of an empty window.
    pub fn mean_of_products(&self) -> Option<Array2<f64>> {
        let count = self.len as f64;
        let values = self.products.sums.iter().map(|entry| entry[0] / count);
        self.square(values.collect())
    }

    /// The product of the means, outputs x outputs; none of an empty window.
    pub fn product_of_means(&self) -> Option<Array2<f64>> {
        let squared_count = (self.len * self.len) as f64;
        let sums = product(
            &self.feedforward.sums,
            &self.feedback.sums,
            self.outputs,
            self.hidden,
        );
        self.square(
            sums.into_iter()
                .map(|value| value / squared_count)
                .collect(),
        )
    }

    /// Both eigenvalues of the examples in the window.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::TooFewValues`] for an empty window, [`AnalysisError::SquaresOutOfRange`]
    /// where squares overflow.
    pub fn eigenvalues(&self) -> Result<ConditionEigenvalues, AnalysisError> {
        let (Some(mean_of_products), Some(product_of_means)) =
            (self.mean_of_products(), self.product_of_means())
        else {
            return Err(AnalysisError::TooFewValues {
                found: 0,
                needed: 1,
            });
        };
        Ok(ConditionEigenvalues {
            mean_of_products: identity_deviation_eigenvalue(mean_of_products.view())?,
            product_of_means: identity_deviation_eigenvalue(product_of_means.view())?,
        })
    }

    fn square(&self, values: Vec<f64>) -> Option<Array2<f64>> {
        let shape = (self.outputs, self.outputs);
        (self.len > 0)
            .then(|| Array2::from_shape_vec(shape, values).expect("a value for every pair"))
    }
}

/// The product of packed feedforward and packed feedback Jacobians, row-major.
fn product(
    feedforward: &[[f64; TILE_ROWS]],
    feedback: &[[f64; TILE_COLUMNS]],
    outputs: usize,
    hidden: usize,
) -> Vec<f64> {
    let mut product = vec![0.0; outputs * outputs];
    for (panel, columns) in feedback.chunks_exact(hidden).enumerate() {
        let first = panel * TILE_COLUMNS;
        let count = TILE_COLUMNS.min(outputs - first);
        for (tile, rows) in feedforward.chunks_exact(hidden).enumerate() {
            let values = multiply(rows, columns);
            for (row, values) in (tile * TILE_ROWS..outputs).zip(values) {
                let place = row * outputs + first;
                product[place..place + count].copy_from_slice(&values[..count]);
            }
        }
    }
    product
}
