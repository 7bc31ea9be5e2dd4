//! Every panel with a small table, and the words that its picture must have.

use segdend_figures::*;

use crate::tables::*;

/// A panel to draw, with or without a stamp.
pub struct Case {
    pub name: &'static str,
    pub draw: fn(Option<Stamp>) -> Result<Picture, FigureError>,
    pub labels: &'static [&'static str],
}

macro_rules! case {
    ($name:literal, $draw:ident, $table:ident, $labels:expr) => {
        Case {
            name: $name,
            draw: |stamp| {
                let mut table = $table();
                table.title = TITLE.into();
                table.stamp = stamp;
                $draw(&table)
            },
            labels: $labels,
        }
    };
}

/// The title of every case.
pub const TITLE: &str = "A title & its <signs>";

pub fn all() -> Vec<Case> {
    vec![
        case!(
            "3C",
            transmit_and_plateau,
            one_neuron,
            &[
                "Transmit",
                "Plateau",
                "Apical (V)",
                "Soma (V)",
                "Basal (V)",
                "spikes",
                "averaged",
                "= 0.62",
                "Time in the forward phase (ms)",
            ]
        ),
        case!(
            "4A",
            phases,
            two_examples,
            &[
                "forward",
                "target",
                "Output unit",
                "Time (ms)",
                "a ‘1’",
                "a ‘0’",
                "100 Hz",
                "α",
            ]
        ),
        case!(
            "4B",
            phase_lengths,
            lengths,
            &[
                "forward phase",
                "target phase",
                "density",
                "Density (per ms)",
                "Phase length (ms)",
                "Examples",
            ]
        ),
        case!(
            "5B",
            loss_scatter,
            losses,
            &[
                "real, r = 0.50",
                "shuffled, r = −0.10",
                "Output loss L",
                "Hidden loss L",
            ]
        ),
        case!(
            "5C",
            loss_correlation,
            correlations,
            &[
                "real, one dot a digit",
                "shuffled",
                "first epoch",
                "Epoch",
                "1",
                "2",
            ]
        ),
        case!(
            "5-S1A",
            eigenvalue,
            eigenvalues,
            &[
                "one network",
                "1: below it, Theorem 1 applies",
                "Largest eigenvalue",
                "Training examples",
            ]
        ),
        case!(
            "5-S1B",
            jacobian_product,
            jacobians,
            &["before", "after", "0.0", "0.5", "−0.5"]
        ),
        case!("6C", embeddings, layers, &["input", "hidden", "0", "7"]),
        case!(
            "6-S1A",
            plateau_raster,
            raster,
            &[
                "forward",
                "target",
                "Hidden neuron",
                "To phase end (ms)",
                "all plateaus",
            ]
        ),
        case!(
            "7A",
            angles,
            two_angles,
            &["spiking", "rate", "90°", "Angle (°)", "45"]
        ),
        case!(
            "7B",
            receptive_fields,
            fields,
            &[
                "local update",
                "backpropagation",
                "−max |w| of each field",
                "0",
            ]
        ),
        case!(
            "7C",
            field_correlation,
            field_correlations,
            &["regular", "shuffled", "Greatest correlation (r)", "Fields",]
        ),
        case!(
            "9A",
            apical_attenuation,
            attenuation,
            &["g", "= 0.05", "Apical, A (V)", "Soma, C (V)", "spikes",]
        ),
        case!(
            "10B",
            timing_prediction,
            prediction,
            &[
                "early",
                "late",
                "LTD",
                "LTP",
                "apical input",
                "basal input",
                "Pairings_x",
                "Change of basal weights (V ms)",
                "quartiles",
            ]
        ),
        case!(
            "seeds",
            seeds,
            networks,
            &[
                "6B",
                "one hidden",
                "two hidden",
                "4.20%",
                "mean, 95% interval",
                "mean that the paper reports",
                "one hidden vs. two hidden",
                "t(3.1) = −8.0",
                "Welch",
                "Test error (%)",
            ]
        ),
        case!(
            "effects",
            effects,
            differences,
            &[
                "initial weights",
                "−0.31",
                "+0.20",
                "against the paper",
                "a network",
                "Change of test error (percentage points)",
            ]
        ),
        case!(
            "grid",
            learning_rate_grid,
            grid,
            &[
                "one hidden",
                "on test images",
                "on held-out training images",
                "least, test",
                "least, held-out",
                "reported rate",
                "Hidden_rate",
                "Error after an epoch (%)",
                "each the least over output rates",
                "0.21, 0.12",
                "coarse: test",
                "0.20, 0.16",
                "coarse: held-out",
                "0.30, 0.10",
                "0.30, 0.14",
                "0.10, 0.20",
                "fine: test",
                "0.19, 0.17",
                "fine: held-out",
                "0.195, 0.15",
            ]
        ),
        case!(
            "theorem",
            theorem,
            guarantee,
            &[
                "Eq. 8 holds (fraction)",
                "Largest eigenvalue",
                "one network",
            ]
        ),
        case!(
            "growth",
            growth,
            times,
            &[
                "one thread (exponent 0.98)",
                "Time per image (µs)",
                "Hidden_neurons",
                "100",
            ]
        ),
    ]
}
