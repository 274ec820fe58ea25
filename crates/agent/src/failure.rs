//! What ends a command, in words, and its exit code.

use crate::words;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use tendero_domain::FileProblem;

/// What ends a command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A file cannot be opened or read.
    Unreadable(PathBuf, io::Error),
    /// A file holds nothing that could be imported.
    Unusable(PathBuf, FileProblem),
    /// What was asked for does not fit the file.
    Usage(String),
    /// The content of a file does not allow what was asked for.
    Refused(String),
    /// Standard output cannot be written.
    Output(io::Error),
    /// Standard output was closed by its reader.
    ClosedPipe,
}

impl Failure {
    pub(crate) fn unreadable(file: &Path, error: io::Error) -> Self {
        Self::Unreadable(file.to_owned(), error)
    }

    /// The exit code that a script sees.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            _ => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(file, error) => write!(f, "{}: {error}", file.display()),
            Self::Unusable(file, problem) => {
                write!(f, "{}: {}", file.display(), words::file_problem(*problem))
            }
            Self::Usage(words) | Self::Refused(words) => f.write_str(words),
            Self::Output(error) => write!(f, "the output cannot be written: {error}"),
            Self::ClosedPipe => write!(f, "the output was closed"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ClosedPipe
        } else {
            Self::Output(error)
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::from(io::Error::from(error))
    }
}
