//! Sheets as parts of a page.

use maud::{Markup, html};

use super::{Kind, Part, Section, Sheet};

/// A section.
pub(crate) fn section(section: &Section) -> Markup {
    html! {
        section aria-labelledby=(section.id) {
            h2 id=(section.id) { (section.heading) }
            @for part in &section.parts {
                @match part {
                    Part::Text(words) => p { (words) },
                    Part::Sheet(sheet) => (table(sheet)),
                }
            }
        }
    }
}

/// A table that can be scrolled by itself; the first cell of a row is its heading.
pub(crate) fn table(sheet: &Sheet) -> Markup {
    let columns = sheet.columns(false);
    let content = |column: usize, row: usize| {
        let cell = &columns[column].cells[row];
        html! {
            @match &cell.on_page {
                Some(shown) => (shown),
                None if columns[column].kind == Kind::Number => span.number { (cell.text) },
                None => (cell.text),
            }
        }
    };
    html! {
        div.scroll role="region" tabindex="0" aria-label=(sheet.title) {
            table {
                caption { (sheet.title) }
                thead { tr { @for column in &columns { th scope="col" { (column.name) } } } }
                tbody {
                    @for row in 0..sheet.height {
                        tr {
                            th scope="row" { (content(0, row)) }
                            @for column in 1..columns.len() { td { (content(column, row)) } }
                        }
                    }
                }
            }
        }
    }
}
