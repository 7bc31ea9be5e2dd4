//! Which part of the errors the axes show.

use super::ErrorSeries;
use crate::ticks::nice_step;

/// The axis ends at most this many times above the highest final error; what lies higher is cut.
const MOST_ABOVE_FINAL: f64 = 3.0;
/// The untrained errors are shown if they are at most this many times the trained ones.
const MOST_ABOVE_TRAINED: f64 = 1.5;
/// White space above the highest point shown.
const HEADROOM: f64 = 1.03;
const MOST_Y_STEPS: usize = 6;
const MOST_X_STEPS: usize = 6;

/// The ranges of both axes, which start at 0, and the note on what is cut.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axes {
    pub(super) last_epoch: f64,
    pub(super) epoch_step: f64,
    pub(super) top_percent: f64,
    pub(super) percent_step: f64,
    /// What lies above the axis, if anything does.
    pub(super) above: Option<String>,
}

pub(super) fn choose(series: &[ErrorSeries]) -> Axes {
    let epochs = series
        .iter()
        .map(|one| one.errors_percent.len() - 1)
        .max()
        .unwrap_or(0);
    let last_epoch = epochs.max(1) as f64;
    let (top_percent, percent_step) = percent_axis(series);
    Axes {
        last_epoch,
        epoch_step: nice_step(last_epoch, MOST_X_STEPS).max(1.0),
        top_percent,
        percent_step,
        above: note_above(series, top_percent),
    }
}

fn percent_axis(series: &[ErrorSeries]) -> (f64, f64) {
    let greatest = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, f64::max);
    let untrained = greatest(&mut series.iter().map(|one| one.errors_percent[0]));
    let trained = greatest(
        &mut series
            .iter()
            .flat_map(|one| one.errors_percent[1..].iter().copied()),
    );
    let last = greatest(
        &mut series
            .iter()
            .filter_map(|one| one.errors_percent[1..].last().copied()),
    );
    let finals = greatest(&mut series.iter().flat_map(|one| {
        one.final_errors_percent
            .iter()
            .copied()
            .chain(one.reported_final_percent)
    }));

    let shown_to_the_end = last.max(finals);
    let any_trained = series.iter().any(|one| one.errors_percent.len() > 1);
    let mut high = trained
        .min(MOST_ABOVE_FINAL * shown_to_the_end)
        .max(shown_to_the_end);
    if !any_trained || untrained <= MOST_ABOVE_TRAINED * high {
        high = high.max(untrained);
    }
    if high == 0.0 {
        return (1.0, 0.5);
    }
    let step = nice_step(high * HEADROOM, MOST_Y_STEPS);
    let half_step = step / 2.0;
    let top = (high * HEADROOM / half_step).ceil() * half_step;
    (top.min(100.0), step)
}

fn note_above(series: &[ErrorSeries], top_percent: f64) -> Option<String> {
    let above: Vec<(usize, f64)> = series
        .iter()
        .flat_map(|one| one.errors_percent.iter().copied().enumerate())
        .filter(|&(_, value)| value > top_percent)
        .collect();
    let last = above.iter().map(|&(epoch, _)| epoch).max()?;
    let least = above.iter().map(|&(_, value)| value).fold(100.0, f64::min);
    let greatest = above.iter().map(|&(_, value)| value).fold(0.0, f64::max);
    let range = if format!("{least:.1}") == format!("{greatest:.1}") {
        format!("{greatest:.1}%")
    } else {
        format!("{least:.1}–{greatest:.1}%")
    };
    Some(if last == 0 {
        format!("↑ untrained (epoch 0): {range}")
    } else {
        format!("↑ off the axis up to epoch {last}: {range}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::Color;

    fn series(errors_percent: &[f64]) -> ErrorSeries {
        ErrorSeries {
            name: "net".into(),
            color: Color::SHALLOW,
            errors_percent: errors_percent.to_vec(),
            final_errors_percent: vec![],
            reported_final_percent: None,
        }
    }

    #[test]
    fn untrained_network_does_not_squash_the_rest() {
        let axes = choose(&[series(&[90.2, 11.3, 9.0, 8.4])]);
        assert_eq!((axes.top_percent, axes.percent_step), (12.0, 2.0));
        assert_eq!(axes.above.as_deref(), Some("↑ untrained (epoch 0): 90.2%"));
    }

    #[test]
    fn untrained_network_is_shown_where_it_fits() {
        let axes = choose(&[series(&[90.0, 62.0])]);
        assert_eq!(axes.top_percent, 100.0);
        assert_eq!(axes.above, None);
    }

    #[test]
    fn network_that_is_only_untrained_is_shown() {
        let axes = choose(&[ErrorSeries {
            reported_final_percent: Some(8.3),
            ..series(&[90.0])
        }]);
        assert_eq!((axes.top_percent, axes.last_epoch), (100.0, 1.0));
    }

    #[test]
    fn slow_start_is_cut_and_said() {
        let axes = choose(&[series(&[90.0, 70.0, 30.0, 5.0, 4.0])]);
        assert!(axes.top_percent < 20.0);
        assert_eq!(
            axes.above.as_deref(),
            Some("↑ off the axis up to epoch 2: 30.0–90.0%")
        );
    }

    #[test]
    fn error_of_zero_has_an_axis() {
        let axes = choose(&[series(&[0.0, 0.0])]);
        assert!(axes.top_percent > 0.0);
    }

    #[test]
    fn epochs_are_whole() {
        for epochs in [1_usize, 2, 5, 20, 60] {
            let axes = choose(&[series(&vec![5.0; epochs + 1])]);
            assert_eq!(axes.last_epoch, epochs as f64);
            assert_eq!(axes.epoch_step.fract(), 0.0);
        }
    }
}
