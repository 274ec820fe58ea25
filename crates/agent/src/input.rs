//! Files as the pure readers take them: the beginning to look at, then chunk by chunk.

use crate::failure::Failure;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use tendero_domain::{FileProblem, ImportPlan};
use tendero_interchange::{HEAD_BYTES, Inspection, MAX_BYTES, RawRow, Reader, inspect};

/// Bytes read at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// A file that has been looked at. Memory is bounded by its beginning; standard input is held whole, since it cannot be read twice.
#[derive(Debug)]
pub(crate) struct Input {
    path: PathBuf,
    /// The beginning, or all of standard input.
    head: Vec<u8>,
    rest: Option<File>,
    /// What the file seems to be.
    pub(crate) inspection: Inspection,
}

impl Input {
    /// Looks at the beginning of a file; `-` is standard input.
    ///
    /// # Errors
    /// [`Failure::Unreadable`] and [`Failure::Unusable`].
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error| Failure::unreadable(path, error);
        let mut head = Vec::new();
        let (rest, size) = if path.as_os_str() == "-" {
            let mut input = io::stdin().lock().take(MAX_BYTES + 1);
            let size = input.read_to_end(&mut head).map_err(failed)?;
            (None, u64::try_from(size).unwrap_or(u64::MAX))
        } else {
            let mut file = File::open(path).map_err(failed)?;
            let size = file.metadata().map_err(failed)?.len();
            let bound = u64::try_from(HEAD_BYTES).unwrap_or(u64::MAX);
            (&mut file)
                .take(bound)
                .read_to_end(&mut head)
                .map_err(failed)?;
            (Some(file), size)
        };
        let unusable = |problem| Failure::Unusable(path.to_owned(), problem);
        let inspection = inspect(&head, size).map_err(unusable)?;
        Ok(Self {
            path: path.to_owned(),
            head,
            rest,
            inspection,
        })
    }

    /// Reads every row below the header as the plan says and hands them on, in the order of the file.
    ///
    /// # Errors
    /// [`Failure::Unreadable`], [`Failure::Unusable`] when the file turns out to be broken further down, and what `each` returns.
    pub(crate) fn rows(
        self,
        plan: &ImportPlan,
        mut each: impl FnMut(RawRow) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut reader = Reader::new(&self.inspection.format, plan.has_header);
        let mut rows = Vec::new();
        let mut chunk = self.head;
        let mut rest = self.rest;
        loop {
            let last = rest.is_none() || chunk.is_empty();
            let outcome = reader.push(&chunk, last, &mut rows);
            for row in rows.drain(..) {
                each(row)?;
            }
            outcome
                .map_err(|problem: FileProblem| Failure::Unusable(self.path.clone(), problem))?;
            let Some(file) = rest.as_mut().filter(|_| !last) else {
                return Ok(());
            };
            chunk.clear();
            let bound = u64::try_from(CHUNK_BYTES).unwrap_or(u64::MAX);
            file.take(bound)
                .read_to_end(&mut chunk)
                .map_err(|error| Failure::unreadable(&self.path, error))?;
        }
    }
}
