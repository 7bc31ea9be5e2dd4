//! Promise: the noncentral t distribution agrees with thirty digits of mpmath, from one degree of
//! freedom to the t of hundreds that repeated tests give, and intervals of effect sizes agree with
//! SciPy's and with published ones.

use crate::reference_json::read;
use crate::tolerance::{NONCENTRAL_T, SCIPY_RELATIVE, assert_close};
use segdend_analysis::{AnalysisError, EffectSize, noncentral_t_cdf, pooled_t_test};
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    values: Vec<Value>,
    intervals: Vec<Interval>,
}

#[derive(Deserialize)]
struct Value {
    t: f64,
    degrees_of_freedom: f64,
    noncentrality: f64,
    below: f64,
}

#[derive(Deserialize)]
struct Interval {
    first: Vec<f64>,
    second: Vec<f64>,
    confidence: f64,
    lower: f64,
    upper: f64,
}

#[test]
fn probabilities_agree_with_thirty_digits() {
    let table: Table = read("noncentral_t.json");
    assert!(table.values.len() > 40);
    for value in table.values {
        let (t, nu, lambda) = (value.t, value.degrees_of_freedom, value.noncentrality);
        let found = noncentral_t_cdf(t, nu, lambda).unwrap();
        let distance = (found - value.below).abs();
        assert!(
            distance < NONCENTRAL_T,
            "P(T'({nu}, {lambda}) <= {t}) = {found}, not {}",
            value.below
        );
    }
}

#[test]
fn intervals_of_effects_agree_with_scipy() {
    let table: Table = read("noncentral_t.json");
    for case in table.intervals {
        let effect = EffectSize::of(&case.first, &case.second).unwrap();
        let counts = [case.first.len(), case.second.len()];
        let found = effect.confidence_interval(counts, case.confidence).unwrap();
        assert_close(found.lower, case.lower, 100.0 * SCIPY_RELATIVE, "lower");
        assert_close(found.upper, case.upper, 100.0 * SCIPY_RELATIVE, "upper");
        assert!(found.lower < effect.hedges_g && effect.hedges_g < found.upper);
        // The interval leaves out 0 exactly where the t-test does.
        let p = pooled_t_test(&case.first, &case.second).unwrap().p;
        assert_eq!(
            found.lower > 0.0 || found.upper < 0.0,
            p < 1.0 - case.confidence
        );
    }
}

#[test]
fn a_published_interval() {
    // The example of conf.limits.nct in the R package MBESS (Kelley 2007): t = 2.83, 126 degrees of
    // freedom, 95 %.
    for (lambda, below) in [(0.833_750_2, 0.975), (4.815_359, 0.025)] {
        let found = noncentral_t_cdf(2.83, 126.0, lambda).unwrap();
        assert!((found - below).abs() < 1e-8, "{found}");
    }
}

#[test]
fn refuses_what_has_no_interval() {
    let effect = EffectSize::of(&[1.0, 2.0, 3.0], &[2.0, 3.0, 4.0]).unwrap();
    for confidence in [0.0, 1.0, f64::NAN] {
        let error = effect.confidence_interval([3, 3], confidence).unwrap_err();
        assert!(matches!(error, AnalysisError::InvalidConfidence { .. }));
    }
    for counts in [[3, 4], [6, 0], [0, 0]] {
        let error = effect.confidence_interval(counts, 0.95).unwrap_err();
        assert!(matches!(
            error,
            AnalysisError::InvalidDegreesOfFreedom { .. }
        ));
    }
    let error = noncentral_t_cdf(1e5, 38.0, 0.0).unwrap_err();
    assert!(matches!(error, AnalysisError::StatisticOutOfRange { .. }));
    let error = noncentral_t_cdf(1.0, 0.5, 0.0).unwrap_err();
    assert!(matches!(
        error,
        AnalysisError::InvalidDegreesOfFreedom { .. }
    ));
    assert!(noncentral_t_cdf(1.0, 5.0, f64::INFINITY).is_err());
}
