//! Measurements: from source data to one value, with its interval where it has one.
//!
//! Intervals cover 95 %. Those of means and differences are Student's (Welch's for differences, pooled
//! where the paper's corrected test judges), that of a share is Wilson's, that of a correlation
//! Fisher's. Where several columns are compared with as many, a column is one value: the numbers of a
//! digit after one epoch and the next are not independent, those of two digits more nearly. They say
//! what chance in these numbers could do; where the numbers are repeated tests of
//! one network they say nothing about other networks.

mod values;

use std::rc::Rc;

use anyhow::{Result, ensure};
use ndarray::Array2;
use segdend_analysis::{mean, nearest_neighbour_accuracy, running_means, silhouette};

use super::grid;
use super::mathematics;
use super::output::number;
use super::sources::{Sources, run_of};
use super::verdict::Measured;
use crate::experiments::{ColumnStatistic, Measurement, ReportedRates, SeparationMeasure};
use crate::recordings::learning_rates::GRID_COLUMNS;
use crate::tables::Table;
pub(super) use values::late_slope;
use values::{
    at_once, correlation, crossing, difference, joined, known, least_gain, over_columns, paired,
    plain, ratio, share, statistic_of,
};

/// How often an interval is to cover the true value.
pub(crate) const CONFIDENCE: f64 = 0.95;

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
            } => {
                let mut found = statistic_of(&self.smoothed(column, *smoothed)?, *statistic)?;
                // One value, or the rows that it is the mean of.
                if let ColumnStatistic::First | ColumnStatistic::Last = statistic {
                    found.count = smoothed.unwrap_or(1).min(self.column(column)?.len());
                }
                found
            }
            Measurement::Difference {
                first,
                second,
                rows,
                comparisons,
                ..
            } => self.difference([first, second], *rows, *comparisons)?,
            Measurement::Change {
                columns,
                early,
                late,
                ..
            } => {
                let columns = self.columns(columns)?;
                let rows =
                    |column: &Vec<f64>, rows| joined(std::slice::from_ref(column), Some(rows));
                let before: Vec<_> = columns.iter().map(|c| rows(c, [0, *early])).collect();
                let after: Vec<_> = columns
                    .iter()
                    .map(|c| rows(c, [*late, usize::MAX]))
                    .collect();
                ensure!(
                    after.iter().any(|column| !column.is_empty()),
                    "{}: there are no rows after the first {late}",
                    self.source
                );
                match (after.as_slice(), before.as_slice()) {
                    ([after], [before]) => difference(after, before)?,
                    _ => over_columns(&after, &before)?,
                }
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
            } => crossing(&self.smoothed(column, *smoothed)?, *below, *smoothed),
            Measurement::Separation {
                label,
                points,
                measure,
                neighbours,
                ..
            } => self.separation(label, points, *measure, *neighbours)?,
            Measurement::GridExcess { rates, .. } => self.grid_excess(rates)?,
            Measurement::TTest(_) | Measurement::Formula { .. } => {
                unreachable!("measured elsewhere")
            }
        })
    }

    fn difference(
        &self,
        names: [&[String]; 2],
        rows: Option<[usize; 2]>,
        comparisons: Option<usize>,
    ) -> Result<Measured> {
        if rows.is_none() && names[0].len() > 1 && names[0].len() == names[1].len() {
            let known = |names| -> Result<Vec<Vec<f64>>> {
                Ok(self.columns(names)?.iter().map(|c| known(c)).collect())
            };
            return over_columns(&known(names[0])?, &known(names[1])?);
        }
        let first = joined(&self.columns(names[0])?, rows);
        let second = joined(&self.columns(names[1])?, rows);
        let mut found = match (rows, comparisons) {
            // Rows of curves belong together: it is their differences that vary.
            (Some(_), _) => paired(&first, &second)?,
            (None, None) => difference(&first, &second)?,
            (None, Some(comparisons)) => at_once(&first, &second, comparisons)?,
        };
        // What differs, where a column is a run: a difference does not say which of two errors is high.
        if let [[one], [other]] = names
            && let (Some(one), Some(other)) = (run_of(one), run_of(other))
        {
            let [first, second] = [mean(&first)?, mean(&second)?].map(number);
            let words = format!("{one} {first} %, {other} {second} %");
            found.words = Some(match found.words {
                Some(more) => format!("{words}; {more}"),
                None => words,
            });
        }
        Ok(found)
    }

    fn separation(
        &self,
        label: &str,
        points: &[Vec<String>],
        measure: SeparationMeasure,
        neighbours: usize,
    ) -> Result<Measured> {
        let labels: Vec<u8> = self.column(label)?.iter().map(|&x| x as u8).collect();
        let mut scores = Vec::new();
        for names in points {
            let columns = self.columns(names)?;
            let rows = Array2::from_shape_fn((labels.len(), columns.len()), |(row, column)| {
                columns[column].get(row).copied().unwrap_or(f64::NAN)
            });
            scores.push(match measure {
                SeparationMeasure::NearestNeighbours => {
                    let found = nearest_neighbour_accuracy(rows.view(), &labels, neighbours)?;
                    found.wins.iter().map(|&won| f64::from(won)).collect()
                }
                SeparationMeasure::Silhouette => silhouette(rows.view(), &labels)?.samples,
            });
        }
        least_gain(&scores)
    }

    /// The first search of every network against its reported rates.
    fn grid_excess(&self, rates: &[ReportedRates]) -> Result<Measured> {
        let mut trainings = 0;
        let mut most = f64::NEG_INFINITY;
        let (mut excesses, mut optimisms) = (Vec::new(), Vec::new());
        for reported in rates {
            let of_network = |name: &str| self.column(&format!("{}: {name}", reported.network));
            let [search, hidden, output, _, held_out, test] = GRID_COLUMNS;
            let hidden = match reported.hidden {
                Some(_) => of_network(hidden)?,
                None => Vec::new(),
            };
            let (search, output) = (of_network(search)?, of_network(output)?);
            let (held_out, test) = (of_network(held_out)?, of_network(test)?);
            let at = |column: &[f64], row: usize| column.get(row).copied().unwrap_or(f64::NAN);
            let points: Vec<grid::Point> = (0..search.len())
                .filter(|&row| search[row] == 1.0)
                .map(|row| grid::Point {
                    rates: [at(&hidden, row), at(&output, row)],
                    held_out: at(&held_out, row),
                    test: at(&test, row),
                })
                .collect();
            let found = grid::compare(&points, [reported.hidden, Some(reported.output)])?;
            trainings += points.len();
            most = most.max(found.excess);
            excesses.push(format!("{} {:.3}", reported.network, found.excess));
            optimisms.push(format!("{} {:.3}", reported.network, found.optimism));
        }
        Ok(Measured {
            words: Some(format!(
                "{}; a choice on the test images has a lower test error than one on held-out images by {}",
                excesses.join(", "),
                optimisms.join(", ")
            )),
            networks: Some(trainings),
            ..plain(most, trainings)
        })
    }
}
