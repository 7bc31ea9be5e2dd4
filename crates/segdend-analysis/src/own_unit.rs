//! A unit for values whose squares might leave f64.

/// The largest power of two not above the largest magnitude, 1 for zeros alone. Dividing by it
/// costs no bits, and leaves no magnitude above 2.
pub(crate) fn own_unit<'a>(values: impl IntoIterator<Item = &'a f64>) -> f64 {
    /// All bits of the exponent of an f64.
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;

    let largest = values
        .into_iter()
        .fold(0.0, |most: f64, value| most.max(value.abs()));
    if largest == 0.0 {
        1.0
    } else {
        f64::from_bits(largest.to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
    }
}
