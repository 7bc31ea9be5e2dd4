//! Reads the JSON tables of `tests/data/reference`; the script beside each made it.

use serde::de::DeserializeOwned;
use std::path::Path;

/// A table as the type that names its fields. What the type leaves out is not read.
pub fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/reference")
        .join(name);
    let text = std::fs::read_to_string(&path).expect("the table is part of the crate");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}
