//! Text to cells and rows, chunk by chunk.
//!
//! RFC 4180 with what files of the world add to it: any of the three line ends, also mixed; blanks before an opening quotation mark;
//! text after a closing one, which is kept. A quotation mark inside an unquoted cell is a character like any other.

use crate::RawRow;
use tendero_domain::FileProblem;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A quoted cell longer than this, in bytes, is taken for one whose end is missing.
const MAX_QUOTED_BYTES: usize = 1 << 20;

/// The most text of one row, in bytes.
const MAX_ROW_BYTES: usize = 4 << 20;

/// The most cells of one row: what spreadsheets have.
const MAX_CELLS: usize = 16_384;

/// Splits text into rows.
#[derive(Debug)]
pub(crate) struct Tokens {
    delimiter: u8,
    place: Place,
    /// The last character was a carriage return: a line feed now belongs to it.
    after_cr: bool,
    line: u64,
    quote_line: u64,
    cell: String,
    row_bytes: usize,
    row: RawRow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first character of a cell that is no blank.
    Start,
    Unquoted,
    Quoted,
    /// After a quotation mark in a quoted cell: its end, or half of an escaped mark.
    Closing,
}

impl Tokens {
    /// The delimiter is ASCII; anything else counts as a comma.
    pub(crate) fn new(delimiter: char) -> Self {
        Self {
            delimiter: u8::try_from(delimiter)
                .ok()
                .filter(u8::is_ascii)
                .unwrap_or(b','),
            place: Place::Start,
            after_cr: false,
            line: 1,
            quote_line: 1,
            cell: String::new(),
            row_bytes: 0,
            row: RawRow {
                line: 1,
                ..RawRow::default()
            },
        }
    }

    /// Takes the next text and gives the rows it completes to `out`.
    pub(crate) fn push(
        &mut self,
        text: &str,
        out: &mut impl FnMut(RawRow),
    ) -> Result<(), FileProblem> {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if core::mem::take(&mut self.after_cr) && c == '\n' {
                rest = skip(rest, c);
                continue;
            }
            match (self.place, c) {
                (Place::Unquoted, _) => {
                    let delimiter = self.delimiter;
                    let end = |b: u8| b == delimiter || b == b'\n' || b == b'\r';
                    rest = self.take_until(rest, end)?;
                    rest = self.separator(rest, out)?;
                }
                (Place::Quoted, '"') => {
                    self.place = Place::Closing;
                    rest = skip(rest, c);
                }
                (Place::Quoted, '\r' | '\n') => {
                    self.line += 1;
                    self.after_cr = c == '\r';
                    self.cell.push('\n');
                    rest = skip(rest, c);
                }
                (Place::Quoted, _) => {
                    rest = self.take_until(rest, |b| matches!(b, b'"' | b'\r' | b'\n'))?;
                }
                (Place::Closing, '"') => {
                    self.cell.push('"');
                    self.place = Place::Quoted;
                    rest = skip(rest, c);
                }
                (Place::Start, '"') => {
                    self.cell.clear();
                    self.place = Place::Quoted;
                    self.quote_line = self.line;
                    rest = skip(rest, c);
                }
                (Place::Start, '\u{feff}') => rest = skip(rest, c),
                (Place::Start, ' ' | '\t' | '\u{a0}')
                    if u32::from(c) != u32::from(self.delimiter) =>
                {
                    self.cell.push(c);
                    rest = skip(rest, c);
                }
                (Place::Start | Place::Closing, _) => self.place = Place::Unquoted,
            }
            if self.place == Place::Start {
                self.check_row()?;
            }
        }
        Ok(())
    }

    /// Ends the text.
    pub(crate) fn finish(&mut self, out: &mut impl FnMut(RawRow)) -> Result<(), FileProblem> {
        if self.place == Place::Quoted {
            return Err(FileProblem::UnclosedQuote {
                line: self.quote_line,
            });
        }
        if self.place != Place::Start || !self.cell.is_empty() || !self.row.cells.is_empty() {
            self.end_cell();
            self.end_row(out);
        }
        Ok(())
    }

    /// Moves text up to the first byte that ends it into the cell; those bytes are ASCII, so no character is cut.
    fn take_until<'t>(
        &mut self,
        text: &'t str,
        end: impl Fn(u8) -> bool,
    ) -> Result<&'t str, FileProblem> {
        let at = text.bytes().position(end).unwrap_or(text.len());
        let (taken, rest) = text.split_at_checked(at).unwrap_or((text, ""));
        self.cell.push_str(taken);
        if self.place == Place::Quoted && self.cell.len() > MAX_QUOTED_BYTES {
            return Err(FileProblem::UnclosedQuote {
                line: self.quote_line,
            });
        }
        self.check_row()?;
        Ok(rest)
    }

    fn check_row(&self) -> Result<(), FileProblem> {
        if self.row_bytes + self.cell.len() > MAX_ROW_BYTES || self.row.cells.len() > MAX_CELLS {
            return Err(FileProblem::NotText);
        }
        Ok(())
    }

    /// At a delimiter or line end, or at the end of the chunk.
    fn separator<'t>(
        &mut self,
        text: &'t str,
        out: &mut impl FnMut(RawRow),
    ) -> Result<&'t str, FileProblem> {
        let Some(c) = text.chars().next() else {
            return Ok(text);
        };
        self.end_cell();
        if c == '\r' || c == '\n' {
            self.after_cr = c == '\r';
            self.line += 1;
            self.check_row()?;
            self.end_row(out);
        }
        Ok(skip(text, c))
    }

    fn end_cell(&mut self) {
        self.place = Place::Start;
        self.row_bytes += self.cell.len();
        self.row.cells.push(clean(&self.cell));
        self.cell.clear();
    }

    fn end_row(&mut self, out: &mut impl FnMut(RawRow)) {
        self.row_bytes = 0;
        let next = RawRow {
            line: self.line,
            cells: Vec::with_capacity(self.row.cells.len()),
            ..RawRow::default()
        };
        let mut row = core::mem::replace(&mut self.row, next);
        if matches!(row.cells.as_slice(), [only] if only.is_empty()) {
            row.cells = Vec::new();
        }
        out(row);
    }
}

