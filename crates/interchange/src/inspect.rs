//! What a file seems to be, from its beginning.

use crate::charset::{Charset, TextDecoder};
use crate::ldif;
use crate::reader::FileKind;
use crate::tokens::Tokens;
use crate::{
    Format, ImportedOrder, ImportedRow, RawRow, Reader, RowReader, columns, contact, delimiter,
    file_kind, header, vcard,
};
use tendero_domain::{DayOrder, DecimalSign, FileProblem, ImportColumn, ImportPlan};

/// How much of the beginning of a file [`inspect`] looks at, in bytes.
pub const HEAD_BYTES: usize = 512 * 1024;

/// The largest file that is taken, in bytes.
pub const MAX_BYTES: u64 = 1 << 30;

/// Rows that are shown.
const SHOWN_ROWS: usize = 20;

/// Rows from which columns are guessed.
const SAMPLE_ROWS: usize = 300;

/// Text from which the delimiter is guessed, in characters.
const DELIMITER_CHARS: usize = 64 * 1024;

/// What a file seems to be.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// How its bytes become rows.
    pub format: Format,
    /// Its columns.
    pub names: Vec<ColumnGuess>,
    /// The first rows with content below the header, at most 20; each as long as `names`.
    pub rows: Vec<Vec<String>>,
    /// Rows with content in the whole file; counted when the beginning is all of it, else estimated.
    pub estimated_rows: u64,
    /// How it would be read if nothing is changed. `counter_sales` is `None` and `unnamed` is empty: both are words of the page.
    pub plan: ImportPlan,
    /// Whether some rows of the beginning are purchases without a customer.
    pub rows_without_customer: bool,
}

/// A column and what it seems to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnGuess {
    /// Its name in the file; empty where the file has no names.
    pub name: String,
    /// What it seems to hold.
    pub guess: ImportColumn,
    /// Whether the name says so; otherwise it is a guess from the values.
    pub sure: bool,
}

/// Looks at the beginning of a file, up to [`HEAD_BYTES`], and says what it is. `size` is that of the whole file, in bytes.
///
/// # Errors
/// [`FileProblem`] when the file cannot be imported at all. A quotation mark that never closes is told here only when
/// the beginning is the whole file, else by the [`Reader`](crate::Reader).
pub fn inspect(head: &[u8], size: u64) -> Result<Inspection, FileProblem> {
    if size > MAX_BYTES {
        let max_mb = u32::try_from(MAX_BYTES >> 20).unwrap_or(u32::MAX);
        return Err(FileProblem::TooLarge { max_mb });
    }
    let head = head.get(..HEAD_BYTES).unwrap_or(head);
    let is_whole = u64::try_from(head.len()).is_ok_and(|length| length >= size);
    if let Some(problem) = file_kind::known_binary(head) {
        return Err(problem);
    }
    let (charset, bom_bytes) = Charset::detect(head);
    let mut text = String::new();
    let body = head.get(bom_bytes..).unwrap_or_default();
    TextDecoder::new(charset).push(body, is_whole, &mut text);
    if let Some(problem) = file_kind::unusable_text(&text) {
        return Err(problem);
    }
    let kind = if vcard::begins(&text) {
        FileKind::Cards
    } else if ldif::begins(&text) {
        FileKind::Ldif
    } else {
        FileKind::Table
    };
    if kind != FileKind::Table {
        let format = Format {
            kind,
            charset,
            bom_bytes,
            delimiter: ',',
            preamble_rows: 0,
        };
        return look_at_cards(head, format, is_whole, size);
    }
    let named = delimiter::named(&text);
    let delimiter = named.unwrap_or_else(|| delimiter::guess(start(&text, DELIMITER_CHARS)));
    let rows = rows(&text, delimiter, is_whole)?;
    let hint = usize::from(named.is_some());
    let table = rows.get(hint..).unwrap_or_default();
    let preamble = header::preamble_rows(table);
    let table = table.get(preamble..).unwrap_or_default();
    let format = Format {
        kind: FileKind::Table,
        charset,
        bom_bytes,
        delimiter,
        preamble_rows: u64::try_from(hint + preamble).unwrap_or(0),
    };
    look_at(table, format, is_whole, size, head.len())
}

