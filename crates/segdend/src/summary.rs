//! A figure's outcome in text.

use segdend_figures::{decimal, scientific};

use crate::experiments::Figure;
use crate::panels::{Made, error_curves};
use crate::render::{Sheet, terminal};
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
        text.push_str(&terminal::table(&means(statistics)));
        if !statistics.comparisons.is_empty() {
            let count = statistics.comparisons.len();
            text.push_str(&format!(
                "\n  {}\n",
                statistics::heading(statistics.test, statistics.correction, count)
            ));
            text.push_str(&terminal::lines(&comparisons(statistics), &[]));
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

fn means(statistics: &Statistics) -> Sheet {
    let digits = |value: Option<f64>, digits: usize| {
        value.map_or("-".to_owned(), |value| format!("{value:.digits$} %"))
    };
    let percent = |value| digits(value, 2);
    Sheet::of("", &statistics.series)
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
