//! Axes as numbers: the range that is shown, and the round values that are marked on it.

use crate::style::SMALL_SIZE;
use crate::text::{Weight, width};

/// White space at both ends of a logarithmic axis, as a share of it.
const LOGARITHMIC_ROOM: f64 = 0.03;

/// Smaller and greater steps than these have their ticks in powers of ten.
const MOST_DECIMALS: usize = 5;
const GREATEST_PLAIN_STEP: f64 = 1e6;

/// A marked value and what is written at it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    pub(crate) value: f64,
    pub(crate) label: String,
}

/// A range and its ticks. On a logarithmic axis both are powers of ten: see [`Axis::logarithmic`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    pub(crate) range: (f64, f64),
    pub(crate) ticks: Vec<Tick>,
    /// Shorter ticks without a number.
    pub(crate) minor: Vec<f64>,
}

impl Axis {
    /// From 0 to `high`, with a tick at every multiple of `step`.
    pub(crate) fn from_zero(high: f64, step: f64) -> Self {
        Self::with_step((0.0, high), step)
    }

    /// Exactly this range, with at most `most` steps of round size in it.
    pub(crate) fn exact(range: (f64, f64), most: usize) -> Self {
        let range = widened(range);
        Self::with_step(range, nice_step(range.1 - range.0, most))
    }

    /// This range, extended to the next half step of round size at both ends.
    pub(crate) fn rounded(range: (f64, f64), most: usize) -> Self {
        let (low, high) = widened(range);
        let step = nice_step(high - low, most);
        let half = step / 2.0;
        let low = (low / half + 1e-9).floor() * half;
        let high = (high / half - 1e-9).ceil() * half;
        Self::with_step((low, high), step)
    }

    /// This range in whole numbers, with ticks at whole numbers: epochs, counts.
    pub(crate) fn whole((low, high): (f64, f64), most: usize) -> Self {
        let high = high.max(low + 1.0);
        Self::with_step((low, high), nice_step(high - low, most).max(1.0))
    }

    /// All positive values of a range, extended to 1, 2 or 5 times a power of ten at both ends.
    /// The range and the ticks are logarithms to base 10, so data must be placed by theirs.
    pub(crate) fn logarithmic((low, high): (f64, f64)) -> Self {
        let first = *one_two_five(low, -1)
            .iter()
            .rfind(|v| **v <= low * (1.0 + 1e-9))
            .unwrap_or(&low);
        let mut last = *one_two_five(high, 1)
            .iter()
            .find(|v| **v >= high * (1.0 - 1e-9))
            .unwrap_or(&high);
        if last <= first * (1.0 + 1e-9) {
            last = first * 10.0;
        }
        let range = (first.log10(), last.log10());
        // So that no mark stands on the other axis.
        let room = (range.1 - range.0) * LOGARITHMIC_ROOM;
        let inside = |value: f64| (range.0 - 1e-9..=range.1 + 1e-9).contains(&value.log10());
        let powers = (range.0 - 1e-9).ceil() as i32..=(range.1 + 1e-9).floor() as i32;
        let decades = powers.clone().count();
        let every = decades / 7 + 1;
        let mut ticks: Vec<Tick> = powers
            .step_by(every)
            .map(|power| Tick {
                value: f64::from(power),
                label: power_of_ten(power),
            })
            .collect();
        let (from, to) = (range.0.floor() as i32, range.1.ceil() as i32);
        let multiples: Vec<f64> = (from..=to)
            .flat_map(|power| (2..10).map(move |digit| f64::from(digit) * 10_f64.powi(power)))
            .filter(|&value| inside(value))
            .collect();
        if decades < 3 {
            let labelled = multiples.iter().filter(|value| {
                let digit = *value / 10_f64.powf(value.log10().floor());
                (digit - 2.0).abs() < 1e-6 || (digit - 5.0).abs() < 1e-6
            });
            ticks.extend(labelled.map(|&value| Tick {
                value: value.log10(),
                label: tick_label(value, 10_f64.powf(value.log10().floor())),
            }));
            ticks.sort_by(|one, other| one.value.total_cmp(&other.value));
        }
        Self {
            range: (range.0 - room, range.1 + room),
            ticks,
            minor: multiples.into_iter().map(f64::log10).collect(),
        }
    }

    fn with_step(range: (f64, f64), step: f64) -> Self {
        let ticks = multiples(range, step)
            .into_iter()
            .map(|value| Tick {
                value,
                label: tick_label(value, step),
            })
            .collect();
        Self {
            range,
            ticks,
            minor: Vec::new(),
        }
    }

    /// Width of the widest tick label.
    pub(crate) fn widest_label(&self) -> f64 {
        self.ticks.iter().map(label_width).fold(0.0, f64::max)
    }

    /// How far the last tick's label stands out over the right end of an axis of this length.
    pub(crate) fn overhang(&self, length: f64) -> f64 {
        let (low, high) = self.range;
        self.ticks.last().map_or(0.0, |tick| {
            let beyond = (high - tick.value) / (high - low) * length;
            (label_width(tick) / 2.0 - beyond).max(0.0)
        })
    }
}

fn label_width(tick: &Tick) -> f64 {
    width(&tick.label, SMALL_SIZE, Weight::Regular)
}

