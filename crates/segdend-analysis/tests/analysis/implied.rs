//! Promise: what reported means and t imply is what any sample that gives them has; bounds leave out
//! nothing that is compatible and little more.
//!
//! Found of the paper (n = 20 a condition, means in percent of test errors): its t give standard
//! deviations of repeated tests of about 0.07 points throughout. Those of Figure 8D force noisy
//! symmetric feedback to be about a point worse than random feedback, or more.

use segdend_analysis::{
    AnalysisError, Bounds, ImpliedByT, ReportedComparison, ReportedCondition, Summary,
    implied_by_t, pooled_t_test,
};

const COUNT: usize = 20;

fn condition(mean: &str, [least, most]: [f64; 2]) -> ReportedCondition {
    ReportedCondition {
        count: COUNT,
        mean: (!mean.is_empty()).then(|| mean.parse().unwrap()),
        standard_deviation: Bounds { least, most },
    }
}

fn comparison(first: usize, second: usize, t: &str) -> ReportedComparison {
    ReportedComparison {
        first,
        second,
        t: t.parse().unwrap(),
    }
}

/// Three conditions, and the t of 1 and 2, 1 and 3, 2 and 3.
fn triangle(conditions: [ReportedCondition; 3], t: [&str; 3]) -> ImpliedByT {
    let [first, second, third] = t;
    let comparisons = [
        comparison(0, 1, first),
        comparison(0, 2, second),
        comparison(1, 2, third),
    ];
    implied_by_t(&conditions, &comparisons)
        .unwrap()
        .expect("compatible")
}

/// The ends are these to within a unit of the second digit.
#[track_caller]
fn about(found: Bounds, least: f64, most: f64) {
    let near =
        |found: f64, expected: f64| (found - expected).abs() <= 0.006 * expected.abs().max(0.1);
    assert!(
        near(found.least, least) && near(found.most, most),
        "{found:?}, not {least} to {most}"
    );
}

const ANY: [f64; 2] = [0.0, 1.0];

#[test]
fn figure_6b_gives_all_three_standard_deviations() {
    let exact = ["8.300000", "4.100000", "3.200000"].map(|mean| condition(mean, ANY));
    let t = ["197.11", "238.26", "42.99"];
    let found = triangle(exact, t);
    for (bounds, expected) in found.standard_deviations.iter().zip([0.069, 0.066, 0.067]) {
        let middle = 0.5 * (bounds.least + bounds.most);
        assert!((middle - expected).abs() < 6e-4, "{bounds:?}");
    }
    // As printed, with one decimal: to within about 0.01.
    let found = triangle(["8.3", "4.1", "3.2"].map(|mean| condition(mean, ANY)), t);
    let [first, second, third] = found.standard_deviations[..] else {
        unreachable!()
    };
    about(first, 0.0591, 0.0767);
    about(second, 0.0599, 0.0721);
    about(third, 0.0572, 0.0753);
}

#[test]
fn pairs_give_the_pooled_standard_deviation() {
    for (name, means, t, expected) in [
        ("8B", ["4.100000", "3.700000"], "16.43", 0.077),
        ("8D", ["4.100000", "3.600000"], "18.46", 0.086),
    ] {
        let conditions = means.map(|mean| condition(mean, ANY));
        let found = implied_by_t(&conditions, &[comparison(0, 1, t)])
            .unwrap()
            .unwrap();
        let Bounds { least, most } = found.pooled_standard_deviations[0];
        assert!(
            (0.5 * (least + most) - expected).abs() < 5e-4,
            "{name} {least} {most}"
        );
        // A pair says nothing of one alone but that it is no more than all there is.
        assert!(found.standard_deviations[0].least < 1e-3);
        assert!((found.standard_deviations[0].most / expected - 2_f64.sqrt()).abs() < 0.01);
    }
}

#[test]
fn figure_8d_forces_noisy_symmetric_feedback_to_be_worse() {
    let with = |random: [f64; 2], noisy: [f64; 2]| {
        let conditions = [
            condition("4.1", random),
            condition("3.6", ANY),
            condition("", noisy),
        ];
        triangle(conditions, ["18.46", "-71.54", "-80.35"]).differences[1]
    };
    assert!((with(ANY, ANY).most - -0.963).abs() < 0.002);
    // Random feedback is the network of Figure 6B, with its standard deviation.
    about(with([0.0659; 2], [0.04, 0.12]), -2.19, -1.233);
}

