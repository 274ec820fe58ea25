//! Bytes to rows, chunk by chunk.

use crate::charset::{Charset, TextDecoder};
use crate::contact::Contact;
use crate::ldif::Records;
use crate::lines::{Line, Lines};
use crate::tokens::Tokens;
use crate::vcard::Cards;
use tendero_domain::{FileProblem, RowProblem};

/// What a file is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Rows of cells: CSV and its kin.
    Table,
    /// vCards, 2.1 to 4.0. Their columns are fixed; see [`Contact`].
    Cards,
    /// LDIF, an address book in the format of directories; columns as for cards.
    Ldif,
}

/// How the bytes of a file become rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    pub(crate) kind: FileKind,
    pub(crate) charset: Charset,
    pub(crate) bom_bytes: usize,
    pub(crate) delimiter: char,
    /// Rows before the header: a title, a `sep=;` line, empty ones.
    pub(crate) preamble_rows: u64,
}

impl Format {
    /// What the file is made of.
    #[must_use]
    pub const fn kind(&self) -> FileKind {
        self.kind
    }

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
    /// Everything the card says, where the row is one of cards or LDIF; the cells hold what the columns have room for.
    pub contact: Option<Box<Contact>>,
    /// Why it is refused already: a card that is too large or nested too deep, or a list of other cards.
    pub problem: Option<RowProblem>,
}

/// Turns bytes into rows. Memory is bounded by the chunk and one row, whatever the file.
#[derive(Debug)]
pub struct Reader {
    body: Body,
    bom_bytes: usize,
}

#[derive(Debug)]
enum Body {
    Table {
        decoder: TextDecoder,
        tokens: Tokens,
        text: String,
        skip_rows: u64,
    },
    Contacts {
        /// For UTF-16; other bytes are decoded value by value, since each may have its own character set.
        decoder: Option<TextDecoder>,
        lines: Lines,
        parser: Box<Parser>,
    },
}

#[derive(Debug)]
enum Parser {
    Cards(Cards),
    Ldif(Records),
}

impl Parser {
    fn push(&mut self, line: Line, out: &mut Vec<RawRow>) {
        match self {
            Self::Cards(cards) => cards.push(line, out),
            Self::Ldif(records) => records.push(line, out),
        }
    }

    fn finish(&mut self, out: &mut Vec<RawRow>) {
        match self {
            Self::Cards(cards) => cards.finish(out),
            Self::Ldif(records) => records.finish(out),
        }
    }
}

impl Reader {
    /// A reader from the first byte of the file on. It skips what stands before the header, and the header if there is one.
    #[must_use]
    pub fn new(format: &Format, has_header: bool) -> Self {
        let body = match format.kind {
            FileKind::Table => Body::Table {
                decoder: TextDecoder::new(format.charset),
                tokens: Tokens::new(format.delimiter),
                text: String::new(),
                skip_rows: format.preamble_rows + u64::from(has_header),
            },
            FileKind::Cards | FileKind::Ldif => {
                let wide = matches!(format.charset, Charset::Utf16Le | Charset::Utf16Be);
                let values = if wide { Charset::Utf8 } else { format.charset };
                let parser = match format.kind {
                    FileKind::Ldif => Parser::Ldif(Records::new(values)),
                    _ => Parser::Cards(Cards::new(values)),
                };
                Body::Contacts {
                    decoder: wide.then(|| TextDecoder::new(format.charset)),
                    lines: Lines::default(),
                    parser: Box::new(parser),
                }
            }
        };
        Self {
            body,
            bom_bytes: format.bom_bytes,
        }
    }

    /// Takes the next bytes and appends the rows they complete; `last` ends the file. After an error nothing more comes.
    ///
    /// # Errors
    /// [`FileProblem::UnclosedQuote`] at the end, or when a quoted cell runs beyond 1 MiB;
    /// [`FileProblem::NotText`] when a row has more text or cells than any table has. Cards have neither: one that is
    /// broken is a row with its `problem`.
    pub fn push(
        &mut self,
        chunk: &[u8],
        last: bool,
        out: &mut Vec<RawRow>,
    ) -> Result<(), FileProblem> {
        let (mark, rest) = chunk.split_at(self.bom_bytes.min(chunk.len()));
        self.bom_bytes -= mark.len();
        match &mut self.body {
            Body::Table {
                decoder,
                tokens,
                text,
                skip_rows,
            } => {
                text.clear();
                decoder.push(rest, last, text);
                let mut row = |row| {
                    if *skip_rows > 0 {
                        *skip_rows -= 1;
                    } else {
                        out.push(row);
                    }
                };
                tokens.push(text, &mut row)?;
                if last {
                    tokens.finish(&mut row)?;
                }
            }
            Body::Contacts {
                decoder,
                lines,
                parser,
            } => {
                let mut text = String::new();
                let bytes = match decoder {
                    Some(decoder) => {
                        decoder.push(rest, last, &mut text);
                        text.as_bytes()
                    }
                    None => rest,
                };
                lines.push(bytes, &mut |line| parser.push(line, out));
                if last {
                    lines.finish(&mut |line| parser.push(line, out));
                    parser.finish(out);
                }
            }
        }
        Ok(())
    }
}
