//! Tables with little in them, or with odd numbers, that still give a picture.

use segdend_figures::*;

use crate::tables;

fn drawn(name: &str, picture: Result<Picture, FigureError>) {
    let picture = picture.unwrap_or_else(|error| panic!("{name}: {error}"));
    roxmltree::Document::parse(&picture.svg).expect(name);
    assert!(
        !picture.svg.contains("NaN") && !picture.svg.contains("inf"),
        "{name}"
    );
}

#[test]
fn one_value_is_enough() {
    let mut panel = tables::one_neuron();
    for values in [
        &mut panel.time_ms,
        &mut panel.apical_voltage_v,
        &mut panel.soma_voltage_v,
        &mut panel.basal_voltage_v,
    ] {
        values.truncate(1);
    }
    panel.spike_times_ms.clear();
    drawn("3C", transmit_and_plateau(&panel));

    let mut panel = tables::two_examples();
    panel.examples.truncate(1);
    panel.time_ms.truncate(2);
    for rates in &mut panel.output_rates_hz {
        rates.truncate(2);
        rates.fill(0.0);
    }
    drawn("4A", phases(&panel));

    let mut panel = tables::correlations();
    panel.real.truncate(1);
    panel.shuffled.clear();
    drawn("5C", loss_correlation(&panel));

    for value in [1.0, 0.0, -3.0, 1e-9, 7e20] {
        let series = vec![tables::series("one", vec![value])];
        drawn(
            "5-S1A",
            eigenvalue(&Eigenvalue {
                series,
                ..Eigenvalue::default()
            }),
        );
    }

    let mut panel = tables::layers();
    panel.digits.truncate(1);
    panel.examples.clear();
    panel.layers.truncate(1);
    panel.layers[0].x.truncate(1);
    panel.layers[0].y.truncate(1);
    drawn("6C", embeddings(&panel));

    let panel = FieldCorrelation {
        regular: vec![1.0],
        ..FieldCorrelation::default()
    };
    drawn("7C", field_correlation(&panel));

    let mut panel = tables::grid();
    let curve = &mut panel.curves[0];
    curve.learning_rates.truncate(1);
    curve.test_errors_percent.truncate(1);
    curve.validation_errors_percent.clear();
    curve.reported.clear();
    curve.searches.truncate(1);
    curve.searches[0].best_on_test = vec![vec![0.1]];
    curve.searches[0].best_on_validation.clear();
    drawn("grid", learning_rate_grid(&panel));

    let mut panel = tables::times();
    panel.series[0].sizes.truncate(1);
    panel.series[0].times.truncate(1);
    panel.series[0].exponent = None;
    drawn("growth", growth(&panel));
}

#[test]
fn constant_values_have_an_axis() {
    let mut panel = tables::losses();
    for pairs in [&mut panel.real, &mut panel.shuffled] {
        pairs.hidden_loss.fill(0.0);
        pairs.output_loss.fill(0.0);
    }
    drawn("5B", loss_scatter(&panel));

    let mut panel = tables::jacobians();
    for map in &mut panel.maps {
        map.rows.iter_mut().for_each(|row| row.fill(0.0));
    }
    drawn("5-S1B", jacobian_product(&panel));

    let mut panel = tables::attenuation();
    panel.apical_voltage_v.fill(0.0);
    panel.soma_voltage_v.fill(0.0);
    drawn("9A", apical_attenuation(&panel));

    let mut panel = tables::prediction();
    for protocol in [&mut panel.early, &mut panel.late] {
        protocol.weight_change.fill(0.0);
        protocol.lower.clear();
        protocol.upper.clear();
    }
    drawn("10B", timing_prediction(&panel));

    let mut panel = tables::differences();
    for effect in &mut panel.effects {
        effect.change_points = 0.0;
        effect.interval_points = None;
        effect.networks_points.clear();
    }
    drawn("effects", effects(&panel));

    let mut panel = tables::networks();
    for group in &mut panel.sections[0].groups {
        group.networks = vec![vec![4.0]];
        (group.mean_percent, group.interval_percent) = (None, None);
        group.reported_percent = None;
    }
    drawn("seeds", seeds(&panel));

    let mut panel = tables::lengths();
    panel.density_per_ms.fill(0.0);
    drawn("4B", phase_lengths(&panel));

    let mut panel = tables::layers();
    for layer in &mut panel.layers {
        layer.x.fill(3.0);
        layer.y.fill(3.0);
    }
    drawn("6C", embeddings(&panel));
}

#[test]
fn sizes_far_from_everyday_ones_are_drawn() {
    for scale in [1e-90, 1e-30, 1e-7, 1e7, 1e30, 1e90] {
        let mut panel = tables::losses();
        for pairs in [&mut panel.real, &mut panel.shuffled] {
            pairs.hidden_loss.iter_mut().for_each(|loss| *loss *= scale);
            pairs.output_loss.iter_mut().for_each(|loss| *loss *= scale);
        }
        drawn("5B", loss_scatter(&panel));

        let values = vec![scale, 2.0 * scale, 0.5];
        let series = vec![tables::series("one", values)];
        drawn(
            "5-S1A",
            eigenvalue(&Eigenvalue {
                series,
                ..Eigenvalue::default()
            }),
        );

        let mut panel = tables::times();
        panel.series[0]
            .times
            .iter_mut()
            .for_each(|time| *time *= scale);
        drawn("growth", growth(&panel));

        let mut panel = tables::prediction();
        panel.early.weight_change[1] *= scale;
        drawn("10B", timing_prediction(&panel));
    }
}

#[test]
fn odd_shapes_stay_in_their_places() {
    let tall = ReceptiveFields {
        columns: 1,
        grids: vec![FieldGrid {
            name: "one column".into(),
            fields: vec![vec![0.5; 784]],
        }],
        ..ReceptiveFields::default()
    };
    drawn("7B", receptive_fields(&tall));

    let mut panel = tables::two_examples();
    panel.examples[0].image = Some(SmallImage {
        columns: 500,
        intensities: vec![1.0; 500],
    });
    drawn("4A", phases(&panel));

    let large = JacobianProduct {
        maps: vec![HeatMap {
            name: "large".into(),
            rows: vec![vec![0.25; 300]; 300],
        }],
        ..JacobianProduct::default()
    };
    let picture = jacobian_product(&large).expect("a picture");
    assert!(picture.svg.len() < 50_000, "{}", picture.svg.len());
}
