//! Promise: intervals agree with SciPy's quantiles, and with the verdict of the test they belong to.

use crate::reference_data::{number, read};
use crate::tolerance::{SCIPY_RELATIVE, assert_close};
use segdend_analysis::{AnalysisError, Summary, TTest, VarianceModel, pooled_t_test};

#[test]
fn agree_with_scipy() {
    for row in read("student_t_quantiles.csv", &["confidence", "df", "quantile"]) {
        let [confidence, df, quantile] = [0, 1, 2].map(|column| number(&row[column]));
        let test = TTest {
            variance_model: VarianceModel::Welch,
            t: 0.0,
            degrees_of_freedom: df,
            p: 1.0,
            ln_p: 0.0,
            mean_difference: 0.0,
            standard_error: 1.0,
        };
        let interval = test.confidence_interval(confidence).unwrap();
        let what = format!("confidence {confidence}, df = {df}");
        assert_eq!(interval.confidence, confidence);
        assert_close(interval.upper, quantile, SCIPY_RELATIVE, &what);
        assert_close(interval.lower, -quantile, SCIPY_RELATIVE, &what);
    }
}

#[test]
fn leave_out_zero_where_the_test_rejects() {
    let first = [8.1, 8.4, 8.3, 8.6, 8.2];
    for shift in [0.1, 0.2, 0.25, 0.3, 0.5] {
        let test = pooled_t_test(&first, &first.map(|value| value - shift)).unwrap();
        let interval = test.confidence_interval(0.95).unwrap();
        assert_eq!(
            interval.lower > 0.0,
            test.p < 0.05,
            "shift {shift}: p = {}",
            test.p
        );
    }
}

#[test]
fn narrow_to_the_mean_without_spread() {
    let interval = Summary::of(&[0.1; 20])
        .unwrap()
        .confidence_interval(0.95)
        .unwrap();
    assert_eq!((interval.lower, interval.upper), (0.1, 0.1));
}

#[test]
fn refuse_what_is_no_confidence() {
    let summary = Summary::of(&[1.0, 2.0]).unwrap();
    for confidence in [0.0, 1.0, -0.5, 95.0, f64::NAN] {
        let error = summary.confidence_interval(confidence).unwrap_err();
        assert!(
            matches!(error, AnalysisError::InvalidConfidence { .. }),
            "{error}"
        );
    }
}
