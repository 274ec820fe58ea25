//! Which character stands between cells.

use crate::RawRow;
use crate::tokens::Tokens;

/// The candidates, the commoner first.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// Rows that are looked at.
const SAMPLE_ROWS: usize = 300;

/// Rows before the table that are overlooked.
const MAX_PREAMBLE: usize = 20;

/// The delimiter that a `sep=;` line in front names; spreadsheets write and obey it.
pub(crate) fn named(text: &str) -> Option<char> {
    let line = text.lines().next()?.trim_matches(['"', '\r', '\u{feff}']);
    let (word, rest) = line.split_at_checked(4)?;
    let delimiter = rest
        .chars()
        .next()
        .filter(|_| word.eq_ignore_ascii_case("sep="))?;
    let fits = delimiter == '\t' || (delimiter.is_ascii_punctuation() && delimiter != '"');
    fits.then_some(delimiter)
}

/// The delimiter under which the rows look most like a table; a comma where there is only one column.
///
/// A row counts when it has as many cells as most rows. Cells that would be cut by another candidate count against it,
/// which is what tells `1,5;2,5` from four columns.
pub(crate) fn guess(text: &str) -> char {
    let mut best = (0.0, ',');
    for delimiter in DELIMITERS {
        let score = score(text, delimiter);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn score(text: &str, delimiter: char) -> f64 {
    let (rows, whole) = sample(text, delimiter);
    let width = usual_width(&rows);
    if width < 2 {
        return 0.0;
    }
    let first = rows
        .iter()
        .take(MAX_PREAMBLE)
        .position(|row| row.cells.len() == width);
    let table = rows.get(first.unwrap_or(0)..).unwrap_or_default();
    let even = table.iter().filter(|row| row.cells.len() == width).count();
    let cells = table.iter().flat_map(|row| &row.cells);
    let (mut clean, mut all) = (0_usize, 0_usize);
    for cell in cells.filter(|cell| !cell.is_empty()) {
        all += 1;
        clean += usize::from(!could_be_cut(cell));
    }
    let share = |part: usize, all: usize| part as f64 / all.max(1) as f64;
    let wide = 1.0 - 1.0 / width as f64;
    let closed = if whole { 1.0 } else { 0.5 };
    share(even, table.len()) * (0.4 + 0.6 * share(clean, all)) * wide.sqrt() * closed
}

/// The first rows under this delimiter, without empty ones; whether all quotation marks close.
fn sample(text: &str, delimiter: char) -> (Vec<RawRow>, bool) {
    let mut rows = Vec::new();
    let mut tokens = Tokens::new(delimiter);
    let mut push = |row: RawRow| {
        if rows.len() < SAMPLE_ROWS && !row.cells.is_empty() {
            rows.push(row);
        }
    };
    let whole = tokens.push(text, &mut push).is_ok() && tokens.finish(&mut push).is_ok();
    (rows, whole)
}

/// The number of cells that most rows have; the larger one of two that are equally common.
pub(crate) fn usual_width(rows: &[RawRow]) -> usize {
    let mut widths: Vec<usize> = rows
        .iter()
        .map(|row| row.cells.len())
        .filter(|n| *n > 0)
        .collect();
    widths.sort_unstable();
    let runs = widths.chunk_by(|a, b| a == b);
    let longest = runs.max_by_key(|run| run.len());
    longest.and_then(|run| run.first().copied()).unwrap_or(0)
}

/// Whether a cell looks as if another delimiter should have cut it: a candidate that is neither prose nor part of a number.
fn could_be_cut(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let at = |i: Option<usize>| i.and_then(|i| bytes.get(i)).copied().unwrap_or(b' ');
    bytes.iter().enumerate().any(|(i, b)| match b {
        b'\t' => true,
        b';' | b'|' | b',' => {
            let (before, after) = (at(i.checked_sub(1)), at(i.checked_add(1)));
            let number = *b == b',' && before.is_ascii_digit() && after.is_ascii_digit();
            !(number || after == b' ' || after == b'\n')
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_makes_even_rows() {
        for (text, expect) in [
            ("a,b,c\n1,2,3\n", ','),
            ("nombre;importe\nAna;1,5\nLuis;2,5\n", ';'),
            ("1,5;2,5;3,5\n1,5;2,5;3,5\n", ';'),
            ("a\tb\n1,5\t2\n2,5\t3\n", '\t'),
            ("a|b|c\n1|2|3\n", '|'),
            (
                "name,notes\nAna,\"VIP; prefers; mail\"\nLuis,late; pays\n",
                ',',
            ),
            ("Bar;Peña, Hijos\nBar;Peña, Hijos\n", ';'),
            ("nombre\nAna\nLuis\n", ','),
            ("1,1,1,1\n2\t2\t2\t2\n3\t3\t3\t3\n4\t4\t4\t4\n", '\t'),
            ("Report of today, Madrid\n\na;b;c\n1;2;3\n1;2;3\n", ';'),
            ("\"a\";\"b, c\"\n\"d\";\"e, f\"\n", ';'),
            ("", ','),
        ] {
            assert_eq!(guess(text), expect, "{text}");
        }
    }

    #[test]
    fn a_line_in_front_may_name_it() {
        assert_eq!(named("sep=;\r\na;b"), Some(';'));
        assert_eq!(named("SEP=\t\na"), Some('\t'));
        assert_eq!(named("\"sep=|\"\na"), Some('|'));
        for text in ["sep=", "sep=a\n", "sepia;b", "", "é"] {
            assert_eq!(named(text), None);
        }
    }
}
