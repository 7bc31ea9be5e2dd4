//! Values with their intervals, of numbers alone.

use anyhow::{Result, ensure};
use segdend_analysis::{Summary, mean, pearson, pooled_t_test, two_tailed_p, welch_t_test};

use super::CONFIDENCE;
use crate::audit::verdict::Measured;
use crate::experiments::ColumnStatistic;

/// The normal deviate of an interval's confidence.
const NORMAL_DEVIATE: f64 = 1.959_963_984_540_054;

/// The least gain from one list of scores, one a sample, to the next. Every gain has to be one, so its
/// interval is that of the gain whose end is least.
pub(super) fn least_gain(scores: &[Vec<f64>]) -> Result<Measured> {
    let samples = scores.first().map_or(0, Vec::len);
    let mut least = plain(f64::INFINITY, samples);
    let mut ends = Some([f64::INFINITY; 2]);
    for pair in scores.windows(2) {
        let gain = paired(&pair[1], &pair[0])?;
        least.value = least.value.min(gain.value);
        ends = ends
            .zip(gain.interval)
            .map(|([low, high], [a, b])| [low.min(a), high.min(b)]);
    }
    let means: Result<Vec<String>> = scores
        .iter()
        .map(|scores| Ok(format!("{:.4}", mean(scores)?)))
        .collect();
    least.interval = ends;
    least.words = Some(format!("from layer to layer {}", means?.join(", ")));
    Ok(least)
}

/// A value without an interval.
pub(super) fn plain(value: f64, count: usize) -> Measured {
    Measured {
        value,
        interval: None,
        count,
        words: None,
        networks: None,
    }
}

/// The values that are numbers.
pub(super) fn known(values: &[f64]) -> Vec<f64> {
    values.iter().copied().filter(|x| !x.is_nan()).collect()
}

/// The numbers of several columns, or of some of their rows.
pub(super) fn joined(columns: &[Vec<f64>], rows: Option<[usize; 2]>) -> Vec<f64> {
    let [from, to] = rows.unwrap_or([0, usize::MAX]);
    let kept = |column: &Vec<f64>| {
        let to = to.min(column.len());
        known(&column[from.min(to)..to])
    };
    columns.iter().flat_map(kept).collect()
}

pub(super) fn statistic_of(values: &[f64], statistic: ColumnStatistic) -> Result<Measured> {
    ensure!(!values.is_empty(), "there are no values in the column");
    let count = values.len();
    Ok(match statistic {
        ColumnStatistic::Mean => {
            let summary = Summary::of(values).ok();
            let interval = summary.and_then(|s| s.confidence_interval(CONFIDENCE).ok());
            Measured {
                interval: interval.map(|i| [i.lower, i.upper]),
                ..plain(mean(values)?, count)
            }
        }
        ColumnStatistic::Minimum => {
            plain(values.iter().copied().fold(f64::INFINITY, f64::min), count)
        }
        ColumnStatistic::Maximum => plain(
            values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            count,
        ),
        ColumnStatistic::First => plain(values[0], count),
        ColumnStatistic::Last => plain(values[count - 1], count),
    })
}

pub(super) fn difference(first: &[f64], second: &[f64]) -> Result<Measured> {
    let value = mean(first)? - mean(second)?;
    let test = welch_t_test(first, second).ok();
    let interval = test.and_then(|test| test.confidence_interval(CONFIDENCE).ok());
    Ok(Measured {
        interval: interval.map(|i| [i.lower, i.upper]),
        ..plain(value, first.len() + second.len())
    })
}

/// The mean difference of columns, each to its partner, with an interval over columns. A column
/// without a number, or whose partner has none, is left out.
pub(super) fn over_columns(first: &[Vec<f64>], second: &[Vec<f64>]) -> Result<Measured> {
    let (mut means, mut count) = ([Vec::new(), Vec::new()], 0);
    for (first, second) in first.iter().zip(second) {
        if !first.is_empty() && !second.is_empty() {
            means[0].push(mean(first)?);
            means[1].push(mean(second)?);
            count += first.len() + second.len();
        }
    }
    let found = paired(&means[0], &means[1])?;
    Ok(Measured {
        words: Some(format!("interval over {} columns", found.count)),
        count,
        ..found
    })
}

/// A difference with the interval of the paper's test, pooled, that holds for several comparisons at
/// once by Bonferroni's correction: it leaves out 0 exactly if the corrected P is below 5 %.
pub(super) fn at_once(first: &[f64], second: &[f64], comparisons: usize) -> Result<Measured> {
    let confidence = 1.0 - (1.0 - CONFIDENCE) / comparisons as f64;
    let test = pooled_t_test(first, second).ok();
    let interval = test.and_then(|test| test.confidence_interval(confidence).ok());
    Ok(Measured {
        interval: interval.map(|i| [i.lower, i.upper]),
        words: Some(format!("interval for {comparisons} comparisons at once")),
        ..difference(first, second)?
    })
}

