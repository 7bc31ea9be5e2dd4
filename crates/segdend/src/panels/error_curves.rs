//! Comparisons of test errors, drawn from source data: the files on the disk and nothing else.

use anyhow::{Context, Result};
use segdend_figures::{
    Color, ComparisonNote, ErrorCurves, ErrorSeries, Picture, Stamp, decimal, error_curves,
    scientific, ten_to_the,
};

use crate::experiments::{ColorRole, ErrorFigure};
use crate::project::{self, Project};
use crate::provenance::Provenance;
use crate::run_directory;
use crate::source_data::Files;
use crate::statistics::{self, ComparisonStatistics, Statistics};
use crate::tables::Table;

/// A figure that was made.
#[derive(Debug)]
pub(crate) struct Made {
    /// What the tests say.
    pub(crate) statistics: Statistics,
    /// What sets it apart from the paper's experiment.
    pub(crate) stamp: Option<String>,
    /// Whether the picture is another than before.
    pub(crate) changed: bool,
}

/// Computes the statistics of a figure from its source data, writes them, and draws it.
pub(crate) fn make(
    figure: &ErrorFigure,
    files: &Files,
    project: &Project,
    scale: &str,
) -> Result<Made> {
    let errors = Table::read(&files.errors)?;
    let final_errors = Table::read(&files.final_errors)?;
    let provenance: Provenance = run_directory::read_json(&files.provenance)?
        .with_context(|| format!("{} is missing", files.provenance.display()))?;
    let statistics = statistics::compute(figure, &errors, &final_errors)?;
    run_directory::write_json(&files.statistics, &statistics)?;
    let stamp = provenance.stamp();
    let picture = draw(figure, &errors, &final_errors, &statistics, stamp.clone())?;
    project::make_directory(&project.figures(scale))?;
    let changed = run_directory::write_file(&files.svg, picture.svg.as_bytes())?
        | run_directory::write_file(&files.png, &picture.png)?;
    Ok(Made {
        statistics,
        stamp: stamp.map(|stamp| stamp.text().to_owned()),
        changed,
    })
}

fn draw(
    figure: &ErrorFigure,
    errors: &Table,
    final_errors: &Table,
    statistics: &Statistics,
    stamp: Option<Stamp>,
) -> Result<Picture> {
    let mut series = Vec::new();
    for entry in &figure.series {
        series.push(ErrorSeries {
            name: entry.label.clone(),
            color: color(entry.color),
            errors_percent: errors.column(&entry.column)?.to_vec(),
            final_errors_percent: final_errors.column(&entry.column)?.to_vec(),
            reported_final_percent: entry.reported_final_percent,
        });
    }
    let note = |comparison: &ComparisonStatistics| ComparisonNote {
        first: comparison.first,
        second: comparison.second,
        text: in_words(comparison),
    };
    let count = statistics.comparisons.len();
    let panel = ErrorCurves {
        title: figure.title.clone(),
        series,
        comparisons_heading: (count > 0)
            .then(|| statistics::heading(statistics.test, statistics.correction, count)),
        comparisons: statistics.comparisons.iter().map(note).collect(),
        stamp,
    };
    error_curves(&panel).context("cannot draw the picture")
}

pub(super) fn color(role: ColorRole) -> Color {
    match role {
        ColorRole::Shallow => Color::SHALLOW,
        ColorRole::OneHiddenLayer => Color::ONE_HIDDEN_LAYER,
        ColorRole::TwoHiddenLayers => Color::TWO_HIDDEN_LAYERS,
        ColorRole::Fourth => Color::FOURTH,
        ColorRole::Fifth => Color::REAL,
    }
}

/// A comparison as a journal prints it: `t(38) = −20.22, P = 1.9 × 10⁻²¹`.
pub(crate) fn in_words(comparison: &ComparisonStatistics) -> String {
    let (Some(test), Some(p)) = (&comparison.result, comparison.corrected_p) else {
        return "not testable".to_owned();
    };
    let freedom = test.degrees_of_freedom;
    let freedom = if freedom.fract() == 0.0 {
        format!("{freedom:.0}")
    } else {
        format!("{freedom:.1}")
    };
    let p = match comparison.corrected_ln_p {
        // Beyond what f64 holds, or what anybody wants to read.
        Some(ln_p) if p < 1e-300 => ten_to_the((ln_p / std::f64::consts::LN_10).round() as i32),
        _ => scientific(p),
    };
    format!("t({freedom}) = {}, P = {p}", decimal(test.t, 2))
}

#[cfg(test)]
mod tests {
    //! Promise: a comparison reads as in a journal, with minus signs and powers of ten.
    //!
    //! Caught so far: hyphens for minus signs, `10^-312`.
    use super::*;

    fn comparison(first: &[f64], second: &[f64], p: f64, ln_p: Option<f64>) -> String {
        in_words(&ComparisonStatistics {
            first: 0,
            second: 1,
            result: segdend_analysis::pooled_t_test(first, second).ok(),
            corrected_p: Some(p),
            corrected_ln_p: ln_p,
            untestable: None,
            reported_t: None,
            reported_p: None,
        })
    }

    #[test]
    fn negative_t_has_a_minus_sign() {
        assert_eq!(
            comparison(&[1.0, 3.0], &[2.0, 4.0], 0.031, None),
            "t(2) = −0.71, P = 0.031"
        );
    }

    #[test]
    fn p_beyond_numbers_is_a_power_of_ten() {
        let ln_p = -312.2 * std::f64::consts::LN_10;
        let text = comparison(&[1.0, 3.0], &[2.0, 4.0], 0.0, Some(ln_p));
        assert_eq!(text, "t(2) = −0.71, P = 10⁻³¹²");
    }
}
