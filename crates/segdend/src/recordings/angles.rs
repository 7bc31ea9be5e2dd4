//! The angle between the network's own update of its first hidden layer and the one that
//! backpropagation prescribes (eLife Figure 7A).
//!
//! Both updates are an outer product of a factor over the units and the same mean postsynaptic
//! potentials, so the angle between them is the angle between the two factors.

use anyhow::{Result, ensure};
use segdend_core::angle::angle_degrees;
use segdend_core::data::DataSet;
use segdend_core::model::Keep;
use segdend_core::segregated::Training;
use segdend_core::segregated::engine::ExampleView;
use serde::{Deserialize, Serialize};

use super::ResolvedRecording;
use super::job::Recorder;
use crate::tables::Table;

/// The table of angles, and its column.
pub(crate) const ANGLES: &str = "angles.csv.gz";
/// Degrees; empty where an update was zero.
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
        let angle = angle_degrees(&view.delta(0), &view.backpropagated_delta(0));
        self.degrees
            .push(angle.map_or(f32::NAN, |angle| angle as f32));
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
