//! Measurements: from source data to one value, with its interval where it has one.
//!
//! Intervals cover 95 %. Those of means and differences are Student's (Welch's for differences),
//! that of a share is Wilson's, that of a correlation Fisher's. They say what chance in these
//! numbers could do; where the numbers are repeated tests of one network they say nothing about
//! other networks.

use std::rc::Rc;

use anyhow::{Result, ensure};
use ndarray::Array2;
use segdend_analysis::{
    Summary, mean, nearest_neighbour_accuracy, pearson, silhouette, two_tailed_p, welch_t_test,
};

use super::mathematics;
use super::sources::Sources;
use super::verdict::Measured;
use crate::experiments::{ColumnStatistic, Measurement, SeparationMeasure};
use crate::tables::Table;

/// How often an interval is to cover the true value.
pub(crate) const CONFIDENCE: f64 = 0.95;
/// The normal deviate of that.
const NORMAL_DEVIATE: f64 = 1.959_963_984_540_054;

/// Measures; `None` if the source data is not there. T-tests are measured elsewhere.
pub(crate) fn measure(measurement: &Measurement, sources: &Sources) -> Result<Option<Measured>> {
    let Some(source) = measurement.source() else {
        let Measurement::Formula { name } = measurement else {
            return Ok(None);
        };
        return Ok(Some(plain(mathematics::formula(*name), 1)));
    };
    let Some(table) = sources.table(source)? else {
        return Ok(None);
    };
    let data = Data {
        sources,
        source,
        table,
    };
    data.measure(measurement).map(Some)
}

struct Data<'a> {
    sources: &'a Sources,
    source: &'a str,
    table: Rc<Table>,
}

impl Data<'_> {
    fn column(&self, name: &str) -> Result<Vec<f64>> {
        let values = self.sources.column(self.source, &self.table, name)?;
        ensure!(
            !values.is_empty(),
            "{}: the column `{name}` is empty",
            self.source
        );
        Ok(values)
    }

    fn columns(&self, names: &[String]) -> Result<Vec<Vec<f64>>> {
        names.iter().map(|name| self.column(name)).collect()
    }

    /// The numbers of a column, or their means over so many rows.
    fn smoothed(&self, column: &str, rows: Option<usize>) -> Result<Vec<f64>> {
        let values = known(&self.column(column)?);
        Ok(match rows {
            Some(rows) => running_means(&values, rows),
            None => values,
        })
    }

    fn measure(&self, measurement: &Measurement) -> Result<Measured> {
        Ok(match measurement {
            Measurement::Statistic {
                column,
                statistic,
                smoothed,
                ..
            } => statistic_of(&self.smoothed(column, *smoothed)?, *statistic)?,
            Measurement::Difference {
                first,
                second,
                rows,
                ..
            } => {
                let first = joined(&self.columns(first)?, *rows);
                let second = joined(&self.columns(second)?, *rows);
                // Rows of curves belong together: it is their differences that vary.
                if rows.is_some() {
                    paired(&first, &second)?
                } else {
                    difference(&first, &second)?
                }
            }
            Measurement::Change {
                columns,
                early,
                late,
                ..
            } => {
                let columns = self.columns(columns)?;
                let before = joined(&columns, Some([0, *early]));
                let after = joined(&columns, Some([*late, usize::MAX]));
                ensure!(
                    !after.is_empty(),
                    "{}: there are no rows after the first {late}",
                    self.source
                );
                difference(&after, &before)?
            }
            Measurement::LateSlope { column, share, .. } => {
                late_slope(&self.column(column)?, *share)?
            }
            Measurement::Correlation { x, y, .. } => {
                correlation(&self.column(x)?, &self.column(y)?)?
            }
            Measurement::Share {
                columns,
                at_least,
                at_most,
                ..
            } => {
                let values = joined(&self.columns(columns)?, None);
                let inside = values
                    .iter()
                    .filter(|x| (*at_least..=*at_most).contains(*x));
                share(inside.count(), values.len())
            }
            Measurement::PairShare { first, second, .. } => {
                let (first, second) = (self.column(first)?, self.column(second)?);
                let below = first.iter().zip(&second).filter(|(a, b)| a < b);
                share(below.count(), first.len().min(second.len()))
            }
            Measurement::Ratio {
                numerator,
                denominator,
                ..
            } => ratio(&self.column(numerator)?, &self.column(denominator)?)?,
            Measurement::Agreement { first, second, .. } => {
                let (first, second) = (self.column(first)?, self.column(second)?);
                let square =
                    |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>();
                let off = square(&mut first.iter().zip(&second).map(|(a, b)| a - b));
                let size = square(&mut second.iter().copied());
                plain((off / size).sqrt(), first.len())
            }
            Measurement::Crossing {
                column,
                below,
                smoothed,
                ..
            } => crossing(&self.smoothed(column, *smoothed)?, *below),
            Measurement::Separation {
                label,
                points,
                measure,
                neighbours,
                ..
            } => self.separation(label, points, *measure, *neighbours)?,
            Measurement::TTest(_) | Measurement::Formula { .. } => {
                unreachable!("measured elsewhere")
            }
        })
    }

    fn separation(
        &self,
        label: &str,
        points: &[Vec<String>],
        measure: SeparationMeasure,
        neighbours: usize,
    ) -> Result<Measured> {
        let labels: Vec<u8> = self.column(label)?.iter().map(|&x| x as u8).collect();
        let mut values = Vec::new();
        for names in points {
            let columns = self.columns(names)?;
            let rows = Array2::from_shape_fn((labels.len(), columns.len()), |(row, column)| {
                columns[column].get(row).copied().unwrap_or(f64::NAN)
            });
            values.push(match measure {
                SeparationMeasure::NearestNeighbours => {
                    nearest_neighbour_accuracy(rows.view(), &labels, neighbours)?.accuracy
                }
                SeparationMeasure::Silhouette => silhouette(rows.view(), &labels)?.mean,
            });
        }
        let gains = values.windows(2).map(|pair| pair[1] - pair[0]);
        let words: Vec<String> = values.iter().map(|value| format!("{value:.3}")).collect();
        Ok(Measured {
            words: Some(format!("from layer to layer {}", words.join(", "))),
            ..plain(gains.fold(f64::INFINITY, f64::min), labels.len())
        })
    }
}

