//! Promise: P of F, chi-squared, z and r is right to eleven digits down to 1e-307, and its
//! logarithm to twelve beyond; one-tailed P is what is beyond the statistic on the side named.

use crate::reference_json::read;
use crate::tolerance::{OTHER_LN_P_RELATIVE, OTHER_P_RELATIVE, ROUNDING, assert_close};
use segdend_analysis::{
    AnalysisError, TailProbability, Tails, chi_squared_p, correlation_p, fisher_f_p, normal_p,
    student_t_p, two_tailed_p,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    fisher: Vec<Fisher>,
    chi_squared: Vec<ChiSquared>,
    normal: Vec<Normal>,
    correlation: Vec<Correlation>,
}

#[derive(Deserialize)]
struct Fisher {
    f: f64,
    between: f64,
    within: f64,
    p: f64,
    ln_p: f64,
}

#[derive(Deserialize)]
struct ChiSquared {
    chi_squared: f64,
    degrees_of_freedom: f64,
    p: f64,
    ln_p: f64,
}

#[derive(Deserialize)]
struct Normal {
    z: f64,
    p: f64,
    ln_p: f64,
}

#[derive(Deserialize)]
struct Correlation {
    r: f64,
    degrees_of_freedom: f64,
    p: f64,
    ln_p: f64,
}

#[track_caller]
fn assert_tail(found: TailProbability, p: f64, ln_p: f64, degrees_of_freedom: f64, what: &str) {
    // As documented: in proportion to the degrees of freedom above ten thousand.
    let growth = (degrees_of_freedom / 10_000.0).max(1.0);
    // Near P = 1 the logarithm is the small complement of a rounded number.
    if p > 0.99 {
        assert!((found.ln_p - ln_p).abs() <= 100.0 * ROUNDING, "{what}");
    } else {
        assert_close(found.ln_p, ln_p, OTHER_LN_P_RELATIVE * growth, what);
    }
    if p > 0.0 {
        assert_close(found.p, p, OTHER_P_RELATIVE * growth, what);
    } else {
        assert!(found.p <= 1e-307, "{what}");
    }
}

#[test]
fn agree_with_fifty_digit_arithmetic() {
    let table: Table = read("tails.json");
    for case in table.fisher {
        let tail = fisher_f_p(case.f, case.between, case.within).unwrap();
        let what = format!("F({}, {}) = {:e}", case.between, case.within, case.f);
        assert_tail(
            tail,
            case.p,
            case.ln_p,
            case.between.max(case.within),
            &what,
        );
    }
    for case in table.chi_squared {
        let tail = chi_squared_p(case.chi_squared, case.degrees_of_freedom).unwrap();
        let what = format!("chi2({}) = {:e}", case.degrees_of_freedom, case.chi_squared);
        assert_tail(tail, case.p, case.ln_p, case.degrees_of_freedom, &what);
    }
    for case in table.normal {
        for z in [case.z, -case.z] {
            let tail = normal_p(z, Tails::Two).unwrap();
            assert_tail(tail, case.p, case.ln_p, 1.0, &format!("z = {z:e}"));
        }
    }
    for case in table.correlation {
        for r in [case.r, -case.r] {
            let tail = correlation_p(r, case.degrees_of_freedom, Tails::Two).unwrap();
            let what = format!("r({}) = {r}", case.degrees_of_freedom);
            assert_tail(tail, case.p, case.ln_p, case.degrees_of_freedom, &what);
        }
    }
}

#[test]
fn a_tail_and_the_other_make_one() {
    for t in [0.0, 0.3, 1.9, 5.0] {
        let [upper, lower] =
            [Tails::Upper, Tails::Lower].map(|tails| student_t_p(t, 7.0, tails).unwrap());
        assert_close(upper.p + lower.p, 1.0, ROUNDING, "both");
        assert_close(
            upper.p,
            two_tailed_p(t, 7.0).unwrap().p / 2.0,
            ROUNDING,
            "half",
        );
        assert_close(lower.ln_p, lower.p.ln(), 100.0 * ROUNDING, "ln of the rest");
        // The mirror image.
        assert_eq!(student_t_p(-t, 7.0, Tails::Lower).unwrap(), upper);
        assert_eq!(student_t_p(-t, 7.0, Tails::Upper).unwrap(), lower);
    }
    let upper = normal_p(3.0, Tails::Upper).unwrap();
    assert_close(upper.p, 1.349_898_031_630_094_6e-3, 1e-13, "z = 3");
    assert_eq!(normal_p(-3.0, Tails::Lower).unwrap(), upper);
    assert_eq!(correlation_p(0.0, 5.0, Tails::Lower).unwrap().p, 0.5);
}

