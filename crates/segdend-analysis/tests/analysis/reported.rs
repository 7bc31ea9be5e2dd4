//! Promise: a reported P is checked against its statistic as statcheck does, down to 1e-61 and
//! below. What comes of the tests that the paper reports is tested where they stand, beside the claims.

use crate::reference_json;
use crate::tolerance::{OTHER_P_RELATIVE, assert_close};
use segdend_analysis::{
    AnalysisError, Consistency, ReportedNumber, ReportedP, ReportedStatistic, StatisticKind, Tails,
    check_reported,
};
use serde::Deserialize;

const LEVEL: f64 = 0.05;

#[derive(Deserialize)]
struct Table {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    statistic: ReportedStatistic,
    reported: ReportedP,
    comparisons: usize,
    least: f64,
    most: f64,
    recomputed: f64,
    verdict: Consistency,
}

#[test]
fn ranges_and_verdicts_agree_with_an_independent_computation() {
    let table: Table = reference_json::read("reported.json");
    let mut seen = [0; 3];
    for case in table.cases {
        let what = format!("{:?} {}", case.statistic, case.reported);
        let found = check_reported(&case.statistic, &case.reported, case.comparisons, LEVEL);
        let found = found.unwrap();
        assert_eq!(found.consistency, case.verdict, "{what}");
        seen[case.verdict as usize] += 1;
        assert_close(found.range.least.p, case.least, OTHER_P_RELATIVE, &what);
        assert_close(found.range.most.p, case.most, OTHER_P_RELATIVE, &what);
        assert_close(found.recomputed.p, case.recomputed, OTHER_P_RELATIVE, &what);
    }
    assert!(seen.iter().all(|&count| count >= 20), "{seen:?}");
}

fn z_statistic(text: &str) -> ReportedStatistic {
    let kind = StatisticKind::Normal { tails: Tails::Two };
    ReportedStatistic::new(kind, text.parse().unwrap()).unwrap()
}

fn verdict(z: &str, p: &str) -> Consistency {
    let p = p.parse().unwrap();
    check_reported(&z_statistic(z), &p, 1, LEVEL)
        .unwrap()
        .consistency
}

#[test]
fn every_relation_has_its_rule() {
    // z = 2.00 allows P from 0.0450 to 0.0460.
    assert_eq!(verdict("2.00", "= .046"), Consistency::Consistent);
    assert_eq!(verdict("2.00", "= .044"), Consistency::Inconsistent);
    assert_eq!(verdict("2.00", "= .08"), Consistency::DecisionError);
    assert_eq!(verdict("2.00", "< .05"), Consistency::Consistent);
    assert_eq!(verdict("2.00", "< .01"), Consistency::Inconsistent);
    assert_eq!(verdict("2.00", "> .01"), Consistency::Consistent);
    assert_eq!(verdict("2.00", "> .05"), Consistency::DecisionError);
    assert_eq!(verdict("2.00", "ns"), Consistency::DecisionError);
    assert_eq!(verdict("1.00", "ns"), Consistency::Consistent);
    assert_eq!(verdict("1.00", "< .05"), Consistency::DecisionError);
    // Neither side of the level is claimed.
    assert_eq!(verdict("1.00", "< .1"), Consistency::Inconsistent);
    // P = .05 counts as significant, and so does z = 1.96, whose P is 0.04999...
    assert_eq!(verdict("1.96", "= .05"), Consistency::Consistent);
    assert_eq!(verdict("1.50", "= .05"), Consistency::DecisionError);
    assert_eq!(verdict("5.00", "= .000"), Consistency::Consistent);
    assert_eq!(verdict("3.00", "= .000"), Consistency::Inconsistent);
}

#[test]
fn a_statistic_that_may_be_zero_allows_all_of_p() {
    let range = z_statistic("0.0").p_range();
    assert_eq!(range.most.p, 1.0);
    assert_eq!(range.least, z_statistic("0.0").kind().p_of(0.05).unwrap());
    // A bound is cut off where the statistic ends.
    let kind = StatisticKind::Correlation {
        degrees_of_freedom: 10.0,
        tails: Tails::Two,
    };
    let all_but_one = ReportedStatistic::new(kind, "1.0".parse().unwrap()).unwrap();
    assert_eq!(all_but_one.p_range().least.p, 0.0);
    assert!(all_but_one.p_range().most.p > 0.0);
    let kind = StatisticKind::FisherF {
        between: 2.0,
        within: 9.0,
    };
    let nothing = ReportedStatistic::new(kind, "0.0".parse().unwrap()).unwrap();
    assert_eq!(nothing.p_range().most.p, 1.0);
}

