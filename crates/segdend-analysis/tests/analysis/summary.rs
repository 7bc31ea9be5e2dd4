//! Promise: a summary is that of the values as given, and never a NaN.

use crate::tolerance::{ROUNDING, assert_close};
use segdend_analysis::{AnalysisError, Summary, mean, running_means};

#[test]
fn has_the_textbook_values() {
    let summary = Summary::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
    assert_eq!(summary.count, 8);
    assert_eq!(summary.mean, 5.0);
    assert_close(summary.variance, 32.0 / 7.0, ROUNDING, "variance");
    assert_close(
        summary.standard_deviation,
        (32.0_f64 / 7.0).sqrt(),
        ROUNDING,
        "deviation",
    );
    assert_close(
        summary.standard_error,
        (4.0_f64 / 7.0).sqrt(),
        ROUNDING,
        "error",
    );
    assert_eq!((summary.min, summary.max), (2.0, 9.0));
}

#[test]
fn keeps_its_digits_far_from_zero() {
    let summary = Summary::of(&[1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]).unwrap();
    assert_eq!(summary.mean, 1e9 + 10.0);
    assert_close(summary.variance, 30.0, ROUNDING, "variance");
}

#[test]
fn a_constant_sample_has_no_spread_at_all() {
    // Twenty times 0.1 does not sum to 2, so a mean of plain sums would miss the value.
    let summary = Summary::of(&[0.1; 20]).unwrap();
    assert_eq!((summary.mean, summary.variance), (0.1, 0.0));
    assert_eq!(
        (summary.standard_deviation, summary.standard_error),
        (0.0, 0.0)
    );
}

#[test]
fn the_mean_stands_for_one_value() {
    assert_eq!(mean(&[0.3]).unwrap(), 0.3);
    assert_eq!(mean(&[f64::MAX, f64::MAX]).unwrap(), f64::MAX);
}

#[test]
fn refuses_too_few_values() {
    let few = |found, needed| move |error: &AnalysisError| matches!(error, AnalysisError::TooFewValues { found: f, needed: n } if (*f, *n) == (found, needed));
    assert!(Summary::of(&[]).is_err_and(|error| few(0, 2)(&error)));
    assert!(Summary::of(&[1.0]).is_err_and(|error| few(1, 2)(&error)));
    assert!(mean(&[]).is_err_and(|error| few(0, 1)(&error)));
}

#[test]
fn names_the_value_that_is_not_finite() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let values = [1.0, 2.0, bad, f64::NAN];
        for error in [
            Summary::of(&values).unwrap_err(),
            mean(&values).unwrap_err(),
        ] {
            assert!(
                matches!(error, AnalysisError::NotFinite { index: 2, .. }),
                "{error}"
            );
        }
    }
}

#[test]
fn refuses_squares_that_leave_the_range() {
    for values in [[1e200, -1e200], [1e-200, 2e-200], [f64::MAX, f64::MIN]] {
        let error = Summary::of(&values).unwrap_err();
        assert!(
            matches!(error, AnalysisError::SquaresOutOfRange { .. }),
            "{error}"
        );
    }
}

#[test]
fn running_means_have_whole_windows() {
    let values = [4.0, 2.0, 0.0, 4.0];
    assert_eq!(running_means(&values, 2), [3.0, 1.0, 2.0]);
    assert_eq!(running_means(&values, 1), values);
    assert_eq!(running_means(&values, 10), [2.5]);
    assert!(running_means(&[], 3).is_empty());
}
