//! The panel's marks: title, stamp, legend, curves, spreads, comparisons, from top to bottom.

use super::scale::Axes;
use super::{ErrorCurves, ErrorSeries};
use crate::axes::{self, Frame};
use crate::board::PART_GAP;
use crate::comparisons::{Row, draw_table};
use crate::legend::{Entry, Key, draw_legend};
use crate::series::draw_curve;
use crate::sheet::{Anchor, Sheet};
use crate::spread::{Column, Spread, columns_width, draw_columns};
use crate::stamp::draw_stamp;
use crate::style::{
    CAP_HEIGHT, COLUMN_WIDTH, DESCENT, FAINT_INK, INK, LABEL_SIZE, LINE_SPACING, MARGIN, NOTE_SIZE,
};
use crate::text::{SLACK, Weight, width};
use crate::ticks::Axis;
use crate::title::draw_title;

/// Height of both plots.
const PLOT_HEIGHT: f64 = 118.0;
/// White space between the curves and the spreads.
const SPREAD_GAP: f64 = 9.0;
/// The second line under the spreads. They say nothing of how networks differ.
const OF_ONE_NETWORK: &str = "of one network each";

pub(super) fn lay_out(panel: &ErrorCurves, axes: &Axes) -> Sheet {
    let mut sheet = Sheet::new(COLUMN_WIDTH);
    let edges = (MARGIN, COLUMN_WIDTH - MARGIN);
    let mut y = MARGIN;
    y = draw_title(&mut sheet, &panel.title, edges, y);
    if let Some(stamp) = &panel.stamp {
        y = draw_stamp(&mut sheet, stamp, edges, y) + PART_GAP;
    }
    y = draw_legend(&mut sheet, &legend(&panel.series), edges, y) + PART_GAP;
    y = draw_plots(&mut sheet, panel, axes, edges, y);
    if !panel.comparisons.is_empty() {
        let heading = panel.comparisons_heading.as_deref();
        y = draw_table(&mut sheet, heading, &rows(panel), edges, y + PART_GAP);
    }
    sheet.height = y + NOTE_SIZE * DESCENT + MARGIN;
    sheet
}

fn legend(series: &[ErrorSeries]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = series
        .iter()
        .map(|one| Entry {
            key: Key::Line(one.color),
            name: one.name.clone(),
        })
        .collect();
    if series
        .iter()
        .any(|one| !one.final_errors_percent.is_empty())
    {
        entries.push(Entry {
            key: Key::Spread,
            name: "our tests: min–max, mean".to_owned(),
        });
    }
    if series
        .iter()
        .any(|one| one.reported_final_percent.is_some())
    {
        entries.push(Entry {
            key: Key::Reported,
            name: "mean that the paper reports".to_owned(),
        });
    }
    entries
}

fn draw_plots(
    sheet: &mut Sheet,
    panel: &ErrorCurves,
    axes: &Axes,
    (left, right): (f64, f64),
    top: f64,
) -> f64 {
    let columns: Vec<Column> = panel
        .series
        .iter()
        .map(|one| Column {
            spread: Spread::of(&one.final_errors_percent),
            reported: one.reported_final_percent,
            color: one.color,
        })
        .collect();
    let least_width = width(OF_ONE_NETWORK, LABEL_SIZE, Weight::Regular) * SLACK;
    let spread_left = right - columns_width(&columns).max(least_width);
    let percents = Axis::from_zero(axes.top_percent, axes.percent_step);
    let epochs = Axis::from_zero(axes.last_epoch, axes.epoch_step);
    // The note on what lies above the axis stands over the plot; its line is always kept.
    let plot_top = top + NOTE_SIZE * CAP_HEIGHT + 3.5;
    let curves = Frame {
        left: left + axes::left_of_frame(percents.widest_label()),
        right: spread_left - SPREAD_GAP,
        top: plot_top,
        bottom: plot_top + PLOT_HEIGHT,
        x_range: (0.0, axes.last_epoch),
        y_range: (0.0, axes.top_percent),
    };
    let spreads = Frame {
        left: spread_left,
        right,
        x_range: (0.0, columns.len() as f64),
        ..curves
    };

    if let Some(note) = &axes.above {
        let place = (curves.left - 2.0, top + NOTE_SIZE * CAP_HEIGHT);
        sheet.text(note, place, NOTE_SIZE, Anchor::Start, FAINT_INK);
    }
    axes::left_axis(sheet, &curves, &percents, "Test error (%)");
    axes::bottom_axis(sheet, &curves, &epochs, "Epoch");
    for one in &panel.series {
        draw_curve(sheet, &curves, &one.errors_percent, one.color);
    }
    let (tests, networks) = spreads_label(&panel.series);
    axes::bottom_spine(sheet, &spreads, networks);
    // There are no tick labels: the first line stands in their place.
    let middle = f64::midpoint(spreads.left, spreads.right);
    let baseline = spreads.bottom + axes::BELOW - LABEL_SIZE * LINE_SPACING;
    sheet.text(&tests, (middle, baseline), LABEL_SIZE, Anchor::Middle, INK);
    draw_columns(sheet, &spreads, &columns);
    curves.bottom + axes::BELOW
}

/// What the spreads are of, in two lines: how many tests, if all are of as many, and of what.
fn spreads_label(series: &[ErrorSeries]) -> (String, &'static str) {
    let mut counts = series
        .iter()
        .map(|one| one.final_errors_percent.len())
        .filter(|&count| count > 0);
    match counts.next() {
        None => ("Repeated tests".to_owned(), "(not run yet)"),
        Some(1) if counts.all(|other| other == 1) => ("A final test".to_owned(), OF_ONE_NETWORK),
        Some(count) if counts.all(|other| other == count) => {
            (format!("{count} repeated tests"), OF_ONE_NETWORK)
        }
        Some(_) => ("Repeated tests".to_owned(), OF_ONE_NETWORK),
    }
}

fn rows(panel: &ErrorCurves) -> Vec<Row<'_>> {
    panel
        .comparisons
        .iter()
        .map(|note| {
            let (first, second) = (&panel.series[note.first], &panel.series[note.second]);
            Row {
                colors: (first.color, second.color),
                names: (&first.name, &second.name),
                text: &note.text,
            }
        })
        .collect()
}
