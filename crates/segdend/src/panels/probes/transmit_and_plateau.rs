//! Transmit and plateau (eLife Figure 3C): one hidden neuron over one forward phase.
//!
//! The example is Figure 4A's first: the first '9' of the test images, shown from rest to the final
//! weights of the finished run. The neuron is not chosen for its looks: it is the most ordinary of
//! the first hidden layer. All are ranked by their rates, averaged over the whole phase, and by the
//! sizes of their mean apical voltages; the neuron whose two ranks are together the least distant
//! from the middle is shown, of equals the first.
//!
//! Its voltages A, B and C follow Eqs. 11 and 12, its spikes Eq. 13; the mean apical voltage and
//! the plateau potential that comes of it are those of Eqs. 3 and 17, over the window of the run's
//! parameters.
//!
//! `Fig_3C.csv`: a row a ms from rest (0 ms) on; beside it spike times, and in the first row what
//! there is one of.

use anyhow::{Result, ensure};
use segdend_core::data::ImageSet;
use segdend_core::segregated::schedule::Phase;
use segdend_figures::{Picture, Stamp, TransmitAndPlateau, transmit_and_plateau};
use serde::Deserialize;

use super::{TrainedNetwork, column, end_of_ms, first_nine, only, spike_times_ms};
use crate::panels::{Fields, Kind, Material, Named};
use crate::tables::Table;

/// The hidden layer that is looked at, counted from the input.
const LAYER: usize = 1;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    /// The run whose final weights are watched.
    run: String,
    /// The neuron's traces.
    traces: String,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("run", Named::Run, &self.run),
            ("traces", Named::SourceData, &self.traces),
        ]
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let mut network = TrainedNetwork::of(material, &self.run)?;
        let table = observe(&mut network, material.data()?.test())?;
        material.write(&self.traces, &table)
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        draw(&material.read(&self.traces)?, &material.title(), stamp)
    }
}

/// A, C, B and the rate of every neuron of the layer in one step.
struct Step {
    apical: Vec<f64>,
    soma: Vec<f64>,
    basal: Vec<f64>,
    rate_per_ms: Vec<f64>,
}

fn observe(network: &mut TrainedNetwork, images: &ImageSet) -> Result<Table> {
    ensure!(
        !network.spec.hidden.is_empty(),
        "a hidden neuron is to be shown, but the run has no hidden layer"
    );
    let image = first_nine(images)?;
    let mut steps = Vec::new();
    let shown = network.show(images, image, &mut |phase, _, layers| {
        if phase == Phase::Forward {
            let layer = &layers[LAYER - 1];
            steps.push(Step {
                apical: layer.apical.to_vec(),
                soma: layer.soma.to_vec(),
                basal: layer.dendrite.to_vec(),
                rate_per_ms: layer.rate.to_vec(),
            });
        }
    });
    let units = steps[0].soma.len();
    let mean_rates: Vec<f64> = (0..units)
        .map(|unit| steps.iter().map(|step| step.rate_per_ms[unit]).sum::<f64>())
        .map(|sum| sum / steps.len() as f64)
        .collect();
    let forward = &shown.record.forward;
    let mean_apical = &forward.mean_apical[LAYER - 1];
    let sizes: Vec<f64> = mean_apical.iter().map(|voltage| voltage.abs()).collect();
    let neuron = most_ordinary([&mean_rates, &sizes]);

    let window_start = network.spec.parameters.training_window_start(steps.len());
    let from_rest = |value: fn(&Step) -> &Vec<f64>| {
        let values = steps.iter().map(|step| value(step)[neuron]);
        std::iter::once(0.0).chain(values).collect::<Vec<f64>>()
    };
    let times = (0..steps.len()).map(end_of_ms);
    let spikes = spike_times_ms(&shown.spikes, (Phase::Forward, 0.0), LAYER, Some(neuron));
    Ok(Table::new(vec![
        column("time_ms", std::iter::once(0.0).chain(times).collect()),
        column("apical_voltage_v", from_rest(|step| &step.apical)),
        column("soma_voltage_v", from_rest(|step| &step.soma)),
        column("basal_voltage_v", from_rest(|step| &step.basal)),
        column("spike_time_ms", spikes),
        column("averaged_from_ms", vec![window_start as f64]),
        column("averaged_to_ms", vec![steps.len() as f64]),
        column("mean_apical_voltage_v", vec![mean_apical[neuron]]),
        column(
            "plateau_potential",
            vec![forward.plateau[LAYER - 1][neuron]],
        ),
        column("hidden_neuron_from_0", vec![neuron as f64]),
        column("mean_rate_hz", vec![1_000.0 * mean_rates[neuron]]),
        column("test_image_from_0", vec![image as f64]),
        column("digit", vec![images.label(image) as f64]),
    ]))
}

