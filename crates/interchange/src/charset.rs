//! In which character set a file is written.

/// The character sets a file is read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8; single bytes that do not belong are read as windows-1252.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// windows-1252, which holds all of Latin-1.
    Windows1252,
}
