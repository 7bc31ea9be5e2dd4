//! Final errors of independently trained networks, condition by condition: an extra panel beside
//! the paper's repeated tests of one network a condition.

use super::named_rows::{draw_grid, draw_interval, draw_name, names_width, row_height};
use crate::axes::{BELOW, BELOW_TICKS, Frame, bottom_axis};
use crate::board::{Board, PART_GAP};
use crate::checks;
use crate::comparisons::{ComparisonNote, Row};
use crate::error::FigureError;
use crate::legend::{Entry, Key};
use crate::picture::Picture;
use crate::sheet::{Anchor, Sheet};
use crate::spread::{Spread, draw_diamond};
use crate::stamp::Stamp;
use crate::style::{COLUMN_WIDTH, Color, FAINT_INK, NOTE_SIZE, PAPER, SMALL_SIZE};
use crate::text::{SLACK, Weight, width};
use crate::ticks::{Axis, extent, nice_step};

/// Heights in a row: the networks' dots; the group's mean below them; if any is reported in the
/// section, the reported mean below that.
const DOTS_DROP: f64 = 2.0;
const DOTS_HEIGHT: f64 = 11.0;
const MEAN_DROP: f64 = 17.0;
const MEAN_ROOM: f64 = 5.0;
const REPORTED_DROP: f64 = 23.0;
const REPORTED_ROOM: f64 = 7.0;
const DOT_RADIUS: f64 = 1.2;
const SECTION_GAP: f64 = 5.0;
const MOST_STEPS: usize = 6;
/// A section has two axes if a gap between its groups takes a greater share of the whole range.
const GREATEST_GAP_SHARE: f64 = 0.5;

/// A condition and its networks.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedGroup {
    /// The name on the left.
    pub name: String,
    /// The colour of its marks.
    pub color: Color,
    /// For each independently trained network, the test error in percent of its repeated final
    /// tests.
    pub networks: Vec<Vec<f64>>,
    /// Mean over networks, in percent, if it is known.
    pub mean_percent: Option<f64>,
    /// An interval round the mean, in percent.
    pub interval_percent: Option<(f64, f64)>,
    /// The mean that the paper reports for its one network.
    pub reported_percent: Option<f64>,
}

/// Conditions that are compared with each other, on an axis of their own; on two to one scale, if
/// one condition is far from the others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeedSection {
    /// The words over it: the paper's panel, for example.
    pub heading: String,
    /// The conditions, from top to bottom.
    pub groups: Vec<SeedGroup>,
    /// A line over the comparisons: which test, how corrected.
    pub comparisons_heading: Option<String>,
    /// Comparisons of the conditions; indices count [`Self::groups`].
    pub comparisons: Vec<ComparisonNote>,
}

/// What the panel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seeds {
    /// The title; none is drawn if it is empty.
    pub title: String,
    /// What sets these runs apart from the paper's experiments; see [`Stamp::for_run`].
    pub stamp: Option<Stamp>,
    /// What the interval is, for the legend: `95% interval`, for example.
    pub interval_label: String,
    /// The sections, from top to bottom.
    pub sections: Vec<SeedSection>,
}

/// Draws the panel, at the width of a journal column: for each condition a dot for every
/// network's mean with the extremes of its own tests; below them the mean over networks with its
/// interval; below that, hollow, the mean that the paper reports.
///
/// # Errors
///
/// [`FigureError::NoSeries`], [`FigureError::NoValues`], [`FigureError::NotAPercentage`],
/// [`FigureError::NotAscending`] and [`FigureError::UnknownSeries`] if a table cannot be drawn;
/// [`FigureError::Drawing`] and [`FigureError::Encoding`] if a back end fails.
pub fn seeds(panel: &Seeds) -> Result<Picture, FigureError> {
    if panel.sections.is_empty() {
        return Err(FigureError::NoSeries);
    }
    for section in &panel.sections {
        validate(section)?;
    }
    let mut board = Board::open(COLUMN_WIDTH, &panel.title, panel.stamp.as_ref());
    board.legend(&legend(panel));
    for section in &panel.sections {
        draw_section(&mut board, section);
    }
    let described: Vec<String> = panel.sections.iter().map(describe).collect();
    board.close("Final errors over networks", &described.join(" "))
}

