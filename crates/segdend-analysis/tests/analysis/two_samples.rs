//! Promise: effect sizes, bootstrap intervals and permutation tests are SciPy's on the same
//! resamples, and their bits do not depend on the number of threads.
//!
//! The script of the reference values draws the resamples from the same streams of random numbers,
//! written anew, so the streams are part of what is promised: a seed keeps its result.

use crate::reference_json::read;
use crate::tolerance::{NORMAL_QUANTILE, ROUNDING, SCIPY_RELATIVE, assert_close};
use segdend_analysis::{
    AnalysisError, BootstrapOptions, EffectSize, PermutationMethod, PermutationOptions,
    TwoSampleStatistic, bootstrap, permutation_test,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    first: Vec<f64>,
    second: Vec<f64>,
    cohens_d: f64,
    hedges_g: f64,
    bootstraps: Vec<Bootstrap>,
    exact: Option<Exact>,
    drawn: Drawn,
}

#[derive(Deserialize)]
struct Bootstrap {
    statistic: TwoSampleStatistic,
    confidence: f64,
    seed: u64,
    resamples: usize,
    standard_error: f64,
    undefined: usize,
    percentile: [f64; 2],
    bias_corrected: [f64; 2],
}

#[derive(Deserialize)]
struct Exact {
    p: f64,
    deals: u64,
    at_least_as_extreme: u64,
}

#[derive(Deserialize)]
struct Drawn {
    seed: u64,
    p: f64,
    deals: u64,
    at_least_as_extreme: u64,
}

fn cases() -> Vec<Case> {
    read::<Table>("two_samples.json").cases
}

#[test]
fn effect_sizes_agree_with_scipy() {
    for case in cases() {
        let found = EffectSize::of(&case.first, &case.second).unwrap();
        assert_close(found.cohens_d, case.cohens_d, SCIPY_RELATIVE, &case.name);
        assert_close(found.hedges_g, case.hedges_g, SCIPY_RELATIVE, &case.name);
        let mirrored = EffectSize::of(&case.second, &case.first).unwrap();
        assert_close(mirrored.hedges_g, -found.hedges_g, ROUNDING, &case.name);
    }
}

#[test]
fn hedges_correction_has_its_closed_forms() {
    // J(2) = Gamma(1) / Gamma(1/2) = 1 / sqrt(pi).
    let two = EffectSize::of(&[0.0, 2.0], &[5.0, 7.0]).unwrap();
    let correction = two.hedges_g / two.cohens_d;
    assert_close(
        correction,
        std::f64::consts::FRAC_2_SQRT_PI / 2.0,
        10.0 * ROUNDING,
        "J(2)",
    );
    // Large samples need none: J(nu) is about 1 - 3 / (4 nu - 1) (Hedges 1981).
    let first: Vec<f64> = (0..3_000).map(|index| f64::from(index % 7)).collect();
    let second: Vec<f64> = first.iter().map(|value| value + 1.0).collect();
    let many = EffectSize::of(&first, &second).unwrap();
    let approximation = 1.0 - 3.0 / (4.0 * many.degrees_of_freedom - 1.0);
    assert_close(
        many.hedges_g / many.cohens_d,
        approximation,
        1e-7,
        "J(5998)",
    );
}

#[test]
fn bootstrap_intervals_agree_with_scipy_on_the_same_resamples() {
    let mut undefined = 0;
    for case in cases() {
        for expected in case.bootstraps {
            let options = BootstrapOptions {
                resamples: expected.resamples,
                confidence: expected.confidence,
                seed: expected.seed,
            };
            let found = bootstrap(&case.first, &case.second, expected.statistic, &options).unwrap();
            let what = format!("{} {:?} {options:?}", case.name, expected.statistic);
            let close = |found: f64, expected: f64, part: &str| {
                assert_close(found, expected, NORMAL_QUANTILE, &format!("{what} {part}"));
            };
            close(found.standard_error, expected.standard_error, "error");
            close(found.percentile.lower, expected.percentile[0], "lower");
            close(found.percentile.upper, expected.percentile[1], "upper");
            let corrected = found.bias_corrected.expect("every case has one");
            close(corrected.lower, expected.bias_corrected[0], "BCa lower");
            close(corrected.upper, expected.bias_corrected[1], "BCa upper");
            assert_eq!(found.undefined_resamples, expected.undefined, "{what}");
            undefined += expected.undefined;
        }
    }
    assert!(undefined > 0, "no case leaves a resample out");
}