pub(super) fn paired(first: &[f64], second: &[f64]) -> Result<Measured> {
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
    statistic_of(&differences, ColumnStatistic::Mean)
}

/// The slope of a straight line through the last `share` of a curve, by least squares.
pub(in crate::audit) fn late_slope(values: &[f64], share: f64) -> Result<Measured> {
    let from = ((values.len() as f64) * (1.0 - share)).round() as usize;
    let late = &values[from.min(values.len())..];
    ensure!(
        late.len() >= 3,
        "a slope needs three rows, there are {}",
        late.len()
    );
    let n = late.len() as f64;
    let (x_mean, y_mean) = ((n - 1.0) / 2.0, mean(late)?);
    let (mut products, mut squares) = (0.0, 0.0);
    for (x, y) in late.iter().enumerate() {
        products += (x as f64 - x_mean) * (y - y_mean);
        squares += (x as f64 - x_mean).powi(2);
    }
    let slope = products / squares;
    let residual: f64 = late
        .iter()
        .enumerate()
        .map(|(x, y)| (y - y_mean - slope * (x as f64 - x_mean)).powi(2))
        .sum();
    let error = (residual / (n - 2.0) / squares).sqrt();
    let half = student_deviate(n - 2.0) * error;
    Ok(Measured {
        interval: Some([slope - half, slope + half]),
        ..plain(slope, late.len())
    })
}

/// The t beyond which, on either side, lies what an interval leaves out; by bisection.
fn student_deviate(degrees_of_freedom: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1e4);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        match two_tailed_p(middle, degrees_of_freedom) {
            Ok(tail) if tail.p > 1.0 - CONFIDENCE => low = middle,
            _ => high = middle,
        }
    }
    high
}

pub(super) fn correlation(x: &[f64], y: &[f64]) -> Result<Measured> {
    let (x, y): (Vec<f64>, Vec<f64>) = x
        .iter()
        .zip(y)
        .filter(|(x, y)| !x.is_nan() && !y.is_nan())
        .unzip();
    let found = pearson(&x, &y)?;
    let half = NORMAL_DEVIATE / (found.count as f64 - 3.0).max(f64::MIN_POSITIVE).sqrt();
    let z = found.r.atanh();
    Ok(Measured {
        interval: Some([(z - half).tanh(), (z + half).tanh()]),
        ..plain(found.r, found.count)
    })
}

/// A share with Wilson's interval.
pub(super) fn share(inside: usize, count: usize) -> Measured {
    let (n, p) = (count as f64, inside as f64 / count as f64);
    let square = NORMAL_DEVIATE * NORMAL_DEVIATE;
    let centre = (p + square / (2.0 * n)) / (1.0 + square / n);
    let half =
        NORMAL_DEVIATE * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt() / (1.0 + square / n);
    Measured {
        interval: Some([(centre - half).max(0.0), (centre + half).min(1.0)]),
        words: Some(format!("{inside} of {count}")),
        ..plain(p, count)
    }
}

/// A ratio of the means of paired columns, with the interval of the delta method.
pub(super) fn ratio(numerator: &[f64], denominator: &[f64]) -> Result<Measured> {
    let (top, bottom) = (mean(numerator)?, mean(denominator)?);
    ensure!(bottom != 0.0, "a ratio over 0");
    let value = top / bottom;
    let rest: Vec<f64> = numerator
        .iter()
        .zip(denominator)
        .map(|(a, b)| (a - value * b) / bottom)
        .collect();
    let half = Summary::of(&rest).map_or(f64::NAN, |s| NORMAL_DEVIATE * s.standard_error);
    Ok(Measured {
        interval: half.is_finite().then_some([value - half, value + half]),
        ..plain(value, rest.len())
    })
}

/// The row from which a curve stays below a value; infinite if there is none. Where values are means
/// over several rows, it is the first of these.
pub(super) fn crossing(values: &[f64], below: f64, smoothed: Option<usize>) -> Measured {
    let last_above = values.iter().rposition(|&value| value >= below);
    let first_below = values.iter().position(|&value| value < below);
    let settled = last_above.map_or(0, |row| row + 1);
    let never = settled >= values.len();
    let first = first_below.map_or("never".to_owned(), |row| format!("first in row {row}"));
    Measured {
        words: Some(if never {
            format!("not below {below} at the end; below it {first}")
        } else {
            let averaged = smoothed.map_or(String::new(), |rows| {
                format!(", each the first of {rows} rows averaged")
            });
            format!("below {below} {first}, for good from row {settled}{averaged}")
        }),
        ..plain(
            if never { f64::INFINITY } else { settled as f64 },
            values.len(),
        )
    }
}

#[cfg(test)]
mod tests {
    //! Promise: simple numbers give the values and intervals that a textbook gives.
    use super::*;

