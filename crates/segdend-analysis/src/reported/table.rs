//! Reported tests in a table: comma-separated values as people and programs write them.

use super::number::DecimalMark;
use super::{ReadOptions, ReportedTest, TableError, TestError, TestWords};
use csv::{ReaderBuilder, StringRecord};
use regex::Regex;
use std::sync::LazyLock;

/// What may part the cells, the first of equals first.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// The columns that are read, whether they must be there, and by what other names they go.
const COLUMNS: [(&str, bool, &[&str]); 8] = [
    ("source", false, &[]),
    ("test", true, &[]),
    ("df1", false, &["df"]),
    ("df2", false, &[]),
    ("statistic", true, &[]),
    ("p", true, &["p-value", "p value", "pvalue", "p_value"]),
    ("comparisons", false, &[]),
    ("tails", false, &[]),
];

/// A reported test and where it stands.
#[derive(Debug)]
pub struct TestRow {
    /// The line it begins in, counted from 1.
    pub line: usize,
    /// Where it is reported, as far as the row says.
    pub source: String,
    /// The row as written.
    pub text: String,
    /// The cells of the columns that are not read, in the order of [`TestTable::other_columns`].
    pub others: Vec<String>,
    /// The test.
    pub test: Result<ReportedTest, TestError>,
}

/// The tests of a table.
#[derive(Debug)]
pub struct TestTable {
    /// What parts its cells.
    pub separator: char,
    /// The names of the columns that are not read.
    pub other_columns: Vec<String>,
    /// One entry a row, blank ones left out.
    pub rows: Vec<TestRow>,
}

/// Reads a table of reported tests.
///
/// The first row names the columns: `test`, `statistic`, `p` and, where wanted, `df1`, `df2`,
/// `source`, `comparisons`, `tails`; others are carried along. Lines before it that are blank or begin
/// with # are left out. Commas, semicolons or tabs part the cells, whichever make those names; a cell
/// in quotes may hold them, and line ends. Where it is not commas, a number may have a decimal comma.
/// A row that cannot be read is an error of its own and leaves the others alone.
///
/// # Errors
///
/// [`TableError`], where no row can be read.
///
/// # Example
///
/// ```
/// use segdend_analysis::{ReadOptions, read_test_table};
///
/// let text = "test;df1;statistic;p;laboratory\nt;38;2,10;,042;A\nt;38;much;,042;B\n";
/// let table = read_test_table(text, &ReadOptions::default())?;
/// assert_eq!(table.rows[0].test.as_ref().unwrap().statistic.number().value(), 2.1);
/// assert_eq!(table.rows[0].others, ["A"]);
/// assert!(table.rows[1].test.is_err());
/// # Ok::<(), segdend_analysis::TableError>(())
/// ```
pub fn read_test_table(text: &str, options: &ReadOptions) -> Result<TestTable, TableError> {
    let above: usize = text.lines().take_while(|line| is_no_header(line)).count();
    let text_below = below(text, above);
    let separator = separator(text_below);
    let mut records = records(text_below, separator, above);
    if records.is_empty() {
        return Err(TableError::Empty);
    }
    let names = records.remove(0).cells;
    let columns = Columns::of(&names)?;
    if records.is_empty() {
        return Err(TableError::NoRows);
    }
    let marks = Marks::of(separator, &records, &columns);
    let rows = records
        .into_iter()
        .map(|record| columns.row(record, separator, |cell| marks.of_cell(cell), options))
        .collect();
    let others = columns.others.iter().map(|&place| names[place].clone());
    Ok(TestTable {
        separator,
        other_columns: others.collect(),
        rows,
    })
}

/// Blank, a remark, or the line by which spreadsheets are told the separator.
fn is_no_header(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#') || line.to_ascii_lowercase().starts_with("sep=")
}

/// What stands below so many lines.
fn below(text: &str, lines: usize) -> &str {
    let mut rest = text;
    for _ in 0..lines {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    rest
}

/// The separator under which most of the columns' names are in the first row.
fn separator(text: &str) -> char {
    let known = |separator: char| {
        let first = records(text.lines().next().unwrap_or_default(), separator, 0);
        let names = first.first().map_or(&[][..], |record| &record.cells);
        names
            .iter()
            .filter(|name| column_named(name).is_some())
            .count()
    };
    let most = SEPARATORS
        .iter()
        .rev()
        .max_by_key(|&&separator| known(separator));
    *most.expect("there are separators")
}

/// The column of a name.
fn column_named(name: &str) -> Option<usize> {
    let name = name.trim().to_lowercase();
    COLUMNS
        .iter()
        .position(|(column, _, others)| *column == name || others.contains(&name.as_str()))
}

struct Record {
    line: usize,
    cells: Vec<String>,
}

/// The rows of a table, blank ones left out. A quote that is never closed is a character like others:
/// it takes no row below it along.
fn records(text: &str, separator: char, lines_above: usize) -> Vec<Record> {
    let mut found = Vec::new();
    let mut rest = (0, lines_above);
    for quoting in [true, false] {
        let (start, above) = rest;
        let part = &text[start..];
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(u8::try_from(separator).expect("an ASCII character"))
            .quoting(quoting)
            .from_reader(part.as_bytes());
        let mut record = StringRecord::new();
        let mut unclosed = None;
        while reader
            .read_record(&mut record)
            .expect("rows of any length of valid text in memory")
        {
            let position = record.position().expect("a row just read");
            let begin = usize::try_from(position.byte()).expect("a place in memory");
            let line = above + lines_to(part, begin) + 1;
            let end = usize::try_from(reader.position().byte()).expect("a place in memory");
            let raw = &part[begin..end.min(part.len())];
            let is_open = quoting && raw.trim().contains('\n') && raw.matches('"').count() % 2 == 1;
            if is_open {
                unclosed = Some((start + begin, line - 1));
                break;
            }
            let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                found.push(Record { line, cells });
            }
        }
        match unclosed {
            Some(place) => rest = place,
            None => break,
        }
    }
    found
}

