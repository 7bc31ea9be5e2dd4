//! "Did you mean": the nearest of the names that exist.

/// What exists, and the nearest name if one is near: the tail of an error message.
pub(crate) fn among<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let listed = match names.len() {
        0 => "there are none".to_owned(),
        count if count > MANY => {
            format!(
                "there are {count}, of which {} ...",
                names[..MANY].join(", ")
            )
        }
        _ => format!("there are {}", names.join(", ")),
    };
    match nearest(name, &names) {
        Some(nearest) => format!("did you mean `{nearest}`? ({listed})"),
        None => listed,
    }
}

/// More names than this are not all listed.
const MANY: usize = 40;

/// The nearest of the names, if it is near enough to have been meant.
fn nearest<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    let similarity = |candidate: &str| strsim::jaro_winkler(&name.to_lowercase(), candidate);
    let best = names
        .iter()
        .copied()
        .max_by(|a, b| similarity(a).total_cmp(&similarity(b)))?;
    (similarity(best) > 0.65).then_some(best)
}

#[cfg(test)]
mod tests {
    //! Promise: a slip of the keyboard finds its name, nonsense finds none.
    use super::*;

    #[test]
    fn a_slip_finds_its_name() {
        let names = ["shallow", "regular", "two-hidden"];
        assert!(among("regualr", names).starts_with("did you mean `regular`?"));
        assert_eq!(
            among("xyz", names),
            "there are shallow, regular, two-hidden"
        );
    }
}
