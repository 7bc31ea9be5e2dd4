//! Comparisons of test errors: eLife Figures 6B, 6-S1B, 8B, 8D, 8-S1 and 9B. Test error over training, and
//! the spread of repeated tests of the final weights.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use segdend_figures::{
    ComparisonNote, ErrorCurves, ErrorSeries, Picture, Stamp, decimal, error_curves, scientific,
    ten_to_the,
};
use serde::{Deserialize, Serialize};

use super::{Fields, Kind, Material, Named, color};
use crate::experiments::{ColorRole, Experiments};
use crate::manifest::RunResult;
use crate::statistics::{self, ComparisonStatistics, Statistics};
use crate::suggest;
use crate::tables::Table;

/// Which two-sample t-test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Test {
    /// Student's, with a pooled variance: the paper's.
    Pooled,
    /// Welch's.
    Welch,
}

/// How P values are corrected for several comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Correction {
    /// Bonferroni's.
    Bonferroni,
    /// Holm's.
    Holm,
    /// Not at all.
    None,
}

/// One network of a figure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Series {
    /// The run.
    pub(crate) run: String,
    /// Its name in the picture.
    pub(crate) label: String,
    /// Its name in the source data.
    pub(crate) column: String,
    /// Its colour.
    pub(crate) color: ColorRole,
    /// The mean final test error that the paper reports, %.
    #[serde(default)]
    pub(crate) reported_final_percent: Option<f64>,
}

/// Two networks of a figure, compared.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Comparison {
    /// The one run.
    pub(crate) first: String,
    /// The other run.
    pub(crate) second: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    /// Test error before training and after every epoch, a column a series.
    pub(crate) errors: String,
    /// Repeated tests of the final weights, a column a series.
    pub(crate) final_errors: String,
    /// Means, extremes and tests, computed from the source data.
    statistics: String,
    /// Which runs the source data came from.
    provenance: String,
    /// Which test compares the networks.
    pub(crate) test: Test,
    /// How its P values are corrected.
    pub(crate) correction: Correction,
    /// The networks, in the order of the legend.
    pub(crate) series: Vec<Series>,
    /// Which of them are compared.
    #[serde(default)]
    pub(crate) comparisons: Vec<Comparison>,
}

impl Kind for Panel {
    fn fields(&self) -> Fields<'_> {
        let mut fields: Fields<'_> = vec![
            ("errors", Named::SourceData, &self.errors),
            ("final_errors", Named::SourceData, &self.final_errors),
            ("statistics", Named::Statistics, &self.statistics),
            ("provenance", Named::Provenance, &self.provenance),
        ];
        let runs = self.series.iter().map(|series| &series.run);
        fields.extend(runs.map(|run| ("series", Named::Run, run.as_str())));
        fields
    }

    fn check(&self, _experiments: &Experiments) -> Result<()> {
        ensure!(
            !self.series.is_empty(),
            "series is empty, expected at least one"
        );
        let (mut runs, mut columns) = (BTreeSet::new(), BTreeSet::new());
        for Series { run, column, .. } in &self.series {
            ensure!(runs.insert(run), "series: the run `{run}` is shown twice");
            ensure!(columns.insert(column), "two columns are called `{column}`");
        }
        for comparison in &self.comparisons {
            for run in [&comparison.first, &comparison.second] {
                if self.place_of(run).is_none() {
                    let runs = self.series.iter().map(|series| series.run.as_str());
                    bail!(
                        "a comparison names `{run}`, which is no series: {}",
                        suggest::among(run, runs)
                    );
                }
            }
        }
        Ok(())
    }

    fn column<'a>(&'a self, run: &'a str) -> &'a str {
        let place = self.place_of(run);
        place.map_or(run, |place| &self.series[place].column)
    }

    fn source_data(&self, material: &Material<'_>) -> Result<()> {
        let table = |list: fn(&RunResult) -> &Vec<f64>| -> Result<Table> {
            let mut columns = Vec::new();
            for series in &self.series {
                let result = material.run(&series.run)?.result;
                columns.push((series.column.clone(), list(result).clone()));
            }
            Ok(Table::new(columns))
        };
        let errors = table(|result| &result.history.test_errors_percent)?;
        let final_errors = table(|result| &result.history.final_test_errors_percent)?;
        material.write(&self.errors, &errors)?;
        material.write(&self.final_errors, &final_errors)
    }

    fn statistics(&self, material: &Material<'_>) -> Result<Option<Statistics>> {
        let errors = material.read(&self.errors)?;
        let final_errors = material.read(&self.final_errors)?;
        let claims = material.project.claims()?;
        statistics::compute(
            material.figure.name(),
            self,
            &errors,
            &final_errors,
            &claims,
        )
        .map(Some)
    }

    fn picture(&self, material: &Material<'_>, stamp: Option<Stamp>) -> Result<Picture> {
        let errors = material.read(&self.errors)?;
        let final_errors = material.read(&self.final_errors)?;
        let statistics = self.statistics(material)?.context("there are no tests")?;
        let mut series = Vec::new();
        for entry in &self.series {
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
        Ok(error_curves(&ErrorCurves {
            title: material.title(),
            series,
            comparisons_heading: (count > 0)
                .then(|| statistics::heading(statistics.test, statistics.correction, count)),
            comparisons: statistics.comparisons.iter().map(note).collect(),
            stamp,
        })?)
    }
}

impl Panel {
    /// The place of a run among the series.
    pub(crate) fn place_of(&self, run: &str) -> Option<usize> {
        self.series.iter().position(|series| series.run == run)
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
