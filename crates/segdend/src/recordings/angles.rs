//! The angle between the network's own update of its first hidden layer and the one that
//! backpropagation prescribes (eLife Figure 7A).
//!
//! Both updates are an outer product of a factor over the units and the same mean postsynaptic
//! potentials, so the angle between them is the angle between the two factors.

use anyhow::{Result, ensure};
use segdend_core::data::DataSet;
use segdend_core::model::Keep;
use segdend_core::segregated::Training;
use segdend_core::segregated::engine::{ExampleView, UpdateProducts};
use serde::{Deserialize, Serialize};

use super::ResolvedRecording;
use super::job::Recorder;
use crate::tables::Table;

/// The table of angles, and its column.
pub(crate) const ANGLES: &str = "angles.csv.gz";
/// Degrees; 90 where an update was zero.
pub(crate) const ANGLE_COLUMN: &str = "angle (degrees)";

/// Angles, example by example.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Angles {
    degrees: Vec<f32>,
}

impl Recorder for Angles {
    const KEEP: Keep = Keep::Learning;

    fn begin(recording: &ResolvedRecording) -> Result<Self> {
        ensure!(
            !recording.run.spec.hidden.is_empty(),
            "the angle of a hidden layer's updates: run `{}` has no hidden layer",
            recording.run.name
        );
        Ok(Self::default())
    }

    fn example(&mut self, _: usize, _: usize, view: &ExampleView<'_>) {
        self.degrees
            .push(degrees_between(&view.update_products(0)) as f32);
    }

    fn epoch_ended(&mut self, _: usize, _: &Training<'_>, _: &DataSet) -> Result<()> {
        Ok(())
    }

    fn tables(&self) -> Result<Vec<(String, Table)>> {
        // To a thousandth of a degree: what an f32 update means.
        let degrees = self.degrees.iter().map(|&angle| {
            let thousandths = (f64::from(angle) * 1e3).round();
            thousandths / 1e3
        });
        let table = Table::new(vec![(ANGLE_COLUMN.to_owned(), degrees.collect())]);
        Ok(vec![(ANGLES.to_owned(), table)])
    }
}

/// The angle between two updates; 90 degrees if one of them is zero, since it points nowhere.
fn degrees_between(products: &UpdateProducts) -> f64 {
    let lengths = (products.own * products.backpropagated).sqrt();
    if lengths == 0.0 {
        return 90.0;
    }
    (products.mixed / lengths)
        .clamp(-1.0, 1.0)
        .acos()
        .to_degrees()
}

#[cfg(test)]
mod tests {
    //! Promise: angles are those of geometry.
    use super::*;

    #[test]
    fn angles_of_simple_vectors() {
        for (a, b, expected) in [
            ([1.0, 0.0], [0.0, 2.0], 90.0),
            ([1.0, 0.0], [3.0, 3.0], 45.0),
            ([1.0, 1.0], [-2.0, -2.0], 180.0),
            ([0.3, 0.1], [0.6, 0.2], 0.0),
            ([0.0, 0.0], [0.6, 0.2], 90.0),
        ] {
            let product = |x: [f64; 2], y: [f64; 2]| x[0] * y[0] + x[1] * y[1];
            let products = UpdateProducts {
                own: product(a, a),
                backpropagated: product(b, b),
                mixed: product(a, b),
            };
            assert!((degrees_between(&products) - expected).abs() < 1e-5);
        }
    }
}
