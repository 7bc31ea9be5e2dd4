//! The search for learning rates, against the rates that are said to be its best.
//!
//! Reported rates may lie between the points of the grid. They are taken for the mean of the points
//! that surround them, and compared with the least mean of any group of as many neighbouring points:
//! the least of a hundred noisy errors alone would be low by chance. Of the first search only, since
//! the second is laid round the best pair on the test images.

use anyhow::{Context, Result, ensure};
use segdend_analysis::mean;

/// Rates that differ by less are the same.
const SAME: f64 = 1e-9;

/// One training of the search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    /// The rate of the hidden layers, not a number where there are none, and that of the output layer.
    pub(super) rates: [f64; 2],
    /// The error on images held out, %.
    pub(super) held_out: f64,
    /// The error on the test images, %.
    pub(super) test: f64,
}

/// What a search says of reported rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Compared {
    /// How much the test error round the reported rates is above the least, percentage points.
    pub(super) excess: f64,
    /// How much lower the test error of the point chosen on the test images is than that of the point
    /// chosen on held-out images, percentage points. Of points held equal, the mean.
    pub(super) optimism: f64,
}

/// Compares; `reported` are the rates of the hidden layers, if there are any, and of the output layer.
pub(super) fn compare(points: &[Point], reported: [Option<f64>; 2]) -> Result<Compared> {
    let axes = [0, 1].map(|axis| Axis::of(points, axis));
    let mut errors = vec![None; axes[0].rates.len() * axes[1].rates.len()];
    let cell = |hidden: usize, output: usize| hidden * axes[1].rates.len() + output;
    for point in points {
        let place = |axis: usize| axes[axis].place(point.rates[axis]);
        if let (Some(hidden), Some(output)) = (place(0), place(1)) {
            errors[cell(hidden, output)] = Some(point.test);
        }
    }
    let [(hidden, hidden_width), (output, output_width)] = [
        axes[0].surround(reported[0])?,
        axes[1].surround(reported[1])?,
    ];
    let group = |hidden: usize, output: usize| -> Option<f64> {
        let of_group = (hidden..hidden + hidden_width).flat_map(|hidden| {
            let outputs = output..output + output_width;
            outputs.map(move |output| (hidden, output))
        });
        let errors: Option<Vec<f64>> = of_group.map(|(h, o)| errors[cell(h, o)]).collect();
        mean(&errors?).ok()
    };
    let around =
        group(hidden, output).context("the search lacks points round the reported rates")?;
    let mut least = around;
    for hidden in 0..=axes[0].rates.len() - hidden_width {
        for output in 0..=axes[1].rates.len() - output_width {
            least = group(hidden, output).map_or(least, |error| least.min(error));
        }
    }
    Ok(Compared {
        excess: around - least,
        optimism: optimism(points)?,
    })
}

fn optimism(points: &[Point]) -> Result<f64> {
    let least = |error: fn(&Point) -> f64| points.iter().map(error).fold(f64::INFINITY, f64::min);
    let best_held_out = least(|point| point.held_out);
    let chosen: Vec<f64> = points
        .iter()
        .filter(|point| point.held_out == best_held_out)
        .map(|point| point.test)
        .collect();
    Ok(mean(&chosen)? - least(|point| point.test))
}

/// The rates of one layer, in order; a single one that is not a number where there is no such layer.
struct Axis {
    rates: Vec<f64>,
}

impl Axis {
    fn of(points: &[Point], axis: usize) -> Self {
        let mut rates: Vec<f64> = points.iter().map(|point| point.rates[axis]).collect();
        rates.sort_by(f64::total_cmp);
        rates.dedup_by(|a, b| same(*a, *b));
        Self { rates }
    }

    fn place(&self, rate: f64) -> Option<usize> {
        self.rates.iter().position(|&other| same(other, rate))
    }

    /// The first of the points that surround a rate, and how many they are: itself, or two.
    fn surround(&self, rate: Option<f64>) -> Result<(usize, usize)> {
        let rate = rate.unwrap_or(f64::NAN);
        if let Some(place) = self.place(rate) {
            return Ok((place, 1));
        }
        let above = self.rates.iter().position(|&other| other > rate);
        let Some(above) = above.filter(|&above| above > 0) else {
            ensure!(!self.rates.is_empty(), "the search has no points");
            let (from, to) = (self.rates[0], self.rates[self.rates.len() - 1]);
            anyhow::bail!("the rate {rate} is not within the search, {from} to {to}");
        };
        Ok((above - 1, 2))
    }
}

fn same(one: f64, other: f64) -> bool {
    one.is_nan() && other.is_nan() || (one - other).abs() < SAME
}

#[cfg(test)]
mod tests {
    //! Promise: reported rates are judged by the error that they cost, not by their distance from the
    //! best point of a noisy grid, and a network without hidden layers has one rate.
    use super::*;

    const RATES: [f64; 4] = [0.10, 0.12, 0.14, 0.16];

    fn square(test: impl Fn(f64, f64) -> f64) -> Vec<Point> {
        let pairs = RATES.iter().flat_map(|&h| RATES.map(|o| (h, o)));
        let point = |(hidden, output)| Point {
            rates: [hidden, output],
            held_out: hidden,
            test: test(hidden, output),
        };
        pairs.map(point).collect()
    }

    #[test]
    fn a_flat_grid_has_no_better_rates() {
        let found = compare(&square(|_, _| 9.0), [Some(0.11), Some(0.15)]).unwrap();
        assert_eq!((found.excess, found.optimism), (0.0, 0.0));
    }

    /// Regression: the rates' distance was judged, whatever they cost.
    #[test]
    fn what_counts_is_the_error() {
        let far = square(|hidden, _| 9.0 - 0.1 * hidden);
        let found = compare(&far, [Some(0.11), Some(0.12)]).unwrap();
        assert!((found.excess - 0.004).abs() < 1e-9, "{found:?}");
        let steep = square(|hidden, _| 9.0 - 100.0 * hidden);
        let found = compare(&steep, [Some(0.11), Some(0.12)]).unwrap();
        assert!((found.excess - 4.0).abs() < 1e-9, "{found:?}");
        // Held out, the least hidden rate looks best: four points, the mean of their test errors.
        assert!((found.optimism - 6.0).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn one_lucky_point_is_not_the_least() {
        let lucky = |h: f64, o: f64| if h > 0.15 && o > 0.15 { 8.0 } else { 9.0 };
        let between = compare(&square(lucky), [Some(0.11), Some(0.11)]).unwrap();
        assert!((between.excess - 0.25).abs() < 1e-9, "{between:?}");
        let on_a_point = compare(&square(lucky), [Some(0.10), Some(0.12)]).unwrap();
        assert!((on_a_point.excess - 1.0).abs() < 1e-9, "{on_a_point:?}");
    }

    #[test]
    fn without_hidden_layers_there_is_one_rate() {
        let points: Vec<Point> = RATES
            .map(|rate| Point {
                rates: [f64::NAN, rate],
                held_out: 10.0 - rate,
                test: 10.0 - rate,
            })
            .to_vec();
        let found = compare(&points, [None, Some(0.13)]).unwrap();
        assert!((found.excess - 0.02).abs() < 1e-9, "{found:?}");
        assert!(compare(&points, [None, Some(0.19)]).is_err());
        assert!(compare(&[], [None, Some(0.19)]).is_err());
    }
}
