//! Promise: corrections keep their order and their cap, and logarithms say the same as values.

use crate::tolerance::{LN_P_RELATIVE, ROUNDING, assert_close};
use segdend_analysis::{AnalysisError, bonferroni, bonferroni_ln, holm, holm_ln};

/// Holm's worked kind of example: four values out of order, two of them tied.
const VALUES: [f64; 4] = [0.01, 0.04, 0.03, 0.005];

#[test]
fn have_the_values_worked_by_hand() {
    for (found, expected) in bonferroni(&VALUES)
        .unwrap()
        .iter()
        .zip([0.04, 0.16, 0.12, 0.02])
    {
        assert_close(*found, expected, ROUNDING, "Bonferroni");
    }
    // In order: 4 x 0.005, 3 x 0.01, 2 x 0.03, and 0.04 raised to the 0.06 before it.
    for (found, expected) in holm(&VALUES).unwrap().iter().zip([0.03, 0.06, 0.06, 0.02]) {
        assert_close(*found, expected, ROUNDING, "Holm");
    }
}

#[test]
fn logarithms_say_the_same() {
    let ln_p = VALUES.map(f64::ln);
    for (ln, p) in bonferroni_ln(&ln_p)
        .unwrap()
        .iter()
        .zip(bonferroni(&VALUES).unwrap())
    {
        assert_close(*ln, p.ln(), LN_P_RELATIVE, "Bonferroni");
    }
    for (ln, p) in holm_ln(&ln_p).unwrap().iter().zip(holm(&VALUES).unwrap()) {
        assert_close(*ln, p.ln(), LN_P_RELATIVE, "Holm");
    }
}

#[test]
fn are_capped_at_one() {
    assert_eq!(bonferroni(&[0.5, 0.6, 1.0]).unwrap(), [1.0; 3]);
    assert_eq!(holm(&[0.5, 0.6, 1.0]).unwrap(), [1.0; 3]);
    assert_eq!(bonferroni_ln(&[-0.1, 0.0]).unwrap(), [0.0; 2]);
    assert_eq!(holm_ln(&[-0.1, 0.0]).unwrap(), [0.0; 2]);
}

#[test]
fn holm_is_never_above_bonferroni() {
    let values = [0.2, 1e-30, 0.2, 0.0, 0.7, 3e-5];
    for (holm, bonferroni) in holm(&values)
        .unwrap()
        .iter()
        .zip(bonferroni(&values).unwrap())
    {
        assert!(*holm <= bonferroni);
    }
}

#[test]
fn one_or_no_value_needs_no_correction() {
    for correct in [bonferroni, holm] {
        assert_eq!(correct(&[0.3]).unwrap(), [0.3]);
        assert!(correct(&[]).unwrap().is_empty());
    }
    for correct in [bonferroni_ln, holm_ln] {
        assert_eq!(correct(&[-3.0]).unwrap(), [-3.0]);
        assert!(correct(&[]).unwrap().is_empty());
        assert_eq!(
            correct(&[f64::NEG_INFINITY; 2]).unwrap(),
            [f64::NEG_INFINITY; 2]
        );
    }
}

#[test]
fn refuse_what_is_no_probability() {
    for correct in [bonferroni, holm] {
        for bad in [-1e-9, 1.0 + 1e-9, f64::NAN, f64::INFINITY] {
            let error = correct(&[0.5, bad]).unwrap_err();
            assert!(
                matches!(error, AnalysisError::InvalidProbability { index: 1, .. }),
                "{error}"
            );
        }
    }
    for correct in [bonferroni_ln, holm_ln] {
        for bad in [1e-9, f64::NAN] {
            let error = correct(&[-0.5, bad]).unwrap_err();
            assert!(
                matches!(error, AnalysisError::InvalidLnProbability { index: 1, .. }),
                "{error}"
            );
        }
    }
}
