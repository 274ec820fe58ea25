//! Customers as a file that spreadsheets open and that comes in again as it was.

use crate::ImportedCustomer;
use crate::refused::write_cell;
use tendero_domain::{DecimalSign, ImportColumn};

/// Customers as CSV: UTF-8 with a byte order mark, CRLF line ends, one column for each thing a customer holds.
///
/// A spreadsheet set to Spanish expects `;` and a decimal comma, to English `,` and a point. Cells that it would run as a formula get
/// an apostrophe in front, which [`Reader`](crate::Reader) takes off. What the importer made of a file it makes of the exported one;
/// a tag with a separator in it, or a telephone cell with two numbers, comes back as two.
#[derive(Debug, Clone)]
pub struct CustomersCsv {
    columns: Vec<ImportColumn>,
    delimiter: char,
    decimal: DecimalSign,
    csv: String,
}

impl CustomersCsv {
    /// Begins the file with the names of its columns, in the words of the reader; columns of purchases stay empty.
    #[must_use]
    pub fn new(columns: &[(ImportColumn, &str)], delimiter: char, decimal: DecimalSign) -> Self {
        let mut file = Self {
            columns: columns.iter().map(|(column, _)| *column).collect(),
            delimiter,
            decimal,
            csv: String::from('\u{feff}'),
        };
        let names: Vec<&str> = columns.iter().map(|(_, name)| *name).collect();
        file.row(&names);
        file
    }

    /// Adds a customer.
    pub fn push(&mut self, customer: &ImportedCustomer) {
        let cells = self
            .columns
            .iter()
            .map(|column| self.cell(customer, *column));
        let cells: Vec<String> = cells.collect();
        self.row(&cells);
    }

    /// Takes what was written since the last time, so that a long list is never held as a whole.
    pub fn take(&mut self) -> String {
        core::mem::take(&mut self.csv)
    }

    fn row(&mut self, cells: &[impl AsRef<str>]) {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.csv.push(self.delimiter);
            }
            write_cell(&mut self.csv, self.delimiter, cell.as_ref());
        }
        self.csv.push_str("\r\n");
    }

    fn cell(&self, customer: &ImportedCustomer, column: ImportColumn) -> String {
        let before = customer.before.as_ref();
        match column {
            ImportColumn::Field(field) => {
                let found = customer.fields.iter().find(|(f, _)| *f == field);
                found.map_or_else(String::new, |(_, value)| value.clone())
            }
            ImportColumn::Tags => customer.tags.join("|"),
            ImportColumn::Note => customer.note.clone().unwrap_or_default(),
            ImportColumn::BeforeCount => before.map_or_else(String::new, |b| b.count.to_string()),
            ImportColumn::BeforeTotal => {
                before.map_or_else(String::new, |b| amount(b.total_minor, self.decimal))
            }
            ImportColumn::BeforeLast => {
                let last = before.and_then(|b| b.last);
                last.map_or_else(String::new, |day| day.to_string())
            }
            _ => String::new(),
        }
    }
}

/// Minor units with two decimals and no thousands, as every spreadsheet of that language reads them.
fn amount(minor: i64, decimal: DecimalSign) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let point = match decimal {
        DecimalSign::Point => '.',
        DecimalSign::Comma => ',',
    };
    let whole = minor.unsigned_abs();
    format!("{sign}{}{point}{:02}", whole / 100, whole % 100)
}
