//! A figure's outcome in text.

use segdend_figures::{decimal, scientific};

use crate::experiments::Figure;
use crate::output;
use crate::panels::{Made, error_curves};
use crate::statistics::{self, Statistics};

/// A figure's title with its number in the arXiv version, if it has one; the means and the tests, if it
/// has any; and its files.
pub(crate) fn text(figure: &Figure, made: &Made) -> String {
    let mut text = match figure.arxiv() {
        "" => format!("{}\n", figure.title()),
        arxiv => format!("{} (arXiv: {})\n", figure.title(), arxiv.to_uppercase()),
    };
    if let Some(stamp) = &made.stamp {
        text.push_str(&format!("  {stamp}\n"));
    }
    if let Some(statistics) = &made.statistics {
        text.push('\n');
        text.push_str(&output::columns(&means(statistics), 1));
        if !statistics.comparisons.is_empty() {
            let count = statistics.comparisons.len();
            text.push_str(&format!(
                "\n  {}\n",
                statistics::heading(statistics.test, statistics.correction, count)
            ));
            text.push_str(&output::columns(&comparisons(statistics), 3));
            text.push_str(&format!("  Caution: {}.\n", statistics.caution));
        }
        text.push('\n');
    }
    let files = &made.files;
    let pictures = [&files.svg, &files.png].map(|path| ("picture", path));
    let data = files.source_data.iter().map(|path| ("source data", path));
    let statistics = files.statistics.iter().map(|path| ("statistics", path));
    for (what, path) in pictures.into_iter().chain(data).chain(statistics) {
        text.push_str(&format!("  {what:12} {}\n", path.display()));
    }
    text.push('\n');
    text
}

fn means(statistics: &Statistics) -> Vec<Vec<String>> {
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
    for series in &statistics.series {
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

fn comparisons(statistics: &Statistics) -> Vec<Vec<String>> {
    let label = |place: usize| statistics.series[place].label.as_str();
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
    statistics.comparisons.iter().map(row).collect()
}
