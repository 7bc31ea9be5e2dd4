//! The panel in words, for readers who do not see it.

use super::{ErrorCurves, ErrorSeries};
use crate::spread::Spread;

const UNTITLED: &str = "Test error over training";

pub(super) fn title(panel: &ErrorCurves) -> &str {
    if panel.title.trim().is_empty() {
        UNTITLED
    } else {
        &panel.title
    }
}

pub(super) fn description(panel: &ErrorCurves) -> String {
    let mut sentences = Vec::new();
    if let Some(stamp) = &panel.stamp {
        sentences.push(format!("Note: {}.", stamp.text()));
    }
    sentences.push(
        "Left: test error in percent against the epoch of training. Right: least, mean and \
         greatest of repeated tests of the final weights."
            .to_owned(),
    );
    sentences.extend(panel.series.iter().map(describe_series));
    for note in &panel.comparisons {
        let (first, second) = (&panel.series[note.first], &panel.series[note.second]);
        sentences.push(format!(
            "{} versus {}: {}.",
            first.name, second.name, note.text
        ));
    }
    sentences.join(" ")
}

fn describe_series(series: &ErrorSeries) -> String {
    let errors = &series.errors_percent;
    let mut parts = vec![format!("{:.2}% before training", errors[0])];
    if let [_, .., last] = errors.as_slice() {
        parts.push(format!("{last:.2}% after epoch {}", errors.len() - 1));
    }
    if let Some(spread) = Spread::of(&series.final_errors_percent) {
        parts.push(format!(
            "{} final tests from {:.2}% to {:.2}% with mean {:.2}%",
            series.final_errors_percent.len(),
            spread.least,
            spread.greatest,
            spread.mean,
        ));
    }
    if let Some(reported) = series.reported_final_percent {
        parts.push(format!("the paper reports {reported}%"));
    }
    format!("{}: {}.", series.name, parts.join(", "))
}