/// The table's rows with everything before it cut off.
fn look_at(
    table: &[RawRow],
    format: Format,
    is_whole: bool,
    size: u64,
    head: usize,
) -> Result<Inspection, FileProblem> {
    let (first, below) = table.split_first().ok_or(FileProblem::Empty)?;
    if is_whole && table.iter().all(is_blank) {
        return Err(FileProblem::Empty);
    }
    let sample: Vec<RawRow> = below
        .iter()
        .filter(|row| !is_blank(row))
        .take(SAMPLE_ROWS)
        .cloned()
        .collect();
    let has_header = header::holds_names(first, &sample);
    let mut rows = sample;
    if !has_header {
        rows.insert(0, first.clone());
    } else if rows.is_empty() && is_whole {
        return Err(FileProblem::HeaderOnly);
    }
    let names = names(first, &rows, has_header);
    let cells: Vec<&[String]> = rows.iter().map(|row| row.cells.as_slice()).collect();
    let usual = if format.delimiter == ';' {
        DecimalSign::Comma
    } else {
        DecimalSign::Point
    };
    let columns = columns::guess(&names, &cells, usual);
    let plan = ImportPlan {
        columns: columns.guesses.iter().map(|c| c.guess).collect(),
        has_header,
        day_order: columns.day_order,
        decimal: columns.decimal,
        counter_sales: None,
        unnamed: String::new(),
    };
    let filled = below.iter().filter(|row| !is_blank(row)).count() + usize::from(!has_header);
    let filled = u64::try_from(filled).unwrap_or(u64::MAX);
    Ok(Inspection {
        rows: rows
            .iter()
            .take(SHOWN_ROWS)
            .map(|row| padded(row, names.len()))
            .collect(),
        estimated_rows: if is_whole {
            filled
        } else {
            scaled(filled, size, head)
        },
        rows_without_customer: sells_to_nobody(&plan, below),
        names: columns.guesses,
        format,
        plan,
    })
}

/// Cards have the same columns in every file, so nothing is guessed.
fn look_at_cards(
    head: &[u8],
    format: Format,
    is_whole: bool,
    size: u64,
) -> Result<Inspection, FileProblem> {
    let mut rows = Vec::new();
    Reader::new(&format, false).push(head, is_whole, &mut rows)?;
    let filled = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let names = contact::COLUMNS.iter().map(|(name, guess)| ColumnGuess {
        name: (*name).to_owned(),
        guess: *guess,
        sure: true,
    });
    Ok(Inspection {
        format,
        names: names.collect(),
        rows: rows
            .iter()
            .filter(|row| row.problem.is_none())
            .take(SHOWN_ROWS)
            .map(|row| row.cells.clone())
            .collect(),
        estimated_rows: if is_whole {
            filled
        } else {
            scaled(filled, size, head.len())
        },
        plan: ImportPlan {
            columns: contact::COLUMNS.iter().map(|(_, guess)| *guess).collect(),
            has_header: false,
            day_order: DayOrder::YearMonthDay,
            decimal: DecimalSign::Point,
            counter_sales: None,
            unnamed: String::new(),
        },
        rows_without_customer: false,
    })
}

fn start(text: &str, chars: usize) -> &str {
    match text.char_indices().nth(chars) {
        Some((at, _)) => text.get(..at).unwrap_or(text),
        None => text,
    }
}

/// All rows of the text; the last one is left out when the file goes on.
pub(crate) fn rows(
    text: &str,
    delimiter: char,
    is_whole: bool,
) -> Result<Vec<RawRow>, FileProblem> {
    let mut rows = Vec::new();
    let mut tokens = Tokens::new(delimiter);
    let mut push = |row| rows.push(row);
    tokens.push(text, &mut push)?;
    if is_whole {
        tokens.finish(&mut push)?;
    }
    Ok(rows)
}

/// The columns' names; as many as most rows have cells, without empty ones at the end that no row fills.
pub(crate) fn names(first: &RawRow, rows: &[RawRow], has_header: bool) -> Vec<String> {
    let mut width = delimiter::usual_width(rows);
    if has_header {
        width = width.max(first.cells.len());
    }
    let is_used = |at: usize| {
        let mut cells = rows
            .iter()
            .chain(core::iter::once(first))
            .filter_map(|row| row.cells.get(at));
        cells.any(|cell| !cell.is_empty())
    };
    while width > 1 && !is_used(width - 1) {
        width -= 1;
    }
    let name = |at| {
        first
            .cells
            .get(at)
            .filter(|_| has_header)
            .map_or("", String::as_str)
    };
    (0..width).map(|at| name(at).to_owned()).collect()
}

fn padded(row: &RawRow, width: usize) -> Vec<String> {
    let missing = core::iter::repeat_with(String::new);
    row.cells
        .iter()
        .cloned()
        .chain(missing)
        .take(width)
        .collect()
}

fn is_blank(row: &RawRow) -> bool {
    row.cells.iter().all(String::is_empty)
}

/// Rows of the whole file when the head has so many.
fn scaled(rows: u64, size: u64, head: usize) -> u64 {
    let head = u128::try_from(head.max(1)).unwrap_or(1);
    let all = u128::from(rows) * u128::from(size) / head;
    u64::try_from(all).unwrap_or(u64::MAX)
}

/// Whether some rows are purchases that name no customer.
fn sells_to_nobody(plan: &ImportPlan, rows: &[RawRow]) -> bool {
    if !plan.is_orders() {
        return false;
    }
    let mut plan = plan.clone();
    plan.counter_sales = Some(String::new());
    let reader = RowReader::new(&plan);
    rows.iter().any(|row| {
        matches!(
            reader.read(row),
            Ok(ImportedRow::Order(ImportedOrder { customer: None, .. }))
        )
    })
}