/// The means over every `rows` neighbouring values, as many as there are such; over all of them where
/// they are fewer.
fn running_means(values: &[f64], rows: usize) -> Vec<f64> {
    let rows = rows.clamp(1, values.len().max(1));
    // Sums of up to a million angles keep twelve digits.
    let mut sums = Vec::with_capacity(values.len() + 1);
    let mut sum = 0.0;
    sums.push(sum);
    for value in values {
        sum += value;
        sums.push(sum);
    }
    let means = sums[rows..].iter().zip(&sums);
    means.map(|(to, from)| (to - from) / rows as f64).collect()
}

/// A value without an interval.
pub(crate) fn plain(value: f64, count: usize) -> Measured {
    Measured {
        value,
        interval: None,
        count,
        words: None,
    }
}

/// The values that are numbers.
fn known(values: &[f64]) -> Vec<f64> {
    values.iter().copied().filter(|x| !x.is_nan()).collect()
}

/// The numbers of several columns, or of some of their rows.
fn joined(columns: &[Vec<f64>], rows: Option<[usize; 2]>) -> Vec<f64> {
    let [from, to] = rows.unwrap_or([0, usize::MAX]);
    let kept = |column: &Vec<f64>| {
        let to = to.min(column.len());
        known(&column[from.min(to)..to])
    };
    columns.iter().flat_map(kept).collect()
}

fn statistic_of(values: &[f64], statistic: ColumnStatistic) -> Result<Measured> {
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

fn difference(first: &[f64], second: &[f64]) -> Result<Measured> {
    let value = mean(first)? - mean(second)?;
    let test = welch_t_test(first, second).ok();
    let interval = test.and_then(|test| test.confidence_interval(CONFIDENCE).ok());
    Ok(Measured {
        interval: interval.map(|i| [i.lower, i.upper]),
        ..plain(value, first.len() + second.len())
    })
}

fn paired(first: &[f64], second: &[f64]) -> Result<Measured> {
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
    statistic_of(&differences, ColumnStatistic::Mean)
}

/// The slope of a straight line through the last `share` of a curve, by least squares.
fn late_slope(values: &[f64], share: f64) -> Result<Measured> {
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

fn correlation(x: &[f64], y: &[f64]) -> Result<Measured> {
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
fn share(inside: usize, count: usize) -> Measured {
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
fn ratio(numerator: &[f64], denominator: &[f64]) -> Result<Measured> {
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

/// The row from which a curve stays below a value; infinite if there is none.
fn crossing(values: &[f64], below: f64) -> Measured {
    let last_above = values.iter().rposition(|&value| value >= below);
    let first_below = values.iter().position(|&value| value < below);
    let settled = last_above.map_or(0, |row| row + 1);
    let never = settled >= values.len();
    let first = first_below.map_or("never".to_owned(), |row| format!("first in row {row}"));
    Measured {
        words: Some(if never {
            format!("not below {below} at the end; below it {first}")
        } else {
            format!("below {below} {first}, for good from row {settled}")
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
        assert_eq!(crossing(&[3.0, 0.5, 2.0, 0.4, 0.3], 1.0).value, 3.0);
        assert!(crossing(&[3.0, 0.5, 2.0], 1.0).value.is_infinite());
        assert_eq!(crossing(&[0.1], 1.0).value, 0.0);
    }

    #[test]
    fn running_means_have_whole_windows() {
        let values = [4.0, 2.0, 0.0, 4.0];
        assert_eq!(running_means(&values, 2), [3.0, 1.0, 2.0]);
        assert_eq!(running_means(&values, 1), values);
        assert_eq!(running_means(&values, 10), [2.5]);
        assert!(running_means(&[], 3).is_empty());
    }

    #[test]
    fn a_ratio_of_proportional_columns_is_exact() {
        let found = ratio(&[2.0, 4.0, 6.0], &[1.0, 2.0, 3.0]).unwrap();
        assert_eq!((found.value, found.interval), (2.0, Some([2.0, 2.0])));
    }
}
