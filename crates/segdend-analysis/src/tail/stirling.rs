//! What Stirling's formula leaves out of ln Gamma.
//!
//! ```text
//! ln Gamma(z) = (z - 1/2) ln z - z + ln(2 pi) / 2 + D(z)                     (DLMF 5.11.1)
//! D(z) = 1/(12 z) - 1/(360 z^3) + 1/(1260 z^5) - 1/(1680 z^7) + 1/(1188 z^9) - ...
//! ```
//!
//! The large terms of several log gammas cancel on paper; only the small D(z) need be computed.

/// From here on the five terms above are exact to the last bit of ln Gamma.
const SERIES_FROM: f64 = 16.0;

const SERIES: [f64; 5] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1_260.0,
    -1.0 / 1_680.0,
    1.0 / 1_188.0,
];

/// D(z) for z > 0. Its absolute error is below 1e-13.
pub(crate) fn stirling_remainder(z: f64) -> f64 {
    // Gamma(z + 1) = z Gamma(z), as often as the series needs.
    let mut raised = z;
    let mut product = 1.0;
    while raised < SERIES_FROM {
        product *= raised;
        raised += 1.0;
    }
    let inverse = 1.0 / raised;
    let square = inverse * inverse;
    let series = inverse
        * SERIES
            .iter()
            .rev()
            .fold(0.0, |total, term| total * square + term);
    if raised == z {
        return series;
    }
    let leading = |z: f64| (z - 0.5) * z.ln() - z;
    series + leading(raised) - leading(z) - product.ln()
}
