//! What a file looks like before it is taken in.

use serde::{Deserialize, Serialize};
use tendero_domain::{ImportColumn, ImportPlan};

/// What was found in a file, for a person to confirm or correct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePreview {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Name of the character set it was read with, such as `UTF-8` or `windows-1252`.
    pub charset: String,
    /// The character between cells.
    pub delimiter: char,
    /// Whether it is a table, whose first row may hold names; else contacts (vCard, LDIF), whose columns are always the same.
    pub is_table: bool,
    /// Its columns.
    pub columns: Vec<ColumnGuess>,
    /// The first rows below the header, at most 20; each as long as `columns`.
    pub rows: Vec<Vec<String>>,
    /// Rows in the whole file, estimated from the beginning unless the beginning is all.
    pub estimated_rows: u64,
    /// How it would be read if nothing is changed. `counter_sales` is `None` and `unnamed` empty: the page's words.
    pub plan: ImportPlan,
    /// Whether some rows of the beginning are purchases without a customer.
    pub has_counter_sales: bool,
}

/// A column and what it seems to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnGuess {
    /// Its name in the file; empty where the file has no names.
    pub name: String,
    /// What it seems to hold.
    pub guess: ImportColumn,
    /// Whether the name says so; otherwise it is a guess from the values.
    pub sure: bool,
}