#[test]
fn without_means_the_standard_deviations_bound_the_differences() {
    let t_9b = ["-4.00", "-95.24", "-92.51"];
    // Total segregation is the network of two hidden layers of Figure 6B: 0.067, or as rounded there.
    for (total, least) in [([0.067; 2], 1.43), ([0.0572, 0.0753], 1.22)] {
        let conditions = [total, [0.0, 0.2], [0.0, 0.2]].map(|range| condition("", range));
        let weak = triangle(conditions, t_9b).differences[1];
        assert!((weak.most + least).abs() < 0.01, "{weak:?}");
    }
    let of_all = |range| [range; 3].map(|range| condition("", range));
    about(
        triangle(of_all([0.055, 0.07]), t_9b).differences[0],
        -0.0875,
        -0.0702,
    );
    let found = triangle(of_all([0.05, 0.10]), ["44.96", "-51.30", "-100.73"]);
    about(found.differences[0], 0.743, 1.42);
    about(found.differences[1], -1.62, -0.848);
}

#[test]
fn samples_lie_within_what_their_t_imply() {
    let mut state = 22_901_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for _ in 0..5 {
        let counts = [5, 8, 12];
        let samples = counts.map(|count| {
            let (mean, spread) = (4.0 + 3.0 * next(), 0.1 + 0.4 * next());
            (0..count)
                .map(|_| mean + spread * (next() + next() + next() - 1.5))
                .collect::<Vec<_>>()
        });
        let summaries = samples
            .each_ref()
            .map(|sample| Summary::of(sample).unwrap());
        let conditions: Vec<_> = summaries
            .iter()
            .zip(counts)
            .map(|(summary, count)| ReportedCondition {
                count,
                ..condition(&format!("{:.1}", summary.mean), ANY)
            })
            .collect();
        let pairs = [(0, 1), (0, 2), (1, 2)];
        let tests = pairs.map(|(a, b)| pooled_t_test(&samples[a], &samples[b]).unwrap());
        let comparisons: Vec<_> = pairs
            .iter()
            .zip(&tests)
            .map(|(&(a, b), test)| comparison(a, b, &format!("{:.2}", test.t)))
            .collect();
        let implied = implied_by_t(&conditions, &comparisons)
            .unwrap()
            .expect("they are there");
        for (summary, bounds) in summaries.iter().zip(&implied.standard_deviations) {
            let deviation = summary.variance.sqrt();
            assert!(
                bounds.least <= deviation && deviation <= bounds.most,
                "{deviation} {bounds:?}"
            );
        }
        for (test, bounds) in tests.iter().zip(&implied.differences) {
            let difference = test.mean_difference;
            assert!(
                bounds.least <= difference && difference <= bounds.most,
                "{difference} {bounds:?}"
            );
        }
    }
}

#[test]
fn contradictions_and_slips() {
    // The first mean is the larger, and t says the smaller.
    let conditions = [condition("4.1", ANY), condition("3.7", ANY)];
    assert_eq!(
        implied_by_t(&conditions, &[comparison(0, 1, "-16.43")]).unwrap(),
        None
    );
    // No standard deviation in the range gives this t.
    let conditions = [condition("4.1", [0.5, 1.0]), condition("3.7", [0.5, 1.0])];
    assert_eq!(
        implied_by_t(&conditions, &[comparison(0, 1, "16.43")]).unwrap(),
        None
    );
    // Differences of a triangle that do not add up, whatever the standard deviations.
    let conditions = [
        condition("", ANY),
        condition("", [0.1, 1.0]),
        condition("", ANY),
    ];
    let comparisons = [
        comparison(0, 1, "10.00"),
        comparison(1, 2, "10.00"),
        comparison(0, 2, "-10.00"),
    ];
    assert_eq!(implied_by_t(&conditions, &comparisons).unwrap(), None);

    let error = implied_by_t(&conditions, &[comparison(0, 3, "1.0")]).unwrap_err();
    assert!(matches!(
        error,
        AnalysisError::NoSuchCondition { conditions: 3, .. }
    ));
    let error = implied_by_t(&[condition("", [0.0, f64::INFINITY])], &[]).unwrap_err();
    assert!(matches!(error, AnalysisError::NotFinite { index: 0, .. }));
    let few = ReportedCondition {
        count: 1,
        ..condition("", ANY)
    };
    let error = implied_by_t(&[few], &[]).unwrap_err();
    assert!(matches!(error, AnalysisError::TooFewValues { .. }));
}