#[test]
fn bootstrap_and_permutation_test_draw_different_numbers() {
    // With one value in one sample, the deals of a permutation test are the first draws of its streams:
    // each of the n + 1 values in its turn. The resamples of the other sample, had they those streams,
    // would begin with the same draws.
    let first: Vec<f64> = (0..2).map(f64::from).collect();
    let second: Vec<f64> = (0..2).map(|value| f64::from(value) + 1e6).collect();
    let same_seed = BootstrapOptions {
        resamples: 400,
        seed: 5,
        ..BootstrapOptions::default()
    };
    let other = TwoSampleStatistic::MeanDifference;
    let found = bootstrap(&first, &second, other, &same_seed).unwrap();
    let shifted = BootstrapOptions {
        seed: 5 ^ 0xd1b5_4a32_d192_ed03,
        ..same_seed
    };
    let as_permuted = bootstrap(&first, &second, other, &shifted).unwrap();
    assert_ne!(found.standard_error, as_permuted.standard_error);
}

#[test]
fn permutation_tests_agree_with_scipy_and_with_the_same_draws() {
    for case in cases() {
        if let Some(expected) = case.exact {
            let options = PermutationOptions::default();
            let found = permutation_test(&case.first, &case.second, &options).unwrap();
            assert_eq!(found.method, PermutationMethod::Exact, "{}", case.name);
            assert_eq!(
                (found.at_least_as_extreme, found.deals),
                (expected.at_least_as_extreme, expected.deals),
                "{}",
                case.name
            );
            assert_close(found.p, expected.p, ROUNDING, &case.name);
        }
        let options = PermutationOptions {
            most_exact: 0,
            draws: case.drawn.deals,
            seed: case.drawn.seed,
        };
        let found = permutation_test(&case.first, &case.second, &options).unwrap();
        assert_eq!(found.method, PermutationMethod::MonteCarlo, "{}", case.name);
        assert_eq!(
            (found.at_least_as_extreme, found.deals),
            (case.drawn.at_least_as_extreme, case.drawn.deals),
            "{}",
            case.name
        );
        assert_close(found.p, case.drawn.p, ROUNDING, &case.name);
    }
}

#[test]
fn ten_networks_against_ten_are_gone_through_and_twenty_are_drawn() {
    let values = |count: u32, shift: f64| -> Vec<f64> {
        (0..count)
            .map(|index| shift + f64::from(index * index % 11))
            .collect()
    };
    let options = PermutationOptions::default();
    let ten = permutation_test(&values(10, 0.0), &values(10, 1.0), &options).unwrap();
    assert_eq!((ten.method, ten.deals), (PermutationMethod::Exact, 184_756));
    let twenty = permutation_test(&values(20, 0.0), &values(20, 30.0), &options).unwrap();
    assert_eq!(
        (twenty.method, twenty.deals),
        (PermutationMethod::MonteCarlo, 99_999)
    );
    // Nothing drawn is as extreme as samples that do not overlap: the least p there can be.
    assert_eq!((twenty.at_least_as_extreme, twenty.p), (0, 1e-5));
    // More ways than fit in 64 bits.
    let hundreds = permutation_test(&values(300, 0.0), &values(300, 0.1), &options).unwrap();
    assert_eq!(hundreds.method, PermutationMethod::MonteCarlo);
    // Drawing comes close to going through all.
    let drawn = PermutationOptions {
        most_exact: 0,
        ..options
    };
    let drawn = permutation_test(&values(10, 0.0), &values(10, 1.0), &drawn).unwrap();
    let standard_error = (ten.p * (1.0 - ten.p) / drawn.deals as f64).sqrt();
    assert!(
        (drawn.p - ten.p).abs() < 4.0 * standard_error,
        "{} {}",
        drawn.p,
        ten.p
    );
}

#[test]
fn the_bits_do_not_depend_on_threads() {
    let first: Vec<f64> = (0..20_i32).map(|index| f64::from(index).sin()).collect();
    let second: Vec<f64> = (0..17_i32)
        .map(|index| f64::from(index).cos() + 0.2)
        .collect();
    let run = || {
        let options = BootstrapOptions::default();
        let interval = bootstrap(&first, &second, TwoSampleStatistic::CohensD, &options).unwrap();
        let options = PermutationOptions::default();
        (
            interval,
            permutation_test(&first, &second, &options).unwrap(),
        )
    };
    let pool = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
    };
    let expected = pool(1).install(run);
    for threads in [2, 5] {
        assert_eq!(pool(threads).install(run), expected, "{threads} threads");
    }
}

