//! One sheet of rows, written in four ways.
//!
//! | module | what it writes |
//! |---|---|
//! | `page` | HTML, where whatever comes from data is text |
//! | `markdown` | a document for people |
//! | `terminal` | columns that line up |
//! | `csv` | a table for programs |

pub(crate) mod csv;
pub(crate) mod markdown;
pub(crate) mod page;
pub(crate) mod terminal;

use std::fmt::Display;

use maud::Markup;

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    /// Aligned to the right in the terminal, not broken over lines on the page.
    Number,
    /// Too long for the terminal.
    Detail,
    /// For the terminal alone.
    Brief,
}

/// What stands in a row under a column.
pub(crate) struct Cell {
    text: String,
    /// What the page shows instead.
    on_page: Option<Markup>,
}

impl Cell {
    /// A cell that the page shows otherwise.
    pub(crate) fn shown(text: impl Into<String>, on_page: Markup) -> Self {
        Self {
            text: text.into(),
            on_page: Some(on_page),
        }
    }
}

impl<T: Display> From<T> for Cell {
    fn from(text: T) -> Self {
        Self {
            text: text.to_string(),
            on_page: None,
        }
    }
}

struct Column {
    name: &'static str,
    kind: Kind,
    cells: Vec<Cell>,
}

/// Rows of cells under named columns.
pub(crate) struct Sheet {
    title: String,
    height: usize,
    columns: Vec<Column>,
}

impl Sheet {
    /// A sheet with a row an item, without a column so far.
    pub(crate) fn of<T>(title: impl Into<String>, items: &[T]) -> Rows<'_, T> {
        let sheet = Self {
            title: title.into(),
            height: items.len(),
            columns: Vec::new(),
        };
        Rows { items, sheet }
    }

    /// The columns of the terminal, or of the other media.
    fn columns(&self, in_terminal: bool) -> Vec<&Column> {
        let left_out = match in_terminal {
            true => Kind::Detail,
            false => Kind::Brief,
        };
        let columns = self.columns.iter();
        columns.filter(|column| column.kind != left_out).collect()
    }
}

/// A sheet on the way: its columns are made of its items, one after the other.
pub(crate) struct Rows<'a, T> {
    items: &'a [T],
    sheet: Sheet,
}

/// Adds a column of a kind.
macro_rules! adds {
    ($name:ident, $kind:ident, $what:literal) => {
        #[doc = concat!("Adds a column of ", $what, ".")]
        pub(crate) fn $name<C: Into<Cell>>(
            mut self,
            name: &'static str,
            cell: impl Fn(&'a T) -> C,
        ) -> Self {
            let cells = self.items.iter().map(|item| cell(item).into()).collect();
            let kind = Kind::$kind;
            self.sheet.columns.push(Column { name, kind, cells });
            self
        }
    };
}

impl<'a, T> Rows<'a, T> {
    adds!(text, Text, "text");
    adds!(number, Number, "numbers");
    adds!(detail, Detail, "text that is too long for the terminal");
    adds!(brief, Brief, "what the terminal shows instead");

    /// The sheet.
    pub(crate) fn done(self) -> Sheet {
        self.sheet
    }
}

/// Sheets with text around them, under a heading.
pub(crate) struct Section {
    /// Its name in links.
    pub(crate) id: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) parts: Vec<Part>,
}

/// A part of a section.
pub(crate) enum Part {
    /// Not for the terminal.
    Text(String),
    Sheet(Sheet),
}

#[cfg(test)]
mod tests {
    //! Promise: one sheet says the same in every medium, and what comes from data cannot become markup
    //! in any of them.
    use super::*;

    #[test]
    fn every_medium_has_its_own_signs() {
        let rows = [("a|b", 7, "<it>"), ("\"c\",\n& d", 12, "")];
        let sheet = || {
            Sheet::of("<Title>", &rows)
                .text("name", |row| row.0)
                .number("n", |row| row.1)
                .detail("how", |row| row.2)
                .brief("said", |row| row.2.len())
                .done()
        };
        assert_eq!(
            csv::text(&sheet()).unwrap(),
            "name,n,how\na|b,7,<it>\n\"\"\"c\"\",\n& d\",12,\n"
        );
        let section = |rows: &[_]| Section {
            id: "s",
            heading: "One < two",
            parts: vec![
                Part::Text("Three & four".to_owned()),
                Part::Sheet(Sheet::of("", rows).number("n", |row: &i32| *row).done()),
                Part::Sheet(sheet()),
            ],
        };
        assert_eq!(
            markdown::section(&section(&[1])),
            "## One < two\n\nThree & four\n\n| n |\n|---|\n| 1 |\n\n\
             | name | n | how |\n|---|---|---|\n| a\\|b | 7 | <it> |\n| \"c\", & d | 12 |  |\n\n"
        );
        assert_eq!(
            terminal::section(&section(&[1, 10])),
            "One < two\n   n\n   1\n  10\n\n  name       n  said\n  a|b        7  4\n  \"c\",\n& d  12  0\n\n"
        );
        let page = page::section(&section(&[])).into_string();
        for part in [
            "One &lt; two",
            "<p>Three &amp; four</p>",
            "<caption>&lt;Title&gt;</caption>",
            "<td>&lt;it&gt;</td>",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("said"));
    }
}
