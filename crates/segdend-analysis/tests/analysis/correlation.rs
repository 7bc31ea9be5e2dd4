//! Promise: Pearson's r and its P agree with SciPy, and a constant sample is an error, not a NaN.

use crate::reference_data::{number, numbers, read};
use crate::tolerance::{ROUNDING, SCIPY_RELATIVE, assert_close};
use segdend_analysis::{AnalysisError, Correlation, pearson};

#[test]
fn agrees_with_scipy() {
    for row in read("correlations.csv", &["case", "x", "y", "r", "p"]) {
        let found = pearson(&numbers(&row[1]), &numbers(&row[2])).unwrap();
        assert_close(found.r, number(&row[3]), SCIPY_RELATIVE, &row[0]);
        // 1 - r^2, whose power df / 2 is in P, has lost the digits that r and 1 share.
        let lost = found.degrees_of_freedom / (1.0 - found.r * found.r);
        assert_close(
            found.p,
            number(&row[4]),
            f64::EPSILON * 4.0 * lost.max(1e3),
            &row[0],
        );
    }
}

#[test]
fn is_symmetric_and_blind_to_scale() {
    let (x, y) = ([1.0, 2.0, 4.0, 3.0, 7.0], [0.3, 0.1, 0.7, 0.2, 0.6]);
    let forth = pearson(&x, &y).unwrap();
    assert_eq!(forth, pearson(&y, &x).unwrap());
    let scaled = pearson(&x.map(|x| 5.0 - 1e3 * x), &y).unwrap();
    assert_close(scaled.r, -forth.r, ROUNDING, "r");
}

#[test]
fn a_line_is_certain() {
    let x = [1.0, 2.0, 3.0, 4.0];
    for (y, r) in [(x.map(|x| 2.0 * x), 1.0), (x.map(|x| 1.0 - x), -1.0)] {
        let found = pearson(&x, &y).unwrap();
        assert_close(found.r, r, ROUNDING, "r");
        assert!(found.p < 1e-13, "{}", found.p);
        let text = serde_json::to_string(&found).unwrap();
        assert_eq!(
            serde_json::from_str::<Correlation>(&text).unwrap(),
            found,
            "{text}"
        );
    }
}

#[test]
fn refuses_degenerate_samples() {
    let error = pearson(&[1.0, 2.0, 3.0], &[1.0, 2.0]).unwrap_err();
    assert!(
        matches!(
            error,
            AnalysisError::UnequalLengths {
                first: 3,
                second: 2
            }
        ),
        "{error}"
    );
    let error = pearson(&[1.0, 2.0], &[1.0, 2.0]).unwrap_err();
    assert!(
        matches!(
            error,
            AnalysisError::TooFewValues {
                found: 2,
                needed: 3
            }
        ),
        "{error}"
    );
    let error = pearson(&[1.0, 2.0, 3.0], &[1.0, f64::NAN, 2.0]).unwrap_err();
    assert!(
        matches!(error, AnalysisError::NotFinite { index: 1, .. }),
        "{error}"
    );
    // Thirteen times 0.1 leave deviations of the last place around a mean of plain sums.
    let rising: [f64; 13] = std::array::from_fn(|index| index as f64);
    for (x, y) in [(&[0.1; 13], &rising), (&rising, &[0.1; 13])] {
        let error = pearson(x, y).unwrap_err();
        assert!(
            matches!(error, AnalysisError::ConstantSample { value: 0.1 }),
            "{error}"
        );
    }
}
