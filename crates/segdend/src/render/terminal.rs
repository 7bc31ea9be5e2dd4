//! Sheets in the terminal.

use super::{Kind, Part, Section, Sheet};

/// The tables of a section, and an empty line behind each.
pub(crate) fn section(section: &Section) -> String {
    let mut text = format!("{}\n", section.heading);
    for part in &section.parts {
        if let Part::Sheet(sheet) = part {
            text.push_str(&(table(sheet) + "\n"));
        }
    }
    text
}

/// A table with its heading row.
pub(crate) fn table(sheet: &Sheet) -> String {
    let columns = sheet.columns(true);
    let mut rows: Vec<Vec<&str>> = vec![columns.iter().map(|column| column.name).collect()];
    for row in 0..sheet.height {
        let cells = columns.iter().map(|column| &column.cells[row]);
        rows.push(cells.map(|cell| cell.text.as_str()).collect());
    }
    let kinds = columns.iter().map(|column| column.kind);
    lines(
        &rows,
        &kinds.map(|it| it == Kind::Number).collect::<Vec<_>>(),
    )
}

/// Rows of text, each column as wide as its widest entry and aligned to the right where `right` says so.
pub(crate) fn lines<S: AsRef<str>>(rows: &[Vec<S>], right: &[bool]) -> String {
    let mut widest = Vec::new();
    for row in rows {
        widest.resize(row.len().max(widest.len()), 0);
        for (wide, entry) in widest.iter_mut().zip(row) {
            *wide = entry.as_ref().chars().count().max(*wide);
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (entry, &wide)) in row.iter().zip(&widest).enumerate() {
            let entry = entry.as_ref();
            line.push_str(&match right.get(column) {
                Some(true) => format!("  {entry:>wide$}"),
                _ => format!("  {entry:<wide$}"),
            });
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
