//! What the repeated tests say: means, extremes, t-tests. Computed from the source data alone.

use anyhow::{Context, Result};
use segdend_analysis::{
    Summary, TTest, bonferroni, bonferroni_ln, holm, holm_ln, mean, pooled_t_test, welch_t_test,
};
use serde::{Deserialize, Serialize};

use crate::experiments::{Claims, PublishedTTest};
use crate::panels::error_curves::{Correction, Panel, Test};
use crate::tables::Table;

/// The statistics of a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Statistics {
    /// The figure.
    pub(crate) figure: String,
    /// The source data that they were computed from.
    pub(crate) source_data: [String; 2],
    /// One entry a series.
    pub(crate) series: Vec<SeriesStatistics>,
    /// Which test compares them.
    pub(crate) test: Test,
    /// How its P values are corrected.
    pub(crate) correction: Correction,
    /// What the tests can and cannot tell.
    pub(crate) caution: String,
    /// One entry a comparison.
    pub(crate) comparisons: Vec<ComparisonStatistics>,
}

/// The tests of one network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SeriesStatistics {
    /// Its run.
    pub(crate) run: String,
    /// Its name in the picture.
    pub(crate) label: String,
    /// Test error after the last epoch, %.
    pub(crate) last_error_percent: Option<f64>,
    /// Mean of the repeated tests, %.
    pub(crate) final_mean_percent: Option<f64>,
    /// More of the repeated tests, where there are at least two.
    pub(crate) final_summary: Option<Summary>,
    /// The mean that the paper reports, %.
    pub(crate) reported_final_percent: Option<f64>,
}

/// Two networks, compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ComparisonStatistics {
    /// The one series, counted from 0.
    pub(crate) first: usize,
    /// The other.
    pub(crate) second: usize,
    /// The test, if there is one.
    pub(crate) result: Option<TTest>,
    /// Its P, corrected.
    pub(crate) corrected_p: Option<f64>,
    /// Natural logarithm of the corrected P.
    pub(crate) corrected_ln_p: Option<f64>,
    /// Why there is no test.
    pub(crate) untestable: Option<String>,
    /// The paper's t.
    pub(crate) reported_t: Option<f64>,
    /// The paper's P.
    pub(crate) reported_p: Option<f64>,
}

const CAUTION: &str = "as in the paper, the tests compare repeated tests of one trained network each: \
                       they tell test noise from a difference, not one training from another";

/// Computes the statistics of a figure from its source data; what the paper reports of the same tests is
/// among the claims.
pub(crate) fn compute(
    name: &str,
    figure: &Panel,
    errors: &Table,
    final_errors: &Table,
    claims: &Claims,
) -> Result<Statistics> {
    let mut series = Vec::new();
    let mut samples = Vec::new();
    for entry in &figure.series {
        let errors = errors
            .column(&entry.column)
            .context(figure.errors.clone())?;
        let repeated = final_errors
            .column(&entry.column)
            .context(figure.final_errors.clone())?;
        series.push(SeriesStatistics {
            run: entry.run.clone(),
            label: entry.label.clone(),
            last_error_percent: errors.last().copied(),
            final_mean_percent: (!repeated.is_empty()).then(|| mean(repeated)).transpose()?,
            final_summary: (repeated.len() > 1)
                .then(|| Summary::of(repeated))
                .transpose()?,
            reported_final_percent: entry.reported_final_percent,
        });
        samples.push(repeated);
    }
    let mut comparisons = Vec::new();
    for entry in &figure.comparisons {
        let place = |run: &str| figure.place_of(run).context("a comparison names a series");
        let (first, second) = (place(&entry.first)?, place(&entry.second)?);
        let test = match figure.test {
            Test::Pooled => pooled_t_test(samples[first], samples[second]),
            Test::Welch => welch_t_test(samples[first], samples[second]),
        };
        let runs = [&entry.first, &entry.second].map(String::as_str);
        let reported = claims.reported_test(&figure.final_errors, runs);
        let untestable = test.as_ref().err().map(ToString::to_string);
        comparisons.push(ComparisonStatistics {
            first,
            second,
            result: test.ok(),
            corrected_p: None,
            corrected_ln_p: None,
            untestable,
            reported_t: reported.map(|reported| reported.t.value()),
            reported_p: reported.and_then(PublishedTTest::p_value),
        });
    }
    correct(figure.correction, &mut comparisons)?;
    Ok(Statistics {
        figure: name.to_owned(),
        source_data: [figure.errors.clone(), figure.final_errors.clone()],
        series,
        test: figure.test,
        correction: figure.correction,
        caution: CAUTION.to_owned(),
        comparisons,
    })
}