/// The place whose ranks in both lists are together nearest to the middle; the first of equals.
fn most_ordinary(lists: [&[f64]; 2]) -> usize {
    let mut distances = vec![0; lists[0].len()];
    for values in lists {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        for (rank, &place) in order.iter().enumerate() {
            // Twice the distance from the middle, which lies between two ranks of an even number.
            distances[place] += (2 * rank).abs_diff(values.len() - 1);
        }
    }
    let nearest = (0..distances.len()).min_by_key(|&place| distances[place]);
    nearest.unwrap_or(0)
}

fn draw(table: &Table, title: &str, stamp: Option<Stamp>) -> Result<Picture> {
    let trace = |name| table.column(name).map(<[f64]>::to_vec);
    Ok(transmit_and_plateau(&TransmitAndPlateau {
        title: title.to_owned(),
        stamp,
        time_ms: trace("time_ms")?,
        apical_voltage_v: trace("apical_voltage_v")?,
        soma_voltage_v: trace("soma_voltage_v")?,
        basal_voltage_v: trace("basal_voltage_v")?,
        spike_times_ms: trace("spike_time_ms")?,
        averaged_ms: (
            only(table, "averaged_from_ms")?,
            only(table, "averaged_to_ms")?,
        ),
        mean_apical_voltage_v: only(table, "mean_apical_voltage_v")?,
        plateau_potential: only(table, "plateau_potential")?,
    })?)
}

#[cfg(test)]
mod tests {
    //! Promise: the neuron is an ordinary one, its mean and plateau are those of its trace, and the
    //! file draws the same picture as what was computed.
    use super::super::tests::{through_a_file, trained};
    use super::*;

    #[test]
    fn the_most_ordinary_is_in_the_middle_of_both_lists() {
        let rates = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert_eq!(most_ordinary([&rates, &rates]), 2);
        // The median of one list, but the last of the other.
        assert_eq!(most_ordinary([&rates, &[1.0, 3.0, 9.0, 4.0, 2.0]]), 1);
        assert_eq!(most_ordinary([&[7.0], &[7.0]]), 0);
    }

    #[test]
    fn the_file_holds_the_whole_picture() {
        let (data, spec, network) = trained();
        let mut trained = TrainedNetwork::new(&spec, network).unwrap();
        let table = observe(&mut trained, data.test()).unwrap();

        let apical = table.column("apical_voltage_v").unwrap();
        let from = only(&table, "averaged_from_ms").unwrap() as usize;
        let window = &apical[from + 1..];
        let mean = window.iter().sum::<f64>() / window.len() as f64;
        assert_eq!(window.len(), 20);
        assert!((mean - only(&table, "mean_apical_voltage_v").unwrap()).abs() < 1e-12);
        let plateau = only(&table, "plateau_potential").unwrap();
        assert!((plateau - 1.0 / (1.0 + (-mean).exp())).abs() < 1e-12);

        let read = through_a_file(&table);
        assert_eq!(read, table);
        let pictures = [&table, &read].map(|table| draw(table, "3C", None).unwrap());
        assert_eq!(pictures[0].svg, pictures[1].svg);
        assert_eq!(pictures[0].png, pictures[1].png);
    }
}