#[test]
fn probabilities_below_the_smallest_double_are_checked_too() {
    let statistic = z_statistic("50.0");
    let range = statistic.p_range();
    assert_eq!(range.most.p, 0.0);
    let log_10 = statistic.p().ln_p / std::f64::consts::LN_10;
    let exponent = log_10.floor();
    let p = format!("= {:.0}e{exponent}", 10_f64.powf(log_10 - exponent));
    assert_eq!(verdict("50.0", &p), Consistency::Consistent, "{p}");
    let p = format!("= {:.0}e{}", 10_f64.powf(log_10 - exponent), exponent - 9.0);
    assert_eq!(verdict("50.0", &p), Consistency::Inconsistent, "{p}");
    assert_eq!(verdict("50.0", "< 1e-500"), Consistency::Consistent);
    assert_eq!(verdict("50.0", "< 1e-600"), Consistency::Inconsistent);
}

#[test]
fn numbers_are_read_as_papers_print_them() {
    for (text, value, lower, upper) in [
        ("197.11", 197.11, 197.105, 197.115),
        ("-4.00", -4.0, -4.005, -3.995),
        ("\u{2212}4.00", -4.0, -4.005, -3.995),
        ("+.05", 0.05, 0.045, 0.055),
        ("8.4e-4", 8.4e-4, 8.35e-4, 8.45e-4),
        ("8.4E-4", 8.4e-4, 8.35e-4, 8.45e-4),
        ("8.4 x 10^-4", 8.4e-4, 8.35e-4, 8.45e-4),
        ("8.4 \u{d7} 10^\u{2212}4", 8.4e-4, 8.35e-4, 8.45e-4),
        ("5", 5.0, 4.5, 5.5),
        ("0", 0.0, -0.5, 0.5),
        ("-0.0", 0.0, -0.05, 0.05),
        ("1.9e-61", 1.9e-61, 1.85e-61, 1.95e-61),
    ] {
        let found: ReportedNumber = text.parse().unwrap();
        assert_eq!(
            (found.value(), found.bounds()),
            (value, (lower, upper)),
            "{text}"
        );
        assert_eq!(found.to_string(), text);
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(
            serde_json::from_str::<ReportedNumber>(&json).unwrap(),
            found
        );
    }
    let endless = "9".repeat(40);
    for text in [
        "",
        "-",
        ".",
        "4,00",
        "--4",
        "1e",
        "e-4",
        "1.2.3",
        "0x10",
        "NaN",
        "1e9999999999",
        &endless,
    ] {
        let error = text.parse::<ReportedNumber>().unwrap_err();
        assert!(
            matches!(error, AnalysisError::UnreadableNumber { .. }),
            "{text}"
        );
    }
}

#[test]
fn reports_can_only_be_valid() {
    for text in ["1.2", "= -0.1", "< 0", "< 1.01", "> 1", "> 1.5"] {
        let error = text.parse::<ReportedP>().unwrap_err();
        assert!(
            matches!(error, AnalysisError::InvalidReportedP { .. }),
            "{text}"
        );
    }
    for text in ["", "p", "= ", "< x", "s"] {
        let error = text.parse::<ReportedP>().unwrap_err();
        assert!(
            matches!(error, AnalysisError::UnreadableNumber { .. }),
            "{text}"
        );
    }
    for (text, printed) in [
        ("P=.05", "= .05"),
        ("p <.05", "< .05"),
        ("NS", "ns"),
        ("> 0.1", "> 0.1"),
    ] {
        assert_eq!(text.parse::<ReportedP>().unwrap().to_string(), printed);
    }
    let parse = serde_json::from_str::<ReportedStatistic>;
    let whole = r#"{"kind":"fisher-f","between":2,"within":57,"value":"3.10"}"#;
    let statistic = parse(whole).unwrap();
    let again = serde_json::to_string(&statistic).unwrap();
    assert_eq!(parse(&again).unwrap(), statistic);
    for text in [
        r#"{"kind":"fisher-f","between":2,"within":57,"value":"-3.10"}"#,
        r#"{"kind":"fisher-f","between":0,"within":57,"value":"3.10"}"#,
        r#"{"kind":"correlation","degrees_of_freedom":8,"tails":"two","value":"1.10"}"#,
        r#"{"kind":"student-t","degrees_of_freedom":8,"tails":"three","value":"1.10"}"#,
        r#"{"kind":"student-t","degrees_of_freedom":8,"tails":"two","value":"1.10","tail":1}"#,
        r#"{"kind":"student-t","degrees_of_freedom":8,"tails":"two"}"#,
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn refuses_what_is_no_check() {
    let (statistic, p) = (z_statistic("2.0"), "= .05".parse().unwrap());
    assert!(matches!(
        check_reported(&statistic, &p, 0, LEVEL),
        Err(AnalysisError::NoComparisons)
    ));
    for level in [0.0, 1.0, -0.1, f64::NAN] {
        assert!(matches!(
            check_reported(&statistic, &p, 1, level),
            Err(AnalysisError::InvalidSignificanceLevel { .. })
        ));
    }
}
