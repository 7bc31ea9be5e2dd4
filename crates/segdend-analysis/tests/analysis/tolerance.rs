//! The tolerances of all tests, named for what they allow.

/// Results of a handful of operations on numbers near one: a few units in the last place.
pub const ROUNDING: f64 = 1e-14;

/// Relative error of a ln P, and of results that pass through sums over a sample.
pub const LN_P_RELATIVE: f64 = 1e-13;

/// Relative error of a P not below 1e-307: about |ln P| times that of its logarithm.
pub const P_RELATIVE: f64 = 1e-12;

/// Relative error of a ln P of F, chi-squared, z or r, whose prefactor has more terms than that of
/// t, at up to ten thousand degrees of freedom.
pub const OTHER_LN_P_RELATIVE: f64 = 1e-12;

/// Relative error of such a P.
pub const OTHER_P_RELATIVE: f64 = 1e-11;

/// Relative error against SciPy, whose means and variances are rounded differently, on samples
/// whose mean is not large beside their spread.
pub const SCIPY_RELATIVE: f64 = 1e-11;

/// Relative error of what passes through quantiles of the normal distribution, and from there
/// between neighbouring replicates.
pub const NORMAL_QUANTILE: f64 = 1e-8;

/// Absolute error of a probability of the noncentral t distribution.
pub const NONCENTRAL_T: f64 = 3e-13;

/// Relative distance at which the iterations of REML stop.
pub const REML_RELATIVE: f64 = 1e-3;

/// Absolute error of an eigenvalue of order one.
pub const EIGENVALUE: f64 = 1e-13;

/// Error of a principal component, relative or, below one, absolute.
pub const COMPONENT: f64 = 1e-11;

/// Absolute error of a silhouette, from distances of eleven digits.
pub const SILHOUETTE: f64 = 1e-10;

/// Absolute error of a divergence below one, a sum over thousands of pairs.
pub const DIVERGENCE: f64 = 1e-12;

/// Asserts that `found` lies within a relative distance of `expected`.
#[track_caller]
pub fn assert_close(found: f64, expected: f64, relative: f64, what: &str) {
    let distance = (found - expected).abs();
    assert!(
        distance <= relative * expected.abs(),
        "{what}: found {found:e}, expected {expected:e}, relative distance {:e}",
        distance / expected.abs()
    );
}
