//! Promise: components of variance are those of the method of moments, F and P are SciPy's, and
//! where REML must agree it does.

use crate::reference_json::read;
use crate::tolerance::{REML_RELATIVE, ROUNDING, SCIPY_RELATIVE, assert_close};
use segdend_analysis::{AnalysisError, VarianceComponents};
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    groups: Vec<Vec<f64>>,
    f: f64,
    p: f64,
    grand_mean: f64,
    mean_square_between: f64,
    mean_square_within: f64,
    group_size: f64,
    between_variance_untruncated: f64,
    reml_between: Option<f64>,
    reml_within: Option<f64>,
}

#[test]
fn agree_with_scipy_and_with_reml() {
    let (mut truncated, mut reml) = (0, 0);
    for case in read::<Table>("variance_components.json").cases {
        let found = VarianceComponents::of(&case.groups).unwrap();
        for (found, expected, part) in [
            (found.f, case.f, "F"),
            (found.p, case.p, "P"),
            (found.grand_mean, case.grand_mean, "mean"),
            (
                found.mean_square_between,
                case.mean_square_between,
                "between",
            ),
            (found.mean_square_within, case.mean_square_within, "within"),
            (found.effective_group_size, case.group_size, "group size"),
            (
                found.between_variance_untruncated,
                case.between_variance_untruncated,
                "between, untruncated",
            ),
        ] {
            assert_close(
                found,
                expected,
                SCIPY_RELATIVE,
                &format!("{} {part}", case.name),
            );
        }
        assert_eq!(found.is_truncated, case.between_variance_untruncated < 0.0);
        truncated += usize::from(found.is_truncated);
        if found.is_truncated {
            assert_eq!(
                (found.between_variance, found.intraclass_correlation),
                (0.0, 0.0)
            );
        } else {
            assert_eq!(found.between_variance, found.between_variance_untruncated);
        }
        if let (Some(between), Some(within)) = (case.reml_between, case.reml_within) {
            assert_close(found.between_variance, between, REML_RELATIVE, &case.name);
            assert_close(found.within_variance, within, REML_RELATIVE, &case.name);
            let share = between / (between + within);
            assert_close(
                found.intraclass_correlation,
                share,
                REML_RELATIVE,
                &case.name,
            );
            reml += 1;
        }
    }
    assert!(truncated > 0 && reml > 0);
}

#[test]
fn two_groups_are_a_pooled_t_test() {
    let (first, second) = (vec![8.1, 8.4, 8.3, 8.6], vec![7.9, 8.2, 8.0]);
    let test = segdend_analysis::pooled_t_test(&first, &second).unwrap();
    let found = VarianceComponents::of(&[first, second]).unwrap();
    assert_close(found.f, test.t * test.t, 100.0 * ROUNDING, "F");
    assert_close(found.p, test.p, SCIPY_RELATIVE, "P");
    assert_close(found.ln_p, test.ln_p, SCIPY_RELATIVE, "ln P");
}

#[test]
fn groups_without_spread_are_all_between() {
    let found = VarianceComponents::of(&[[0.1; 3], [0.3; 3]]).unwrap();
    assert_eq!(
        (found.within_variance, found.intraclass_correlation),
        (0.0, 1.0)
    );
    assert_eq!((found.f, found.p), (f64::INFINITY, 0.0));
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(
        serde_json::from_str::<VarianceComponents>(&text).unwrap(),
        found
    );
    // A group of one value says nothing of the variance within, but something of that between.
    let found = VarianceComponents::of(&[vec![1.0, 2.0], vec![9.0]]).unwrap();
    assert_eq!(
        (found.within_variance, found.degrees_of_freedom_within),
        (0.5, 1.0)
    );
}

#[test]
fn refuse_what_has_no_components() {
    let refuse = |groups: &[Vec<f64>]| VarianceComponents::of(groups).unwrap_err();
    for groups in [
        vec![],
        vec![vec![1.0, 2.0]],
        vec![vec![1.0, 2.0], vec![]],
        vec![vec![1.0], vec![2.0]],
    ] {
        let error = refuse(&groups);
        assert!(
            matches!(error, AnalysisError::TooFewValues { .. }),
            "{error}"
        );
    }
    let error = refuse(&[vec![1.0, 2.0], vec![3.0, f64::NAN]]);
    assert!(
        matches!(error, AnalysisError::NotFinite { index: 3, .. }),
        "{error}"
    );
    let error = refuse(&[vec![0.7; 2], vec![0.7; 3]]);
    assert!(
        matches!(error, AnalysisError::ConstantSample { value: 0.7 }),
        "{error}"
    );
}
