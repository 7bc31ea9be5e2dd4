//! Whether a table can be drawn: every check names what is wrong.

use crate::error::FigureError;

/// Greater numbers than any that is measured here; their differences are still finite.
const GREATEST: f64 = 1e100;

/// # Errors
///
/// [`FigureError::NoValues`] if `count` is 0.
pub(crate) fn not_empty(table: &str, count: usize) -> Result<(), FigureError> {
    if count == 0 {
        return Err(FigureError::NoValues {
            table: table.to_owned(),
        });
    }
    Ok(())
}

/// # Errors
///
/// [`FigureError::NotFinite`] for the first value that is no finite number.
pub(crate) fn finite(table: &str, values: &[f64]) -> Result<(), FigureError> {
    values
        .iter()
        .enumerate()
        .try_for_each(|(index, &value)| one_finite(&format!("{table}[{index}]"), value))
}

/// # Errors
///
/// [`FigureError::NotFinite`] for the first infinite value; a NaN stands for "not defined".
pub(crate) fn finite_or_undefined(table: &str, values: &[f64]) -> Result<(), FigureError> {
    values
        .iter()
        .enumerate()
        .filter(|(_, value)| !value.is_nan())
        .try_for_each(|(index, &value)| one_finite(&format!("{table}[{index}]"), value))
}

/// # Errors
///
/// [`FigureError::NotFinite`] if `value` is no finite number.
pub(crate) fn one_finite(place: &str, value: f64) -> Result<(), FigureError> {
    if value.abs() <= GREATEST {
        return Ok(());
    }
    Err(FigureError::NotFinite {
        place: place.to_owned(),
        value,
    })
}

/// # Errors
///
/// [`FigureError::OutOfRange`] for the first value that is neither NaN nor in the range.
pub(crate) fn within(
    table: &str,
    values: &[f64],
    (low, high): (f64, f64),
) -> Result<(), FigureError> {
    for (index, &value) in values.iter().enumerate() {
        if value < low || value > high {
            return Err(FigureError::OutOfRange {
                place: format!("{table}[{index}]"),
                value,
                low,
                high,
            });
        }
    }
    Ok(())
}

/// # Errors
///
/// [`FigureError::UnequalLengths`] if the counts differ.
pub(crate) fn same_length(first: (&str, usize), second: (&str, usize)) -> Result<(), FigureError> {
    if first.1 != second.1 {
        return Err(FigureError::UnequalLengths {
            first: first.0.to_owned(),
            first_length: first.1,
            second: second.0.to_owned(),
            second_length: second.1,
        });
    }
    Ok(())
}

/// # Errors
///
/// [`FigureError::NotAscending`] for the first value that is less than the one before it.
pub(crate) fn ascending(table: &str, values: &[f64]) -> Result<(), FigureError> {
    for (index, pair) in values.windows(2).enumerate() {
        if pair[1] < pair[0] {
            return Err(FigureError::NotAscending {
                place: format!("{table}[{}]", index + 1),
                value: pair[1],
                previous: pair[0],
            });
        }
    }
    Ok(())
}
