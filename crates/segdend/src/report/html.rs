//! Small pieces of a page: escaping, links, tables.

use std::path::{Component, Path, PathBuf};

/// Text, safe in an element and in a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// The way from a directory to a file, with `/` whatever the system; none between unlike roots.
pub(super) fn relative(from: &Path, to: &Path) -> Option<String> {
    let whole = |path: &Path| std::path::absolute(path).ok();
    let (from, to) = (whole(from)?, whole(to)?);
    let from: Vec<Component<'_>> = from.components().collect();
    let to: Vec<Component<'_>> = to.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return None;
    }
    let mut path = PathBuf::new();
    for _ in shared..from.len() {
        path.push("..");
    }
    path.extend(&to[shared..]);
    let parts: Vec<String> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy().replace(' ', "%20"))
        .collect();
    Some(parts.join("/"))
}

/// A table that can be scrolled by itself. Cells are HTML; the first of a row is its heading.
pub(super) fn table(caption: &str, head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\">\n<table>\n<caption>{0}</caption>\n<thead><tr>",
        escape(caption)
    );
    for name in head {
        text.push_str(&format!("<th scope=\"col\">{}</th>", escape(name)));
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        text.push_str("<tr>");
        for (place, cell) in row.iter().enumerate() {
            text.push_str(&if place == 0 {
                format!("<th scope=\"row\">{cell}</th>")
            } else {
                format!("<td>{cell}</td>")
            });
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table>\n</div>\n");
    text
}

/// A picture's SVG as part of a page: without its prologue, with identifiers of its own.
pub(super) fn inline_svg(svg: &str, name: &str, title: &str) -> String {
    let start = svg.find("<svg").unwrap_or(0);
    let svg = svg[start..]
        .replace(" id=\"", &format!(" id=\"{name}-"))
        .replace("url(#", &format!("url(#{name}-"))
        .replace("href=\"#", &format!("href=\"#{name}-"));
    svg.replacen(
        "<svg ",
        &format!("<svg aria-label=\"{}\" ", escape(title)),
        1,
    )
}

#[cfg(test)]
mod tests {
    //! Promise: what comes from data cannot become markup, and links lead where they say.
    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(escape("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
    }

    #[test]
    fn ways_between_directories() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to)).unwrap();
        assert_eq!(
            way("/p/reports/quick", "/p/results/quick/a b.csv"),
            "../../results/quick/a%20b.csv"
        );
        assert_eq!(way("/p", "/p/x/y"), "x/y");
    }

    #[test]
    fn identifiers_are_made_unique() {
        let svg = "<?xml?><svg width=\"1\"><g id=\"a\"/><use href=\"#a\"/></svg>";
        let inline = inline_svg(svg, "fig1a", "T");
        assert!(inline.starts_with("<svg aria-label=\"T\" width"));
        assert!(inline.contains("id=\"fig1a-a\"") && inline.contains("href=\"#fig1a-a\""));
    }
}
