//! Bytes to rows, chunk by chunk.

use crate::charset::{Charset, TextDecoder};
use crate::tokens::Tokens;
use tendero_domain::FileProblem;

/// How the bytes of a file become rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    pub(crate) charset: Charset,
    pub(crate) bom_bytes: usize,
    pub(crate) delimiter: char,
    /// Rows before the header: a title, a `sep=;` line, empty ones.
    pub(crate) preamble_rows: u64,
}

impl Format {
    /// The name of the character set, such as `UTF-8` or `windows-1252`.
    #[must_use]
    pub fn charset_name(&self) -> &'static str {
        self.charset.name()
    }

    /// The character between cells.
    #[must_use]
    pub fn delimiter(&self) -> char {
        self.delimiter
    }
}

/// A row as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawRow {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// Its cells: trimmed, composed (NFC), without invisible characters. None for an empty line.
    pub cells: Vec<String>,
}

/// Turns bytes into rows. Memory is bounded by the chunk and one row, whatever the file.
#[derive(Debug)]
pub struct Reader {
    decoder: TextDecoder,
    tokens: Tokens,
    text: String,
    bom_bytes: usize,
    skip_rows: u64,
}

impl Reader {
    /// A reader from the first byte of the file on. It skips what stands before the header, and the header if there is one.
    #[must_use]
    pub fn new(format: &Format, has_header: bool) -> Self {
        Self {
            decoder: TextDecoder::new(format.charset),
            tokens: Tokens::new(format.delimiter),
            text: String::new(),
            bom_bytes: format.bom_bytes,
            skip_rows: format.preamble_rows + u64::from(has_header),
        }
    }

    /// Takes the next bytes and appends the rows they complete; `last` ends the file. After an error nothing more comes.
    ///
    /// # Errors
    /// [`FileProblem::UnclosedQuote`] at the end, or when a quoted cell runs beyond 1 MiB;
    /// [`FileProblem::NotText`] when a row has more text or cells than any table has.
    pub fn push(
        &mut self,
        chunk: &[u8],
        last: bool,
        out: &mut Vec<RawRow>,
    ) -> Result<(), FileProblem> {
        let (mark, rest) = chunk.split_at(self.bom_bytes.min(chunk.len()));
        self.bom_bytes -= mark.len();
        self.text.clear();
        self.decoder.push(rest, last, &mut self.text);
        let skip_rows = &mut self.skip_rows;
        let mut row = |row| {
            if *skip_rows > 0 {
                *skip_rows -= 1;
            } else {
                out.push(row);
            }
        };
        self.tokens.push(&self.text, &mut row)?;
        if last {
            self.tokens.finish(&mut row)?;
        }
        Ok(())
    }
}
