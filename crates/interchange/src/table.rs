//! A whole table at once, whatever its columns mean: for programs that ask for columns by name.

use crate::charset::{Charset, TextDecoder};
use crate::{RawRow, columns, delimiter, file_kind, header, inspect, words};
use tendero_domain::{DayOrder, DecimalSign, FileProblem, ImportColumn};

/// Text from which the delimiter is guessed, in bytes.
const DELIMITER_BYTES: usize = 64 * 1024;

/// Rows from which columns and the header are guessed.
const SAMPLE_ROWS: usize = 300;

/// A table as it stands in a file.
#[derive(Debug, Clone)]
pub struct Table {
    /// The columns' names; empty ones where the file has no header.
    pub names: Vec<String>,
    /// Whether the first row held them.
    pub has_header: bool,
    /// What each column seems to hold.
    pub guesses: Vec<ImportColumn>,
    /// The rows with content below the header.
    pub rows: Vec<RawRow>,
    /// The character between cells; a space stands for any number of them.
    pub delimiter: char,
    /// The name of the character set, such as `UTF-8`.
    pub charset: &'static str,
    usual: DecimalSign,
}

impl Table {
    /// Reads a whole file. The delimiter is guessed where none is given: `,` `;` tab `|`, and spaces where those make one
    /// column only and spaces make as many cells of every row.
    ///
    /// # Errors
    /// [`FileProblem`] when the file is no table, is empty, or a quotation mark in it never closes.
    pub fn read(bytes: &[u8], delimiter: Option<char>) -> Result<Self, FileProblem> {
        if let Some(problem) = file_kind::known_binary(bytes) {
            return Err(problem);
        }
        let (charset, bom_bytes) = Charset::detect(bytes);
        let mut text = String::new();
        let body = bytes.get(bom_bytes..).unwrap_or_default();
        TextDecoder::new(charset).push(body, true, &mut text);
        if let Some(problem) = file_kind::unusable_text(&text) {
            return Err(problem);
        }
        let named = delimiter::named(&text);
        let delimiter = delimiter.or(named).unwrap_or_else(|| guess(&text));
        let mut rows = inspect::rows(&text, delimiter, true)?;
        rows.drain(..usize::from(named.is_some()).min(rows.len()));
        if delimiter == ' ' {
            for row in &mut rows {
                row.cells.retain(|cell| !cell.is_empty());
            }
        }
        rows.drain(..header::preamble_rows(&rows).min(rows.len()));
        let charset = charset.name();
        Self::new(rows, delimiter, charset).ok_or(FileProblem::Empty)
    }

    /// The sign before the decimals of a column, from all of its amounts together.
    #[must_use]
    pub fn decimal_sign(&self, column: usize) -> DecimalSign {
        crate::guess_decimal(self.cells(column), self.usual)
    }

    /// The order of day, month and year of a column, from all of its days together. Where each could be read both ways, the
    /// month comes first if the columns are named as in the United States, with a point as `decimal` sign.
    #[must_use]
    pub fn day_order(&self, column: usize, decimal: DecimalSign) -> DayOrder {
        let american = words::is_american(&self.names) && decimal == DecimalSign::Point;
        crate::guess_order(self.cells(column), american)
    }

    fn new(mut rows: Vec<RawRow>, delimiter: char, charset: &'static str) -> Option<Self> {
        rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
        let (first, below) = rows.split_first()?;
        let sample = below.get(..below.len().min(SAMPLE_ROWS)).unwrap_or(below);
        let has_header = header::holds_names(first, sample);
        let names = inspect::names(first, &rows, has_header);
        if has_header {
            rows.remove(0);
        }
        let sample = rows.get(..rows.len().min(SAMPLE_ROWS)).unwrap_or(&rows);
        let cells: Vec<&[String]> = sample.iter().map(|row| row.cells.as_slice()).collect();
        let usual = match delimiter {
            ';' => DecimalSign::Comma,
            _ => DecimalSign::Point,
        };
        let guesses = columns::guess(&names, &cells, usual).guesses;
        Some(Self {
            guesses: guesses.into_iter().map(|column| column.guess).collect(),
            names,
            has_header,
            rows,
            delimiter,
            charset,
            usual,
        })
    }

    fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        let rows = self.rows.iter();
        rows.filter_map(move |row| row.cells.get(column).map(String::as_str))
    }
}

fn guess(text: &str) -> char {
    let mut end = text.len().min(DELIMITER_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let start = text.get(..end).unwrap_or(text);
    let usual = delimiter::guess(start);
    let lines: Vec<&str> = start
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    // The last one may be cut.
    let whole = match lines.split_last() {
        Some((_, whole)) if start.len() < text.len() => whole,
        _ => &lines,
    };
    let cells = |line: &&str| line.split_whitespace().count();
    let width = whole.first().map_or(0, cells);
    let is_even = width > 1 && whole.iter().all(|line| cells(line) == width);
    if is_even && !whole.iter().any(|line| line.contains(usual)) {
        ' '
    } else {
        usual
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn read(text: &str) -> Table {
        Table::read(text.as_bytes(), None).unwrap()
    }

    fn cells(table: &Table) -> Vec<Vec<&str>> {
        table
            .rows
            .iter()
            .map(|row| row.cells.iter().map(String::as_str).collect())
            .collect()
    }

    #[test]
    fn columns_of_blanks_without_a_header_are_a_table() {
        let table = read(
            " 00004 0001 19970101  2   29.33\n 00004 0001 19970118  2   29.73\n 00021 0002 19970101 10 5\n",
        );
        assert_eq!((table.delimiter, table.has_header), (' ', false));
        assert_eq!(
            cells(&table),
            [
                ["00004", "0001", "19970101", "2", "29.33"],
                ["00004", "0001", "19970118", "2", "29.73"],
                ["00021", "0002", "19970101", "10", "5"]
            ]
        );
        assert_eq!(table.rows[2].line, 3);
    }

    #[test]
    fn a_usual_table_is_read_as_by_the_import() {
        let table =
            read("sep=;\nCliente;Fecha;Importe\nAna;25/11/2026;1,50\n\nLuis;01/02/2026;1.200\n");
        assert_eq!((table.delimiter, table.has_header), (';', true));
        assert_eq!(table.names, ["Cliente", "Fecha", "Importe"]);
        assert_eq!(cells(&table)[1], ["Luis", "01/02/2026", "1.200"]);
        let decimal = table.decimal_sign(2);
        assert_eq!(decimal, DecimalSign::Comma);
        assert_eq!(table.day_order(1, decimal), DayOrder::DayMonthYear);
        let lines: Vec<u64> = table.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [3, 5]);
    }

    #[test]
    fn names_with_blanks_are_no_columns_of_blanks() {
        let table = read("customer name,day\nAna Ruiz,2026-01-01\nLuis Gil,2026-01-02\n");
        assert_eq!((table.delimiter, table.names.len()), (',', 2));
    }

    #[test]
    fn a_delimiter_may_be_given() {
        let table = Table::read(b"a:b\n1:2\n3:4\n", Some(':')).unwrap();
        assert_eq!(cells(&table), [["1", "2"], ["3", "4"]]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            text in "[ab1., ;\\t\"\n-]{0,80}",
            delimiter in prop::option::of(prop::sample::select(vec![',', ';', '\t', ' ', '|', ':'])),
        ) {
            for bytes in [bytes.as_slice(), text.as_bytes()] {
                if let Ok(table) = Table::read(bytes, delimiter) {
                    prop_assert_eq!(table.guesses.len(), table.names.len());
                    for column in 0..=table.names.len() {
                        let decimal = table.decimal_sign(column);
                        let _ = table.day_order(column, decimal);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_table_is_refused() {
        assert!(matches!(Table::read(b"", None), Err(FileProblem::Empty)));
        assert!(matches!(
            Table::read(b"PK\x03\x04xl/", None),
            Err(FileProblem::Spreadsheet)
        ));
        assert!(matches!(
            Table::read(b"a,b\n1,\"2\n", None),
            Err(FileProblem::UnclosedQuote { line: 2 })
        ));
    }
}
