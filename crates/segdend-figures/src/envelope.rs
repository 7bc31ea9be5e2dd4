//! Long series in few points: what a curve of 600,000 values looks like in a column of a journal.
//!
//! Nothing that can be seen is lost: of all values that fall on one column of the picture, the
//! least and the greatest are kept, in their order, so the curve covers what the whole one would.

use crate::sheet::Place;

/// Values that follow each other without a gap, as points of index and value.
pub(crate) type Piece = Vec<Place>;

/// At most two points for each of `columns`: the least and the greatest of the values in it.
///
/// A NaN is a gap; one that leaves another value in its column does not interrupt the curve.
pub(crate) fn extremes(values: &[f64], columns: usize) -> Vec<Piece> {
    let columns = columns.max(1);
    if values.len() <= 2 * columns {
        return pieces(values.iter().enumerate().map(|(index, &value)| {
            if value.is_nan() {
                vec![]
            } else {
                vec![(index as f64, value)]
            }
        }));
    }
    pieces((0..columns).map(|column| {
        let from = column * values.len() / columns;
        let to = (column + 1) * values.len() / columns;
        let mut least: Option<(usize, f64)> = None;
        let mut greatest: Option<(usize, f64)> = None;
        for (index, &value) in values[from..to].iter().enumerate() {
            if value.is_nan() {
                continue;
            }
            if least.is_none_or(|(_, known)| value < known) {
                least = Some((from + index, value));
            }
            if greatest.is_none_or(|(_, known)| value > known) {
                greatest = Some((from + index, value));
            }
        }
        let mut kept: Vec<_> = least.into_iter().chain(greatest).collect();
        kept.sort_by_key(|&(index, _)| index);
        kept.dedup_by_key(|&mut (index, _)| index);
        kept.into_iter()
            .map(|(index, value)| (index as f64, value))
            .collect()
    }))
}

/// The mean over a window of values, at the middle of each of `columns`; at the ends the window
/// is as much of itself as there is.
pub(crate) fn running_mean(values: &[f64], window: usize, columns: usize) -> Vec<Piece> {
    let columns = columns.clamp(1, values.len().max(1));
    let mut sums = vec![(0.0, 0_usize)];
    let (mut sum, mut count) = (0.0, 0);
    for &value in values {
        if !value.is_nan() {
            sum += value;
            count += 1;
        }
        sums.push((sum, count));
    }
    let half = window / 2;
    pieces((0..columns).map(|column| {
        if values.is_empty() {
            return vec![];
        }
        let middle = (2 * column + 1) * values.len() / (2 * columns);
        let from = middle.saturating_sub(half);
        let to = (middle + window - half).min(values.len()).max(from + 1);
        let count = sums[to].1 - sums[from].1;
        if count == 0 {
            return vec![];
        }
        vec![(middle as f64, (sums[to].0 - sums[from].0) / count as f64)]
    }))
}

/// Joins what follows each other; an empty list of points is a gap.
fn pieces(columns: impl Iterator<Item = Piece>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut piece = Piece::new();
    for points in columns {
        if points.is_empty() {
            pieces.push(std::mem::take(&mut piece));
        }
        piece.extend(points);
    }
    pieces.push(piece);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_of_every_column_are_kept() {
        let mut values: Vec<f64> = (0..10_000).map(|index| f64::from(index % 7)).collect();
        values[1234] = -50.0;
        values[8765] = 99.0;
        let kept = extremes(&values, 100);
        assert_eq!(kept.len(), 1);
        assert!(kept[0].len() <= 200);
        assert!(kept[0].contains(&(1234.0, -50.0)) && kept[0].contains(&(8765.0, 99.0)));
        assert!(kept[0].windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn few_values_are_all_kept() {
        let values = [3.0, 1.0, f64::NAN, 2.0];
        assert_eq!(
            extremes(&values, 2),
            vec![vec![(0.0, 3.0), (1.0, 1.0)], vec![(3.0, 2.0)]]
        );
    }

    #[test]
    fn wide_gap_interrupts_and_narrow_one_does_not() {
        let mut values = vec![1.0; 1000];
        values[3] = f64::NAN;
        assert_eq!(extremes(&values, 10).len(), 1);
        values[300..400].fill(f64::NAN);
        assert_eq!(extremes(&values, 10).len(), 2);
    }

    #[test]
    fn running_mean_is_that_of_its_window() {
        let values: Vec<f64> = (0..1000).map(f64::from).collect();
        let mean = running_mean(&values, 101, 10);
        // In the middle of a straight line, the mean is the line.
        let (middle, value) = mean[0][5];
        assert!((middle - value).abs() <= 0.5, "{middle} {value}");
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(extremes(&[], 10).is_empty());
        assert!(running_mean(&[], 3, 10).is_empty());
        assert!(running_mean(&[f64::NAN; 5], 3, 10).is_empty());
    }
}