fn validate(section: &SeedSection) -> Result<(), FigureError> {
    if section.groups.is_empty() {
        return Err(FigureError::NoSeries);
    }
    for group in &section.groups {
        checks::not_empty(
            &format!("networks of {:?}", group.name),
            group.networks.len(),
        )?;
        let mut values = Vec::new();
        for (network, tests) in group.networks.iter().enumerate() {
            let place = format!("networks[{network}]");
            checks::not_empty(&format!("{place} of {:?}", group.name), tests.len())?;
            let numbered = tests.iter().enumerate();
            values.extend(numbered.map(|(test, &value)| (format!("{place}[{test}]"), value)));
        }
        let mut also = |place: &str, value: Option<f64>| {
            values.extend(value.map(|value| (place.to_owned(), value)));
        };
        also("mean_percent", group.mean_percent);
        also(
            "interval_percent.0",
            group.interval_percent.map(|ends| ends.0),
        );
        also(
            "interval_percent.1",
            group.interval_percent.map(|ends| ends.1),
        );
        also("reported_percent", group.reported_percent);
        for (place, value) in values {
            if !(0.0..=100.0).contains(&value) {
                return Err(FigureError::NotAPercentage {
                    series: group.name.clone(),
                    place,
                    value,
                });
            }
        }
        if let Some((low, high)) = group.interval_percent {
            checks::ascending(
                &format!("interval_percent of {:?}", group.name),
                &[low, high],
            )?;
        }
    }
    let series_count = section.groups.len();
    for (comparison, note) in section.comparisons.iter().enumerate() {
        if let Some(index) = [note.first, note.second]
            .into_iter()
            .find(|i| *i >= series_count)
        {
            return Err(FigureError::UnknownSeries {
                comparison,
                index,
                series_count,
            });
        }
    }
    Ok(())
}

fn legend(panel: &Seeds) -> Vec<Entry> {
    let entry = |key, name: &str| Entry {
        key,
        name: name.to_owned(),
    };
    let groups = || panel.sections.iter().flat_map(|section| &section.groups);
    let mut entries = vec![entry(
        Key::Dot(FAINT_INK),
        "a network, min–max of its tests",
    )];
    if groups().any(|group| group.interval_percent.is_some()) {
        let name = format!("mean, {}", panel.interval_label);
        entries.push(entry(Key::Block(FAINT_INK.mixed(PAPER, 0.5)), &name));
    }
    if groups().any(|group| group.reported_percent.is_some()) {
        entries.push(entry(Key::Reported, "mean that the paper reports"));
    }
    entries
}

/// Groups with one axis.
struct Facet {
    /// Their indices, in the order of the section.
    groups: Vec<usize>,
    percents: Axis,
}

/// The least and the greatest of all that is drawn of a group.
fn range_of(group: &SeedGroup) -> (f64, f64) {
    let interval = group.interval_percent.into_iter().flat_map(|(a, b)| [a, b]);
    let tests = group.networks.iter().flatten().copied();
    let means = group.mean_percent.into_iter().chain(group.reported_percent);
    extent(tests.chain(interval).chain(means)).unwrap_or((0.0, 1.0))
}

/// All groups on one axis, unless most of it would be the gap between a group that is far from the
/// others and these: then two axes, to one scale, that leave the gap out. Two groups stay together,
/// for it is their distance that is asked for.
fn facets(groups: &[SeedGroup]) -> Vec<Facet> {
    let ranges: Vec<(f64, f64)> = groups.iter().map(range_of).collect();
    let all: Vec<usize> = (0..groups.len()).collect();
    let Some(far) = start_of_far_groups(&ranges).filter(|_| groups.len() > 2) else {
        let percents = Axis::rounded(joint(&ranges, &all), MOST_STEPS);
        let groups = all;
        return vec![Facet { groups, percents }];
    };
    let (high, low): (Vec<usize>, Vec<usize>) = all.iter().partition(|&&i| ranges[i].0 >= far);
    let mut parts = [low, high];
    // From top to bottom as in the section.
    parts.sort();
    let extents = parts.each_ref().map(|part| joint(&ranges, part));
    let widest = usize::from(extents[1].1 - extents[1].0 > extents[0].1 - extents[0].0);
    let measure = Axis::rounded(extents[widest], MOST_STEPS);
    let axes = extents.map(|extent| same_scale(&measure, extent));
    let facet = |(groups, percents)| Facet { groups, percents };
    parts.into_iter().zip(axes).map(facet).collect()
}

/// Where the groups begin that are apart from those below them by more than
/// [`GREATEST_GAP_SHARE`] of the whole range; there is at most one such gap.
fn start_of_far_groups(ranges: &[(f64, f64)]) -> Option<f64> {
    let mut sorted = ranges.to_vec();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (low, high) = extent(ranges.iter().flat_map(|&(low, high)| [low, high]))?;
    let mut reach = low;
    for (from, to) in sorted {
        if from - reach > GREATEST_GAP_SHARE * (high - low) {
            return Some(from);
        }
        reach = reach.max(to);
    }
    None
}

fn joint(ranges: &[(f64, f64)], groups: &[usize]) -> (f64, f64) {
    let ends = groups.iter().map(|&index| ranges[index]);
    extent(ends.flat_map(|(low, high)| [low, high])).unwrap_or((0.0, 1.0))
}

/// An axis round the percentages of `extent` that is as long, in percent, as `measure`.
fn same_scale(measure: &Axis, (low, high): (f64, f64)) -> Axis {
    let span = measure.range.1 - measure.range.0;
    if measure.range.0 <= low && high <= measure.range.1 {
        return measure.clone();
    }
    let half_step = nice_step(span, MOST_STEPS) / 2.0;
    let centred = f64::midpoint(low, high) - span / 2.0;
    let round = (centred / half_step).round() * half_step;
    // Rounding may have moved an end over what is shown, and percentages have ends themselves.
    let start = round.max(high - span).min(low);
    let start = start.min(100.0 - span).max(0.0);
    Axis::exact((start, start + span), MOST_STEPS)
}

