//! Tables that cannot be drawn, and the words that say why.

use segdend_figures::*;

use crate::tables;

fn refused(picture: Result<Picture, FigureError>, words: &[&str]) {
    let error = picture
        .expect_err("a table that cannot be drawn")
        .to_string();
    for word in words {
        assert!(error.contains(word), "{word:?} is missing from {error:?}");
    }
}

#[test]
fn empty_tables_are_named() {
    let empty = |table: &str| vec![table.to_owned(), "no values".to_owned()];
    let check = |picture, table: &str| {
        let words = empty(table);
        refused(
            picture,
            &words.iter().map(String::as_str).collect::<Vec<_>>(),
        );
    };
    check(
        transmit_and_plateau(&TransmitAndPlateau::default()),
        "time_ms",
    );
    check(phases(&Phases::default()), "examples");
    check(phase_lengths(&PhaseLengths::default()), "forward_ms");
    check(loss_scatter(&LossScatter::default()), "real.hidden_loss");
    check(loss_correlation(&LossCorrelation::default()), "real");
    check(jacobian_product(&JacobianProduct::default()), "maps");
    check(embeddings(&Embeddings::default()), "digits");
    check(plateau_raster(&PlateauRaster::default()), "examples");
    check(receptive_fields(&ReceptiveFields::default()), "grids");
    check(field_correlation(&FieldCorrelation::default()), "regular");
    check(apical_attenuation(&ApicalAttenuation::default()), "time_ms");
    check(timing_prediction(&TimingPrediction::default()), "early.at");
    check(effects(&Effects::default()), "effects");
    for picture in [
        angles(&Angles::default()),
        eigenvalue(&Eigenvalue::default()),
        theorem(&Theorem::default()),
        growth(&Growth::default()),
        learning_rate_grid(&LearningRateGrid::default()),
        seeds(&Seeds::default()),
    ] {
        assert_eq!(picture, Err(FigureError::NoSeries));
    }
    let mut panel = tables::two_angles();
    panel.series[1].values.fill(f64::NAN);
    refused(angles(&panel), &["series[1].values", "rate"]);
}

#[test]
fn numbers_that_are_none_are_named() {
    for value in [f64::NAN, f64::INFINITY, -1e200] {
        let mut panel = tables::one_neuron();
        panel.soma_voltage_v[2] = value;
        refused(
            transmit_and_plateau(&panel),
            &["soma_voltage_v[2]", "finite"],
        );

        let mut panel = tables::two_examples();
        panel.output_rates_hz[1][3] = value;
        refused(phases(&panel), &["output_rates_hz[1][3]"]);

        let mut panel = tables::losses();
        panel.shuffled.output_loss[1] = value;
        refused(loss_scatter(&panel), &["shuffled.output_loss[1]"]);

        let mut panel = tables::layers();
        panel.layers[1].y[0] = value;
        refused(embeddings(&panel), &["layers[1].y[0]"]);

        let mut panel = tables::fields();
        panel.grids[1].fields[0][3] = value;
        refused(receptive_fields(&panel), &["grids[1].fields[0][3]"]);

        let mut panel = tables::jacobians();
        panel.maps[0].rows[1][0] = value;
        refused(jacobian_product(&panel), &["maps[0].rows[1][0]"]);

        let mut panel = tables::raster();
        panel.plateau_times_ms[1][0] = value;
        refused(plateau_raster(&panel), &["plateau_times_ms[1][0]"]);

        let mut panel = tables::prediction();
        panel.late.upper[1] = value;
        refused(timing_prediction(&panel), &["late.upper[1]"]);

        let mut panel = tables::networks();
        panel.sections[0].groups[1].networks[0][1] = value;
        refused(seeds(&panel), &["two hidden", "networks[0][1]"]);

        let mut panel = tables::differences();
        panel.effects[1].networks_points[0] = value;
        refused(effects(&panel), &["effects[1].networks_points[0]"]);

        let mut panel = tables::times();
        panel.series[0].times[2] = value;
        refused(growth(&panel), &["series[0].times[2]"]);
    }
    let mut panel = tables::eigenvalues();
    panel.series[0].values[0] = f64::INFINITY;
    refused(eigenvalue(&panel), &["series[0].values[0]", "inf"]);
}

