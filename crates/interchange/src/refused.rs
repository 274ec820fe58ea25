//! Refused rows as a file that a person can mend.

use crate::RawRow;

/// The refused rows of an import: CSV with the reason in a last column.
///
/// The text is UTF-8 with a byte order mark and CRLF line ends, which is what spreadsheets open rightly. Cells that a spreadsheet would
/// run as a formula get an apostrophe in front; [`Reader`](crate::Reader) takes it off again, so the mended file imports as it was.
#[derive(Debug, Clone)]
pub struct Refused {
    delimiter: char,
    columns: usize,
    csv: String,
    count: u64,
}

impl Refused {
    /// Begins the file with the columns' names and the name of the reason's column; all names empty means a file without a header.
    #[must_use]
    pub fn new(header: &[String], reason_header: &str, delimiter: char) -> Self {
        let mut file = Self {
            delimiter,
            columns: header.len(),
            csv: String::from('\u{feff}'),
            count: 0,
        };
        if header.iter().any(|name| !name.is_empty()) {
            file.write(header, reason_header);
        }
        file
    }

    /// Adds a row with the reason why it was refused.
    pub fn push(&mut self, row: &RawRow, reason: &str) {
        self.write(&row.cells, reason);
        self.count += 1;
    }

    /// How many rows were added.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The file's text.
    #[must_use]
    pub fn into_csv(self) -> String {
        self.csv
    }

    /// A row shorter than the header is filled up, so that all reasons stand below each other.
    fn write(&mut self, cells: &[String], reason: &str) {
        let missing = self.columns.saturating_sub(cells.len());
        let cells = cells.iter().map(String::as_str);
        for cell in cells.chain(core::iter::repeat_n("", missing)) {
            self.cell(cell);
            self.csv.push(self.delimiter);
        }
        self.cell(reason);
        self.csv.push_str("\r\n");
    }

    fn cell(&mut self, cell: &str) {
        write_cell(&mut self.csv, self.delimiter, cell);
    }
}

/// Writes a cell so that no spreadsheet runs it and [`Reader`](crate::Reader) reads it as it was.
pub(crate) fn write_cell(csv: &mut String, delimiter: char, cell: &str) {
    let quoted = cell.contains([delimiter, '"', '\n', '\r']);
    let guard = if could_run(cell.trim_start_matches('\'')) {
        "'"
    } else {
        ""
    };
    if quoted {
        csv.push('"');
        csv.push_str(guard);
        csv.push_str(&cell.replace('"', "\"\""));
        csv.push('"');
    } else {
        csv.push_str(guard);
        csv.push_str(cell);
    }
}

/// Whether a spreadsheet would run a cell that begins like this (OWASP, "CSV injection"), full-width forms included.
pub(crate) fn could_run(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Charset, Format, Reader};
    use proptest::prelude::*;

    fn row(cells: &[&str]) -> RawRow {
        RawRow {
            line: 1,
            cells: cells.iter().map(|c| (*c).to_owned()).collect(),
            ..RawRow::default()
        }
    }

    #[test]
    fn the_reason_stands_in_the_last_column() {
        let header = ["Nombre".to_owned(), "Notas".to_owned()];
        let mut file = Refused::new(&header, "Motivo", ';');
        file.push(&row(&["Bar \"El Rincón\"", "a; b"]), "=Sin cliente");
        file.push(&row(&["+34 600 000 000"]), "x");
        assert_eq!(file.count(), 2);
        assert_eq!(
            file.into_csv(),
            "\u{feff}Nombre;Notas;Motivo\r\n\"Bar \"\"El Rincón\"\"\";\"a; b\";'=Sin cliente\r\n'+34 600 000 000;;x\r\n"
        );
    }

    #[test]
    fn a_file_without_names_gets_none() {
        let mut file = Refused::new(&[String::new(), String::new()], "Reason", ',');
        file.push(&row(&["a"]), "r");
        assert_eq!(file.into_csv(), "\u{feff}a,,r\r\n");
    }

    proptest! {
        #[test]
        fn refused_rows_are_read_again_as_they_were(cells in proptest::collection::vec("[a'=+@\" ,;\né-]{0,6}", 1..6)) {
            let cells: Vec<String> = cells.iter().map(|c| c.trim().to_owned()).collect();
            let header: Vec<String> = cells.iter().map(|_| "h".to_owned()).collect();
            let mut file = Refused::new(&header, "reason", ',');
            file.push(&RawRow { line: 2, cells: cells.clone(), ..RawRow::default() }, "why");
            let csv = file.into_csv();
            let format = Format { kind: crate::FileKind::Table, charset: Charset::Utf8, bom_bytes: 3, delimiter: ',', preamble_rows: 0 };
            let mut rows = Vec::new();
            Reader::new(&format, true).push(csv.as_bytes(), true, &mut rows).unwrap();
            let mut expect = cells;
            expect.push("why".to_owned());
            prop_assert_eq!(rows.len(), 1);
            prop_assert_eq!(&rows[0].cells, &expect);
        }
    }
}