fn draw_section(board: &mut Board<'_>, section: &SeedSection) {
    if !section.heading.trim().is_empty() {
        board.heading(&section.heading);
    }
    let groups = &section.groups;
    let facets = facets(groups);
    for (index, facet) in facets.iter().enumerate() {
        let label = match (index + 1 == facets.len(), facets.len()) {
            (false, _) => "",
            (true, 1) => "Test error (%)",
            (true, _) => "Test error (%), both axes to one scale",
        };
        draw_facet(board, groups, facet, label);
    }
    let rows: Vec<Row<'_>> = section
        .comparisons
        .iter()
        .map(|note| {
            let (first, second) = (&groups[note.first], &groups[note.second]);
            Row {
                colors: (first.color, second.color),
                names: (&first.name, &second.name),
                text: &note.text,
            }
        })
        .collect();
    board.comparisons(section.comparisons_heading.as_deref(), &rows);
    board.y += SECTION_GAP;
}

/// The rows of a facet over its axis, which has a label if it is the last one.
fn draw_facet(board: &mut Board<'_>, groups: &[SeedGroup], facet: &Facet, label: &str) {
    let whole = board.right - board.left;
    let names = names_width(groups.iter().map(|group| group.name.as_str()), whole);
    let number_room = width("00.00%", NOTE_SIZE, Weight::Regular) * SLACK + 3.0;
    let any_reported = groups.iter().any(|group| group.reported_percent.is_some());
    let least_height = MEAN_DROP + MEAN_ROOM + if any_reported { REPORTED_ROOM } else { 0.0 };
    let rows: Vec<(&SeedGroup, f64)> = facet
        .groups
        .iter()
        .map(|&index| &groups[index])
        .map(|group| (group, row_height(&group.name, names, least_height)))
        .collect();
    let frame = Frame {
        left: board.left + names,
        right: board.right - number_room,
        top: board.y,
        bottom: board.y + rows.iter().map(|(_, height)| height).sum::<f64>(),
        x_range: facet.percents.range,
        y_range: (0.0, 1.0),
    };
    let left = board.left;
    let sheet = &mut board.sheet;
    let ticks = facet.percents.ticks.iter();
    draw_grid(sheet, &frame, ticks.map(|tick| tick.value));
    let mut top = frame.top;
    for (group, height) in rows {
        let middle = top + height / 2.0;
        draw_name(sheet, &group.name, left, names, middle);
        draw_group(sheet, &frame, group, middle - least_height / 2.0);
        top += height;
    }
    bottom_axis(sheet, &frame, &facet.percents, label);
    let below = if label.is_empty() { BELOW_TICKS } else { BELOW };
    board.y = frame.bottom + below + PART_GAP;
}

/// A group in three lanes, so that no mark hides another: its networks, their mean, the reported
/// mean.
fn draw_group(sheet: &mut Sheet, frame: &Frame, group: &SeedGroup, top: f64) {
    let count = group.networks.len() as f64;
    let light = group.color.mixed(PAPER, 0.35);
    for (index, tests) in group.networks.iter().enumerate() {
        let Some(spread) = Spread::of(tests) else {
            continue;
        };
        let y = top + DOTS_DROP + DOTS_HEIGHT * (index as f64 + 0.5) / count;
        let (from, to) = (frame.x(spread.least), frame.x(spread.greatest));
        if to > from {
            sheet.path(vec![(from, y), (to, y)], 0.5, light);
        }
        sheet.disc((frame.x(spread.mean), y), DOT_RADIUS, group.color);
    }
    let y = top + MEAN_DROP;
    let known = (group.mean_percent, group.interval_percent);
    draw_interval(sheet, frame, y, known, group.color);
    if let Some(mean) = group.mean_percent {
        let place = (frame.right + number_gap(), y + NOTE_SIZE * 0.36);
        let color = group.color.for_text();
        sheet.text(
            &format!("{mean:.2}%"),
            place,
            NOTE_SIZE,
            Anchor::Start,
            color,
        );
    }
    if let Some(reported) = group.reported_percent {
        let place = (frame.x(reported), top + REPORTED_DROP);
        draw_diamond(sheet, place, group.color);
    }
}

fn number_gap() -> f64 {
    SMALL_SIZE / 2.0
}

fn describe(section: &SeedSection) -> String {
    let groups = section.groups.iter().map(|group| {
        let mean = match group.mean_percent {
            Some(mean) => format!("mean {mean:.2}%"),
            None => "no mean".to_owned(),
        };
        let reported = match group.reported_percent {
            Some(reported) => format!(", the paper reports {reported}%"),
            None => String::new(),
        };
        format!(
            "{}: {} networks, {mean}{reported}.",
            group.name,
            group.networks.len()
        )
    });
    let notes = section.comparisons.iter().map(|note| {
        let (first, second) = (&section.groups[note.first], &section.groups[note.second]);
        format!("{} versus {}: {}.", first.name, second.name, note.text)
    });
    let mut sentences = vec![format!("{}:", section.heading)];
    sentences.extend(groups.chain(notes));
    sentences.join(" ")
}
