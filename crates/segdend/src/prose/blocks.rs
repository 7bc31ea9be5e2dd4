//! Text between markers in a file that people write.

use anyhow::{Result, bail};

/// The marker before a block.
pub(crate) fn begin(name: &str) -> String {
    format!("<!-- {name}:begin -->")
}

/// The marker behind a block.
pub(crate) fn end(name: &str) -> String {
    format!("<!-- {name}:end -->")
}

/// A block between its markers.
pub(crate) fn block(name: &str, text: &str) -> String {
    format!("{}\n{}\n{}\n", begin(name), text.trim_end(), end(name))
}

/// A text's parts: up to and with the first marker, the block, and from the second marker on.
pub(crate) fn split<'t>(text: &'t str, name: &str) -> Result<[&'t str; 3]> {
    let (begin, end) = (begin(name), end(name));
    let lines = format!("expected a line {begin} and, below it, a line {end}");
    let (Some(start), Some(stop)) = (text.find(&begin), text.find(&end)) else {
        bail!("there is no block `{name}`: {lines}");
    };
    let start = start + begin.len();
    if stop < start || text[start..].contains(&begin) || text[stop + end.len()..].contains(&end) {
        bail!("the markers of the block `{name}` are not in order: {lines}, each once");
    }
    Ok([&text[..start], &text[start..stop], &text[stop..]])
}

/// A text with another block, which gets lines of its own.
pub(crate) fn replace(text: &str, name: &str, block: &str) -> Result<String> {
    let [before, _, behind] = split(text, name)?;
    Ok(format!("{before}\n{}\n{behind}", block.trim_end()))
}

#[cfg(test)]
mod tests {
    //! Promise: a block alone is replaced, once or twice with the same outcome.
    use super::*;

    #[test]
    fn what_people_wrote_stays() {
        let text = "Before.\n<!-- x:begin -->\nold\n<!-- x:end -->\nBehind.\n";
        let written = replace(text, "x", "new\n").unwrap();
        assert_eq!(
            written,
            "Before.\n<!-- x:begin -->\nnew\n<!-- x:end -->\nBehind.\n"
        );
        assert_eq!(replace(&written, "x", "new\n").unwrap(), written);
        assert!(replace(text, "y", "new").is_err());
        assert!(replace("<!-- x:end --> <!-- x:begin -->", "x", "new").is_err());
        assert!(replace(&format!("{text}{text}"), "x", "new").is_err());
    }
}