#[test]
fn impossible_values_are_named() {
    let mut panel = tables::one_neuron();
    panel.plateau_potential = 1.5;
    refused(
        transmit_and_plateau(&panel),
        &["plateau_potential", "from 0 to 1"],
    );

    let mut panel = tables::two_angles();
    panel.series[0].values[1] = 181.0;
    refused(angles(&panel), &["series[0].values[1]", "181"]);

    let mut panel = tables::correlations();
    panel.shuffled[1][2] = -1.01;
    refused(loss_correlation(&panel), &["shuffled[1][2]"]);

    let mut panel = tables::guarantee();
    panel.holds[0].values[0] = 1.2;
    refused(theorem(&panel), &["holds[0].values[0]"]);

    let mut panel = tables::layers();
    panel.digits[1] = 10;
    refused(embeddings(&panel), &["digits[1]", "10"]);
    let mut panel = tables::layers();
    panel.examples[0].index = 3;
    refused(embeddings(&panel), &["examples[0].index"]);

    let mut panel = tables::two_examples();
    panel.examples[1].image = Some(SmallImage {
        columns: 2,
        intensities: vec![0.0; 3],
    });
    refused(phases(&panel), &["examples[1].image", "3 values"]);

    let mut panel = tables::lengths();
    panel.target_ms[0] = 1e60;
    refused(phase_lengths(&panel), &["target_ms[0]"]);

    let mut panel = tables::times();
    panel.series[0].sizes[0] = 0.0;
    refused(growth(&panel), &["series[0].sizes[0]"]);

    let mut panel = tables::grid();
    panel.curves[0].searches[0].best_on_test[0][0] = 0.25;
    refused(
        learning_rate_grid(&panel),
        &["searches[0].best_on_test", "0.25", "learning_rates"],
    );
    let mut panel = tables::grid();
    panel.curves[0].searches[1].best_on_validation[0].clear();
    refused(
        learning_rate_grid(&panel),
        &["searches[1].best_on_validation", "no values"],
    );
    let mut panel = tables::grid();
    panel.curves[0].test_errors_percent[0] = 130.0;
    refused(
        learning_rate_grid(&panel),
        &["one hidden", "test_errors_percent[0]"],
    );
}

#[test]
fn tables_that_do_not_fit_each_other_are_named() {
    let mut panel = tables::one_neuron();
    panel.basal_voltage_v.pop();
    refused(
        transmit_and_plateau(&panel),
        &["time_ms has 4", "basal_voltage_v has 3"],
    );

    let mut panel = tables::attenuation();
    panel.time_ms.swap(0, 1);
    refused(apical_attenuation(&panel), &["time_ms[1]", "before"]);

    let mut panel = tables::fields();
    panel.columns = 3;
    refused(receptive_fields(&panel), &["rows of 3 columns"]);

    let mut panel = tables::jacobians();
    panel.maps[1].rows[1].push(0.0);
    refused(jacobian_product(&panel), &["maps[1].rows[1] has 3"]);

    let mut panel = tables::networks();
    panel.sections[0].comparisons[0].second = 2;
    let expected = FigureError::UnknownSeries {
        comparison: 0,
        index: 2,
        series_count: 2,
    };
    assert_eq!(seeds(&panel), Err(expected));

    let mut panel = tables::raster();
    panel.examples[0].target_start_ms = 200.0;
    refused(plateau_raster(&panel), &["examples[0]", "less than"]);
}

#[test]
fn picture_of_a_thousand_rows_is_refused() {
    let mut panel = tables::differences();
    panel.effects = vec![panel.effects[0].clone(); 1000];
    refused(effects(&panel), &["points high"]);
}