    #[test]
    fn a_share_has_wilsons_interval() {
        let found = share(8, 10);
        let [low, high] = found.interval.unwrap();
        // Newcombe 1998, method 3.
        assert!(
            (low - 0.4902).abs() < 1e-4 && (high - 0.9433).abs() < 1e-4,
            "{found:?}"
        );
        assert_eq!(share(0, 5).interval.unwrap()[0], 0.0);
    }

    #[test]
    fn slopes_and_deviates() {
        let falling: Vec<f64> = (0..20).map(|x| 10.0 - 0.5 * f64::from(x)).collect();
        let found = late_slope(&falling, 0.5).unwrap();
        assert!((found.value + 0.5).abs() < 1e-12 && found.count == 10);
        assert!((student_deviate(38.0) - 2.024_394).abs() < 1e-6);
        assert!(late_slope(&falling[..3], 0.5).is_err());
    }

    #[test]
    fn a_curve_crosses_for_good_or_not() {
        let settles = |values: &[f64]| crossing(values, 1.0, None).value;
        assert_eq!(settles(&[3.0, 0.5, 2.0, 0.4, 0.3]), 3.0);
        assert!(settles(&[3.0, 0.5, 2.0]).is_infinite());
        assert_eq!(settles(&[0.1]), 0.0);
        let words = crossing(&[2.0, 0.1], 1.0, Some(3000)).words.unwrap();
        assert!(
            words.ends_with("each the first of 3000 rows averaged"),
            "{words}"
        );
    }

    /// Regression: five images of ten thousand were a gain.
    #[test]
    fn a_gain_is_more_than_noise() {
        let won = |wins: usize| -> Vec<f64> {
            (0..1_000).map(|i| f64::from(u8::from(i < wins))).collect()
        };
        // Forty samples change sides one way, and thirty-five of them the other.
        let mut other = won(900);
        other[..35].fill(0.0);
        other[900..940].fill(1.0);
        let found = least_gain(&[won(500), won(900), other]).unwrap();
        assert!((found.value - 0.005).abs() < 1e-12);
        let [low, high] = found.interval.unwrap();
        assert!(low < 0.0 && high > 0.005, "{found:?}");
        let found = least_gain(&[won(500), won(600), won(700)]).unwrap();
        assert!(found.interval.unwrap()[0] > 0.0, "{found:?}");
    }

    /// Regression: the same two networks differed by an interval, and did not by the paper's test.
    #[test]
    fn an_interval_for_several_comparisons_agrees_with_the_corrected_test() {
        let first: Vec<f64> = (0..20).map(|i| 3.0 + 0.01 * f64::from(i % 9)).collect();
        let mut shifts_told_apart = Vec::new();
        for shift in 0..40 {
            let by = 0.001 * f64::from(shift);
            let second: Vec<f64> = first.iter().rev().map(|x| x + by).collect();
            let corrected = 3.0 * pooled_t_test(&first, &second).unwrap().p;
            let found = at_once(&second, &first, 3).unwrap();
            let above = found.interval.unwrap()[0] > 0.0;
            assert_eq!(above, corrected < 0.05, "{by}: {found:?}, P {corrected}");
            shifts_told_apart.push(above);
        }
        assert!(shifts_told_apart.contains(&true) && shifts_told_apart.contains(&false));
    }

    /// Regression: sixty epochs of a digit counted as sixty digits.
    #[test]
    fn a_column_counts_once_however_long_it_is() {
        let columns = |shift: f64, length: usize| -> Vec<Vec<f64>> {
            let digits = [0.2, 0.3, 0.5, 0.4];
            digits
                .map(|digit| vec![digit * (1.0 + shift); length])
                .to_vec()
        };
        let short = over_columns(&columns(1.0, 1), &columns(0.0, 1)).unwrap();
        let long = over_columns(&columns(1.0, 60), &columns(0.0, 60)).unwrap();
        assert!((short.value - 0.35).abs() < 1e-12 && (long.value - 0.35).abs() < 1e-12);
        let ([low, high], [a, b]) = (short.interval.unwrap(), long.interval.unwrap());
        assert!((low - a).abs() < 1e-12 && (high - b).abs() < 1e-12);
        assert_eq!((short.count, long.count), (8, 480));
        let mut unknown = columns(1.0, 60);
        unknown[3].clear();
        let found = over_columns(&unknown, &columns(0.0, 60)).unwrap();
        assert_eq!(found.words.unwrap(), "interval over 3 columns");
    }

    #[test]
    fn a_ratio_of_proportional_columns_is_exact() {
        let found = ratio(&[2.0, 4.0, 6.0], &[1.0, 2.0, 3.0]).unwrap();
        assert_eq!((found.value, found.interval), (2.0, Some([2.0, 2.0])));
    }
}
