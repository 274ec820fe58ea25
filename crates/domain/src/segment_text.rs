//! The rule of a segment as a text that a person can type: `city = "Madrid" and orders >= 3`.
//!
//! The text says neither more nor less than a [`Rule`]: [`parse()`] reads it, [`write()`] gives back the one text by which every
//! rule is written, and what is stored stays the rule. Words may be English or Spanish, in any case and without accents. The
//! whole grammar stands in `docs/segments.md`.

mod parse;
mod words;
mod write;

use crate::Rule;
use core::fmt;
use core::ops::Range;

pub use parse::parse;
pub use write::write;

/// The longest text that is read, in bytes; about two thousand names of cities.
pub const MAX_BYTES: usize = 65_536;

/// Why a text is not a rule, and at which word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct SegmentTextError {
    /// The first byte of the word.
    pub start: usize,
    /// The byte after the word; equal to `start` where the text ends too early.
    pub end: usize,
    /// What is wrong with it.
    pub problem: SegmentTextProblem,
}

impl SegmentTextError {
    /// The word, as characters of the text instead of bytes.
    #[must_use]
    pub fn characters(&self, text: &str) -> Range<usize> {
        let count = |to: usize| text.char_indices().take_while(|(at, _)| *at < to).count();
        count(self.start)..count(self.end)
    }
}

/// What is wrong with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentTextProblem {
    /// Something else has to stand here.
    Expected(Expected),
    /// No field has this name; perhaps this one was meant.
    UnknownField(Option<&'static str>),
    /// A quotation mark has no partner.
    Unclosed,
    /// What follows the backslash means nothing.
    UnknownEscape,
    /// An amount with a mark that might stand for thousands.
    ThousandsMark,
    /// A number beyond what can be held.
    TooLarge,
    /// Nested deeper than [`Rule::MAX_DEPTH`].
    TooDeep,
    /// Longer than [`MAX_BYTES`].
    TooLong,
}

/// What has to stand somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A field, `not` or a parenthesis.
    Condition,
    /// The test of a city or country.
    TextTest,
    /// The test of a tag.
    TagTest,
    /// The test of a day.
    DayTest,
    /// The test of a number.
    NumberTest,
    /// A text.
    Text,
    /// A number of purchases or days.
    WholeNumber,
    /// An amount of money.
    Amount,
    /// A day.
    Day,
    /// One of these words, as an English or a Spanish sentence goes on.
    Word(&'static str),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,` or `)`
    CommaOrClose,
    /// `and`, `or` or nothing more.
    AndOrEnd,
}

impl fmt::Display for SegmentTextProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(expected) => write!(f, "{expected} is expected here"),
            Self::UnknownField(Some(near)) => {
                write!(f, "there is no such field; did you mean \"{near}\"?")
            }
            Self::UnknownField(None) => f.write_str(
                "there is no such field; city, country, tag, last purchase, orders and total are",
            ),
            Self::Unclosed => f.write_str("the quotation mark that ends this text is missing"),
            Self::UnknownEscape => f.write_str(
                "after a backslash a quotation mark, a backslash, n, r, t or u{…} is expected",
            ),
            Self::ThousandsMark => f.write_str(
                "this could be read in two ways; write thousands without a mark and decimals, one or two, after a point or a comma: 1234 or 1234.56",
            ),
            Self::TooLarge => f.write_str("this number is too large"),
            Self::TooDeep => write!(f, "this is nested deeper than {} levels", Rule::MAX_DEPTH),
            Self::TooLong => write!(f, "a text may have {MAX_BYTES} bytes; the rest begins here"),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Condition => {
                "a field (city, country, tag, last purchase, orders or total), \"not\" or \"(\""
            }
            Self::TextTest => "=, !=, \"in (…)\", \"contains …\" or \"is blank\"",
            Self::TagTest => "=, != or \"in (…)\"",
            Self::DayTest => {
                "\"within … days\", \"more than … days ago\", \"between … and …\" or \"never\""
            }
            Self::NumberTest => "=, !=, >, >=, <, <= or \"between … and …\"",
            Self::Text => "a text; in quotation marks if it has blanks or is \"and\" or \"or\"",
            Self::WholeNumber => "a whole number",
            Self::Amount => "an amount such as 1234.56",
            Self::Day => "a day as yyyy-mm-dd",
            Self::Word(word) => return write!(f, "\"{word}\""),
            Self::Open => "\"(\"",
            Self::Close => "\")\"",
            Self::CommaOrClose => "\",\" or \")\"",
            Self::AndOrEnd => {
                "\"and\", \"or\" or the end (a text with blanks needs quotation marks)"
            }
        })
    }
}

#[cfg(test)]
mod tests;
