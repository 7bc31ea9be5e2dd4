//! Sheets as Markdown.

use super::{Part, Section, Sheet};

/// A section.
pub(crate) fn section(section: &Section) -> String {
    let mut text = format!("## {}\n\n", section.heading);
    for part in &section.parts {
        match part {
            Part::Text(words) => text.push_str(&format!("{words}\n\n")),
            Part::Sheet(sheet) => text.push_str(&table(sheet)),
        }
    }
    text
}

/// A table, and an empty line behind it.
fn table(sheet: &Sheet) -> String {
    let columns = sheet.columns(false);
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let line = |place: usize| {
        let texts = columns.iter().map(|column| &column.cells[place].text);
        row(&texts.collect::<Vec<_>>())
    };
    let rows: String = (0..sheet.height).map(line).collect();
    format!("{}{rows}\n", head(&names))
}

/// A row of a table.
pub(crate) fn row<S: AsRef<str>>(cells: &[S]) -> String {
    let safe = |cell: &S| cell.as_ref().replace('|', "\\|").replace('\n', " ");
    let cells: Vec<String> = cells.iter().map(safe).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// The first two lines of a table.
pub(crate) fn head(names: &[&str]) -> String {
    format!("{}|{}\n", row(names), "---|".repeat(names.len()))
}
