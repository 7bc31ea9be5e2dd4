//! Reads the small tables of `tests/data`: comma-separated, `#` comments, one line of names.

use std::path::Path;

/// The fields of every row of a table, checked against its line of column names.
pub fn read(file: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(file);
    let text = std::fs::read_to_string(&path).expect("the table is part of the crate");
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let split = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        split(lines.next().expect("column names")),
        columns,
        "{file}"
    );
    let rows: Vec<_> = lines.map(split).collect();
    assert!(!rows.is_empty(), "{file} has rows");
    assert!(
        rows.iter().all(|row| row.len() == columns.len()),
        "{file} is rectangular"
    );
    rows
}

/// A number.
pub fn number(field: &str) -> f64 {
    field
        .parse()
        .unwrap_or_else(|_| panic!("{field} is a number"))
}

/// Numbers separated by blanks.
pub fn numbers(field: &str) -> Vec<f64> {
    field.split(' ').map(number).collect()
}