fn skip(text: &str, c: char) -> &str {
    text.get(c.len_utf8()..).unwrap_or_default()
}

/// A cell's value: without control and other invisible characters, composed, trimmed, freed from a [guard](crate::refused::guarded).
pub(crate) fn clean(cell: &str) -> String {
    let trimmed = cell.trim();
    // Everything below the combining marks is composed, and of that only controls are invisible.
    let plain = |c: char| matches!(c, ' '..='~' | '\u{a0}'..'\u{300}' | '\n' | '\t');
    if trimmed.chars().all(plain) {
        return unguarded(trimmed).to_owned();
    }
    let visible: String = trimmed.chars().filter(|c| is_visible(*c)).collect();
    let composed = match is_nfc_quick(visible.chars()) {
        IsNormalized::Yes => visible,
        _ => visible.nfc().collect(),
    };
    unguarded(composed.trim()).to_owned()
}

/// Controls other than line feed and tab, marks of writing direction and zero-width spaces come along when numbers are copied; nobody means them.
fn is_visible(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => false,
        _ => !c.is_control(),
    }
}

/// Takes off the apostrophe that keeps a spreadsheet from running a cell.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if crate::refused::could_run(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, delimiter: char) -> Result<Vec<(u64, Vec<String>)>, FileProblem> {
        let mut tokens = Tokens::new(delimiter);
        let mut rows = Vec::new();
        let mut out = |row: RawRow| rows.push((row.line, row.cells));
        tokens.push(text, &mut out)?;
        tokens.finish(&mut out)?;
        Ok(rows)
    }

    #[track_caller]
    fn check(text: &str, expect: &[(u64, &[&str])]) {
        let expect: Vec<(u64, Vec<String>)> = expect
            .iter()
            .map(|(line, cells)| (*line, cells.iter().map(|c| (*c).to_owned()).collect()))
            .collect();
        assert_eq!(rows(text, ',').unwrap(), expect, "{text:?}");
    }

    #[test]
    fn every_line_end_ends_a_row() {
        let expect: &[(u64, &[&str])] = &[(1, &["a", "b"]), (2, &["c", "d"]), (3, &["e", ""])];
        check("a,b\nc,d\ne,", expect);
        check("a,b\r\nc,d\r\ne,\r\n", expect);
        check("a,b\rc,d\re,\r", expect);
        check("a,b\rc,d\r\ne,\n", expect);
    }

    #[test]
    fn empty_lines_are_rows_without_cells() {
        check("a\n\nb\n", &[(1, &["a"]), (2, &[]), (3, &["b"])]);
        check("\n", &[(1, &[])]);
        check("", &[]);
        check(" , \n", &[(1, &["", ""])]);
    }

    #[test]
    fn quoted_cells_hold_anything() {
        check("\"a,b\",\"c\"\"d\"\n", &[(1, &["a,b", "c\"d"])]);
        check(
            "\"a\r\nb\rc\nd\",x\ny",
            &[(1, &["a\nb\nc\nd", "x"]), (5, &["y"])],
        );
        check("a, \"b, c\" ,d", &[(1, &["a", "b, c", "d"])]);
        check("5\" pipe,\"\"", &[(1, &["5\" pipe", ""])]);
        check(
            "\"The \"Corner\" Deli\",x",
            &[(1, &["The Corner\" Deli\"", "x"])],
        );
        check("\u{feff}\"a\",b", &[(1, &["a", "b"])]);
    }

    #[test]
    fn cells_are_trimmed_composed_and_without_invisible_characters() {
        check(
            "\u{a0}Nun\u{303}ez \0,\u{202a}+34 600\u{202c}\u{1a}",
            &[(1, &["Nuñez", "+34 600"])],
        );
        check("\"Tab\there\"", &[(1, &["Tab\there"])]);
    }

    #[test]
    fn a_guard_against_formulas_is_taken_off_once() {
        check(
            "'=1+1,'+34,''=x,'x,it's,'",
            &[(1, &["=1+1", "+34", "'=x", "'x", "it's", "'"])],
        );
    }

    #[test]
    fn a_quotation_mark_that_never_closes_is_told_with_its_line() {
        assert_eq!(
            rows("a\nb,\"c\nd\n", ','),
            Err(FileProblem::UnclosedQuote { line: 2 })
        );
        let long = format!("a\nb,\"{}\"\n", "x\n".repeat(MAX_QUOTED_BYTES));
        assert_eq!(
            rows(&long, ','),
            Err(FileProblem::UnclosedQuote { line: 2 })
        );
    }

    #[test]
    fn what_has_no_end_of_row_is_not_a_table() {
        assert_eq!(
            rows(&"x".repeat(MAX_ROW_BYTES + 1), ','),
            Err(FileProblem::NotText)
        );
        assert_eq!(
            rows(&",".repeat(MAX_CELLS + 1), ','),
            Err(FileProblem::NotText)
        );
    }

    proptest! {
        /// The csv crate is a second opinion on what RFC 4180 leaves open.
        #[test]
        fn rows_are_those_of_the_csv_crate(text in "[a\",\n\r;é]{0,40}") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            match rows(&text, ',') {
                Ok(rows) => {
                    let ours: Vec<Vec<String>> = rows.into_iter().map(|(_, cells)| cells).filter(|cells| !cells.is_empty()).collect();
                    // An empty line is nothing to them, a quoted empty cell alone on its line is nothing to us.
                    let theirs: Vec<Vec<String>> = theirs
                        .into_iter()
                        .map(|row| row.into_iter().map(|cell| cell.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()).collect())
                        .filter(|cells: &Vec<String>| cells.len() > 1 || cells.iter().any(|cell| !cell.is_empty()))
                        .collect();
                    prop_assert_eq!(ours, theirs);
                }
                Err(problem) => {
                    let quoted = matches!(problem, FileProblem::UnclosedQuote { .. });
                    prop_assert!(quoted);
                }
            }
        }
    }
}