/// Corrects for all comparisons of the figure. One that could not be tested counts, with P = 1.
fn correct(correction: Correction, comparisons: &mut [ComparisonStatistics]) -> Result<()> {
    let p: Vec<f64> = comparisons
        .iter()
        .map(|c| c.result.map_or(1.0, |test| test.p))
        .collect();
    let ln_p: Vec<f64> = comparisons
        .iter()
        .map(|c| c.result.map_or(0.0, |test| test.ln_p))
        .collect();
    let (p, ln_p) = match correction {
        Correction::Bonferroni => (bonferroni(&p)?, bonferroni_ln(&ln_p)?),
        Correction::Holm => (holm(&p)?, holm_ln(&ln_p)?),
        Correction::None => (p, ln_p),
    };
    for (comparison, (p, ln_p)) in comparisons.iter_mut().zip(p.into_iter().zip(ln_p)) {
        if comparison.result.is_some() {
            comparison.corrected_p = Some(p);
            // JSON has no infinity.
            comparison.corrected_ln_p = Some(ln_p).filter(|ln_p| ln_p.is_finite());
        }
    }
    Ok(())
}

/// The tests in a few words: over the comparisons of a picture or a table.
pub(crate) fn heading(test: Test, correction: Correction, comparisons: usize) -> String {
    let test = match test {
        Test::Pooled => "Two-tailed t-tests of the final tests",
        Test::Welch => "Two-tailed Welch t-tests of the final tests",
    };
    match correction {
        Correction::Bonferroni => {
            format!("{test}, Bonferroni correction for {comparisons} comparisons")
        }
        Correction::Holm => format!("{test}, Holm correction for {comparisons} comparisons"),
        Correction::None => test.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    //! Promise: the figure's statistics are those of its columns, and few or constant tests are no
    //! reason to fail.
    use super::*;
    use crate::experiments::Experiments;

    fn of(finals: [&[f64]; 3]) -> Statistics {
        let experiments = Experiments::embedded().unwrap();
        let figure = experiments.figure("fig6b").of_kind::<Panel>().unwrap();
        let columns = |lists: [&[f64]; 3]| {
            let columns = figure.series.iter().zip(lists);
            Table::new(
                columns
                    .map(|(series, list)| (series.column.clone(), list.to_vec()))
                    .collect(),
            )
        };
        compute(
            "fig6b",
            figure,
            &columns([&[90.0, 9.0], &[90.0, 6.0], &[90.0, 5.0]]),
            &columns(finals),
            &Claims::read(None).unwrap(),
        )
        .unwrap()
    }

    #[test]
    fn means_extremes_and_corrected_tests() {
        let s = of([&[8.0, 8.2, 8.4], &[4.0, 4.1, 4.2], &[3.0, 3.2, 3.4]]);
        assert_eq!(s.series[1].last_error_percent, Some(6.0));
        let summary = s.series[0].final_summary.unwrap();
        assert!((summary.mean - 8.2).abs() < 1e-12 && summary.min == 8.0 && summary.max == 8.4);
        let first = &s.comparisons[0];
        let test = first.result.unwrap();
        assert_eq!(
            (first.first, first.second, test.degrees_of_freedom),
            (0, 1, 4.0)
        );
        assert!((first.corrected_p.unwrap() / test.p - 3.0).abs() < 1e-12);
        assert_eq!(
            (first.reported_t, first.reported_p),
            (Some(197.11), Some(2.5e-58))
        );
    }

    #[test]
    fn no_test_where_there_is_none_to_be_had() {
        let s = of([&[], &[4.0], &[4.0, 4.0]]);
        assert_eq!(
            (
                s.series[0].final_mean_percent,
                s.series[1].final_mean_percent
            ),
            (None, Some(4.0))
        );
        assert!(
            s.comparisons
                .iter()
                .all(|c| c.result.is_none() && c.corrected_p.is_none() && c.untestable.is_some())
        );
    }
}
