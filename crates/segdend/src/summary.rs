//! A figure's outcome in text.

use segdend_figures::{decimal, scientific};

use crate::experiments::ErrorFigure;
use crate::output;
use crate::panels::error_curves::{self, Made};
use crate::source_data::Files;
use crate::statistics;

/// A figure's title with its number in the arXiv version, if it has one.
pub(crate) fn headline(title: &str, arxiv: &str) -> String {
    match arxiv {
        "" => format!("{title}\n"),
        arxiv => format!("{title} (arXiv: {})\n", arxiv.to_uppercase()),
    }
}

/// The means, the tests and the files of a figure.
pub(crate) fn text(figure: &ErrorFigure, made: &Made, files: &Files) -> String {
    let mut text = headline(&figure.title, &figure.arxiv);
    if let Some(stamp) = &made.stamp {
        text.push_str(&format!("  {stamp}\n"));
    }
    text.push('\n');
    text.push_str(&output::columns(&means(made), 1));
    if !made.statistics.comparisons.is_empty() {
        let count = made.statistics.comparisons.len();
        text.push_str(&format!(
            "\n  {}\n",
            statistics::heading(made.statistics.test, made.statistics.correction, count)
        ));
        text.push_str(&output::columns(&comparisons(made), 3));
        text.push_str(&format!("  Caution: {}.\n", made.statistics.caution));
    }
    text.push('\n');
    for (what, path) in [
        ("picture", &files.svg),
        ("picture", &files.png),
        ("source data", &files.errors),
        ("source data", &files.final_errors),
        ("statistics", &files.statistics),
    ] {
        text.push_str(&format!("  {what:12} {}\n", path.display()));
    }
    text
}

fn means(made: &Made) -> Vec<Vec<String>> {
    let percent =
        |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2} %"));
    let head = [
        "test error",
        "last epoch",
        "final tests",
        "mean",
        "min",
        "max",
        "paper's mean",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for series in &made.statistics.series {
        let summary = series.final_summary;
        let count = summary.map_or_else(
            || usize::from(series.final_mean_percent.is_some()),
            |summary| summary.count,
        );
        rows.push(vec![
            series.label.clone(),
            percent(series.last_error_percent),
            count.to_string(),
            percent(series.final_mean_percent),
            percent(summary.map(|summary| summary.min)),
            percent(summary.map(|summary| summary.max)),
            series
                .reported_final_percent
                .map_or("-".to_owned(), |value| format!("{value:.1} %")),
        ]);
    }
    rows
}

fn comparisons(made: &Made) -> Vec<Vec<String>> {
    let label = |place: usize| made.statistics.series[place].label.as_str();
    let row = |comparison: &statistics::ComparisonStatistics| {
        let reported = match (comparison.reported_t, comparison.reported_p) {
            (Some(t), Some(p)) => {
                format!("paper: t = {}, P = {}", decimal(t, 2), scientific(p))
            }
            _ => String::new(),
        };
        let ours = comparison.untestable.as_ref().map_or_else(
            || error_curves::in_words(comparison),
            |reason| format!("not testable: {reason}"),
        );
        vec![
            format!(
                "{} vs. {}",
                label(comparison.first),
                label(comparison.second)
            ),
            ours,
            reported,
        ]
    };
    made.statistics.comparisons.iter().map(row).collect()
}
