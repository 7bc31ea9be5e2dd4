//! A figure's outcome in text.

use segdend_figures::{decimal, scientific};

use crate::experiments::ErrorFigure;
use crate::panels::error_curves::{self, Made};
use crate::render::{Sheet, terminal};
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
    text.push_str(&terminal::table(&means(made)));
    if !made.statistics.comparisons.is_empty() {
        let count = made.statistics.comparisons.len();
        text.push_str(&format!(
            "\n  {}\n",
            statistics::heading(made.statistics.test, made.statistics.correction, count)
        ));
        text.push_str(&terminal::lines(&comparisons(made), &[]));
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

fn means(made: &Made) -> Sheet {
    let digits = |value: Option<f64>, digits: usize| {
        value.map_or("-".to_owned(), |value| format!("{value:.digits$} %"))
    };
    let percent = |value| digits(value, 2);
    Sheet::of("", &made.statistics.series)
        .text("test error", |series| &series.label)
        .number("last epoch", |series| percent(series.last_error_percent))
        .number("final tests", |series| {
            let one = usize::from(series.final_mean_percent.is_some());
            series.final_summary.map_or(one, |summary| summary.count)
        })
        .number("mean", |series| percent(series.final_mean_percent))
        .number("min", |series| percent(series.final_summary.map(|s| s.min)))
        .number("max", |series| percent(series.final_summary.map(|s| s.max)))
        .number("paper's mean", |series| {
            digits(series.reported_final_percent, 1)
        })
        .done()
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
