//! Promise: the two-tailed P of any reported t is right to twelve digits down to 1e-307, and its
//! logarithm to thirteen beyond.

use crate::reference_data::{number, read};
use crate::tolerance::{LN_P_RELATIVE, P_RELATIVE, ROUNDING, assert_close};
use segdend_analysis::{AnalysisError, TailProbability, two_tailed_p};

#[test]
fn agrees_with_fifty_digit_arithmetic() {
    for row in read("student_t_tails.csv", &["t", "df", "p", "ln_p"]) {
        let [t, df, p, ln_p] = [0, 1, 2, 3].map(|column| number(&row[column]));
        let what = format!("t = {t:e}, df = {df}");
        let tail = two_tailed_p(t, df).unwrap();
        // As documented: in proportion to the degrees of freedom above a thousand.
        let growth = (df / 1_000.0).max(1.0);
        // Near P = 1 the logarithm is the small complement of a rounded number.
        if p > 0.99 {
            assert!(
                (tail.ln_p - ln_p).abs() <= ROUNDING,
                "{what}: {} {ln_p}",
                tail.ln_p
            );
        } else {
            assert_close(tail.ln_p, ln_p, LN_P_RELATIVE * growth, &what);
        }
        if p > 0.0 {
            assert_close(tail.p, p, P_RELATIVE * growth, &what);
        } else {
            assert!(tail.p <= 1e-307, "{what}");
        }
    }
}

#[test]
fn has_the_closed_forms_of_one_and_two_degrees_of_freedom() {
    for t in [1e-3_f64, 0.3, 1.0, 3.0, 100.0, 1e6, 1e12] {
        let cauchy = std::f64::consts::FRAC_2_PI * (1.0 / t).atan();
        assert_close(
            two_tailed_p(t, 1.0).unwrap().p,
            cauchy,
            P_RELATIVE,
            "df = 1",
        );
        // 1 - t / sqrt(t^2 + 2), without the cancellation.
        let root = (t * t + 2.0).sqrt();
        let two = 2.0 / (root * (root + t));
        assert_close(two_tailed_p(t, 2.0).unwrap().p, two, P_RELATIVE, "df = 2");
    }
}

#[test]
fn is_even_in_t_and_falls_with_it() {
    for df in [0.7, 3.0, 38.0, 1e5] {
        let mut before = TailProbability { p: 1.0, ln_p: 0.0 };
        for step in 1..2_000 {
            let t = 0.01 * f64::from(step);
            let tail = two_tailed_p(t, df).unwrap();
            assert_eq!(tail, two_tailed_p(-t, df).unwrap());
            assert!(
                tail.ln_p < before.ln_p && tail.p < before.p,
                "t = {t}, df = {df}"
            );
            before = tail;
        }
    }
}

#[test]
fn has_documented_ends() {
    assert_eq!(
        two_tailed_p(0.0, 38.0).unwrap(),
        TailProbability { p: 1.0, ln_p: 0.0 }
    );
    let never = TailProbability {
        p: 0.0,
        ln_p: f64::NEG_INFINITY,
    };
    assert_eq!(two_tailed_p(f64::INFINITY, 38.0).unwrap(), never);
    assert_eq!(two_tailed_p(f64::NEG_INFINITY, 38.0).unwrap(), never);
    for df in [1e-3, 38.0, 1e6] {
        for t in [f64::MIN_POSITIVE, 5e-324, 1e-200] {
            assert_close(two_tailed_p(t, df).unwrap().p, 1.0, ROUNDING, "a tiny t");
        }
        assert!(two_tailed_p(f64::MAX, df).unwrap().ln_p.is_finite());
    }
}

#[test]
fn refuses_what_is_no_statistic() {
    assert!(matches!(
        two_tailed_p(f64::NAN, 38.0),
        Err(AnalysisError::InvalidStatistic { .. })
    ));
    for df in [0.0, -1.0, f64::NAN, f64::INFINITY, 1.1e6] {
        let found = two_tailed_p(2.0, df);
        assert!(
            matches!(found, Err(AnalysisError::InvalidDegreesOfFreedom { .. })),
            "{df}"
        );
    }
}

#[test]
fn corrects_a_single_probability() {
    let tail = two_tailed_p(4.0, 38.0).unwrap();
    let corrected = tail.bonferroni(3).unwrap();
    assert_close(corrected.p, 3.0 * tail.p, ROUNDING, "p");
    assert_close(corrected.ln_p, corrected.p.ln(), LN_P_RELATIVE, "ln p");
    assert_eq!(tail.bonferroni(1).unwrap(), tail);
    let capped = two_tailed_p(0.5, 38.0).unwrap().bonferroni(3).unwrap();
    assert_eq!(capped, TailProbability { p: 1.0, ln_p: 0.0 });
    assert!(matches!(
        tail.bonferroni(0),
        Err(AnalysisError::NoComparisons)
    ));
}

#[test]
fn an_infinite_logarithm_survives_json() {
    for t in [2.0, f64::INFINITY] {
        let tail = two_tailed_p(t, 38.0).unwrap();
        let text = serde_json::to_string(&tail).unwrap();
        assert_eq!(
            serde_json::from_str::<TailProbability>(&text).unwrap(),
            tail,
            "{text}"
        );
    }
    assert!(serde_json::from_str::<TailProbability>(r#"{"p":0.5,"ln_p":"low"}"#).is_err());
    let whole: TailProbability = serde_json::from_str(r#"{"p":1,"ln_p":0}"#).unwrap();
    assert_eq!(whole, TailProbability { p: 1.0, ln_p: 0.0 });
}