#[test]
fn fall_as_the_statistic_grows() {
    for degrees_of_freedom in [0.5, 1.0, 10.0, 1_000.0] {
        let mut f_before = 0.0;
        let mut chi_squared_before = 0.0;
        for step in 1..3_000 {
            let statistic = 0.01 * f64::from(step);
            let f = fisher_f_p(statistic, degrees_of_freedom, 12.0)
                .unwrap()
                .ln_p;
            let chi_squared = chi_squared_p(statistic, degrees_of_freedom).unwrap().ln_p;
            // So close to 1 that it rounds to it, P may stand still.
            let what = format!("{statistic} of {degrees_of_freedom}");
            assert!(f < f_before || f > -1e-12, "F = {what}");
            assert!(
                chi_squared < chi_squared_before || chi_squared > -1e-12,
                "chi2 = {what}"
            );
            (f_before, chi_squared_before) = (f, chi_squared);
        }
    }
}

#[test]
fn have_documented_ends() {
    let (certain, never) = (
        TailProbability { p: 1.0, ln_p: 0.0 },
        TailProbability {
            p: 0.0,
            ln_p: f64::NEG_INFINITY,
        },
    );
    assert_eq!(fisher_f_p(0.0, 2.0, 3.0).unwrap(), certain);
    assert_eq!(fisher_f_p(f64::INFINITY, 2.0, 3.0).unwrap(), never);
    assert_eq!(chi_squared_p(0.0, 2.0).unwrap(), certain);
    assert_eq!(chi_squared_p(f64::INFINITY, 2.0).unwrap(), never);
    assert_eq!(normal_p(0.0, Tails::Two).unwrap(), certain);
    assert_eq!(normal_p(f64::NEG_INFINITY, Tails::Two).unwrap(), never);
    assert_eq!(correlation_p(-1.0, 9.0, Tails::Two).unwrap(), never);
    assert!(fisher_f_p(f64::MAX, 0.5, 1e6).unwrap().ln_p.is_finite());
    assert!(fisher_f_p(f64::MIN_POSITIVE, 1e6, 1e6).unwrap().p > 0.999);
    assert!(chi_squared_p(f64::MAX, 1.0).unwrap().ln_p.is_finite());
}

#[test]
fn refuse_what_is_no_statistic() {
    for (name, found) in [
        ("F", fisher_f_p(-1e-9, 1.0, 1.0)),
        ("F", fisher_f_p(f64::NAN, 1.0, 1.0)),
        ("chi-squared", chi_squared_p(-1.0, 1.0)),
        ("z", normal_p(f64::NAN, Tails::Two)),
        ("r", correlation_p(1.000_001, 5.0, Tails::Two)),
        ("r", correlation_p(f64::NAN, 5.0, Tails::Two)),
    ] {
        let error = found.unwrap_err();
        assert!(
            matches!(error, AnalysisError::StatisticOutOfRange { statistic, .. } if statistic == name),
            "{error}"
        );
    }
    for degrees_of_freedom in [0.0, -1.0, f64::NAN, f64::INFINITY, 1.1e6] {
        for found in [
            fisher_f_p(1.0, degrees_of_freedom, 5.0),
            fisher_f_p(1.0, 5.0, degrees_of_freedom),
            chi_squared_p(1.0, degrees_of_freedom),
            correlation_p(0.5, degrees_of_freedom, Tails::Two),
        ] {
            assert!(
                matches!(found, Err(AnalysisError::InvalidDegreesOfFreedom { .. })),
                "{degrees_of_freedom}"
            );
        }
    }
}
