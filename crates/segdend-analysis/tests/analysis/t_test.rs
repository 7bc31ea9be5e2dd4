//! Promise: both t-tests agree with SciPy, the paired one with its author, and samples without spread
//! give what is documented.

use crate::reference_data::{number, numbers, read};
use crate::tolerance::{LN_P_RELATIVE, ROUNDING, SCIPY_RELATIVE, assert_close};
use segdend_analysis::{
    AnalysisError, TTest, VarianceModel, paired_t_test, pooled_t_test, welch_t_test,
};

#[test]
fn agree_with_scipy() {
    let columns = ["case", "model", "first", "second", "t", "df", "p"];
    for row in read("t_tests.csv", &columns) {
        let (first, second) = (numbers(&row[2]), numbers(&row[3]));
        let (test, model) = match row[1].as_str() {
            "pooled" => (pooled_t_test(&first, &second), VarianceModel::Pooled),
            "welch" => (welch_t_test(&first, &second), VarianceModel::Welch),
            other => panic!("{other} is no model"),
        };
        let test = test.unwrap();
        let what = format!("{}, {}", row[0], row[1]);
        assert_eq!(test.variance_model, model);
        assert_close(test.t, number(&row[4]), SCIPY_RELATIVE, &what);
        assert_close(
            test.degrees_of_freedom,
            number(&row[5]),
            SCIPY_RELATIVE,
            &what,
        );
        // P falls with the power df of t, and so does its relative error.
        let p_relative = SCIPY_RELATIVE * test.degrees_of_freedom;
        assert_close(test.p, number(&row[6]), p_relative, &what);
        assert_close(test.ln_p, test.p.ln(), LN_P_RELATIVE, &what);
        assert_close(
            test.mean_difference,
            test.t * test.standard_error,
            ROUNDING,
            &what,
        );
    }
}

#[test]
fn twenty_repeats_a_side_have_the_papers_degrees_of_freedom() {
    let first: Vec<f64> = (0..20)
        .map(|repeat| 8.3 + 0.01 * f64::from(repeat % 7))
        .collect();
    let second: Vec<f64> = (0..20)
        .map(|repeat| 4.1 + 0.01 * f64::from(repeat % 5))
        .collect();
    let pooled = pooled_t_test(&first, &second).unwrap();
    assert_eq!(pooled.degrees_of_freedom, 38.0);
    let welch = welch_t_test(&first, &second).unwrap();
    assert!(welch.degrees_of_freedom < 38.0);
    // Samples of equal size have the same t under both models.
    assert_close(welch.t, pooled.t, ROUNDING, "t");
}

/// Hours of sleep gained by two drugs, the same ten patients (Student 1908, The probable error of a
/// mean, section IX).
#[test]
fn students_sleep_in_pairs() {
    let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    let test = paired_t_test(&first, &second).unwrap();
    assert_eq!(test.variance_model, VarianceModel::Paired);
    assert_eq!(test.degrees_of_freedom, 9.0);
    // R 4: t.test(extra ~ group, data = sleep, paired = TRUE).
    assert!((test.t + 4.0621).abs() < 5e-5, "{test:?}");
    assert!((test.p - 0.002_833).abs() < 5e-7, "{test:?}");
    let interval = test.confidence_interval(0.95).unwrap();
    assert!((interval.lower + 2.459_885_8).abs() < 1e-6, "{interval:?}");
    assert!((interval.upper + 0.700_114_2).abs() < 1e-6, "{interval:?}");
    // What the pairs share is nothing to the test that ignores them.
    assert!(welch_t_test(&first, &second).unwrap().p > 0.05);
}

#[test]
fn pairs_without_partner_or_difference_have_no_t() {
    let alone = paired_t_test(&[1.0, 2.0, 3.0], &[1.0, 2.0]).unwrap_err();
    assert!(
        matches!(
            alone,
            AnalysisError::UnequalLengths {
                first: 3,
                second: 2
            }
        ),
        "{alone}"
    );
    let same = paired_t_test(&[1.0, 2.0], &[1.0, 2.0]).unwrap_err();
    assert!(matches!(same, AnalysisError::UndefinedT { .. }), "{same}");
    let one = paired_t_test(&[1.0], &[2.0]).unwrap_err();
    assert!(matches!(one, AnalysisError::TooFewValues { .. }), "{one}");
}

#[test]
fn swapping_the_samples_turns_the_sign() {
    let (first, second) = ([1.0, 2.5, 2.0, 4.0], [3.0, 6.0, 5.5]);
    for test in [pooled_t_test, welch_t_test] {
        let (forth, back) = (
            test(&first, &second).unwrap(),
            test(&second, &first).unwrap(),
        );
        assert_eq!(forth.t, -back.t);
        assert_close(forth.ln_p, back.ln_p, LN_P_RELATIVE, "ln p");
    }
}

#[test]
fn constant_and_equal_samples_have_no_t() {
    for test in [pooled_t_test, welch_t_test] {
        let error = test(&[0.1; 20], &[0.1; 13]).unwrap_err();
        assert!(
            matches!(error, AnalysisError::UndefinedT { value: 0.1 }),
            "{error}"
        );
    }
}

#[test]
fn constant_and_different_samples_have_an_infinite_t() {
    for (test, df) in [
        (pooled_t_test as fn(&_, &_) -> _, 31.0),
        (welch_t_test, 12.0),
    ] {
        let test: TTest = test(&[0.5; 20], &[0.75; 13]).unwrap();
        assert_eq!((test.t, test.p), (f64::NEG_INFINITY, 0.0));
        assert_eq!((test.ln_p, test.standard_error), (f64::NEG_INFINITY, 0.0));
        assert_eq!(test.degrees_of_freedom, df);
        assert_close(test.mean_difference, -0.25, ROUNDING, "difference");

        let text = serde_json::to_string(&test).unwrap();
        assert_eq!(
            serde_json::from_str::<TTest>(&text).unwrap(),
            test,
            "{text}"
        );
    }
}

#[test]
fn equal_means_with_spread_are_no_difference() {
    let test = pooled_t_test(&[1.0, 3.0], &[0.0, 4.0]).unwrap();
    assert_eq!((test.t, test.p, test.ln_p), (0.0, 1.0, 0.0));
}

#[test]
fn refuse_bad_samples() {
    for test in [pooled_t_test, welch_t_test] {
        let few = test(&[1.0], &[1.0, 2.0]).unwrap_err();
        assert!(matches!(
            few,
            AnalysisError::TooFewValues {
                found: 1,
                needed: 2
            }
        ));
        let bad = test(&[1.0, 2.0], &[1.0, f64::NAN]).unwrap_err();
        assert!(matches!(bad, AnalysisError::NotFinite { index: 1, .. }));
    }
}