/// 1, 2 and 5 times the powers of ten round `value`, ascending.
fn one_two_five(value: f64, beyond: i32) -> [f64; 6] {
    let power = value.log10().floor() as i32;
    let first = if beyond < 0 { power - 1 } else { power };
    let of = |power: i32| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power));
    let (low, high) = (of(first), of(first + 1));
    [low[0], low[1], low[2], high[0], high[1], high[2]]
}

/// A range that is not empty: around a single value, a tenth of it, or 1 around zero.
fn widened((low, high): (f64, f64)) -> (f64, f64) {
    let least = (low.abs().max(high.abs()) * 1e-9).max(1e-300);
    if high - low > least {
        return (low, high);
    }
    let around = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
    (low - around, high + around)
}

/// The smallest of 1, 2 and 5 times a power of ten that divides `span` into at most `most` steps.
pub(crate) fn nice_step(span: f64, most: usize) -> f64 {
    let rough = span / most as f64;
    let power = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|multiple| multiple * power)
        .find(|step| *step >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// The multiples of `step` in a range.
fn multiples((low, high): (f64, f64), step: f64) -> Vec<f64> {
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|index| index as f64 * step).collect()
}

/// A tick's number with as many decimals as its step needs; from 10,000 on with commas, with a
/// minus sign that is as long as a plus, and in powers of ten where it would be very long.
pub(crate) fn tick_label(value: f64, step: f64) -> String {
    let decimals = (-(step * (1.0 + 1e-9)).log10().floor()).max(0.0) as usize;
    let size = value.abs();
    let digits = if decimals > MOST_DECIMALS || step >= GREATEST_PLAIN_STEP {
        crate::text::scientific(if size < step / 2.0 { 0.0 } else { size })
    } else if decimals == 0 && size.round() >= 10_000.0 {
        crate::stamp::grouped(size.round() as u64)
    } else {
        format!("{size:.decimals$}")
    };
    let is_zero = digits.chars().all(|digit| !matches!(digit, '1'..='9'));
    if value < 0.0 && !is_zero {
        format!("−{digits}")
    } else {
        digits
    }
}

/// `10⁻³`, and the plain number where that is as short.
fn power_of_ten(power: i32) -> String {
    match power {
        -2 => "0.01".to_owned(),
        -1 => "0.1".to_owned(),
        0..=3 => 10_i32.pow(power as u32).to_string(),
        _ => crate::text::ten_to_the(power),
    }
}

/// The least and the greatest finite value; none if there is none.
pub(crate) fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values
        .into_iter()
        .filter(|value| value.is_finite())
        .fold(None, |range, value| match range {
            None => Some((value, value)),
            Some((low, high)) => Some((low.min(value), high.max(value))),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn steps_are_round_and_few() {
        assert_eq!(nice_step(12.0, 6), 2.0);
        assert_eq!(nice_step(60.0, 6), 10.0);
        assert_eq!(nice_step(5.0, 6), 1.0);
        assert!((nice_step(0.55, 6) - 0.1).abs() < 1e-12);
    }

    #[test]
    fn labels_have_the_decimals_of_their_step() {
        assert_eq!(tick_label(12.0, 2.0), "12");
        assert_eq!(tick_label(0.5, 0.5), "0.5");
        assert_eq!(tick_label(3.0 * 0.1, 0.1), "0.3");
        assert_eq!(tick_label(-0.04, 0.02), "−0.04");
        assert_eq!(tick_label(-1e-18, 0.5), "0.0");
        assert_eq!(tick_label(600_000.0, 100_000.0), "600,000");
        assert_eq!(tick_label(-2e-8, 1e-8), "−2.0 × 10⁻⁸");
        assert_eq!(tick_label(1e-25, 1e-8), "0");
    }

    #[test]
    fn last_tick_survives_rounding() {
        assert_eq!(multiples((0.0, 0.3), 0.1).len(), 4);
        assert_eq!(multiples((-0.3, 0.3), 0.1).len(), 7);
    }

    #[test]
    fn negative_ranges_are_rounded_outwards() {
        let axis = Axis::rounded((-5.3, 11.8), 5);
        assert_eq!(axis.range, (-7.5, 12.5));
        assert_eq!(labels(&axis), ["−5", "0", "5", "10"]);
    }

    #[test]
    fn constant_values_have_a_range_around_them() {
        for value in [0.0, 3.0, -2e-7] {
            let axis = Axis::rounded((value, value), 5);
            assert!(axis.range.0 < value && value < axis.range.1, "{axis:?}");
            assert!(!axis.ticks.is_empty());
        }
    }

    #[test]
    fn decades_hold_their_values() {
        let axis = Axis::logarithmic((3.0, 2500.0));
        assert!(axis.range.0 < 2_f64.log10() && axis.range.0 > 1_f64.log10());
        assert!(axis.range.1 > 5000_f64.log10() && axis.range.1 < 1e4_f64.log10());
        assert_eq!(labels(&axis), ["10", "100", "1000"]);
        let short = Axis::logarithmic((3.0, 40.0));
        assert_eq!(labels(&short), ["2", "5", "10", "20", "50"]);
        assert_eq!(labels(&Axis::logarithmic((1e7, 1e7)))[0], "10⁷");
    }
}
