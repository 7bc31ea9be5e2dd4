//! exp, ln and the sigmoid in f32: polynomials of our own (coefficients: Cephes, Moshier 1989), made
//! of additions, multiplications and bit operations alone, so that every processor and every
//! register width gives the same bits.

/// `exp(x)`, relative error below 2e-7 for |x| < 87; clamped beyond.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    const LOG2_E: f32 = std::f32::consts::LOG2_E;
    // ln 2 in two parts, the first exact in few bits.
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // Adding and taking away 1.5 * 2^23 rounds to the nearest integer.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 87.0);
    let rounded = x * LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = x - n * LN2_HIGH - n * LN2_LOW;
    let mut polynomial = 1.987_569_1e-4;
    polynomial = polynomial * r + 1.398_199_9e-3;
    polynomial = polynomial * r + 8.333_452e-3;
    polynomial = polynomial * r + 4.166_579_6e-2;
    polynomial = polynomial * r + 1.666_666_5e-1;
    polynomial = polynomial * r + 5.0e-1;
    let fraction = polynomial * (r * r) + r + 1.0;
    // The bits of `rounded` are those of `ROUND` and n more: 2^n without a conversion.
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits() - 127);
    fraction * f32::from_bits(exponent << 23)
}

/// `ln(x)` of a positive normal number, absolute error below 3e-7 + 1.5e-7 |ln x|: as much as random
/// draws need. `ln(1) = 0`, and the sign is always right.
#[inline(always)]
pub(crate) fn ln(x: f32) -> f32 {
    const SQRT_HALF_BITS: u32 = 0x3f35_04f3;
    const LN_2_SCALED: f32 = std::f32::consts::LN_2 / (1_u32 << 23) as f32;
    // x = 2^e (1 + m) with 1 + m between sqrt(1/2) and sqrt(2); e stays where an exponent is, times
    // 2^23.
    let exponent = x.to_bits().wrapping_sub(SQRT_HALF_BITS) & 0xff80_0000;
    let e_scaled = (exponent as i32) as f32;
    let m = f32::from_bits(x.to_bits().wrapping_sub(exponent)) - 1.0;
    // The polynomial of degree 7 without a constant that is nearest to ln(1 + m).
    let mut polynomial = 0.118_275_434;
    polynomial = polynomial * m - 0.189_020_56;
    polynomial = polynomial * m + 0.206_046_83;
    polynomial = polynomial * m - 0.248_813_32;
    polynomial = polynomial * m + 0.333_032_97;
    polynomial = polynomial * m - 0.500_019_67;
    polynomial = polynomial * m + 1.000_003_2;
    polynomial * m + e_scaled * LN_2_SCALED
}

/// `sigma(x) = 1 / (1 + exp(-x))`.
#[inline(always)]
pub(crate) fn sigma(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// `sigma'(x) = sigma(x) (1 - sigma(x))`.
#[inline(always)]
pub(crate) fn sigma_prime(x: f32) -> f32 {
    let s = sigma(x);
    s * (1.0 - s)
}

#[cfg(test)]
mod tests {
    //! Promise: the polynomials are as close to the true functions as their comments say.
    use super::*;

    #[test]
    fn exp_is_within_its_bound() {
        for i in -86_000..86_000 {
            let x = i as f32 * 1e-3;
            let truth = libm::exp(f64::from(x));
            assert!((f64::from(exp(x)) / truth - 1.0).abs() < 2e-7, "exp({x})");
        }
        assert!(exp(-1e30) > 0.0 && exp(1e30).is_finite());
    }

    #[test]
    fn ln_is_within_its_bound() {
        let mut x = 1e-10_f32;
        while x < 1e10 {
            let truth = libm::log(f64::from(x));
            let bound = 3e-7 + 1.5e-7 * truth.abs();
            assert!((f64::from(ln(x)) - truth).abs() < bound, "ln({x})");
            assert!(f64::from(ln(x)) * truth >= 0.0, "sign of ln({x})");
            x *= 1.000_037;
        }
        assert_eq!(ln(1.0), 0.0);
    }

    #[test]
    fn sigma_is_symmetric_and_bounded() {
        for i in 0..2_000 {
            let x = i as f32 * 0.01;
            assert!((sigma(x) + sigma(-x) - 1.0).abs() < 2e-7);
            assert!(
                (f64::from(sigma(-x)) / (1.0 / (1.0 + libm::exp(f64::from(x)))) - 1.0).abs() < 5e-7
            );
        }
        assert_eq!(sigma(0.0), 0.5);
    }
}