#[test]
fn another_seed_draws_others() {
    let (first, second) = ([1.0, 2.0, 4.0, 8.0], [3.0, 5.0, 9.0, 11.0]);
    let [one, other] = [0, 1].map(|seed| {
        let options = BootstrapOptions {
            seed,
            ..BootstrapOptions::default()
        };
        bootstrap(
            &first,
            &second,
            TwoSampleStatistic::MeanDifference,
            &options,
        )
        .unwrap()
    });
    assert_eq!(one.estimate, other.estimate);
    assert_ne!(one.standard_error, other.standard_error);
}

#[test]
fn samples_without_spread_have_documented_results() {
    let (first, second) = ([0.1; 3], [0.4; 4]);
    let options = BootstrapOptions::default();
    let statistic = TwoSampleStatistic::MeanDifference;
    let found = bootstrap(&first, &second, statistic, &options).unwrap();
    let corrected = found.bias_corrected.unwrap();
    for end in [
        found.percentile.lower,
        found.percentile.upper,
        corrected.lower,
        corrected.upper,
    ] {
        assert_eq!(end, found.estimate);
    }
    for found in [
        bootstrap(&first, &second, TwoSampleStatistic::CohensD, &options).map(|_| ()),
        EffectSize::of(&first, &second).map(|_| ()),
    ] {
        assert!(matches!(
            found,
            Err(AnalysisError::ConstantSample { value: 0.1 })
        ));
    }
    let all_alike = permutation_test(&first, &first, &PermutationOptions::default()).unwrap();
    assert_eq!(all_alike.p, 1.0);
}

#[test]
fn without_the_value_that_makes_the_spread_there_is_no_corrected_interval() {
    let options = BootstrapOptions::default();
    let (first, second) = ([1.0, 1.0, 2.0], [5.0, 5.0, 5.0]);
    let found = bootstrap(&first, &second, TwoSampleStatistic::CohensD, &options).unwrap();
    assert_eq!(found.bias_corrected, None);
    assert!(found.undefined_resamples > 0);
}

#[test]
fn refuse_bad_samples_and_options() {
    let options = BootstrapOptions::default();
    let run = |first: &[f64], options: &BootstrapOptions| {
        bootstrap(
            first,
            &[1.0, 2.0],
            TwoSampleStatistic::MeanDifference,
            options,
        )
        .unwrap_err()
    };
    let error = run(&[1.0], &options);
    assert!(
        matches!(
            error,
            AnalysisError::TooFewValues {
                found: 1,
                needed: 2
            }
        ),
        "{error}"
    );
    let error = run(&[1.0, f64::NAN], &options);
    assert!(
        matches!(error, AnalysisError::NotFinite { index: 1, .. }),
        "{error}"
    );
    let error = run(&[f64::MAX, f64::MAX], &options);
    assert!(
        matches!(error, AnalysisError::SquaresOutOfRange { .. }),
        "{error}"
    );
    let one = BootstrapOptions {
        resamples: 1,
        ..options
    };
    let error = run(&[1.0, 2.0], &one);
    assert!(
        matches!(
            error,
            AnalysisError::TooFewValues {
                found: 1,
                needed: 2
            }
        ),
        "{error}"
    );
    for confidence in [0.0, 1.0, f64::NAN] {
        let error = run(
            &[1.0, 2.0],
            &BootstrapOptions {
                confidence,
                ..options
            },
        );
        assert!(
            matches!(error, AnalysisError::InvalidConfidence { .. }),
            "{error}"
        );
    }

    let options = PermutationOptions::default();
    let error = permutation_test(&[], &[1.0], &options).unwrap_err();
    assert!(
        matches!(
            error,
            AnalysisError::TooFewValues {
                found: 0,
                needed: 1
            }
        ),
        "{error}"
    );
    let error = permutation_test(&[1.0], &[f64::INFINITY], &options).unwrap_err();
    assert!(
        matches!(error, AnalysisError::NotFinite { index: 0, .. }),
        "{error}"
    );
    let no_draws = PermutationOptions {
        most_exact: 1,
        draws: 0,
        ..options
    };
    let error = permutation_test(&[1.0], &[2.0], &no_draws).unwrap_err();
    assert!(
        matches!(error, AnalysisError::TooFewValues { .. }),
        "{error}"
    );
    assert!(serde_json::from_str::<BootstrapOptions>(r#"{"resample": 5}"#).is_err());
    assert!(serde_json::from_str::<PermutationOptions>(r#"{"exact": 5}"#).is_err());
}
