//! The continued fraction of the incomplete beta function, shared by Student's t and Fisher's F.

/// 1 / (1 + d_1 / (1 + d_2 / (1 + ...))) of DLMF 8.17.22, by the modified method of Lentz
/// (Thompson & Barnett 1986).
pub(super) fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    /// Stands in for a denominator of zero.
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };

    // About sqrt(max(a, b)) steps are needed; twenty times as many are a bound, not a tolerance.
    let most_steps = 200.0 + 20.0 * a.max(b).sqrt();
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    let mut step = 1.0;
    while step < most_steps {
        let twice = 2.0 * step;
        let even = step * (b - step) * x / ((a + twice - 1.0) * (a + twice));
        let odd = -(a + step) * (a + b + step) * x / ((a + twice) * (a + twice + 1.0));
        let before = value;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            value *= c * d;
        }
        if (value - before).abs() <= f64::EPSILON * value.abs() {
            break;
        }
        step += 1.0;
    }
    value
}