/// Whole lines up to a place, and those that a blank beginning of a row skips.
fn lines_to(text: &str, place: usize) -> usize {
    let blank = text[place..].len() - text[place..].trim_start_matches('\n').len();
    text[..place + blank].matches('\n').count()
}

/// Where the columns stand.
struct Columns {
    count: usize,
    places: [Option<usize>; COLUMNS.len()],
    others: Vec<usize>,
}

impl Columns {
    fn of(names: &[String]) -> Result<Self, TableError> {
        let mut columns = Self {
            count: names.len(),
            places: [None; COLUMNS.len()],
            others: Vec::new(),
        };
        for (place, name) in names.iter().enumerate() {
            let twice = |other: usize| TableError::ColumnTwice {
                column: column_named(name)
                    .map_or(name.as_str(), |index| COLUMNS[index].0)
                    .to_owned(),
                first: names[other].clone(),
                second: name.clone(),
            };
            match column_named(name) {
                Some(index) => match columns.places[index] {
                    Some(other) => return Err(twice(other)),
                    None => columns.places[index] = Some(place),
                },
                None => {
                    let same = |other: &&usize| !name.is_empty() && names[**other] == *name;
                    if let Some(&other) = columns.others.iter().find(same) {
                        return Err(twice(other));
                    }
                    columns.others.push(place);
                }
            }
        }
        for (place, (column, needed, _)) in columns.places.iter().zip(COLUMNS) {
            if needed && place.is_none() {
                return Err(TableError::ColumnMissing {
                    column,
                    found: names.to_vec(),
                });
            }
        }
        Ok(columns)
    }

    fn cell<'a>(&self, record: &'a Record, column: &str) -> &'a str {
        let index = COLUMNS.iter().position(|(name, ..)| *name == column);
        index
            .and_then(|index| self.places[index])
            .and_then(|place| record.cells.get(place))
            .map_or("", String::as_str)
    }

    fn row(
        &self,
        record: Record,
        separator: char,
        mark: impl Fn(&str) -> DecimalMark,
        options: &ReadOptions,
    ) -> TestRow {
        let cell = |column| self.cell(&record, column);
        let words = TestWords {
            test: cell("test"),
            df1: cell("df1"),
            df2: cell("df2"),
            statistic: cell("statistic"),
            p: cell("p"),
            comparisons: cell("comparisons"),
            tails: cell("tails"),
        };
        let is_surplus = record
            .cells
            .iter()
            .skip(self.count)
            .any(|cell| !cell.is_empty());
        let test = if is_surplus {
            Err(TestError::SurplusCells {
                found: record.cells.len(),
                expected: self.count,
            })
        } else {
            ReportedTest::with_mark(&words, options, mark)
        };
        let other = |&place: &usize| record.cells.get(place).cloned().unwrap_or_default();
        TestRow {
            line: record.line,
            source: cell("source").to_owned(),
            others: self.others.iter().map(other).collect(),
            text: record.cells.join(&separator.to_string()),
            test,
        }
    }
}

/// Which decimal marks the numbers of a table have.
struct Marks {
    separator: char,
    has_points: bool,
    has_commas: bool,
}

/// A number whose one kind of mark may part thousands as well as a fraction.
static GROUPS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^\d.,])[1-9]\d{0,2}(?:(?:,\d{3})+|(?:\.\d{3})+)(?:[^\d.,]|$)")
        .expect("a regular expression")
});

impl Marks {
    fn of(separator: char, records: &[Record], columns: &Columns) -> Self {
        let cells = || {
            let of_row = |record| {
                ["df1", "df2", "statistic", "p"].map(|column| columns.cell(record, column))
            };
            records
                .iter()
                .flat_map(of_row)
                .filter(|cell| !GROUPS.is_match(cell))
        };
        let last = |cell: &str| cell.rfind(['.', ',']).map(|place| cell.as_bytes()[place]);
        // Points that belong to words, as in n.s., part no digits.
        let is_number = |cell: &&str| cell.ends_with(|character: char| character.is_ascii_digit());
        Self {
            separator,
            has_points: cells()
                .filter(is_number)
                .any(|cell| last(cell) == Some(b'.')),
            has_commas: cells()
                .filter(is_number)
                .any(|cell| last(cell) == Some(b',')),
        }
    }

    /// A comma where commas are no separators: the mark that comes last or, where one kind of mark
    /// alone could part thousands, the mark of the other numbers.
    fn of_cell(&self, cell: &str) -> DecimalMark {
        if self.separator == ',' {
            return DecimalMark::Point;
        }
        let comma = match cell.rfind(['.', ',']) {
            Some(_) if GROUPS.is_match(cell) => {
                let is_comma = cell.contains(',');
                if cell.matches([',', '.']).count() > 1 {
                    return if is_comma {
                        DecimalMark::Point
                    } else {
                        DecimalMark::Comma
                    };
                }
                match (self.has_points, self.has_commas) {
                    (true, false) => false,
                    (false, true) => true,
                    _ => is_comma,
                }
            }
            Some(place) => cell.as_bytes()[place] == b',',
            None => false,
        };
        if comma {
            DecimalMark::Comma
        } else {
            DecimalMark::Point
        }
    }
}
