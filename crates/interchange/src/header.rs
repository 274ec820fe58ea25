//! Where the table begins and whether its first row holds names.

use crate::RawRow;
use crate::delimiter::usual_width;
use crate::values::Kind;
use crate::words;

/// Rows before the table that are overlooked.
const MAX_PREAMBLE: usize = 20;

/// The number of rows before the table: titles, notes, empty ones.
///
/// A row whose cells are names that are understood is where it begins; without one, the first that is filled like a row of the table.
pub(crate) fn preamble_rows(rows: &[RawRow]) -> usize {
    let width = usual_width(rows);
    let start = rows.get(..rows.len().min(MAX_PREAMBLE)).unwrap_or_default();
    let understood: Vec<usize> = start.iter().map(understood).collect();
    let most = understood.iter().copied().max().unwrap_or(0);
    let by_names = start
        .iter()
        .zip(&understood)
        .position(|(row, names)| most >= 2 && *names == most && names * 4 >= filled(row));
    // A row without gaps that is as wide as the table belongs to it, whatever it says.
    let full = start
        .iter()
        .position(|row| width >= 3 && row.cells.len() == width && filled(row) == width);
    let by_names = by_names.map(|at| full.map_or(at, |full| at.min(full)));
    let like_a_row = |row: &RawRow| {
        let filled = filled(row);
        filled > 0
            && (width < 2 || (row.cells.len() * 2 > width && (width < 3 || filled * 4 > width)))
    };
    let by_shape = start.iter().position(like_a_row);
    by_names
        .or(by_shape)
        .or_else(|| start.iter().position(|row| filled(row) > 0))
        .unwrap_or(0)
}

/// Whether a row holds names rather than values, judged by itself and by the rows below.
pub(crate) fn holds_names(first: &RawRow, below: &[RawRow]) -> bool {
    let cells = || first.cells.iter().filter(|cell| !cell.is_empty());
    if cells().any(|cell| Kind::of(cell) == Kind::Email) {
        return false;
    }
    let understood = understood(first);
    // "2024" and "Q1" may be a column's name, so values are only counted.
    let values = cells().filter(|cell| is_value(cell)).count();
    if understood > values || (understood == values && understood >= 2) {
        return true;
    }
    // Words above numbers, days or mail addresses are their names.
    let above_values = first.cells.iter().enumerate().filter(|(at, name)| {
        let column = below.iter().filter_map(|row| row.cells.get(*at));
        let mut column = column.filter(|cell| !cell.is_empty()).peekable();
        let named = !name.is_empty() && !is_value(name) && column.peek().is_some();
        named && column.all(|cell| is_value(cell))
    });
    let above_values = above_values.count();
    above_values > values
        || (values == 0 && !below.is_empty() && distinct(first) && could_be_names(first))
}

/// Whether a cell is a number, a day, a telephone number or a mail address; "e164" and "Q1" have letters.
fn is_value(cell: &str) -> bool {
    match Kind::of(cell) {
        Kind::Text => false,
        Kind::Email | Kind::Day => true,
        _ => !cell.chars().any(char::is_alphabetic),
    }
}

/// How many of a row's cells, each counted once, are names that mean something.
fn understood(row: &RawRow) -> usize {
    let mut cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
    cells.sort_unstable();
    cells.dedup();
    cells
        .into_iter()
        .filter(|cell| words::read(cell).is_some())
        .count()
}

/// All words, each once, none of them a sentence, none missing: what people write above columns.
fn could_be_names(row: &RawRow) -> bool {
    row.cells.iter().all(|cell| {
        let short = (1..=30).contains(&cell.chars().count());
        short && !cell.chars().any(|c| c.is_ascii_digit()) && !cell.contains('\n')
    }) && row
        .cells
        .iter()
        .all(|cell| cell.split_whitespace().count() == 1)
}

fn distinct(row: &RawRow) -> bool {
    let mut cells: Vec<&String> = row.cells.iter().collect();
    cells.sort_unstable();
    cells.windows(2).all(|pair| pair.first() != pair.last())
}

fn filled(row: &RawRow) -> usize {
    row.cells.iter().filter(|cell| !cell.is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<RawRow> {
        text.lines()
            .map(|line| RawRow {
                line: 1,
                cells: line
                    .split('|')
                    .map(str::to_owned)
                    .filter(|_| !line.is_empty())
                    .collect(),
                ..RawRow::default()
            })
            .collect()
    }

    #[test]
    fn titles_above_the_table_are_overlooked() {
        for (text, expect) in [
            ("Name|City\nAna|León", 0),
            (
                "Notes:\nWhen exporting\n\nFirst Name|Last Name|Email\na|b|c",
                3,
            ),
            (
                "Informe|||\nFecha:|01/01/2024||\nNombre|Ciudad|CP|Notas\nA|B|C|D\nA|B|C|D",
                2,
            ),
            ("Report\n\nfoo|bar|baz\n1|2|3\n4|5|6", 2),
            ("\n\na|b\n1|2", 2),
            ("only\none\ncolumn", 0),
            ("", 0),
        ] {
            assert_eq!(preamble_rows(&rows(text)), expect, "{text}");
        }
    }

    #[test]
    fn a_row_of_names_is_told_from_a_row_of_values() {
        for (text, expect) in [
            ("Name|City\nAna|León", true),
            ("Nombre|Email", true),
            ("a|b|c\n1|2|3", true),
            ("foo|bar\nx y|z", true),
            (
                "John Doe|John|Doe|john@doe.invalid\nJane Doe|Jane|Doe|jane@doe.invalid",
                false,
            ),
            (
                "17850|536365|2010-12-01|7|139.12\n17850|536366|2010-12-01|2|22.2",
                false,
            ),
            ("Bar La Estación|León\nDeli Central|Ávila", false),
            ("Nombre|2023|2024|Email\nBar|5|6|a@b.es", true),
            ("Nombre|2024|Email\nBar|5|a@b.es", true),
            ("Bar|León", false),
        ] {
            let rows = rows(text);
            assert_eq!(holds_names(&rows[0], &rows[1..]), expect, "{text}");
        }
    }
}
