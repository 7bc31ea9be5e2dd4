//! A small table for every panel.

use segdend_figures::*;

pub fn one_neuron() -> TransmitAndPlateau {
    TransmitAndPlateau {
        time_ms: vec![0.0, 10.0, 20.0, 30.0],
        apical_voltage_v: vec![0.0, 1.0, 0.4, 0.6],
        soma_voltage_v: vec![-1.0, -2.0, -1.5, -1.0],
        basal_voltage_v: vec![-1.1, -2.2, -1.6, -1.2],
        spike_times_ms: vec![12.0, 25.0, 999.0],
        averaged_ms: (20.0, 30.0),
        mean_apical_voltage_v: 0.5,
        plateau_potential: 0.622,
        ..TransmitAndPlateau::default()
    }
}

pub fn two_phases() -> Vec<ExamplePhases> {
    let dot = SmallImage {
        columns: 3,
        intensities: vec![0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
    };
    let phases = |digit, start: f64| ExamplePhases {
        digit,
        forward_start_ms: start,
        target_start_ms: start + 50.0,
        end_ms: start + 100.0,
        image: Some(dot.clone()),
    };
    vec![phases(1, 0.0), phases(0, 100.0)]
}

pub fn two_examples() -> Phases {
    Phases {
        examples: two_phases(),
        // The first and the last lie outside the examples.
        time_ms: vec![-500.0, 0.0, 50.0, 100.0, 150.0, 199.0, 900.0],
        output_rates_hz: vec![
            vec![9.0, 10.0, 5.0, 0.0, 80.0, 180.0, 9.0],
            vec![9.0, 20.0, 90.0, 190.0, 10.0, 0.0, 9.0],
        ],
        plateau_times_ms: vec![50.0, 100.0, 150.0, 200.0, 4000.0],
        ..Phases::default()
    }
}

pub fn lengths() -> PhaseLengths {
    PhaseLengths {
        forward_ms: vec![51.0, 60.0],
        target_ms: vec![55.0, 50.5],
        density_at_ms: vec![50.0, 51.0, 55.0, 70.0],
        density_per_ms: vec![0.0, 0.7, 0.1, 0.0],
        ..PhaseLengths::default()
    }
}

pub fn losses() -> LossScatter {
    let pairs = |output_loss: Vec<f64>, r| LossPairs {
        hidden_loss: vec![1.0, 2.0, 3.0],
        output_loss,
        pearson: Some(r),
    };
    LossScatter {
        real: pairs(vec![0.1, 0.3, 0.2], 0.5),
        shuffled: pairs(vec![0.3, 0.1, 0.2], -0.1),
        ..LossScatter::default()
    }
}

pub fn correlations() -> LossCorrelation {
    LossCorrelation {
        real: vec![vec![0.1, 0.2, f64::NAN], vec![0.4, 0.5, 0.45]],
        shuffled: vec![vec![0.0, -0.1, 0.05], vec![0.02, 0.0, 0.01]],
        ..LossCorrelation::default()
    }
}

pub fn series(name: &str, values: Vec<f64>) -> ExampleSeries {
    ExampleSeries {
        name: name.into(),
        color: Color::ONE_HIDDEN_LAYER,
        first_example: 100,
        every: 1,
        values,
    }
}

pub fn eigenvalues() -> Eigenvalue {
    Eigenvalue {
        series: vec![series("one network", vec![1.5, f64::NAN, 0.9, 0.7])],
        ..Eigenvalue::default()
    }
}

pub fn jacobians() -> JacobianProduct {
    let map = |name: &str, diagonal: f64| HeatMap {
        name: name.into(),
        rows: vec![vec![diagonal, -0.1], vec![0.1, diagonal]],
    };
    JacobianProduct {
        maps: vec![map("before", 0.0), map("after", 0.9)],
        ..JacobianProduct::default()
    }
}

pub fn layers() -> Embeddings {
    let layer = |name: &str| EmbeddedLayer {
        name: name.into(),
        x: vec![0.0, 1.0, 2.0],
        y: vec![-1.0, 0.0, 5.0],
    };
    Embeddings {
        digits: vec![0, 7, 7],
        layers: vec![layer("input"), layer("hidden")],
        examples: vec![EmbeddingExample {
            index: 2,
            image: two_phases()[0].image.clone().expect("an image"),
        }],
        ..Embeddings::default()
    }
}

pub fn raster() -> PlateauRaster {
    PlateauRaster {
        examples: two_phases(),
        plateau_times_ms: vec![vec![48.0, 99.0, 147.0, 196.0], vec![49.5, -70.0, 7000.0]],
        ..PlateauRaster::default()
    }
}

pub fn two_angles() -> Angles {
    Angles {
        series: vec![
            series("spiking", vec![90.0, 70.0, 65.0]),
            series("rate", vec![88.0, 40.0, 38.0]),
        ],
        references: vec![(90.0, "90°".into())],
        ..Angles::default()
    }
}

pub fn fields() -> ReceptiveFields {
    let grid = |name: &str| FieldGrid {
        name: name.into(),
        fields: vec![vec![-1.0, 0.0, 0.5, 1.0], vec![0.0; 4]],
    };
    ReceptiveFields {
        columns: 2,
        grids: vec![grid("local update"), grid("backpropagation")],
        ..ReceptiveFields::default()
    }
}

pub fn field_correlations() -> FieldCorrelation {
    FieldCorrelation {
        regular: vec![0.5, 0.3, 0.7],
        shuffled: vec![0.1, 0.12, 0.09],
        ..FieldCorrelation::default()
    }
}

pub fn attenuation() -> ApicalAttenuation {
    ApicalAttenuation {
        apical_conductance: 0.05,
        time_ms: vec![0.0, 50.0, 100.0],
        apical_voltage_v: vec![0.0, 1.0, 0.4],
        soma_voltage_v: vec![0.0, 0.05, 0.02],
        apical_spike_times_ms: vec![40.0],
        ..ApicalAttenuation::default()
    }
}

pub fn prediction() -> TimingPrediction {
    let protocol = |name: &str, apical_input_ms, last: f64| TimingProtocol {
        name: name.into(),
        basal_input_ms: (0.0, 100.0),
        apical_input_ms,
        at: vec![0.0, 10.0],
        weight_change: vec![0.0, last],
        lower: vec![0.0, last - 0.1],
        upper: vec![0.0, last + 0.1],
    };
    TimingPrediction {
        early: protocol("early", (0.0, 50.0), -0.5),
        late: protocol("late", (50.0, 100.0), 0.4),
        at_label: "Pairings_x".into(),
        interval_label: "quartiles".into(),
        ..TimingPrediction::default()
    }
}

pub fn networks() -> Seeds {
    let group = |name: &str, mean: f64| SeedGroup {
        name: name.into(),
        color: Color::ONE_HIDDEN_LAYER,
        networks: vec![vec![mean, mean + 0.1], vec![mean - 0.1]],
        mean_percent: Some(mean),
        interval_percent: Some((mean - 0.2, mean + 0.2)),
        reported_percent: Some(mean + 0.05),
    };
    Seeds {
        interval_label: "95% interval".into(),
        sections: vec![SeedSection {
            heading: "6B".into(),
            groups: vec![group("one hidden", 4.2), group("two hidden", 3.3)],
            comparisons_heading: Some("Welch".into()),
            comparisons: vec![ComparisonNote {
                first: 0,
                second: 1,
                text: "t(3.1) = -8.0".into(),
            }],
        }],
        ..Seeds::default()
    }
}

pub fn differences() -> Effects {
    let effect = |name: &str, change: f64| Effect {
        name: name.into(),
        change_points: change,
        interval_points: Some((change - 0.1, change + 0.1)),
        networks_points: vec![change - 0.05, change + 0.05],
    };
    Effects {
        baseline: "against the paper".into(),
        interval_label: "95% interval".into(),
        effects: vec![
            effect("initial weights", -0.31),
            effect("phase lengths", 0.2),
        ],
        ..Effects::default()
    }
}

pub fn grid() -> LearningRateGrid {
    LearningRateGrid {
        curves: vec![LearningRateCurve {
            name: "one hidden".into(),
            color: Color::ONE_HIDDEN_LAYER,
            learning_rates: vec![0.1, 0.2, 0.3],
            test_errors_percent: vec![8.0, 7.0, 9.0],
            validation_errors_percent: vec![8.5, 7.6, 7.4],
            reported: vec![0.21, 0.12],
            searches: vec![
                RateSearch {
                    name: "coarse".into(),
                    best_on_test: vec![vec![0.1 + 0.1, 0.16]],
                    best_on_validation: vec![vec![0.3, 0.1], vec![0.3, 0.14], vec![0.1, 0.2]],
                },
                RateSearch {
                    name: "fine".into(),
                    best_on_test: vec![vec![0.19, 0.17]],
                    best_on_validation: vec![vec![0.195, 0.15]],
                },
            ],
        }],
        rate_label: "Hidden_rate".into(),
        error_label: "Error after an epoch".into(),
        note: "each the least over output rates".into(),
        ..LearningRateGrid::default()
    }
}

pub fn guarantee() -> Theorem {
    Theorem {
        holds: vec![series("one network", vec![0.7, 0.8, 0.9])],
        eigenvalue: eigenvalues().series,
        ..Theorem::default()
    }
}

pub fn times() -> Growth {
    Growth {
        size_label: "Hidden_neurons".into(),
        time_unit: "µs".into(),
        series: vec![GrowthSeries {
            name: "one thread".into(),
            color: Color::ONE_HIDDEN_LAYER,
            sizes: vec![50.0, 100.0, 400.0],
            times: vec![20.0, 41.0, 160.0],
            exponent: Some(0.98),
        }],
        ..Growth::default()
    }
}
