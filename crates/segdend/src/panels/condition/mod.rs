//! The condition of Theorem 1 and its inequality.
//!
//! | module | panel |
//! |---|---|
//! | `eigenvalues` | 5-S1A: the largest eigenvalue of the condition |
//! | `jacobian_products` | 5-S1B: the product of the Jacobians |
//! | `theorem` | how often the inequality holds |

pub(super) mod eigenvalues;
pub(super) mod jacobian_products;
pub(super) mod theorem;

use anyhow::Result;
use segdend_figures::{Color, ExampleSeries};

use super::{Fields, Kind, Material, Named};
use crate::tables::Table;

/// The two ways to the mean product of the Jacobians.
const VARIANTS: [&str; 2] = ["mean of products", "product of means"];

/// The first variant: the second differs by less than the width of a line, and stands in the source
/// data.
fn eigenvalue_series(table: &Table, every: usize) -> Result<Vec<ExampleSeries>> {
    let name = VARIANTS[0];
    Ok(vec![ExampleSeries {
        name: format!("largest eigenvalue, {name}"),
        color: Color::ONE_HIDDEN_LAYER,
        first_example: every as u64,
        every: every as u64,
        values: table.column(name)?.to_vec(),
    }])
}
