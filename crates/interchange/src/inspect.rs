//! What a file seems to be, from its beginning.

use crate::Format;
use tendero_domain::{FileProblem, ImportColumn, ImportPlan};

/// How much of the beginning of a file [`inspect`] looks at, in bytes.
pub const HEAD_BYTES: usize = 512 * 1024;

/// The largest file that is taken, in bytes.
pub const MAX_BYTES: u64 = 1 << 30;

/// What a file seems to be.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// How its bytes become rows.
    pub format: Format,
    /// Its columns.
    pub names: Vec<ColumnGuess>,
    /// The first rows below the header, at most 20; each as long as `names`.
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

/// Looks at the beginning of a file, up to [`HEAD_BYTES`], and says what it is. `size` is that of the whole file.
///
/// # Errors
/// [`FileProblem`] when the file cannot be imported at all.
pub fn inspect(head: &[u8], size: u64) -> Result<Inspection, FileProblem> {
    let _ = (head, size);
    Err(FileProblem::NotText)
}
